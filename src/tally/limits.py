"""Limits: "at most 120 kWh a month", kept in `users.preferences["limits"]`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tally.models import MOST_TYPE, read_text, read_unit
from tally.numbers import plain, read_number
from tally.periods import Per

MOST_LIMITS = 200

PERS: tuple[Per, ...] = ("day", "week", "month", "year")


class Key(NamedTuple):
    """What sums are kept by: amounts of different units are never added."""

    type: str
    unit: str


@dataclass(frozen=True)
class Limit:
    """At most `value` of a (type, unit) a day, week, month or year."""

    type: str
    unit: str
    value: Decimal
    per: Per


def read_limits(preferences: Mapping[str, Any]) -> dict[Key, Limit]:
    """The limits that a user has set, by (type, unit)."""
    limits = (
        Limit(entry["type"], entry["unit"], Decimal(entry["value"]), cast(Per, entry["per"]))
        for entry in preferences.get("limits", [])
    )
    return {Key(limit.type, limit.unit): limit for limit in limits}


def read_limit(
    fields: Mapping[str, str], number_format: str
) -> tuple[Key, Limit | None, dict[str, str]]:
    """A limit as the form sends it: what it is for, the limit (None: remove it), what is wrong.

    fields: `type`, `unit`, `value` (empty removes) and `per`. The sentences are by field.
    """
    faults: dict[str, str] = {}
    texts = {"type": "", "unit": ""}
    for name, read in (("type", _read_type), ("unit", read_unit)):
        try:
            texts[name] = read(fields.get(name, ""))
        except ValueError as error:
            faults[name] = str(error)
    key = Key(texts["type"], texts["unit"])
    per = next((per for per in PERS if per == (fields.get("per") or "month")), None)
    if per is None:
        faults["per"] = "Choose day, week, month or year."
    text = fields.get("value", "").strip()
    if not text:
        return key, None, faults
    try:
        value = read_number(text, number_format)
    except ValueError as error:
        return key, None, faults | {"value": str(error)}
    return key, Limit(*key, value, per or "month"), faults


def _read_type(text: str) -> str:
    return read_text(text, "Type", MOST_TYPE, "Write what the limit is for, such as coffee.")


def with_limit(
    preferences: Mapping[str, Any], key: Key, limit: Limit | None
) -> list[dict[str, str]]:
    """What `preferences["limits"]` becomes with this limit of `key`, or without any (None).

    Raises ValueError with a sentence when there would be too many.
    """
    kept = {old: one for old, one in read_limits(preferences).items() if old != key}
    if limit:
        kept[key] = limit
    if len(kept) > MOST_LIMITS:
        raise ValueError(f"There can be {MOST_LIMITS} limits. Remove one first.")
    return [
        {"type": one.type, "unit": one.unit, "value": plain(one.value), "per": one.per}
        for one in kept.values()
    ]
