"""The records of a file beside those that somebody has: what is new, there already, or other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal
from uuid import UUID

import sqlalchemy
from sqlalchemy import Connection

from tally.db import chains, changes
from tally.db.changes import ROWS_A_STATEMENT
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, content
from tally.transfer.row_parser import Problem, Row, UnreadableFile

Kind = Literal["new", "changed", "unchanged"]
KINDS: tuple[Kind, ...] = ("new", "changed", "unchanged")

# So many rows of each kind are shown; the counts are of all.
MAX_SHOWN = 50


@dataclass(frozen=True)
class Seen:
    """A row of the file, and the record that is there already."""

    line: int
    record: NewRecord
    existing: sqlalchemy.Row[Any] | None = None


@dataclass
class Report:
    """What became of a file, or would become of it.

    `change` is what undo takes back, None when nothing was written; `updated` counts those of the
    changed records that took the file's content; `ignored` are headings that mean nothing to Tally.
    `remark` is the first on how a value was read, `remarked` in how many rows there is one.
    """

    counts: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    shown: dict[Kind, list[Seen]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    problems: list[Problem] = field(default_factory=list)
    ignored: Sequence[str] = ()
    remark: str = ""
    remarked: int = 0
    updated: int = 0
    saved: bool = False
    change: UUID | None = None

    @property
    def good(self) -> int:
        """How many rows could be read."""
        return sum(self.counts.values())

    @property
    def asks(self) -> set[str]:
        """The choices that would help with some of the problems."""
        return {problem.asks for problem in self.problems if problem.asks}

    def note(self, kind: Kind, seen: Seen) -> None:
        self.counts[kind] += 1
        if len(self.shown[kind]) < MAX_SHOWN:
            self.shown[kind].append(seen)

    def take_remark(self, row: Row) -> None:
        if row.remark:
            self.remark = self.remark or f"Line {row.line}: {row.remark}"
            self.remarked += 1


def merge(
    db: Connection,
    user_id: UUID,
    rows: Iterator[Row | Problem],
    *,
    save: bool,
    update: bool = False,
    skip_problems: bool = False,
) -> Report:
    """Compare a file with what is there and, with `save`, write what is new: one change, one undo.

    Records that were deleted come back and count as new. Those that differ stay as they are unless
    `update`. A file with problems saves nothing unless `skip_problems`. Raises UnreadableFile.
    """
    report = Report()
    change = changes.new_change()
    written = 0
    has_readings = False
    savepoint = db.begin_nested() if save else None
    try:
        while batch := list(islice(rows, ROWS_A_STATEMENT)):
            report.problems += [row for row in batch if isinstance(row, Problem)]
            if savepoint and report.problems and not skip_problems:
                # The rest is only read, to tell all of its problems at once.
                savepoint.rollback()
                savepoint = None
            fresh, others, touches = _compare(db, user_id, batch, report, update=update)
            if savepoint:
                if touches:
                    has_readings = True
                    chains.lock(db, user_id)
                    fresh = chains.assigned(db, user_id, fresh)
                    others = chains.assigned(db, user_id, others)
                changes.insert(db, user_id, fresh, change)
                changes.replace(db, user_id, others, change)
                written += len(fresh) + len(others)
        if savepoint and has_readings:
            _mend(db, user_id, change)
    except UnreadableFile:
        if savepoint:
            savepoint.rollback()
        raise
    if savepoint:
        savepoint.commit()
        report.saved = True
        report.change = change if written else None
    return report


def _mend(db: Connection, user_id: UUID, change: UUID) -> None:
    """Have the readings of the file follow one another. Raises UnreadableFile."""
    try:
        chains.mend(db, user_id, change)
    except BrokenChain as error:
        raise UnreadableFile(f"Readings of one meter do not follow each other: {error}.") from error


def _compare(
    db: Connection, user_id: UUID, batch: Sequence[Row | Problem], report: Report, *, update: bool
) -> tuple[list[NewRecord], list[NewRecord], bool]:
    """What is to be inserted, what takes the place of something, whether readings are touched."""
    good = [row for row in batch if isinstance(row, Row)]
    existing = {row.id: row for row in changes.find(db, user_id, [row.record.id for row in good])}
    fresh: list[NewRecord] = []
    others: list[NewRecord] = []
    for row in good:
        report.take_remark(row)
        there = existing.get(row.record.id)
        seen = Seen(row.line, row.record, there)
        if row.repeated:
            report.note("unchanged", seen)
        elif there is None:
            report.note("new", seen)
            fresh.append(row.record)
        elif there.deleted_at is not None:
            report.note("new", seen)
            others.append(row.record)
        elif row.record.content == content(there):
            report.note("unchanged", seen)
        else:
            report.note("changed", seen)
            if update:
                report.updated += 1
                others.append(row.record)
    replaced = [existing[record.id].reading for record in others]
    touches = chains.has_readings([*fresh, *others]) or any(it is not None for it in replaced)
    return fresh, others, touches
