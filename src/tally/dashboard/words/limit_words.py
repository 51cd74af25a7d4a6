"""A limit in words: the most that is to be used, and how far it is used up. Pure."""

from decimal import Decimal
from typing import Literal, NamedTuple

from tally.charts.rounding import short
from tally.dashboard import period_names, phrases
from tally.dashboard.words import known_words
from tally.domain.calendar import Interval
from tally.domain.calendar_names import month_name
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.figures import LimitPace

CURRENT: dict[Interval, str] = {
    "day": "today",
    "week": "this week",
    "month": "this month",
    "year": "this year",
}


Mood = Literal["good", "warn", "bad", ""]


class LimitState(NamedTuple):
    """A limit in words, and its mood: `warn` ahead of pace, `bad` beyond it, "" without a limit."""

    words: str
    mood: Mood


NO_LIMIT = LimitState("No limit", "")


def at_most(pace: LimitPace, unit: str, formatter: Formatter) -> str:
    """`at most 320 kWh a month`."""
    value = _money(pace.value, formatter) if pace.in_cost else formatter.number(pace.value)
    most = f"{value} {unit}".rstrip()
    return f"at most {most} a {pace.per}"


def state(pace: LimitPace, period: Period, formatter: Formatter, unit: str = "") -> LimitState:
    """Where a limit stands in a period.

    unit: of the limit, where that is another than that of the figures around it. "Kept" is said
    only of a limit whose own period is over, and known from its first day to its last; of one in
    money only where each amount has a cost or price.
    """
    days = _limit_days(pace, period, formatter)
    most = _money(pace.value, formatter) if pace.in_cost else phrases.compact(pace.value, formatter)
    value = f"{most} {unit}".rstrip() + days
    used = pace.share_used or Decimal(0)
    is_over = pace.span.end <= pace.known_to < period.today
    if pace.left >= 0 and (pace.uncovered or (is_over and not pace.known_whole)):
        words = _known_in_part(pace, value, formatter)
        return LimitState(words, "warn" if pace.ahead and not is_over else "good")
    is_behind = pace.known_to < min(period.today, pace.span.end)
    by_then = f" by {period_names.ordinal_day(pace.known_to, pace.span, formatter)}"
    if not pace.value and not pace.used and pace.known_to >= pace.span.start:
        return LimitState(f"none used{days}{by_then if is_behind else ''}, none allowed", "good")
    share = f"{formatter.share(used)} of {value}"
    if used >= 10:
        share = f"{short(used, formatter.number)} times {value}"
    if pace.left < 0:
        more = f"{_figure(-pace.left, pace, formatter)} over"
        words = f"{more} {value}" if pace.share_used is None else f"{share}, {more}"
        return LimitState(words, "bad")
    if pace.known_to < pace.span.start:
        return LimitState(f"nothing read yet of {value}", "good")
    if is_over:
        return LimitState(f"{_figure(pace.used, pace, formatter)} of {value}, kept", "good")
    if is_behind:
        share += by_then
    if pace.ahead:
        return LimitState(f"{share}, ahead of pace", "warn")
    return LimitState(
        share if is_behind else f"{share}, {_figure(pace.left, pace, formatter)} left", "good"
    )


def _figure(value: Decimal, pace: LimitPace, formatter: Formatter) -> str:
    """What is used of a limit, left or over: money as money is written, else in four digits."""
    if pace.in_cost:
        return _money(value, formatter)
    return phrases.compact(phrases.shortened(value), formatter)


def _money(value: Decimal, formatter: Formatter) -> str:
    """`20`, `8.23`: whole money without decimals, any other with those of its currency."""
    if value == value.to_integral_value() or abs(value) >= phrases.LONG:
        return phrases.compact(value, formatter)
    return formatter.price_number(value, formatter.currency)


def _known_in_part(pace: LimitPace, value: str, formatter: Formatter) -> str:
    """`10 of 300 in the 20 days known`, `nothing known of 300`: kept or not, nobody knows.

    `20 of 30 €, not all costs known` where some amounts have neither a cost nor a price.
    """
    if not pace.used and (pace.uncovered or not pace.known_days):
        return f"nothing known of {value}"
    used = f"{_figure(pace.used, pace, formatter)} of {value}"
    if pace.uncovered:
        return f"{used}, not all costs known"
    return f"{used} in the {known_words.count(pace.known_days)} known"


def _limit_days(pace: LimitPace, period: Period, formatter: Formatter) -> str:
    """The days that a limit is for, in words; "" where they are the period shown."""
    if pace.span == period.span:
        return ""
    if pace.span.start <= period.today <= pace.span.end:
        return f" {CURRENT[pace.per]}"
    match pace.per:
        case "day":
            return f" on {formatter.short_day(pace.span.start)}"
        case "week":
            return f" in {formatter.week(pace.span.start).lower()}"
        case "month" if pace.span.start.day > 1:
            return f" in the month from {formatter.brief_day(pace.span.start)}"
        case "month":
            return f" in {month_name(pace.span.start)}"
    return f" in {pace.span.start.year}"
