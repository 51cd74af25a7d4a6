// A dialog opens when htmx has brought its content, and closes when an answer leaves it empty.
// Esc, focus inside and the return of focus to where it was are the browser's own.
import { mount } from "./mount.js";

function show(dialog) {
  for (const other of document.querySelectorAll("dialog:modal")) if (other !== dialog) other.close();
  if (!dialog.matches(":modal")) dialog.showModal();
}

document.addEventListener("htmx:after:settle", ({ target }) => {
  if (!(target instanceof HTMLDialogElement)) return;
  if (target.childElementCount === 0) target.close();
  else show(target);
});

// One that came open with the page, as it must without scripts, becomes a modal one.
mount("dialog[open]", (dialog) => {
  dialog.close();
  show(dialog);
});
