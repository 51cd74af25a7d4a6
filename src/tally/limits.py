"""Limits: "at most 120 kWh a month", kept in `users.preferences["limits"]`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tally.periods import Per

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
