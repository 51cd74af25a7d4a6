"""Numbers and days as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tally.domain.amounts import decimal_mark, read_number
from tally.domain.calendar import Starts
from tally.domain.formatting import NUMBER_FORMATS, Formatter, isolated, kept_in_unit

SUNDAY = date(2026, 11, 22)
formatter = Formatter("auto", SUNDAY)


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
    written = [
        Formatter(format_name, SUNDAY).number(Decimal(value)) for format_name in NUMBER_FORMATS
    ]
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
    typed = Formatter(number_format, SUNDAY).typed(value)
    assert read_number(typed, number_format) == value


def test_numbers_are_read_with_the_decimal_mark_that_they_are_written_with() -> None:
    marks = {
        name: Formatter(name, SUNDAY).decimal_mark for name in NUMBER_FORMATS if name != "auto"
    }
    assert {name: decimal_mark(name) for name in NUMBER_FORMATS} == {"auto": "", **marks}


def test_rounding_is_half_away_from_zero() -> None:
    assert formatter.number(Decimal("2.345"), 2) == "2.35"
    assert formatter.number(Decimal("-2.345"), 2) == "\u22122.35"


def test_days_name_the_year_only_when_it_is_another() -> None:
    assert formatter.day(SUNDAY) == "Sunday 22 November"
    assert formatter.day(date(2025, 11, 22)) == "Saturday 22 November 2025"
    assert formatter.moment(datetime(2026, 11, 22, 4, 5, tzinfo=UTC)) == "Sunday 22 November, 04:05"
    assert formatter.relative_day(date(2026, 11, 21)) == "yesterday"
    assert formatter.relative_day(date(2026, 11, 19)) == ""


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
def test_the_days_of_a_span_in_words(start: date, end: date, written: str) -> None:
    assert formatter.span(start, end) == written


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 30, 101, 111, 112, 113)
    assert " ".join(map(formatter.ordinal, numbers)) == (
        "1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 30th 101st 111th 112th 113th"
    )


def test_a_small_price_of_a_unit_is_not_rounded_to_nothing() -> None:
    def price(value: str, currency: str) -> str:
        return Formatter("auto", SUNDAY).price(Decimal(value), currency)

    assert price("1.6592", "EUR") == "1.66\u00a0€"
    assert price("0.37", "EUR") == "0.37\u00a0€"
    assert price("0.3", "EUR") == "0.30\u00a0€"
    assert price("0.03215", "EUR") == "0.032\u00a0€"
    assert price("0.00032145", "EUR") == "0.00032\u00a0€"
    assert price("0.001", "EUR") == "0.001\u00a0€"
    # A half goes away from zero, as in all other numbers, before it is known how many digits stay.
    assert price("0.0105", "EUR") == "0.011\u00a0€"
    assert price("0", "EUR") == "0.00\u00a0€"
    assert price("1.66", "JPY") == "1.7\u00a0¥"
    assert price("166.6", "JPY") == "167\u00a0¥"
    assert price("0.5", "") == "0.5"


def test_money_has_the_decimals_of_its_currency() -> None:
    def money(value: str, currency: str, number_format: str = "auto") -> str:
        return Formatter(number_format, SUNDAY, currency=currency).money(Decimal(value))

    assert money("70.5", "EUR") == "70.50\u00a0€"
    assert money("70.525", "EUR") == "70.53\u00a0€"
    assert money("-12345.5", "USD", "1.234,5") == "\u221212.345,50\u00a0$"
    assert money("-0.5", "EUR") == "\u22120.50\u00a0€"
    assert money("1234.5", "JPY") == "1235\u00a0¥"
    assert money("1.2345", "KWD") == "1.235\u00a0KWD"
    assert money("70.50", "") == "70.5"


def test_a_fixed_number_of_decimals_is_rounded_half_away_from_zero() -> None:
    assert formatter.fixed(Decimal("2.345"), 2) == "2.35"
    assert formatter.fixed(Decimal("-2.345"), 2) == "\u22122.35"
    assert formatter.fixed(Decimal("99999.999"), 2) == "100\u202f000.00"
    assert formatter.fixed(Decimal("0.5"), 0) == "1"
    assert formatter.fixed(Decimal("-0.004"), 2) == "0.00"


def test_a_number_splits_at_its_mark() -> None:
    german = Formatter("1.234,5", SUNDAY)
    assert german.split(Decimal("-1234.50")) == ("\u22121.234", ",5")
    assert german.split(1234) == ("1.234", "")
    assert formatter.split(Decimal(9999)) == ("9999", "")
    assert formatter.split(Decimal(10000)) == ("10\u202f000", "")
    assert Formatter("no such format", SUNDAY).split(Decimal("0.5")) == ("0", ".5")


def test_what_stands_in_a_field_is_not_grouped() -> None:
    assert Formatter("1.234,5", SUNDAY).typed(Decimal("12345.60")) == "12345,6"


def test_decimals_are_rounded_to_at_most_that_many() -> None:
    assert [formatter.number(Decimal("12.500"), places) for places in (0, 1, 2)] == [
        "13",
        "12.5",
        "12.5",
    ]
    assert formatter.number(7, 2) == "7"
    assert formatter.number(Decimal("-0.04"), 1) == "0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.3456", "12.346"),
        ("0.0005", "0.001"),
        ("0.0004", "0.0004"),
        ("0.00003333", "0.000033"),
        ("-0.0004", "\u22120.0004"),
        ("0.000000", "0"),
    ],
)
def test_only_zero_is_rounded_to_zero(value: str, text: str) -> None:
    assert formatter.rough(Decimal(value), 3) == text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0", "0"),
        ("0.001", "under 1"),
        ("0.005", "1"),
        ("0.994", "99"),
        ("0.995", "over 99"),
        ("1", "100"),
        ("1.001", "over 100"),
        ("1.02", "102"),
    ],
)
def test_only_a_share_of_nothing_or_of_all_is_called_so(share: str, words: str) -> None:
    assert formatter.share(Decimal(share)) == f"{words}\u202f%"


def test_percents_and_counts() -> None:
    assert formatter.percent(Decimal("-12.5")) == "13\u202f%"
    assert formatter.percent(Decimal("0.4")) == "0\u202f%"
    assert [formatter.count(number, "day") for number in (0, 1, 2, 12345)] == [
        "0 days", "1 day", "2 days", "12\u202f345 days",
    ]  # fmt: skip
    assert formatter.count(1, "entry", "entries") == "1 entry"
    assert formatter.count(2, "entry", "entries") == "2 entries"


def test_days_are_named_in_each_length() -> None:
    other_month, other_year = date(2026, 3, 5), date(2025, 11, 22)
    assert [formatter.date_name(day) for day in (SUNDAY, other_year)] == [
        "22 November", "22 November 2025",
    ]  # fmt: skip
    assert [formatter.brief_day(day) for day in (SUNDAY, other_year)] == ["22 Nov", "22 Nov 2025"]
    assert [formatter.short_day(day) for day in (SUNDAY, other_month, other_year)] == [
        "Sun 22", "Thu 5 Mar", "Sat 22 Nov 2025",
    ]  # fmt: skip
    assert formatter.month(other_month) == "March 2026"
    assert (
        formatter.moment(datetime(2025, 3, 1, 23, 9, tzinfo=UTC)) == "Saturday 1 March 2025, 23:09"
    )
    nearby = [formatter.relative_day(SUNDAY + timedelta(days=ahead)) for ahead in (-2, -1, 0, 1, 2)]
    assert nearby == ["", "yesterday", "today", "tomorrow", ""]


def test_the_months_and_weeks_of_an_account() -> None:
    assert formatter.account_month(SUNDAY) == "November"
    assert formatter.account_month(date(2025, 11, 22)) == "November 2025"
    assert formatter.account_month(SUNDAY, short=True) == "Nov 2026"
    from_the_15th = Formatter("auto", SUNDAY, Starts(15, 6))
    assert from_the_15th.account_month(SUNDAY) == "15 November to 14 December"
    assert from_the_15th.account_month(SUNDAY, short=True) == "15 Nov to 14 Dec 2026"
    assert from_the_15th.account_month(date(2026, 12, 20)) == "15 December to 14 January 2027"
    assert (formatter.week(SUNDAY), from_the_15th.week(SUNDAY)) == ("Week 47", "Week 48")


def test_a_span_that_ends_with_the_month_is_the_month_only_from_its_first_day() -> None:
    assert formatter.span(date(2026, 11, 2), date(2026, 11, 30)) == "2 to 30 November 2026"
    assert formatter.span(date(2026, 11, 1), date(2026, 12, 31)) == "1 November to 31 December 2026"


def test_a_calendar_month_has_its_name_where_the_months_of_the_account_are_those() -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    assert formatter.span(*october) == "October 2026"
    from_the_15th = Formatter("auto", SUNDAY, Starts(15))
    assert from_the_15th.span(*october) == "1 to 31 October 2026"


def test_a_type_is_kept_in_the_unit_that_it_had_last() -> None:
    assert kept_in_unit(["kWh", "MWh"]) == kept_in_unit(["", "kWh"]) == "is kept in kWh"
    assert kept_in_unit([""]) == kept_in_unit([]) == "was kept without a unit so far"


def test_words_have_the_colours_of_the_account() -> None:
    own = Formatter("auto", SUNDAY, colours={"coffee": 0})
    assert (own.colour("COFFEE"), own.colour("tea")) == ("t0", "t5")


@pytest.mark.parametrize("text", ["حليب", "חלב 2", "bread لبن"])
def test_letters_from_right_to_left_stay_together_in_a_sentence(text: str) -> None:
    assert isolated(text) == f"\u2068{text}\u2069"


@pytest.mark.parametrize("text", ["coffee", "сок", "電気", "2 €", ""])
def test_other_letters_need_nothing_around_them(text: str) -> None:
    assert isolated(text) == text
