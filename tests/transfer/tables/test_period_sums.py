"""Rows of longer periods among those that they are the sums of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import containing
from tally.transfer.tables.period_sums import NO_SUMS, PeriodAmounts, PeriodSums, sums_of_periods
from tests.transfer.parsed import parsed
from tests.transfer.planned import plan_of

FIRST = date(2024, 1, 1)


def row(line: int, first: str, last: str, *amounts: str, name: str = "") -> PeriodAmounts:
    figures = [Decimal(amount) if amount else None for amount in amounts]
    return PeriodAmounts(line, name, date.fromisoformat(first), date.fromisoformat(last), figures)


JAN = row(1, "2026-01-01", "2026-01-31", "10", "1")
FEB = row(2, "2026-02-01", "2026-02-28", "20", "")


def test_a_period_is_the_sum_of_those_within_it_of_its_type() -> None:
    year = row(3, "2026-01-01", "2026-12-31", "30", "1")
    assert sums_of_periods([JAN, FEB, year]) == PeriodSums(frozenset((3,)))
    assert sums_of_periods([year, FEB, JAN]) == PeriodSums(frozenset((3,)))
    other = year._replace(name="gas")
    assert sums_of_periods([JAN, FEB, other]) == NO_SUMS


def test_a_longer_period_that_is_no_sum_is_reported_if_it_holds_several_rows() -> None:
    year = row(3, "2026-01-01", "2026-12-31", "30", "2")
    assert sums_of_periods([JAN, FEB, year]) == PeriodSums(others=frozenset((3,)))
    assert sums_of_periods([JAN, row(3, "2026-01-01", "2026-12-31", "10", "1")]) == NO_SUMS
    assert sums_of_periods([JAN, FEB]) == NO_SUMS


def test_a_sum_of_sums_is_counted_by_the_rows_alone() -> None:
    quarter = row(3, "2026-01-01", "2026-03-31", "30", "")
    year = row(4, "2026-01-01", "2026-12-31", "30", "")
    assert sums_of_periods([JAN, FEB, quarter, year]).sums == {3, 4}


@given(st.lists(st.integers(1, 500), min_size=40, max_size=120), st.booleans())
def test_the_months_of_random_days_are_their_sums(values: list[int], is_last: bool) -> None:
    days = {FIRST + timedelta(days=place): value for place, value in enumerate(values)}
    rows = [
        PeriodAmounts(place, "", day, day, [Decimal(value)])
        for place, (day, value) in enumerate(days.items())
    ]
    several = set()
    months = sorted({containing("month", day) for day in days}, key=lambda month: month.start)
    for line, month in enumerate(months, len(values)):
        within = [value for day, value in days.items() if month.start <= day <= month.end]
        total = PeriodAmounts(line, "", month.start, month.end, [Decimal(sum(within))])
        rows.insert(len(rows) if is_last else 0, total)
        several |= {line} if len(within) > 1 else set()
    told = sums_of_periods(rows)
    assert (set(told.sums), set(told.others)) == (several, set())
    kept = [row for row in rows if row.line < len(values)]
    assert sum(Fraction(row.amounts[0] or 0) for row in kept) == sum(values)


def test_times_within_a_day_and_readings_are_no_periods() -> None:
    hours = "".join(f"2026-10-01 {h:02}:00,2026-10-01 {h:02}:30,1\n" for h in range(23))
    late = "2026-10-01 23:30,2026-10-02 00:00,1\n2026-10-02 23:30,2026-10-03 00:00,1\n"
    assert plan_of(f"Start,End,kWh\n{hours}{late}", type="power").rows.periods == NO_SUMS
    readings = "Month,Reading kWh\n2026-01,100\n2026-02,200\n2026,300\n"
    assert plan_of(readings, type="power").rows.periods == NO_SUMS


def test_bills_of_months_beside_that_of_their_year() -> None:
    bills = "From,To,kWh,Cost\n2025-01-01,2025-06-30,100,30\n2025-07-01,2025-12-31,80,25\n"
    kept, problems, counts = parsed(f"{bills}2025-01-01,2025-12-31,180,55\n", type="power")
    assert (len(kept), problems, counts.left_out) == (2, [], 1)
    months = "Zeitraum;kWh\nJanuar 2026;10\nFebruar 2026;11\n01.01.2026 - 28.02.2026;21\n"
    kept, problems, counts = parsed(months, type="power")
    assert (len(kept), problems, counts.left_out) == (2, [], 1)
