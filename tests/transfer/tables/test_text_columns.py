"""The columns of words: types, units, notes and tags."""

from __future__ import annotations

import pytest

from tally.domain.amounts import plain
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries


def test_columns_without_headings_are_told_by_their_cells() -> None:
    text = "2026-10-05;2;cup;coffee;late\n2026-10-06;3;cup;tea;early\n"
    assert roles(text) == "date value unit type notes"
    # A register of ledger: the payee stands in front of the account.
    text = "2026/10/01;;EDEKA;Expenses:Food;€;45.2\n2026/10/04;;Kino;Expenses:Fun;€;12\n"
    assert roles(text) == "date - notes type unit value"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Consumption", "Surplus Generation"), ("Bezug", "Einspeisung"), ("Import", "Export"),
     ("afname", "injectie"), ("Consumption", "Feed-in"), ("Bezug", "Lieferung"),
     ("one way", "the other way")],
)  # fmt: skip
def test_a_column_of_directions_is_the_type_where_no_other_is(one: str, other: str) -> None:
    rows = f"2026-10-05;{one};3", f"2026-10-05;{other};4"
    assert roles(below("Date;Direction;kWh", *rows)) == "date type value"


@pytest.mark.parametrize(
    ("heading", "one", "other", "right"),
    [
        ("Direction", "Consumption", "Surplus Generation", "date meter value type"),
        ("Richtung", "Bezug", "Einspeisung", "date meter value type"),
        ("Kind of row", "Import", "Export", "date meter value type"),
        ("Målepunkt", "Leveret til net", "Forbrugt fra net", "date meter value type"),
        ("Richtung", "Bezug", "Lieferung", "date meter value type"),
        ("Direction", "one way", "the other way", "date - value type"),
        ("Description", "Usage", "Solar", "date notes value type"),
        ("Notes", "more usage", "import again", "date notes value type"),
        # Who went home used nothing else on the way.
        ("Direction", "home", "work", "date - value type"),
    ],
)
def test_directions_beside_types_stand_behind_them(
    heading: str, one: str, other: str, right: str
) -> None:
    """In and out are never one sum, though a column of types stands beside them."""
    rows = (f"2026-10-05;{one};3;power", f"2026-10-05;{other};4;power", f"2026-10-06;{one};4;gas")
    assert roles(below(f"Date;{heading};kWh;Type", *rows)) == right


def test_directions_below_the_surer_heading_of_types_stand_behind_these() -> None:
    rows = [
        f"2026-10-{day:02};{name};{way};{day}"
        for day in (5, 6)
        for name in ("power", "heat")
        for way in ("Bezug", "Lieferung")
    ]
    assert roles(below("Datum;Artikel;Art;kWh", *rows)) == "date type meter value"
    alone = [row.replace("power;", "").replace("heat;", "") for row in rows]
    assert roles(below("Datum;Art;kWh", *alone)) == "date type value"


def test_in_and_out_beside_units_of_meters_stand_behind_the_types() -> None:
    rows = [
        f"2026-10-{day:02};{name};{way};{day};kWh"
        for day in (5, 6)
        for name in ("power", "heat")
        for way in ("In", "Out")
    ]
    assert roles(below("Date;Commodity;Flow;Usage;Unit", *rows)) == "date type meter value unit"
    alone = [row.replace("power;", "").replace("heat;", "") for row in rows]
    assert roles(below("Date;Flow;Usage;Unit", *alone)) == "date type value unit"
    spent = (row.replace("kWh", "EUR") for row in rows)
    assert roles(below("Date;Name;Flow;Usage;Unit", *spent)) == "date - type value unit"


def test_beside_meters_the_directions_of_one_type_are_the_types() -> None:
    rows = [
        f"2026-10-{day:02};{code};power;{way};{day}"
        for day in (5, 6, 7)
        for code in ("A111", "B222")
        for way in ("Import", "Export")
    ]
    header = "Date;Meter number;Commodity;Direction;kWh"
    assert roles(below(header, *rows)) == "date meter - type value"


def test_directions_beside_several_types_and_meters_stand_behind_both() -> None:
    """What each meter of heat and power took in and gave is no one sum."""
    rows = [
        f"2026-10-{day:02};{name};{code};{way};{day * figure}"
        for day in (5, 6, 7)
        for name, code in (("power", "A111"), ("power", "B222"), ("heat", "C333"))
        for way, figure in (("Import", 1), ("Export", 3))
    ]
    header = "Date;Commodity;Meter number;Direction;kWh"
    assert roles(below(header, *rows)) == "date type meter meter value"
    read = entries(below(header, *rows[:6]))
    assert [(entry.consumption_type, plain(entry.value)) for entry in read] == [
        ("power A111 Import", "5"), ("power A111 Export", "15"),
        ("power B222 Import", "5"), ("power B222 Export", "15"),
        ("heat C333 Import", "5"), ("heat C333 Export", "15"),
    ]  # fmt: skip


def test_of_several_units_it_is_that_of_the_amounts() -> None:
    header = "Date;Odometer;Distance Unit;Volume;Volume Unit;Efficiency;Fuel Efficiency Unit"
    rows = (
        "2026-10-05;45300;MILE;10.5;US_GALLON;30;MPG",
        "2026-10-19;45600;MILE;9;US_GALLON;29;MPG",
    )
    assert roles(below(header, *rows)) == "date - - value unit - -"


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        ("Type;Measure", "tea;cup", "type unit"),
        ("Type;Unit", "tea;mug", "type unit"),
        ("Measure;Type", "cup;tea", "unit type"),
        ("Measure;No", "cup;1", "type -"),
    ],
)
def test_beside_days_across_there_are_types_and_their_units(
    header: str, row: str, right: str
) -> None:
    days = ";2026-10-05;2026-10-06;2026-10-07"
    assert roles(below(header + days, f"{row};1;2;3")) == f"{right} value value value"


@pytest.mark.parametrize(
    ("header", "rows", "right"),
    [
        ("Date;Value;Comment", ("1;3 persons", "2;2 persons"), "date value notes"),
        ("Date;Coffee;My comment", ("1;3 persons", "2;2 persons"), "date value notes"),
        ("Date;kWh;Tags", ("1;2 rooms", "2;3 rooms"), "date value tag"),
        ("Date;Value;Notes", ("1;3", "2;4"), "date value notes"),
        ("Date;Coffee;Comment count", ("1;3", "2;4"), "date - value"),
        # Words go before numbers.
        ("Date;kWh;Note;Remark", ("1;2 rooms;late", "2;3 rooms;"), "date value - notes"),
    ],
)
def test_notes_and_tags_may_begin_with_numbers_beside_the_amounts(
    header: str, rows: tuple[str, ...], right: str
) -> None:
    dated = (f"2026-10-{day:02};{row}" for day, row in enumerate(rows, 5))
    assert roles(below(header, *dated)) == right


@pytest.mark.parametrize("cells", [("3", "4"), ("3 kWh", "4 kWh")])
def test_the_only_numbers_of_a_table_are_its_amounts(cells: tuple[str, str]) -> None:
    rows = (f"2026-10-{day:02};{cell}" for day, cell in enumerate(cells, 5))
    assert roles(below("Date;Note", *rows)) == "date value"


def test_a_column_with_a_unit_holds_no_tags_whatever_its_cells() -> None:
    rows = ("2026-10-05;5;1", "2026-10-06;read later;2", "2026-10-07;6;3")
    assert roles(below("Datum;Strom Tag (kWh);Gas (m³)", *rows)) == "date value value"
    assert roles(below("Datum;Tag;Gas (m³)", *rows)) == "date tag value"


def test_words_that_have_one_row_of_each_time_tell_series_apart() -> None:
    ways = ("pobrana", "oddana")
    rows = [f"2026-10-05;{hour:02}:00;3;{way}" for way in ways for hour in range(3)]
    header = "Date;Time;kWh;Rodzaj"
    assert roles(below(header, *rows)) == "date time value type"
    # One that is missing, one time alone, or numbers tell nothing.
    assert roles(below(header, *rows[1:])) == "date time value -"
    assert roles(below(header, rows[0], rows[3])) == "date time value -"
    # Beside the name of a type the words say something else: who drank it, say.
    assert roles(below("Date;Time;Coffee;Rodzaj", *rows)) == "date time value -"
    assert roles(below("Date;Time;Water (l);Rodzaj", *rows)) == "date time value -"
    numbered = [row.replace("pobrana", "A1").replace("oddana", "A2") for row in rows]
    assert roles(below(header, *numbered)) == "date time value -"


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Type", ("Actual", "Estimated", "Actual")),
        ("Source", ("Smart", "Customer read", "")),
        ("Type", ("Actual Read", "Estimated Read", "Actual reading")),
        ("Typ", ("abgelesen", "geschätzt", "abgelesen")),
        ("Type", ("Réelle", "Estimée", "Réelle")),
    ],
)
def test_how_a_reading_was_taken_is_no_type(heading: str, cells: tuple[str, ...]) -> None:
    rows = [f"2026-{month:02}-01;{12000 + month};{cell}" for month, cell in enumerate(cells, 9)]
    assert roles(below(f"Date;Reading;{heading}", *rows)) == "date reading notes"
    assert roles(below(f"Date;Reading;{heading};Note", *(f"{row};x" for row in rows))) == (
        "date reading - notes"
    )
    other = [*rows, "2026-12-01;5;tea"]
    assert roles(below(f"Date;Reading;{heading}", *other)) == "date reading type"


ESB = "MPRN;Meter Serial Number;Read Value;Read Type;Read Date and End Time"


def day(row: int) -> str:
    return f"2026-10-13 {row // 2:02}:{row % 2 * 30:02}"


def read(kind: str, unit: str, step: int, first: int = 0) -> list[str]:
    """Twelve rows of one kind, half an hour apart."""
    return [
        f"1030;0003;{first + row * step + row % 3 + 1};{kind} ({unit});{day(row)}"
        for row in range(1, 13)
    ]


@pytest.mark.parametrize("ways", [("Import",), ("Import", "Export")])
def test_the_unit_behind_the_types_is_that_of_the_amounts(ways: tuple[str, ...]) -> None:
    """ESB Networks names mean power in the type of each row, and registers as well."""
    rows = [row for way in ways for row in read(f"Active {way} Interval", "kW", 0)]
    chosen = {"type": "power"} if len(ways) == 1 else {}
    kept = entries(below(ESB, *rows), **chosen)
    assert {(plain(entry.value), entry.unit) for entry in kept} == {
        ("0.5", "kWh"), ("1", "kWh"), ("1.5", "kWh"),
    }  # fmt: skip
    rows = [row for way in ways for row in read(f"Active {way} Interval", "kWh", 0)]
    kept = entries(below(ESB, *rows), **chosen)
    assert {(plain(entry.value), entry.unit) for entry in kept} == {
        ("1", "kWh"), ("2", "kWh"), ("3", "kWh"),
    }  # fmt: skip
    rows = [row for way in ways for row in read(f"Active {way} Register", "kWh", 8, 12_000)]
    assert "reading" in roles(below(ESB, *rows))


def test_other_words_behind_the_types_are_no_unit() -> None:
    rows = "2026-10-05;milk (l);2", "2026-10-06;bread (g);200"
    assert {entry.unit for entry in entries(below("Date;Food;Amount", *rows))} == {""}
    rows = "2026-10-05;milk (old);2", "2026-10-06;tea (old);3"
    assert {entry.unit for entry in entries(below("Date;Food;Amount", *rows))} == {""}
    rows = "2026-10-05;milk (l);2;cup", "2026-10-06;tea (l);3;cup"
    kept = entries(below("Date;Food;Amount;Unit", *rows))
    assert {entry.unit for entry in kept} == {"cup"}


def test_a_register_that_stands_at_zero_is_left_out_beside_amounts() -> None:
    """Australian files have both, and name in and out beside the number of the meter."""
    header = "NMI;DeviceNumber;RateTypeDescription;StartDate;ProfileReadValue;RegisterReadValue"
    rows = [
        f"6001;D1;{kind};2026-10-{day} 00:00;{amount};0"
        for day in (13, 14)
        for kind, amount in (("Usage", "0.12"), ("Solar", "0.5"))
    ]
    assert roles(below(header, *rows)) == "- type meter start value -"
    assert roles(below("Date;Meter reading", "2026-10-05;0", "2026-10-06;0")) == "date reading"
