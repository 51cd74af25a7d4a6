"""The numbers of a chart as a table beside it. Pure."""

from dataclasses import dataclass
from typing import NamedTuple


class TableRow(NamedTuple):
    """A row of numbers: the address that its name leads to, or "", and its cells."""

    href: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberTable:
    """The numbers of a chart; the first cell of a row is its name."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[TableRow, ...]
