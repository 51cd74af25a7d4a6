// The offline page: it stands at the address of another one, keeps lines, and gives way to that once it can.
import { mount } from "./mount.js";
import { keep, sendIfReachable, watch } from "./outbox.js";
import { newId } from "./stamps.js";

const { queue } = self;
const keptBox = () => document.querySelector("[data-line-kept]");

watch(({ isReachable }) => {
  const why = document.getElementById("kept-why");
  if (why) why.hidden = isReachable;
});

// Once the server answers, and nothing is being typed, kept or sent, the other page comes back by itself.
watch(({ isReachable, busy }) => {
  const box = keptBox();
  if (!isReachable || busy || !box || box.value.trim() || document.querySelector("[data-waiting] form")) return;
  if (location.pathname === "/offline") location.replace("/add");
  else location.reload(); // Its address may name a place in it: leading there leads nowhere.
});

// The names in the address of the add page under which a link or another app hands a line over.
const SHARED = ["line", "text", "title", "url"];

mount("[data-keep-form]", (form) => {
  const box = keptBox();
  const refused = form.querySelector("[data-refused]");
  const address = new URL(location.href);
  box.value ||= SHARED.map((name) => address.searchParams.get(name)).find(Boolean) ?? "";
  for (const sentence of document.querySelectorAll("[data-offline-for]")) {
    sentence.hidden = sentence.dataset.offlineFor !== location.pathname;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    // The next line may be begun while this one is being kept.
    box.value = "";
    box.focus();
    const kept = await keep(text, newId()).then(() => true, () => false);
    refused.hidden = kept;
    if (!kept) box.value = [text, box.value].filter(Boolean).join(" ");
    else if (address.pathname === "/add") {
      // The page that comes back must not have the line in its box once more.
      for (const name of SHARED) address.searchParams.delete(name);
      history.replaceState(history.state, "", address);
    }
    sendIfReachable();
  });
});

mount("[data-offline-names]", async (chips) => {
  const names = (await queue.recall("names").catch(() => null)) ?? [];
  chips.append(...names.map((name) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
    chip.addEventListener("click", () => {
      const box = keptBox();
      box.value = `${name} `;
      box.focus();
    });
    return chip;
  }));
  chips.hidden = names.length === 0;
});
