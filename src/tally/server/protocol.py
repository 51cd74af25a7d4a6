"""A connection of uvicorn with the limits it does not have itself.

h11 rather than httptools: the latter takes headers without end, and two Host headers.
"""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from tally.web import access_log as log
from tally.web.middleware import PLAIN_HEADERS

# The longest line with an address, and the most bytes of all headers with it.
MAX_ADDRESS_BYTES = 24 * 1024
MAX_HEADER_BYTES = 32 * 1024
HEADER_SECONDS = 10.0
BODY_SECONDS = 10.0
# The time for a body grows by a second with each time that this many bytes of it have arrived.
BODY_BYTES_A_SECOND = 64 * 1024
# Seconds after which a visitor who reads nothing of an answer counts as gone.
READING_SECONDS = 60.0
# Time for a refused visitor to read why, before the connection is cut.
LINGER_SECONDS = 2.0
# When the server stops, requests under way have this long to arrive, and answers to be read.
STOP_BODY_SECONDS = 5.0
STOP_ANSWER_SECONDS = 7.0
# For the first request on a connection that was accepted while the server stopped.
STOP_LATE_SECONDS = 0.5

# The end of a request's headers, as h11 finds it.
_END = re.compile(rb"\n\r?\n")
# A line that ends in a bare LF, and one that continues the line before.
_LOOSE_LINES = re.compile(rb"(?<!\r)\n|\n[ \t]")
_LENGTH = re.compile(rb"^content-length:([^\r]*)", re.IGNORECASE | re.MULTILINE)

# The texts for visitors whose request was refused before it became one.
SENTENCES = {
    400: b"This request cannot be read.\n",
    408: b"This took too long to arrive.\n",
    501: b"Send the body as it is, or in chunks.\n",
}
TOO_LONG = b"This is too long.\n"


class Connection(h11.Connection):
    """h11 with limits on the bytes it keeps, and with one reading of a message's length.

    h11 prefers Transfer-Encoding to a Content-Length beside it, accepts the same length twice, and
    accepts lines that end in a bare LF among lines that end in CRLF. A proxy in front may read each
    of these differently.
    """

    def next_event(self) -> Any:
        start = self.trailing_data[0] if self.their_state is h11.IDLE else b""
        # Checked before h11, which only limits all headers together.
        if len(start) > MAX_ADDRESS_BYTES and b"\n" not in start[:MAX_ADDRESS_BYTES]:
            raise h11.RemoteProtocolError("too long", error_status_hint=414)
        event = super().next_event()
        if isinstance(event, h11.Request):
            _check_framing(event, start)
            lines = (len(name) + len(value) + 4 for name, value in event.headers)
            if len(event.target) + sum(lines) > MAX_HEADER_BYTES:
                raise h11.RemoteProtocolError("too large", error_status_hint=431)
        return event


def _check_framing(request: h11.Request, received: bytes) -> None:
    """Raises RemoteProtocolError for a request whose end could be read in two ways."""
    end = _END.search(received)
    head = received[: end.end()] if end else received
    names = {name for name, _ in request.headers}
    is_chunked = b"transfer-encoding" in names
    lengths = _LENGTH.findall(head) if b"content-length" in names else []
    if (
        _LOOSE_LINES.search(head)
        or len(lengths) + is_chunked > 1
        or any(b"," in length for length in lengths)
        or (is_chunked and request.http_version < b"1.1")
    ):
        raise h11.RemoteProtocolError("more than one reading")


class ServerState(uvicorn.server.ServerState):
    """The state that the connections of a server share with it."""

    is_stopping = False


class Protocol(H11Protocol):
    """A connection with time limits for its visitor.

    Headers: `HEADER_SECONDS`. Body: `BODY_SECONDS`, and a second more for each 64 KiB received.
    """

    server_state: ServerState

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn = Connection(h11.SERVER, MAX_HEADER_BYTES)
        self._patience: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._body_due: float | None = None
        self._lingering = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(HEADER_SECONDS)
        if self.server_state.is_stopping:
            self.loop.call_later(STOP_LATE_SECONDS, self._stop_late)

    def data_received(self, data: bytes) -> None:
        if self._lingering:
            return
        if self._body_due is not None:
            self._body_due += len(data) / BODY_BYTES_A_SECOND
        super().data_received(data)
        self._follow()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._follow()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The visitor sends no more: answer a complete request, then close.

        This looks the same as a visitor who has gone. During an upload it counts as gone, as in
        nginx.
        """
        is_waiting = self.cycle is not None and not self.cycle.response_complete
        if is_waiting and not self.cycle.more_body and not self._lingering:
            self.cycle.keep_alive = False
            left = self.cycle.scope.get("state", {}).get("left")
            if left is not None:
                left.set()
            return True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._patience, self._unread):
            if timer is not None:
                timer.cancel()
        self._patience = self._unread = None
        with suppress(h11.LocalProtocolError):
            super().connection_lost(exc)

    def shutdown(self) -> None:
        if self._lingering:
            self.transport.abort()
            return
        if self._body_due is not None:
            self._body_due = min(self._body_due, self.loop.time() + STOP_BODY_SECONDS)
            self._expect_within(self._body_due - self.loop.time())
        self.loop.call_later(STOP_ANSWER_SECONDS, self._cut_answer)
        super().shutdown()

    def _stop_late(self) -> None:
        """Stop a connection that uvicorn did not know yet when it stopped the others."""
        if not self.transport.is_closing():
            self.shutdown()

    def _cut_answer(self) -> None:
        """Abort a download that nobody reads: uvicorn would cancel it later, with a traceback."""
        cycle = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def send_400_response(self, msg: str) -> None:
        """Answer a malformed request with the reason, and hang up."""
        error = sys.exc_info()[1]
        self._hang_up(getattr(error, "error_status_hint", 400))

    def _follow(self) -> None:
        """Set the timer for the next thing due: headers, the rest of a body, or nothing."""
        if self.transport.is_closing() or self._lingering:
            return
        if self.conn.their_state is h11.SEND_BODY:
            if self._body_due is None:
                self._body_due = self.loop.time() + BODY_SECONDS
                self._expect_within(BODY_SECONDS)
            return
        self._body_due = None
        started = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not started:
            self._stop_expecting()
        elif self._patience is None:
            self._expect_within(HEADER_SECONDS)

    def _expect_within(self, seconds: float) -> None:
        self._stop_expecting()
        self._patience = self.loop.call_later(seconds, self._too_slow)

    def _stop_expecting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        self._patience = None
        if self.transport.is_closing():
            return
        if self._body_due is not None:
            left = self._body_due - self.loop.time()
            if left > 0 or self.flow.read_paused:
                # More has arrived meanwhile, or the server itself has paused reading.
                self._expect_within(max(left, 1.0))
                return
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._hang_up(408)
        else:
            self.transport.abort()

    def _hang_up(self, status: int) -> None:
        """Answer with one line; close once the visitor has had time to read it.

        If it were closed at once, with unread bytes of the visitor, the kernel would drop the
        answer.
        """
        text = SENTENCES.get(status, TOO_LONG)
        is_asked = self.cycle is not None and not self.cycle.response_complete
        # A request that has begun has its own line in the log; an idle connection needs none.
        if not is_asked and (status != 408 or self.conn.trailing_data[0]):
            log.refused(self.client, status)
        self._stop_expecting()
        self._lingering = True
        self._body_due = None
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
            *PLAIN_HEADERS,
        ]
        response = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
        with suppress(h11.LocalProtocolError):
            for event in (response, h11.Data(data=text), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        if is_asked:
            # A handler that waits for the rest of the body learns that the visitor has gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.can_write_eof():
            # A visitor who has just gone leaves nothing to close.
            with suppress(OSError):
                self.transport.write_eof()
        self._patience = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
