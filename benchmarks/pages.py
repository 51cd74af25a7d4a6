"""Dashboards beside their own SQL: 1 000 000 records of one user in ten years, 100 000 in one.

Each page is asked for, from a server with one worker, in turn with the statements it sends,
replayed as they are on a bare connection, so that what else the machine does falls on both. Beside
them how long it takes to make a page of its figures, without server, statements and statistics.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import psycopg2
from sqlalchemy import event
from starlette.testclient import TestClient

from benchmarks import scratch
from benchmarks.client import Connection, request
from benchmarks.scratch import Household, Person
from tally.app import create_app
from tally.db.engine import Database
from tally.settings import Settings
from tally.statistics import compute
from tally.statistics.facts import Facts
from tally.statistics.type_statistics import Statistics
from tally.web import responses

# Of each page.
ROUNDS = 9


class Page(NamedTuple):
    """A page of somebody's."""

    name: str
    path: str
    household: Household


MOST = Household(1_000_000)
MANY_TYPES = Household(1_000_000, types=40)
ONE_YEAR = Household(100_000, days=365, types=40)
SOME_SPANS = Household(1_000_000, types=40, spans=1)
ALL_SPANS = Household(100_000, types=40, spans=100)
READ_DAILY = Household(3_650, days=365, types=10, read=True)

PAGES = (
    Page("month, 6 cards", "/", MOST),
    Page("month, 40 cards", "/", MANY_TYPES),
    Page("year, 40 cards", "/?period=last-365", ONE_YEAR),
    Page("year, 40 cards", "/?period=last-365", MANY_TYPES),
    Page("one type, month", "/?type=water", MANY_TYPES),
    Page("one type, year", "/?type=water&period=last-365", MANY_TYPES),
    Page("all, 40 cards", "/?period=all", MANY_TYPES),
    Page("month, 40 cards, 1 % spans", "/", SOME_SPANS),
    Page("month, 40 cards, all spans", "/", ALL_SPANS),
    Page("year of 10 meters read daily", "/?period=last-365", READ_DAILY),
)
HOUSEHOLDS = tuple(page.household for page in PAGES)


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

    def compose(facts: Facts) -> Statistics:
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


async def measure(port: int, client: TestClient, url: str, page: Page) -> str:
    """The line of a page, as the server answers at that port and the client in this process."""
    server = Connection("127.0.0.1", port)
    cookie = f"session={client.cookies['session']}"
    ask = request("GET", page.path, f"localhost:{port}", Cookie=cookie)

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
        pairs = [(await timed(replay), await timed(whole)) for _ in range(ROUNDS)]
    sql, answer = (median(times) for times in zip(*pairs, strict=True))
    more = median(answer - sql for sql, answer in pairs)
    making = median(made_of_figures(client, page.path) for _ in range(ROUNDS))
    _, _, body = await server.ask(ask)
    server.close()
    household = page.household
    return (
        f"| {page.name} | {household.records:,} | {household.days:,} | {len(statements)} |"
        f" {sql:.1f} | {answer:.1f} | {more:.1f} | {making:.1f} | {len(body):,} |"
    )


async def timed(action: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    begun = perf_counter()
    await action()
    return (perf_counter() - begun) * 1000


def report(url: str, people: dict[Household, Person]) -> Iterator[str]:
    """The lines of the table, one for each page."""
    yield (
        "| page | records | days | statements | SQL ms | page ms | beyond SQL ms |"
        " figures to page ms | bytes |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    settings = Settings(database_url=url, secret_key=(scratch.KEY,), allowed_hosts=("testserver",))
    with scratch.serving(url) as port, TestClient(create_app(settings)) as client:
        for page in PAGES:
            client.cookies.set("session", people[page.household].cookie)
            yield asyncio.run(measure(port, client, url, page))
