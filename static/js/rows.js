// One row of a list is the current one: it has the focus and the keys act on it.
// [data-rows] holds the rows, [data-row] is a row; a row with an id is found again after it was swapped.
import { mount } from "./mount.js";

let current = null;
let memory = { id: "", index: 0 };

const byFinger = () => matchMedia("(hover: none)").matches;
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent !== null);

// Only one that can be seen to be it: a key must not delete what nothing points to.
export const currentRow = () => (current?.contains(document.activeElement) ? current : null);

export function moveBy(step) {
  const all = rows();
  if (all.length === 0) return;
  const from = all.indexOf(current);
  const to = from === -1 ? Math.min(memory.index, all.length - 1) : from + step;
  go(all[Math.max(0, Math.min(to, all.length - 1))]);
}

function go(row) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function remember(row) {
  if (current && current !== row) current.tabIndex = -1;
  current = row;
  current.tabIndex = 0;
  memory = { id: row.id, index: rows().indexOf(row) };
}

mount("[data-rows]", (container) => {
  container.addEventListener("focusin", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row) remember(row);
  });
});

mount("[data-row]", (row) => {
  row.tabIndex = current?.isConnected || row !== rows()[0] ? -1 : 0;
});

// Where nothing has the focus any more: back to the current row, or to what stands there now.
// Not for a finger: the tools of that row would open under it, and a second tap would delete it too.
export function comeBack() {
  if (byFinger() || !current || document.activeElement !== document.body) return;
  const inItsPlace = () => document.getElementById(memory.id) ?? rows()[Math.min(memory.index, rows().length - 1)];
  const next = current.isConnected ? current : inItsPlace();
  if (next?.matches("[data-row]")) go(next);
}

// The current row was replaced or deleted.
document.addEventListener("htmx:after:settle", () => {
  if (!current?.isConnected) comeBack();
});
