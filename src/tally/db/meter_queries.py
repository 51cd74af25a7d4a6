"""The statements in `sql/reads/` on the readings of meters as typed functions, `user_id` first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db import arrays
from tally.db.sql import run
from tally.domain.keys import Key
from tally.domain.meters import (
    NO_NEIGHBOURS,
    Consumption,
    MeterInUse,
    MeterStart,
    Neighbours,
    Reading,
)

# The most meters in the list of meters.
MAX_METERS = 100


def starts(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, list[MeterStart]]:
    """The meters of each type and unit with the day of their first reading, the earliest first."""
    keys = list(keys)
    rows = (
        run(db, "reads/meter_starts", {"user_id": user_id, **arrays.of_keys(keys)}) if keys else ()
    )
    return arrays.lists_by_key(rows, MeterStart, keys)


def has_readings(db: Connection, user_id: UUID) -> bool:
    """Whether any record of the account is a reading."""
    return bool(run(db, "reads/has_readings", {"user_id": user_id}).scalar_one())


def in_use(db: Connection, user_id: UUID) -> list[MeterInUse]:
    """The meter of each type and unit that is read from one, the longest unread first.

    If there are more than a hundred, only the hundred that were read last.
    """
    if not has_readings(db, user_id):  # Most accounts have none, and each page and each line asks.
        return []
    rows = run(db, "reads/meters", {"user_id": user_id, "most": MAX_METERS})
    return [
        MeterInUse(
            type_name, unit, meter, Reading(day, figure), largest, Consumption(value, days), usual
        )
        for type_name, unit, meter, day, figure, largest, value, days, usual in rows
    ]


def taken(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, int]:
    """The highest number of a meter of each type and unit among readings that may come back.

    They are deleted, or an undo brings them back.
    """
    rows = run(db, "reads/meters_taken", {"user_id": user_id, **arrays.of_keys(keys)})
    return {Key(type_name, unit): meter for type_name, unit, meter in rows}


def neighbours(
    db: Connection,
    user_id: UUID,
    readings: Sequence[tuple[Key, Reading]],
    without: Collection[UUID] = (),
) -> list[Neighbours]:
    """The neighbours of each of these readings as they are not saved yet.

    `without`: readings that are none of them, since an edit is about to change them.
    """
    rows = run(
        db,
        "reads/meter_neighbours",
        {
            "user_id": user_id,
            **arrays.of_keys(key for key, _ in readings),
            "days": [reading.day for _, reading in readings],
            "figures": [reading.figure for _, reading in readings],
            "without": list(without),
        },
    )
    around = {row.place: row for row in rows}
    return [
        _neighbours(around[place]) if place in around else NO_NEIGHBOURS
        for place in range(1, len(readings) + 1)
    ]


def _neighbours(row: Row[Any]) -> Neighbours:
    before = Reading(row.before_date, row.before_reading) if row.before_date else None
    after = Reading(row.after_date, row.after_reading) if row.after_date else None
    return Neighbours(row.meter, before, after, row.largest)


def readings_of(
    db: Connection, user_id: UUID, keys: Iterable[Key], most: int
) -> dict[Key, list[Row[Any]]]:
    """The readings of each type and unit in the order of time; at most `most` of all together."""
    readings: dict[Key, list[Row[Any]]] = {}
    rows = run(db, "reads/readings_of", {"user_id": user_id, "most": most, **arrays.of_keys(keys)})
    for row in rows:
        readings.setdefault(Key(row.consumption_type, row.unit), []).append(row)
    return readings
