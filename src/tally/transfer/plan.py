"""The plan for reading a file: its choices, and guesses for the rest.

A `Plan` is made by looking through the whole file, since the last date of it may tell the order of
all. Nothing in it depends on what somebody has recorded before.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from decimal import Decimal
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, NamedTuple

from tally.domain.units import Units
from tally.transfer.calendar_days import Order
from tally.transfer.choices import BadChoice, Choices, ColumnChoice, Negative
from tally.transfer.clocks import are_west
from tally.transfer.columns import ROWS_TO_SEE, Column, guess_columns
from tally.transfer.csv_rows import Line
from tally.transfer.currency_names import currency_told, says_currency
from tally.transfer.date_parts import ISO_RANGE
from tally.transfer.dates import DateReader, Moment
from tally.transfer.evidence import DateOrders, DecimalMarks, Signs
from tally.transfer.faults import UnreadableFile
from tally.transfer.headings import AMOUNTS, Role, day_in, read_heading
from tally.transfer.profiles import Account
from tally.transfer.sources import Source
from tally.transfer.structure import FoundTable, is_sum, tables_in
from tally.transfer.values import Mark, ValueReader
from tally.transfer.writers import COLUMNS, COLUMNS_OF_1_0, REASON, unguard

MAX_COLUMNS = 500
# Where no text is a day, this many lines tell whether numbers are.
LINES_FOR_NUMBERS = 2_000
# Tally's own header, and how its columns are told in the words of `columns`.
OWN_ROLES: dict[str, Role] = {
    "consumption_date": "date",
    "consumption_value": "value",
    "consumption_type": "type",
    "unit": "unit",
    "notes": "notes",
    "cost": "cost",
}
OWN_NAMES = ("consumption_date", "consumption_value", "consumption_type")

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|$)", re.ASCII)
ENERGY = "kWh"
_POWER = {"W": Decimal("0.001"), "kW": Decimal(1)}
_STEP_ROWS = 2_000
# So many columns are named in a sentence.
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class Reader:
    """The account whose file it is, as far as it decides how the file is read.

    currency: of the account, "" where it has none; usual_currency: the one it would get.
    """

    today: date
    zone: tzinfo
    number_format: str = "auto"
    order: Order | None = None
    currency: str = ""
    usual_currency: str = ""
    units: Units = field(default_factory=Units)

    @property
    def account(self) -> Account:
        return Account(self.currency, self.units)


class Cells(NamedTuple):
    """A row as it is read: `above` is the day on a line of its own above it."""

    number: int
    cells: Sequence[str]
    above: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Plan:
    """All decisions about a file.

    `marked`, `dated`: the first amount with a decimal mark, the first date that may be read in
    several orders; `unclear`: the first amount whose mark may stand between thousands, `asks_dots`:
    that of `1.234` may; `step`: seconds between the rows, where they are regular; `meets`: the end
    of a row is the start of the next, and not included; `descending`: the newest row stands first;
    `reasons`: the first column is that of Tally's own list of problems; `own`: Tally wrote it.
    """

    source: Source
    choices: Choices
    reader: Reader
    table: FoundTable
    tables: tuple[FoundTable, ...]
    columns: tuple[Column, ...]
    guessed: tuple[Column, ...] = ()
    order: Order | None = None
    mark: Mark | None = None
    negative: Negative = "omit"
    marked: str = ""
    unclear: str = ""
    asks_dots: bool = False
    dated: str = ""
    step: int | None = None
    meets: bool = False
    descending: bool = False
    own: bool = False
    reasons: bool = False
    rows: int = 0
    first_rows: tuple[tuple[str, ...], ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def amounts(self) -> list[int]:
        return _places(self.columns, *AMOUNTS)

    def place(self, role: Role) -> int | None:
        """The index of the first column with the role; None without one."""
        return next(
            (place for place, column in enumerate(self.columns) if column.role == role), None
        )

    @property
    def money(self) -> Column | None:
        """The column of costs or of prices; None without one."""
        places = (self.place("cost"), self.place("price"))
        return next((self.columns[place] for place in places if place is not None), None)

    @property
    def currency(self) -> str:
        """The currency of the costs: the account's, or the one that it gets by this file.

        "" where the file names one that may be several: `kr`.
        """
        if self.reader.currency or self.money is None:
            return self.reader.currency
        written = self.money.currency
        return currency_told(written) if written else self.reader.usual_currency

    @property
    def currencies_place(self) -> int | None:
        """The index of the column whose cells name the currency of their row; None without one."""
        columns = enumerate(self.columns)
        return next((place for place, column in columns if says_currency(column.heading)), None)

    @property
    def has_readings(self) -> bool:
        """Whether a column holds readings of meters."""
        return self.place("reading") is not None or (self.own and "reading" in self.table.header)

    @property
    def table_type(self) -> str:
        """The type of all amounts that say none themselves."""
        return self.choices.consumption_type or self.source.suggested_type

    def type_of(self, column: Column) -> str:
        """The type of an amount, where no cell says it."""
        if _is_typed(column):
            return column.consumption_type
        if self.choices.consumption_type and column not in self.typed_alike:
            return self.choices.consumption_type
        several = len(self.amounts) > 1 and not _is_of_series(column)
        return column.heading.name if several and self.table.has_header else self.table_type

    @cached_property
    def typed_alike(self) -> tuple[Column, ...]:
        """The columns that `type` would make one, though each may be of a type of its own.

        One column beside others whose types are chosen is none of them: it has that type.
        """
        if not self.choices.consumption_type or self.own or self.place("type") is not None:
            return ()
        amounts = (self.columns[place] for place in self.amounts)
        columns = [
            column for column in amounts if not _is_typed(column) and not _is_of_series(column)
        ]
        return tuple(columns) if len(columns) > 1 else ()

    @property
    def names_alike(self) -> str:
        """The headings of the columns that `type` would make one, the first where they are many."""
        names = [column.heading.text or "one without a heading" for column in self.typed_alike]
        return ", ".join(names[:_NAMES_SHOWN] + ["…"] * (len(names) > _NAMES_SHOWN))

    def unit_of(self, column: Column) -> str:
        """The unit of an amount, where no cell says it, as it is written."""
        unit = column.unit or self.choices.unit
        return ENERGY if self.is_energy(column) else unit

    def is_energy(self, column: Column) -> bool:
        """Whether the column holds mean power, which is energy over a regular step."""
        if self.step is None or self.reader.units.find(column.heading.unit) not in _POWER:
            return False
        if isinstance(column.unit, Said):
            return self.reader.units.find(column.unit) == ENERGY
        find = self.reader.units.find
        return not self.choices.unit or find(self.choices.unit) != find(column.heading.unit)

    def energy(self, column: Column) -> Decimal:
        """The factor that an amount of the column is multiplied with."""
        factor = self.choices.factor or Decimal(1)
        if self.is_energy(column) and self.step:
            unit = self.reader.units.find(column.heading.unit) or ""
            factor *= _POWER[unit] * self.step / 3600
        return factor

    def lines(self) -> Iterator[Cells]:
        """The rows of the table, from the beginning each time, blank ones left away."""
        return _rows_of(self.source, self.table, self.reasons, self.own, self.reader.today)

    def dates(self, column: Column) -> DateReader:
        """The reader of the dates of a column."""
        place = self.columns.index(column)
        cells = (cell for row in self.first_rows for cell in row[place : place + 1])
        ranges = list(filter(ISO_RANGE.fullmatch, cells))
        return DateReader(
            self.reader.today,
            self.reader.zone,
            self.order,
            column.heading.zone,
            day_numbers=True,
            has_ranges=bool(ranges) and not are_west(ranges),
        )

    def values(self) -> ValueReader:
        """The reader of the amounts."""
        return ValueReader(self.mark, self.reader.number_format, asks_dots=self.asks_dots)

    def understood(self) -> dict[str, Any]:
        """The choices and guesses, as the fields that choose them."""
        amounts = [self.columns[place] for place in self.amounts]
        names = {self.type_of(column) for column in amounts}
        units = {self.unit_of(column) for column in amounts}
        return {
            "columns": [self._told(column) for column in self.columns],
            "type": next(iter(names))
            if len(names) == 1 and self.place("type") is None
            else self.table_type,
            "unit": self.known_unit(next(iter(units))) if len(units) == 1 else self.choices.unit,
            "decimal": self.mark or "",
            "order": self.order or "",
            "encoding": self.source.encoding,
            "table": self.table_name,
        }

    def known_unit(self, unit: str) -> str:
        return self.reader.units.find(unit) or unit

    @property
    def table_name(self) -> str:
        return self.source.part if len(self.tables) < 2 else self.table.name

    def _told(self, column: Column) -> str:
        if column.role not in AMOUNTS:
            return column.role
        several = len(self.amounts) > 1 and self.place("type") is None and not self.own
        name = self.type_of(column)
        if column.day or not several or not name:
            return column.role
        return f"{column.role}:{name}:{self.known_unit(self.unit_of(column))}"


def make_plan(source: Source, choices: Choices, reader: Reader) -> Plan:
    """Look through a file and decide how to read it. Raises UnreadableFile, BadChoice."""
    tables = tables_in(source.lines(), reader.today)
    if not any(table.dated for table in tables):
        tables = _without_certain_days(source, reader.today) or tables
    if not tables:
        raise UnreadableFile("There is no table in this file: no line with several cells.")
    table = _chosen_table(tables, choices.table, source)
    reasons = table.header[:1] == (REASON,)
    if reasons:
        table = replace(table, header=table.header[1:], place=max(table.place - 1, 0))
    if len(table.header) > MAX_COLUMNS:
        raise UnreadableFile(
            f"A table can have {MAX_COLUMNS} columns; this has {len(table.header)}."
        )
    own = _is_own(table, source)
    every = _rows_of(source, table, reasons, own, reader.today)
    rows = list(islice((row for row in every if not row.fault), ROWS_TO_SEE))
    sample = [row.cells for row in rows]
    if max(map(len, sample), default=0) > MAX_COLUMNS:
        raise UnreadableFile(f"A table can have {MAX_COLUMNS} columns.")
    guessed = (
        _own_columns(table) if own else guess_columns(table, sample, reader.today, reader.account)
    )
    plan = Plan(
        source, choices, reader, table, tuple(tables),
        tuple(_with_choices(guessed, choices, own)),
        tuple(guessed),
        own=own,
        reasons=reasons,
        first_rows=tuple(tuple(row.cells) for row in rows[:4]),
    )  # fmt: skip
    if any(table.dated for table in tables):
        plan = _with_evidence(plan)
    else:
        plan = replace(plan, rows=len(rows), negative=choices.negative or "omit")
    return replace(plan, asks=tuple(_asks(plan)))


def _without_certain_days(source: Source, today: date) -> list[FoundTable]:
    """The last table of the first lines, where bare numbers count as days."""
    tables = tables_in(islice(source.lines(), LINES_FOR_NUMBERS), today, certain=False)
    return [replace(table, last=sys.maxsize) for table in tables[-1:]]


def _is_own(table: FoundTable, source: Source) -> bool:
    """Whether Tally wrote the file: its header to the letter, in JSON the names that it needs."""
    if source.kind == "json":
        return set(OWN_NAMES) <= set(table.header)
    return table.header in (COLUMNS, COLUMNS_OF_1_0)


def _chosen_table(tables: list[FoundTable], name: str, source: Source) -> FoundTable:
    named = [table for table in tables if name and table.name.casefold() == name.casefold()]
    if named:
        return named[0]
    if name.isdecimal() and 0 < int(name) <= len(tables) and name not in source.parts:
        return tables[int(name) - 1]
    if name and name.casefold() not in (part.casefold() for part in source.parts):
        raise BadChoice("table", f"There is no table “{name[:40]}” in this file.")
    return max(tables, key=lambda table: table.dated)


def _rows_of(
    source: Source, table: FoundTable, reasons: bool, own: bool, today: date
) -> Iterator[Cells]:
    above = ""
    finder = _day_alone(today) if table.layout == "dates above" else None
    has_header, is_guarded = table.has_header, (own or reasons) and source.kind == "text"
    for line in source.lines():
        number, fault = line.number, line.fault
        if number < table.first:
            continue
        if number > table.last:
            return
        cells = line.cells[1:] if reasons and not fault else line.cells
        if not any(cells) and not fault:
            continue
        if is_guarded:
            cells = [unguard(cell) for cell in cells]
        if finder is not None:
            day = finder(line)
            if day:
                above = day
                continue
            if table.is_header(cells):
                continue
        elif has_header and table.is_header(cells):
            continue
        yield Cells(number, cells, above, fault)


def _day_alone(today: date) -> Any:
    """A function that finds the day that stands alone on a line; "" on other lines."""
    from tally.transfer.dates import shape_of

    def day(line: Line) -> str:
        filled = [cell.strip() for cell in line.cells if cell.strip()]
        return filled[0] if len(filled) == 1 and shape_of(filled[0], today) else ""

    return day


def _own_columns(table: FoundTable) -> list[Column]:
    return [Column(OWN_ROLES.get(name, "-"), read_heading(name)) for name in table.header]


def _with_choices(guessed: list[Column], choices: Choices, own: bool) -> Iterator[Column]:
    entries = choices.columns
    if len(entries) > len(guessed):
        raise BadChoice(
            "columns", f"The table has {len(guessed)} columns; these are {len(entries)}."
        )
    repeated: ColumnChoice | None = None
    for place, column in enumerate(guessed):
        entry = entries[place] if place < len(entries) else None
        if (
            entry is None
            and repeated is not None
            and column.role in (*AMOUNTS, "-")
            and not column.money
        ):
            entry = repeated
        if entry is not None and entry.repeats:
            repeated = entry
        yield column if entry is None or own else _said(column, entry)


def _said(column: Column, entry: ColumnChoice) -> Column:
    if entry.role not in AMOUNTS:
        return replace(column, role=entry.role, consumption_type="", unit="", money="")
    unit = column.unit or column.heading.unit if entry.unit is None else entry.unit
    # A copy is no longer the heading itself, so that it is known as said.
    name = "".join(entry.consumption_type) if entry.consumption_type else ""
    said = Said(name) if name else ""
    return replace(
        column,
        role=entry.role,
        consumption_type=said,
        unit=Said(unit) if entry.unit else unit,
        money="",
    )


class Said(str):
    """A chosen type or unit."""

    __slots__ = ()


# Evidence -----------------------------------------------------------------------------------------


def _with_evidence(plan: Plan) -> Plan:
    """The order of dates, the decimal mark, the step and more that only all rows can tell."""
    orders, marks, signs, rows = _evidence(plan)
    delimiter = plan.source.delimiter
    plan = replace(
        plan,
        negative=plan.choices.negative or signs.decided(),
        marked=marks.example,
        unclear=marks.unclear,
        asks_dots=marks.asks_dots(delimiter, has_dotted_dates=orders.has_dots),
        dated=orders.example,
        order=plan.choices.order or orders.decided(plan.reader.order),
        mark=plan.choices.mark or marks.decided(delimiter),
        rows=rows,
    )
    return _with_steps(plan)


def _evidence(plan: Plan) -> tuple[DateOrders, DecimalMarks, Signs, int]:
    """The evidence of the dates and numbers in all rows, and the number of rows."""
    signed = _places(plan.columns, "value") if plan.choices.guess_negative else []
    dates = _places(plan.columns, "date", "start", "end")
    numbers = _places(plan.columns, *AMOUNTS, "cost", "price")
    beside = [
        place
        for place, column in enumerate(plan.columns)
        if column.role == "-" and column.has_numbers
    ]
    orders, marks, signs = DateOrders(plan.reader.today), DecimalMarks(), Signs()
    for column in plan.columns:
        if column.day:
            orders.see(column.day)
    rows = 0
    for row in plan.lines():
        rows += 1
        _see_dates(orders, _cells_at(dates, row), row.above)
        for text in _cells_at(numbers, row):
            if "," in text or "." in text:
                marks.see(text)
        for text in _cells_at(beside, row):
            marks.see_beside(text)
        for text in _cells_at(signed, row):
            signs.see(text)
    return orders, marks, signs, rows


def _see_dates(orders: DateOrders, texts: list[str], above: str) -> None:
    for text in texts:
        written = text.strip()
        if written and not _ISO_DAY.match(written):
            orders.see(written)
    if above:
        orders.see(above)


def _places(columns: Sequence[Column], *roles: Role) -> list[int]:
    """The indices of the columns with one of these roles."""
    return [place for place, column in enumerate(columns) if column.role in roles]


def _cells_at(places: list[int], row: Cells) -> list[str]:
    """The cells at these places, as far as the row reaches."""
    width = len(row.cells)
    return [row.cells[place] for place in places if place < width]


def _with_steps(plan: Plan) -> Plan:
    """The plan with the distance of the first rows, and whether their ends meet their starts."""
    start, end = plan.place("start"), plan.place("end")
    place = start if start is not None else plan.place("date")
    if place is None or not plan.rows:
        return plan
    readers = {at: plan.dates(plan.columns[at]) for at in (place, end) if at is not None}
    clock = plan.place("time")
    starts: list[int] = []
    first_days: set[date] = set()
    last_days: list[tuple[date, date]] = []
    for row in islice(plan.lines(), _STEP_ROWS):
        begin = _moment(readers[place], row.cells, place)
        if begin is None:
            continue
        seconds = begin.instant
        if seconds is None:
            second = begin.second
            if second is None and clock is not None:
                second = _clock(row.cells, clock)
            seconds = begin.first.toordinal() * 86_400 + (second or 0)
        starts.append(seconds)
        if end is not None:
            until = _moment(readers[end], row.cells, end)
            if until is not None and until.second != 0:
                first_days.add(begin.first)
                last_days.append((begin.first, until.first))
    meeting = [last for first, last in last_days if last > first and last in first_days]
    longer = [last for first, last in last_days if last > first]
    falls = sum(later < earlier for earlier, later in pairwise(starts))
    return replace(
        plan,
        step=_step(sorted(set(starts))),
        meets=bool(meeting) and len(meeting) * 3 >= len(longer),
        descending=falls * 2 > len(starts),
    )


def _moment(reader: DateReader, cells: Sequence[str], place: int) -> Moment | None:
    try:
        return reader.read(cells[place].strip())[0] if place < len(cells) else None
    except ValueError:
        return None


def _clock(cells: Sequence[str], place: int) -> int | None:
    from tally.transfer.clocks import read_clock

    try:
        return read_clock(cells[place])[0] if place < len(cells) else None
    except ValueError:
        return None


def _step(starts: list[int]) -> int | None:
    """Seconds between most of the rows, where they stand within a day."""
    steps = Counter(later - earlier for earlier, later in pairwise(starts))
    if not steps:
        return None
    step, times = steps.most_common(1)[0]
    return step if times * 5 >= sum(steps.values()) * 4 and step <= 86_400 else None


def _is_typed(column: Column) -> bool:
    """Whether the type of an amount was chosen for its column."""
    return bool(column.consumption_type) and column.consumption_type is not column.heading.name


def _is_of_series(column: Column) -> bool:
    """Whether an amount is one of a series, such as the hours of a day, which has one type."""
    return column.second is not None or bool(column.day) or bool(column.month)


def _asks(plan: Plan) -> Iterator[str]:
    """The choices that no file can answer for itself, and that this one needs."""
    if not plan.rows:
        return
    has_date = plan.table.layout != "rows" or any(
        plan.place(role) is not None for role in ("date", "start", "end")
    )
    if not has_date or not plan.amounts or plan.typed_alike:
        yield "columns"
    elif plan.place("type") is None and not all(
        plan.type_of(plan.columns[place]) for place in plan.amounts
    ):
        yield "type"


def is_sum_row(cells: Sequence[str]) -> bool:
    """Whether the row says that it is a sum."""
    return is_sum(cell.strip() for cell in cells)


def day_headings(header: Sequence[str], today: date) -> list[int]:
    """The indices of headings that are days."""
    return [place for place, heading in enumerate(header) if day_in(heading, today)]
