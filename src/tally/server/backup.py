"""Everything into one file and back: the data alone, by the wheel's pg_dump and pg_restore.

A backup is the state of one moment, written beside a running server. A restore is one transaction
that reads the data into the tables of the newest migration, which may be distributed over a
cluster, on any supported PostgreSQL. Columns that a backup of an older version lacks get their
defaults, so no migration may fill a column in another way.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from tally.db import migrations, wait_limit
from tally.db.engine import driver_url
from tally.server.bootstrap import StartRefused
from tally.server.postgres_programs import wheel_programs

STANDARD = Path("-")
USERS, RECORDS, VERSION = "users", "consumption_records", "alembic_version"
TABLES = (USERS, RECORDS, VERSION)
HAS_ACCOUNTS = (
    "This database has accounts, and a restore would replace them: back it up first, then run the "
    "command again with --replace."
)

# How pg_restore begins a table's rows in the script it writes; they end with a line `\.`.
_COPY = re.compile(rb"COPY public\.(\w+) \(([a-z_, ]+)\) FROM stdin;\n")
_END = b"\\.\n"


# Writing -----------------------------------------------------------------------------------------


def save(url: str, file: Path) -> int:
    """Write the database at `url` into `file`, which exists only once it is complete.

    `-` is standard output. Returns the number of bytes of the file, 0 for standard output. The file
    holds password hashes: only its owner may read it. Raises StartRefused.
    """
    place = None if file == STANDARD else _writable(file)
    if not has_tables(url):
        raise StartRefused("There is nothing to save yet: the database has no tables.")
    _refuse_pooler(url)
    if place is None:
        try:
            _dump(url, sys.stdout.buffer)
        except OSError as error:
            raise StartRefused(f"Standard output cannot be written: {error.strerror}.") from error
        return 0
    half = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            _dump(url, opened)
            os.fsync(opened.fileno())
        half.rename(place)
        return place.stat().st_size
    except OSError as error:
        raise StartRefused(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # It is not there: renamed, or never made.
            half.unlink()


def _writable(file: Path) -> Path:
    """The real path of a file, links followed. Raises StartRefused unless it is a regular file."""
    try:
        place = file.resolve()
        if not place.parent.is_dir():
            raise StartRefused(f"There is no folder {place.parent}.")
        if place.exists() and not place.is_file():
            raise StartRefused(
                f"{file} is no regular file: name another one, or - for standard output."
            )
    except (OSError, RuntimeError) as error:  # A circle of links is a RuntimeError before 3.13.
        raise StartRefused(f"{file} cannot be written: {error}.") from error
    return place


def _dump(url: str, target: IO[bytes]) -> None:
    tables = [f"--table=public.{name}" for name in TABLES]
    command, environment = _program("pg_dump", url)
    with TemporaryFile() as complaints:
        # Through a pipe, whatever the target: pg_dump returns to the start of a file at its end.
        with subprocess.Popen(
            [*command, "--format=custom", "--data-only", *tables],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:
            shutil.copyfileobj(_output(process), target)
        target.flush()
        if process.returncode != 0:
            raise StartRefused(f"pg_dump failed: {_read_back(complaints)}")


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The output of a process that was started with a pipe for it."""
    if process.stdout is None:
        raise ValueError("The process was started without a pipe for its output.")
    return process.stdout


def _refuse_pooler(url: str) -> None:
    """Refuse a pooler: it would pass the settings of pg_dump's session on to its next client."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            greeted_by: int = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            answered_by = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    finally:
        engine.dispose()
    if greeted_by != answered_by:
        raise StartRefused(
            "This address leads to a pooler, which a backup would leave unusable: name that of "
            "PostgreSQL itself in TALLY_MIGRATION_URL."
        )


# Reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A table's rows, each a line as COPY reads it; to be consumed before the next block."""

    table: str
    columns: tuple[str, ...]
    lines: Iterator[bytes]


@contextmanager
def opened(file: Path) -> Iterator[Iterator[Block]]:
    """The rows of the backup in `file`, `-` being standard input.

    Raises StartRefused for any other file: at once or, where a backup is cut off, at its end.
    """
    with _open(file) as source, TemporaryFile() as complaints:
        command, environment = _program("pg_restore", None)
        with subprocess.Popen(
            [*command, "--data-only", "--file=-", *(f"--table={name}" for name in TABLES)],
            env=environment,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:

            def end() -> None:
                if process.wait() != 0:
                    raise StartRefused(f"{_named(file)} cannot be read: {_read_back(complaints)}")

            try:
                blocks = _blocks(_output(process), end)
                first = next(blocks, None)
                if first is None or first.table != VERSION:
                    raise StartRefused(f"{_named(file)} is no backup of Tally.")
                revision = b"".join(first.lines).decode().strip()
                if not migrations.is_known(revision):
                    raise StartRefused(f"{_named(file)} was made by a newer Tally ({revision}).")
                yield blocks
            finally:
                process.kill()


def load(url: str, blocks: Iterable[Block], *, replace: bool = False) -> int:
    """Replace the rows of the database at `url` by those of an `opened` backup, all or nothing.

    The tables must be those of the newest migration, and stay distributed or not as they are.
    Returns how many records were left out since their account is not in the backup: on a cluster
    the workers have no common clock, and an account may be made while a backup is written. Raises
    StartRefused, also if there are users, unless `replace`.
    """
    engine = _engine(url)
    try:
        with wait_limit.suspended():  # psycopg2 knows no COPY beside a wait of our own.
            with engine.begin() as connection:
                migrations.take_turn(connection)
                if not replace and _has_users(connection):
                    raise StartRefused(HAS_ACCOUNTS)
                connection.execute(text(f"TRUNCATE {USERS}, {RECORDS}"))
                orphans = _copy(connection, blocks)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # The planner's statistics are still those of the old rows.
                connection.execute(text(f"ANALYZE {USERS}, {RECORDS}"))
    except DBAPIError as error:
        raise StartRefused(f"The backup cannot be restored: {str(error.orig).strip()}") from error
    except psycopg2.Error as error:
        raise StartRefused(f"The backup cannot be restored: {str(error).strip()}") from error
    finally:
        engine.dispose()
    return orphans


def _copy(connection: Connection, blocks: Iterable[Block]) -> int:
    """Copy all rows into their tables; returns how many records without an account it left out."""
    accounts = _Accounts()
    reference = ""
    seen: set[str] = set()
    with closing(connection.connection.cursor()) as cursor:
        for block in blocks:
            if block.table == USERS:
                lines = accounts.noted(block)
            elif accounts.known is not None:
                lines = accounts.of_known(block, accounts.known)
            else:  # Backups of 1.0 have the records first, and are the state of one moment.
                reference = _drop_reference(connection)
                lines = block.lines
            columns = ", ".join(block.columns)
            cursor.copy_expert(f"COPY {block.table} ({columns}) FROM STDIN", _Rows(lines))
            seen.add(block.table)
    if seen != {USERS, RECORDS}:
        raise StartRefused("This is no backup of Tally.")
    if reference:
        connection.execute(text(f"ALTER TABLE {RECORDS} ADD {reference}"))
    return accounts.orphans


@dataclass
class _Accounts:
    """The accounts of a backup, and the number of records that belong to no such account."""

    known: set[bytes] | None = None
    orphans: int = 0

    def noted(self, block: Block) -> Iterator[bytes]:
        known: set[bytes] = set()
        self.known = known
        place = block.columns.index("id")
        for line in block.lines:
            known.add(line.rstrip(b"\n").split(b"\t")[place])
            yield line

    def of_known(self, block: Block, known: set[bytes]) -> Iterator[bytes]:
        place = block.columns.index("user_id")
        for line in block.lines:
            if line.split(b"\t", place + 1)[place] in known:
                yield line
            else:
                self.orphans += 1


class _Rows:
    """Lines as a file that COPY reads."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def read(self, size: int) -> bytes:
        taken, length = [], 0
        for line in self._lines:
            taken.append(line)
            length += len(line)
            if length >= size:
                break
        return b"".join(taken)


def _blocks(script: IO[bytes], end: Callable[[], None]) -> Iterator[Block]:
    """The rows of each table in a script of pg_restore; calls `end` at its end, which may raise."""
    for line in script:
        begins = _COPY.fullmatch(line)
        if begins and begins[1].decode() in TABLES:
            columns = tuple(begins[2].decode().split(", "))
            yield Block(begins[1].decode(), columns, _rows(script))
    end()


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    for line in script:
        if line == _END:
            return
        yield line


def _drop_reference(connection: Connection) -> str:
    """Drop the foreign key, so that records may come first; returns its definition."""
    name, definition = connection.execute(
        text(
            "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = CAST(:records AS regclass)"
        ),
        {"records": RECORDS},
    ).one()
    connection.execute(text(f"ALTER TABLE {RECORDS} DROP CONSTRAINT {name}"))
    return f"CONSTRAINT {name} {definition}"


# Asking ------------------------------------------------------------------------------------------


def has_tables(url: str) -> bool:
    """Whether the database was ever migrated. Raises StartRefused when it does not answer."""
    return _asked(url, _has_tables)


def has_users(url: str) -> bool:
    """Whether anybody has an account. Raises StartRefused when the database does not answer."""
    return _asked(url, _has_users)


def _asked(url: str, question: Callable[[Connection], bool]) -> bool:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return question(connection)
    except OperationalError as error:
        raise StartRefused(f"The database does not answer: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


def _has_tables(connection: Connection) -> bool:
    return _is_true(connection, f"SELECT to_regclass('public.{VERSION}') IS NOT NULL")


def _has_users(connection: Connection) -> bool:
    is_there = f"SELECT to_regclass('public.{USERS}') IS NOT NULL"
    return _is_true(connection, is_there) and _is_true(
        connection,
        f"SELECT EXISTS (SELECT FROM {USERS})",  # noqa: S608 - the name is a constant.
    )


def _is_true(connection: Connection, question: str) -> bool:
    return bool(connection.execute(text(question)).scalar_one())


def _engine(url: str) -> Engine:
    return create_engine(driver_url(url), connect_args={"connect_timeout": 10})


# Programs ----------------------------------------------------------------------------------------


def _program(name: str, url: str | None) -> tuple[list[str], dict[str, str]]:
    """Command and environment. The password goes by the environment: arguments are seen by all."""
    environment = dict(os.environ)
    command = [str(wheel_programs() / name)]
    if url is not None:
        address = parse_dsn(url)
        if "password" in address:
            environment["PGPASSWORD"] = address.pop("password")
        command.append(f"--dbname={make_dsn(**address)}")
    return command, environment


@contextmanager
def _open(file: Path) -> Iterator[IO[bytes]]:
    if file == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise StartRefused(f"{file} cannot be read: {error.strerror}.") from error
    with opened:
        yield opened


def _named(file: Path) -> str:
    return "What standard input holds" if file == STANDARD else str(file)


def _read_back(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read().decode(errors="replace").strip()
