"""`tally demo`: an account with two believable years, so that every page has something to show."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import cos, tau
from random import Random
from uuid import UUID, uuid5

from sqlalchemy import Connection
from sqlmodel import col, delete

from tally.accounts import store
from tally.db import changes
from tally.db.engine import lift_time_limit
from tally.db.models import ConsumptionRecord
from tally.domain.records import NewRecord

EMAIL = "demo@example.org"
NAME = "Demo"
DAYS = 730
LIMITS = [
    {"type": "electricity", "unit": "kWh", "value": "300", "per": "month"},
    {"type": "coffee", "unit": "cup", "value": "70", "per": "month"},
]

_SEED = UUID("0d9a6f0e-6d1c-4c1f-8a55-3c2f0f1f7a11")
_ELECTRICITY_NOTES = ("two loads of washing", "oven all evening", "eight guests", "heater #cold")
_COFFEE_NOTES = ("after lunch", "with Jonas and Aylin", "decaf #late", "at the office #work")
_FUEL_NOTES = ("motorway #car", "full tank #car", "#car", "visit to the coast #car #trip")


class NotDemo(Exception):
    """Somebody registered with the demo account's address."""


def fill(db: Connection, now: datetime) -> str:
    """Make the demo account, or fill it anew; its new random password. Raises NotDemo."""
    lift_time_limit(db)
    password = secrets.token_urlsafe(12)
    user = store.by_email(db, EMAIL)
    if user is not None and not user.preferences.get("demo"):
        raise NotDemo
    if user is not None:
        store.set_password(db, user, password)
        db.execute(delete(ConsumptionRecord).where(col(ConsumptionRecord.user_id) == user.id))
    user_id = user.id if user else store.create(db, store.NewAccount(NAME, EMAIL, password))
    assert user_id is not None, "nobody had the address a moment ago"
    preferences = {"demo": True, "limits": LIMITS}
    store.save(db, user_id, name=NAME, timezone="UTC", preferences=preferences)
    changes.insert(db, user_id, list(records(now)), changes.new_change())
    return password


def records(now: datetime) -> Iterator[NewRecord]:
    """Two years up to `now` (UTC). A day has the same records whenever it is asked for."""
    for ago in range(DAYS, -1, -1):
        day = now.date() - timedelta(days=ago)
        chance = Random(f"{_SEED} {day}")
        for number, record in enumerate(_of_day(day, chance)):
            hour, type, value, unit, notes = record
            moment = datetime.combine(day, time(hour, chance.randrange(60)), UTC)
            if moment <= now:
                id = uuid5(_SEED, f"{day} {number}")
                yield NewRecord(id, day, type, Decimal(value), unit, notes, moment)


def _of_day(day: date, chance: Random) -> Iterator[tuple[int, str, str, str, str]]:
    """Hour, type, value, unit and notes of what is noted on a day, in the order of the hours."""
    away = _is_away(day)
    weekend = day.weekday() >= 5
    cold = _cold(day)
    if not away:
        yield from _coffees(chance, weekend)
    if day.weekday() == chance.choice((0, 4)) and chance.random() < 0.75 and not away:
        notes = _now_and_then(chance, _FUEL_NOTES, 0.6)
        yield 17, "fuel", f"{chance.uniform(27, 48):.2f}", "l", notes
    if day.weekday() == 5 and chance.random() < 0.95:
        used = chance.uniform(0.2, 0.4) if away else chance.gauss(2.1, 0.25)
        yield 18, "water", f"{used:.3f}", "m³", ""
    if day.weekday() == 6 and chance.random() < 0.97:
        burnt = 1.5 + 34 * max(0.0, cold - 0.25) * chance.uniform(0.8, 1.15)
        notes = "#heating" if cold > 0.4 else ""
        yield 19, "gas", f"{burnt / 3 if away else burnt:.1f}", "m³", notes
    # Now and then a day is forgotten.
    if chance.random() < 0.95:
        used = (6.2 + 4.2 * cold + (1.6 if weekend else 0)) * chance.uniform(0.82, 1.2)
        busy = not away and chance.random() < 0.05
        used = 2.1 if away else used + (4 if busy else 0)
        notes = chance.choice(_ELECTRICITY_NOTES) if busy else ""
        yield 21, "electricity", f"{used:.1f}", "kWh", notes


def _coffees(chance: Random, weekend: bool) -> Iterator[tuple[int, str, str, str, str]]:
    for hour, likely in ((9, 0.9), (11, 0.3)) if weekend else ((7, 0.95), (10, 0.6), (14, 0.7)):
        if chance.random() < likely:
            cups = "2" if chance.random() < 0.15 else "1"
            yield hour, "coffee", cups, "cup", _now_and_then(chance, _COFFEE_NOTES, 0.08)


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
