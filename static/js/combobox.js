// Suggestions while typing (the ARIA combobox with a listbox): arrow keys choose, Enter or Tab
// accepts, Escape closes. Enter without a choice is left to the form.
import { isCombined, mount, tellInput } from "./mount.js";

const DELAY = 90;
// The server has its hands full, with this member's other questions or with all.
const BUSY = [429, 503];
const ASK_AGAIN = 1000;

mount("[data-combobox]", (input) => {
  const kind = input.dataset.combobox;
  let options = [];
  let active = -1;
  let timer;
  let asking = new AbortController();

  const list = () => document.getElementById(input.getAttribute("aria-controls"));
  const isOpen = () => input.getAttribute("aria-expanded") === "true";
  const isField = kind !== "line";

  function close() {
    clearTimeout(timer);
    asking.abort();
    hide();
  }

  // What has been typed meanwhile is still asked about.
  function hide() {
    options = [];
    choose(-1);
    input.setAttribute("aria-expanded", "false");
    const box = list();
    if (box) box.hidden = true;
  }

  function choose(index) {
    active = index;
    options.forEach((option, place) => option.setAttribute("aria-selected", place === index));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    }
  }

  function address() {
    const query = new URLSearchParams({ for: kind });
    query.set("q", isField ? input.value : input.value.slice(0, input.selectionStart));
    if (kind === "unit") query.set("type", input.form.elements.consumption_type.value);
    return `/consumption/suggestions?${query}`;
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(address(), { signal, headers: { "HX-Request": "true", "HX-Request-Type": "partial", "X-Tally-Account": document.body.dataset.account } });
      if (BUSY.includes(answer.status)) {
        if (!signal.aborted) timer = setTimeout(ask, ASK_AGAIN);
        return;
      }
      const text = answer.ok ? await answer.text() : "";
      if (signal.aborted || document.activeElement !== input) return;
      show(new DOMParser().parseFromString(text, "text/html").querySelector("[role=listbox]"));
    } catch {
      // Without suggestions one can still write.
      if (!signal.aborted) hide();
    }
  }

  function show(offers) {
    const box = list();
    if (!box || !offers?.children.length) {
      hide();
      return;
    }
    box.replaceChildren(...offers.children);
    options = [...box.children];
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
  }

  function accept(option) {
    const { text } = option.dataset;
    if (isField) input.value = text;
    else {
      input.value = text + input.value.slice(input.selectionStart).trimStart();
      input.setSelectionRange(text.length, text.length);
    }
    close();
    tellInput(input);
    input.focus();
  }

  const keys = {
    ArrowDown: () => choose((active + 1) % options.length),
    ArrowUp: () => choose((active <= 0 ? options.length : active) - 1),
    Escape: close,
    Enter: () => active >= 0 && accept(options[active]),
    Tab: () => accept(options[Math.max(active, 0)]),
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || isCombined(event)) return;
    if (!isOpen()) {
      if (event.key === "ArrowDown" && isField) ask();
      return;
    }
    if (!(event.key in keys) || (event.key === "Enter" && active < 0)) return;
    event.preventDefault();
    event.stopPropagation();
    // An answer that is still to come takes no choice away.
    clearTimeout(timer);
    asking.abort();
    keys[event.key]();
  });
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.inputType) timer = setTimeout(ask, DELAY);
  });
  // Typed before this was loaded.
  if (document.activeElement === input && input.value !== input.defaultValue) timer = setTimeout(ask, DELAY);
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list().addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    // The field keeps the focus.
    event.preventDefault();
    accept(option);
  });
});
