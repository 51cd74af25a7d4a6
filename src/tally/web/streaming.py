"""The streaming of a file of any size from a cursor in the database to its reader."""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from typing import Any
from uuid import UUID

import anyio
import anyio.to_thread
from sqlalchemy import Connection, Engine, Row
from starlette.responses import AsyncContentStream, Content, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from tally.db.engine import take_exchange_turn
from tally.db.sql import run
from tally.web.slots import ConcurrencyLimit, MemberReads, already_running

ROWS_A_PAGE = 2_000
# A page goes out in pieces so small that even a slow line takes one before it counts as stalled.
PIECE_BYTES = 64 * 1024
# A reader who takes nothing for this long has gone: the transaction must not stay open.
STALLED_SECONDS = 60.0
# The time for a slow reader grows by a second with each time that this many bytes were sent.
MIN_BYTES_A_SECOND = 16 * 1024

Pages = Iterator[Sequence[Row[Any]]]


def take_turn(db: Connection, user_id: UUID) -> None:
    """Make the transaction the only export or import of this user, without a time limit.

    Raises HTTPError 429 when there is another one.
    """
    if not take_exchange_turn(db, user_id):
        raise already_running()


class Streamed(StreamingResponse):
    """An answer of any size, given up when its reader takes nothing.

    Its pieces are made in the turns of the member who reads it, between those of other reads.
    """

    # The pieces at the beginning that take no turn.
    pieces_out_of_turn = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads: MemberReads | None = scope.get("state", {}).get("reads")
        if reads:
            self.body_iterator = self._in_turns(reads, self.body_iterator)
        await super().__call__(scope, receive, send)

    async def _in_turns(
        self, reads: MemberReads, pieces: AsyncContentStream
    ) -> AsyncIterator[Content]:
        """The same pieces, each made in a turn."""
        rest = aiter(pieces)
        for number in itertools.count():
            taking = number >= self.pieces_out_of_turn
            try:
                async with reads.turn(math.inf) if taking else nullcontext():
                    piece = await anext(rest)
            except StopAsyncIteration:
                return
            yield piece

    async def stream_response(self, send: Send) -> None:
        due = anyio.current_time() + STALLED_SECONDS

        async def send_soon(message: Message) -> None:
            nonlocal due
            with anyio.fail_after(min(STALLED_SECONDS, due - anyio.current_time())):
                await send(message)
            due += len(message.get("body", b"")) / MIN_BYTES_A_SECOND

        try:
            await super().stream_response(send_soon)
        except TimeoutError:
            # Returning before the end makes the server close the connection.
            return


class Download(Streamed):
    """The rows of one statement as a file.

    It runs in a transaction and on a connection of its own. They end before the client sees the
    end of the file, and may ask for the next; also when it goes away or no answer is ever sent.
    """

    # Before the first row the database may sort all of them, and nobody should wait for that.
    pieces_out_of_turn = 1

    def __init__(
        self,
        engine: Engine,
        turns: ConcurrencyLimit,
        user_id: UUID,
        statement: str,
        parameters: dict[str, Any],
        write: Callable[[Pages], Iterator[bytes]],
        **answer: Any,
    ) -> None:
        """`write` turns pages of rows into chunks.

        Raises HTTPError 429 and 503, and the errors of the driver.
        """
        with ExitStack() as stack:
            # Before the connection: readers, however slow, must leave enough of them to writers.
            stack.enter_context(turns.taken(user_id))
            connection = stack.enter_context(engine.connect())
            take_turn(connection, user_id)
            rows = pages(connection, statement, {**parameters, "user_id": user_id})
            super().__init__(_pieces(write(rows)), **answer)
            self._end = weakref.finalize(self, stack.pop_all().close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.body_iterator = self._ended(self.body_iterator)
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._end.alive:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._end)

    async def _ended(self, pieces: AsyncContentStream) -> AsyncIterator[Content]:
        """The same pieces; after the last one the transaction ends and the turn is free again."""
        async for piece in pieces:
            yield piece
        await anyio.to_thread.run_sync(self._end)


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE_BYTES):
            yield chunk[start : start + PIECE_BYTES]


def pages(connection: Connection, name: str, parameters: dict[str, Any]) -> Pages:
    """The rows of a statement, a page at a time.

    The statement runs when the first page is asked for. That is while the answer is sent, in
    another thread than the handler's, where the time limit of the request does not apply.
    """
    rows = run(connection, name, parameters, stream_results=True, max_row_buffer=ROWS_A_PAGE)
    yield from rows.partitions(ROWS_A_PAGE)
