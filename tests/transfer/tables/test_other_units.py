"""Units in headings that Tally does not know."""

from __future__ import annotations

import pytest

from tally.transfer.tables.headings import read_heading
from tally.transfer.tables.other_units import is_of_bills, may_be_missed, may_be_unit
from tests.transfer.guessed import below, columns


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("Usage (CCF)", "Usage", "CCF"),
        ("Usage (HCF)", "Usage", "HCF"),
        ("Usage [kgal]", "Usage", "kgal"),
        ("Usage (kBTU)", "Usage", "kBTU"),
        ("Usage (kVAh)", "Usage", "kVAh"),
        ("Verbrauch (Srm)", "Verbrauch", "Srm"),
        ("Consumo (mc)", "Consumo", "mc"),
        ("Consumo (Smc)", "Consumo", "Smc"),
        ("Water CCF", "Water", "CCF"),
        ("Reading (MCF)", "Reading", "MCF"),
        # These say which one, when, or in which money.
        ("Verbrauch (HT)", "Verbrauch", ""),
        ("Usage (estimated)", "Usage", ""),
        ("Usage (Mon)", "Usage", ""),
        ("Usage (Oct)", "Usage", ""),
        ("Usage (CET)", "Usage", ""),
        ("Usage (THB)", "Usage", ""),
        ("Usage (kitchen)", "Usage", ""),
        # Behind another word it may be anything.
        ("Solar (mc)", "Solar", ""),
        ("Notes (mc)", "Notes", ""),
    ],
)
def test_a_unit_in_brackets_is_kept_as_it_is_written(heading: str, name: str, unit: str) -> None:
    told = read_heading(heading)
    assert (told.name, told.unit) == (name, unit)


@pytest.mark.parametrize(
    ("heading", "aside"),
    [
        ("Usage (bags)", "bags"),
        ("Usage (kitchen)", "kitchen"),
        ("Solar (mc)", "mc"),
        ("Usage (CCF)", ""),
        ("Usage (kWh)", ""),
        ("Usage (estimated)", ""),
        ("Verbrauch (HT)", ""),
        ("Usage (2)", ""),
        ("Usage", ""),
    ],
)
def test_a_word_in_brackets_that_may_be_a_unit_is_told(heading: str, aside: str) -> None:
    assert read_heading(heading).aside == aside


def test_what_can_be_a_unit() -> None:
    assert is_of_bills("ccf") and is_of_bills("CCF") and not is_of_bills("mc")
    assert may_be_unit("mc") and may_be_unit("Stk.") and not may_be_unit("bags")
    assert may_be_missed("bags") and not may_be_missed("HT") and not may_be_missed("2 bags")


def test_beside_a_unit_of_bills_other_numbers_are_no_amounts() -> None:
    guessed = columns(below("Date;Water (HCF);Rooms", "2026-10-05;3;4"))
    assert [column.role for column in guessed] == ["date", "value", "-"]
    assert guessed[1].unit == "HCF"


def test_figures_in_a_unit_of_bills_are_told_as_those_of_a_meter() -> None:
    rows = [f"2026-10-{day:02};{1000 + 3 * day}" for day in range(1, 13)]
    assert columns(below("Date;Water (CCF)", *rows))[1].role == "reading"
