"""The figures of a period as pages and programs read them, by type and unit. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tally.domain.calendar import Interval
from tally.domain.currencies import sign
from tally.domain.cursor import KeyPlace
from tally.domain.keys import Key
from tally.domain.periods import Period
from tally.domain.prices import Price
from tally.statistics.figures import Comparison, LimitPace
from tally.statistics.known_days import Known, KnownDays
from tally.statistics.money import Cost, CostSum
from tally.statistics.shares import Run


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

    bucket: Interval
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
