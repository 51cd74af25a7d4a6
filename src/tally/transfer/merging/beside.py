"""Records of earlier files that count beside the new ones of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from tally.db import file_queries, stored_records
from tally.domain.keys import is_same
from tally.domain.records import NewRecord, key_of
from tally.transfer.rows.identity import FILE_IDS, day_sum_id, is_of_file


class AmountsBeside:
    """Counts the records beside new amounts on the same days, where these or those are daily sums.

    daily: whether the new amounts are the sums; then single rows are counted beside them, else
    daily sums beside single rows. change: the import, whose own records are not counted.
    """

    def __init__(self, db: Connection, user_id: UUID, change: UUID, *, daily: bool) -> None:
        self.count = 0
        self._db = db
        self._user_id = user_id
        self._change = change
        self._daily = daily
        # Several rows of a day have one sum beside them.
        self._sums: set[UUID] = set()

    def see(self, records: Iterable[NewRecord]) -> None:
        """Count the records beside these; a reading has none."""
        amounts = [record for record in records if record.reading is None]
        if not amounts:
            return
        if self._daily:
            self.count += file_queries.amounts_beside(
                self._db, self._user_id, amounts, FILE_IDS, self._change
            )
        else:
            self._sums.update(self._sums_of(amounts))
            self.count = len(self._sums)

    def _sums_of(self, amounts: Sequence[NewRecord]) -> Iterator[UUID]:
        """The daily sums of earlier files that have the type, unit and day of one of these rows."""
        ids = {
            day_sum_id(amount.consumption_date, *amount.key): amount
            for amount in amounts
            if amount.days == 1 and is_of_file(amount.id)
        }
        for stored in stored_records.find(self._db, self._user_id, list(ids)):
            is_there = stored.deleted_at is None and stored.change_id != self._change
            amount = ids[stored.id]
            is_same_day = stored.consumption_date == amount.consumption_date
            if is_there and is_same_day and is_same(key_of(stored), amount.key):
                yield stored.id
