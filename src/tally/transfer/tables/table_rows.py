"""The rows of a table among the lines of its file, each with the day that stands above it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tally.transfer.cells.dates import shape_of
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.files.sources import Source
from tally.transfer.tables.structure import FoundTable, Layout
from tally.transfer.tables.sums import is_sum
from tally.transfer.writers import unguard

# A cell of the line below the header of a table in Markdown.
_RULE = re.compile(r":?-{3,}:?")


class Cells(NamedTuple):
    """A row as it is read: `above` is the day on a line of its own above it."""

    number: int
    cells: Sequence[str]
    above: str = ""
    fault: str = ""


@dataclass(frozen=True)
class ChosenTable:
    """The table of a file that is read, among all its tables.

    `own`: Tally wrote the file; `named`: the table has columns of Tally's own names, in any order,
    and maybe others; `reasons`: its first column is that of Tally's own list of problems, which is
    left out.
    """

    source: Source
    table: FoundTable
    tables: tuple[FoundTable, ...]
    own: bool
    named: bool
    reasons: bool

    @property
    def header(self) -> tuple[str, ...]:
        return self.table.header

    @property
    def has_header(self) -> bool:
        return self.table.has_header

    @property
    def layout(self) -> Layout:
        return self.table.layout

    @property
    def name(self) -> str:
        """The name by which it is chosen: that of its sheet or file, if it stands alone there."""
        return self.source.part if len(self.tables) < 2 else self.table.name

    @property
    def names(self) -> Sequence[str]:
        """The tables, sheets or files to choose from; none where there is one."""
        names = [table.name for table in self.tables]
        names = list(self.source.parts) if len(names) < 2 else names
        return names if len(names) > 1 else []

    def rows(self, today: date) -> Iterator[Cells]:
        """The rows without blank ones, rules and the header, also where it repeats.

        In text files of Tally's own kinds cells are guarded against spreadsheets; they are returned
        without their guards.
        """
        table, above = self.table, ""
        is_guarded = (self.named or self.reasons) and self.source.kind == "text"
        for line in self.source.lines():
            number, fault = line.number, line.fault
            if number < table.first:
                continue
            if number > table.last:
                return
            cells = line.cells[1:] if self.reasons and not fault else line.cells
            if all(map(_is_ruled, cells)) and not fault:
                continue
            if is_guarded:
                cells = [unguard(cell) for cell in cells]
            day = _day_alone(line, today) if table.layout == "dates above" else ""
            if day:
                above = day
            elif not (table.has_header and table.is_header(cells)):
                yield Cells(number, cells, above, fault)


def _is_ruled(cell: str) -> bool:
    """Whether a cell is empty, or of a rule: `---`, `:---:`."""
    return not cell or _RULE.fullmatch(cell.strip()) is not None


def _day_alone(line: CsvLine, today: date) -> str:
    """The day that stands alone on a line; "" on other lines."""
    filled = [cell.strip() for cell in line.cells if cell.strip()]
    return filled[0] if len(filled) == 1 and shape_of(filled[0], today) else ""


def is_sum_row(cells: Sequence[str]) -> bool:
    """Whether the row is a sum by its words."""
    return is_sum(cell.strip() for cell in cells)


def cell_at(cells: Sequence[str], place: int | None) -> str:
    """The cell at a place, stripped; "" where the row has no such cell."""
    return cells[place].strip() if place is not None and place < len(cells) else ""
