// An account leaves the device: nothing of it stays.
import { answers, read } from "./outbox.js";

const { queue } = self;

async function forget(lines) {
  for (const { id } of lines) await queue.drop(id).catch(() => {});
  await queue.remember("account", "").catch(() => {});
  await queue.remember("names", []).catch(() => {});
}

// The account was deleted.
export const forgetAll = async () => forget((await read()).own);

// The form that signs out was sent: waiting lines are dropped, once the user agrees and the server is there to sign out.
export async function leave(form) {
  const { own } = await read();
  const go = async () => {
    await forget(own);
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
