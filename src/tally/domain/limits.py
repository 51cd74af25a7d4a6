"""Limits: "at most 120 kWh a month", kept in `users.preferences["limits"]`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tally.domain.amounts import plain, read_number
from tally.domain.calendar import INTERVALS, Interval
from tally.domain.fields import MAX_TYPE, FieldReader, read_choice, read_text, read_unit_text
from tally.domain.keys import Key, is_same, missing_unit
from tally.domain.text import fold
from tally.domain.units import read_unit

MAX_LIMITS = 200
# The measures of a limit.
AMOUNT, COST = "amount", "cost"
# Limits are lower than this. It exceeds the largest value of a record: a limit is for a sum.
MAX_SUM = Decimal(10) ** 18


@dataclass(frozen=True)
class Limit:
    """At most `value` of a (type, unit) a day, week, month or year; `in_cost`: of its cost."""

    type: str
    unit: str
    value: Decimal
    per: Interval
    in_cost: bool = False


def read_limits(preferences: Mapping[str, Any]) -> dict[Key, Limit]:
    """The limits that a user has set, by (type, unit)."""
    limits = (
        Limit(
            entry["type"],
            entry["unit"],
            Decimal(entry["value"]),
            cast(Interval, entry["per"]),
            entry.get("in") == COST,
        )
        for entry in preferences.get("limits", [])
    )
    return {Key(limit.type, limit.unit): limit for limit in limits}


def has_limits_in_money(preferences: Mapping[str, Any]) -> bool:
    """Whether any limit is one of costs."""
    return any(limit.in_cost for limit in read_limits(preferences).values())


class SentLimit(NamedTuple):
    """A limit as a form sends it: for which key, None to remove it, and a sentence by faulty field.

    With faults the limit is not to be used.
    """

    key: Key
    limit: Limit | None
    faults: dict[str, str]


def read_limit(
    fields: Mapping[str, str], number_format: str, known: Sequence[Key] = ()
) -> SentLimit:
    """The limit of a form's fields.

    fields: `type`, `unit`, `value` (empty removes), `per`, and `in` (amount or cost). known: the
    keys with records or a limit; of two spellings the later one counts.
    """
    reader = FieldReader()
    name = reader.read("type", _read_type, fields.get("type", ""), "")
    unit = reader.read("unit", read_unit_text, fields.get("unit", ""), "")
    if missing := missing_unit(fields, known):
        reader.faults["unit"] = missing
    key = _meant(Key(name, unit), known)
    per: Interval = reader.read("per", _read_interval, fields.get("per", ""), "month")
    measure = reader.read("in", _read_measure, fields.get("in", "").strip(), AMOUNT)
    text = fields.get("value", "").strip()
    value = reader.read("value", lambda text: _read_value(text, number_format), text, None)
    limit = None if value is None else Limit(*key, value, per, measure == COST)
    return SentLimit(key, limit, reader.faults)


def _read_interval(text: str) -> Interval:
    return read_choice(text or "month", INTERVALS, "Choose day, week, month or year.")


def _read_measure(text: str) -> str:
    return read_choice(text or AMOUNT, (AMOUNT, COST), "Choose amount or cost.")


def _read_value(text: str, number_format: str) -> Decimal | None:
    return read_number(text, number_format, MAX_SUM) if text else None


def _read_type(text: str) -> str:
    return read_text(text, "Type", MAX_TYPE, "Write what the limit is for, such as coffee.")


def _meant(written: Key, known: Sequence[Key]) -> Key:
    """The key as the account spells it, with a known or used unit; an unknown one as written."""
    if written in known:
        return written
    types = {fold(key.type): key.type for key in known}
    unit = read_unit(written.unit, (key.unit for key in known))
    return Key(types.get(fold(written.type), written.type), unit)


def with_limit(
    preferences: Mapping[str, Any], key: Key, limit: Limit | None
) -> list[dict[str, str]]:
    """The new value of `preferences["limits"]`: with this limit of `key`, or without any (None).

    A type has one limit a unit, however it is spelled. Raises ValueError with a sentence when there
    would be too many.
    """
    kept = {old: one for old, one in read_limits(preferences).items() if not is_same(old, key)}
    if limit:
        kept[key] = limit
    if len(kept) > MAX_LIMITS:
        raise ValueError(f"There can be {MAX_LIMITS} limits. Remove one first.")
    return [
        {
            "type": one.type,
            "unit": one.unit,
            "value": plain(one.value),
            "per": one.per,
            **({"in": COST} if one.in_cost else {}),
        }
        for one in kept.values()
    ]
