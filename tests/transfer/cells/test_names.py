"""Names of months, weekdays and zones in ten languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.names import is_weekday, month_of, plain_letters, zone_of


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("January", 1), ("févr.", 2), ("März", 3), ("mars", 3), ("AOÛT", 8), ("Sept", 9),
        ("października", 10), ("листопада", 0), ("ноября", 11), ("Dez", 12), ("мая", 5),
        # Two months could begin so.
        ("jui", 0), ("", 0), ("tea", 0), ("12", 0),
    ],
)  # fmt: skip
def test_months_in_any_of_the_languages(word: str, month: int) -> None:
    assert month_of(word) == month


@pytest.mark.parametrize("word", ["Mon", "Dienstag", "jeudi,", "sábado", "środa", "Пн", "söndag."])
def test_weekdays_in_any_of_the_languages(word: str) -> None:
    assert is_weekday(word)


def test_a_month_or_a_word_is_no_weekday() -> None:
    assert not is_weekday("October") and not is_weekday("tea")


def test_only_names_of_zones_that_mean_one_thing_count() -> None:
    zone = zone_of("cest")
    assert zone is not None and zone.utcoffset(None) == timedelta(hours=2)
    # Central in America, China and Cuba.
    assert zone_of("CST") is None


@given(st.text())
def test_letters_without_marks_stay_so(text: str) -> None:
    once = plain_letters(text)
    assert plain_letters(once) == once
