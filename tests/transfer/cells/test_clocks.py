"""Times of day as people and programs write them, and the zones behind them."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo

import pytest

from tally.transfer.cells.clocks import (
    MAX_LENGTH,
    are_west,
    is_clock,
    is_hour,
    offset_of,
    read_clock,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("18:30", 66_600),
        ("18.30 Uhr", 66_600),
        ("6:30 PM", 66_600),
        ("6:30 p.m.", 66_600),
        ("12:00 am", 0),
        ("12 pm", 43_200),
        ("24:00", 86_400),
        ("18h30", 66_600),
        ("18:30:05.123", 66_605),
    ],
)
def test_times_of_day(text: str, seconds: int) -> None:
    assert is_clock(text)
    assert read_clock(text) == (seconds, None)


@pytest.mark.parametrize("text", ["25:00", "12:60", "13:00 pm", "tea", "", ":" * MAX_LENGTH * 2])
def test_what_is_no_time_of_day(text: str) -> None:
    assert not is_clock(text)
    with pytest.raises(ValueError, match=r"There is no time|is no time of day"):
        read_clock(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00 - 09:30", 28_800, 34_200),
        ("08:00-09:30", 28_800, 34_200),
        ("8 am to 9 am", 28_800, 32_400),
        ("23:45–00:00", 85_500, 0),
    ],
)
def test_a_range_of_times(text: str, start: int, end: int) -> None:
    assert read_clock(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "hour"), [("7", 7), ("H07", 7), ("HE24", 24), ("25", 25), ("26", None), ("7x", None)]
)
def test_hours_that_are_counted(text: str, hour: int | None) -> None:
    assert is_hour(text) == (hour is not None)
    if hour is not None:
        assert read_clock(text) == (hour * 3600, None)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Z", UTC),
        ("UTC", UTC),
        ("+02:00", timezone(timedelta(hours=2))),
        ("-0530", timezone(-timedelta(hours=5, minutes=30))),
        ("\u22123", timezone(-timedelta(hours=3))),
        ("UTC+2", timezone(timedelta(hours=2))),
        ("xyz", None),
        ("", None),
    ],
)
def test_the_zone_behind_a_time(text: str, zone: tzinfo | None) -> None:
    assert offset_of(text) == zone


def test_a_zone_further_away_than_there_is_one_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no zone"):
        offset_of("+15:00")


@pytest.mark.parametrize("text", ["18:30 512", "18:30 A12", "18:30 1:30"])
def test_numbers_behind_a_time_are_no_zone(text: str) -> None:
    assert not is_clock(text)


@pytest.mark.parametrize(
    ("times", "west"),
    [
        ("08:00-05:00 09:00-05:00", True),
        ("08:00-09:00 09:00-10:00", False),
        ("08:00-05:00", False),
        ("08:00-05:00 09:00", False),
    ],
)
def test_times_of_a_zone_in_the_west_all_end_alike(times: str, west: bool) -> None:
    assert are_west(times.split()) == west
