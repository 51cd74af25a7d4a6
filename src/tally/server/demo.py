"""`tally demo`: an account with two believable years, so that every page has something to show."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from math import cos, tau
from random import Random
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection
from sqlmodel import col, delete

from tally.accounts import prices, store
from tally.db import changes
from tally.db.engine import lift_time_limit
from tally.db.models import ConsumptionRecord
from tally.domain.prices import Price
from tally.domain.records import NewRecord

EMAIL = "demo@example.org"
NAME = "Demo"
DAYS = 730
LIMITS = [
    {"type": "electricity", "unit": "kWh", "value": "300", "per": "month"},
    {"type": "coffee", "unit": "cup", "value": "70", "per": "month"},
]

# (type, unit, how many years ago it began, a unit, a month) in euros.
_PRICES = (
    ("electricity", "kWh", 2, "0.2987", "9.90"),
    ("electricity", "kWh", 0, "0.3215", "9.90"),
    ("gas", "m³", 2, "1.12", "12"),
    ("water", "m³", 2, "4.20", ""),
)

_SEED = UUID("0d9a6f0e-6d1c-4c1f-8a55-3c2f0f1f7a11")
# The hour, and the content of a record.
_Noted = tuple[int, dict[str, Any]]
# A meter's figure is the sum of all days since.
_METERS_BEGAN = date(2020, 1, 1)
_COFFEE_NOTES = ("after lunch", "with Jonas and Aylin", "decaf #late", "at the office #work")
_FUEL_NOTES = ("motorway #car", "full tank #car", "#car", "visit to the coast #car #trip")


class NotDemo(Exception):
    """Raised if a person registered with the demo account's address."""


def fill(db: Connection, now: datetime) -> str:
    """Make the demo account, or fill it again; returns its new random password. Raises NotDemo."""
    lift_time_limit(db)
    password = secrets.token_urlsafe(12)
    user = store.by_email(db, EMAIL)
    if user is not None and not user.preferences.get("demo"):
        raise NotDemo
    if user is not None:
        store.set_password(db, user, password)
        db.execute(delete(ConsumptionRecord).where(col(ConsumptionRecord.user_id) == user.id))
    user_id = user.id if user else store.create(db, store.NewAccount(NAME, EMAIL, password))
    if user_id is None:
        raise LookupError("Somebody took the address a moment ago.")
    preferences = {"demo": True, "limits": LIMITS, "currency": "EUR"}
    store.save(db, user_id, name=NAME, timezone="UTC", preferences=preferences)
    _set_prices(db, user_id, now)
    changes.add(db, user_id, list(two_years(now)))
    return password


def _set_prices(db: Connection, user_id: UUID, now: datetime) -> None:
    """Set tariffs from the year before last on; one of them becomes dearer this year."""
    entries = [
        Price(
            str(uuid5(_SEED, f"price {name} {years}")),
            name,
            unit,
            date(now.year - years, 1, 1),
            Decimal(per_unit),
            Decimal(base) if base else None,
        )
        for name, unit, years, per_unit, base in _PRICES
    ]
    prices.change(db, user_id, lambda _: entries)


def two_years(now: datetime) -> Iterator[NewRecord]:
    """The records of two years up to `now` (UTC). A day has the same records at any `now`."""
    shown = dict.fromkeys(_USED, Decimal(0))
    day = _METERS_BEGAN
    while day <= now.date():
        for name, used in _USED.items():
            shown[name] += used(day, Random(f"{_SEED} {name} {day}"))
        if day >= now.date() - timedelta(days=DAYS):
            chance = Random(f"{_SEED} {day}")
            noted = [*_of_day(day, chance), *_read_off(day, shown)]
            for number, (hour, content) in enumerate(sorted(noted, key=lambda pair: pair[0])):
                moment = datetime.combine(day, time(hour, chance.randrange(60)), UTC)
                if moment <= now:
                    yield NewRecord(
                        uuid5(_SEED, f"{day} {number}"), day, created_at=moment, **content
                    )
        if _is_swap(day):
            shown["water"] = Decimal(0)
        day += timedelta(days=1)


def _of_day(day: date, chance: Random) -> Iterator[_Noted]:
    """The records of a day, each with the hour of its creation."""
    away = _is_away(day)
    if not away:
        yield from _coffees(chance, weekend=day.weekday() >= 5)
    if day.weekday() == chance.choice((0, 4)) and chance.random() < 0.75 and not away:
        notes = _now_and_then(chance, _FUEL_NOTES, 0.6)
        litres = Decimal(f"{chance.uniform(27, 48):.2f}")
        cost = (litres * Decimal("1.659")).quantize(Decimal("0.01"))
        yield 17, _noted("fuel", litres, "l", notes) | {"cost": cost}


def _read_off(day: date, shown: Mapping[str, Decimal]) -> Iterator[_Noted]:
    """The meters that are read on a day: one each Sunday, two once a month, none while away."""
    if not _is_away(day):
        if day.weekday() == 6:
            yield 18, _reading("electricity", shown, "kWh", 0)
        if day.day == 1:
            notes = "#heating" if _cold(day) > 0.4 else ""
            yield 19, _reading("gas", shown, "m³", 2, notes)
        if day.day == 15:
            yield 19, _reading("water", shown, "m³", 3)
    if _is_swap(day):
        yield 10, _reading("water", shown, "m³", 3, "the old meter")
        new = _noted("water", Decimal(0), "m³", "a new meter")
        yield 11, new | {"reading": Decimal(0), "new_meter": True}


def _noted(type_name: str, value: Decimal, unit: str, notes: str) -> dict[str, Any]:
    return {
        "consumption_type": type_name,
        "consumption_value": value,
        "unit": unit,
        "notes": notes,
    }


def _reading(
    type_name: str, shown: Mapping[str, Decimal], unit: str, decimals: int, notes: str = ""
) -> dict[str, Any]:
    """A record of a meter's reading: figures turn over, they are not rounded up."""
    figure = shown[type_name].quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)
    return _noted(type_name, Decimal(0), unit, notes) | {"reading": figure}


def _electricity(day: date, chance: Random) -> Decimal:
    if _is_away(day):
        return Decimal("2.1")
    busy = 4 if chance.random() < 0.05 else 0
    weekend = 1.6 if day.weekday() >= 5 else 0
    used = (6.2 + 4.2 * _cold(day) + weekend) * chance.uniform(0.82, 1.2)
    return Decimal(f"{used + busy:.1f}")


def _gas(day: date, chance: Random) -> Decimal:
    burnt = 0.2 + 4.8 * max(0.0, _cold(day) - 0.25) * chance.uniform(0.8, 1.15)
    return Decimal(f"{burnt / 3 if _is_away(day) else burnt:.3f}")


def _water(day: date, chance: Random) -> Decimal:
    return Decimal(f"{0.04 if _is_away(day) else max(0.1, chance.gauss(0.3, 0.05)):.3f}")


# The daily consumption by meter.
_USED: dict[str, Callable[[date, Random], Decimal]] = {
    "electricity": _electricity,
    "gas": _gas,
    "water": _water,
}


def _is_swap(day: date) -> bool:
    """Whether the water meter is changed on a day: once in any two years."""
    return (day.month, day.day) == (6, 3) and day.year % 2 == 0


def _coffees(chance: Random, *, weekend: bool) -> Iterator[_Noted]:
    for hour, likely in ((9, 0.9), (11, 0.3)) if weekend else ((7, 0.95), (10, 0.6), (14, 0.7)):
        if chance.random() < likely:
            cups = Decimal(2 if chance.random() < 0.15 else 1)
            notes = _now_and_then(chance, _COFFEE_NOTES, 0.08)
            yield hour, _noted("coffee", cups, "cup", notes)


def _cold(day: date) -> float:
    """0 at the height of summer, 1 in the middle of January."""
    return (1 + cos(tau * (day.timetuple().tm_yday - 15) / 365)) / 2


def _is_away(day: date) -> bool:
    """Two weeks in summer and the days around New Year."""
    if day.month == 8:
        return 3 <= day.day <= 16
    return (day.month == 12 and day.day >= 28) or (day.month == 1 and day.day <= 2)


def _now_and_then(chance: Random, notes: tuple[str, ...], likely: float) -> str:
    return chance.choice(notes) if chance.random() < likely else ""
