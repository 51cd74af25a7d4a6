"""Readings of a file among the stored ones: their consumption, and the impossible ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol
from uuid import UUID

from tally.domain.amounts import plain
from tally.domain.keys import Key
from tally.domain.meters import turn
from tally.domain.records import NewRecord
from tally.transfer.merging.day_order import ChainReading, in_order
from tally.transfer.plans.choices import Falls
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class NoRecord(Enum):
    """The outcome of a row that became no record."""

    LEFT_OUT = "left out"


class _Existing(Protocol):
    """A reading that is there."""

    @property
    def id(self) -> UUID: ...
    @property
    def consumption_date(self) -> date: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def reading(self) -> Decimal: ...


def measured(
    rows: Sequence[FileRow], there: Mapping[Key, Sequence[_Existing]], falls: Falls | None
) -> Iterator[FileRow | RowProblem | NoRecord]:
    """Each reading of a file with its consumption, or its problem.

    `falls` says what a reading below the one before it means; without it, that reading and all
    that follow of its type and unit ask. Rows with an id of Tally's own are taken as they stand.
    """
    series: dict[Key, list[FileRow]] = {}
    for row in rows:
        if row.record.meter is not None:
            yield row
        else:
            series.setdefault(Key(row.record.consumption_type, row.record.unit), []).append(row)
    for key, own in series.items():
        yield from _chain(own, there.get(key, ()), falls)


def _chain(
    rows: Sequence[FileRow], there: Sequence[_Existing], falls: Falls | None
) -> Iterator[FileRow | RowProblem | NoRecord]:
    """The outcomes of the rows of one type and unit, in the order of time."""
    chain = in_order(_shown(rows, there))
    largest = max(shown.figure for shown in chain)
    before: ChainReading | None = None
    is_broken = False
    for shown, ceiling in zip(chain, _ceilings(chain, falls), strict=True):
        row = shown.row
        if row is None:
            before = shown
            continue
        fell = before is not None and shown.figure < before.figure
        is_broken = is_broken or (fell and falls is None)
        if is_broken:
            yield RowProblem(row.line, _ask(shown, before), (), "falls")
        elif fell and falls == "omit":
            yield NoRecord.LEFT_OUT
        elif ceiling is not None and _is_above(shown, ceiling, before):
            yield RowProblem(row.line, _above(shown, ceiling))
        else:
            yield replace(row, record=_record(row.record, shown, before, falls, largest))
            before = shown


def _shown(rows: Sequence[FileRow], there: Sequence[_Existing]) -> Iterator[ChainReading]:
    """The readings of the file and those that are there; what is both shows what the file says."""
    ids = {row.record.id for row in rows}
    created = {other.id: other.created_at for other in there}
    for row in rows:
        day, figure = row.record.as_reading
        known = created.get(row.record.id)
        moment = known or row.record.created_at or _LONG_AGO
        yield ChainReading(day, moment, figure, row, is_there=known is not None)
    for other in there:
        if other.id not in ids:
            yield ChainReading(
                other.consumption_date, other.created_at, other.reading, is_there=True
            )


def _ceilings(chain: Sequence[ChainReading], falls: Falls | None) -> list[ChainReading | None]:
    """For each reading the next one that is there, which it has to stay below: None behind the
    last, and where a row up to it is lower and so of another meter or turn."""
    ceilings: list[ChainReading | None] = []
    ceiling: ChainReading | None = None
    later: ChainReading | None = None
    for shown in reversed(chain):
        if later is not None and later.row is None:
            ceiling = later
        elif later is not None and falls in ("new", "rollover") and later.figure < shown.figure:
            ceiling = None
        ceilings.append(ceiling)
        later = shown
    return ceilings[::-1]


def _is_above(shown: ChainReading, ceiling: ChainReading, before: ChainReading | None) -> bool:
    """Whether the reading cannot stand below the next, though the one before it can."""
    return ceiling.figure < shown.figure and (before is None or ceiling.figure >= before.figure)


def _record(
    record: NewRecord,
    shown: ChainReading,
    before: ChainReading | None,
    falls: Falls | None,
    largest: Decimal,
) -> NewRecord:
    """The record of a reading behind the one before it, with its consumption and its days."""
    if before is None:
        return replace(record, consumption_value=Decimal(0), days=0)
    fell = shown.figure < before.figure
    if fell and falls == "new":
        return replace(record, consumption_value=Decimal(0), days=0, new_meter=True)
    used = shown.figure - before.figure
    return replace(
        record,
        consumption_value=used + turn(largest) if fell else used,
        days=max((shown.day - before.day).days, 1),
        rolled_over=fell,
    )


def _ask(shown: ChainReading, before: ChainReading | None) -> str:
    if before is None or shown.figure >= before.figure:
        return (
            "A reading above this one falls. Say what that is: "
            "a new meter, a roll-over, or to leave out."
        )
    return (
        f"{plain(shown.figure)} is lower than {plain(before.figure)} on {before.day}. "
        "Say whether it is a new meter, a roll-over, or to leave out."
    )


def _above(shown: ChainReading, ceiling: ChainReading) -> str:
    return (
        f"{plain(shown.figure)} is more than the next reading, "
        f"{plain(ceiling.figure)} on {ceiling.day}."
    )
