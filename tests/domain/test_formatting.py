"""Numbers and days as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tally.domain.amounts import read_number
from tally.domain.formatting import NUMBER_FORMATS, Words, type_colour

SUNDAY = date(2026, 11, 22)
say = Words("auto", SUNDAY)


@pytest.mark.parametrize(
    ("value", "auto", "english", "german", "french"),
    [
        ("1234.5", "1234.5", "1,234.5", "1.234,5", "1234,5"),
        ("12345.50", "12\u202f345.5", "12,345.5", "12.345,5", "12\u202f345,5"),
        ("1E+3", "1000", "1,000", "1.000", "1000"),
        ("-0.5", "\u22120.5", "\u22120.5", "\u22120,5", "\u22120,5"),
        ("0", "0", "0", "0", "0"),
    ],
)
def test_numbers_by_the_accounts_format(
    value: str, auto: str, english: str, german: str, french: str
) -> None:
    written = [Words(format_name, SUNDAY).number(Decimal(value)) for format_name in NUMBER_FORMATS]
    assert written == [auto, english, german, french]


@given(
    value=st.decimals(min_value=0, max_value=999_999_999_999, places=6)
    | st.integers(0, 999_999_999_999).map(Decimal),
    number_format=st.sampled_from(NUMBER_FORMATS),
)
@example(Decimal(1000), "1.234,5")
def test_what_stands_in_a_field_reads_back_as_the_same_number(
    value: Decimal, number_format: str
) -> None:
    typed = Words(number_format, SUNDAY).typed(value)
    assert read_number(typed, number_format) == value


def test_rounding_is_half_away_from_zero() -> None:
    assert say.number(Decimal("2.345"), 2) == "2.35"
    assert say.number(Decimal("-2.345"), 2) == "\u22122.35"


def test_days_name_the_year_only_when_it_is_another() -> None:
    assert say.day(SUNDAY) == "Sunday 22 November"
    assert say.day(date(2025, 11, 22)) == "Saturday 22 November 2025"
    assert say.moment(datetime(2026, 11, 22, 4, 5, tzinfo=UTC)) == "Sunday 22 November, 04:05"
    assert say.relative_day(date(2026, 11, 21)) == "yesterday"
    assert say.relative_day(date(2026, 11, 19)) == ""


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (date(2026, 11, 1), date(2026, 11, 22), "1 to 22 November 2026"),
        (date(2026, 11, 1), date(2026, 11, 30), "November 2026"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 October to 3 November 2026"),
        (date(2025, 12, 28), date(2026, 1, 3), "28 December 2025 to 3 January 2026"),
        (date(2026, 10, 5), date(2026, 10, 5), "5 October 2026"),
    ],
)
def test_spans(start: date, end: date, written: str) -> None:
    assert say.span(start, end) == written


@given(st.text())
def test_a_type_keeps_its_colour_whatever_its_case(name: str) -> None:
    assert type_colour(name) in {f"t{number}" for number in range(10)}
    assert type_colour(name.casefold()) == type_colour(name.casefold().casefold())


def test_ordinals() -> None:
    assert [say.ordinal(number) for number in (1, 2, 3, 11, 12, 22, 30)] == [
        "1st", "2nd", "3rd", "11th", "12th", "22nd", "30th",
    ]  # fmt: skip
