// A recent of a meter begins the line: the figure is still to be typed, so nothing is saved.
import { mount } from "./mount.js";

mount("[data-fill-line]", (link) => {
  link.addEventListener("click", (event) => {
    const line = document.getElementById("line");
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    line.value = link.dataset.fillLine;
    line.focus();
    line.setSelectionRange(line.value.length, line.value.length);
    line.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
});
