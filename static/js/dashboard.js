import { FIELDS, isTyped } from "./messages.js";
import { copyOf, opening } from "./mount.js";

// The form of a limit is made when it is opened: forty cards need not carry forty.
function fill(details) {
  const [unit, value, per, measure] = JSON.parse(details.dataset.limit);
  const type = details.closest(".type-card").querySelector(".type-name").textContent;
  const id = details.querySelector("summary").id.slice(0, -"-summary".length);
  const form = copyOf("limit-form", { id, type, unit, value });
  const { elements } = form;
  elements.per.value = per;
  if (elements.in) {
    elements.in.value = measure;
    if (!unit) elements.in.options[0].label = "amount";
  } else if (!unit) form.querySelector("label bdi").remove();
  details.querySelector(".limit-form").replaceWith(form);
  details.removeAttribute("data-limit");
  window.htmx.process(form);
}

// Opened, it is about to be written in: what is typed takes the place of the limit that stands there.
opening("[data-escape]", (details) => {
  if (details.dataset.limit) fill(details);
  const field = details.querySelector("[name=value]");
  field.focus();
  field.select();
});

// Choosing a card or going back to all of them replaces the link that had the focus: the way back gets
// it on the page of a type, and there the card that one came from, or the heading where that is gone.
const wayBack = () => document.getElementById("all-types");

// Escape does not lead back while a form of the page holds a text that nobody has sent: its field has the focus then.
document.addEventListener("leave", (event) => {
  const typed = event.target === wayBack() && [...document.querySelectorAll(`main :is(${FIELDS})`)].find(isTyped);
  if (!typed) return;
  event.preventDefault();
  typed.closest("details:not([open])")?.setAttribute("open", "");
  typed.focus();
});

let before = null;
document.addEventListener("htmx:before:swap", () => { before = wayBack(); });

document.addEventListener("htmx:after:settle", () => {
  const after = wayBack();
  const [came, went] = [before, after];
  before = after;
  if (!came === !went || document.activeElement !== document.body) return;
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  (went ?? document.getElementById(came.dataset.card) ?? heading).focus();
});

// Who goes back waits no longer for the page of a link: its address would stand above the one that comes back.
document.addEventListener("htmx:before:history:restore", () => {
  for (const link of document.querySelectorAll(".htmx-request[hx-get]")) link.dispatchEvent(new Event("htmx:abort"));
});

// Cards keep their places while one works: they are ordered when the page opens.
let held = null;
const statistics = () => document.getElementById("statistics");
const cards = () => [...document.querySelectorAll(".cards > li")];
const name = (card) => card.querySelector(".card-link")?.id;

// A link that was pressed while a form was still on its way leads on from the figures that came with its answer.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "statistics" && !ctx.target.isConnected && ctx.request.method === "GET") ctx.target = statistics() ?? ctx.target;
});

document.addEventListener("records-changed", () => { held = { section: statistics(), places: cards().map(name) }; });
document.addEventListener("htmx:after:settle", () => {
  if (!held || held.section === statistics()) return;
  const { places } = held;
  held = null;
  const place = (card) => (places.includes(name(card)) ? places.indexOf(name(card)) : places.length);
  const now = cards();
  const ordered = [...now].sort((one, other) => place(one) - place(other));
  if (ordered.some((card, index) => card !== now[index])) now[0].parentElement.replaceChildren(...ordered);
});
