// A sentence about a field that the refused form shows stands at the field, until the form is sent again.
import { FIELDS, refused } from "./messages.js";
import { mount } from "./mount.js";

mount("[data-message]:has([data-fault])", (message) => {
  const fields = [];
  for (const words of message.querySelectorAll("[data-fault]")) {
    const field = [...refused.form?.elements ?? []].find((one) => one.name === words.dataset.fault && one.matches(FIELDS) && one.checkVisibility());
    if (!field) continue;
    putAt(field, words.querySelector("template").content.firstElementChild);
    words.remove();
    fields.push(field);
  }
  if (!message.querySelector(".message-text").textContent.trim()) message.remove();
  fields[0]?.focus();
});

function putAt(field, error) {
  error.id = `${field.id}-error`;
  error.dataset.put = "";
  field.closest(".field").append(error);
  const hint = field.getAttribute("aria-describedby") ?? "";
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${hint} ${error.id}`.trim());
}

function takeAway(error) {
  const field = document.getElementById(error.id.replace(/-error$/, ""));
  const hints = field.getAttribute("aria-describedby").split(" ").filter((id) => id !== error.id);
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
  if (hints.length > 0) field.setAttribute("aria-describedby", hints.join(" "));
  error.remove();
}

document.addEventListener("htmx:before:request", ({ target }) => {
  target.closest("form")?.querySelectorAll("[data-put]").forEach(takeAway);
});
