"""Makes the plan for reading a file, from choices and from guesses for the rest. Pure.

It looks through the whole file, since the last date may decide the order of all.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice

from tally.domain.text import quoted
from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import MAX_COLUMNS
from tally.transfer.files.detect import SAVE_INSTEAD
from tally.transfer.files.sources import Source
from tally.transfer.plans.choices import BadChoice, Choices, ColumnChoice
from tally.transfer.plans.evidence import RowEvidence
from tally.transfer.plans.file_evidence import with_evidence
from tally.transfer.plans.own_columns import (
    has_own_names,
    is_own_header,
    named_columns,
    own_columns,
)
from tally.transfer.plans.plan import Plan
from tally.transfer.plans.reader import Reader
from tally.transfer.tables.columns import Column, TableColumns
from tally.transfer.tables.guessed_columns import ROWS_TO_SEE, guess_columns
from tally.transfer.tables.heading_roles import AMOUNTS
from tally.transfer.tables.heading_units import unit_in
from tally.transfer.tables.meter_numbers import names_meters
from tally.transfer.tables.profiles import SURELY
from tally.transfer.tables.structure import FoundTable, tables_in
from tally.transfer.tables.table_rows import Cells, ChosenTable, cell_at
from tally.transfer.writers import COLUMNS, REASON

NO_TABLE = f"There is no table in this file: no line with several cells. {SAVE_INSTEAD}"
# If no text is a day, this many lines decide whether numbers are.
LINES_FOR_NUMBERS = 2_000
# The number of rows of a type that decide whether it is read from a meter.
ROWS_OF_TYPE = 12
# The rows that the dialog shows below the choices of their columns.
MAX_FIRST_ROWS = 4


def make_plan(source: Source, choices: Choices, reader: Reader) -> Plan:
    """Look through a file and decide how to read it. Raises UnreadableFile, BadChoice."""
    table = _table_of(source, choices, reader.today)
    every = table.rows(reader.today)
    rows = list(islice((row for row in every if not row.fault), ROWS_TO_SEE))
    sample = [row.cells for row in rows]
    if max(map(len, sample), default=0) > MAX_COLUMNS:
        raise UnreadableFile(f"A table can have {MAX_COLUMNS} columns.")
    guessed = _guessed(table, sample, reader, choices.unit)
    further = [] if table.named else _of_further_types(every, sample, guessed)
    if further:
        sample += further
        guessed = _guessed(table, sample, reader, choices.unit)
    plan = Plan(
        choices,
        reader,
        table,
        TableColumns(_with_choices(guessed, choices, table.named)),
        guessed,
        tuple(tuple(row.cells) for row in rows[:MAX_FIRST_ROWS]),
    )
    if any(other.dated for other in table.tables):
        plan = with_evidence(plan)
    else:
        plan = replace(plan, rows=RowEvidence(count=len(rows)), negative=choices.negative or "omit")
    plan = replace(plan, share=_share(plan, sample))
    return replace(plan, asks=tuple(_asks(plan)))


def _table_of(source: Source, choices: Choices, today: date) -> ChosenTable:
    """The table that is chosen, or that has most dated rows. Raises UnreadableFile, BadChoice."""
    tables = tables_in(source.lines(), today)
    if not any(table.dated for table in tables):
        tables = _without_certain_days(source, today) or tables
    if not tables:
        raise UnreadableFile(NO_TABLE)
    table = _chosen_table(tables, choices.table, source)
    reasons = table.header[:1] == (REASON,)
    if reasons:
        table = replace(table, header=table.header[1:], place=max(table.place - 1, 0))
    if len(table.header) > MAX_COLUMNS:
        raise UnreadableFile(
            f"A table can have {MAX_COLUMNS} columns; this has {len(table.header)}."
        )
    if unit_in(source.suggested_unit):
        table = replace(table, unit=table.unit or source.suggested_unit)
    own = is_own_header(table.header, source.kind)
    named = own or has_own_names(table.header)
    return ChosenTable(source, table, tuple(tables), own=own, named=named, reasons=reasons)


def _without_certain_days(source: Source, today: date) -> list[FoundTable]:
    """The last table of the first lines, if bare numbers count as days."""
    tables = tables_in(islice(source.lines(), LINES_FOR_NUMBERS), today, certain=False)
    return [replace(table, last=sys.maxsize) for table in tables[-1:]]


def _chosen_table(tables: list[FoundTable], name: str, source: Source) -> FoundTable:
    named = [table for table in tables if name and table.name.casefold() == name.casefold()]
    if named:
        return named[0]
    if name.isdecimal() and 0 < int(name) <= len(tables) and name not in source.parts:
        return tables[int(name) - 1]
    if name and name.casefold() not in (part.casefold() for part in source.parts):
        raise BadChoice("table", f"There is no table {quoted(name)} in this file.")
    return max(tables, key=lambda table: table.dated)


def _guessed(
    table: ChosenTable, rows: list[Sequence[str]], reader: Reader, unit: str
) -> TableColumns:
    """The columns as they are guessed; those with Tally's own names have Tally's meanings.

    `unit`: the chosen one.
    """
    if table.own:
        return TableColumns(own_columns(table.header))
    account = replace(reader.account, unit=unit)
    columns = guess_columns(table.table, rows, reader.today, account)
    return TableColumns(named_columns(columns) if table.named else columns)


def _of_further_types(
    rows: Iterator[Cells], sample: Sequence[Sequence[str]], guessed: Sequence[Column]
) -> list[Sequence[str]]:
    """Some rows of types and meters that the first rows of a long file do not show."""
    are_told = all(
        column.heading.weight("value") >= SURELY for column in guessed if column.role in AMOUNTS
    )
    places = [
        place
        for place, column in enumerate(guessed)
        if (column.role == "type" and not are_told) or names_meters(column.heading)
    ]
    if not places or len(sample) < ROWS_TO_SEE:
        return []

    def key(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cell_at(cells, place).casefold() for place in places)

    times = Counter(map(key, sample))
    further: list[Sequence[str]] = []
    for row in rows:
        name = key(row.cells)
        if times[name] < ROWS_OF_TYPE and not row.fault and len(row.cells) <= len(guessed):
            times[name] += 1
            further.append(row.cells)
            if len(further) == ROWS_TO_SEE:
                break
    return further


def _with_choices(guessed: Sequence[Column], choices: Choices, named: bool) -> Iterator[Column]:
    entries = choices.columns
    if len(entries) > len(guessed):
        raise BadChoice(
            "columns", f"The table has {len(guessed)} columns; these are {len(entries)}."
        )
    repeated: ColumnChoice | None = None
    for place, column in enumerate(guessed):
        entry = entries[place] if place < len(entries) else None
        if (
            entry is None
            and repeated is not None
            and column.role in (*AMOUNTS, "-")
            and column.money_left_out is None
        ):
            entry = repeated
        if entry is not None and entry.repeats:
            repeated = entry
        is_own = named and column.heading.text in COLUMNS
        yield column if entry is None or is_own else _as_chosen(column, entry)


def _as_chosen(column: Column, entry: ColumnChoice) -> Column:
    settled = column.settled(entry.role)
    if entry.role not in AMOUNTS:
        return replace(settled, consumption_type="", unit="")
    unit = column.unit or column.heading.unit if entry.unit is None else entry.unit
    return replace(
        settled,
        consumption_type=entry.consumption_type,
        unit=unit,
        type_chosen=bool(entry.consumption_type),
        unit_chosen=bool(entry.unit),
    )


def _asks(plan: Plan) -> Iterator[str]:
    """The choices that no file can answer for itself, and that this one needs."""
    if not plan.rows.count:
        return
    names, columns = plan.names, plan.columns
    has_date = plan.table.layout != "rows" or bool(columns.places("date", "start", "end"))
    is_open = names.alike or any(column.is_open for column in columns)
    if not has_date or not columns.amounts or is_open:
        yield "columns"
    elif not columns.have("type") and not all(map(names.type_of, columns.amounts)):
        yield "type"
    # The factor is that of all amounts.
    are_percentages = names.percentages == columns.amount_places
    if plan.share is not None and plan.choices.factor is None and are_percentages:
        yield "factor"


def _share(plan: Plan, rows: Sequence[Sequence[str]]) -> Decimal | None:
    """The first amount in % of a workbook that may be a share of one; None without any.

    The reader of workbooks does not tell the format of a cell.
    """
    if plan.table.source.kind != "workbook":
        return None
    for place in plan.names.percentages:
        cells = (cell for row in rows for cell in row[place : place + 1])
        numbers = [Decimal(cell) for cell in cells if isinstance(cell, Exact)]
        shares = [number for number in numbers if number % 1]
        if shares and max(numbers) <= 1:
            return shares[0]
    return None
