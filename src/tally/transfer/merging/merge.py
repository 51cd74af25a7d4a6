"""Merge a file's records with those of a user: new ones, equal ones, changed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha1
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db import chains, changes, meter_queries, queries
from tally.db.chains import MeterMarks
from tally.db.changes import ROWS_A_STATEMENT
from tally.domain.fields import MAX_METER
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain, TooManyMeters
from tally.domain.periods import Span
from tally.domain.records import NewRecord, StoredRecord, content
from tally.transfer.faults import UnreadableFile
from tally.transfer.merging.meter_rows import NoRecord, measured
from tally.transfer.merging.read_ahead import batches
from tally.transfer.plans.choices import Choices, Falls
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.compact import HashCounts, key_of_id
from tally.transfer.rows.entries import RowProblem
from tally.transfer.rows.identity import FIRST_FILE_ID, LAST_FILE_ID

SeenKind = Literal["new", "changed", "unchanged", "alike"]
KINDS: tuple[SeenKind, ...] = ("new", "changed", "unchanged", "alike")
# Those that become records.
WRITTEN: tuple[SeenKind, ...] = ("new", "alike")

FILE_IDS = (FIRST_FILE_ID, LAST_FILE_ID)

# The most rows of each kind that are shown; the counts are of all.
MAX_SHOWN = 50
# The most problems that are listed, unless all of them are asked for.
MAX_PROBLEMS = 10_000
# The types and units of one file that can be compared with the records of earlier files.
MAX_KEYS = 10_000
# The most readings of the account among which those of a file are put. They are all in memory at
# once; a meter that is read each hour has as many in 57 years.
MAX_READINGS = 500_000


@dataclass(frozen=True)
class Policy:
    """The treatment of rows that meet a record.

    `update` takes the content of the file for changed records, `replace` lets the file win a type's
    day, `falls` is the meaning of a falling reading. At most `max_problems` are told; all are
    counted. `go_on` is called between rows and raises an error where nobody waits for the file any
    more.
    """

    save: bool
    update: bool = False
    skip_problems: bool = False
    replace: bool = False
    omit_alike: bool = False
    falls: Falls | None = None
    max_problems: int = MAX_PROBLEMS
    go_on: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, choices: Choices, *, save: bool, update: bool, skip_problems: bool) -> Policy:
        """The policy of a person who has made these choices for a file."""
        return cls(
            save,
            update,
            skip_problems,
            replace=choices.replace,
            omit_alike=choices.omit_alike,
            falls=choices.falls,
        )


@dataclass(frozen=True)
class Seen:
    """A row of the file, and the record that exists already."""

    line: int
    record: NewRecord
    existing: StoredRecord | None = None


@dataclass
class Report:
    """The result of an import, or of a try.

    `change` is the one to undo, None when nothing was written; `updated` counts the changed records
    that took the file's content; `left_out` the readings that the person chose to leave out.
    """

    counts: dict[SeenKind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    shown: dict[SeenKind, list[Seen]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    problems: list[RowProblem] = field(default_factory=list)
    bad: int = 0
    updated: int = 0
    left_out: int = 0
    saved: bool = False
    change: UUID | None = None
    questions: set[str] = field(default_factory=set)
    max_problems: int = MAX_PROBLEMS

    @property
    def good(self) -> int:
        """The number of rows that could be read."""
        return sum(self.counts.values())

    @property
    def written(self) -> int:
        """The number of records that are new or took other content."""
        return self.counts["new"] + self.counts["alike"] + self.updated

    def note(self, kind: SeenKind, row: FileRow, existing: StoredRecord | None = None) -> None:
        """Count a row, and show it if it is one of the first of its kind."""
        self.counts[kind] += 1
        if len(self.shown[kind]) < MAX_SHOWN:
            self.shown[kind].append(Seen(row.line, row.record, existing))

    def refuse(self, problem: RowProblem) -> None:
        self.bad += 1
        if problem.asks:
            self.questions.add(problem.asks)
        if len(self.problems) < self.max_problems:
            self.problems.append(problem)


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
    if policy.save and has_readings:
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
        self._rolled_over: set[UUID] = set()
        self._numbered: set[UUID] = set()
        # For `replace`: the ids of the file, the new rows of each type, unit and day, and all.
        self._ids = HashCounts()
        self._new_of_day = HashCounts()
        self._days_seen = HashCounts()
        self._keys: set[Key] = set()
        self._first: date | None = None
        self._last: date | None = None
        self._matched: set[UUID] = set()

    def take(self, rows: Iterator[FileRow | RowProblem]) -> None:
        """Every row, plain ones first."""
        with closing(batches(rows, ROWS_A_STATEMENT)) as read:
            for batch in read:
                self._take_batch(batch)
        if self._readings:
            self._take_readings()
        if self.policy.replace:
            self._let_file_win()
        if self._saves and self._readings and self.written:
            marks = MeterMarks(self._rolled_over, numbered=self._numbered)
            chains.mend(self.db, self.user_id, self.change, marks)

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
        if self.policy.replace:
            there = self._without_replaced(there)
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
        self, there: Mapping[Key, Sequence[Row[Any]]]
    ) -> dict[Key, list[Row[Any]]]:
        """The stored readings except those that the file's readings replace."""
        ids = {row.record.id for row in self._readings}
        days = {_day_hash(row.record) for row in self._readings}

        def is_replaced(reading: Row[Any]) -> bool:
            if reading.id in ids or not _is_of_file(reading.id):
                return False
            day = _day_hash(reading)
            return day in days or self._days_seen.has(day)

        return {
            key: [reading for reading in readings if not is_replaced(reading)]
            for key, readings in there.items()
        }

    def _compare(self, rows: list[FileRow]) -> None:
        """Find out the kind of each row, and write new and updated records."""
        if not rows:
            return
        ids = [row.record.id for row in rows]
        existing = {row.id: row for row in changes.find(self.db, self.user_id, ids)}
        fresh: list[FileRow] = []
        others: list[NewRecord] = []
        for row in rows:
            there = existing.get(row.record.id)
            self._remember(row.record)
            if row.repeated:
                self.report.note("unchanged", row, there)
            elif there is None:
                fresh.append(row)
            elif there.deleted_at is not None:
                self.report.note("new", row, there)
                others.append(row.record)
            elif row.record.content == content(there):
                self._matched.add(there.id)
                self.report.note("unchanged", row, there)
            else:
                self.report.note("changed", row, there)
                if self.policy.update or self.policy.replace:
                    self.report.updated += 1
                    others.append(row.record)
        grown, fresh = self._tell_grown(fresh)
        inserted = self._tell_alike(fresh) + grown
        if self._saves:
            self._write(rows, inserted, others)

    def _tell_grown(self, rows: list[FileRow]) -> tuple[list[NewRecord], list[FileRow]]:
        """The new rows of months and years that were not over for an earlier file, and the others.

        Grown ones replace the records of that file.
        """
        spans = [row for row in rows if _may_have_grown(row.record)]
        if not spans:
            return [], rows
        records = [row.record for row in spans]
        outgrown = queries.outgrown_by(self.db, self.user_id, records, FILE_IDS, self.change)
        before: dict[UUID, UUID] = {}
        for record, ids in zip(records, outgrown, strict=True):
            other = next((each for each in ids if each not in self._matched), None)
            if other is not None:
                self._matched.add(other)
                before[record.id] = other
        gone = list(before.values())
        there = {each.id: each for each in changes.find(self.db, self.user_id, gone)}
        grown = [row for row in spans if row.record.id in before]
        for row in grown:
            self.report.note("changed", row, there[before[row.record.id]])
        others = [row for row in rows if row.record.id not in before]
        if not (self.policy.update or self.policy.replace):
            return [], others
        self.report.updated += len(grown)
        if self._saves and gone:
            changes.delete_all(self.db, self.user_id, gone, self.change)
        return [row.record for row in grown], others

    def _tell_alike(self, rows: list[FileRow]) -> list[NewRecord]:
        """The new rows that are kept: all, or those that look like no stored record."""
        kept: list[NewRecord] = []
        if not rows:
            return kept
        alike = queries.alike_to(self.db, self.user_id, [row.record for row in rows], self.change)
        for row, ids in zip(rows, alike, strict=True):
            other = next((record_id for record_id in ids if self._is_free(record_id)), None)
            if other is not None:
                self._matched.add(other)
            self.report.note("new" if other is None else "alike", row)
            if other is None or not self.policy.omit_alike:
                kept.append(row.record)
                if self.policy.replace:
                    self._new_of_day.add(_day_hash(row.record))
        return kept

    def _is_free(self, record_id: UUID) -> bool:
        """Whether a stored record was not matched by another row of the file."""
        is_replaced = self.policy.replace and _is_of_file(record_id)
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
        changes.insert(self.db, self.user_id, fresh, self.change)
        changes.replace(self.db, self.user_id, others, self.change)
        self.written += len(fresh) + len(others)

    def _remember(self, record: NewRecord) -> None:
        """Keep of a row what `replace` needs later: its id, its day, its type and unit."""
        if not self.policy.replace:
            return
        self._ids.add(key_of_id(record.id))
        self._days_seen.add(_day_hash(record))
        self._keys.add(Key(record.consumption_type, record.unit))
        if len(self._keys) > MAX_KEYS:
            raise UnreadableFile(
                "These are too many types for one file to win their days. Split it."
            )
        day = record.consumption_date
        self._first = min(self._first or day, day)
        self._last = max(self._last or day, day)

    def _let_file_win(self) -> None:
        """Delete records of earlier files with the types, units and days of this one."""
        if self._first is None or self._last is None:
            return
        span = Span(self._first, self._last)
        rows = queries.of_files(self.db, self.user_id, self._keys, span, FILE_IDS, self.change)
        gone: list[UUID] = []
        for row in rows:
            day = _day_hash(row)
            if self._ids.has(key_of_id(row.id)) or not self._days_seen.has(day):
                continue
            gone.append(row.id)
            if self._new_of_day.take(day):
                self._count_as_changed(row)
        if self._saves and gone:
            changes.delete_all(self.db, self.user_id, gone, self.change)
            self.written += len(gone)

    def _count_as_changed(self, row: StoredRecord) -> None:
        report = self.report
        if not report.counts["new"]:
            return
        report.counts["new"] -= 1
        report.counts["changed"] += 1
        report.updated += 1
        for place, seen in enumerate(report.shown["new"]):
            if _day_hash(seen.record) == _day_hash(row):
                del report.shown["new"][place]
                if len(report.shown["changed"]) < MAX_SHOWN:
                    report.shown["changed"].append(Seen(seen.line, seen.record, row))
                return


def _may_have_grown(record: NewRecord) -> bool:
    """Whether an earlier file may have had only a part of the period of a file's record."""
    return record.days > 1 and record.reading is None and _is_of_file(record.id)


def _is_of_file(record_id: UUID) -> bool:
    """Whether a file brought the record."""
    return FIRST_FILE_ID <= record_id <= LAST_FILE_ID


def _day_hash(record: NewRecord | StoredRecord | Row[Any]) -> int:
    """A hash of the type, unit and day of a record."""
    text = f"{record.consumption_type}\x1f{record.unit}\x1f{record.consumption_date}"
    return int.from_bytes(sha1(text.encode(), usedforsecurity=False).digest()[:8])
