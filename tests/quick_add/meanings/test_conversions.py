"""The doubts about the unit of a record that came as fields."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tally.domain.formatting import Formatter
from tally.domain.records import NewRecord
from tally.quick_add.meanings.conversions import AmountInUnit, Doubt, doubt, unit_of_type
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import kept

TODAY = date(2026, 11, 22)
SAY = Formatter("auto", TODAY)
KNOWN = Vocabulary(
    types={**kept("heating", "°C", "kWh"), **kept("steps"), **kept("fuel", "l")},
    units=frozenset({"°C", "kWh", "l"}),
)


def about(name: str, value: str, unit: str, known: Vocabulary = KNOWN) -> Doubt | None:
    return doubt(NewRecord(UUID(int=1), TODAY, name, Decimal(value), unit), known, SAY)


@pytest.mark.parametrize(
    ("unit", "own", "kept_in"),
    [
        ("MJ", ("°C", "kWh"), "kWh"),
        ("MJ", ("kWh", "MJ"), "kWh"),
        ("MJ", ("MJ", "kWh"), "MJ"),
        ("MJ", ("°C", ""), "MJ"),
        ("°C", ("kWh", "°C"), "°C"),
        ("mugs", ("kWh",), "mugs"),
        ("", ("kWh",), ""),
        ("l", (), "l"),
    ],
)
def test_the_unit_of_a_type_is_the_last_used_one_that_measures_the_same(
    unit: str, own: tuple[str, ...], kept_in: str
) -> None:
    assert unit_of_type(unit, own) == kept_in


@pytest.mark.parametrize(
    ("name", "value", "unit", "told"),
    [
        (
            "heating",
            "720",
            "MJ",
            Doubt("kWh: 720 MJ would be 200 kWh", AmountInUnit(Decimal(200), "kWh")),
        ),
        ("heating", "5", "", Doubt("°C, and this has no unit", AmountInUnit(Decimal(5), "°C"))),
        ("fuel", "3", "km", Doubt("l: this gives it another unit, km")),
        # Nothing is offered that could not be saved, or that waits for the account's gallons.
        ("fuel", "0.000001", "ml", Doubt("l: this gives it another unit, ml")),
        ("fuel", "999999999999", "m³", Doubt("l: this gives it another unit, m³")),
        ("fuel", "3", "gal", Doubt("l: this gives it another unit, gal")),
    ],
)
def test_another_unit_than_the_type_is_kept_in_is_told(
    name: str, value: str, unit: str, told: Doubt
) -> None:
    assert about(name, value, unit) == told._replace(sentence=f"{name} is kept in {told.sentence}")


def test_a_cost_beside_an_amount_of_money_is_told() -> None:
    formatter = Formatter("auto", TODAY, currency="EUR")
    known = replace(KNOWN, types={**KNOWN.types, **kept("lunch", "€")}, currency="EUR")
    sentence = (
        "The amount is money, 2 {unit}, and there is a cost of 12.50\u00a0€ besides:"
        " keep one of them"
    )
    for name, unit in (("lunch", "€"), ("tea", "$"), ("tea", "EUR"), ("fuel", "€")):
        record = NewRecord(UUID(int=1), TODAY, name, Decimal(2), unit, cost=Decimal("12.5"))
        assert doubt(record, known, formatter) == Doubt(sentence.format(unit=unit))
        told = doubt(replace(record, cost=None), known, formatter)
        assert told == (
            Doubt("fuel is kept in l: this saves € as its amount, not as a cost")
            if name == "fuel"
            else None
        )
    # Letters are the account's own currency, or a unit; 0 is a cost.
    crowns = NewRecord(UUID(int=1), TODAY, "tea", Decimal(2), "kr", cost=Decimal(0))
    assert doubt(crowns, known, formatter) is None
    told = doubt(crowns, replace(known, currency="SEK"), Formatter("auto", TODAY, currency="SEK"))
    assert told is not None
    assert "2 kr, and there is a cost of 0.00\u00a0kr besides" in told.sentence
    # What a reading comes to is not known yet.
    reading = replace(crowns, unit="€", reading=Decimal(5))
    assert doubt(reading, known, formatter) is None


def test_a_reading_in_another_unit_is_of_another_meter() -> None:
    reading = NewRecord(UUID(int=1), TODAY, "fuel", Decimal(0), "ml", reading=Decimal(3))
    sentence = (
        "Readings are never converted, and fuel is kept in l: this is a reading of another meter,"
        " in ml"
    )
    assert doubt(reading, KNOWN, SAY) == Doubt(sentence)
    assert doubt(replace(reading, unit="l"), KNOWN, SAY) is None


def test_the_first_unit_of_a_type_kept_without_one_is_told() -> None:
    sentence = "steps was kept without a unit so far: amounts in km are counted apart"
    assert about("steps", "3", "km") == Doubt(sentence)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("heating", "kWh"), ("heating", "°C"), ("Fuel", "l"), ("steps", ""), ("tea", "cup")],
)
def test_the_units_of_a_type_and_new_types_are_in_no_doubt(name: str, unit: str) -> None:
    assert about(name, "3", unit) is None
