"""Attackers' tools: a real server process, people in its database, their cookies, a raw socket."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import Engine, create_engine, text

import tally
from tally.accounts import api_tokens
from tally.accounts.api_tokens import Scope, TokenText
from tally.accounts.passwords import hash_password
from tally.accounts.tokens import SESSION_LASTS, Keyring
from tally.db.engine import driver_url
from tests import moments
from tests.emptying import empty
from tests.serving import WITHOUT_LIMITS

SECRET = "a key of at least thirty-two bytes for attackers"
PASSWORD = "correct horse battery"
TOP = Path(tally.__file__).parents[2]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}
START_SECONDS = 120
# Seconds that an answer may take, on a machine that does other things too.
PATIENCE = 30
TIMES_AGAIN = 5

# What no answer may ever show of the inside.
INSIDE = ("Traceback", "psycopg2", "sqlalchemy", "site-packages", 'File "/')


# The address of the next browser: what one did wrong must not be held against another.
_addresses = itertools.count(1)


class Again(httpx2.HTTPTransport):
    """Repeats requests answered 503: a busy machine is no matter of these tests."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        for _ in range(TIMES_AGAIN):
            answer = super().handle_request(request)
            if answer.status_code != 503:
                return answer
            answer.close()
            time.sleep(1)
        return super().handle_request(request)


@dataclass
class Server:
    """A `tally serve` process."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.url.removeprefix("http://").partition(":")
        return host, int(port)

    def client(self, cookie: str = "", /, **headers: str) -> httpx2.Client:
        """A browser of somebody, at an address of its own: signed in with a cookie, or nobody.

        It comes again, as a 503 asks it to, when the server is too busy.
        """
        return self._browser(Again(verify=False), cookie, headers)

    def client_once(self, cookie: str = "", /, **headers: str) -> httpx2.Client:
        """A browser as `client` gives, but one that takes a 503 for an answer."""
        return self._browser(httpx2.HTTPTransport(verify=False), cookie, headers)

    def _browser(
        self, transport: httpx2.BaseTransport, cookie: str, headers: Mapping[str, str]
    ) -> httpx2.Client:
        number = next(_addresses)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        sent = {"User-Agent": "test", "X-Forwarded-For": address, **headers}
        if cookie:
            sent["Cookie"] = f"session={cookie}"
        # Plain http: nothing to verify, and reading all certificates takes its time.
        return httpx2.Client(base_url=self.url, headers=sent, timeout=PATIENCE, transport=transport)

    def raw(self, request: bytes, seconds: float = PATIENCE) -> bytes:
        """Send bytes as they are, and read until the server closes or says nothing more."""
        with socket.create_connection(self.address, timeout=seconds) as connection:
            received = b""
            with suppress(ConnectionError):  # It closed before everything was sent, say.
                connection.sendall(request)
            with suppress(TimeoutError, ConnectionResetError):
                while chunk := connection.recv(65536):
                    received += chunk
            return received


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a session."""

    id: UUID
    email: str
    name: str
    cookie: str
    sid: str


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The server's database, for putting rows in and looking at them."""
    engine = create_engine(driver_url(database_url), connect_args={"options": WITHOUT_LIMITS})
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def start(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Starts servers with an environment of their own; all end with the run."""
    started: list[Server] = []

    def start(*, secret: str = SECRET, workers: int = 1, **environment: str) -> Server:
        log = tmp_path_factory.mktemp("server") / "log"
        command = [sys.executable, "-c", "from tally.cli.main import app; app()", "serve"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--port", "0", "--workers", str(workers), "--log-format", "json"],
                env=os.environ
                | {
                    "PYTHONPATH": moments.python_path(Path(tally.__file__).parents[1]),
                    "DATABASE_URL": database_url,
                    "TALLY_SECRET_KEY": secret,
                    "TALLY_REGISTRATION": "open",
                    "TALLY_METRICS": "on",
                }
                | environment,
                stdout=output,
                stderr=output,
            )
        server = Server("", log, process)
        started.append(server)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            address = re.search(r"^Tally is at (\S+)\n", log.read_text(), re.MULTILINE)
            if address:
                server.url = address[1]
                httpx2.get(f"{server.url}/healthz", timeout=START_SECONDS)
                return server
            time.sleep(0.05)
        raise AssertionError(f"The server did not start:\n{log.read_text()}")

    yield start
    for server in started:
        server.process.terminate()
    for server in started:
        server.process.wait(START_SECONDS)


@pytest.fixture(scope="session")
def running_server(start: Callable[..., Server], engine: Engine) -> Server:
    """The server that most attacks go to: open for registration, behind a proxy it trusts."""
    server = start(TALLY_TRUSTED_PROXIES="127.0.0.1")
    # Each page's templates are read at their first use; no attack is to wait for that.
    with server.client(person(engine, "early@lindenhof.example", "Early").cookie) as client:
        client.timeout = START_SECONDS
        for path in ("/", "/add", "/list", "/?dialog=account", "/consumption/import"):
            client.get(path)
        client.post("/consumption")
    return server


@pytest.fixture
def server(running_server: Server, engine: Engine) -> Iterator[Server]:
    """The server and an empty database; afterwards it must be well and have told no fault."""
    empty(engine)
    said = running_server.log.stat().st_size
    yield running_server
    for path in ("/healthz", "/readyz"):
        assert httpx2.get(f"{running_server.url}{path}", timeout=PATIENCE).status_code == 200
    with running_server.log.open() as log:
        log.seek(said)
        told = log.read()
    assert "Traceback" not in told, told


@pytest.fixture
def mara(server: Server, engine: Engine) -> Person:
    """The owner of the attacked data."""
    return person(engine, "mara@lindenhof.example", "Mara Lind")


@pytest.fixture
def eve(server: Server, engine: Engine) -> Person:
    """The attacker, signed in with an account of her own."""
    return person(engine, "eve@lindenhof.example", "Eve Adams")


@pytest.fixture
def by_token() -> bool:
    """Whether a program with a token asks, in the place of a browser with a cookie.

    A test that is to hold for both names it among its parameters.
    """
    return False


@pytest.fixture
def client(server: Server, engine: Engine, mara: Person, by_token: bool) -> Iterator[httpx2.Client]:
    """Mara's browser, or her program."""
    with client_of(server, engine, mara, by_token) as client:
        yield client


def client_of(server: Server, engine: Engine, owner: Person, by_token: bool) -> httpx2.Client:
    """Somebody's browser, or a program with a token that may do all that tokens may."""
    if by_token:
        return server.client(Authorization=f"Bearer {token_of(engine, owner, 'all')}")
    return server.client(owner.cookie)


_HASHES: dict[str, str] = {}


def person(
    engine: Engine,
    email: str,
    name: str,
    *,
    started: timedelta = timedelta(),
    used: timedelta = timedelta(),
    password: str = PASSWORD,
) -> Person:
    """Puts somebody into the database, signed in since and last renewed so long ago."""
    now = datetime.now(UTC)
    user_id, sid = uuid4(), f"sid-{uuid4()}"
    began, renewed = now - started, now - used
    session = {
        "started": int(began.timestamp()),
        "used": int(renewed.timestamp()),
        "address": "192.0.2.1",
        "browser": "Firefox on Linux",
    }
    if password not in _HASHES:
        _HASHES[password] = hash_password(password)
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO users (id, email, name, password_hash, sessions)"
                " VALUES (:id, :email, :name, :hash, CAST(:sessions AS jsonb))"
            ),
            {
                "id": user_id,
                "email": email,
                "name": name,
                "hash": _HASHES[password],
                "sessions": json.dumps({sid: session}),
            },
        )
    token = Keyring([SECRET]).session_token(user_id, sid, renewed, began + SESSION_LASTS)
    return Person(user_id, email, name, token, sid)


def token_of(engine: Engine, owner: Person, scope: Scope) -> TokenText:
    """Puts a token of somebody's into the database: used today, so that nothing more is noted."""
    now = datetime.now(UTC)
    made, shown = api_tokens.new(owner.id, f"a program that may {scope}", scope, "never", now)
    column = api_tokens.with_token({}, replace(made, used_at=now), now)
    with engine.begin() as db:
        db.execute(
            text("UPDATE users SET tokens = tokens || CAST(:more AS jsonb) WHERE id = :id"),
            {"more": json.dumps(column), "id": owner.id},
        )
    return shown


def record(engine: Engine, owner: Person, **values: Any) -> UUID:
    """Puts a record into the database."""
    row = {
        "id": uuid4(),
        "consumption_date": datetime.now(UTC).date(),
        "consumption_value": "2",
        "consumption_type": "coffee",
        "unit": "cup",
        "notes": "",
        "change_id": uuid4(),
        **values,
    }
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    with engine.begin() as db:
        db.execute(
            text(f"INSERT INTO consumption_records (user_id, {names}) VALUES (:owner, {places})"),
            {**row, "owner": owner.id},
        )
    assert isinstance(row["id"], UUID)
    return row["id"]


def everything(engine: Engine) -> list[Any]:
    """All rows of both tables, to compare before and after."""
    with engine.connect() as db:
        return [
            *db.execute(text("SELECT * FROM users ORDER BY id")),
            *db.execute(text("SELECT * FROM consumption_records ORDER BY user_id, id")),
        ]


def records(engine: Engine) -> list[Any]:
    """All records."""
    with engine.connect() as db:
        return list(db.execute(text("SELECT * FROM consumption_records ORDER BY user_id, id")))


def is_well(answer: httpx2.Response) -> None:
    """The standing rules: no 5xx, nothing of the inside."""
    assert answer.status_code < 500, (answer.status_code, answer.text[:500])
    for inside in INSIDE:
        assert inside not in answer.text, inside
