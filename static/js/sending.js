// Sends the lines of queue.js. A script of its own, since few visits have a line to send, and a plain one too; it
// adds `send` to the object `queue`.
self.queue.send = (() => {
  const { of, keep, drop, recall } = self.queue;

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

  return send;
})();
