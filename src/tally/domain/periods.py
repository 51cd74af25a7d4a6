"""Periods, as pages show and compare them: their days, the periods before, the neighbours, buckets.

Pure: today always comes in from outside. Elapsed, running, previous, last year and buckets are
defined here once, and mean the same on every page and in every export.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from tally.domain.calendar import (
    DAY,
    EARLIEST,
    USUAL_STARTS,
    CalendarUnit,
    Interval,
    Span,
    Starts,
    bucket_starts,
    containing,
    week_of,
    year_earlier,
)

PeriodKind = Literal["day", "week", "month", "quarter", "year", "last", "range", "all"]

USUAL = "month"  # where a page that needs a period is given none
MAX_LAST_DAYS = 3660

# The longest period whose series is in days, in weeks and in months; beyond, it is in years.
MAX_DAYS_BY_DAY = 62
MAX_DAYS_BY_WEEK = 400
MAX_DAYS_BY_MONTH = 40 * 366


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
    def display_kind(self) -> PeriodKind:
        """The kind that it is named by: its own, but a range of the account's whole week is a week.

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
        """Today, or its end if that is earlier: limits and the 53 weeks are measured there."""
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
            case "week" | "month" | "quarter" | "year" as unit:
                return containing(unit, start - DAY, self.starts).start
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
            case "week" | "month" | "quarter" | "year" as unit:
                return self._query(containing(unit, start, self.starts))
        return self._query(Span(start, start + (self.days - 1) * DAY))

    def _query(self, span: Span) -> dict[str, str]:
        """The query of a neighbour by its shortest name; a running period by its running name."""
        match self.display_kind:
            case "day" | "week" | "month" | "quarter" | "year" as unit:
                return {"period": calendar_name(unit, span, self.today, self.starts)}
        if span.end == self.today and span.days <= MAX_LAST_DAYS:
            return {"period": f"last-{span.days}"}
        return {"from": span.start.isoformat(), "to": span.end.isoformat()}

    # How its series is cut up

    @property
    def bucket(self) -> Interval:
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


PASSED: dict[str, CalendarUnit] = {"last-week": "week", "last-month": "month", "last-year": "year"}
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


def calendar_name(unit: CalendarUnit, span: Span, today: date, starts: Starts) -> str:
    """The shortest name of a day, week, month, quarter or year; the running one's own name."""
    here = span.start <= today <= span.end
    first = span.start
    match unit:
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
