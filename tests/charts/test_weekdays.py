"""The bars of the weekdays stand apart, and those that have not come are empty."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tally.charts.weekdays import weekday_bars
from tests.charts.amounts import amounts, formatter


@given(st.lists(st.none() | amounts, min_size=7, max_size=7))
def test_weekday_bars(values: list[Decimal | None]) -> None:
    bars = weekday_bars(values, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], formatter)
    assert all(0 <= bar.width <= 100 for bar in bars)
    assert all(b.y >= a.y + a.height for a, b in pairwise(bars))
    assert [bar.text == "" for bar in bars] == [value is None for value in values]
