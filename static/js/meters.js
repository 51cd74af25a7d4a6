// The meters of the add page while no answer comes: what is typed in a pad is kept as a line, and the next pad is
// opened from the template of the page. waiting.js, which keeps the lines, loads this.
import { copyOf } from "./mount.js";

const links = () => [...document.querySelectorAll("#meters a.meter")];
const addressOf = (asks) => asks.getAttribute("hx-get");
// Also of a pad that has left the page.
const linkOf = ({ elements }) => links().find((link) => addressOf(link) === addressOf(elements.reading));

// The meter behind the open one; undefined behind the last.
export const following = (pad) => links()[links().indexOf(linkOf(pad)) + 1];

// The line that reads the meter of a pad as it was sent.
export function lineOf(pad, sent) {
  const { before, behind } = linkOf(pad).dataset;
  const words = [sent.has("new_meter") && "new", sent.has("rolled_over") && "rolled over"];
  return [before + sent.get("reading").trim() + behind, ...words].filter(Boolean).join(" ");
}

// What stands under the figure of the open pad.
export function say(words, isError = false) {
  const place = document.getElementById("meter-comes-to");
  const tag = isError ? "p" : "span";
  place?.replaceChildren(Object.assign(document.createElement(tag), { className: isError ? "error" : "note", textContent: words }));
}

// Opens the pad of a meter as the server would; without one only the open pad is closed.
export function openMeter(link, id) {
  const open = document.getElementById("meter-open");
  const closed = open && linkOf(open);
  if (closed) {
    closed.hidden = false;
    open.remove();
  }
  if (!link) {
    closed?.focus();
    return;
  }
  const all = links();
  const next = all[all.indexOf(link) + 1];
  const { searchParams } = new URL(link.href);
  const pad = copyOf("meter-pad", {
    ...link.dataset,
    id,
    type: searchParams.get("meter"),
    unit: searchParams.get("unit") ?? "",
    address: addressOf(link),
    place: all.indexOf(link) + 1,
    count: all.length,
    following: next?.querySelector(".type-name").textContent,
    skip: next && addressOf(next),
  });
  pad.querySelector(".type").replaceWith(link.querySelector(".type").cloneNode(true));
  if (!next) endWith(pad);
  link.hidden = true;
  link.after(pad);
  window.htmx.process(pad);
  pad.scrollIntoView();
  pad.elements.reading.focus();
}

// The last pad leads to no other.
function endWith(pad) {
  const [close, save] = pad.querySelectorAll(".actions > *");
  close.removeAttribute("hx-get");
  close.textContent = "Close";
  close.addEventListener("click", (event) => {
    event.preventDefault();
    openMeter(null);
  });
  save.textContent = "Save";
}

// A meter whose reading waits says so.
export function showWaiting(lines) {
  for (const link of links()) {
    const { before, behind } = link.dataset;
    const own = lines.findLast(({ line }) => line.startsWith(before) && line.slice(before.length).includes(behind));
    link.querySelector("[data-waits]")?.remove();
    if (!own) continue;
    const words = own.problem ? "not saved: see the line that waits" : "its reading waits for a connection";
    const note = Object.assign(document.createElement("span"), { className: "note", textContent: words });
    note.dataset.waits = "";
    link.append(note);
  }
}
