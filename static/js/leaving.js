// The form that signs out was sent: waiting lines are dropped, once the user agrees and the server is there to sign out.
import { answers, read } from "./outbox.js";

const { queue } = self;

export async function leave(form) {
  const { own } = await read();
  const go = async () => {
    for (const { id } of own) await queue.drop(id).catch(() => {});
    await queue.remember("account", "").catch(() => {});
    await queue.remember("names", []).catch(() => {});
    form.dataset.sure = "yes";
    form.requestSubmit();
  };
  if (own.length === 0) {
    await go();
    return;
  }
  const dialog = document.querySelector("[data-leaving]");
  const stays = dialog.querySelector("[data-stays]");
  stays.hidden = true;
  dialog.querySelector("[data-leaving-lines]").replaceChildren(...own.map(({ line }) => Object.assign(document.createElement("li"), { textContent: line })));
  dialog.querySelector("[data-leave]").onclick = async () => {
    stays.hidden = await answers();
    if (stays.hidden) await go();
  };
  dialog.showModal();
}
