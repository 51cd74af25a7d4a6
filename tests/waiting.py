"""Waiting for what another thread, process or browser is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from tally.db.engine import Database

# Far longer than anything takes on a busy machine: a test that is wrong shall end.
WAIT_SECONDS = 60.0
# The backends that wait for a lock of whoever asks this, or behind one that does: of two that wait
# for one row, the second waits for the first. Others may wait for one another, or for upkeep.
LOCK_WAITERS = """
    WITH RECURSIVE line AS (
        SELECT pg_backend_pid() AS pid
        UNION
        SELECT asked.pid
        FROM pg_locks AS asked
        JOIN line ON line.pid = ANY(pg_blocking_pids(asked.pid))
        WHERE NOT asked.granted
    )
    SELECT line.pid FROM line WHERE line.pid <> pg_backend_pid()
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
        wait_for_waiters(db, waiting)


def wait_for_waiters(holder: Connection, number: int) -> None:
    """Wait until so many requests wait for locks of this connection."""

    def all_wait() -> bool:
        return len(holder.execute(text(LOCK_WAITERS)).all()) >= number

    wait_until(all_wait, "the requests do not wait")
