"""An account's limits in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col

from tally.accounts import account_row
from tally.db.models import User
from tally.domain.keys import Key
from tally.domain.limits import Limit, with_limit


def save(db: Connection, user_id: UUID, key: Key, limit: Limit | None) -> dict[str, Any]:
    """Give a type this limit, or none. Returns the account's new preferences.

    Raises ValueError with a sentence when there would be too many; SignedOut if the account is
    gone.
    """
    [preferences] = account_row.locked(db, user_id, col(User.preferences))
    changed = {**preferences, "limits": with_limit(preferences, key, limit)}
    account_row.write(db, user_id, preferences=changed)
    return changed
