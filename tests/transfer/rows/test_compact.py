"""The table of counts by hash, beside an ordinary dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.rows.compact import HashCounts

# Few keys, so that they meet; those that fall onto one place; and any at all. 0 is told as 1.
KEYS = st.one_of(
    st.integers(1, 9),
    st.integers(1, 5).map(lambda number: number << 32),
    st.integers(1, 2**64 - 1),
)


@given(st.lists(st.tuples(st.sampled_from(["add", "take", "has"]), KEYS), max_size=200))
def test_hash_counts_count_as_a_dictionary_does(steps: list[tuple[str, int]]) -> None:
    numbers, counts = HashCounts(), dict[int, int]()
    for step, key in steps:
        if step == "add":
            counts[key] = counts.get(key, 0) + 1
            assert numbers.add(key) == counts[key]
        elif step == "take":
            assert numbers.take(key) == (counts.get(key, 0) > 0)
            if counts.get(key):
                counts[key] -= 1
        else:
            assert numbers.has(key) == (key in counts)


def test_hash_counts_grow_and_forget_nothing() -> None:
    numbers = HashCounts()
    keys = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1, 20_001)]
    assert [numbers.add(key) for key in keys] == [1] * 20_000
    assert [numbers.add(key) for key in keys] == [2] * 20_000
    assert not numbers.has(12345)


def test_the_first_value_of_a_key_stays() -> None:
    numbers = HashCounts()
    assert [numbers.first(7, 3), numbers.first(7, 9), numbers.first(8, 4), numbers.first(8, 1)] == [
        0,
        3,
        0,
        4,
    ]
