// A dialog opens when htmx has brought its content, and closes when an answer leaves it empty.
// Esc, focus inside and the return of focus to where it was are the browser's own.
import { fail } from "./messages.js";
import { mount, opensElsewhere } from "./mount.js";

// The style sheet of a dialog comes with its content; in the head it holds for later dialogs too.
async function loadStyleSheets(dialog) {
  const isThere = (link) => document.head.querySelector(`link[href="${link.getAttribute("href")}"]`);
  const missing = [...dialog.querySelectorAll("link[rel=stylesheet]")].filter((link) => !isThere(link));
  await Promise.all(missing.map((link) => new Promise((done) => {
    const copy = link.cloneNode();
    copy.onload = copy.onerror = done;
    document.head.append(copy);
  })));
}

// Who closes it while the style sheet of its next content is on its way is done with it.
async function show(dialog) {
  const wasOpen = dialog.open;
  await loadStyleSheets(dialog);
  if (dialog.childElementCount === 0 || !dialog.isConnected || (wasOpen && !dialog.open)) return;
  for (const other of document.querySelectorAll("dialog:modal")) if (other !== dialog) other.close();
  if (!dialog.matches(":modal")) dialog.showModal();
}

// The box stands in the page already: it opens with the key, and the next letters typed go into it.
mount("[data-opens]", (link) => {
  link.addEventListener("click", (event) => {
    if (opensElsewhere(event)) return;
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

// Nothing had the focus before it, so it goes to what opens this dialog by hand: a link of the page, or the menu
// that has the link; else to the page. The address of a refused form is the beginning of the link's.
function giveFocusBack(dialog) {
  const { activeElement } = document;
  if (activeElement !== document.body && !dialog.contains(activeElement)) return;
  const name = new URLSearchParams(location.search).get("dialog");
  const path = name ? `/${name}` : location.pathname;
  const link = [...document.links].find((one) => one.getAttribute("href").startsWith(path) && !dialog.contains(one));
  const opener = link?.closest("details:not([open])")?.querySelector("summary") ?? link;
  opener?.focus();
  if (document.activeElement !== opener) document.getElementById("main").focus();
}

mount("dialog[data-behind]", (dialog) => {
  dialog.removeAttribute("open");
  show(dialog);
  for (const element of document.querySelectorAll("body > [inert]")) element.inert = false;
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest(".dialog-head a")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    giveFocusBack(dialog);
    history.replaceState(history.state, "", pageAddress());
    delete dialog.dataset.behind;
  }, { once: true });
});

// The pages that take files open the import dialog by themselves: for a file that is dragged over them, and for
// a table pasted from a spreadsheet, which has several lines of several cells.
const takesFiles = () => document.querySelector("[data-takes-files]");

const isTable = (text) => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  return lines.length > 1 && lines.every((line) => line.includes("\t"));
};

addEventListener("paste", async (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const inField = event.target.closest?.("input, textarea");
  const inLine = inField?.matches("#line");
  if (takesFiles() && (!inField || inLine) && isTable(text)) {
    event.preventDefault();
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "pasted table"));
    await import("./import.js").then(({ openWith }) => openWith(transfer.files), () => fail("server"));
  } else if (inLine && /[\r\n]/.test(text.trim()) && document.querySelector("[data-batch]")) {
    // A line cannot hold several. The module of a box that was opened just now may still be on its way.
    event.preventDefault();
    await import("./quick-add.js").then(({ openBatch }) => openBatch(text.trim(), inField), () => fail("server"));
  }
}, { capture: true });

let isDragged = false;
addEventListener("dragenter", async (event) => {
  if (isDragged || !takesFiles() || !event.dataTransfer?.types.includes("Files")) return;
  isDragged = true;
  await import("./import.js").then(({ enter }) => enter(), () => { isDragged = false; });
});
