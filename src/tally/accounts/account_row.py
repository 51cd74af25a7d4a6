"""Reads and writes of an account's row, locked where a concurrent change must not be lost.

`with_for_update(key_share=True)` is FOR NO KEY UPDATE. A new record holds its account's row FOR KEY
SHARE until its COMMIT, during all of a long import; FOR UPDATE would wait for it, which only the
deletion of an account has to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, cast, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped
from sqlmodel import col

from tally.db.models import ACCOUNTS, Account, User
from tally.errors import SignedOut


def locked(db: Connection, user_id: UUID, *columns: Mapped[Any]) -> tuple[Any, ...]:
    """The current values of columns of an account, whose row is locked until the transaction ends.

    New records of the account do not wait. Raises SignedOut if the account is gone.
    """
    own = select(*columns).where(col(User.id) == user_id).with_for_update(key_share=True)
    row = db.execute(own).one_or_none()
    if row is None:
        raise SignedOut
    return tuple(row)


def write(db: Connection, user_id: UUID, *conditions: ColumnElement[bool], **columns: Any) -> bool:
    """Write other values into columns of an account; most callers have them from `locked`.

    Returns False where there is no such account, or not under these conditions.
    """
    own = update(User).where(col(User.id) == user_id, *conditions)
    return bool(db.execute(own.values(**columns)).rowcount)


def merged(preferences: Mapping[str, Any]) -> ColumnElement[Any]:
    """An expression for an UPDATE that adds these preferences to an account's; others stay."""
    return col(User.preferences).op("||")(cast(dict(preferences), postgresql.JSONB))


def find(db: Connection, condition: ColumnElement[bool]) -> Account | None:
    """The one account under a condition; None where there is none."""
    row = db.execute(ACCOUNTS.where(condition)).one_or_none()
    return Account(*row) if row else None
