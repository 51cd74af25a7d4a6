"""The dashboard beside its own SQL: 1 000 000 records of one user in ten years, 100 000 in one.

Each page is asked for, from a server with one worker, in turn with the statements it sends,
replayed as they are on a bare connection, so that what else the machine does falls on both. Beside
them how long it takes to make a page of its figures, without server, statements and statistics.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg2
from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from benchmarks import bench, scratch
from benchmarks.client import Connection, request
from tally.app import create_app
from tally.db.engine import Database
from tally.settings import Settings
from tally.statistics import compute
from tally.statistics.load import Facts
from tally.web import responses

# Types with one unit each, as evenly over the days as it goes; some of each hundred cover a week.
FILL = text("""
INSERT INTO consumption_records
    (
        user_id, consumption_date, consumption_value, consumption_type, unit, created_at, days,
        reading, meter
    )
SELECT
    :user_id,
    CAST(:today AS date) - CAST(n * :days / :records AS integer),
    round((n % 997) * 0.137 + 0.5, 3),
    'type ' || n % :types,
    (ARRAY['kWh', 'l', 'm³', 'cup'])[1 + n % 4],
    now() - make_interval(secs => n),
    CASE WHEN n / :types % 100 < :spans THEN 7 ELSE 1 END,
    CASE WHEN :read THEN :records - n END,
    CASE WHEN :read THEN 1 END
FROM generate_series(CAST(0 AS bigint), :records - 1) AS n
""")


@dataclass(frozen=True)
class Page:
    """A page of a user with this many records of this many types in this many days.

    spans: how many of a hundred cover seven days; read: whether each is a reading of a meter.
    """

    name: str
    path: str
    records: int
    days: int
    types: int = 40
    spans: int = 0
    read: bool = False


PAGES = (
    Page("month, 6 cards", "/", 1_000_000, 3652, types=6),
    Page("month, 40 cards", "/", 1_000_000, 3652),
    Page("year, 40 cards", "/?period=last-365", 100_000, 365),
    Page("year, 40 cards", "/?period=last-365", 1_000_000, 3652),
    Page("one type, month", "/?type=type+1", 1_000_000, 3652),
    Page("one type, year", "/?type=type+1&period=last-365", 1_000_000, 3652),
    Page("all, 40 cards", "/?period=all", 1_000_000, 3652),
    Page("month, 40 cards, 1 % spans", "/", 1_000_000, 3652, spans=1),
    Page("month, 40 cards, all spans", "/", 1_000_000, 3652, spans=100),
    Page("year of 10 meters read daily", "/?period=last-365", 3650, 365, types=10, read=True),
)


def fill(db: Engine, user_id: UUID, page: Page) -> None:
    with db.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("TRUNCATE consumption_records"))
        connection.execute(
            FILL,
            {
                "user_id": user_id,
                "today": datetime.now(UTC).date(),
                "days": page.days,
                "records": page.records,
                "types": page.types,
                "spans": page.spans,
                "read": page.read,
            },
        )
    scratch.tidy(db)


def sent_by(database: Database, action: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that an action sends, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(database.reading_engine, "before_cursor_execute", remember)
    try:
        action()
    finally:
        event.remove(database.reading_engine, "before_cursor_execute", remember)
    return sent


def made_of_figures(client: TestClient, path: str) -> float:
    """Milliseconds from the figures to the bytes: cards, drawings, sentences, markup."""
    times: dict[str, float] = {}
    composed, markup = compute.compose, responses.markup

    def compose(facts: Facts) -> compute.Statistics:
        found = composed(facts)
        times["begun"] = perf_counter()
        return found

    def marked_up(*given: Any, **context: Any) -> Any:
        made = markup(*given, **context)
        times["ended"] = perf_counter()
        return made

    compute.compose, responses.markup = compose, marked_up
    try:
        client.get(path)
    finally:
        compute.compose, responses.markup = composed, markup
    return (times["ended"] - times["begun"]) * 1000


async def measure(
    server: Connection, host: str, client: TestClient, url: str, page: Page, rounds: int
) -> str:
    ask = request("GET", page.path, host, Cookie=f"session={client.cookies['session']}")

    async def whole() -> None:
        status, _, _ = await server.ask(ask)
        assert status == 200, status

    await whole()
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    statements = sent_by(database, lambda: client.get(page.path))
    with psycopg2.connect(url) as bare, bare.cursor() as cursor:

        async def replay() -> None:
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()

        await replay()
        pairs = [(await timed(replay), await timed(whole)) for _ in range(rounds)]
    sql, answer = (median(times) for times in zip(*pairs, strict=True))
    more = median(answer - sql for sql, answer in pairs)
    making = median(made_of_figures(client, page.path) for _ in range(rounds))
    _, _, body = await server.ask(ask)
    return (
        f"| {page.name} | {page.records:,} | {page.days:,} | {len(statements)} | {sql:.1f} |"
        f" {answer:.1f} | {more:.1f} | {making:.1f} | {len(body):,} |"
    )


async def timed(action: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    begun = perf_counter()
    await action()
    return (perf_counter() - begun) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="pages with this in their name")
    given = parser.parse_args()
    rounds = given.rounds
    print(
        "| page | records | days | statements | SQL ms | page ms | beyond SQL ms |"
        " figures to page ms | bytes |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    with scratch.database() as url, bench.serving(url) as port:
        db = scratch.engine(url)
        ((user_id, cookie),) = scratch.people(db, 1)
        settings = Settings(
            database_url=url, secret_key=(scratch.KEY,), allowed_hosts=("testserver",)
        )
        filled: tuple[object, ...] | None = None
        with TestClient(create_app(settings)) as client:
            client.cookies.set("session", cookie)
            for page in (page for page in PAGES if given.only in page.name):
                wanted = page.records, page.days, page.types, page.spans, page.read
                if filled != wanted:
                    fill(db, user_id, page)
                    filled = wanted
                asyncio.run(show(f"localhost:{port}", port, client, url, page, rounds))
        db.dispose()


async def show(host: str, port: int, client: TestClient, url: str, page: Page, rounds: int) -> None:
    server = Connection("127.0.0.1", port)
    print(await measure(server, host, client, url, page, rounds), flush=True)
    server.close()


if __name__ == "__main__":
    main()
