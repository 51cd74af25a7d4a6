"""The one way in which records are written: every change has an id, and can be taken back.

Each function makes one change of one user inside the caller's transaction. A record keeps in
`before` what it was before its latest change (null: it did not exist) and, under `changes`, the
ids of the newest 50 earlier changes that could still be undone, so that undo can tell when it comes
too late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection

from tally.db import chains, change_queries, record_writes, stored_records
from tally.db.chains import MeterMarks
from tally.db.sql import run
from tally.db.stored_records import NoSuchRecord
from tally.domain import meters
from tally.domain.records import UNDO_MINUTES, NewRecord, StoredRecord, content
from tally.domain.relinking import Relinked

CHANGED_SINCE = "Somebody changed this record since you opened it."
NOTHING_TO_UNDO = f"There is nothing to undo: a change can be undone for {UNDO_MINUTES} minutes."


class ChangeRefused(Exception):
    """A change that cannot be made as it is asked for. The message is a sentence for people."""


class ChangeConflict(ChangeRefused):
    """A change that comes too late: something else has been written since."""


class IdTaken(ChangeConflict):
    """An id has a record: `existing` is there, `record` was sent."""

    def __init__(self, sentence: str, record: NewRecord, existing: StoredRecord) -> None:
        super().__init__(sentence)
        self.record = record
        self.existing = existing


@dataclass(frozen=True)
class Added:
    """An addition: its change, and the ids of the records that are new."""

    change: UUID
    ids: list[UUID]


def new_change() -> UUID:
    """An id for the next change."""
    return uuid4()


def add(
    db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID | None = None
) -> Added:
    """Insert the records whose id is not there yet; those that are there stay as they are.

    Raises IdTaken when an id is there with other content, or was deleted; BrokenChain where a
    reading does not fit between its neighbours.
    """
    change = change or new_change()
    if chains.has_readings(records):
        with db.begin_nested():  # A savepoint: readings that do not fit leave nothing behind.
            inserted = _insert_readings(db, user_id, records, change)
    else:
        inserted = record_writes.insert(db, user_id, records, change)
    doubled = [record for record in records if record.id not in inserted]
    if doubled:
        rows = stored_records.find(db, user_id, [record.id for record in doubled])
        existing = {row.id: row for row in rows}
        for record in doubled:
            refuse_unless_same(record, existing[record.id])
        change = existing[doubled[0].id].change_id if not inserted else change
    return Added(change, [record.id for record in records if record.id in inserted])


def _insert_readings(
    db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID
) -> frozenset[UUID]:
    """Insert records with readings among them, and update the chains."""
    chains.lock(db, user_id)
    there = {row.id for row in stored_records.find(db, user_id, [record.id for record in records])}
    fresh = chains.assigned(db, user_id, [record for record in records if record.id not in there])
    inserted = record_writes.insert(db, user_id, fresh, change)
    if inserted:
        rolled_over = {record.id for record in fresh if record.rolled_over}
        chains.relink(db, user_id, change, MeterMarks(rolled_over))
    return inserted


class Edited(NamedTuple):
    """The result of an edit.

    change: None if the record had this content already. others: the other readings whose
    consumption changed.
    """

    change: UUID | None
    others: Sequence[Relinked] = ()


def edit(
    db: Connection,
    user_id: UUID,
    current: StoredRecord,
    record: NewRecord,
    version: int | None,
) -> Edited:
    """Give a `locked` record new content; a deleted one comes back with it.

    Raises ChangeConflict when `version` is given and no longer the newest; BrokenChain.
    """
    if version is not None and current.version != version:
        raise ChangeConflict(CHANGED_SINCE)
    if current.reading is not None or record.reading is not None:
        with db.begin_nested():  # A savepoint: a reading that does not fit leaves nothing behind.
            return _edit_reading(db, user_id, current, record)
    if record.content == content(current):
        return Edited(_bring_back(db, user_id, current))
    change = new_change()
    record_writes.replace(db, user_id, [record], change)
    return Edited(change)


def _edit_reading(
    db: Connection, user_id: UUID, current: StoredRecord, record: NewRecord
) -> Edited:
    """Edit a record that was, becomes or stays a reading, and update the chains."""
    move = chains.move(db, user_id, current, record) if record.reading is not None else None
    was_rolled_over = current.reading is not None and meters.is_rolled_over(
        current.consumption_value, current.reading
    )
    # That it rolled over is refused below where it is not lower, or the first.
    says_more = record.rolled_over and not was_rolled_over
    is_same = record.content == content(current) and not says_more
    if is_same and (move is None or move.meter == current.meter):
        return Edited(_bring_back(db, user_id, current))
    change = new_change()
    record_writes.replace(db, user_id, [move.place(record) if move else record], change)
    if move:
        chains.divide(db, user_id, current, move, change)
    rolled_over = {record.id} if record.rolled_over else ()
    kept = {record.id} if was_rolled_over else ()
    return Edited(change, chains.relink(db, user_id, change, MeterMarks(rolled_over, kept)))


def delete(db: Connection, user_id: UUID, record_id: UUID) -> UUID | None:
    """Delete one record. Returns the change; deleting twice returns the first one again.

    None if that change can no longer be undone, or had other records in it. Raises NoSuchRecord.
    """
    current = stored_records.locked(db, user_id, record_id, deleted=True)
    if current.deleted_at is not None:
        deleted_by: UUID = current.change_id
        state = change_queries.state(db, user_id, deleted_by)
        # The change that deletes a reading also changes the next one of its meter.
        others = state.changed and current.reading is None
        alone = state.deleted == 1 and not (state.added or others or state.restored)
        return deleted_by if alone else None
    change = new_change()
    record_writes.delete(db, user_id, [record_id], change)
    if current.reading is not None:
        chains.relink(db, user_id, change)
    record_writes.purge(db, user_id)
    return change


def restore(db: Connection, user_id: UUID, record_id: UUID) -> UUID | None:
    """Bring a deleted record back. Returns the change; None if the record is not deleted.

    Raises NoSuchRecord after 30 days; BrokenChain if a reading does not fit any more.
    """
    current = stored_records.locked(db, user_id, record_id, deleted=True)
    if current.deleted_at is None:
        return None
    change = new_change()
    restored = run(
        db,
        "writes/record_restore",
        {"user_id": user_id, "change": change, "id": record_id},
    ).all()
    if not restored:
        raise NoSuchRecord
    if current.reading is not None:
        chains.relink(db, user_id, change)
    return change


def _bring_back(db: Connection, user_id: UUID, current: StoredRecord) -> UUID | None:
    """Restore a record if it is deleted. Returns the change, None for any other record."""
    return restore(db, user_id, current.id) if current.deleted_at else None


def undo(db: Connection, user_id: UUID, change: UUID) -> int:
    """Undo a change, also one that is undone already. Returns how many records were put back.

    Raises NoSuchRecord without such a change in the last 10 minutes, ChangeConflict if one of its
    records was changed since, BrokenChain if a reading does not fit any more.
    """
    parameters = change_queries.undo_parameters(user_id, change)
    # The time of the change if it touched a reading, else NULL.
    changed_at = run(db, "reads/change_of_readings", parameters).scalar_one()
    if changed_at:
        chains.lock(db, user_id)
    put_back = len(run(db, "writes/change_undo", parameters).all())
    state = change_queries.state(db, user_id, change)
    if state.changed_since:
        raise ChangeConflict("This was changed again since, so it cannot be undone.")
    if not state.undone:
        raise NoSuchRecord(NOTHING_TO_UNDO)
    if changed_at:
        chains.relink(db, user_id, parameters["undone"], since=changed_at)
    return put_back


def _is_of_another_meter(record: NewRecord, existing: StoredRecord) -> bool:
    """Whether one of two readings begins a further meter, and the other goes on with one."""
    if record.reading is None or record.new_meter is None:
        return False
    if record.new_meter:
        return existing.days > 0
    return existing.days == 0 and (existing.meter or meters.FIRST_METER) > meters.FIRST_METER


def refuse_unless_same(record: NewRecord, existing: StoredRecord) -> None:
    """Raises IdTaken when the record with the same id has other content, or was deleted."""
    if existing.deleted_at is not None:
        sentence = "This record was deleted. It is not brought back by sending it again."
        raise IdTaken(sentence, record, existing)
    if record.content != content(existing) or _is_of_another_meter(record, existing):
        sentence = "A record with this id is there already, with other content."
        raise IdTaken(sentence, record, existing)
