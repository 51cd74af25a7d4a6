"""Alembic migrations, run at start and by `tally migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from tally.db.engine import driver_url, sqlstate

# What a statement may take, and what it may wait for a lock, where nobody lifts it. On the role:
# pgbouncer in transaction mode passes on neither SET nor options.
LIMITS = {"statement_timeout": "3s", "lock_timeout": "2s"}
NOT_ALLOWED = "42501"

# Any constant will do; every process that migrates this database waits for the same one.
LOCK_KEY = 7_245_001


def migrate(url: str, revision: str = "head", role: str | None = None) -> None:
    """Bring the database at `url` up to `revision`, one process at a time, all or nothing.

    `role` is who the application connects as, where that is not who migrates here.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            _limit(connection, role)
    finally:
        engine.dispose()


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
