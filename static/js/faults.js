// A sentence about a field that the refused form shows stands at the field, until the form is sent again.
import { FIELDS, refused } from "./messages.js";
import { mount } from "./mount.js";

// The field of each sentence that was put at one, and what described it before.
const put = new WeakMap();

mount("[data-message]:has([data-fault])", (message) => {
  const shown = [...refused.form?.elements ?? []].filter((one) => one.matches(FIELDS) && one.checkVisibility() && one.closest(".field"));
  const fields = [];
  for (const words of message.querySelectorAll("[data-fault]")) {
    const field = shown.find(({ name }) => name === words.dataset.fault);
    if (!field) continue;
    putAt(field, words.querySelector("template").content.firstElementChild);
    words.remove();
    fields.push(field);
  }
  if (!message.querySelector(".message-text").textContent.trim()) message.remove();
  fields[0]?.focus();
});

function putAt(field, error) {
  const described = field.getAttribute("aria-describedby") ?? "";
  put.set(error, { field, described });
  error.id = `${field.id}-error`;
  error.dataset.put = "";
  field.closest(".field").append(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${described} ${error.id}`.trim());
}

function takeAway(error) {
  const { field, described } = put.get(error);
  field.removeAttribute("aria-invalid");
  if (described) field.setAttribute("aria-describedby", described);
  else field.removeAttribute("aria-describedby");
  error.remove();
}

document.addEventListener("htmx:before:request", ({ detail }) => {
  detail.ctx.sourceElement.closest("form")?.querySelectorAll("[data-put]").forEach(takeAway);
});
