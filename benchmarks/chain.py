"""A reading saved at the end of a chain of 10 000, and in its middle."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks import scratch
from benchmarks.client import Connection, adding
from benchmarks.scratch import Household, Person

CHAIN = Household(10_000, days=10_000, types=1, read=True)
HOUSEHOLDS = (CHAIN,)
ROUNDS = 60


def report(url: str, people: dict[Household, Person]) -> Iterator[str]:
    """The lines of the table: medians of readings saved in turn at both places."""
    with scratch.serving(url) as port:
        end, middle = asyncio.run(measure(port, people[CHAIN].cookie))
    yield "| a reading saved | ms | of that at the end |"
    yield "|---|---:|---:|"
    yield f"| at the end of a chain of {CHAIN.records:,} | {end:.1f} | |"
    yield f"| in its middle | {middle:.1f} | {middle / end:.2f} × |"


async def measure(port: int, cookie: str) -> tuple[float, float]:
    """Milliseconds at the end and in the middle."""
    server = Connection("127.0.0.1", port)
    today = datetime.now(UTC).date()
    last = 10 * CHAIN.records
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(1, ROUNDS + 1):
        back = CHAIN.days // 2 + number
        between = last - 10 * back + 3
        for place, line in enumerate(
            (
                f"electricity @{last + number} {today}",
                f"electricity @{between} {today - timedelta(days=back)}",
            )
        ):
            begun = perf_counter()
            await save(server, port, cookie, line)
            times[place].append(perf_counter() - begun)
    server.close()
    end, middle = (median(taken) * 1000 for taken in times)
    return end, middle


async def save(server: Connection, port: int, cookie: str, line: str) -> None:
    """Add a line as the page does."""
    headers = {"Cookie": f"session={cookie}", "Accept": "application/json"}
    head = adding("/consumption", f"localhost:{port}", line, **headers)
    status, _, answer = await server.ask(head)
    assert status == 201, (status, answer[:300])
