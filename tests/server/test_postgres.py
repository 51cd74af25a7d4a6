"""The PostgreSQL of the wheel: whose it is, who may reach it, and what a crash leaves behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg2
import pytest

from tally.server import (
    data_folder,
    database_folder,
    postgres,
    postgres_processes,
    postgres_programs,
)
from tally.server.postgres_programs import EmbeddedError
from tests import moments
from tests.waiting import wait_until

HOLD = """
import sys
from pathlib import Path
from tally.server import postgres
server = postgres.start(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not tmp_path: its long names leave no room for a socket.
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        yield Path(folder) / "data"


def holder(data_dir: Path) -> subprocess.Popen[str]:
    """Another process that has started the database of this folder."""
    source = moments.python_path(Path(postgres.__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)],
        env=os.environ | {"PYTHONPATH": source},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def kill_postmaster(folder: Path) -> None:
    number = postgres_processes.postmaster(folder)
    assert number is not None  # Number 0 would be the tests themselves.
    os.kill(number, signal.SIGKILL)


def is_answering(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == 1
    except psycopg2.OperationalError:
        return False


def refusal(url: str) -> str:
    """Why a connection is refused; empty where it is not."""
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError as error:
        return str(error)
    return ""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_database_starts_keeps_its_tables_and_stops(data_dir: Path) -> None:
    server = postgres.start(data_dir)
    assert ask(server.url, "SELECT current_user || '@' || current_database()") == "tally@tally"
    assert ask(server.url, "SELECT lower('Ё' COLLATE pg_c_utf8)") == "ё"
    assert not ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    ask(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    server.stop()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(server.url)
    server = postgres.start(data_dir)
    assert ask(server.url, "SELECT number FROM kept") == 7
    server.stop()


@pytest.mark.parametrize(("asked", "allowed"), [(0, 200), (84, 200), (336, 356)])
def test_there_is_room_for_the_connections_of_all_workers(
    data_dir: Path, asked: int, allowed: int
) -> None:
    server = postgres.start(data_dir, connections=asked)
    try:
        with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW max_connections")
            assert cursor.fetchone() == (str(allowed),)
        connection.close()
    finally:
        server.stop()


def test_only_its_owner_reaches_it(data_dir: Path) -> None:
    server = postgres.start(data_dir)
    try:
        folder = data_dir / "postgresql"
        assert mode(folder) == 0o700
        assert mode(folder / postgres_processes.SOCKET_NAME) == 0o700
        assert mode(data_dir) & 0o022 == 0
        postmaster = psutil.Process(postgres_processes.postmaster(folder))
        assert postmaster.net_connections("inet") == []
        assert postmaster.uids().real != 0
    finally:
        server.stop()


def test_a_second_one_is_told_who_has_the_folder(data_dir: Path) -> None:
    server = postgres.start(data_dir)
    try:
        with pytest.raises(data_folder.InUse, match=f"process {os.getpid()}"):
            postgres.start(data_dir)
        with postgres.borrowed(data_dir) as url:
            assert url == server.url
    finally:
        server.stop()


def test_a_server_left_running_is_taken_over(data_dir: Path) -> None:
    first = holder(data_dir)
    before = postgres_processes.postmaster(data_dir / "postgresql")
    kill(first)
    server = postgres.start(data_dir)
    assert postgres_processes.postmaster(data_dir / "postgresql") == before
    assert ask(server.url, "SELECT 1") == 1
    server.stop()
    assert postgres_processes.postmaster(data_dir / "postgresql") is None


@pytest.mark.parametrize("whom", ["postmaster", "all"])
def test_a_server_that_was_killed_is_recovered(data_dir: Path, whom: str) -> None:
    first = holder(data_dir)
    folder = data_dir / "postgresql"
    ask(postgres.address(folder, "tally", "tally"), "CREATE TABLE kept AS SELECT 7 AS number")
    postmaster = psutil.Process(postgres_processes.postmaster(folder))
    others = postmaster.children() if whom == "all" else []
    kill(first)
    for process in (postmaster, *others):
        with suppress(psutil.NoSuchProcess):  # Some end by themselves once their parent is gone.
            process.kill()
    server = postgres.start(data_dir)
    assert ask(server.url, "SELECT number FROM kept") == 7
    server.stop()


def test_a_frozen_server_is_replaced(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "TAKE_OVER_SECONDS", 2)
    first = holder(data_dir)
    folder = data_dir / "postgresql"
    before = postgres_processes.postmaster(folder)
    for process in (psutil.Process(before), *psutil.Process(before).children()):
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    kill(first)
    server = postgres.start(data_dir)
    assert postgres_processes.postmaster(folder) != before
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_pid_file_with_somebody_elses_number_is_in_nobodys_way(data_dir: Path) -> None:
    server = postgres.start(data_dir)
    folder = data_dir / "postgresql"
    postmaster = psutil.Process(postgres_processes.postmaster(folder))
    number = postmaster.pid
    lines = (folder / "postmaster.pid").read_text()
    postmaster.kill()
    server.lock.close()
    (folder / "postmaster.pid").write_text(lines.replace(str(number), str(os.getpid()), 1))
    server = postgres.start(data_dir)
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_database_that_dies_is_started_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgres, "WATCH_SECONDS", 0.1)
    server = postgres.start(data_dir)
    server.watch()
    try:
        kill_postmaster(server.folder)
        wait_until(lambda: is_answering(server.url), "it is not started again")
        assert "starting it again" in caplog.text
    finally:
        server.stop()
    assert postgres_processes.postmaster(server.folder) is None


def test_a_database_that_dies_while_it_is_started_again_is_started_once_more(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its first connection is refused; the second one looks whether all is in it."""
    monkeypatch.setattr(postgres, "WATCH_SECONDS", 0.1)
    monkeypatch.setattr(postgres, "RETRY_SECONDS", 0.1)
    server = postgres.start(data_dir)
    connect, connected = psycopg2.connect, []

    def refuse_the_first(*arguments: object, **options: object) -> object:
        connected.append(arguments)
        if len(connected) == 1:
            raise psycopg2.OperationalError("the server was killed")
        return connect(*arguments, **options)

    monkeypatch.setattr(psycopg2, "connect", refuse_the_first)
    kill_postmaster(server.folder)
    server.watch()
    try:
        wait_until(lambda: len(connected) > 1, "it is not tried again")
        assert "did not take its database: the server was killed" in caplog.text
        assert is_answering(server.url)
    finally:
        server.stop()


def test_the_database_stops_at_once_while_it_recovers(data_dir: Path) -> None:
    server = postgres.start(data_dir)
    ask(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    log = server.folder / database_folder.LOG_NAME

    def is_told_while_it_recovers() -> bool:
        server = postgres.start(data_dir)
        known = len(log.read_text())
        killed, frozen = psycopg2.connect(server.url), psycopg2.connect(server.url)
        # Recovery begins when the last of the others is gone: for this one PostgreSQL waits, for
        # five seconds. A busy machine may be later, and tries again.
        psutil.Process(frozen.info.backend_pid).suspend()
        os.kill(killed.info.backend_pid, signal.SIGKILL)

        def is_over() -> bool:
            return "reinitializing" in log.read_text()[known:]

        wait_until(
            lambda: "in recovery mode" in refusal(server.url) or is_over(), "it does not recover"
        )
        server.stop()
        assert postgres_processes.postmaster(server.folder) is None
        if is_over():
            return False
        told = log.read_text()[known:]
        assert "immediate shutdown request" in told
        # Told to stop fast, it may never end.
        assert "fast shutdown request" not in told
        return True

    wait_until(is_told_while_it_recovers, "it is always told too late")
    server = postgres.start(data_dir)
    assert ask(server.url, "SELECT number FROM kept") == 7
    server.stop()


def test_a_half_made_database_is_made_anew(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o711)
    half = data_dir / "postgresql.unfinished"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = postgres.start(data_dir)
    server.stop()
    assert not half.exists()


def test_an_older_major_version_is_refused_with_the_way_on(data_dir: Path) -> None:
    postgres.start(data_dir).stop()
    (data_dir / "postgresql" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17.*tally backup.*tally restore"):
        postgres.start(data_dir)


@pytest.mark.parametrize("bits", [0o750, 0o701, 0o777])
def test_a_database_folder_open_to_others_is_refused(data_dir: Path, bits: int) -> None:
    postgres.start(data_dir).stop()
    (data_dir / "postgresql").chmod(bits)
    with pytest.raises(EmbeddedError, match="chmod 0700"):
        postgres.start(data_dir)


def test_a_data_folder_others_may_write_to_is_refused(data_dir: Path) -> None:
    data_dir.mkdir()
    data_dir.chmod(0o777)
    with pytest.raises(EmbeddedError, match="chmod go-w"):
        postgres.start(data_dir)


def test_a_data_folder_that_cannot_be_used_is_refused(data_dir: Path) -> None:
    data_dir.write_text("a file")
    data_dir.chmod(0o666)  # Nobody should be told to change the rights of a file or a device.
    with pytest.raises(EmbeddedError, match=f"{data_dir} cannot be used .*: choose another"):
        postgres.start(data_dir)
    data_dir.unlink()
    # Root may write everywhere; nobody can write to this.
    (data_dir / "lock").mkdir(parents=True)
    data_dir.chmod(0o711)
    with pytest.raises(EmbeddedError, match=f"{data_dir} cannot be used .*: choose another"):
        postgres.start(data_dir)


def test_a_database_folder_that_is_a_link_is_refused(data_dir: Path, tmp_path: Path) -> None:
    data_dir.mkdir(mode=0o711)
    (data_dir / "postgresql").symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="does not belong"):
        postgres.start(data_dir)


@pytest.mark.parametrize("sign", [",", "'", '"', "\\", "\n"])
def test_a_path_that_would_end_early_is_refused(data_dir: Path, sign: str) -> None:
    folder = data_dir.with_name(f"a{sign}b")
    with pytest.raises(EmbeddedError, match="a comma, a quote"):
        postgres.start(folder)
    assert not folder.exists()


def test_folders_above_it_are_opened_to_nobody(data_dir: Path) -> None:
    """Whatever the mask of the process would let through."""
    deep = data_dir / "one" / "two"
    before = os.umask(0)
    try:
        postgres.start(deep).stop()
    finally:
        os.umask(before)
    expected = 0o711 if os.geteuid() == 0 else 0o700
    assert [mode(folder) for folder in (data_dir, data_dir / "one", deep)] == [expected] * 3


def test_the_log_of_the_database_holds_no_statement_and_has_an_end(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_folder, "MAX_LOG_BYTES", 20_000)
    monkeypatch.setattr(postgres, "WATCH_SECONDS", 0.05)
    server = postgres.start(data_dir)
    server.watch()
    log = server.folder / "log"
    wrong = (
        "INSERT INTO kept VALUES ('dear diary', 1)",  # NULL in the way: DETAIL has the row.
        "INSERT INTO kept VALUES ('dear diary', NULL)",
        "SELECT 'dear diary' FROM nowhere",
        "DO $$ BEGIN RAISE 'refused' USING DETAIL = 'dear diary'; END $$",
    )
    try:
        ask(server.url, "CREATE TABLE kept (note text UNIQUE, number int NOT NULL)")
        ask(server.url, wrong[0])
        for statement in wrong:
            with pytest.raises(psycopg2.Error):
                ask(server.url, statement)
        assert "violates" in log.read_text()

        def write_into_it() -> None:
            with pytest.raises(psycopg2.Error):
                ask(server.url, wrong[1])

        def is_full() -> bool:
            return log.stat().st_size > database_folder.MAX_LOG_BYTES

        def fill_it() -> None:
            """And no further: who watches may look late."""
            if not is_full():
                write_into_it()

        def begins_anew() -> bool:
            """The second file is there before all of it is copied and the first one is emptied."""
            return (server.folder / "log.1").exists() and not is_full()

        wait_until(begins_anew, "no second file", pause=fill_it)
        write_into_it()
        assert "violates" in log.read_text()  # It goes on in the same file.
        for file in server.folder.glob("log*"):
            assert "dear diary" not in file.read_text()
            assert file.stat().st_size < 40_000
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_is_refused(data_dir: Path) -> None:
    with pytest.raises(EmbeddedError, match="too long"):
        postgres.start(data_dir / ("x" * 90))
    assert not (data_dir / ("x" * 90)).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has PostgreSQL run as another user")
def test_root_opens_no_folder_for_it(data_dir: Path) -> None:
    data_dir.parent.chmod(0o700)
    with pytest.raises(EmbeddedError, match="may not pass"):
        postgres.start(data_dir)
    assert mode(data_dir.parent) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has PostgreSQL run as another user")
def test_programs_out_of_reach_are_copied(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = postgres_programs.wheel_programs()
    passes = postgres_programs.Owner.can_pass
    monkeypatch.setattr(
        postgres_programs.Owner, "can_pass", lambda self, path: path != real and passes(self, path)
    )
    for _ in range(2):
        server = postgres.start(data_dir)
        try:
            assert data_dir in server.programs.folder.parents
            assert ask(server.url, "SELECT 1") == 1
        finally:
            server.stop()
