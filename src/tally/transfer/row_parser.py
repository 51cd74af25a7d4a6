"""The rows of a table as entries, which are amounts on their way to records, or problems. Pure.

A row by itself is read here; arrange.py does the work that takes other rows as well, such as daily
sums or the order of readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from tally.domain import amounts
from tally.domain.amounts import grouped, plain
from tally.domain.fields import (
    MAX_TYPE,
    MAX_UNIT,
    read_days,
    read_id,
    read_meter,
    read_notes,
    read_text,
)
from tally.domain.text import fold, is_storable
from tally.transfer.clocks import DAY_SECONDS, are_west, read_clock
from tally.transfer.currency_names import same_currency
from tally.transfer.dates import Moment
from tally.transfer.faults import UnreadableFile
from tally.transfer.plan import Cells, Plan, is_sum_row
from tally.transfer.sources import MAX_ROWS, TOO_MANY_ROWS
from tally.transfer.split_dates import joined
from tally.transfer.values import NO, YES, Amount, is_nothing, looks_like_amount

MAX_DAYS = 3_660
# The name of a type for amounts below zero; this stands in it for the type that they were of.
EACH_TYPE = "…"
RETURNED = f"{EACH_TYPE} returned"
ODD_CHARACTER = (
    "A character in this line cannot be read. Choose another encoding, or save the file as UTF-8."
)
ASK_TYPE = "Write what it is, such as coffee, or say the type of all rows."
ASK_COLUMNS = "Say which column is the date and which is the value."
ASK_TYPES = (
    "“{}” would be the type of several columns: {}. Give each its own, or leave out all but one."
)

# So many different days, amounts, types and units of a file are remembered as they were read.
_CACHED = 8192

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_TAGS = re.compile(r"[\s,;|]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken: why, its cells, the choice (`order`, `decimal` …) that helps."""

    line: int
    message: str
    cells: Sequence[str] = ()
    asks: str = ""


class Entry(NamedTuple):
    """An amount of a row. `key` is what tells it from others: its moment, folded type and content;
    `day` is the last of `days`; `second` counts from midnight; `record_id` is one of Tally's own.
    """

    line: int
    day: date
    days: int
    second: int | None
    consumption_type: str
    unit: str
    value: Decimal
    notes: str
    cost: Decimal | None
    reading: Decimal | None
    key: tuple[str, ...]
    record_id: UUID | None = None
    created_at: datetime | None = None
    meter: int | None = None


@dataclass
class Counts:
    """The numbers of cells that made no record, and remarks on cells that did."""

    rows: int = 0
    nothing: int = 0
    left_out: int = 0
    negative: int = 0
    first_negative: Decimal | None = None
    negative_types: set[str] = field(default_factory=set)
    rounded: int = 0
    foreign: int = 0
    costs: int = 0
    texts: int = 0
    dotted: str = ""
    spellings: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


class _Span(NamedTuple):
    """The days that a row covers, and its time as it tells the row from others.

    `key`: `last` and `days` in the key of an entry.
    """

    last: date
    days: int
    second: int | None
    time: str
    key: tuple[str, str]


class _Measured(NamedTuple):
    """An amount as its cell holds it. `kept`: as its record keeps it, None where that is left out;
    `text`: this, in the key of an entry."""

    amount: Amount
    kept: Decimal | None
    text: str
    unit: str
    plain_unit: str


class RowParser:
    """Reads the rows of a plan. `types`: folded → as the account spells it.

    Files repeat themselves: days, amounts, types and units are read once for each text.
    """

    def __init__(self, plan: Plan, types: dict[str, str]) -> None:
        self.plan = plan
        self.counts = Counts()
        self._types = dict(types)
        self._values = plan.values()
        self._dates = {place: plan.dates(column) for place, column in enumerate(plan.columns)}
        self._layout = plan.table.layout
        self._amounts = plan.amounts
        self._places = {
            role: plan.place(role)
            for role in ("date", "start", "end", "type", "unit", "notes", "tag", "cost", "price")
        }
        self._currency, self._currencies_place = plan.currency, plan.currencies_place
        self._money = plan.money.currency if plan.money else ""
        self._ask_columns = (
            ASK_TYPES.format(plan.choices.consumption_type, plan.names_alike)
            if plan.typed_alike
            else ASK_COLUMNS
        )
        self._clocks = _clocks(plan)
        self._west = _west(plan)
        self._begin = (
            self._places["start"] if self._places["start"] is not None else self._places["date"]
        )
        self._rest = plan.columns[self._begin].rest if self._begin is not None else ()
        self._months = {place for place in self._amounts if plan.columns[place].month}
        self._has_notes = any(self._places[role] is not None for role in ("notes", "tag"))
        self._has_costs = any(self._places[role] is not None for role in ("cost", "price"))
        self._span_of = lru_cache(_CACHED)(self._read_span)
        self._span_across = cache(self._read_span_across)
        self._type = lru_cache(_CACHED)(self._read_type)
        self._unit = lru_cache(_CACHED)(self._read_unit)
        # A number of a workbook is read another way than a text with the same characters.
        self._measured = lru_cache(_CACHED, typed=True)(self._measure)
        self._factors = {place: plan.energy(plan.columns[place]) for place in self._amounts}
        self._fixed = {
            place: (plan.type_of(plan.columns[place]), plan.unit_of(plan.columns[place]))
            for place in self._amounts
        }
        self._marks = {
            place: all(
                cell.strip().casefold() in YES | NO or is_nothing(cell)
                for row in plan.first_rows
                for cell in row[place : place + 1]
            )
            for place in self._amounts
        }

    def read(self, most: int | None = None) -> Iterator[Entry | Problem]:
        """The entries and problems of all rows of the table, or of the first `most`.

        Raises UnreadableFile.
        """
        counts = self.counts
        for row in islice(self.plan.lines(), most):
            counts.rows += 1
            if counts.rows > MAX_ROWS:
                raise UnreadableFile(TOO_MANY_ROWS)
            yield from self._row(row)

    def _row(self, row: Cells) -> Iterator[Entry | Problem]:
        cells = row.cells
        if row.fault:
            yield refused(row, row.fault)
            return
        width = len(self.plan.columns)
        if (
            len(cells) > width
            and any(cell.strip() for cell in cells[width:])
            and not self._amounts_alone
        ):
            yield refused(row, f"This line has {len(cells)} cells, the table has {width} columns.")
            return
        if "columns" in self.plan.asks:
            yield refused(row, self._ask_columns, "columns")
            return
        try:
            span = self._span(row)
        except ValueError as error:
            if not self._is_no_row(cells):
                yield refused(row, str(error), getattr(error, "asks", ""))
            return
        is_odd = not is_storable("".join(cells))
        for place in self._amounts:
            text = cells[place] if place < len(cells) else ""
            if is_nothing(text):
                self.counts.nothing += 1
            elif is_odd:
                yield refused(row, ODD_CHARACTER)
            else:
                entry = self._entry(row, place, text, span)
                if entry is not None:
                    yield entry

    @property
    def _amounts_alone(self) -> bool:
        return self._layout == "dates across"

    def _is_no_row(self, cells: Sequence[str]) -> bool:
        """Whether a line without a day is a sum or a text, and so none that is missed."""
        if is_sum_row(cells):
            self.counts.left_out += sum(
                not is_nothing(cells[place]) for place in self._amounts if place < len(cells)
            )
            return True
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) == 1:
            self.counts.texts += 1
        return len(filled) == 1 or (
            not any(
                looks_like_amount(cells[place]) and cells[place].strip()
                for place in self._amounts
                if place < len(cells)
            )
            and not self._day_text(cells)
        )

    def _day_text(self, cells: Sequence[str]) -> str:
        """The day as it is written, its parts together where they stand apart."""
        text = _text(cells, self._begin)
        return joined(text, *(_text(cells, place) for place in self._rest)) if self._rest else text

    # Days ---------------------------------------------------------------------------------------

    def _span(self, row: Cells) -> _Span | None:
        """The days of a row; None where each column has its own day."""
        cells = row.cells
        if self._layout == "dates across":
            return None
        if self._layout == "dates above":
            return self._span_of(row.above, self._time(cells, 0), "", "")
        begin, end = self._begin, self._places["end"]
        if begin is None:
            raise ValueError("A table with dates below each other has a column of them.")
        until = _text(cells, end)
        return self._span_of(
            self._day_text(cells) if self._rest else _text(cells, begin),
            self._time(cells, begin),
            until,
            self._time(cells, end),
        )

    def _time(self, cells: Sequence[str], place: int | None) -> str:
        """The time that belongs to the date at that place."""
        return _text(cells, None if place is None else self._clocks.get(place))

    def _read_span(self, day: str, time: str, last_day: str, last_time: str) -> _Span:
        """The days from a date to another, where there is one, and their times."""
        if self._layout == "dates above":
            start, end = self._dates[0].read(day)
            if time:
                start = start._replace(second=read_clock(time)[0])
            return self._covered(start, end)
        start, end = self._moment(day, time, self._begin or 0)
        if last_day:
            end = self._moment(last_day, last_time, self._places["end"] or 0)[0]
        return self._covered(start, end)

    def _span_of_month(self, cells: Sequence[str], place: int) -> _Span:
        """The month in the heading of a column, of the year in the row."""
        month = str(self.plan.columns[place].month)
        return self._span_of(joined(_text(cells, self._begin), month), "", "", "")

    def _read_span_across(self, place: int) -> _Span:
        """The day that is the heading of a column, and the time where that says one."""
        column = self.plan.columns[place]
        return self._covered(*self._dates[place].read(column.day.strip()))

    def _moment(self, text: str, time: str, place: int) -> tuple[Moment, Moment | None]:
        """A date of the column at that place, with its time."""
        if not text:
            raise ValueError("There is no date in this row.")
        if not time:
            return self._dates[place].read(text)
        clock = self._clocks.get(place, 0)
        zone = self.plan.columns[place].heading.zone or self.plan.columns[clock].heading.zone
        if zone is not None or self._has_zone(time, clock):
            return self._zoned(place, text, time, zone)
        moment, end = self._dates[place].read(text)
        second, until = read_clock(time)
        if until is not None and end is None:
            later = moment.first + timedelta(days=until <= second and until != 0)
            end = moment._replace(first=later, last=later, second=until or DAY_SECONDS)
        return moment._replace(second=second), end

    def _has_zone(self, time: str, place: int) -> bool:
        """Whether a time of the column at that place ends with a zone."""
        return _ZONED.search(time) is not None or (
            place in self._west and _WEST.search(time) is not None
        )

    def _zoned(
        self, place: int, text: str, time: str, zone: object
    ) -> tuple[Moment, Moment | None]:
        reader = self._dates[place]
        if zone is not None and self.plan.columns[place].heading.zone is None:
            time = f"{time} UTC"
        return reader.read(f"{text} {time}")

    def _covered(self, start: Moment, end: Moment | None) -> _Span:
        first, last = start.first, start.last
        today = self.plan.reader.today
        if end is not None:
            last = end.last
            if last < first or (
                last == first
                and None not in (start.second, end.second)
                and (end.second or 0) < (start.second or 0)
            ):
                raise ValueError("The end comes before the start.")
            is_midnight = end.second == 0 and last > first
            if is_midnight or (self.plan.meets and last > first and end.first == end.last):
                last -= timedelta(days=1)
        if last > today + timedelta(days=1) and first <= today:
            # A month that is not over counts to today.
            last = today
        if (last - first).days >= MAX_DAYS:
            raise ValueError(f"A record covers {grouped(MAX_DAYS)} days at most.")
        days, second, instant = (last - first).days + 1, start.second, start.instant
        time = f"@{instant}" if instant is not None else "" if second is None else str(second)
        return _Span(last, days, second, time, (last.isoformat(), str(days)))

    # Amounts ------------------------------------------------------------------------------------

    def _entry(
        self, row: Cells, place: int, text: str, span: _Span | None
    ) -> Entry | Problem | None:
        try:
            if place in self._months:
                span = self._span_of_month(row.cells, place)
            return self._read(row, text, place, span or self._span_across(place))
        except ValueError as error:
            return refused(row, str(error), getattr(error, "asks", ""))

    def _read(self, row: Cells, text: str, place: int, span: _Span) -> Entry | Problem | None:
        cells = row.cells
        name = self._cell(cells, "type") or self._fixed[place][0]
        if not name:
            return refused(row, ASK_TYPE, "type")
        written = self._cell(cells, "unit")
        if written in ("-", "–"):
            written = ""
        measured = self._measured(text, place, written or self._fixed[place][1])
        if measured is None:
            self.counts.nothing += 1
            return None
        amount, value, value_text, unit, plain_unit = measured
        self.counts.rounded += amount.rounded
        consumption_type, folded = self._type(name)
        column = self.plan.columns[place]
        is_reading = column.role == "reading"
        if not is_reading:
            self._count_sign(amount, consumption_type)
            if amount.value < 0 and self.plan.negative == "split":
                consumption_type, folded = self._type(self._returned(consumption_type))
        if value is None:
            self.counts.left_out += 1
            return None
        notes = self._notes(cells) if self._has_notes else ""
        has_cost = self._has_costs and place == self._first_amount(cells)
        second, time = span.second, span.time
        if column.second is not None:
            second, time = column.second, str(column.second)
        return Entry(
            row.number, span.last, span.days, second, consumption_type, unit, value, notes,
            self._cost(cells, value) if has_cost else None,
            value if is_reading else None,
            (*span.key, time, folded, plain_unit, value_text, notes),
        )  # fmt: skip

    def _first_amount(self, cells: Sequence[str]) -> int | None:
        """The place of the first amount of a row: the cost of the row belongs to it."""
        filled = (place for place in self._amounts if not is_nothing(_text(cells, place)))
        return next(filled, None)

    def _measure(self, text: str, place: int, unit_text: str) -> _Measured | None:
        """The amount in a cell of a column; None where nothing was measured."""
        amount = self._amount(text, place, unit_text)
        if amount is None:
            return None
        unit, plain_unit = self._unit(amount.unit or unit_text)
        if self.plan.columns[place].role == "reading":
            if amount.value < 0:
                raise ValueError("A meter shows 0 or more.")
            return _Measured(
                amount, amount.value, f"reading {plain(amount.value)}", unit, plain_unit
            )
        kept = self._signed(amount.value)
        return _Measured(amount, kept, "" if kept is None else plain(kept), unit, plain_unit)

    def _amount(self, text: str, place: int, unit: str) -> Amount | None:
        if self._marks[place]:
            mark = text.strip().casefold()
            if mark in YES:
                return Amount(Decimal(1))
            if mark in NO:
                return None
        known = self._unit(unit)[0] if unit else ""
        amount = self._values.read(text, known)
        if self.plan.mark is None and not self.counts.dotted:
            self.counts.dotted = amounts.remark(text, self.plan.reader.number_format)
        if amount is None:
            return None
        factor = self._factors[place]
        if factor != 1:
            amount = amount._replace(value=_six(amount.value * factor))
        return amount

    def _count_sign(self, amount: Amount, consumption_type: str) -> None:
        if amount.value < 0:
            counts = self.counts
            counts.negative += 1
            counts.first_negative = counts.first_negative or amount.value
            # One type is named, of several none.
            if len(counts.negative_types) < 2:
                counts.negative_types.add(consumption_type)

    def _signed(self, value: Decimal) -> Decimal | None:
        """The amount as it is kept; None where it is left out."""
        match self.plan.negative:
            case "flip":
                return -value if value <= 0 else None
            case "split":
                return abs(value)
            case _:
                return value if value >= 0 else None

    def _returned(self, name: str) -> str:
        return (self.plan.choices.returned or RETURNED).replace(EACH_TYPE, name)

    # Texts --------------------------------------------------------------------------------------

    def _cell(self, cells: Sequence[str], role: str) -> str:
        return _text(cells, self._places[role])

    def _read_type(self, text: str) -> tuple[str, str]:
        """The type as it is spelled here, and folded."""
        written = read_text(text, "Type", MAX_TYPE, "Write what it is, such as coffee.")
        folded = fold(written)
        spelling = self._types.setdefault(folded, written)
        if spelling != written:
            self.counts.spellings.setdefault(written, spelling)
        return spelling, folded

    def _read_unit(self, text: str) -> tuple[str, str]:
        """The unit as this account writes it, and as anybody would."""
        if not text:
            return "", ""
        written = read_text(text, "Unit", MAX_UNIT)
        short = written if self.plan.own else written.rstrip(".") or written
        units = self.plan.reader.units
        known = units.find(written) or units.find(short) or short
        if known != written:
            self.counts.units.setdefault(written, known)
        return known, fold(known)

    def _notes(self, cells: Sequence[str]) -> str:
        notes = self._cell(cells, "notes")
        tags = self._cell(cells, "tag")
        if tags:
            marked = ("#" + tag.lstrip("#") for tag in _TAGS.split(tags) if tag.strip("#"))
            notes = " ".join(filter(None, (notes, *marked)))
        return read_notes(notes) if notes else ""

    def _cost(self, cells: Sequence[str], value: Decimal) -> Decimal | None:
        text = self._cell(cells, "cost")
        per_unit = self._cell(cells, "price") if not text else ""
        amount = self._values.read(text or per_unit)
        if amount is None:
            return None
        if self._is_foreign(cells, amount.unit):
            self.counts.foreign += 1
            return None
        cost = amount.value if text else amount.value * value
        if cost < 0:
            if self.plan.negative in ("split", "flip"):
                cost = -cost
            else:
                raise ValueError("A cost is 0 or more.")
        self.counts.costs += 1
        return _six(cost)

    def _is_foreign(self, cells: Sequence[str], unit: str) -> bool:
        """Whether the money of a row is in another currency than costs are.

        A sign beside the amount counts before the row's own column of currencies, and that before
        the heading.
        """
        written = unit.partition("/")[0]
        place = self._currencies_place
        if not written and place is not None and place < len(cells):
            written = cells[place].strip()
        written = written or self._money
        return written != "" and not same_currency(written, self._currency)


class OwnRowParser(RowParser):
    """Reads files that Tally wrote: ids and times come back, texts are read as the forms do."""

    def __init__(self, plan: Plan, types: dict[str, str]) -> None:
        super().__init__(plan, types)
        self._at = {name: place for place, name in enumerate(plan.table.header)}

    def _entry(
        self, row: Cells, place: int, text: str, span: _Span | None
    ) -> Entry | Problem | None:
        entry = super()._entry(row, place, text, span)
        if not isinstance(entry, Entry):
            return entry
        try:
            return self._own(row, entry)
        except ValueError as error:
            return refused(row, str(error))

    def _own(self, row: Cells, entry: Entry) -> Entry:
        def cell(name: str) -> str:
            return _text(row.cells, self._at.get(name))

        record_id = None
        if cell("id"):
            record_id = read_id(cell("id"))
            if record_id is None:
                raise ValueError(
                    f"“{cell('id')[:40]}” is not an id of Tally's. Leave the id empty."
                )
        moment = self._created(cell("created_at"))
        reading = self._values.read(cell("reading"))
        figure = reading.value if reading is not None else None
        days = read_days(cell("days")) if cell("days") and figure is None else 1
        if figure is not None and figure < 0:
            raise ValueError("A meter shows 0 or more.")
        if cell("meter") and figure is None:
            raise ValueError("A meter has a number only where there is a reading.")
        meter = read_meter(cell("meter")) if cell("meter") else None
        return entry._replace(
            record_id=record_id,
            created_at=moment,
            days=days,
            reading=figure,
            second=None,
            meter=meter,
        )

    def _created(self, text: str) -> datetime | None:
        if not text:
            return None
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
        if moment.date() > self.plan.reader.today + timedelta(days=1):
            raise ValueError("created_at reaches to tomorrow. Leave it empty for now.")
        return moment


def parser_of(plan: Plan, types: dict[str, str]) -> RowParser:
    """The parser for a plan."""
    return OwnRowParser(plan, types) if plan.own else RowParser(plan, types)


def _text(cells: Sequence[str], place: int | None) -> str:
    """The cell at a place, stripped; "" where the row has no such cell."""
    return cells[place].strip() if place is not None and place < len(cells) else ""


def refused(row: Cells, message: str, asks: str = "") -> Problem:
    """A row that cannot be taken."""
    return Problem(row.number, message, [printable(cell) for cell in row.cells], asks)


def printable(cell: str) -> str:
    """The cell with a mark in place of each character that cannot be written."""
    if cell.isascii() and "\x00" not in cell:
        return str(cell)
    return (
        cell.replace("\x00", "\ufffd")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )


_ZONED = re.compile(r"(?:Z|\+\d{2}:?\d{2}|UTC|GMT)$")
_WEST = re.compile(r"-\d{2}:?\d{2}$")


def _west(plan: Plan) -> set[int]:
    """The columns of times that are in a zone west of Greenwich."""
    return {
        place
        for place, column in enumerate(plan.columns)
        if column.role == "time" and are_west(_text(cells, place) for cells in plan.first_rows)
    }


def _clocks(plan: Plan) -> dict[int, int]:
    """The time that belongs to each date: it stands behind it, or right in front of the first."""
    clocks: dict[int, int] = {}
    date_place: int | None = 0 if plan.table.layout == "dates above" else None
    waiting: int | None = None
    for place, column in enumerate(plan.columns):
        if column.role in ("date", "start", "end"):
            date_place = place
            if waiting is not None:
                clocks[place], waiting = waiting, None
        elif column.role == "time":
            if date_place is None:
                waiting = place
            else:
                clocks.setdefault(date_place, place)
    return clocks


def _six(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        value = value.quantize(Decimal("0.000001"))
    return value
