"""The statements in `sql/reads/` that statistics are made from as typed functions, `user_id` first.

They add up the records of a period: sums, days and costs by type and unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from tally.db import arrays
from tally.db.queries import MAX_USED, conditions
from tally.db.sql import run
from tally.domain.cursor import KeyPlace
from tally.domain.fields import MAX_DAYS
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.periods import Buckets, Span
from tally.domain.prices import PaidBefore


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


class Unread(NamedTuple):
    """The number of days of a span that matching records cover, and its unread stretches."""

    covered: int
    stretches: list[Span]


class Spread(NamedTuple):
    """The part of records of several days in one bucket; bucket 0 is the days before the first one.

    ended: the values of those that end in it; crossing: of those that go on, their share up to its
    end, to 40 decimals; touching: the number of records that cover a day of it; begun: the
    number of these that cover no day of an earlier bucket but 0.
    """

    bucket: int
    ended: Decimal
    crossing: Decimal
    touching: int
    begun: int


class SpreadSum(NamedTuple):
    """The part of records of several days in one span of days: see sql/reads/spread_sums.sql."""

    ended: Decimal
    before: Decimal
    beyond: Decimal


class Covering(NamedTuple):
    """Records of one (type, unit) that cover the same several days, the last of them `last`.

    reading: the meter's figure, where they are a single record with one.
    """

    last: date
    days: int
    total: Decimal
    entries: int
    reading: Decimal | None = None

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)


def period(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    keys: Iterable[Key] | None = None,
    most: int = MAX_USED,
    *,
    costs: bool = False,
) -> tuple[dict[Key, PeriodTotals], int | None]:
    """The totals of records of one day in the span of `buckets`, by type and unit.

    keys: the types and units to total; None: those with such a record, at most `most`, and with
    `costs` those with a meter that began at a cost, which have NO_TOTALS. The second value is the
    number of days of the user's longest record, None if all cover one day or nothing matches.
    """
    rows = run(
        db,
        "reads/period",
        _matching(db, user_id, matching, buckets.span)
        | {"bucket_starts": list(buckets.starts), "most": most, "costs": costs}
        | arrays.of_keys_or_any(keys),
    )
    totals: dict[Key, PeriodTotals] = {}
    most_days: int | None = None
    for type_name, unit, longest, *figures in rows:
        most_days = longest
        # A type that was asked for may have no record of one day.
        if figures[1]:
            totals[Key(type_name, unit)] = PeriodTotals(*figures)
        elif keys is None:
            totals[Key(type_name, unit)] = NO_TOTALS
    return totals, most_days


class KeyPage(NamedTuple):
    """A page of keys by their latest use up to `today`: at most `most`, behind `after`."""

    today: date
    after: KeyPlace | None
    most: int


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

    costs: those with a meter that began in `span` at a cost are included.
    """
    after = page.after
    rows = run(
        db,
        "reads/keys_in_span",
        _reaching(db, user_id, matching, span, longest)
        | {
            "today": page.today,
            "after_day": after and after.day,
            "after_time": after and after.created_at,
            "after_type": after and after.type,
            "after_unit": after and after.unit,
            "most": page.most,
            "costs": costs,
        },
    ).all()
    places = [KeyPlace(day, time, type_name, unit) for type_name, unit, day, time, _ in rows]
    return places, rows[0].all_of_them if rows else 0


def spread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    longest: int,
    keys: Iterable[Key] | None = None,
    most: int = MAX_USED,
) -> dict[Key, list[Spread]]:
    """The part of records of several days in each of the buckets, by type and unit.

    longest: the most days that such a record covers. keys: the types and units to look at; None:
    those with such a record, at most `most`.
    """
    following = buckets.span.end + timedelta(days=1)
    rows = run(
        db,
        "reads/spread",
        _reaching(db, user_id, matching, buckets.span, longest)
        | {
            "bucket_starts": [*buckets.starts, following],
            "most": most,
            **arrays.of_keys_or_any(keys),
        },
    )
    return arrays.lists_by_key(rows, Spread)


def spread_sums(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
) -> dict[tuple[Key, Span], SpreadSum]:
    """The part of records of several days in the span of each type and unit."""
    about = _matching(db, user_id, matching, None) | arrays.of_spans(spans)
    rows = run(db, "reads/spread_sums", about)
    return {
        (Key(type_name, unit), Span(start, end)): SpreadSum(*columns)
        for type_name, unit, start, end, *columns in rows
    }


def covering(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    keys: Iterable[Key],
    span: Span,
    most: int,
) -> dict[Key, list[Covering]]:
    """The records of each type and unit that cover several days, with at least one in `span`.

    Records of the same days are one entry. The latest come first, at most `most`.
    """
    rows = run(
        db,
        "reads/covering",
        _reaching(db, user_id, matching, span) | arrays.of_keys(keys) | {"most": most},
    )
    return arrays.lists_by_key(rows, Covering)


def unread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
    read_to: Mapping[Key, date],
) -> dict[tuple[Key, Span], Unread]:
    """The unread stretches of each type and unit's span, up to the day to which it is read."""
    spans = list(spans)
    rows = run(
        db,
        "reads/unread",
        _matching(db, user_id, matching, None)
        | {"read_to": [read_to[key] for key, _ in spans]}
        | arrays.of_spans(spans),
    )
    return {
        (Key(type_name, unit), Span(start, end)): Unread(covered, list(map(Span, firsts, lasts)))
        for type_name, unit, start, end, covered, firsts, lasts in rows
    }


def sums(
    db: Connection, user_id: UUID, matching: Filter, spans: Iterable[tuple[Key, Span]]
) -> dict[tuple[Key, Span], Decimal]:
    """The sum of matching records of one day of each type and unit in its span; 0 without any."""
    rows = run(db, "reads/sums", _matching(db, user_id, matching, None) | arrays.of_spans(spans))
    return {
        (Key(type_name, unit), Span(start, end)): total
        for type_name, unit, start, end, total in rows
    }


def costed_keys(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    span: Span,
    money_units: Sequence[str],
    most: int,
) -> tuple[list[Key], list[dict[str, Any]]]:
    """The types and units whose records in a span have a cost or a price, and all prices.

    Types that are kept in one of `money_units` are included. Of more than `most` any `most` are
    returned.
    """
    rows = run(
        db,
        "reads/costed_keys",
        _reaching(db, user_id, matching, span) | {"money_units": list(money_units), "most": most},
    ).all()
    keys = [Key(type_name, unit) for type_name, unit, _ in rows if type_name is not None]
    return sorted(keys), rows[0].prices if rows else []


def costs(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
) -> tuple[dict[Key, dict[date, PaidBefore]], list[dict[str, Any]]]:
    """Running sums of what matching records cost, and all prices as they are stored.

    Each (type, unit) has them before the first day of each of its spans, before the day after its
    last, and before each day between on which a price of the unit begins. Shares of records of
    several days have 40 decimals; `prices.rounded` makes exact sums of them.
    """
    rows = run(db, "reads/costs", _matching(db, user_id, matching, None) | arrays.of_spans(spans))
    stored: list[dict[str, Any]] = []
    paid: dict[Key, dict[date, PaidBefore]] = {}
    for type_name, unit, day, *before, prices in rows:
        stored = stored or prices or []
        paid.setdefault(Key(type_name, unit), {})[day] = PaidBefore(*before)
    return paid, stored


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
    keys = {**conditions(db, user_id, matching), "costs": costs}
    day: date | None = run(db, "reads/first_day", keys).scalar()
    return day


def calendar(
    db: Connection, user_id: UUID, matching: Filter, keys: Iterable[Key], span: Span
) -> dict[Key, list[DayStep]]:
    """The days of `span` with a matching record of each type and unit, in no order."""
    keys = list(keys)
    rows = run(db, "reads/calendar", _matching(db, user_id, matching, span) | arrays.of_keys(keys))
    return arrays.lists_by_key(rows, DayStep, keys)


def _matching(
    db: Connection, user_id: UUID, matching: Filter, span: Span | None
) -> dict[str, object]:
    """The conditions of a filter with other days than its own."""
    return {
        **conditions(db, user_id, matching),
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def _reaching(
    db: Connection, user_id: UUID, matching: Filter, span: Span, longest: int = MAX_DAYS
) -> dict[str, object]:
    """The filter's conditions for records that cover any day of a span, `longest` days at most."""
    end = min(span.end, date.max - timedelta(days=longest)) + timedelta(days=longest)
    return {
        **conditions(db, user_id, matching),
        "start": span.start,
        "end": end,
        "last_day": span.end,
    }
