"""The tools of the fault tests: processes to kill, writers to be robbed of answers.

`RELIABILITY_REPORT=docs/reliability.md make faults` writes the results into that file.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psutil
import psycopg2
import pytest
from psycopg2.extensions import connection

from tally.db.migrations import migrate
from tally.server import database_folder, postgres_processes
from tally.server import postgres as embedded
from tests.serving import KEY, WITHOUT_LIMITS, Answer, Client, Serving
from tests.waiting import LOCK_WAITERS, WAIT_SECONDS, wait_until

START, END = "<!-- from here on written by a run -->\n", "<!-- to here -->\n"


@dataclass(frozen=True)
class Told:
    """A line of the table in docs/reliability.md."""

    done: str
    times: str
    seen: str


told_key = pytest.StashKey[list[Told]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[told_key] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    path = os.environ.get("RELIABILITY_REPORT")
    told = session.config.stash[told_key]
    if not path or not told or exitstatus != 0:
        return
    lines = ["| what was done | how often | what was seen |", "|---|---|---|"]
    lines += [f"| {line.done} | {line.times} | {line.seen} |" for line in told]
    day = datetime.now(UTC).date().isoformat()
    table = f"\nThe run of {day}:\n\n" + "\n".join(lines) + "\n\n"
    file = Path(path)
    before, _, rest = file.read_text().partition(START)
    file.write_text(before + START + table + END + rest.partition(END)[2])


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note a line for the report."""

    def note(done: str, times: object, seen: str) -> None:
        request.config.stash[told_key].append(Told(done, str(times), seen))

    return note


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name, through which the database's user may pass."""
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        os.chmod(name, 0o711)
        yield Path(name)


@dataclass
class Postgres:
    """A PostgreSQL that is not the server's own, to be tormented."""

    server: embedded.Embedded
    _frozen: list[psutil.Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def processes(self) -> list[psutil.Process]:
        return list(postgres_processes.processes(self.server.folder))

    def kill(self) -> None:
        """Kill its first process, and wait for its sessions to notice: one may answer before."""
        number = postgres_processes.postmaster(self.server.folder)
        assert number is not None
        processes = self.processes()
        psutil.Process(number).kill()
        _, living = psutil.wait_procs(processes, timeout=10)
        assert not living

    def stop(self) -> None:
        self.server._stop()

    def start(self) -> None:
        self.server._start()

    def freeze(self) -> None:
        self._frozen = self.processes()
        for process in self._frozen:
            process.suspend()

    def thaw(self) -> None:
        for process in self._frozen:
            if process.is_running():
                process.resume()
        self._frozen = []

    def run(self, *statements: str, admin: bool = False) -> list[tuple[object, ...]]:
        """Run statements, each on its own; the rows of the last."""
        url = self.server.admin_url if admin else self.url
        connection = psycopg2.connect(url, options=WITHOUT_LIMITS)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def starts(folder: Path) -> int:
    """How often the PostgreSQL in a folder has been ready, by its log."""
    log = folder / database_folder.LOG_NAME
    return log.read_text().count("ready to accept connections")


def waits_for(holder: connection) -> int:
    """The number of the backend that waits for a lock of this connection, once one does."""
    waiting: list[tuple[int]] = []

    def somebody_waits() -> bool:
        with holder.cursor() as cursor:
            cursor.execute(LOCK_WAITERS)
            waiting.extend(cursor.fetchall())
        return bool(waiting)

    wait_until(somebody_waits, "nobody waits")
    return waiting[0][0]


class Waiting:
    """A request that waits for a lock, sent again for as long as nobody has caught it there.

    A busy machine may look only once the server has given the first one up.
    """

    def __init__(self, send: Callable[[], Answer]) -> None:
        self._send = send
        self._caught = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._last = self._pool.submit(self._answers)

    def _answers(self) -> tuple[Answer, float]:
        while True:
            start = time.monotonic()
            answer = self._send()
            if self._caught.is_set():
                return answer, time.monotonic() - start
            assert answer.status == 503, (answer.status, answer.body[:300])

    def caught(self, holder: connection) -> int:
        """The number of its backend, which waits for a lock of this connection."""
        try:
            return waits_for(holder)
        finally:
            self._caught.set()

    def last(self) -> tuple[Answer, float]:
        """The answer to the request that was caught, and the seconds that it took."""
        with self._pool:
            return self._last.result(WAIT_SECONDS)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        os.chmod(name, 0o711)
        postgres = Postgres(embedded.start(Path(name) / "data"))
        migrate(postgres.url)
        yield postgres
        postgres.thaw()
        postgres.server.stop()


@pytest.fixture(scope="module")
def serving(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server on that PostgreSQL. It is never started again: it has to get over everything."""
    log = tmp_path_factory.mktemp("server") / "log"
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    serving = Serving(log, (), variables).start()
    number = serving.pid
    yield serving
    assert serving.pid == number
    assert serving.client().get("/healthz").status == 200
    serving.stop()


@pytest.fixture(scope="module")
def client(serving: Serving) -> Client:
    """Somebody who is signed in at that server."""
    return serving.client().register()


@dataclass
class Writers:
    """People who write one record after the other, and repeat each until they are told it is kept.

    Every third sends a batch of three lines instead.
    """

    people: list[Client]
    give_up: float = 60.0
    acknowledged: set[str] = field(default_factory=set)
    batches: set[str] = field(default_factory=set)
    sent: int = 0
    repeated: int = 0
    refused: list[str] = field(default_factory=list)
    slowest: float = 0.0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    pause: float = 0.01

    def start(self) -> Writers:
        for number, person in enumerate(self.people):
            thread = threading.Thread(target=self._write, args=(person, number % 3 == 2))
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> Writers:
        """Let them finish what they have begun."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(self.give_up + 15)
            assert not thread.is_alive()
        assert not self.refused, self.refused[:3]
        return self

    def _write(self, person: Client, batch: bool) -> None:
        while not self._stopping.is_set():
            mark = uuid4().hex
            fields: dict[str, object] = {"id": str(uuid4())}
            if batch:
                fields["line"] = "\n".join(f"coffee 2 cups ; {mark} {n}" for n in range(3))
            else:
                today = datetime.now(UTC).date().isoformat()
                fields |= {"consumption_date": today, "consumption_value": "2"}
                fields |= {"consumption_type": "coffee", "unit": "cups", "notes": mark}
            with self._lock:
                self.sent += 1
            self._until_kept(person, fields, mark, batch)
            time.sleep(self.pause)
        person.close()

    def _until_kept(
        self, person: Client, fields: dict[str, object], mark: str, batch: bool
    ) -> None:
        end = time.monotonic() + self.give_up
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                answer = person.post_json("/consumption", fields)
            except (OSError, HTTPException):
                answer = None
            with self._lock:
                self.slowest = max(self.slowest, time.monotonic() - start)
                if answer is not None and answer.status in (200, 201):
                    (self.batches if batch else self.acknowledged).add(mark)
                    return
                self.repeated += 1
                if answer is not None and answer.status != 503:
                    self.refused.append(f"{answer.status} {answer.body[:300]!r}")
                    return
            if self._stopping.is_set() and answer is None:
                return  # The server is gone for good: nothing was promised.
            time.sleep(0.05)


@dataclass(frozen=True)
class Balance:
    """The acknowledged records that the table holds, and those it lost or doubled."""

    kept: int
    lost: int
    doubled: int
    halves: int

    def __str__(self) -> str:
        return f"{self.kept:,} acknowledged: {self.lost} lost, {self.doubled} doubled"


def send_file(client: Client, rows: bytes) -> int:
    """Import a file of Tally's first five columns; the status of the answer."""
    body = b'--L\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body += b"consumption_date,consumption_value,consumption_type,unit,notes\n" + rows
    kind = {"Content_Type": "multipart/form-data; boundary=L", "Accept": "application/json"}
    return client.ask("POST", "/consumption/import", body + b"\r\n--L--\r\n", **kind).status


def balance(writers: Writers, url: str) -> Balance:
    """Compare the writers' acknowledged records with those in the table."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(
                "SELECT split_part(notes, ' ', 1), count(*), count(DISTINCT notes)"
                " FROM consumption_records GROUP BY 1"
            )
            found = {mark: (number, different) for mark, number, different in cursor.fetchall()}
    finally:
        connection.close()
    lost = sum(mark not in found for mark in writers.acknowledged | writers.batches)
    doubled = sum(number > different for number, different in found.values())
    halves = sum(different == 2 for _, different in found.values())
    halves += sum(found.get(mark, (3, 3))[1] != 3 for mark in writers.batches)
    return Balance(len(writers.acknowledged) + len(writers.batches), lost, doubled, halves)
