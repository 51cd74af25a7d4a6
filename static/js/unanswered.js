// What becomes of a request of htmx that got no answer: a line and a reading are kept, all else says so.
import { fail, isUnanswered } from "./messages.js";
import { keepForm, preview } from "./line-box.js";
import { keepReading, openFollowing, openMeter, sayKept } from "./meters.js";
import { lost, pageAccount } from "./outbox.js";
import { moment } from "./stamps.js";

// A request counts once: it may get no answer after somebody was about to leave its page.
const counted = new WeakSet();

export function unanswered(event) {
  const { ctx } = event.detail;
  if (!pageAccount || !isUnanswered(event) || counted.has(ctx)) return;
  counted.add(ctx);
  lost();
  // Not the target of the event: that is the document, once what asked has left the page.
  const asks = ctx.sourceElement;
  // When Enter was pressed, which may be half a minute ago, on another day.
  const written = moment(new Date(Date.now() - performance.now() + (ctx.sourceEvent?.timeStamp ?? performance.now())));
  if (asks.matches("#quick-add-form")) keepForm(asks, ctx.request.body, written);
  else if (asks.matches("#meter-open")) keepReading(asks, ctx.request.body, written).then((isThere) => isThere || sayUnanswered());
  else if (asks.isConnected && asks.matches("a.meter")) openMeter(asks);
  else if (asks.isConnected && asks.matches("#meter-open a")) openFollowing(asks.closest("form"));
  else if (asks.id === "meter-reading") sayKept();
  else if (asks.id === "line" && asks.value.trim()) preview("No connection: the line is read when it is sent.");
  // The address is the other page's already.
  else if (ctx.request.headers["HX-History-Restore-Request"]) location.reload();
  else if (["click", "submit"].includes(ctx.sourceEvent?.type)) sayUnanswered();
}

// Whatever else was pressed has no answer, and is not kept; the mark may be out of sight.
function sayUnanswered() {
  fail("server");
  const message = document.querySelector("#messages > :last-child .message-text");
  message.textContent = "The server does not answer. What you typed is still here: try again once it does. "
    + "Only a line in the box, or a reading at its meter, is kept and sent by itself.";
}
