"""The lists of records in a JSON text: their names, their places, their lengths. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import TOO_LONG
from tally.transfer.files.json_stream import JsonStream, TooLongValue

# The most lists of a file: one with more is no table, and would take long to search.
MAX_LOOKED_AT = 10_000
ROWS_FOR_NAMES = 200

_MAX_DEPTH = 8
# The most items of a list that are searched for lists inside them.
_ITEMS_LOOKED_INTO = 100
# The members of an object that may hold the rows, while `columns` beside them has the names.
_ROWS = ("values", "data", "rows")

# The members of an object that may hold the unit of the lists in it, and those around such a one.
_UNITS = frozenset(("unit", "units", "uom", "unit_of_measurement", "einheit", "unite"))
_ABOUT = frozenset(("meta", "metadata", "header", "reading_type", "readingtype"))
_MAX_UNIT = 20

_TOO_MANY = "There are too many lists in this JSON. Export the one that you mean as CSV."

Path = tuple[str, ...]
Item = tuple[int, object, str]
"""The number of a line, the JSON value on it, and the sentence of a fault or ""."""


class RecordList(NamedTuple):
    """A list of records: its path, by names and places, and how many records it has.

    `names`: those of the cells, if its items are lists and no objects; `rows`: the member of the
    object at `path` that has the rows, "" if `path` leads to the list itself; `unit`: the one that
    stands beside it or further out, as it is written.
    """

    path: Path
    length: int
    names: tuple[str, ...] = ()
    rows: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """The path as text: `data.items`."""
        return ".".join(self.path) or "1"

    def records(self, stream: JsonStream) -> Iterator[Item]:
        """The records of the list, in a stream that is at its beginning.

        Raises BrokenJson, UnreadableFile.
        """
        for step in (*self.path, *filter(None, [self.rows])):
            _go_into(stream, step)
        for _ in stream.items():
            line = stream.line
            try:
                content = stream.value()
            except TooLongValue:
                stream.skip()
                yield line, None, TOO_LONG
            else:
                is_named = bool(self.names) and isinstance(content, list)
                yield line, self._named(content) if is_named else content, ""

    def _named(self, cells: Any) -> dict[str, object]:
        return dict(zip(self.names, cells, strict=False))


def lists_in(stream: JsonStream, path: Path = ()) -> list[RecordList]:
    """Every list of records near the top of the next value. Raises BrokenJson, UnreadableFile."""
    try:
        content = stream.value()
    except TooLongValue:
        return _lists_of_long(stream, path)
    lists = list(islice(_lists(content, path), MAX_LOOKED_AT + 1))
    return _checked(lists)


def flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """The texts of a record by their names; members of an inner object are `outer.inner`."""
    texts: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth < 2:
            texts.update(flat(value, f"{prefix}{name}.", depth + 1))
        elif isinstance(value, str):
            texts[prefix + name] = value
        elif isinstance(value, bool):
            texts[prefix + name] = "true" if value else "false"
        elif value is None:
            texts[prefix + name] = ""
    return texts


# Long values, walked through ----------------------------------------------------------------------


def _lists_of_long(stream: JsonStream, path: Path) -> list[RecordList]:
    if len(path) > _MAX_DEPTH:
        stream.skip()
        return []
    if stream.is_object():
        return _lists_of_object(stream, path)
    return _lists_of_list(stream, path)[1]


def _lists_of_object(stream: JsonStream, path: Path) -> list[RecordList]:
    lists: list[RecordList] = []
    names: tuple[str, ...] = ()
    unit = ""
    rows: dict[str, int] = {}
    for name in stream.members():
        inner = (*path, name)
        try:
            content = stream.value()
        except TooLongValue:
            if stream.is_list() and len(inner) <= _MAX_DEPTH:
                shape, further = _lists_of_list(stream, inner)
                lists += further
                rows[name] = shape.count if shape.are_lists else 0
            else:
                lists += _lists_of_long(stream, inner)
        else:
            names = _column_names(content) if name == "columns" else names
            unit = unit or _unit_in(name, content)
            rows[name] = _rows_in(content)
            lists += _lists(content, inner)
        _checked(lists)
    member = next((name for name in _ROWS if rows.get(name)), "")
    lists = [RecordList(path, rows[member], names, member)] if names and member else lists
    return [*_in_unit(lists, unit)]


def _lists_of_list(stream: JsonStream, path: Path) -> tuple[_Shape, list[RecordList]]:
    shape = _Shape()
    lists: list[RecordList] = []
    for place in stream.items():
        inner = (*path, str(place))
        try:
            item = stream.value()
        except TooLongValue:
            shape.see({} if stream.is_object() else [])
            if place <= _ITEMS_LOOKED_INTO:
                lists += _lists_of_long(stream, inner)
            else:
                stream.skip()
        else:
            shape.see(item)
            if place <= _ITEMS_LOOKED_INTO:
                lists += _lists(item, inner)
        _checked(lists)
    return shape, [*shape.lists(path), *lists]


def _checked(lists: list[RecordList]) -> list[RecordList]:
    if len(lists) > MAX_LOOKED_AT:
        raise UnreadableFile(_TOO_MANY)
    return lists


def _go_into(stream: JsonStream, step: str) -> None:
    """Go to the member or the item of the next value. Raises BrokenJson."""
    for key in stream.members() if stream.is_object() else stream.items():
        if str(key) == step:
            return
        stream.skip()


# Short values, decoded ----------------------------------------------------------------------------


@dataclass
class _Shape:
    """The kinds of the items of a list."""

    count: int = 0
    are_objects: bool = True
    are_pairs: bool = True
    are_lists: bool = True
    # One of objects alone, without a text or a number in them, is only on the way.
    has_texts: bool = False

    def see(self, item: object) -> None:
        """Take the next item into account."""
        self.count += 1
        self.are_objects = self.are_objects and isinstance(item, dict)
        self.are_lists = self.are_lists and isinstance(item, list)
        self.are_pairs = self.are_pairs and _is_pair(item)
        if isinstance(item, dict) and not self.has_texts and self.count <= ROWS_FOR_NAMES:
            self.has_texts = bool(flat(item))

    def lists(self, path: Path) -> list[RecordList]:
        """The list itself, if its items are records."""
        if self.count and self.are_objects and self.has_texts:
            return [RecordList(path, self.count)]
        if self.count and self.are_pairs:
            return [RecordList(path, self.count, ("time", "value"))]
        return []


def _is_pair(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2 and not isinstance(item[0], dict | list)


def _rows_in(content: object) -> int:
    """The number of lists in a list of nothing else; 0 for any other value."""
    if not isinstance(content, list) or not all(isinstance(item, list) for item in content):
        return 0
    return len(content)


def _lists(content: object, path: Path) -> Iterator[RecordList]:
    if len(path) > _MAX_DEPTH:
        return
    if isinstance(content, dict):
        unit = next(filter(None, itertools.starmap(_unit_in, content.items())), "")
        yield from _in_unit(_lists_in_object(content, path), unit)
    elif isinstance(content, list):
        shape = _Shape()
        for item in content:
            shape.see(item)
        yield from shape.lists(path)
        for place, item in enumerate(content[:_ITEMS_LOOKED_INTO], 1):
            yield from _lists(item, (*path, str(place)))


def _lists_in_object(content: dict[str, Any], path: Path) -> Iterator[RecordList]:
    named = _named_apart(content, path)
    if named is not None:
        yield named
        return
    for name, value in content.items():
        yield from _lists(value, (*path, name))


def _unit_in(name: str, content: object) -> str:
    """The unit that a member of an object says, or one of what it says about it; "" without one."""
    if isinstance(content, dict) and name.casefold() in _ABOUT:
        units = (text for inner, text in content.items() if inner.casefold() in _UNITS)
        content, name = next(units, ""), "unit"
    if name.casefold() not in _UNITS or not isinstance(content, str) or len(content) > _MAX_UNIT:
        return ""
    return content.strip()


def _in_unit(lists: Iterable[RecordList], unit: str) -> Iterator[RecordList]:
    """The lists, in that unit if none stands nearer to them."""
    return (records._replace(unit=records.unit or unit) for records in lists)


def _named_apart(content: dict[str, Any], path: Path) -> RecordList | None:
    """The list of an object that has the names of its columns beside lists of cells."""
    names = _column_names(content.get("columns"))
    member = next((name for name in _ROWS if content.get(name)), "")
    count = _rows_in(content[member]) if names and member else 0
    return RecordList(path, count, names, member) if count else None


def _column_names(content: object) -> tuple[str, ...]:
    if not isinstance(content, list):
        return ()
    return tuple(
        str(name.get("name", name)) if isinstance(name, dict) else str(name) for name in content
    )
