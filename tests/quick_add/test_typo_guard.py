"""The usual value, and the guard against slips."""

from datetime import date
from decimal import Decimal

import pytest

from tally.domain.formatting import Formatter
from tally.quick_add.typo_guard import usual, usual_written, warning

SAY = Formatter("auto", date(2026, 11, 22))


def values(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_the_usual_is_the_median_of_the_newest_twenty_where_there_are_five() -> None:
    assert usual(values("1", "2", "3", "4")) is None
    assert usual(values("9", "2", "3", "4", "1")) == 3
    assert usual(values("1", "2", "3", "4", "5", "9")) == Decimal("3.5")
    assert usual(values(*["2"] * 11, *["100"] * 30)) == 2
    assert usual(values("0", "0", "0", "5", "5")) is None


def test_recents_offer_a_value_that_was_written() -> None:
    assert usual_written(values("1", "2")) == 1
    assert usual_written(values("7")) == 7


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("24", "12 × your usual 2 cups"),
        ("11", "5.5 × your usual 2 cups"),
        ("10.1", "5.1 × your usual 2 cups"),
        ("10", ""),
        ("2", ""),
        ("0.4", ""),
        ("0.3", "15\u202f% of your usual 2 cups"),
        ("0", "0\u202f% of your usual 2 cups"),
        ("0.001", "under 1\u202f% of your usual 2 cups"),
        ("0.01", "1\u202f% of your usual 2 cups"),
    ],
)
def test_the_guard_speaks_beyond_five_times_and_below_a_fifth(value: str, said: str) -> None:
    assert warning(Decimal(value), "cup", values(*["2"] * 5), SAY) == said


@pytest.mark.parametrize(
    ("middle", "written"),
    [("8.3571428571", "8.357"), ("0.0123456", "0.0123"), ("12.5", "12.5"), ("0.5", "0.5")],
)
def test_the_usual_value_is_rounded_for_reading(middle: str, written: str) -> None:
    latest = values(*[middle] * 5)
    assert warning(100 * Decimal(middle), "kWh", latest, SAY) == (f"100 × your usual {written} kWh")


def test_the_guard_is_silent_without_a_usual() -> None:
    assert warning(Decimal(1000), "", [], SAY) == ""
    assert warning(Decimal(1000), "", values(*["0"] * 9), SAY) == ""
    assert warning(Decimal(60), "kWh", values(*["1"] * 9), SAY) == "60 × your usual 1 kWh"


def test_the_usual_value_of_several_days_is_that_of_a_day() -> None:
    words = warning(Decimal(24), "cup", values("2", "2", "2", "2", "2"), SAY, a_day=True)
    assert words == "12 × your usual 2 cups a day"
