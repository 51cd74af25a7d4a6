"""The known type that a new one may be a misspelling of: `cofee` is near coffee. Pure."""

from collections.abc import Mapping

from tally.domain.fields import MAX_TYPE
from tally.domain.text import fold
from tally.quick_add.dates import is_date_word

# Slips of one letter in short names, of two in longer ones.
_LONG = 6
_MIN_LENGTH = 3
_MIN_START = 2


def nearest(name: str, types: Mapping[str, tuple[str, str]]) -> str:
    """The nearest of the types (folded → spelling and unit), the newest of equals; or "".

    Near is the beginning of a type, or a type with a slip or two; never with another first letter,
    and never a word of a date.
    """
    typed = fold(name)
    if is_date_word(typed) or len(typed) > MAX_TYPE:
        return ""
    most = _slips_allowed(typed)
    best, best_slips = "", most + 1
    for folded, (spelling, _) in types.items():
        if not folded or folded[0] != typed[0] or is_date_word(folded):
            continue
        slips = _distance_of(typed, folded, most)
        if slips <= most and slips <= best_slips:
            best, best_slips = spelling, slips
    return best


def _slips_allowed(typed: str) -> int:
    if len(typed) < _MIN_LENGTH:
        return 0
    return 2 if len(typed) >= _LONG else 1


def _distance_of(typed: str, folded: str, most: int) -> int:
    if len(typed) >= _MIN_START and folded.startswith(typed):
        return 0
    if abs(len(typed) - len(folded)) > most:
        return most + 1
    return _slips(typed, folded)


def _slips(one: str, other: str) -> int:
    """The number of letters left out, added, exchanged or turned round between two words."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row = [place]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != wanted))
            is_turned = (
                place > 1
                and column > 1
                and letter == other[column - 2]
                and one[place - 2] == wanted
            )
            row.append(min(cost, before_last[column - 2] + 1) if is_turned else cost)
        before_last, last = last, row
    return last[-1]
