"""Types of an account whose names have words of the grammar: `size 7 shoes`, `left over`. Pure.

Such a name is read as it stands if the line has no other meaning that the account knows.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tally.domain.fields import MAX_TYPE
from tally.domain.text import fold
from tally.quick_add.vocabulary import KnownType
from tally.quick_add.words.tokens import quoted, tokenise

ALSO_A_TYPE = "You have {name} as a type, too. For that write it in quotes"
_MAX_WORDS = 8


class OwnName(NamedTuple):
    """The name of a type as the account spells it, and the line with it in quotes."""

    spelling: str
    line: str


def own_name(line: str, types: Mapping[str, KnownType]) -> OwnName | None:
    """The longest type of the account that stands in a line and has several words or a digit."""
    words = tokenise(line).words
    for length in range(min(_MAX_WORDS, len(words)), 0, -1):
        for index in range(len(words) - length + 1):
            own = words[index : index + length]
            if own[-1].end - own[0].start > MAX_TYPE or any(word.is_quoted for word in own):
                continue
            start, end = own[0].start, own[-1].end
            text = " ".join(line[start:end].split())
            is_odd = length > 1 or not text.isalpha()
            known = types.get(fold(text)) if is_odd else None
            if known:
                line_with_quotes = f"{line[:start]}{quoted(known.spelling)}{line[end:]}"
                return OwnName(known.spelling, line_with_quotes)
    return None
