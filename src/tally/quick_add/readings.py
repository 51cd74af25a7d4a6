"""Readings of meters on the line: `electricity @48213`, `new`, `rolled over`. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from tally.domain.formatting import Words
from tally.domain.meters import BrokenChain, Reading, why
from tally.quick_add.tokens import Word

NEW, ROLLED_OVER = "new", "rolled over"

NEW_WITHOUT_READING = "Write new behind a reading such as @48213, or the word in quotes."
ROLLED_WITHOUT_READING = "Write rolled over behind a reading such as @12, or the words in quotes."
UNIT_OF_METER = "Write the unit of the meter as well, such as @48213 kWh."
READING_AND_VALUE = "A reading and a value: keep one of them. For a price write @1.659€."
NEW_AND_ROLLED = "A new meter, or one that rolled over? Keep new, or rolled over."
ONE_DAY = "A reading is of one day. Leave the period out."


def take_rolled_over(words: Sequence[Word]) -> tuple[Word, ...]:
    """The two words `rolled over`, wherever they stand; none."""
    for one, other in pairwise(words):
        if one.lower == "rolled" and other.lower == "over":
            return one, other
    return ()


def misfit(error: BrokenChain, own: Reading, say: Words) -> tuple[str, tuple[str, ...]]:
    """Why a reading does not fit between its neighbours, and the words that would make it fit."""
    sentence = why(error, say, own)
    if error.kind == "unturned":
        return f"{sentence} Leave {ROLLED_OVER} out.", ()
    if error.kind != "falls" or error.later != own:
        return sentence, ()
    return f"{sentence} A new meter: add `{NEW}`. Past its last digit: add `{ROLLED_OVER}`.", (
        NEW,
        ROLLED_OVER,
    )


def is_sent_again(error: BrokenChain) -> bool:
    """Whether a reading that rolled over is there already: its line was sent twice."""
    return error.kind == "unturned" and error.earlier == error.later
