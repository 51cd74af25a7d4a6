// The meters of the add page while no answer comes: what is typed in a pad is kept as a line, and the next pad is
// opened from the template of the page.
import { copyOf } from "./mount.js";
import { keep, sendIfReachable, watch } from "./outbox.js";
import { newId } from "./stamps.js";

const links = () => [...document.querySelectorAll("#meters a.meter")];
const addressOf = (asks) => asks.getAttribute("hx-get");
// Also of a pad that has left the page.
const linkOf = ({ elements }) => links().find((link) => addressOf(link) === addressOf(elements.reading));

// The meter behind the open one; undefined behind the last.
const following = (pad) => links()[links().indexOf(linkOf(pad)) + 1];

// The line that reads the meter of a pad as it was sent.
function lineOf(pad, sent) {
  const { before, behind } = linkOf(pad).dataset;
  const words = [sent.has("new_meter") && "new", sent.has("rolled_over") && "rolled over"];
  return [before + sent.get("reading").trim() + behind, ...words].filter(Boolean).join(" ");
}

// What stands under the figure of the open pad.
function say(words, isError = false) {
  const place = document.getElementById("meter-comes-to");
  const tag = isError ? "p" : "span";
  place?.replaceChildren(Object.assign(document.createElement(tag), { className: isError ? "error" : "note", textContent: words }));
}

// Opens the pad of a meter as the server would; without one only the open pad is closed.
export function openMeter(link) {
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
    id: newId(),
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

export const openFollowing = (pad) => openMeter(following(pad));

// Whether the last reading was not kept.
let isRefused = false;

// The pad of a meter: it was sent, and no answer came. The next one opens, as if it had been saved. Resolves to whether
// the reading is kept, or at least still in its field.
export async function keepReading(pad, sent, written) {
  // With the id of the form: it may have been saved. What is sent of this pad next is another reading.
  const id = sent.get("id");
  pad.elements.id.value = newId();
  const kept = await keep(lineOf(pad, sent), id, sent.has("confirm"), written).then(() => true, () => false);
  isRefused = !kept;
  sendIfReachable();
  if (!pad.isConnected) return kept;
  if (!kept) {
    pad.elements.id.value = id;
    sayKept();
  } else if (pad.elements.reading.value === sent.get("reading")) openFollowing(pad);
  return true;
}

// In place of what a reading comes to, which the server does not say.
export function sayKept() {
  if (isRefused) say("This browser keeps nothing here, so the reading is not kept. It stays in the field.", true);
  else say("No connection: the reading is kept on this device, and read when it is sent.");
}

// A meter whose reading waits says so.
watch(({ own }) => {
  for (const link of links()) {
    const { before, behind } = link.dataset;
    const reading = own.findLast(({ line }) => line.startsWith(before) && line.slice(before.length).includes(behind));
    link.querySelector("[data-waits]")?.remove();
    if (!reading) continue;
    const words = reading.problem ? "not saved: see the line that waits" : "its reading waits for a connection";
    const note = Object.assign(document.createElement("span"), { className: "note", textContent: words });
    note.dataset.waits = "";
    link.append(note);
  }
});

// How many lines had been sent when the list of meters was read.
let readAt = 0;

// The list says what was sent, unless somebody reads one of its meters just now.
watch(({ sent }) => {
  if (sent === readAt) return;
  readAt = sent;
  if (links().length === 0 || document.getElementById("meter-open")) return;
  window.htmx.ajax("GET", "/add?view=meters", { source: "#meters", swap: "outerHTML" });
});
