"""The files of `sql/` as typed functions, `user_id` first."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db.sql import load
from tally.domain.filters import Filter
from tally.domain.limits import Key
from tally.domain.meters import MeterStart, Neighbours, Reading
from tally.domain.periods import Span
from tally.domain.records import UsedType

# One statement an order: each has an index of its own.
_RECORDS = {
    "-date": "reads/records_newest",
    "date": "reads/records_oldest",
    "-value": "reads/records_highest",
    "value": "reads/records_lowest",
    "type": "reads/records_by_type",
}

# Nobody uses more types than this; a file full of different ones must not slow each keystroke.
MAX_USED = 2_000
# Enough to weigh what is recent, whatever somebody's pace.
MAX_WEIGHED = 2_000


def records(db: Connection, user_id: UUID, wanted: Filter) -> Sequence[Row[Any]]:
    """A page of the matching records in the order of the filter, and some of the next page."""
    after = wanted.after
    keys: dict[str, Any] = {
        **wanted.parameters(),
        "user_id": user_id,
        "limit": wanted.reach,
        "after_id": after and after.id,
        "after_day": after and after.day,
        "after_time": after and after.created_at,
    }
    if wanted.sort.endswith("value"):
        keys |= {"after_value": after and after.value}
    elif wanted.sort == "type":
        keys |= {"after_type": after and after.type, "after_unit": after and after.unit}
    return db.execute(load(_RECORDS[wanted.sort]), keys).all()


def totals(db: Connection, user_id: UUID, wanted: Filter) -> Sequence[Row[Any]]:
    """(consumption_type, unit, total, entries) of the matching records, the most frequent first."""
    return db.execute(load("reads/totals"), {**wanted.parameters(), "user_id": user_id}).all()


class PeriodTotals(NamedTuple):
    """What happened in a span of days. weekday_totals: from Monday, None without a record.

    The three of buckets belong together: numbers from 1, only those with a record, in no order.
    """

    total: Decimal
    entries: int
    active_days: int
    weekday_totals: list[Decimal | None]
    highest_days: list[date]
    highest_totals: list[Decimal]
    buckets: list[int]
    bucket_totals: list[Decimal]
    bucket_entries: list[int]


class DayStep(NamedTuple):
    """A day with a record, its sum, and in which fifth of all such days it is, from 1."""

    day: date
    total: Decimal
    step: int


def period(
    db: Connection, user_id: UUID, matching: Filter, span: Span, bucket_starts: Sequence[date]
) -> dict[Key, PeriodTotals]:
    """What happened in `span`, for each type and unit with a matching record in it."""
    rows = db.execute(
        load("reads/period"),
        _matching(user_id, matching, span) | {"bucket_starts": list(bucket_starts)},
    )
    return {Key(type, unit): PeriodTotals(*figures) for type, unit, *figures in rows}


def sums(
    db: Connection, user_id: UUID, matching: Filter, spans: Iterable[tuple[Key, Span]]
) -> dict[tuple[Key, Span], Decimal]:
    """The sum of matching values of each type and unit in its span, 0 where there is none."""
    spans = list(spans)
    rows = db.execute(
        load("reads/sums"),
        _matching(user_id, matching, None)
        | {
            "span_types": [key.type for key, _ in spans],
            "span_units": [key.unit for key, _ in spans],
            "first_days": [span.start for _, span in spans],
            "last_days": [span.end for _, span in spans],
        },
    )
    return {(Key(type, unit), Span(start, end)): total for type, unit, start, end, total in rows}


def latest_days(
    db: Connection, user_id: UUID, keys: Iterable[Key], today: date
) -> dict[Key, date | None]:
    """The latest day up to today of each type and unit, filter or not; in the order of use."""
    rows = db.execute(
        load("reads/latest_days"), {"user_id": user_id, "today": today, **_used(keys)}
    )
    return {Key(type, unit): day for type, unit, day in rows}


def first_day(db: Connection, user_id: UUID, matching: Filter) -> date | None:
    """The day of the first matching record up to the filter's end."""
    day: date | None = db.execute(
        load("reads/first_day"), {"user_id": user_id, **matching.parameters()}
    ).scalar()
    return day


def calendar(
    db: Connection, user_id: UUID, matching: Filter, keys: Iterable[Key], span: Span
) -> dict[Key, list[DayStep]]:
    """The days of `span` with a matching record of each type and unit, in no order."""
    keys = list(keys)
    days: dict[Key, list[DayStep]] = {key: [] for key in keys}
    rows = db.execute(load("reads/calendar"), _matching(user_id, matching, span) | _used(keys))
    for type, unit, *day in rows:
        days[Key(type, unit)].append(DayStep(*day))
    return days


class Recent(NamedTuple):
    """What somebody logs often, and the values of its newest records, newest first."""

    type: str
    unit: str
    latest_values: list[Decimal]


def used(db: Connection, user_id: UUID) -> list[UsedType]:
    """What somebody has used; as fast with a million records as with one of each."""
    rows = db.execute(load("reads/used"), {"user_id": user_id, "most": MAX_USED})
    return [UsedType(*row) for row in rows]


def latest_values(
    db: Connection, user_id: UUID, keys: Iterable[Key], most: int
) -> dict[Key, list[Decimal]]:
    """The values of the newest records of each type and unit, by day, then creation."""
    rows = db.execute(
        load("reads/latest_values"), {"user_id": user_id, "most": most, **_used(keys)}
    )
    return {Key(type, unit): values for type, unit, values in rows}


def recents(db: Connection, user_id: UUID, today: date, most: int, values: int) -> list[Recent]:
    """What somebody logs most and latest: `most` of them, each with its `values` newest values."""
    rows = db.execute(
        load("reads/recents"),
        {
            "user_id": user_id,
            "today": today,
            "newest": MAX_WEIGHED,
            "most": most,
            "values": values,
        },
    )
    return [Recent(*row) for row in rows]


def records_of_day(db: Connection, user_id: UUID, day: date, limit: int) -> Sequence[Row[Any]]:
    """The records of a day, the latest written first; `entries` of each is how many there are."""
    return db.execute(
        load("reads/records_of_day"), {"user_id": user_id, "day": day, "limit": limit}
    ).all()


def meter_starts(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, list[MeterStart]]:
    """The meters of each type and unit with the day of their first reading, the earliest first."""
    keys = list(keys)
    starts: dict[Key, list[MeterStart]] = {key: [] for key in keys}
    if keys:
        for type, unit, *start in db.execute(
            load("reads/meter_starts"), {"user_id": user_id, **_used(keys)}
        ):
            starts[Key(type, unit)].append(MeterStart(*start))
    return starts


def meters_taken(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, int]:
    """The highest number of a meter among the deleted readings of each type and unit."""
    rows = db.execute(load("reads/meters_taken"), {"user_id": user_id, **_used(keys)})
    return {Key(type, unit): meter for type, unit, meter in rows}


def meter_neighbours(
    db: Connection, user_id: UUID, readings: Sequence[tuple[Key, Reading]]
) -> list[Neighbours]:
    """What stands around each of these readings, none of which is saved."""
    rows = db.execute(
        load("reads/meter_neighbours"),
        {
            "user_id": user_id,
            **_used(key for key, _ in readings),
            "days": [reading.day for _, reading in readings],
            "figures": [reading.figure for _, reading in readings],
        },
    )
    around = {row.place: row for row in rows}
    return [
        _neighbours(around[place]) if place in around else Neighbours()
        for place in range(1, len(readings) + 1)
    ]


def _neighbours(row: Row[Any]) -> Neighbours:
    before = Reading(row.before_date, row.before_reading) if row.before_date else None
    after = Reading(row.after_date, row.after_reading) if row.after_date else None
    return Neighbours(row.meter, before, after, row.largest)


def _matching(user_id: UUID, matching: Filter, span: Span | None) -> dict[str, object]:
    """The filter's parameters with other days than its own."""
    return {
        **matching.parameters(),
        "user_id": user_id,
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def _used(keys: Iterable[Key]) -> dict[str, object]:
    keys = list(keys)
    return {"used_types": [key.type for key in keys], "used_units": [key.unit for key in keys]}
