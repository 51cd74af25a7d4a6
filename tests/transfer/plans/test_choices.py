"""The choices of a person about a file, read strictly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tally.transfer.plans.choices import (
    MAX_COLUMNS_TEXT,
    BadChoice,
    Choices,
    ColumnChoice,
    read_choices,
)


def test_without_choices_everything_is_guessed() -> None:
    assert read_choices({}) == Choices()
    assert read_choices({"columns": " ", "daily": "0", "alike": "keep"}) == Choices()


def test_columns_are_a_line_of_roles_with_types_and_units() -> None:
    assert read_choices(
        {"columns": 'date,,-,value:electricity:kWh,"reading:a, b:l*",value*'}
    ).columns == (
        ColumnChoice("date"),
        None,
        ColumnChoice("-"),
        ColumnChoice("value", "electricity", "kWh"),
        ColumnChoice("reading", "a, b", "l", repeats=True),
        ColumnChoice("value", repeats=True),
    )


def test_a_type_may_have_a_colon_and_a_unit_may_be_none() -> None:
    assert read_choices({"columns": "value:a:b:kWh,value:a:,value:a"}).columns == (
        ColumnChoice("value", "a:b", "kWh"),
        ColumnChoice("value", "a", ""),
        ColumnChoice("value", "a", None),
    )


def test_each_field_becomes_its_choice() -> None:
    choices = read_choices(
        {
            "type": "tea", "unit": "cup", "sheet": "Second", "decimal": ",", "order": "year-first",
            "factor": "0.001", "daily": "1", "replace": "1", "negative": "flip", "alike": "omit",
            "falls": "rollover", "since": "1", "returned": "given back", "encoding": "cp1252",
        }
    )  # fmt: skip
    assert choices == Choices(
        consumption_type="tea", unit="cup", table="Second", mark=",", order="year-first",
        factor=Decimal("0.001"), daily=True, replace=True, negative="flip", omit_alike=True,
        falls="rollover", since=True, returned="given back", encoding="cp1252",
    )  # fmt: skip


@pytest.mark.parametrize(("numbers", "mark"), [("1,234.5", "."), ("1.234,5", ","), ("auto", None)])
def test_the_number_formats_of_the_first_version(numbers: str, mark: str | None) -> None:
    assert read_choices({"numbers": numbers}).mark == mark


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("columns", "date,colour", "“colour” is no role of a column."),
        ("columns", "date:tea", "“date:tea” is no role of a column."),
        ("columns", '"date', "The quotes in this line do not match up."),
        ("columns", "-" * (MAX_COLUMNS_TEXT + 1), "These are too many columns."),
        ("columns", f"value:{'t' * 300}:l", "Type can have 64 characters"),
        ("columns", f"value:t:{'u' * 30}", "Unit can have 24 characters"),
        # No filter of the list finds a unit of this name.
        ("columns", "date,value:tea:-", "Leave the unit empty where there is none."),
        ("unit", "-", "Leave the unit empty where there is none."),
        ("decimal", "?", "Choose one of"),
        ("order", "day", "Choose one of"),
        ("daily", "true", "Choose one of 1, 0."),
        ("negative", "yes", "Choose one of omit, split, flip."),
        ("encoding", "rot13", "Choose one of utf-8, utf-16, cp1252"),
        ("falls", "up", "Choose one of new, rollover, omit."),
        ("factor", "0", "Write a factor above 0"),
        ("factor", "much", "as a number"),
    ],
)
def test_what_cannot_be_says_why_at_its_field(field: str, text: str, why: str) -> None:
    with pytest.raises(BadChoice) as refused:
        read_choices({field: text})
    assert refused.value.field == field
    assert why in str(refused.value)
