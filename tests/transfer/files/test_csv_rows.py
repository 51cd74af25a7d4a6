"""Rows of a text, beside the standard library's reader."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.files.csv_rows import (
    MAX_AGAIN,
    MAX_IN_A_ROW,
    TOO_LONG,
    UNMATCHED,
    UNMATCHED_ON,
    rows,
)

CELLS = st.text('ab,;" \n', max_size=6)


def read(text: str, delimiter: str = ",") -> list[tuple[int, list[str], str]]:
    return [
        (line.number, line.cells, line.fault)
        for line in rows(io.StringIO(text, newline=""), delimiter)
    ]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.sampled_from(",;"))
def test_what_the_standard_library_writes_comes_back(
    content: list[list[str]], delimiter: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(content)
    read_back = read(text.getvalue(), delimiter)
    assert [cells for _, cells, _ in read_back] == content
    assert not any(fault for *_, fault in read_back)


def test_a_line_knows_its_number_in_the_file_and_blank_ones_count() -> None:
    assert read('a,b\n\n"c\nd",e\nf,g\n') == [
        (1, ["a", "b"], ""),
        (2, [], ""),
        (3, ["c\nd", "e"], ""),
        (5, ["f", "g"], ""),
    ]


@pytest.mark.parametrize("broken", ['"c,d', 'x,"y"z'])
def test_a_quote_that_does_not_match_costs_its_line_alone(broken: str) -> None:
    assert [(number, fault) for number, _, fault in read(f"a,b\n{broken}\ne,f\n")] == [
        (1, ""),
        (2, UNMATCHED),
        (3, ""),
    ]


def test_a_line_without_end_says_how_long_one_can_be() -> None:
    number, _, fault = read('"' + "a" * (MAX_IN_A_ROW + 1) + "\nb\n")[0]
    assert (number, fault) == (1, TOO_LONG)


def test_quotes_that_never_match_end_the_file_with_a_sentence() -> None:
    quotes = ('"a' + "b" * 200 + "\n") * (MAX_AGAIN // MAX_IN_A_ROW * 330)
    *_, last = read(quotes)
    assert last[1:] == ([], UNMATCHED_ON)
