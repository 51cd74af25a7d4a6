"""The columns of amounts and of readings."""

from __future__ import annotations

import pytest

from tests.transfer.guessed import below, columns, roles
from tests.transfer.parsed import entries


def test_beside_a_type_the_amount_is_the_column_that_varies() -> None:
    rows = ("2026-10-05;gas;PT1H;0.253", "2026-10-06;gas;PT1H;0.301")
    assert roles(below("Date;Type;Resoluutio;Lukema", *rows)) == "date type - value"


def test_a_column_that_is_the_sum_of_the_others_is_left_out() -> None:
    rows = ("2026-10-05;3.1;2.2;5.3", "2026-10-06;1;2;3")
    assert roles(below("Date;Peak;Off peak;Total", *rows)) == "date value value -"
    others = ("2026-10-05;3.1;2.2;9", "2026-10-06;1;2;7")
    assert roles(below("Date;Peak;Off peak;Total", *others)) == "date value value value"


@pytest.mark.parametrize(
    "name",
    ["Verbrauch Vorjahr", "Usage last year", "Previous year", "Consommation année précédente",
     "Verbruik vorig jaar", "Consumo anno precedente", "Förbrukning förra året"],
)  # fmt: skip
def test_amounts_of_the_year_before_are_none_of_the_day_of_their_row(name: str) -> None:
    rows = ("2026-10-05;5;6", "2026-10-06;7;8")
    assert roles(below(f"Date;Usage (kWh);{name} (kWh)", *rows)) == "date value -"


def test_a_sum_is_that_of_the_amounts_in_its_unit() -> None:
    rows = ("2026-10-05;5;3;8;2.2", "2026-10-13;6;2;8;2.1")
    header = "Date;On-Peak kWh;Off-Peak kWh;Total kWh;{}"
    assert roles(below(header.format("Gas m3"), *rows)) == "date value value - value"
    assert roles(below(header.format("Gas kWh"), *rows)) == "date value value value value"


def test_the_amount_is_the_one_by_whose_price_the_money_was_paid() -> None:
    header = "Date;Price;Total cost;Volume;Distance;Consumption"
    rows = ("2026-10-05;1.65;66.17;40.1;650;16.2", "2026-10-20;1.659;70.52;42.5;700;16.5")
    assert roles(below(header, *rows)) == "date - cost value - -"
    # Otherwise the heading decides.
    others = ("2026-10-05;1.65;30.17;40.1;650;16.2", "2026-10-20;1.659;90.52;42.5;700;16.5")
    assert roles(below(header, *others)).endswith("- - value")


@pytest.mark.parametrize("nothing", ["", "0", "0.00", "-"])
def test_readings_stand_beside_values_that_say_nothing(nothing: str) -> None:
    rows = [f"2026-10-0{day};{nothing};{100 + 50 * day};gas;m³" for day in (1, 2)]
    header = "Date;Value;Reading;Type;Unit"
    assert roles(below(header, *rows)) == "date - reading type unit"
    amounts = [row.replace(f";{nothing};", ";50;", 1) for row in rows]
    assert roles(below(header, *amounts)) == "date value - type unit"
    # Without readings they are the amounts.
    empty = [f"2026-10-0{day};{nothing};;gas;m³" for day in (1, 2)]
    assert roles(below(header, *empty)) == "date value - type unit"


def test_what_was_spent_has_no_cost_beside_it() -> None:
    text = below("Date;Payee;Outflow;Inflow", "2026-10-05;Shop;€3.20;€0.00")
    assert roles(text) == "date - value value"
    assert [entry.consumption_type for entry in entries(text)] == ["Outflow"]


@pytest.mark.parametrize("heading", ["Wertstellung", "Wertstellungsdatum", "Valuta"])
@pytest.mark.parametrize("day", ["02.01.26", "02.01.2026"])
def test_a_second_column_of_dates_is_no_amount(heading: str, day: str) -> None:
    """Files of German banks."""
    for header in (f"Buchungsdatum;{heading}", f"{heading};Buchungsdatum"):
        guessed = columns(below(f"{header};Betrag (€)", f"{day};{day};-23,45"))
        roles = {column.heading.text: column.role for column in guessed}
        assert roles == {"Buchungsdatum": "date", heading: "-", "Betrag (€)": "value"}


def test_a_heading_over_several_columns_names_each_with_its_part() -> None:
    text = "Datum;Strom (kWh);;Gas (m³)\n;Tag;Nacht;\n05.10.2026;5,5;2;1\n06.10.2026;6,5;3;1\n"
    _, *amounts = columns(text)
    assert [(column.consumption_type, column.unit) for column in amounts] == [
        ("Strom Tag", "kWh"), ("Strom Nacht", "kWh"), ("Gas", "m³")
    ]  # fmt: skip


def test_numbers_without_a_heading_beside_amounts_are_no_less_than_these() -> None:
    rows = ("2026-10-05;7;5;2;1", "2026-10-06;8;6;3;1")
    assert roles(below("Date;;Power (kWh);;Gas (m³)", *rows)) == "date - value value value"
    assert roles(below("Date;;Power (kWh);Rank;", *rows)) == "date - value - -"


@pytest.mark.parametrize(
    ("headings", "right"),
    [
        ("Bezug Hochtarif (kWh);Bezug Niedertarif (kWh);Einspeisung (kWh)", "value value value"),
        ("Bezug Hochtarif;Bezug Niedertarif;Einspeisung", "value value value"),
        ("Hochtarif;Niedertarif;Feld", "value value value"),
        # The year before is no other way that something was used.
        ("Verbrauch;Verbrauch Vorjahr;Einspeisung", "value - value"),
        ("No sugar;No. of runs;Walks", "value value value"),
    ],
)
def test_each_way_that_something_was_used_is_an_amount(headings: str, right: str) -> None:
    rows = ("2026-10-05;3;4;2", "2026-10-06;5;1;6")
    assert roles(below(f"Date;{headings}", *rows)) == f"date {right}"


def test_the_power_of_an_energy_is_left_out_beside_it() -> None:
    """Files of Netz OÖ have both in each row: one amount, not two."""
    rows = (
        "2026-10-05 00:00;0.051;0.204",
        "2026-10-05 00:15;0.06;0.24",
        "2026-10-05 00:30;0.1;0.4",
    )
    assert roles(below("Date;kWh;kW", *rows)) == "date value -"
    assert roles(below("Date;Used (Wh);Load (W)", *rows)) == "date value -"
    # Power of something else, or of too little to tell.
    others = (*rows[:2], "2026-10-05 00:30;0.1;0.3")
    assert roles(below("Date;kWh;kW", *others)) == "date value value"
    assert roles(below("Date;kWh;kW", *rows[:2])) == "date value value"


def test_an_amount_with_a_unit_is_not_left_out_beside_readings() -> None:
    rows = ("2026-10-05;301;40", "2026-10-06;302;50", "2026-10-07;305;30")
    assert roles(below("Date;Meter reading (m³);Heat (kWh)", *rows)) == "date reading value"
    assert roles(below("Date;Meter reading (m³);Heat", *rows)) == "date reading -"


def test_the_volume_between_two_figures_and_its_energy_are_read() -> None:
    """A file of GRDF."""
    figures = "Index de début (m3);Index de fin (m3)"
    header = f"Date;{figures};Volume consommé (m3);Energie consommée (kWh)"
    rows = ("1203;1205;2;22.4", "1205;1206;1;11.2", "1206;1209;3;33")
    dated = (f"2026-10-0{day};{row}" for day, row in enumerate(rows, 1))
    assert roles(below(header, *dated)) == "date - - value value"


def test_a_column_of_amounts_without_any_is_none_beside_others() -> None:
    row = "2026-10-01;write;01:30:00;"
    assert roles(below("Date;Description;Duration;Amount ()", row)) == "date type value -"
    assert roles(below("Date;Type;Amount")) == "date type value"


def test_an_amount_in_a_foreign_currency_is_left_out_beside_what_was_paid() -> None:
    header = "Date;Payee;Amount (EUR);Amount (Foreign Currency);Exchange Rate"
    rows = ("2026-10-01;Lidl;-34.56;-34.56;1.0", "2026-10-02;Shop;-9.10;-10.00;1.0989")
    assert roles(below(header, *rows)).split()[2:4] == ["value", "-"]


@pytest.mark.parametrize(
    ("header", "right"),
    [
        # A word for any number says less than one for what was used.
        ("Datum;Verbrauch kWh;Wert", "date value -"),
        ("Mês;Consumo;Valor", "date value -"),
        ("Date;Usage;Value (kWh)", "date - value"),
        ("Date;Quality;Value", "date - value"),
    ],
)
def test_the_amount_is_what_was_used_rather_than_any_number(header: str, right: str) -> None:
    assert roles(below(header, "2026-10-05;3.5;1.2", "2026-10-06;2.5;1.1")) == right


@pytest.mark.parametrize("heading", ["CO2/kWh (g)", "Water/kg (l)"])
def test_what_one_unit_comes_with_is_no_amount(heading: str) -> None:
    rows = ("2026-10-05;38.2;350", "2026-10-06;20.2;340")
    assert roles(below(f"Date;Energy (kWh);{heading}", *rows)) == "date value -"
