"""Columns that are products or sums of others, and figures that only rise."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.tables.relations import (
    are_steps,
    is_counter,
    is_difference,
    is_product,
    is_running_total,
    is_total,
    numbers_of,
    runs_one_way,
)

AMOUNTS = st.lists(
    st.tuples(st.decimals("1.5", 90, places=2), st.decimals("1.5", 9, places=3)),
    min_size=1, max_size=9,
)  # fmt: skip


@given(AMOUNTS, st.sampled_from(".,"))
def test_what_was_paid_is_the_amount_times_the_price(
    rows: list[tuple[Decimal, Decimal]], mark: str
) -> None:
    def column(numbers: list[Decimal]) -> list[str]:
        return [str(number).replace(".", mark) for number in numbers]

    litres, prices = (column([row[place] for row in rows]) for place in (0, 1))
    paid = column([round(one * other, 2) for one, other in rows])
    assert is_product((litres, prices), paid)
    assert is_product((prices, litres), paid)
    assert not is_product((litres, paid), prices)


@pytest.mark.parametrize(
    ("amounts", "prices", "products"),
    [
        # Once or nothing says nothing: the price is then what was paid.
        (["1", "1"], ["2.5", "3"], ["2.5", "3"]),
        (["0", ""], ["2.5", "3"], ["0", "0"]),
        (["2", "3"], ["2.5", "3"], ["6", "12"]),
        ([], [], []),
        (["2"], ["1,5"], ["3.0"]),
    ],
)
def test_columns_that_are_no_product(
    amounts: list[str], prices: list[str], products: list[str]
) -> None:
    assert not is_product((amounts, prices), products)


def test_one_row_in_five_may_be_a_discount() -> None:
    litres, prices = ["10"] * 5, ["2"] * 5
    assert is_product((litres, prices), ["20", "20", "20", "20", "15"])
    assert not is_product((litres, prices), ["20", "20", "20", "15", "15"])


@given(st.lists(st.lists(st.integers(0, 99), min_size=3, max_size=3), min_size=1, max_size=9))
def test_a_total_is_the_sum_of_its_parts(rows: list[list[int]]) -> None:
    parts = [[str(row[place]) for row in rows] for place in range(3)]
    totals = [str(sum(row)) for row in rows]
    assert is_total(totals, parts) == any(map(sum, rows))
    assert not is_total([str(sum(row) + 5) for row in rows], parts)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.sampled_from(".,"))
def test_what_was_used_is_the_difference_of_two_figures(steps: list[int], mark: str) -> None:
    before = [1_000 + sum(steps[:place]) for place in range(len(steps))]
    after = [figure + step for figure, step in zip(before, steps, strict=True)]
    used, begin, end = (
        [f"{number}{mark}5" for number in steps],
        [f"{number}{mark}0" for number in before],
        [f"{number}{mark}5" for number in after],
    )
    for is_exact in (True, False):
        assert is_difference(used, begin, end, is_exact=is_exact)
        assert not is_difference(used, ["0"] * len(steps), used, is_exact=is_exact)
        assert not is_difference([], [], [], is_exact=is_exact)
    other = [str(int(step) + 5) for step in steps]
    assert not is_difference(other, begin, end, is_exact=True)


def test_a_number_with_both_marks_tells_the_decimal_mark_of_all() -> None:
    assert numbers_of(["8,123"], ["12.345,678"]) == [(Decimal("8.123"), Decimal("12345.678"))]
    assert numbers_of(["8.123"], ["12,345.678"]) == [(Decimal("8.123"), Decimal("12345.678"))]


@pytest.mark.parametrize(
    ("moved", "figures", "least", "right"),
    [
        (["", "8,2", "7,1"], ["12345,6", "12353,8", "12360,9"], 1, True),
        (["8,123", "7,100", "6,900"], ["12.345,678", "12.353,801", "12.360,901"], 1, True),
        (["7,1", "8,2", ""], ["12360,9", "12353,8", "12345,6"], 1, True),
        (["8", "7", "6"], ["100", "108", "115"], 3, False),
        (["8", "9", "6"], ["100", "108", "115"], 1, False),
        (["0", "0", "0"], ["100", "100", "100"], 1, False),
        (["8"], ["108"], 1, False),
        # A small amount is not that of small steps, and none is that of no step.
        (["0.015"] * 5, ["6199.529", "6199.557", "6199.565", "6199.573", "6199.58"], 3, False),
        (["0.028", "0.008", "0.007"], ["6199.529", "6199.557", "6199.565"], 1, True),
        (["0", "0", "0"], ["0.201", "0.202", "0.203"], 1, False),
    ],
)
def test_what_a_meter_moved_is_told_by_its_figures(
    moved: list[str], figures: list[str], least: int, right: bool
) -> None:
    assert are_steps([(moved, figures)], least) == right
    assert are_steps([(moved, figures), ([], [])], least) == right
    # Two meters run apart, none up to the other.
    assert not are_steps([(moved, figures), (["1", "1", "1"], ["5", "1000", "9000"])], 1)


@given(st.lists(st.integers(0, 40), min_size=7, max_size=30), st.booleans())
def test_the_figures_of_a_meter_are_told_from_amounts(steps: list[int], newest_first: bool) -> None:
    figures = [1_000 + sum(steps[:place]) for place in range(len(steps) + 1)]
    cells = [str(figure) for figure in (figures[::-1] if newest_first else figures)]
    assert is_counter(cells) == (sum(map(bool, steps)) * 2 >= len(steps))
    assert not is_counter(cells[:7])
    # Below all of them: where they move at all, it moves the other way.
    assert not is_counter(["999", *cells] if newest_first else [*cells, "999"])


def test_amounts_that_rise_are_no_meter() -> None:
    monthly = "200 215 240 270 300 330 365 390"
    assert runs_one_way(monthly.split()) and not is_counter(monthly.split())


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        ("1 2 2 3", True), ("3 2 1", True), ("1,5 2,5", True), ("1 3 2", False), ("1", False),
        ("1 - 2", True), ("1 tea 2", False), ("", False),
    ],
)  # fmt: skip
def test_figures_that_run_one_way(cells: str, right: bool) -> None:
    assert runs_one_way(cells.split()) is right


def test_a_running_total_is_told_whichever_way_its_rows_run() -> None:
    paid, totals = ["30", "31", "40"], ["30", "61", "101"]
    assert is_running_total(totals, paid)
    assert is_running_total(totals[::-1], paid[::-1])
    assert not is_running_total(["30", "61", "109"], paid)
    assert not is_running_total(totals[:2], paid[:2])
    assert not is_running_total(paid, totals)
