// Import: a file that is chosen, dropped or pasted is checked at once; the form keeps it for the next requests. dialogs.js
// loads this where a file comes without the dialog.
import { fail } from "./messages.js";
import { mount } from "./mount.js";

// A change of a choice shows at once by this many bytes of a large file.
const HEAD_BYTES = 256 * 1024;

const openForm = () => [...document.querySelectorAll("[data-import]")].find((form) => form.checkVisibility());
const check = (form) => form.requestSubmit(form.querySelector('button[name="dry_run"]'));

// Of a workbook, an archive and XML the beginning says nothing.
const isWholeOnly = async (file) => {
  const start = new TextDecoder("latin1").decode(await file.slice(0, 64).arrayBuffer());
  return /^(?:PK|\u00d0\u00cf|(?:\u00ef\u00bb\u00bf)?\s*<)/.test(start);
};

// Send the beginning of the file in its place: the whole one goes with the button.
const checkHead = async (form) => {
  const whole = form.elements.file;
  const [file] = whole.files;
  if (!file || file.size <= HEAD_BYTES || await isWholeOnly(file)) {
    check(form);
    return;
  }
  const transfer = new DataTransfer();
  transfer.items.add(new File([file.slice(0, HEAD_BYTES)], file.name));
  const head = Object.assign(document.createElement("input"), { type: "file", name: "file", hidden: true, files: transfer.files });
  const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "head", value: "1" });
  whole.removeAttribute("name");
  whole.required = false;
  form.append(head, mark);
  // By then the fields are collected.
  form.addEventListener("htmx:before:request", () => {
    head.remove();
    mark.remove();
    whole.name = "file";
    whole.required = true;
  }, { once: true });
  check(form);
};

mount("[data-import]", (form) => {
  const dialog = form.closest("dialog");
  let saves = false;
  let isLeft = false;
  // Closing the dialog before there is an answer gives the import up: the server stops, and saves nothing.
  const leave = () => {
    isLeft = true;
    if (!form.matches(".htmx-request")) return;
    form.dispatchEvent(new CustomEvent("htmx:abort"));
    if (saves) fail("left");
  };
  dialog.addEventListener("close", leave, { once: true });
  form.addEventListener("submit", ({ submitter }) => { saves = !["dry_run", "anew"].includes(submitter?.name); });
  // A request that waited behind the one given up is not sent either.
  form.addEventListener("htmx:before:request", (event) => { if (isLeft) event.preventDefault(); });
  // Chosen before this was loaded.
  if (form.elements.file.files.length) check(form);
  form.addEventListener("change", ({ target }) => {
    if (target.matches('[type="file"]')) {
      if (target.files.length) check(form);
    } else if (target.matches("[data-again]")) checkHead(form);
  });
  form.addEventListener("records-changed", () => {
    dialog.removeEventListener("close", leave);
    dialog.close();
  });
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

export const openWith = async (files) => {
  if (!openForm()) await window.htmx.ajax("GET", "/consumption/import", { target: "#dialog" });
  // The dialog may still wait for its style sheet.
  const form = openForm() ?? document.querySelector("#dialog [data-import]");
  if (!form || !files.length) return;
  form.elements.file.files = files;
  check(form);
};

// A file dropped anywhere on the list opens the dialog with it.

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
const dropping = (yes) => document.body.toggleAttribute("data-dropping", yes);
let inside = 0;

export function enter() {
  inside += 1;
  dropping(true);
}

addEventListener("dragenter", (event) => { if (holdsFiles(event)) enter(); });
addEventListener("dragleave", (event) => {
  if (!holdsFiles(event)) return;
  inside = Math.max(0, inside - 1);
  if (inside === 0) dropping(false);
});
addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  inside = 0;
  dropping(false);
  openWith(event.dataTransfer.files);
});
