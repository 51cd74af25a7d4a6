"""Known days, counted one by one."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import DAY, Span
from tally.statistics.known_days import Known, KnownDays, joined

FIRST = date(2026, 1, 1)
numbers = st.integers(0, 60)
spans = st.tuples(numbers, numbers).map(
    lambda pair: Span(FIRST + min(pair) * DAY, FIRST + max(pair) * DAY)
)


def stretches_of(days: list[date]) -> list[Span]:
    found: list[Span] = []
    for day in days:
        if found and day == found[-1].end + DAY:
            found[-1] = Span(found[-1].start, day)
        else:
            found.append(Span(day, day))
    return found


@given(spans, st.sets(numbers), spans)
def test_what_is_known_of_a_period(own: Span, missing: set[int], span: Span) -> None:
    gone = [day for day in own if (day - FIRST).days in missing]
    known = KnownDays(own.start, own.end, tuple(stretches_of(gone)))
    days = [day for day in span if day in set(own) and day not in gone]
    assert [day for stretch in known.stretches(span) for day in stretch] == days
    assert known.within(span) == Known(min(days, default=None), max(days, default=None), len(days))
    assert [day for stretch in known.unknown_within(span) for day in stretch] == [
        day for day in span if day not in days
    ]
    assert known.weekdays(span) == [
        sum(day.weekday() == weekday for day in days) for weekday in range(7)
    ]


def test_nothing_is_known_without_a_record_or_a_period() -> None:
    span = Span(FIRST, FIRST + DAY)
    assert KnownDays(None, FIRST).within(span) == Known(None, None, 0)
    assert KnownDays(None, FIRST).unknown_within(span) == [span]
    assert KnownDays(FIRST, FIRST).within(None) == Known(None, None, 0)


@given(spans, st.sets(numbers), spans)
def test_known_days_are_counted(own: Span, missing: set[int], span: Span) -> None:
    gone = [day for day in own if (day - FIRST).days in missing]
    known = KnownDays(own.start, own.end, tuple(stretches_of(gone)))
    assert known.count(span.start, span.end) == known.within(span).days
    assert KnownDays(own.start, own.end).count(span.start, span.end) == len(
        [day for day in span if day in set(own)]
    )


@given(st.lists(spans, max_size=6))
def test_spans_that_overlap_or_meet_are_one(several: list[Span]) -> None:
    days = sorted({day for span in several for day in span})
    assert list(joined(several)) == stretches_of(days)
