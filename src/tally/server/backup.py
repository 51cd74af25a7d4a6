"""A backup: everything in one file, the data alone, by the wheel's pg_dump.

It is the state of one moment, written beside a running server; `restore` reads it back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy import text

from tally.server import dumps
from tally.server.bootstrap import StartRefused, check_output
from tally.server.dumps import STANDARD, TABLES


def save(url: str, file: Path) -> int:
    """Write the database at `url` into `file`, which exists only once it is complete.

    `-` is standard output. Returns the number of bytes of the file, 0 for standard output. The file
    holds password hashes: only its owner may read it. Raises StartRefused.
    """
    place = None if file == STANDARD else _writable(file)
    if place is None:
        check_output()
    if not dumps.has_tables(url):
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
        # Of a process that was killed here: in a container another one may have its number.
        half.unlink(missing_ok=True)
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
    command, environment = dumps.program("pg_dump", url)
    with TemporaryFile() as complaints:
        # Through a pipe, whatever the target: pg_dump returns to the start of a file at its end.
        with subprocess.Popen(
            [*command, "--format=custom", "--data-only", "--encoding=UTF8", *tables],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:
            shutil.copyfileobj(dumps.output(process), target)
        target.flush()
        if process.returncode != 0:
            raise StartRefused(f"pg_dump failed: {dumps.read_back(complaints)}")


def _refuse_pooler(url: str) -> None:
    """Refuse a pooler: it would pass the settings of pg_dump's session on to its next client."""
    engine = dumps.engine_of(url)
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
