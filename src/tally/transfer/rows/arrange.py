"""Entries as records: summed by day, readings in the order of time, each with its id. Pure.

Plain amounts pass one by one. Entries that depend on others are collected: sums of a day, readings,
which form a chain, and rows that cover the days since the row before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tally.domain.amounts import MAX_VALUE, grouped
from tally.domain.fields import MAX_DAYS, TOO_MANY_DAYS
from tally.domain.records import NewRecord
from tally.transfer.cells.clocks import DAY_SECONDS
from tally.transfer.faults import UnreadableFile
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.compact import HashCounts, key_of_id, key_of_parts
from tally.transfer.rows.entries import ReadingSeries, RowEntry, RowProblem
from tally.transfer.rows.identity import FileIds, day_sum_key

# The most readings, sums of days, or rows that follow each other, that are collected.
MAX_COLLECTED = 200_000
# One record a day is proposed where there are more rows than this on most days.
ROWS_A_DAY = 3

_TOO_MANY = (
    "Readings, daily sums and rows that follow each other can be "
    f"{grouped(MAX_COLLECTED)} in one file. Split it."
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A record of the file. `repeated`: an earlier row has the same record.

    `opens`: the file does not say its days, which are those of the stored record if there is one.
    """

    line: int
    record: NewRecord
    repeated: bool = False
    remark: str = ""
    opens: bool = False


@dataclass
class DayCounts:
    """The number of entries, of the days in their series, and the first and last day."""

    entries: int = 0
    days: int = 0
    first: date = date.max
    last: date = date.min
    _seen: HashCounts = field(default_factory=HashCounts)

    def count(self, entry: RowEntry) -> None:
        """Take an entry into account."""
        self.entries += 1
        self.first, self.last = min(self.first, entry.day), max(self.last, entry.day)
        if self._seen.add(key_of_parts(*entry.series, entry.day)) == 1:
            self.days += 1

    @property
    def proposes_sums(self) -> bool:
        """Whether a day has so many entries that one sum of them is better."""
        return self.entries > ROWS_A_DAY * self.days


def arranged(
    plan: Plan, entries: Iterable[RowEntry | RowProblem], counts: DayCounts
) -> Iterator[RowEntry | RowProblem]:
    """The entries that become records, in an order that keeps chains of readings whole."""
    choices = plan.choices
    readings: list[RowEntry] = []
    plain: Iterator[RowEntry | RowProblem] = _counted(entries, counts, readings)
    if choices.since:
        plain = _since(plain)
    if choices.daily:
        plain = _daily(plain)
    yield from plain
    if readings:
        onward = -1 if plan.rows.descending else 1
        readings.sort(key=lambda entry: (entry.day, entry.second or 0, onward * entry.line))
        yield from _first_and_lasts(readings) if choices.daily else readings


def _counted(
    entries: Iterable[RowEntry | RowProblem], counts: DayCounts, readings: list[RowEntry]
) -> Iterator[RowEntry | RowProblem]:
    for entry in entries:
        if isinstance(entry, RowProblem):
            yield entry
            continue
        counts.count(entry)
        if entry.reading is None:
            yield entry
        else:
            readings.append(entry)
            if len(readings) > MAX_COLLECTED:
                raise UnreadableFile(_TOO_MANY)


def _daily(entries: Iterable[RowEntry | RowProblem]) -> Iterator[RowEntry | RowProblem]:
    """The daily sums: one entry for each type, unit and day, with these three as its key.

    An entry with an id of its own stays what it is: as a part of a sum it would count twice where
    the account has it, and the sum could not have the id of one of its parts.
    """
    sums: dict[tuple[str, ...], RowEntry] = {}
    for entry in entries:
        if isinstance(entry, RowProblem) or entry.record_id is not None:
            yield entry
            continue
        last_day, *_ = entry.key
        key = day_sum_key(last_day or entry.day.isoformat(), str(entry.days), *entry.series)
        before = sums.get(key)
        if before is None:
            if len(sums) >= MAX_COLLECTED:
                raise UnreadableFile(_TOO_MANY)
            sums[key] = entry._replace(key=key, second=None, notes="", reading=None)
            continue
        costs = [cost for cost in (before.cost, entry.cost) if cost is not None]
        sums[key] = before._replace(
            value=before.value + entry.value, cost=sum(costs, Decimal(0)) if costs else None
        )
    for entry in sums.values():
        if entry.value >= MAX_VALUE:
            yield RowProblem(entry.line, f"The sum of this day is {grouped(MAX_VALUE)} or more.")
        elif entry.cost is not None and entry.cost >= MAX_VALUE:
            yield RowProblem(entry.line, f"The costs of this day are {grouped(MAX_VALUE)} or more.")
        else:
            yield entry


def _first_and_lasts(readings: list[RowEntry]) -> Iterator[RowEntry]:
    """The first reading of the file, and each day's last reading, of each type and unit."""
    last: dict[tuple[ReadingSeries, date], RowEntry] = {}
    first: dict[ReadingSeries, RowEntry] = {}
    for entry in readings:
        first.setdefault(entry.series, entry)
        last[entry.series, entry.day] = entry
    kept = {id(entry): entry for entry in (*first.values(), *last.values())}
    for entry in readings:
        if id(entry) in kept:
            yield entry


def _since(entries: Iterable[RowEntry | RowProblem]) -> Iterator[RowEntry | RowProblem]:
    """Each entry covers the days since the one before of its type and unit.

    These days are no part of its key, so that a later file that begins with the row has the same.
    """
    collected: list[RowEntry] = []
    for entry in entries:
        if isinstance(entry, RowProblem):
            yield entry
        else:
            collected.append(entry)
            if len(collected) > MAX_COLLECTED:
                raise UnreadableFile(_TOO_MANY)
    collected.sort(key=lambda entry: (entry.day, entry.second or 0, entry.line))
    before: dict[ReadingSeries, date] = {}
    for entry in collected:
        series = entry.series
        is_first = series not in before
        days = entry.days if is_first else (entry.day - before[series]).days
        before[series] = entry.day
        if days > MAX_DAYS:
            yield RowProblem(entry.line, TOO_MANY_DAYS)
        elif days > 1 and entry.days == 1:
            yield entry._replace(days=days)
        else:
            yield entry._replace(opens=is_first and entry.days == 1)


class Records:
    """Entries as records, with their ids, which depend on earlier rows as well."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self._identity = FileIds()
        self._now = now.astimezone(UTC)
        self._latest = plan.reader.today.toordinal() + 1
        self._descending = plan.rows.descending
        self._lines = HashCounts()
        self._contents = HashCounts()

    def row(self, entry: RowEntry) -> FileRow | RowProblem:
        """The entry as a record, or as a problem if another row has its id."""
        record = NewRecord(
            id=entry.record_id or self._identity.of(entry.key),
            consumption_date=entry.day,
            consumption_type=entry.consumption_type,
            consumption_value=entry.value,
            unit=entry.unit,
            notes=entry.notes,
            created_at=entry.created_at or (None if entry.record_id else self._time(entry)),
            days=entry.days,
            reading=entry.reading,
            meter=entry.meter,
            cost=entry.cost,
        )
        if entry.record_id is None:
            return FileRow(entry.line, record, opens=entry.opens)
        return self._own(entry, record)

    def _own(self, entry: RowEntry, record: NewRecord) -> FileRow | RowProblem:
        """A row with an id of its own; a problem if another one has the same."""
        key = key_of_id(record.id)
        content = hash(record.content) & 0xFFFF_FFFF
        line = self._lines.first(key, entry.line)
        if not line:
            self._contents.first(key, content)
            return FileRow(entry.line, record)
        if self._contents.first(key, content) != content:
            return RowProblem(entry.line, f"Line {line} has the same id and other content.")
        return FileRow(entry.line, record, repeated=True)

    def _time(self, entry: RowEntry) -> datetime:
        """The record's time of creation, which sorts records by the moments of their rows.

        Times are a microsecond apart for each second of a row's day, whichever way the file runs.
        """
        place = entry.line % DAY_SECONDS
        second = entry.second
        if second is None:
            second = DAY_SECONDS - 1 - place if self._descending else place
        age = (self._latest - entry.day.toordinal()) * DAY_SECONDS - second
        return self._now - timedelta(microseconds=age)
