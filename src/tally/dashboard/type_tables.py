"""The numbers behind the charts of a type's page, as tables. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, zip_longest
from typing import TypeVar

from tally.charts.series import Point
from tally.dashboard import phrases
from tally.dashboard.named_buckets import NamedBuckets
from tally.dashboard.period_before import Past
from tally.domain.formatting import WEEKDAYS, Words
from tally.statistics import compute
from tally.statistics.compute import CalendarDay, TypeStatistics

T = TypeVar("T")

WEEKDAY_NAMES = tuple(name[:3] for name in WEEKDAYS)
BUCKET_NAMES = {"day": "Day", "week": "Week", "month": "Month", "year": "Year"}


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart; a row: its link (or "") and its cells."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def series_table(
    one: TypeStatistics,
    buckets: NamedBuckets,
    points: Sequence[Point],
    now: str,
    past: Past,
    say: Words,
) -> Table:
    """The sum and the number of records of each bucket, beside the sums of the period before."""
    rows = []
    for i, (name, point) in enumerate(zip_longest(_row_names(buckets, past), one.series.points)):
        cells = [name, *_cells(point, one, say)]
        if past.name:
            cells.append(past.cell(i, one, say))
        rows.append((points[i].href if point and point.entries else "", tuple(cells)))
    head = (BUCKET_NAMES[buckets.size], now, "Records", *filter(None, [past.name]))
    return Table(f"{one.type}, sums by {buckets.size}", head, tuple(rows))


def _cells(point: compute.SeriesPoint | None, one: TypeStatistics, say: Words) -> tuple[str, str]:
    if point is None or (point.total is None and not point.entries):
        return "", ""
    return phrases.bucket(point.total, one, say), str(point.entries)


def _row_names(buckets: NamedBuckets, past: Past) -> list[str]:
    """The buckets of this period, and those by which the one before is longer."""
    return [*buckets.names, *past.names[len(buckets.names) :]]


def sums_so_far(one: TypeStatistics) -> list[Decimal | None]:
    """The running totals of this period, up to the last bucket of which anything is known.

    None at a bucket of which nothing is known; the sum goes on behind it.
    """
    totals = [point.total for point in one.series.points]
    while totals and totals[-1] is None:
        totals.pop()
    sums = accumulate(total or Decimal(0) for total in totals)
    return [None if total is None else so_far for total, so_far in zip(totals, sums, strict=True)]


def running_table(
    one: TypeStatistics, buckets: NamedBuckets, now: str, past: Past, say: Words
) -> Table:
    """The running total up to the end of each bucket, beside that of the period before."""
    rows = []
    both = zip_longest(sums_so_far(one), past.known_sums)
    for name, sums in zip(_row_names(buckets, past), both, strict=False):
        cells = ["" if value is None else phrases.amount(value, one, say) for value in sums]
        rows.append(("", (name, *cells[: 2 if past.name else 1])))
    head = ("Up to", now, *filter(None, [past.name]))
    return Table(f"{one.type}, running total", head, tuple(rows))


def weekday_table(one: TypeStatistics, say: Words) -> Table:
    """The average amount of each weekday."""
    rows = tuple(
        ("", (name, "" if value is None else say.rough(value, 3)))
        for name, value in zip(
            from_first(WEEKDAYS, say), from_first(one.weekdays, say), strict=True
        )
    )
    return Table(f"{one.type}, average of each weekday", ("Weekday", "Per day"), rows)


def calendar_table(
    one: TypeStatistics, days: Sequence[CalendarDay], first_week: date, say: Words
) -> Table:
    """The sum of each day of 53 weeks: one row a week, one column a weekday.

    first_week: the first day of the week that holds the first of the days.
    """
    known = (day.total if day.step else None for day in days)
    cells = [""] * (days[0].date - first_week).days
    cells += ["" if total is None else say.number(total) for total in known]
    cells += [""] * (-len(cells) % 7)
    rows = []
    for begin in range(0, len(cells), 7):
        week = first_week + timedelta(days=begin)
        rows.append(("", (say.span(week, week), *cells[begin : begin + 7])))
    head = ("Week from", *from_first(WEEKDAY_NAMES, say))
    return Table(f"{one.type}, 53 weeks", head, tuple(rows))


def from_first(of_weekdays: Sequence[T], say: Words) -> tuple[T, ...]:
    """Values in the order from Monday, reordered from the first day of the account's week on."""
    first = say.starts.weekday
    return (*of_weekdays[first:], *of_weekdays[:first])
