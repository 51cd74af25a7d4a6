// Import: a file that is chosen or dropped is checked at once; the form keeps it for what follows.
import { mount } from "./mount.js";

const openForm = () => [...document.querySelectorAll("[data-import]")].find((form) => form.checkVisibility());
const check = (form) => form.requestSubmit(form.querySelector('button[name="dry_run"]'));

mount("[data-import]", (form) => {
  form.addEventListener("change", ({ target }) => {
    if (target.matches('[type="file"]') && !target.files.length) return;
    if (target.matches('[type="file"], [data-again]')) check(form);
  });
  form.addEventListener("records-changed", () => form.closest("dialog").close());
  // A download is the browser's own business: submit() goes past htmx.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-download]");
    if (!button) return;
    event.preventDefault();
    const { action } = form;
    form.action = button.formAction;
    form.submit();
    form.action = action;
  });
});

// A file dropped anywhere on the list opens the dialog with it.

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
const dropping = (yes) => document.body.toggleAttribute("data-dropping", yes);
let inside = 0;

addEventListener("dragenter", (event) => {
  if (!holdsFiles(event)) return;
  inside += 1;
  dropping(true);
});
addEventListener("dragleave", (event) => {
  if (!holdsFiles(event)) return;
  inside = Math.max(0, inside - 1);
  if (inside === 0) dropping(false);
});
addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
addEventListener("drop", async (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  inside = 0;
  dropping(false);
  const { files } = event.dataTransfer;
  if (!openForm()) await window.htmx.ajax("GET", "/consumption/import", { target: "#dialog" });
  const form = openForm();
  if (!form || !files.length) return;
  form.elements.file.files = files;
  check(form);
});
