"""A period by its name or its days, as addresses have them: last-30, 2026-q3, 2026-10-05. Pure."""

import re
from datetime import date

from tally.domain.calendar import (
    DAY,
    EARLIEST,
    LATEST,
    USUAL_STARTS,
    CalendarUnit,
    Span,
    Starts,
    containing,
    iso_date,
)
from tally.domain.periods import MAX_LAST_DAYS, PASSED, Period

UNREADABLE = (
    "Write a period such as month, last-30, 2026, 2026-10, 2026-q3, 2026-w45 or 2026-10-05."
)
NO_SUCH_WEEK = "Write a week that exists, such as 2026-w45."
NO_SUCH_MONTH = "Write a month that exists, such as 2026-09."
NO_SUCH_DAY = f"Write a day that exists, from {EARLIEST} to {LATEST}."
WRONG_ORDER = "The last day is before the first."
FROM_AFTER_TODAY = "The first day is after today: give a last day too."


def read_period(text: str, today: date, starts: Starts = USUAL_STARTS) -> Period:
    """The period that a name means.

    `today` `yesterday` · `week` `month` `quarter` `year` · `last-week` `last-month` `last-year` ·
    `last-N` · `2026` `2026-q3` `2026-10` `2026-w45` `2026-10-05` · `all`. Raises ValueError with a
    sentence that says what to write.
    """
    if text == "all":
        return Period(None, today, today, text, starts)
    span, name = _named_span(text, today, starts) or _dated_span(text, starts)
    return Period(span.start, span.end, today, name, starts)


def _named_span(text: str, today: date, starts: Starts) -> tuple[Span, str] | None:
    """The days of a period named relative to today, and its name; None for any other."""
    match text:
        case "today":
            return Span(today, today), text
        case "yesterday":
            return Span(today - DAY, today - DAY), text
        case "week" | "month" | "quarter" | "year" as unit:
            return containing(unit, today, starts), text
        case "last-week" | "last-month" | "last-year":
            passed = PASSED[text]
            return containing(passed, containing(passed, today, starts).start - DAY, starts), text
    if match := re.fullmatch(r"last-([1-9][0-9]{0,3})", text):
        days = int(match[1])
        if days > MAX_LAST_DAYS:
            raise ValueError(f"Write at most last-{MAX_LAST_DAYS}.")
        return Span(today - (days - 1) * DAY, today), text
    return None


def _dated_span(text: str, starts: Starts) -> tuple[Span, str]:
    """The days of a year, quarter, month, week or day, and its canonical name."""
    if match := re.fullmatch(r"([0-9]{4})-w([0-9]{1,2})", text):
        thursday = _thursday(int(match[1]), int(match[2]))
        return containing("week", thursday, starts), f"{match[1]}-w{int(match[2]):02}"
    if match := re.fullmatch(r"([0-9]{4})-q([1-4])", text):
        first = read_day(f"{match[1]}-{int(match[2]) * 3 - 2:02}-{starts.month_day:02}")
        return containing("quarter", first, starts), text
    if match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text):
        year, month, day = match.groups()
        if month and not day and not 1 <= int(month) <= 12:
            raise ValueError(NO_SUCH_MONTH)
        first = read_day(f"{year}-{month or '01'}-{day or f'{starts.month_day:02}'}")
        unit: CalendarUnit = "day" if day else "month" if month else "year"
        return containing(unit, first, starts), text
    raise ValueError(UNREADABLE)


def _thursday(year: int, week: int) -> date:
    """The Thursday of a week of the ISO calendar. Raises ValueError with a sentence."""
    try:
        thursday = date.fromisocalendar(year, week, 4)
    except ValueError:
        raise ValueError(NO_SUCH_WEEK) from None
    if not EARLIEST <= thursday <= LATEST:
        raise ValueError(NO_SUCH_WEEK)
    return thursday


def read_range(
    start: date | None, end: date | None, today: date, starts: Starts = USUAL_STARTS
) -> Period:
    """The period from `start` (alone: to today) to `end` (alone: from the first record).

    Raises ValueError with a sentence when the start is after the end.
    """
    if start and not end and start > today:
        raise ValueError(FROM_AFTER_TODAY)
    end = end or today
    if start and start > end:
        raise ValueError(WRONG_ORDER)
    return Period(start, end, today, "", starts)


def read_day(text: str) -> date:
    """A day `YYYY-MM-DD` from 1900 to 2199. Raises ValueError: a sentence."""
    day = iso_date(text)
    if day is None or not EARLIEST <= day <= LATEST:
        raise ValueError(NO_SUCH_DAY)
    return day
