"""JSON as lines of cells: an array of objects anywhere near the top, JSON lines, Tally's own.

The columns are the names of the first objects; what is inside an object gets `outer.inner`.
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
_ROWS_FOR_NAMES = 200
_DEEPEST = 8

_LIST = re.compile(r'\s*(?:\{\s*"records"\s*:\s*)?\[\s*(?=[\]{])', re.ASCII)
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=Exact, parse_float=Exact, parse_constant=lambda name: None)

_BROKEN = "From here on the file is not JSON."
_NO_LIST = "There is no list of records in this JSON."

_Item = tuple[int, object, str]
"""The number of a line, the JSON value on it, and the sentence of a fault or ""."""


def lines(opened: Callable[[], TextIO], *, head: bool = False) -> Iterator[Line]:
    """The records, below a line with the names of the columns. Raises UnreadableFile.

    `head`: the file breaks off somewhere, which is no fault of it.
    """
    names = list(_names(_items(opened))) or list(COLUMNS)
    # Above the first line, where a record may stand as well.
    yield Line(0, names)
    for number, item, fault in _items(opened):
        if fault:
            if not head:
                yield Line(number, [], fault)
        elif isinstance(item, dict):
            content = _flat(item)
            yield Line(number, [content.get(name, "") for name in names])
        else:
            yield Line(number, [], "This is not a record.")


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


def _items(opened: Callable[[], TextIO]) -> Iterator[_Item]:
    with opened() as stream:
        text = stream.read()
    begin = _LIST.match(text)
    if begin is not None:
        yield from _streamed(text, begin.end())
    elif _is_lines(text):
        yield from _by_line(text)
    else:
        yield from _whole(text)


def _streamed(text: str, place: int) -> Iterator[_Item]:
    """One record at a time, so that only the text is whole in memory."""
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


def _whole(text: str) -> Iterator[_Item]:
    if len(text) > MAX_WHOLE:
        raise UnreadableFile("This JSON is too large to look for the list in it. Export it as CSV.")
    try:
        content = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_BROKEN) from error
    lists = list(_lists(content, 0))
    if not lists:
        raise UnreadableFile(_NO_LIST)
    best = max(lists, key=len)
    for record in best:
        yield 1, record, ""


def _lists(content: object, depth: int) -> Iterator[list[dict[str, Any]]]:
    """Every list of objects near the top; a list of lists gets the names of its columns."""
    if depth > _DEEPEST:
        return
    if isinstance(content, dict):
        names, values = (
            content.get("columns"),
            content.get("values") or content.get("data") or content.get("rows"),
        )
        if (
            isinstance(names, list)
            and isinstance(values, list)
            and all(isinstance(row, list) for row in values)
        ):
            texts = [
                str(name.get("name", name)) if isinstance(name, dict) else str(name)
                for name in names
            ]
            yield [dict(zip(texts, row, strict=False)) for row in values]
        for value in content.values():
            yield from _lists(value, depth + 1)
    elif isinstance(content, list):
        if content and all(isinstance(item, dict) for item in content):
            # One of objects alone, without a text or a number in them, is only on the way.
            if any(map(_flat, content[:_ROWS_FOR_NAMES])):
                yield content
        elif content and all(
            isinstance(item, list) and len(item) == 2 and not isinstance(item[0], dict | list)
            for item in content
        ):
            yield [{"time": first, "value": second} for first, second in content]
        for item in content[:100]:
            yield from _lists(item, depth + 1)


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
