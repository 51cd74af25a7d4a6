// The add page after a change: its rows and recents are read again, the changed ones stay in sight, and
// recents keep their places.
import { mount } from "./mount.js";
import { comeBack, show } from "./rows.js";

document.addEventListener("records-changed", async ({ detail }) => {
  const query = new URLSearchParams({ view: "today" });
  for (const id of detail.ids ?? []) query.append("shown", id);
  await window.htmx.ajax("GET", `/add?${query}`, { source: "#today", swap: "outerHTML" });
  comeBack();
});

// Lines saved together are shown: the first of them gets the focus.
let sent = null;
document.addEventListener("htmx:before:request", ({ target }) => { sent = target.id; });
mount("#today", (today) => {
  const first = today.querySelector(".row.new");
  if (first && sent === "batch-form") show(first);
});

// Recents are ordered when the page opens; new ones stand behind. The first one folds the examples.
let places = null;

const name = (item) => item.querySelector("[data-recent]").dataset.recent;

mount("#recents", (section) => {
  const items = [...section.querySelectorAll("li")];
  const before = places;
  places = items.map(name);
  if (!before) return;
  if (before.length === 0 && items.length > 0) document.querySelector(".help").open = false;
  const place = (item) => (before.includes(name(item)) ? before.indexOf(name(item)) : before.length);
  const ordered = [...items].sort((one, other) => place(one) - place(other));
  if (ordered.some((item, index) => item !== items[index])) section.querySelector("ul").replaceChildren(...ordered);
  ordered.forEach((item, index) => renumber(item, String(index + 1)));
  places = ordered.map(name);
});

function renumber(item, number) {
  const [button, key] = [item.querySelector("[data-recent]"), item.querySelector("kbd")];
  button.title = button.title.replace(/\([0-9]\)$/, `(${number})`);
  button.dataset.key = number;
  button.id = `recent-${number}`;
  key.textContent = number;
  const form = item.querySelector("form");
  if (!form) return;
  form.id = `recent-${number}-form`;
  form.elements.number.value = number;
}
