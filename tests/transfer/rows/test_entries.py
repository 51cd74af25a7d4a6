"""Rows that cannot be taken, as they are told."""

from __future__ import annotations

import pytest

from tally.transfer.rows.entries import printable


@pytest.mark.parametrize(
    ("cell", "shown"), [("tea", "tea"), ("é", "é"), ("a\x00b", "a\ufffdb"), ("a\udc80", "a\ufffd")]
)
def test_cells_are_told_with_a_mark_for_what_cannot_be_written(cell: str, shown: str) -> None:
    assert printable(cell) == shown
