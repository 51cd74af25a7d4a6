"""The choices that an account made for kinds of files: `users.imports`, read only by an import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlmodel import col

from tally.accounts import account_row
from tally.db.models import User


def load(db: Connection, user_id: UUID) -> dict[str, Any]:
    """The kinds of files that are remembered."""
    kinds = db.execute(
        select(col(User.imports)).where(col(User.id) == user_id)
    ).scalar_one_or_none()
    return dict(kinds or {})


def change(
    db: Connection, user_id: UUID, become: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Replace the remembered kinds of files by what `become` returns for them.

    Raises SignedOut if the account is gone.
    """
    [kinds] = account_row.locked(db, user_id, col(User.imports))
    account_row.write(db, user_id, imports=become(kinds))
