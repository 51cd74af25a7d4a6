"""Alembic migrations, run at start and by `tally migrate`."""

import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import ProgrammingError

from tally.db.engine import driver_url, sqlstate

# What a statement may take, and what it may wait for a lock, where nobody lifts it; and that plans
# are made for the values at hand, which the conditions of a filter need. On the role: pgbouncer in
# transaction mode passes on neither SET nor options.
LIMITS = {
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "plan_cache_mode": "force_custom_plan",
}
NOT_ALLOWED = "42501"

# Any constant will do; every process that migrates this database waits for the same one.
LOCK_KEY = 7_245_001
LOCK_PAUSE_SECONDS = 0.1
NO_TIME_LIMITS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL lock_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)


def migrate(url: str, revision: str = "head", role: str | None = None) -> None:
    """Bring the database at `url` up to `revision`, one process at a time.

    A migration is all or nothing, or made of steps that leave everything whole and can be repeated.
    `role` is who the application connects as, where that is not who migrates here.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.begin() as turn:
            _take_turn(turn)
            with engine.connect() as connection:
                event.listen(connection, "begin", _lift_time_limits)
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
                connection.rollback()  # Where there was nothing to do it has only read.
                with connection.begin():
                    _limit(connection, role)
    finally:
        engine.dispose()


def _take_turn(turn: Connection) -> None:
    """Wait until no other process migrates; the turn ends with this transaction.

    Asking again and again rather than waiting: a statement that waits has a snapshot, and building
    an index CONCURRENTLY waits for all of these.
    """
    _lift_time_limits(turn)
    mine = text("SELECT pg_try_advisory_xact_lock(:key)")
    while not turn.execute(mine, {"key": LOCK_KEY}).scalar_one():
        time.sleep(LOCK_PAUSE_SECONDS)


def _lift_time_limits(connection: Connection) -> None:
    for statement in NO_TIME_LIMITS:
        connection.exec_driver_sql(statement)


def _limit(connection: Connection, role: str | None) -> None:
    """Set the time limits of the application's role in this database, where that is allowed.

    Not in a migration: a backup has no roles, so a restored database would be without them.
    """
    names = text(
        "SELECT quote_ident(coalesce(:role, current_user)), quote_ident(current_database())"
    )
    who, where = connection.execute(names, {"role": role}).one()
    try:
        with connection.begin_nested():
            for name, value in LIMITS.items():
                connection.exec_driver_sql(
                    f"ALTER ROLE {who} IN DATABASE {where} SET {name} = '{value}'"
                )
    except ProgrammingError as error:
        if sqlstate(error) != NOT_ALLOWED:
            raise
