"""The order of a meter's readings, and where a file's readings go among those of their day. Pure.

Readings of one day are in the order of their creation. Stored ones may have come with an earlier
file, or by hand, so that their times do not tell when the meter was read; its figures do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from tally.transfer.cells.clocks import DAY_SECONDS
from tally.transfer.rows.arrange import FileRow

# The readings of a file are created as far apart as its rows: a microsecond for each second.
_A_DAY = timedelta(microseconds=DAY_SECONDS)
_SMALLEST = timedelta(microseconds=1)


class ChainReading(NamedTuple):
    """A reading in a chain: of a row of the file, stored, or both.

    `is_there`: it keeps its `meter` and its place, since it is stored or the file gives both.
    """

    day: date
    created: datetime
    figure: Decimal
    row: FileRow | None = None
    is_there: bool = False
    meter: int | None = None


def in_order(readings: Iterable[ChainReading]) -> list[ChainReading]:
    """The readings in the order of their chain, with new ones created at their places."""
    chain: list[ChainReading] = []
    by_time = sorted(readings, key=lambda shown: (shown.day, shown.created))
    for _, day in groupby(by_time, key=lambda shown: shown.day):
        chain += _of_day(_one_by_one(day), chain[-1].figure if chain else Decimal(0))
    return chain


def _one_by_one(readings: Iterable[ChainReading]) -> list[ChainReading]:
    """The readings of a day, where new ones of one second are created one after the other."""
    ordered: list[ChainReading] = []
    for shown in readings:
        is_new = shown.row is not None and not shown.is_there
        is_one = is_new and ordered and shown.created <= ordered[-1].created
        ordered.append(_created(shown, ordered[-1].created + _SMALLEST) if is_one else shown)
    return ordered


def _of_day(readings: list[ChainReading], before: Decimal) -> list[ChainReading]:
    """The readings of a day, new ones between the stored ones if all of them rise.

    If some fall, another meter may have begun: then they stay in the order of their creation.
    """
    there = [shown for shown in readings if shown.is_there]
    new = [shown for shown in readings if not shown.is_there]
    if not there or not new or not (_rise(there) and _rise(new)) or new[0].figure < before:
        return readings
    # Of equal figures the stored one comes first.
    rising = sorted((*there, *new), key=lambda shown: shown.figure)
    runs = [list(run) for _, run in groupby(rising, key=lambda shown: shown.is_there)]
    placed: list[ChainReading] = []
    for run, behind in zip(runs, (*runs[1:], []), strict=True):
        placed += run if run[0].is_there else _between(placed[-1:], run, behind[:1])
    has_room = all(earlier.created < later.created for earlier, later in pairwise(placed))
    return placed if has_room else readings


def _rise(readings: Sequence[ChainReading]) -> bool:
    return all(earlier.figure <= later.figure for earlier, later in pairwise(readings))


def _between(
    ahead: list[ChainReading], run: list[ChainReading], behind: list[ChainReading]
) -> list[ChainReading]:
    """New readings, created between the one before them and the one after them."""
    if ahead and not behind and ahead[0].created < run[0].created:
        return run
    first = ahead[0].created if ahead else behind[0].created - _A_DAY
    last = behind[0].created if behind else first + _A_DAY
    step = (last - first) // (len(run) + 1)
    return [_created(shown, first + step * place) for place, shown in enumerate(run, 1)]


def _created(shown: ChainReading, moment: datetime) -> ChainReading:
    row = shown.row
    if row is not None:
        row = replace(row, record=replace(row.record, created_at=moment))
    return shown._replace(created=moment, row=row)
