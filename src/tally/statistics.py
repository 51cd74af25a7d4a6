"""What happened in a period, by type and unit: every figure of the dashboard, each defined once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tally.periods import Bucket, Per, Period, Span


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the sum of its values."""

    date: date
    total: Decimal


@dataclass(frozen=True, slots=True)
class Point:
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

    @property
    def over(self) -> bool:
        """Whether its period is over: only then a limit can be called kept."""
        return self.elapsed_days == self.span.days


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
