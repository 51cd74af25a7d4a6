// The list of the lines that wait, below the box: each can be changed or dropped; and the question whose lines those
// are that were written while nobody was signed in.
import { mount } from "./mount.js";
import { drop, pageAccount, read, replace, send, show, tryAgain, watch } from "./outbox.js";
import { idAfter, moment, momentWords } from "./stamps.js";

const { queue } = self;
const copyIn = (name) => document.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

watch(({ own, nobodys, stopped }) => {
  const section = document.querySelector("[data-waiting]");
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
});

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

const keptBox = () => document.querySelector("[data-line-kept]");

// The focus went with its row: now it is at the button of this line, else in the box, where no finger would have to
// put up with a keyboard.
function goOn(id) {
  if (document.activeElement !== document.body) return;
  const button = document.querySelector(`[data-waiting-lines] [data-id="${id}"] [data-change]`);
  const box = matchMedia("(hover: none)").matches ? null : keptBox() ?? document.getElementById("line");
  (button ?? box)?.focus();
}

function row(line) {
  const item = copyIn("waiting-line");
  item.dataset.id = line.id;
  shownIn.set(item, JSON.stringify(line));
  item.querySelector("[data-line]").textContent = line.line;
  const note = item.querySelector("[data-moment]");
  // In backquotes stands what is to be written.
  note.replaceChildren(...(line.problem || momentWords(line.written)).split("\x60").map((text, place) => (
    place % 2 ? Object.assign(document.createElement("code"), { textContent: text }) : text
  )));
  note.classList.toggle("error", Boolean(line.problem));
  item.querySelector("[data-change]").addEventListener("click", () => change(item, line));
  item.querySelector("[data-drop]").addEventListener("click", async () => {
    await drop(line.id);
    keptBox()?.focus();
  });
  return item;
}

function change(item, line) {
  const form = copyIn("waiting-edit");
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
  const id = line.problem ? idAfter(line.id) : line.id;
  const close = async (isKept) => {
    form.remove();
    await show();
    goOn(isKept ? id : line.id);
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

mount("[data-try-now]", (button) => button.addEventListener("click", tryAgain));

mount("[data-nobodys]", (ask) => {
  const each = (work) => async () => {
    const { nobodys } = await read();
    for (const line of nobodys) await work(line);
    await send();
  };
  ask.querySelector("[data-mine]").addEventListener("click", each((line) => queue.keep({ ...line, account: pageAccount })));
  ask.querySelector("[data-not-mine]").addEventListener("click", each((line) => queue.drop(line.id)));
});
