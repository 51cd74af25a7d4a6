"""The limit to how long the database may keep a request waiting."""

import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import POLL_READ
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from tally.db import wait_limit
from tally.db.cancel_request import CancelRequest
from tally.db.engine import Database, Outage, outage
from tests.waiting import WAIT_SECONDS, wait_until


def test_waiting_ends_when_patience_does(database: Database) -> None:
    with (
        pytest.raises(OperationalError) as raised,
        database.reading() as db,
        wait_limit.within(0.3),
    ):
        db.execute(text("SELECT pg_sleep(60)"))
    assert outage(raised.value) is Outage.SLOW
    with database.reading() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SET LOCAL statement_timeout = 10; SELECT pg_sleep(60)", Outage.SLOW),
        ("SET LOCAL lock_timeout = 10; LOCK TABLE users", Outage.SLOW),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Outage.AWAY),
        ("SELECT 1 FROM nowhere", Outage.AWAY),
        ("SET TRANSACTION READ ONLY; DELETE FROM users", Outage.READ_ONLY),
        *(
            (f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$", why)
            for code, why in (
                ("53100", Outage.READ_ONLY),
                ("53300", Outage.BUSY),
                ("40P01", Outage.BUSY),
                ("40001", Outage.BUSY),
                ("57P03", Outage.AWAY),
                ("23505", None),
            )
        ),
    ],
)
def test_why_the_database_cannot_serve_is_told_apart(
    statement: str, why: Outage | None, database: Database
) -> None:
    with database.changing() as holder:
        holder.execute(text("LOCK TABLE users IN ROW EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError) as raised, database.changing() as db:
            db.execute(text(statement))
    assert outage(raised.value) is why


def test_connections_that_are_all_in_use_are_no_database_that_is_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SIZE", 1), ("OVERFLOW", 0), ("TIMEOUT_SECONDS", 0.01)):
        monkeypatch.setattr(f"tally.db.engine.POOL_{name}", value)
    database = Database(database_url)
    try:
        with database.reading(), pytest.raises(SQLAlchemyError) as raised, database.reading():
            pass
    finally:
        database.close()
    assert outage(raised.value) is Outage.BUSY


def test_the_sum_of_waiting_counts_and_nothing_else(database: Database) -> None:
    with database.reading() as db, wait_limit.within(WAIT_SECONDS):
        patience = wait_limit._patience.get()
        assert patience
        for _ in range(2):
            time.sleep(0.2)
            left, start = patience.left, time.monotonic()
            db.execute(text("SELECT pg_sleep(0.05)"))
            assert 0 < left - patience.left <= time.monotonic() - start
        patience.left = 0.3
        with pytest.raises(OperationalError):
            db.execute(text("SELECT pg_sleep(60)"))


def test_without_a_limit_a_statement_takes_as_long_as_it_needs(database: Database) -> None:
    with database.reading() as db, wait_limit.within(0.05), wait_limit.within(None):
        db.execute(text("SELECT pg_sleep(0.3)"))


def test_the_limit_holds_while_connecting_too(database: Database, database_url: str) -> None:
    with pytest.raises(psycopg2.OperationalError), wait_limit.within(0.0):
        psycopg2.connect(database_url)


def test_the_next_address_of_a_server_is_waited_for_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the first one's closed descriptor is by then: it may be somebody else's."""

    class Connecting:
        """A connection that is refused by its first address and frozen by the second."""

        def __init__(self, *sockets: socket.socket) -> None:
            self.sockets = list(sockets)
            self.polls = 0

        def fileno(self) -> int:
            return self.sockets[0].fileno()

        def poll(self) -> object:
            self.polls += 1
            if self.polls > 1:
                del self.sockets[0]
            return POLL_READ

    monkeypatch.setattr(wait_limit, "_give_up", lambda _: TimeoutError())
    (first, sender), (second, silent) = socket.socketpair(), socket.socketpair()
    with first, sender, second, silent, wait_limit.within(0.1):
        sender.send(b"refused")
        with pytest.raises(TimeoutError):
            wait_limit._wait(Connecting(first, second))


def test_each_thread_has_its_own(database: Database) -> None:
    def ask(seconds: float) -> bool:
        try:
            with wait_limit.within(seconds), database.reading() as db:
                db.execute(text("SELECT pg_sleep(0.3)"))
        except OperationalError:
            return False
        return True

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(ask, (0.1, 20.0, 0.1, 20.0))) == [False, True, False, True]


def test_a_statement_beyond_the_limit_is_cancelled_in_postgresql(database: Database) -> None:
    mark = f"given up {uuid4()}"
    with (
        pytest.raises(OperationalError),
        database.reading() as db,
        wait_limit.within(0.3),
    ):
        db.execute(text(f"SELECT pg_sleep(60) /* {mark} */"))
    running = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE state = 'active' AND query LIKE :mark AND pid <> pg_backend_pid()"
    )
    keys = {"mark": f"%pg_sleep%{mark}%"}
    with database.reading() as db:
        wait_until(lambda: db.execute(running, keys).scalar_one() == 0, "it runs on")


def test_a_server_that_takes_no_cancelling_costs_a_few_threads(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    monkeypatch.setattr(CancelRequest, "send", lambda _: stopped.wait(20))
    monkeypatch.setattr(wait_limit, "CANCEL_SECONDS", 0.0)
    with database.engine.connect() as db:
        given_up = db.connection.driver_connection
        for _ in range(3 * wait_limit.MAX_CANCELLING):
            assert isinstance(wait_limit._give_up(given_up), psycopg2.OperationalError)
    waiting = [thread for thread in threading.enumerate() if thread.name == "cancel"]
    stopped.set()
    for thread in waiting:
        thread.join(20)
    assert len(waiting) == wait_limit.MAX_CANCELLING


def test_rows_can_be_copied_meanwhile(database: Database) -> None:
    """psycopg2 refuses COPY beside a wait of ours."""
    with database.engine.connect() as db, wait_limit.suspended():
        db.execute(text("CREATE TEMPORARY TABLE copied (word text)"))
        db.connection.cursor().copy_expert("COPY copied FROM STDIN", io.StringIO("a\nb\n"))
        assert db.execute(text("SELECT count(*) FROM copied")).scalar_one() == 2
    with pytest.raises(OperationalError), database.reading() as db, wait_limit.within(0.1):
        db.execute(text("SELECT pg_sleep(20)"))
