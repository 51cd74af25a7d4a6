"""Shares against fractions, day by day and record by record."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.periods import DAY, Span
from tally.statistics.shares import Covering, Shares

FIRST = date(2026, 1, 1)

days = st.integers(0, 120).map(lambda n: FIRST + n * DAY)
spans = st.tuples(days, days).map(lambda pair: Span(min(pair), max(pair)))
records = st.lists(
    st.builds(
        Covering,
        last=days,
        days=st.one_of(st.sampled_from([2, 3, 7, 30, 31]), st.integers(2, 400)),
        total=st.one_of(
            st.sampled_from([Decimal(0), Decimal("0.000001"), Decimal("999999999999.999999")]),
            st.decimals(0, 100, places=6),
        ),
        entries=st.integers(1, 3),
    ),
    max_size=8,
)


def covers(record: Covering, day: date) -> bool:
    return record.last - (record.days - 1) * DAY <= day <= record.last


def running(records: list[Covering], day: date) -> Fraction:
    """All shares up to a day, the days counted one by one."""
    total = Fraction(0)
    for record in records:
        counted = [n for n in range(record.days) if record.last - n * DAY <= day]
        total += Fraction(record.total) * len(counted) / record.days
    return total


def rounded(value: Fraction) -> Decimal:
    return Decimal(int(value * 10**6 + Fraction(1, 2))).scaleb(-6)


@given(records, spans)
def test_a_part_is_the_difference_of_two_rounded_running_sums(
    records: list[Covering], span: Span
) -> None:
    wanted = rounded(running(records, span.end)) - rounded(running(records, span.start - DAY))
    assert Shares(records).total(span) == wanted


@given(records)
def test_a_period_that_holds_all_days_gets_exactly_the_value(records: list[Covering]) -> None:
    everything = Span(FIRST - 500 * DAY, FIRST + 500 * DAY)
    shares = Shares(records)
    assert shares.total(everything) == sum((one.total for one in records), Decimal(0))
    assert shares.entries(everything) == sum(one.entries for one in records)


@given(records, spans, st.lists(days, max_size=6))
def test_parts_that_meet_add_up(records: list[Covering], span: Span, cuts: list[date]) -> None:
    starts = sorted({span.start, *(cut for cut in cuts if span.start <= cut <= span.end)})
    shares = Shares(records)
    assert sum(shares.parts(starts, span.end)) == shares.total(span)


@given(records, spans)
def test_records_that_cover_any_day_are_counted(records: list[Covering], span: Span) -> None:
    touching = [one for one in records if any(covers(one, day) for day in span)]
    assert Shares(records).entries(span) == sum(one.entries for one in touching)


@given(records, spans)
def test_covered_days_and_runs(records: list[Covering], span: Span) -> None:
    shares = Shares(records)
    stretches = shares.covered(span)
    covered = [day for stretch in stretches for day in stretch]
    assert covered == [day for day in span if any(covers(one, day) for one in records)]
    assert all(b.start > a.end + DAY for a, b in pairwise(stretches))
    runs = shares.runs(span)
    assert [day for run in runs for day in run.span] == covered
    for run in runs:
        for day in run.span:
            assert sorted(run.covering) == sorted(one for one in records if covers(one, day))
    for one, other in pairwise(runs):
        assert one.span.end + DAY < other.span.start or one.covering != other.covering


def test_nothing() -> None:
    span = Span(FIRST, FIRST)
    assert Shares().parts([], FIRST) == []
    assert Shares().total(span) == Shares().entries(span) == 0
    assert Shares().runs(span) == []
