"""One edit of many records at once: a change like those of `changes`, with one undo."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tally.db import chains, changes, queries, record_writes
from tally.db.chains import MeterMarks
from tally.db.changes import ChangeRefused
from tally.db.engine import sqlstate
from tally.db.sql import run
from tally.domain.amounts import MAX_VALUE
from tally.domain.calendar import EARLIEST
from tally.domain.fields import MAX_DAYS, TOO_EARLY
from tally.domain.filters import Filter, tag_pattern
from tally.domain.keys import Key
from tally.domain.relinking import Chain
from tally.domain.units import MAX_DECIMALS

_CHECK_VIOLATION = "23514"
_NO_ROOM_FOR_TAG = "One of these records has no room for another tag in its notes."
_TOO_LARGE_IN_UNIT = "A value would be too large in this unit."
_NEVER_CONVERTED = "Readings are not converted: a meter shows what it shows."
# PostgreSQL divides to as many decimals as its operands have: enough for 6 that are right.
_DIVIDED_DECIMALS = Decimal("1e-20")
_WIDE = Context(prec=80)
_SCALE = 10**MAX_DECIMALS


@dataclass(frozen=True)
class BulkEdit:
    """An edit of many records at once; None leaves a part as it is.

    `factors`: for each of some units, how many of `unit` one of it is. Only records in these units
    are changed, and their values are converted.
    """

    type: str | None = None
    unit: str | None = None
    factors: Mapping[str, Fraction] | None = None
    day: date | None = None
    tag: str | None = None
    delete: bool = False
    restore: bool = False


class BulkEdited(NamedTuple):
    """The result of a bulk edit: its change, and the number of records that it has changed.

    change: None where there was nothing to change.
    """

    change: UUID | None
    records: int


def apply(
    db: Connection,
    user_id: UUID,
    wanted: Filter,
    ids: Sequence[UUID] | None,
    edit: BulkEdit,
    change: UUID | None = None,
) -> BulkEdited:
    """Change all records that match the filter and, where given, have one of the ids.

    Records that have the type, unit, day or tag already stay as they are.
    Raises ChangeRefused when a tag finds no room in the notes, readings would be converted, a value
    would become 0 or too large by it, or a record would begin before all dates; BrokenChain.
    """
    change = change or changes.new_change()
    chosen = {
        **queries.conditions(db, user_id, wanted),
        "ids": None if ids is None else list(ids),
    }
    moves: Mapping[Chain, int] = {}
    if edit.factors is not None:
        _refuse_readings(db, chosen, edit.factors)
    elif not edit.tag:
        moves = chains.moves_alike(db, user_id, chosen, edit.type, edit.unit)
    try:
        changed = run(
            db, "writes/records_alike", chosen | {"change": change} | _edit_parameters(edit, moves)
        )
    except IntegrityError as error:
        if sqlstate(error) == _CHECK_VIOLATION and (edit.tag or edit.factors):
            raise ChangeRefused(_NO_ROOM_FOR_TAG if edit.tag else _TOO_LARGE_IN_UNIT) from error
        raise
    if edit.factors:
        _refuse_vanished(db, user_id, change)
    if edit.day and edit.day - timedelta(days=MAX_DAYS) < EARLIEST:
        _refuse_early(db, user_id, change)
    if moves:
        merged = edit.type is not None or edit.unit is not None
        chains.relink(db, user_id, change, MeterMarks(side_by_side=merged))
    if edit.delete:
        record_writes.purge(db, user_id)
    return BulkEdited(change if changed.rowcount else None, changed.rowcount)


def refuse_conversion(
    db: Connection, user_id: UUID, key: Key, today: date, factor: Fraction
) -> None:
    """Refuse a conversion of all records of a type and unit as `apply` does; writes nothing.

    Raises ChangeRefused where readings would be converted, or a value would become 0 or too large.
    """
    wanted = Filter.of_key(key, today)
    chosen = {**queries.conditions(db, user_id, wanted), "ids": None}
    if run(db, "reads/chains_alike", chosen).first():
        raise ChangeRefused(_NEVER_CONVERTED)
    half = Fraction(1, 2)  # Of the last decimal: from there on a value is rounded up.
    too_large = (int(MAX_VALUE) * _SCALE - half) / factor
    if queries.count(db, user_id, replace(wanted, minimum=_scaled(math.ceil(too_large)))):
        raise ChangeRefused(_TOO_LARGE_IN_UNIT)
    zeros = replace(wanted, minimum=_scaled(1), maximum=_scaled(math.ceil(half / factor) - 1))
    if vanished := queries.count(db, user_id, zeros):
        raise ChangeRefused(_vanish(vanished))


def _scaled(millionths: int) -> Decimal:
    return Decimal(millionths).scaleb(-MAX_DECIMALS, _WIDE)


def _edit_parameters(edit: BulkEdit, moves: Mapping[Chain, int]) -> dict[str, Any]:
    """The parameters of `sql/writes/records_alike.sql` for the new content.

    Of the meters only those with another number: each record looks through all that are given.
    """
    numbered = {before: meter for before, meter in moves.items() if meter != before.meter}
    return {
        "readings": bool(moves or edit.tag),
        "types_before": [before.type for before in numbered],
        "units_before": [before.unit for before in numbered],
        "meters_before": [before.meter for before in numbered],
        "meters_after": list(numbered.values()) or None,
        "to_type": edit.type,
        "to_unit": edit.unit,
        "to_day": edit.day,
        **_factors(edit.factors),
        "tag": edit.tag,
        "tag_pattern": edit.tag and tag_pattern(edit.tag),
        "delete": edit.delete,
        "restore": edit.restore,
    }


def _factors(factors: Mapping[str, Fraction] | None) -> dict[str, Any]:
    """The factors for PostgreSQL to multiply and divide by, with decimals enough to round."""
    if factors is None:
        return {"units_from": None, "numerators": None, "denominators": None}
    return {
        "units_from": list(factors),
        "numerators": [
            Decimal(factor.numerator).quantize(_DIVIDED_DECIMALS, context=_WIDE)
            for factor in factors.values()
        ],
        "denominators": [Decimal(factor.denominator) for factor in factors.values()],
    }


def _refuse_readings(db: Connection, chosen: Mapping[str, Any], units: Container[str]) -> None:
    """Raises ChangeRefused if there are readings in one of the units among those chosen."""
    if any(chain.unit in units for chain in run(db, "reads/chains_alike", chosen)):
        raise ChangeRefused(_NEVER_CONVERTED)


def _refuse_vanished(db: Connection, user_id: UUID, change: UUID) -> None:
    parameters = {"user_id": user_id, "change": change}
    if vanished := run(db, "reads/change_vanished", parameters).scalar_one():
        raise ChangeRefused(_vanish(vanished))


def _vanish(vanished: int) -> str:
    return f"The value of {_records(vanished)} would become 0 in this unit."


def _refuse_early(db: Connection, user_id: UUID, change: UUID) -> None:
    parameters = {"user_id": user_id, "change": change, "earliest": EARLIEST}
    if early := run(db, "reads/change_early", parameters).scalar_one():
        raise ChangeRefused(f"{TOO_EARLY} By its days {_records(early)} would begin ahead of that.")


def _records(number: int) -> str:
    return "1 record" if number == 1 else f"{number} records"
