// Lines that wait for a connection, in the browser's own database. A plain script, no module, since the
// service worker takes it too; it puts one object, `queue`, into the global scope. Every page has it; how the
// lines are sent is sending.js.
//
// A line: { id, account, line, written, problem, isMisdated, isSure }. `id` is that of its form, so that however often
// it is sent it is saved once; `account` is a hash of the account's id, "" while nobody was signed in; `written`
// is the moment with its offset, from which words such as "yesterday" count; `problem` is the sentence of a
// server that could not read it, "" before; `isMisdated`: that sentence is about `written`, which no text mends;
// `isSure`: the line was kept as it is once its sentence had been shown.
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
  const change = (work) => within(STORE, "readwrite", work);
  const keep = (line) => change((lines) => lines.put({ problem: "", ...line }));
  const drop = (id) => change((lines) => lines.delete(id));
  const recall = (name) => within(MEMORY, "readonly", (memory) => memory.get(name));
  const remember = (name, value) => within(MEMORY, "readwrite", (memory) => memory.put(value, name));

  // The lines of these accounts in the order in which they were written.
  async function linesOf(...accounts) {
    const lines = (await every()).filter(({ account }) => accounts.includes(account));
    return lines.sort((one, other) => Date.parse(one.written) - Date.parse(other.written));
  }

  return { linesOf, change, keep, drop, remember, recall };
})();
