"""The figures of the dashboard in words: totals, comparisons, estimates, limits. Pure."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from tally.charts.axes import for_the_eye, short, significant
from tally.dashboard import period_names
from tally.domain.currencies import decimals
from tally.domain.formatting import Words, month_name, short_month
from tally.domain.periods import Per, Period, Span
from tally.statistics.compute import TypeStatistics
from tally.statistics.figures import Comparison, LimitPace, percent_of

CURRENT: dict[Per, str] = {
    "day": "today",
    "week": "this week",
    "month": "this month",
    "year": "this year",
}
LONG = Decimal(1_000_000)
# The words at a bucket with records, none of which has a cost or price.
COST_NOT_KNOWN = "cost not known"


Standing = Literal[
    "nothing either",
    "nothing yet",
    "unknown",
    "unequal",
    "no costs before",
    "no costs",
    "as much",
    "nothing noted",
    "",
]


def standing(one: TypeStatistics, before: Comparison, period: Period) -> Standing:
    """The kind of a comparison that needs words before its numbers; "" where numbers are enough.

    `nothing either`, `nothing yet` (of a day that is not over), `as much`, `nothing noted` before;
    `unknown` where no day of the other span is known, `unequal` where the numbers of known days
    differ too much. In money: `no costs before`, `no costs` where records of the other span, or of
    this one, have none.
    """
    if before.total is None:
        return "no costs before"
    if before.difference is None:
        if one.currency and one.cost and one.cost.missing:
            return "no costs"
        return "unequal" if before.known_days else "unknown"
    if not one.entries and not before.total:
        return "nothing either"
    if not one.entries and period.running and period.days == 1:
        return "nothing yet"
    if not before.difference:
        return "as much"
    return "nothing noted" if before.percent is None else ""


def comparison(
    one: TypeStatistics, before: Comparison, words: str, period: Period, say: Words
) -> str:
    """`12 % less than the first 22 days of October`; words: the name of the days before."""
    match standing(one, before, period):
        case "nothing either":
            return f"{nothing(one)} in {words} either"
        case "nothing yet":
            return f"nothing yet, {words} {_amount_before(one, before, say)}"
        case "no costs before":
            return no_costs(words)
        case "no costs":
            return f"no costs, {words} {_amount_before(one, before, say)}"
        case "nothing noted":
            return f"{nothing(one)} in {words} to compare with"
        case "unknown":
            return f"nothing known of {period_names.name_before(period, say) or words}"
        case "unequal":
            today = a_day(one, one.per_day, say)
            return f"{today} a day; {a_day_before(one, before, say)} of {words}"
        case "as much" | "":
            return difference(one.total, before.total or Decimal(0), words, say)


def nothing(one: TypeStatistics) -> str:
    """The words for a sum of 0: `no records`, but where records can come to nothing `nothing`."""
    return "nothing" if one.currency or one.measured else "no records"


def difference(total: Decimal, base: Decimal, words: str, say: Words) -> str:
    """`12 % less than October`, `3.5 times as much as October`, `as much as October`."""
    percent = percent_of(total - base, base)
    if total == base:
        return f"as much as {words}"
    if percent is None:
        return f"nothing in {words}"
    if abs(percent) < Decimal("0.5"):
        return f"about as much as {words}"
    if percent >= 200:
        return f"{short(significant(total / base, 2), say.number)} times as much as {words}"
    share = say.percent(percent)
    if total and percent < Decimal("-99.5"):
        share = f"over {say.percent(Decimal(99))}"
    return f"{share} {more_or_less(percent)} than {words}"


def no_costs(words: str) -> str:
    """`October has no costs`, `the first 22 days of October have no costs`."""
    several = {"days", "to"} & set(words.split())
    return f"{words} {'have' if several else 'has'} no costs"


def _amount_before(one: TypeStatistics, before: Comparison, say: Words) -> str:
    return amount(before.total or Decimal(0), one, say)


def amount(value: Decimal, one: TypeStatistics, say: Words) -> str:
    """An amount in full; where shares make it long, in four digits; money with its decimals."""
    if one.currency:
        return say.fixed(value, decimals(one.currency))
    return say.number(_short(value) if one.measured else value)


def quantity(value: Decimal, unit: str, say: Words) -> str:
    """`12 kWh`; a number alone without a unit."""
    return f"{say.rough(value, 3)} {unit}".rstrip()


def drawn(value: Decimal, one: TypeStatistics, say: Words) -> str:
    """An amount beside a drawing: in four digits at most; money with its decimals."""
    return amount(value, one, say) if one.currency else short(value, say.number)


def a_day(one: TypeStatistics, value: Decimal | None, say: Words) -> str:
    """The average of a day in words: rounded for reading; money as a price is."""
    if value is None:
        return ""
    return say.price_number(value, one.currency) if one.currency else average(value, say)


def average(value: Decimal | None, say: Words) -> str:
    return "" if value is None else say.number(for_the_eye(value))


def a_day_before(one: TypeStatistics, before: Comparison, say: Words) -> str:
    """`3.9 in the 7 days known`: the average of the known days of an earlier period."""
    known = known_count(before.known_days)
    return f"{a_day(one, before.per_day, say)} in the {known} known"


def more_or_less(difference: Decimal) -> str:
    return "more" if difference > 0 else "less"


def signed_percent(before: Comparison, say: Words) -> str:
    """`+7 %`; the difference where there is nothing to take a share of; nothing without either."""
    if before.difference is None:
        return ""
    if before.percent is None:
        return signed(before.difference, say)
    if abs(before.percent) >= 10_000:
        return "+" + say.number(significant(before.percent, 2)) + "\u202f%"
    rounded = before.percent.quantize(Decimal(1), ROUND_HALF_UP)
    if rounded == -100 != before.percent:
        rounded = before.percent.quantize(Decimal("0.1"), ROUND_DOWN)
    if not rounded:
        rounded = significant(before.percent, 1)
    return signed(rounded, say) + "\u202f%"


def signed(value: Decimal, say: Words) -> str:
    """`+31.3`; say.number writes the minus."""
    return ("+" if value > 0 else "") + say.number(value)


def noted(one: TypeStatistics, period: Period, say: Words) -> str:
    """`recorded on 15 of 27 days`, `to 20 November`, `since 10 November`, `4 records`."""
    if nothing := nothing_known(one, period):
        return nothing
    if not one.active_days:
        return "no records yet" if period.end >= period.today else "no records"
    if period.elapsed_days == 1 and not one.spread_entries:
        return say.count(one.entries, "record")
    if one.known.days < period.elapsed_days:
        return known_days(one, period, say)
    if one.spread_entries:
        return "all days known"
    if one.active_days == period.elapsed_days:
        return "recorded every day"
    return f"recorded on {one.active_days} of {say.count(period.elapsed_days, 'day')}"


def nothing_known(one: TypeStatistics, period: Period) -> str:
    """`not read yet`, `before its first reading`: of a meter without a known day; "" of others.

    Their total is 0 as well, which nobody knows.
    """
    if one.active_days or one.total or one.known.days:
        return ""
    if not one.measured or period.elapsed is None:
        return ""
    return not_known(one, one.known_days.unknown_within(period.elapsed)[-1].start)


def known_days(one: TypeStatistics, period: Period, say: Words) -> str:
    """The known days in words: `to 20 November`, `since 10 November`, `20 of 27 days known`."""
    first, last, count = one.known
    if first is None or last is None:
        return "nothing known"
    begins, ends = first == period.start, last == period.anchor
    if count < (last - first).days + 1 or begins == ends:
        if begins == ends and count == (last - first).days + 1:
            return period_names.days(Span(first, last), say)
        return f"{count} of {say.count(period.elapsed_days, 'day')} known"
    return (
        f"to {period_names.days(Span(last, last), say)}"
        if begins
        else f"since {period_names.days(Span(first, first), say)}"
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
    """`21–27`, `21–27 Nov`, `28 Oct – 3 Nov`: in a month of its own days alone."""
    first, last = span.start, span.end
    inside = period.span is not None and period.span.start.month == period.span.end.month
    if inside and period.days <= 31:
        return str(first.day) if first == last else f"{first.day}\N{EN DASH}{last.day}"
    if first < last and (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\N{EN DASH}{last.day} {short_month(last)}"
    texts = [f"{day.day} {short_month(day)}" for day in dict.fromkeys((first, last))]
    return " \N{EN DASH} ".join(texts)


def projection(value: Decimal, period: Period, say: Words, unit: str = "") -> str:
    """`about 86 by the 30th`, with the unit where it does not stand beside it."""
    day = period_names.last_day(period, say)
    return f"about {about(value, say)} {unit}".rstrip() + f" by {day}"


def to_come(value: Decimal | None, period: Period, say: Words, unit: str = "") -> str:
    """The projection in words; "" without one."""
    return "" if value is None else projection(value, period, say, unit)


def about(value: Decimal, say: Words) -> str:
    return compact(estimate(value), say)


def compact(value: Decimal, say: Words) -> str:
    """A number in full below a million, from there on with M, G, T."""
    return say.number(value) if abs(value) < LONG else short(value, say.number)


def estimate(value: Decimal) -> Decimal:
    """An estimate without false precision: whole from ten on, with three digits at most."""
    return significant(
        value.quantize(Decimal(1), ROUND_HALF_UP) if value >= 10 else value, 3 if value >= 10 else 2
    )


# Limits


def limit(pace: LimitPace, unit: str, say: Words) -> str:
    """`at most 320 kWh a month`."""
    most = f"{say.number(pace.value)} {unit}".rstrip()
    return f"at most {most} a {pace.per}"


def pace(pace: LimitPace, period: Period, say: Words, unit: str = "") -> tuple[str, str]:
    """A limit's state in words, and its mood: `good`, `warn` ahead of pace, `bad` beyond it.

    unit: of the limit, where that is another than that of the figures around it. "Kept" is said
    only of a limit whose own period is over, and known from its first day to its last; of one in
    money only where each amount has a cost or price.
    """
    value = f"{compact(pace.value, say)} {unit}".rstrip() + _limit_days(pace, period, say)
    used = pace.share_used or Decimal(0)
    share = f"{share_of_all(used, say)} of {value}"
    over = pace.span.end <= pace.known_to < period.today
    if pace.left >= 0 and (pace.uncovered or (over and not pace.known_whole)):
        return _known_in_part(pace, value, say), "warn" if pace.ahead and not over else "good"
    if not pace.value and not pace.used:
        return f"none used{_limit_days(pace, period, say)}, none allowed", "good"
    if used >= 10:
        share = f"{short(used, say.number)} times {value}"
    if pace.left < 0:
        more = f"{compact(_short(-pace.left), say)} over"
        return (f"{more} {value}" if pace.share_used is None else f"{share}, {more}"), "bad"
    if pace.known_to < pace.span.start:
        return f"nothing read yet of {value}", "good"
    if over:
        return f"{compact(_short(pace.used), say)} of {value}, kept", "good"
    if pace.known_to < min(period.today, pace.span.end):
        share = f"{share} by {period_names.ordinal_day(pace.known_to, pace.span, say)}"
        if pace.ahead:
            return f"{share}, ahead of pace", "warn"
        return share, "good"
    if pace.ahead:
        return f"{share}, ahead of pace", "warn"
    return f"{share}, {compact(_short(pace.left), say)} left", "good"


def _known_in_part(pace: LimitPace, value: str, say: Words) -> str:
    """`10 of 300 in the 20 days known`, `nothing known of 300`: kept or not, nobody knows.

    `20 of 30 €, not all costs known` where some amounts have neither a cost nor a price.
    """
    if not pace.used and (pace.uncovered or not pace.known_days):
        return f"nothing known of {value}"
    used = f"{compact(_short(pace.used), say)} of {value}"
    if pace.uncovered:
        return f"{used}, not all costs known"
    return f"{used} in the {known_count(pace.known_days)} known"


def known_count(days: int) -> str:
    """The known days in a phrase that begins with “the”: `day`, `7 days`."""
    return "day" if days == 1 else f"{days} days"


def _short(value: Decimal) -> Decimal:
    """A value that shares have made long, rounded to four digits or its whole part."""
    if (Fraction(value) * 1000).denominator == 1:
        return value
    return significant(value, max(4, value.adjusted() + 1))


def share_of_all(share: Decimal, say: Words) -> str:
    """`72 %`. Only a share of 1 is `100 %`: near it are `over 99 %` and `over 100 %`."""
    if share != 1 and say.percent(share * 100) == say.percent(Decimal(100)):
        return f"over {say.percent(Decimal(99 if share < 1 else 100))}"
    return say.percent(share * 100)


def _limit_days(pace: LimitPace, period: Period, say: Words) -> str:
    """The days that a limit is for, in words; "" where they are the period shown."""
    if pace.span == period.span:
        return ""
    if pace.span.start <= period.today <= pace.span.end:
        return f" {CURRENT[pace.per]}"
    match pace.per:
        case "day":
            return f" on {say.short_day(pace.span.start)}"
        case "week":
            return f" in {say.week(pace.span.start).lower()}"
        case "month" if pace.span.start.day > 1:
            return f" in the month from {say.brief_day(pace.span.start)}"
        case "month":
            return f" in {month_name(pace.span.start)}"
    return f" in {pace.span.start.year}"


def bucket(total: Decimal | None, one: TypeStatistics, say: Words) -> str:
    """The sum of a bucket that has records: in money some may have no cost that is known."""
    return COST_NOT_KNOWN if total is None else amount(total, one, say)
