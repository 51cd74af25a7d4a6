"""Stored records that count beside new amounts on the same days.

Of one day, these or those are daily sums, and an earlier file brought those; of several days, these
lie within the days of those, or hold them, wherever they come from. The records that `change`, the
import, has written do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from tally.db import file_queries, stored_records
from tally.domain.keys import is_same
from tally.domain.records import NewRecord, key_of
from tally.transfer.merging.file_days import FileDays
from tally.transfer.merging.report import SpansTold
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


class _Around(NamedTuple):
    """A longer record that an earlier file brought, by its last day."""

    consumption_type: str
    unit: str
    consumption_date: date


@dataclass
class SpansBeside:
    """The counts of new amounts that hold the days of stored ones, and that lie within them.

    `days`: those of the file where it wins: they replace records of earlier files.
    """

    db: Connection
    user_id: UUID
    change: UUID
    days: FileDays | None
    holding: SpansTold = field(default_factory=SpansTold)
    _within: SpansTold = field(default_factory=SpansTold)
    _around: Counter[_Around] = field(default_factory=Counter)

    @property
    def within(self) -> SpansTold:
        """The amounts within the days of others, without those that the file replaces."""
        told = SpansTold(self._within.rows, self._within.of_files, self._within.of_none)
        for around, rows in self._around.items():
            if self.days is None or not self.days.have(around):
                told.see(rows, of_file=True)
        return told

    def see(self, amounts: Sequence[NewRecord]) -> None:
        """Take new amounts into account."""
        counts = Counter((row.key, file_queries.covered(row)) for row in amounts)
        spans = list(counts)
        beside = file_queries.spans_beside(
            self.db, self.user_id, spans, FILE_IDS, self.change, wins=self.days is not None
        )
        for each in beside:
            key, span = spans[each.place - 1]
            rows = counts[key, span]
            if each.holds_of_file or each.holds_of_none:
                self.holding.see(rows, of_file=each.holds_of_file, of_none=each.holds_of_none)
            if each.around_of_none is not None:
                is_of_file = each.around_of_file is not None
                self._within.see(rows, of_file=is_of_file, of_none=True)
            elif each.around_of_file is not None:
                self._around[_Around(key.type, key.unit, each.around_of_file)] += rows
