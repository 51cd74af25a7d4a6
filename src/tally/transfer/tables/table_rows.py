"""The rows of a table among the lines of its file, each with the day that stands above it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tally.transfer.cells.dates import shape_of
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.files.sources import Source
from tally.transfer.tables.structure import FoundTable
from tally.transfer.tables.sums import is_sum
from tally.transfer.writers import unguard


class Cells(NamedTuple):
    """A row as it is read: `above` is the day on a line of its own above it."""

    number: int
    cells: Sequence[str]
    above: str = ""
    fault: str = ""


def rows_of(
    source: Source, table: FoundTable, reasons: bool, named: bool, today: date
) -> Iterator[Cells]:
    """The rows of a table, without blank ones and without its header, also where it repeats.

    `reasons`: the first column is that of Tally's own list of problems, and is left out. `named`:
    the columns have Tally's own names. In text files of both kinds cells are guarded against
    spreadsheets; they are returned without their guards.
    """
    above = ""
    is_guarded = (named or reasons) and source.kind == "text"
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
        day = _day_alone(line, today) if table.layout == "dates above" else ""
        if day:
            above = day
        elif not (table.has_header and table.is_header(cells)):
            yield Cells(number, cells, above, fault)


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
