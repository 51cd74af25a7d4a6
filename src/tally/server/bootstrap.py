"""The start of every command: its settings, its signing keys, the address of the database.

Impossible settings are refused with one clear line, never with a traceback.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tally.settings import MAX_WORKERS, MIN_KEY_BYTES, Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEY_FILE = "secret_key"

# Errors that waiting does not solve. Before a connection there are only sentences and no SQLSTATE;
# a server that speaks another language is waited for.
_NOT_LET_IN = re.compile(
    r"authentication failed|no password supplied|(role|database) .* does not exist"
    r"|no pg_hba\.conf entry|pg_hba\.conf rejects|not permitted to log in"
    r"|permission denied for database"
    r"|invalid (port number|integer value|\S+ value|connection option)"
)


class StartRefused(Exception):
    """A command cannot start; the text is one sentence for the person at the command line."""


class Away(StartRefused):
    """The database does not answer now; it may do so later."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turn StartRefused and EmbeddedError into one line on standard error and exit status 1."""
    from tally.server.postgres_programs import EmbeddedError

    try:
        yield
    except (StartRefused, EmbeddedError) as refused:
        print("tally:", *str(refused).split(), file=sys.stderr)  # One line, whatever it quotes.
        raise SystemExit(1) from refused


def check_output() -> None:
    """Refuse a closed standard output, for a command that prints what nothing else can show.

    Raises StartRefused.
    """
    if sys.stdout is None:
        raise StartRefused("Standard output is closed: nothing can be written there.")


def read_settings(data_dir: Path | None = None) -> Settings:
    """The settings of the environment; a `data_dir` of the command line takes precedence.

    Raises StartRefused.
    """
    from pydantic import ValidationError

    try:
        settings = Settings()
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        cause = problem.get("ctx", {}).get("error")
        name = str(problem["loc"][0]) if problem["loc"] else ""
        variable = name if name.isupper() else f"TALLY_{name.upper()}"
        sentence = str(cause or _wanted(problem["type"], problem.get("ctx", {})))
        raise StartRefused(
            sentence if variable in sentence else f"{variable}: {sentence}"
        ) from None
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    try:
        folder = settings.data_dir.expanduser().absolute()
    except RuntimeError as error:  # `~somebody`, who is not known on this machine.
        raise StartRefused(
            f"The data folder {settings.data_dir} is in the home of nobody here: choose another "
            "--data-dir."
        ) from error
    return settings.model_copy(update={"data_dir": folder})


def _wanted(kind: str, context: Mapping[str, Any]) -> str:
    """A sentence for a fault that pydantic found itself: a choice of words, or a number."""
    if kind == "literal_error":
        return f"Write {context['expected']}.".replace("'", "")
    return f"Write a whole number from 1 to {MAX_WORKERS}."


def with_key(settings: Settings) -> Settings:
    """The settings with a signing key: the one given, else one kept in the data folder.

    Raises StartRefused: an external database may serve several machines, which must share a key.
    """
    if settings.secret_key:
        return settings
    if settings.database_url:
        raise StartRefused(
            f"TALLY_SECRET_KEY is needed with DATABASE_URL: at least {MIN_KEY_BYTES} bytes; "
            "make one with `openssl rand -base64 48`."
        )
    return settings.model_copy(update={"secret_key": (_kept_key(settings.data_dir),)})


def _kept_key(data_dir: Path) -> str:
    path = data_dir / KEY_FILE
    try:
        # Opening a pipe, say, would wait for its writer.
        with open(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise StartRefused(f"The signing key {path} is no regular file: take it away.")
            key = file.read().strip()
    except FileNotFoundError:
        return _new_key(path)
    except OSError as error:
        raise StartRefused(f"The signing key cannot be read: {error}.") from error
    except UnicodeDecodeError as error:
        raise StartRefused(
            f"{path} is no key of Tally's: delete it and a new one is made."
        ) from error
    if mode & 0o077:
        raise StartRefused(f"The signing key is open to others: run  chmod 0600 {path}")
    if len(key.encode()) < MIN_KEY_BYTES:
        raise StartRefused(
            f"The signing key in {path} is too short: delete it and a new one is made."
        )
    return key


def _new_key(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    half = path.with_name(f"{KEY_FILE}.{os.getpid()}")
    try:
        # Of a process that was killed here: in a container the next one has its number again.
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StartRefused(
            f"The signing key {path} cannot be written: {error.strerror}."
        ) from error
    return key


@contextmanager
def reached(settings: Settings, *, make: bool = True) -> Iterator[Settings]:
    """The settings with the address of a migrated database, for commands beside the server.

    The embedded database is the server's if one runs; otherwise it runs until the end of the block.
    `make`: a missing database is made. Raises StartRefused.
    """
    from tally.server import postgres
    from tally.server.postgres_programs import EmbeddedError

    try:
        with postgres.borrowed(settings.data_dir, settings.database_url, make=make) as url:
            migrated = settings.model_copy(update={"database_url": url})
            migrate(migrated)
            yield migrated
    except EmbeddedError as error:
        raise StartRefused(str(error)) from error


@contextmanager
def changing(settings: Settings) -> Iterator[Connection]:
    """One transaction on the database of these settings.

    Print and log a change after the block: only then is it committed. Raises StartRefused if the
    database cannot serve now, or does not answer the COMMIT.
    """
    from sqlalchemy.exc import DBAPIError

    from tally.db.engine import CommitUnknown, Database, outage

    database = Database(settings.database_url or "")
    try:
        with database.changing() as db:
            yield db
    except CommitUnknown as error:
        raise StartRefused(
            "The database did not answer: this may be done, or not. Look, and try again."
        ) from error
    except DBAPIError as error:
        if (why := outage(error)) is None:
            raise
        raise StartRefused(f"{why.value} Nothing was changed.") from error
    finally:
        database.close()


def migrate(settings: Settings) -> None:
    """Bring the database up to date. Raises Away if it does not answer.

    Raises StartRefused if it never will, since the address has a wrong password, say.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import DBAPIError, OperationalError

    from tally.db import migrations

    role = make_url(settings.database_address).username
    try:
        migrations.migrate(settings.migration_url or settings.database_address, role=role)
    except migrations.NewerDatabase as error:
        raise StartRefused(
            f"The database was brought up to date by a newer Tally ({error}): start that one, or "
            "restore a backup from before into another database."
        ) from error
    except OperationalError as error:
        reason = str(error.orig).strip()
        if _NOT_LET_IN.search(reason):
            variable = "TALLY_MIGRATION_URL" if settings.migration_url else "DATABASE_URL"
            raise StartRefused(
                f"The database lets nobody in with {variable} ({reason}): correct its user, its "
                "password or the name of its database."
            ) from error
        raise Away(f"The database does not answer: {reason}") from error
    except DBAPIError as error:
        raise StartRefused(
            f"The database cannot be brought up to date: {str(error.orig).strip()}"
        ) from error
