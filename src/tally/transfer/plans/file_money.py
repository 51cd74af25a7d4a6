"""The money in a file: the column of costs or prices, and their currency. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tally.transfer.plans.reader import Reader
from tally.transfer.tables.columns import Column, TableColumns
from tally.transfer.tables.currency_names import currency_told, says_currency


@dataclass(frozen=True)
class FileMoney:
    """The costs beside amounts, and amounts that are money themselves."""

    columns: TableColumns
    reader: Reader

    @property
    def column(self) -> Column | None:
        """The column of costs or of prices; None without one."""
        places = (self.columns.place("cost"), self.columns.place("price"))
        return next((self.columns[place] for place in places if place is not None), None)

    @property
    def currency(self) -> str:
        """The currency of the costs: the account's, or the one that it gets by this file.

        "" where the file names one that may be several: `kr`.
        """
        if self.reader.currency or self.column is None:
            return self.reader.currency
        written = self.column.currency
        return currency_told(written) if written else self.reader.usual_currency

    @property
    def currency_of_amounts(self) -> str:
        """The currency of amounts that name none: the account's, or the one of all rows.

        "" where the units of amounts are no currencies.
        """
        unit = self.columns.place("unit")
        if unit is None or not says_currency(self.columns[unit].heading):
            return ""
        in_file = next((column.currency for column in self.columns.amounts), "")
        return self.reader.currency or currency_told(in_file)

    @property
    def currencies_place(self) -> int | None:
        """The place of the column whose cells name the currency of their row; None without one."""
        columns = enumerate(self.columns)
        return next((place for place, column in columns if says_currency(column.heading)), None)
