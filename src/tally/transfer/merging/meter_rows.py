"""Readings of a file among the stored ones: their consumption, and the impossible ones. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from tally.domain.amounts import grouped, plain
from tally.domain.fields import MAX_DAYS
from tally.domain.keys import Key
from tally.domain.meters import MeterStart, is_rolled_over, meter_on, next_meter, rollover_figure
from tally.transfer.merging.day_order import ChainReading, in_order
from tally.transfer.plans.choices import Falls
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class NoRecord(Enum):
    """The outcome of a row that became no record."""

    LEFT_OUT = "left out"


Outcome = FileRow | RowProblem | NoRecord
# Of each meter the readings at places of a chain.
_Places = dict[int, deque[tuple[int, ChainReading]]]


class _Existing(Protocol):
    """A stored reading."""

    @property
    def id(self) -> UUID: ...
    @property
    def meter(self) -> int: ...
    @property
    def consumption_date(self) -> date: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def reading(self) -> Decimal: ...


def measured(
    rows: Sequence[FileRow], there: Mapping[Key, Sequence[_Existing]], falls: Falls | None
) -> Iterator[Outcome]:
    """Each reading of a file with its consumption, or its problem.

    `falls` says what a reading below the one before it means; without it, that reading and all
    later ones of its meter ask. Rows with a meter of Tally's own are taken as they are, or are a
    problem. No reading follows one that is a problem or left out.
    """
    series: dict[Key, list[FileRow]] = {}
    for row in rows:
        series.setdefault(Key(row.record.consumption_type, row.record.unit), []).append(row)
    for key, own in series.items():
        others = there.get(key, ())
        chain = in_order(_shown(own, others))
        yield from _outcomes(chain, _Meters.of(chain, others, falls))


def _outcomes(chain: Sequence[ChainReading], meters: _Meters) -> Iterator[Outcome]:
    """The outcomes of the rows of one type and unit, in the order of time."""
    far = _far(chain)
    turns = _ahead_of_turns(chain) if meters.falls == "rollover" else [False] * len(chain)
    for place, (shown, turns_later) in enumerate(zip(chain, turns, strict=True)):
        if shown.row is None:
            meters.see(shown)
        elif place in far:
            yield RowProblem(shown.row.line, _too_far(far[place]))
        else:
            yield meters.outcome(shown, shown.row, turns_later=turns_later)


def _shown(rows: Sequence[FileRow], there: Sequence[_Existing]) -> Iterator[ChainReading]:
    """The readings of the file and the stored ones, each once; the figure of the file counts."""
    ids = {row.record.id for row in rows}
    known = {other.id: other for other in there}
    for row in rows:
        day, figure = row.record.as_reading
        other = known.get(row.record.id)
        moment = (other and other.created_at) or row.record.created_at or _LONG_AGO
        meter = row.record.meter or (other.meter if other else None)
        yield ChainReading(day, moment, figure, row, is_there=meter is not None, meter=meter)
    for other in there:
        if other.id not in ids:
            yield ChainReading(
                other.consumption_date, other.created_at, other.reading,
                is_there=True, meter=other.meter,
            )  # fmt: skip


@dataclass
class _Meters:
    """The meters of one type and unit, while their readings are read in the order of time.

    `before`: the latest reading of each; `coming`: stored ones that come later, `again` those of
    them that are in the file, each with its place in the chain; `broken`: the meters with a fall
    that nobody has explained.
    """

    falls: Falls | None
    largest: Decimal
    starts: list[MeterStart]
    coming: _Places
    again: _Places
    before: dict[int, ChainReading] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)

    @classmethod
    def of(
        cls, chain: Sequence[ChainReading], there: Sequence[_Existing], falls: Falls | None
    ) -> _Meters:
        first: dict[int, date] = {}
        for other in there:
            day = other.consumption_date
            first[other.meter] = min(day, first.get(other.meter, day))
        coming: _Places = defaultdict(deque)
        again: _Places = defaultdict(deque)
        for place, shown in enumerate(chain):
            if shown.meter is None or (shown.row and shown.row.record.meter):
                continue
            (coming if shown.row is None else again)[shown.meter].append((place, shown))
        starts = [MeterStart(meter, day) for meter, day in first.items()]
        return cls(falls, max(shown.figure for shown in chain), starts, coming, again)

    def see(self, shown: ChainReading) -> None:
        """Take a stored reading into account; it ends a fall of its meter that nobody explained."""
        if shown.meter is not None:
            self.before[shown.meter] = shown
            self.coming[shown.meter].popleft()
            self.broken.discard(shown.meter)

    def outcome(self, shown: ChainReading, row: FileRow, *, turns_later: bool) -> Outcome:
        """The outcome of a row, which only has its place between the readings around it."""
        meter = shown.meter or meter_on(self.starts, shown.day)
        before = self.before.get(meter)
        fell = before is not None and shown.figure < before.figure
        if row.record.meter is not None:
            return self._own(shown, row, meter)
        if shown.is_there:
            self.broken.discard(meter)
            self.again[meter].popleft()
        if meter in self.broken or (fell and self.falls is None):
            self.broken.add(meter)
            return RowProblem(row.line, _ask(shown, before), (), "falls")
        if fell and self.falls == "omit":
            return NoRecord.LEFT_OUT
        begins = fell and self.falls == "new"
        after = self._after(meter, is_there=shown.is_there)
        if begins and after is not None and after.day > shown.day:
            return RowProblem(row.line, _amid(after))
        why = "" if begins else _why_not(shown, before, after, turns_later=turns_later)
        if why:
            return RowProblem(row.line, why)
        if begins:
            meter = next_meter(start.meter for start in self.starts)
        self._take(shown, meter)
        return self._with_consumption(row, shown, before, begins=begins)

    def _own(self, shown: ChainReading, row: FileRow, meter: int) -> Outcome:
        """The outcome of a row that names its meter: the row as it is, or the reason against it."""
        before, after = self.before.get(meter), self._after(meter, is_there=True)
        is_turned = is_rolled_over(row.record.consumption_value, shown.figure)
        if before is not None and shown.figure < before.figure and not is_turned:
            if self.falls == "omit":
                return NoRecord.LEFT_OUT
            return RowProblem(row.line, f"{_lower(shown, before)}.")
        why = _why_not(shown, before, after, turns_later=False)
        if why:
            return RowProblem(row.line, why)
        self._take(shown, meter)
        return row

    def _after(self, meter: int, *, is_there: bool) -> ChainReading | None:
        """The next stored reading of a meter; None without one.

        `is_there`: the reading before it is stored itself. Then readings that are in the file as
        well are passed over, since their own rows decide about them.
        """
        stored = (self.coming[meter],) if is_there else (self.coming[meter], self.again[meter])
        return min((places[0] for places in stored if places), default=(0, None))[1]

    def _take(self, shown: ChainReading, meter: int) -> None:
        """Have the next reading of the meter follow this one."""
        if meter not in [start.meter for start in self.starts]:
            self.starts.append(MeterStart(meter, shown.day))
        self.before[meter] = shown

    def _with_consumption(
        self, row: FileRow, shown: ChainReading, before: ChainReading | None, *, begins: bool
    ) -> FileRow:
        """The row with its consumption and its days since the reading before it."""
        record = row.record
        if before is None:
            return replace(row, record=replace(record, consumption_value=Decimal(0), days=0))
        if begins:
            start = replace(record, consumption_value=Decimal(0), days=0, new_meter=True)
            return replace(row, record=start)
        used = shown.figure - before.figure
        return replace(
            row,
            record=replace(
                record,
                consumption_value=used + rollover_figure(self.largest) if used < 0 else used,
                days=max(_days(before, shown), 1),
                rolled_over=used < 0,
            ),
        )


def _why_not(
    shown: ChainReading,
    before: ChainReading | None,
    after: ChainReading | None,
    *,
    turns_later: bool,
) -> str:
    """The reason why a reading cannot stand between two of its meter; "" if it can.

    `after` is stored already, and stays.
    """
    if before is not None and _days(before, shown) > MAX_DAYS:
        return _too_far(before)
    if after is None:
        return ""
    if before is None and _days(shown, after) > MAX_DAYS:
        return _too_far(after)
    is_above = after.figure < shown.figure and (before is None or before.figure <= after.figure)
    return _above(shown, after) if is_above and not turns_later else ""


def _far(chain: Sequence[ChainReading]) -> dict[int, ChainReading]:
    """The places of the rows that are too far from the rest, each with the reading nearest to it.

    The rest are the rows around readings that keep their place, else the largest group, of equals
    the latest: so one wrong day costs only itself.
    """
    ends = [place for place, pair in enumerate(pairwise(chain), 1) if _days(*pair) > MAX_DAYS]
    if not ends:
        return {}
    runs = [range(start, end) for start, end in pairwise([0, *ends, len(chain)])]
    fixed = [run for run in runs if any(chain[place].is_there for place in run)]
    kept = fixed or [max(reversed(runs), key=len)]
    edges = [chain[place] for run in kept for place in (run[0], run[-1])]
    far: dict[int, ChainReading] = {}
    for place in (place for run in runs if run not in kept for place in run):
        distances = [abs(_days(edge, chain[place])) for edge in edges]
        far[place] = edges[distances.index(min(distances))]
    return far


def _ahead_of_turns(chain: Sequence[ChainReading]) -> list[bool]:
    """For each reading whether a row between it and the next stored one is a roll-over."""
    turns: list[bool] = []
    turns_later = False
    later: ChainReading | None = None
    for shown in reversed(chain):
        if later is not None and later.row is None:
            turns_later = False
        elif later is not None and later.figure < shown.figure:
            turns_later = True
        turns.append(turns_later)
        later = shown
    return turns[::-1]


def _days(earlier: ChainReading, later: ChainReading) -> int:
    return (later.day - earlier.day).days


def _ask(shown: ChainReading, before: ChainReading | None) -> str:
    if before is None or shown.figure >= before.figure:
        return (
            "A reading above this one falls. Say what that is: "
            "a new meter, a roll-over, or to leave out."
        )
    return f"{_lower(shown, before)}. Say whether it is a new meter, a roll-over, or to leave out."


def _lower(shown: ChainReading, before: ChainReading) -> str:
    return f"{plain(shown.figure)} is lower than {plain(before.figure)} on {before.day}"


def _above(shown: ChainReading, ceiling: ChainReading) -> str:
    return (
        f"{plain(shown.figure)} is more than the next reading, "
        f"{plain(ceiling.figure)} on {ceiling.day}."
    )


def _amid(after: ChainReading) -> str:
    return (
        "No new meter begins here: the one before is read after that, "
        f"{plain(after.figure)} on {after.day}."
    )


def _too_far(other: ChainReading) -> str:
    return (
        f"Over {grouped(MAX_DAYS)} days lie between this reading and {plain(other.figure)} on "
        f"{other.day}. Correct its day, or begin a new meter by hand."
    )
