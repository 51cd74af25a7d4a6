"""One database with many accounts: does an answer take longer for one because of the others?

    python -m benchmarks.scale --url postgresql://… [--accounts 60 200] [--records 20000]

Fills a migrated, empty database, be it one PostgreSQL or a cluster, and asks one server with one
worker for pages of accounts taken in turn. The same table from one node and from a cluster tells
what the second machine costs an answer, and what it holds more.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, text

from benchmarks import scratch
from benchmarks.client import Connection, Sample, adding, percentile, request

ACCOUNTS = (60, 200)
RECORDS = 20_000
REQUESTS = 200


@dataclass(frozen=True)
class Question:
    """A question to the server, and its name in the table."""

    name: str
    method: str
    path: str


QUESTIONS = (
    Question("list", "GET", "/list"),
    Question("month", "GET", "/stats?period=month&format=json"),
    Question("year", "GET", "/stats?period=last-365&format=json"),
    Question("dashboard", "GET", "/"),
    Question("search", "GET", "/list?period=all&q=nowhere"),
    Question("add", "POST", "/consumption"),
)


@dataclass(frozen=True)
class Row:
    """The times of one question at this number of accounts; milliseconds."""

    accounts: int
    question: str
    median: float
    p95: float


def asked(question: Question, host: str, cookie: str) -> bytes:
    headers = {"Cookie": f"session={cookie}"}
    if question.method == "POST":
        return adding(question.path, host, scratch.LINE, **headers, Accept="application/json")
    return request(question.method, question.path, host, **headers)


async def measure(port: int, question: Question, cookies: Sequence[str], requests: int) -> Sample:
    """One visitor after the other: an account drawn at random for each request."""
    drawn = random.Random(question.name)
    connection = Connection("127.0.0.1", port)
    sample = Sample()
    for number in range(requests + requests // 10):
        asks = asked(question, f"localhost:{port}", drawn.choice(cookies))
        begun = time.perf_counter()
        status, _, body = await connection.ask(asks)
        if status >= 400:
            raise SystemExit(f"{question.name}: {status} {body[-300:]!r}")
        if number >= requests // 10:  # The first tenth warms up.
            sample.times.append(time.perf_counter() - begun)
    connection.close()
    return sample


@contextmanager
def emptied(db: Engine) -> Iterator[None]:
    """Refuse a database with accounts; take away what was filled in at the end."""
    with db.connect() as connection:
        if connection.execute(text("SELECT EXISTS (SELECT FROM users)")).scalar_one():
            raise SystemExit("This database has accounts: name an empty one.")
    try:
        yield
    finally:
        with db.begin() as connection:
            connection.execute(text("TRUNCATE users, consumption_records"))


def grow(db: Engine, cookies: list[str], accounts: int, records: int) -> None:
    """Add accounts until there are so many, each with its records."""
    for person in scratch.people(db, accounts - len(cookies)):
        with db.begin() as connection:
            scratch.fill(connection, person.user_id, scratch.Household(records))
        cookies.append(person.cookie)
    scratch.tidy(db)


def run(url: str, accounts: Sequence[int], records: int, requests: int) -> list[Row]:
    db = scratch.engine(url)
    rows: list[Row] = []
    cookies: list[str] = []
    try:
        with emptied(db), scratch.serving(url) as port:
            for number in sorted(accounts):
                begun = time.perf_counter()
                grow(db, cookies, number, records)
                filled = time.perf_counter() - begun
                print(f"  {number} accounts of {records:,} records, filled in {filled:.0f} s")
                for question in QUESTIONS:
                    sample = asyncio.run(measure(port, question, cookies, requests))
                    rows.append(
                        Row(
                            number,
                            question.name,
                            percentile(sample.times, 0.5),
                            percentile(sample.times, 0.95),
                        )
                    )
    finally:
        db.dispose()
    return rows


def show(rows: Sequence[Row]) -> str:
    """The table: a line a question, two columns for each number of accounts."""
    numbers = sorted({row.accounts for row in rows})
    by_place = {(row.question, row.accounts): row for row in rows}
    lines = [
        "| what |" + "".join(f" {number} accounts: median ms | p95 ms |" for number in numbers),
        "|---|" + "---:|---:|" * len(numbers),
    ]
    for question in dict.fromkeys(row.question for row in rows):
        cells = [by_place[question, number] for number in numbers]
        lines.append(
            f"| {question} |" + "".join(f" {row.median:.1f} | {row.p95:.1f} |" for row in cells)
        )
    return "\n".join(lines)


def server_version(url: str) -> str:
    db = scratch.engine(url)
    with db.connect() as connection:
        version: str = connection.execute(text("SHOW server_version")).scalar_one()
    db.dispose()
    return version


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a migrated, empty database; else an embedded one")
    parser.add_argument("--accounts", type=int, nargs="+", default=ACCOUNTS)
    parser.add_argument("--records", type=int, default=RECORDS, help="of each account")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each question")
    given = parser.parse_args()
    if given.url:
        measured(given.url, given)
    else:
        with scratch.database() as url:
            measured(url, given)


def measured(url: str, given: argparse.Namespace) -> None:
    rows = run(url, given.accounts, given.records, given.requests)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, one worker"
    print(f"\nPostgreSQL {server_version(url)}; {machine}.\n\n{show(rows)}")


if __name__ == "__main__":
    main()
