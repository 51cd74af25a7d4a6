"""The pace bar: the used share of a limit beside the elapsed share of its days. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from tally.charts.axes import percent


@dataclass(frozen=True, slots=True)
class PaceBar:
    """The bar of a limit: the part used, the marker of today, and the hot part beyond it."""

    used: float
    hot: float
    marker: float


def pace_bar(used: Decimal, elapsed: Decimal) -> PaceBar:
    """Draw shares of a limit: `used` of the amount, `elapsed` of the days, in percent.

    The bar is the limit, or all that was used where that is more.
    """
    whole = max(float(used), 100.0)
    marker = percent(float(elapsed) / whole * 100)
    level = percent(float(used) / whole * 100)
    return PaceBar(used=min(level, marker), hot=percent(level - marker), marker=marker)
