// Ids and moments of lines that wait, as the server reads them and as a page says them.

// Browsers have crypto.randomUUID on https alone.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The id of the line that takes the place of this one: the same on every page, so that two pages save it once.
export function idAfter(id) {
  const next = (Number.parseInt(id.slice(-8), 16) + 1) % 2 ** 32;
  return id.slice(0, -8) + next.toString(16).padStart(8, "0");
}

// A time, now by itself, as ISO 8601 with the offset of the place: the server counts days where the line was written.
export function moment(time = new Date()) {
  const minutes = -time.getTimezoneOffset();
  const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, 23);
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

// `Monday 30 November, 15:04`.
export function momentWords(written) {
  const then = new Date(written);
  return `${DAY.format(then).replace(",", "")}, ${TIME.format(then)}`;
}
