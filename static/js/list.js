// The list: a selection with its bar, a filter whose parts agree, rows that stay true after a change.
import { pageAddress } from "./dialogs.js";
import { mount, opening } from "./mount.js";
import { comeBack, show as showRow } from "./rows.js";

const boxes = () => [...document.querySelectorAll('[data-rows] [name="ids"]')];
const isBox = (target) => target.matches?.('[data-rows] [name="ids"]');

// Selection

let anchor = null;

function showSelection() {
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  const all = boxes();
  const selected = all.filter((box) => box.checked);
  const { count = 0, countWords: inAll = "" } = document.getElementById("totals")?.dataset ?? {};
  const whole = bar.elements.all;
  const offersAll = selected.length > 0 && Number(count) > selected.length;
  if (!offersAll) whole.checked = false;
  whole.parentElement.hidden = !offersAll;
  bar.querySelector("[data-all-words]").textContent = `All ${inAll} matching`;
  bar.querySelector("[data-selected-count]").textContent = `${whole.checked ? inAll : selected.length} selected`;
  bar.querySelector("[data-selected-words]").replaceChildren(...(selected.length === 1 && !whole.checked ? inWords(selected[0].closest("tr")) : []));
  const selectAll = document.querySelector("[data-select-all]");
  if (!selectAll) return;
  selectAll.checked = selected.length > 0 && selected.length === all.length;
  selectAll.indeterminate = selected.length > 0 && selected.length < all.length;
}

function inWords(row) {
  const text = (part) => row.querySelector(part)?.textContent.trim() ?? "";
  const name = document.createElement("bdi");
  name.append(text(".what"));
  return [name, ` ${text(".value")} ${text(".unit")}`];
}

function select(some, checked) {
  for (const box of some) box.checked = checked;
  showSelection();
}

document.addEventListener("click", ({ target, shiftKey }) => {
  if (!isBox(target)) return;
  const all = boxes();
  const from = shiftKey && anchor ? all.indexOf(anchor) : -1;
  if (from !== -1) {
    const to = all.indexOf(target);
    select(all.slice(Math.min(from, to), Math.max(from, to) + 1), target.checked);
  }
  anchor = target;
  showSelection();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) {
    anchor = target;
    select(boxes(), target.checked);
  } else if (target.closest("[data-selection]")) showSelection();
});

opening(".setter", (setter) => setter.querySelector("input").focus());

mount("[data-selection]", (bar) => {
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    // The bar goes with what it holds: the focus is again at what was selected last.
    if (bar.matches(":focus-within")) anchor?.focus({ preventScroll: true });
    select(boxes(), false);
  });
  // Enter in a field applies that field, whatever stands in the others.
  bar.querySelector("[data-enter]").disabled = true;
  bar.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "Enter" || !event.target.matches(".setter input")) return;
    event.preventDefault();
    event.target.closest(".setter").querySelector("button").click();
  });
  // One field with all selected rows, whichever control sends the form.
  bar.addEventListener("formdata", ({ formData }) => formData.set("ids", formData.getAll("ids").join(" ")));
  // A download is the browser's own business: submit() goes past htmx.
  bar.querySelector("[data-download]")?.addEventListener("click", (event) => {
    event.preventDefault();
    bar.addEventListener("formdata", ({ formData }) => formData.set("action", event.target.value), { once: true });
    bar.submit();
  });
  showSelection();
});

document.addEventListener("htmx:after:settle", showSelection);

// A chip goes with its filter: the focus is then at the records, in front of the other chips.
document.addEventListener("click", ({ target }) => {
  if (target.closest(".chips a")) document.getElementById("results").focus({ preventScroll: true });
});

// Filter: a named period and its own first and last day exclude each other.
mount("[data-filter]", (form) => {
  const others = { period: ["from", "to"], from: ["period"], to: ["period"] };
  form.addEventListener("change", ({ target }) => {
    for (const name of others[target.name] ?? []) form.elements[name].value = "";
  }, { capture: true });
});

// After any change of records the rows that are loaded are read again, and new ones glow once.
document.addEventListener("records-changed", async ({ target, detail }) => {
  if (!document.getElementById("results")) return;
  const ofSelection = target.matches?.("[data-selection]");
  if (ofSelection) {
    select(boxes(), false);
    for (const setter of target.querySelectorAll(".setter")) setter.open = false;
  }
  const address = pageAddress();
  address.searchParams.set("loaded", Math.max(boxes().length, 1));
  for (const id of detail.ids ?? []) address.searchParams.append("shown", id);
  await window.htmx.ajax("GET", address.pathname + address.search, {
    target: "#results",
    swap: "outerMorph",
    headers: { "HX-Target": "section#results" },
  });
  const rows = (detail.ids ?? []).map((id) => document.getElementById(`r-${id}`)).filter(Boolean);
  for (const row of rows) row.classList.add("new");
  if (detail.shows && rows.length > 0) showRow(rows[0]);
  else comeBack();
});

// The browser's own print names the part of the list on the paper.
addEventListener("beforeprint", () => {
  const count = document.getElementById("totals")?.dataset.count;
  for (const place of document.querySelectorAll(".loaded")) place.textContent = boxes().length;
  if (count) for (const place of document.querySelectorAll(".of-all")) place.textContent = count;
});
