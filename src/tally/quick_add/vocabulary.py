"""What the reader of lines has to know of a user, as plain values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tally.quick_add.spans import Starts


@dataclass(frozen=True)
class Meter:
    """What the newest meter of a type and unit showed last.

    digits: those before the decimal point of the largest reading, which tell where it rolls over.
    """

    reading: Decimal
    day: date
    digits: int


@dataclass(frozen=True)
class Vocabulary:
    """What somebody has used, and how they write.

    types: folded type → (spelling, the unit last used).
    meters: (folded type, unit) → its meter; of a unit that is read from one.
    date_order: automatic, day-first, month-first or year-first. measures: us, imperial, or "".
    currency: an ISO code, or "". starts: of the account's month and week.
    """

    types: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    number_format: str = "auto"
    meters: Mapping[tuple[str, str], Meter] = field(default_factory=dict)
    date_order: str = "automatic"
    measures: str = ""
    currency: str = ""
    starts: Starts = field(default_factory=Starts)
