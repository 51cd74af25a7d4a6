"""The tables of a file: their places, and the lines around them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.tables.structure import FoundTable, tables_in

TODAY = date(2026, 11, 22)


def tables(text: str) -> list[FoundTable]:
    def lines() -> Iterator[CsvLine]:
        for number, line in enumerate(text.splitlines(), 1):
            yield CsvLine(number, line.split(";") if line else [])

    return tables_in(lines(), TODAY)


def test_an_address_above_the_header_is_no_part_of_the_table() -> None:
    (table,) = tables("Mara Lind\n5 Lane\n\nDay;kWh\n2026-10-05;1\n2026-10-06;2\n")
    assert (table.header, table.first, table.last, table.dated) == (("Day", "kWh"), 5, 6, 2)


def test_tables_below_each_other_end_where_the_next_begins() -> None:
    text = "Power\nDay;kWh\n2026-10-05;1\n\nWater\nDate;Value\n2026-10-05;4\n2026-10-06;5\n"
    power, water = tables(text)
    assert (power.name, power.dated, power.last) == ("Power", 1, 4)
    assert (water.name, water.header) == ("Water", ("Date", "Value"))
    assert (water.first, water.dated) == (7, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Date;kWh", "Date;m3"),
        ("Date;kWh", "Day;m3"),
        ("Datum;kWh", "Day;Gas (m³)"),
        ("Date;Electricity (kWh)", "Date;Gas (m3)"),
        ("Datum;Strom kWh", "Datum;Wasser m3"),
        ("Date;Coffee", "Date;Tea"),
        ("2026-10-01;5", "Date;m3"),
    ],
)
@pytest.mark.parametrize("between", ["", "\n", "\nReport B\n"])
def test_a_table_of_two_columns_ends_where_another_begins(
    one: str, other: str, between: str
) -> None:
    text = f"{one}\n2026-10-05;1\n2026-10-06;2\n{between}{other}\n2026-10-05;3\n"
    first, second = tables(text)
    assert second.header == tuple(other.split(";"))
    assert (first.dated, second.dated) == (2 + one.startswith("2026"), 1)


def test_a_table_ends_where_a_marker_names_another() -> None:
    log = "## Log\nDay;Litres\n2026-10-05;1\n2026-10-06;2\n"
    categories = "## Categories\nId;Name\n1;Service\n2;Tyres\n"
    (table,) = tables(log + categories)
    assert (table.name, table.dated, table.last) == ("Log", 2, 4)
    first, stations = tables(f"{log}{categories}## Stations\nSeen;Which\n2026-10-05;Shell\n")
    assert (first.last, stations.name, stations.first) == (4, "Stations", 11)
    assert stations.header == ("Seen", "Which")


def test_a_marker_above_further_rows_is_a_comment() -> None:
    (table,) = tables("## Log\nDay;Litres\n2026-10-05;1\n## moved house\n2026-10-06;2\nTotal;3\n")
    assert (table.dated, table.last) == (2, 6)


def test_a_title_below_the_rows_ends_no_table_as_a_marker_does() -> None:
    rows, others = "Day;Litres\n2026-10-05;1\n", "Id;Name\n1;Service\n"
    assert [table.last for table in tables(f"{rows}## Summary\n{others}")] == [2]
    assert [table.last for table in tables(f"{rows}Summary\n{others}")] == [5]


@pytest.mark.parametrize(
    "line",
    [
        "Date;Gas; Power ", "-;m³;kWh", "[dd.MM.yyyy];m³;kWh", "unknown;12 kWh;leak",
        "no date;12 kWh;about 12 kWh",
    ],
)  # fmt: skip
def test_a_line_between_the_rows_that_is_no_heading_of_its_own_parts_no_table(line: str) -> None:
    text = f"Date;Gas;Power\n-;m³;kWh\n2026-10-05;1;2\n{line}\n2026-10-06;1;2\n"
    (table,) = tables(text)
    assert (table.dated, table.units) == (2, ("", "m³", "kWh"))


def test_a_second_heading_line_holds_units() -> None:
    (table,) = tables("Day;Gas;Power\n-;m³;kWh\n2026-10-05;1;2\n")
    assert (table.header, table.units) == (("Day", "Gas", "Power"), ("", "m³", "kWh"))
    power, gas = tables("Day;Power\n-;kWh\n2026-10-05;1\nDay;Gas\n-;m³\n2026-10-05;2\n")
    assert (power.units, gas.units) == (("", "kWh"), ("", "m³"))


def test_a_second_heading_line_may_hold_parts_of_merged_headings_and_a_third_one_units() -> None:
    (table,) = tables("Day;Power;;Gas\n;peak;night;\n-;kWh;kWh;m³\n2026-10-05;1;2;3\n")
    assert (table.header, table.parts) == (("Day", "Power", "", "Gas"), ("", "peak", "night", ""))
    assert (table.units, table.first) == (("", "kWh", "kWh", "m³"), 4)


PRM = "PRM;Du;Au;Grandeur;Unite\n241;01/10/2026;03/10/2026;Puissance;W\n"


def test_a_table_of_one_row_may_name_the_unit_of_the_table_below() -> None:
    _, curve = tables(f"{PRM}Horodate;Valeur\n2026-10-01T00:30:00;412\n2026-10-01T01:00:00;390\n")
    assert (curve.header, curve.unit, curve.dated) == (("Horodate", "Valeur"), "W", 2)
    row = "242;04/10/2026;05/10/2026;Puissance;W\n"
    _, curve = tables(f"{PRM}{row}Horodate;Valeur\n2026-10-01T00:30:00;412\n")
    assert curve.unit == ""


def test_a_line_of_the_unit_may_stand_above_the_header() -> None:
    (table,) = tables("Site;Wien\nEinheit;kWh\n\nDatum;Wert\n2026-10-05;3\n")
    assert (table.header, table.unit) == (("Datum", "Wert"), "kWh")
    (table,) = tables("Datum;Wert\nEinheit;kWh\n2026-10-05;3\n")
    assert (table.header, table.unit) == (("Datum", "Wert"), "")


def test_a_day_behind_the_headings_makes_no_row_of_them() -> None:
    """FRITZ!DECT writes when the file was made."""
    header = "Datum/Uhrzeit;Verbrauchswert;Einheit;Ansicht: Monat;Datum;01.11.2026 10:00 Uhr"
    (table,) = tables(f"{header}\n01.10.2026;1,012;kWh;;;\n02.10.2026;0,913;kWh;;;\n")
    assert (table.header, table.dated) == (tuple(header.split(";")), 2)
    # An amount, few known words, or none of a day in front: it is a row.
    for row in (
        "Datum;Verbrauch;Einheit;12;01.11.2026",
        "Datum;Wert;red;01.11.2026",
        "Milk;Notes;Value;Unit;01.11.2026",
    ):
        (table,) = tables(f"{row}\n02.10.2026;1\n")
        assert (table.has_header, table.dated) == (False, 2)


def test_days_may_stand_across_the_top_or_above_their_rows() -> None:
    (across,) = tables("Type;2026-10-05;2026-10-06;2026-10-07\ntea;1;2;3\ncoffee;4;5;6\n")
    assert (across.layout, across.dated) == ("dates across", 6)
    (above,) = tables("Type;Cups\n2026-10-05\ntea;1\ncoffee;2\n2026-10-06\ntea;3\n")
    assert (above.layout, above.dated) == ("dates above", 3)


def test_without_a_day_the_first_line_that_names_columns_is_a_header() -> None:
    (table,) = tables("What;How many\ntea;1\n")
    assert (table.header, table.dated) == (("What", "How many"), 0)
    assert tables("nothing to see\n") == []


@given(st.integers(1, 60), st.integers(0, 3))
def test_every_dated_row_counts_once(rows: int, titles: int) -> None:
    text = "".join(f"Title {place}\n" for place in range(titles)) + "Day;Value\n"
    text += "".join(f"{TODAY - timedelta(days=place)};{place}\n" for place in range(rows))
    (table,) = tables(text)
    assert (table.dated, table.first, table.last) == (rows, titles + 2, titles + 1 + rows)
