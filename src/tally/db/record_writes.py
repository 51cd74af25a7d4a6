"""The statements in `sql/writes/` that write records as parts of a change, or remove them for good.

`changes.new_change` makes the id of a change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from tally.db.sql import run
from tally.domain import meters
from tally.domain.records import NewRecord

ROWS_A_STATEMENT = 1_000
MAX_PURGED = 10_000


def insert(
    db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID
) -> frozenset[UUID]:
    """Insert the records whose id is free, a thousand a statement. Returns their ids."""
    if len(records) == 1 and records[0].created_at is None:
        parameters = {**vars(records[0]), "user_id": user_id, "change": change}
        return frozenset(run(db, "writes/record_insert_one", parameters).scalars())
    inserted: set[UUID] = set()
    for batch in _batches(records):
        parameters = {"user_id": user_id, "change": change, **batch}
        inserted.update(run(db, "writes/record_insert", parameters).scalars())
    return frozenset(inserted)


def replace(db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID) -> None:
    """Give existing records new content and restore deleted ones; a thousand a statement."""
    for batch in _batches(records):
        run(db, "writes/record_replace", {"user_id": user_id, "change": change, **batch})


def delete(db: Connection, user_id: UUID, ids: Sequence[UUID], change: UUID) -> None:
    """Delete records as a part of a change; already deleted ones are left alone."""
    parameters = {"user_id": user_id, "change": change, "ids": list(ids)}
    run(db, "writes/records_delete", parameters)


def purge(db: Connection, user_id: UUID) -> None:
    """Remove records for good that were deleted over 30 days ago: at each sign-in and deletion.

    At most `MAX_PURGED` at a time, so that nobody waits long.
    """
    run(db, "writes/records_purge", {"user_id": user_id, "most": MAX_PURGED})


def _batches(records: Sequence[NewRecord]) -> Iterator[dict[str, Any]]:
    """The records as arrays for `unnest`, a thousand at a time. first: how many come before."""
    for start in range(0, len(records), ROWS_A_STATEMENT):
        batch = [_unlinked(record) for record in records[start : start + ROWS_A_STATEMENT]]
        yield {
            "first": start,
            "ids": [record.id for record in batch],
            "dates": [record.consumption_date for record in batch],
            "values": [record.consumption_value for record in batch],
            "types": [record.consumption_type for record in batch],
            "units": [record.unit for record in batch],
            "notes": [record.notes for record in batch],
            "days": [record.days for record in batch],
            "readings": [record.reading for record in batch],
            "meters": [record.meter for record in batch],
            "costs": [record.cost for record in batch],
            "times": [record.created_at for record in batch],
        }


def _unlinked(record: NewRecord) -> NewRecord:
    """A reading as it is written before `chains.relink` computes its consumption: as a start.

    A reading with a roll-over by its file keeps its value, which tells so.
    """
    if record.reading is None or meters.is_rolled_over(record.consumption_value, record.reading):
        return record
    return dataclasses.replace(record, consumption_value=meters.START.value, days=meters.START.days)
