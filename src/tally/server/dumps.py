"""The common parts of backup and restore: tables, files, PostgreSQL's programs, checks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from tally.db.engine import driver_url
from tally.server.bootstrap import StartRefused
from tally.server.postgres_programs import wheel_programs

# The file that stands for standard input and output.
STANDARD = Path("-")
USERS, RECORDS, VERSION = "users", "consumption_records", "alembic_version"
TABLES = (USERS, RECORDS, VERSION)


def program(name: str, url: str | None) -> tuple[list[str], dict[str, str]]:
    """The command and environment of a program for the database at `url`, None for none.

    The password goes by the environment: arguments are seen by all.
    """
    environment = dict(os.environ)
    command = [str(wheel_programs() / name)]
    if url is not None:
        # Without the name of a driver, which only SQLAlchemy knows.
        address = parse_dsn(f"postgresql://{url.partition('://')[2]}")
        if "password" in address:
            environment["PGPASSWORD"] = address.pop("password")
        command.append(f"--dbname={make_dsn(**address)}")
    return command, environment


def output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The output of a process that was started with a pipe for it."""
    if process.stdout is None:
        raise ValueError("The process was started without a pipe for its output.")
    return process.stdout


def read_back(complaints: IO[bytes]) -> str:
    """The error messages of a program, from the file that collects them."""
    complaints.seek(0)
    return complaints.read().decode(errors="replace").strip()


def engine_of(url: str) -> Engine:
    """An engine for the database at `url`; dispose of it."""
    # COPY sends the bytes of a backup as they are, whatever PGCLIENTENCODING says here.
    arguments = {"connect_timeout": 10, "client_encoding": "utf8"}
    return create_engine(driver_url(url), connect_args=arguments)


def has_tables(url: str) -> bool:
    """Whether the database was ever migrated. Raises StartRefused when it does not answer."""
    return _asked(url, _has_tables)


def has_users(url: str) -> bool:
    """Whether anybody has an account. Raises StartRefused when the database does not answer."""
    return _asked(url, any_users)


def _asked(url: str, question: Callable[[Connection], bool]) -> bool:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return question(connection)
    except DBAPIError as error:  # An option that there is not is no OperationalError.
        raise StartRefused(f"The database does not answer: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


def _has_tables(connection: Connection) -> bool:
    return _is_true(connection, f"SELECT to_regclass('public.{VERSION}') IS NOT NULL")


def any_users(connection: Connection) -> bool:
    """Whether anybody has an account: nobody has one in a database without tables."""
    is_there = f"SELECT to_regclass('public.{USERS}') IS NOT NULL"
    return _is_true(connection, is_there) and _is_true(
        connection,
        f"SELECT EXISTS (SELECT FROM {USERS})",  # noqa: S608 - the name is a constant.
    )


def _is_true(connection: Connection, question: str) -> bool:
    return bool(connection.execute(text(question)).scalar_one())
