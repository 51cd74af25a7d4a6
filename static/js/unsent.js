// Keeps a form that somebody uses where it is, with the focus in it, while the rows or figures around it are read
// again. The place of such a form names this module and has an id. A link or a search leads on and takes no form along,
// and a form that was sent is not in use any more.
import { FIELDS, isTyped } from "./messages.js";

const isInUse = (field) => field.matches(":focus") || isTyped(field);

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const { sourceElement, sourceEvent } = ctx;
  const leadsOn = sourceElement.matches("a, form:not([method=post])");
  for (const place of document.querySelectorAll("[data-module=unsent]")) {
    place.querySelector("[autofocus]")?.removeAttribute("autofocus"); // It has had the focus.
    const wasSent = place.contains(sourceElement) || place.contains(sourceEvent?.target);
    if (leadsOn || wasSent || ![...place.querySelectorAll(FIELDS)].some(isInUse)) continue;
    for (const { target, fragment } of tasks) {
      const into = typeof target === "string" ? document.querySelector(target) : target;
      if (into?.contains(place)) keep(place, fragment);
    }
  }
});

// htmx puts the place back where the new content has one with its id. A row that the new rows do not have stands above
// them.
function keep(place, fragment) {
  let same = fragment.querySelector(`[id="${place.id}"]`);
  if (!same && place.matches("tr")) {
    same = place.cloneNode();
    fragment.querySelector("[data-rows]")?.prepend(same);
  }
  same?.setAttribute("hx-preserve", "");
}
