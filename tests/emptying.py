"""Empty tables at the start of a test, whatever of the one before still ends."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

# PostgreSQL tells its own upkeep to make way once for each statement that waits: so several do.
TRIES, TRY_SECONDS = 12, 5

LOCK = text("LOCK TABLE users, consumption_records")
SIZE = text("SELECT pg_relation_size('consumption_records') + pg_relation_size('users')")
# With few rows a tenth of the time of TRUNCATE, which makes new files for tables and indexes.
DELETE = text("DELETE FROM users")
TRUNCATE = text("TRUNCATE users, consumption_records")
MAX_DELETED_BYTES = 200_000

HOLDERS = text("""
    SELECT DISTINCT activity.backend_type, activity.state, left(activity.query, 200)
    FROM pg_locks
    JOIN pg_stat_activity AS activity USING (pid)
    WHERE relation IN ('users'::regclass, 'consumption_records'::regclass)
    AND pid <> pg_backend_pid()
""")


def empty(engine: Engine, *, new_files: bool = False) -> None:
    """Delete all accounts and records. Raises AssertionError that names who keeps it from that.

    new_files: leave no deleted rows behind either, which vacuum and plans would meet.
    """
    holders: list[tuple[object, ...]] = []
    for _ in range(TRIES):
        try:
            with engine.begin() as db:
                db.execute(text(f"SET LOCAL lock_timeout = '{TRY_SECONDS}s'"))
                db.execute(text("SET LOCAL statement_timeout = '60s'"))
                db.execute(LOCK)
                is_large = db.execute(SIZE).scalar_one() > MAX_DELETED_BYTES
                db.execute(TRUNCATE if new_files or is_large else DELETE)
            return
        except OperationalError:
            with engine.begin() as db:
                holders += [tuple(row) for row in db.execute(HOLDERS)]
    raise AssertionError(f"The tables cannot be emptied: {holders}")
