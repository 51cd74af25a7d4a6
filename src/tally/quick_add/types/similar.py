"""The known type that a new one may be a misspelling of: `cofee` is near coffee. Pure."""

from collections.abc import Mapping

from tally.domain.fields import MAX_TYPE
from tally.domain.text import fold
from tally.quick_add.dates import is_date_word
from tally.quick_add.vocabulary import KnownType

# Slips of one letter in short names, of two in longer ones.
_LONG = 6
_MIN_LENGTH = 3
_MIN_START = 2
# The most types of its first letter and length whose letters are compared with a name, the newest
# ones: each takes up to 0.1 ms, and of 500 lines each may have a name of its own.
MAX_COMPARED = 30


def nearest(name: str, types: Mapping[str, KnownType]) -> str:
    """The nearest of the types (by their folded names), the newest of equals; or "".

    Near is the beginning of a type, or a type with a slip or two; never with another first letter,
    and never a word of a date.
    """
    typed = fold(name)
    if is_date_word(typed) or len(typed) > MAX_TYPE:
        return ""
    most = _slips_allowed(typed)
    best, best_slips, compared = "", most + 1, 0
    for folded, known in reversed(list(types.items())):
        if folded[:1] != typed[0]:
            continue
        if len(typed) >= _MIN_START and folded.startswith(typed):
            slips = 0
        elif abs(len(typed) - len(folded)) > most or compared == MAX_COMPARED:
            continue
        else:
            slips, compared = _slips(typed, folded, most), compared + 1
        if slips < best_slips and not is_date_word(folded):
            best, best_slips = known.spelling, slips
        if not best_slips:
            break
    return best


def _slips_allowed(typed: str) -> int:
    if len(typed) < _MIN_LENGTH:
        return 0
    return 2 if len(typed) >= _LONG else 1


def _slips(one: str, other: str, most: int) -> int:
    """The number of letters left out, added, exchanged or turned round between two words.

    A number above `most` is any number above it: the comparison ends once it is reached.
    """
    above = least = most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row = [above] * (len(other) + 1)
        row[0] = place
        # Further from the diagonal there are more letters to add than slips are allowed.
        near = range(max(1, place - most), min(len(other), place + most) + 1)
        for column in near:
            wanted = other[column - 1]
            cost = min(last[column] + 1, row[column - 1] + 1, last[column - 1] + (letter != wanted))
            is_turned = (
                place > 1
                and column > 1
                and letter == other[column - 2]
                and one[place - 2] == wanted
            )
            row[column] = min(cost, before_last[column - 2] + 1) if is_turned else cost
        least_before, least = least, min([place, *row[near.start : near.stop]])
        if place > 1 and least > most and least_before > most:
            return above
        before_last, last = last, row
    return last[-1]
