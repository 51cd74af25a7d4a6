"""Long lines, read by the grammar of the quick-add line: 10 000 characters in under 5 ms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import thread_time

from benchmarks.scratch import Household, Person
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import KnownType, Vocabulary

CHARACTERS = 10_000
ROUNDS = 20
PIECES = ("a ", "1 ", '" ', "#a ", "1 234 ", "oct 5 ", "1 day ago ", "5.10.", "mon..", "é")
TODAY = date(2026, 11, 22)
USED = Vocabulary(types={"coffee": KnownType("coffee", ("cup",))}, units=frozenset({"cup"}))


def report(_url: str, _people: dict[Household, Person]) -> Iterator[str]:
    """The lines of the table."""
    yield f"| a line of {CHARACTERS:,} characters of | ms |"
    yield "|---|---:|"
    for piece in PIECES:
        text = (piece * CHARACTERS)[:CHARACTERS]
        yield f"| `{piece}` | {min(reading(text) for _ in range(ROUNDS)) * 1000:.2f} |"


def reading(text: str) -> float:
    """Seconds of processor time."""
    begun = thread_time()
    read(text, TODAY, USED)
    return thread_time() - begun
