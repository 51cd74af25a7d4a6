// Messages at the foot of the window: they leave by themselves, their action stays within reach of its key,
// and failures that no answer of the server can describe are said here.
import { mount } from "./mount.js";

const READING_TIME = 10_000;
export const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea";
// The elements that a message must not cover.
const COVERED = `${FIELDS}, .actions, .row:focus`;
const place = () => document.getElementById("messages");
const page = () => document.getElementById("main");

mount("[data-message]", (message) => {
  message.querySelector("[data-dismiss]")?.addEventListener("click", () => leave(message));
  if (!place().contains(message)) return;
  keepClear();
  const later = () => {
    if (message.matches(":hover, :focus-within")) setTimeout(later, READING_TIME);
    else leave(message);
  };
  setTimeout(later, READING_TIME);
});

// Out of sight the undo still counts: its key presses it for as long as the page stands.
function leave(message) {
  const hadFocus = message.contains(document.activeElement);
  if (message.hasAttribute("data-undoes")) message.hidden = true;
  else message.remove();
  if (hadFocus) giveFocusBack();
}

// The focus that goes with a message is again where it came from, or at the page. While it is in one, this is set.
let cameFrom = null;

function giveFocusBack() {
  (cameFrom.isConnected ? cameFrom : page()).focus({ preventScroll: true });
}

document.addEventListener("htmx:after:settle", () => {
  if (cameFrom && document.activeElement === document.body) giveFocusBack();
});

// A refused form comes back without the button that sent it: the focus is at its first fault, which is read out there,
// or at the button that answers its question.
mount('[aria-invalid="true"], [data-usual]', (part) => {
  if (document.activeElement === document.body) (part.closest("button") ?? part).focus();
});

// The record is edited in its row where the page has that, or is about to have it.
const ARRIVAL_TIME = 2_000;

mount("[data-edits]", (link) => {
  link.addEventListener("click", async (event) => {
    if (!document.querySelector("[data-rows], #results") || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    const edit = await rowOf(link.dataset.edits).then(editOf);
    if (edit) edit.click();
    else location.assign(link.href);
  });
});

async function rowOf(id) {
  const find = () => document.getElementById(`r-${id}`);
  const until = performance.now() + ARRIVAL_TIME;
  const isComing = () => performance.now() < until || document.documentElement.matches("[data-loading]");
  while (!find() && isComing()) await new Promise((resolve) => setTimeout(resolve, 50));
  return find();
}

function editOf(row) {
  if (!row) return null;
  // With the focus it has its tools.
  if (!row.contains(document.activeElement)) row.focus();
  return row.querySelector(".tools [data-key=e]");
}

// A message lies over no field: where one stands at the foot, it goes to the head of the window.
function keepClear() {
  const messages = place();
  messages.classList.remove("messages-above");
  if (!covers(messages)) return;
  messages.classList.add("messages-above");
  // With fields at both ends it is the one in use that stays free.
  if (covers(messages, ":focus")) messages.classList.remove("messages-above");
}

function covers(messages, state = "") {
  const boxes = [...messages.children].map((message) => message.getBoundingClientRect());
  return [...document.querySelectorAll(`:is(${COVERED})${state}`)].some((field) => {
    if (messages.contains(field) || !field.checkVisibility()) return false;
    const own = field.getBoundingClientRect();
    return boxes.some((box) => own.top < box.bottom && box.top < own.bottom && own.left < box.right && box.left < own.right);
  });
}

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  cameFrom = place().contains(target) ? cameFrom ?? relatedTarget ?? page() : null;
  if (place().childElementCount > 0 && target.matches(COVERED)) requestAnimationFrame(keepClear);
});
document.addEventListener("scrollend", () => place().childElementCount > 0 && keepClear());

// "Saved" must not stand beside a new failure: it goes, except where it offers an undo that may still
// be wanted it stands back.
function standBack(asking = null) {
  for (const message of [...place().children]) {
    if (message.querySelector("form") && !message.contains(asking)) message.classList.add("message-earlier");
    else message.remove();
  }
}

// The change in the address is announced by now; on a reload it would be announced again.
const address = new URL(location.href);
const announced = ["changed", "undone", "saved", "asks", "told", "typed", "dotted", "refused"].filter((name) => address.searchParams.has(name));
for (const name of announced) address.searchParams.delete(name);
if (announced.length > 0) history.replaceState(history.state, "", address);

export function fail(name) {
  standBack();
  announce(document.getElementById(`failure-${name}`).content.cloneNode(true));
}

export function announce(message) {
  place().append(message);
  window.htmx.process(place());
}

// Signed out: a question that a field or the page asks by itself must not lead away from what is typed.
export const isTyped = (field) => !field.matches("select") && field.value !== field.defaultValue;

document.addEventListener("htmx:before:response", (event) => {
  const { status, headers } = event.detail.ctx.response;
  const leads = status === 401 && headers.has("HX-Redirect") && !event.defaultPrevented;
  if (!leads || ![...document.querySelectorAll(FIELDS)].some(isTyped)) return;
  event.preventDefault();
  if (!place().querySelector("[data-ended]")) fail("signed-out");
});

// What an answer was for may be gone by then, read again with another answer. It goes to the row that stands there now,
// else what it says beside that is shown: a change is never done without a word.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.target?.isConnected !== false) return;
  const row = document.getElementById(ctx.target.id)?.closest(".row");
  if (!row && ctx.request.method === "GET") return;
  ctx.target = row ?? place();
  if (!row) ctx.swap = "none";
});

// The form that was refused last: faults.js puts the sentences of the refusal at its fields.
export const refused = {};

// Not the target of the event: that is the document, once what asked has left the page.
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  refused.form = ctx.sourceElement.closest("form");
  const { status } = ctx.response;
  if (status >= 500) fail("server");
  else standBack(status === 401 ? null : ctx.sourceElement);
});
// Whether a request of htmx got no answer, or half of one: the connection may break behind its head.
export const isUnanswered = ({ detail: { ctx } }) => ctx && !("text" in ctx);

// The mark in the header says so, where there is one: connection.js.
document.addEventListener("htmx:error", (event) => {
  if (isUnanswered(event) && !document.body.dataset.account) fail("server");
});

// A modal dialog makes everything outside it inert, so messages move into it while it is open, and out of it while its
// content is replaced.
new MutationObserver(() => {
  const open = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (place().parentElement !== open) open.append(place());
}).observe(document, { subtree: true, childList: true, attributeFilter: ["open"] });
document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (detail.tasks.some(({ target }) => target === place().parentElement)) document.body.append(place());
});
