"""A file as it was read, for the dialog: a choice over each column, and the other choices.

Guesses are dashed there, choices are solid. The page sends back its guesses (`guessed`), so that
only fields that differ from them count as chosen.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tally.domain.calendar_names import MONTHS
from tally.domain.column_texts import columns_text
from tally.domain.formatting import Formatter
from tally.domain.text import fold
from tally.transfer.cells.values import DecimalMark, unclear_mark
from tally.transfer.files.encodings import ENCODINGS
from tally.transfer.imports import Imported
from tally.transfer.plans.choices import Negative
from tally.transfer.plans.plan import Plan
from tally.transfer.plans.understood import understood_fields
from tally.transfer.rows.questions import ask_columns
from tally.transfer.tables.columns import Column
from tally.transfer.tables.heading_roles import AMOUNTS, ROLES, Role
from tally.web.forms import Fields

# The most columns with choices of their own in the dialog; one text field has further ones.
MAX_COLUMNS_SHOWN = 24
ROLE_WORDS: Mapping[Role, str] = {
    "date": "Date",
    "time": "Time",
    "start": "Start",
    "end": "End",
    "value": "Value",
    "reading": "Reading",
    "type": "Type",
    "unit": "Unit",
    "notes": "Notes",
    "tag": "Tag",
    "cost": "Cost",
    "price": "Price a unit",
    "direction": "Debit or credit",
    "meter": "Meter number",
    "-": "Leave out",
}

MAX_EXAMPLE = 20


class _Notation(NamedTuple):
    """A way to write numbers or dates, in words, with an example for a file that has none."""

    words: str
    example: str


_MARKS = {
    ".": _Notation("decimal point", "1234.5"),
    ",": _Notation("decimal comma", "1234,5"),
}
_ORDERS = {
    "day-first": _Notation("day first", "31-12-2026"),
    "month-first": _Notation("month first", "12-31-2026"),
    "year-first": _Notation("year first", "26-12-31"),
}

# The beginning of a date such as `05-10-2026`.
_DAY_AND_MONTH = re.compile("([0-9]{1,2})[-/. ]+([0-9]{1,2})(?![0-9])")


class Option(NamedTuple):
    """An option of a list of choices: the value that is sent, and the words that are shown."""

    value: str
    words: str


@dataclass(frozen=True)
class UnclearDate:
    """A date such as `05-10-2026`, and the day that it is by either order; "" for neither."""

    written: str
    day_first: str
    month_first: str


@dataclass(frozen=True)
class UnclearNumber:
    """A number such as `1,234`: the two it may be, each with the decimal mark that says so."""

    written: str
    decimals: str
    decimals_mark: DecimalMark
    thousands: str
    thousands_mark: DecimalMark


@dataclass(frozen=True)
class ColumnView:
    """A column of the dialog.

    `place`: from 1. `has_names`: its type and unit are chosen here. `is_open`: its role is asked.
    """

    place: int
    heading: str
    role: Role
    is_open: bool
    is_chosen: bool
    is_number: bool
    has_names: bool
    consumption_type: str
    unit: str
    is_new_type: bool
    cells: Sequence[str]


@dataclass(frozen=True)
class ImportView:
    """The dialog's view of a file as it was read, in the order in which it stands there.

    `mark`, `order`: the decimal mark and the order of dates as they were read, in words.
    """

    summary: str
    columns: Sequence[ColumnView]
    guessed: str
    asks_type: bool
    typed_alike: str
    typed_by: str
    question: str
    has_type: bool
    has_unit: bool
    consumption_type: str
    unit: str
    mark: str
    order: str
    encoding: str
    encodings: Sequence[Option]
    table: str
    tables: Sequence[Option]
    roles: Sequence[Option]
    first_rows: int
    more_columns: int
    marks: Sequence[Option]
    unclear: UnclearNumber
    orders: Sequence[Option]
    dated: UnclearDate
    days: str
    share: str
    percent: str
    negative: Negative
    returned: str


def view_of(
    imported: Imported, types: Mapping[str, str], formatter: Formatter
) -> ImportView | None:
    """A file as it was read; None if it was not. `types`: folded → as the account spells it."""
    plan = imported.plan
    if plan is None or plan.table.own:
        return None
    shown = plan.columns[:MAX_COLUMNS_SHOWN]
    apart = _names_apart(plan)
    columns = [_column(plan, place, types, apart) for place in range(len(shown))]
    understood = understood_fields(plan)
    amounts = len(plan.columns.amounts)
    rows = formatter.count(plan.rows.count, "row")
    values = f", {amounts} values in each" if amounts > 1 else ""
    notation = plan.notation
    marks = _notations(_MARKS, notation.mark, notation.marked)
    orders = _notations(_ORDERS, notation.order, notation.dated)
    return ImportView(
        summary=(f"at least {rows}" if imported.is_head else rows) + values,
        columns=columns,
        guessed=columns_text([_told(plan, column, apart) for column in plan.guessed]),
        asks_type="type" in imported.asks,
        typed_alike=plan.names.alike_headings,
        typed_by=plan.names.alike_type if plan.names.alike and plan.columns.have("type") else "",
        question=ask_columns(plan) if any(column.is_open for column in plan.columns) else "",
        has_type=not plan.columns.have("type") and not apart and not plan.names.alike,
        has_unit=not apart,
        consumption_type=understood["type"],
        unit=understood["unit"] if amounts else "",
        mark=_words_of(marks, notation.mark) or "decimal mark: clear from the numbers",
        order=_words_of(orders, notation.order) or "order of dates: clear from the dates",
        encoding=_shown_encoding(plan.table.source.encoding),
        encodings=[Option(name, _shown_encoding(name)) for name in ENCODINGS],
        table=plan.table.name,
        tables=[Option(name, name) for name in plan.table.names],
        roles=[Option(role, ROLE_WORDS[role]) for role in ROLES],
        first_rows=len(plan.first_rows),
        more_columns=len(plan.columns) - len(shown),
        marks=marks,
        unclear=_unclear(notation.unclear),
        orders=orders,
        dated=_unclear_date(notation.dated),
        days=_days(imported, formatter),
        share="" if plan.share is None else formatter.number(plan.share),
        percent="" if plan.share is None else formatter.number(plan.share * 100),
        negative=plan.negative,
        returned=imported.returned_type,
    )


def _notations(
    notations: Mapping[str, _Notation], chosen: str | None, example: str
) -> Sequence[Option]:
    """Each notation with an example, the one that counts with one of the file's own."""
    examples = {chosen: example[:MAX_EXAMPLE]} if example else {}
    return [
        Option(value, f"{notation.words}: {examples.get(value, notation.example)}")
        for value, notation in notations.items()
    ]


def _words_of(options: Sequence[Option], value: str | None) -> str:
    """The words of the option with this value; "" without one."""
    return next((option.words for option in options if option.value == value), "")


def _unclear(example: str) -> UnclearNumber:
    """The question about the decimal mark, with the file's own number where one is short."""
    mark = unclear_mark(example) if len(example) <= MAX_EXAMPLE else None
    written, mark = (example, mark) if mark else ("1,234", ",")
    other: DecimalMark = "." if mark == "," else ","
    whole, _, rest = written.partition(mark)
    return UnclearNumber(written, f"{whole} and a bit", mark, f"{whole}{rest}", other)


def _shown_encoding(name: str) -> str:
    """`UTF-8`, `windows-1252`: an encoding as people write it."""
    return name.upper() if name.startswith("utf") else name


def _unclear_date(example: str) -> UnclearDate:
    """The question about the order of dates, with the file's own date where one is short."""
    written = example if 0 < len(example) <= MAX_EXAMPLE else "5/10/2026"
    match = _DAY_AND_MONTH.match(written)
    first, second = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (1 <= first <= 12 and 1 <= second <= 12):
        return UnclearDate(written, "", "")
    day_first = f": {first} {MONTHS[second - 1]}"
    return UnclearDate(written, day_first, f": {second} {MONTHS[first - 1]}")


def _days(imported: Imported, formatter: Formatter) -> str:
    """The first and last day of the file's records in words; "" for a file not read to its end."""
    days = imported.days
    return formatter.span(days.first, days.last) if days.entries and not imported.is_head else ""


def chosen_columns(form: Fields) -> str:
    """The text of `columns`: the field itself, else the choices over the columns as one text.

    A choice equal to its guess stays a guess.
    """
    roles = form.many("role")
    if form.text("columns") or not roles:
        return form.text("columns")
    names, units = form.many("column_type"), form.many("column_unit")
    guessed = _parted(form.text("guessed"))
    entries = []
    for place, role in enumerate(roles):
        entry = role
        if (
            role in AMOUNTS
            and place < min(len(names), len(units))
            and (names[place] or units[place])
        ):
            entry = f"{role}:{names[place]}:{units[place]}"
        entries.append("" if place < len(guessed) and entry == guessed[place] else entry)
    return columns_text(entries) if any(entries) else ""


def _names_apart(plan: Plan) -> bool:
    """Whether each amount has a type and a unit of its own."""
    amounts = plan.columns.amounts
    is_series = any(map(plan.names.is_of_series, amounts))
    return len(amounts) > 1 and not plan.columns.have("type") and not is_series


def _column(plan: Plan, place: int, types: Mapping[str, str], apart: bool) -> ColumnView:
    column = plan.columns[place]
    cells = [row[place].strip() if place < len(row) else "" for row in plan.first_rows]
    has_names = apart and column.role in AMOUNTS
    name = plan.names.type_of(column) if has_names else ""
    return ColumnView(
        place=place + 1,
        heading=column.heading.text or (cells[0] if cells else ""),
        role=column.role,
        is_open=column.is_open,
        is_chosen=_told(plan, column, apart) != _told(plan, plan.guessed[place], apart),
        is_number=column.role in (*AMOUNTS, "cost", "price"),
        has_names=has_names,
        consumption_type=name,
        unit=plan.names.known_unit_of(column) if has_names else "",
        is_new_type=bool(name) and fold(name) not in types,
        cells=cells,
    )


def _told(plan: Plan, column: Column, apart: bool) -> str:
    """The choice of a column, from its fields in the dialog; "" where it is asked for."""
    if column.is_open:
        return ""
    if column.role not in AMOUNTS or not apart:
        return column.role
    name, unit = plan.names.type_of(column), plan.names.known_unit_of(column)
    return f"{column.role}:{name}:{unit}" if name or unit else column.role


def _parted(text: str) -> list[str]:
    return [entry.strip() for entry in next(csv.reader([text]), [])]
