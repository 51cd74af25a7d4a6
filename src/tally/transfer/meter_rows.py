"""Readings of a file among the stored ones: their consumption, and the impossible ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, Protocol

from tally.domain.amounts import plain
from tally.domain.limits import Key
from tally.domain.meters import turn
from tally.transfer.arrange import Row
from tally.transfer.choices import Falls
from tally.transfer.row_parser import Problem

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Measured(Enum):
    """The outcome of a row that became no record."""

    LEFT_OUT = "left out"


class _Existing(Protocol):
    """A reading that is there."""

    @property
    def meter(self) -> int: ...
    @property
    def consumption_date(self) -> date: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def reading(self) -> Decimal: ...


class _Shown(NamedTuple):
    """A reading in a chain, from the file or there already."""

    day: date
    figure: Decimal
    row: Row | None


def measured(
    rows: Sequence[Row], there: Mapping[Key, Sequence[_Existing]], falls: Falls | None
) -> Iterator[Row | Problem | Measured]:
    """Each reading of a file with its consumption, or its problem.

    `falls` says what a reading below the one before it means; without it, that reading and all
    that follow of its type and unit ask. Rows with an id of Tally's own are taken as they stand.
    """
    series: dict[Key, list[Row]] = {}
    for row in rows:
        if row.record.meter is not None:
            yield row
        else:
            series.setdefault(Key(row.record.consumption_type, row.record.unit), []).append(row)
    for key, own in series.items():
        yield from _chain(own, there.get(key, ()), falls)


def _chain(
    rows: Sequence[Row], there: Sequence[_Existing], falls: Falls | None
) -> Iterator[Row | Problem | Measured]:
    ids = {row.record.id for row in rows}
    shown: list[tuple[date, datetime, Row | None, _Existing | None]] = [
        (row.record.consumption_date, row.record.created_at or _LONG_AGO, row, None) for row in rows
    ]
    shown += [
        (other.consumption_date, other.created_at, None, other)
        for other in there
        if getattr(other, "id", None) not in ids
    ]
    shown.sort(key=lambda item: item[:2])
    before: _Shown | None = None
    largest = max(
        (
            item[2].record.reading or Decimal(0)
            if item[2]
            else item[3].reading
            if item[3]
            else Decimal(0)
            for item in shown
        ),
        default=Decimal(0),
    )
    broken = False
    for place, (day, _, row, other) in enumerate(shown):
        if row is None:
            if other is not None:
                before = _Shown(day, other.reading, None)
            continue
        record = row.record
        figure = record.as_reading.figure
        fell = before is not None and figure < before.figure
        if broken or (fell and falls is None and before is not None):
            broken = True
            yield Problem(row.line, _sentence(figure, before), (), "falls")
            continue
        if fell and falls == "omit":
            yield Measured.LEFT_OUT
            continue
        following = next((item[3] for item in shown[place + 1 : place + 2] if item[3]), None)
        if (
            following is not None
            and following.reading < figure
            and (before is None or following.reading >= before.figure)
        ):
            yield Problem(
                row.line,
                f"{plain(figure)} is more than the next reading, "
                f"{plain(following.reading)} on {following.consumption_date}.",
            )
            continue
        if before is None or (fell and falls == "new"):
            record = replace(record, consumption_value=Decimal(0), days=0, new_meter=fell or None)
        else:
            used = figure - before.figure + (turn(max(largest, before.figure)) if fell else 0)
            record = replace(
                record,
                consumption_value=used,
                days=max((day - before.day).days, 1),
                rolled_over=fell,
            )
        before = _Shown(day, figure, row)
        yield replace(row, record=record)


def _sentence(figure: Decimal, before: _Shown | None) -> str:
    if before is None or figure >= before.figure:
        return (
            "A reading above this one falls. Say what that is: "
            "a new meter, a roll-over, or to leave out."
        )
    return (
        f"{plain(figure)} is lower than {plain(before.figure)} on {before.day}. "
        "Say whether it is a new meter, a roll-over, or to leave out."
    )
