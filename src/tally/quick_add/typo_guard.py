"""The usual value of a type and unit, and whether another one looks like a slip. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median, median_low

from tally.domain.formatting import Formatter
from tally.domain.units import counted

# The usual value is the median of the newest 20 records; None with fewer than 5. An amount of more
# than 5 times that, or less than a fifth, is asked about.
NEWEST = 20
MIN_RECORDS = 5
TIMES = 5


def usual(latest: Sequence[Decimal]) -> Decimal | None:
    """The median of the newest values; None where they are too few, or it is 0."""
    if len(latest) < MIN_RECORDS:
        return None
    return median(latest[:NEWEST]) or None


def usual_written(latest: Sequence[Decimal]) -> Decimal:
    """The usual value as one of the values themselves: the lower of two in the middle."""
    return median_low(latest[:NEWEST])


def warning(
    value: Decimal,
    unit: str,
    latest: Sequence[Decimal],
    formatter: Formatter,
    *,
    a_day: bool = False,
    if_more: str = "",
) -> str:
    """A warning about a value over 5 times the usual, or under a fifth of it; "" for others.

    a_day: the value, or the usual one, is that of one day of a record that covers several. if_more:
    words on another meaning of a value over the usual.
    """
    middle = usual(latest)
    if middle is None or middle / TIMES <= value <= middle * TIMES:
        return ""
    amount = f"{formatter.number(middle, _places(middle))} {counted(unit, middle)}".rstrip()
    if a_day:
        amount += " a day"
    if value > middle:
        times = value / middle
        more = f"{formatter.number(times, 1 if times < 10 else 0)} × your usual {amount}"
        return f"{more}. {if_more}" if if_more else more
    return f"{formatter.share(value / middle)} of your usual {amount}"


def _places(value: Decimal) -> int:
    """The decimals of a value in a message: three, or more for a very small one."""
    return max(3, 2 - value.adjusted())
