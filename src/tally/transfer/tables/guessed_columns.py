"""The role of each column of a table, guessed from its heading and its content together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from tally.transfer.tables.amount_columns import set_amounts
from tally.transfer.tables.columns import CellFacts, Column
from tally.transfer.tables.date_columns import set_clocks, set_dates, set_days_of_month
from tally.transfer.tables.header_lines import with_parts
from tally.transfer.tables.heading_roles import AMOUNTS
from tally.transfer.tables.headings import read_heading
from tally.transfer.tables.meter_numbers import set_meters_named, set_meters_told
from tally.transfer.tables.money_columns import (
    is_money,
    is_ours,
    is_unit_price,
    set_unit_of_money,
)
from tally.transfer.tables.profiles import LETTERED, Profile, ReaderAccount, TableDraft
from tally.transfer.tables.series_columns import set_amounts_of_days
from tally.transfer.tables.structure import FoundTable
from tally.transfer.tables.text_columns import (
    set_directions_of_types,
    set_texts,
    set_texts_of_days,
    set_unit_of_types,
    unit_above,
    unit_of_types,
)

# The number of first rows that decide the role of a column.
ROWS_TO_SEE = 400


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
    set_directions_of_types(draft)
    unit = unit_of_types(draft) or unit_above(draft)
    draft.account = replace(draft.account, unit=draft.account.unit or unit)
    set_amounts(draft)
    set_unit_of_types(draft, unit)
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
            has_dates=profile.dated >= LETTERED,
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
    # Power is energy by its heading, of which the line of units is a part.
    unit = draft.unit_of(profile)
    heading = heading._replace(unit=heading.unit or draft.units[profile.place])
    return replace(column, heading=heading, consumption_type=name, unit=unit)


def _money_left_out(draft: TableDraft, profile: Profile) -> Literal["ours", "foreign"] | None:
    """The currency of money in a column that is not read: the account's or a foreign one.

    None for any other column, and for the price of a unit beside its cost, which adds nothing.
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
