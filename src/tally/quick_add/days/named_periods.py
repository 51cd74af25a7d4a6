"""Named periods: `oct`, `2026-10`, `q3 2025`, `w45`, `2025`, `last month`, `yesterday`. Pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from tally.domain.amounts import Unreadable
from tally.domain.calendar import DAY, USUAL_STARTS, CalendarUnit, Starts, containing
from tally.domain.fields import MAX_DAYS
from tally.quick_add.calendar.calendar_dates import (
    MONTH,
    MONTH_NUMBERS,
    NO_SUCH_DAY,
    YEAR,
    DayRange,
    check_days,
)

CALENDAR_UNITS: dict[str, CalendarUnit] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}


def days_of_period(text: str, today: date, starts: Starts) -> DayRange | None:
    """The days of a period by its lower-case name; None for any other text.

    A running period ends today. Raises Unreadable with a sentence for a period that does not exist,
    or is out of bounds.
    """
    for pattern, period in _NAMED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            days = period(match, today, starts)
        except (ValueError, OverflowError):
            raise Unreadable(NO_SUCH_DAY) from None
        check_days(*days, today, MAX_DAYS)
        return days
    return None


def _month(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """The calendar month of that name; without a year the latest one that has begun."""
    month, years = MONTH_NUMBERS[match["month"]], _years(match, today)
    return _latest("month", [date(year, month, 1) for year in years], today)


def _iso_month(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """The account's month, as `2026-10` is on every page."""
    first = date(int(match[1]), int(match[2]), starts.month_day)
    return _latest("month", [first], today, starts)


def _quarter(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """The account's quarter."""
    month = int(match["quarter"]) * 3 - 2
    years = _years(match, today)
    firsts = [date(year, month, starts.month_day) for year in years]
    return _latest("quarter", firsts, today, starts)


def _year(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """The account's year."""
    return _latest("year", [date(int(match[0]), 1, starts.month_day)], today, starts)


def _week(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """The account's week that holds the Thursday of the ISO week."""
    number = int(match["week"])
    # The first week of a year may begin in the one before.
    years = _years(match, today)
    years = years if len(years) == 1 else [today.year + 1, *years]
    # A week 53 is only in some of them; 28 December is in the last of its year.
    with_it = [year for year in years if number <= date(year, 12, 28).isocalendar().week]
    if not with_it:
        raise ValueError
    thursdays = [date.fromisocalendar(year, number, 4) for year in with_it]
    return _latest("week", thursdays, today, starts)


def _years(match: re.Match[str], today: date) -> list[int]:
    """The years that may be meant, the latest first."""
    written = match["before"] or match["after"]
    return [int(written)] if written else [today.year, today.year - 1]


def _latest(
    unit: CalendarUnit, days: Sequence[date], today: date, starts: Starts = USUAL_STARTS
) -> DayRange:
    """The latest period of these days that has begun, up to today if it still runs."""
    spans = [containing(unit, day, starts) for day in days]
    span = next((span for span in spans if span.start <= today), spans[-1])
    return DayRange(span.start, max(span.start, min(span.end, today)))


def _period(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    """`last month`, `this week`: the account's own."""
    unit = CALENDAR_UNITS[match["unit"]]
    this = containing(unit, today, starts)
    if match["which"] == "this":
        return DayRange(this.start, today)
    last = containing(unit, this.start - DAY, starts)
    return DayRange(last.start, last.end)


def _one_day(match: re.Match[str], today: date, starts: Starts) -> DayRange:
    day = today - timedelta(days=match[0] == "yesterday")
    return DayRange(day, day)


def _with_year(period: str) -> str:
    """The pattern of a period with its year on one side of it or none: `2025-q3`, `q3 2025`."""
    return rf"(?!.* .* )(?:(?P<before>[0-9]{{4}})[- ])?{period}(?: (?P<after>[0-9]{{4}}))?"


_NAMED = tuple(
    (re.compile(pattern), period)
    for pattern, period in (
        (_with_year(MONTH), _month),
        (r"([0-9]{4})-(0?[1-9]|1[0-2])", _iso_month),
        (_with_year("q(?P<quarter>[1-4])"), _quarter),
        (_with_year("w(?P<week>[0-9]{1,2})"), _week),
        (YEAR, _year),
        (rf"(?P<which>last|this)[- ](?P<unit>{'|'.join(CALENDAR_UNITS)})", _period),
        ("today|yesterday", _one_day),
    )
)
