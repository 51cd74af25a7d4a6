"""Words beside a known type: they ask, and in quotes they are part of a name."""

from dataclasses import replace
from datetime import date

import pytest

from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
USED = {"coffee": "cup", "electricity": "kWh", "hot water": "m³", "vitamin": ""}
KNOWN = Vocabulary(types=all_kept(USED))


@pytest.mark.parametrize(
    ("line", "asked", "name"),
    [
        ("electricity kwh 12.5", "kwh", "electricity kwh"),
        ("electricity in MJ 45", "in MJ", "electricity in MJ"),
        ("hot water (m3) 5", "(m3)", "hot water (m3)"),
        ("litres hot water 5", "litres", "litres hot water"),
        ("coffee can 2", "can", "coffee can"),
        ("hot water three", "three", "hot water three"),
        ("once coffee", "once", "once coffee"),
        ("no hot water", "no", "no hot water"),
        ("electricity march 300", "march", "electricity march"),
        ("300 kWh electricity NOV", "NOV", "electricity NOV"),
        ("coffee approx. 2", "approx.", "coffee approx."),
        ("coffee2", "coffee2", "coffee2"),
        ("coffee…2cups", "coffee…2cups", "coffee…2cups"),
        ("one more coffee", "more", "more coffee"),
        ("i drank hot water", "i drank", "i drank hot water"),
        ("coffee 2 each", "each", "coffee each"),
        ("steps 5 k", "5 k", "steps 5 k"),
        ("electricity 5 C$70", "C$70", "electricity C$70"),
        ("hot water 5 l kr70.50", "kr70.50", "hot water kr70.50"),
        ("Fr.70 coffee 2", "Fr.70", "Fr.70 coffee"),
    ],
)
def test_words_beside_a_known_type_ask_and_belong_to_a_name_in_quotes(
    line: str, asked: str, name: str
) -> None:
    result = read(line, TODAY, KNOWN)
    assert not result.records
    [problem] = result.unread
    assert problem.text == asked and "in quotes" in problem.message
    [draft] = read(line.replace(asked, f'"{asked}"'), TODAY, KNOWN).records
    assert (draft.consumption_type, draft.new_type) == (name, True)


@pytest.mark.parametrize(
    "line",
    [
        *("vitamin d 2", "electricity day 120", "coffee cup", "coffee can 250 g", "coffee beans 2"),
        *(
            "coffee a",
            "iced coffee 2",
            "hot water tank 2",
            "no sugar 1",
            "tea nov 2 1",
            "tea about 2",
            "tea2",
        ),
    ],
)
def test_other_names_stay_new_types(line: str) -> None:
    [draft] = read(line, TODAY, KNOWN).records
    assert draft.new_type


@pytest.mark.parametrize(
    ("line", "asked", "unit"),
    [
        ("kitchen lamp  kWh; #home", "kWh", "kWh"),
        ("kWh kitchen lamp", "kWh", "kWh"),
        ("electricity unavailable kWh", "kWh", "kWh"),
        ("garden water (m3)", "(m3)", "m³"),
        ("run yesterday km", "km", "km"),
        ("dog food kilograms #dog", "kilograms", "kg"),
    ],
)
def test_a_unit_of_a_new_type_without_its_value_asks(line: str, asked: str, unit: str) -> None:
    """A script whose variable is empty sends such a line; its value is no 1."""
    result = read(line, TODAY, KNOWN)
    assert not result.records
    [problem] = result.unread
    assert problem.text == asked
    assert problem.message == f"Write a value in front of {unit}, or the word in quotes."
    [draft] = read(line.replace(asked, f'"{asked}"'), TODAY, KNOWN).records
    assert draft.new_type and draft.consumption_value == 1


@pytest.mark.parametrize("value", ["-4.2", "€-4", "~4.2", "４", "x"])
def test_a_unit_behind_a_value_that_cannot_be_read_asks_for_no_other_value(value: str) -> None:
    [problem] = read(f"solar {value} kWh", TODAY, KNOWN).unread
    assert problem.text == value


@pytest.mark.parametrize(
    "line",
    [*("rest day", "happy hour", "vitamin K", "beer glass", "kilo sugar", "kWh", "lamp 5 kWh")],
)
def test_words_that_are_a_unit_as_well_may_be_a_name(line: str) -> None:
    assert not read(line, TODAY, KNOWN).unread


def test_a_type_of_the_account_is_read_whatever_its_words_are() -> None:
    names = ("electricity kwh", "no coffee", "coffee two", "coffee2", "electricity nov")
    known = Vocabulary(types={**KNOWN.types, **all_kept(dict.fromkeys(names, ""))})
    for name in names:
        [draft] = read(f"{name} 330", TODAY, known).records
        assert draft.consumption_type == name and draft.consumption_value == 330


def test_money_beside_a_known_type_is_shown_as_the_account_writes_it() -> None:
    [problem] = read("coffee 2 US$3.50", TODAY, replace(KNOWN, currency="CAD")).unread
    assert problem.message == "Write a cost such as 3.50 $, or the word in quotes."
    [problem] = read("coffee 2 US$3.50", TODAY, KNOWN).unread
    assert problem.message == "Write a cost such as EUR 3.50, or the word in quotes."


def test_francs_behind_their_number_may_be_a_friday() -> None:
    swiss = replace(KNOWN, currency="CHF")
    for line, written in (("coffee 9.5 Fr.", "Write 9.5 CHF, or a day"), ("coffee 2 fr", "2 CHF")):
        assert written in read(line, TODAY, swiss).unread[0].message
        assert "CHF" not in read(line, TODAY, KNOWN).unread[0].message


@pytest.mark.parametrize("name", ["coffee V60", "coffee R2", "electricity ab12", "coffee E10"])
def test_letters_and_a_number_that_are_no_money_are_part_of_a_name(name: str) -> None:
    [draft] = read(f"{name} 5", TODAY, KNOWN).records
    assert (draft.consumption_type, draft.new_type) == (name, True)
