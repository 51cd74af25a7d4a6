"""`make bench`: requests a second beside the floor, and how both grow with the records.

One user has 1 000, then 100 000, then 1 000 000 records in a scratch database. Each measurement is
taken several times in turn with its floor, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from urllib.parse import quote, urlencode
from uuid import uuid4

from sqlalchemy import Engine, text

from benchmarks import scratch
from benchmarks.client import Connection, Sample, load, request

SIZES = (1_000, 100_000, 1_000_000)
CLIENTS = (1, 16)
FRAGMENT = {"HX_Request": "true", "HX_Request_Type": "partial"}
# The other orders of the list.
LISTS = {
    "oldest first": "sort=date",
    "highest first": "sort=-value",
    "lowest first": "sort=value",
    "by type": "sort=type",
}
LINE = "electricity 65.5 kWh"


@dataclass(frozen=True)
class Subject:
    """A subject: its name, the request for it (or for its floor), by how many clients."""

    name: str
    make: Callable[[str], bytes]
    clients: tuple[int, ...] = CLIENTS


@dataclass
class Row:
    """One line of the table."""

    subject: str
    records: int
    clients: int
    rate: float
    p50: float
    p99: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.rate / self.floor if self.floor else 0.0


def subjects(host: str, cookie: str) -> list[Subject]:
    signed_in = {"Cookie": f"session={cookie}"}

    def rows(prefix: str, query: str = "") -> bytes:
        path = f"{prefix}/consumption{query}"
        return request("GET", path, host, **signed_in, **FRAGMENT)

    def month(prefix: str) -> bytes:
        return request("GET", f"{prefix}/", host, **signed_in)

    def add(prefix: str) -> bytes:
        body = urlencode({"id": str(uuid4()), "line": LINE}).encode()
        path = f"{prefix}/consumption?line={quote(LINE)}" if prefix else "/consumption"
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return request("POST", path, host, body, **signed_in, **FRAGMENT, **kind)

    return [
        Subject("list rows", rows),
        *(
            Subject(f"list rows, {name}", partial(rows, query=f"?{query}"))
            for name, query in LISTS.items()
        ),
        # Words that no record has: every one is looked at, so sixteen at once only queue.
        Subject("search", partial(rows, query="?q=nowhere"), clients=(1,)),
        Subject("dashboard", month),
        Subject("add", add),
    ]


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The port of a server with floors, one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.floor", str(port)],
        env=os.environ | {"DATABASE_URL": url, "TALLY_SECRET_KEY": scratch.KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the server did not start"
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)


def measure(
    port: int, subject: Subject, clients: int, seconds: float, rounds: int
) -> tuple[list[Sample], list[Sample]]:
    """The samples of the subject and of its floor, taken in turn, `rounds` times."""
    found: tuple[list[Sample], list[Sample]] = ([], [])
    for _ in range(rounds):
        for prefix, samples in (("", found[0]), ("/floor", found[1])):
            sample = asyncio.run(
                load("127.0.0.1", port, clients, seconds, partial(subject.make, prefix))
            )
            wrong = {status for status in sample.statuses if status >= 300}
            if wrong or sample.broken:
                raise SystemExit(f"{subject.name}: {sample.statuses}")
            samples.append(sample)
    return found


async def once(port: int, made: bytes) -> int:
    """Warm up; the size of the answer."""
    connection = Connection("127.0.0.1", port)
    status, _, body = await connection.ask(made)
    connection.close()
    assert status < 300, (status, body[-3000:])
    return len(body)


def run(sizes: tuple[int, ...], seconds: float, rounds: int) -> tuple[list[Row], dict[str, int]]:
    table: list[Row] = []
    bytes_: dict[str, int] = {}
    with scratch.database() as url:
        db: Engine = scratch.engine(url)
        ((user_id, cookie),) = scratch.people(db, 1)
        for size in sizes:
            with db.begin() as connection:
                connection.execute(text("TRUNCATE consumption_records"))
            scratch.fill(db, user_id, size)
            with serving(url) as port:
                for subject in subjects(f"localhost:{port}", cookie):
                    bytes_[subject.name] = asyncio.run(once(port, subject.make("")))
                    bare = asyncio.run(once(port, subject.make("/floor")))
                    print(
                        f"  {size:>9,} {subject.name}: {bytes_[subject.name]:,} bytes"
                        f" (floor {bare:,})",
                        file=sys.stderr,
                        flush=True,
                    )
                    for clients in subject.clients:
                        real, floor = measure(port, subject, clients, seconds, rounds)
                        best = sorted(real, key=lambda sample: sample.rate)[len(real) // 2]
                        table.append(
                            Row(
                                subject.name,
                                size,
                                clients,
                                best.rate,
                                best.percentile(0.5),
                                best.percentile(0.99),
                                median(sample.rate for sample in floor),
                            )
                        )
        db.dispose()
    return table, bytes_


def show(table: list[Row], sizes: tuple[int, ...]) -> str:
    lines = [
        "| what | records | clients | req/s | p50 ms | p99 ms | floor req/s | of the floor |"
        " slower than with the fewest |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    first = {(row.subject, row.clients): row for row in table if row.records == sizes[0]}
    for row in sorted(table, key=lambda row: (row.subject, row.clients, row.records)):
        growth = first[row.subject, row.clients].rate / row.rate
        lines.append(
            f"| {row.subject} | {row.records:,} | {row.clients} | {row.rate:,.0f} | {row.p50:.1f} |"
            f" {row.p99:.1f} | {row.floor:,.0f} | {row.ratio:.2f} | {growth:.2f} × |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seconds", type=float, default=2.0, help="a measurement")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    sizes = tuple(given.sizes)
    table, _ = run(sizes, given.seconds, given.rounds)
    cores = os.cpu_count()
    print(f"\nPython {platform.python_version()}, {cores} cores, one worker.\n")
    print(show(table, sizes))


if __name__ == "__main__":
    main()
