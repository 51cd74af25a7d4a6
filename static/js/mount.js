// Behaviours find their elements by a selector: those on the page now, and those that htmx brings later.
// A module that few visits need is loaded with the first element that names it in data-module; a link or button
// names those of what it opens in data-loads, so that they are there as soon as that is.

const behaviours = [];

// Calls behave(element) once for every element that matches, now and after each swap.
export function mount(selector, behave) {
  const behaviour = { selector, behave, seen: new WeakSet() };
  behaviours.push(behaviour);
  apply(behaviour, document.documentElement);
}

function apply({ selector, behave, seen }, root) {
  const elements = [...root.querySelectorAll(selector)];
  if (root.matches(selector)) elements.unshift(root);
  for (const element of elements) {
    if (seen.has(element)) continue;
    seen.add(element);
    behave(element);
  }
}

// A copy of the one element in the template `id`, with `values` for the {names} in its attributes and texts; null
// where the page has no such template.
export function copyOf(id, values) {
  const template = document.getElementById(id);
  if (!template) return null;
  const copy = template.content.firstElementChild.cloneNode(true);
  const filled = (text) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const part of [...element.attributes, ...element.childNodes]) {
      if (part.nodeValue?.includes("{")) part.nodeValue = filled(part.nodeValue);
    }
  }
  return copy;
}

// Tells everything that hears a field of a value that a script has set, as if it were typed.
export const tellInput = (field) => field.dispatchEvent(new InputEvent("input", { bubbles: true }));

// Whether a click opens its link in another tab or window.
export const opensElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;

// Whether a key is pressed together with one that gives it another meaning.
export const isCombined = (event) => event.altKey || opensElsewhere(event);

// Opens the matching details while the click on them is handled, and calls ready(details). Their toggle event comes
// later: what is typed until then would be lost.
export const opening = (selector, ready) => document.addEventListener("click", (event) => {
  const details = event.target.closest(`${selector}:not([open]) > summary`)?.parentElement;
  if (!details) return;
  event.preventDefault();
  details.open = true;
  ready(details);
});

document.addEventListener("htmx:after:process", ({ target }) => {
  if (target instanceof Element) behaviours.forEach((behaviour) => apply(behaviour, target));
});

// What cannot be fetched without a connection comes with the next one, which may be there before it carries anything.
async function load(name, tries = 5) {
  try {
    await import(`./${name}.js`);
  } catch (error) {
    if (!tries) throw error;
    await new Promise((done) => {
      if (navigator.onLine) setTimeout(done, 500);
      else addEventListener("online", done, { once: true });
    });
    await load(name, tries - 1);
  }
}

const loadAll = (names) => names.split(" ").forEach((name) => load(name));

mount("[data-module]", ({ dataset }) => loadAll(dataset.module));
document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-loads]");
  if (opener) loadAll(opener.dataset.loads);
});
