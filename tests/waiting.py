"""Waiting for what another thread, process or browser is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, text

from tally.db.engine import Database

# Far longer than anything takes on a busy machine: a test that is wrong shall end.
WAIT_SECONDS = 20.0
# The backends of visitors and commands that wait for a lock that another of them holds. Upkeep
# of the server's own may wait for one as well, or keep a request waiting for a moment.
LOCK_WAITERS = """
    SELECT DISTINCT waiting.pid
    FROM pg_stat_activity AS waiting
    JOIN pg_stat_activity AS holding ON holding.pid = ANY(pg_blocking_pids(waiting.pid))
    WHERE waiting.wait_event_type = 'Lock'
    AND (waiting.backend_type, holding.backend_type) = ('client backend', 'client backend')
"""


def wait_until(
    holds: Callable[[], object],
    otherwise: str,
    *,
    seconds: float = WAIT_SECONDS,
    pause: Callable[[], object] = lambda: time.sleep(0.02),
) -> None:
    """Return once it holds; fail with `otherwise` when it still does not after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, otherwise
        pause()


@contextmanager
def held(database: Database, statement: str, waiting: int, **keys: object) -> Iterator[None]:
    """Hold the locks of `statement` until `waiting` requests wait for them."""
    with database.changing() as db:
        db.execute(text(statement), keys)
        yield
        wait_for_waiters(database.reading, waiting)


def wait_for_waiters(
    connect: Callable[[], AbstractContextManager[Connection]], number: int
) -> None:
    """Wait until so many requests wait for a lock of another one, or of the test."""

    def all_wait() -> bool:
        # A transaction sees the others as they were at its first look.
        with connect() as db:
            return len(db.execute(text(LOCK_WAITERS)).all()) >= number

    wait_until(all_wait, "the requests do not wait")
