"""Records as lines that read back as the same records. Pure."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

from tally.domain.amounts import plain
from tally.domain.records import NewRecord, RecordLike
from tally.domain.text import fold
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import KnownType, Vocabulary
from tally.quick_add.words.tokens import quoted

# A line is read to check that it reads back; the same few stand beside each new record.
MAX_KEPT_LINES = 4_096
_NO_ID = UUID(int=0)
_NOTHING_KNOWN = Vocabulary()


def line_for(record: RecordLike, known: Vocabulary = _NOTHING_KNOWN) -> str:
    """The line that reads back as this record; it has no cost, and notes without line breaks.

    known: what the user has who will send it.
    """
    notes = f" ; {record.notes}" if record.notes else ""
    lines = [
        f"{record.consumption_date} {name} {amount}"
        for name in (record.consumption_type, quoted(record.consumption_type))
        for amount in _amounts_for(record)
    ]
    return next((line for line in lines if _reads_as(line, record, known)), lines[-1]) + notes


# What a line to repeat ends with where the person completes it: a reading, or days and an amount.
OpenEnd = Literal["@", "over"]


@lru_cache(MAX_KEPT_LINES)
def line_to_repeat(
    day: date,
    type_name: str,
    value: Decimal,
    unit: str,
    open_end: OpenEnd | None,
    other_units: tuple[str, ...] = (),
) -> str:
    """The line that notes this amount once more, on the day on which it is sent.

    With an open end it has the type and that end: `gas @`, `gas over `. other_units: those in which
    the user has the type besides, to none of which the amount is to be converted.
    """
    reading = Decimal(0) if open_end else None
    record = NewRecord(_NO_ID, day, type_name, value, unit, reading=reading)
    known = _NOTHING_KNOWN
    if other_units:
        units = (*other_units, unit)
        own = {fold(type_name): KnownType(type_name, units)}
        known = Vocabulary(own, frozenset(filter(None, units)))
    _, _, line = line_for(record, known).partition(" ")
    if open_end is None:
        return line
    begun = line.rpartition("@")[0]
    return f"{begun}@" if open_end == "@" else f"{begun}{open_end} "


class MeterLine(NamedTuple):
    """The line that reads a meter: the texts on both sides of its figure, `gas @` and `m³`."""

    before: str
    behind: str


@lru_cache(MAX_KEPT_LINES)
def line_to_read(day: date, type_name: str, unit: str) -> MeterLine:
    """The line that reads this meter, on the day on which it is sent."""
    nothing = Decimal(0)
    record = NewRecord(_NO_ID, day, type_name, nothing, unit, reading=nothing)
    _, _, line = line_for(record).partition(" ")
    amount = next(amount for amount in _amounts_for(record) if line.endswith(amount))
    return MeterLine(f"{line.removesuffix(amount)}@", amount.removeprefix("@0"))


def _amounts_for(record: RecordLike) -> list[str]:
    """The ways to write the amount of a record, the plainest first."""
    is_reading = record.reading is not None
    number = plain(record.consumption_value if record.reading is None else record.reading)
    figure = f"@{number}" if is_reading else number
    over = f" over {record.days} days" if record.days > 1 and not is_reading else ""
    new = " new" if is_reading and record.days == 0 else ""
    units = (record.unit, quoted(record.unit)) if record.unit else (' ""',)
    return [f"{figure}{unit}{new}{over}" for unit in units]


def _reads_as(line: str, record: RecordLike, known: Vocabulary) -> bool:
    """Whether a user who has the known types means this record by the line."""
    drafts = read(line, record.consumption_date, known).records
    wanted = (record.consumption_type, record.unit, record.reading)
    if [(draft.consumption_type, draft.unit, draft.reading) for draft in drafts] != [wanted]:
        return False
    return record.reading is not None or drafts[0].consumption_value == record.consumption_value
