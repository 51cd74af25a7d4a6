"""Limits, marks, prices and remembered files of an account's types; how they follow a new name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col

from tally.accounts import account_row
from tally.db.models import User
from tally.domain import types as domain_types
from tally.domain.limits import Key
from tally.domain.text import fold
from tally.domain.types import Mark, Renaming

# In `preferences`: the settings that the last renaming replaced, and the id of its change.
RENAMED = "renamed"


def rename_type(
    db: Connection, user_id: UUID, renaming: Renaming, change: UUID, now: datetime
) -> None:
    """Have limits, marks, prices and remembered files follow a type to its new name and unit.

    The settings before are kept for `undo_renaming`, for as long as the change can be undone.
    Raises SignedOut when the account is gone.
    """
    preferences, prices, imports = _kept_by_type(db, user_id)
    had = {name: preferences[name] for name in ("limits", "types") if name in preferences}
    kept = {"change": str(change), "at": now.timestamp(), "preferences": had}
    if prices:
        kept["prices"] = prices
    if imports:
        kept["imports"] = imports
    preferences |= {
        "limits": domain_types.renamed_limits(preferences.get("limits", []), renaming),
        "types": domain_types.renamed_marks(preferences.get("types", []), renaming),
        RENAMED: kept,
    }
    account_row.write(
        db,
        user_id,
        preferences=preferences,
        prices=domain_types.renamed_prices(prices, renaming),
        imports=domain_types.renamed_imports(imports, renaming),
    )


def undo_renaming(db: Connection, user_id: UUID, change: UUID) -> None:
    """Restore limits, marks, prices and remembered files as they were before this change."""
    preferences, prices, imports = _kept_by_type(db, user_id)
    kept = preferences.pop(RENAMED, {})
    if kept.get("change") != str(change):
        return
    for name in ("limits", "types"):
        preferences.pop(name, None)
    account_row.write(
        db,
        user_id,
        preferences=preferences | kept["preferences"],
        prices=kept.get("prices", prices),
        imports=kept.get("imports", imports),
    )


def mark_type(db: Connection, user_id: UUID, key: Key, **changed: Any) -> Mark:
    """Give a type a `colour` or have it `hidden`; other settings stay. Returns all of them.

    Raises ValueError with a sentence when too many have one; SignedOut when the account is gone.
    """
    preferences, _, _ = _kept_by_type(db, user_id)
    folded = Key(fold(key.type), key.unit)
    mark = domain_types.read_marks(preferences).get(folded, Mark())._replace(**changed)
    account_row.write(
        db,
        user_id,
        preferences=preferences | {"types": domain_types.with_mark(preferences, key, mark)},
    )
    return mark


def _kept_by_type(
    db: Connection, user_id: UUID
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Preferences, prices and remembered files as they are now, locked until the end."""
    columns = (col(User.preferences), col(User.prices), col(User.imports))
    preferences, prices, imports = account_row.locked(db, user_id, *columns)
    return preferences, prices, imports
