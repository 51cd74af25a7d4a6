// The forms that make records: keep the line on Ctrl+Enter, keep the text typed while an answer is
// on its way, take examples, open a batch for pasted lines, step through days.
import { isCombined, mount, opensElsewhere, tellInput } from "./mount.js";

// Puts a text into a field, as if it had been typed there.
function write(field, text) {
  field.value = text;
  field.focus();
  field.setSelectionRange(text.length, text.length);
  tellInput(field);
}

mount("form[data-line-form]", (form) => {
  const line = form.querySelector("#line");

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    if (line) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "keep", value: "1" }));
    form.requestSubmit();
  });

  if (line) {
    keepTyping(form, line);
    stay(form, line);
    takesOffers(form, line);
    goesBack(form, line);
    // Typed before the scripts were there, or filled in again by the browser.
    if (document.readyState !== "complete") {
      window.addEventListener("load", () => line.value !== line.defaultValue && tellInput(line), { once: true });
    }
  }
});

// Enter was pressed and the next line begun before the answer came: the new box takes it over.
function keepTyping(form, line) {
  form.addEventListener("htmx:before:request", ({ target, detail: { ctx } }) => {
    if (target !== form) return;
    form.querySelector("[name=keep]")?.remove(); // It was for this once.
    const sent = line.value;
    document.addEventListener("htmx:finally:request", function done({ detail }) {
      if (detail.ctx !== ctx) return;
      document.removeEventListener("htmx:finally:request", done);
      const next = document.getElementById("line");
      const isCorrected = !line.value.startsWith(sent);
      const typed = isCorrected ? line.value : line.value.slice(sent.length);
      if (line.isConnected || !next || !typed.trim()) return;
      // Some of it may already have gone into the new box. A line that came back was corrected meanwhile.
      const kept = isCorrected ? "" : next.defaultValue;
      next.value = kept + typed + next.value.slice(next.defaultValue.length);
      tellInput(next);
    });
  });
}

// Who leaves before an answer comes takes the line along, or the reading of a meter: it may not arrive any more, and waits
// with its id as one that got no answer.
document.addEventListener("htmx:before:request", (event) => {
  if (!event.target.matches?.("#quick-add-form, #meter-open")) return;
  window.onbeforeunload = () => {
    if (event.detail.ctx.status === "issuing") document.dispatchEvent(new CustomEvent("htmx:error", event));
  };
});

// In an empty box the arrow up recalls the line that was sent last, and u takes it back while the message that
// says so is in sight.
let last = "";

function goesBack(form, line) {
  form.addEventListener("submit", () => { last = line.value || last; }, { capture: true });
  line.addEventListener("keydown", (event) => {
    if (line.value || isCombined(event) || event.isComposing) return;
    if (event.key === "ArrowUp" && last) {
      event.preventDefault();
      write(line, last);
    }
    const undo = event.key === "u" && document.querySelector("#messages > [data-message]:not([hidden]) [data-key=u]");
    if (!undo || document.body.dataset.singleKeys === "off") return;
    event.preventDefault();
    undo.click();
  });
}

// Signed out while typing: a preview must not lead away from a line that is not saved yet.
function stay(form, line) {
  line.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.status !== 401) return;
    event.preventDefault();
    document.getElementById("preview").replaceChildren(form.querySelector("[data-signed-out]").content.cloneNode(true));
  });
}

// The box, and the field of a reading, are marked as long as something in them cannot be read, and no longer.
document.addEventListener("htmx:after:settle", ({ target }) => {
  const field = target.id && document.querySelector(`input[aria-describedby="${target.id}"]`);
  if (field) field.ariaInvalid = target.querySelector(".unread, #meter-error") && "true";
});

// An example fills the box, and a recent of a meter begins the line: its figure is still to be typed.
mount("[data-fill-line]", (link) => {
  link.addEventListener("click", (event) => {
    const line = document.getElementById("line");
    if (!line || opensElsewhere(event)) return;
    event.preventDefault();
    write(line, new URL(link.href).searchParams.get("line"));
  });
});

// The offer of the preview replaces the line, or its line of the batch.
mount("[data-offer]", (offer) => {
  offer.addEventListener("click", (event) => {
    event.preventDefault();
    takeOffer(offer);
  });
});

function takeOffer(offer) {
  const field = offer.closest("form").elements.line;
  const { offer: text, line: number } = offer.dataset;
  const lines = field.value.split("\n");
  lines[number ? Number(number) - 1 : 0] = text;
  write(field, lines.join("\n"));
}

// The nearest known type, below the field of a new one.
mount("[data-type-offer]", (offer) => {
  offer.addEventListener("click", () => {
    write(offer.closest("form").elements.consumption_type, offer.dataset.typeOffer);
  });
});

// A type brings its unit along, as in the line, where nobody has written another.
document.addEventListener("type-unit", ({ target, detail }) => {
  const unit = target.form?.elements.unit;
  if (!unit || target.closest(".edit-form") || (unit.value && unit.value !== unit.dataset.brought)) return;
  unit.value = detail.unit;
  unit.dataset.brought = detail.unit;
  if (unit === document.activeElement) unit.select(); // What is typed next replaces it.
});

// Tab takes the offer for the present line, unless the suggestions are open: then Tab is theirs.
function takesOffers(form, line) {
  line.addEventListener("keydown", (event) => {
    const offer = form.querySelector("[data-tab]");
    const isOpen = line.getAttribute("aria-expanded") === "true";
    if (event.key !== "Tab" || isCombined(event) || event.isComposing || isOpen) return;
    if (offer?.dataset.tab.trim() !== line.value.trim()) return;
    event.preventDefault();
    takeOffer(offer);
  });
}

// A text with line breaks that was pasted into the line moves to the batch, and waits there for a look.
export function openBatch(pasted, line) {
  const batch = document.querySelector("[data-batch]");
  const lines = batch.querySelector("textarea");
  const before = line.value.slice(0, line.selectionStart);
  const after = line.value.slice(line.selectionEnd);
  write(line, "");
  batch.open = true;
  write(lines, [lines.value.trim(), before + pasted + after].filter(Boolean).join("\n"));
}

mount("a[data-carries-line]", (link) => {
  link.addEventListener("click", () => {
    const url = new URL(link.href);
    url.searchParams.set("line", document.getElementById("line").value);
    link.href = url;
  });
});

mount("[data-date-steps]", (steps) => {
  const date = steps.closest("form").elements[steps.dataset.dateSteps];
  steps.addEventListener("click", ({ target }) => {
    const step = target.closest("[data-step]")?.dataset.step;
    if (step === undefined) return;
    const from = step === "0" || !date.value ? steps.dataset.today : date.value;
    const day = new Date(`${from}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(step));
    date.value = day.toISOString().slice(0, 10);
    tellInput(date);
  });
});
