"""Migration steps that do not disturb people who go on working."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tally.db.engine import sqlstate

LOCK_NOT_AVAILABLE = "55P03"
# A statement that waits for a table's lock blocks all later ones: it gives up and tries again.
PATIENCE = "1s"
PAUSE_SECONDS = 0.5


def briefly(*statements: str) -> None:
    """Run statements that lock tables for a moment, all or nothing, without a queue behind them."""
    connection = op.get_bind()

    def run() -> None:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            for statement in statements:
                connection.exec_driver_sql(statement)

    _until_locked(run)


def _until_locked(run: Callable[[], None]) -> None:
    """Repeat `run` until it gets its locks."""
    while True:
        try:
            return run()
        except OperationalError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            time.sleep(PAUSE_SECONDS)


@contextmanager
def standing_alone() -> Iterator[None]:
    """Run the statements inside one by one, each without a transaction and without time limits."""
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        op.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            op.execute("RESET statement_timeout")
            op.execute("RESET lock_timeout")


def validate(table: str, check: str) -> None:
    """Validate existing rows against a check that so far held for new ones. Writes go on."""
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}")


def build_index(name: str, word: str, definition: str) -> None:
    """Build an index while writes go on; it replaces one of its name that lacks `word`.

    An index that an earlier run did not finish is built again.
    """
    definition_now = text("SELECT pg_get_indexdef(to_regclass(:name))")
    present = op.get_bind().execute(definition_now, {"name": name}).scalar_one()
    if present and word in present.partition(" USING ")[2]:
        return
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_next")
    op.execute(f"CREATE INDEX CONCURRENTLY {name}_next ON {definition}")
    swap = f"DROP INDEX IF EXISTS {name}; ALTER INDEX {name}_next RENAME TO {name}"
    # Statements sent as one text are one transaction: there is always one index of the name.
    one = f"SET LOCAL lock_timeout = '{PATIENCE}'; {swap}"
    _until_locked(lambda: op.execute(one))
