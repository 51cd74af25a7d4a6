"""The table of units: names, dimensions, exact conversions."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.units import (
    ASKING,
    KNOWN,
    MEASURES,
    NAMES,
    TABLE,
    Units,
    asks_measures,
    convert,
    counted,
    each,
    factor,
    is_convertible,
    read_unit,
    rounded,
)

NAMES_OF_UNITS = {
    "l": "litre litres liter liters ltr L Litre",
    "ml": "millilitre milliliters ML",
    "gal": "gallon gallons GAL",
    "m³": "cubic metre|cubic-meters|cbm|m^3|m3|M3|cubic metres",
    "g": "gram gramme grams grammes gr",
    "kg": "kilogram kilograms kgs kilo kilos KG",
    "lb": "lbs LB",
    "oz": "ounce ounces",
    "t": "tonne tonnes",
    "ton": "ton tons",
    "m": "metre meter metres meters",
    "km": "kilometre kms kilometers",
    "mi": "mile miles",
    "ft": "foot feet",
    "s": "second seconds sec secs",
    "min": "minute minutes mins MIN",
    "h": "hour hours hr hrs",
    "d": "day days",
    "kWh": "kilowatt-hour|kilowatt hours|kilowatthours|kwhr|kwh|KWH|KWh|kW·h|kW⋅h|KW∙H",
    "Wh": "watt-hours|watt hours|wh|W·h",
    "MWh": "megawatt-hour|MW⋅h",
    "кВт·ч": "кВтч|кВт⋅ч|квт∙ч",
    "W": "watt watts",
    "therm": "therms",
    "fl-oz": "fl oz|fl-oz|fluid ounces|FL OZ",
    "%": "percent",
    "€": "euro euros EUR eur",
    "$": "dollar dollars USD",
    "£": "GBP",
    "cup": "cups Cups",
    "°C": "°c ºC ˚c celsius",
    "кг": "КГ",
}


@pytest.mark.parametrize("unit", NAMES_OF_UNITS)
def test_names_long_and_short_british_and_american(unit: str) -> None:
    names = NAMES_OF_UNITS[unit]
    for name in names.split("|") if "|" in names else names.split():
        assert read_unit(name) == unit, name


@pytest.mark.parametrize("text", ["k", "w", "T", "G", "S", "D", "H", "M", "j", "Г", "Л"])
def test_a_single_letter_is_not_matched_in_the_other_case(text: str) -> None:
    assert Units().find(text) is None
    assert read_unit(text) == text


@pytest.mark.parametrize(
    ("text", "unit"), [("mWh", "MWh"), ("mwh", "MWh"), ("mW·h", "MWh"), ("mJ", "MJ"), ("mb", "MB")]
)
def test_a_small_m_is_never_mega(text: str, unit: str) -> None:
    assert Units().find(text) is None
    assert Units().mega(text) == unit
    assert Units({text}).find(text) == text and Units({text}).mega(text) is None


@pytest.mark.parametrize("text", ["ml", "min", "MB", "mg", "m", "mug", "", "mm", "m3", "m^3"])
def test_what_is_no_small_mega(text: str) -> None:
    assert Units().mega(text) is None


@pytest.mark.parametrize("text", ["pc", "pcs", "lt", "pt", "units", "kW h", "pound", "degrees", ""])
def test_what_is_no_name_of_a_unit(text: str) -> None:
    assert Units().find(text) is None


def test_units_that_were_used_count_as_known_and_two_spellings_do_not_decide() -> None:
    assert Units({"big cup"}).find("Big cup") == "big cup"
    assert Units({"Cup"}).find("cup") == "cup"
    assert Units({"Cup"}).find("CUP") is None
    assert "shot" in Units({"shot"}) and "shot" not in Units()


def test_no_name_is_told_twice_and_none_asks() -> None:
    assert set(NAMES.values()) <= KNOWN
    assert not set(NAMES) & set(ASKING)
    assert all(Units().find(symbol) == symbol for symbol in KNOWN)


@pytest.mark.parametrize(
    ("value", "unit", "target", "measures", "converted"),
    [
        ("720", "MJ", "kWh", "us", "200"),
        ("1", "m³", "l", "us", "1000"),
        ("90", "min", "h", "us", "1.5"),
        ("500", "Wh", "kWh", "us", "0.5"),
        ("1", "kcal", "J", "imperial", "4184"),
        ("1", "gal", "l", "us", "3.785412"),
        ("1", "gal", "l", "imperial", "4.54609"),
        ("8", "pint", "gal", "imperial", "1"),
        ("1", "fl-oz", "ml", "us", "29.57353"),
        ("1", "ton", "kg", "us", "907.18474"),
        ("1", "ton", "kg", "imperial", "1016.046909"),
        ("1", "therm", "kWh", "us", "29.300111"),
        ("1", "therm", "kWh", "imperial", "29.307107"),
        ("16", "oz", "lb", "us", "1"),
        ("5280", "ft", "mi", "us", "1"),
        ("1", "ft³", "l", "us", "28.316847"),
        ("1", "J", "kWh", "us", "0"),
        ("2", "GB", "MB", "us", "2000"),
        ("3", "d", "h", "us", "72"),
        ("2", "л", "l", "us", "2"),
        # A half goes away from zero, as where the list converts records.
        ("0.0025", "ml", "l", "us", "0.000003"),
        ("0.0035", "ml", "l", "us", "0.000004"),
    ],
)
def test_conversions(value: str, unit: str, target: str, measures: str, converted: str) -> None:
    assert is_convertible(unit, target)
    assert convert(Decimal(value), unit, target, measures) == Decimal(converted)


@pytest.mark.parametrize(
    ("unit", "target"),
    [("kWh", "l"), ("°C", "°F"), ("cup", "ml"), ("€", "$"), ("kW", "kWh"), ("l", "l"), ("", "l")],
)
def test_what_is_not_converted(unit: str, target: str) -> None:
    assert not is_convertible(unit, target)


def test_only_six_units_are_two_things_in_two_countries() -> None:
    depending = {symbol for symbol, unit in TABLE.items() if unit.depends_on_measures}
    assert depending == {"gal", "pint", "fl-oz", "ton", "therm", "kcal"}
    assert asks_measures("gal", "l") and asks_measures("l", "gal") and not asks_measures("l", "m³")


PAIRS = [pair for pair in permutations(sorted(KNOWN), 2) if is_convertible(*pair)]


@given(st.sampled_from(PAIRS), st.sampled_from(MEASURES))
def test_factors_there_and_back_make_exactly_one(pair: tuple[str, str], measures: str) -> None:
    unit, target = pair
    assert factor(unit, target, measures) * factor(target, unit, measures) == 1


@given(st.fractions(0, 10**12, max_denominator=10**9))
def test_rounding_is_to_the_nearest_of_six_decimals(value: Fraction) -> None:
    result = rounded(value)
    assert abs(Fraction(result) - value) <= Fraction(1, 2 * 10**6)
    assert result == result.quantize(Decimal("0.000001"))
    assert "E" not in str(result) and not ("." in str(result) and str(result).endswith("0"))


def test_measures_are_those_of_the_us_where_nobody_says() -> None:
    assert convert(Decimal(1), "gal", "l") == Decimal("3.785412")
    assert factor("gal", "l") == factor("gal", "l", "") == factor("gal", "l", "us")


def test_a_large_value_keeps_its_last_digit() -> None:
    assert rounded(Fraction("123456789012.345678")) == Decimal("123456789012.345678")
    assert rounded(Fraction("1234567890123456780")) == Decimal("1234567890123456780")


def test_units_in_sentences() -> None:
    assert counted("cup", Decimal(2)) == "cups" and counted("cup", Decimal(1)) == "cup"
    assert counted("kWh", Decimal(2)) == "kWh" and counted("mug", Decimal(2)) == "mug"
    said = [each(unit) for unit in ("l", "kWh", "h", "", "cup", "m³", "oz", "л")]
    assert said == [
        *("a litre", "a kWh", "an hour", "each", "a cup", "a cubic metre", "an ounce", "a л")
    ]
    assert [each(unit) for unit in ("km", "m²", "t", "espresso", "fl-oz", "$")] == [
        *("a kilometre", "a square metre", "a tonne", "an espresso", "a fluid ounce", "a $")
    ]
