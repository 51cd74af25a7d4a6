"""The pools: what PostgreSQL has closed is replaced before anybody meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from tally.db.engine import MAX_CONNECTIONS, Database, snapshot

ROOT = Path(__file__).parents[2]
PID = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")

Use = Callable[[Database], AbstractContextManager[Connection]]


@pytest.mark.parametrize("use", [Database.reading, Database.changing])
def test_a_connection_that_was_ended_while_idle_is_replaced(database: Database, use: Use) -> None:
    database.close()  # Pools with nothing in them.
    with use(database) as db:
        kept = db.execute(PID).scalar_one()
    with use(database) as db:
        assert db.execute(PID).scalar_one() == kept
    somebody_else = create_engine(database.engine.url)
    with somebody_else.connect() as db:
        assert db.execute(END, {"pid": kept}).scalar_one()
    somebody_else.dispose()
    with use(database) as db:
        assert db.execute(PID).scalar_one() != kept


# On a cluster each statement reads at a moment of its own.
@pytest.mark.single_node
def test_a_snapshot_is_of_one_moment_and_ends_with_its_block(database: Database) -> None:
    count = text("SELECT COUNT(*) FROM users")

    def somebody_comes() -> None:
        with database.changing() as db:
            db.execute(
                text("INSERT INTO users (email, password_hash, name) VALUES (:email, 'x', 'x')"),
                {"email": f"{uuid4()}@example.org"},
            )

    with database.reading() as db:
        with snapshot(db):
            before = db.execute(count).scalar_one()
            somebody_comes()
            assert db.execute(count).scalar_one() == before
        assert db.execute(count).scalar_one() == before + 1
        with pytest.raises(DBAPIError, match="division by zero"), snapshot(db):
            db.execute(text("SELECT 1 / 0"))
        somebody_comes()
        assert db.execute(count).scalar_one() == before + 2


def test_a_snapshot_on_a_connection_that_was_given_up_raises_what_happened(
    database: Database,
) -> None:
    def give_up(db: Connection) -> None:
        db.invalidate()
        raise TimeoutError

    with database.reading() as db:
        db.execute(PID)
        with pytest.raises(TimeoutError), snapshot(db):
            give_up(db)
    with database.reading() as db:
        assert db.execute(PID).scalar_one()


def test_both_pools_together_open_no_more_than_is_told_of_a_process(database: Database) -> None:
    most = sum(
        engine.pool.size() + engine.pool._max_overflow  # type: ignore[attr-defined]
        for engine in database.engines
    )
    told = re.findall(r"up to (\d+) (?:connections|each)", (ROOT / "docs/scaling.md").read_text())
    assert (most, set(told)) == (MAX_CONNECTIONS, {str(MAX_CONNECTIONS)})
