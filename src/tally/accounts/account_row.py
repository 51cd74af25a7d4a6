"""The row of an account, locked while it is read and changed, so that no other change is lost.

`key_share` in `with_for_update` makes it FOR NO KEY UPDATE. A new record holds its account's row
FOR KEY SHARE until its COMMIT, during all of a long import, and FOR UPDATE would wait for it: only
the deletion of an account has to.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import col

from tally.db.models import User
from tally.errors import SignedOut


def locked(db: Connection, user_id: UUID, *columns: Mapped[Any]) -> tuple[Any, ...]:
    """These columns of an account as they are now, locked until the transaction ends.

    New records of the account do not wait. Raises SignedOut if the account is gone.
    """
    own = select(*columns).where(col(User.id) == user_id).with_for_update(key_share=True)
    row = db.execute(own).one_or_none()
    if row is None:
        raise SignedOut
    return tuple(row)


def write(db: Connection, user_id: UUID, **columns: Any) -> None:
    """Write other values into columns of an account; most callers have them from `locked`."""
    db.execute(update(User).where(col(User.id) == user_id).values(**columns))
