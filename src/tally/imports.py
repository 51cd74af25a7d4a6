"""A file of records, from Tally or from anywhere else, row by row. Pure.

Values and units are read by the same functions as on the quick-add line. What cannot be read is a
`Problem` with the number of its line and a sentence that says what to change. Rows without an id
get one from their content, so that the same file twice changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import BinaryIO, Literal, TextIO
from uuid import UUID, uuid5

from tally import tables
from tally.changes import NewRecord
from tally.exports import COLUMNS, REASON, unguard
from tally.models import (
    MOST_NOTES,
    MOST_TYPE,
    MOST_UNIT,
    check_length,
    read_date,
    read_notes,
    read_text,
    read_unit,
)
from tally.numbers import Unreadable, plain, read_number
from tally.units import Units
from tally.words import MONTHS

MOST_ROWS = 250_000

Order = Literal["", "day-first", "month-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first")

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
    }.items()
    for heading in headings.split()
}
REQUIRED = {"consumption_date": "date", "consumption_value": "value", "consumption_type": "type"}

_NAMESPACE = UUID("5f2d1a52-8d0c-4a0e-9d5e-6a1f3f4c7b10")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}){_TIME}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_RECORDS = re.compile(r'\s*(?:\{\s*"records"\s*:\s*)?\[', re.ASCII)
_SPACE = re.compile(r"[ \t\r\n]*")


class UnreadableFile(ValueError):
    """Nothing of the file can be taken. Its text says what to change."""


class _Ambiguous(ValueError):
    """Only the person who wrote it knows what is meant; `asks` names the choice that tells."""

    def __init__(self, sentence: str, asks: str) -> None:
        super().__init__(sentence)
        self.asks = asks


@dataclass(frozen=True, slots=True)
class Row:
    """A record of the file. `repeated`: the same record stands further up as well."""

    line: int
    record: NewRecord
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken: why, its cells, the choice (`order`, `numbers`) that helps."""

    line: int
    message: str
    cells: Sequence[str] = ()
    asks: str = ""


@dataclass(frozen=True)
class Choices:
    """What a file does not say about itself: whose it is, and how dates and numbers are written."""

    today: date
    number_format: str = "auto"
    order: Order = ""
    units: Units = field(default_factory=Units)


@dataclass(frozen=True)
class Table:
    """An opened file: its header, the headings that mean nothing to Tally, and its rows, once."""

    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[Row | Problem]


@contextmanager
def opened(file: BinaryIO, choices: Choices) -> Iterator[Table]:
    """Read a file from its beginning. Raises UnreadableFile, also while its rows are taken."""
    with tables.opened(file) as text:
        first = next((line for line in text if line.strip()), "")
        text.seek(0)
        is_json = first.lstrip().startswith(("{", "["))
        yield _json(text.read(), choices) if is_json else _csv(text, first, choices)


# CSV ---------------------------------------------------------------------------------------------


def _csv(text: TextIO, first: str, choices: Choices) -> Table:
    delimiter = tables.delimiter_of(first)
    lines = tables.rows(text, delimiter)
    header = tuple(cell.strip() for cell in next(lines, tables.Line(1, [])).cells)
    # Rows that could not be imported come back, mended, with the reasons still in front.
    reasons = 1 if header[:1] == (REASON,) else 0
    header = header[reasons:]
    places = _places(header)
    own = header == COLUMNS
    if not own and not choices.order:
        dates = (line.cells[reasons:][places["consumption_date"] :][:1] for line in lines)
        choices = replace(choices, order=_order(chain.from_iterable(dates)))
        text.seek(0)
        lines = tables.rows(text, delimiter)
        next(lines)
    ignored = tuple(name for name in header if name and name.lower() not in HEADINGS)
    rows = _csv_rows(lines, _Reader(choices, own=own), header, places, reasons)
    return Table(header, ignored, rows)


def _csv_rows(
    lines: Iterable[tables.Line],
    reader: _Reader,
    header: Sequence[str],
    places: Mapping[str, int],
    reasons: int,
) -> Iterator[Row | Problem]:
    # Apostrophes that guard a cell are taken away where Tally itself wrote them.
    guarded = reader.own or reasons > 0
    order = [places.get(column, len(header)) for column in COLUMNS]
    for line in lines:
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


def _order(dates: Iterable[str]) -> Order:
    """Whether the dates can only be day first, or only month first; else nobody can tell."""
    day_first = month_first = False
    for text in dates:
        if (match := _YEAR_LAST.fullmatch(text.strip())) and match[2] != ".":
            day_first = day_first or int(match[1]) > 12
            month_first = month_first or int(match[3]) > 12
    if day_first == month_first:
        return ""
    return "day-first" if day_first else "month-first"


# JSON --------------------------------------------------------------------------------------------


def _json(text: str, choices: Choices) -> Table:
    begin = _RECORDS.match(text)
    if begin is None:
        raise UnreadableFile("This JSON does not begin with a list of records, as Tally's does.")
    return Table(COLUMNS, (), _json_rows(text, begin.end(), _Reader(choices, own=True)))


def _json_rows(text: str, place: int, reader: _Reader) -> Iterator[Row | Problem]:
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


def _json_row(line: int, content: object, reader: _Reader) -> Row | Problem:
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


# A row -------------------------------------------------------------------------------------------


class _Reader:
    """Seven texts in the order of `COLUMNS` as a record, or as what is wrong with them.

    `own`: Tally wrote the file. Records in it that have an id are taken as they stand, so that what
    was exported comes back unchanged.
    """

    def __init__(self, choices: Choices, *, own: bool) -> None:
        self.own = own
        self._choices = choices
        self._rows = 0
        self._equal: Counter[str] = Counter()
        self._seen: dict[UUID, tuple[int, int]] = {}
        # Files repeat themselves: few days, values, types and units, many rows.
        self._day = lru_cache(4096)(self._read_day)
        self._value = lru_cache(4096)(self._read_value)
        self._type = lru_cache(4096)(self._read_type)
        self._unit = lru_cache(4096)(self._read_unit)

    def read(self, line: int, texts: Sequence[str], cells: Sequence[str]) -> Row | Problem:
        """The row in this line; `cells` are what the file says, for the list of problems."""
        try:
            _check_characters(texts)
            record = self._record(*texts)
            repeated = self._check_id(line, record)
        except ValueError as error:
            asks = error.asks if isinstance(error, _Ambiguous) else ""
            return self.refuse(line, str(error), cells, asks)
        self._count()
        return Row(line, record, repeated)

    def refuse(self, line: int, message: str, cells: Sequence[str], asks: str = "") -> Problem:
        """A row that cannot be taken."""
        self._count()
        return Problem(line, message, [_printable(cell) for cell in cells], asks)

    def _count(self) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise UnreadableFile(f"A file can have {MOST_ROWS} rows. Split this one.")

    def _record(
        self, id: str, day: str, value: str, type: str, unit: str, notes: str, created_at: str
    ) -> NewRecord:
        given = _read_id(id.strip()) if id.strip() else None
        read_day, read_value = self._day(day.strip()), self._value(value.strip())
        moment = _read_moment(created_at.strip()) if created_at.strip() else None
        if given and self.own:
            self._type(type)
            check_length(type, "Type", MOST_TYPE)
            check_length(unit, "Unit", MOST_UNIT)
            check_length(notes, "Notes", MOST_NOTES)
            return NewRecord(given, read_day, type, read_value, unit, notes, moment)
        read_type, lines = self._type(type), read_notes(notes)
        plain_unit, known_unit = self._unit(unit)
        if given is None:
            # Not from the unit as this user spells it: that may change between two imports.
            content = (read_day.isoformat(), plain(read_value), read_type, plain_unit, lines)
            given = self._derive_id("\x1f".join(content))
        return NewRecord(given, read_day, read_type, read_value, known_unit, lines, moment)

    def _derive_id(self, content: str) -> UUID:
        self._equal[content] += 1
        return uuid5(_NAMESPACE, f"{content}\x1f{self._equal[content]}")

    def _check_id(self, line: int, record: NewRecord) -> bool:
        """Whether the same record stood further up. Raises ValueError when another one did."""
        content = hash(record.content)
        first_line, first_content = self._seen.setdefault(record.id, (line, content))
        if first_content != content:
            raise ValueError(f"Line {first_line} has the same id and other content.")
        return first_line != line

    def _read_day(self, text: str) -> date:
        return _read_date(text, self._choices)

    def _read_value(self, text: str) -> Decimal:
        number_format = self._choices.number_format
        try:
            return read_number(text, number_format)
        except Unreadable as error:
            if number_format == "auto" and _reads(text, "1,234.5"):
                raise _Ambiguous(str(error), "numbers") from error
            raise

    def _read_type(self, text: str) -> str:
        return read_text(text, "Type", MOST_TYPE, "Write what it is, such as coffee.")

    def _read_unit(self, text: str) -> tuple[str, str]:
        """The unit as anybody would write it, and as this user does."""
        unit = read_unit(text)
        return _KNOWN_UNITS.find(unit) or unit, self._choices.units.find(unit) or unit


def _read_date(text: str, choices: Choices) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        # With dots the day comes first everywhere.
        if match[2] == "." or first > 12:
            order: Order = "day-first"
        else:
            order = "month-first" if second > 12 else choices.order
        if not order and first != second:
            raise _Ambiguous(
                f"Is {text} {first} {MONTHS[second - 1]} or {second} {MONTHS[first - 1]}? "
                "Say which comes first, the day or the month.",
                "order",
            )
        day, month = (second, first) if order == "month-first" else (first, second)
    else:
        return read_date(text, choices.today)
    try:
        return read_date(date(year, month, day).isoformat(), choices.today)
    except ValueError as error:
        if str(error).startswith("Dates"):
            raise
        raise ValueError(f"There is no day {text}.") from error


def _read_id(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is not an id of Tally's. Leave the id empty.")
    return UUID(text)


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
        if moment is not None and 1900 <= moment.year < 9999:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise ValueError("Write created_at as 2026-10-05T18:30:00Z, or leave it empty.")


def _reads(text: str, number_format: str) -> bool:
    try:
        read_number(text, number_format)
    except Unreadable:
        return False
    return True


def _check_characters(texts: Sequence[str]) -> None:
    """Raises ValueError for what cannot be stored: NUL, and what could not be decoded."""
    line = "".join(texts)
    try:
        if "\x00" not in line and (line.isascii() or line.encode()):
            return
    except UnicodeEncodeError:
        pass
    raise ValueError("A character in this line cannot be read. Save the file as UTF-8.")


def _printable(cell: str) -> str:
    """The cell with a mark in place of what cannot be written."""
    return (
        cell.replace("\x00", "\ufffd")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )


_KNOWN_UNITS = Units()
