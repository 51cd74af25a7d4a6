"""The report of an import: the counts of its rows, some of them, and its problems. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from tally.domain.records import NewRecord, StoredRecord
from tally.transfer.merging.file_days import day_hash
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem

SeenKind = Literal["new", "changed", "unchanged", "alike"]
KINDS: tuple[SeenKind, ...] = ("new", "changed", "unchanged", "alike")
# Those that become records.
WRITTEN: tuple[SeenKind, ...] = ("new", "alike")

# The most rows of each kind that are shown; the counts are of all.
MAX_SHOWN = 50
# The most problems that are listed, unless all of them are asked for.
MAX_PROBLEMS = 10_000


@dataclass(frozen=True)
class Seen:
    """A row of the file, and the record that exists already."""

    line: int
    record: NewRecord
    existing: StoredRecord | None = None


@dataclass
class SpansTold:
    """The number of new amounts that hold the days of stored ones, or lie within them.

    `of_files`, `of_none`: whether files brought some of those, and whether none did.
    """

    rows: int = 0
    of_files: bool = False
    of_none: bool = False

    def see(self, rows: int, *, of_file: bool = False, of_none: bool = False) -> None:
        """Count more of them."""
        self.rows += rows
        self.of_files |= of_file
        self.of_none |= of_none


@dataclass
class Report:
    """The result of an import, or of a try.

    `change` is the one to undo, None when nothing was written; `updated` counts the changed records
    that took the file's content; `left_out` the readings that the person chose to leave out;
    `beside` the records of earlier files on the days of new ones, where these or those are daily
    sums; `holding` and `within` the new ones that hold the days of stored ones, or lie within them.
    """

    counts: dict[SeenKind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    shown: dict[SeenKind, list[Seen]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    problems: list[RowProblem] = field(default_factory=list)
    bad: int = 0
    updated: int = 0
    left_out: int = 0
    beside: int = 0
    holding: SpansTold = field(default_factory=SpansTold)
    within: SpansTold = field(default_factory=SpansTold)
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
        """Count a problem, keep it if it is one of the first, and note the choice that it needs."""
        self.bad += 1
        if problem.asks:
            self.questions.add(problem.asks)
        if len(self.problems) < self.max_problems:
            self.problems.append(problem)

    def note_replaced(self, existing: StoredRecord) -> None:
        """Count a new row as one that replaces a record of its type, unit and day."""
        if not self.counts["new"]:
            return
        self.counts["new"] -= 1
        self.counts["changed"] += 1
        self.updated += 1
        for place, seen in enumerate(self.shown["new"]):
            if day_hash(seen.record) == day_hash(existing):
                del self.shown["new"][place]
                if len(self.shown["changed"]) < MAX_SHOWN:
                    self.shown["changed"].append(Seen(seen.line, seen.record, existing))
                return
