// A dialog opens when htmx has brought its content, and closes when an answer leaves it empty.
// Esc, focus inside and the return of focus to where it was are the browser's own.
import { mount } from "./mount.js";

function show(dialog) {
  for (const other of document.querySelectorAll("dialog:modal")) if (other !== dialog) other.close();
  if (!dialog.matches(":modal")) dialog.showModal();
}

// The box stands in the page already: it opens with the key, and what is typed next goes into it.
mount("[data-opens]", (link) => {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = document.getElementById(link.dataset.opens);
    dialog.querySelector("#written").replaceChildren();
    show(dialog);
    dialog.querySelector("#line").select();
  });
});

document.addEventListener("htmx:after:settle", ({ target }) => {
  if (!(target instanceof HTMLDialogElement)) return;
  if (target.childElementCount === 0) target.close();
  else show(target);
});

// One that came open with its page, as it must without scripts, becomes a modal one. Until it is closed the
// address is its own, then that of the page behind it.
const cameOpen = () => document.querySelector("dialog[data-behind]");

export const pageAddress = () => new URL(cameOpen()?.dataset.behind ?? location.href, location.href);

mount("dialog[data-behind]", (dialog) => {
  dialog.removeAttribute("open");
  show(dialog);
  for (const element of document.querySelectorAll("body > [inert]")) element.inert = false;
  dialog.addEventListener("close", () => {
    history.replaceState(history.state, "", pageAddress());
    delete dialog.dataset.behind;
  }, { once: true });
});
