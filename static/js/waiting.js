// Lines that wait for a connection, as a page shows them: the mark in the header, the list below the box, the
// box of the offline page. Where they are kept is queue.js, how they are sent sending.js; connection.js loads this.
import { announce, fail, isUnanswered } from "./messages.js";
import { following, lineOf, openMeter, say, showWaiting } from "./meters.js";
import { copyOf, mount } from "./mount.js";
import "./sending.js";

const { queue } = self;
const SENT_FOR = 4000;
const LOOK_AGAIN = 15_000;

// Whose page this is; the offline page knows nobody and asks the browser who was here last.
const pageAccount = document.body.dataset.account;
const here = (name) => document.querySelector(`[data-${name}]`);
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const momentWords = (moment) => `${DAY.format(moment).replace(",", "")}, ${TIME.format(moment)}`;

// The offline page stands here since the server did not answer, whatever connection the device has.
let reachable = navigator.onLine && Boolean(pageAccount);
let sending = 0;
let stopped = "";
// Lines were sent, and the mark is to say so, for as long as the timer says.
let isNews = false;
let newsTimer = 0;
// How many lines are being kept just now.
let keeping = 0;
// The last time that the page was drawn, or is to be.
let drawing = null;

// Browsers have crypto.randomUUID on https alone.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const account = async () => pageAccount ?? (await queue.recall("account")) ?? "";

// All of this needs storage that a browser may refuse: the page works as before without it.
async function lines() {
  try {
    return { own: await queue.linesOf(await account()), nobodys: pageAccount ? await queue.linesOf("") : [] };
  } catch {
    return { own: [], nobodys: [] };
  }
}

// The page as the lines are now; whoever asked earlier waits for this, too.
function show() {
  const mine = (async () => {
    const { own, nobodys } = await lines();
    if (mine !== drawing) return drawing;
    inPlace(() => {
      showMark(own.length);
      showList(own, nobodys);
      showWaiting(own);
      showBox();
    });
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

// The box of a line: while the server does not answer, its button keeps the line, and in place of a preview stands
// why. Once it does, the line is read.
let isUnread = false;

function showBox() {
  const why = document.getElementById("kept-why");
  if (why) why.hidden = reachable;
  const button = document.querySelector("#quick-add-form .line-save");
  const words = [...(button?.childNodes ?? [])].find(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
  if (words) words.data = reachable ? "Save" : "Keep";
  if (words) button.title = `${words.data} (Enter)`;
  if (words && !reachable && !isUnread && !document.getElementById("line").value.trim()) {
    preview("No connection: a line is kept on this device, and read when it is sent.");
  }
  if (!reachable || !isUnread) return;
  isUnread = false;
  window.htmx.ajax("GET", "/consumption/preview", { source: "#line", target: "#preview" });
}

function preview(words) {
  isUnread = true;
  document.getElementById("preview").replaceChildren(words);
}

function showMark(waiting) {
  const mark = here("connection");
  if (!mark) return;
  const words = [
    reachable || sending ? "" : "offline",
    sending ? `sending ${sending}` : waiting ? `${waiting} waiting` : "",
  ].filter(Boolean).join(" · ");
  const done = !words && isNews;
  mark.hidden = !words && !done;
  mark.classList.toggle("connection-done", done);
  mark.querySelector("use").setAttribute("href", done ? "#i-check" : "#i-waits");
  mark.querySelector("span").textContent = done ? "sent" : words;
  if (!done || newsTimer) return;
  newsTimer = setTimeout(() => {
    isNews = false;
    show();
  }, SENT_FOR);
}

function showList(own, nobodys) {
  const section = here("waiting");
  if (!section) return;
  const shown = [...own].sort((one, other) => Boolean(other.problem) - Boolean(one.problem));
  const list = section.querySelector("[data-waiting-lines]");
  // A line that is being changed stays as it is, also when it has been sent by now.
  const isChanging = Boolean(list.querySelector("form"));
  section.hidden = own.length + nobodys.length === 0 && !isChanging;
  section.querySelector("[data-waiting-count]").textContent = own.length === 1 ? "1 line" : `${own.length} lines`;
  list.parentElement.hidden = own.length === 0 && !isChanging;
  if (!isChanging) arrange(list, shown);
  section.querySelector("[data-sign-in]").hidden = stopped !== "signed-out" || own.length === 0;
  const ask = section.querySelector("[data-nobodys]");
  ask.hidden = nobodys.length === 0;
  ask.querySelector("span").textContent = nobodys.map(({ line }) => `“${line}”`).join(", ");
}

// Each row, and the line that it shows. One that shows the same still is not touched: somebody may have the focus in it,
// or press its button just now.
const shownIn = new WeakMap();

function arrange(list, shown) {
  const hadFocus = list.contains(document.activeElement);
  const now = [...list.children];
  const rows = shown.map((line) => now.find((item) => shownIn.get(item) === JSON.stringify(line)) ?? row(line));
  for (const item of now) if (!rows.includes(item)) item.remove();
  for (const [place, item] of rows.entries()) if (list.children[place] !== item) list.insertBefore(item, list.children[place]);
  if (hadFocus) goOn();
}

// The focus went with its row: now it is at the button of this line, else in the box, where no finger would have to
// put up with a keyboard.
function goOn(id) {
  if (document.activeElement !== document.body) return;
  const button = document.querySelector(`[data-waiting-lines] [data-id="${id}"] [data-change]`);
  const box = matchMedia("(hover: none)").matches ? null : here("line-kept") ?? document.getElementById("line");
  (button ?? box)?.focus();
}

function row(line) {
  const item = here("waiting-line").content.firstElementChild.cloneNode(true);
  item.dataset.id = line.id;
  shownIn.set(item, JSON.stringify(line));
  item.querySelector("[data-line]").textContent = line.line;
  const note = item.querySelector("[data-moment]");
  // In backquotes stands what is to be written.
  note.replaceChildren(...(line.problem || momentWords(new Date(line.written))).split("\x60").map((text, place) => (
    place % 2 ? Object.assign(document.createElement("code"), { textContent: text }) : text
  )));
  note.classList.toggle("error", Boolean(line.problem));
  item.querySelector("[data-change]").addEventListener("click", () => change(item, line));
  item.querySelector("[data-drop]").addEventListener("click", async () => {
    await queue.drop(line.id);
    await show();
    here("line-kept")?.focus();
  });
  return item;
}

function change(item, line) {
  const form = here("waiting-edit").content.firstElementChild.cloneNode(true);
  const field = form.querySelector("input");
  const note = item.querySelector("[data-moment]");
  // Where the server refuses the moment of a line, that of its change stands in for it. No word may count from there
  // unseen: the day on which it was written is offered, and beside that the server reads no such word.
  field.value = line.isMisdated ? `${line.written.slice(0, 10)} ${line.line}` : line.line;
  field.ariaDescription = note.textContent;
  item.replaceChildren(form, note);
  shownIn.delete(item);
  field.focus();
  // The server has answered for a line with a problem: the next text is another line, however often it is kept.
  const id = line.problem ? newId() : line.id;
  const close = async (isKept) => {
    form.remove();
    await show();
    goOn(isKept ? id : line.id);
    comeBack();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    const written = line.isMisdated ? moment() : line.written;
    const isSure = text === line.line && Boolean(line.problem || line.isSure);
    const changed = { ...line, id, line: text, written, problem: "", isMisdated: false, isSure };
    const kept = await replace(line.id, changed).then(() => true, () => false);
    form.querySelector("[data-unchanged]").hidden = kept;
    if (!kept) return;
    close(true);
    send();
  });
  form.addEventListener("keydown", ({ key }) => { if (key === "Escape") close(false); });
}

// Another line in the place of the line `id`: both or nothing.
function replace(id, line) {
  return queue.change((lines) => {
    lines.put(line);
    if (id !== line.id) lines.delete(id);
  });
}

// Now, as ISO 8601 with the offset of the place: the server counts days where the line was written.
function moment() {
  const now = new Date();
  const minutes = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 23);
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

// Keeps a line on this device; throws where the browser refuses, and then nothing was kept.
async function keep(line, id, isSure = false) {
  keeping += 1;
  try {
    await queue.keep({ id, account: await account(), line, written: moment(), isSure });
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("lines").catch(() => {});
    await show();
  } finally {
    keeping -= 1;
  }
}

async function send() {
  const { own } = await lines();
  stopped = "";
  if (own.some((line) => !line.problem)) {
    const outcome = await queue.send((left) => { sending = left; show(); }).catch(() => null);
    sending = 0;
    stopped = outcome?.stopped ?? "";
    for (const line of outcome?.dropped ?? []) {
      const message = copyOf("sent-anyway", { line });
      if (message) announce(message);
    }
    if (outcome?.sent) {
      reachable = true;
      isNews = true;
      clearTimeout(newsTimer);
      newsTimer = 0;
      document.body.dispatchEvent(new CustomEvent("records-changed", { bubbles: true, detail: { ids: [] } }));
      readMetersAgain();
    }
    // Also where the connection broke after some of them.
    if (stopped === "offline") reachable = false;
  }
  await show();
  comeBack();
}

// The ids of forms whose lines are kept: a form that is sent again before it has another one holds another line.
const keptIds = new Set();

// The line form of any page: Enter was pressed, and no answer came. What has been typed since stays in the box.
async function keepForm(form, sent) {
  const box = form.querySelector("#line");
  const line = sent.get("line");
  if (!box || !line?.trim()) return;
  // With the id of the form: it may have been saved although nobody said so. What is typed next is another
  // line.
  const id = keptIds.has(sent.get("id")) ? newId() : sent.get("id");
  keptIds.add(id);
  form.elements.id.value = newId();
  const stays = sent.has("keep"); // Ctrl+Enter: for the next one.
  if (!stays && box.value.startsWith(line)) box.value = box.value.slice(line.length);
  box.focus();
  const kept = await keep(line.trim(), id, sent.has("confirm")).then(() => true, () => false);
  preview(kept ? "Kept on this device: it is read and saved once there is a connection." : "");
  // Not in the preview, which an answer to what was typed before may still replace.
  form.querySelector("[data-refused]").hidden = kept;
  if (kept) {
    sendIfReachable();
    return;
  }
  keptIds.delete(id);
  form.elements.id.value = id;
  if (!stays) box.value = [line.trim(), box.value].filter(Boolean).join(" ");
}

// Whether the last reading was not kept.
let isRefused = false;

// The pad of a meter: it was sent, and no answer came. The next one opens, as if it had been saved.
async function keepReading(pad, sent) {
  // With the id of the form, as in `keepForm`; what is sent of this pad next is another reading.
  const id = sent.get("id");
  pad.elements.id.value = newId();
  const kept = await keep(lineOf(pad, sent), id, sent.has("confirm")).then(() => true, () => false);
  isRefused = !kept;
  sendIfReachable();
  if (!pad.isConnected) {
    if (!kept) sayUnanswered();
  } else if (!kept) {
    pad.elements.id.value = id;
    sayKept();
  } else if (pad.elements.reading.value === sent.get("reading")) openMeter(following(pad), newId());
}

// In place of what a reading comes to, which the server does not say.
function sayKept() {
  if (isRefused) say("This browser keeps nothing here, so the reading is not kept. It stays in the field.", true);
  else say("No connection: the reading is kept on this device, and read when it is sent.");
}

// The connection may have come back while a line was being kept: who sent then did not find it yet.
function sendIfReachable() {
  if (reachable) send();
}

// The list of meters says what was sent, unless somebody reads one of them just now.
function readMetersAgain() {
  if (!document.querySelector("#meters a.meter") || document.getElementById("meter-open")) return;
  window.htmx.ajax("GET", "/add?view=meters", { source: "#meters", swap: "outerHTML" });
}

function lost() {
  reachable = false;
  show();
}

// A request of htmx that got no answer.
export function unanswered(event) {
  if (!pageAccount || !isUnanswered(event)) return;
  const { ctx } = event.detail;
  lost();
  // Not the target of the event: that is the document, once what asked has left the page.
  const asks = ctx.sourceElement;
  if (asks.matches("#quick-add-form")) keepForm(asks, ctx.request.body);
  else if (asks.matches("#meter-open")) keepReading(asks, ctx.request.body);
  else if (asks.isConnected && asks.matches("a.meter")) openMeter(asks, newId());
  else if (asks.isConnected && asks.matches("#meter-open a")) openMeter(following(asks.closest("form")), newId());
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
  message.textContent = "The server does not answer. What you typed is still here: try again once it does. Only a line in the box, or a reading at its meter, is kept and sent by itself.";
}

document.addEventListener("htmx:error", unanswered);

// The server is asked first: what answers everything in its place would be sent every line each time.
async function tryAgain() {
  reachable = await answers();
  if (reachable) await send();
  else await show();
}

// Whether the server answers, and nothing in between instead of it.
async function answers() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_AGAIN) });
    return answer.ok && (await answer.text()) === "alive\n";
  } catch {
    return false;
  }
}

// The offline page stands at the address of another one: once the server answers, and nothing is being
// typed or kept, that one comes back by itself.
function comeBack() {
  const box = here("line-kept");
  if (!reachable || keeping || !box || box.value.trim() || here("waiting")?.querySelector("form")) return;
  if (location.pathname === "/offline") location.replace("/add");
  else location.reload(); // Its address may name a place in it: leading there leads nowhere.
}

// The names in the address of the add page under which a link or another app hands a line over.
const SHARED = ["line", "text", "title", "url"];

mount("[data-keep-form]", (form) => {
  const box = form.querySelector("[data-line-kept]");
  const refused = form.querySelector("[data-refused]");
  const address = new URL(location.href);
  box.value ||= SHARED.map((name) => address.searchParams.get(name)).find(Boolean) ?? "";
  for (const sentence of document.querySelectorAll("[data-offline-for]")) {
    sentence.hidden = sentence.dataset.offlineFor !== location.pathname;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    // The next line may be begun while this one is being kept.
    box.value = "";
    box.focus();
    const kept = await keep(text, newId()).then(() => true, () => false);
    refused.hidden = kept;
    if (!kept) box.value = [text, box.value].filter(Boolean).join(" ");
    else if (address.pathname === "/add") {
      // The page that comes back must not have the line in its box once more.
      for (const name of SHARED) address.searchParams.delete(name);
      history.replaceState(history.state, "", address);
    }
    sendIfReachable();
  });
});

mount("[data-offline-names]", async (chips) => {
  const names = (await queue.recall("names").catch(() => null)) ?? [];
  chips.append(...names.map((name) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
    chip.addEventListener("click", () => {
      const box = here("line-kept");
      box.value = `${name} `;
      box.focus();
    });
    return chip;
  }));
  chips.hidden = names.length === 0;
});

// The header came anew, with a page that htmx brought back, or the list of meters.
mount("[data-connection], #meters", show);

mount("[data-try-now]", (button) => button.addEventListener("click", tryAgain));

mount("[data-nobodys]", (ask) => {
  const each = (work) => async () => {
    const { nobodys } = await lines();
    for (const line of nobodys) await work(line);
    await send();
  };
  ask.querySelector("[data-mine]").addEventListener("click", each((line) => queue.keep({ ...line, account: pageAccount })));
  ask.querySelector("[data-not-mine]").addEventListener("click", each((line) => queue.drop(line.id)));
});

// The form that signs out was sent: waiting lines are dropped, once the user agrees and the server is there to
// sign out.
export async function leave(form) {
  const { own } = await lines();
  const go = async () => {
    for (const { id } of own) await queue.drop(id).catch(() => {});
    await queue.remember("account", "").catch(() => {});
    await queue.remember("names", []).catch(() => {});
    form.dataset.sure = "yes";
    form.requestSubmit();
  };
  if (own.length === 0) {
    await go();
    return;
  }
  const dialog = here("leaving");
  const stays = dialog.querySelector("[data-stays]");
  stays.hidden = true;
  dialog.querySelector("[data-leaving-lines]").replaceChildren(...own.map(({ line }) => Object.assign(document.createElement("li"), { textContent: line })));
  dialog.querySelector("[data-leave]").onclick = async () => {
    stays.hidden = await answers();
    if (stays.hidden) await go();
  };
  dialog.showModal();
}

async function start() {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data === "send") send(); });
  window.addEventListener("online", tryAgain);
  window.addEventListener("offline", lost);
  // Another page may have sent or changed the lines meanwhile.
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") tryAgain(); });
  setInterval(() => { if (!reachable && document.visibilityState === "visible") tryAgain(); }, LOOK_AGAIN);
  // Sending may have to wait for another page.
  await show();
  await send();
}

if (pageAccount || here("keep-form")) start();
