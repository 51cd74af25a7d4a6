"""`make soak`: 200 people with accounts of their own, for a while, against two workers.

Each looks, searches, adds, deletes and restores as people do, with pauses to think. Fails on any
error and on memory that grows after the warm-up; says how long answers took.

With `--hostile` one more wants all of the server: then an error of the others is one, and a worker
may hold 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import psutil
from sqlalchemy import Engine, text

from benchmarks import scratch
from benchmarks.client import Connection, percentile, request

PEOPLE = 200
WORKERS = 2
RECORDS_EACH = 300
THINK_SECONDS = (0.5, 4.0)
# In the first share of the time Python and the pools grow to their size.
WARM_UP = 0.4
MAX_GROWTH = 0.15
MAX_GROWTH_BYTES = 12_000_000
# Of a worker while one asks for everything at once.
MAX_BYTES = 300_000_000

FRAGMENT = {"HX_Request": "true", "HX_Request_Type": "partial"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
JSON = {"Accept": "application/json"}
WORDS = ("electricity", "coffee", "water", "#home", "evening")


@dataclass
class Seen:
    """The answers that all people together have met."""

    times: list[float] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    reconnected: int = 0


class Person:
    """One of them, in one browser."""

    def __init__(self, port: int, cookie: str, seen: Seen) -> None:
        self._host = f"localhost:{port}"
        self._cookie = cookie
        self._connection = Connection("127.0.0.1", port)
        self._seen = seen
        self._mine: list[str] = []

    async def live(self, end: float) -> None:
        """Do one thing after the other until the end."""
        await asyncio.sleep(random.uniform(0, THINK_SECONDS[1]))
        things = (self.look, self.list, self.search, self.add, self.add, self.write, self.remove)
        while time.monotonic() < end:
            with suppress(ConnectionError, EOFError):
                await random.choice(things)()
            await asyncio.sleep(random.uniform(*THINK_SECONDS))
        self._connection.close()

    async def look(self) -> None:
        await self._ask(
            "dashboard", "GET", random.choice(("/", "/?period=last-30", "/?period=year"))
        )

    async def list(self) -> None:
        await self._ask("list", "GET", "/list")
        await self._ask("totals", "GET", "/consumption/totals", **FRAGMENT)

    async def search(self) -> None:
        path = f"/consumption?q={quote(random.choice(WORDS))}"
        await self._ask("search", "GET", path, **FRAGMENT)

    async def add(self) -> None:
        line = f"coffee {random.randint(1, 4)} cup"
        await self._ask("preview", "GET", f"/consumption/preview?line={quote(line)}", **FRAGMENT)
        body = await self._ask("add", "POST", "/consumption", {"line": line}, **JSON)
        self._mine += [
            record_id.decode() for record_id in re.findall(rb'"id":"([0-9a-f-]{36})"', body)
        ]

    async def write(self) -> None:
        """The full form, sent twice as an impatient finger does."""
        fields = {
            "id": str(uuid4()),
            "consumption_date": time.strftime("%Y-%m-%d", time.gmtime()),
            "consumption_value": "12,5",
            "consumption_type": "water",
            "unit": "l",
            "notes": "#home",
        }
        for _ in range(2):
            await self._ask("form", "POST", "/consumption", fields, **JSON)
        self._mine.append(fields["id"])

    async def remove(self) -> None:
        if not self._mine:
            return
        record_id = self._mine.pop()
        await self._ask("delete", "POST", f"/consumption/{record_id}/delete", {}, **JSON)
        await self._ask("restore", "POST", f"/consumption/{record_id}/restore", {}, **JSON)

    async def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        fields: dict[str, str] | None = None,
        /,
        **headers: str,
    ) -> bytes:
        body = urlencode(fields).encode() if fields is not None else b""
        made = request(
            method,
            path,
            self._host,
            body,
            Cookie=f"session={self._cookie}",
            **headers,
            **(FORM if fields is not None else {}),
        )
        start = time.perf_counter()
        try:
            status, _, answer = await self._connection.ask(made)
        except (OSError, EOFError):
            # A kept connection may end while we think, as it may in a browser, which asks again.
            self._seen.reconnected += 1
            try:
                status, _, answer = await self._connection.ask(made)
            except (OSError, EOFError) as error:
                self._seen.errors[f"{kind}: {type(error).__name__}"] += 1
                raise
        self._seen.times.append(time.perf_counter() - start)
        self._seen.by_kind[kind] += 1
        if status >= 300:
            self._seen.errors[f"{kind}: {status} {answer[:80]!r}"] += 1
        return answer


class Hostile:
    """A member with 10,000 types who asks for everything at once, again and again.

    Pages over centuries, documents, downloads, searches that find nothing, changes that are
    refused, and files of 50,000 rows that are only looked at. No answer is an error.
    """

    AT_ONCE = 20
    TYPES = 10_000
    RECORDS = 50_000
    READS = (
        "/?from=1900-01-01&to=2199-12-31",
        "/?period=all",
        "/stats?from=1900-01-01&to=9998-12-31",
        "/list?period=all&limit=500&view=totals",
        "/list?period=all&view=print",
        "/consumption?period=all&q=nothing+of+this",
        "/consumption?format=csv",
        "/consumption?period=all&sort=type&limit=500&format=json",
        "/consumption/suggestions?q=type",
    )
    FILL = text("""
        INSERT INTO consumption_records
            (user_id, consumption_date, consumption_value, consumption_type, unit, notes, days)
        SELECT :user_id, current_date - n % 20000, n, 'type ' || n % :types, 'unit ' || n % 7,
            repeat('z', 200), CASE WHEN n % 3 = 0 THEN 2 + n % 3000 ELSE 1 END
        FROM generate_series(1, :records) AS n
    """)

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._host = f"localhost:{port}"
        self._cookie = f"session={cookie}"
        rows = b"".join(b"2026-01-05,%d,type %d\n" % (n, n) for n in range(50_000))
        part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        self._file = (
            part % (b"dry_run", b"", b"1")
            + part % (b"file", b'; filename="a.csv"', b"date,value,type\n" + rows)
            + b"--b--\r\n"
        )
        self.statuses: Counter[int] = Counter()

    @classmethod
    def fill(cls, db: Engine, user_id: UUID) -> None:
        with db.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            keys = {"user_id": user_id, "types": cls.TYPES, "records": cls.RECORDS}
            connection.execute(cls.FILL, keys)

    async def live(self, end: float) -> None:
        """Ask until the end, with several requests at once."""
        await asyncio.gather(*(self._ask_on(end) for _ in range(self.AT_ONCE)))

    async def _ask_on(self, end: float) -> None:
        while time.monotonic() < end:
            with suppress(OSError, asyncio.IncompleteReadError):
                self.statuses[await self._ask(self._next())] += 1

    def _next(self) -> bytes:
        close = {"Connection": "close"}
        match random.randrange(12):
            case 0:
                kind = {"Content_Type": "multipart/form-data; boundary=b", **JSON}
                return self._request("POST", "/consumption/import", self._file, **kind, **close)
            case 1:
                body = urlencode({"all": "1", "action": "add-tag", "value": f"#{'z' * 60}"})
                path = "/consumption/bulk"
                return self._request("POST", path, body.encode(), **FORM, **JSON, **close)
        return self._request("GET", random.choice(self.READS), **close)

    def _request(self, method: str, path: str, body: bytes = b"", /, **headers: str) -> bytes:
        return request(method, path, self._host, body, Cookie=self._cookie, **headers)

    async def _ask(self, asked: bytes) -> int:
        """The status of an answer that is read to its end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            while await reader.read(1 << 16):
                pass
        finally:
            writer.close()
        return int(head[9:12])


def memory(process: psutil.Process) -> dict[int, int]:
    """The memory that each worker holds for itself, in bytes."""
    sizes: dict[int, int] = {}
    for worker in process.children(recursive=True):
        with suppress(psutil.Error):
            if "spawn_main" in " ".join(worker.cmdline()):
                sizes[worker.pid] = worker.memory_full_info().uss
    return sizes


async def watch(process: psutil.Process, end: float) -> list[dict[int, int]]:
    samples = []
    while time.monotonic() < end:
        samples.append(memory(process))
        await asyncio.sleep(1)
    return samples


async def soak(
    port: int,
    cookies: list[str],
    process: psutil.Process,
    seconds: float,
    hostile: Hostile | None,
) -> tuple[Seen, list[dict[int, int]]]:
    seen = Seen()
    await _ready(port)
    end = time.monotonic() + seconds
    people = [Person(port, cookie, seen).live(end) for cookie in cookies]
    if hostile:
        people.append(hostile.live(end))
    samples, _ = await asyncio.gather(watch(process, end), asyncio.gather(*people))
    return seen, samples


async def _ready(port: int) -> None:
    """Wait until every worker has answered: their sockets take connections before they do."""
    ask = request("GET", "/login", f"localhost:{port}")
    for _ in range(WORKERS * 8):
        connection = Connection("127.0.0.1", port)
        await connection.ask(ask)
        connection.close()


def growth(samples: list[dict[int, int]]) -> tuple[int, int]:
    """Bytes of the worker that grew most after the warm-up: before, and at the end."""
    warm, last = samples[int(len(samples) * WARM_UP)], samples[-1]
    if warm.keys() != last.keys():
        raise SystemExit("A worker ended during the run.")
    return max(((warm[pid], last[pid]) for pid in warm), key=lambda pair: pair[1] - pair[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--hostile", action="store_true", help="with one who attacks")
    given = parser.parse_args()
    random.seed(7)
    with scratch.database() as url, socket.socket() as free:
        db = scratch.engine(url)
        people = scratch.people(db, given.people)
        with db.begin() as connection:
            for person in people:
                scratch.fill(connection, person.user_id, scratch.Household(RECORDS_EACH))
        [(enemy, cookie)] = scratch.people(db, 1)
        if given.hostile:
            Hostile.fill(db, enemy)
        scratch.tidy(db)
        db.dispose()
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        command = [sys.executable, "-c", "from tally.cli.main import app; app()", "serve"]
        server = subprocess.Popen(
            [*command, "--port", str(port), "--workers", str(WORKERS)],
            env=os.environ | {"DATABASE_URL": url, "TALLY_SECRET_KEY": scratch.KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("Tally is at "), "the server did not start"
            cookies = [cookie for _, cookie in people]
            hostile = Hostile(port, cookie) if given.hostile else None
            seen, samples = asyncio.run(
                soak(port, cookies, psutil.Process(server.pid), given.seconds, hostile)
            )
        finally:
            server.terminate()
            server.communicate(timeout=20)
    before, after = growth(samples)
    print(
        f"{given.people} people, {WORKERS} workers, {given.seconds:.0f} s:"
        f" {len(seen.times):,} requests ({len(seen.times) / given.seconds:.0f}/s),"
        f" {sum(seen.errors.values())} errors,"
        f" p50 {percentile(seen.times, 0.5):.0f} ms, p95 {percentile(seen.times, 0.95):.0f} ms,"
        f" p99 {percentile(seen.times, 0.99):.0f} ms,"
        f" memory of a worker {before / 1e6:.0f} MB after the warm-up,"
        f" {after / 1e6:.0f} MB at the end"
    )
    if hostile:
        answers = ", ".join(f"{number:,} × {status}" for status, number in hostile.statuses.items())
        print(f"  one more, who asked for everything at once: {answers}")
    for problem, number in seen.errors.most_common(10):
        print(f"  {number} × {problem}")
    if hostile:
        too_big = max(samples[-1].values()) > MAX_BYTES
    else:
        too_big = after - before > max(MAX_GROWTH_BYTES, before * MAX_GROWTH)
    if too_big:
        print("  a worker holds too much, or more and more after the warm-up")
    if seen.errors or too_big:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
