"""Limits: "at most 120 kWh a month", kept in `users.preferences["limits"]`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from tally.periods import Per

PERS: tuple[Per, ...] = ("day", "week", "month", "year")


@dataclass(frozen=True)
class Limit:
    """At most `value` of a (type, unit) a day, week, month or year."""

    type: str
    unit: str
    value: Decimal
    per: Per


def read_limits(preferences: Mapping[str, Any]) -> dict[tuple[str, str], Limit]:
    """The limits that a user has set, by (type, unit)."""
    return {
        (entry["type"], entry["unit"]): Limit(
            entry["type"], entry["unit"], Decimal(entry["value"]), cast(Per, entry["per"])
        )
        for entry in preferences.get("limits", [])
    }
