"""A column of a table as it is read: its role, and the meaning of its heading and cells. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from tally.transfer.cells.split_dates import SplitDate
from tally.transfer.tables.heading_roles import AMOUNTS, Role
from tally.transfer.tables.headings import Heading

# The doubts about a column. `meters`: some of its types are what a meter shows, and others cannot
# be; `figures`: its few figures may be what a meter shows, or amounts; `currencies`: its currencies
# may be those of the amounts beside them, or of nothing in the file; `days`: without a heading, it
# may count the days of the months beside it; `money`: by its heading it is the price of one, or
# what was paid. Its numbers may tell which; without a role, only a person can.
ColumnDoubt = Literal["meters", "figures", "currencies", "days", "money"]


class Way(NamedTuple):
    """The way that money went, by the cells of a column or its heading.

    `comes_in`: its amounts came in, and another column has those that went out. `is_negated`: the
    outgoing amounts stand below zero.
    """

    comes_in: bool = False
    is_negated: bool = False


class SeriesPart(NamedTuple):
    """The time that a heading says, of a column in a series of one type.

    `number`: seconds since midnight of the row's day, the month of its year, or the day of its
    month. A day is the whole date, as it is written in `text`.
    """

    kind: Literal["second", "month", "day of month", "day"]
    number: int = 0
    text: str = ""


class CellFacts(NamedTuple):
    """Facts about the first cells of a column, independent of its role.

    `has_dates`, `has_numbers`: most cells are dates, or numbers; `are_bits`: each is 0 or 1;
    `moves_on`: they rise as the figures of a meter do.
    """

    has_dates: bool = False
    has_numbers: bool = False
    are_bits: bool = False
    moves_on: bool = False


NO_FACTS = CellFacts()


@dataclass(frozen=True)
class Column:
    """A column as it is read: its role, and for an amount its type and unit, as far as known.

    `type_chosen`, `unit_chosen`: these are those of a person; `doubt`: the doubt about its role;
    `part`: the time that its heading says; `split`: it is the year of a date in parts; `way`: the
    way that its money went; `currency`: of its money, as it is written; `money_left_out`: it holds
    money that is not read, in the account's currency or in a foreign one; `fills_one`: each row
    fills this one or its partner, an amount or a reading of one type.
    """

    role: Role
    heading: Heading
    consumption_type: str = ""
    unit: str = ""
    type_chosen: bool = False
    unit_chosen: bool = False
    doubt: ColumnDoubt | None = None
    part: SeriesPart | None = None
    split: SplitDate | None = None
    way: Way | None = None
    currency: str = ""
    money_left_out: Literal["ours", "foreign"] | None = None
    fills_one: bool = False
    facts: CellFacts = NO_FACTS

    @property
    def day(self) -> str:
        """The date that the heading itself is; "" for any other column."""
        return self.part.text if self.part is not None else ""

    @property
    def is_open(self) -> bool:
        """Whether only a person can decide the role of the column."""
        return self.role == "-" and self.doubt is not None

    def settled(self, role: Role) -> Column:
        """The column in a known role, without an open question or money to report as left out."""
        return replace(self, role=role, doubt=None, money_left_out=None)


class DatePlaces(NamedTuple):
    """The places of the columns of dates: of the only one or the start, and of the end.

    `ends_alone`: the only dates are ends, and `begin` is their place.
    """

    begin: int | None
    end: int | None
    ends_alone: bool


class TableColumns(tuple[Column, ...]):
    """The columns of a table in their order; the place of each is its index."""

    __slots__ = ()

    def place(self, role: Role) -> int | None:
        """The place of the first column with the role; None without one."""
        return next((place for place, column in enumerate(self) if column.role == role), None)

    def places(self, *roles: Role) -> list[int]:
        """The places of the columns with one of these roles."""
        return [place for place, column in enumerate(self) if column.role in roles]

    def have(self, role: Role) -> bool:
        """Whether a column has the role."""
        return self.place(role) is not None

    @property
    def amount_places(self) -> list[int]:
        """The places of the amounts and of the readings."""
        return self.places(*AMOUNTS)

    @property
    def amounts(self) -> list[Column]:
        """The columns of amounts and of readings."""
        return [column for column in self if column.role in AMOUNTS]

    @property
    def fill_one(self) -> bool:
        """Whether each row fills an amount or a reading of one type."""
        roles = {column.role for column in self.amounts if column.fills_one}
        return len(self.amounts) == len(roles) == len(AMOUNTS)

    @property
    def dates(self) -> DatePlaces:
        """The places of the dates that say which days a row covers."""
        start, end = self.place("start"), self.place("end")
        begin = self.place("date") if start is None else start
        if begin is None and end is not None:
            return DatePlaces(end, None, ends_alone=True)
        return DatePlaces(begin, end, ends_alone=False)
