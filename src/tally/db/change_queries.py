"""The statements in `sql/reads/` on changes of the last minutes, `user_id` first."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Connection

from tally.db.sql import run


class ChangeState(NamedTuple):
    """The numbers of records that a change added, deleted and so on, and the id of one of them.

    changed_since: records that a later change wrote again, so that this one cannot be undone. All
    numbers are 0 if there is no such change.
    """

    added: int
    deleted: int
    restored: int
    changed: int
    undone: int
    changed_since: int
    record_id: str | None


def state(db: Connection, user_id: UUID, change: UUID) -> ChangeState:
    """The state of a change of the last 10 minutes."""
    row = run(db, "reads/change_state", undo_parameters(user_id, change)).one()
    return ChangeState(*row)


class MovedTo(NamedTuple):
    """A type and unit into which a change brought records from another.

    is_costed: one of these records has a cost, and got another unit. is_new: no other record has
    this type and unit.
    """

    consumption_type: str
    unit: str
    is_costed: bool
    is_new: bool


def moved(db: Connection, user_id: UUID, change: UUID) -> list[MovedTo]:
    """Each type and unit into which a change of the last 10 minutes brought records."""
    rows = run(db, "reads/change_moved", {"user_id": user_id, "change": change})
    return [MovedTo(*row) for row in rows]


class LatestChange(NamedTuple):
    """A change that can be undone, with the numbers of its records and the id of one of them."""

    change_id: UUID
    added: int
    deleted: int
    restored: int
    changed: int
    record_id: str


def latest(db: Connection, user_id: UUID) -> LatestChange | None:
    """The latest change that can still be undone.

    Undos are not listed, so repeated undo goes further back and never redoes.
    """
    row = run(db, "reads/change_latest", {"user_id": user_id}).one_or_none()
    return LatestChange(*row) if row else None


def undo_of(change: UUID) -> UUID:
    """The id of the change that undoes this one; the undo of an undo is a redo.

    It is the same each time, and `change_latest` recognises it by its UUID version.
    """
    return uuid5(change, "undo")


def undo_parameters(user_id: UUID, change: UUID) -> dict[str, Any]:
    """The parameters of the statements on a change and its undo."""
    return {"user_id": user_id, "change": change, "undone": undo_of(change)}
