"""The known days of a type in words, and the days that nobody has read. Pure."""

from datetime import date

from tally.dashboard import period_names
from tally.domain.calendar import Span
from tally.domain.calendar_names import short_month
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.type_statistics import TypeStatistics


def noted(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """`recorded on 15 of 27 days`, `to 20 November`, `since 10 November`, `4 records`."""
    if nothing := nothing_known(one, period):
        return nothing
    if not one.active_days:
        return "no records yet" if period.end >= period.today else "no records"
    if period.elapsed_days == 1 and not one.spread_entries:
        return formatter.count(one.entries, "record")
    if one.known.days < period.elapsed_days:
        return in_words(one, period, formatter)
    if one.spread_entries:
        return "all days known"
    if one.active_days == period.elapsed_days:
        return "recorded every day"
    return f"recorded on {one.active_days} of {formatter.count(period.elapsed_days, 'day')}"


def nothing_known(one: TypeStatistics, period: Period) -> str:
    """`not read yet`, `before its first reading`: of a meter without a known day; "" of others.

    Their total is 0 as well, which nobody knows.
    """
    if one.active_days or one.total or one.known.days:
        return ""
    if not one.measured or period.elapsed is None:
        return ""
    return not_known(one, one.known_days.unknown_within(period.elapsed)[-1].start)


def in_words(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """The known days in words: `to 20 November`, `since 10 November`, `20 of 27 days known`."""
    first, last, count = one.known
    if first is None or last is None:
        return "nothing known"
    begins, ends = first == period.start, last == period.anchor
    if count < (last - first).days + 1 or begins == ends:
        if begins == ends and count == (last - first).days + 1:
            return period_names.days(Span(first, last), formatter)
        return f"{count} of {formatter.count(period.elapsed_days, 'day')} known"
    return (
        f"to {period_names.days(Span(last, last), formatter)}"
        if begins
        else f"since {period_names.days(Span(first, first), formatter)}"
    )


def unread(one: TypeStatistics, period: Period) -> str:
    """`21–27 not read yet`, `1–9 before its first reading`, `5–8 not read`; "" where all is known.

    Only a type with readings or records of several days has such stretches; the latest is named.
    """
    if not one.measured or period.elapsed is None:
        return ""
    stretches = one.known_days.unknown_within(period.elapsed)
    if not stretches:
        return ""
    last = stretches[-1]
    return f"{_dash(last, period)} {not_known(one, last.start)}"


def not_known(one: TypeStatistics, day: date) -> str:
    """`before its first reading`, `not read yet`, `not read`: why a day is not known."""
    first, noun = one.known_days.first, "reading" if one.is_read else "record"
    if first is None or day < first:
        return f"before its first {noun}"
    yet = " yet" if day > one.known_days.last else ""
    return f"not {'read' if one.is_read else 'known'}{yet}"


def _dash(span: Span, period: Period) -> str:
    """`21–27`, `21–27 Nov`, `28 Oct – 3 Nov`: in a month of its own days alone.

    In a period of more than a year, which has a date more than once, with the year or both years.
    """
    first, last = span.start, span.end
    inside = period.span is not None and period.span.start.month == period.span.end.month
    if inside and period.days <= 31:
        return str(first.day) if first == last else f"{first.day}\N{EN DASH}{last.day}"
    year = f" {last.year}" if period.days > 366 else ""
    if first < last and (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\N{EN DASH}{last.day} {short_month(last)}{year}"
    texts = [f"{day.day} {short_month(day)}" for day in dict.fromkeys((first, last))]
    if year and first.year != last.year:
        texts[0] += f" {first.year}"
    return " \N{EN DASH} ".join(texts) + year


def count(days: int) -> str:
    """The known days in a phrase that begins with “the”: `day`, `7 days`."""
    return "day" if days == 1 else f"{days} days"
