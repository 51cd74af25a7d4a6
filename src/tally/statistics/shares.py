"""Amounts that cover several days, spread evenly over them. Pure, and exact until the last step.

Numerators are whole millionths, kept by divisor (the days that a record covers), so that a sum of
shares is divided once and rounded last. A part of a record is the difference of two rounded running
sums: parts that meet add up to the whole, and a period that holds all its days gets all of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from math import lcm
from typing import NamedTuple

from tally.domain.periods import DAY, Span

MILLIONTHS = 10**6


class Covering(NamedTuple):
    """Records of one (type, unit) that cover the same several days, the last of them `last`."""

    last: date
    days: int
    total: Decimal
    entries: int

    @property
    def first(self) -> date:
        return self.last - (self.days - 1) * DAY

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


class Run(NamedTuple):
    """Days in a row that the same records cover; a period may hold only a part of them."""

    span: Span
    covering: tuple[Covering, ...]


class Shares:
    """The records of one (type, unit) that cover several days."""

    def __init__(self, covering: Sequence[Covering] = ()) -> None:
        self.covering = sorted(covering, key=lambda one: (one.first, one.last))
        self._firsts = [one.first for one in self.covering]
        by_last = sorted(covering, key=lambda one: one.last)
        self._lasts = [one.last for one in by_last]
        self._begun = [0, *accumulate(one.entries for one in self.covering)]
        self._ended = [0, *accumulate(one.entries for one in by_last)]

    def total(self, span: Span) -> Decimal:
        """The part of all records that falls on the days of a span."""
        return self.parts([span.start], span.end)[0]

    def parts(self, starts: Sequence[date], end: date) -> list[Decimal]:
        """The part on each stretch of days: from its start to the day before the next, or `end`."""
        if not starts:
            return []
        if not self.covering:
            return [Decimal(0)] * len(starts)
        running = self._running([start - DAY for start in starts] + [end])
        return [Decimal(b - a).scaleb(-6) for a, b in pairwise(running)]

    def entries(self, span: Span) -> int:
        """How many records cover any day of a span."""
        begun = self._begun[bisect_right(self._firsts, span.end)]
        return begun - self._ended[bisect_left(self._lasts, span.start)]

    def covered(self, span: Span) -> list[Span]:
        """The stretches of a span that records cover, in order, none touching another."""
        stretches: list[Span] = []
        for one in self.covering[: bisect_right(self._firsts, span.end)]:
            if one.last < span.start:
                continue
            first, last = max(one.first, span.start), min(one.last, span.end)
            if stretches and first <= stretches[-1].end + DAY:
                stretches[-1] = Span(stretches[-1].start, max(stretches[-1].end, last))
            else:
                stretches.append(Span(first, last))
        return stretches

    def runs(self, span: Span) -> list[Run]:
        """The covered days of a span, parted where the set of records that cover a day changes."""
        inside = [one for one in self.covering if one.first <= span.end and one.last >= span.start]
        edges = {max(one.first, span.start) for one in inside}
        edges |= {one.last + DAY for one in inside if one.last < span.end}
        days = [*sorted(edges), span.end + DAY]
        runs = []
        for first, following in pairwise(days):
            over = tuple(one for one in inside if one.first <= first <= one.last)
            if over:
                runs.append(Run(Span(first, following - DAY), over))
        return runs

    def _running(self, days: Sequence[date]) -> list[int]:
        """The sum of all shares up to each of the days, which rise: in millionths, rounded."""
        by_divisor: dict[int, list[Covering]] = {}
        for one in self.covering:
            by_divisor.setdefault(one.days, []).append(one)
        columns = [_numerators(some, days) for some in by_divisor.values()]
        common = lcm(*by_divisor)
        weights = [common // divisor for divisor in by_divisor]
        return [
            (2 * sum(map(int.__mul__, numerators, weights)) + common) // (2 * common)
            for numerators in zip(*columns, strict=True)
        ]


def _numerators(covering: Sequence[Covering], days: Sequence[date]) -> Iterator[int]:
    """Up to each day, the millionths that records of as many days hold, times those days."""
    changes = [(one.first.toordinal(), _millionths(one.total)) for one in covering]
    changes += [(one.last.toordinal() + 1, -_millionths(one.total)) for one in covering]
    changes.sort()
    place, numerator, rate, reached = 0, 0, 0, 0
    for day in days:
        following = day.toordinal() + 1
        while place < len(changes) and changes[place][0] < following:
            at, change = changes[place]
            numerator += rate * (at - reached)
            rate, reached, place = rate + change, at, place + 1
        numerator += rate * (following - reached)
        reached = following
        yield numerator


def _millionths(value: Decimal) -> int:
    return int(value * MILLIONTHS)
