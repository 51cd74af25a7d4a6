"""Alembic migrations, run at start and by `tally migrate`."""

import logging
import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import ProgrammingError

from tally.db.engine import driver_url, lift_time_limit, sqlstate

log = logging.getLogger("tally")

# Time limits of a statement and of its wait for a lock, unless lifted, and plans for the values of
# each execution, which the conditions of a filter need. They are set on the role, since pgbouncer
# in transaction mode passes on neither SET nor options.
LIMITS = {
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "plan_cache_mode": "force_custom_plan",
}
# An error without the statement and without the row: users' texts have no place in a log. Only a
# superuser, or a role that one has granted it, may set this.
DISCREET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
NOT_ALLOWED = "42501"

# The application's rights on the tables, where another role owns them.
GRANTS = (
    "USAGE ON SCHEMA public",
    "SELECT, INSERT, UPDATE, DELETE ON users, consumption_records",
    "SELECT ON alembic_version",
)

# Any constant will do; every process that migrates this database waits for the same one.
LOCK_KEY = 7_245_001
LOCK_PAUSE_SECONDS = 0.1


class NewerDatabase(Exception):
    """Raised for a database that a newer Tally has migrated; the text is its revision."""


def migrate(url: str, revision: str = "head", role: str | None = None) -> None:
    """Bring the database at `url` up to `revision`, one process at a time.

    A migration is all or nothing, or made of steps that leave everything whole and can be repeated.
    `role` is who the application connects as, where that is not who migrates here. Raises
    NewerDatabase.
    """
    config = _config()
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.begin() as turn:
            take_turn(turn)
            with engine.connect() as connection:
                event.listen(connection, "begin", _lift_time_limits)
                _refuse_newer(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
                connection.rollback()  # Without a migration to run it has only read.
                with connection.begin():
                    _settle(connection, role)
    finally:
        engine.dispose()


def _refuse_newer(connection: Connection) -> None:
    """Raises NewerDatabase for a revision that this version does not know."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    if revision is not None and not is_known(revision):
        raise NewerDatabase(revision)


def take_turn(turn: Connection) -> None:
    """Wait until no other process migrates or restores; the turn ends with this transaction.

    It polls instead of waiting: a waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY
    waits for all snapshots.
    """
    _lift_time_limits(turn)
    mine = text("SELECT pg_try_advisory_xact_lock(:key)")
    while not turn.execute(mine, {"key": LOCK_KEY}).scalar_one():
        time.sleep(LOCK_PAUSE_SECONDS)


def _lift_time_limits(connection: Connection) -> None:
    lift_time_limit(connection)
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")


@cache
def is_known(revision: str) -> bool:
    """Whether this version of Tally has such a revision."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _settle(connection: Connection, role: str | None) -> None:
    """Grant the application's role its rights in this database, and set its limits if allowed.

    Not in a migration: a backup has no roles, so a restored database would be without them.
    """
    names = text(
        "SELECT quote_ident(coalesce(:role, current_user)), quote_ident(current_database()),"
        " coalesce(:role <> current_user, false)"
    )
    who, where, is_another = connection.execute(names, {"role": role}).one()
    if is_another:
        for grant in GRANTS:
            connection.exec_driver_sql(f"GRANT {grant} TO {who}")
    may_set = text("SELECT has_parameter_privilege(:name, 'SET')")
    discreet = {
        name: value
        for name, value in DISCREET.items()
        if connection.execute(may_set, {"name": name}).scalar_one()
    }
    limits = [
        f"ALTER ROLE {who} IN DATABASE {where} SET {name} = '{value}'"
        for name, value in (LIMITS | discreet).items()
    ]
    try:
        with connection.begin_nested():
            for limit in limits:
                connection.exec_driver_sql(limit)
    except ProgrammingError as error:
        if sqlstate(error) != NOT_ALLOWED:
            raise
        log.warning(
            "%s has no time limits, the role that migrates may not set them. As one that may: %s",
            who,
            "; ".join(limits),
        )
