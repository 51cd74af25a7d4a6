"""Shares against fractions, day by day and record by record."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tally.db.spread_queries import Covering, Spread, SpreadSum
from tally.domain.calendar import DAY, Span
from tally.statistics import shares

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
        entries=st.just(1),
    ),
    max_size=8,
)


def covers(record: Covering, day: date) -> bool:
    return record.last - (record.days - 1) * DAY <= day <= record.last


def so_far(record: Covering, day: date) -> int:
    """The number of its days up to a day, counted one by one."""
    return sum(record.last - n * DAY <= day for n in range(record.days))


def part(records: Sequence[Covering], span: Span) -> Decimal:
    """The difference of two rounded running sums."""

    def running(day: date) -> Decimal:
        total = sum(
            (Fraction(one.total) * so_far(one, day) / one.days for one in records), Fraction(0)
        )
        return Decimal(int(total * 10**6 + Fraction(1, 2))).scaleb(-6)

    return running(span.end) - running(span.start - DAY)


def share(record: Covering, day: date) -> Decimal:
    """Its share up to a day, to 40 decimals, as PostgreSQL divides."""
    with localcontext(prec=80):
        return (record.total * so_far(record, day) / record.days).quantize(Decimal("1e-40"))


def in_sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(prec=80):
        return sum(amounts, Decimal(0))


def spread_over(records: Sequence[Covering], buckets: Sequence[Span]) -> list[Spread]:
    """Bucket by bucket what sql/reads/spread.sql gives."""
    rows: dict[int, list[Spread]] = {}
    for record in records:
        reached = [n for n, span in enumerate(buckets, 1) if any(covers(record, d) for d in span)]
        if not reached:
            continue
        first = 0 if record.first < buckets[0].start else reached[0]
        for number in (first, *(n for n in reached if n != first)):
            end = buckets[number - 1].end if number else buckets[0].start - DAY
            over = record.last > end
            crossing = share(record, end) if over else Decimal(0)
            ended = Decimal(0) if over else record.total
            row = Spread(number, ended, crossing, 1, number == reached[0])
            rows.setdefault(number, []).append(row)
    return [
        Spread(
            number,
            in_sum(row.ended for row in same),
            in_sum(row.crossing for row in same),
            len(same),
            sum(row.begun for row in same),
        )
        for number, same in rows.items()
    ]


@given(records, spans, st.lists(days, max_size=6))
def test_parts_are_differences_of_rounded_running_sums_and_add_up(
    records: list[Covering], span: Span, cuts: list[date]
) -> None:
    starts = sorted({span.start, *(cut for cut in cuts if cut in list(span))})
    ends = [*(start - DAY for start in starts[1:]), span.end]
    buckets = [Span(*bucket) for bucket in zip(starts, ends, strict=True)]
    found = shares.parts(spread_over(records, buckets), len(buckets))
    assert found == [part(records, bucket) for bucket in buckets]
    assert sum(found) == part(records, span)


@given(records)
def test_a_period_that_holds_all_days_gets_exactly_the_value(records: list[Covering]) -> None:
    everything = Span(FIRST - 500 * DAY, FIRST + 500 * DAY)
    total = sum((one.total for one in records), Decimal(0))
    assert shares.parts(spread_over(records, [everything]), 1) == [total]


@given(records, spans)
def test_the_total_of_a_span_equals_the_exact_shares(records: list[Covering], span: Span) -> None:
    inside = [one for one in records if any(covers(one, day) for day in span)]
    sums = SpreadSum(
        in_sum(one.total for one in inside if one.last <= span.end),
        in_sum(share(one, span.start - DAY) for one in inside),
        in_sum(share(one, span.end) for one in inside if one.last > span.end),
    )
    assert shares.total(sums) == part(records, span)


@given(st.integers(1, 50), st.sampled_from([2, 4, 8, 5, 10, 16, 32, 64, 125]))
def test_exact_halves_of_summed_shares_are_rounded_up(count: int, days: int) -> None:
    third = Covering(FIRST + 2 * DAY, 3, Decimal("0.000001") / days * count, 1)
    seventh = Covering(FIRST + 6 * DAY, 7, Decimal("0.000001") / days * count, 1)
    one = [third] * 3 + [seventh] * 7
    exact = Fraction(third.total) + Fraction(seventh.total)
    sums = SpreadSum(Decimal(0), Decimal(0), in_sum(share(each, FIRST) for each in one))
    assert shares.total(sums) == Decimal(int(exact * 10**6 + Fraction(1, 2))).scaleb(-6)


@given(records, spans)
def test_runs_end_where_other_records_cover_the_days(records: list[Covering], span: Span) -> None:
    runs = shares.runs(records, span)
    covered = [day for day in span if any(covers(one, day) for one in records)]
    assert [day for run in runs for day in run.span] == covered
    for run in runs:
        for day in run.span:
            due = [one for one in records if covers(one, day)]
            # Some have no cost, which is neither less nor more than another.
            assert sorted(run.covering, key=repr) == sorted(due, key=repr)
    for one, other in pairwise(runs):
        assert one.span.end + DAY < other.span.start or one.covering != other.covering
