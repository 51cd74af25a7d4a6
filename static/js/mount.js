// Behaviours find their elements by a selector: those on the page now, and those that htmx brings later.

const behaviours = [];

// Calls behave(element) once for every element that matches, now and after each swap.
export function mount(selector, behave) {
  const behaviour = { selector, behave, seen: new WeakSet() };
  behaviours.push(behaviour);
  apply(behaviour, document.documentElement);
}

function apply({ selector, behave, seen }, root) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches(selector)) found.unshift(root);
  for (const element of found) {
    if (seen.has(element)) continue;
    seen.add(element);
    behave(element);
  }
}

document.addEventListener("htmx:after:process", ({ target }) => {
  if (target instanceof Element) behaviours.forEach((behaviour) => apply(behaviour, target));
});
