// The forms that make records: keep the line on Ctrl+Enter, keep what is typed while an answer is
// on its way, open a batch for pasted lines, step through days.
import { mount } from "./mount.js";

mount("form[data-line-form]", (form) => {
  const line = form.querySelector("#line");

  // A warning was about what stood there: after a change it has to be given again.
  form.addEventListener("input", () => form.querySelector("[data-confirm]")?.remove());

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (line) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "keep", value: "1" }));
    form.requestSubmit();
  });

  if (line) {
    keepTyping(form, line);
    line.addEventListener("paste", (event) => openBatch(event, line));
  }
});

// Enter was pressed and the next line begun before the answer came: the new box goes on with it.
function keepTyping(form, line) {
  let sent = null;
  form.addEventListener("htmx:before:request", ({ target }) => {
    if (target === form) sent = line.value;
  });
  form.addEventListener("htmx:finally:request", ({ target }) => {
    if (target === form) sent = null;
  });
  form.addEventListener("htmx:before:swap", ({ target }) => {
    if (sent === null || line.value === sent || !form.contains(target)) return;
    const typed = line.value.startsWith(sent) ? line.value.slice(sent.length) : line.value;
    document.addEventListener("htmx:after:settle", () => {
      const next = document.getElementById("line");
      if (!next || next === line || !typed.trim()) return;
      next.value = next.value + typed;
      next.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    }, { once: true });
  });
}

// A line cannot hold several: what has line breaks goes on in the batch, or waits there for a look.
function openBatch(event, line) {
  const pasted = event.clipboardData.getData("text").trim();
  const batch = document.querySelector("[data-batch]");
  if (!/[\r\n]/.test(pasted) || !batch) return;
  event.preventDefault();
  const lines = batch.querySelector("textarea");
  const before = line.value.slice(0, line.selectionStart);
  const after = line.value.slice(line.selectionEnd);
  lines.value = [lines.value.trim(), before + pasted + after].filter(Boolean).join("\n");
  line.value = "";
  line.dispatchEvent(new InputEvent("input", { bubbles: true }));
  batch.open = true;
  lines.focus();
  lines.dispatchEvent(new InputEvent("input", { bubbles: true }));
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
    date.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
});
