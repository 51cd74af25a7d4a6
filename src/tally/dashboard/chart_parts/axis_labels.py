"""The texts under charts: one a bucket with its rank, and those of both ends. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tally.domain.calendar import Interval, containing
from tally.domain.calendar_names import short_month, short_weekday
from tally.domain.formatting import Formatter
from tally.domain.periods import Period


class AxisText(NamedTuple):
    """The text under a bucket, and its rank: where not all have room, a lower one is kept."""

    text: str
    rank: int


def buckets(starts: Sequence[date], size: Interval, formatter: Formatter) -> list[str]:
    """`Sat 14`, `Week 46`, `March 2026`; two weeks of one number are told apart by their days."""
    if size == "day":
        return [formatter.short_day(start) for start in starts]
    if size == "month":
        return [_month_bucket(start, formatter) for start in starts]
    if size == "year":
        return [str(containing("year", start, formatter.starts).start.year) for start in starts]
    names = [formatter.week(start) for start in starts]
    several = {name for name, count in Counter(names).items() if count > 1}
    return [
        f"{name}, {formatter.brief_day(start)}" if name in several else name
        for name, start in zip(names, starts, strict=True)
    ]


def _month_bucket(start: date, formatter: Formatter) -> str:
    """`March 2026`, or `15 Mar to 14 Apr 2026`."""
    has_name = formatter.starts.has_calendar_months
    return formatter.month(start) if has_name else formatter.account_month(start, short=True)


def axis(starts: Sequence[date], size: Interval, today: int) -> list[AxisText]:
    """The text of each bucket with its rank; the bucket at index `today` has rank 0.

    today: -1 if no bucket holds today.
    """
    axes = {"day": _day_axis, "week": _week_axis, "month": _month_axis, "year": _year_axis}
    texts = axes[size](starts)
    if 0 <= today < len(starts):
        start = starts[today]
        name = short_month(start)
        own = texts[today].text if size == "day" else f"{start.day} {name}"
        text = name if size == "month" else str(start.year) if size == "year" else own
        texts[today] = AxisText(text, 0)
    return texts


def _day_axis(starts: Sequence[date]) -> list[AxisText]:
    if len(starts) <= 7:
        return [AxisText(f"{short_weekday(day)} {day.day}", 1) for day in starts]
    several = starts[0].month != starts[-1].month
    last = len(starts) - 1
    return [
        AxisText(
            f"{day.day} {short_month(day)}"
            if several and (i == 0 or day.day == 1)
            else str(day.day),
            1 if i in (0, last) or (several and day.day == 1) else 2,
        )
        for i, day in enumerate(starts)
    ]


def _week_axis(starts: Sequence[date]) -> list[AxisText]:
    texts = []
    month = 0
    for i, day in enumerate(starts):
        name = short_month(day) if day.month != month else ""
        new_year = bool(name) and i > 0 and day.month == 1
        texts.append(AxisText(f"{name} {day.year}" if new_year else name, 1 if new_year else 2))
        month = day.month
    return texts


def _month_axis(starts: Sequence[date]) -> list[AxisText]:
    every = 1 if len(starts) <= 18 else 3 if len(starts) <= 36 else 12
    return [
        AxisText(
            str(day.year)
            if day.month == 1
            else short_month(day)
            if (day.month - 1) % every == 0
            else "",
            1 if day.month == 1 else 2,
        )
        for day in starts
    ]


def _year_axis(starts: Sequence[date]) -> list[AxisText]:
    return [AxisText(str(day.year), 1 if day.year % 10 == 0 else 2) for day in starts]


def ends(period: Period) -> tuple[str, str]:
    """The texts under the two ends of a small chart: `1` and `30`, `Jan` and `Dec`."""
    span = period.span
    if span is None:
        return "", ""
    first, last = span.start, span.end
    match period.display_kind:
        case "month" if first.month == last.month:
            return str(first.day), str(last.day)
        case "week":
            return short_weekday(first), short_weekday(last)
        case "year" if first.day == 1:
            return "Jan", "Dec"
        case "day":
            return "", ""
    if span.days > 400:
        return _month_year(first), _month_year(last)
    return f"{first.day} {short_month(first)}", f"{last.day} {short_month(last)}"


def _month_year(day: date) -> str:
    return f"{short_month(day)} {day.year}"
