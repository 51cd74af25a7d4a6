"""Readings of meters on the line: `electricity @48213`, `new`, `rolled over`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tally.domain.amounts import grouped, plain
from tally.domain.formatting import MONTHS
from tally.quick_add.tokens import Word
from tally.quick_add.vocabulary import Meter

NEW_WITHOUT_READING = "Write new behind a reading such as @48213, or the word in quotes."
ROLLED_WITHOUT_READING = "Write rolled over behind a reading such as @12, or the words in quotes."
UNIT_OF_METER = "Write the unit of the meter as well, such as @48213 kWh."
READING_AND_VALUE = "A reading and a value: keep one of them. For a price write @1.659€."
ONE_DAY = "A reading is of one day. Leave the period out."


@dataclass(frozen=True)
class Used:
    """What a reading comes to: the amount since the one before, and the days."""

    value: Decimal
    days: int


class Falls(ValueError):
    """The reading is lower than the one before; its text says what to add."""


class NotRolled(ValueError):
    """The reading is not lower than the one before, so the meter did not roll over."""


def take_rolled_over(words: Sequence[Word]) -> tuple[Word, ...]:
    """The two words `rolled over`, wherever they stand; none."""
    for one, other in pairwise(words):
        if one.lower == "rolled" and other.lower == "over":
            return one, other
    return ()


def consumed(reading: Decimal, day: date, before: Meter, has_rolled: bool, today: date) -> Used:
    """The amount between two readings. Raises Falls or NotRolled with a sentence."""
    days = max((day - before.day).days, 1)
    earlier = f"{_number(before.reading)} on {_day(before.day, today)}"
    if has_rolled:
        if reading >= before.reading:
            raise NotRolled(f"Not lower than {earlier}: leave rolled over out.")
        return Used(Decimal(10) ** before.digits - before.reading + reading, days)
    if reading < before.reading:
        raise Falls(
            f"Lower than {earlier}. A new meter: add `new`. Past its last digit: add `rolled over`."
        )
    return Used(reading - before.reading, days)


def _number(value: Decimal) -> str:
    whole, dot, rest = plain(value).partition(".")
    return f"{grouped(int(whole))}{dot}{rest}"


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {MONTHS[day.month - 1]}{year}"
