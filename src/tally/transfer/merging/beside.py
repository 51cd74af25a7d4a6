"""Records of earlier files that count beside new amounts on the same days.

These or those are daily sums. The records that `change`, the import, has written do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from tally.db import file_queries, stored_records
from tally.domain.keys import is_same
from tally.domain.records import NewRecord, key_of
from tally.transfer.rows.identity import FILE_IDS, day_sum_id, is_of_file


@dataclass
class RowsBeside:
    """The count of single rows beside new daily sums."""

    db: Connection
    user_id: UUID
    change: UUID
    count: int = 0

    def see(self, sums: Sequence[NewRecord]) -> None:
        """Count the rows beside these sums."""
        self.count += file_queries.amounts_beside(
            self.db, self.user_id, sums, FILE_IDS, self.change
        )


@dataclass
class SumsBeside:
    """The count of daily sums beside new single rows, of which several have one sum."""

    db: Connection
    user_id: UUID
    change: UUID
    _sums: set[UUID] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self._sums)

    def see(self, rows: Sequence[NewRecord]) -> None:
        """Count the sums beside these rows that were not counted before."""
        self._sums.update(self._sums_of(rows))

    def _sums_of(self, rows: Sequence[NewRecord]) -> Iterator[UUID]:
        """The daily sums of earlier files that have the type, unit and day of one of these rows."""
        ids = {
            day_sum_id(row.consumption_date, *row.key): row
            for row in rows
            if row.days == 1 and is_of_file(row.id)
        }
        for stored in stored_records.find(self.db, self.user_id, list(ids)):
            is_there = stored.deleted_at is None and stored.change_id != self.change
            row = ids[stored.id]
            is_same_day = stored.consumption_date == row.consumption_date
            if is_there and is_same_day and is_same(key_of(stored), row.key):
                yield stored.id
