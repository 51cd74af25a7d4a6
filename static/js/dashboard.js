// Whoever opens the form of a limit is about to write one.
document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches("[data-escape]")) target.querySelector("[name=value]").focus();
}, { capture: true });

// Choosing a card or going back to all of them replaces the link that had the focus: the way back gets
// it on the page of a type, and there the card that one came from, or the heading where that is gone.
const wayBack = () => document.getElementById("all-types");

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
