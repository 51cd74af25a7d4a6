"""A row of a file, Tally's own or anybody's, as a record or as what is wrong with it. Pure.

Values and units are read by the same functions as on the quick-add line. Rows without an id get one
from their content, so that the same file twice changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

from tally.domain import amounts
from tally.domain.amounts import Unreadable, grouped, plain, read_number
from tally.domain.fields import (
    MAX_NOTES,
    MAX_TYPE,
    MAX_UNIT,
    check_length,
    check_line,
    read_date,
    read_days,
    read_id,
    read_meter,
    read_notes,
    read_text,
    read_unit_text,
)
from tally.domain.formatting import MONTHS
from tally.domain.records import NewRecord
from tally.domain.text import is_storable
from tally.domain.units import Units

MAX_ROWS = 250_000
ODD_CHARACTER = "A character in this line cannot be read. Save the file as UTF-8."

Order = Literal["", "day-first", "month-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first")

_NAMESPACE = UUID("5f2d1a52-8d0c-4a0e-9d5e-6a1f3f4c7b10")
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}){_TIME}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)


class UnreadableFile(ValueError):
    """Nothing of the file can be taken. Its text says what to change."""


class _Ambiguous(ValueError):
    """Only the person who wrote it knows what is meant; `asks` names the choice that tells."""

    def __init__(self, sentence: str, asks: str) -> None:
        super().__init__(sentence)
        self.asks = asks


@dataclass(frozen=True, slots=True)
class Row:
    """A record of the file. `repeated`: the same record stands further up as well.

    `remark` says how its value was read where another number may be meant.
    """

    line: int
    record: NewRecord
    repeated: bool = False
    remark: str = ""


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


class RowReader:
    """A text for each of `COLUMNS` as a record, or as what is wrong with them.

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
        self._remark = lru_cache(4096)(self._remark_on)
        self._type = lru_cache(4096)(self._read_type)
        self._unit = lru_cache(4096)(self._read_unit)
        self._own_line = lru_cache(4096)(check_line)

    def read(self, line: int, texts: Sequence[str], cells: Sequence[str]) -> Row | Problem:
        """The row in this line; `cells` are what the file says, for the list of problems."""
        try:
            if not is_storable("".join(texts)):
                raise ValueError(ODD_CHARACTER)
            record = self._record(*texts)
            repeated = self._check_id(line, record)
            _, _, value, *_ = texts
        except ValueError as error:
            asks = error.asks if isinstance(error, _Ambiguous) else ""
            return self.refuse(line, str(error), cells, asks)
        self.count()
        return Row(line, record, repeated, self._remark(value))

    def refuse(self, line: int, message: str, cells: Sequence[str], asks: str = "") -> Problem:
        """A row that cannot be taken."""
        self.count()
        return Problem(line, message, [_printable(cell) for cell in cells], asks)

    def count(self) -> None:
        """A row more, blank or not. Raises UnreadableFile when these are too many."""
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise UnreadableFile(f"A file can have {grouped(MAX_ROWS)} rows. Split this one.")

    def _record(
        self,
        id: str,
        day: str,
        value: str,
        type: str,
        unit: str,
        notes: str,
        created_at: str,
        *measured: str,
    ) -> NewRecord:
        given = _read_id(id.strip()) if id.strip() else None
        read_day, read_value = self._day(day.strip()), self._value(value.strip())
        moment = self._read_moment(created_at.strip()) if created_at.strip() else None
        if given and self.own:
            self._type(type)
            self._own_line(type, "Type", MAX_TYPE)
            self._own_line(unit, "Unit", MAX_UNIT)
            check_length(notes, "Notes", MAX_NOTES)
            own = NewRecord(given, read_day, type, read_value, unit, notes, moment)
            return self._measured(own, *measured)
        read_type, lines = self._type(type), read_notes(notes)
        plain_unit, known_unit = self._unit(unit)
        if given is None:
            # Not from the unit as this user spells it: that may change between two imports.
            content = (read_day.isoformat(), plain(read_value), read_type, plain_unit, lines)
            # A file of version 1.0, which knew no more, gives the same ids.
            more = measured if any(measured) else ()
            given = self._derive_id("\x1f".join((*content, *more)))
        record = NewRecord(given, read_day, read_type, read_value, known_unit, lines, moment)
        return self._measured(record, *measured)

    def _measured(
        self, record: NewRecord, days: str = "", reading: str = "", meter: str = "", cost: str = ""
    ) -> NewRecord:
        """The record with how many days it covers, what the meter showed and what was paid."""
        if not (days or reading or meter or cost):
            return record
        if not reading and meter.strip():
            raise ValueError("A meter has a number only where there is a reading.")
        figure = self._value(reading.strip()) if reading.strip() else None
        return replace(
            record,
            reading=figure,
            days=1 if figure is not None or not days.strip() else read_days(days.strip()),
            meter=read_meter(meter.strip()) if meter.strip() else None,
            cost=self._value(cost.strip()) if cost.strip() else None,
        )

    def _derive_id(self, content: str) -> UUID:
        self._equal[content] += 1
        return uuid5(_NAMESPACE, f"{content}\x1f{self._equal[content]}")

    def _check_id(self, line: int, record: NewRecord) -> bool:
        """Whether the same record stood further up. Raises ValueError when another one did."""
        content = hash(record.content)
        if record.id not in self._seen:
            self._seen[record.id] = line, content
            return False
        first_line, first_content = self._seen[record.id]
        if first_content != content:
            raise ValueError(f"Line {first_line} has the same id and other content.")
        return True

    def _read_day(self, text: str) -> date:
        return _read_date(text, self._choices)

    def _read_moment(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
            if moment is not None and 1900 <= moment.year < 9999:
                moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            else:
                moment = None
        except ValueError:
            moment = None
        if moment is None:
            raise ValueError("Write created_at as 2026-10-05T18:30:00Z, or leave it empty.")
        if moment.date() > self._choices.today + timedelta(days=1):
            raise ValueError("created_at reaches to tomorrow. Leave it empty for now.")
        return moment

    def _read_value(self, text: str) -> Decimal:
        number_format = self._choices.number_format
        try:
            return read_number(text, number_format)
        except Unreadable as error:
            if number_format == "auto" and _reads(text, "1,234.5"):
                raise _Ambiguous(str(error), "numbers") from error
            raise

    def _remark_on(self, text: str) -> str:
        # Tally itself writes decimals with the dot.
        return "" if self.own else amounts.remark(text, self._choices.number_format)

    def _read_type(self, text: str) -> str:
        return read_text(text, "Type", MAX_TYPE, "Write what it is, such as coffee.")

    def _read_unit(self, text: str) -> tuple[str, str]:
        """The unit as anybody would write it, and as this user does."""
        unit = read_unit_text(text)
        return _KNOWN_UNITS.find(unit) or unit, self._choices.units.find(unit) or unit


def order_of(dates: Iterable[str]) -> Order:
    """Whether the dates can only be day first, or only month first; else nobody can tell."""
    day_first = month_first = False
    for text in dates:
        if (match := _YEAR_LAST.fullmatch(text.strip())) and match[2] != ".":
            day_first = day_first or int(match[1]) > 12
            month_first = month_first or int(match[3]) > 12
    if day_first == month_first:
        return ""
    return "day-first" if day_first else "month-first"


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
    id = read_id(text)
    if id is None:
        raise ValueError(f"“{text[:40]}” is not an id of Tally's. Leave the id empty.")
    return id


def _reads(text: str, number_format: str) -> bool:
    try:
        read_number(text, number_format)
    except Unreadable:
        return False
    return True


def _printable(cell: str) -> str:
    """The cell with a mark in place of what cannot be written."""
    if cell.isascii() and "\x00" not in cell:
        return cell
    return (
        cell.replace("\x00", "\ufffd")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )


_KNOWN_UNITS = Units()
