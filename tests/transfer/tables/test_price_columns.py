"""The price of one, and what was paid, told by the numbers beside the amounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.tables.price_columns import money_told

AMOUNTS = st.lists(st.integers(20, 400), min_size=4, max_size=30).filter(
    lambda amounts: max(amounts) >= 2 * min(amounts)
)


def told(amounts: str, money: str) -> str | None:
    return money_told([(amounts.split(), money.split())])


@given(AMOUNTS, st.sampled_from(["0.32", "1.75", "12"]))
def test_what_is_the_same_for_all_amounts_is_the_price_of_one(
    amounts: list[int], price: str
) -> None:
    cells = [str(amount) for amount in amounts]
    assert money_told([(cells, [price] * len(cells))]) == "price"


@given(AMOUNTS, st.integers(1, 900), st.integers(0, 20_000))
def test_what_follows_the_amounts_was_paid_with_a_standing_charge_or_without(
    amounts: list[int], cents: int, charge: int
) -> None:
    cells = [str(amount) for amount in amounts]
    paid = [f"{(amount * cents + charge) / 100:.2f}" for amount in amounts]
    assert money_told([(cells, paid)]) != "price"
    if not charge:
        assert money_told([(cells, paid)]) == "cost"


@pytest.mark.parametrize(
    ("amounts", "money", "right"),
    [
        # Prices of fuel, which move a little, and what was paid for it.
        ("42.5 40 38 44.1", "1.759 1.80 1.81 1.745", "price"),
        ("42,5 40 38 44,1", "1,75 1,80 1,81 1,74", "price"),
        ("42.5 40 38 44.1", "74.38 72 68.78 76.73", "cost"),
        ("46.301 44.12", "67.09 64.01", "cost"),
        # A bill with a large standing charge.
        ("3 4 5 6 4.5", "26 28 30 32 29", "cost"),
        # Two rows, with more decimals than can be paid, or not.
        ("42.5 40", "1.759 1.80", "price"),
        ("42.5 40", "1.75 1.80", None),
        ("42.5", "70", None),
        ("2 2 2", "3.5 3.5 3.5", None),
        ("2 3 2 4", "9 2.5 7 3", None),
        # Of one it is the same, and of nothing there is none.
        ("1 1", "3 3.5", "cost"),
        ("", "", "cost"),
        ("0 0", "2 3", "cost"),
    ],
)
def test_money_beside_amounts(amounts: str, money: str, right: str | None) -> None:
    assert told(amounts, money) == right


def test_each_type_has_prices_of_its_own() -> None:
    fuel = ["40", "30", "35"], ["1.75", "1.75", "1.76"]
    coffee = ["2", "1"], ["3.50", "3.50"]
    assert money_told([fuel, coffee]) == "price"
    paid = ["40", "30"], ["70", "52.50"]
    assert money_told([paid, (["2", "1"], ["7", "3.50"])]) == "cost"
    assert money_told([(["40"], ["1.75"]), (["2"], ["3.50"])]) is None
