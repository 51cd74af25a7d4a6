"""Limits: "at most 120 kWh a month", kept in `users.preferences["limits"]`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tally.domain.amounts import plain, read_number
from tally.domain.calendar import INTERVALS, Interval
from tally.domain.fields import MAX_TYPE, read_text, read_unit_text
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
    faults: dict[str, str] = {}
    texts = {"type": "", "unit": ""}
    for name, read in (("type", _read_type), ("unit", read_unit_text)):
        try:
            texts[name] = read(fields.get(name, ""))
        except ValueError as error:
            faults[name] = str(error)
    if missing := missing_unit(fields, known):
        faults["unit"] = missing
    key = _meant(Key(texts["type"], texts["unit"]), known)
    per = next((per for per in INTERVALS if per == (fields.get("per") or "month")), None)
    if per is None:
        faults["per"] = "Choose day, week, month or year."
    measured = fields.get("in", "").strip() or AMOUNT
    if measured not in (AMOUNT, COST):
        faults["in"] = "Choose amount or cost."
    text = fields.get("value", "").strip()
    if not text:
        return SentLimit(key, None, faults)
    try:
        value = read_number(text, number_format, MAX_SUM)
    except ValueError as error:
        return SentLimit(key, None, faults | {"value": str(error)})
    return SentLimit(key, Limit(*key, value, per or "month", measured == COST), faults)


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
