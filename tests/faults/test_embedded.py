"""The database in the data folder: left behind, recovering, of another version, open to others."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg2
import pytest

from tally.server import postgres, postgres_processes, postgres_programs
from tests.faults.conftest import starts
from tests.serving import Client, Serving, command
from tests.waiting import wait_until

LINES = 60
HELD = 12.0  # Seconds: the wheel's own start would have given up after 10.
NOBODY = 65534


class Own:
    """A server with its own database, and a writer who counts acknowledged records."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgresql"
        self.serving = Serving(log, ("--data-dir", str(data_dir))).start()
        self.person = self.serving.client().register()
        self.acknowledged = 0

    def write(self) -> int:
        """Send a batch; its status."""
        lines = "\n".join(f"coffee {number + 1} cup" for number in range(LINES))
        status = self.person.post_json("/consumption", {"line": lines}).status
        self.acknowledged += LINES * (status == 201)
        return status

    def is_whole(self) -> None:
        """Every acknowledged record is there, no other one, and more can be written."""
        self.person = Client(self.serving.url, self.person.cookie)
        there = self.person.get("/consumption?format=json&period=all&limit=1")
        assert there.json["count"] == self.acknowledged
        assert self.write() == 201

    def postmaster(self) -> psutil.Process:
        number = postgres_processes.postmaster(self.folder)
        assert number is not None
        return psutil.Process(number)

    def leave_much_to_recover(self) -> None:
        """Enough changes since the last checkpoint that recovery is long enough to be caught."""
        connection = psycopg2.connect(postgres.address(self.folder, "tally", "tally"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("CREATE TABLE IF NOT EXISTS ballast (number bigint)")
            cursor.execute("INSERT INTO ballast SELECT generate_series(1, 400000)")
        connection.close()

    def again(self) -> float:
        """Start the server at the same address; the seconds it took."""
        start = time.monotonic()
        self.serving.start(self.serving.port)
        self.serving.wait_until("/readyz", 200, 30)
        return time.monotonic() - start

    def refused(self, *arguments: str) -> str:
        """The one line with which `tally serve` on this folder gives up."""
        answer = command("serve", "--port", "0", "--data-dir", str(self.data_dir), *arguments)
        assert answer.returncode == 1
        assert answer.stdout == ""
        assert answer.stderr.count("\n") == 1, answer.stderr
        return answer.stderr


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        os.chmod(name, 0o711)
        own = Own(Path(name) / "data", tmp_path_factory.mktemp("own") / "log")
        own.write()
        yield own
        own.serving.stop()
        for left in postgres_processes.processes(own.folder):
            left.kill()


class Held:
    """Catches the next recovery in this folder and holds it for a while.

    On a busy machine it may be over before anybody looks: a test then tries again.
    """

    def __init__(self, own: Own) -> None:
        self.begun: float | None = None
        self._own = own
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def __enter__(self) -> Held:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Hold none any more; returns once one that was held goes on."""
        self._given_up.set()
        self._thread.join(HELD + 40)

    def _hold(self) -> None:
        while self.begun is None and not self._given_up.wait(0.002):
            with suppress(psutil.Error, AssertionError):
                for process in self._own.postmaster().children():
                    # A process for somebody who connects says `startup` behind their name.
                    if " ".join(process.cmdline()).startswith("postgres: startup"):
                        process.suspend()
                        self.begun = time.monotonic()
                        time.sleep(HELD)
                        process.resume()
                        return


def test_a_server_killed_leaves_a_database_that_is_taken_over(
    own: Own, tell: Callable[..., None]
) -> None:
    before = own.postmaster()
    own.serving.kill()
    assert own.postmaster() == before
    took = own.again()
    assert own.postmaster() == before
    own.is_whole()
    tell("Server killed, its PostgreSQL left running", 1, f"taken over, well after {took:.1f} s")


def test_the_start_waits_for_a_long_recovery(own: Own, tell: Callable[..., None]) -> None:
    took = 0.0

    def is_held() -> bool:
        nonlocal took
        own.leave_much_to_recover()
        own.serving.kill()
        for process in list(postgres_processes.processes(own.folder)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with Held(own) as held:
            took = own.again()
        return held.begun is not None

    wait_until(is_held, "no recovery was seen")
    assert took > HELD
    assert "recovering" in own.serving.log.read_text()
    own.is_whole()
    tell(
        f"Everything killed, recovery held up for {HELD:.0f} s",
        1,
        f"the start waited, well after {took:.0f} s, every record there",
    )


def test_a_long_recovery_under_a_running_server(own: Own, tell: Callable[..., None]) -> None:
    number = own.serving.pid
    waits: list[float] = []
    start = 0.0

    def is_answered() -> bool:
        """Whether somebody gets their list, who is refused politely otherwise."""
        asked = time.monotonic()
        answer = Client(own.serving.url, own.person.cookie).get("/list")
        took = time.monotonic() - asked
        assert own.serving.client().get("/healthz").status == 200
        if answer.status == 503:
            waits.append(took)
            assert int(answer.headers["Retry-After"]) > 0
        else:
            assert answer.status == 200
        time.sleep(0.3)
        return answer.status == 200

    def is_held() -> bool:
        nonlocal start
        own.leave_much_to_recover()
        before = starts(own.folder)
        with Held(own) as held:
            own.postmaster().kill()
            start = time.monotonic()
            wait_until(
                lambda: held.begun is not None or starts(own.folder) > before,
                "it is not started again",
                pause=is_answered,
            )
            if held.begun is not None:  # Whoever asks from now on asks while it recovers.
                wait_until(
                    is_answered, "it is not well again", seconds=HELD + 30, pause=lambda: None
                )
        return held.begun is not None

    wait_until(is_held, "no recovery was seen")
    took = time.monotonic() - start
    assert took > HELD and waits
    assert own.serving.pid == number
    own.is_whole()
    tell(
        f"PostgreSQL killed under a server, recovery held up for {HELD:.0f} s",
        1,
        f"503 after {max(waits):.1f} s at most, well after {took:.0f} s with no restart",
    )


def test_a_second_server_is_told_and_leaves(own: Own, tell: Callable[..., None]) -> None:
    assert f"Another Tally (process {own.serving.pid})" in own.refused()
    own.is_whole()
    tell("A second server on one data folder", 1, "says who has it, and leaves")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
def test_the_socket_and_the_key_are_their_owners(own: Own, tell: Callable[..., None]) -> None:
    path = own.folder / postgres_processes.SOCKET_NAME
    own.is_whole()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
    with somebody_else():
        with socket.socket(socket.AF_UNIX) as connection, pytest.raises(PermissionError):
            connection.connect(str(path))
        for role in ("tally", "postgres"):
            with pytest.raises(psycopg2.OperationalError, match="Permission denied"):
                psycopg2.connect(postgres.address(own.folder, role, "tally"))
        with pytest.raises(PermissionError):
            (own.data_dir / "secret_key").read_text()
        with pytest.raises(PermissionError):
            list(own.folder.iterdir())
    tell("Another user of the machine at socket, key and folder", 1, "no permission")


@contextmanager
def somebody_else() -> Iterator[None]:
    """This process without any rights."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@contextmanager
def stopped(own: Own) -> Iterator[None]:
    """While the folder's server is stopped; afterwards everything must be there."""
    own.serving.stop()
    yield
    own.again()
    own.is_whole()


def test_a_folder_that_is_not_as_it_should_be(own: Own, tell: Callable[..., None]) -> None:
    """An older major version, wrong permissions, a key that is too short: one line each."""
    key = own.data_dir / "secret_key"
    secret = key.read_bytes()
    with stopped(own):
        (own.folder / "PG_VERSION").write_text(f"{postgres_programs.MAJOR - 1}\n")
        said = own.refused()
        assert f"PostgreSQL {postgres_programs.MAJOR - 1}" in said
        assert "tally backup" in said and "tally restore" in said
        (own.folder / "PG_VERSION").write_text(f"{postgres_programs.MAJOR}\n")

        own.folder.chmod(0o750)
        assert f"chmod 0700 {own.folder}" in own.refused()
        own.folder.chmod(0o700)

        key.chmod(0o644)
        assert "secret_key" in own.refused()
        key.chmod(0o600)

        key.write_bytes(secret[:31])
        assert "secret_key" in own.refused()
        key.write_bytes(secret)
    tell("Data folder of an older major version", 1, "refused, with the way to upgrade")
    tell("Database folder or key open to others, key too short", 3, "refused, with what to change")
