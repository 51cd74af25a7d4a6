"""Requests a second beside the floor, and how both grow with the records.

Each measurement is taken several times in turn with its floor, so that what else the machine does
falls on both.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from urllib.parse import quote

from benchmarks import scratch
from benchmarks.client import Connection, Sample, adding, load, percentile, request
from benchmarks.scratch import Household, Person

HOUSEHOLDS = (Household(1_000), Household(1_000_000))
CLIENTS = (1, 16)
# Of a measurement, and how often it is taken in turn with its floor.
SECONDS = 0.5
ROUNDS = 3
FRAGMENT = {"HX_Request": "true", "HX_Request_Type": "partial"}
# The other orders of the list.
LISTS = {
    "oldest first": "sort=date",
    "highest first": "sort=-value",
    "lowest first": "sort=value",
    "by type": "sort=type",
}


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
        path = f"{prefix}/consumption?line={quote(scratch.LINE)}" if prefix else "/consumption"
        return adding(path, host, scratch.LINE, **signed_in, **FRAGMENT)

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


def measure(port: int, subject: Subject, clients: int) -> tuple[list[Sample], list[Sample]]:
    """The subject and its floor in turn, so many times."""
    found: tuple[list[Sample], list[Sample]] = ([], [])
    for _ in range(ROUNDS):
        for prefix, samples in (("", found[0]), ("/floor", found[1])):
            sample = asyncio.run(
                load("127.0.0.1", port, clients, SECONDS, partial(subject.make, prefix))
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


def report(url: str, people: dict[Household, Person]) -> Iterator[str]:
    """The lines of the table, once all is measured; meanwhile each answer's size goes to stderr."""
    table: list[Row] = []
    for household in HOUSEHOLDS:
        with scratch.serving(url) as port:
            for subject in subjects(f"localhost:{port}", people[household].cookie):
                size = asyncio.run(once(port, subject.make("")))
                bare = asyncio.run(once(port, subject.make("/floor")))
                print(
                    f"  {household.records:>9,} {subject.name}: {size:,} bytes (floor {bare:,})",
                    file=sys.stderr,
                    flush=True,
                )
                for clients in subject.clients:
                    real, floor = measure(port, subject, clients)
                    table.append(row(subject.name, household.records, clients, real, floor))
    return lines(table)


def row(subject: str, records: int, clients: int, real: list[Sample], floor: list[Sample]) -> Row:
    """The middle of the samples."""
    middle = sorted(real, key=lambda sample: sample.rate)[len(real) // 2]
    return Row(
        subject,
        records,
        clients,
        middle.rate,
        percentile(middle.times, 0.5),
        percentile(middle.times, 0.99),
        median(sample.rate for sample in floor),
    )


def lines(table: list[Row]) -> Iterator[str]:
    """The table, with a line for each subject, number of clients and size."""
    yield (
        "| what | records | clients | req/s | p50 ms | p99 ms | floor req/s | of the floor |"
        " slower than with the fewest |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    fewest = min(row.records for row in table)
    first = {(row.subject, row.clients): row for row in table if row.records == fewest}
    for row in sorted(table, key=lambda row: (row.subject, row.clients, row.records)):
        growth = first[row.subject, row.clients].rate / row.rate
        yield (
            f"| {row.subject} | {row.records:,} | {row.clients} | {row.rate:,.0f} | {row.p50:.1f} |"
            f" {row.p99:.1f} | {row.floor:,.0f} | {row.ratio:.2f} | {growth:.2f} × |"
        )
