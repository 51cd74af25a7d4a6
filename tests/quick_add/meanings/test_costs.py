"""The cost of a line: as a whole, by the price of one, and numbers that are no cost."""

import re
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
from tests.quick_add.kept_types import all_kept, kept

TODAY = date(2026, 11, 22)
FUEL = Vocabulary(kept("fuel", "l"), frozenset({"l"}), currency="EUR")

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
        ("fuel 2l @500000000000€", "Costs stay below 1 000 000 000 000."),
        ("lunch €5l", "Money, or a value in l? Leave € or l out."),
        ("fuel 40l EUR 70km", "Money, or a value in km? Leave EUR or km out."),
        ("fuel 40l €70$", "Money, or a value in $? Leave € or $ out."),
        ("fuel 40l @€1.65x", "Money, or a value in x? Leave € or x out."),
    ],
)
def test_what_is_not_a_cost_says_what_to_write(line: str, words: str) -> None:
    result = read(line, TODAY, FUEL)
    assert not result.records
    assert any(words in problem.message for problem in result.unread), result.unread


@pytest.mark.parametrize("line", ["fuel 40l €70€", "fuel 40l €70EUR", "fuel 40l EUR 70€"])
def test_money_may_say_twice_what_it_is(line: str) -> None:
    [draft] = read(line, TODAY, FUEL).records
    assert (draft.cost, draft.consumption_value, draft.unit) == (Decimal(70), Decimal(40), "l")


@pytest.mark.parametrize("currency", ["CHF", "EUR", "SEK", "USD"])
@pytest.mark.parametrize("written", ["70 {}", "70{}", "{} 70", "{}70", "@1.75 {}", "@{}1.75"])
def test_the_code_of_the_account_is_money_in_any_case(currency: str, written: str) -> None:
    account = replace(FUEL, currency=currency)
    for code in (currency, currency.lower(), currency.title()):
        [draft] = read(f"fuel 40l {written.format(code)}", TODAY, account).records
        assert (draft.consumption_value, draft.cost) == (Decimal(40), Decimal(70))


def test_the_first_cost_names_the_currency_of_an_account_without_one() -> None:
    [draft] = read("fuel 40l CHF 70", TODAY, Vocabulary(kept("fuel", "l"))).records
    assert (draft.cost, draft.currency) == (Decimal(70), "CHF")
    [draft] = read("fuel 40l 70€", TODAY, FUEL).records
    assert (draft.cost, draft.currency) == (Decimal(70), "")
    [draft] = read("fuel 40l 70$", TODAY, replace(FUEL, currency="CAD")).records
    assert (draft.cost, draft.currency) == (Decimal(70), "")


@pytest.mark.parametrize("line", ["fuel 40l 70¥", "fuel 40l @¥70"])
def test_a_sign_of_several_currencies_asks_for_the_code(line: str) -> None:
    [problem] = read(line, TODAY, replace(FUEL, currency="")).unread
    assert problem.message == "Write the currency by its code, such as EUR 5."


LUNCH = replace(FUEL, types={**all_kept({"lunch": "€", "coffee": "cup"}), **FUEL.types})


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("lunch 8 Euro 50", "8 Euro 50"),
        ("lunch 8€ 50", "8€ 50"),
        ("€8 50 lunch", "€8 50"),
        ("lunch EUR 8 05", "EUR 8 05"),
        ("lunch 8€ 50ct", "8€ 50ct"),
        ("dinner 8 Euro 50 cents", "8 Euro 50 cents"),
        ("coffee 3€ 50", "3€ 50"),
    ],
)
def test_two_digits_behind_whole_money_may_be_its_cents(line: str, asked: str) -> None:
    [problem] = read(line, TODAY, LUNCH).unread
    assert problem.text == asked
    assert re.match(r"[83]\.(50|05) €, or two amounts\? Write [83]\.", problem.message)


@pytest.mark.parametrize(
    ("line", "asked", "amounts"),
    [
        ("lunch 2 12€", "2", "2 €, or 12 €"),
        ("lunch 8.50€ 2", "2", "2 €, or 8.5 €"),
        ("2x lunch 12€", "2x", "2 €, or 12 €"),
        ("lunch 2 @6€", "2", "2 €, or 6 €"),
        ("lunch 8 50€", "8", "8 €, or 50 €"),
        ("mon lunch 8€ 150", "150", "150 €, or 8 €"),
    ],
)
def test_an_amount_of_money_has_no_cost_beside_it(line: str, asked: str, amounts: str) -> None:
    [problem] = read(line, TODAY, LUNCH).unread
    assert problem.text == asked
    assert problem.message.startswith(f"lunch is kept in €: {amounts}? Keep one of them")


@pytest.mark.parametrize(
    ("line", "value", "unit", "cost"),
    [
        ("lunch 12€", 12, "€", None),
        ('lunch 2"€" 12€', 2, "€", 12),
        ("lunch 2 portions 12€", 2, "portion", 12),
        ("fuel 70€ 42l", 42, "l", 70),
        ("fuel 70.50€ 42", 42, "l", Decimal("70.5")),
        ("fuel 70€ 42.5", Decimal("42.5"), "l", 70),
        ("coffee 50 3€", 50, "cup", 3),
        ("coffee 3€ 5", 5, "cup", 3),
    ],
)
def test_a_value_and_its_cost_that_are_two_things_are_read(
    line: str, value: Decimal, unit: str, cost: Decimal | None
) -> None:
    [draft] = read(line, TODAY, LUNCH).records
    assert (draft.consumption_value, draft.unit, draft.cost) == (value, unit, cost)


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("rent 1.200 €", "1.200 is read as 1.2"),
        ("rent €1.200", "1.200 is read as 1.2"),
        ("fuel 500 l 1.200€", "1.200 is read as 1.2"),
        ("fuel 500 l @1.659€", ""),
        ("fuel 1.200 l", ""),
        ("rent 1.20 €", ""),
        ("rent 0.125 €", ""),
    ],
)
@pytest.mark.parametrize("number_format", ["auto", "1 234,5"])
def test_money_whose_dot_may_group_takes_a_second_enter(
    line: str, asks: str, number_format: str
) -> None:
    [draft] = read(line, TODAY, replace(FUEL, number_format=number_format)).records
    assert [asks] == [question[: len(asks)] for question in draft.asks or ("",)]


@pytest.mark.parametrize("number_format", ["1,234.5", "1.234,5"])
def test_an_account_that_says_what_the_dot_is_asks_nothing(number_format: str) -> None:
    """Where it groups by the dot there is a remark instead."""
    [draft] = read("rent 1.200 €", TODAY, replace(FUEL, number_format=number_format)).records
    assert draft.asks == ()


def test_a_line_of_a_type_kept_in_money_asks_too() -> None:
    known = Vocabulary(kept("rent", "€"), frozenset({"€"}), currency="EUR")
    [draft] = read("rent 1.200", TODAY, known).records
    assert len(draft.asks) == 1
