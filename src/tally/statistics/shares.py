"""Amounts that cover several days, spread evenly over them. Pure, and exact until the last step.

The shares of records of one length are summed, then divided to 40 decimals (by the statements), and
rounded last. A part of a record is the difference of two rounded running sums: parts that meet add
up to the whole, and a period that holds all its days gets all of it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from tally.db.queries import Covering, Spread, SpreadSum
from tally.domain.periods import DAY, Span


class Run(NamedTuple):
    """Days in a row that the same records cover; a period may hold only a part of them."""

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
    """The covered days of a span, parted where the set of records that cover a day changes."""
    inside = [one for one in covering if one.first <= span.end and one.last >= span.start]
    inside.sort(key=lambda one: (one.first, one.last))
    edges = {max(one.first, span.start) for one in inside}
    edges |= {one.last + DAY for one in inside if one.last < span.end}
    days = [*sorted(edges), span.end + DAY]
    stretches = []
    for first, following in pairwise(days):
        over = tuple(one for one in inside if one.first <= first <= one.last)
        if over:
            stretches.append(Run(Span(first, following - DAY), over))
    return stretches


def _millionths(amount: Decimal) -> int:
    """An amount in whole millionths, half away from zero.

    Quotients of 40 decimals were summed: where a half is meant it stands there in 30.
    """
    exact = round(Fraction(amount) * 10**30)
    return (2 * exact + 10**24) // (2 * 10**24)
