// A dialog opens when htmx has brought its content, and closes when an answer leaves it empty.
// Esc, focus inside and the return of focus to where it was are the browser's own.

document.addEventListener("htmx:after:settle", ({ target }) => {
  if (!(target instanceof HTMLDialogElement)) return;
  if (target.childElementCount === 0) target.close();
  else if (!target.open) target.showModal();
});
