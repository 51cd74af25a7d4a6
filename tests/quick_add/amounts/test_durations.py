"""Durations of several parts, each against minutes counted by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tally.quick_add.amounts.durations import CLOCK_TIME, Duration, read_clock, read_duration


@pytest.mark.parametrize(
    ("text", "amount", "unit", "named"),
    [
        ("1h30", "3/2", "h", "h min"),
        ("1H30M", "3/2", "h", "h min"),
        ("1h30min", "3/2", "h", "h min"),
        ("0h05", "1/12", "h", "h min"),
        ("5min30s", "11/2", "min", "min s"),
        ("5min30", "11/2", "min", "min s"),
        ("1d12h", "3/2", "d", "d h"),
        ("1d23h59min59s", "172799/86400", "d", "d h min s"),
        ("1h30s", "121/120", "h", "h s"),
        ("90h30", "181/2", "h", "h min"),
    ],
)
def test_parts_add_up_in_the_largest_of_them(text: str, amount: str, unit: str, named: str) -> None:
    duration = read_duration(text)
    assert duration == Duration(Fraction(amount), unit, tuple(named.split()))
    assert duration.in_unit("s") == duration.amount * {"d": 86400, "h": 3600, "min": 60}[unit]


@pytest.mark.parametrize(
    "text",
    [
        *("", "30", "1h", "30min", "5s", "1d", "1h60", "1h61min", "1d24h", "5min60s", "1h 30"),
        *("1m30", "1h30x", "h30", "1h123", "12345h30", "1d30", "30min1h", "1.5h30", "1h-30"),
    ],
)
def test_a_single_part_and_other_texts_are_no_durations(text: str) -> None:
    assert read_duration(text) is None


def test_a_clock_beside_a_unit_of_time() -> None:
    assert read_clock("1:30", "h") == Duration(Fraction(3, 2), "h", ("h", "min"))
    assert read_clock("1:05", "min") == Duration(Fraction(13, 12), "min", ("min", "s"))
    assert read_clock("0:59", "h") == Duration(Fraction(59, 60), "h", ("h", "min"))
    for text, unit in (("1:60", "h"), ("1:3", "h"), (":30", "h"), ("1:30", "s"), ("1:30", "kWh")):
        assert read_clock(text, unit) is None


def test_what_looks_like_a_time_of_day() -> None:
    for text in ("8:30", "09:30:00", "8am", "8.30PM", "8 a.m.".replace(" ", ""), "8:30pm"):
        assert CLOCK_TIME.fullmatch(text), text
    for text in ("8", "8.30", "8:3", "am", "123:30"):
        assert not CLOCK_TIME.fullmatch(text), text
