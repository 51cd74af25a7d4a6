"""Ticks are round, numbers short, and labels never touch."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.charts import axes
from tally.charts.axes import APART, CHARACTER, WIDTHS, AxisMark
from tests.charts.amounts import amounts, say

positions = st.floats(0, 100, allow_nan=False)


@given(amounts, st.integers(2, 10), st.booleans())
def test_ticks_cover_the_highest_value_in_few_round_steps(
    highest: Decimal, most: int, whole: bool
) -> None:
    ticks = axes.nice_ticks(highest, most, whole)
    step = ticks[1]
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert not highest or ticks[-2] < highest
    assert 2 <= len(ticks) <= most + 1
    assert len({b - a for a, b in pairwise(ticks)}) == 1
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert not whole or step >= 1


@given(amounts)
def test_texts_of_ticks_are_short_and_all_different(highest: Decimal) -> None:
    ticks = axes.nice_ticks(highest)
    texts = axes.tick_texts(ticks, say)
    assert len(set(texts)) == len(texts)
    if highest >= Decimal("0.001"):
        assert max(map(len, texts)) <= 6


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
    assert axes.short(Decimal(value), say) == text


@given(amounts, st.integers(1, 8))
def test_significant_digits(value: Decimal, digits: int) -> None:
    rounded = axes.significant(value, digits)
    assert len(rounded.normalize().as_tuple().digits) <= digits
    if value:
        assert abs(rounded - value) <= Decimal("0.5").scaleb(value.adjusted() - digits + 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("0.1325", "0.13"), ("2.864", "2.9"), ("10.49", "10.5"), ("314.7", "315")],
)
def test_averages_are_rounded_for_the_eye(value: str, text: str) -> None:
    assert say(axes.for_the_eye(Decimal(value))) == text


@given(
    st.lists(
        st.builds(AxisMark, positions, st.text("m1", max_size=8), st.integers(0, 3)),
        max_size=60,
    )
)
def test_labels_never_touch_at_any_width(marks: list[AxisMark]) -> None:
    marks.sort(key=lambda mark: mark.at)
    labels = axes.thin(marks, (1, 2, 7, 14))
    for name, width in WIDTHS:
        shown = [label for label in labels if name in label.shown.split()]
        for one, other in pairwise(shown):
            room = (len(one.text) + len(other.text)) / 2 * CHARACTER + APART
            assert (other.at - one.at) / 100 * width >= room
    lowest = [mark for mark in marks if mark.text]
    assert bool(labels) == bool(lowest)


@given(st.lists(positions, max_size=8), st.floats(0.1, 40))
def test_labels_at_line_ends_are_spread_apart(wanted: list[float], apart: float) -> None:
    places = axes.spread(wanted, apart, 2, 98)
    room = min(apart, 96 / max(len(wanted) - 1, 1))
    assert all(2 <= place <= 98 for place in places)
    assert all(b - a >= room - 0.02 for a, b in pairwise(sorted(places)))
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert [places[i] for i in order] == sorted(places)


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert axes.spread([10, 50, 90], 9, 2, 98) == [10, 50, 90]
