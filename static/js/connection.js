// The work of every page for times without a connection: it installs the service worker, remembers whose browser
// this is, and looks whether lines wait. Showing, keeping and sending them is waiting.js, which few visits need.
import { fail, isUnanswered } from "./messages.js";
import { mount } from "./mount.js";

const { queue } = self;
const { account, keepsNames } = document.body.dataset;

// From then on waiting.js listens itself.
let isLoaded = false;

async function load() {
  // Lines are sent for the account that the browser remembers.
  await remembered;
  const waiting = await import("./waiting.js");
  isLoaded = true;
  return waiting;
}

// The names of recents are those of this account, where it allows that, or they go.
async function remember() {
  const isAnother = (await queue.recall("account")) !== account;
  await queue.remember("account", account);
  const isKept = keepsNames === "on";
  const names = isKept ? [...document.querySelectorAll("[data-recent-name]")].map(({ dataset }) => dataset.recentName) : [];
  if (names.length > 0 || isAnother || !isKept) await queue.remember("names", names);
}

// A browser may refuse to store anything: the page works as before.
const remembered = remember().catch(() => {});

const someWait = async () => (await queue.linesOf(account, "")).length > 0;

document.addEventListener("htmx:error", (event) => {
  if (isLoaded || !isUnanswered(event)) return;
  load().then(({ unanswered }) => unanswered(event), () => fail("server"));
});

window.addEventListener("offline", () => load().catch(() => {}));

// Who signs out leaves no line behind without being asked.
mount("form[action='/auth/logout']", (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sure) return;
    event.preventDefault();
    load().then(({ leave }) => leave(form), () => form.submit());
  });
});

const worker = navigator.serviceWorker;
worker?.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
worker?.addEventListener("message", ({ data }) => { if (data === "send") load().catch(() => {}); });

await remembered;
if (!navigator.onLine || (await someWait().catch(() => false))) await load().catch(() => {});
