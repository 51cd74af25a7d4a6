"""Comparisons with other days in words: the days before, the same days a year ago. Pure."""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from tally.charts.rounding import short, significant
from tally.dashboard import period_names, phrases
from tally.dashboard.period_names import PeriodName
from tally.dashboard.words import known_words
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.figures import Comparison, percent_of
from tally.statistics.shares import MILLIONTH
from tally.statistics.type_statistics import TypeStatistics

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
    is_nothing = not one.entries and not one.total  # A base fee is due without a record.
    if is_nothing and not before.total:
        return "nothing either"
    if is_nothing and period.running and period.days == 1:
        return "nothing yet"
    if not before.difference:
        return "as much"
    return "nothing noted" if before.percent is None else ""


def comparison(
    one: TypeStatistics, before: Comparison, name: PeriodName, period: Period, formatter: Formatter
) -> str:
    """`12 % less than the first 22 days of October`; name: that of the days before."""
    match standing(one, before, period):
        case "nothing either":
            return f"{nothing(one, before)} {name.when} either"
        case "nothing yet":
            return f"nothing yet, {name} {_amount_before(one, before, formatter)}"
        case "no costs before":
            return no_costs(name)
        case "no costs":
            return f"no costs, {name} {_amount_before(one, before, formatter)}"
        case "nothing noted":
            return f"{nothing(one, before)} {name.when} to compare with"
        case "unknown":
            return f"nothing known of {period_names.name_before(period, formatter).text or name}"
        case "unequal":
            today = phrases.a_day(one, one.per_day, formatter)
            return f"{today} a day; {a_day_before(one, before, formatter)} of {name}"
        case "as much" | "":
            return difference(one.total, before.total or Decimal(0), name, formatter)


def settled(one: TypeStatistics, before: Comparison) -> Comparison:
    """The comparison, with no difference where it is a millionth at most.

    Equal shares of a bill may be rounded so far apart.
    """
    difference = before.difference
    if not difference or one.currency or not one.measured or abs(difference) > MILLIONTH:
        return before
    return replace(before, difference=Decimal(0), percent=before.percent and Decimal(0))


def nothing(one: TypeStatistics, before: Comparison) -> str:
    """The words for a sum of 0: `no records`, or `nothing` where the sum of records may be 0."""
    return "nothing" if one.currency or one.measured or before.is_noted else "no records"


def difference(total: Decimal, base: Decimal, name: PeriodName, formatter: Formatter) -> str:
    """`12 % less than October`, `3.5 times as much as October`, `as much as October`."""
    percent = percent_of(total - base, base)
    if total == base:
        return f"as much as {name}"
    if percent is None:
        return f"nothing {name.when}"
    if abs(percent) < Decimal("0.5"):
        return f"about as much as {name}"
    if percent >= 200:
        return f"{short(significant(total / base, 2), formatter.number)} times as much as {name}"
    share = formatter.percent(percent)
    if total and percent < Decimal("-99.5"):
        share = f"over {formatter.percent(Decimal(99))}"
    return f"{share} {more_or_less(percent)} than {name}"


def no_costs(name: PeriodName) -> str:
    """`October has no costs`, `the first 22 days of October have no costs`."""
    return f"{name} {'have' if name.is_plural else 'has'} no costs"


def _amount_before(one: TypeStatistics, before: Comparison, formatter: Formatter) -> str:
    return phrases.amount(before.total or Decimal(0), one, formatter)


def a_day_before(one: TypeStatistics, before: Comparison, formatter: Formatter) -> str:
    """`3.9 in the 7 days known`: the average of the known days of an earlier period."""
    known = known_words.count(before.known_days)
    return f"{phrases.a_day(one, before.per_day, formatter)} in the {known} known"


def more_or_less(difference: Decimal) -> str:
    """`more` for a difference above 0, else `less`."""
    return "more" if difference > 0 else "less"


def signed_percent(before: Comparison, formatter: Formatter) -> str:
    """`+7 %`; the difference itself if the earlier total is 0; "" if there is no difference."""
    if before.difference is None:
        return ""
    if before.percent is None:
        return signed(before.difference, formatter)
    if abs(before.percent) >= 10_000:
        return "+" + formatter.number(significant(before.percent, 2)) + "\u202f%"
    rounded = before.percent.quantize(Decimal(1), ROUND_HALF_UP)
    if rounded == -100 != before.percent:
        rounded = before.percent.quantize(Decimal("0.1"), ROUND_DOWN)
    if not rounded:
        rounded = significant(before.percent, 1)
    return signed(rounded, formatter) + "\u202f%"


def signed(value: Decimal, formatter: Formatter) -> str:
    """`+31.3`, `−4`: a number with its sign, except 0."""
    return ("+" if value > 0 else "") + formatter.number(value)
