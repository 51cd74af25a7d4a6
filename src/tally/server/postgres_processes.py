"""The processes of the PostgreSQL server whose database lies in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

PID_FILE = "postmaster.pid"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"


def processes(folder: Path) -> Iterator[psutil.Process]:
    """All PostgreSQL processes that live in this folder."""
    import psutil

    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(folder.resolve()):
                yield process
        except psutil.Error:
            continue


def postmaster(folder: Path) -> int | None:
    """The process number of the running server by its pid file; None without one."""
    import psutil

    try:
        number = int((folder / PID_FILE).read_text().splitlines()[0])
        process = psutil.Process(number)
        living = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        # The number may belong to another process by now, even to another PostgreSQL.
        return number if living and process.cwd() == str(folder.resolve()) else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def end_orphans(folder: Path) -> None:
    """End processes that outlived their server, then remove its pid file and socket.

    A killed server's last processes may still hold the shared memory, and PostgreSQL rightly
    refuses to start beside them. The number in the pid file may belong to another process by now.
    """
    import psutil

    for ask in (psutil.Process.terminate, psutil.Process.kill):
        orphans = list(processes(folder))
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                ask(orphan)
        psutil.wait_procs(orphans, timeout=3)
    if not list(processes(folder)):
        for left in (PID_FILE, SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (folder / left).unlink(missing_ok=True)
