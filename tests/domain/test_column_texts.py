"""What was chosen for the columns of a file, as text."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.column_texts import (
    ColumnText,
    column_text,
    columns_text,
    entries_of,
    read_column,
)

NAMES = st.text('ab:,"', min_size=1, max_size=4)


@given(st.lists(st.text('ab:,"* ', min_size=1), min_size=1, max_size=5))
def test_columns_are_written_as_a_line_of_csv(columns: list[str]) -> None:
    line = columns_text(columns)
    assert next(csv.reader([line])) == columns


@given(st.lists(st.text('ab:,"*', min_size=1), min_size=1, max_size=5))
def test_columns_are_read_as_they_are_written(columns: list[str]) -> None:
    assert entries_of(columns_text(columns)) == columns


def test_an_entry_has_a_role_a_type_and_a_unit() -> None:
    assert [
        read_column(entry) for entry in ("", "-", "value:gas", "value:gas:", "reading:a:b:l*")
    ] == [
        ColumnText(""),
        ColumnText("-"),
        ColumnText("value", "gas"),
        ColumnText("value", "gas", ""),
        ColumnText("reading", "a:b", "l", repeats=True),
    ]


@given(NAMES, st.sampled_from(["", "l", "m³"]), st.booleans())
def test_an_entry_is_read_as_it_is_written(name: str, unit: str, repeats: bool) -> None:
    column = ColumnText("value", name, unit, repeats)
    assert read_column(column_text(column)) == column


@pytest.mark.parametrize("text", ['date,"value', 'date,"value"s,-'])
def test_quotation_marks_that_do_not_pair_are_refused(text: str) -> None:
    with pytest.raises(csv.Error):
        entries_of(text)
