"""Periods in words: headings, short names, the days before and a year ago. Pure."""

from datetime import date
from typing import NamedTuple

from tally.domain.formatting import WEEKDAYS, Words, month_name
from tally.domain.periods import DAY, Period, Span, week_of

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


def heading(period: Period, say: Words) -> PeriodHeading:
    """The heading of a period."""
    span = period.span
    if span is None:
        return PeriodHeading("All records", "No records yet")
    days = say.count(span.days, "day")
    so_far = progress(period)
    today = say.day(period.today)
    match period.called:
        case "month":
            title = say.span(span.start, span.end)
            return PeriodHeading(title, f"{today}, {so_far}" if period.running else days)
        case "quarter" | "year":
            title = _name(span, period.called, period, say)
            dates = (
                "" if span.start.day == 1 and period.called == "year" else f"{_dates(span, say)}, "
            )
            line = f"{today}, {so_far}" if period.running else days
            return PeriodHeading(title, f"{dates}{line}")
        case "week":
            dates = say.span(span.start, span.end)
            line = f"{dates}, {so_far}" if period.running else dates
            return PeriodHeading(say.week(span.start), line)
        case "day":
            if period.running:
                return PeriodHeading("Today", today)
            return PeriodHeading(say.day(span.start), say.week(span.start))
        case "last":
            return PeriodHeading(f"Last {days}", say.span(span.start, span.end))
        case "all":
            return PeriodHeading("All records", f"{say.span(span.start, span.end)}, {days}")
    title = say.span(span.start, span.end)
    return PeriodHeading(
        title, so_far if period.running and span.days > period.elapsed_days else days
    )


def progress(period: Period) -> str:
    """`day 22 of 30`, never broken; nothing where no day is to come."""
    if not period.running or period.kind in ("last", "all", "day"):
        return ""
    return f"day\u00a0{period.elapsed_days}\u00a0of\u00a0{period.days}"


def _dates(span: Span, say: Words) -> str:
    """`1 October to 31 December`: the days of a span whose year its name says already."""
    return say.span(span.start, span.end).removesuffix(f" {span.start.year}")


def short_name(period: Period, say: Words) -> str:
    """The period in a chart's key: `November`, `2026`, `week 46`, `these 30 days`."""
    span = period.span
    return _name(span, period.called, period, say) if span else "all days"


def name_before(period: Period, say: Words) -> str:
    """The period before this one, whole: `October`, `week 46`, `the 30 days before`."""
    whole = period.previous_whole()
    if whole is None:
        return ""
    kind = period.called
    if kind == "day":
        return "yesterday" if whole.start == period.today - DAY else "the day before"
    if kind in ("last", "range"):
        return "the day before" if whole.days == 1 else f"the {whole.days} days before"
    return _name(whole, kind, period, say)


def name_at_line(period: Period, say: Words) -> str:
    """The same in a word or two, to end a line: `October`, `Week 46`, `2025`, `Yesterday`."""
    whole = period.previous_whole()
    match period.called if whole else "":
        case "month" if whole:
            own = whole.start.day == 1
            return month_name(whole.start) if own else f"From {say.brief_day(whole.start)}"
        case "quarter" if whole:
            return quarter(whole)
        case "year" if whole:
            return str(whole.start.year)
        case "week" if whole:
            return say.week(whole.start)
        case "day" if whole:
            return "Yesterday" if whole.end == period.today - DAY else "Day before"
    return "Before"


def name_last_year(period: Period, span: Span, say: Words) -> str:
    """`Nov 2025`, `2025`, `week 47 of 2025`; of a range `the same dates in 2025`."""
    match period.kind:
        case "month":
            return say.account_month(span.start, short=True)
        case "quarter" | "year":
            return _name(span, period.kind, period, say)
        case "week":
            year, number = week_of(span.start, say.starts)
            return f"week {number} of {year}"
        case "range" if span.start.year == span.end.year:
            return f"the same dates in {span.start.year}"
    return "a year earlier"


def _name(span: Span, kind: str, period: Period, say: Words) -> str:
    match kind:
        case "month":
            return say.account_month(span.start)
        case "quarter":
            return f"{quarter(span)} {span.start.year}"
        case "year":
            return str(span.start.year)
        case "week":
            year, number = week_of(span.start, say.starts)
            own = year == week_of(period.today, say.starts)[0]
            return f"week {number}" + ("" if own else f" of {year}")
        case "day":
            return say.relative_day(span.start) or say.short_day(span.start)
        case "last" | "range":
            return f"these {span.days} days" if span.days > 1 else say.short_day(span.start)
    return "all days"


def quarter(span: Span) -> str:
    """`Q4`: the quarter that begins in this month."""
    return f"Q{(span.start.month + 2) // 3}"


def span_before(period: Period, span: Span, say: Words) -> str:
    """The days that a total is compared with: `the first 22 days of October`, or `October`."""
    whole = period.previous_whole()
    name = name_before(period, say)
    if span == whole:
        return name
    if whole and span.start > whole.start:
        return days(span, say)
    return f"the first {span.days} days of {name}" if span.days > 1 else f"the first day of {name}"


def days(span: Span, say: Words) -> str:
    """`10 to 27 October`, `20 November`; the year only where it is another one."""
    return say.span(span.start, span.end).removesuffix(f" {say.today.year}")


def last_day(period: Period, say: Words) -> str:
    """`the 30th`, `Sunday`, `31 December`."""
    match period.called:
        case "month" if period.end.month == period.anchor.month:
            return f"the {say.ordinal(period.end.day)}"
        case "week":
            return WEEKDAYS[period.end.weekday()]
    return f"{period.end.day} {month_name(period.end)}"


def ordinal_day(day: date, span: Span, say: Words) -> str:
    """`the 20th` within a month, `20 November` else."""
    if span.start.month == span.end.month and span.days <= 31:
        return f"the {say.ordinal(day.day)}"
    return days(Span(day, day), say)


def within(name: str) -> str:
    """`in October`, `from 15 October to 14 November`, `on 20 November`, `yesterday`: when."""
    if " to " in name:
        return f"from {name}"
    if name == "yesterday":
        return name
    is_date = name[0].isdigit() and " " in name
    is_day = is_date or name.startswith(("the day before", "the first day "))
    return f"on {name}" if is_day else f"in {name}"


def inside_sentence(name: str) -> str:
    """The name of a period inside a sentence; names of months and days keep their capitals."""
    return name[0].lower() + name[1:] if name.startswith(("Week", "The ", "Yesterday")) else name
