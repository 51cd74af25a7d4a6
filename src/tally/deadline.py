"""How long the database may keep a request waiting.

A frozen PostgreSQL answers neither statement nor TCP time-outs: the kernel still acknowledges what
we send. So every wait for it goes through `_wait`, which gives up when the request's time is over.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, connection, set_wait_callback

# On the clock of time.monotonic; None: as long as it takes (migration, backup, export, import).
_end: ContextVar[float | None] = ContextVar("database_deadline", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """All waiting for the database inside ends, together, after so many seconds; None: never.

    What runs out of time raises psycopg2's OperationalError, and its connection is closed.
    """
    token = _end.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def install() -> None:
    """Make psycopg2 respect the deadline, in all threads of this process."""
    set_wait_callback(_wait)


def _wait(waiting: connection) -> None:
    """Drive one connection until its answer is there. psycopg2 closes it when this raises."""
    state = waiting.poll()
    if state == POLL_OK:
        return
    end = _end.get()
    # Not select(): it cannot watch descriptors from 1024 on, and idle browsers hold many.
    poller = select.poll()
    while state != POLL_OK:
        if state not in (POLL_READ, POLL_WRITE):
            raise OperationalError("the connection to the database is in an unknown state")
        poller.register(
            waiting.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT
        )
        left = None if end is None else (end - time.monotonic()) * 1000
        if (left is not None and left <= 0) or not poller.poll(left):
            raise OperationalError("the database did not answer in time")
        state = waiting.poll()
