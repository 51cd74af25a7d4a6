"""JSON as lines of cells: an array of objects anywhere near the top, JSON lines, Tally's own.

The columns are the names of the first objects; members of an inner object are `outer.inner`. If
several arrays may be meant, each has a name, and all are offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from typing import TextIO

from tally.domain.amounts import grouped
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import MAX_COLUMNS, MAX_IN_A_ROW, TOO_LONG, CsvLine
from tally.transfer.files.json_lists import ROWS_FOR_NAMES, Item, RecordList, flat, lists_in
from tally.transfer.files.json_stream import BrokenJson, JsonStream, decoded
from tally.transfer.writers import COLUMNS

# The most lists that are offered, the longest of them.
MAX_LISTS = 50

# A list of records at the very top, or as Tally writes it, is not looked for.
_LIST = re.compile(r'\s*(\{\s*"records"\s*:\s*)?\[\s*(?=[\]{])', re.ASCII)

_BROKEN = "From here on the file is not JSON."
_BEHIND = "Another JSON text begins here. Send each by itself, or one on each line."
_NO_LIST = "There is no list of records in this JSON."


class JsonText:
    """A JSON text. If its lists have to be searched for, that is done once."""

    def __init__(self, opened: Callable[[], TextIO]) -> None:
        """Raises UnreadableFile."""
        self._opened = opened
        self._lists: dict[str, RecordList] = {}
        with opened() as text:
            stream = JsonStream(text)
            beginning = stream.beginning()
            at_top = _LIST.match(beginning)
            self._is_lines = at_top is None and _is_lines(beginning)
            if at_top is not None:
                only = RecordList(("records",) if at_top[1] else (), 0)
                self._lists = {only.name: only}
            elif not self._is_lines:
                self._lists = _lists_of(stream)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the lists to choose from, the longest first; none where there is one."""
        return tuple(self._lists) if len(self._lists) > 1 else ()

    def unit(self, part: str) -> str:
        """The unit that stands beside a list, as it is written; "" without one."""
        return self._chosen(part).unit if self._lists else ""

    def lines(self, part: str = "", *, head: bool = False) -> Iterator[CsvLine]:
        """The records, below a line with the names of the columns. Raises UnreadableFile.

        `part`: which of several lists, else the longest; `head`: the file breaks off somewhere,
        which is no fault of it.
        """
        with closing(self._items(part)) as items:
            names = list(_names(items)) or list(COLUMNS)
        # Above the first line, where a record may stand as well.
        yield CsvLine(0, names)
        for number, item, fault in self._items(part):
            if fault:
                if not head:
                    yield CsvLine(number, [], fault)
            elif isinstance(item, dict):
                content = flat(item)
                yield CsvLine(number, [content.get(name, "") for name in names])
            else:
                yield CsvLine(number, [], "This is not a record.")

    def _items(self, part: str) -> Generator[Item]:
        with self._opened() as text:
            if self._is_lines:
                yield from _by_line(text)
            else:
                yield from _by_record(JsonStream(text), self._chosen(part))

    def _chosen(self, part: str) -> RecordList:
        return self._lists.get(part) or next(iter(self._lists.values()))


def _lists_of(stream: JsonStream) -> dict[str, RecordList]:
    """The lists of records anywhere near the top by their names, the longest first."""
    try:
        lists = lists_in(stream)
        if not stream.is_over():
            raise UnreadableFile(_BEHIND)
    except (BrokenJson, RecursionError) as error:
        raise UnreadableFile(_BROKEN) from error
    if not lists:
        raise UnreadableFile(_NO_LIST)
    lists.sort(key=lambda records: -records.length)
    return {records.name: records for records in lists[:MAX_LISTS]}


def _names(items: Iterator[Item]) -> dict[str, None]:
    """The names of the first records, in their order."""
    names: dict[str, None] = {}
    for _, item, _ in islice(items, ROWS_FOR_NAMES):
        if isinstance(item, dict):
            names.update(dict.fromkeys(flat(item)))
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(
            f"These records have {grouped(len(names))} names; {MAX_COLUMNS} are the most."
        )
    return names


def _by_record(stream: JsonStream, records: RecordList) -> Iterator[Item]:
    try:
        yield from records.records(stream)
        if not (records.path or records.rows) and not stream.is_over():
            yield stream.line, None, _BEHIND
    except (BrokenJson, RecursionError):
        yield stream.line, None, _BROKEN


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself, and another one follows."""
    first, end, rest = text.lstrip().partition("\n")
    if not end or not rest.lstrip().startswith("{"):
        return False
    try:
        return isinstance(decoded(first), dict)
    except BrokenJson:
        return False


def _by_line(text: TextIO) -> Iterator[Item]:
    number = 0
    while line := text.readline(MAX_IN_A_ROW + 1):
        number += 1
        if len(line) > MAX_IN_A_ROW:
            while line and not line.endswith("\n"):
                line = text.readline(MAX_IN_A_ROW)
            yield number, None, TOO_LONG
        elif line.strip():
            try:
                yield number, decoded(line), ""
            except BrokenJson:
                yield number, None, "This line is not JSON."
