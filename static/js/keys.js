// Single keys. A key uses the control with the same data-key: in the current row, else in the open dialog
// or on the page. fragments/keys.html is the same table for people.
import { tinykeys } from "../vendor/tinykeys-4.0.0.mjs";
import { FIELDS } from "./messages.js";
import { opensElsewhere } from "./mount.js";

const STEPS = { j: 1, k: -1 };
const ROWS = "[data-rows] :is(.row, [data-row])";

// A field of a dialog that has just closed keeps the focus until the next frame: nobody types there.
const typing = (event) => event.isComposing || (event.target.closest?.(FIELDS)?.checkVisibility() ?? false);
// Only a row that is visibly marked: a key must not delete a row that nothing points to.
const currentRow = () => document.activeElement?.closest(ROWS) ?? null;
const switchedOff = () => document.body.dataset.singleKeys === "off";
const modal = () => [...document.querySelectorAll("dialog:modal")].at(-1);

// A key may be meant for several controls: the first that can be seen, else the first.
// A control of a row counts for the current row only.
function find(root, key) {
  const controls = [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(
    (control) => !control.disabled && (root !== document || !control.closest(ROWS)),
  );
  return controls.find((control) => control.checkVisibility()) ?? controls[0];
}

// Keys typed while something opens are meant for that: a form in place of a row, a dialog, another page.
const opening = new Set();
const OPENS = `${ROWS} a[hx-get], [hx-target="#dialog"]`;
const LEAVING_TIME = 10_000;
let leaving = false;

document.addEventListener("htmx:before:request", ({ target, detail }) => {
  if (target.matches?.(OPENS)) opening.add(detail.ctx);
});
document.addEventListener("htmx:finally:request", ({ detail }) => opening.delete(detail.ctx));
window.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || opensElsewhere(event)) return;
  if (link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
  leaving = true;
  setTimeout(() => { leaving = false; }, LEAVING_TIME);
});
window.addEventListener("pageshow", () => { leaving = false; });

function act(key, event) {
  if (leaving || opening.size > 0) return;
  const dialog = modal();
  if (key in STEPS && !dialog) {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("row-step", { detail: STEPS[key] }));
    return;
  }
  const row = dialog ? null : currentRow();
  const control = (row && find(row, key)) || find(dialog ?? document, key);
  if (!control || event.repeat) return;
  event.preventDefault();
  if (control.matches(`${FIELDS}, p`)) {
    control.focus();
    control.select?.();
  } else {
    control.click();
  }
}

// A key, and behind | others that do the same; sequences come before their last letter.
const KEYS = ["g d", "g a", "g l", "n|a", "u", "?", ..."123456789", "/", ..."jkedxs", "#", "p", "[|Shift+ArrowLeft", "]|Shift+ArrowRight", "m"];

// As tinykeys takes it: a letter by its place on the keyboard too, a sign with or without Shift.
const pattern = (key) => (/^[a-z]$/.test(key) ? `(${key}|Key${key.toUpperCase()})` : key.length === 1 ? `[Shift]+${key}` : key);
const binding = (key) => key.split(" ").map(pattern).join(" ");

const bindings = {};
for (const keys of KEYS) {
  const [action] = keys.split("|");
  for (const key of keys.split("|")) bindings[binding(key)] = (event) => act(action, event);
}
tinykeys(window, bindings, { ignore: (event) => switchedOff() || typing(event) });

// Escape leaves in the order of nearness: an open form, the row's own way out, the field, the page's way out, unless the
// page keeps somebody from leaving.
window.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || modal()) return;
  const form = event.target.closest?.("details[data-escape][open]");
  if (form) {
    form.open = false;
    form.querySelector("summary").focus();
    return;
  }
  const row = event.target.closest?.(`${ROWS}, .editing`);
  const out = row && find(row, "Escape");
  if (out) out.click();
  else if (typing(event)) event.target.blur();
  else {
    const way = find(document, "Escape");
    if (way?.dispatchEvent(new CustomEvent("leave", { bubbles: true, cancelable: true }))) way.click();
  }
});
