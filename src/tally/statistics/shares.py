"""Amounts that cover several days, spread evenly over them. Pure, and exact until the last step.

Numerators are whole millionths, kept by divisor (the days that a record covers), so that a sum of
shares is divided once and rounded last. A part of a record is the difference of two rounded running
sums: parts that meet add up to the whole, and a period that holds all its days gets all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import lcm
from typing import NamedTuple

from tally.db.queries import Covering, Spread, SpreadSum
from tally.domain.periods import DAY, Span

MILLIONTHS = 10**6


class Run(NamedTuple):
    """Days in a row that the same records cover; a period may hold only a part of them."""

    span: Span
    covering: tuple[Covering, ...]


def parts(rows: Iterable[Spread], buckets: int) -> list[Decimal]:
    """What each bucket holds of the records that cover several days, from the first bucket on."""
    ended = [0] * (buckets + 1)
    crossing: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        ended[row.bucket] += _millionths(row.ended)
        if row.crossing:
            crossing[row.bucket].append((row.days, _millionths(row.crossing)))
    whole, running = 0, []
    for bucket in range(buckets + 1):
        whole += ended[bucket]
        running.append(whole + _rounded(crossing.get(bucket, ())))
    return [Decimal(b - a).scaleb(-6) for a, b in pairwise(running)]


def total(rows: Iterable[SpreadSum]) -> Decimal:
    """What one span of days holds of the records that cover several days."""
    rows = list(rows)
    ended = sum(_millionths(row.ended) for row in rows)
    beyond = _rounded([(row.days, _millionths(row.beyond)) for row in rows])
    before = _rounded([(row.days, _millionths(row.before)) for row in rows])
    return Decimal(ended + beyond - before).scaleb(-6)


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


def _rounded(fractions: Iterable[tuple[int, int]]) -> int:
    """The sum of numerators (in millionths) by their divisors, half away from zero."""
    by_divisor = list(fractions)
    if not by_divisor:
        return 0
    common = lcm(*(divisor for divisor, _ in by_divisor))
    numerator = sum(numerator * (common // divisor) for divisor, numerator in by_divisor)
    return (2 * numerator + common) // (2 * common)


def _millionths(value: Decimal) -> int:
    return int(value * MILLIONTHS)
