"""Charts in words, for readers who do not see them. Pure."""

from datetime import date
from decimal import Decimal

from tally.charts.rounding import rounded_average
from tally.dashboard import period_names, phrases
from tally.dashboard.words import known_words
from tally.domain.calendar_names import WEEKDAYS, month_name
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.type_statistics import TypeStatistics


def chart_name(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """`electricity, November: 212 kWh in 22 days, highest Sunday 8 with 14.2`."""
    total = f"{phrases.amount(one.total, one, formatter)} {one.shown_unit}".rstrip()
    count = formatter.count(one.known.days, "day")
    known = "" if one.known.days == period.elapsed_days else " known"
    text = f"{one.type}, {period_names.short_name(period, formatter)}: {total} in {count}{known}"
    if missing := known_words.unread(one, period):
        text += f", {missing}"
    if one.highest_day:
        day = one.highest_day
        highest = "highest from records of one day" if one.spread_entries else "highest"
        text += f", {highest} {_full_day(day.date, period)} with {formatter.number(day.total)}"
    return text


def running_name(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """`electricity, running total: 230.8 kWh by Sunday 22 November, about 315 by the 30th`."""
    total = f"{phrases.amount(one.total, one, formatter)} {one.shown_unit}".rstrip()
    last = min(period.anchor, max(one.known_days.last, one.known.last or period.anchor))
    text = f"{one.type}, running total: {total} by {formatter.day(last)}"
    if missing := known_words.unread(one, period):
        text += f", {missing}"
    coming = phrases.projection(one.projection, one.total, period, formatter)
    return f"{text}, {coming}" if coming else text


def weekday_name(one: TypeStatistics, formatter: Formatter) -> str:
    """`electricity by weekday: most on Saturdays with 13.9 kWh on average`."""
    averages = [(value, -i) for i, value in enumerate(one.weekdays) if value is not None]
    most, place = max(averages, default=(Decimal(0), 0))
    if not most:
        return f"{one.type} by weekday: {'nothing' if one.highest_days else 'no records'}"
    shown = f"{formatter.number(rounded_average(most))} {one.unit}".rstrip()
    return f"{one.type} by weekday: most on {WEEKDAYS[-place]}s with {shown} on average"


def calendar_name(one: TypeStatistics, formatter: Formatter) -> str:
    """`electricity, 53 weeks up to Sunday 22 November: recorded on 340 days`.

    Beside bills and readings, which cover days as well: `records of one day on 12 days`.
    """
    days = one.calendar or ()
    if not days:
        return ""
    count = formatter.count(sum(day.step > 0 for day in days), "day")
    noted = "records of one day" if one.spread_entries or one.year_runs else "recorded"
    return f"{one.type}, 53 weeks up to {formatter.day(days[-1].date)}: {noted} on {count}"


def _full_day(day: date, period: Period) -> str:
    name = f"{WEEKDAYS[day.weekday()]} {day.day}"
    if period.display_kind not in ("month", "week", "day"):
        name += f" {month_name(day)}"
    return name if day.year == period.end.year else f"{name} {day.year}"
