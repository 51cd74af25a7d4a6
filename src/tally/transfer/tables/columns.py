"""The role of each column of a table, guessed from its heading and its content together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from tally.transfer.tables.amount_columns import set_amounts, set_amounts_of_days
from tally.transfer.tables.date_columns import set_clocks, set_dates, set_days_of_month
from tally.transfer.tables.header_lines import with_parts
from tally.transfer.tables.headings import AMOUNTS, Heading, Role, read_heading
from tally.transfer.tables.meter_numbers import set_meters_named, set_meters_told
from tally.transfer.tables.money_columns import (
    is_money,
    is_ours,
    is_unit_price,
    set_unit_of_money,
)
from tally.transfer.tables.profiles import LETTERED, ColumnDoubt, Profile, ReaderAccount, TableDraft
from tally.transfer.tables.structure import FoundTable
from tally.transfer.tables.text_columns import set_texts, set_texts_of_days

# The number of first rows that decide the role of a column.
ROWS_TO_SEE = 400


@dataclass(frozen=True)
class Column:
    """A column as it is read: its role, and for an amount its type and unit, as far as known.

    `second`: the time of day that its heading says; `day`: the heading itself is the date;
    `month`: the heading is that of the row's year; `day_of_month`: it is that of the row's month;
    `rest`: the columns of the month and the day that belong to this one, of years, or of the week
    where it `has_weeks`.
    `money`: its heading, where it holds money that is left out; `is_foreign`: in another currency;
    `currency`: of its money, as it is written;
    `doubt`: the doubt about it, which its role ends, where it has one;
    `is_way`: it tells which way money went; `comes_in`: its amounts came in, beside another column
    of those that went out, which stand below zero in theirs where it `is_negated`;
    `fills_one`: each row fills this one or its partner, an amount or a reading of one type;
    `moves_on`: its amounts run as the figures of a meter do;
    `has_numbers`: most of its cells are numbers, whatever its role is; `are_bits`: each is 0 or 1.
    """

    role: Role
    heading: Heading
    consumption_type: str = ""
    unit: str = ""
    second: int | None = None
    day: str = ""
    month: int = 0
    day_of_month: int = 0
    rest: tuple[int, ...] = ()
    has_weeks: bool = False
    money: str = ""
    is_foreign: bool = False
    currency: str = ""
    doubt: ColumnDoubt | None = None
    is_way: bool = False
    comes_in: bool = False
    is_negated: bool = False
    fills_one: bool = False
    moves_on: bool = False
    has_numbers: bool = False
    are_bits: bool = False

    @property
    def is_open(self) -> bool:
        """Whether only a person can say what the column is."""
        return self.role == "-" and self.doubt is not None

    def settled(self, role: Role) -> Column:
        """The column in a known role, without an open question."""
        return replace(self, role=role, doubt=None)


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
    role: Role = profile.role or "-"
    column = Column(
        role,
        heading,
        doubt=profile.doubt,
        is_way=profile.is_way,
        comes_in=profile.comes_in,
        is_negated=profile.is_negated,
        fills_one=profile.fills_one,
        moves_on=profile.moves_on,
        currency=profile.currency or draft.currency or profile.mark,
        has_numbers=profile.numbers >= LETTERED and profile.dated < LETTERED,
        are_bits=set(profile.filled) == {"0", "1"},
    )
    if role not in AMOUNTS:
        rest = draft.rest if role == "date" else ()
        money, is_foreign = _money_left_out(draft, profile), not is_ours(draft, profile)
        return replace(
            column, money=money, is_foreign=is_foreign, rest=rest, has_weeks=draft.has_weeks
        )
    if profile.place in draft.clocks:
        second = draft.clocks[profile.place]
        return replace(column, second=second, unit=draft.units[profile.place])
    if draft.table.layout == "dates across":
        return replace(column, day=heading.text)
    if profile.place in draft.months:
        month = draft.months[profile.place]
        return replace(column, month=month, unit=draft.units[profile.place])
    if profile.place in draft.days:
        day = draft.days[profile.place]
        return replace(column, day_of_month=day, unit=draft.units[profile.place])
    name = heading.name if draft.table.has_header else ""
    return replace(column, consumption_type=name, unit=draft.unit_of(profile))


def _money_left_out(draft: TableDraft, profile: Profile) -> str:
    """The heading of a column of money that is not read; "" for any other column.

    Beside what was paid, the price of a unit adds nothing.
    """
    is_left_out = (
        profile.role in (None, "-")
        and profile.doubt != "money"
        and profile.filled
        and is_money(profile)
        and profile.numbers > 0.5
    )
    is_known = draft.has("cost") and is_ours(draft, profile) and is_unit_price(profile)
    return profile.heading.text if is_left_out and not is_known else ""
