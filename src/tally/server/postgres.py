"""The PostgreSQL that comes in a wheel: the same as in production, with nothing to install."""

from __future__ import annotations

import logging
import os
import re
import shlex
import shutil
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from tally.db import wait_limit
from tally.server import data_folder
from tally.server.data_folder import InUse
from tally.server.postgres_processes import SOCKET_NAME, end_orphans, postmaster
from tally.server.postgres_programs import (
    MAJOR,
    EmbeddedError,
    Owner,
    Programs,
    find_owner,
    reachable_programs,
)

if TYPE_CHECKING:
    from psycopg2 import extensions

DATABASE = ROLE = "tally"
SUPERUSER = "postgres"
LOG_NAME = "log"
# sockaddr_un: 108 bytes on Linux, 104 on macOS, the last one a NUL.
MAX_SOCKET_PATH = 107 if sys.platform == "linux" else 103
WATCH_SECONDS = 1.0
# A start that takes longer than this is a recovery, and a message says so.
PATIENCE_SECONDS = 5.0
# A server that was left running and does not answer within this time is replaced.
TAKE_OVER_SECONDS = 5
# The largest size of PostgreSQL's own log, and of the older part beside it.
MAX_LOG_BYTES = 1_000_000
# With less free space than a segment of its write-ahead log PostgreSQL may not start.
MIN_FREE_BYTES = 32 * 1024 * 1024
# The answer of a server to a connection while it recovers from having been killed.
RECOVERY_WORDS = ("starting up", "recovery", "accepting")
# The pause before another try to start a server that did not start.
RETRY_SECONDS = 5.0
# Characters that would end the list of folders for sockets, or a word in it.
_UNUSABLE_IN_PATH = re.compile(r"[,'\"\\\x00-\x1f\x7f]")

INITDB = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    # The order and equality of texts must not depend on the environment's locale.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    # Only the owner reaches the socket: its folder and the socket are closed to all others.
    "--auth-local=trust",
    "--auth-host=reject",
)

# The least number of connections that the server allows, and those for commands beside the server.
MIN_CONNECTIONS = 200
COMMAND_CONNECTIONS = 20

# Given on the command line, so that a new version's values count for an old folder too.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # No statement, and of an error only its sentence: users' texts have no place in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_lock_waits": "off",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    # Compiling a statement takes longer than any of ours takes to run.
    "jit": "off",
    # One server without replicas: no log for others, and fewer processes.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
}

log = logging.getLogger("tally")


class DiskFull(EmbeddedError):
    """The disk is full, so that the database cannot start until there is room."""


@dataclass
class Embedded:
    """A running server. Holds the folder's lock until `stop`, or until this process ends.

    connections: the most that the processes that serve may open; more are allowed for commands.
    """

    folder: Path
    programs: Programs
    lock: IO[str]
    connections: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The application's address: its own database as a role without special rights."""
        return address(self.folder, ROLE, DATABASE)

    @property
    def admin_url(self) -> str:
        """The superuser's address, for making roles and scratch databases."""
        return address(self.folder, SUPERUSER, "postgres")

    def watch(self) -> None:
        """Until `stop`, restart PostgreSQL whenever it dies, and keep its log small."""
        self._watcher = threading.Thread(target=self._look, name="watch-postgresql", daemon=True)
        self._watcher.start()

    def _look(self) -> None:
        reason = ""
        while not self._stopping.wait(RETRY_SECONDS if reason else WATCH_SECONDS):
            _bound_log(self.folder)
            if postmaster(self.folder) is not None or self._stopping.is_set():
                continue
            if not reason:
                log.warning("PostgreSQL does not run; starting it again")
            try:
                _bring_up(self)
            except EmbeddedError as error:
                if str(error) != reason:  # Once, however long it lasts.
                    log.warning("%s", error)
                reason = str(error)
            else:
                reason = ""

    def stop(self) -> None:
        """Stop the server and release the folder. Open transactions are rolled back."""
        if self.lock.closed:
            return
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        _stop(self)
        self.lock.close()


def address(folder: Path, role: str, database: str) -> str:
    """The address of a database by the socket in its folder."""
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='/')}"


def start(
    data_dir: Path, *, make: bool = True, wait_for_room: bool = False, connections: int = 0
) -> Embedded:
    """Start the database of `data_dir`, or take over a server that was left running.

    `make`: make a missing database, and say so on standard error. `wait_for_room`: on a full disk
    return without a running server; `watch` starts it once there is room. `connections`: the most
    that the processes that serve may open. Raises EmbeddedError with a sentence.
    """
    folder = _database_folder(data_dir)
    data_dir = folder.parent
    if not make and not data_folder.is_there(folder):
        raise EmbeddedError(
            f"There is no database in {data_dir}; name the folder with --data-dir or "
            "TALLY_DATA_DIR."
        )
    owner = find_owner()
    _check_path(folder)
    data_folder.prepare(data_dir, owner)
    lock = data_folder.lock(data_dir)
    try:
        programs = reachable_programs(data_dir, owner)
        _check_cluster(folder, owner)
        if not folder.exists():
            _make_cluster(folder, programs)
            print(f"New database in {data_dir}", file=sys.stderr, flush=True)
        server = Embedded(folder, programs, lock, connections)
        try:
            _bring_up(server)
        except DiskFull as full:
            if not wait_for_room:
                raise
            print(f"tally: {full} Serving without it until then.", file=sys.stderr, flush=True)
    except BaseException:
        lock.close()
        raise
    return server


def _database_folder(data_dir: Path) -> Path:
    return data_dir.expanduser().absolute() / "postgresql"


@contextmanager
def borrowed(data_dir: Path, external: str | None = None, *, make: bool = True) -> Iterator[str]:
    """The address of `external`, else of the database of `data_dir`, for a command.

    The embedded server is started if none runs, and then stopped at the end. `make`: a missing
    database is made. Raises EmbeddedError.
    """
    if external:
        yield external
        return
    try:
        server = start(data_dir, make=make)
    except InUse:
        yield address(_database_folder(data_dir), ROLE, DATABASE)
        return
    try:
        yield server.url
    finally:
        server.stop()


def _bring_up(server: Embedded) -> None:
    if postmaster(server.folder) is None or not _answers(server):
        _start(server)
    _make_database(server)


def _check_path(folder: Path) -> None:
    """Refuse a path that PostgreSQL cannot use for its socket."""
    if _UNUSABLE_IN_PATH.search(str(folder)):
        raise EmbeddedError(
            f"The path {folder} has a comma, a quote or the like, which PostgreSQL takes for the "
            "end of it: choose another --data-dir."
        )
    if len(os.fsencode(folder / SOCKET_NAME)) > MAX_SOCKET_PATH:
        raise EmbeddedError(
            f"The path {folder} is too long for a socket: choose a shorter --data-dir."
        )


def _check_cluster(folder: Path, owner: Owner) -> None:
    """Refuse a database folder that others can read, that is not ours, or of an older version."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner.uid:
        raise EmbeddedError(f"The database folder {folder} does not belong to PostgreSQL's user.")
    if status.st_mode & 0o077:
        raise EmbeddedError(
            f"The database folder {folder} is open to others: run  chmod 0700 {folder}"
        )
    try:
        major = (folder / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise EmbeddedError(f"{folder} holds no PostgreSQL database.") from error
    if major != str(MAJOR):
        raise EmbeddedError(
            f"The database in {folder} is of PostgreSQL {major}, this Tally brings {MAJOR}. "
            f"To upgrade: run  tally backup tally.backup  with the Tally that made it, move "
            f"{folder} away, then run  tally restore tally.backup  with this one."
        )


def _make_cluster(folder: Path, programs: Programs) -> None:
    """Run initdb in a folder of another name, so that a half-made database is never used."""
    unfinished = folder.with_name("postgresql.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, programs.owner.uid, programs.owner.gid)
    programs.run("initdb", *INITDB, f"--pgdata={unfinished}")
    unfinished.rename(folder)


def _start(server: Embedded) -> None:
    folder = server.folder
    end_orphans(folder)
    _bound_log(folder)
    log_file = folder / LOG_NAME
    # pg_ctl starts the server by a shell.
    options = [f"-c {name}={shlex.quote(value)}" for name, value in SETTINGS.items()]
    options.append(
        f"-c max_connections={max(MIN_CONNECTIONS, server.connections + COMMAND_CONNECTIONS)}"
    )
    options.append(f"-c unix_socket_directories={shlex.quote(str(folder))}")
    # -t: recovery takes as long as it takes; pg_ctl returns at once when the server gives up.
    arguments = ["start", "--wait", "-t", "86400", "--silent"]
    arguments += ["--pgdata", str(folder), "--log", str(log_file), "--options", " ".join(options)]
    try:
        server.programs.run("pg_ctl", *arguments, patience=PATIENCE_SECONDS)
    except EmbeddedError as error:
        if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
            raise DiskFull(
                f"The disk with {folder} is full, so PostgreSQL does not start: make room."
            ) from error
        raise EmbeddedError(f"PostgreSQL did not start; its log {log_file} says why.") from error


def _bound_log(folder: Path) -> None:
    """Keep PostgreSQL's log within two files of a bounded size, while PostgreSQL writes on."""
    log_file = folder / LOG_NAME
    with suppress(OSError):  # Not there yet.
        if log_file.stat().st_size > MAX_LOG_BYTES:
            with suppress(OSError):  # On a full disk the newest lines are lost, too.
                shutil.copyfile(log_file, folder / f"{LOG_NAME}.1")
            # PostgreSQL holds the file open to append, so it continues at the new end.
            os.truncate(log_file, 0)


def _stop(server: Embedded) -> None:
    if postmaster(server.folder) is None:
        return
    stop = ("stop", "--wait", "--silent", "--pgdata", str(server.folder))
    fast, immediate = ("--mode", "fast", "-t", "30"), ("--mode", "immediate", "-t", "10")
    try:
        # Told to stop fast while it recovers from the death of a process, PostgreSQL 18 waits for
        # its checkpointer, which nobody told. Recovery starts anew with the next start.
        mode = immediate if _recovers(server) else fast
        server.programs.run("pg_ctl", *stop, *mode)
    except EmbeddedError:
        server.programs.run("pg_ctl", *stop, *immediate)


def _answers(server: Embedded) -> bool:
    """Whether a server that was left running can be taken over; waits while it is recovering."""
    import psycopg2

    begin = time.monotonic()
    while postmaster(server.folder) is not None:
        try:
            _connect(server).close()
            return True
        except psycopg2.OperationalError as error:
            if not _says_recovery(error) and time.monotonic() > begin + TAKE_OVER_SECONDS:
                return False
            time.sleep(0.2)
    return False


def _recovers(server: Embedded) -> bool:
    """Whether the server refuses connections because it recovers."""
    import psycopg2

    try:
        _connect(server).close()
    except psycopg2.OperationalError as error:
        return _says_recovery(error)
    return False


def _says_recovery(error: Exception) -> bool:
    return any(words in str(error) for words in RECOVERY_WORDS)


def _connect(server: Embedded) -> extensions.connection:
    """Connect as the superuser. Raises psycopg2.OperationalError, after TAKE_OVER_SECONDS too."""
    import psycopg2

    # Where waiting is ours already (see wait_limit.py) psycopg2's own limit does not count.
    with wait_limit.within(TAKE_OVER_SECONDS):
        return psycopg2.connect(server.admin_url, connect_timeout=TAKE_OVER_SECONDS)


def _make_database(server: Embedded) -> None:
    """Make the application's role and database if they are missing."""
    import psycopg2

    connection = psycopg2.connect(server.admin_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    finally:
        connection.close()
