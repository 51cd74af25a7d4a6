"""The meaning of a heading: its name, its unit, and the roles that it fits."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from tally.transfer.tables.heading_roles import Role
from tally.transfer.tables.heading_units import unit_in
from tally.transfer.tables.headings import is_day, read_heading, series_of_hours


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("Consumption (kWh)", "Consumption", "kWh"),
        ("PV[Wh]", "PV", "Wh"),
        ("Import T1 kWh", "Import T1", "kWh"),
        ("Gas [m³]", "Gas", "m³"),
        ("Consommation (en kWh)", "Consommation", "kWh"),
        ("Verbrauch (in kWh)", "Verbrauch", "kWh"),
        ("Consommation en kWh", "Consommation", "kWh"),
        ("Zużycie w kWh", "Zużycie", "kWh"),
        ("Forbruk i kWh", "Forbruk", "kWh"),
        ("Consumo (em kWh)", "Consumo", "kWh"),
        ("Газ (в м³)", "Газ", "м³"),
        ("Electricity", "Electricity", ""),
        ("consumptionKWh", "consumption", "KWh"),
        ("gasM3", "gas", "M3"),
        ("startDate", "startDate", ""),
        ("fuelType", "fuelType", ""),
        ("Mains_A (kWhs)", "Mains_A", "kWhs"),
        ("Date (optional)", "Date", ""),
        # The lowest one, no minutes.
        ("Temperature (min)", "Temperature", ""),
        ("Price (€/kWh) net", "Price net", "€/kWh"),
        # Which one of several it is, is a part of its name.
        ("Active energy Wh (A)", "Active energy (A)", "Wh"),
        ("Diverter Energy (L1) (Wh)", "Diverter Energy (L1)", "Wh"),
        ("Gas (m3)", "Gas", "m3"),
        ("Power (W)", "Power", "W"),
        ("Electricity 1 (low tariff) [kWh]", "Electricity 1", "kWh"),
        # In words of several languages, and in front of the name.
        ("Wasser in Kubikmeter", "Wasser", "m³"),
        ("Verbrauch [Kilowattstunden]", "Verbrauch", "kWh"),
        ("Consommation (mètres cubes)", "Consommation", "m³"),
        ("Consumo (metros cúbicos)", "Consumo", "m³"),
        ("kWh used", "used", "kWh"),
        ("m3 Gas", "Gas", "m3"),
        ("kWh T1", "T1", "kWh"),
        ("kWh in", "kWh in", ""),
        ("kWh Preis", "kWh Preis", ""),
        ("kWh Zähler Nr", "kWh Zähler Nr", ""),
    ],
)
def test_a_unit_in_a_heading_is_that_of_its_column(text: str, name: str, unit: str) -> None:
    heading = read_heading(text)
    assert (heading.text, heading.name, heading.unit) == (text, name, unit)


@pytest.mark.parametrize(
    ("text", "name", "unit", "times"),
    [
        ("Verbrauch in Tsd. kWh", "Verbrauch", "kWh", 1000),
        ("Consumption (1000 kWh)", "Consumption", "kWh", 1000),
        ("Water [x1,000 gal]", "Water", "gal", 1000),
        ("Use in 1000 m³", "Use", "m³", 1000),
        ("Strom (Mio. kWh)", "Strom", "kWh", 1_000_000),
        ("Kosten (Tsd. €)", "Kosten", "€", 1000),
        # A price of so many, a name with a number, and a word without a unit behind it.
        ("Preis je 1000 kWh", "Preis je 1000", "kWh", 1),
        ("Zähler 1000 kWh", "Zähler 1000", "kWh", 1),
        ("Price (€/1000 l)", "Price", "€/1000 l", 1),
        ("Views (thousands)", "Views", "", 1),
    ],
)
def test_a_multiple_in_front_of_a_unit_is_told(text: str, name: str, unit: str, times: int) -> None:
    heading = read_heading(text)
    assert (heading.text, heading.name, heading.unit, heading.times) == (text, name, unit, times)


@pytest.mark.parametrize(
    ("role", "headings"),
    [
        ("date", "Date Datum Fecha Data Дата"),
        ("time", "Time Uhrzeit Heure Hora Czas Время"),
        ("value", "Value Verbrauch Verbruik Consommation Consumo Förbrukning Zużycie Расход"),
        ("unit", "Unit Einheit Eenheid Unité Unidad Unità Enhet Jednostka"),
        ("notes", "Notes Notiz Bemerkung Opmerking Commentaire Nota Uwagi"),
        ("reading", "Zählerstand Meterstand"),
        ("cost", "Cost Kosten Coût Costo Koszt"),
    ],
)
def test_headings_of_ten_languages_say_their_role_most(role: Role, headings: str) -> None:
    for text in headings.split():
        weights = read_heading(text).weights
        assert weights.get(role, 0) == max(weights.values(), default=1), (text, weights)


def test_the_kind_of_an_activity_is_its_type_more_than_its_title() -> None:
    for text in ("Activity Type", "Aktivitätstyp", "Type d'activité", "Tipo di attività"):
        assert read_heading(text).weight("type") > read_heading("Title").weight("type")


def test_a_zone_and_a_time_of_day_in_a_heading_are_told() -> None:
    assert read_heading("Date/time UTC").zone == UTC
    assert read_heading("Date").zone is None
    assert read_heading("00:30").clock == 1800
    assert read_heading("Date").clock is None


def test_money_and_prices_are_told() -> None:
    assert read_heading("Cost (EUR)").is_money
    assert not read_heading("Consumption (kWh)").is_money
    assert read_heading("Price (EUR/kWh)").is_rate


@pytest.mark.parametrize(
    ("headings", "seconds"),
    [
        ([str(number) for number in range(1, 25)], list(range(0, 86_400, 3600))),
        ([f"H{number:02}" for number in range(1, 25)], list(range(0, 86_400, 3600))),
        ([str(number) for number in range(48)], list(range(0, 86_400, 1800))),
        ([str(number) for number in range(2, 26)], None),
        ([str(number) for number in range(1, 8)], None),
        (["a"] * 24, None),
    ],
)
def test_headings_that_count_a_day_are_its_hours(
    headings: list[str], seconds: list[int] | None
) -> None:
    assert series_of_hours(headings) == seconds


def test_a_second_line_of_headings_holds_units() -> None:
    assert [unit_in(text) for text in ("[kWh]", " m³ ", "(l)", "kitchen", "")] == [
        "kWh",
        "m³",
        "l",
        "",
        "",
    ]


def test_a_heading_may_be_a_day_itself() -> None:
    today = date(2026, 11, 27)
    assert is_day("2026-10-05", today)
    assert not is_day("Electricity", today)


@pytest.mark.parametrize(
    ("heading", "is_price"),
    [
        ("Price/gal", True), ("Cost / kWh", True), ("Preis/Liter", True), ("Kosten/€", False),
        ("Price", False), ("Verbrauch/kWh", False),
    ],
)  # fmt: skip
def test_money_by_a_unit_is_the_price_of_one(heading: str, is_price: bool) -> None:
    assert (read_heading(heading).weights.get("price") == 1) == is_price


def test_a_meter_is_left_out_by_its_number_and_not_by_its_figures() -> None:
    assert read_heading("Meter").weights["-"] and read_heading("Meter number").weights["-"]
    assert "-" not in read_heading("Meter 1 kWh").weights


@pytest.mark.parametrize(
    ("heading", "is_amount"),
    [
        *(("Bezug Hochtarif (kWh)", True), ("Verbruik hoog tarief", True), ("Tarif 1 (kWh)", True)),
        *(("Levering laagtarief", True), ("Tarif", False), ("Tariff code", False)),
        *(("Stroom piek", True), ("Verbruik piek", True), ("Piek", False)),
    ],
)
def test_amounts_of_a_tariff_are_not_left_out_as_its_name(heading: str, is_amount: bool) -> None:
    weights = read_heading(heading).weights
    assert (weights.get("value", 0) >= weights.get("-", 0)) == is_amount


@pytest.mark.parametrize(("heading", "weight"), [("No", 1), ("No.", 1), ("No sugar", 0)])
def test_the_heading_no_is_a_number_only_without_another_word(heading: str, weight: float) -> None:
    assert read_heading(heading).weights.get("-", 0) == weight


def test_what_charges_a_battery_is_no_cost() -> None:
    assert read_heading("Solar charger [258]").weights == {}
    assert read_heading("Charge").weight("cost") > 0


def test_grams_are_no_money_beside_an_amount() -> None:
    assert not read_heading("Coffee (gr)").is_money
    assert read_heading("Cena (gr)").is_money


def test_a_capital_behind_a_cost_is_one_of_several() -> None:
    assert read_heading("Cost C").unit == ""
    assert read_heading("Cost c").is_money


@pytest.mark.parametrize(
    "heading", ["Customer", "Customer number", "Country", "Statement number", "Kostenstelle"]
)
def test_a_heading_that_only_begins_with_a_known_word_names_no_amount(heading: str) -> None:
    weights = read_heading(heading).weights
    assert not {"cost", "value"} & set(weights)
