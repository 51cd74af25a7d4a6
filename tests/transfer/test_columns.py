"""The role of each column, told by its heading and its cells together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.units import Units
from tally.transfer.columns import (
    Account,
    Column,
    currency_told,
    guess_columns,
    same_currency,
)
from tally.transfer.csv_rows import Line
from tally.transfer.structure import tables_in

TODAY = date(2026, 11, 22)


def columns(text: str, currency: str = "EUR", certain: bool = True) -> list[Column]:
    """The columns of the only table of a file that is cut by semicolons."""
    cells = [line.split(";") for line in text.splitlines()]

    def lines() -> Iterator[Line]:
        return (Line(number, row) for number, row in enumerate(cells, 1))

    table = tables_in(lines(), TODAY, certain=certain)[-1]
    rows = [row for number, row in enumerate(cells, 1) if number >= table.first]
    return guess_columns(table, rows, TODAY, Account(currency, Units(["cup"])))


def roles(text: str, currency: str = "EUR", certain: bool = True) -> str:
    return " ".join(column.role for column in columns(text, currency, certain))


def below(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


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
        # A time of day belongs to the date on its left; a duration is an amount.
        ("Date;Time;kWh", "2026-10-05;08:30;3", "date time value"),
        ("Date;Start time;End time;kWh", "2026-10-05;08:30;09:00;3", "date time - value"),
        ("Start date;Start time;End date;End time;kWh", "2026-10-05;08:30;2026-10-05;09:00;3",
         "start time end time value"),
        ("Date;Hour;kWh", "2026-10-05;24;3", "date time value"),
        ("Date;Hours;Name", "2026-10-05;3;run", "date value type"),
        ("Date;Hour", "2026-10-05;3", "date value"),
        ("Date;Activity;Duration", "2026-10-05;run;0:45:00", "date type value"),
        # The interval of a row wins over the date on which it was written.
        ("Invoice date;From;To;kWh", "2026-11-05;2026-09-01;2026-09-30;300", "- start end value"),
        ("Created;Date;kWh", "2026-10-06;2026-10-05;3", "- date value"),
        # What meters show is no amount used.
        ("Date;Meter reading (kWh)", "2026-10-05;12345", "date reading"),
        ("Datum;Zählerstand;Verbrauch", "2026-10-05;12345;12", "date - value"),
        ("Date;Cups;Tags;Notes", "2026-10-05;2;home;late", "date value tag notes"),
        # The days that a row covers say more than the day of its bill.
        ("Bill date;Usage period;kWh", "2026-10-05;2026-09-01 - 2026-09-30;3", "- date value"),
    ],
)  # fmt: skip
def test_what_a_heading_says_and_its_cells_confirm(header: str, row: str, right: str) -> None:
    assert roles(below(header, row)) == right


def test_numbers_that_a_decimal_comma_parted_are_no_further_column() -> None:
    parted = "2026-10-05;1;5", "2026-10-06;2;25"
    assert roles(below("Day;kWh", *parted)) == "date value"
    assert roles(below("Day;kWh", "2026-10-05;1;late", "2026-10-06;2;soon")) == "date value -"
    assert roles(below("Day;kWh;", *parted)) == "date value -"


def test_durations_in_words_are_hours_and_minutes() -> None:
    rows = "2026-10-05;3h 12m", "2026-10-06;45m"
    assert [column.unit for column in columns(below("Day;Screen time", *rows))] == ["", "h"]
    assert [column.unit for column in columns(below("Day;Climbed", "2026-10-05;45m"))] == ["", ""]


def test_each_amount_of_a_wide_file_has_the_type_and_unit_of_its_heading() -> None:
    _, power, gas = columns(below("Day;Import T1 kWh;Gas [m³]", "2026-10-05;1;2"))
    assert (power.role, power.consumption_type, power.unit) == ("value", "Import T1", "kWh")
    assert (gas.role, gas.consumption_type, gas.unit) == ("value", "Gas", "m³")


def test_units_of_a_second_heading_line_are_those_of_their_columns() -> None:
    text = below("Day;Power;Gas", ";kWh;m³", "2026-10-05;1;2")
    assert [column.unit for column in columns(text)] == ["", "kWh", "m³"]


def test_headings_that_are_times_of_day_are_one_series() -> None:
    _, *hours = columns(below("Day;00:00;06:30;12:00", "2026-10-05;1;2;3"))
    assert [hour.second for hour in hours] == [0, 23_400, 43_200]
    assert {hour.role for hour in hours} == {"value"}
    assert {hour.consumption_type for hour in hours} == {""}


def test_headings_that_are_days_say_the_day_of_their_column() -> None:
    name, *days = columns(below("Type;2026-10-05;2026-10-06;2026-10-07", "tea;1;2;3"))
    assert name.role == "type"
    assert [day.day for day in days] == ["2026-10-05", "2026-10-06", "2026-10-07"]


def test_columns_without_headings_are_told_by_their_cells() -> None:
    text = "2026-10-05;2;cup;coffee;late\n2026-10-06;3;cup;tea;early\n"
    assert roles(text) == "date value unit type notes"


def test_bare_numbers_are_dates_only_where_a_heading_says_so() -> None:
    assert roles(below("Date;kWh", "46300;3", "46301;4"), certain=False) == "date value"
    assert roles(below("Date;kWh;Pages", "2026-10-05;3;46300")) == "date value -"
    assert roles(below("Time;kWh", "1790000000;3", "1790003600;4")) == "date value"


def test_of_registers_that_rise_together_one_that_is_named_tells_for_all() -> None:
    rows = ("2026-10-01;100;2000;5", "2026-10-02;103;2004;5", "2026-10-03;109;2007;6")
    assert roles(below("Date;Reading HT;NT;Feed", *rows)) == "date reading reading reading"
    falling = ("2026-10-01;100;7;5", "2026-10-02;103;4;9", "2026-10-03;109;8;6")
    assert roles(below("Date;Reading HT;NT;Feed", *falling)) == "date reading - -"


def test_what_hangs_over_the_header_without_a_cell_is_no_column() -> None:
    assert roles(below("Date;kWh;;", "2026-10-05;3;;")) == "date value"


def test_beside_a_type_the_amount_is_the_column_that_varies() -> None:
    rows = ("2026-10-05;gas;PT1H;0.253", "2026-10-06;gas;PT1H;0.301")
    assert roles(below("Date;Type;Resoluutio;Lukema", *rows)) == "date type - value"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Consumption", "Surplus Generation"), ("Bezug", "Einspeisung"), ("Import", "Export"),
     ("afname", "injectie"), ("Consumption", "Feed-in")],
)  # fmt: skip
def test_a_column_of_directions_is_the_type_where_no_other_is(one: str, other: str) -> None:
    rows = f"2026-10-05;{one};3", f"2026-10-05;{other};4"
    assert roles(below("Date;Direction;kWh", *rows)) == "date type value"
    named = (f"{row};gas" for row in rows)
    assert roles(below("Date;Direction;kWh;Type", *named)) == "date - value type"


def test_a_column_that_is_the_sum_of_the_others_is_left_out() -> None:
    rows = ("2026-10-05;3.1;2.2;5.3", "2026-10-06;1;2;3")
    assert roles(below("Date;Peak;Off peak;Total", *rows)) == "date value value -"
    others = ("2026-10-05;3.1;2.2;9", "2026-10-06;1;2;7")
    assert roles(below("Date;Peak;Off peak;Total", *others)) == "date value value value"


def test_figures_that_only_rise_in_small_steps_are_readings_though_no_heading_says_so() -> None:
    rows = [f"2026-10-{day:02};{1000 + 3 * day};{10 + day};{day % 3}" for day in range(1, 13)]
    header = "Date;Import T1 kWh;Export T1 kWh;Peak W"
    assert roles(below(header, *rows)) == "date reading reading -"
    # A few rows may rise by chance, and who says that it is consumption is believed.
    assert roles(below(header, *rows[:4])) == "date value value -"
    consumed = [row.rpartition(";")[0].rpartition(";")[0] for row in rows]
    assert roles(below("Date;Consumption (kWh)", *consumed)) == "date value"


def test_the_figures_before_and_after_are_left_out_beside_their_difference() -> None:
    rows = ("2026-10-05;100;128.5;28.5", "2026-10-06;128.5;140;11.5")
    header = "Date;Meter start (kWh);Meter end (kWh);Energy (kWh)"
    assert roles(below(header, *rows)) == "date - - value"
    # Solar energy of a night comes to nothing, and is no meter.
    night = ("2026-10-05;0;98;98", "2026-10-06;0;120;120")
    flows = "Date;Exported to grid (Wh);Consumed (Wh);Imported from grid (Wh)"
    assert roles(below(flows, *night)) == "date value value value"


def test_what_was_spent_has_no_cost_beside_it() -> None:
    text = below("Date;Payee;Outflow;Inflow", "2026-10-05;Shop;€3.20;€0.00")
    assert roles(text) == "date - value -"


# Money -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "right", "left_out"),
    [
        ("Date;kWh;Cost", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;Cost (EUR)", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;Cost", "2026-10-05;3;€0.90", "date value cost", ""),
        ("Date;kWh;Price (EUR/kWh)", "2026-10-05;3;0.30", "date value price", ""),
        # Where both are there, what was paid counts.
        ("Date;kWh;Unit price;Cost", "2026-10-05;3;0.30;0.90", "date value - cost", ""),
        # Another currency, parts of one, or several that may be meant.
        ("Date;kWh;Cost (USD)", "2026-10-05;3;0.90", "date value -", "Cost (USD)"),
        ("Date;kWh;Cost", "2026-10-05;3;£0.90", "date value -", "Cost"),
        ("Date;kWh;Cost (p)", "2026-10-05;3;90", "date value -", "Cost (p)"),
        ("Date;kWh;Currency;Cost", "2026-10-05;3;USD;0.90", "date value - -", "Cost"),
        ("Date;kWh;Cost;Cost", "2026-10-05;3;0.90;1.10", "date value - -", "Cost Cost"),
        ("Date;kWh;Price (øre/kWh)", "2026-10-05;3;80.5", "date value -", "Price (øre/kWh)"),
        ("Date;kWh;Price (Ft/kWh)", "2026-10-05;3;80.5", "date value -", "Price (Ft/kWh)"),
        # A price and what was paid are told by their numbers, whatever they are called.
        ("Date;Litres;Price;Total", "2026-10-05;40.5;1.70;68.85", "date value - cost", ""),
        ("Date;Litres;Total;Price", "2026-10-05;40,5;68,85;1,70", "date value cost -", ""),
        ("Date;Litres;Cost;Amount due", "2026-10-05;40;1.7;68", "date value - cost", ""),
        # Alone, money is what is recorded.
        ("Date;Payee;Amount (EUR)", "2026-10-05;Shop;12.50", "date - value", ""),
    ],
)
def test_money_is_a_cost_only_in_the_currency_of_the_account(
    header: str, row: str, right: str, left_out: str
) -> None:
    guessed = columns(below(header, row))
    assert " ".join(column.role for column in guessed) == right
    assert " ".join(filter(None, (column.money for column in guessed))) == left_out


def test_an_account_without_a_currency_gets_that_of_the_file() -> None:
    *_, cost = columns(below("Date;kWh;Cost (USD)", "2026-10-05;3;0.90"), currency="")
    assert (cost.role, cost.currency) == ("cost", "USD")
    *_, pence = columns(below("Date;kWh;Cost (p)", "2026-10-05;3;90"), currency="")
    assert (pence.role, pence.money) == ("-", "Cost (p)")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("€", "EUR"),
        ("eur", "EUR"),
        ("Euro", "EUR"),
        ("$", ""),
        ("CHF", "CHF"),
        ("kr", ""),
        ("", ""),
    ],
)
def test_the_code_of_a_currency_is_told_where_only_one_is_meant(written: str, code: str) -> None:
    if written != "$":
        assert currency_told(written) == code
    for other in ("EUR", "CHF"):
        assert same_currency(written, other) == (code == other)


def test_signs_that_several_currencies_share_are_that_of_the_account() -> None:
    assert same_currency("kr", "SEK") and same_currency("kr.", "DKK")
    assert same_currency("$", "AUD") and not same_currency("$", "EUR")


# All of it ---------------------------------------------------------------------------------------

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
