"""The row of an account, read to be changed: locked, so that what is written back loses nothing.

`key_share` in `with_for_update` makes it FOR NO KEY UPDATE. A new record holds its account's row
FOR KEY SHARE until its COMMIT, a long import for all that time, and FOR UPDATE would wait for it:
only the deletion of an account has to.
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
    """These columns of an account as they are now, held until the transaction ends.

    New records of the account go on. Raises SignedOut when the account is gone.
    """
    own = select(*columns).where(col(User.id) == user_id).with_for_update(key_share=True)
    row = db.execute(own).one_or_none()
    if row is None:
        raise SignedOut
    return tuple(row)


def write(db: Connection, user_id: UUID, **columns: Any) -> None:
    """Write other values into columns of an account; most callers have them from `locked`."""
    db.execute(update(User).where(col(User.id) == user_id).values(**columns))
