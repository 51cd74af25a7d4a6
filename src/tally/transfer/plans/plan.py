"""The plan for reading a file: the choices of a person, and guesses for the rest.

planner.py makes it, from the whole file. Nothing in it depends on the records that the account has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from tally.domain.text import fold
from tally.domain.units import Units
from tally.transfer.cells.calendar_days import Order
from tally.transfer.cells.clocks import are_west
from tally.transfer.cells.date_parts import ISO_RANGE
from tally.transfer.cells.dates import DateReader
from tally.transfer.cells.values import DecimalMark, ValueReader
from tally.transfer.files.sources import Source
from tally.transfer.plans.choices import Choices, Negative
from tally.transfer.tables.columns import Column
from tally.transfer.tables.currency_names import currency_told, says_currency
from tally.transfer.tables.headings import AMOUNTS, Role
from tally.transfer.tables.period_sums import NO_SUMS, PeriodSums
from tally.transfer.tables.profiles import ReaderAccount
from tally.transfer.tables.structure import FoundTable
from tally.transfer.tables.table_rows import Cells, cell_at, rows_of
from tally.transfer.tables.two_ways import way_in

ENERGY = "kWh"
_POWER = {"W": Decimal("0.001"), "kW": Decimal(1)}
# The most columns that a sentence names.
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class Reader:
    """The account that the file is for, as far as it decides how the file is read.

    currency: of the account, "" without one; usual_currency: the one it would get; types: those it
    has, folded; unitless: those of them that it keeps without a unit, and in no currency.
    """

    today: date
    zone: tzinfo
    number_format: str = "auto"
    order: Order | None = None
    currency: str = ""
    usual_currency: str = ""
    units: Units = field(default_factory=Units)
    types: frozenset[str] = frozenset()
    unitless: frozenset[str] = frozenset()

    @property
    def account(self) -> ReaderAccount:
        return ReaderAccount(self.currency, self.units)


@dataclass(frozen=True)
class Plan:
    """All decisions about a file.

    `marked`, `dated`: the first amount with a decimal mark, the first date that may be read in
    several orders; `unclear`: the first amount whose mark may stand between thousands, `asks_dots`:
    that of `1.234` may; `step`: seconds between the rows, where they are regular; `meets`: the end
    of a row is the start of the next, and not included; `descending`: the newest row stands first;
    `sums`: the types that are sums of the others, and left out; `periods`: the rows that are;
    `whole`: the first of a month, or of a year, stands for all of it;
    `share`: the first amount in % of a workbook that may be a share of one: 55 % is 0.55 in it;
    `reasons`: the first column is that of Tally's own list of problems; `own`: Tally wrote it;
    `named`: it has columns of Tally's own names, in any order, and maybe others.
    """

    source: Source
    choices: Choices
    reader: Reader
    table: FoundTable
    tables: tuple[FoundTable, ...]
    columns: tuple[Column, ...]
    guessed: tuple[Column, ...] = ()
    order: Order | None = None
    mark: DecimalMark | None = None
    negative: Negative = "omit"
    marked: str = ""
    unclear: str = ""
    asks_dots: bool = False
    dated: str = ""
    step: int | None = None
    meets: bool = False
    descending: bool = False
    own: bool = False
    named: bool = False
    reasons: bool = False
    rows: int = 0
    first_rows: tuple[tuple[str, ...], ...] = ()
    sums: frozenset[str] = frozenset()
    periods: PeriodSums = NO_SUMS
    whole: Literal["month", "year"] | None = None
    share: Decimal | None = None
    asks: tuple[str, ...] = ()

    @property
    def amounts(self) -> list[int]:
        return places_of(self.columns, *AMOUNTS)

    def place(self, role: Role) -> int | None:
        """The index of the first column with the role; None without one."""
        return next(
            (place for place, column in enumerate(self.columns) if column.role == role), None
        )

    def is_chosen(self, place: int) -> bool:
        """Whether a person said what the column at a place is."""
        return any(self.choices.columns[place : place + 1])

    @property
    def money(self) -> Column | None:
        """The column of costs or of prices; None without one."""
        places = (self.place("cost"), self.place("price"))
        return next((self.columns[place] for place in places if place is not None), None)

    @property
    def percentages(self) -> list[int]:
        """The places of the amounts in %."""
        return [
            place
            for place in self.amounts
            if self.known_unit(self.unit_of(self.columns[place])) == "%"
        ]

    def comes_in(self, cells: Sequence[str], place: int) -> bool | None:
        """Whether the amount at a place came in, by its column or the row's direction.

        None if the direction says neither. Where the directions are types of their own, no amount
        did.
        """
        direction = self.place("direction")
        if direction is not None:
            return way_in(cell_at(cells, direction))
        return self.columns[place].comes_in and self.place("type") is not None

    def is_reversed(self, cells: Sequence[str], place: int) -> bool | None:
        """Whether the sign of the amount at a place is reversed in its record.

        It is for an amount that came in, and for a column of outgoings below zero. None if the
        direction says neither.
        """
        return self.columns[place].is_negated or self.comes_in(cells, place)

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
    def usual_money(self) -> str:
        """The currency of amounts that name none: the account's, or the one of all rows.

        "" where the units of amounts are no currencies.
        """
        unit = self.place("unit")
        if unit is None or not says_currency(self.columns[unit].heading):
            return ""
        in_file = next((self.columns[place].currency for place in self.amounts), "")
        return self.reader.currency or currency_told(in_file)

    @property
    def currencies_place(self) -> int | None:
        """The index of the column whose cells name the currency of their row; None without one."""
        columns = enumerate(self.columns)
        return next((place for place, column in columns if says_currency(column.heading)), None)

    @property
    def has_readings(self) -> bool:
        """Whether a column holds readings of meters."""
        return self.place("reading") is not None or (self.named and "reading" in self.table.header)

    @property
    def table_type(self) -> str:
        """The type of all amounts that say none themselves."""
        return self.choices.consumption_type or self.source.suggested_type

    def type_of(self, column: Column) -> str:
        """The type of an amount, if no cell names it."""
        if _is_typed(column):
            return column.consumption_type
        if self.choices.consumption_type and column not in self.typed_alike:
            return self.choices.consumption_type
        several = len(self.amounts) > 1 and not self.is_of_series(column)
        if several and self.table.has_header:
            return column.heading.name
        return self.table_type or self._type_over(column)

    def _type_over(self, column: Column) -> str:
        """The heading of the only amount, if the account has that type and no cell names one."""
        name = "" if self.fills_one else column.heading.name
        return name if fold(name) in self.reader.types and self.place("type") is None else ""

    @property
    def fills_one(self) -> bool:
        """Whether each row fills an amount or a reading of one type."""
        amounts = [self.columns[place] for place in self.amounts]
        roles = {column.role for column in amounts if column.fills_one}
        return len(amounts) == len(roles) == len(AMOUNTS)

    def is_of_series(self, column: Column) -> bool:
        """Whether an amount is one of a series of one type, such as the hours of a day."""
        is_named = bool(column.day or column.month or column.day_of_month)
        return is_named or column.second is not None or self.fills_one

    @cached_property
    def typed_alike(self) -> tuple[Column, ...]:
        """The columns that would be one type, though each may be one of its own.

        `type` makes them one, or headings that are alike in one unit, or a column of types beside
        amounts in one unit. One column beside others whose types are chosen is none of them.
        """
        if self.own:
            return ()
        amounts = [self.columns[place] for place in self.amounts]
        if self.place("type") is not None:
            return self._alike_by_cells(amounts)
        columns = [
            column for column in amounts if not _is_typed(column) and not self.is_of_series(column)
        ]
        if not self.choices.consumption_type:
            columns = self._twins(columns)
        return tuple(columns) if len(columns) > 1 else ()

    def _alike_by_cells(self, amounts: Sequence[Column]) -> tuple[Column, ...]:
        """The columns that a cell of the row gives one type, and that have one unit.

        What came in beside what went out, and readings beside amounts, are told row by row.
        """
        series: dict[tuple[Role, str], list[Column]] = {}
        for column in amounts:
            if not (_is_typed(column) or self.is_of_series(column) or column.is_way):
                unit = fold(self.known_unit(self.unit_of(column)))
                series.setdefault((column.role, unit), []).append(column)
        most = max(series.values(), key=len, default=[])
        return tuple(most) if len(most) > 1 else ()

    def _twins(self, columns: Sequence[Column]) -> list[Column]:
        """The columns whose heading and unit another one has as well."""
        if not self.table.has_header:
            return []
        series = [
            (fold(column.heading.name), fold(self.known_unit(self.unit_of(column))))
            for column in columns
        ]
        times = Counter(series)
        return [column for column, own in zip(columns, series, strict=True) if times[own] > 1]

    @cached_property
    def _twins_asked(self) -> list[Column]:
        return self._twins(self.typed_alike)

    @property
    def type_alike(self) -> str:
        """The type that they would be."""
        place = self.place("type")
        if place is not None:
            return self.columns[place].heading.text
        return self.choices.consumption_type or self.typed_alike[0].heading.name

    @property
    def names_alike(self) -> str:
        """The headings of the columns that would be one type, the first where they are many."""
        names = [column.heading.text or "one without a heading" for column in self.typed_alike]
        return ", ".join(names[:_NAMES_SHOWN] + ["…"] * (len(names) > _NAMES_SHOWN))

    def unit_of(self, column: Column) -> str:
        """The unit of an amount as it is written, if no cell names it."""
        unit = column.unit or self._unit_beside or self.choices.unit
        return ENERGY if self.is_energy(column) else unit

    @property
    def _unit_beside(self) -> str:
        """The unit of an amount or a reading by the other one of its pair; "" without one."""
        units = (self.columns[place].unit for place in self.amounts)
        return next(filter(None, units), "") if self.fills_one else ""

    def is_energy(self, column: Column) -> bool:
        """Whether the column holds mean power, which is energy over a regular step."""
        if self.step is None or self.reader.units.find(column.heading.unit) not in _POWER:
            return False
        if isinstance(column.unit, Chosen):
            return self.reader.units.find(column.unit) == ENERGY
        find = self.reader.units.find
        return not self.choices.unit or find(self.choices.unit) != find(column.heading.unit)

    def factor_of(self, column: Column) -> Decimal:
        """The factor by which an amount of the column is multiplied."""
        factor = self.choices.factor or Decimal(1)
        if self.is_energy(column) and self.step:
            unit = self.reader.units.find(column.heading.unit) or ""
            factor *= _POWER[unit] * self.step / 3600
        return factor

    def lines(self) -> Iterator[Cells]:
        """The rows of the table, from the beginning each time, without blank ones."""
        return rows_of(self.source, self.table, self.reasons, self.named, self.reader.today)

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
    def table_names(self) -> Sequence[str]:
        """The tables, sheets or files to choose from; none where there is one."""
        names = [table.name for table in self.tables]
        names = list(self.source.parts) if len(names) < 2 else names
        return names if len(names) > 1 else []

    @property
    def table_name(self) -> str:
        return self.source.part if len(self.tables) < 2 else self.table.name

    def _told(self, column: Column) -> str:
        if column.is_open:
            # A choice that is asked for is left out, or it would be sent back as an answer.
            return ""
        if column.role not in AMOUNTS:
            return column.role
        if column in self._twins_asked:
            # With its type it would be sent back as a choice of the person.
            return column.role
        several = len(self.amounts) > 1 and self.place("type") is None and not self.own
        name = self.type_of(column)
        if column.day or not several or not name or self.fills_one:
            return column.role
        return f"{column.role}:{name}:{self.known_unit(self.unit_of(column))}"


class Chosen(str):
    """A chosen type or unit."""

    __slots__ = ()


def places_of(columns: Sequence[Column], *roles: Role) -> list[int]:
    """The indices of the columns with one of these roles."""
    return [place for place, column in enumerate(columns) if column.role in roles]


def _is_typed(column: Column) -> bool:
    """Whether the type of an amount was chosen for its column."""
    return bool(column.consumption_type) and isinstance(column.consumption_type, Chosen)
