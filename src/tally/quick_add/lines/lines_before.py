"""The new types and the readings of the lines before a line. Pure.

Later lines follow earlier ones, as their records will once all of them are saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tally.domain import meters
from tally.domain.meters import FIRST_METER, Neighbours, Reading
from tally.domain.text import fold
from tally.quick_add.results import Draft


@dataclass(frozen=True)
class NotedReading:
    """A reading of a line, the number of its meter, and whether it starts a further one."""

    reading: Reading
    meter: int
    is_new: bool


class LinesBefore:
    """The lines read so far, except those with problems."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}
        self._units: dict[str, tuple[str, ...]] = {}
        self._readings: dict[tuple[str, str], list[NotedReading]] = {}

    def note(self, draft: Draft) -> None:
        """Remember a new type with its unit, and a meter's reading, for the lines after it."""
        name = fold(draft.consumption_type)
        if draft.new_type:
            self._spellings.setdefault(name, draft.consumption_type)
            others = (unit for unit in self.units_of(name) if unit != draft.unit)
            self._units[name] = (draft.unit, *others)
        if draft.reading is not None:
            reading = Reading(draft.consumption_date, draft.reading)
            noted = self._readings.setdefault((name, draft.unit), [])
            noted.append(NotedReading(reading, draft.meter or FIRST_METER, draft.new_meter))

    def spelling_of(self, name: str) -> str:
        """The name of a type as the first of these lines spells it, or as it is given."""
        return self._spellings.get(fold(name), name)

    def units_of(self, name: str) -> tuple[str, ...]:
        """The units of a new type in these lines, the last one first."""
        return self._units.get(fold(name), ())

    def readings_of(self, name: str, unit: str) -> Sequence[NotedReading]:
        """The readings that these lines have of a type and unit, in their order."""
        return self._readings.get((fold(name), unit), ())


def with_lines(around: Neighbours, own: Reading, noted: Sequence[NotedReading]) -> Neighbours:
    """The neighbours of a reading, with the readings of the lines before it."""
    if not noted:
        return around
    chain = _up_to(own, noted)
    largest = max((one.reading.figure for one in chain), default=around.largest)
    if around.largest and largest and not any(one.is_new for one in chain):
        largest = max(largest, around.largest)
    return Neighbours(
        max([around.meter or FIRST_METER, *(one.meter for one in chain)]),
        _later(around.before, chain[-1].reading if chain else None),
        _earlier(around.after, _first_behind(own, noted)),
        largest,
    )


def meter_of(around: Neighbours, noted: Sequence[NotedReading], *, is_new: bool) -> int:
    """The number of a reading's meter: the one in use on its day, or a further one."""
    if not is_new:
        return around.meter or FIRST_METER
    return max([around.meter or 0, *(one.meter for one in noted)]) + 1


def _up_to(own: Reading, noted: Sequence[NotedReading]) -> Sequence[NotedReading]:
    """The readings up to a day, by day, from the start of the meter in use on it."""
    chain = sorted(
        (one for one in noted if one.reading.day <= own.day), key=lambda one: one.reading.day
    )
    start = max((place for place, one in enumerate(chain) if one.is_new), default=0)
    return chain[start:]


def _first_behind(own: Reading, noted: Sequence[NotedReading]) -> Reading | None:
    """The first reading after a day, unless it belongs to a further meter."""
    behind = (one for one in noted if one.reading.day > own.day)
    first = min(behind, key=lambda one: one.reading.day, default=None)
    return None if first is None or first.is_new else first.reading


def _later(stored: Reading | None, noted: Reading | None) -> Reading | None:
    """The later of two readings; on the same day a line comes after a stored reading."""
    if stored is None or noted is None:
        return noted or stored
    return noted if noted.day >= stored.day else stored


def _earlier(stored: Reading | None, noted: Reading | None) -> Reading | None:
    if stored is None or noted is None:
        return noted or stored
    return noted if noted.day < stored.day else stored


def relinked(drafts: Sequence[Draft]) -> list[Draft]:
    """The records; a reading is counted from the one before it, even if that is on a later line."""
    by_meter: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        if draft.reading is not None:
            key = fold(draft.consumption_type), draft.unit
            by_meter.setdefault(key, []).append(draft)
    return [
        _relinked(draft, by_meter.get((fold(draft.consumption_type), draft.unit), ()))
        for draft in drafts
    ]


def _relinked(draft: Draft, drafts: Sequence[Draft]) -> Draft:
    """The record counted from a later line with an earlier day, if there is one."""
    if draft.reading is None or draft.new_meter:
        return draft
    own = Reading(draft.consumption_date, draft.reading)
    behind = [
        Reading(other.consumption_date, other.reading)
        for other in drafts
        if other.line > draft.line
        and other.reading is not None
        and other.consumption_date < own.day
    ]
    nearest = max(behind, key=lambda reading: reading.day, default=None)
    before = _later(draft.before, nearest)
    if before is None or before == draft.before:
        return draft
    largest = before.figure if before.figure > own.figure else None
    used = meters.consumption_between(before, own, largest)
    return replace(draft, consumption_value=used.value, days=used.days, before=before)
