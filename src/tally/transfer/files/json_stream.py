"""JSON through a window of bounded length, so that no file is whole in memory. Pure.

The standard library decodes a value that fits into the window; a longer one is read member by
member. (A library such as ijson refuses the NaN that Python programs write.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TextIO

from tally.domain.amounts import grouped
from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import MAX_IN_A_ROW

# The most values read from one file: more than it can have rows.
MAX_VALUES = 1_100_000
TOO_MANY_VALUES = (
    f"This JSON has more than {grouped(MAX_VALUES)} values to look through. Export it as CSV."
)

_SPACES = " \t\r\n"
_SPACE = re.compile(rf"[{_SPACES}]*")
_DECODER = json.JSONDecoder(parse_int=Exact, parse_float=Exact, parse_constant=lambda name: None)


class BrokenJson(ValueError):
    """The text is not JSON from its next character on."""


class TooLongValue(ValueError):
    """The next value does not fit into the window."""


def decoded(text: str) -> object:
    """A text that is one JSON value, with its numbers as they are written. Raises BrokenJson."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise BrokenJson from error


class JsonStream:
    """A JSON text, read from its beginning to its end, value by value."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._window = ""
        self._place = 0
        self._is_over = False
        # The line of the character at `_counted`, which moves on when a line is asked for.
        self._line, self._counted = 1, 0
        self._taken = 0

    @property
    def line(self) -> int:
        """The number of the line of the next value."""
        self._next()
        self._count_lines()
        return self._line

    def beginning(self) -> str:
        """The text in the window; to be called before anything is read."""
        self._fill()
        return self._window

    def value(self) -> object:
        """The next value, with its numbers as they are written.

        Raises TooLongValue, which reads nothing, BrokenJson, and UnreadableFile for too many.
        """
        self._next()
        if len(self._window) - self._place < MAX_IN_A_ROW:
            self._fill()
        try:
            content, end = _DECODER.raw_decode(self._window, self._place)
        except (ValueError, RecursionError) as error:
            if self._is_over or isinstance(error, RecursionError):
                raise BrokenJson from error
            raise TooLongValue from error
        if end == len(self._window) and not self._is_over:
            raise TooLongValue
        self._place = end
        self._taken += 1
        if self._taken > MAX_VALUES:
            raise UnreadableFile(TOO_MANY_VALUES)
        return content

    def skip(self) -> None:
        """Go past the next value, however long it is. Raises BrokenJson, UnreadableFile."""
        try:
            self.value()
        except TooLongValue:
            for _ in self.members() if self.is_object() else self.items():
                self.skip()

    def is_object(self) -> bool:
        """Whether the next value is an object."""
        return self._next() == "{"

    def is_list(self) -> bool:
        """Whether the next value is a list."""
        return self._next() == "["

    def is_over(self) -> bool:
        """Whether the text is read to its end."""
        return not self._next()

    def members(self) -> Iterator[str]:
        """The names of the next value, an object. Read each one's value before the next name.

        Raises BrokenJson.
        """
        self._expect("{")
        if self._take("}"):
            return
        while True:
            if self._next() != '"':
                raise BrokenJson
            name = self._name()
            self._expect(":")
            yield name
            if self._take("}"):
                return
            self._expect(",")

    def items(self) -> Iterator[int]:
        """The places of the next value, a list, from 1. Read each value before the next place.

        Raises BrokenJson.
        """
        self._expect("[")
        if self._take("]"):
            return
        place = 0
        while True:
            place += 1
            yield place
            if self._take("]"):
                return
            self._expect(",")

    def _name(self) -> str:
        try:
            return str(self.value())
        except TooLongValue as error:
            raise BrokenJson from error

    def _next(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            character = self._window[self._place : self._place + 1]
            if character and character not in _SPACES:
                return character
            space = _SPACE.match(self._window, self._place)
            self._place = space.end() if space else self._place
            if self._place < len(self._window) or self._is_over:
                return self._window[self._place : self._place + 1]
            self._fill()

    def _take(self, character: str) -> bool:
        """Go past the next character if it is that one."""
        if self._next() != character:
            return False
        self._place += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise BrokenJson

    def _fill(self) -> None:
        """Read on, so that the longest value fits into the window."""
        if self._is_over:
            return
        more = self._stream.read(MAX_IN_A_ROW)
        self._count_lines()
        self._window = self._window[self._place :] + more
        self._place = self._counted = 0
        self._is_over = not more

    def _count_lines(self) -> None:
        self._line += self._window.count("\n", self._counted, self._place)
        self._counted = self._place
