"""How long the database may keep a request waiting."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tally.db import wait_limit
from tally.db.engine import Database, is_away


def test_waiting_ends_when_patience_does(database: Database) -> None:
    start = time.monotonic()
    with (
        pytest.raises(OperationalError) as raised,
        database.reading() as db,
        wait_limit.within(0.3),
    ):
        db.execute(text("SELECT pg_sleep(2)"))
    assert 0.25 < time.monotonic() - start < 1.5
    assert is_away(raised.value)
    with database.reading() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1


def test_the_sum_of_waiting_counts_and_nothing_else(database: Database) -> None:
    with database.reading() as db, wait_limit.within(0.5):
        db.execute(text("SELECT pg_sleep(0.05)"))
        time.sleep(0.6)
        db.execute(text("SELECT pg_sleep(0.05)"))
    with (
        pytest.raises(OperationalError),
        database.reading() as db,
        wait_limit.within(0.3),
    ):
        for _ in range(10):
            db.execute(text("SELECT pg_sleep(0.05)"))


def test_long_work_is_let_be(database: Database) -> None:
    with database.reading() as db, wait_limit.within(0.05), wait_limit.within(None):
        db.execute(text("SELECT pg_sleep(0.3)"))


def test_connecting_counts_as_well(database: Database, database_url: str) -> None:
    with pytest.raises(psycopg2.OperationalError), wait_limit.within(0.0):
        psycopg2.connect(database_url)


def test_each_thread_has_its_own(database: Database) -> None:
    def ask(seconds: float) -> bool:
        try:
            with wait_limit.within(seconds), database.reading() as db:
                db.execute(text("SELECT pg_sleep(0.3)"))
        except OperationalError:
            return False
        return True

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(ask, (0.1, 2.0, 0.1, 2.0))) == [False, True, False, True]
