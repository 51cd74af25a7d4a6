"""The role of each column, told by its heading and its cells together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.guessed import below, columns, roles


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        # A heading that is known counts only where its cells are of that kind.
        ("Date;Type;Usage kWh", "2026-10-05;1;3.5", "date - value"),
        ("Date;Type;Usage kWh", "2026-10-05;gas;3.5", "date type value"),
        ("Date;Unit;Amount;Name", "2026-10-05;12.5;2;tea", "date - value type"),
        ("Date;Time;Amount;Name", "2026-10-05;lunch;2;tea", "date - value type"),
        ("Date;Note;Amount;Name", "2026-10-05;2026-10-06;2;tea", "date - value type"),
        # Where it says so surely, each cell is told what is wrong with it.
        ("Date;Value;Name", "2026-10-05;tea;coffee", "date value type"),
        # What is measured beside is no consumption.
        ("Date;kWh;Temperature;Humidity (%)", "2026-10-05;3;21.5;40", "date value - -"),
        ("Date;Litres;Odometer (km)", "2026-10-05;40;12345", "date value -"),
        ("Date;Meter number;Usage (kWh)", "2026-10-05;4103001122334;3", "date - value"),
        ("Date;Usage (kWh);Quality;Estimated", "2026-10-05;3;A;0", "date value - -"),
        ("Date;Cups;Tags;Notes", "2026-10-05;2;home;late", "date value tag notes"),
    ],
)  # fmt: skip
def test_what_a_heading_says_and_its_cells_confirm(header: str, row: str, right: str) -> None:
    assert roles(below(header, row)) == right


def test_numbers_that_a_decimal_comma_parted_are_no_further_column() -> None:
    parted = "2026-10-05;1;5", "2026-10-06;2;25"
    assert roles(below("Day;kWh", *parted)) == "date value"
    assert roles(below("Day;kWh", "2026-10-05;1;late", "2026-10-06;2;soon")) == "date value -"
    # Below no heading they may be one, which is asked.
    assert roles(below("Day;kWh;", *parted)) == "date value value"


def test_each_amount_of_a_wide_file_has_the_type_and_unit_of_its_heading() -> None:
    _, power, gas = columns(below("Day;Import T1 kWh;Gas [m³]", "2026-10-05;1;2"))
    assert (power.role, power.consumption_type, power.unit) == ("value", "Import T1", "kWh")
    assert (gas.role, gas.consumption_type, gas.unit) == ("value", "Gas", "m³")


def test_units_of_a_second_heading_line_are_those_of_their_columns() -> None:
    text = below("Day;Power;Gas", ";kWh;m³", "2026-10-05;1;2")
    assert [column.unit for column in columns(text)] == ["", "kWh", "m³"]


def test_an_empty_column_beyond_the_header_is_left_out() -> None:
    assert roles(below("Date;kWh;;", "2026-10-05;3;;")) == "date value"


CELLS = {
    "Date": "2026-10-05",
    "Type": "tea",
    "Value": "2.5",
    "Unit": "cup",
    "Notes": "late",
    "Cost": "1.20",
    "Status": "ok",
    "Temperature": "21.5",
}


@given(st.permutations(sorted(CELLS)), st.integers(1, 5))
def test_a_column_is_what_it_is_wherever_it_stands(names: list[str], rows: int) -> None:
    row = ";".join(CELLS[name] for name in names)
    right = {"Status": "-", "Temperature": "-"}
    assert roles(below(";".join(names), *[row] * rows)) == " ".join(
        right.get(name, name.lower()) for name in names
    )


@given(
    st.lists(st.lists(st.sampled_from(["", "2026-10-05", "1", "tea", "08:30", "€ 2", "-"]),
                      min_size=4, max_size=4), min_size=1, max_size=6),
)  # fmt: skip
def test_no_table_has_two_dates_types_or_costs(rows: list[list[str]]) -> None:
    lines = ["2026-10-05;3;tea;x", *map(";".join, rows)]
    told = roles(below("Day;A;B;C", *lines)).split()
    for role in ("date", "start", "end", "type", "unit", "notes", "tag", "cost", "price"):
        assert told.count(role) <= 1
