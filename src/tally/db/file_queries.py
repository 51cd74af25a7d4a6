"""The statements in `sql/reads/` on stored records beside those of a file, `user_id` first.

Each leaves out the records that `change`, the import itself, has written already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection

from tally.db import arrays
from tally.db.arrays import KeySpan
from tally.db.sql import run
from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.domain.records import IdRange, NewRecord, StoredRecord, first_day


class SpanBeside(NamedTuple):
    """A span of days that holds stored records, or lies within them. `place`: from 1.

    `holds_of_file`, `holds_of_none`: whether it holds one that a file brought, and one that none
    did. `around_of_file`, `around_of_none`: the last day of a longer one around it.
    """

    place: int
    holds_of_file: bool
    holds_of_none: bool
    around_of_file: date | None
    around_of_none: date | None


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
            **arrays.of_spans((record.key, covered(record)) for record in records),
        },
    )
    return _by_place(rows, len(records))


def covered(record: NewRecord) -> Span:
    """The days that a record covers."""
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


def spans_beside(
    db: Connection,
    user_id: UUID,
    spans: Sequence[KeySpan],
    files: IdRange,
    change: UUID,
    *,
    wins: bool,
) -> list[SpanBeside]:
    """The spans that hold amounts of their type and unit, or lie within longer ones.

    `wins`: the file replaces those with an id of `files` on the last day of a span.
    """
    rows = run(
        db,
        "reads/spans_beside",
        {
            "user_id": user_id,
            "change": change,
            "first_id": files.first,
            "last_id": files.last,
            "wins": wins,
            **arrays.of_spans(spans),
        },
    )
    return [SpanBeside(*row) for row in rows]


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
