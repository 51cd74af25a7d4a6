"""Numbers rounded for people: significant digits, averages and estimates, short forms. Pure."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

WriteNumber = Callable[[Decimal], str]

SUFFIXES = ("", "k", "M", "G", "T", "P")
PLAIN_BELOW = Decimal(10_000)


def significant(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to `digits` significant digits."""
    if not value:
        return Decimal(0)
    unit = Decimal(1).scaleb(value.adjusted() - digits + 1)
    return (value / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def rounded_average(value: Decimal) -> Decimal:
    """Round an average or an estimate: two digits below ten, one decimal below a hundred.

    From there on to whole numbers, since nobody reads more digits.
    """
    size = abs(value)
    if size < 1:
        return significant(value, 2)
    return value.quantize(Decimal("0.1") if size < 100 else Decimal(1), ROUND_HALF_UP)


def short(value: Decimal, write: WriteNumber) -> str:
    """Write a value in at most four digits and k, M, G, T or P."""
    value = significant(value, 4 if abs(value) < PLAIN_BELOW else 3)
    if abs(value) < PLAIN_BELOW:
        return write(value)
    power = min(value.adjusted() // 3, len(SUFFIXES) - 1)
    return write(value.scaleb(-3 * power)) + SUFFIXES[power]
