"""A limit to how long the database may keep a request waiting.

A frozen PostgreSQL answers neither statement nor TCP time-outs: the kernel still acknowledges what
we send. So every wait for it goes through `_wait`, which gives up once a request has waited enough.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from psycopg2 import OperationalError
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    POLL_WRITE,
    connection,
    get_wait_callback,
    set_wait_callback,
)

from tally.db.cancel_request import CancelRequest

# A frozen server takes no request to cancel: this many threads may wait for one, this long each.
MAX_CANCELLING = 8
CANCEL_SECONDS = 0.2


class TookTooLong(OperationalError):  # type: ignore[misc]  # psycopg2 has no types.
    """The database kept a request waiting for longer than it may wait."""


@dataclass
class _Patience:
    """The seconds of waiting for the database that are left."""

    left: float


# None: as long as it takes (migration, backup, export, import).
_patience: ContextVar[_Patience | None] = ContextVar("database_patience", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Limit all waits for the database in the block to `seconds` in sum; None: no limit.

    Only waiting counts: a slow hash or a busy machine is not the database's fault. A wait
    beyond the limit raises psycopg2's OperationalError, and closes its connection.
    """
    token = _patience.set(None if seconds is None else _Patience(seconds))
    try:
        yield
    finally:
        _patience.reset(token)


def install() -> None:
    """Make psycopg2 respect the limit, in all threads of this process."""
    set_wait_callback(_wait)


@contextmanager
def suspended() -> Iterator[None]:
    """Lift the limit for the whole process while the block runs: psycopg2 then waits by itself.

    COPY needs it: psycopg2 refuses COPY while a wait callback is set. All other threads wait
    without a limit meanwhile, so this is for commands and not for the server.
    """
    callback = get_wait_callback()
    set_wait_callback(None)
    try:
        yield
    finally:
        set_wait_callback(callback)


_cancelling = threading.BoundedSemaphore(MAX_CANCELLING)


def _give_up(waiting: connection) -> TookTooLong:
    """Ask the server to cancel the statement, and return the error to raise.

    libpq sends the request, in a form that a pooler passes on. It runs in a thread of its own,
    since libpq waits for it without a limit.
    """
    if _cancelling.acquire(blocking=False):
        request = CancelRequest(waiting)
        thread = threading.Thread(target=_cancel, args=(request,), name="cancel", daemon=True)
        thread.start()
        thread.join(CANCEL_SECONDS)
    return TookTooLong("the database did not answer in time")


def _cancel(request: CancelRequest) -> None:
    try:
        request.send()
    finally:
        _cancelling.release()


def _wait(waiting: connection) -> None:
    """Drive one connection until its answer is there. psycopg2 closes it when this raises."""
    state = waiting.poll()
    if state == POLL_OK:
        return
    patience = _patience.get()
    while state != POLL_OK:
        if state not in (POLL_READ, POLL_WRITE):
            raise OperationalError("the connection to the database is in an unknown state")
        # Not select(): it cannot watch descriptors from 1024 on, and idle browsers hold many. Anew
        # each time: libpq tries the next address of a server with another descriptor.
        poller = select.poll()
        poller.register(waiting.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if patience is None:
            poller.poll()
        else:
            start = time.monotonic()
            answered = patience.left > 0 and poller.poll(patience.left * 1000)
            patience.left -= time.monotonic() - start
            if not answered:
                raise _give_up(waiting)
        state = waiting.poll()
