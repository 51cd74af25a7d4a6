"""The server itself: told to stop under load, held up on purpose."""

from __future__ import annotations

import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import psycopg2
import pytest

from tally.server.protocol import HEADER_SECONDS
from tests.faults.conftest import Postgres, Writers, balance, send_file, waits_for
from tests.serving import KEY, PATIENT, Client, Serving
from tests.waiting import WAIT_SECONDS, wait_until

pytestmark = pytest.mark.begins_first

SOCKETS = 300
CLOSED_WITHIN = 20.0


@pytest.mark.parametrize("workers", [1, 2])
def test_sigterm_under_load(
    workers: int, postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    """An edit that waits for its row, a body half sent, and 16 writers, when the signal comes."""
    postgres.run("TRUNCATE users, consumption_records")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    arguments = ("--workers", str(workers))
    # The edit waits for its row for as long as the machine makes it.
    serving = Serving(tmp_path / "log", arguments, variables, command=PATIENT).start()
    serving.wait_until("/readyz", 200)
    person = serving.client().register()
    record = person.post_json("/consumption", {"line": "tea 1 cup"}).json["records"][0]
    writers = Writers([person.again() for _ in range(16)], give_up=10, pause=0).start()
    time.sleep(1.5)
    holder = psycopg2.connect(postgres.url)
    statement = "SELECT 1 FROM consumption_records WHERE id = %s FOR UPDATE"
    holder.cursor().execute(statement, (record["id"],))
    half = socket.create_connection(("127.0.0.1", serving.port))
    half.sendall(
        b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    )
    with half, ThreadPoolExecutor(1) as pool:
        edit = pool.submit(
            person.again().post_json, f"/consumption/{record['id']}", {"consumption_value": "7"}
        )
        waits_for(holder)
        serving.tell(signal.SIGTERM)
        start = time.monotonic()
        time.sleep(0.8)
        assert not edit.done()
        holder.rollback()
        holder.close()
        kept = edit.result()
        wait_until(lambda: not connects(serving.port), "new connections are still taken")
        status = serving.wait()
    took = time.monotonic() - start
    writers.stop()
    found = balance(writers, postgres.url)
    assert kept.status == 200
    assert kept.json["consumption_value"] == "7"
    assert status == -signal.SIGTERM
    assert (found.lost, found.doubled, found.halves) == (0, 0, 0)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert " ERROR " not in log
    tell(
        f"SIGTERM under 16 writers and an edit that waits, {workers} worker(s)",
        1,
        f"the edit was kept, ended in {took:.1f} s; {found}",
    )


ROWS = 100_000


def serve_nobody(postgres: Postgres, log: Path) -> Serving:
    """A server whose database has no account yet."""
    postgres.run("TRUNCATE users, consumption_records")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    # What is asked for before the signal is answered, however long the machine stands still.
    return Serving(log, (), variables, command=PATIENT).start()


def test_sigterm_during_downloads(
    postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    """People who take a download and a document slowly, or not at all, when the signal comes."""
    log = tmp_path / "log"
    serving = serve_nobody(postgres, log)
    person, other = serving.client().register(), serving.client().register()
    postgres.run(
        "SET statement_timeout = 0",
        "INSERT INTO consumption_records"
        " (user_id, consumption_date, consumption_value, consumption_type, notes)"
        " SELECT id, DATE '2026-01-05' - n % 700, n, 'tea', repeat('z', 300)"
        f" FROM users CROSS JOIN generate_series(1, {ROWS}) AS n",
    )
    asked = [
        (person, "/consumption?format=csv"),
        (person, "/list?view=print&period=all"),
        (other, "/consumption?format=json&download=1"),
    ]
    taking = []
    for who, path in asked:
        connection = socket.create_connection(("127.0.0.1", serving.port), timeout=WAIT_SECONDS)
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: session={who.cookie}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        taking.append(connection)
    start = time.monotonic()
    serving.tell(signal.SIGTERM)
    status = serving.wait()
    took = time.monotonic() - start
    for connection in taking:
        connection.close()
    assert status == -signal.SIGTERM
    said = log.read_text()
    assert "Traceback" not in said and " ERROR " not in said, said
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tally'"
    wait_until(lambda: postgres.run(sessions, admin=True) == [(0,)], "a connection is left open")
    tell(
        "SIGTERM under downloads that nobody takes", len(asked), f"ended in {took:.1f} s, no fault"
    )


def test_sigterm_during_an_import(
    postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    """A file is saved whole and said to be, or not at all; the server does not wait for long."""
    log = tmp_path / "log"
    serving = serve_nobody(postgres, log)
    person = serving.client(patience=60).register()
    rows = "".join(f"2026-01-{1 + n % 28:02},{n},tea,cup,n{n}\n" for n in range(ROWS))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send_file, person, rows.encode())
        importing = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE usename = 'tally' AND xact_start < now() - interval '1 s'"
        )
        wait_until(lambda: postgres.run(importing, admin=True) != [(0,)], "nobody is importing")
        assert not answer.done()
        start = time.monotonic()
        serving.tell(signal.SIGTERM)
        status = serving.wait()
        took = time.monotonic() - start
        try:
            told = answer.result()
        except (OSError, HTTPException):
            told = 0
    [(kept,)] = postgres.run("SELECT count(*) FROM consumption_records")
    assert status == -signal.SIGTERM
    assert kept in (0, ROWS)
    assert (told == 200) <= (kept == ROWS)
    assert "Traceback" not in log.read_text()
    assert told in (200, 503) or kept == 0
    tell(
        f"SIGTERM under an import of {ROWS:,} rows",
        1,
        f"{kept} rows kept, the answer was {told or 'none'}, ended in {took:.1f} s",
    )


def connects(port: int) -> bool:
    """Whether anybody takes a new connection."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_dawdlers_shut_nobody_out(
    serving: Serving, client: Client, tell: Callable[..., None]
) -> None:
    """Idle sockets, headers and bodies that come a byte at a time, all at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    begun = [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
        b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n",
    ]
    start = time.monotonic()
    waiting: dict[socket.socket, bytes] = {}
    for number in range(SOCKETS):
        dawdler = socket.create_connection(("127.0.0.1", serving.port))
        dawdler.sendall(begun[number % 3])
        waiting[dawdler] = b"x" if number % 3 else b""
    slowest = 0.0
    try:
        while waiting and time.monotonic() < start + CLOSED_WITHIN:
            for dawdler, more in waiting.items():
                with suppress(OSError):
                    dawdler.sendall(more)
            asked = time.monotonic()
            assert client.get("/list").status == 200
            slowest = max(slowest, time.monotonic() - asked)
            for dawdler in _ended(list(waiting)):
                del waiting[dawdler]
                dawdler.close()
            time.sleep(0.5)
        took = time.monotonic() - start
        assert not waiting, f"{len(waiting)} of {SOCKETS} are still open"
        assert slowest < HEADER_SECONDS, "they waited until the dawdlers were cut off"
    finally:
        for dawdler in waiting:
            dawdler.close()
    tell(
        "Idle sockets, slow headers and slow bodies",
        SOCKETS,
        f"others answered within {slowest:.1f} s, all closed after {took:.0f} s",
    )


def _ended(sockets: list[socket.socket]) -> list[socket.socket]:
    """Those that the other side has closed."""
    poller = select.poll()
    by_number = {one.fileno(): one for one in sockets}
    for number in by_number:
        poller.register(number, select.POLLIN | select.POLLHUP)
    ended = []
    for number, _ in poller.poll(0):
        try:
            if not by_number[number].recv(4096):
                ended.append(by_number[number])
        except OSError:
            ended.append(by_number[number])
    return ended
