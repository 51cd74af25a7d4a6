"""Large request bodies: a few members may send one at once, and they are processed in turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from uuid import UUID

from starlette.requests import Request
from starlette.types import Message

from tally.errors import HTTPError
from tally.web.forms import Body, announced_bytes, read_form
from tally.web.slots import ConcurrencyLimit

# The largest beginning of a file for a preview; a body up to this size waits for no turn.
MAX_HEAD_BYTES = 1024 * 1024


async def read_in_turn(request: Request, max_bytes: int, turns: AsyncExitStack) -> Body:
    """Read a large body, and take a turn to process it, which `turns` holds. Raises HTTPError.

    A few members may send a large body at once. A request holds no turn before its body begins,
    and the beginning of a file (`head=1`) needs none.
    """
    user_id: UUID = request.state.user_id
    reading: ConcurrencyLimit = request.app.state.receiving
    working: ConcurrencyLimit = request.app.state.importing
    async with AsyncExitStack() as received:
        size = announced_bytes(request)
        if size is None or size > MAX_HEAD_BYTES:
            working.refuse_second(user_id)
            request = await _begun(request)
            await received.enter_async_context(reading.waited_for(user_id))
        body = await read_form(request, files=True, max_bytes=max_bytes)
        try:
            if body.form.text("head") != "1":
                # Taken before the other turn is given back: this bounds the files on the disk.
                await turns.enter_async_context(working.waited_for(user_id))
            elif any((file.size or 0) > MAX_HEAD_BYTES for file in body.files.values()):
                sentence = f"Send at most {MAX_HEAD_BYTES // 1024} KiB as the beginning of a file."
                raise HTTPError(422, sentence, {"file": sentence})
        except HTTPError:
            for file in body.files.values():
                await file.close()
            raise
        return body


@contextmanager
def watched(request: Request) -> Iterator[None]:
    """Set the event `request.state.left` when the visitor hangs up during the block."""
    request.state.left = left = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left.set()

    watching = asyncio.ensure_future(watch())
    try:
        yield
    finally:
        watching.cancel()


async def _begun(request: Request) -> Request:
    """Wait for the first piece of the body; the same request, to be read from there."""
    first: list[Message] = [await request.receive()]

    async def receive() -> Message:
        return first.pop() if first else await request.receive()

    return Request(request.scope, receive)
