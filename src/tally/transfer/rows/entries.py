"""The results of reading rows: entries on their way to records, problems, counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from tally.transfer.tables.table_rows import Cells


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A refused row: the reason, its cells, and the choice (`order`, `decimal` …) that helps."""

    line: int
    message: str
    cells: Sequence[str] = ()
    asks: str = ""


class ReadingSeries(NamedTuple):
    """The type and the unit of amounts that belong together, both folded."""

    name: str
    unit: str


class RowEntry(NamedTuple):
    """An amount of a row.

    `day` is the last of `days`; `second` counts from midnight. `key` tells it from other amounts:
    last day and number of days as the file has them (not of an instant), time, folded type, folded
    unit, amount, notes. `record_id`: the id in a file of Tally's own. `opens`: it is the first of
    rows that cover the days since the row before, so that the file does not say its days.
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
    series: ReadingSeries
    key: tuple[str, ...]
    record_id: UUID | None = None
    created_at: datetime | None = None
    meter: int | None = None
    opens: bool = False


# The most types with their units that remarks are made about.
MAX_SERIES = 1_000


@dataclass
class Counts:
    """The numbers of cells that made no record, and remarks on cells that did.

    `series`: each type with a unit, and whether its amounts are readings; `mixed`: those of both
    amounts and readings; `paid_back`: the costs of what was returned; `power`: the unit of rows
    whose power was read as energy, "" of none.
    """

    rows: int = 0
    nothing: int = 0
    left_out: int = 0
    negative: int = 0
    first_negative: Decimal | None = None
    negative_types: set[str] = field(default_factory=set)
    rounded: int = 0
    foreign: int = 0
    paid_back: int = 0
    costs: int = 0
    texts: int = 0
    dotted: str = ""
    power: str = ""
    spellings: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    series: dict[tuple[str, str], bool] = field(default_factory=dict)
    mixed: set[tuple[str, str]] = field(default_factory=set)

    def see(self, entry: RowEntry) -> None:
        """Remember the type and the unit of an entry."""
        key, is_reading = (entry.consumption_type, entry.unit), entry.reading is not None
        if len(self.series) < MAX_SERIES and self.series.setdefault(key, is_reading) != is_reading:
            self.mixed.add(key)


def refused(row: Cells, message: str, asks: str = "") -> RowProblem:
    """A refused row."""
    cells = [printable(cell) for cell in row.cells]
    return RowProblem(row.number, printable(message), cells, asks)


def printable(cell: str) -> str:
    """The cell with a mark in place of each character that cannot be written."""
    if cell.isascii() and "\x00" not in cell:
        return str(cell)
    return (
        cell.replace("\x00", "\ufffd")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )
