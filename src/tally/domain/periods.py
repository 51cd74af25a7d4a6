"""Periods of whole days in the user's own calendar: days, the period before, buckets.

Pure: today always comes in from outside. Elapsed, running, previous, last year and buckets are
defined here once, and mean the same on every page and in every export.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

Bucket = Literal["day", "week", "month", "year"]
PeriodKind = Literal["day", "week", "month", "quarter", "year", "last", "range", "all"]
Per = Literal["day", "week", "month", "year"]
Calendar = Literal["day", "week", "month", "quarter", "year"]

EARLIEST = date(1900, 1, 1)  # of records, and so of the periods that hold them
USUAL = "month"  # where a page that needs a period is given none
LATEST = date(2199, 12, 31)  # periods may lie ahead; this keeps all sums with dates within Python's
DAY = timedelta(days=1)
CALENDAR_DAYS = 53 * 7
MAX_LAST_DAYS = 3660

# The longest period whose series is in days, in weeks and in months; beyond, it is in years.
MAX_DAYS_BY_DAY = 62
MAX_DAYS_BY_WEEK = 400
MAX_DAYS_BY_MONTH = 40 * 366

WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}
MONTH_STARTS = tuple(str(day) for day in range(1, 29))


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


USUAL_STARTS = Starts()


def read_starts(preferences: Mapping[str, Any]) -> Starts:
    """The starts that an account has chosen; the usual ones where it has chosen none."""
    return Starts(
        int(preferences.get("month_starts", 1)),
        WEEK_STARTS.get(str(preferences.get("week_starts", "monday")), 0),
    )


@dataclass(frozen=True)
class Period:
    """The days that a page shows, seen from `today`.

    start: None until the first matching record is known (`all`, or a last day alone): see `since`.
    name: the canonical value of `?period=`, "" for a range by from and to. starts: where the
    account's months and weeks begin.
    """

    start: date | None
    end: date
    today: date
    name: str
    starts: Starts = USUAL_STARTS

    @cached_property
    def kind(self) -> PeriodKind:
        if kind := _NAMED_KINDS.get(self.name):
            return kind
        if self.name.startswith("last-"):
            return "last"
        if "-w" in self.name:
            return "week"
        if "-q" in self.name:
            return "quarter"
        dated: tuple[PeriodKind, ...] = ("year", "month", "day")
        return dated[self.name.count("-")]

    @property
    def called(self) -> PeriodKind:
        """The kind to name it by: its own, but a range of the account's whole week is a week.

        The days a year earlier of such a range are a range again.
        """
        span = self.span
        whole_week = span is not None and span == containing("week", span.start, self.starts)
        return "week" if self.kind == "range" and whole_week else self.kind

    @cached_property
    def span(self) -> Span | None:
        """All its days; None while the start is unknown."""
        return Span(self.start, self.end) if self.start else None

    @cached_property
    def elapsed(self) -> Span | None:
        """Its days up to today, today included; None when none has come."""
        end = min(self.end, self.today)
        return Span(self.start, end) if self.start and self.start <= end else None

    @cached_property
    def days(self) -> int:
        return self.span.days if self.span else 0

    @cached_property
    def elapsed_days(self) -> int:
        return self.elapsed.days if self.elapsed else 0

    @property
    def running(self) -> bool:
        """Whether it includes today."""
        return self.today <= self.end and (self.start is None or self.start <= self.today)

    @property
    def future(self) -> bool:
        return self.start is not None and self.start > self.today

    @property
    def anchor(self) -> date:
        """The smaller of today and its end: limits and the calendar are measured there."""
        return min(self.today, self.end)

    def since(self, first: date | None) -> "Period":
        """The same period; without a start it begins on the day of the first matching record."""
        if self.start is None and first is not None and first <= self.end:
            return replace(self, start=first)
        return self

    # The periods that it is compared with

    def previous_whole(self) -> Span | None:
        """All days of the period before: None for `all` and for a period in the future."""
        if self.start is None or self.kind == "all" or self.future:
            return None
        return Span(self._start_before(self.start), self.start - DAY)

    def previous(self) -> Span | None:
        """The period before; of a running period only as many of its days as have elapsed here."""
        return self._as_far(self.previous_whole())

    def last_year_whole(self) -> Span | None:
        """The same dates a year earlier (a week: 52 weeks)."""
        if self.start is None or self.kind == "all" or self.future:
            return None
        if self.kind == "week":
            return Span(self.start - 364 * DAY, self.end - 364 * DAY)
        return Span(year_earlier(self.start), year_earlier(self.end))

    def last_year(self) -> Span | None:
        """The same dates a year earlier; of a running period only as many days as have elapsed."""
        return self._as_far(self.last_year_whole())

    def _as_far(self, span: Span | None) -> Span | None:
        return span.first(self.elapsed_days) if span and self.running else span

    def _start_before(self, start: date) -> date:
        match self.kind:
            case "week" | "month" | "quarter" | "year" as calendar:
                return containing(calendar, start - DAY, self.starts).start
        return start - self.days * DAY

    # The neighbours, for the arrows beside its name

    def earlier(self) -> dict[str, str] | None:
        """The query that shows the period before, or None where there is none."""
        if self.start is None or self.kind == "all":
            return None
        start = self._start_before(self.start)
        return self._query(Span(start, self.start - DAY)) if start >= EARLIEST else None

    def later(self) -> dict[str, str] | None:
        """The query that shows the period after, or None where it would lie in the future."""
        start = self.end + DAY
        if self.start is None or start > self.today:
            return None
        match self.kind:
            case "week" | "month" | "quarter" | "year" as calendar:
                return self._query(containing(calendar, start, self.starts))
        return self._query(Span(start, start + (self.days - 1) * DAY))

    def _query(self, span: Span) -> dict[str, str]:
        """The query of a neighbour by its shortest name; a running period by its running name."""
        match self.called:
            case "day" | "week" | "month" | "quarter" | "year" as calendar:
                return {"period": calendar_name(calendar, span, self.today, self.starts)}
        if span.end == self.today and span.days <= MAX_LAST_DAYS:
            return {"period": f"last-{span.days}"}
        return {"from": span.start.isoformat(), "to": span.end.isoformat()}

    # How its series is cut up

    @property
    def bucket(self) -> Bucket:
        """Days up to 62 days, weeks up to 400 days, months up to 40 years, years beyond."""
        if self.days <= MAX_DAYS_BY_DAY:
            return "day"
        if self.days <= MAX_DAYS_BY_WEEK:
            return "week"
        return "month" if self.days <= MAX_DAYS_BY_MONTH else "year"

    @cached_property
    def buckets(self) -> list[date]:
        """The first days of its buckets, up to the one that holds the last elapsed day."""
        return bucket_starts(self.elapsed, self.bucket, self.starts) if self.elapsed else []


PASSED: dict[str, Calendar] = {"last-week": "week", "last-month": "month", "last-year": "year"}
_NAMED_KINDS: dict[str, PeriodKind] = {
    "": "range",
    "today": "day",
    "yesterday": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "all": "all",
    **PASSED,
}


def week_of(day: date, starts: Starts = USUAL_STARTS) -> tuple[int, int]:
    """Year and number of the account's week that holds `day`: those of its Thursday in ISO 8601."""
    first = containing("week", day, starts).start
    thursday = first + (3 - first.weekday()) % 7 * DAY
    return thursday.isocalendar()[:2]


def calendar_name(calendar: Calendar, span: Span, today: date, starts: Starts) -> str:
    """The shortest name of a day, week, month, quarter or year; the running one's own name."""
    here = span.start <= today <= span.end
    first = span.start
    match calendar:
        case "day":
            return "today" if here else first.isoformat()
        case "week":
            year, number = week_of(first, starts)
            return "week" if here else f"{year:04}-w{number:02}"
        case "month":
            return "month" if here else f"{first:%Y-%m}"
        case "quarter":
            return "quarter" if here else f"{first:%Y}-q{(first.month + 2) // 3}"
        case "year":
            return "year" if here else f"{first:%Y}"


def containing(calendar: Calendar, day: date, starts: Starts = USUAL_STARTS) -> Span:
    """The account's day, week, month, quarter or year that holds `day`."""
    if calendar == "day":
        return Span(day, day)
    if calendar == "week":
        first = day - (day.weekday() - starts.weekday) % 7 * DAY
        return Span(first, first + 6 * DAY)
    first = _month_start(day, starts)
    if calendar == "month":
        return Span(first, _months_on(first, 1) - DAY)
    months = 3 if calendar == "quarter" else 12
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


def bucket_starts(span: Span, bucket: Bucket, starts: Starts = USUAL_STARTS) -> list[date]:
    """The first day of each bucket of the account's calendar, the first one clipped to the span."""
    return list(_bucket_starts(span, bucket, starts))


def _bucket_starts(span: Span, bucket: Bucket, starts: Starts) -> Iterator[date]:
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
