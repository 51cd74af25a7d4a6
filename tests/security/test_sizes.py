"""Every answer has a largest size and a largest cost, whatever one member stores and asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import Engine, text

from tests.security.conftest import HTMX, JSON, Person, Server
from tests.security.surface import DOORS

pytestmark = [pytest.mark.faults, pytest.mark.begins_first]

MAX_BYTES = 3_000_000
MAX_MEMORY = 100_000_000
# Seconds of processors, the server's and its database's, however busy the machine is otherwise.
MAX_WORK = 10.0
# A JSON page ends at two megabytes; its last record, the totals and the braces come on top.
MAX_JSON_BYTES = 2_100_000
PATIENCE = 120
RECORDS = 20_000

# Added to every address; the first three as the attack had them.
QUERIES = (
    "",
    "from=1900-01-01&to=2199-12-31",
    "from=1900-01-01&to=9998-12-31",
    "from=1950-01-01&to=1989-12-31",
    "period=all&sort=type&view=totals&limit=500",
    "q=type&period=all",
    "deleted=yes&period=all",
    "type=type%200&period=all",
)
KINDS = {"a page": {}, "a fragment": HTMX, "JSON": JSON}
READING = [door for door in DOORS if door.is_safe]
# Sent as they are read, however long: the document to print, and downloads.
STREAMED = (
    "/list?view=print&period=all",
    "/consumption?format=csv",
    "/consumption?format=json&download=1",
)

FILL = text("""
INSERT INTO consumption_records (user_id, consumption_date, consumption_value,
    consumption_type, unit, notes, days, reading, meter, cost, deleted_at)
SELECT :user, DATE '2026-11-01' - n / 2, CASE WHEN begins THEN 0 ELSE n END,
    'type ' || kind || CASE WHEN kind > 0 THEN ' <' || repeat('"', 40) ELSE '' END,
    'unit ' || kind % 7, :notes,
    CASE WHEN begins THEN 0 WHEN n % 3 = 1 THEN 2 + n % 3000 ELSE 1 END,
    CASE WHEN n % 3 = 2 THEN n END, CASE WHEN n % 3 = 2 THEN 1 END,
    CASE WHEN n % 5 = 0 THEN 2.5 END, CASE WHEN n % 11 = 0 THEN now() END
FROM (
    SELECT n, n % :types AS kind, n % 3 = 2 AND n + :types >= :records AS begins
    FROM generate_series(0, :records - 1) AS n
) AS numbered
""")


def fill(engine: Engine, owner: Person, types: int, notes: str = "n") -> None:
    """Records of `types` types over decades: of one day, of days by the thousand, of meters."""
    with engine.begin() as db:
        db.execute(text("SET LOCAL statement_timeout = 0"))
        db.execute(FILL, {"user": owner.id, "types": types, "records": RECORDS, "notes": notes})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("SET statement_timeout = 0"))
        db.execute(text("VACUUM ANALYZE consumption_records"))
        db.execute(text("RESET statement_timeout"))


class Cost:
    """The server's largest memory, and the processor time of the server and its database."""

    def __init__(self, server: Server, engine: Engine) -> None:
        self._server = psutil.Process(server.process.pid)
        self._folder = Path(f"/proc/{server.process.pid}")
        self._engine = engine
        self._held = 0
        self._done: dict[int, float] = {}

    def begin(self) -> None:
        """Start measuring anew."""
        (self._folder / "clear_refs").write_text("5")
        self._held = self._server.memory_info().rss
        self._done = self._work()

    @property
    def memory(self) -> int:
        """Bytes that the server held at most, more than at the beginning."""
        status = (self._folder / "status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024 - self._held

    @property
    def work(self) -> float:
        """Seconds of processors since the beginning."""
        return sum(done - self._done.get(number, 0.0) for number, done in self._work().items())

    def _work(self) -> dict[int, float]:
        """The processor seconds of the server and each backend of its database so far."""
        with self._engine.connect() as db:
            sessions = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            numbers = [self._server.pid, *db.execute(sessions).scalars()]
        work: dict[int, float] = {}
        for number in numbers:
            with suppress(psutil.NoSuchProcess):  # A connection ended meanwhile.
                times = psutil.Process(number).cpu_times()
                work[number] = times.user + times.system
        return work


@pytest.fixture
def cost(server: Server, engine: Engine) -> Cost:
    return Cost(server, engine)


@pytest.fixture
def browser(server: Server, mara: Person) -> Iterator[httpx2.Client]:
    """Mara's browser, which waits."""
    with server.client(mara.cookie) as browser:
        browser.timeout = PATIENCE
        yield browser


def addresses(engine: Engine) -> Iterator[str]:
    """Every address that is read, with every query; a record's own of a record that is there."""
    live = text("SELECT id FROM consumption_records WHERE deleted_at IS NULL LIMIT 1")
    with engine.connect() as db:
        record_id = db.execute(live).scalar_one()
    for door in READING:
        path = door.address(**dict.fromkeys(door.parameters, str(record_id)))
        yield from (f"{path}?{query}" for query in QUERIES)


@pytest.mark.parametrize("types", [1, 10_000])
def test_every_page_and_every_number_has_a_largest_size(
    types: int, browser: httpx2.Client, engine: Engine, mara: Person, cost: Cost
) -> None:
    fill(engine, mara, types)
    for address in addresses(engine):
        for kind, headers in KINDS.items():
            cost.begin()
            answer = browser.get(address, headers=headers)
            size, memory, work = len(answer.content), cost.memory, cost.work
            measured = f"{address} as {kind}: {answer.status_code}, {size} bytes, {memory} held"
            measured += f", {work:.2f} s"
            assert answer.status_code < 500, measured
            assert size <= MAX_BYTES, measured
            assert memory <= MAX_MEMORY, measured
            assert work <= MAX_WORK, measured


def test_pages_of_json_end_early_and_lose_nothing(
    browser: httpx2.Client, engine: Engine, mara: Person
) -> None:
    fill(engine, mara, 10_000, "💧" * 2_000)
    seen: list[str] = []
    following = ""
    for _ in range(12):
        address = f"/consumption?period=all&limit=500&format=json{following}"
        answer = browser.get(address)
        assert len(answer.content) < MAX_JSON_BYTES
        page = answer.json()
        assert 0 < len(page["records"]) < 500
        seen += [record["id"] for record in page["records"]]
        following = f"&after={page['next']}"
    newest = text(
        "SELECT id::text FROM consumption_records WHERE deleted_at IS NULL"
        " ORDER BY consumption_date DESC, created_at DESC, id DESC LIMIT :number"
    )
    with engine.connect() as db:
        assert seen == list(db.execute(newest, {"number": len(seen)}).scalars())
    assert len(browser.get("/list?period=all&limit=500").content) <= MAX_BYTES


@pytest.mark.parametrize("address", STREAMED)
def test_what_is_sent_as_it_is_read_is_never_whole_in_memory(
    address: str, browser: httpx2.Client, engine: Engine, mara: Person, cost: Cost
) -> None:
    fill(engine, mara, 10_000, "n" * 2_000)
    cost.begin()
    size = 0
    with browser.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_raw():
            size += len(piece)
    assert size > 20_000_000
    assert cost.memory <= MAX_MEMORY
