"""What happened in a period, by type and unit: every figure of the dashboard, each defined once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection

from tally.db.models import Account
from tally.db.queries import DayStep, PeriodTotals
from tally.domain.filters import Filter
from tally.domain.limits import Key
from tally.domain.periods import (
    DAY,
    Bucket,
    Per,
    Period,
    Span,
    bucket_starts,
    calendar_span,
    weekday_counts,
)
from tally.statistics.load import Facts, gather, limit_elapsed, limit_span

MIN_DAYS_TO_PROJECT = 3
MIN_SHARE_TO_PROJECT = Decimal("0.1")

# Sums have up to 24 digits; a quotient must be right to its sixth decimal before it is rounded.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_SIX_DECIMALS = Decimal("0.000001")
_NOTHING = PeriodTotals(Decimal(0), 0, 0, [None] * 7, [], [], [], [], [])


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the sum of its values."""

    date: date
    total: Decimal


class Point(NamedTuple):
    """A bucket of a series: its first day (clipped to the period), sum and number of records."""

    start: date
    total: Decimal
    entries: int


@dataclass(frozen=True, slots=True)
class Series:
    """Every bucket of a span in order, the empty ones too."""

    bucket: Bucket
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sum of an earlier span, and how far this period's total is from it.

    difference: this total minus that one; percent: of that one, None where that is 0.
    """

    span: Span
    total: Decimal
    difference: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit in its own period, of which `elapsed` of `days` days have passed.

    left: below 0 beyond the limit. Shares: 1 is all; share_used is None for a limit of 0.
    """

    value: Decimal
    per: Per
    span: Span
    elapsed_days: int
    used: Decimal
    left: Decimal
    share_used: Decimal | None
    share_elapsed: Decimal


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar; step 0 is a day without a record, 1 to 5 are fifths of the others."""

    date: date
    total: Decimal
    step: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with a record: up to today or yesterday, and the most in the calendar."""

    current: int
    longest: int


@dataclass(frozen=True, slots=True)
class TypeStatistics:
    """All about one (type, unit). Averages have 6 decimals; None means there is no such number.

    highest_days: up to five days with the largest sums, the largest (and earliest) first.
    last_recorded: its latest day up to today, whatever the period.
    weekdays: what an elapsed Monday to Sunday had on average, None where none has elapsed.
    calendar, streak, previous_series: only where the filter names one type. previous_series shows
    all of the previous period, also while this one runs.
    """

    type: str
    unit: str
    total: Decimal
    entries: int
    active_days: int
    per_day: Decimal | None
    per_entry: Decimal | None
    highest_days: tuple[Day, ...]
    previous: Comparison | None
    last_year: Comparison | None
    projection: Decimal | None
    limit: Pace | None
    last_recorded: date | None
    series: Series
    weekdays: tuple[Decimal | None, ...]
    previous_series: Series | None = None
    calendar: tuple[CalendarDay, ...] | None = None
    streak: Streak | None = None

    @property
    def highest_day(self) -> Day | None:
        return self.highest_days[0] if self.highest_days else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a period, most recently used (type, unit) first."""

    period: Period
    types: tuple[TypeStatistics, ...]


def statistics_for(
    db: Connection, user: Account, matching: Filter, today: date, also: tuple[Key, ...] = ()
) -> Statistics:
    """The figures of the filter's period, which is the running month unless it says otherwise.

    also: of a period in which nothing was used, what has figures all the same.
    """
    return compose(gather(db, user, matching, today, also))


def compose(facts: Facts) -> Statistics:
    """Every figure from the facts. Pure."""
    frame = _Frame.of(facts.period)
    types = tuple(_type_statistics(facts, frame, key) for key in facts.latest)
    return Statistics(facts.period, types)


def ratio(numerator: Decimal, denominator: Decimal | int) -> Decimal:
    """Their quotient, rounded half away from zero to 6 decimals."""
    return _EXACT.quantize(_EXACT.divide(numerator, Decimal(denominator)), _SIX_DECIMALS)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same for all types of a period, counted out once."""

    buckets: Sequence[date]
    previous_buckets: Sequence[date]
    weekdays: Sequence[int]
    previous: Span | None
    last_year: Span | None

    @classmethod
    def of(cls, period: Period) -> "_Frame":
        before = period.previous_whole()
        return cls(
            buckets=period.buckets,
            previous_buckets=bucket_starts(before, period.bucket, period.starts) if before else [],
            weekdays=weekday_counts(period.elapsed),
            previous=period.previous(),
            last_year=period.last_year(),
        )


def _type_statistics(facts: Facts, frame: _Frame, key: Key) -> TypeStatistics:
    period, spent = facts.period, facts.used.get(key, _NOTHING)
    before = facts.before.get(key, _NOTHING)
    days = {day.day: day for day in facts.calendar.get(key, ())}
    return TypeStatistics(
        type=key.type,
        unit=key.unit,
        total=spent.total,
        entries=spent.entries,
        active_days=spent.active_days,
        per_day=ratio(spent.total, period.elapsed_days) if period.elapsed_days else None,
        per_entry=ratio(spent.total, spent.entries) if spent.entries else None,
        highest_days=tuple(map(Day, spent.highest_days, spent.highest_totals)),
        previous=_comparison(facts, key, spent.total, frame.previous),
        last_year=_comparison(facts, key, spent.total, frame.last_year),
        projection=_projection(period, spent.total),
        limit=_pace(facts, key),
        last_recorded=facts.latest.get(key),
        series=_series(spent, period.bucket, frame.buckets),
        weekdays=_weekdays(spent.weekday_totals, frame.weekdays),
        previous_series=_series(before, period.bucket, frame.previous_buckets)
        if facts.single and frame.previous_buckets
        else None,
        calendar=_calendar(days, period.anchor) if facts.single else None,
        streak=_streak(days, period) if facts.single else None,
    )


def _comparison(facts: Facts, key: Key, total: Decimal, span: Span | None) -> Comparison | None:
    if span is None:
        return None
    base = facts.sums[key, span]
    difference = total - base
    percent = ratio(difference * 100, base) if base else None
    return Comparison(span, base, difference, percent)


def _projection(period: Period, total: Decimal) -> Decimal | None:
    """What the total will be if the days left are like those elapsed; None when too few are."""
    elapsed, days = period.elapsed_days, period.days
    enough = elapsed >= MIN_DAYS_TO_PROJECT and elapsed >= MIN_SHARE_TO_PROJECT * days
    return ratio(total * days, elapsed) if period.running and enough and elapsed < days else None


def _pace(facts: Facts, key: Key) -> Pace | None:
    limit = facts.limits.get(key)
    if limit is None:
        return None
    span, elapsed = limit_span(facts.period, limit), limit_elapsed(facts.period, limit)
    used = facts.sums[key, elapsed]
    return Pace(
        value=limit.value,
        per=limit.per,
        span=span,
        elapsed_days=elapsed.days,
        used=used,
        left=limit.value - used,
        share_used=ratio(used, limit.value) if limit.value else None,
        share_elapsed=ratio(Decimal(elapsed.days), span.days),
    )


def _series(spent: PeriodTotals, bucket: Bucket, starts: Sequence[date]) -> Series:
    totals = dict(zip(spent.buckets, spent.bucket_totals, strict=True))
    entries = dict(zip(spent.buckets, spent.bucket_entries, strict=True))
    nothing = Decimal(0)
    return Series(
        bucket,
        tuple(
            Point(start, totals.get(number, nothing), entries.get(number, 0))
            for number, start in enumerate(starts, 1)
        ),
    )


def _weekdays(
    totals: Sequence[Decimal | None], counts: Sequence[int]
) -> tuple[Decimal | None, ...]:
    return tuple(
        ratio(total or Decimal(0), count) if count else None
        for total, count in zip(totals, counts, strict=True)
    )


def _calendar(days: Mapping[date, DayStep], anchor: date) -> tuple[CalendarDay, ...]:
    return tuple(
        CalendarDay(day, found.total, found.step)
        if (found := days.get(day))
        else CalendarDay(day, Decimal(0), 0)
        for day in calendar_span(anchor)
    )


def _streak(days: Mapping[date, DayStep], period: Period) -> Streak:
    in_a_row: dict[date, int] = {}
    for day in calendar_span(period.anchor):
        in_a_row[day] = in_a_row.get(day - DAY, 0) + 1 if day in days else 0
    current = in_a_row.get(period.today) or in_a_row.get(period.today - DAY) or 0
    return Streak(current, max(in_a_row.values()))


def to_json(statistics: Statistics) -> dict[str, Any]:
    """The numbers for programs; decimals are texts without exponent."""
    period = statistics.period
    return {
        "period": {
            "from": period.start,
            "to": period.end,
            "today": period.today,
            "running": period.running,
            "elapsed_days": period.elapsed_days,
            "days": period.days,
        },
        "types": [_type_json(one) for one in statistics.types],
    }


def _type_json(one: TypeStatistics) -> dict[str, Any]:
    content: dict[str, Any] = {
        "type": one.type,
        "unit": one.unit,
        "total": one.total,
        "entries": one.entries,
        "active_days": one.active_days,
        "per_day": one.per_day,
        "per_entry": one.per_entry,
        "highest_day": _day_json(one.highest_day) if one.highest_day else None,
        "highest_days": [_day_json(day) for day in one.highest_days],
        "previous": _comparison_json(one.previous),
        "last_year": _comparison_json(one.last_year),
        "projection": one.projection,
        "limit": one.limit
        and {
            "value": one.limit.value,
            "per": one.limit.per,
            "used": one.limit.used,
            "left": one.limit.left,
            "share_used": one.limit.share_used,
            "share_elapsed": one.limit.share_elapsed,
        },
        "last_recorded": one.last_recorded,
        "series": _series_json(one.series),
        "weekdays": one.weekdays,
    }
    if one.calendar is not None and one.streak is not None:
        content["previous_series"] = one.previous_series and _series_json(one.previous_series)
        content["calendar"] = [
            {"date": day.date, "total": day.total, "step": day.step} for day in one.calendar
        ]
        content["streak"] = {"current": one.streak.current, "longest": one.streak.longest}
    return content


def _day_json(day: Day) -> dict[str, Any]:
    return {"date": day.date, "total": day.total}


def _comparison_json(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "from": comparison.span.start,
        "to": comparison.span.end,
        "days": comparison.span.days,
        "total": comparison.total,
        "difference": comparison.difference,
        "percent": comparison.percent,
    }


def _series_json(series: Series) -> dict[str, Any]:
    return {
        "bucket": series.bucket,
        "points": [
            {"from": point.start, "total": point.total, "entries": point.entries}
            for point in series.points
        ],
    }
