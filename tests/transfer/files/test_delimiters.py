"""The delimiter between the cells of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.files.delimiters import DELIMITERS, delimiter_in
from tally.transfer.writers import COLUMNS, COLUMNS_OF_1_0


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("date,value\n2026-10-05,1\n", ","),
        ("date;value\n2026-10-05;1\n", ";"),
        ("date\tvalue\n2026-10-05\t1\n", "\t"),
        ("date|value\n2026-10-05|1\n", "|"),
        # The comma is a decimal mark here.
        ("date;value\n05.10.2026;1,5\n06.10.2026;2,5\n", ";"),
        # Commas in a text are strays.
        ("date\tnote\n2026-10-05\tone, two\n2026-10-06\tthree\n", "\t"),
        ('date,note\n2026-10-05,"a; b"\n2026-10-06,"c; d"\n', ","),
        # Nor do the lines of notes in what Tally wrote, however many.
        (",".join(COLUMNS) + '\n1,2026-10-05,1,tea,,"' + "a;b;c\n" * 9 + '",,1,,,\n', ","),
        (";".join(COLUMNS_OF_1_0) + '\r\n1;2026-10-05;1;tea;;"' + "a|b\n" * 9 + '";\r\n', ";"),
        # A title above does not count.
        ("Usage of 5 Lane, Town\n\ndate;value\n2026-10-05;1\n2026-10-06;2\n", ";"),
    ],
)
def test_the_mark_that_parts_most_lines_alike(text: str, mark: str) -> None:
    assert delimiter_in(text.splitlines(keepends=True)) == (mark, False)


@pytest.mark.parametrize("line", ["sep=|\n", "SEP=|\r\n", '"sep=|"\n'])
def test_a_first_line_that_says_so_wins(line: str) -> None:
    assert delimiter_in([line, "a;b;c\n", "1;2;3\n"]) == ("|", True)


def test_a_file_without_lines_has_one_all_the_same() -> None:
    assert delimiter_in([])[0] in DELIMITERS


@given(
    st.sampled_from(DELIMITERS),
    st.lists(
        st.lists(st.text("abc123", min_size=1), min_size=3, max_size=3), min_size=1, max_size=9
    ),
)
def test_cells_without_marks_give_their_own_mark_back(mark: str, rows: list[list[str]]) -> None:
    assert delimiter_in([mark.join(row) + "\n" for row in rows]) == (mark, False)
