"""The days of a type on its page: the average of each weekday, and 53 weeks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from tally.charts.rounding import rounded_average, short
from tally.charts.weekdays import WeekdayBar, weekday_bars
from tally.charts.weeks import DrawnDay, Weeks, calendar
from tally.dashboard.chart_parts import chart_names
from tally.dashboard.chart_parts.number_table import NumberTable, TableRow
from tally.domain.calendar import containing
from tally.domain.calendar_names import WEEKDAYS, short_month
from tally.domain.formatting import Formatter
from tally.statistics.type_statistics import CalendarDay, TypeStatistics

T = TypeVar("T")

_SHORT_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)


@dataclass(frozen=True, slots=True)
class WeekdaysView:
    """The average amount of each weekday; unit: of an average, in words."""

    unit: str
    name: str
    bars: tuple[WeekdayBar, ...]
    table: NumberTable


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The days of 53 weeks as squares, in the order of the account's week.

    first_day: of the first week. spread: whether bills or readings cover days as well.
    """

    weeks: tuple[Weeks, ...]
    name: str
    weekday_names: tuple[str, ...]
    first_day: str
    spread: bool
    table: NumberTable


def weekdays_view(one: TypeStatistics, formatter: Formatter) -> WeekdaysView:
    """The weekdays of a type, from the first day of the account's week on."""
    averages = _from_first(one.weekdays, formatter)
    return WeekdaysView(
        unit=_weekday_unit(one),
        name=chart_names.weekday_name(one, formatter),
        bars=weekday_bars(
            averages,
            _from_first(_SHORT_WEEKDAYS, formatter),
            lambda value: short(rounded_average(value), formatter.number),
        ),
        table=NumberTable(
            f"{one.type}, average of each weekday",
            ("Weekday", "Per day"),
            tuple(
                TableRow("", (name, "" if value is None else formatter.rough(value, 3)))
                for name, value in zip(_from_first(WEEKDAYS, formatter), averages, strict=True)
            ),
        ),
    )


def calendar_view(one: TypeStatistics, today: date, formatter: Formatter) -> CalendarView | None:
    """The 53 weeks of a type; None without a day of them."""
    days = one.calendar
    if not days:
        return None
    first_week = containing("week", days[0].date, formatter.starts).start
    drawn = [
        DrawnDay(
            step=day.step,
            today=day.date == today,
            month=short_month(day.date) if day.date.day == 1 else "",
            year=str(day.date.year) if day.date.month == 1 else "",
        )
        for day in days
    ]
    return CalendarView(
        weeks=calendar(drawn, (days[0].date - first_week).days),
        name=chart_names.calendar_name(one, formatter),
        weekday_names=_from_first(_SHORT_WEEKDAYS, formatter),
        first_day=first_week.isoformat(),
        spread=one.spread_entries > 0 or bool(one.year_runs),
        table=_calendar_table(one, days, first_week, formatter),
    )


def _weekday_unit(one: TypeStatistics) -> str:
    """`kWh a day`, with a note that only records of one day count, if there are longer ones."""
    unit = f"{one.unit} a day".strip()
    return f"{unit}, from records of one day" if one.spread_entries else unit


def _calendar_table(
    one: TypeStatistics, days: Sequence[CalendarDay], first_week: date, formatter: Formatter
) -> NumberTable:
    """The sum of each day of 53 weeks: one row a week, one column a weekday.

    first_week: the first day of the week that holds the first of the days.
    """
    known = (day.total if day.step else None for day in days)
    cells = [""] * (days[0].date - first_week).days
    cells += ["" if total is None else formatter.number(total) for total in known]
    cells += [""] * (-len(cells) % 7)
    rows = []
    for begin in range(0, len(cells), 7):
        week = first_week + timedelta(days=begin)
        rows.append(TableRow("", (formatter.span(week, week), *cells[begin : begin + 7])))
    head = ("Week from", *_from_first(_SHORT_WEEKDAYS, formatter))
    return NumberTable(f"{one.type}, 53 weeks", head, tuple(rows))


def _from_first(of_weekdays: Sequence[T], formatter: Formatter) -> tuple[T, ...]:
    """Values in the order from Monday, reordered from the first day of the account's week on."""
    first = formatter.starts.weekday
    return (*of_weekdays[first:], *of_weekdays[:first])
