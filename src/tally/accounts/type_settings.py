"""The settings of an account by type (limits, prices, marks …), and how they follow a renaming."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlmodel import col

from tally.accounts import account_row
from tally.accounts.notices import QUIET
from tally.accounts.prices import REMOVED
from tally.db.models import User
from tally.domain.keys import Key, folded
from tally.domain.marks import Mark, read_marks, with_mark
from tally.domain.records import UNDO_MINUTES
from tally.domain.renaming import (
    Renaming,
    put_back,
    put_back_imports,
    put_back_quiet,
    renamed_imports,
    renamed_limits,
    renamed_marks,
    renamed_prices,
    renamed_quiet,
    replaced,
    replaced_imports,
)

# In `preferences`: the renamings that can be undone, each with the id of its change and what it has
# replaced. An earlier version kept the last one alone, which was no list.
RENAMED = "renamed"
MAX_RENAMED = 50
# The most characters of them all as JSON, since each request of the account reads them. One
# renaming alone may have more: at most 200 prices and the choices for 40 kinds of files.
MAX_RENAMED_TEXT = 500_000
# A minute longer than an undo is possible, since the database has a clock of its own.
_KEPT = timedelta(minutes=UNDO_MINUTES + 1)


def renaming_of(preferences: Mapping[str, Any], change: UUID) -> Mapping[str, Any] | None:
    """The stored renaming of a change, with what it has replaced; None for any other change."""
    kept = (one for one in _renamings(preferences) if one.get("change") == str(change))
    return next(kept, None)


def is_dropped(preferences: Mapping[str, Any], change: UUID, name: str) -> bool:
    """Whether `limits` or `prices` of the renamed type gave way to those of its new name."""
    entries = (renaming_of(preferences, change) or {}).get(name) or {}
    return bool(entries.get("had")) and not entries.get("put")


def _renamings(preferences: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = preferences.get(RENAMED) or []
    return [kept] if isinstance(kept, dict) else list(kept)


def rename_type(
    db: Connection, user_id: UUID, renaming: Renaming, change: UUID, now: datetime
) -> None:
    """Move everything that is kept by the name of a type to its new name and unit.

    The old entries are kept for `undo_renaming`. Raises ValueError with a sentence after too many
    renamings in a few minutes, SignedOut if the account is gone.
    """
    preferences, prices, imports = _kept_by_type(db, user_id)
    recent = _recent_renamings(preferences, now)
    before = {name: preferences.get(name, []) for name in ("limits", "types", QUIET)}
    after: dict[str, list[Any]] = {
        "limits": renamed_limits(before["limits"], renaming),
        "types": renamed_marks(before["types"], renaming),
        QUIET: renamed_quiet(before[QUIET], renaming),
    }
    prices_after = renamed_prices(prices, renaming)
    imports_after = renamed_imports(imports, renaming)
    kept = {
        "change": str(change),
        "at": now.timestamp(),
        "source": renaming.source,
        "target": renaming.target,
        **{name: replaced(before[name], after[name]) for name in before},
        "prices": replaced(prices, prices_after),
        "imports": replaced_imports(imports, imports_after),
    }
    if recent and len(json.dumps([*recent, kept])) > MAX_RENAMED_TEXT:
        raise ValueError(
            f"Types with much were changed in the last {UNDO_MINUTES} minutes, and each can be"
            " undone: wait a little with this one."
        )
    preferences |= {**after, RENAMED: [*recent, kept]}
    preferences.pop(REMOVED, None)  # A removed price would come back under the old name.
    account_row.write(
        db, user_id, preferences=preferences, prices=prices_after, imports=imports_after
    )


def _recent_renamings(preferences: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The renamings that can be undone. Raises ValueError where another would be too many."""
    begin = (now - _KEPT).timestamp()
    recent = [renamed for renamed in _renamings(preferences) if renamed.get("at", 0) > begin]
    if len(recent) >= MAX_RENAMED:
        raise ValueError(
            f"{MAX_RENAMED} types were changed in the last {UNDO_MINUTES} minutes, and each can be"
            " undone: wait a little with this one."
        )
    return recent


def undo_renaming(db: Connection, user_id: UUID, change: UUID) -> None:
    """Put back the settings, prices and remembered files that this change has replaced.

    Settings that were saved since stay. Raises SignedOut if the account is gone.
    """
    preferences, prices, imports = _kept_by_type(db, user_id)
    kept = renaming_of(preferences, change)
    # An earlier version kept whole settings; its renamings are undone for the records alone.
    if kept is None or "limits" not in kept:
        return
    preferences[RENAMED] = [one for one in _renamings(preferences) if one != kept]
    for name in ("limits", "types"):
        preferences[name] = put_back(preferences.get(name, []), kept[name], _new_id)
    if QUIET in kept:  # The version before kept none of these.
        preferences[QUIET] = put_back_quiet(preferences.get(QUIET, []), kept[QUIET])
    preferences.pop(REMOVED, None)  # It would come back under the new name, or beside its old self.
    account_row.write(
        db,
        user_id,
        preferences=preferences,
        prices=put_back(prices, kept["prices"], _new_id),
        imports=put_back_imports(imports, kept["imports"]),
    )


def _new_id() -> str:
    return str(uuid4())


def mark_type(db: Connection, user_id: UUID, key: Key, **changed: Any) -> Mark:
    """Give a type a `colour` or have it `hidden`; other settings stay. Returns all of them.

    Raises ValueError with a sentence when too many have one; SignedOut when the account is gone.
    """
    preferences, _, _ = _kept_by_type(db, user_id)
    mark = read_marks(preferences).get(folded(key), Mark())._replace(**changed)
    account_row.write(
        db,
        user_id,
        preferences=preferences | {"types": with_mark(preferences, key, mark)},
    )
    return mark


def _kept_by_type(
    db: Connection, user_id: UUID
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Preferences, prices and remembered files as they are now; locks the account's row."""
    columns = (col(User.preferences), col(User.prices), col(User.imports))
    preferences, prices, imports = account_row.locked(db, user_id, *columns)
    return preferences, prices, imports
