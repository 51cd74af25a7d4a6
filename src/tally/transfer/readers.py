"""A file of records, from Tally or any other program: opened, understood, read row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from tally.transfer.files import sources
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.plan import Plan
from tally.transfer.plans.planner import make_plan
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.arrange import DayCounts, FileRow, Records, arranged
from tally.transfer.rows.entries import Counts, RowEntry, RowProblem
from tally.transfer.rows.own_rows import parser_of

# The rows that are read of a file's beginning: enough to see whether a choice is right.
HEAD_ROWS = 2_000
# The number of lines between two calls of `go_on`.
LINES_AT_ONCE = 1_000


@dataclass
class Opened:
    """A file under its plan: its rows, to be read once, and counts that grow on the way."""

    plan: Plan
    rows: Iterator[FileRow | RowProblem]
    counts: Counts
    days: DayCounts = field(default_factory=DayCounts)


@contextmanager
def opened(
    file: BinaryIO,
    choices: Choices,
    reader: Reader,
    types: Mapping[str, str],
    now: datetime,
    *,
    head: bool = False,
    go_on: Callable[[], None] = lambda: None,
) -> Iterator[Opened]:
    """Read a file from its beginning.

    `types`: folded → as the account spells it. `head`: it is only the beginning of the file, of
    which `HEAD_ROWS` rows are read. `go_on` is called now and then; an error that it raises stops
    the reading.

    Raises UnreadableFile, also while its rows are read, and BadChoice.
    """
    with sources.opened(file, encoding=choices.encoding, table=choices.table, head=head) as source:
        watched = replace(source, lines=lambda: _lines(source.lines(), go_on))
        plan = make_plan(watched, choices, reader)
        parser = parser_of(plan, dict(types))
        days = DayCounts()
        entries = parser.read(HEAD_ROWS if head else None)
        yield Opened(plan, _rows(plan, entries, days, now), parser.counts, days)


def _lines(lines: Iterator[CsvLine], go_on: Callable[[], None]) -> Iterator[CsvLine]:
    """The lines, with a call of `go_on` before each batch."""
    while True:
        go_on()
        some = islice(lines, LINES_AT_ONCE)
        first = next(some, None)
        if first is None:
            return
        yield first
        yield from some


def _rows(
    plan: Plan, entries: Iterator[RowEntry | RowProblem], days: DayCounts, now: datetime
) -> Iterator[FileRow | RowProblem]:
    records = Records(plan, now)
    for entry in arranged(plan, entries, days):
        yield entry if isinstance(entry, RowProblem) else records.row(entry)
