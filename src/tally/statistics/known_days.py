"""The known days of a (type, unit): unknown is not zero. Pure.

Unknown are the days before the first that a record covers; those after the latest reading or bill
of a type with readings, or after a bill that is the latest record of a type without any; and those
between two readings or bills that no record covers. Each other day without a record counts as 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tally.domain.calendar import DAY, Span, weekday_counts


class Known(NamedTuple):
    """The first and last known day of a period, and the number of known days; None without any."""

    first: date | None
    last: date | None
    days: int


@dataclass(frozen=True, slots=True)
class KnownDays:
    """The known days of a (type, unit).

    first: the first day that a record covers; None if no day is known. last: the last known one.
    unknown: the stretches between them that nobody has read, in order.
    """

    first: date | None
    last: date
    unknown: tuple[Span, ...] = ()

    def count(self, start: date, end: date) -> int:
        """The number of known days from `start` to `end`."""
        if self.first is None:
            return 0
        if self.unknown:
            return self.within(Span(start, end)).days if start <= end else 0
        return max(0, (min(end, self.last) - max(start, self.first)).days + 1)

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
        """The known part of a span."""
        first = last = None
        days = 0
        for stretch in self.stretches(span):
            first, last = first or stretch.start, stretch.end
            days += stretch.days
        return Known(first, last, days)

    def unknown_within(self, span: Span) -> list[Span]:
        """The unknown stretches of a span, at its ends and between."""
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
        """The number of known Mondays, Tuesdays … and Sundays of a span: seven numbers."""
        counts = [0] * 7
        for stretch in self.stretches(span):
            counts = [a + b for a, b in zip(counts, weekday_counts(stretch), strict=True)]
        return counts


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; those that overlap or touch are joined."""
    stretches: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if stretches and span.start <= stretches[-1].end + DAY:
            stretches[-1] = Span(stretches[-1].start, max(stretches[-1].end, span.end))
        else:
            stretches.append(span)
    return tuple(stretches)
