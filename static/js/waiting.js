// Lines that wait for a connection, on a page that has some or has no connection: connection.js loads this. The state
// is outbox.js; each other module here shows a part of it, and does what is done there.
import "./connection-mark.js";
import "./waiting-list.js";
import "./offline.js";
import { mount } from "./mount.js";
import { LOOK_AGAIN, lost, pageAccount, send, show, tryAgain, tryAgainIfLost } from "./outbox.js";
import { unanswered } from "./unanswered.js";

export { leave } from "./leaving.js";
export { unanswered };

const isVisible = () => document.visibilityState === "visible";

async function start() {
  document.addEventListener("htmx:error", unanswered);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data === "send") send(); });
  window.addEventListener("online", tryAgain);
  window.addEventListener("offline", lost);
  // Another page may have sent or changed the lines meanwhile.
  document.addEventListener("visibilitychange", () => { if (isVisible()) tryAgain(); });
  setInterval(() => { if (isVisible()) tryAgainIfLost(); }, LOOK_AGAIN);
  // Also where the header comes anew, with a page that htmx brings back, or the list of meters. Somebody else may have
  // signed in since that page was left.
  mount("[data-connection], #meters", () => (document.body.dataset.account === pageAccount ? show() : location.reload()));
  await send();
}

if (pageAccount || document.querySelector("[data-keep-form]")) start();
