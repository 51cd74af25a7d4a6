"""The way to PostgreSQL: two pools a process, one connection a request."""

import select
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    NoResultFound,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tally.db import wait_limit
from tally.db.sql import run

# Starlette runs handlers in 40 threads and hashing in 2 more; a request holds one connection.
# Connections above the size are closed after use and opened anew, which costs more than a request:
# sixteen busy people made one in eight requests pay for it when the size was 10.
POOL_SIZE = 20
POOL_OVERFLOW = 22
POOL_TIMEOUT_SECONDS = 3
# The connections of a process, in both pools. About 50 work at once; the others are idle, kept from
# a rush before.
MAX_CONNECTIONS = 2 * (POOL_SIZE + POOL_OVERFLOW)


class CommitUnknown(Exception):
    """A COMMIT was sent and not answered: the transaction may have been committed, or not."""


class Database:
    """The two ways a request uses the database, each with a pool: reading and changing."""

    def __init__(self, url: str) -> None:
        wait_limit.install()
        self.engine = _engine(url)
        # Reads need no transaction: this saves a BEGIN and a ROLLBACK round trip. They have an
        # engine of their own, since switching a connection costs two more and is a session SET.
        self.reading_engine = _engine(url, isolation_level="AUTOCOMMIT")

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection whose every statement stands alone."""
        return self.reading_engine.connect()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A connection in one transaction: committed at the end, rolled back by any exception.

        Raises CommitUnknown where nobody can tell whether it was committed.
        """
        with self.engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            except BaseException:
                with suppress(DBAPIError):  # Of a connection that broke nothing is left.
                    transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                if _leaves_open(error):
                    raise CommitUnknown from error
                raise

    def check(self) -> None:
        """Raises SQLAlchemyError when the database does not answer or has no tables yet."""
        with self.reading_engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version")).one()

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """The engines for writing and for reading, in that order."""
        return self.engine, self.reading_engine

    def close(self) -> None:
        """Close the idle connections of both pools; those in use close when they are given back."""
        for engine in self.engines:
            engine.dispose()


def _engine(url: str, **options: Any) -> Engine:
    engine = create_engine(
        driver_url(url),
        pool_size=POOL_SIZE,
        # The one used last has its caches warm.
        pool_use_lifo=True,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        # Errors are logged: users' texts have no place there.
        hide_parameters=True,
        # The encoding: PGCLIENTENCODING may name one that lacks what people write.
        connect_args={
            "connect_timeout": 3,
            "application_name": "tally",
            "client_encoding": "utf8",
        },
        **options,
    )
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: Any, record: Any, _: Any) -> None:
    """Have the pool replace a connection that PostgreSQL closed while it was idle.

    On an idle connection PostgreSQL sends only the message that it closes it, so a socket with
    bytes to read is closed. This check asks the kernel; `pool_pre_ping` would ask the server, a
    round trip for every request.
    """
    if record.fresh:
        return
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if poller.poll(0):
        raise DisconnectionError


@contextmanager
def snapshot(db: Connection) -> Iterator[None]:
    """Let the statements of the block, on a connection for reading, see one moment.

    It takes two more round trips. On a cluster each statement has a moment of its own.
    """
    db.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    except BaseException:
        # A connection that broke, or was given up without an answer, has no transaction any more.
        if not db.invalidated:
            with suppress(DBAPIError):
                db.exec_driver_sql("ROLLBACK")
        raise
    db.exec_driver_sql("COMMIT")


def lift_time_limit(db: Connection) -> None:
    """Lift the time limits of statements until this transaction ends."""
    run(db, "writes/lift_time_limit")


def take_exchange_turn(db: Connection, user_id: UUID) -> bool:
    """Make the transaction the only export or import of this user, and lift its time limits.

    False while another one runs, in any process.
    """
    lift_time_limit(db)
    return bool(run(db, "writes/exchange_turn", {"user_id": user_id}).scalar_one())


def driver_url(url: str) -> str:
    """The address for psycopg2; SQLAlchemy would read plain `postgresql://` as psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


class Outage(Enum):
    """Why the database cannot serve a request now, as a sentence. Trying again later can help."""

    AWAY = "The database is not reachable right now."
    # Its connections or its memory are used up, or two changes were in each other's way.
    BUSY = "The database is busy right now."
    # It is read-only, or its disk is full.
    READ_ONLY = "The database takes no changes right now."
    # A statement took longer than it may, or waited for a lock as long as it may.
    SLOW = "The database takes too long for this."


_NO_TABLE = "42P01"
# A database that was away at the start has not been migrated yet: it has no tables.
_OUTAGES = {
    "25006": Outage.READ_ONLY,
    "25P03": Outage.AWAY,
    "40001": Outage.BUSY,
    "40P01": Outage.BUSY,
    _NO_TABLE: Outage.AWAY,
    "53100": Outage.READ_ONLY,
    "55P03": Outage.SLOW,
    "57014": Outage.SLOW,
}
# By SQLSTATE class: connection, resources, operator intervention, system.
_OUTAGE_CLASSES = {
    "08": Outage.AWAY,
    "53": Outage.BUSY,
    "57": Outage.AWAY,
    "58": Outage.AWAY,
}


def sqlstate(error: SQLAlchemyError) -> str | None:
    """The five characters of PostgreSQL's error code; None where PostgreSQL did not answer."""
    code: str | None = getattr(getattr(error, "orig", None), "pgcode", None)
    return code


def has_no_tables(error: SQLAlchemyError) -> bool:
    """Whether an error of `Database.check` says that the database has not been migrated yet."""
    return sqlstate(error) == _NO_TABLE or isinstance(error, NoResultFound)


def _leaves_open(error: DBAPIError) -> bool:
    """Whether a COMMIT that failed with this error may have been carried out.

    An error about the transaction itself means that it was rolled back. Without an answer, or with
    an error about the connection or the server's end, the outcome is unknown.
    """
    code = sqlstate(error)
    return code is None or code.startswith(("08", "57"))


def outage(error: SQLAlchemyError) -> Outage | None:
    """Why the database cannot serve now; None if the error is a fault of the statement.

    Matches SQLSTATE, never names or sentences.
    """
    if isinstance(error, PoolTimeout):
        return Outage.BUSY
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, wait_limit.TookTooLong):  # Whatever else the database answered.
        return Outage.SLOW
    code = sqlstate(error)
    if code is None:  # The connection broke before PostgreSQL could say anything.
        broke = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
        return Outage.AWAY if broke else None
    return _OUTAGES.get(code) or _OUTAGE_CLASSES.get(code[:2])
