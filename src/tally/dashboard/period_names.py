"""Periods in words: headings, short names, the days before and a year ago. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tally.domain.calendar import DAY, Interval, Span, containing, week_of
from tally.domain.calendar_names import WEEKDAYS, month_name
from tally.domain.formatting import Formatter
from tally.domain.periods import Period

# The periods that a menu offers, by their names in an address.
LABELS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "week": "This week",
    "last-week": "Last week",
    "month": "This month",
    "last-month": "Last month",
    "quarter": "This quarter",
    "year": "This year",
    "last-year": "Last year",
    "last-7": "Last 7 days",
    "last-30": "Last 30 days",
    "last-365": "Last 365 days",
}


class PeriodHeading(NamedTuple):
    """The name of a period, and a line that says which days and how far it is."""

    title: str
    line: str


@dataclass(frozen=True, slots=True)
class PeriodName:
    """The name of some days inside a sentence: `October`, `the first 22 days of October`.

    preposition: the word before it where the sentence says when; "" of `yesterday`, which needs
    none. is_plural: whether its verb is plural.
    """

    text: str
    preposition: str = "in"
    is_plural: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def when(self) -> str:
        """`in October`, `from 15 October to 14 November`, `on 20 November`, `yesterday`."""
        return f"{self.preposition} {self.text}".lstrip()


NO_NAME = PeriodName("")


def _of_day(text: str) -> PeriodName:
    return PeriodName(text, "on")


def _from_to(text: str) -> PeriodName:
    return PeriodName(text, "from", is_plural=True)


def heading(period: Period, formatter: Formatter) -> PeriodHeading:
    """The heading of a period."""
    span = period.span
    if span is None:
        return PeriodHeading("All records", "No records yet")
    days = formatter.count(span.days, "day")
    so_far = progress(period)
    today = formatter.day(period.today)
    match period.display_kind:
        case "month":
            title = formatter.span(span.start, span.end)
            return PeriodHeading(title, f"{today}, {so_far}" if period.running else days)
        case "quarter" | "year":
            title = _name(span, period.display_kind, period, formatter).text
            dates = (
                ""
                if span.start.day == 1 and period.display_kind == "year"
                else f"{_dates(span, formatter)}, "
            )
            line = f"{today}, {so_far}" if period.running else days
            return PeriodHeading(title, f"{dates}{line}")
        case "week":
            dates = formatter.span(span.start, span.end)
            line = f"{dates}, {so_far}" if period.running else dates
            return PeriodHeading(formatter.week(span.start), line)
        case "day":
            if period.running:
                return PeriodHeading("Today", today)
            return PeriodHeading(formatter.day(span.start), formatter.week(span.start))
        case "last":
            return PeriodHeading(f"Last {days}", formatter.span(span.start, span.end))
        case "all":
            return PeriodHeading("All records", f"{formatter.span(span.start, span.end)}, {days}")
    title = formatter.span(span.start, span.end)
    return PeriodHeading(
        title, so_far if period.running and span.days > period.elapsed_days else days
    )


def progress(period: Period) -> str:
    """`day 22 of 30`, never broken; nothing where no day is to come."""
    if not period.running or period.kind in ("last", "all", "day"):
        return ""
    return f"day\u00a0{period.elapsed_days}\u00a0of\u00a0{period.days}"


def _dates(span: Span, formatter: Formatter) -> str:
    """`1 October to 31 December`: the days of a span whose year its name says already."""
    return formatter.span(span.start, span.end).removesuffix(f" {span.start.year}")


def short_name(period: Period, formatter: Formatter) -> str:
    """The period in a chart's key: `November`, `2026`, `week 46`, `these 30 days`."""
    span = period.span
    return _name(span, period.display_kind, period, formatter).text if span else "all days"


def when(period: Period, formatter: Formatter) -> str:
    """`in November`, `in the last 30 days`, `from 3 to 9 November 2026`, `today`, `in all`."""
    span = period.span
    match period.display_kind:
        case "day":
            return formatter.relative_day(period.end) or f"on {formatter.short_day(period.end)}"
        case "last":
            return (
                "today"
                if period.days == 1
                else f"in the last {formatter.count(period.days, 'day')}"
            )
        case "range" if span:
            return _of_span(span, formatter.span(span.start, span.end), formatter).when
        case "month" | "quarter" | "year" | "week" as kind if span:
            return _name(span, kind, period, formatter).when
    return "in all"


def name_before(period: Period, formatter: Formatter) -> PeriodName:
    """The period before this one, whole: `October`, `week 46`, `the 30 days before`; or NO_NAME."""
    whole = period.previous_whole()
    if whole is None:
        return NO_NAME
    kind = period.display_kind
    if kind == "day":
        is_yesterday = whole.start == period.today - DAY
        return PeriodName("yesterday", "") if is_yesterday else _of_day("the day before")
    if kind in ("last", "range"):
        if whole.days == 1:
            return _of_day("the day before")
        return PeriodName(f"the {whole.days} days before", is_plural=True)
    return _name(whole, kind, period, formatter)


def name_at_line(period: Period, formatter: Formatter) -> str:
    """The same in a word or two, to end a line: `October`, `Week 46`, `2025`, `Yesterday`."""
    whole = period.previous_whole()
    match period.display_kind if whole else "":
        case "month" if whole:
            own = whole.start.day == 1
            return month_name(whole.start) if own else f"From {formatter.brief_day(whole.start)}"
        case "quarter" if whole:
            return quarter(whole)
        case "year" if whole:
            return str(whole.start.year)
        case "week" if whole:
            return formatter.week(whole.start)
        case "day" if whole:
            return "Yesterday" if whole.end == period.today - DAY else "Day before"
    return "Before"


def name_last_year(period: Period, span: Span, formatter: Formatter) -> str:
    """`Nov 2025`, `2025`, `week 47 of 2025`; of a range `the same dates in 2025`."""
    match period.kind:
        case "month":
            return formatter.account_month(span.start, short=True)
        case "quarter" | "year":
            return _name(span, period.kind, period, formatter).text
        case "week":
            year, number = week_of(span.start, formatter.starts)
            return f"week {number} of {year}"
        case "range" if span.start.year == span.end.year:
            return f"the same dates in {span.start.year}"
    return "a year earlier"


def _name(span: Span, kind: str, period: Period, formatter: Formatter) -> PeriodName:
    match kind:
        case "month":
            return of_month(span.start, formatter)
        case "quarter":
            return PeriodName(f"{quarter(span)} {span.start.year}")
        case "year":
            return PeriodName(str(span.start.year))
        case "week":
            year, number = week_of(span.start, formatter.starts)
            own = year == week_of(period.today, formatter.starts)[0]
            return PeriodName(f"week {number}" + ("" if own else f" of {year}"))
        case "day":
            if relative := formatter.relative_day(span.start):
                return PeriodName(relative, "")
            return _of_day(formatter.short_day(span.start))
        case "last" | "range":
            if span.days > 1:
                return PeriodName(f"these {span.days} days", is_plural=True)
            return _of_day(formatter.short_day(span.start))
    return PeriodName("all days", is_plural=True)


def of_month(day: date, formatter: Formatter) -> PeriodName:
    """The account's month that holds `day`: `October`, `15 October to 14 November`."""
    name = formatter.account_month(day)
    return PeriodName(name) if formatter.starts.has_calendar_months else _from_to(name)


def of_bucket(label: str, size: Interval, formatter: Formatter) -> PeriodName:
    """A bucket, by its label under a chart: `Sat 14`, `week 46`, `March 2026`, `2026`."""
    match size:
        case "day":
            return _of_day(label)
        case "week":
            return PeriodName(label[0].lower() + label[1:])
        case "month" if not formatter.starts.has_calendar_months:
            return _from_to(label)
    return PeriodName(label)


def _of_span(span: Span, text: str, formatter: Formatter) -> PeriodName:
    """Some days by their dates in words, which are those of a month where they are all of one."""
    if span.days == 1:
        return _of_day(text)
    is_month = formatter.starts.has_calendar_months and span == containing(
        "month", span.start, formatter.starts
    )
    return PeriodName(text) if is_month else _from_to(text)


def quarter(span: Span) -> str:
    """`Q4`: the quarter that begins in this month."""
    return f"Q{(span.start.month + 2) // 3}"


def span_before(period: Period, span: Span, formatter: Formatter) -> PeriodName:
    """The days that a total is compared with: `the first 22 days of October`, or `October`."""
    whole = period.previous_whole()
    name = name_before(period, formatter)
    if span == whole:
        return name
    if whole and span.start > whole.start:
        return _of_span(span, days(span, formatter), formatter)
    if span.days > 1:
        return PeriodName(f"the first {span.days} days of {name}", is_plural=True)
    return _of_day(f"the first day of {name}")


def days(span: Span, formatter: Formatter) -> str:
    """`10 to 27 October`, `20 November`; the year only where it is another one."""
    return formatter.span(span.start, span.end).removesuffix(f" {formatter.today.year}")


def last_day(period: Period, formatter: Formatter) -> str:
    """`the 30th`, `Sunday`, `31 December`."""
    match period.display_kind:
        case "month" if period.end.month == period.anchor.month:
            return f"the {formatter.ordinal(period.end.day)}"
        case "week":
            return WEEKDAYS[period.end.weekday()]
    return f"{period.end.day} {month_name(period.end)}"


def ordinal_day(day: date, span: Span, formatter: Formatter) -> str:
    """`the 20th` within a month, `20 November` else."""
    if span.start.month == span.end.month and span.days <= 31:
        return f"the {formatter.ordinal(day.day)}"
    return days(Span(day, day), formatter)
