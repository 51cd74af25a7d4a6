// Tab reaches one mark of a chart; arrow keys lead from there to the others, Home and End to the first and last.
import { isCombined, mount } from "./mount.js";

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function middle(mark) {
  const { left, top, width, height } = mark.querySelector("rect").getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

// The nearest mark in the direction; distances aside count four times.
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
    if (isCombined(event)) return;
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

// Drawings whose marks are no links of their own get one link, which follows the pointer and the arrow keys.
// They hold the words to read out: data-values (a text for each column up to the last that has one, with | between them) with data-runs (columns that
// are one mark) and the nearest data-buckets (names and days of the columns); or data-weeks of a calendar.
const SVG = "http://www.w3.org/2000/svg";
const draw = (name, attributes, parent) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};

// The columns of a card's chart, each with its mark or nothing: { left, width, text, query } in shares of its
// width. Columns that are one mark have the same.
function columnsOf(chart) {
  const values = chart.dataset.values.split("|");
  const buckets = JSON.parse(chart.closest("[data-buckets]").dataset.buckets);
  const width = 1 / buckets.length;
  const marks = buckets.map(([name, days], i) => values[i] && { left: i * width, top: 0, width, height: 1, text: `${name}: ${values[i]}`, query: days.includes("=") ? days : `period=${days}` });
  for (const [first, count, text, query] of JSON.parse(chart.dataset.runs ?? "[]")) {
    const run = { left: first * width, top: 0, width: count * width, height: 1, text, query };
    for (let i = first; i < first + count; i += 1) marks[i] = run;
  }
  return marks;
}

// The squares of a calendar, week by week, each with its mark or nothing. Their values stand in the table beside it.
function daysOf(chart) {
  const { first, year, list } = chart.parentElement.dataset;
  const [begin, weeks] = [Number(chart.dataset.begin), Number(chart.dataset.weeks)];
  const cells = chart.closest(".chart").querySelectorAll(".numbers td");
  return Array.from({ length: 7 * weeks }, (_, i) => {
    const value = cells[7 * begin + i]?.textContent;
    if (!value) return 0;
    const day = new Date(`${first}T00:00Z`);
    day.setUTCDate(day.getUTCDate() + 7 * begin + i);
    // As in Mon, 24 Nov 2025 00:00:00 GMT, in every language.
    const [weekday, number, month, itsYear] = day.toUTCString().split(/,? /);
    const name = `${weekday} ${Number(number)} ${month}${itsYear === year ? "" : ` ${itsYear}`}`;
    const [week, place] = [Math.floor(i / 7), i % 7];
    return { left: week / weeks, top: place / 7, width: 1 / weeks, height: 1 / 7, text: `${name}: ${value}`, query: `period=${day.toISOString().slice(0, 10)}`, list };
  });
}

// The next mark a number of places on, or that number again; the same mark where there is none.
function along(places, at, step) {
  for (let i = places.indexOf(at) + step; i >= 0 && i < places.length; i += step) {
    if (places[i] && places[i] !== at) return places[i];
  }
  return at;
}

function follow(chart, places) {
  const marks = [...new Set(places.filter(Boolean))];
  if (!marks.length) return;
  const small = chart.matches(".plot-small");
  // A picture has nothing in it that takes the focus.
  if (chart.getAttribute("role") === "img") chart.setAttribute("role", "group");
  const link = draw("a", { class: "mark", href: "#" }, chart);
  const strip = draw("rect", { class: "strip" }, link);
  const words = draw("text", { class: "readout" }, link);
  let at;
  const show = (mark) => {
    at = mark;
    link.setAttribute("href", `${mark.list ?? chart.dataset.list}&${mark.query}`);
    for (const [name, value] of [["x", mark.left], ["y", mark.top], ["width", mark.width], ["height", mark.height]]) strip.setAttribute(name, `${100 * value}%`);
    const middle = mark.left + mark.width / 2;
    words.textContent = mark.text;
    words.setAttribute("x", small ? "50%" : `${100 * middle}%`);
    words.setAttribute("y", small ? "100%" : "-0.5em");
    if (!small) words.setAttribute("text-anchor", middle < 0.3 ? "start" : middle > 0.7 ? "end" : "middle");
  };
  show(marks.at(-1));
  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const mark = marks.find(({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height);
    if (mark && mark !== at) show(mark);
  });
  // Between its marks a chart is part of the card's link.
  chart.addEventListener("click", (event) => {
    if (!event.target.closest("a")) chart.closest(".type-card")?.querySelector(".card-link").click();
  });
  link.addEventListener("keydown", (event) => {
    if (isCombined(event)) return;
    const aside = small ? 1 : 7;
    const step = { ArrowLeft: -aside, ArrowRight: aside, ArrowUp: -1, ArrowDown: 1 }[event.key];
    const to = step ? along(places, at, step) : { Home: marks[0], End: marks.at(-1) }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    show(to);
  });
}

mount("[data-values]", (chart) => follow(chart, columnsOf(chart)));
mount("[data-weeks]", (chart) => follow(chart, daysOf(chart)));
