"""The server itself: told to stop under load, held up on purpose, with a wrong clock."""

from __future__ import annotations

import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import Account, Clock
from serving import KEY, Client, Serving

from .conftest import Postgres, Writers, balance

SOCKETS = 300
CLOSED_WITHIN = 20.0


@pytest.mark.parametrize("workers", [1, 2])
def test_sigterm_under_load(
    workers: int, postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    postgres.run("TRUNCATE users, consumption_records")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    serving = Serving(tmp_path / "log", ("--workers", str(workers)), variables).start()
    person = serving.client().register()
    writers = Writers([person.again() for _ in range(16)], give_up=10, pause=0).start()
    time.sleep(2)
    start = time.monotonic()
    status = serving.stop()
    took = time.monotonic() - start
    writers.stop()
    found = balance(writers, postgres.url)
    assert status == -signal.SIGTERM
    assert took < 10
    assert (found.lost, found.doubled, found.halves) == (0, 0, 0)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert " ERROR " not in log
    tell(f"SIGTERM under 16 writers, {workers} worker(s)", 1, f"ended in {took:.1f} s; {found}")


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
        assert slowest < 3
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


def test_the_clock_25_hours_ahead(ada: Account, clock: Clock, tell: Callable[..., None]) -> None:
    record = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}
    assert ada.client.post("/consumption", data=record).status_code == 303
    clock.moved = timedelta(hours=25)
    answer = ada.client.get("/list")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    form = {"email": ada.email, "password": "correct horse battery"}
    assert ada.client.post("/auth/login", data=form).status_code == 303
    assert "tea" in ada.client.get("/list").text
    clock.moved = timedelta()
    # Back again: a token from the future is no reason to fall over.
    assert ada.client.get("/list").status_code in (200, 303)
    tell("The clock 25 hours ahead, and back", 1, "signed out, in again, every record there")
