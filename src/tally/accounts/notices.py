"""Notices that an account has closed: news, and reminders to read a meter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col, select, update

from tally.db.models import User
from tally.domain.limits import Key
from tally.errors import SignedOut

# In `preferences`: the news that an account has not closed; the meters without a reminder until
# they are read again, each as type, unit and the day of its latest reading.
NEWS = "news"
QUIET = "quiet_meters"
MAX_QUIET = 200


def has_news(preferences: Mapping[str, Any]) -> bool:
    """Whether the account was there before days could be unknown, and has not been told yet."""
    return bool(preferences.get(NEWS))


def is_quiet(preferences: Mapping[str, Any], key: Key, read_on: date) -> bool:
    """Whether the account wants no reminder of a meter that was read on this day last."""
    return [*key, read_on.isoformat()] in preferences.get(QUIET, [])


def close_news(db: Connection, user_id: UUID) -> None:
    """Tell it no more."""
    preferences = _locked(db, user_id)
    preferences.pop(NEWS, None)
    _write(db, user_id, preferences)


def quiet(db: Connection, user_id: UUID, key: Key, read_on: date) -> None:
    """Remind no more of a meter until it was read again; the newest two hundred are kept."""
    preferences = _locked(db, user_id)
    others = [entry for entry in preferences.get(QUIET, []) if entry[:2] != [*key]]
    kept = [*others, [*key, read_on.isoformat()]][-MAX_QUIET:]
    _write(db, user_id, preferences | {QUIET: kept})


def _locked(db: Connection, user_id: UUID) -> dict[str, Any]:
    """The account's preferences, locked. Raises SignedOut when the account is gone."""
    own = select(col(User.preferences)).where(col(User.id) == user_id).with_for_update()
    preferences: dict[str, Any] | None = db.execute(own).scalar_one_or_none()
    if preferences is None:
        raise SignedOut
    return preferences


def _write(db: Connection, user_id: UUID, preferences: Mapping[str, Any]) -> None:
    db.execute(update(User).where(col(User.id) == user_id).values(preferences=preferences))
