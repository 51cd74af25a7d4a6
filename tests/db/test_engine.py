"""The pools: what PostgreSQL has closed is replaced before anybody meets it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, create_engine, text

from tally.db.engine import Database

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
