"""Amounts that cover several days, spread evenly over them. Pure, and exact until the last step.

The statements give sums of shares to 40 decimals; they are rounded last. A part of a record is the
difference of two rounded running sums, so that adjacent parts add up to the whole, and a period
that holds all its days gets all of it.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from tally.db.spread_queries import Covering, Spread, SpreadSum
from tally.domain.calendar import DAY, Span

_WIDE = Context(prec=80)
_THIRTY_DECIMALS, MILLIONTH = Decimal("1e-30"), Decimal("1e-6")


class Run(NamedTuple):
    """Consecutive days that the same records cover; a period may hold only a part of them."""

    span: Span
    covering: tuple[Covering, ...]


def parts(rows: Iterable[Spread], buckets: int) -> list[Decimal]:
    """The amount of records of several days in each bucket, from the first bucket on."""
    by_bucket = {row.bucket: row for row in rows}
    whole, running = 0, []
    for bucket in range(buckets + 1):
        row = by_bucket.get(bucket)
        whole += _millionths(row.ended) if row else 0
        running.append(whole + (_millionths(row.crossing) if row else 0))
    return [Decimal(b - a).scaleb(-6) for a, b in pairwise(running)]


def total(sums: SpreadSum) -> Decimal:
    """The amount of records of several days in one span of days."""
    millionths = _millionths(sums.ended) + _millionths(sums.beyond) - _millionths(sums.before)
    return Decimal(millionths).scaleb(-6)


def runs(covering: Sequence[Covering], span: Span) -> list[Run]:
    """The covered days of a span, divided where the set of covering records changes."""
    inside = [
        (first, one.last, one)
        for one in covering
        if (first := one.first) <= span.end and one.last >= span.start
    ]
    inside.sort(key=itemgetter(0, 1))
    edges = {max(first, span.start) for first, _, _ in inside}
    edges |= {last + DAY for _, last, _ in inside if last < span.end}
    days = [*sorted(edges), span.end + DAY]
    stretches = []
    for day, following in pairwise(days):
        over = tuple(one for first, last, one in inside if first <= day <= last)
        if over:
            stretches.append(Run(Span(day, following - DAY), over))
    return stretches


def _millionths(amount: Decimal) -> int:
    """An amount, 0 or more, in whole millionths, half up.

    Shares have 40 decimals, and are summed: an exact half is exact only to 30 decimals.
    """
    exact = amount.quantize(_THIRTY_DECIMALS, ROUND_HALF_EVEN, _WIDE)
    return int(exact.quantize(MILLIONTH, ROUND_HALF_UP, _WIDE).scaleb(6, _WIDE))
