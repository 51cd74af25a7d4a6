"""The statements in `sql/reads/` on the totals and days of a period, `user_id` first.

Those on records of several days stand in `spread_queries`, those on costs in `cost_queries`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, CursorResult

from tally.db import arrays
from tally.db.arrays import KeySpan
from tally.db.queries import MAX_USED, conditions
from tally.db.span_conditions import reaching, within
from tally.db.sql import run
from tally.domain.calendar import Buckets, Span
from tally.domain.cursor import KeyPlace
from tally.domain.filters import Filter
from tally.domain.keys import Key


class PeriodTotals(NamedTuple):
    """The totals of a span of days. weekday_totals: from Monday, None without a record.

    The three lists of buckets run in parallel, in no order, and leave out buckets without a record.
    buckets: their numbers, from 1.
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


NO_TOTALS = PeriodTotals(Decimal(0), 0, 0, [None] * 7, [], [], [], [], [])


class DayStep(NamedTuple):
    """A day with a record, its sum, and its step: the fifth of all such days by sum, from 1."""

    day: date
    total: Decimal
    step: int


class KeyDays(NamedTuple):
    """The first and last known days of a (type, unit), whatever the filter.

    latest: its latest day up to today; first: the first day that a record covers; read_to: the last
    day that was read, None where every day up to today counts. readings, spans: whether it has
    readings, and records that cover several days.
    """

    latest: date | None
    first: date | None
    read_to: date | None
    readings: bool
    spans: bool

    @property
    def measured(self) -> bool:
        """Whether days may be unknown between its records."""
        return self.readings or self.spans


class KeysInPeriod(NamedTuple):
    """The totals of each type and unit, and the number of days of the user's longest record.

    longest: None if all cover one day, or nothing matches.
    """

    totals: dict[Key, PeriodTotals]
    longest: int | None


def keys_in_period(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    most: int = MAX_USED,
    *,
    costs: bool = False,
) -> KeysInPeriod:
    """The types and units with a record of one day in the span of `buckets`, at most `most`.

    costs: those with a meter that began at a cost are included, and have NO_TOTALS.
    """
    rows = _rows(db, user_id, matching, buckets, None, most=most, costs=costs).all()
    totals = {
        Key(type_name, unit): PeriodTotals(*figures) if figures[1] else NO_TOTALS
        for type_name, unit, _, *figures in rows
    }
    return KeysInPeriod(totals, rows[0].longest if rows else None)


def totals_of(
    db: Connection, user_id: UUID, matching: Filter, buckets: Buckets, keys: Iterable[Key]
) -> dict[Key, PeriodTotals]:
    """The totals of the types and units that have a record of one day in the span of `buckets`."""
    rows = _rows(db, user_id, matching, buckets, keys)
    return {
        Key(type_name, unit): PeriodTotals(*figures)
        for type_name, unit, _, *figures in rows
        if figures[1]
    }


def _rows(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    keys: Iterable[Key] | None,
    *,
    most: int = MAX_USED,
    costs: bool = False,
) -> CursorResult[*tuple[Any, ...]]:
    return run(
        db,
        "reads/period",
        within(db, user_id, matching, buckets.span)
        | {"bucket_starts": list(buckets.starts), "most": most, "costs": costs}
        | arrays.of_keys_or_any(keys),
    )


class KeyPage(NamedTuple):
    """A page of keys by their latest use up to `today`: at most `most`, after the place `after`.

    passed_over: keys that have no place on any page.
    """

    today: date
    after: KeyPlace | None
    most: int
    passed_over: Collection[Key] = ()


def keys_in_span(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    span: Span,
    longest: int,
    page: KeyPage,
    *,
    costs: bool = False,
) -> tuple[list[KeyPlace], int]:
    """A page of the types and units with a record in `span`, by use, and the number of all of them.

    The number is 0 for a page without any. costs: those with a meter that began in `span` at a cost
    are included.
    """
    after = page.after
    rows = run(
        db,
        "reads/keys_in_span",
        reaching(db, user_id, matching, span, longest)
        | {
            "today": page.today,
            "after_day": after and after.day,
            "after_time": after and after.created_at,
            "after_type": after and after.type,
            "after_unit": after and after.unit,
            "most": page.most,
            "costs": costs,
        }
        | arrays.of_keys(page.passed_over),
    ).all()
    places = [KeyPlace(day, time, type_name, unit) for type_name, unit, day, time, _ in rows]
    return places, rows[0].all_of_them if rows else 0


def sums(
    db: Connection, user_id: UUID, matching: Filter, spans: Iterable[KeySpan]
) -> dict[KeySpan, Decimal | None]:
    """The sum of matching records of one day of each type and unit in its span; None without."""
    rows = run(db, "reads/sums", within(db, user_id, matching, None) | arrays.of_spans(spans))
    return {place: total for place, (total,) in arrays.by_span(rows)}


def key_days(db: Connection, user_id: UUID, keys: Iterable[Key], today: date) -> dict[Key, KeyDays]:
    """The first and last known days of each type and unit, in the order of use."""
    about = {"user_id": user_id, "today": today}
    rows = run(db, "reads/key_days", about | arrays.of_keys(keys))
    by_key = {Key(row.type, row.unit): row for row in rows}
    days = {
        key: KeyDays(row.latest_day, row.first_day, None, row.readings, row.longest is not None)
        for key, row in by_key.items()
    }
    measured = {key: row for key, row in by_key.items() if days[key].measured}
    if measured:
        given = {
            "latest_days": [row.latest_day for row in measured.values()],
            "first_days": [row.first_day for row in measured.values()],
            "longest": [row.longest for row in measured.values()],
            **arrays.of_keys(measured),
        }
        for type_name, unit, first, read_to in run(db, "reads/measured_days", about | given).all():
            key = Key(type_name, unit)
            days[key] = days[key]._replace(first=first, read_to=read_to)
    return days


def first_day(
    db: Connection, user_id: UUID, matching: Filter, *, costs: bool = False
) -> date | None:
    """The first day that a matching record covers, of those dated up to the filter's end.

    costs: the day on which a meter began at a cost counts, too.
    """
    parameters = {**conditions(db, user_id, matching), "costs": costs}
    day: date | None = run(db, "reads/first_day", parameters).scalar()
    return day


def calendar(
    db: Connection, user_id: UUID, matching: Filter, keys: Iterable[Key], span: Span
) -> dict[Key, list[DayStep]]:
    """The days of `span` with a matching record of each type and unit, in no order."""
    keys = list(keys)
    rows = run(db, "reads/calendar", within(db, user_id, matching, span) | arrays.of_keys(keys))
    return arrays.lists_by_key(rows, DayStep, keys)
