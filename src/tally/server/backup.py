"""Everything into one file and back, with the pg_dump and pg_restore of the wheel.

Works with the embedded and with an external database, beside a running server: a dump is the state
of one moment, and a restore is one transaction.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tally.db.engine import driver_url
from tally.server.bootstrap import Refused
from tally.server.postgres import wheel_programs

# The first line of a pg_dump file in its custom format.
MAGIC = b"PGDMP"
TABLES = ("users", "consumption_records", "alembic_version")


def save(url: str, file: Path) -> None:
    """Write the database at `url` into `file`, which is there only when it is complete.

    It holds password hashes: only its owner may read it. Raises Refused.
    """
    if not file.absolute().parent.is_dir():
        raise Refused(f"There is no folder {file.absolute().parent}.")
    if not has_tables(url):
        raise Refused("There is nothing to save yet: the database has no tables.")
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        tables = [f"--table=public.{name}" for name in TABLES]
        _run(
            "pg_dump",
            url,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            *tables,
            f"--file={half}",
        )
        with half.open("rb") as written:
            os.fsync(written.fileno())
        half.rename(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # It is not there: renamed, or never made.
            half.unlink()


def check(file: Path) -> None:
    """Raises Refused for a file that is no backup."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(MAGIC))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    if begins != MAGIC:
        raise Refused(f"{file} is no backup of Tally.")
    contents = _run("pg_restore", None, "--list", str(file))
    if not all(f"TABLE DATA public {name} " in contents for name in TABLES):
        raise Refused(f"{file} is no backup of Tally.")


def load(url: str, file: Path, *, replace: bool = False) -> None:
    """Read a checked `file` into the database at `url`, all or nothing; its tables become those.

    Raises Refused, also where there are users unless `replace`.
    """
    if not replace and has_users(url):
        raise Refused(
            "This database has accounts, and a restore would replace them: back it up first, then "
            "run the command again with --replace."
        )
    _run(
        "pg_restore",
        url,
        "--single-transaction",
        "--exit-on-error",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        str(file),
    )


def has_tables(url: str) -> bool:
    """Whether the database was ever migrated. Raises Refused when it does not answer."""
    return _ask(url, "SELECT to_regclass('public.alembic_version') IS NOT NULL")


def has_users(url: str) -> bool:
    """Whether anybody has an account. Raises Refused when the database does not answer."""
    return _ask(url, "SELECT to_regclass('public.users') IS NOT NULL") and _ask(
        url, "SELECT EXISTS (SELECT FROM users)"
    )


def _ask(url: str, question: str) -> bool:
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text(question)).scalar_one())
    except OperationalError as error:
        raise Refused(f"The database does not answer: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


def _run(program: str, url: str | None, *arguments: str) -> str:
    """What the program wrote. The password goes by the environment: arguments are seen by all."""
    environment = dict(os.environ)
    command = [str(wheel_programs() / program), *arguments]
    if url is not None:
        address = parse_dsn(url)
        if "password" in address:
            environment["PGPASSWORD"] = address.pop("password")
        command.append(f"--dbname={make_dsn(**address)}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
