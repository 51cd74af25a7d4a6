"""The role of each column of a table, guessed from its heading and its content together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from tally.transfer.cells.split_dates import SplitDate
from tally.transfer.tables.amount_columns import set_amounts
from tally.transfer.tables.date_columns import set_clocks, set_dates, set_days_of_month
from tally.transfer.tables.header_lines import with_parts
from tally.transfer.tables.heading_roles import AMOUNTS, Role
from tally.transfer.tables.headings import Heading, read_heading
from tally.transfer.tables.meter_numbers import set_meters_named, set_meters_told
from tally.transfer.tables.money_columns import (
    is_money,
    is_ours,
    is_unit_price,
    set_unit_of_money,
)
from tally.transfer.tables.profiles import (
    LETTERED,
    ColumnDoubt,
    Profile,
    ReaderAccount,
    SeriesPart,
    TableDraft,
    Way,
)
from tally.transfer.tables.series_columns import set_amounts_of_days
from tally.transfer.tables.structure import FoundTable
from tally.transfer.tables.text_columns import set_texts, set_texts_of_days

# The number of first rows that decide the role of a column.
ROWS_TO_SEE = 400


class CellFacts(NamedTuple):
    """What the first cells of a column show, whatever its role is.

    `has_numbers`: most are numbers; `are_bits`: each is 0 or 1; `moves_on`: they run as the figures
    of a meter do.
    """

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
        """Whether only a person can say what the column is."""
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


def guess_columns(
    table: FoundTable, rows: Iterable[Sequence[str]], today: date, account: ReaderAccount
) -> list[Column]:
    """The columns of a table with these first rows."""
    draft = _draft(table, list(rows), today, account)
    _set_roles(draft)
    return [_column(draft, profile) for profile in draft.profiles]


def _draft(
    table: FoundTable, rows: list[Sequence[str]], today: date, account: ReaderAccount
) -> TableDraft:
    """The profiles of the columns of a table, without empty ones at its end."""
    width = _width(table, rows)
    headings = list(with_parts(table.header, table.parts))
    header = [*headings, *[""] * (width - len(headings))]
    profiles = [
        Profile(
            place,
            read_heading(heading),
            [row[place] if place < len(row) else "" for row in rows],
            today,
        )
        for place, heading in enumerate(header)
    ]
    while profiles and not profiles[-1].heading.text and not profiles[-1].filled:
        profiles.pop()
    return TableDraft(table, account, today, profiles, [*table.units, *[""] * width])


def _width(table: FoundTable, rows: list[Sequence[str]]) -> int:
    """The number of columns: those of the header, or more if most rows have more.

    Digits alone after a full header are no column: a decimal comma has divided the numbers there.
    """
    width = max(map(len, rows), default=0)
    named = len(table.header)
    if not table.has_header or width < named:
        return max(width, named) if table.has_header else width
    behind = [row[named:] for row in rows if any(row[named:])]
    is_parted = all(table.header) and all("".join(cells).isdecimal() for cells in behind)
    return named if is_parted or len(behind) * 2 <= len(rows) else width


def _set_roles(draft: TableDraft) -> None:
    """Give each column its role, one kind after the other: dates, texts, amounts, money."""
    if draft.table.layout != "rows":
        set_days_of_month(draft)
    if draft.table.layout == "dates across":
        set_amounts_of_days(draft)
        set_texts_of_days(draft)
        return
    if draft.table.layout == "rows":
        set_dates(draft)
    set_clocks(draft)
    set_texts(draft)
    set_meters_named(draft)
    set_amounts(draft)
    set_meters_told(draft)
    set_unit_of_money(draft)


def _column(draft: TableDraft, profile: Profile) -> Column:
    """The column of a profile with its role, its type and unit, and the currency of its money."""
    heading = profile.heading
    column = Column(
        profile.role or "-",
        heading,
        doubt=profile.doubt,
        way=profile.way,
        currency=profile.currency or draft.currency or profile.mark,
        fills_one=profile.fills_one,
        facts=CellFacts(
            has_numbers=profile.numbers >= LETTERED and profile.dated < LETTERED,
            are_bits=set(profile.filled) == {"0", "1"},
            moves_on=profile.moves_on,
        ),
    )
    if column.role not in AMOUNTS:
        return replace(
            column,
            money_left_out=_money_left_out(draft, profile),
            split=draft.split if column.role == "date" else None,
        )
    part = draft.series.get(profile.place)
    if part is not None:
        return replace(column, part=part, unit="" if part.text else draft.units[profile.place])
    name = heading.name if draft.table.has_header else ""
    return replace(column, consumption_type=name, unit=draft.unit_of(profile))


def _money_left_out(draft: TableDraft, profile: Profile) -> Literal["ours", "foreign"] | None:
    """Whose money a column holds that is not read; None for any other column.

    Beside what was paid, the price of a unit adds nothing.
    """
    is_left_out = (
        profile.role in (None, "-")
        and profile.doubt != "money"
        and profile.filled
        and profile.heading.text
        and is_money(profile)
        and profile.numbers > 0.5
    )
    are_ours = is_ours(draft, profile)
    is_known = draft.has("cost") and are_ours and is_unit_price(profile)
    if not is_left_out or is_known:
        return None
    return "ours" if are_ours else "foreign"
