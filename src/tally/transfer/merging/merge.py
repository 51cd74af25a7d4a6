"""Merge a file's records with those of a user: new ones, equal ones, changed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db import chains, changes, file_queries, meter_queries, record_writes, stored_records
from tally.db.chains import MeterMarks
from tally.db.record_writes import ROWS_A_STATEMENT
from tally.domain.fields import MAX_METER
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain, TooManyMeters
from tally.domain.records import NewRecord, StoredRecord, content
from tally.transfer.faults import UnreadableFile
from tally.transfer.merging.beside import RowsBeside, SpansBeside, SumsBeside
from tally.transfer.merging.file_days import FileDays, day_hash
from tally.transfer.merging.meter_rows import NoRecord, measured
from tally.transfer.merging.read_ahead import batches
from tally.transfer.merging.report import MAX_PROBLEMS, Report
from tally.transfer.plans.choices import Choices, Falls
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem
from tally.transfer.rows.identity import FILE_IDS, is_of_file

# The most readings of the account among which those of a file are put. They are all in memory at
# once; a meter that is read each hour has as many in 57 years.
MAX_READINGS = 500_000


@dataclass(frozen=True)
class Policy:
    """The treatment of rows that meet a record.

    `update` takes the content of the file for changed records, `replace` lets the file win a type's
    day, `daily` says that amounts are sums of days, `falls` is the meaning of a falling reading. At
    most `max_problems` are told; all are counted. `go_on` is called between rows and raises an
    error where nobody waits for the file any more.
    """

    save: bool
    update: bool = False
    skip_problems: bool = False
    replace: bool = False
    daily: bool = False
    omit_alike: bool = False
    falls: Falls | None = None
    max_problems: int = MAX_PROBLEMS
    go_on: Callable[[], None] = lambda: None

    @property
    def takes_changes(self) -> bool:
        """Whether records that differ take the content of the file."""
        return self.update or self.replace

    @classmethod
    def of(cls, choices: Choices, *, save: bool, update: bool, skip_problems: bool) -> Policy:
        """The policy of a person who has made these choices for a file."""
        return cls(
            save,
            update,
            skip_problems,
            replace=choices.replace,
            daily=choices.daily,
            omit_alike=choices.omit_alike,
            falls=choices.falls,
        )


def merge(
    db: Connection,
    user_id: UUID,
    rows: Iterator[FileRow | RowProblem],
    policy: Policy,
    *,
    has_readings: bool,
) -> Report:
    """Compare a file with a user's records and, with `save`, write new ones: one change, one undo.

    Deleted records come back and count as new. Records that differ stay as they are unless
    `update`. A file with problems saves nothing unless `skip_problems` takes its good rows. Raises
    UnreadableFile.
    """
    merging = _Merging(db, user_id, policy)
    report = merging.report
    if policy.save and (has_readings or _may_replace_readings(db, user_id, policy)):
        chains.lock(db, user_id)
    try:
        with db.begin_nested() if policy.save else nullcontext() as savepoint:
            merging.take(rows)
            takes_good = policy.skip_problems and report.good
            if savepoint and report.bad and not takes_good:
                savepoint.rollback()
                return report
    except BrokenChain as error:
        raise UnreadableFile(_broken(error), line=merging.line_of(error)) from error
    except TooManyMeters as error:
        raise UnreadableFile(
            f"These would be more than {MAX_METER} meters of one type and unit."
        ) from error
    if policy.save:
        report.saved = True
        report.change = merging.change if merging.written else None
    return report


def _may_replace_readings(db: Connection, user_id: UUID, policy: Policy) -> bool:
    """Whether plain amounts of a file may take the place of readings that are there."""
    return policy.takes_changes and meter_queries.has_readings(db, user_id)


def _broken(error: BrokenChain) -> str:
    earlier, later = error.earlier, error.later
    before = f"{earlier.figure:f} on {earlier.day}"
    return f"The reading {later.figure:f} on {later.day} cannot follow {before}."


class _Merging:
    """The import of one file into the records of one user, under way."""

    def __init__(self, db: Connection, user_id: UUID, policy: Policy) -> None:
        self.db = db
        self.user_id = user_id
        self.policy = policy
        self.report = Report(max_problems=policy.max_problems)
        self.change = changes.new_change()
        self.written = 0
        self._saves = policy.save
        self._readings: list[FileRow] = []
        # Whether stored readings were deleted or became plain amounts, and others follow anew.
        self._replaced_readings = False
        self._rolled_over: set[UUID] = set()
        self._numbered: set[UUID] = set()
        # The days that the file wins, unless it does not.
        self._days = FileDays() if policy.replace else None
        # The records beside which its own count, unless it wins.
        self._beside: RowsBeside | SumsBeside | None = None
        if not policy.replace:
            kind = RowsBeside if policy.daily else SumsBeside
            self._beside = kind(db, user_id, self.change)
        self._spans = SpansBeside(db, user_id, self.change, self._days)
        # Stored records that a row of the file meets.
        self._matched: set[UUID] = set()

    def take(self, rows: Iterator[FileRow | RowProblem]) -> None:
        """Every row, plain ones first."""
        with closing(batches(rows, ROWS_A_STATEMENT)) as read:
            for batch in read:
                self._take_batch(batch)
        if self._readings:
            self._take_readings()
        if self._days is not None:
            self._let_file_win(self._days)
        self.report.holding, self.report.within = self._spans.holding, self._spans.within
        if self._saves and self.written and (self._readings or self._replaced_readings):
            marks = MeterMarks(self._rolled_over, numbered=self._numbered)
            chains.relink(self.db, self.user_id, self.change, marks)

    def _take_batch(self, batch: list[FileRow | RowProblem]) -> None:
        plain: list[FileRow] = []
        for row in batch:
            if isinstance(row, RowProblem):
                self._refuse(row)
            elif row.record.reading is None:
                plain.append(row)
            else:
                self._readings.append(row)
        self._compare(plain)

    def _refuse(self, problem: RowProblem) -> None:
        self.report.refuse(problem)
        # The rest is only read, to list all of its problems at once.
        self._saves = self._saves and self.policy.skip_problems

    def line_of(self, error: BrokenChain) -> int:
        """The line of the reading that cannot follow, or that none can follow."""
        lines = {row.record.as_reading: row.line for row in self._readings}
        return lines.get(error.later) or lines.get(error.earlier) or 1

    def _take_readings(self) -> None:
        keys = {Key(row.record.consumption_type, row.record.unit) for row in self._readings}
        there = meter_queries.readings_of(self.db, self.user_id, keys, MAX_READINGS)
        if self._days is not None:
            there = self._without_replaced(there, self._days)
        rows: list[FileRow] = []
        for row in measured(self._readings, there, self.policy.falls):
            if isinstance(row, RowProblem):
                self._refuse(row)
            elif row is NoRecord.LEFT_OUT:
                self.report.left_out += 1
            elif isinstance(row, FileRow):
                if row.record.rolled_over:
                    self._rolled_over.add(row.record.id)
                if row.record.meter is not None:
                    self._numbered.add(row.record.id)
                rows.append(row)
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            self._compare(rows[start : start + ROWS_A_STATEMENT])

    def _without_replaced(
        self, there: Mapping[Key, Sequence[Row[Any]]], days: FileDays
    ) -> dict[Key, list[Row[Any]]]:
        """The stored readings except those that the file's readings replace."""
        ids = {row.record.id for row in self._readings}
        own_days = {day_hash(row.record) for row in self._readings}

        def is_replaced(reading: Row[Any]) -> bool:
            if reading.id in ids or not is_of_file(reading.id):
                return False
            return day_hash(reading) in own_days or days.have(reading)

        return {
            key: [reading for reading in readings if not is_replaced(reading)]
            for key, readings in there.items()
        }

    def _compare(self, rows: list[FileRow]) -> None:
        """Find out the kind of each row, and write new and updated records."""
        if not rows:
            return
        ids = [row.record.id for row in rows]
        existing = {row.id: row for row in stored_records.find(self.db, self.user_id, ids)}
        rows = [_with_days_of(row, existing.get(row.record.id)) for row in rows]
        fresh: list[FileRow] = []
        back: list[FileRow] = []
        others: list[NewRecord] = []
        for row in rows:
            there = existing.get(row.record.id)
            if self._days is not None:
                self._days.see(row.record)
            if row.repeated:
                self.report.note("unchanged", row, there)
            elif there is None:
                fresh.append(row)
            elif there.deleted_at is not None:
                self.report.note("new", row, there)
                back.append(row)
            elif row.record.content == content(there):
                self._matched.add(there.id)
                self.report.note("unchanged", row, there)
            else:
                self.report.note("changed", row, there)
                if self.policy.takes_changes:
                    self.report.updated += 1
                    self._replaced_readings |= there.reading is not None
                    others.append(row.record)
        others += self._tell_back(back)
        grown, fresh = self._tell_grown(fresh)
        inserted = self._tell_alike(fresh) + grown
        if self._saves:
            self._write(rows, inserted, others)

    def _tell_back(self, rows: list[FileRow]) -> list[NewRecord]:
        """The deleted records that come back: they are new beside what is there now."""
        if self._days is not None:
            for row in rows:
                self._days.see_new(row.record)
        self._tell_beside(rows)
        return [row.record for row in rows]

    def _tell_grown(self, rows: list[FileRow]) -> tuple[list[NewRecord], list[FileRow]]:
        """The records of months and years that grew since an earlier file, and the other rows.

        A grown record replaces that of the earlier file, whose period was not over.
        """
        spans = [row for row in rows if _may_have_grown(row.record)]
        if not spans:
            return [], rows
        records = [row.record for row in spans]
        outgrown = file_queries.outgrown_by(self.db, self.user_id, records, FILE_IDS, self.change)
        before: dict[UUID, UUID] = {}
        for record, ids in zip(records, outgrown, strict=True):
            other = next((each for each in ids if each not in self._matched), None)
            if other is not None:
                self._matched.add(other)
                before[record.id] = other
        gone = list(before.values())
        there = {each.id: each for each in stored_records.find(self.db, self.user_id, gone)}
        grown = [row for row in spans if row.record.id in before]
        for row in grown:
            self.report.note("changed", row, there[before[row.record.id]])
        others = [row for row in rows if row.record.id not in before]
        if not self.policy.takes_changes:
            return [], others
        self.report.updated += len(grown)
        if self._saves and gone:
            record_writes.delete(self.db, self.user_id, gone, self.change)
        return [row.record for row in grown], others

    def _tell_alike(self, rows: list[FileRow]) -> list[NewRecord]:
        """The new rows that are kept: all, or only those that resemble no stored record."""
        kept: list[NewRecord] = []
        if not rows:
            return kept
        new: list[FileRow] = []
        alike = file_queries.alike_to(
            self.db, self.user_id, [row.record for row in rows], self.change
        )
        for row, ids in zip(rows, alike, strict=True):
            other = next((record_id for record_id in ids if self._is_free(record_id)), None)
            if other is not None:
                self._matched.add(other)
            else:
                new.append(row)
            self.report.note("new" if other is None else "alike", row)
            if other is None or not self.policy.omit_alike:
                kept.append(row.record)
                if self._days is not None:
                    self._days.see_new(row.record)
        self._tell_beside(new)
        return kept

    def _tell_beside(self, rows: list[FileRow]) -> None:
        """Count these new amounts beside stored ones, and those of one day unless the file wins."""
        amounts = [row.record for row in rows if row.record.reading is None]
        if not amounts:
            return
        self._spans.see(amounts)
        if self._beside is not None:
            self._beside.see(amounts)
            self.report.beside = self._beside.count

    def _is_free(self, record_id: UUID) -> bool:
        """Whether a stored record was not matched by another row of the file."""
        is_replaced = self.policy.replace and is_of_file(record_id)
        return record_id not in self._matched and not is_replaced

    def _write(self, rows: list[FileRow], fresh: list[NewRecord], others: list[NewRecord]) -> None:
        """Write new records, and others that are there, deleted or with other content.

        `rows`: all of them in the order of time, in which readings get their meters: a new meter
        begins behind deleted readings, too.
        """
        if chains.has_readings(fresh + others):
            left = {record.id: record for record in fresh + others}
            records = [left.pop(row.record.id) for row in rows if row.record.id in left]
            own = {each.id: each for each in chains.assigned(self.db, self.user_id, records)}
            fresh = [own[record.id] for record in fresh]
            others = [own[record.id] for record in others]
        record_writes.insert(self.db, self.user_id, fresh, self.change)
        record_writes.replace(self.db, self.user_id, others, self.change)
        self.written += len(fresh) + len(others)

    def _let_file_win(self, days: FileDays) -> None:
        """Delete records of earlier files with the types, units and days of this one."""
        if days.span is None:
            return
        rows = file_queries.of_files(
            self.db, self.user_id, days.keys, days.span, FILE_IDS, self.change
        )
        gone: list[UUID] = []
        for row in filter(days.win_over, rows):
            gone.append(row.id)
            self._replaced_readings |= row.reading is not None
            if days.take_new(row):
                self.report.note_replaced(row)
        if self._saves and gone:
            record_writes.delete(self.db, self.user_id, gone, self.change)
            self.written += len(gone)


def _with_days_of(row: FileRow, there: StoredRecord | None) -> FileRow:
    """The row with the days of its stored record, where the file does not say them."""
    if not row.opens or there is None:
        return row
    return replace(row, record=replace(row.record, days=there.days))


def _may_have_grown(record: NewRecord) -> bool:
    """Whether an earlier file may have had only a part of the period of a file's record."""
    return record.days > 1 and record.reading is None and is_of_file(record.id)
