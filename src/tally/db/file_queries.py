"""The statements in `sql/reads/` on stored records beside those of a file, `user_id` first.

Each leaves out the records that `change`, the import itself, has written already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection

from tally.db import arrays
from tally.db.sql import run
from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.domain.records import IdRange, NewRecord, StoredRecord, first_day


def alike_to(
    db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID
) -> list[list[UUID]]:
    """For each record the ids of others of its type, unit, day and value."""
    rows = run(
        db,
        "reads/records_alike_to",
        {
            "user_id": user_id,
            "change": change,
            "types": [record.consumption_type for record in records],
            "units": [record.unit for record in records],
            "dates": [record.consumption_date for record in records],
            "values": [record.consumption_value for record in records],
            "readings": [record.reading for record in records],
        },
    )
    return _by_place(rows, len(records))


def outgrown_by(
    db: Connection,
    user_id: UUID,
    records: Sequence[NewRecord],
    files: IdRange,
    change: UUID,
) -> list[list[UUID]]:
    """For each record the ids of others with its first day and an earlier end, written on that end.

    Or with its end, written by then, and another value. They have its type and unit and an id of
    `files`: these held them before their month or year was over.
    """
    rows = run(
        db,
        "reads/records_outgrown",
        {
            "user_id": user_id,
            "change": change,
            "first_id": files.first,
            "last_id": files.last,
            "values": [record.consumption_value for record in records],
            **arrays.of_spans((record.key, _covered(record)) for record in records),
        },
    )
    return _by_place(rows, len(records))


def _covered(record: NewRecord) -> Span:
    return Span(first_day(record.consumption_date, record.days), record.consumption_date)


def amounts_beside(
    db: Connection,
    user_id: UUID,
    sums: Sequence[NewRecord],
    files: IdRange,
    change: UUID,
) -> int:
    """The number of amounts of one day that have type, unit and day of one of these sums of days.

    They have an id of `files`: earlier ones brought them.
    """
    count: int = run(
        db,
        "reads/amounts_beside",
        {
            "user_id": user_id,
            "change": change,
            "first_id": files.first,
            "last_id": files.last,
            **arrays.of_spans(
                (record.key, Span(record.consumption_date, record.consumption_date))
                for record in sums
            ),
        },
    ).scalar_one()
    return count


def of_files(
    db: Connection,
    user_id: UUID,
    keys: Iterable[Key],
    days: Span,
    files: IdRange,
    change: UUID,
) -> Sequence[StoredRecord]:
    """The records of these types, units and days with an id of `files`."""
    rows = run(
        db,
        "reads/records_of_files",
        {
            "user_id": user_id,
            "change": change,
            "first_id": files.first,
            "last_id": files.last,
            "first_day": days.start,
            "last_day": days.end,
            **arrays.of_keys(keys),
        },
    ).all()
    return cast("Sequence[StoredRecord]", rows)


def _by_place(rows: Iterable[Sequence[Any]], number: int) -> list[list[UUID]]:
    """A list of ids for each of `number` places, from rows of a place (from 1) and an id."""
    ids: list[list[UUID]] = [[] for _ in range(number)]
    for place, record_id in rows:
        ids[place - 1].append(record_id)
    return ids
