"""The table of counts by hash, beside an ordinary dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.rows.compact import Marks

# Few keys, so that they meet; those that fall onto one place; and any at all. 0 is told as 1.
KEYS = st.one_of(
    st.integers(1, 9),
    st.integers(1, 5).map(lambda number: number << 32),
    st.integers(1, 2**64 - 1),
)


@given(st.lists(st.tuples(st.sampled_from(["add", "take", "has"]), KEYS), max_size=200))
def test_it_counts_as_a_dictionary_does(steps: list[tuple[str, int]]) -> None:
    marks, counts = Marks(), dict[int, int]()
    for step, key in steps:
        if step == "add":
            counts[key] = counts.get(key, 0) + 1
            assert marks.add(key) == counts[key]
        elif step == "take":
            assert marks.take(key) == (counts.get(key, 0) > 0)
            if counts.get(key):
                counts[key] -= 1
        else:
            assert marks.has(key) == (key in counts)


def test_it_grows_and_forgets_nothing() -> None:
    marks = Marks()
    keys = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1, 20_001)]
    assert [marks.add(key) for key in keys] == [1] * 20_000
    assert [marks.add(key) for key in keys] == [2] * 20_000
    assert not marks.has(12345)


def test_the_first_value_of_a_key_stays() -> None:
    marks = Marks()
    assert [marks.first(7, 3), marks.first(7, 9), marks.first(8, 4), marks.first(8, 1)] == [
        0,
        3,
        0,
        4,
    ]
