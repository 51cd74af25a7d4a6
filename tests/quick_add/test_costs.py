"""The cost of a line: as a whole, by the price of one, and numbers that are no cost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.domain.units import rounded
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import Vocabulary

TODAY = date(2026, 11, 22)
FUEL = Vocabulary({"fuel": ("fuel", "l")}, frozenset({"l"}), currency="EUR")

amounts = st.decimals("0.01", 9999, places=2, allow_nan=False, allow_infinity=False)


@given(amounts, amounts)
def test_a_price_is_for_one_and_a_cost_for_all(litres: Decimal, money: Decimal) -> None:
    written = f"fuel {plain(litres)}l"
    for mark, cost in (("", money), ("@", rounded(Fraction(litres) * Fraction(money)))):
        [draft] = read(f"{written} {mark}{plain(money)}€", TODAY, FUEL).records
        assert (draft.consumption_value, draft.unit, draft.cost) == (litres, "l", cost)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fuel 42.5l @1.659€ 70.5€", "keep one of them"),
        ("fuel @1.659€", "A price needs a value"),
        ("fuel 1 hl @1.659€", "one l or one hl"),
        ("fuel 42.5l $70", "Costs are in EUR here"),
        ("mon..wed fuel 40l 70€", "One cost for several records"),
        ("fuel 42.5l à 1.659€", "For the price of one"),
        ("fuel 42.5l für 70€", "Write for"),
        ("fuel 42.5l 999999999999€ 1€", "Two values"),
        ("fuel 999999l @99999999€", "Costs stay below 1 000 000 000 000."),
    ],
)
def test_what_is_not_a_cost_says_what_to_write(line: str, words: str) -> None:
    result = read(line, TODAY, FUEL)
    assert not result.records
    assert any(words in problem.message for problem in result.unread), result.unread


def test_the_first_cost_names_the_currency_of_an_account_without_one() -> None:
    [draft] = read("fuel 40l CHF 70", TODAY, Vocabulary({"fuel": ("fuel", "l")})).records
    assert (draft.cost, draft.currency) == (Decimal(70), "CHF")
    [draft] = read("fuel 40l 70€", TODAY, FUEL).records
    assert (draft.cost, draft.currency) == (Decimal(70), "")
    [draft] = read("fuel 40l 70$", TODAY, replace(FUEL, currency="CAD")).records
    assert (draft.cost, draft.currency) == (Decimal(70), "")


@pytest.mark.parametrize("line", ["fuel 40l 70¥", "fuel 40l @¥70"])
def test_a_sign_of_several_currencies_asks_for_the_code(line: str) -> None:
    [problem] = read(line, TODAY, replace(FUEL, currency="")).unread
    assert problem.message == "Write the currency by its code, such as EUR 5."
