"""The columns of amounts in a series of one type."""

from __future__ import annotations

from tally.transfer.tables.columns import SeriesPart
from tests.transfer.guessed import below, columns


def test_headings_that_are_times_of_day_are_one_series() -> None:
    _, *hours = columns(below("Day;00:00;06:30;12:00", "2026-10-05;1;2;3"))
    seconds = (0, 23_400, 43_200)
    assert [hour.part for hour in hours] == [SeriesPart("second", second) for second in seconds]
    assert {hour.role for hour in hours} == {"value"}
    assert {hour.consumption_type for hour in hours} == {""}


def test_headings_that_are_days_say_the_day_of_their_column() -> None:
    name, *days = columns(below("Type;2026-10-05;2026-10-06;2026-10-07", "tea;1;2;3"))
    assert name.role == "type"
    assert [day.day for day in days] == ["2026-10-05", "2026-10-06", "2026-10-07"]
