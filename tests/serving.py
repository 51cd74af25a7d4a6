"""Real `tally` processes for tests, and the least that is needed to talk to them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import tally
from tests import moments
from tests.waiting import WAIT_SECONDS

KEY = "a key of at least thirty-two bytes for tests"
PASSWORD = "correct horse battery"
# Before it serves, a process may have to make a database.
START_SECONDS = 120
ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-c", "from tally.cli.main import app; app()")
# The same, whose requests wait as long as it takes.
PATIENT = (sys.executable, "-m", "tests.patient_tally")
# Of a connection: what it asks for goes before what its role has.
WITHOUT_LIMITS = "-c lock_timeout=0 -c statement_timeout=0"


def environment(**more: str) -> dict[str, str]:
    """The variables of a process of ours: the environment without other people's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TALLY_") and name != "DATABASE_URL"
    }
    source = moments.python_path(Path(tally.__file__).parents[1])
    return kept | {"PYTHONPATH": source, "TALLY_REGISTRATION": "open"} | more


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The finished process of `tally` with these arguments."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass
class Answer:
    """An answer of the server."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """A browser of one person: keeps its cookie and its connection."""

    url: str
    cookie: str = ""
    patience: float = 30.0
    _connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        """Raises OSError or HTTPException when there is no whole answer."""
        if self._connection is None:
            host = urlsplit(self.url).netloc
            self._connection = http.client.HTTPConnection(host, timeout=self.patience)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            named["Cookie"] = f"session={self.cookie}"
        try:
            self._connection.request(method, path, body, named)
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), **kind, **headers)

    def post_json(self, path: str, fields: Mapping[str, Any]) -> Answer:
        kind = {"Content_Type": "application/json", "Accept": "application/json"}
        return self.ask("POST", path, json.dumps(fields).encode(), **kind)

    def register(self, email: str = "") -> Client:
        """Make an account, with an address nobody has unless one is given, and keep its cookie."""
        email = email or f"{uuid4().hex}@example.org"
        fields = {"name": "Test", "email": email, "password": PASSWORD, "timezone": "UTC"}
        return self._enter(self.post("/auth/register", fields))

    def sign_in(self, email: str) -> Client:
        """Sign in to an account made by `register`, and keep the new cookie."""
        return self._enter(self.post("/auth/login", {"email": email, "password": PASSWORD}))

    def _enter(self, answer: Answer) -> Client:
        assert answer.status == 303, (answer.status, answer.body[-2000:])
        self.cookie = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        return self

    def again(self) -> Client:
        """Another browser of the same person."""
        return Client(self.url, self.cookie, self.patience)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Serving:
    """A `tally serve` process. Its log is a file, so that nobody has to read it along."""

    log: Path
    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    url: str = ""
    command: tuple[str, ...] = COMMAND
    _process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> Serving:
        """Start and wait for the line with the address."""
        self._process = subprocess.Popen(
            [*self.command, "serve", "--port", str(port), *self.arguments],
            env=environment(**self.variables),
            cwd=ROOT if self.command == PATIENT else None,
            stdout=subprocess.PIPE,
            stderr=self._open_log(),
            text=True,
        )
        assert self._process.stdout is not None
        # One that neither serves nor ends is waited for no longer.
        end = threading.Timer(START_SECONDS, self._process.kill)
        end.start()
        line = self._process.stdout.readline()
        end.cancel()
        assert line.startswith("Tally is at "), self.log.read_text()
        self.url = line.split()[-1]
        return self

    def _open_log(self) -> IO[str]:
        with self.log.open("a") as log:
            return os.fdopen(os.dup(log.fileno()), "a")

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def client(self, patience: float = 15.0) -> Client:
        return Client(self.url, patience=patience)

    def tell(self, how: signal.Signals) -> None:
        """Send it a signal and do not wait for what comes of it."""
        assert self._process is not None
        self._process.send_signal(how)

    def wait_until(self, path: str, status: int, seconds: float = WAIT_SECONDS) -> float:
        """Seconds until `path` is answered with `status`."""
        start = time.monotonic()
        client = self.client()
        found: object = None
        while time.monotonic() < start + seconds:
            try:
                found = client.get(path).status
                if found == status:
                    client.close()
                    return time.monotonic() - start
            except (OSError, http.client.HTTPException) as error:
                found = error
            time.sleep(0.1)
        raise AssertionError(f"{path} did not become {status}: {found}\n{self.log.read_text()}")

    def kill(self) -> None:
        """As the power does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; its exit status."""
        return self._end(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for it to end of what it was told; its exit status."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.communicate(timeout=WAIT_SECONDS)
        return process.returncode

    def _end(self, how: signal.Signals) -> int:
        if self._process is not None:
            self.tell(how)
        return self.wait()
