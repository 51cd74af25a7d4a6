// One row of a list is the current one: it has the focus and the keys act on it.
// [data-rows] holds the rows; a row with an id is found again after it was swapped. The tools of a row are put
// into it when the pointer or the focus comes to it: fifty rows need not carry fifty copies.
import { copyOf, mount, opensElsewhere } from "./mount.js";

const ROW = ".row, [data-row]";

let current = null;
let memory = { id: "", index: 0 };

const byFinger = () => matchMedia("(hover: none)").matches;
const rows = () => [...document.querySelectorAll("[data-rows] :is(.row, [data-row])")].filter((row) => row.offsetParent !== null);

function moveBy(step) {
  const all = rows();
  if (all.length === 0) return;
  const from = all.indexOf(current);
  const to = from === -1 ? Math.min(memory.index, all.length - 1) : from + step;
  go(all[Math.max(0, Math.min(to, all.length - 1))]);
}

// The keys j and k.
document.addEventListener("row-step", ({ detail }) => moveBy(detail));

function go(row) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function equip(row) {
  if (!row.matches(".row:not(.deleted)") || row.querySelector(".tools")) return;
  const tools = copyOf("row-tools", { id: row.id.slice("r-".length) });
  if (!tools) return;
  row.querySelector(".notes").append(tools);
  row.querySelector("[name=ids]").dataset.key = "x";
  window.htmx.process(tools);
}

function remember(row) {
  if (current && current !== row) current.tabIndex = -1;
  current = row;
  current.tabIndex = 0;
  memory = { id: row.id, index: rows().indexOf(row) };
}

mount("[data-rows]", (container) => {
  container.addEventListener("pointerover", ({ target }) => {
    const row = target.closest(ROW);
    if (row) equip(row);
  });
  // The name of a type leads to the form of its record: in place of the row, as the pencil does.
  container.addEventListener("click", (event) => {
    const link = event.target.closest(".what > a");
    if (!link || opensElsewhere(event)) return;
    const row = link.closest(ROW);
    equip(row);
    const edit = row.querySelector(".tools [data-key=e]");
    if (!edit) return;
    event.preventDefault();
    edit.click();
  });
  container.addEventListener("focusin", ({ target }) => {
    const row = target.closest(ROW);
    if (!row) return;
    equip(row);
    remember(row);
  });
});

mount(ROW, (row) => {
  row.tabIndex = current?.isConnected || row !== rows()[0] ? -1 : 0;
});

// An edit mostly writes the value anew: it opens with the value selected.
mount(".edit-form [autofocus]", (field) => {
  field.addEventListener("focus", () => field.select(), { once: true });
  field.focus();
});

// A row that was saved has the focus and is in sight. Its tools stay closed under a finger, where a second tap
// would delete it.
export function show(row) {
  if (byFinger()) {
    row.dataset.quiet = "";
    row.addEventListener("pointerdown", () => delete row.dataset.quiet, { once: true });
  }
  go(row);
}

// Where nothing has the focus any more: back to the current row, or to the one in its place, or to where rows
// would stand; by a finger only to the same one.
export function comeBack() {
  if (!current || document.activeElement !== document.body) return;
  const same = current.isConnected ? current : document.getElementById(memory.id);
  const next = same ?? (byFinger() ? null : rows()[Math.min(memory.index, rows().length - 1)]);
  if (next?.matches(ROW)) show(next);
  else if (!byFinger()) document.getElementById("results")?.focus({ preventScroll: true });
}

// The current row was replaced or deleted, or its rows were read again and came without tools.
document.addEventListener("htmx:after:settle", () => {
  if (!current?.isConnected) comeBack();
  else current.tabIndex = 0;
  for (const row of document.querySelectorAll(".row:is(:hover, :focus-within)")) equip(row);
});
