"""A file of records, CSV or JSON, from Tally or from anywhere else, row by row. Pure.

What cannot be read is a `Problem` with the number of its line and a sentence that says what to
change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import BinaryIO, TextIO

from tally.transfer import csv_rows
from tally.transfer.row_parser import (
    MAX_ROWS,
    Choices,
    Problem,
    Row,
    RowReader,
    UnreadableFile,
    order_of,
)
from tally.transfer.writers import COLUMNS, COLUMNS_OF_1_0, REASON, unguard

# How other programs call the columns.
HEADINGS = {
    heading: column
    for column, headings in {
        "id": "id",
        "consumption_date": "consumption_date date datum day",
        "consumption_value": "consumption_value value amount quantity qty",
        "consumption_type": "consumption_type type category name",
        "unit": "unit units",
        "notes": "notes note comment comments",
        "created_at": "created_at",
        "days": "days",
        "reading": "reading",
        "meter": "meter",
        "cost": "cost",
    }.items()
    for heading in headings.split()
}
REQUIRED = {"consumption_date": "date", "consumption_value": "value", "consumption_type": "type"}

_RECORDS = re.compile(r'\s*(?:\{\s*"records"\s*:\s*)?\[', re.ASCII)
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Table:
    """An opened file: its header, the headings that mean nothing to Tally, and its rows, once."""

    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[Row | Problem]


@contextmanager
def opened(file: BinaryIO, choices: Choices) -> Iterator[Table]:
    """Read a file from its beginning. Raises UnreadableFile, also while its rows are taken."""
    with csv_rows.opened(file) as text:
        first = next((line for line in islice(text, MAX_ROWS) if line.strip()), "")
        text.seek(0)
        is_json = first.lstrip().startswith(("{", "["))
        yield _json(text.read(), choices) if is_json else _csv(text, first, choices)


# CSV ---------------------------------------------------------------------------------------------


def _csv(text: TextIO, first: str, choices: Choices) -> Table:
    delimiter = csv_rows.delimiter_of(first)
    lines = csv_rows.rows(text, delimiter)
    header = tuple(cell.strip() for cell in _first(lines).cells)
    # Rows that could not be imported come back, mended, with the reasons still in front.
    reasons = 1 if header[:1] == (REASON,) else 0
    header = header[reasons:]
    places = _places(header)
    own = header in (COLUMNS, COLUMNS_OF_1_0)
    if not own and not choices.order:
        seen = islice(lines, MAX_ROWS)
        dates = (line.cells[reasons:][places["consumption_date"] :][:1] for line in seen)
        choices = replace(choices, order=order_of(chain.from_iterable(dates)))
        text.seek(0)
        lines = csv_rows.rows(text, delimiter)
        _first(lines)
    ignored = tuple(name for name in header if name and name.lower() not in HEADINGS)
    rows = _csv_rows(lines, RowReader(choices, own=own), header, places, reasons)
    return Table(header, ignored, rows)


def _first(lines: Iterator[csv_rows.Line]) -> csv_rows.Line:
    """The first line that says something, and nothing when none does."""
    said = (line for line in islice(lines, MAX_ROWS) if any(line.cells))
    return next(said, csv_rows.Line(1, []))


def _csv_rows(
    lines: Iterable[csv_rows.Line],
    reader: RowReader,
    header: Sequence[str],
    places: Mapping[str, int],
    reasons: int,
) -> Iterator[Row | Problem]:
    # Apostrophes that guard a cell are taken away where Tally itself wrote them.
    guarded = reader.own or reasons > 0
    order = [places.get(column, len(header)) for column in COLUMNS]
    for line in lines:
        if not line.fault and not any(line.cells):
            reader.count()
            continue
        cells = line.cells[reasons:]
        if guarded:
            cells = [unguard(cell) for cell in cells]
        if line.fault:
            yield reader.refuse(line.number, line.fault, line.cells)
        elif any(cells[len(header) :]):
            fault = f"This line has {len(cells)} cells, the first line has {len(header)}."
            yield reader.refuse(line.number, fault, cells)
        else:
            texts = [cells[place] if place < len(cells) else "" for place in order]
            yield reader.read(line.number, texts, cells)


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises UnreadableFile when one is missing or there twice."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        column = HEADINGS.get(name.lower())
        if column in places:
            other = header[places[column]]
            raise UnreadableFile(
                f"The columns “{other}” and “{name}” mean the same. Rename or remove one."
            )
        if column:
            places[column] = place
    missing = [name for column, name in REQUIRED.items() if column not in places]
    if missing:
        raise UnreadableFile(
            "The first line must name the columns date, type and value; "
            f"{' and '.join(missing)} could not be found."
        )
    return places


# JSON --------------------------------------------------------------------------------------------


def _json(text: str, choices: Choices) -> Table:
    begin = _RECORDS.match(text)
    if begin is None:
        raise UnreadableFile("This JSON does not begin with a list of records, as Tally's does.")
    return Table(COLUMNS, (), _json_rows(text, begin.end(), RowReader(choices, own=True)))


def _json_rows(text: str, place: int, reader: RowReader) -> Iterator[Row | Problem]:
    """One record at a time, so that only the text is whole in memory."""
    # Numbers stay as they are written: the decimals of a value must not pass through a float.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    line, counted = 1, 0
    place = _after_space(text, place)
    if text[place : place + 1] == "]":
        return
    while True:
        line, counted = line + text.count("\n", counted, place), place
        try:
            content, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield reader.refuse(line, "From here on the file is not JSON.", ())
            return
        yield _json_row(line, content, reader)
        place = _after_space(text, place)
        if text[place : place + 1] != ",":
            if text[place : place + 1] != "]":
                yield reader.refuse(line, "Behind this record the file is not JSON.", ())
            return
        place = _after_space(text, place + 1)


def _json_row(line: int, content: object, reader: RowReader) -> Row | Problem:
    if not isinstance(content, dict):
        return reader.refuse(line, "This is not a record.", ())
    texts = ["" if content.get(column) is None else content[column] for column in COLUMNS]
    for column, text in zip(COLUMNS, texts, strict=True):
        if not isinstance(text, str):
            return reader.refuse(line, f"“{column}” must be a text.", ())
    return reader.read(line, texts, texts)


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    assert found is not None, "it matches nothing, too"
    return found.end()
