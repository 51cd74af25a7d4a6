"""Records as lines that read back as the same records. Pure."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from tally.domain.amounts import plain
from tally.domain.records import NewRecord
from tally.quick_add.grammar import read
from tally.quick_add.tokens import quoted
from tally.quick_add.vocabulary import Vocabulary

# A line is read to check that it reads back; the same few stand beside each new record.
MAX_KEPT_LINES = 4_096
_NO_ID = UUID(int=0)


class LineContent(Protocol):
    """The content of a record."""

    @property
    def consumption_date(self) -> date: ...
    @property
    def consumption_value(self) -> Decimal: ...
    @property
    def consumption_type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def notes(self) -> str: ...


def line_for(record: LineContent, vocabulary: Vocabulary | None = None) -> str:
    """The line that reads back as this record (its notes without line breaks).

    The cost is written where the vocabulary has a currency.
    """
    notes = f" ; {record.notes}" if record.notes else ""
    paid = _paid(record, vocabulary)
    lines = [
        f"{record.consumption_date} {name} {amount}{paid}"
        for name in (record.consumption_type, quoted(record.consumption_type))
        for amount in _amounts_for(record)
    ]
    return next((line for line in lines if _reads_as(line, record, vocabulary)), lines[-1]) + notes


# What a line to repeat ends with where the person completes it: a reading, or days and an amount.
OpenEnd = Literal["@", "over"]


@lru_cache(MAX_KEPT_LINES)
def line_to_repeat(
    day: date, type_name: str, value: Decimal, unit: str, open_end: OpenEnd | None
) -> str:
    """The line that notes this amount once more, on the day on which it is sent.

    With an open end it has the type and that end: `gas @`, `gas over `.
    """
    reading = Decimal(0) if open_end else None
    record = NewRecord(_NO_ID, day, type_name, value, unit, reading=reading)
    _, _, line = line_for(record).partition(" ")
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


def _paid(record: LineContent, vocabulary: Vocabulary | None) -> str:
    cost: Decimal | None = getattr(record, "cost", None)
    if cost is None or vocabulary is None or not vocabulary.currency:
        return ""
    return f" {vocabulary.currency} {plain(cost)}"


def _amounts_for(record: LineContent) -> list[str]:
    """The ways to write the amount of a record, the plainest first."""
    reading: Decimal | None = getattr(record, "reading", None)
    number = plain(record.consumption_value) if reading is None else f"@{plain(reading)}"
    days: int = getattr(record, "days", 1)
    over = f" over {days} days" if days > 1 and reading is None else ""
    new = " new" if reading is not None and days == 0 else ""
    units = (record.unit, quoted(record.unit)) if record.unit else (' ""',)
    return [f"{number}{unit}{new}{over}" for unit in units]


def _reads_as(line: str, record: LineContent, vocabulary: Vocabulary | None) -> bool:
    """Whether the line means the same to a user without any records, and to this user."""
    day = record.consumption_date
    for known in filter(None, (vocabulary, Vocabulary())):
        drafts = read(line, day, known).records
        wanted = (record.consumption_type, record.unit, getattr(record, "reading", None))
        if [(draft.consumption_type, draft.unit, draft.reading) for draft in drafts] != [wanted]:
            return False
        if wanted[2] is None and drafts[0].consumption_value != record.consumption_value:
            return False
    return True
