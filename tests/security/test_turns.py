"""Turns of imports: whoever sends nothing, or a little, keeps nobody from importing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
from sqlalchemy import Engine

from tally.app import MAX_UPLOADS
from tally.web.uploads import MAX_HEAD_BYTES
from tests.security.conftest import JSON, Person, Server, person

HEADING = b"date,type,value,notes\n"
ROW = b"2026-10-05,tea,1," + b"n" * 1_900 + b"\n"
LARGE = HEADING + ROW * (MAX_HEAD_BYTES // len(ROW) + 1)
SMALL = HEADING + ROW
START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
PIECE = b"x" * 65_536


@contextmanager
def dawdler(server: Server, who: Person) -> Iterator[socket.socket]:
    """A connection on which somebody was told to go on with a large file, and has sent none."""
    head = (
        "POST /consumption/import HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: session={who.cookie}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: 60000000\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        yield connection


@pytest.fixture
def dawdlers(server: Server, engine: Engine) -> Iterator[list[socket.socket]]:
    """As many as may send a file at once."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                dawdler(server, person(engine, f"d{number}@lindenhof.example", "D"))
            )
            for number in range(MAX_UPLOADS)
        ]


def checked(client: httpx2.Client, file: bytes, **fields: str) -> httpx2.Response:
    """The answer to a file that is only looked at."""
    return client.post(
        "/consumption/import",
        headers=JSON,
        data={"dry_run": "1", **fields},
        files={"file": ("file.csv", file)},
    )


def test_headers_alone_hold_no_turn(
    dawdlers: list[socket.socket], server: Server, mara: Person
) -> None:
    with server.client(mara.cookie) as client:
        assert checked(client, LARGE).status_code == 200


def test_slow_senders_keep_nobody_from_small_files_and_beginnings(
    dawdlers: list[socket.socket], server: Server, mara: Person
) -> None:
    with server.client_once(mara.cookie) as client:
        for connection in dawdlers:
            connection.sendall(START)
        answer = checked(client, LARGE)
        for _ in range(100):
            if answer.status_code == 503:
                break
            for connection in dawdlers:
                connection.sendall(PIECE)
            answer = checked(client, LARGE)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert checked(client, SMALL).status_code == 200
        assert checked(client, SMALL, head="1").status_code == 200


def test_a_beginning_is_no_whole_file(server: Server, mara: Person) -> None:
    with server.client(mara.cookie) as client:
        refused = checked(client, LARGE, head="1")
        assert refused.status_code == 422
        assert "1024 KiB" in refused.json()["fields"]["file"]
