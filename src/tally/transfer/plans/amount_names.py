"""The types and the units of the amounts of a file, as far as no cell of a row names them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from tally.domain.text import fold
from tally.transfer.cells.clocks import DAY_SECONDS
from tally.transfer.cells.names import words
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.reader import Reader
from tally.transfer.tables.columns import Column, TableColumns
from tally.transfer.tables.heading_roles import Role, parts_of_name
from tally.transfer.tables.meter_numbers import POWER
from tally.transfer.tables.table_rows import ChosenTable

ENERGY = "kWh"
# Power below one of these is the highest, no mean; that of a demand is, if there is one a day.
_PEAKS = words(
    """
    peak max maximum highest spitze spitzenleistung maximal maximale hochste hochstleistung piek
    pic pointe pico picco massima maxima toppeffekt hogsta effekttopp szczyt
    """
)
_DEMANDS = words("demand demanda lastspitze leistungsspitze")
# The most columns that a sentence names.
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class AmountNames:
    """The type and the unit of each amount: chosen, by its heading, or that of the whole file.

    `step`: seconds between the rows; mean power over it is energy. None if it is not regular.
    """

    columns: TableColumns
    table: ChosenTable
    choices: Choices
    reader: Reader
    step: int | None

    @property
    def table_type(self) -> str:
        """The type of all amounts that say none themselves."""
        return self.choices.consumption_type or self.table.source.suggested_type

    def type_of(self, column: Column) -> str:
        """The type of an amount, if no cell names it; "" if nothing does."""
        if column.type_chosen:
            return column.consumption_type
        if self.choices.consumption_type and column not in self.alike:
            return self.choices.consumption_type
        several = len(self.columns.amounts) > 1 and not self.is_of_series(column)
        if several and self.table.has_header:
            return column.heading.name
        return self.table_type or self._type_over(column)

    def _type_over(self, column: Column) -> str:
        """The heading of the only amount, if the account has that type and no cell names one."""
        name = "" if self.columns.fill_one else column.heading.name
        return name if fold(name) in self.reader.types and not self.columns.have("type") else ""

    def is_of_series(self, column: Column) -> bool:
        """Whether an amount is one of a series of one type, such as the hours of a day."""
        return column.part is not None or self.columns.fill_one

    # Units ----------------------------------------------------------------------------------------

    def unit_of(self, column: Column) -> str:
        """The unit of an amount as it is written, if no cell names it; "" if nothing does."""
        unit = column.unit or self._unit_beside or self.choices.unit
        return ENERGY if self.is_energy(column) else unit

    def known_unit_of(self, column: Column) -> str:
        """The unit of an amount as the account writes it."""
        return self.reader.known_unit(self.unit_of(column))

    @property
    def _unit_beside(self) -> str:
        """The unit of an amount or a reading by the other one of its pair; "" without one."""
        units = (column.unit for column in self.columns.amounts)
        return next(filter(None, units), "") if self.columns.fill_one else ""

    @property
    def percentages(self) -> list[int]:
        """The places of the amounts in %."""
        return [
            place
            for place in self.columns.amount_places
            if self.known_unit_of(self.columns[place]) == "%"
        ]

    def is_energy(self, column: Column) -> bool:
        """Whether the column holds mean power, which is energy over a regular step."""
        find = self.reader.units.find
        is_power = find(column.heading.unit) in POWER and column.role != "reading"
        if self.step is None or not is_power:
            return False
        if self._is_highest(column) and not column.unit_chosen:
            return False
        if column.unit_chosen:
            return find(column.unit) == ENERGY
        return not self.choices.unit or find(self.choices.unit) != find(column.heading.unit)

    def _is_highest(self, column: Column) -> bool:
        """Whether the heading of power is that of the highest in each step, such as `Peak kW`."""
        named = set(parts_of_name(column.heading.name))
        return not _PEAKS.isdisjoint(named) or (
            self.step == DAY_SECONDS and not _DEMANDS.isdisjoint(named)
        )

    def times_of(self, column: Column) -> int:
        """The multiple in the heading of an amount; who chooses another unit means that one."""
        is_other = self.reader.known_unit(column.unit) != self.reader.known_unit(
            column.heading.unit
        )
        return 1 if column.unit_chosen and is_other else column.heading.times

    def factor_of(self, column: Column) -> Decimal:
        """The factor by which an amount of the column is multiplied."""
        factor = self.plain_factor_of(column)
        if self.is_energy(column):
            factor *= self._energy_of(self.reader.units.find(column.heading.unit) or "")
        return factor

    def plain_factor_of(self, column: Column) -> Decimal:
        """The factor without that of power, of an amount with a unit of its own."""
        return (self.choices.factor or Decimal(1)) * self.times_of(column)

    def energy_in(self, column: Column, unit: str) -> Decimal | None:
        """The energy of power in a row's own unit, over a step within the day; None of others.

        A person may choose a unit of power, to keep it.
        """
        find = self.reader.units.find
        chosen = column.unit if column.unit_chosen else self.choices.unit
        is_step = self.step is not None and self.step < DAY_SECONDS
        if not is_step or find(chosen) in POWER or self._is_highest(column):
            return None
        power = find(unit)
        return self._energy_of(power) if power in POWER else None

    def _energy_of(self, power: str) -> Decimal:
        """The kilowatt hours of one of a unit of power over a step."""
        return POWER[power] * (self.step or 0) / 3600

    # Columns of one type --------------------------------------------------------------------------

    @cached_property
    def alike(self) -> tuple[Column, ...]:
        """The columns that would share one type, though each may have a type of its own.

        The choice `type` has them share one, or equal headings in one unit, or a column of types
        beside amounts in one unit. A single column beside others with chosen types is not counted.
        """
        if self.table.own:
            return ()
        if self.columns.have("type"):
            return self._alike_by_cells()
        columns = [
            column
            for column in self.columns.amounts
            if not column.type_chosen and not self.is_of_series(column)
        ]
        if not self.choices.consumption_type:
            columns = self._twins(columns)
        return tuple(columns) if len(columns) > 1 else ()

    def _alike_by_cells(self) -> tuple[Column, ...]:
        """The columns with one unit, which share the type in the cells of their row.

        Columns of money that came in or went out are not counted, nor are readings beside amounts.
        """
        series: dict[tuple[Role, str], list[Column]] = {}
        for column in self.columns.amounts:
            if not (column.type_chosen or self.is_of_series(column) or column.way):
                unit = fold(self.known_unit_of(column))
                series.setdefault((column.role, unit), []).append(column)
        most = max(series.values(), key=len, default=[])
        return tuple(most) if len(most) > 1 else ()

    @cached_property
    def twins(self) -> list[Column]:
        """The columns of `alike` whose heading and unit another one of these has as well."""
        return self._twins(self.alike)

    def _twins(self, columns: Sequence[Column]) -> list[Column]:
        if not self.table.has_header:
            return []
        series = [
            (fold(column.heading.name), fold(self.known_unit_of(column))) for column in columns
        ]
        times = Counter(series)
        return [column for column, own in zip(columns, series, strict=True) if times[own] > 1]

    @property
    def alike_type(self) -> str:
        """The type that the columns of `alike` would share, or the heading of the types."""
        place = self.columns.place("type")
        if place is not None:
            return self.columns[place].heading.text
        return self.choices.consumption_type or self.alike[0].heading.name

    @property
    def alike_headings(self) -> str:
        """The headings of the columns that would be one type, the first where they are many."""
        names = [column.heading.text or "one without a heading" for column in self.alike]
        return ", ".join(names[:_NAMES_SHOWN] + ["…"] * (len(names) > _NAMES_SHOWN))
