// The small things of the frame: loading line, menus, theme, time zone.
import { mount } from "./mount.js";

// A thin line at the top once an answer takes longer than 150 ms.
let waiting = 0;
let timer;
document.addEventListener("htmx:before:request", () => {
  waiting += 1;
  if (waiting === 1) {
    timer = setTimeout(() => document.documentElement.toggleAttribute("data-loading", true), 150);
  }
});
document.addEventListener("htmx:finally:request", () => {
  waiting = Math.max(0, waiting - 1);
  if (waiting > 0) return;
  clearTimeout(timer);
  document.documentElement.removeAttribute("data-loading");
});

// A menu closes on Escape, on a click elsewhere and when something in it was chosen.
mount("details[data-menu]", (menu) => {
  const close = () => { menu.open = false; };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    close();
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.isConnected || !menu.open) return;
    if (!menu.contains(target) || target.closest("a, button")) close();
  });
});

// Choosing a theme in the account shows it at once; saving the form keeps it.
mount("[name=theme]", (control) => {
  control.addEventListener("change", () => { document.documentElement.dataset.theme = control.value; });
});

// A new account's time zone is the browser's, where the list offers it.
mount("select[data-detect-timezone]", (select) => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if ([...select.options].some(({ value }) => value === timeZone)) select.value = timeZone;
});
