"""Columns guessed from a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tally.domain.units import Units
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.tables.columns import Column
from tally.transfer.tables.guessed_columns import guess_columns
from tally.transfer.tables.profiles import ReaderAccount
from tally.transfer.tables.structure import tables_in

TODAY = date(2026, 11, 22)


def columns(text: str, currency: str = "EUR", certain: bool = True) -> list[Column]:
    """The columns of the only table of a file that is cut by semicolons."""
    cells = [line.split(";") for line in text.splitlines()]

    def lines() -> Iterator[CsvLine]:
        return (CsvLine(number, row) for number, row in enumerate(cells, 1))

    table = tables_in(lines(), TODAY, certain=certain)[-1]
    rows = [row for number, row in enumerate(cells, 1) if number >= table.first]
    return guess_columns(table, rows, TODAY, ReaderAccount(currency, Units(["cup"])))


def roles(text: str, currency: str = "EUR", certain: bool = True) -> str:
    return " ".join(column.role for column in columns(text, currency, certain))


def below(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"
