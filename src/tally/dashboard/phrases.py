"""The amounts of the dashboard as they are written: totals, averages, estimates. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tally.charts.rounding import rounded_average, short, significant
from tally.dashboard import period_names
from tally.domain.currencies import decimals
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.type_statistics import SeriesPoint, TypeStatistics

LONG = Decimal(1_000_000)
# The words at a bucket with records, none of which has a cost or price.
COST_NOT_KNOWN = "cost not known"


def amount(value: Decimal, one: TypeStatistics, formatter: Formatter) -> str:
    """An amount in full; where shares make it long, in four digits; money with its decimals."""
    if one.currency:
        return formatter.fixed(value, decimals(one.currency))
    return formatter.number(shortened(value) if one.measured else value)


def quantity(value: Decimal, unit: str, formatter: Formatter) -> str:
    """`12 kWh`; a number alone without a unit."""
    return f"{formatter.rough(value, 3)} {unit}".rstrip()


def drawn(value: Decimal, one: TypeStatistics, formatter: Formatter) -> str:
    """An amount beside a drawing: in four digits at most; money with its decimals."""
    return amount(value, one, formatter) if one.currency else short(value, formatter.number)


def a_day(one: TypeStatistics, value: Decimal | None, formatter: Formatter) -> str:
    """The average of a day in words: rounded for reading; money as a price is."""
    if value is None:
        return ""
    return (
        formatter.price_number(value, one.currency) if one.currency else average(value, formatter)
    )


def average(value: Decimal | None, formatter: Formatter) -> str:
    """`7.1`: an average rounded for reading; "" without one."""
    return "" if value is None else formatter.number(rounded_average(value))


def projection(
    value: Decimal | None, so_far: Decimal, period: Period, formatter: Formatter, unit: str = ""
) -> str:
    """`about 86 by the 30th`, "" without a projection.

    `unit`: of the estimate, where the page does not show it beside.
    """
    if value is None:
        return ""
    day = period_names.last_day(period, formatter)
    return f"about {estimate(value, so_far, formatter)} {unit}".rstrip() + f" by {day}"


def estimate(value: Decimal, so_far: Decimal, formatter: Formatter) -> str:
    """`86`, `1.2M`: an estimate as it stands behind the word “about”."""
    return compact(rounded_estimate(value, so_far), formatter)


def compact(value: Decimal, formatter: Formatter) -> str:
    """A number in full below a million, from there on with M, G, T."""
    return formatter.number(value) if abs(value) < LONG else short(value, formatter.number)


def rounded_estimate(value: Decimal, so_far: Decimal) -> Decimal:
    """An estimate without false precision: whole from ten on, with three digits at most.

    One that would be less than what there is so far is rounded up.
    """
    digits, step = (3, Decimal(1)) if value >= 10 else (2, Decimal(0))
    rounded = significant(value.quantize(step, ROUND_HALF_UP) if step else value, digits)
    if rounded >= so_far:
        return rounded
    return rounded + max(step, Decimal(1).scaleb(value.adjusted() - digits + 1))


def shortened(value: Decimal) -> Decimal:
    """A value that shares have made long, rounded to four digits or its whole part."""
    if (Fraction(value) * 1000).denominator == 1:
        return value
    return significant(value, max(4, value.adjusted() + 1))


def is_told(point: SeriesPoint, one: TypeStatistics) -> bool:
    """Whether a bucket has a sum to write: of its records, or in money a base fee alone."""
    return bool(point.entries or (one.currency and point.total))


def bucket(total: Decimal | None, one: TypeStatistics, formatter: Formatter) -> str:
    """The sum of a bucket that has records: in money some may have no cost that is known."""
    return COST_NOT_KNOWN if total is None else amount(total, one, formatter)
