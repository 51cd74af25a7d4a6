// The settings of an account: some count as soon as they are chosen; and its end. It comes with the field of the time
// zone.
import { mount } from "./mount.js";

// Choosing a theme or single keys in the account counts at once; saving the form keeps it.
mount("[name=theme]", (control) => {
  control.addEventListener("change", () => { document.documentElement.dataset.theme = control.value; });
});
mount("[name=single_keys]", (control) => {
  control.addEventListener("change", () => { document.body.dataset.singleKeys = control.value; });
});

// A new account's time zone is the browser's. The names of the others come from the browser too, once a user
// looks for one.
mount("[data-zones]", (field) => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (field.hasAttribute("data-detect-timezone") && timeZone) field.value = timeZone;
  field.addEventListener("focus", () => {
    field.select();
    if (field.list.options.length > 0) return;
    field.list.append(...Intl.supportedValuesOf("timeZone").map((zone) => new Option(zone, zone)));
  });
});

// With an account that was deleted goes what this device keeps of it.
mount("form[action='/account/delete']", (form) => {
  form.addEventListener("htmx:after:request", async (event) => {
    const { redirect } = event.detail.ctx.hx;
    if (!redirect) return;
    event.preventDefault();
    await import("./leaving.js").then(({ forgetAll }) => forgetAll()).catch(() => {});
    location.assign(redirect);
  });
});
