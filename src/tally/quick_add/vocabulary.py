"""The vocabulary of a user that the reader of lines needs, as plain values. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tally.domain.calendar import USUAL_STARTS, Starts
from tally.domain.meters import Neighbours
from tally.domain.records import UsedType, last_use
from tally.domain.text import fold

# The account's orders of dates; automatic reads a date where only one is possible.
DATE_ORDERS = ("automatic", "day-first", "month-first", "year-first")


class MeterDay(NamedTuple):
    """A type as the user spells it, its unit, and the day of a reading."""

    type: str
    unit: str
    day: date


class KnownType(NamedTuple):
    """A type as the user spells it, and its units, the one used last first.

    At least one unit; "" is among them where the type is kept without any.
    """

    spelling: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The types and units that a user has used, and the formats in which they write.

    types: by their folded names, those used last at the end. hidden: those that are not offered,
    folded.
    meters: the readings around each day on which a line reads a meter; a reading that has none
    there is the first of its type and unit.
    date_order: one of DATE_ORDERS. measures: us, imperial, or "".
    currency: an ISO code, or "". starts: of the account's months and weeks.
    """

    types: Mapping[str, KnownType] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    number_format: str = "auto"
    meters: Mapping[MeterDay, Neighbours] = field(default_factory=dict)
    date_order: str = DATE_ORDERS[0]
    measures: str = ""
    currency: str = ""
    starts: Starts = USUAL_STARTS
    hidden: frozenset[str] = frozenset()

    @property
    def offered(self) -> Mapping[str, KnownType]:
        """The types that are not hidden."""
        if not self.hidden:
            return self.types
        return {name: own for name, own in self.types.items() if name not in self.hidden}

    def has_type(self, name: str) -> bool:
        """Whether the user has a type of this name, however it is spelled."""
        return fold(name) in self.types

    def spelling_of(self, name: str) -> str:
        """The name of a type as the user spells it; "" for a new type."""
        own = self.types.get(fold(name))
        return own.spelling if own else ""

    def own_units(self, name: str) -> tuple[str, ...]:
        """The units of a type, the one used last first; none for a new type."""
        own = self.types.get(fold(name))
        return own.units if own else ()


def vocabulary_of(used: Iterable[UsedType]) -> Vocabulary:
    """The types and units of a user; a type is spelled as it was last."""
    spelling: dict[str, str] = {}
    units: dict[str, dict[str, None]] = {}
    for kind in sorted(used, key=last_use):
        folded = fold(kind.type)
        spelling[folded] = kind.type
        # The type and the unit used last stand last.
        own = units.pop(folded, {})
        own.pop(kind.unit, None)
        units[folded] = own | {kind.unit: None}
    return Vocabulary(
        {name: KnownType(spelling[name], tuple(reversed(own))) for name, own in units.items()},
        frozenset(unit for own in units.values() for unit in own if unit),
    )


def spellings(used: Iterable[UsedType]) -> dict[str, str]:
    """Each folded type, and how the user spells it."""
    return {folded: own.spelling for folded, own in vocabulary_of(used).types.items()}


def spelled(name: str, used: Sequence[UsedType]) -> str:
    """The name of a type as the user spells it; a name in use, or a new one, as it is given."""
    if any(kind.type == name for kind in used):
        return name
    return spellings(used).get(fold(name), name)
