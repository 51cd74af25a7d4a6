"""The figures of a period, by type and unit; each figure of the dashboard is defined once, here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection

from tally.db.models import Account
from tally.db.period_queries import NO_TOTALS, DayStep, PeriodTotals
from tally.db.spread_queries import Spread
from tally.domain.currencies import sign
from tally.domain.cursor import KeyPlace
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.periods import (
    DAY,
    Bucket,
    Period,
    Span,
    bucket_ends,
    bucket_starts,
    calendar_span,
)
from tally.domain.prices import Price
from tally.statistics import shares
from tally.statistics.facts import ONLY_TYPES, Facts, Shown
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
from tally.statistics.load import gather
from tally.statistics.money import Cost, CostSum
from tally.statistics.shares import Run

MIN_DAYS_TO_PROJECT = 3
MIN_SHARE_TO_PROJECT = Decimal("0.1")
MIN_RECORDS_TO_PROJECT = 2  # and as many days, unless one covers several


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A day and the sum of its values."""

    date: date
    total: Decimal


class SeriesPoint(NamedTuple):
    """A bucket of a series: its first day (clipped to the period), sum and number of records.

    total: None if none of its days is known. spread: the part of it that comes from records of
    several days. known_days: how many of its elapsed days are known, None if all are.
    """

    start: date
    total: Decimal | None
    entries: int
    spread: Decimal = Decimal(0)
    known_days: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Every bucket of a span in order, the empty ones too."""

    bucket: Bucket
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar; step 0 is a day without a record, 1 to 5 are fifths of the others.

    Only records of one day count; total is None for a day that is not known.
    """

    date: date
    total: Decimal | None
    step: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with a record: up to today or yesterday, and the most in the calendar."""

    current: int
    longest: int


@dataclass(frozen=True, slots=True)
class TypeStatistics:
    """The statistics of a (type, unit). Averages have 6 decimals; None: there is no such number.

    known: which days of the period are known; an average is over those. known_days: of all days.
    highest_days: up to five days with the largest sums, the largest (and earliest) first, counting
    records of one day alone, as weekdays, calendar and streak do.
    last_recorded: its latest day up to today, whatever the period. measured: whether it has
    readings or records of several days; is_read: whether it has readings. spread_entries: how many
    of its entries cover several days.
    weekdays: the average of the known Mondays to Sundays, None where none is known.
    runs: the days of the period that records of several days cover, as they are drawn;
    previous_runs, year_runs: those of the period before and of the 53 weeks of the calendar.
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
    highest_days: tuple[DayTotal, ...]
    previous: Comparison | None
    last_year: Comparison | None
    projection: Decimal | None
    limit: LimitPace | None
    last_recorded: date | None
    known: Known
    known_days: KnownDays
    series: Series
    weekdays: tuple[Decimal | None, ...]
    measured: bool = False
    is_read: bool = False
    spread_entries: int = 0
    runs: tuple[Run, ...] = ()
    previous_runs: tuple[Run, ...] = ()
    year_runs: tuple[Run, ...] = ()
    previous_series: Series | None = None
    calendar: tuple[CalendarDay, ...] | None = None
    streak: Streak | None = None
    cost: Cost | None = None
    currency: str = ""  # of its figures, where they are money instead of amounts

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)

    @property
    def shown_unit(self) -> str:
        """The unit of its figures; for money the sign of the currency."""
        return sign(self.currency) if self.currency else self.unit

    @property
    def shown_limit(self) -> LimitPace | None:
        """Its limit, where that is measured in the unit of its figures."""
        return self.limit if self.limit and self.limit.in_cost == bool(self.currency) else None

    @property
    def highest_day(self) -> DayTotal | None:
        return self.highest_days[0] if self.highest_days else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a period, most recently used (type, unit) first.

    following: where the next page of types begins; type_count: how many have a record on all pages.
    aside: types that are not shown and take part in the sum of costs: those of other pages, those
    without a record in the period that have a base fee or were used in the one before, and hidden
    ones. sums_page: whether the sum is of the page alone, since too many others may take part.
    prices: all of the account, earliest first; None where nobody looked.
    """

    period: Period
    types: tuple[TypeStatistics, ...]
    following: KeyPlace | None = None
    type_count: int = 0
    aside: tuple[TypeStatistics, ...] = ()
    sums_page: bool = False
    cost: CostSum | None = None
    prices: tuple[Price, ...] | None = None

    @property
    def summed(self) -> tuple[TypeStatistics, ...]:
        """The types that the sum of costs is of."""
        return (*self.types, *self.aside)


def statistics_for(
    db: Connection,
    user: Account,
    matching: Filter,
    today: date,
    shown: Shown = ONLY_TYPES,
) -> Statistics:
    """The figures of the filter's period, which is the running month unless it says otherwise."""
    return compose(gather(db, user, matching, today, shown))


def compose(facts: Facts) -> Statistics:
    """Every figure from the facts. Pure."""
    frame = _Frame.of(facts.period)
    of_all = {key: _type_statistics(facts, frame, key) for key in facts.days}
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


class _Frame(NamedTuple):
    """The buckets and the earlier spans of a period, worked out once for all its types."""

    buckets: _Buckets
    previous_buckets: _Buckets
    previous: Span | None
    last_year: Span | None

    @classmethod
    def of(cls, period: Period) -> "_Frame":
        before = period.previous_whole()
        return cls(
            buckets=_Buckets.of(period.elapsed, period),
            previous_buckets=_Buckets.of(before, period),
            previous=before,
            last_year=period.last_year_whole(),
        )


def _type_statistics(facts: Facts, frame: _Frame, key: Key) -> TypeStatistics:
    period, known_days = facts.period, facts.known[key]
    spent, spread = facts.used.get(key, NO_TOTALS), facts.spread.get(key, [])
    known = known_days.within(period.elapsed)
    series = _series(spent, spread, period.bucket, frame.buckets, known_days)
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
        previous=_comparison(facts, key, total, known, frame.previous),
        last_year=_comparison(facts, key, total, known, frame.last_year),
        projection=projected(period, total, known, known_days)
        if spread_entries or min(entries, active_days) >= MIN_RECORDS_TO_PROJECT
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
        previous_series=_series(
            facts.before.get(key, NO_TOTALS),
            facts.before_spread.get(key, []),
            period.bucket,
            frame.previous_buckets,
            known_days,
        )
        if facts.single and frame.previous_buckets.starts
        else None,
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


def projected(
    period: Period, total: Decimal, known: Known, known_days: KnownDays
) -> Decimal | None:
    """The total to expect if the other days are like the known ones; None with too few of these.

    A period that ends today has no estimate: no day of it is to come.
    """
    if not period.running or period.end == period.today:
        return None
    days = projected_days(period, known_days)
    enough = known.days >= MIN_DAYS_TO_PROJECT and known.days >= MIN_SHARE_TO_PROJECT * days
    return ratio(total * days, known.days) if enough and known.days < days else None


def projected_days(period: Period, known_days: KnownDays) -> int:
    """The number of days that a projection covers: those from the first known day on."""
    if period.start is None or known_days.first is None:
        return 0
    return (period.end - max(period.start, known_days.first)).days + 1


def _pace(facts: Facts, key: Key) -> LimitPace | None:
    limit = facts.limits.get(key)
    if limit is None or limit.in_cost:  # Costs come later: see `costs`.
        return None
    used = facts.sums[key, limit_elapsed(facts.period, limit)] or Decimal(0)
    return limit_pace(facts.period, limit, facts.known[key], used)


def _series(
    spent: PeriodTotals,
    spread: Sequence[Spread],
    bucket: Bucket,
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
