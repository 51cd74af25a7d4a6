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

function fail(name) {
  place().replaceChildren(document.getElementById(`failure-${name}`).content.cloneNode(true));
  window.htmx.process(place());
}

document.addEventListener("htmx:response:error", ({ detail }) => {
  if (detail.ctx.response.status >= 500) fail("server");
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) fail(navigator.onLine ? "server" : "offline");
});
window.addEventListener("offline", () => fail("offline"));
window.addEventListener("online", () => place().querySelector("[data-offline]")?.remove());

// A modal dialog makes everything outside it inert, so messages move into it while it is open.
new MutationObserver(() => {
  const open = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (place().parentElement !== open) open.append(place());
}).observe(document.documentElement, { subtree: true, attributeFilter: ["open"] });
