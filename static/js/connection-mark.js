// The mark in the header: offline, how many lines wait or are on their way, and for a while that they were sent.
import { show, watch } from "./outbox.js";

const SENT_FOR = 4000;
// Of the lines that this page has sent: up to which that was said, and up to which it is being said.
let announced = 0;
let announcing = 0;
let timer = 0;

watch(({ own, isReachable, sending, sent }) => {
  const mark = document.querySelector("[data-connection]");
  if (!mark) return;
  const waiting = own.length > 0 ? `${own.length} waiting` : "";
  const words = [isReachable || sending ? "" : "offline", sending ? `sending ${sending}` : waiting].filter(Boolean).join(" · ");
  const isDone = !words && sent > announced;
  mark.hidden = !words && !isDone;
  mark.classList.toggle("connection-done", isDone);
  mark.querySelector("use").setAttribute("href", isDone ? "#i-check" : "#i-waits");
  mark.querySelector("span").textContent = isDone ? "sent" : words;
  if (!isDone || announcing === sent) return;
  announcing = sent;
  clearTimeout(timer);
  timer = setTimeout(() => {
    announced = sent;
    show();
  }, SENT_FOR);
});
