"""A restore: the rows of a backup into the tables of the newest migration, by one transaction.

The tables may be distributed over a cluster, on any supported PostgreSQL. Columns that a backup of
an older version lacks get their defaults, so no migration may fill a column in another way.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg2
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tally.db import migrations, wait_limit
from tally.server import dumps
from tally.server.bootstrap import StartRefused
from tally.server.dumps import RECORDS, STANDARD, TABLES, USERS, VERSION

HAS_ACCOUNTS = (
    "This database has accounts, and a restore would replace them: back it up first, then run the "
    "command again with --replace."
)

# How pg_restore begins a table's rows in the script it writes; they end with a line `\.`.
_COPY = re.compile(rb"COPY public\.(\w+) \(([a-z_, ]+)\) FROM stdin;\n")
_END = b"\\.\n"


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
        command, environment = dumps.program("pg_restore", None)
        with subprocess.Popen(
            [*command, "--data-only", "--file=-", *(f"--table={name}" for name in TABLES)],
            env=environment,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:

            def end() -> None:
                if process.wait() != 0:
                    raise StartRefused(
                        f"{_named(file)} cannot be read: {dumps.read_back(complaints)}"
                    )

            try:
                blocks = _blocks(dumps.output(process), end)
                first = next(blocks, None)
                if first is None or first.table != VERSION:
                    raise StartRefused(f"{_named(file)} is no backup of Tally.")
                revision = b"".join(first.lines).decode().strip()
                if not migrations.is_known(revision):
                    raise StartRefused(f"{_named(file)} was made by a newer Tally ({revision}).")
                yield blocks
            finally:
                process.kill()


@contextmanager
def _open(file: Path) -> Iterator[IO[bytes]]:
    if file == STANDARD:
        if sys.stdin is None:
            raise StartRefused("Standard input is closed: there is nothing to read.")
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


def load(url: str, blocks: Iterable[Block], *, replace: bool = False) -> int:
    """Replace the rows of the database at `url` by those of an `opened` backup, all or nothing.

    The tables must be those of the newest migration, and stay distributed or not as they are.
    Returns how many records were left out since their account is not in the backup: on a cluster
    the workers have no common clock, and an account may be made while a backup is written. Raises
    StartRefused, also if there are users, unless `replace`.
    """
    engine = dumps.engine_of(url)
    try:
        with wait_limit.suspended():  # psycopg2 knows no COPY beside a wait of our own.
            with engine.begin() as connection:
                migrations.take_turn(connection)
                if not replace and dumps.any_users(connection):
                    raise StartRefused(HAS_ACCOUNTS)
                connection.execute(text(f"TRUNCATE {USERS}, {RECORDS}"))
                orphans = _copy(connection, blocks)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # The planner's statistics are still those of the old rows.
                connection.execute(text(f"ANALYZE {USERS}, {RECORDS}"))
    except (DBAPIError, psycopg2.Error) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StartRefused(f"The backup cannot be restored: {str(reason).strip()}") from error
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
