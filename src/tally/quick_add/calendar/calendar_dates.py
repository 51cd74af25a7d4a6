"""Dates of the calendar: names of months and weekdays, years left out, bounds. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tally.domain.amounts import Unreadable
from tally.domain.calendar import EARLIEST
from tally.domain.calendar_names import MONTHS, WEEKDAYS
from tally.domain.fields import TOO_EARLY, TOO_LATE
from tally.quick_add.calendar import foreign_dates

MAX_LINE_DAYS = 31
# Four digits after a day and month are certainly a year if it is this close to today.
NEAR_YEARS = 10

NO_SUCH_DAY = "There is no such day. Write a day of the calendar."
VALUE_OR_DAY = "A value or a day? Write {value} for the value, or {day} for the day."


class DayRange(NamedTuple):
    """The first and the last of several days; a single day is both."""

    first: date
    last: date


def _numbered(names: Sequence[str], start: int) -> dict[str, int]:
    """Names in lower case, full and in three letters, with their numbers."""
    return {
        short: number
        for number, name in enumerate(names, start)
        for short in (name.lower(), name[:3].lower())
    }


MONTH_NUMBERS = _numbered(MONTHS, 1) | {"sept": 9}
WEEKDAY_NUMBERS = _numbered(WEEKDAYS, 0) | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

MONTH = f"(?P<month>{'|'.join(MONTH_NUMBERS)})"
WEEKDAY = "|".join(WEEKDAY_NUMBERS)
YEAR = "(?:19|20)[0-9]{2}"
ISO = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"


def as_written(text: str) -> str:
    """`5.10` as a line can have it: `5 oct`."""
    day, month = map(int, text.split("."))
    return f"{day} {MONTHS[month - 1][:3].lower()}"


def check_days(first: date, last: date, today: date, most: int = MAX_LINE_DAYS) -> None:
    """Raises Unreadable for days out of bounds, in the wrong order, or too many."""
    if first < EARLIEST:
        raise Unreadable(TOO_EARLY)
    if last > today + timedelta(days=1):
        raise Unreadable(TOO_LATE)
    if first > last:
        raise Unreadable("The first day comes after the last. Turn them round.")
    if (last - first).days >= most:
        raise Unreadable(f"Several days are {most} at most.")


def latest_weekday(name: str, until: date) -> date:
    """The latest such weekday on or before a day."""
    return until - timedelta(days=(until.weekday() - WEEKDAY_NUMBERS[name]) % 7)


def calendar_day(day: int, month: int, year: str | None, today: date) -> date:
    """The day; without a year the latest such day up to today. Raises ValueError if none exists."""
    if year:
        return date(_full_year(year, today), month, day)
    # Eight years hold a 29 February wherever they lie.
    for candidate in range(today.year, max(today.year - 9, 0), -1):
        try:
            latest = date(candidate, month, day)
        except ValueError:
            continue
        if latest <= today:
            return latest
    raise ValueError


def _full_year(year: str, today: date) -> int:
    """The year; two digits mean the latest such year up to the next one."""
    if len(year) == 4:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) - (100 if century + int(year) > today.year + 1 else 0)


def months_ago(count: int, today: date) -> date:
    """The same day `count` months earlier, or the last of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def last_day_of(month: int) -> int:
    """The number of the last day of a month; of February that of a leap year."""
    return monthrange(2024, month)[1]


def iso_day(text: str) -> date:
    """The day of `2026-10-05` or `2026/10/05`. Raises ValueError where there is no such day."""
    year, month, day = text.replace("/", "-").split("-")
    return date(int(year), int(month), int(day))


def check_short_year(year: str | None, day: date, today: date) -> None:
    """Raises Unreadable for a two-digit year long ago: `1.05.30` may be a duration."""
    if year and len(year) < 4 and day.year < today.year - NEAR_YEARS:
        raise Unreadable(f"Write {day} for that day, or the word in quotes.")


def is_month(text: str) -> bool:
    """Whether a word is the name of a month."""
    return text in MONTH_NUMBERS


def month_named(text: str) -> str:
    """The English short name of the month that a lower-case word names in any language; else ""."""
    name = text.rstrip(".").removeprefix("d'").removeprefix("d’")
    return name if is_month(name) else foreign_dates.MONTHS.get(name, "")
