"""The folder of the embedded database: where it lies, initdb, its permissions, and its log."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path

from tally.server.postgres_processes import SOCKET_NAME
from tally.server.postgres_programs import MAJOR, EmbeddedError, Owner, Programs

SUPERUSER = "postgres"
LOG_NAME = "log"
# The largest size of PostgreSQL's own log, and of the older part beside it.
MAX_LOG_BYTES = 1_000_000
# sockaddr_un: 108 bytes on Linux, 104 on macOS, the last one a NUL.
MAX_SOCKET_PATH = 107 if sys.platform == "linux" else 103
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


def folder_in(data_dir: Path) -> Path:
    """The database folder in a data folder."""
    return data_dir.expanduser().absolute() / "postgresql"


def check_path(folder: Path) -> None:
    """Raises EmbeddedError for a path that PostgreSQL cannot use for its socket."""
    if _UNUSABLE_IN_PATH.search(str(folder)):
        raise EmbeddedError(
            f"The path {folder} has a comma, a quote or the like, which PostgreSQL takes for the "
            "end of it: choose another --data-dir."
        )
    if len(os.fsencode(folder / SOCKET_NAME)) > MAX_SOCKET_PATH:
        raise EmbeddedError(
            f"The path {folder} is too long for a socket: choose a shorter --data-dir."
        )


def check(folder: Path, owner: Owner) -> None:
    """Raises EmbeddedError for a folder open to others, not ours, or of another version."""
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


def make(folder: Path, programs: Programs) -> None:
    """Run initdb in a folder of another name, so that a half-made database is never used."""
    unfinished = folder.with_name("postgresql.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, programs.owner.uid, programs.owner.gid)
    programs.run("initdb", *INITDB, f"--pgdata={unfinished}")
    unfinished.rename(folder)


def bound_log(folder: Path) -> None:
    """Keep PostgreSQL's log within two files of a bounded size, while PostgreSQL writes on."""
    log_file = folder / LOG_NAME
    with suppress(OSError):  # Not there yet.
        if log_file.stat().st_size > MAX_LOG_BYTES:
            with suppress(OSError):  # On a full disk the newest lines are lost, too.
                shutil.copyfile(log_file, folder / f"{LOG_NAME}.1")
            # PostgreSQL holds the file open to append, so it continues at the new end.
            os.truncate(log_file, 0)
