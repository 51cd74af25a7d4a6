"""The results of reading lines: records, and the parts of unreadable lines to change. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tally.domain.meters import Reading
from tally.quick_add.vocabulary import MeterDay


@dataclass(frozen=True)
class Draft:
    """A record read from a line.

    filled: the fields that the line left out. new_type, new_unit: never used before; similar: the
    type that may be meant instead. converted_from: the amount as written, "" where it is the same.
    remark: on how the value and the cost were read, where other numbers may be meant. asks: the
    questions that a second Enter answers. before: the reading that a reading's value is counted
    from; meter: the number of its meter; followed: a later reading of this meter is there already.
    currency: the account's own, to be set by this cost where there was none.
    similar_line, kept_line: the line rewritten with the similar type, or with its own unit kept.
    """

    consumption_date: date
    consumption_type: str
    consumption_value: Decimal
    unit: str
    notes: str
    days: int = 1
    reading: Decimal | None = None
    meter: int | None = None
    new_meter: bool = False
    rolled_over: bool = False
    cost: Decimal | None = None
    currency: str = ""
    filled: frozenset[str] = frozenset()
    new_type: bool = False
    similar: str = ""
    new_unit: bool = False
    converted_from: str = ""
    remark: str = ""
    asks: tuple[str, ...] = ()
    before: Reading | None = None
    followed: bool = False
    similar_line: str = ""
    kept_line: str = ""
    line: int = 1

    @property
    def unit_written(self) -> str:
        """The unit of a converted amount as it was written; "" for any other."""
        return self.converted_from.partition(" ")[2]


@dataclass(frozen=True)
class ParseProblem:
    """A part that could not be read: `text` stands at `start` to `end` of line `line` (from 1).

    adds: words that the message tells one to add, each as it may be put at the end of the line.
    asks_measures: the account has to say whether its gallons are US or imperial.
    """

    line: int
    text: str
    message: str
    start: int
    end: int
    adds: tuple[str, ...] = ()
    asks_measures: bool = False


class WantedReading(NamedTuple):
    """A reading whose neighbours have to be known."""

    meter: MeterDay
    figure: Decimal


@dataclass(frozen=True)
class ParseResult:
    """Records of the lines that were read, problems of the others.

    readings: those of all lines. If the vocabulary lacked their meters, the text has to be read
    once more with them.
    """

    records: tuple[Draft, ...]
    unread: tuple[ParseProblem, ...]
    readings: tuple[WantedReading, ...] = ()
