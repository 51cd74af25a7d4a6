// Lines that wait for a connection, in the browser's own database. A plain script, no module, since the
// service worker takes it too; it puts one object, `queue`, into the global scope.
//
// A line: { id, account, line, written, problem }. `id` is that of its form, so that however often it is
// sent it is saved once; `account` is a hash of the account's id, "" while nobody was signed in; `written`
// is the moment with its offset, from which words such as "yesterday" count, "" once the server has refused it (the
// clock was wrong, or it is too long ago); `problem` is the sentence of a server that could not read it, "" before.
self.queue = (() => {
  const STORE = "lines";
  const MEMORY = "memory";
  // Answers besides 5xx that say nothing about the line: no such place while a server is exchanged, too slow, too
  // early, too often.
  const LATER = [404, 408, 425, 429];
  const UNREAD = "The server could not take this line.";

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
        let request = null;
        try {
          request = work(transaction.objectStore(store));
        } catch (error) {
          // What was done before it would stay otherwise.
          transaction.abort();
          throw error;
        }
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
  // Another text for the line `id`, which may come with another id: both or nothing.
  const replace = (id, line) => within(STORE, "readwrite", (lines) => {
    if (id !== line.id) lines.delete(id);
    return lines.put(line);
  });
  const recall = (name) => within(MEMORY, "readonly", (memory) => memory.get(name));
  const remember = (name, value) => within(MEMORY, "readwrite", (memory) => memory.put(value, name));

  // The lines of one account in the order in which they were written.
  async function of(account) {
    const lines = (await every()).filter((line) => line.account === account);
    return lines.sort((one, other) => (Date.parse(one.written) || 0) - (Date.parse(other.written) || 0));
  }

  // As crypto.randomUUID(), which browsers have on https alone.
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Now, as ISO 8601 with the offset of the place: the server counts days where the line was written.
  function moment(now = new Date()) {
    const minutes = -now.getTimezoneOffset();
    const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 23);
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  }

  // Sends the lines of the signed-in user, one by one, and after those of another page. Says how many were saved
  // and how many are left, the texts of those that were dropped on their way and are saved, and in `stopped` why it
  // ended early: "offline", "signed-out" or "".
  function send(onProgress = () => {}) {
    // One turn is enough for all that ask before it begins: it reads what is there by then.
    next ??= inTurn(() => {
      next = null;
      return sendAll(onProgress);
    });
    next.catch(() => { next = null; });
    return next;
  }

  let next = null;
  let last = Promise.resolve();

  // Browsers have locks, which all pages share, on https alone.
  function inTurn(work) {
    if (self.navigator?.locks) return navigator.locks.request("tally lines", work);
    last = last.then(work, work);
    return last;
  }

  async function sendAll(onProgress) {
    const account = (await recall("account")) ?? "";
    const outcome = { sent: 0, left: 0, dropped: [], stopped: "" };
    for (;;) {
      // Anew before each: while one is on its way others are changed, dropped and added.
      const lines = account ? (await of(account)).filter((line) => !line.problem) : [];
      outcome.left = lines.length;
      if (lines.length === 0) return outcome;
      onProgress(lines.length);
      const { obstacle = "", isSaved = false, isDropped = false } = await sendOne(lines[0]);
      if (obstacle) return { ...outcome, stopped: obstacle };
      if (isSaved) outcome.sent += 1;
      if (isSaved && isDropped) outcome.dropped.push(lines[0].line);
    }
  }

  async function sendOne(line) {
    try {
      const answer = await fetch("/consumption", {
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
      const { status } = answer;
      const told = parsed(await answer.text());
      const error = typeof told?.error === "string" ? told.error : "";
      if (answer.ok) return told ? await settle(line, null) : { obstacle: "offline" };
      if (status === 401 || (status === 403 && error)) return { obstacle: "signed-out" };
      if (status >= 500 || LATER.includes(status)) return { obstacle: "offline" };
      const isMisdated = Boolean(told?.fields?.["X-Tally-Written"]);
      return await settle(line, { ...line, written: isMisdated ? "" : line.written, problem: error || UNREAD });
    } catch {
      // No answer, or half of one: it may be saved, and is sent again with the same id.
      return { obstacle: "offline" };
    }
  }

  // Null for what is not the server's: a proxy answers with pages of its own.
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  // After the answer for a line: removes it, or puts `refused` in its place. A line that was changed on its way
  // stays as it is, to be sent with the same id, so that the server tells whether it was saved before; one that
  // was dropped stays dropped.
  async function settle(line, refused) {
    const stored = await within(STORE, "readwrite", (lines) => {
      const request = lines.get(line.id);
      request.onsuccess = () => {
        if (request.result?.line !== line.line) return;
        if (refused) lines.put(refused);
        else lines.delete(line.id);
      };
      return request;
    });
    return { isSaved: !refused, isDropped: !stored };
  }

  return { of, keep, replace, drop, newId, moment, send, remember, recall };
})();
