"""Spans of days, and those of an account's own calendar: weeks, months, quarters, years. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

# Of the buckets of a series, and of limits: neither has quarters.
Interval = Literal["day", "week", "month", "year"]
CalendarUnit = Literal["day", "week", "month", "quarter", "year"]

EARLIEST = date(1900, 1, 1)  # of records, and so of the periods that hold them
LATEST = date(2199, 12, 31)  # of periods, which may lie ahead; Python can add years to it
DAY = timedelta(days=1)
CALENDAR_DAYS = 53 * 7
INTERVALS: tuple[Interval, ...] = ("day", "week", "month", "year")

WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}
MONTH_STARTS = tuple(str(day) for day in range(1, 29))

_ISO_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both included; never empty."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        """Each of its days."""
        return (self.start + number * DAY for number in range(self.days))

    def first(self, days: int) -> "Span":
        """Its first `days` days, at most all of it."""
        return Span(self.start, min(self.end, self.start + (days - 1) * DAY))


@dataclass(frozen=True)
class Buckets:
    """The days of `span` in groups; each begins on a day of `starts` and ends before the next."""

    span: Span
    starts: Sequence[date]


@dataclass(frozen=True)
class Starts:
    """The first days of an account's months and weeks.

    month_day: the day of the month, 1 to 28, on which its months, quarters and years begin.
    weekday: the first day of its weeks, Monday is 0.
    """

    month_day: int = 1
    weekday: int = 0

    @property
    def has_calendar_months(self) -> bool:
        """Whether months begin on the 1st, so that a name alone says which days they have."""
        return self.month_day == 1


USUAL_STARTS = Starts()


def read_starts(preferences: Mapping[str, Any]) -> Starts:
    """The starts that an account has chosen; the usual ones where it has chosen none."""
    return Starts(
        int(preferences.get("month_starts", 1)),
        WEEK_STARTS.get(str(preferences.get("week_starts", "monday")), 0),
    )


def iso_date(text: str) -> date | None:
    """The day of `YYYY-MM-DD` in ASCII digits; None for anything else, though Python reads more."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def week_of(day: date, starts: Starts = USUAL_STARTS) -> tuple[int, int]:
    """Year and number of the account's week that holds `day`: those of its Thursday in ISO 8601."""
    first = containing("week", day, starts).start
    thursday = first + (3 - first.weekday()) % 7 * DAY
    return thursday.isocalendar()[:2]


def containing(unit: CalendarUnit, day: date, starts: Starts = USUAL_STARTS) -> Span:
    """The account's day, week, month, quarter or year that holds `day`."""
    if unit == "day":
        return Span(day, day)
    if unit == "week":
        first = day - (day.weekday() - starts.weekday) % 7 * DAY
        return Span(first, first + 6 * DAY)
    first = _month_start(day, starts)
    if unit == "month":
        return Span(first, _months_on(first, 1) - DAY)
    months = 3 if unit == "quarter" else 12
    first = _months_on(first, -((first.month - 1) % months))
    return Span(first, _months_on(first, months) - DAY)


def _month_start(day: date, starts: Starts) -> date:
    """The first day of the account's month that holds `day`."""
    first = day.replace(day=starts.month_day)
    return first if first <= day else _months_on(first, -1)


def _months_on(first: date, months: int) -> date:
    """The day `months` months after `first`, whose day of the month is at most the 28th."""
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def calendar_span(anchor: date) -> Span:
    """The 53 weeks that end with `anchor`."""
    return Span(anchor - (CALENDAR_DAYS - 1) * DAY, anchor)


def year_earlier(day: date) -> date:
    """The same date a year before; 29 February becomes the 28th."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


def bucket_starts(span: Span, bucket: Interval, starts: Starts = USUAL_STARTS) -> list[date]:
    """The first day of each bucket of the account's calendar, the first one clipped to the span."""
    return list(_bucket_starts(span, bucket, starts))


def _bucket_starts(span: Span, bucket: Interval, starts: Starts) -> Iterator[date]:
    start = span.start
    while start <= span.end:
        yield start
        start = containing(bucket, start, starts).end + DAY


def bucket_ends(starts: Sequence[date], end: date) -> list[date]:
    """The last day of each bucket; that of the last one is `end`."""
    return [*(start - DAY for start in starts[1:]), end]


def weekday_counts(span: Span | None) -> list[int]:
    """The number of Mondays, Tuesdays … and Sundays in a span: seven numbers."""
    if span is None:
        return [0] * 7
    weeks, rest = divmod(span.days, 7)
    first = span.start.weekday()
    return [weeks + ((day - first) % 7 < rest) for day in range(7)]
