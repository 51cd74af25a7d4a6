"""The columns of files that Tally wrote, or that have columns of its names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tally.transfer.files.detect import FileKind
from tally.transfer.tables.columns import Column
from tally.transfer.tables.heading_roles import Role
from tally.transfer.tables.headings import read_heading
from tally.transfer.writers import COLUMNS, COLUMNS_OF_1_0

# Tally's columns in the words of `columns`; the parser of own rows reads the others.
_ROLES: dict[str, Role] = {
    "consumption_date": "date",
    "consumption_value": "value",
    "consumption_type": "type",
    "unit": "unit",
    "notes": "notes",
    "cost": "cost",
}
# A table with these columns has Tally's names, whichever others it has, and in any order.
_NAMED_BY = frozenset(("consumption_date", "consumption_value"))
_NAMED_BY_IN_JSON = _NAMED_BY | {"consumption_type"}
# The roles of other columns among Tally's own.
_ROLES_BESIDE: tuple[Role, ...] = ("notes", "tag", "cost", "price")


def is_own_header(header: Sequence[str], kind: FileKind) -> bool:
    """Whether Tally wrote the file: its header to the letter, in JSON the names that it needs."""
    if kind == "json":
        return set(header) >= _NAMED_BY_IN_JSON
    return header in (COLUMNS, COLUMNS_OF_1_0)


def has_own_names(header: Sequence[str]) -> bool:
    """Whether a table has columns of Tally's own names, and maybe others."""
    return set(header) >= _NAMED_BY


def own_columns(header: Sequence[str]) -> list[Column]:
    """The columns of a file that Tally wrote."""
    return [Column(_ROLES.get(name, "-"), read_heading(name)) for name in header]


def named_columns(columns: Sequence[Column]) -> Iterator[Column]:
    """Tally's own columns among guessed others, which keep a role that none of those has."""
    taken = {_ROLES.get(column.heading.text) for column in columns}
    for column in columns:
        name = column.heading.text
        if name in COLUMNS:
            yield column.settled(_ROLES.get(name, "-"))
        else:
            keeps = column.role in _ROLES_BESIDE and column.role not in taken
            # Money beside them may still be the price of one, or what was paid.
            doubt = column.doubt if column.doubt == "money" else None
            yield column if keeps else replace(column, role="-", doubt=doubt)
