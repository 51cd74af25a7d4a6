"""The choices of a person about a file: the fields of the form, read strictly. Pure."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast, get_args

from tally.domain.amounts import Unreadable, decimal_mark, read_number
from tally.domain.column_texts import entries_of, read_column
from tally.domain.fields import MAX_TYPE, choose_one_of, read_text, read_unit_text
from tally.domain.formatting import NUMBER_FORMATS
from tally.domain.text import quoted
from tally.transfer.cells.calendar_days import ORDERS, Order
from tally.transfer.cells.values import MARKS, DecimalMark
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import UNMATCHED
from tally.transfer.files.encodings import check_encoding
from tally.transfer.tables.heading_roles import ROLES, Role

MAX_COLUMNS_TEXT = 32_000

Negative = Literal["omit", "split", "flip"]
Falls = Literal["new", "rollover", "omit"]

FIELDS = (
    "columns", "type", "unit", "sheet", "table", "decimal", "numbers", "order", "encoding",
    "factor", "daily", "replace", "negative", "alike", "falls", "since", "returned",
)  # fmt: skip


class BadChoice(ValueError):
    """An impossible choice: the name of its field and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class ColumnChoice:
    """The choice for one column. `repeats`: it is the choice for all similar ones to its right."""

    role: Role
    consumption_type: str = ""
    unit: str | None = None
    repeats: bool = False


@dataclass(frozen=True)
class Choices:
    """All choices about a file; a choice that is empty or None is guessed.

    `guess_negative`: guess about amounts below zero, too; otherwise they are left out.
    """

    columns: tuple[ColumnChoice | None, ...] = ()
    consumption_type: str = ""
    unit: str = ""
    table: str = ""
    mark: DecimalMark | None = None
    order: Order | None = None
    encoding: str = ""
    factor: Decimal | None = None
    daily: bool = False
    replace: bool = False
    negative: Negative | None = None
    guess_negative: bool = False
    omit_alike: bool = False
    falls: Falls | None = None
    since: bool = False
    returned: str = ""


def read_choices(fields: Mapping[str, str]) -> Choices:
    """The choices among the fields of a form. Raises BadChoice."""
    text = {name: fields.get(name, "").strip() for name in FIELDS}
    return Choices(
        columns=_columns(text["columns"]),
        consumption_type=_line("type", text["type"], _read_type),
        unit=_line("unit", text["unit"], read_unit_text),
        table=text["table"] or text["sheet"],
        mark=_mark(text),
        order=cast("Order | None", _one_of("order", text["order"], ORDERS)),
        encoding=_encoding(text["encoding"]),
        factor=_factor(text["factor"]),
        daily=_flag("daily", text["daily"]),
        replace=_flag("replace", text["replace"]),
        negative=cast("Negative | None", _one_of("negative", text["negative"], get_args(Negative))),
        omit_alike=_one_of("alike", text["alike"], ("omit", "keep")) == "omit",
        falls=cast("Falls | None", _one_of("falls", text["falls"], get_args(Falls))),
        since=_flag("since", text["since"]),
        returned=_line("returned", text["returned"], _read_type),
    )


def _columns(text: str) -> tuple[ColumnChoice | None, ...]:
    if not text:
        return ()
    if len(text) > MAX_COLUMNS_TEXT:
        raise BadChoice("columns", "These are too many columns.")
    try:
        entries = entries_of(text)
    except csv.Error as error:
        raise BadChoice("columns", UNMATCHED) from error
    return tuple(map(_column, entries))


def _column(entry: str) -> ColumnChoice | None:
    role, name, unit, repeats = read_column(entry)
    if not role and name is None:
        return None
    if role not in ROLES or (name is not None and role not in ("value", "reading")):
        raise BadChoice(
            "columns", f"{quoted(entry)} is no role of a column. The roles are {', '.join(ROLES)}."
        )
    if unit is not None:
        unit = _line("columns", unit, read_unit_text)
    return ColumnChoice(role, _line("columns", name or "", _read_type), unit, repeats)


def _mark(text: Mapping[str, str]) -> DecimalMark | None:
    """The decimal mark; the first version's field `numbers` said it by a number format."""
    numbers = _one_of("numbers", text["numbers"], NUMBER_FORMATS) or ""
    mark = _one_of("decimal", text["decimal"], MARKS) or decimal_mark(numbers)
    return cast("DecimalMark | None", mark or None)


def _encoding(text: str) -> str:
    try:
        return check_encoding(text) if text else ""
    except UnreadableFile as error:
        raise BadChoice(error.field, str(error)) from error


def _factor(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        factor = read_number(text)
    except Unreadable as error:
        raise BadChoice("factor", str(error)) from error
    if not factor:
        raise BadChoice("factor", "Write a factor above 0, such as 0.001.")
    return factor


def _line(field: str, text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise BadChoice(field, str(error)) from error


def _read_type(text: str) -> str:
    return read_text(text, "Type", MAX_TYPE)


def _flag(field: str, text: str) -> bool:
    """Whether the text is `1`. Raises BadChoice for others: `daily=true` must not mean no."""
    return _one_of(field, text, ("1", "0")) == "1"


def _one_of(field: str, text: str, choices: tuple[str, ...]) -> str | None:
    if text and text not in choices:
        raise BadChoice(field, choose_one_of(choices))
    return text or None
