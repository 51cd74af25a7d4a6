// The lines that wait for a connection, and whether there is one: the one state of a page, and what can be done with
// them. What the page shows of it are views: each watches, and is drawn anew whenever the state may have changed.
// Where lines are kept is queue.js, how they go out sending.js.
import { announce } from "./messages.js";
import { copyOf } from "./mount.js";
import { moment } from "./stamps.js";
import "./sending.js";

const { queue } = self;
export const LOOK_AGAIN = 15_000;

// Whose page this is; the offline page knows nobody and asks the browser who was here last.
export const pageAccount = document.body.dataset.account;

const state = {
  // The lines of this account, and those written while nobody was signed in, which only a signed-in page asks about.
  own: [],
  nobodys: [],
  // The offline page stands here since the server did not answer, whatever connection the device has.
  isReachable: navigator.onLine && Boolean(pageAccount),
  // How many lines are on their way, how many this page has sent, and why it stopped before the last of them:
  // "offline", "signed-out" or "".
  sending: 0,
  sent: 0,
  stopped: "",
  // How much is being kept or sent just now.
  busy: 0,
};

const views = [];

// Calls draw(state) whenever that may have changed, once `show` was called.
export const watch = (draw) => views.push(draw);

// The last time that the page was drawn, or is to be.
let drawing = null;

// The page as the lines are now; whoever asked earlier waits for this, too.
export function show() {
  const mine = (async () => {
    const lines = await read();
    if (mine !== drawing) return drawing;
    Object.assign(state, lines);
    inPlace(() => views.forEach((draw) => draw(state)));
  })();
  drawing = mine;
  return mine;
}

// What somebody types in, below the lines that wait, stays where it is while these come and go.
function inPlace(change) {
  const field = document.activeElement;
  const { top } = field.getBoundingClientRect();
  change();
  if (field === document.activeElement) scrollBy(0, field.getBoundingClientRect().top - top);
}

const account = async () => pageAccount ?? (await queue.recall("account")) ?? "";

// All of this needs storage that a browser may refuse: the page works as before without it.
export async function read() {
  try {
    return { own: await queue.linesOf(await account()), nobodys: pageAccount ? await queue.linesOf("") : [] };
  } catch {
    return { own: [], nobodys: [] };
  }
}

// Keeps a line on this device; throws where the browser refuses, and then nothing was kept.
export async function keep(line, id, isSure = false, written = moment()) {
  state.busy += 1;
  try {
    await queue.keep({ id, account: await account(), line, written, isSure });
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("lines").catch(() => {});
    await show();
  } finally {
    state.busy -= 1;
  }
}

// Another line in the place of the line `id`: both or nothing.
export function replace(id, line) {
  return queue.change((lines) => {
    lines.put(line);
    if (id !== line.id) lines.delete(id);
  });
}

export async function drop(id) {
  await queue.drop(id);
  await show();
}

export async function send() {
  state.busy += 1;
  try {
    const { own } = await read();
    state.stopped = "";
    if (own.some((line) => !line.problem)) {
      const outcome = await queue.send((left) => { state.sending = left; show(); }).catch(() => null);
      state.sending = 0;
      if (outcome) take(outcome);
    }
  } finally {
    state.busy -= 1;
  }
  await show();
}

function take({ sent, stopped, dropped }) {
  state.stopped = stopped;
  for (const line of dropped) {
    const message = copyOf("sent-anyway", { line });
    if (message) announce(message);
  }
  if (sent) {
    state.sent += sent;
    state.isReachable = true;
    document.body.dispatchEvent(new CustomEvent("records-changed", { bubbles: true, detail: { ids: [] } }));
  }
  // Also where the connection broke after some of them.
  if (stopped === "offline") state.isReachable = false;
}

// The connection may have come back while a line was being kept: who sent then did not find it yet.
export function sendIfReachable() {
  if (state.isReachable) send();
}

export function lost() {
  state.isReachable = false;
  show();
}

// The server is asked first: what answers everything in its place would be sent every line each time.
export async function tryAgain() {
  state.isReachable = await answers();
  if (state.isReachable) await send();
  else await show();
}

export async function tryAgainIfLost() {
  if (!state.isReachable) await tryAgain();
}

// Whether the server answers, and nothing in between instead of it.
export async function answers() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_AGAIN) });
    return answer.ok && (await answer.text()) === "alive\n";
  } catch {
    return false;
  }
}
