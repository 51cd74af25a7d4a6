// The small things of the frame: loading line, menus, days that are carried along, questions.

// A thin line at the top once an answer takes longer than 150 ms.
let openRequests = 0;
let timer;
document.addEventListener("htmx:before:request", () => {
  openRequests += 1;
  if (openRequests === 1) {
    timer = setTimeout(() => document.documentElement.toggleAttribute("data-loading", true), 150);
  }
});
document.addEventListener("htmx:finally:request", () => {
  openRequests = Math.max(0, openRequests - 1);
  if (openRequests > 0) return;
  clearTimeout(timer);
  document.documentElement.removeAttribute("data-loading");
});

// A menu closes on Escape, on a click elsewhere, and when something in it was chosen: then what opened it has the
// focus again. A button that sends a form is not such a choice: the form may be refused, and its fields and the
// focus stay.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function leave(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) {
    if (!menu.contains(target)) menu.open = false;
    else if (target.closest("a, button:not([type=submit])")) leave(menu);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    event.preventDefault();
    leave(menu);
  }
});

// Days that are chosen on the dashboard are carried to the list, and back: the address has them, also after
// htmx has changed it.
const DAYS = ["period", "from", "to"];
document.addEventListener("click", ({ target }) => {
  const link = target.closest("[data-carries]");
  if (!link || !document.querySelector("[data-carries][aria-current]")) return;
  const chosen = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name, value]) => value && DAYS.includes(name)));
  link.search = link.pathname === location.pathname ? "" : chosen;
}, { capture: true });

// A question was about the form as it was sent: after a change, but for the notes, it is asked anew.
document.addEventListener("input", ({ target }) => {
  if (!target.form || target.name === "notes") return;
  for (const part of target.form.querySelectorAll("[data-asked]")) part.remove();
  for (const text of target.form.querySelectorAll("[data-usual]")) text.replaceWith(text.dataset.usual);
});

// htmx starts in a timer, which may come after the first key or click: the links of the page work in
// place before that.
window.htmx?.process(document.body);
