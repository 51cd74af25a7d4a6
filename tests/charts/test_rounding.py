"""Numbers are rounded to what people read, and short."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.charts import rounding
from tests.charts.amounts import amounts, formatter


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.000001", "0.000001"),
        ("0.123456", "0.1235"),
        ("17.8", "17.8"),
        ("9999.4", "9999"),
        ("9999.9", "10k"),
        ("12345", "12.3k"),
        ("999949", "1M"),
        ("999499", "999k"),
        ("1234567", "1.23M"),
        ("999999999999", "1T"),
        ("1234567890123456789", "1230P"),
    ],
)
def test_short_numbers(value: str, text: str) -> None:
    assert rounding.short(Decimal(value), formatter) == text


@given(amounts, st.integers(1, 8))
def test_significant_digits(value: Decimal, digits: int) -> None:
    rounded = rounding.significant(value, digits)
    assert len(rounded.normalize().as_tuple().digits) <= digits
    if value:
        assert abs(rounded - value) <= Decimal("0.5").scaleb(value.adjusted() - digits + 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("0.1325", "0.13"), ("2.864", "2.9"), ("10.49", "10.5"), ("314.7", "315")],
)
def test_averages_are_rounded_to_what_people_read(value: str, text: str) -> None:
    assert formatter(rounding.rounded_average(Decimal(value))) == text
