"""Amounts within the words of a new type, and units of it that lack their amount. Pure."""

import re

from tally.domain.units import dimension
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.lines.line import Line, Named
from tally.quick_add.types.word_meanings import MARKS_AROUND
from tally.quick_add.words.tokens import Word

_GLUED = re.compile(r"([^\W\d_]+)[._…!|*×(\[{<]*(@?[0-9].*?)[)\]}>]*")


def check_amounts_in(line: Line, named: Named, main: Amount | None) -> None:
    """Report `coffee2cups`, which may hold an amount."""
    is_alone = (main is None or main.is_money) and len(named.words) == 1
    for word in named.words:
        _check_glued(line, word, is_alone=is_alone)


def check_measured(line: Line, named: Named, main: Amount | None) -> None:
    """Report `lamp kWh` and `kWh lamp`: the line of a program whose value was missing, say.

    In front only a unit as it is usually written: `kilo sugar` may be a name.
    """
    if main is not None or len(named.words) < 2:
        return
    first, last = named.words[0], named.words[-1]
    for word, text in ((last, last.text.strip(MARKS_AROUND)), (first, first.text)):
        unit = line.units.find(text) if len(text) > 1 and not word.is_quoted else None
        is_meant = unit is not None and dimension(unit) not in ("", "time")
        if is_meant and (word is last or text == unit):
            line.report([word], f"Write a value in front of {unit}, or the word in quotes.")
            return


def _check_glued(line: Line, word: Word, *, is_alone: bool) -> None:
    """Report `coffee2cups`, `coffeex2`, `fuel42l 70€` of a known type, and `gas@150` of any."""
    match = None if word.is_quoted else _GLUED.fullmatch(word.text)
    if match is None:
        return
    names = (match[1], re.sub("[xX]$", "", match[1]))
    known = next((name for name in names if line.vocabulary.has_type(name)), "")
    if match[2].startswith("@") or (known and is_alone):
        line.report([word], f"Write {known or match[1]} {match[2]}, or the word in quotes.")
