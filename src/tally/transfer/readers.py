"""A file of records, from Tally or from anywhere else: opened, understood, and read row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from tally.transfer import sources
from tally.transfer.arrange import DayCounts, Records, Row, arranged
from tally.transfer.choices import BadChoice, Choices
from tally.transfer.faults import UnreadableFile
from tally.transfer.plan import Plan, Reader, make_plan
from tally.transfer.row_parser import Counts, Entry, Problem, parser_of

# The beginning of a file is looked through for what it tells about all of it; so many of its rows
# are read, enough to see whether a choice is right.
HEAD_ROWS = 2_000


@dataclass
class Opened:
    """A file that was understood: its plan, its rows, once, and what was counted meanwhile."""

    plan: Plan
    rows: Iterator[Row | Problem]
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
) -> Iterator[Opened]:
    """Read a file from its beginning. `types`: folded → as the account spells it; `head`: it is
    only the beginning of the file, and of that `HEAD_ROWS` are read.

    Raises UnreadableFile, also while its rows are taken, and BadChoice.
    """
    with sources.opened(file, encoding=choices.encoding, table=choices.table, head=head) as source:
        plan = make_plan(source, choices, reader)
        parser = parser_of(plan, dict(types))
        days = DayCounts()
        entries = parser.read(HEAD_ROWS if head else None)
        yield Opened(plan, _rows(plan, entries, days, now), parser.counts, days)


def _rows(
    plan: Plan, entries: Iterator[Entry | Problem], days: DayCounts, now: datetime
) -> Iterator[Row | Problem]:
    records = Records(plan, now)
    for entry in arranged(plan, entries, days):
        yield entry if isinstance(entry, Problem) else records.row(entry)


__all__ = ["BadChoice", "Opened", "Problem", "Row", "UnreadableFile", "opened"]
