"""The PostgreSQL that comes in a wheel: the same as in production, with nothing to install."""

from __future__ import annotations

import logging
import shlex
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from tally.db import wait_limit
from tally.server import data_folder, database_folder
from tally.server.data_folder import InUse
from tally.server.database_folder import LOG_NAME, SUPERUSER
from tally.server.postgres_processes import PORT, end_orphans, postmaster
from tally.server.postgres_programs import EmbeddedError, Programs, find_owner, reachable_programs

if TYPE_CHECKING:
    from psycopg2 import extensions

DATABASE = ROLE = "tally"
WATCH_SECONDS = 1.0
# A start that takes longer than this is a recovery, and a message says so.
PATIENCE_SECONDS = 5.0
# A server that was left running and does not answer within this time is replaced.
TAKE_OVER_SECONDS = 5
# With less free space than a segment of its write-ahead log PostgreSQL may not start.
MIN_FREE_BYTES = 32 * 1024 * 1024
# The answer of a server to a connection while it recovers from having been killed.
RECOVERY_WORDS = ("starting up", "recovery", "accepting")
# The pause before another try to start a server that did not start.
RETRY_SECONDS = 5.0

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
            database_folder.bound_log(self.folder)
            is_running = postmaster(self.folder) is not None
            if (is_running and not reason) or self._stopping.is_set():
                continue
            if not reason:
                log.warning("PostgreSQL does not run; starting it again")
            try:
                if is_running:  # It has refused us, and may serve others by now.
                    self._make_database()
                else:
                    self.bring_up()
            except (EmbeddedError, OSError) as error:
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
        self._stop()
        self.lock.close()

    def bring_up(self) -> None:
        """Start PostgreSQL unless it runs and answers, and make what is missing in it.

        Raises EmbeddedError, DiskFull.
        """
        if postmaster(self.folder) is None or not self._answers():
            self._start()
        self._make_database()

    def _start(self) -> None:
        folder = self.folder
        end_orphans(folder)
        database_folder.bound_log(folder)
        log_file = folder / LOG_NAME
        # pg_ctl starts the server by a shell.
        options = [f"-c {name}={shlex.quote(value)}" for name, value in SETTINGS.items()]
        options.append(
            f"-c max_connections={max(MIN_CONNECTIONS, self.connections + COMMAND_CONNECTIONS)}"
        )
        options.append(f"-c unix_socket_directories={shlex.quote(str(folder))}")
        # -t: recovery takes as long as it takes; pg_ctl returns at once when the server gives up.
        arguments = ["start", "--wait", "-t", "86400", "--silent", "--pgdata", str(folder)]
        arguments += ["--log", str(log_file), "--options", " ".join(options)]
        try:
            self.programs.run("pg_ctl", *arguments, patience=PATIENCE_SECONDS)
        except EmbeddedError as error:
            if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
                raise DiskFull(
                    f"The disk with {folder} is full, so PostgreSQL does not start: make room."
                ) from error
            raise EmbeddedError(
                f"PostgreSQL did not start; its log {log_file} says why."
            ) from error

    def _stop(self) -> None:
        if postmaster(self.folder) is None:
            return
        stop = ("stop", "--wait", "--silent", "--pgdata", str(self.folder))
        fast, immediate = ("--mode", "fast", "-t", "30"), ("--mode", "immediate", "-t", "10")
        try:
            # Told to stop fast while it recovers from the death of a process, PostgreSQL 18 waits
            # for its checkpointer, which nobody told. Recovery starts anew with the next start.
            mode = immediate if self._recovers() else fast
            self.programs.run("pg_ctl", *stop, *mode)
        except EmbeddedError:
            self.programs.run("pg_ctl", *stop, *immediate)

    def _answers(self) -> bool:
        """Whether a server that was left running can be taken over; waits while it recovers."""
        import psycopg2

        begin = time.monotonic()
        while postmaster(self.folder) is not None:
            try:
                self._connect().close()
                return True
            except psycopg2.OperationalError as error:
                if not _says_recovery(error) and time.monotonic() > begin + TAKE_OVER_SECONDS:
                    return False
                time.sleep(0.2)
        return False

    def _recovers(self) -> bool:
        """Whether the server refuses connections because it recovers."""
        import psycopg2

        try:
            self._connect().close()
        except psycopg2.OperationalError as error:
            return _says_recovery(error)
        return False

    def _connect(self) -> extensions.connection:
        """Connect as the superuser.

        Raises psycopg2.OperationalError, after TAKE_OVER_SECONDS too.
        """
        import psycopg2

        # Where waiting is ours already (see wait_limit.py) psycopg2's own limit does not count.
        with wait_limit.within(TAKE_OVER_SECONDS):
            return psycopg2.connect(self.admin_url, connect_timeout=TAKE_OVER_SECONDS)

    def _make_database(self) -> None:
        """Make the application's role and database if they are missing.

        Raises EmbeddedError: a server that has just started may be killed again.
        """
        import psycopg2

        try:
            with closing(psycopg2.connect(self.admin_url)) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
                    if cursor.fetchone() is None:
                        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
                    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                    if cursor.fetchone() is None:
                        cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        except psycopg2.Error as error:
            raise EmbeddedError(
                f"PostgreSQL started and did not take its database: {str(error).strip()}"
            ) from error


def address(folder: Path, role: str, database: str) -> str:
    """The address of a database by the socket in its folder."""
    # With the port: PGPORT may name another one in the environment of a command.
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='/')}&port={PORT}"


def start(
    data_dir: Path, *, make: bool = True, wait_for_room: bool = False, connections: int = 0
) -> Embedded:
    """Start the database of `data_dir`, or take over a server that was left running.

    `make`: make a missing database, and say so on standard error. `wait_for_room`: on a full disk
    return without a running server; `watch` starts it once there is room. `connections`: the most
    that the processes that serve may open. Raises EmbeddedError with a sentence.
    """
    folder = database_folder.folder_in(data_dir)
    data_dir = folder.parent
    if not make and not data_folder.is_there(folder):
        raise EmbeddedError(
            f"There is no database in {data_dir}; name the folder with --data-dir or "
            "TALLY_DATA_DIR."
        )
    owner = find_owner()
    database_folder.check_path(folder)
    data_folder.prepare(data_dir, owner)
    lock = data_folder.lock(data_dir)
    try:
        programs = reachable_programs(data_dir, owner)
        database_folder.check(folder, owner)
        if not folder.exists():
            database_folder.make(folder, programs)
            print(f"New database in {data_dir}", file=sys.stderr, flush=True)
        server = Embedded(folder, programs, lock, connections)
        try:
            server.bring_up()
        except DiskFull as full:
            if not wait_for_room:
                raise
            print(f"tally: {full} Serving without it until then.", file=sys.stderr, flush=True)
    except BaseException:
        lock.close()
        raise
    return server


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
        yield address(database_folder.folder_in(data_dir), ROLE, DATABASE)
        return
    try:
        yield server.url
    finally:
        server.stop()


def _says_recovery(error: Exception) -> bool:
    return any(words in str(error) for words in RECOVERY_WORDS)
