"""The lines above the rows of a table: its header, and those of units and parts below. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tally.transfer.cells.clocks import is_clock
from tally.transfer.cells.names import plain_letters
from tally.transfer.cells.split_dates import series_of_days
from tally.transfer.cells.values import looks_like_amount
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.tables.heading_roles import AMOUNTS, ROLES, SAYS, Role
from tally.transfer.tables.heading_units import unit_in
from tally.transfer.tables.headings import read_heading, series_of_hours
from tally.transfer.tables.other_units import may_be_unit
from tally.transfer.tables.sums import is_sum

# Beside units some programs write how their dates are: `[dd.MM.yyyy]`.
_DATE_FORMAT = re.compile(
    r"\s*[\[(]?[dmyhs./: -]{0,12}yy[dmyhs./: -]{0,12}[\])]?\s*", re.IGNORECASE
)
# Units of what is no consumption, and whatever stands in square brackets: `[kWh/kWp]`.
_OTHER_UNITS = re.compile(
    r"\[[^\[\]]{1,12}\]|[kmM]?(?:V|A|VA|var|VAr|Hz|Wp|Ω)|°|%|h?Pa|m?bar|ppm|dBA?|lx|rpm"
    r"|(?:k?Wh|km|m|l)/\w{1,4}|W/m[2²]"
)
# A line with the unit alone: `# Unit: W`.
_UNIT_ALONE = re.compile(r"[#\s]*([^\W\d_]+)\s*[:=]\s*(\S{1,8})\s*")
# The roles of columns of days.
_OF_DAYS: tuple[Role, ...] = ("date", "start", "end")
# From this many known words on a line with a day is a header.
_NAMES_BESIDE_DAY = 3
_UNITS_TITLES = frozenset(
    ("unit", "units", "einheit", "eenheid", "unite", "unidad", "unita", "-", "", "[-]")
)


def header_over(lines: Sequence[CsvLine], place: int, width: int, *, least: int) -> CsvLine | None:
    """The line that names the columns best, of equals the nearest; None without one.

    The lines are those above a row of that width with a day at that place; `least`: the least
    number of known words of a header in the line, or of units beside a heading of days.
    """
    best, most = None, least
    naming = [line for line in lines if _may_name(line, place, width)]
    naming = naming or [line for line in lines[-1:] if names_amount(line, place, width)]
    if naming and all(map(_is_units, naming)):
        # Above the units the column of days may have no heading.
        naming += [line for line in lines if _names_others(line, place, width)]
    # `Day;kWh` are units, but are the header if no other one stands above.
    for line in [line for line in naming if not _is_units(line)] or naming:
        known = _count_known(line.cells, place)
        if known >= most:
            best, most = line, known
    return best


def units_behind(lines: Sequence[CsvLine], header: CsvLine) -> CsvLine | None:
    """The line of units below a header; None without one."""
    return next((line for line in lines if line.number > header.number and _is_units(line)), None)


def parts_behind(lines: Sequence[CsvLine], header: CsvLine, place: int) -> CsvLine | None:
    """The line below a header that names the parts of headings over several columns; or None.

    `place`: the column of the days, which has no parts.
    """
    return next(
        (
            line
            for line in lines
            if line.number > header.number and _is_parts(line, header.cells, place)
        ),
        None,
    )


def unit_named(lines: Sequence[Sequence[str]]) -> str:
    """The unit that the lines above a header name: behind `Unit`, or below it; "" without one.

    Below a heading of amounts as well it is the unit of these.
    """
    for cells, below in zip_longest(map(_unit_apart, lines), lines[1:], fillvalue=()):
        place = next((place for place, cell in enumerate(cells) if _says(cell, ("unit",))), None)
        if place is None or any(_says(cell, AMOUNTS) for cell in cells):
            continue
        behind = cells[place + 1 :] if len(list(filter(str.strip, cells))) == 2 else []
        for text in (*behind, *below[place : place + 1]):
            if unit_in(text) or may_be_unit(text.strip()):
                return text.strip()
    return ""


def _unit_apart(cells: Sequence[str]) -> Sequence[str]:
    """The cells of a line; `# Unit: W` in its only cell are two."""
    filled = list(filter(str.strip, cells))
    match = _UNIT_ALONE.fullmatch(filled[0]) if len(filled) == 1 else None
    return cells if match is None else match.groups()


def with_parts(header: Sequence[str], parts: Sequence[str]) -> Iterator[str]:
    """The headings with their parts: `Power (kWh)` over `day` and `night` applies to both."""
    above = ""
    for heading, part in zip_longest(header, parts, fillvalue=""):
        above = heading or above
        yield f"{above} {part}" if part else heading


def names_columns(cells: Sequence[str], width: int) -> bool:
    """Whether a line names columns of rows of that width, and is neither a row nor a sum."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if is_sum(filled[:1]) or len(cells) > 2 * width + 2:
        return False
    # Times of day are headings where there are several of them.
    clocks = {cell for cell in filled if is_clock(cell)}
    numbers = sum(is_number(cell) and (len(clocks) < 2 or cell not in clocks) for cell in filled)
    if numbers * 2 < len(filled):
        return True
    return counts_days(cells) or (
        series_of_hours([cell.strip() for cell in cells[1:] if cell.strip()]) is not None
    )


def names_amount(line: CsvLine, place: int, width: int) -> bool:
    """Whether the line has a heading with a unit over the only column beside that of the days."""
    cells = line.cells
    return len(cells) == width == 2 and not cells[place].strip() and _has_unit(cells[1 - place])


def names_with_day(cells: Sequence[str], days: Sequence[int]) -> bool:
    """Whether a line with a day still names columns: several known words, and no amount.

    Some programs write the day of the export behind the last heading.
    """
    others = [cell for place, cell in enumerate(cells) if cell.strip() and place not in days]
    return (
        len(days) == 1
        and not any(map(is_number, others))
        and sum(_says(cell, ROLES) for cell in others) >= _NAMES_BESIDE_DAY
        and _says(others[0], _OF_DAYS)
    )


def counts_days(cells: Sequence[str]) -> bool:
    """Whether a line counts the days of a month, after a cell for the months."""
    return min(series_of_days(cells), default=0) > 0


def is_number(text: str) -> bool:
    """Whether a cell is an amount; the first character decides for nearly all that are none."""
    return (
        bool(text)
        and (text[0].isdigit() or text[0] in "+-.,\u2212=$€£(")
        and looks_like_amount(text)
    )


def _may_name(line: CsvLine, place: int, width: int) -> bool:
    """Whether the line names several columns, including that of the days."""
    cells = line.cells
    return (
        sum(1 for cell in cells if cell.strip()) > 1
        and place < len(cells)
        and (bool(cells[place].strip()) or counts_days(cells))
        and names_columns(cells, width)
    )


def _names_others(line: CsvLine, place: int, width: int) -> bool:
    """Whether the line names each column except that of the days, all of them differently."""
    others = [cell.strip() for cell in line.cells[:place] + line.cells[place + 1 :]]
    return (
        len(line.cells) == width
        and not line.cells[place].strip()
        and len(set(filter(None, others))) == width - 1 > 1
        and not any(map(is_number, others))
    )


def _is_units(line: CsvLine) -> bool:
    """Whether the line is a second heading line, of units alone, some of them maybe unknown."""
    filled = [cell for cell in line.cells if cell.strip()]
    return any(map(_names_unit, filled)) and all(
        _names_unit(cell) or _OTHER_UNITS.fullmatch(cell.strip()) for cell in filled
    )


def _names_unit(cell: str) -> bool:
    """Whether a cell of a line of units is one, has none, or says how the dates are written."""
    return bool(
        unit_in(cell) or plain_letters(cell) in _UNITS_TITLES or _DATE_FORMAT.fullmatch(cell)
    )


def _is_parts(line: CsvLine, header: Sequence[str], place: int) -> bool:
    """Whether the line has words below headings, and one where the header has none."""
    filled = [at for at, cell in enumerate(line.cells) if cell.strip()]
    return (
        len(filled) > 1
        and place not in filled
        and not all("".join(header[at : at + 1]).strip() for at in filled)
        and not any(is_number(line.cells[at]) for at in filled)
        and not _is_units(line)
    )


def _count_known(cells: Sequence[str], place: int) -> int:
    """How many cells name the role of their column or, with days at that place, its unit."""
    has_days = _says(cells[place], _OF_DAYS)
    return sum(
        _says(cell, ROLES) or (has_days and _has_unit(cell)) for cell in filter(str.strip, cells)
    )


def _says(heading: str, roles: Sequence[Role]) -> bool:
    """Whether a heading names one of the roles."""
    read = read_heading(heading)
    return any(read.weight(role) >= SAYS for role in roles)


def _has_unit(heading: str) -> bool:
    """Whether a heading is a unit or ends with one, and is no amount: `12 kWh`, `about 12 kWh`."""
    read = read_heading(heading)
    return bool(read.unit) and not any(map(is_number, read.name.split()))
