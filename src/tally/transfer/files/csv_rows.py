"""Rows as spreadsheets write them, with quotes and any delimiter. Pure.

Nothing is held in memory but the row being read. Bytes that could not be decoded come
through as lone surrogates, so that a single row can be refused and not the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from tally.domain.amounts import grouped

MAX_COLUMNS = 500
# A row with a quote that is never closed would be the rest of the file.
MAX_IN_A_ROW = 64 * 1024
# Lines after an unclosed quote are read a second time. After more characters than this the rest of
# the file is given up.
MAX_AGAIN = 4 * 1024 * 1024

UNMATCHED = "The quotes in this line do not match up."
UNMATCHED_ON = "From here on the quotes do not match up."
TOO_LONG = f"A line can have {grouped(MAX_IN_A_ROW)} characters."


class CsvLine(NamedTuple):
    """One row of a file: the number of its first line, its cells, a sentence if it is broken.

    A row without any filled cell is a blank line.
    """

    number: int
    cells: list[str]
    fault: str = ""


def rows(text: Iterator[str], delimiter: str) -> Iterator[CsvLine]:
    """The rows of a text, blank ones too. A quote that is never closed costs one line.

    After too many of these a last row says so, and the rest is not read.
    """
    source = _Source(text)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        # Most lines have no quotes, and are rows as they stand.
        for line in source.plain_lines():
            content = line.rstrip("\r\n")
            yield CsvLine(source.number, content.split(delimiter) if content else [])
        number = source.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fault = TOO_LONG if source.is_one_long_line else UNMATCHED
            yield CsvLine(number, [source.take_one()], fault)
            if source.read_again > MAX_AGAIN:
                yield CsvLine(number + 1, [], UNMATCHED_ON)
                return
            continue
        yield CsvLine(number, cells)


class _Source:
    """Physical lines for a reader, which gives back the lines of a row that could not be read."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._length = 0
        self.number = 0
        """The number of the last line of the rows before."""
        self.read_again = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        self._taken.append(line)
        self._length += len(line)
        if self._length > MAX_IN_A_ROW:
            raise csv.Error("This row has no end in sight.")
        return line

    def plain_lines(self) -> Iterator[str]:
        """The lines before the next one that has quotes or is too long."""
        self.begin()
        again = self._again
        while (line := again.popleft() if again else next(self._text, None)) is not None:
            if '"' in line or len(line) > MAX_IN_A_ROW:
                again.appendleft(line)
                return
            self.number += 1
            yield line

    def begin(self) -> int:
        """Begin a row; returns the number of its first line."""
        self.number += len(self._taken)
        self._taken.clear()
        self._length = 0
        return self.number + 1

    @property
    def is_one_long_line(self) -> bool:
        """Whether the row is too long and has no line break in it."""
        return len(self._taken) == 1 and self._length > MAX_IN_A_ROW

    def take_one(self) -> str:
        """The first line, which broke the row, without its end; the others are read again."""
        self.read_again += self._length - len(self._taken[0])
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return self._taken[0].rstrip("\r\n")
