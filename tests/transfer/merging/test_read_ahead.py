from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.merging.read_ahead import batches


@given(st.lists(st.integers(), max_size=50), st.integers(1, 9))
def test_batches_hold_every_row_in_its_order(rows: list[int], size: int) -> None:
    slow = [rows[start : start + size] for start in range(0, len(rows), size)]
    assert list(batches(iter(rows), size)) == slow


def test_the_next_batch_is_read_while_the_caller_works() -> None:
    next_begun = threading.Event()

    def rows() -> Iterator[int]:
        yield from (1, 2)
        next_begun.set()
        yield 3

    read = batches(rows(), 2)
    assert next(read) == [1, 2]
    assert next_begun.wait(30)
    assert list(read) == [[3]]


@pytest.mark.parametrize("place", range(6))
def test_an_error_of_reading_is_raised_with_its_batch(place: int) -> None:
    def rows() -> Iterator[int]:
        yield from range(place)
        raise LookupError("the end of the file is missing")

    taken: list[int] = []
    with pytest.raises(LookupError, match="missing"):
        taken.extend(row for batch in batches(rows(), 2) for row in batch)
    assert taken == list(range(place // 2 * 2))


def test_who_leaves_waits_for_the_batch_that_is_being_read() -> None:
    """The file of the rows may be closed then."""
    begun, go_on = threading.Event(), threading.Event()
    finished: list[bool] = []

    def rows() -> Iterator[int]:
        yield 1
        begun.set()
        go_on.wait(30)
        finished.append(True)
        yield 2

    read = batches(rows(), 1)
    assert next(read) == [1]
    assert begun.wait(30)
    threading.Timer(0.05, go_on.set).start()
    read.close()
    assert finished == [True]


def test_a_short_file_needs_no_thread() -> None:
    threads = []

    def rows() -> Iterator[int]:
        threads.append(threading.current_thread())
        yield 1

    assert list(batches(rows(), 2)) == [[1]]
    assert threads == [threading.current_thread()]
