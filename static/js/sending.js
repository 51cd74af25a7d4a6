// Sends the lines of queue.js. A script of its own, since few visits have a line to send, and a plain one too; it
// adds `send` to the object `queue`.
self.queue.send = (() => {
  const { linesOf, change, recall } = self.queue;
  // A page waits no longer for an answer either (base.html). Until then no other page sends.
  const PATIENCE = 30_000;
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
    const heldUp = new Set();
    for (;;) {
      // Read anew before each: while one is on its way, others are changed, dropped and added.
      const lines = account ? (await linesOf(account)).filter(({ problem }) => !problem) : [];
      outcome.left = lines.length;
      const line = lines.find(({ id }) => !heldUp.has(id));
      if (!line) return outcome;
      onProgress(lines.length);
      const { stopped, isHeldUp, ...answer } = await sendOne(line);
      if (stopped) return { ...outcome, stopped };
      if (isHeldUp) {
        heldUp.add(line.id);
        outcome.stopped = "offline";
        continue;
      }
      const stored = await settle(line, answer);
      if (answer.problem) continue;
      outcome.sent += 1;
      if (!stored) outcome.dropped.push(line.line);
    }
  }

  // What the answer says: `stopped`, an obstacle to all lines; `isHeldUp`, one to this line, of which the server has
  // not heard; else the `problem` of this one, "" once it is saved, and whether that is about its moment.
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
        body: JSON.stringify({ id: line.id, line: line.line, confirm: Boolean(line.isSure) }),
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      // What stands between, such as the sign-in of a hotel's network or a firewall that dislikes a word, answers
      // with a page of its own: that a line is saved, whose it is or what is wrong with it, the server says itself.
      const own = await answer.json().catch(() => null);
      if (answer.ok) return own?.records ? { problem: "" } : { stopped: "offline" };
      if ([408, 425, 429].includes(answer.status) || answer.status >= 500) return { stopped: "offline" };
      if (!own?.error) return { isHeldUp: true };
      if ([401, 403].includes(answer.status)) return { stopped: "signed-out" };
      return { problem: own.error, isMisdated: Boolean(own.fields?.["X-Tally-Written"]) };
    } catch {
      // No answer, or half of one: it may be saved, and is sent again with the same id.
      return { stopped: "offline" };
    }
  }

  // The answer counts for the text that was sent. A line that was changed meanwhile stays as it is and goes out with
  // the same id, so that the server tells whether it was saved before; one that was dropped stays dropped. Resolves
  // to the line as it was kept by then.
  function settle(line, answer) {
    return change((lines) => {
      const request = lines.get(line.id);
      request.onsuccess = () => {
        if (request.result?.line !== line.line) return;
        if (answer.problem) lines.put({ ...line, ...answer });
        else lines.delete(line.id);
      };
      return request;
    });
  }

  return send;
})();
