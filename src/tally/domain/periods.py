"""Periods of whole days in the user's own calendar: their days, what came before, their buckets.

Pure: today always comes in from outside. Elapsed, running, previous, last year and buckets are
defined here once, and mean the same on every page and in every export.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

Bucket = Literal["day", "week", "month"]
Kind = Literal["day", "week", "month", "year", "last", "range", "all"]
Per = Literal["day", "week", "month", "year"]

EARLIEST = date(1900, 1, 1)
USUAL = "month"  # where a page that needs a period is given none
LATEST = date(2199, 12, 31)  # periods may lie ahead; this keeps all sums with dates within Python's
DAY = timedelta(days=1)
CALENDAR_DAYS = 53 * 7
MAX_LAST_DAYS = 3660

UNREADABLE = "Write a period such as month, last-30, 2026, 2026-10 or 2026-10-05."
NO_SUCH_DAY = "Write a day that exists, from 1900-01-01 to 2199-12-31."
WRONG_ORDER = "The last day is before the first."
FROM_AFTER_TODAY = "The first day is after today: give a last day too."


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
class Period:
    """The days a page is about, seen from `today`.

    start: None until the first matching record is known (`all`, or a last day alone): see `since`.
    name: the canonical value of `?period=`, "" for a range by from and to.
    """

    start: date | None
    end: date
    today: date
    name: str

    @property
    def kind(self) -> Kind:
        named: dict[str, Kind] = {
            "": "range",
            "today": "day",
            "week": "week",
            "month": "month",
            "year": "year",
            "all": "all",
        }
        if self.name.startswith("last-"):
            return "last"
        dated: tuple[Kind, ...] = ("year", "month", "day")
        return named.get(self.name) or dated[self.name.count("-")]

    @property
    def called(self) -> Kind:
        """What it is named after: its kind, but a range from a Monday to a Sunday is a week.

        The arrows write a week as such a range. Its days a year earlier are those of a range.
        """
        span = self.span
        whole_week = span is not None and span.days == 7 and span.start.weekday() == 0
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
        """The same period, begun on the day of the first matching record where it had no start."""
        if self.start is None and first is not None and first <= self.end:
            return replace(self, start=first)
        return self

    # What it is compared with

    def previous_whole(self) -> Span | None:
        """All days of the period before: None for `all` and for a period in the future."""
        if self.start is None or self.kind == "all" or self.future:
            return None
        return Span(self._start_before(self.start), self.start - DAY)

    def previous(self) -> Span | None:
        """The period before; while this one runs, as many days of it as have elapsed here."""
        return self._as_far(self.previous_whole())

    def last_year(self) -> Span | None:
        """The same dates a year earlier (a week: 52 weeks); running, the same elapsed days."""
        if self.start is None or self.kind == "all" or self.future:
            return None
        if self.kind == "week":
            return self._as_far(Span(self.start - 364 * DAY, self.end - 364 * DAY))
        return self._as_far(Span(year_earlier(self.start), year_earlier(self.end)))

    def _as_far(self, span: Span | None) -> Span | None:
        return span.first(self.elapsed_days) if span and self.running else span

    def _start_before(self, start: date) -> date:
        if self.kind == "month":
            return (start - DAY).replace(day=1)
        if self.kind == "year":
            return start.replace(year=start.year - 1)
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
        if self.start is None or self.kind == "all" or start > self.today:
            return None
        if self.kind == "month":
            end = month_end(start)
        elif self.kind == "year":
            end = start.replace(month=12, day=31)
        else:
            end = start + (self.days - 1) * DAY
        return self._query(Span(start, end))

    def _query(self, span: Span) -> dict[str, str]:
        """A neighbour by its shortest name; back in the present, its running name again."""
        here = span.start <= self.today <= span.end
        if self.kind == "day":
            return {"period": "today" if here else span.start.isoformat()}
        if self.kind == "month":
            return {"period": "month" if here else f"{span.start:%Y-%m}"}
        if self.kind == "year":
            return {"period": "year" if here else f"{span.start:%Y}"}
        if here and span == containing("week", self.today):
            return {"period": "week"}
        if span.end == self.today and span.days <= MAX_LAST_DAYS:
            return {"period": f"last-{span.days}"}
        return {"from": span.start.isoformat(), "to": span.end.isoformat()}

    # How its series is cut up

    @property
    def bucket(self) -> Bucket:
        """Days up to 62 days, weeks up to 400 days, months beyond."""
        if self.days <= 62:
            return "day"
        return "week" if self.days <= 400 else "month"

    @cached_property
    def buckets(self) -> list[date]:
        """The first days of its buckets, up to the one that holds the last elapsed day."""
        return bucket_starts(self.elapsed, self.bucket) if self.elapsed else []


def read_period(text: str, today: date) -> Period:
    """`today` `week` `month` `year` · `last-N` · `2026` · `2026-10` · `2026-10-05` · `all`.

    Raises ValueError with a sentence that says what to write.
    """
    if text == "today":
        return Period(today, today, today, text)
    if text in ("week", "month", "year"):
        span = containing(text, today)  # type: ignore[arg-type]
        return Period(span.start, span.end, today, text)
    if text == "all":
        return Period(None, today, today, text)
    if match := re.fullmatch(r"last-([1-9][0-9]{0,3})", text):
        days = int(match[1])
        if days > MAX_LAST_DAYS:
            raise ValueError(f"Write at most last-{MAX_LAST_DAYS}.")
        return Period(today - (days - 1) * DAY, today, today, text)
    if match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text):
        year, month, day = match.groups()
        first = read_day(f"{year}-{month or '01'}-{day or '01'}")
        per: Per = "day" if day else "month" if month else "year"
        return Period(first, containing(per, first).end, today, text)
    raise ValueError(UNREADABLE)


def read_range(start: date | None, end: date | None, today: date) -> Period:
    """From `start` (alone: to today) to `end` (alone: from the first record, unknown here).

    Raises ValueError with a sentence when the start is after the end.
    """
    if start and not end and start > today:
        raise ValueError(FROM_AFTER_TODAY)
    end = end or today
    if start and start > end:
        raise ValueError(WRONG_ORDER)
    return Period(start, end, today, "")


def read_day(text: str) -> date:
    """YYYY-MM-DD in ASCII digits and nothing else; raises ValueError with a sentence."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(NO_SUCH_DAY) from None
        if EARLIEST <= day <= LATEST:
            return day
    raise ValueError(NO_SUCH_DAY)


def containing(per: Per, day: date) -> Span:
    """The calendar day, week (from Monday), month or year that holds `day`."""
    if per == "day":
        return Span(day, day)
    if per == "week":
        monday = day - day.weekday() * DAY
        return Span(monday, monday + 6 * DAY)
    if per == "month":
        return Span(day.replace(day=1), month_end(day))
    return Span(day.replace(month=1, day=1), day.replace(month=12, day=31))


def calendar_span(anchor: date) -> Span:
    """The 53 weeks that end with `anchor`."""
    return Span(anchor - (CALENDAR_DAYS - 1) * DAY, anchor)


def month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def year_earlier(day: date) -> date:
    """The same date a year before; 29 February becomes the 28th."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


def bucket_starts(span: Span, bucket: Bucket) -> list[date]:
    """The first day of each bucket, the first one clipped to the span; weeks begin on Monday."""
    return list(_bucket_starts(span, bucket))


def _bucket_starts(span: Span, bucket: Bucket) -> Iterator[date]:
    start = span.start
    while start <= span.end:
        yield start
        start = containing(bucket, start).end + DAY


def bucket_ends(starts: Sequence[date], end: date) -> list[date]:
    """The last day of each bucket; that of the last one is `end`."""
    return [*(start - DAY for start in starts[1:]), end]


def weekday_counts(span: Span | None) -> list[int]:
    """How many Mondays to Sundays the span has: seven numbers."""
    if span is None:
        return [0] * 7
    weeks, rest = divmod(span.days, 7)
    first = span.start.weekday()
    return [weeks + ((day - first) % 7 < rest) for day in range(7)]
