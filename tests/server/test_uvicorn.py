"""The protocol's limits, with a small application behind it and clocks that run faster."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
import sys
import threading
import time
from asyncio import selector_events
from collections.abc import Iterator
from contextlib import suppress
from select import select

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.server import protocol
from tally.server import uvicorn as server
from tally.settings import Settings
from tests.conftest import HTMX
from tests.waiting import WAIT_SECONDS, wait_until

SECONDS = 0.4


async def echo(request: Request) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        gone.append(request.url.path)
        raise
    await asyncio.sleep(float(request.query_params.get("sleep", "0")))
    if "held" in request.query_params:
        held.set()
        await asyncio.to_thread(let_go.wait, WAIT_SECONDS)
    assert request.client is not None
    return PlainTextResponse(f"{len(body)} from {request.client.host} by {request.url.scheme}")


gone: list[str] = []
# A request with `held` is under way, and may be answered.
held, let_go = threading.Event(), threading.Event()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are soon reached: only for tests of these, as a busy machine may be slower.

    It may be slower than these, too: who has to be in time tries again.
    """
    monkeypatch.setattr(protocol, "HEADER_SECONDS", SECONDS)
    monkeypatch.setattr(protocol, "BODY_SECONDS", SECONDS)
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.5)


def _started(
    settings: Settings, kind: type[server.Server] = server.Server
) -> tuple[uvicorn.Server, threading.Thread, int]:
    app = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    bound = server.bind("127.0.0.1", 0)
    ready = threading.Event()
    running = kind(server._config(app, settings), ready.set)
    thread = threading.Thread(target=running.run, args=([bound],))
    thread.start()
    assert ready.wait(WAIT_SECONDS)
    return running, thread, bound.getsockname()[1]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    running, thread, port = _started(Settings())
    yield port
    running.should_exit = True
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


def ask(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the other side closes; nothing when it was cut off."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as connection:
        for piece in pieces:
            with suppress(OSError):
                connection.sendall(piece)
            time.sleep(pause)
        return _received(connection)


def trickle(port: int, head: bytes, piece: bytes) -> bytes:
    """The same, to somebody who sends one piece after the other until there is an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as connection:
        connection.sendall(head)

        def is_answered() -> bool:
            with suppress(OSError):
                connection.sendall(piece)
            return bool(select([connection], [], [], SECONDS / 8)[0])

        wait_until(is_answered, "the pieces are waited for", pause=lambda: None)
        return _received(connection)


def _received(connection: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


def get(path: str = "/", *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


def post(*headers: str, body: bytes = b"", version: str = "1.1") -> bytes:
    lines = [f"POST / HTTP/{version}", "Host: a", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_an_answer_names_no_server(port: int) -> None:
    answer = ask(port, get())
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nserver:" not in answer.lower()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/", "X-Long: " + "x" * 100_000), b"431"),
        (get("/", *(f"X-{number}: 1" for number in range(10_000))), b"431"),
        (get("/" + "x" * 100_000), b"414"),
        (get("/", "Host: b"), b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)), b"400"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"400"),
        (post("Transfer-Encoding: chunked", body=b"none\r\n"), b"400"),
    ],
    ids=["header", "headers", "address", "two hosts", "tls", "no host", "chunk"],
)
def test_what_is_not_http_as_we_take_it_is_refused(
    port: int, request_: bytes, status: bytes
) -> None:
    assert ask(port, request_).split()[1] == status
    assert b" 200 " in ask(port, get())


@pytest.mark.parametrize(
    ("length", "status"),
    [(protocol.MAX_ADDRESS_BYTES - 100, b"200"), (protocol.MAX_ADDRESS_BYTES, b"414")],
)
def test_an_address_is_too_long_however_it_arrives(port: int, length: int, status: bytes) -> None:
    request_ = get("/?" + "x" * length)
    assert ask(port, request_).split()[1] == status
    assert ask(port, request_[:20_000], request_[20_000:], pause=0.1).split()[1] == status


SECOND = get("/second")
NO_MORE = b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (post("Content-Length: 2", "Content-Length: 3", body=b"abc"), b"400"),
        (post("Content-Length: 3", "content-length: 3", body=b"abc"), b"400"),
        (post("Content-Length: 3, 3", body=b"abc"), b"400"),
        (post("Content-Length: 5", "Transfer-Encoding: chunked", body=NO_MORE), b"400"),
        (post("transfer-encoding: Chunked", "Content-Length: 5", body=NO_MORE), b"400"),
        (post("Transfer-Encoding: chunked", body=NO_MORE, version="1.0"), b"400"),
        (post("Transfer-Encoding: gzip, chunked", body=NO_MORE), b"501"),
        (post("X-A: b\r\n Content-Length: 3", body=b"abc"), b"400"),
        (get("/", "X-A: b\n\tc"), b"400"),
        (get("/", "X-A: b\nX-B: c"), b"400"),
        (get().replace(b"\r\n", b"\n"), b"400"),
    ],
    ids=str,
)
def test_a_message_whose_length_can_be_read_in_two_ways_is_refused(
    port: int, request_: bytes, status: bytes
) -> None:
    """And the connection is closed: what follows is nobody's request."""
    answer = ask(port, request_ + SECOND)
    assert answer.split()[1] == status
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in answer.lower()
    assert (b"too long" in answer) is False


def test_a_refusal_of_the_protocol_is_a_line_of_the_log(
    port: int, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    def lines() -> list[object]:
        return [record.fields for record in caplog.records if record.name == "tally.access"]  # type: ignore[attr-defined]

    caplog.set_level(logging.INFO, "tally")
    ask(port, b"nonsense\r\n\r\n")
    request.getfixturevalue("hurried")
    told = {"method": "-", "path": "-", "address": "127.0.0.1"}
    wait_until(
        lambda: ask(port, b"GET / HTTP/1.1\r\nHost: a\r\n") and len(lines()) > 1, "nothing is told"
    )
    ask(port, b"")  # Opened for later and never used: no news.
    assert lines() == [told | {"status": 400}, told | {"status": 408}]


def test_a_refusal_of_the_protocol_binds_browsers_too(port: int) -> None:
    answer = ask(port, b"nonsense\r\n\r\n").lower()
    for header in (b"x-content-type-options: nosniff", b"content-security-policy: default-src"):
        assert b"\r\n" + header in answer
    assert b"\r\ncache-control: no-store\r\n" in answer


def test_headers_up_to_the_limit_are_taken(port: int) -> None:
    assert b" 200 " in ask(port, get("/", "X-Long: " + "x" * 30_000))


@pytest.mark.usefixtures("hurried")
def test_headers_that_never_end_are_not_waited_for(port: int) -> None:
    assert b" 408 " in trickle(port, b"GET / HTTP/1.1\r\n", b"X-A: b\r\n")


@pytest.mark.usefixtures("hurried")
def test_an_idle_socket_is_closed_and_holds_up_nobody(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as idle:
        wait_until(lambda: b" 200 " in ask(port, get()), "it holds up others")
        assert b" 408 " in idle.recv(1000)


@pytest.mark.usefixtures("hurried")
def test_a_body_that_never_ends_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", WAIT_SECONDS)
    head = b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
    assert b" 408 " in trickle(port, head, b"x")
    # The handler is told in another thread.
    wait_until(lambda: "/slow" in gone, "the handler was not told")


@pytest.mark.usefixtures("hurried")
def test_a_visitor_who_goes_while_being_refused_is_let_go(
    port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def write_eof(transport: object) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    monkeypatch.setattr(selector_events._SelectorSocketTransport, "write_eof", write_eof)  # type: ignore[attr-defined]
    assert ask(port, b"GET / HTTP/1.1\r\nHost").split()[1] == b"408"
    assert "Exception in callback" not in caplog.text


@pytest.mark.usefixtures("hurried")
def test_a_visitor_who_expects_continue_and_sends_nothing_is_timed_out(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    assert b" 408 " in ask(port, head)


@pytest.mark.usefixtures("hurried")
def test_a_long_body_has_longer(port: int) -> None:
    piece = b"x" * (protocol.BODY_BYTES_A_SECOND // 4)
    head = f"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(piece) * 5}"

    def is_taken() -> bool:
        answer = ask(port, f"{head}\r\n\r\n".encode(), *[piece] * 5, pause=0.15)
        return b" 200 " in answer and str(len(piece) * 5).encode() in answer

    wait_until(is_taken, "it is not waited for")


@pytest.mark.usefixtures("hurried")
def test_a_slow_answer_is_not_the_visitors_fault(port: int) -> None:
    slow = get(f"/?sleep={SECONDS * 2}")
    wait_until(lambda: b" 200 " in ask(port, slow), "it is cut off")


@pytest.mark.usefixtures("hurried")
def test_requests_in_one_connection_each_have_their_time(port: int) -> None:
    def all_are_answered() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as connection:
            return all(is_answered(connection) for _ in range(4))

    def is_answered(connection: socket.socket) -> bool:
        answer = b""
        with suppress(ConnectionError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while not answer.endswith(b"http") and (piece := connection.recv(1000)):
                answer += piece
        time.sleep(SECONDS * 0.6)
        return b" 200 " in answer

    wait_until(all_are_answered, "one of them is cut off")


# The second has bits behind its mask, as the address of a machine with its network has.
@pytest.mark.parametrize("proxy", ["127.0.0.1", "127.0.0.7/8", "::ffff:127.0.0.1"])
def test_forwarded_headers_count_only_from_a_named_proxy(proxy: str, port: int) -> None:
    forged = get("/", "X-Forwarded-For: 10.9.8.7", "X-Forwarded-Proto: https")
    assert b"0 from 127.0.0.1 by http" in ask(port, forged)
    running, thread, behind = _started(Settings(trusted_proxies=(proxy,)))
    try:
        assert b"0 from 10.9.8.7 by https" in ask(behind, forged)
    finally:
        running.should_exit = True
        thread.join(WAIT_SECONDS)


@pytest.mark.usefixtures("hurried")
def test_stopping_waits_for_requests_but_not_for_half_sent_bodies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", WAIT_SECONDS)
    monkeypatch.setattr(protocol, "BODY_SECONDS", WAIT_SECONDS)
    monkeypatch.setattr(protocol, "STOP_BODY_SECONDS", 0.5)
    monkeypatch.setattr(server, "STOP_SECONDS", WAIT_SECONDS)
    running, thread, port = _started(Settings())
    with (
        socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as whole,
        socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as half,
    ):
        try:
            whole.sendall(get("/?held"))
            half.sendall(post("Content-Length: 9", "Expect: 100-continue"))
            assert held.wait(WAIT_SECONDS)
            assert half.recv(100).startswith(b"HTTP/1.1 100 ")
            running.should_exit = True
            # The body that never comes is given up while the request is still being answered.
            assert b" 408 " in _received(half)
            assert thread.is_alive()
        finally:
            let_go.set()
        assert b" 200 " in _received(whole)
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


# The loop of the server stands still, and goes on.
still, go_on = threading.Event(), threading.Event()


class Surprised(server.Server):
    """Learns that it has to stop in the turn of its loop in which it takes who came meanwhile."""

    async def on_tick(self, counter: int) -> bool:
        still.set()
        go_on.wait(WAIT_SECONDS)
        # Found in the first turn, taken in the second, the visitor is a connection after the third.
        for _ in range(3):
            await asyncio.sleep(0)
        return True


def test_a_visitor_who_comes_in_as_the_server_stops_does_not_hold_it_up(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uvicorn tells the connections that it knows; one that it has just taken goes on asking."""
    was_stopping: list[bool] = []
    original = protocol.Protocol.connection_made

    def connection_made(self: protocol.Protocol, transport: asyncio.Transport) -> None:
        was_stopping.append(self.server_state.is_stopping)
        original(self, transport)

    monkeypatch.setattr(protocol.Protocol, "connection_made", connection_made)
    _, thread, port = _started(Settings(), Surprised)
    asked = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.socket() as late:
        assert still.wait(WAIT_SECONDS)
        late.settimeout(WAIT_SECONDS)
        late.connect(("127.0.0.1", port))
        late.sendall(asked)
        go_on.set()
        answers = []
        with suppress(ConnectionError):
            while answer := late.recv(65536):
                answers.append(answer)
                late.sendall(asked)
        assert was_stopping == [True]
        assert b" 200 " in answers[0]
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()
    assert "graceful shutdown exceeded" not in caplog.text


@pytest.fixture
def serving_process() -> Iterator[None]:
    """This process as one that serves."""
    before, threshold = sys.getswitchinterval(), gc.get_threshold()
    server.application(Settings(database_url="postgresql://", secret_key=("k" * 32,)))
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("serving_process")
def test_busy_threads_give_way_soon_in_a_process_that_serves() -> None:
    """The large pages of one member would keep small requests of others waiting."""
    assert sys.getswitchinterval() == pytest.approx(server.TURN_SECONDS)


@pytest.mark.usefixtures("serving_process")
def test_a_page_of_rows_is_answered_without_looking_for_garbage(client: TestClient) -> None:
    lines = "\n".join(f"coffee {number} cup" for number in range(1, 61))
    assert client.post("/consumption", data={"line": lines}, headers=HTMX).status_code == 201
    looks: list[str] = []

    def look(phase: str, _: dict[str, int]) -> None:
        looks.append(phase)

    gc.callbacks.append(look)
    try:
        for _ in range(20):
            assert client.get("/consumption", headers=HTMX).status_code == 200
    finally:
        gc.callbacks.remove(look)
    assert looks.count("start") < 20
