"""The store of the choices made for kinds of files: `users.imports`, read only by an import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlmodel import col

from tally.db.models import User


def load(db: Connection, user_id: UUID) -> dict[str, Any]:
    """The kinds of files that are remembered."""
    kinds = db.execute(
        select(col(User.imports)).where(col(User.id) == user_id)
    ).scalar_one_or_none()
    return dict(kinds or {})


def save(db: Connection, user_id: UUID, kinds: dict[str, Any]) -> None:
    """Remember these kinds and no others."""
    db.execute(update(User).where(col(User.id) == user_id).values(imports=kinds))
