"""The figures of a column's cells."""

from __future__ import annotations

from tests.transfer.guessed import below, columns


def test_durations_in_words_are_hours_and_minutes() -> None:
    rows = "2026-10-05;3h 12m", "2026-10-06;45m"
    assert [column.unit for column in columns(below("Day;Screen time", *rows))] == ["", "h"]
    assert [column.unit for column in columns(below("Day;Climbed", "2026-10-05;45m"))] == ["", ""]
