// Copies the text that a button names: data-copy="id". Where the clipboard is not to be had, as over plain
// http, the text is selected, ready for Ctrl C.
import { mount } from "./mount.js";

const SAID_FOR = 2000;

mount("[data-copy]", (button) => {
  const label = button.querySelector("[data-label]");
  const words = label.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(source);
    label.textContent = (await copied(source.textContent)) ? "Copied" : "Selected";
    setTimeout(() => { label.textContent = words; }, SAID_FOR);
  });
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
