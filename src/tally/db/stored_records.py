"""Single records of an account by their ids: read as they are stored, or locked for a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection

from tally.db import chains
from tally.db.sql import run
from tally.domain.records import StoredRecord


class NoSuchRecord(Exception):
    """The record or change is not there, or another user's; the message tells people so."""

    def __init__(self, sentence: str = "There is no such record, or not any more.") -> None:
        super().__init__(sentence)


def find(db: Connection, user_id: UUID, ids: Sequence[UUID]) -> list[StoredRecord]:
    """The records with these ids, deleted ones too, in the order of `ids`."""
    rows = run(db, "reads/records_by_id", {"user_id": user_id, "ids": list(ids)})
    by_id = {row.id: row for row in cast("Iterable[StoredRecord]", rows)}
    return [by_id[record_id] for record_id in ids if record_id in by_id]


def live(db: Connection, user_id: UUID, record_id: UUID) -> StoredRecord:
    """The record with this id. Raises NoSuchRecord, for deleted ones too."""
    records = find(db, user_id, [record_id])
    if not records or records[0].deleted_at is not None:
        raise NoSuchRecord
    return records[0]


def locked(
    db: Connection, user_id: UUID, record_id: UUID, *, deleted: bool = False, reading: bool = False
) -> StoredRecord:
    """The record, locked until the end of the transaction. Raises NoSuchRecord.

    Where it is a reading, or `reading` says that it will be one, the account's chains are locked
    first.
    """
    parameters = {"user_id": user_id, "id": record_id}
    row = None if reading else _locked(db, parameters | {"readings": False})
    if row is None:
        chains.lock(db, user_id)
        row = _locked(db, parameters | {"readings": True})
    if row is None or (row.deleted_at is not None and not deleted):
        raise NoSuchRecord
    return row


def _locked(db: Connection, parameters: Mapping[str, Any]) -> StoredRecord | None:
    return cast("StoredRecord | None", run(db, "writes/record_lock", parameters).one_or_none())


def lock_sent(db: Connection, user_id: UUID, sent_id: UUID) -> None:
    """Wait for another request with this id or key, and have others wait for this one.

    A statement of its own: those after it see all that the other request has saved.
    """
    run(db, "writes/sent_lock", {"user_id": user_id, "id": sent_id})
