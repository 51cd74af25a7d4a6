"""Ticks are round, and labels never touch."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tally.charts import axes
from tally.charts.axes import APART, CHARACTER, WIDTHS, AxisMark
from tests.charts.amounts import amounts, formatter

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
    texts = axes.tick_texts(ticks, formatter)
    assert len(set(texts)) == len(texts)
    if highest >= Decimal("0.001"):
        assert max(map(len, texts)) <= 6


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
