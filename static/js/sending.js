// Sends the lines of queue.js. A script of its own, since few visits have a line to send, and a plain one too; it
// adds `send` to the object `queue`.
self.queue.send = (() => {
  const { of, change, recall } = self.queue;
  let next = null;
  let last = Promise.resolve();

  // Sends the lines of the signed-in user, one by one, after another page that is sending. Says how many were saved
  // and how many are left, the texts of those that were dropped on their way and are saved, and in `stopped` why it
  // ended early: "offline", "signed-out" or "".
  function send(onProgress = () => {}) {
    // One turn is enough for all that ask before it begins: it reads the lines of then.
    next ??= inTurn(() => {
      next = null;
      return sendAll(onProgress);
    });
    return next;
  }

  // Browsers have locks, which all pages share, on https alone.
  function inTurn(work) {
    if (self.navigator.locks) return navigator.locks.request("tally lines", work);
    last = last.then(work, work);
    return last;
  }

  async function sendAll(onProgress) {
    const account = (await recall("account")) ?? "";
    const outcome = { sent: 0, left: 0, dropped: [], stopped: "" };
    for (;;) {
      // Read anew before each: while one is on its way, others are changed, dropped and added.
      const lines = account ? (await of(account)).filter(({ problem }) => !problem) : [];
      outcome.left = lines.length;
      if (lines.length === 0) return outcome;
      onProgress(lines.length);
      const [line] = lines;
      const { stopped, problem } = await sendOne(line);
      if (stopped) return { ...outcome, stopped };
      const stored = await settle(line, problem);
      if (problem) continue;
      outcome.sent += 1;
      if (!stored) outcome.dropped.push(line.line);
    }
  }

  // What the answer says: `stopped`, an obstacle to all lines; else the `problem` of this one, "" once it is saved.
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
      // What stands between, such as the sign-in of a hotel's network, answers with a page of its own: that a line
      // is saved, or whose it is, the server says itself.
      const own = await answer.json().catch(() => null);
      if (answer.ok) return own ? { problem: "" } : { stopped: "offline" };
      if (answer.status === 401 || (answer.status === 403 && own)) return { stopped: "signed-out" };
      if ([408, 425, 429].includes(answer.status) || answer.status >= 500) return { stopped: "offline" };
      return { problem: own?.error ?? "The server could not take this line." };
    } catch {
      // No answer, or half of one: it may be saved, and is sent again with the same id.
      return { stopped: "offline" };
    }
  }

  // The answer counts for the text that was sent. A line that was changed meanwhile stays as it is and goes out with
  // the same id, so that the server tells whether it was saved before; one that was dropped stays dropped. Resolves
  // to the line as it was kept by then.
  function settle(line, problem) {
    return change((lines) => {
      const request = lines.get(line.id);
      request.onsuccess = () => {
        if (request.result?.line !== line.line) return;
        if (problem) lines.put({ ...line, problem });
        else lines.delete(line.id);
      };
      return request;
    });
  }

  return send;
})();
