// Tab reaches one mark of a chart; arrow keys lead from there to the others, Home and End to the first and last.
import { mount } from "./mount.js";

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function middle(mark) {
  const { left, top, width, height } = mark.querySelector("rect").getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

// The nearest mark that lies in the direction; what lies aside counts four times as far.
function nearest(marks, from, [dx, dy]) {
  const [x, y] = middle(from);
  let best;
  let least = Infinity;
  for (const mark of marks) {
    const [markX, markY] = middle(mark);
    const along = (markX - x) * dx + (markY - y) * dy;
    const aside = Math.abs((markX - x) * dy) + Math.abs((markY - y) * dx);
    if (along < 1 || along + 4 * aside >= least) continue;
    best = mark;
    least = along + 4 * aside;
  }
  return best;
}

mount("[data-marks]", (chart) => {
  const marks = [...chart.querySelectorAll("a[href]")];
  chart.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const from = event.target.closest("a");
    const direction = DIRECTIONS[event.key];
    const to = direction ? nearest(marks, from, direction) : { Home: marks[0], End: marks.at(-1) }[event.key];
    if (!to) return;
    event.preventDefault();
    from.setAttribute("tabindex", "-1");
    to.removeAttribute("tabindex");
    to.focus();
  });
});
