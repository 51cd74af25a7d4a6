// Lines that wait for a connection, in the browser's own database. A plain script, no module, since the
// service worker takes it too; it puts one object, `queue`, into the global scope.
//
// A line: { id, account, line, written, problem }. `id` is that of its form, so that however often it is
// sent it is saved once; `account` is a hash of the account's id, "" while nobody was signed in; `written`
// is the moment with its offset, from which words such as "yesterday" count; `problem` is the sentence of a
// server that could not read it, "" before.
self.queue = (() => {
  const STORE = "lines";
  const MEMORY = "memory";

  function open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("tally", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: "id" });
        request.result.createObjectStore(MEMORY);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
  }

  // Resolves once the transaction is complete: a request that succeeded may still be rolled back.
  async function within(store, mode, work) {
    const db = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction(store, mode, { durability: "strict" });
        const request = work(transaction.objectStore(store));
        transaction.oncomplete = () => resolve(request?.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request?.error);
      });
    } finally {
      db.close();
    }
  }

  const every = () => within(STORE, "readonly", (lines) => lines.getAll());
  const keep = (line) => within(STORE, "readwrite", (lines) => lines.put({ problem: "", ...line }));
  const drop = (id) => within(STORE, "readwrite", (lines) => lines.delete(id));
  const recall = (name) => within(MEMORY, "readonly", (memory) => memory.get(name));
  const remember = (name, value) => within(MEMORY, "readwrite", (memory) => memory.put(value, name));

  // The lines of one account in the order in which they were written.
  async function of(account) {
    const lines = (await every()).filter((line) => line.account === account);
    return lines.sort((one, other) => Date.parse(one.written) - Date.parse(other.written));
  }

  // Now, as ISO 8601 with the offset of the place: the server counts days where the line was written.
  function moment(now = new Date()) {
    const minutes = -now.getTimezoneOffset();
    const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 23);
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  }

  // Sends the lines of the signed-in user, one by one. Says how many were saved and how many are left, and
  // in `stopped` why it ended early: "offline", "signed-out", "busy" (another page is sending) or "".
  async function send(onProgress = () => {}) {
    const work = () => sendAll(onProgress);
    if (!self.navigator?.locks) return work();
    return navigator.locks.request("tally lines", { ifAvailable: true }, (lock) => (lock ? work() : { sent: 0, left: 0, stopped: "busy" }));
  }

  async function sendAll(onProgress) {
    const account = (await recall("account")) ?? "";
    const lines = (await of(account)).filter((line) => !line.problem);
    let sent = 0;
    for (const [place, line] of (account ? lines : []).entries()) {
      onProgress(lines.length - place);
      const outcome = await sendOne(line);
      if (outcome === "saved") sent += 1;
      else if (outcome !== "unread") return { sent, left: lines.length - place, stopped: outcome };
    }
    return { sent, left: 0, stopped: "" };
  }

  // "saved", "unread" (the line has the server's sentence now), or the obstacle to all of them.
  async function sendOne(line) {
    let answer;
    try {
      answer = await fetch("/consumption", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-Tally-Written": line.written,
          "X-Tally-Account": line.account,
        },
        body: JSON.stringify({ id: line.id, line: line.line }),
        redirect: "error",
      });
      if (answer.ok) {
        await drop(line.id);
        return "saved";
      }
      if (answer.status === 401 || answer.status === 403) return "signed-out";
      if (answer.status === 429 || answer.status >= 500) return "offline";
      // What stands between answers with a page of its own.
      const { error } = await answer.json().catch(() => ({}));
      await keep({ ...line, problem: error ?? "The server could not take this line." });
      return "unread";
    } catch {
      // No answer, or half of one: it may be saved, and is sent again with the same id.
      return "offline";
    }
  }

  return { of, keep, drop, moment, send, remember, recall };
})();
