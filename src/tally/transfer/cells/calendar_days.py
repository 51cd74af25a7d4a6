"""The days that a date means in each order of day, month and year. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from tally.domain.calendar_names import month_name
from tally.domain.text import quoted
from tally.transfer.cells.names import WEEKS, month_of, plain_letters

Order = Literal["day-first", "month-first", "year-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first", "year-first")

# A year of two digits lies at most this far back.
YEARS_BACK = 80

NOT_A_DATE = "{} is no date. Write it as year-month-day, such as 2026-10-05."

_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/. 年]\s?(\d{1,2})\s?[-/. 月]\s?(\d{1,2})[.日]?", re.ASCII)
_TRIPLE = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?", re.ASCII)
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(
    r"((?:19|20)\d{2})[-/. ](\d{1,2})|(\d{1,2})[-/. ]((?:19|20)\d{2})|((?:19|20)\d{2})(\d{2})",
    re.ASCII,
)
YEAR = re.compile(r"(?:19|20)\d{2}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?[wW](\d{2})(?:-?([1-7]))?", re.ASCII)
# `KW 40 2026`, `40. KW 2026`, `2026 week 40`.
_OF_WEEK = rf"(?:{'|'.join(sorted(WEEKS, key=len, reverse=True))})\.?"
_NAMED_WEEK = re.compile(
    rf"(?:{_OF_WEEK}[ -]*(\d{{1,2}})|(\d{{1,2}})\.? ?{_OF_WEEK})[ ,/.-]*((?:19|20)\d\d)"
    rf"|((?:19|20)\d\d)[ ,/.-]*(?:{_OF_WEEK}[ -]*(\d{{1,2}})|(\d{{1,2}})\.? ?{_OF_WEEK})"
)
_QUARTER = re.compile(r"(\d{4})[- /]?[qQ]([1-4])|[qQ]([1-4])[- /]?(\d{4})", re.ASCII)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|e|:a|:e)\b")
_OF = frozenset(("de", "of", "del", "den", "the", "le", "d", "г", "года", "r", "el"))

_DAYS_AND_MONTHS: dict[Order, tuple[int, int, int]] = {
    # Where the year, the month and the day stand.
    "day-first": (2, 1, 0),
    "month-first": (2, 0, 1),
    "year-first": (0, 1, 2),
}


def orders_left_open(text: str) -> tuple[Order, ...]:
    """The orders of day, month and year that the form of a text allows."""
    triple = _TRIPLE.fullmatch(text)
    if triple is None:
        compact = _COMPACT.fullmatch(text)
        is_open = compact and compact[1] not in ("19", "20") and compact[3] in ("19", "20")
        return ("day-first", "month-first") if is_open else ()
    if triple[2] == ".":
        return ("day-first",) if len(triple[4]) == 4 else ("day-first", "year-first")
    if len(triple[4]) == 4 or len(triple[1]) == 1:
        return "day-first", "month-first"
    return ORDERS


def readings_of(text: str, today: date) -> Iterator[tuple[Order, tuple[date, date]]]:
    """Each order in which the text is an existing day, month or year, with its days."""
    triple = _TRIPLE.fullmatch(text)
    if triple is not None:
        numbers: Sequence[str] = (triple[1], triple[3], triple[4])
    elif orders := orders_left_open(text):
        numbers = (text[:2], text[2:4], text[4:])
    else:
        days = _only_reading(text, today)
        if days is not None:
            yield "year-first", days
        return
    for order in orders if triple is None else orders_left_open(text):
        year, month, day = (numbers[place] for place in _DAYS_AND_MONTHS[order])
        full = _full_year(year, today)
        if full is not None:
            existing = _days(full, int(month), int(day))
            if existing is not None:
                yield order, existing


def _only_reading(text: str, today: date) -> tuple[date, date] | None:
    """The days of a text that is the same in every order."""
    if match := _YEAR_FIRST.fullmatch(text):
        return _days(int(match[1]), int(match[2]), int(match[3]))
    if match := _COMPACT.fullmatch(text):
        return _days(int(text[:4]), int(text[4:6]), int(text[6:]))
    if match := _MONTH.fullmatch(text):
        year, month = match[1] or match[4] or match[5], match[2] or match[3] or match[6]
        return _days(int(year), int(month))
    if match := _WEEK.fullmatch(text):
        return _week(int(match[1]), int(match[2]), int(match[3] or 0))
    if text[:1].isalnum() and (match := _NAMED_WEEK.fullmatch(plain_letters(text))):
        week = match[1] or match[2] or match[5] or match[6]
        return _week(int(match[3] or match[4]), int(week), 0)
    if match := _QUARTER.fullmatch(text):
        return _quarter(int(match[1] or match[4]), int(match[2] or match[3]))
    if YEAR.fullmatch(text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return _named(text, today)


def _named(text: str, today: date) -> tuple[date, date] | None:
    """A date with the name of its month: `5 Oct 2026`, `October 5, 2026`, `Oct 2026`."""
    if not 5 <= len(text) <= 40 or text.isdigit():
        return None
    words = [
        word
        for word in re.split(r"[\s,./'’-]+", _ORDINAL.sub("", text))
        if word and plain_letters(word) not in _OF
    ]
    if not 2 <= len(words) <= 3:
        return None
    months = [month_of(word) for word in words]
    numbers = [word for word in words if word.isdecimal()]
    month = max(months)
    if len(numbers) != len(words) - 1 or not month or not all(map(str.isascii, numbers)):
        return None
    if len(numbers) == 1:
        year = _full_year(numbers[0], today)
        # `Oct-26` is a month of 2026, `5 Oct` lacks its year.
        return None if year is None or len(numbers[0]) < 2 else _days(year, month)
    day, year_text = numbers if len(numbers[0]) < 4 else reversed(numbers)
    year = _full_year(year_text, today)
    return None if year is None or len(day) > 2 else _days(year, month, int(day))


def _full_year(text: str, today: date) -> int | None:
    """The year of four digits, or of two within the last 80; None for any other text."""
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        return None
    latest = today.year + 1 if (today.month, today.day) == (12, 31) else today.year
    year = latest - (latest - int(text)) % 100
    return year if year >= latest - YEARS_BACK else None


def _days(year: int, month: int, day: int = 0) -> tuple[date, date] | None:
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return None
    if not day:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def _week(year: int, week: int, weekday: int) -> tuple[date, date] | None:
    try:
        first = date.fromisocalendar(year, week, weekday or 1)
    except ValueError:
        return None
    return first, first if weekday else first + timedelta(days=6)


def _quarter(year: int, quarter: int) -> tuple[date, date]:
    return date(year, quarter * 3 - 2, 1), date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


def why_no_day(text: str) -> str:
    """The reason why a text is no day: it does not exist, or the text is no date at all."""
    if _TRIPLE.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return f"There is no day {text}."
    return NOT_A_DATE.format(quoted(text)) if text else "Write the date."


def which_day(text: str, readings: dict[Order, tuple[date, date]]) -> str:
    """The question about a date that is another day in each order of day and month."""
    days = [days[0] for days in dict.fromkeys(readings.values())]
    choices = " or ".join(f"{day.day} {month_name(day)} {day.year}" for day in days)
    return f"Is {text} {choices}? Say which comes first, the day or the month."
