"""The tables of a file: their places, the one with most dated rows, their headings. Pure.

A file may begin with an address, hold several tables one below another, put units into a second
heading line, dates across the top, or a date on a line of its own above its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from tally.transfer.cells.dates import shape_of
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.tables.header_lines import (
    header_over,
    is_number,
    names_amount,
    names_columns,
    names_with_day,
    parts_behind,
    unit_named,
    units_behind,
)
from tally.transfer.tables.heading_units import unit_in

# The most tables of one file that are told apart.
MAX_TABLES = 50

Layout = Literal["rows", "dates across", "dates above"]

_DIGITS = re.compile(r"[\d.]+")


@dataclass
class FoundTable:
    """A table: its header (empty without one), and the numbers of its first and last line.

    `units` are those of a second heading line, `parts` the names of one below headings over several
    columns; `unit` is that of all amounts, by the lines above the header; `above` is the first
    day that stands above its rows; `dated` counts the rows that have a day, `place` is the column
    where it stands; `begin` is the line of its title or header.
    """

    name: str
    header: tuple[str, ...]
    first: int
    last: int = 0
    dated: int = 0
    layout: Layout = "rows"
    units: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    unit: str = ""
    above: str = ""
    place: int = 0
    begin: int = 0

    @property
    def has_header(self) -> bool:
        return any(self.header)

    def goes_on(self, header: CsvLine | None) -> bool:
        """Whether a row with a day belongs to this table: no other header stands above the row."""
        return header is None or (self.layout == "rows" and _stripped(header.cells) == self.header)

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether the row repeats the header."""
        # The first cell decides for nearly all rows.
        return (
            bool(cells) and cells[0].strip() == self.header[0] and _stripped(cells) == self.header
        )


def tables_in(lines: Iterator[CsvLine], today: date, *, certain: bool = True) -> list[FoundTable]:
    """The tables of a file, in its order; without a dated row, the lines that may be a table.

    `certain`: bare numbers are no dates, however much they look like years or the days of a
    spreadsheet.
    """
    return _Finder(today, certain=certain).find(lines)


@dataclass
class _Finder:
    """Reads the lines of a file one by one; each goes to the table that it belongs to."""

    today: date
    certain: bool
    tables: list[FoundTable] = field(default_factory=list)
    # Lines without a day since the last one that had one.
    waiting: list[CsvLine] = field(default_factory=list)
    title: str = ""
    title_line: int = 0
    # The number of the first line with the day of the rows below it, 0 without one; and that day.
    section: int = 0
    above: str = ""
    # The number of a line that names a table as Fuelio does, `## Log`, since the last row; else 0.
    marker: int = 0
    # The first line that names columns, and the heading of days above the present line.
    names: CsvLine | None = None
    across: CsvLine | None = None
    # The cells of the row with which the last table began.
    first_row: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.is_dated = lru_cache(8192)(self._is_dated)

    def find(self, lines: Iterable[CsvLine]) -> list[FoundTable]:
        number = 0
        for line in lines:
            number = line.number
            self._feed(line)
        if not self.tables:
            self._without_days()
        for table, following in zip(self.tables, self.tables[1:], strict=False):
            table.last = table.last or following.begin - 1
        if self.tables:
            self.tables[-1].last = self.tables[-1].last or number
        return [table for table in self.tables if table.dated or len(self.tables) == 1]

    def _feed(self, line: CsvLine) -> None:
        cells = line.cells
        current = self.tables[-1] if self.tables else None
        # Most rows are like the row before.
        if (
            current is not None
            and not self.waiting
            and current.layout == "rows"
            and len(cells) > current.place
            and self.is_dated(cells[current.place])
        ):
            current.dated += 1
            return
        filled = [place for place, cell in enumerate(cells) if cell and not cell.isspace()]
        if not filled or line.fault:
            return
        days = [place for place in filled if self.is_dated(cells[place])]
        if days and names_with_day(cells, days):
            days = []
        if len(filled) == 1 or (len(filled) == 2 and cells[filled[0]].startswith("##")):
            self._alone(line, cells[filled[0]], bool(days))
        elif self.across is not None and not days:
            self._under_dates(self.across, line, filled)
        elif days and self._runs_across(cells, filled, days):
            self.across = line
        elif days:
            self.across = None
            self._dated(line, days)
        elif self.section and any(map(is_number, (cells[place] for place in filled))):
            self._under_section(line)
        else:
            self._close()
            self._wait(line)
            if self.names is None and names_columns(cells, len(cells)):
                self.names = line

    def _alone(self, line: CsvLine, cell: str, is_day: bool) -> None:
        """A line with one cell: a day above its rows, or a title."""
        text = cell.strip().strip("#= ")
        if is_day and len(line.cells) <= 1 + sum(not part for part in line.cells):
            if not self.section:
                self.section, self.above = line.number, text
        elif text:
            self.title, self.title_line = text, line.number
            self.marker = line.number if cell.startswith("##") else self.marker
            self._wait(line)

    def _close(self) -> None:
        """End the table above a marker, below which another one has its own header."""
        if self.marker and self.tables:
            self.tables[-1].last = self.tables[-1].last or self.marker - 1

    def _wait(self, line: CsvLine) -> None:
        self.waiting.append(line)
        del self.waiting[:-4]

    def _dated(self, line: CsvLine, days: list[int]) -> None:
        current = self.tables[-1] if self.tables else None
        header = self._header_over(days[0], len(line.cells))
        self.marker = 0
        if current is not None and not current.last and current.goes_on(header):
            current.dated += 1
            if current.layout == "rows":
                current.place = days[0]
        else:
            units = None if header is None else units_behind(self.waiting, header)
            parts = None if header is None else parts_behind(self.waiting, header, days[0])
            headings = [other.number for other in (header, units, parts) if other is not None]
            unit = unit_named(self._lines_above(header or line))
            self._begin(header, max(headings, default=line.number - 1) + 1, days[0], "rows")
            self.tables[-1].unit, self.first_row = unit, line.cells
            if units is not None:
                self.tables[-1].units = tuple(unit_in(cell) for cell in units.cells)
            if parts is not None:
                self.tables[-1].parts = _stripped(parts.cells)
            self.section = 0
        self.waiting.clear()

    def _lines_above(self, line: CsvLine) -> list[Sequence[str]]:
        """The lines above a header, after the last row; a table of one row says what is below."""
        waiting: list[Sequence[str]] = [
            other.cells for other in self.waiting if other.number < line.number
        ]
        if self.tables and self.tables[-1].dated == 1:
            return [self.tables[-1].header, self.first_row, *waiting]
        return waiting

    def _begin(self, header: CsvLine | None, first: int, place: int, layout: Layout) -> None:
        if len(self.tables) >= MAX_TABLES:
            self.tables[-1].dated += 1
            return
        cells = tuple(cell.strip() for cell in header.cells) if header else ()
        name = self.title or str(len(self.tables) + 1)
        begin = min(self.title_line or first, header.number if header else first)
        self.tables.append(
            FoundTable(name, cells, first, dated=1, place=place, layout=layout, begin=begin)
        )
        self.title, self.title_line = "", 0

    def _header_over(self, place: int, width: int) -> CsvLine | None:
        lines = list(self.waiting)
        if not self.tables:
            if self.names is not None and self.names not in lines:
                lines.insert(0, self.names)
            return header_over(lines, place, width, least=0)
        # A further table has the same heading over its days, words that are known, or a marker.
        same = self.tables[-1].header[place : place + 1]
        again = [line for line in lines if any(same) and _stripped(line.cells)[place:][:1] == same]
        return header_over(again, place, width, least=0) or header_over(
            lines, place, width, least=0 if self.tables[-1].last else 2
        )

    def _runs_across(self, cells: Sequence[str], filled: list[int], days: list[int]) -> bool:
        """Whether the line is a heading of days, with nothing but names before them."""
        others = [place for place in filled if place not in days]
        return (
            len(days) >= 2
            and (not others or max(others) < days[0])
            and len({cells[place] for place in days}) == len(days)
            and (len(days) > 2 or not self.tables)
            and not any(is_number(cells[place]) for place in others)
        )

    def _under_dates(self, across: CsvLine, line: CsvLine, filled: list[int]) -> None:
        """A row under a heading of days."""
        days = [place for place, cell in enumerate(across.cells) if self.is_dated(cell)]
        numbers = [place for place in filled if place in days and is_number(line.cells[place])]
        if not numbers:
            return
        current = self.tables[-1] if self.tables else None
        if (
            current is None
            or current.layout != "dates across"
            or current.header != _stripped(across.cells)
        ):
            self._begin(across, line.number, days[0], "dates across")
            self.tables[-1].dated = 0
        self.tables[-1].dated += len(numbers)

    def _under_section(self, line: CsvLine) -> None:
        """A row under a line that holds its day."""
        current = self.tables[-1] if self.tables else None
        if current is None or current.layout != "dates above":
            header = next(
                (
                    other
                    for other in reversed(self.waiting)
                    if names_amount(other, 0, len(line.cells))
                    or (
                        len([cell for cell in other.cells if cell.strip()]) > 1
                        and names_columns(other.cells, len(line.cells))
                    )
                ),
                None,
            )
            self._begin(header, self.section, 0, "dates above")
            self.tables[-1].dated, self.tables[-1].above = 0, self.above
        self.tables[-1].dated += 1
        self.waiting.clear()

    def _without_days(self) -> None:
        """A file without any day: the first line that names columns is a header to choose from."""
        if self.names is not None:
            self._begin(self.names, self.names.number + 1, 0, "rows")
            self.tables[-1].dated = 0

    def _is_dated(self, text: str) -> bool:
        """Whether a cell is a day, a longer time or a moment."""
        text = text.strip()
        if len(text) < 4 or not any(map(str.isdigit, text)):
            return False
        is_digits = bool(_DIGITS.fullmatch(text)) and text.count(".") < 2
        if is_digits and len(text) == 4 and self.certain:
            return False
        shape = shape_of(text, self.today)
        if is_digits and self.certain and (shape != "since 1970" or "." in text):
            return len(text) == 8 and text[:2] in ("19", "20") and shape == "day"
        return shape is not None


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells)
