"""The figures of a period from its facts; each figure of the dashboard is defined once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tally.db.period_queries import NO_TOTALS, DayStep, PeriodTotals
from tally.db.spread_queries import Spread
from tally.domain.calendar import DAY, Interval, Span, bucket_ends, bucket_starts, calendar_span
from tally.domain.keys import Key
from tally.domain.periods import Period
from tally.statistics import shares
from tally.statistics.facts import Facts
from tally.statistics.figures import (
    Comparison,
    LimitPace,
    compared_span,
    comparison,
    limit_elapsed,
    limit_pace,
    ratio,
)
from tally.statistics.known_days import Known, KnownDays
from tally.statistics.projection import enough_records, projected
from tally.statistics.shares import Run
from tally.statistics.type_statistics import (
    CalendarDay,
    DayTotal,
    Series,
    SeriesPoint,
    Statistics,
    Streak,
    TypeStatistics,
)


def compose(facts: Facts) -> Statistics:
    """Every figure from the facts."""
    spans = _PeriodSpans.of(facts.period)
    of_all = {key: _type_statistics(facts, spans, key) for key in facts.days}
    types = tuple(one for key, one in of_all.items() if key not in facts.aside)
    aside = tuple(one for key, one in of_all.items() if key in facts.aside)
    return Statistics(facts.period, types, facts.following, facts.type_count, aside, facts.too_many)


class _Buckets(NamedTuple):
    """The buckets of a span, and the last elapsed day of each."""

    starts: Sequence[date]
    ends: Sequence[date]

    @classmethod
    def of(cls, span: Span | None, period: Period) -> "_Buckets":
        if span is None:
            return cls([], [])
        starts = bucket_starts(span, period.bucket, period.starts)
        return cls(starts, bucket_ends(starts, span.end))


class _PeriodSpans(NamedTuple):
    """The buckets and the earlier spans of a period, worked out once for all its types."""

    buckets: _Buckets
    previous_buckets: _Buckets
    previous: Span | None
    last_year: Span | None

    @classmethod
    def of(cls, period: Period) -> "_PeriodSpans":
        before = period.previous_whole()
        return cls(
            buckets=_Buckets.of(period.elapsed, period),
            previous_buckets=_Buckets.of(before, period),
            previous=before,
            last_year=period.last_year_whole(),
        )


def _type_statistics(facts: Facts, spans: _PeriodSpans, key: Key) -> TypeStatistics:
    period, known_days = facts.period, facts.known[key]
    spent, spread = facts.used.get(key, NO_TOTALS), facts.spread.get(key, [])
    known = known_days.within(period.elapsed)
    series = _series(spent, spread, period.bucket, spans.buckets, known_days)
    total = sum((point.total for point in series.points if point.total), Decimal(0))
    spread_entries = sum(row.begun for row in spread)
    entries = spent.entries + spread_entries
    active_days = facts.active.get(key, spent.active_days) if spread else spent.active_days
    drawn = _Drawn.of(facts, key)
    days = {day.day: day for day in facts.calendar.get(key, ())}
    return TypeStatistics(
        type=key.type,
        unit=key.unit,
        total=total,
        entries=entries,
        active_days=active_days,
        per_day=ratio(total, known.days) if known.days else None,
        per_entry=ratio(total, entries) if entries else None,
        highest_days=tuple(map(DayTotal, spent.highest_days, spent.highest_totals)),
        previous=_comparison(facts, key, total, known, spans.previous),
        last_year=_comparison(facts, key, total, known, spans.last_year),
        projection=projected(period, total, known, known_days)
        if enough_records(entries, active_days, spread_entries)
        else None,
        limit=_pace(facts, key),
        last_recorded=facts.days[key].latest,
        known=known,
        known_days=known_days,
        series=series,
        weekdays=_weekdays(spent.weekday_totals, known_days.weekdays(period.elapsed)),
        measured=facts.days[key].measured,
        is_read=facts.days[key].readings,
        spread_entries=spread_entries,
        runs=drawn.now,
        previous_runs=drawn.before,
        year_runs=drawn.year,
        previous_series=_previous_series(facts, spans, key),
        calendar=_calendar(days, period.anchor, known_days) if facts.single else None,
        streak=_streak(days, period) if facts.single else None,
    )


class _Drawn(NamedTuple):
    """The runs of a (type, unit) in the period, in the one before, and in 53 weeks."""

    now: tuple[Run, ...] = ()
    before: tuple[Run, ...] = ()
    year: tuple[Run, ...] = ()

    @classmethod
    def of(cls, facts: Facts, key: Key) -> "_Drawn":
        covering, period = facts.covering.get(key), facts.period
        if not covering:
            return cls()

        def runs(span: Span | None) -> tuple[Run, ...]:
            return tuple(shares.runs(covering, span)) if span else ()

        by_day = period.bucket == "day"
        return cls(
            runs(period.elapsed) if by_day else (),
            runs(period.previous_whole()) if by_day and facts.single else (),
            runs(calendar_span(period.anchor)) if facts.single else (),
        )


def _comparison(
    facts: Facts, key: Key, total: Decimal, known: Known, earlier: Span | None
) -> Comparison | None:
    span = compared_span(facts.period, known, earlier) if earlier else None
    if span is None:
        return None
    known_days = facts.known[key].within(span).days
    base = facts.sums[key, span]
    compared = comparison(total, base or Decimal(0), span, known_days)
    return replace(compared, is_noted=base is not None)


def _pace(facts: Facts, key: Key) -> LimitPace | None:
    limit = facts.limits.get(key)
    if limit is None or limit.in_cost:  # Costs come later: see `costs`.
        return None
    used = facts.sums[key, limit_elapsed(facts.period, limit)] or Decimal(0)
    return limit_pace(facts.period, limit, facts.known[key], used)


def _series(
    spent: PeriodTotals,
    spread: Sequence[Spread],
    bucket: Interval,
    buckets: _Buckets,
    known_days: KnownDays,
) -> Series:
    totals = dict(zip(spent.buckets, spent.bucket_totals, strict=True))
    entries = dict(zip(spent.buckets, spent.bucket_entries, strict=True))
    parts: Sequence[Decimal] = ()
    if spread:
        parts = shares.parts(spread, len(buckets.starts))
        for row in spread:
            if row.bucket:
                entries[row.bucket] = entries.get(row.bucket, 0) + row.touching
    nothing = Decimal(0)
    points = []
    for number, (start, end) in enumerate(zip(*buckets, strict=True), 1):
        count, known = entries.get(number, 0), known_days.count(start, end)
        part = parts[number - 1] if parts else nothing
        total = totals.get(number, nothing) + part if count or known else None
        partly = None if known == (end - start).days + 1 or total is None else known
        points.append(SeriesPoint(start, total, count, part, partly))
    return Series(bucket, tuple(points))


def _previous_series(facts: Facts, spans: _PeriodSpans, key: Key) -> Series | None:
    """The series of the whole previous period; only where the filter names one type."""
    if not facts.single or not spans.previous_buckets.starts:
        return None
    return _series(
        facts.before.get(key, NO_TOTALS),
        facts.before_spread.get(key, []),
        facts.period.bucket,
        spans.previous_buckets,
        facts.known[key],
    )


def _weekdays(
    totals: Sequence[Decimal | None], counts: Sequence[int]
) -> tuple[Decimal | None, ...]:
    return tuple(
        ratio(total or Decimal(0), count) if count else None
        for total, count in zip(totals, counts, strict=True)
    )


def _calendar(
    days: Mapping[date, DayStep], anchor: date, known_days: KnownDays
) -> tuple[CalendarDay, ...]:
    return tuple(
        CalendarDay(day, noted.total, noted.step)
        if (noted := days.get(day))
        else CalendarDay(day, Decimal(0) if known_days.count(day, day) else None, 0)
        for day in calendar_span(anchor)
    )


def _streak(days: Mapping[date, DayStep], period: Period) -> Streak:
    in_a_row: dict[date, int] = {}
    for day in calendar_span(period.anchor):
        in_a_row[day] = in_a_row.get(day - DAY, 0) + 1 if day in days else 0
    current = in_a_row.get(period.today) or in_a_row.get(period.today - DAY) or 0
    return Streak(current, max(in_a_row.values()))
