"""Which days of a (type, unit) are known: unknown is not zero. Pure.

Unknown are the days before the first that a record covers, those after the latest reading or bill
and those between two readings or bills that nothing covers. Each other day without a record is 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tally.domain.periods import DAY, Span, weekday_counts


class Known(NamedTuple):
    """The known days of a period: the first, the last, and how many; both None where none is."""

    first: date | None
    last: date | None
    days: int


class Noted(NamedTuple):
    """Days in a row with a record of one day each; whether its first and last day has a reading."""

    span: Span
    reading_first: bool
    reading_last: bool


@dataclass(frozen=True, slots=True)
class KnownDays:
    """first: the first day that a record covers; None: no day is known. last: the last known one.

    unknown: the stretches between them that nobody has read, in order.
    """

    first: date | None
    last: date
    unknown: tuple[Span, ...] = ()

    def stretches(self, span: Span | None) -> Iterator[Span]:
        """The known stretches of a span, in order."""
        if span is None or self.first is None:
            return
        start, end = max(span.start, self.first), min(span.end, self.last)
        for gap in self.unknown:
            if gap.start > end:
                break
            if gap.end < start:
                continue
            if gap.start > start:
                yield Span(start, gap.start - DAY)
            start = gap.end + DAY
        if start <= end:
            yield Span(start, end)

    def within(self, span: Span | None) -> Known:
        """How much of a span is known."""
        first = last = None
        days = 0
        for stretch in self.stretches(span):
            first, last = first or stretch.start, stretch.end
            days += stretch.days
        return Known(first, last, days)

    def unknown_within(self, span: Span) -> list[Span]:
        """The stretches of a span that are not known, at its ends and between."""
        stretches = []
        start = span.start
        for known in self.stretches(span):
            if known.start > start:
                stretches.append(Span(start, known.start - DAY))
            start = known.end + DAY
        if start <= span.end:
            stretches.append(Span(start, span.end))
        return stretches

    def weekdays(self, span: Span | None) -> list[int]:
        """How many Mondays to Sundays of a span are known: seven numbers."""
        counts = [0] * 7
        for stretch in self.stretches(span):
            counts = [a + b for a, b in zip(counts, weekday_counts(stretch), strict=True)]
        return counts


def uncovered(span: Span, covered: Sequence[Span]) -> list[Span]:
    """The stretches of a span between those that are covered, which are in order and disjoint."""
    gaps = []
    start = span.start
    for stretch in covered:
        if stretch.start > start:
            gaps.append(Span(start, stretch.start - DAY))
        start = stretch.end + DAY
    if start <= span.end:
        gaps.append(Span(start, span.end))
    return gaps


def unread(gap: Span, noted: Sequence[Noted], *, before: bool, after: bool) -> list[Span]:
    """The days that nobody has read in a stretch that no record of several days covers.

    noted: its days with records of one day, in order. before, after: whether the records on either
    side are readings or cover several days. Between two such records days are unknown, else zero.
    """
    unknown = []
    start, measured = gap.start, before
    for days in noted:
        if days.span.start > start and measured and days.reading_first:
            unknown.append(Span(start, days.span.start - DAY))
        start, measured = days.span.end + DAY, days.reading_last
    if start <= gap.end and measured and after:
        unknown.append(Span(start, gap.end))
    return unknown
