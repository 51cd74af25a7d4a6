"""The statements in `sql/reads/` on records and types as typed functions, `user_id` first.

Those of statistics stand in `period_queries`, those on the readings of meters in `meter_queries`,
those that compare a file with the records there are in `file_queries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db import arrays
from tally.db.sql import run
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.records import ListRow, UsedType
from tally.domain.text import fold, one_line, sort_key

# One statement an order: each has an index of its own. By type it takes several (`_by_type`).
_RECORDS = {
    "-date": "reads/records_newest",
    "date": "reads/records_oldest",
    "-value": "reads/records_highest",
    "value": "reads/records_lowest",
}
# The number of types asked for at first; then it is four times as many, until the page is full.
_FIRST_TYPES = 8

# The most totals in one answer, each of a type and unit.
MAX_TOTALS = 100
# The most types that a line is read by: a file full of types must not slow each keystroke.
# Where there are more, those of the MAX_NEWEST newest records are taken first.
MAX_USED = 2_000
MAX_NEWEST = 20_000
# The newest records by which the recent types are weighed.
MAX_WEIGHED = 2_000


def records(db: Connection, user_id: UUID, wanted: Filter) -> Sequence[ListRow]:
    """A page of the matching records in the order of the filter, and some of the next page."""
    after = wanted.after
    parameters: dict[str, Any] = {
        **conditions(db, user_id, wanted),
        "limit": wanted.rows_to_read,
        "after_id": after and after.id,
        "after_day": after and after.day,
        "after_time": after and after.created_at,
    }
    if wanted.sort == "type":
        return _by_type(db, user_id, wanted, parameters)
    if wanted.sort.endswith("value"):
        parameters |= {"after_value": after and after.value}
    rows = run(db, _RECORDS[wanted.sort], parameters).all()
    return cast("Sequence[ListRow]", rows)


def _by_type(
    db: Connection, user_id: UUID, wanted: Filter, parameters: dict[str, Any]
) -> Sequence[ListRow]:
    """The page in the order of the alphabet, which is Python's: PostgreSQL need not know any."""
    after = wanted.after
    names = parameters["types"]
    if names is None:
        names = own_types(db, user_id, deleted=wanted.deleted)
    names = sorted(names, key=sort_key)
    if after:
        names = [name for name in names if sort_key(name) >= sort_key(after.type)]
    parameters |= {"after_type": after and after.type, "after_unit": after and after.unit}
    rows: list[Row[Any]] = []
    count = _FIRST_TYPES
    while names or after:
        page, names, count = names[:count], names[count:], count * 4
        parameters |= {
            "own_types": page,
            # A unit has no control characters: this is the first that comes after.
            "from_units": [
                f"{after.unit}\x01" if after and name == after.type else "" for name in page
            ],
            "limit": wanted.rows_to_read - len(rows),
        }
        rows += run(db, "reads/records_by_type", parameters)
        if len(rows) >= wanted.rows_to_read or not names:
            break
        parameters |= {"after_type": None, "after_unit": None}
    return cast("Sequence[ListRow]", rows)


def own_types(db: Connection, user_id: UUID, *, deleted: bool = False) -> list[str]:
    """Every type of a user's records, or of the deleted ones that can be restored."""
    statement = "reads/types_deleted" if deleted else "reads/types_live"
    return list(run(db, statement, {"user_id": user_id}).scalars())


def conditions(db: Connection, user_id: UUID, wanted: Filter) -> dict[str, Any]:
    """The parameters that `sql/snippets/matching.sql` binds.

    The filter's types become all spellings of them that the account has: spellings that fold to one
    text are one type. Python compares them, since this PostgreSQL has no ICU.
    """
    types = list(spelled(db, user_id, wanted).spellings or ()) if wanted.types else None
    return {**wanted.parameters(), "user_id": user_id, "types": types}


def spelled(db: Connection, user_id: UUID, wanted: Filter, used: Sequence[UsedType] = ()) -> Filter:
    """The filter with the account's own spellings of its types, for more than one statement.

    used: the account's types where they were read before; read anew if they may be incomplete.
    """
    if not wanted.types or wanted.spellings is not None:
        return wanted
    folded_names = {fold(name) for name in wanted.types}
    if 0 < len(used) < MAX_USED and not wanted.deleted:
        own = list(dict.fromkeys(kind.type for kind in used))
    else:
        own = own_types(db, user_id, deleted=wanted.deleted)
    return replace(wanted, spellings=tuple(name for name in own if fold(name) in folded_names))


class MatchingTotal(NamedTuple):
    """The total of a type and unit among the matching records.

    before: the part before the filter's days, from `first_day` on; None where no record begins
    before them. all_entries: how many records match in all; kinds: in how many types and units.
    """

    consumption_type: str
    unit: str
    total: Decimal
    entries: int
    cost: Decimal | None
    before: Decimal | None
    first_day: date | None
    all_entries: int
    kinds: int


def totals(
    db: Connection, user_id: UUID, wanted: Filter, passed_over: int = 0
) -> list[MatchingTotal]:
    """The totals of the matching records, of the most frequent type and unit first.

    A hundred of them after the first `passed_over`.
    """
    parameters = conditions(db, user_id, wanted) | {"most": MAX_TOTALS, "passed_over": passed_over}
    return [MatchingTotal(*row) for row in run(db, "reads/totals", parameters)]


class DayTotals(NamedTuple):
    """The matching records of one day: how many, and sum and number by type and unit.

    The most frequent come first, MAX_TOTALS at most.
    """

    entries: int
    kinds: dict[tuple[str, str], tuple[Decimal, int]]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> DayTotals:
        """The totals from the rows of `sql/reads/day_totals.sql`."""
        (*_, entries), *kinds = rows
        return cls(entries, {(name, unit): (total, count) for name, unit, total, count in kinds})


def day_totals(db: Connection, user_id: UUID, wanted: Filter, day: date) -> DayTotals | None:
    """The totals of one day, None where nothing of it matches: the part of `totals` for its head.

    Without costs, and what reaches in from other days, it takes PostgreSQL half as long.
    """
    of_day = replace(wanted, start=day, end=day)
    parameters = conditions(db, user_id, of_day) | {"most": MAX_TOTALS + 1}
    totals_of_day = DayTotals.of(run(db, "reads/day_totals", parameters))
    return totals_of_day if totals_of_day.entries else None


def count(db: Connection, user_id: UUID, wanted: Filter) -> int:
    """The number of matching records."""
    rows = totals(db, user_id, wanted)
    return rows[0].all_entries if rows else 0


def prices(db: Connection, user_id: UUID) -> list[dict[str, Any]]:
    """The prices of an account as they are stored."""
    stored: list[dict[str, Any]] | None = run(
        db, "reads/prices", {"user_id": user_id}
    ).scalar_one_or_none()
    return stored or []


def has_costs(db: Connection, user_id: UUID) -> bool:
    """Whether a record of an account, other than deleted ones, has a cost."""
    return bool(run(db, "reads/has_costs", {"user_id": user_id}).scalar_one())


class Recent(NamedTuple):
    """A type and unit in frequent use, and the values of its newest records, newest first.

    are_bills: each of its records covers several days, of those that made it a recent.
    """

    type: str
    unit: str
    latest_values: list[Decimal]
    are_bills: bool

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)


def used(db: Connection, user_id: UUID) -> list[UsedType]:
    """The types and units in use, by name; as fast with a million records as with one of each.

    Of more than 2,000 types and units those of the newest records.
    """
    parameters = {"user_id": user_id, "most": MAX_USED, "newest": MAX_NEWEST}
    rows = run(db, "reads/used", parameters)
    return [UsedType(*row) for row in rows]


def used_with(
    db: Connection,
    user_id: UUID,
    names: Iterable[str],
    known: Sequence[UsedType] | None = None,
) -> Sequence[UsedType]:
    """The types and units in use, those of the given names for certain, however they are spelled.

    known: those of `used`, if they were read before.
    """
    known = used(db, user_id) if known is None else known
    if len(known) < MAX_USED:
        return known
    folded_names = {fold(one_line(name)) for name in names}
    types = [name for name in own_types(db, user_id) if fold(name) in folded_names]
    rows = run(db, "reads/used_of_types", {"user_id": user_id, "types": types}) if types else ()
    return list(dict.fromkeys((*known, *(UsedType(*row) for row in rows))))


class LatestValues(NamedTuple):
    """The values of newest records; are_shares: whether some are those of a day of several."""

    values: Sequence[Decimal] = ()
    are_shares: bool = False


def latest_values(
    db: Connection, user_id: UUID, keys: Iterable[Key], most: int
) -> dict[Key, LatestValues]:
    """The values of the newest records of each type and unit, by day, then creation."""
    rows = run(
        db, "reads/latest_values", {"user_id": user_id, "most": most, **arrays.of_keys(keys)}
    )
    return {Key(type_name, unit): LatestValues(*latest) for type_name, unit, *latest in rows}


def recents(db: Connection, user_id: UUID, today: date, most: int, values: int) -> list[Recent]:
    """The types in most and latest use: `most` of them, each with its `values` newest values."""
    rows = run(
        db,
        "reads/recents",
        {
            "user_id": user_id,
            "today": today,
            "newest": MAX_WEIGHED,
            "most": most,
            "values": values,
        },
    )
    return [Recent(*row) for row in rows]


def records_of_day(
    db: Connection, user_id: UUID, day: date, limit: int
) -> tuple[Sequence[ListRow], int]:
    """The records of a day, the latest written first, and how many there are."""
    rows = run(db, "reads/records_of_day", {"user_id": user_id, "day": day, "limit": limit}).all()
    return cast("Sequence[ListRow]", rows), rows[0].entries if rows else 0
