"""Notices that an account has closed: news, and reminders to read a meter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col

from tally.accounts import account_row
from tally.db.models import User
from tally.domain.keys import Key, is_same

# In `preferences`: the news that an account has not closed; the meters without a reminder until
# they are read again, each as type, unit and the day of its latest reading.
NEWS = "news"
QUIET = "quiet_meters"
MAX_QUIET = 200


def has_news(preferences: Mapping[str, Any]) -> bool:
    """Whether the account is from before days could be unknown, and has not closed that notice."""
    return bool(preferences.get(NEWS))


def is_quiet(preferences: Mapping[str, Any], key: Key, read_on: date) -> bool:
    """Whether the account wants no reminder of a meter whose latest reading is of this day."""
    return any(
        day == read_on.isoformat() and is_same(Key(name, unit), key)
        for name, unit, day in preferences.get(QUIET, [])
    )


def close_news(db: Connection, user_id: UUID) -> None:
    """Record that the account has closed the news."""
    [preferences] = account_row.locked(db, user_id, col(User.preferences))
    preferences.pop(NEWS, None)
    account_row.write(db, user_id, preferences=preferences)


def quiet(db: Connection, user_id: UUID, key: Key, read_on: date) -> None:
    """Stop reminding of a meter until it is read again; keeps at most `MAX_QUIET` meters."""
    [preferences] = account_row.locked(db, user_id, col(User.preferences))
    entries = preferences.get(QUIET, [])
    others = [entry for entry in entries if not is_same(Key(*entry[:2]), key)]
    kept = [*others, [*key, read_on.isoformat()]][-MAX_QUIET:]
    account_row.write(db, user_id, preferences=preferences | {QUIET: kept})
