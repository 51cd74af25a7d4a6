"""Amounts as people and programs write them, each read by itself."""

# ruff: noqa: E501
from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.transfer.cells.values import (
    MAX_LENGTH,
    DecimalMark,
    Exact,
    ValueReader,
    as_kept,
    is_mark,
    is_nothing,
    looks_like_amount,
    mark_told_by,
    sign_of,
    unclear_mark,
)
from tally.transfer.faults import Ambiguous


def read(text: str, mark: DecimalMark | None = None, unit: str = "") -> tuple[str, str]:
    amount = ValueReader(mark).read(text, unit)
    assert amount is not None
    return plain(amount.value), amount.unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12", "12", ""),
        ("12.5 kWh", "12.5", "kWh"),
        ("12,5kWh", "12.5", "kWh"),
        ("1'234.5", "1234.5", ""),
        ("1 234,5 m³", "1234.5", "m³"),
        ("1\u00a0234,5", "1234.5", ""),
        ("1,234,567", "1234567", ""),
        ("1.234,56 €", "1234.56", "€"),
        ("€ 12.50", "12.5", "€"),
        ("$12.50", "12.5", "$"),
        ("(12.50)", "-12.5", ""),
        ("12.50-", "-12.5", ""),
        ("\u221212.5", "-12.5", ""),
        ("+12.5", "12.5", ""),
        ("1.5e3", "1500", ""),
        ("0.30000000000000004", "0.3", ""),
        ("½", "0.5", ""),
        ("1 ½ cups", "1.5", "cups"),
        ('="12.5"', "12.5", ""),
        ("1:05:00", "1.083333", "h"),
        ("1h 30m", "1.5", "h"),
        ("PT1H30M", "1.5", "h"),
    ],
)
def test_an_amount_and_its_unit(text: str, value: str, unit: str) -> None:
    assert looks_like_amount(text)
    assert read(text) == (value, unit)


@pytest.mark.parametrize("text", ["02.01.26", "02.01.2026", "1.2.3", "1,2,3"])
def test_a_date_or_a_version_is_no_amount(text: str) -> None:
    assert not looks_like_amount(text)
    with pytest.raises(ValueError, match="is no number"):
        read(text)


@pytest.mark.parametrize(("unit", "value"), [("h", "18.416667"), ("min", "18.416667")])
def test_hours_and_minutes_are_what_their_column_says(unit: str, value: str) -> None:
    assert read("18:25", unit=unit) == (value, unit)


def test_m_is_minutes_in_a_column_of_time_and_else_metres() -> None:
    assert read("45m", unit="h") == ("45", "min")
    assert read("45 m", unit="min") == ("45", "min")
    assert read("45 m") == read("45 m", unit="km") == ("45", "m")


def test_a_clock_without_a_unit_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="Say the unit"):
        read("18:25")


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "NaN", "null", "n/a", "N/A", "unknown", "unavailable", "None", "SKIP", "#N/A", "k. A."],
)  # fmt: skip
def test_nothing_measured(text: str) -> None:
    assert is_nothing(text)
    assert ValueReader().read(text) is None


@pytest.mark.parametrize("text", ["x", "✓", "Yes", "ja", "oui", "no", "нет"])
def test_a_yes_or_a_no_is_a_mark(text: str) -> None:
    assert is_mark(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.5", "."),
        ("1,5", ","),
        ("1.2345", "."),
        ("1,234.5", "."),
        ("1.234,5", ","),
        ("1,234,567", "."),
        ("1.234.567", ","),
        ("0,123", ","),
        ("0.123 kWh", "."),
        ("1,234", None),
        ("1.234", None),
        ("12", None),
        ("1 234", None),
        ("tea", None),
    ],
)
def test_the_mark_that_a_text_gives_away(text: str, mark: DecimalMark | None) -> None:
    assert mark_told_by(text) == mark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234", "."), ("1,234", ","), ("12.345 kWh", "."), ("-123,456", ","), ("0.123", None),
        ("1234.567", None), ("1.234,5", None), ("1.23", None), ("tea", None),
        (Exact("1.234"), None),
    ],
)  # fmt: skip
def test_the_mark_that_may_be_one_of_thousands(text: str, mark: DecimalMark | None) -> None:
    assert unclear_mark(text) == mark


def test_a_dot_that_may_be_one_of_thousands_asks_only_in_files_where_it_may_be() -> None:
    reader = ValueReader(asks_dots=True)
    with pytest.raises(Ambiguous, match=r"^Is 1\.234 1 and a bit, or 1234\?") as asked:
        reader.read("1.234 kWh")
    assert asked.value.asks == "decimal"
    assert reader.read("1.23") and reader.read("1.234,5")
    assert ValueReader(number_format="1,234.5", asks_dots=True).read("1.234")
    for text, mark, value in (("1.234", None, "1.234"), ("1.234", ",", "1234")):
        amount = ValueReader(cast("DecimalMark | None", mark), asks_dots=False).read(text)
        assert amount and plain(amount.value) == value


def test_what_could_be_two_amounts_asks() -> None:
    with pytest.raises(Ambiguous) as asked:
        read("1,234")
    assert asked.value.asks == "decimal"
    assert read("1,234", ",") == ("1.234", "")
    assert read("1,234", ".") == ("1234", "")


def test_another_mark_than_that_of_the_file_is_said() -> None:
    with pytest.raises(ValueError, match="another decimal mark"):
        read("1.5", ",")
    with pytest.raises(ValueError, match="another decimal mark"):
        read("1,5", ".")


@pytest.mark.parametrize(
    "text",
    ["tea", "1.2.3", "1,23,4", "0x10", "12k", "(12", "1e999", "9" * 13, "1 23", "9" * MAX_LENGTH * 2],
)  # fmt: skip
def test_what_is_no_amount_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no number|may be thousands|stay below"):
        read(text)


def test_rounding_is_told() -> None:
    reader = ValueReader()
    rounded, whole = reader.read("0.1234567"), reader.read("0.1230000")
    assert rounded is not None and rounded == (Decimal("0.123457"), "", True)
    assert whole is not None and not whole.rounded
    assert as_kept(Decimal("1e-400")) == (Decimal(0), "", True)


def test_a_number_of_a_program_has_a_dot_whatever_the_file_says() -> None:
    assert ValueReader(",").read(Exact("1.234")) == (Decimal("1.234"), "", False)
    assert mark_told_by(Exact("1.5")) is None


@given(
    st.decimals(0, 10**11, places=2), st.sampled_from([".", ","]), st.sampled_from(["", " ", "'"])
)
def test_what_a_program_writes_comes_back(value: Decimal, mark: DecimalMark, group: str) -> None:
    written = f"{value:,}".replace(",", "group").replace(".", mark).replace("group", group)
    assert read(written, mark) == (plain(value), "")
    assert mark_told_by(written) == mark


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("-1,25", -1), ("\u22121", -1), ("(3.50)", -1), ("12,40-", -1), ("-€ 2", -1), ("- 0", 0),
        ("0,00", 0), ("1", 1), ("+1.5 kWh", 1), ("€ 2,50", 1), ("", 0), ("-", 0), ("tea", 0),
        ("-" * 500, 0),
    ],
)  # fmt: skip
def test_the_sign_of_an_amount_is_told_before_its_mark_is_known(text: str, sign: int) -> None:
    assert sign_of(text) == sign
