"""`tally serve | migrate | demo | user … | token … | import | backup | restore | cluster …`.

Modules are imported once a command needs them: otherwise `tally --help` and every start would be
slower.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from io import TextIOWrapper
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from tally.cli import cluster, imports, tokens, users
from tally.cli.accounts import changing
from tally.cli.options import DataDir
from tally.server import bootstrap

if TYPE_CHECKING:
    from socket import socket

    from tally.settings import Settings

RETRY_SECONDS = 2.0
ENDING = (signal.SIGINT, signal.SIGTERM)
IN_ORDER = (
    "serve", "migrate", "demo", "user", "token", "import", "backup", "restore", "cluster",
)  # fmt: skip
ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, never bound to.


class Commands(typer.Typer):
    """A command line that prints any name or sentence, escaped where the terminal needs it."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            # An embedded PostgreSQL that a command started must not outlive it.
            with _stopped_by_signals(signal.SIGTERM):
                return super().__call__(*arguments, **named)
        finally:
            _write_out()


def _write_out() -> None:
    """Write what was printed and not yet written. Where that fails, say so and end with 1."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        print(f"tally: Standard output cannot be written: {error.strerror}.", file=sys.stderr)
        # Python would try once more at its end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        raise SystemExit(1) from error


class InOrder(TyperGroup):
    """The commands in the order in which a person needs them."""

    def list_commands(self, ctx: object) -> list[str]:
        return sorted(self.commands, key=IN_ORDER.index)


app = Commands(
    cls=InOrder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(users.app, name="user")
app.add_typer(cluster.app, name="cluster")
app.add_typer(tokens.app, name="token")
app.command(name="import")(imports.import_file)


class LogFormat(StrEnum):
    """The form of the log: for people or for machines."""

    text = "text"
    json = "json"


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"Tally {version('tally')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A self-hosted, multi-user consumption log."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    workers: Annotated[
        int | None,
        # No brackets: the help would leave them out with their text, as a style.
        typer.Option(
            help="The processes that serve; without it TALLY_WORKERS, else 1.", min=1, max=64
        ),
    ] = None,
    data_dir: DataDir = None,
    log_format: Annotated[
        LogFormat, typer.Option(help="The log as lines of text, or of JSON.")
    ] = LogFormat.text,
) -> None:
    """Serve the application, with the embedded PostgreSQL unless DATABASE_URL is set."""
    with bootstrap.refusing(), _stopped_by_signals(*ENDING), ExitStack() as stack:
        settings = _for_host(bootstrap.read_settings(data_dir), host)
        from tally.server import uvicorn

        processes = workers or settings.workers
        bound = stack.enter_context(_bound(host, port))
        settings = _with_database(settings, processes, stack)
        _migrate_or_wait(settings)
        address = _address(host, bound.getsockname()[1], settings.allowed_hosts)
        uvicorn.serve(
            settings,
            bound,
            workers=processes,
            log_format=log_format.value,
            announce=lambda: print(f"Tally is at {address}", flush=True),
        )


def _bound(host: str, port: int) -> socket:
    """The socket to listen on. Raises StartRefused."""
    from tally.server import uvicorn

    try:
        return uvicorn.bind(host, port)
    except OSError as error:
        other = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise bootstrap.StartRefused(
            f"Cannot listen on {host} port {port} ({error.strerror}): choose another {other}."
        ) from error


def _with_database(settings: Settings, processes: int, stack: ExitStack) -> Settings:
    """The settings with key and database: the embedded one runs until the stack is closed."""
    if settings.database_url:
        return bootstrap.with_key(settings)
    from tally.db.engine import MAX_CONNECTIONS
    from tally.server import postgres

    database = postgres.start(
        settings.data_dir, wait_for_room=True, connections=processes * MAX_CONNECTIONS
    )
    stack.callback(database.stop)
    database.watch()
    return bootstrap.with_key(settings).model_copy(update={"database_url": database.url})


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to date; `tally serve` does so by itself."""
    with bootstrap.refusing(), bootstrap.reached(bootstrap.read_settings(data_dir)):
        print("The database is up to date.")


@app.command()
def demo(data_dir: DataDir = None) -> None:
    """Make an account with two years of records to look at; filled anew where it is there."""
    from datetime import UTC, datetime

    from tally.server import demo

    with changing(data_dir, make=True, shows_once=True) as (db, _):
        try:
            password = demo.fill(db, datetime.now(UTC))
        except demo.NotDemo:
            raise bootstrap.StartRefused(f"{demo.EMAIL} is somebody's own account.") from None
    print(f"Sign in as {demo.EMAIL} with the password {password}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")],
    data_dir: DataDir = None,
) -> None:
    """Write everything into FILE, also while the server runs. A file of that name is replaced."""
    with bootstrap.refusing():
        settings = bootstrap.read_settings(data_dir)
        with _database(settings, make=False) as url:
            from tally.server import backup, dumps

            # pg_dump changes settings of its session, which a pooler would hand on to others.
            size = backup.save(settings.migration_url or url, file)
            if file != dumps.STANDARD:
                print(f"Saved to {file} ({size / 1e6:.1f} MB).")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The file to read; - for standard input.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the accounts that are there: they are lost.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Read everything back from FILE. Refuses a database that has accounts without --replace."""
    with bootstrap.refusing():
        settings = bootstrap.read_settings(data_dir)
        from tally.server import dumps, restore

        with restore.opened(file) as blocks, _database(settings, make=True) as url:
            owner = settings.migration_url or url
            if not replace and dumps.has_users(owner):
                raise bootstrap.StartRefused(restore.HAS_ACCOUNTS)
            bootstrap.migrate(settings.model_copy(update={"database_url": url}))
            orphans = restore.load(owner, blocks, replace=replace)
        if orphans:
            print(
                f"{orphans} records were left out: their accounts were made while the backup was "
                "written, and are not in it.",
                file=sys.stderr,
            )
        print(f"Restored from {'standard input' if file == dumps.STANDARD else file}.")


@contextmanager
def _database(settings: Settings, *, make: bool) -> Iterator[str]:
    from tally.server import postgres

    with postgres.borrowed(settings.data_dir, settings.database_url, make=make) as url:
        yield url


def _for_host(settings: Settings, host: str) -> Settings:
    """The settings for a host; one other than loopback needs TALLY_ALLOWED_HOSTS.

    Raises StartRefused.
    """
    if settings.allowed_hosts:
        return settings
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise bootstrap.StartRefused(
            f"TALLY_ALLOWED_HOSTS is needed to listen on {host}: name what people type as the "
            "address, such as tally.example.org,192.168.1.5"
        )
    from tally.settings import LOOPBACK_HOSTS

    # By 127.0.0.2, say, there is no other name for it.
    own = () if host in LOOPBACK_HOSTS or ":" in host else (host,)
    return settings.model_copy(update={"allowed_hosts": LOOPBACK_HOSTS + own})


def _address(host: str, port: int, allowed: Sequence[str]) -> str:
    """The URL at which a browser finds this server: by a name that it answers to."""
    from tally.settings import LOOPBACK_HOSTS

    if host in ANY_ADDRESS:
        local = [name for name in LOOPBACK_HOSTS if name in allowed or "*" in allowed]
        names = [name.replace("*", "tally") for name in allowed]
        host = next(iter(local + names), host)
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{shown}:{port}"


def _migrate_or_wait(settings: Settings) -> None:
    """Migrate; while the database is away serve nevertheless, and migrate once it answers."""
    try:
        bootstrap.migrate(settings)
    except bootstrap.Away as away:
        _say(f"{away} Serving without it until it does.")
        arguments = (settings, str(away))
        threading.Thread(target=_migrate_later, args=arguments, name="migrate", daemon=True).start()


def _migrate_later(settings: Settings, reason: str) -> None:
    """Try again until the database is up to date; say why it is not whenever that changes."""
    while True:
        time.sleep(RETRY_SECONDS)
        try:
            bootstrap.migrate(settings)
        except bootstrap.StartRefused as refused:
            if str(refused) != reason:
                _say(reason := str(refused))
        else:
            return


def _say(sentence: str) -> None:
    """Print a sentence on standard error: one line, whatever it quotes."""
    print("tally:", *sentence.split(), file=sys.stderr, flush=True)


@contextmanager
def _stopped_by_signals(*numbers: signal.Signals) -> Iterator[None]:
    """End the process by the signal that stopped it, once the block has cleaned up."""
    ended_by: signal.Signals | None = None

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before: dict[signal.Signals, Callable[..., object] | int | None] = {
        number: signal.signal(number, stop) for number in numbers
    }
    # The terminal was closed. Under nohup that is ignored, and stays so.
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        yield
    except SystemExit as end:
        ended_by = next((number for number in before if end.code == 128 + number), None)
        if ended_by is None:
            raise
    for number in before:
        signal.signal(number, signal.SIG_DFL)
    if ended_by is not None:
        _write_out()
        signal.raise_signal(ended_by)
        raise SystemExit(128 + ended_by)  # As process 1 of a container signals do not end us.
