"""The plan for reading a file: the choices of a person, and guesses for the rest.

planner.py makes it, from the whole file. Nothing in it depends on the records that the account has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from tally.transfer.cells.clocks import are_west
from tally.transfer.cells.date_parts import ISO_RANGE
from tally.transfer.cells.dates import DateReader
from tally.transfer.cells.values import ValueReader
from tally.transfer.plans.amount_names import AmountNames
from tally.transfer.plans.choices import Choices, Negative
from tally.transfer.plans.evidence import NO_NOTATION, NO_ROWS, Notation, RowEvidence
from tally.transfer.plans.file_money import FileMoney
from tally.transfer.plans.reader import Reader
from tally.transfer.tables.columns import Column, TableColumns
from tally.transfer.tables.table_rows import Cells, ChosenTable, cell_at
from tally.transfer.tables.two_ways import way_in


@dataclass(frozen=True)
class Plan:
    """All decisions about a file: its table, its columns, and how their cells are read.

    `guessed`: the columns without the choices of a person; `first_rows`: the cells of some rows;
    `negative`: the choice for amounts below zero; `share`: the first amount in % of a workbook
    that may be a share of one: 55 % is 0.55 in it; `asks`: the choices that the file needs.
    """

    choices: Choices
    reader: Reader
    table: ChosenTable
    columns: TableColumns
    guessed: TableColumns
    first_rows: tuple[tuple[str, ...], ...] = ()
    notation: Notation = NO_NOTATION
    rows: RowEvidence = NO_ROWS
    negative: Negative = "omit"
    share: Decimal | None = None
    asks: tuple[str, ...] = ()

    @cached_property
    def names(self) -> AmountNames:
        """The types and units of the amounts."""
        return AmountNames(self.columns, self.table, self.choices, self.reader, self.rows.step)

    @cached_property
    def money(self) -> FileMoney:
        """The costs and their currency."""
        return FileMoney(self.columns, self.reader)

    @property
    def has_readings(self) -> bool:
        """Whether a column holds readings of meters."""
        return self.columns.have("reading") or (self.table.named and "reading" in self.table.header)

    def is_chosen(self, place: int) -> bool:
        """Whether a person said what the column at a place is."""
        return any(self.choices.columns[place : place + 1])

    def comes_in(self, cells: Sequence[str], place: int) -> bool | None:
        """Whether the amount at a place came in, by its column or the row's direction.

        None if the direction says neither. False for all amounts if the directions are their types.
        """
        direction = self.columns.place("direction")
        if direction is not None:
            return way_in(cell_at(cells, direction))
        way = self.columns[place].way
        return way is not None and way.comes_in and self.columns.have("type")

    def is_reversed(self, cells: Sequence[str], place: int) -> bool | None:
        """Whether the sign of the amount at a place is reversed in its record.

        It is reversed for an amount that came in, and in a column of outgoings below zero. None if
        the direction says neither.
        """
        way = self.columns[place].way
        return True if way is not None and way.is_negated else self.comes_in(cells, place)

    def lines(self) -> Iterator[Cells]:
        """The rows of the table, from the beginning each time, without blank ones."""
        return self.table.rows(self.reader.today)

    def dates(self, column: Column) -> DateReader:
        """The reader of the dates of a column."""
        place = self.columns.index(column)
        cells = (cell for row in self.first_rows for cell in row[place : place + 1])
        ranges = list(filter(ISO_RANGE.fullmatch, cells))
        return DateReader(
            self.reader.today,
            self.reader.zone,
            self.notation.order,
            column.heading.zone,
            day_numbers=True,
            has_ranges=bool(ranges) and not are_west(ranges),
        )

    def values(self) -> ValueReader:
        """The reader of the amounts."""
        return ValueReader(
            self.notation.mark, self.reader.number_format, asks_dots=self.notation.asks_dots
        )
