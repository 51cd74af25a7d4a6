"""JSON as lines of cells: an array of objects anywhere near the top, JSON lines, Tally's own.

The columns are the names of the first objects; what is inside an object gets `outer.inner`. Where
several arrays may be meant, each has a name, and all are offered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TextIO

from tally.domain.amounts import grouped
from tally.transfer.csv_rows import MAX_IN_A_ROW, Line
from tally.transfer.faults import UnreadableFile
from tally.transfer.values import Exact
from tally.transfer.writers import COLUMNS

# Only a list at the very top is read object by object; anything else is held whole.
MAX_WHOLE = 8 * 1024 * 1024
MAX_COLUMNS = 500
# The most lists that are offered, the longest of them.
MAX_LISTS = 50
# A file of more lists than that is refused: it is no table, and would take long to look through.
_MAX_LOOKED_AT = 10_000
_ROWS_FOR_NAMES = 200
_DEEPEST = 8

_LIST = re.compile(r'\s*(?:\{\s*"records"\s*:\s*)?\[\s*(?=[\]{])', re.ASCII)
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=Exact, parse_float=Exact, parse_constant=lambda name: None)

_BROKEN = "From here on the file is not JSON."
_TOO_MANY_LISTS = "There are too many lists in this JSON. Export the one that you mean as CSV."
_NO_LIST = "There is no list of records in this JSON."

_Item = tuple[int, object, str]
"""The number of a line, the JSON value on it, and the sentence of a fault or ""."""


class JsonText:
    """A JSON text. Where its lists have to be looked for it is decoded once, and they are kept."""

    def __init__(self, opened: Callable[[], TextIO]) -> None:
        """Raises UnreadableFile."""
        self._opened = opened
        text = self._text()
        is_streamed = _LIST.match(text) or _is_lines(text)
        self._lists = {} if is_streamed else _lists_of(text)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the lists to choose from, the longest first; none where there is one."""
        return tuple(self._lists) if len(self._lists) > 1 else ()

    def lines(self, part: str = "", *, head: bool = False) -> Iterator[Line]:
        """The records, below a line with the names of the columns. Raises UnreadableFile.

        `part`: which of several lists, else the longest; `head`: the file breaks off somewhere,
        which is no fault of it.
        """
        names = list(_names(self._items(part))) or list(COLUMNS)
        # Above the first line, where a record may stand as well.
        yield Line(0, names)
        for number, item, fault in self._items(part):
            if fault:
                if not head:
                    yield Line(number, [], fault)
            elif isinstance(item, dict):
                content = _flat(item)
                yield Line(number, [content.get(name, "") for name in names])
            else:
                yield Line(number, [], "This is not a record.")

    def _items(self, part: str) -> Iterator[_Item]:
        if self._lists:
            records = self._lists.get(part) or next(iter(self._lists.values()))
            return ((1, record, "") for record in records)
        text = self._text()
        begin = _LIST.match(text)
        return _by_line(text) if begin is None else _streamed(text, begin.end())

    def _text(self) -> str:
        with self._opened() as stream:
            return stream.read()


def _names(items: Iterator[_Item]) -> dict[str, None]:
    """The names of the first records, in their order."""
    names: dict[str, None] = {}
    for _, item, _ in islice(items, _ROWS_FOR_NAMES):
        if isinstance(item, dict):
            names.update(dict.fromkeys(_flat(item)))
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(
            f"These records have {grouped(len(names))} names; {MAX_COLUMNS} are the most."
        )
    return names


def _streamed(text: str, place: int) -> Iterator[_Item]:
    """The records, one at a time, so that only the text is whole in memory."""
    line, counted = 1, 0
    if text[place : place + 1] == "]":
        return
    while True:
        line, counted = line + text.count("\n", counted, place), place
        try:
            content, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield line, None, _BROKEN
            return
        yield line, content, ""
        place = _after_space(text, place)
        if text[place : place + 1] != ",":
            if text[place : place + 1] != "]":
                yield line, None, "Behind this record the file is not JSON."
            return
        place = _after_space(text, place + 1)


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself, and another one follows."""
    begin = _after_space(text, 0)
    end = text.find("\n", begin, begin + MAX_IN_A_ROW)
    if end < 0 or not text.startswith("{", _after_space(text, end)):
        return False
    try:
        return isinstance(json.loads(text[begin:end]), dict)
    except (ValueError, RecursionError):
        return False


def _by_line(text: str) -> Iterator[_Item]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, _DECODER.decode(line), ""
        except (ValueError, RecursionError):
            yield number, None, "This line is not JSON."


def _lists_of(text: str) -> dict[str, list[dict[str, Any]]]:
    """The lists of records anywhere near the top by their names, the longest first."""
    if len(text) > MAX_WHOLE:
        raise UnreadableFile("This JSON is too large to look for the list in it. Export it as CSV.")
    try:
        content = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_BROKEN) from error
    lists = list(islice(_lists(content, ()), _MAX_LOOKED_AT + 1))
    if not lists:
        raise UnreadableFile(_NO_LIST)
    if len(lists) > _MAX_LOOKED_AT:
        raise UnreadableFile(_TOO_MANY_LISTS)
    lists.sort(key=lambda named: -len(named[1]))
    return dict(lists[:MAX_LISTS])


def _lists(content: object, path: tuple[str, ...]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of records near the top, with its name: the way to it, as `data.items`."""
    if len(path) > _DEEPEST:
        return
    records = _records(content)
    if records:
        yield ".".join(path) or "1", records
        if isinstance(content, dict):
            return
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _lists(value, (*path, name))
    elif isinstance(content, list):
        for place, item in enumerate(content[:100], 1):
            yield from _lists(item, (*path, str(place)))


def _records(content: object) -> list[dict[str, Any]]:
    """A JSON value as a list of records: objects, pairs, or rows with their names apart."""
    if isinstance(content, dict):
        return _named_apart(content)
    if not isinstance(content, list) or not content:
        return []
    if all(isinstance(item, dict) for item in content):
        # One of objects alone, without a text or a number in them, is only on the way.
        return content if any(map(_flat, content[:_ROWS_FOR_NAMES])) else []
    if all(
        isinstance(item, list) and len(item) == 2 and not isinstance(item[0], dict | list)
        for item in content
    ):
        return [{"time": first, "value": second} for first, second in content]
    return []


def _named_apart(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of an object that has the names of the columns beside lists of cells."""
    names = content.get("columns")
    rows = content.get("values") or content.get("data") or content.get("rows")
    if (
        not isinstance(names, list)
        or not isinstance(rows, list)
        or not all(isinstance(row, list) for row in rows)
    ):
        return []
    texts = [str(name.get("name", name)) if isinstance(name, dict) else str(name) for name in names]
    return [dict(zip(texts, row, strict=False)) for row in rows]


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth < 2:
            texts.update(_flat(value, f"{prefix}{name}.", depth + 1))
        elif isinstance(value, str):
            texts[prefix + name] = value
        elif isinstance(value, bool):
            texts[prefix + name] = "true" if value else "false"
        elif value is None:
            texts[prefix + name] = ""
    return texts


def _after_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place
