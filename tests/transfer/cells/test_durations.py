"""Durations as files hold them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tally.transfer.cells.durations import duration_of, is_clock_duration


@pytest.mark.parametrize(
    ("text", "unit", "seconds", "meant"),
    [
        ("1:05:00", "", 3900, "h"),
        ("1:05:00.5", "", Fraction(7801, 2), "h"),
        ("-0:30:00", "", -1800, "h"),
        ("18:25", "h", 66_300, "h"),
        ("18:25", "min", 1105, "min"),
        ("18:25 min", "h", 1105, "min"),
        ("1h 05m", "", 3900, "h"),
        ("1 h 05 min", "s", 3900, "s"),
        ("2 days 3 h", "", 183_600, "d"),
        ("PT45M", "", 2700, "min"),
    ],
)
def test_a_duration_in_seconds_and_its_unit(
    text: str, unit: str, seconds: int | Fraction, meant: str
) -> None:
    assert duration_of(text, unit) == (seconds, meant)


@pytest.mark.parametrize("text", ["18:25", "1:75:00", "1:05:75", "45m", "12:00 kg", "P", "tea", ""])
def test_a_text_that_may_be_anything_else_is_none(text: str) -> None:
    assert duration_of(text) is None


def test_hours_and_minutes_have_the_form_of_a_clock() -> None:
    assert is_clock_duration("18:25")
    assert not is_clock_duration("1h 05m")
