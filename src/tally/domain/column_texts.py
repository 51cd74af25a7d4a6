"""The choices for the columns of a file, as text: `date,value:gas:m³,-`. Pure."""

import csv
from collections.abc import Iterable
from typing import NamedTuple


class ColumnText(NamedTuple):
    """The choice for one column; name and unit are None where it names none.

    repeats: it is the choice for all similar columns to its right, too.
    """

    role: str
    name: str | None = None
    unit: str | None = None
    repeats: bool = False


def entries_of(text: str) -> list[str]:
    """The entry of each column. Raises csv.Error."""
    return [entry.strip() for entry in next(csv.reader([text], strict=True, skipinitialspace=True))]


def columns_text(entries: Iterable[str]) -> str:
    """The columns as one field takes them: a line of CSV."""
    quoted = (
        '"' + entry.replace('"', '""') + '"' if set(entry) & set(',"\r\n') else entry
        for entry in entries
    )
    return ",".join(quoted)


def read_column(entry: str) -> ColumnText:
    """The parts of an entry; a type with a colon in its name needs a unit after it."""
    role, colon, rest = entry.removesuffix("*").strip().partition(":")
    name, second, unit = rest.rpartition(":") if ":" in rest else (rest, "", "")
    return ColumnText(
        role, name if colon else None, unit if second else None, repeats=entry.endswith("*")
    )


def column_text(column: ColumnText) -> str:
    """The entry with these parts."""
    parts = (column.role, column.name, column.unit)
    return ":".join(part for part in parts if part is not None) + "*" * column.repeats
