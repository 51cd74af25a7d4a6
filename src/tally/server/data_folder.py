"""The data folder: its permissions, and the lock of the one process that uses it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from tally.server.postgres_programs import SYSTEM_USER, EmbeddedError, Owner


class InUse(EmbeddedError):
    """Another Tally has the data folder."""


def is_there(folder: Path) -> bool:
    """Whether the folder exists. One that this user may not see counts; the error comes later."""
    try:
        folder.lstat()
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.ENOTDIR)
    return True


def prepare(data_dir: Path, owner: Owner) -> None:
    """Make the data folder; check that PostgreSQL's user may enter and nobody else may write.

    Raises EmbeddedError.
    """
    try:
        _make_folders(data_dir, 0o711 if owner.switch else 0o700)
        status = data_dir.stat()
    except OSError as error:
        raise _unusable(data_dir, error) from error
    if not stat.S_ISDIR(status.st_mode):
        raise _unusable(data_dir, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
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
    """Make a folder and its missing parents, none of them open to everybody."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            with suppress(FileExistsError):  # Another process was faster.
                missing.mkdir(mode)
                missing.chmod(mode)  # The mask of this process may have taken rights away.


def _unusable(data_dir: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(
        f"The data folder {data_dir} cannot be used ({error.strerror}): choose another --data-dir."
    )


def lock(data_dir: Path) -> IO[str]:
    """Lock the data folder for this process. Raises InUse, EmbeddedError.

    The lock ends with the process, however it ends, so a crash leaves nothing to clean up.
    """
    path = data_dir / "lock"
    try:
        held = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")
    except OSError as error:
        raise _unusable(data_dir, error) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = held.read().strip()
        held.close()
        raise InUse(
            f"Another Tally{f' (process {who})' if who else ''} is already using {data_dir}: "
            "stop it, or choose another --data-dir."
        ) from error
    with suppress(OSError):  # For people to read; a full disk has no room even for that.
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
    return held
