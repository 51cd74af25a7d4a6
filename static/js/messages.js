// Messages at the foot of the window: they leave by themselves unless they offer an undo,
// and failures that no answer of the server can describe are said here.
import { mount } from "./mount.js";

const READING_TIME = 8000;
const place = () => document.getElementById("messages");

mount("[data-message]", (message) => {
  message.querySelector("[data-dismiss]")?.addEventListener("click", () => message.remove());
  if (!place().contains(message) || message.hasAttribute("data-stays")) return;
  const leave = () => {
    if (message.matches(":hover, :focus-within")) setTimeout(leave, READING_TIME);
    else message.remove();
  };
  setTimeout(leave, READING_TIME);
});

// "Saved" must not stand beside what has just failed: it goes, but where it offers an undo that may still
// be wanted it stands back.
function standBack(refused = null) {
  for (const message of [...place().children]) {
    if (message.querySelector("form") && !message.contains(refused)) message.classList.add("message-earlier");
    else message.remove();
  }
}

// What the address says was done has been said now; read again, or kept, it would be said again.
const address = new URL(location.href);
const said = ["changed", "undone", "saved"].filter((name) => address.searchParams.has(name));
for (const name of said) address.searchParams.delete(name);
if (said.length > 0) history.replaceState(history.state, "", address);

function fail(name) {
  standBack();
  place().append(document.getElementById(`failure-${name}`).content.cloneNode(true));
  window.htmx.process(place());
}

document.addEventListener("htmx:response:error", ({ target, detail }) => {
  const { status } = detail.ctx.response;
  if (status >= 500) fail("server");
  else standBack(status === 401 ? null : target);
});
// Without any answer the mark in the header says so, where there is one: waiting.js.
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response && !document.body.dataset.account) fail("server");
});

// A modal dialog makes everything outside it inert, so messages move into it while it is open.
new MutationObserver(() => {
  const open = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (place().parentElement !== open) open.append(place());
}).observe(document.documentElement, { subtree: true, attributeFilter: ["open"] });
