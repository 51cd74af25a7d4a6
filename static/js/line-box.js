// The box of a line while the server does not answer: its button keeps the line, and in place of a preview stands why.
import { keep, sendIfReachable, watch } from "./outbox.js";
import { newId } from "./stamps.js";

// Whether something else than a preview stands in its place. Once the server answers, the line is read.
let isUnread = false;

export function preview(words) {
  isUnread = true;
  document.getElementById("preview").replaceChildren(words);
}

watch(({ isReachable }) => {
  const button = document.querySelector("#quick-add-form .line-save");
  const words = [...(button?.childNodes ?? [])].find(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
  if (words) words.data = isReachable ? "Save" : "Keep";
  if (words) button.title = `${words.data} (Enter)`;
  if (words && !isReachable && !isUnread && !document.getElementById("line").value.trim()) {
    preview("No connection: a line is kept on this device, and read when it is sent.");
  }
  if (!isReachable || !isUnread) return;
  isUnread = false;
  window.htmx.ajax("GET", "/consumption/preview", { source: "#line", target: "#preview" });
});

// The ids of forms whose lines are kept: a form that is sent again before it has another one holds another line.
const keptIds = new Set();

// Enter was pressed, and no answer came. What has been typed since stays in the box, and so does a line that is to be
// kept for the next one.
export async function keepForm(form, sent, written) {
  const box = form.querySelector("#line");
  const line = sent.get("line");
  if (!box || !line?.trim()) return;
  // With the id of the form: it may have been saved although nobody said so. What is typed next is another
  // line.
  const id = keptIds.has(sent.get("id")) ? newId() : sent.get("id");
  keptIds.add(id);
  form.elements.id.value = newId();
  const stays = sent.has("keep");
  if (!stays && box.value.startsWith(line)) box.value = box.value.slice(line.length);
  // Somebody may have waited elsewhere.
  if (document.activeElement === document.body || form.contains(document.activeElement)) box.focus();
  const kept = await keep(line.trim(), id, sent.has("confirm"), written).then(() => true, () => false);
  preview(kept ? "Kept on this device: it is read and saved once there is a connection." : "");
  // Not in the preview, which an answer to what was typed before may still replace.
  form.querySelector("[data-refused]").hidden = kept;
  if (kept) {
    sendIfReachable();
    return;
  }
  keptIds.delete(id);
  form.elements.id.value = id;
  if (!stays) box.value = [line.trim(), box.value].filter(Boolean).join(" ");
  form.closest("dialog:not([open])")?.showModal();
}
