"""The header among the lines above the rows of a table, and the line of units."""

import pytest

from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.tables.header_lines import (
    header_over,
    names_columns,
    parts_behind,
    unit_named,
    units_behind,
    with_parts,
)


def lines(*texts: str) -> list[CsvLine]:
    return [CsvLine(number, text.split(";")) for number, text in enumerate(texts, 1)]


def test_the_line_with_most_known_words_is_the_header_and_of_equals_the_nearest() -> None:
    above = lines("Plot;Kitchen", "Day;Notes", "Date;Value", "Left;Right")
    assert header_over(above, 0, 2, least=0) == above[2]
    assert header_over(above[3:], 0, 2, least=0) == above[3]
    assert header_over(above[3:], 0, 2, least=2) is None


def test_the_heading_of_the_only_amount_needs_none_beside_it_where_it_has_a_unit() -> None:
    """Files of SMA have lines of the plant above it."""
    above = lines(";SN: 1901234567", ";SB 5000TL", ";Total yield [kWh]")
    assert header_over(above, 0, 2, least=0) == above[2]
    assert header_over(above[:2], 0, 2, least=0) is None
    assert header_over(lines(";12 kWh"), 0, 2, least=0) is None
    assert header_over(lines(";Total yield [kWh]"), 0, 3, least=0) is None


def test_units_become_the_header_where_no_other_line_names_the_columns() -> None:
    above = lines("Day;Gas;Power", "-;m³;kWh")
    assert header_over(above, 0, 3, least=0) == above[0]
    assert units_behind(above, above[0]) == above[1]
    assert header_over(above[1:], 0, 3, least=0) == above[1]
    assert units_behind(above[1:], above[1]) is None


@pytest.mark.parametrize(
    ("units", "are_units"),
    [
        ("[dd.MM.yyyy];[Wh];[kWh/kWp]", True),
        (";W;V", True),
        ("-;kWh;%", True),
        (";[left];[right]", False),
        (";V;A", False),
        (";kWh;Gas", False),
    ],
)
def test_some_of_the_units_below_a_header_may_be_unknown(units: str, are_units: bool) -> None:
    above = lines("Day;Gas;Power", units)
    assert (units_behind(above, above[0]) is not None) == are_units


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Day;kWh", True),
        ("2026-10-05;12;3", False),
        ("Total;12", False),
        ("Day;0:1:2;3:4:5", True),
        ("Day;00:00;00:15;00:30", True),
        ("Day;" + ";".join(map(str, range(1, 25))), True),
    ],
)
def test_lines_that_name_columns(text: str, names: bool) -> None:
    cells = text.split(";")
    assert names_columns(cells, len(cells)) == names


@pytest.mark.parametrize(
    ("header", "line", "is_of_parts"),
    [
        ("Day;Power;;Gas", ";day;night;", True),
        ("Day;Power;;Gas", ";day;night;all", True),
        ("Day;Power", ";day;night", True),
        ("Day;Power;;Gas", ";day;;all", False),
        ("Day;Power;;Gas", "when;day;night;", False),
        ("Day;Power;;Gas", ";1;night;", False),
        ("Day;Power;;Gas", ";;night;", False),
        ("Day;Power;;Gas", ";kWh;kWh;m³", False),
    ],
)
def test_below_merged_headings_a_line_names_their_parts(
    header: str, line: str, is_of_parts: bool
) -> None:
    above = lines(header, line)
    assert (parts_behind(above, above[0], 0) is not None) == is_of_parts
    assert parts_behind(above, above[1], 0) is None


def test_the_part_of_a_merged_heading_follows_that_heading() -> None:
    header, parts = ("Day", "Power (kWh)", "", "Gas", ""), ("", "day", "night")
    assert list(with_parts(header, parts)) == [
        "Day", "Power (kWh) day", "Power (kWh) night", "Gas", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "unit"),
    [
        (("PRM;Grandeur;Unite", "241;Puissance active;W"), "W"),
        (("PRM;Grandeur;Unite", "241;Puissance maximale;VA"), "VA"),
        (("Einheit;kWh",), "kWh"),
        (("Zählpunkt;AT001", "Einheit;;Wh", "Ort;Wien"), "Wh"),
        (("Unit;Flat 5",), ""),
        (("Unit;Site", "5;kWh"), ""),
        (("Unit;Site;Town", "kWh"), "kWh"),
        # The amount of another table is in the unit beside it.
        (("Date;Value;Unit", "2026-10-05;3;m3"), ""),
        (("kWh;Unit",), ""),
        (("# Name: Strom", "# Einheit: W"), "W"),
        (("Unit: kWh;",), "kWh"),
        (("Unit: Flat 5",), ""),
        ((), ""),
    ],
)
def test_lines_above_the_header_may_name_the_unit(above: tuple[str, ...], unit: str) -> None:
    assert unit_named([line.cells for line in lines(*above)]) == unit
