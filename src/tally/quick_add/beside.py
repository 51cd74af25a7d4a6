"""Words beside a known type that hardly belong to its name. Pure.

`electricity kwh 12.5`, `coffee two`, `no coffee`, `heating nov 300`: as a name each would make a
second type. In quotes the words may be part of a name all the same.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tally.domain.currencies import CURRENCIES, sign
from tally.domain.text import fold
from tally.domain.units import dimension, is_convertible
from tally.quick_add.dates import is_month
from tally.quick_add.line import Line, Named
from tally.quick_add.number_words import NUMBERS
from tally.quick_add.tokens import Word
from tally.quick_add.values import Amount

MAX_WORDS = 2

_TIMES = {"once": 1, "twice": 2, "thrice": 3, "half": "0.5"}
_NONE = dict.fromkeys(("no", "none", "zero", "nothing"), 0)
_NUMBERS = {name: number for name, number in NUMBERS.items() if len(name) > 2} | _TIMES | _NONE
_ROUGHLY = frozenset({"about", "approx", "approximately", "around", "ca", "circa", "roughly"})
# Words of a sentence around a type: `i had coffee`, `another coffee`, `paid 70€ for fuel`.
_FILLING = frozenset(
    {"i", "had", "drank", "ate", "used", "took", "bought", "paid", "spent", "for", "on"}
    | {"another", "more", "some", "again"}
)
# Words in front of a number that may be a reading of the meter of a type.
METER_WORDS = frozenset(
    {"meter", "reading", "reads", "shows", "counter", "stand", "zähler", "zählerstand"}
)
# Words that tell what happened to the meter of a reading.
_METER_EVENTS = frozenset(
    {"new", "replaced", "replacement", "exchanged", "changed", "swapped", "installed", "reset"}
    | {"restarted", "rollover", "rolled", "turned", "overflow", "the", "a", "my", "was", "after"}
)
BEHIND_READING = "Behind a reading a new meter is new, and one past its last digit rolled over."
_BRACKETS = "()[]:"
# `C$70`, `US$70`, `kr70`, `Fr.70`: letters and a sign, or a sign of letters, before a number.
_MONEY = re.compile(r"([^\W\d_]{1,3}[$€£¥]|[^\W\d_]{2,3}\.?)([0-9][0-9.,'’]*)")
_LETTERS = frozenset({"fr"}) | {fold(shown) for shown in CURRENCIES.values() if shown.isalpha()}
_GLUED = re.compile(r"([^\W\d_]+)[._…!|*]*([0-9].*)")


class _Beside(NamedTuple):
    """A known type, the words beside it, and the amount of the line."""

    line: Line
    name: str
    words: tuple[Word, ...]
    main: Amount | None

    @property
    def word(self) -> str:
        """The only word, in lower case; "" where there are two."""
        return self.words[0].lower.rstrip(".") if len(self.words) == 1 else ""


def check_beside(line: Line, named: Named, main: Amount | None) -> None:
    """Report words of a new type that, beside a known one, are likely something else."""
    for beside in _besides(line, named, main):
        for recognise in _RECOGNISERS:
            message = recognise(beside)
            if message:
                line.trouble(beside.words, message)
                return
    if main is None and len(named.words) == 1:
        _check_glued(line, named.words[0])


def _besides(line: Line, named: Named, main: Amount | None) -> Iterator[_Beside]:
    """Each way to part the type into one that the account has, and a word or two beside it."""
    words, types = named.words, line.vocabulary.types
    for count in range(1, min(MAX_WORDS, len(words) - 1) + 1):
        for own, rest in ((words[:-count], words[-count:]), (words[count:], words[:count])):
            folded = fold(" ".join(word.text for word in own).rstrip(":"))
            if folded in types and not any(word.is_quoted for word in rest):
                yield _Beside(line, types[folded][0], rest, main)


def _meter(beside: _Beside) -> str:
    """`electricity meter @48213`, `electricity @5 kWh replaced`."""
    if beside.main is None or not beside.main.mark:
        return ""
    if not all(word.lower in METER_WORDS | _METER_EVENTS for word in beside.words):
        return ""
    words = " ".join(word.text for word in beside.words)
    return f"{BEHIND_READING} Leave {words} out, or put it in quotes."


def _number(beside: _Beside) -> str:
    """`coffee two`, `coffee twice`, `no coffee`, where no number stands on the line."""
    if beside.main is not None or beside.word not in _NUMBERS:
        return ""
    return f"Write {_NUMBERS[beside.word]}, or the word in quotes."


def _month(beside: _Beside) -> str:
    """`heating nov 300 kWh`: a month is no day."""
    if not is_month(beside.word):
        return ""
    month = beside.word
    return f"Write over {month} for the month, or a day such as 5 {month}; or the word in quotes."


def _roughly(beside: _Beside) -> str:
    """`coffee about 2`."""
    if beside.main is None or beside.word not in _ROUGHLY:
        return ""
    return "Write the value alone, or the word in quotes."


def _filling(beside: _Beside) -> str:
    """`another coffee`, `spent 70€ on fuel`."""
    if not all(word.lower in _FILLING for word in beside.words):
        return ""
    words = " ".join(word.text for word in beside.words)
    return f"Leave {words} out, or put it in quotes."


def _unit(beside: _Beside) -> str:
    """`electricity kwh 12.5`, `weight in kg 72.4`, `electricity (kWh) 12.5`."""
    texts = [word.text.strip(_BRACKETS) for word in beside.words]
    text = " ".join(texts[1:] if len(texts) > 1 and texts[0].lower() == "in" else texts)
    unit = beside.line.units.find(text) if text else None
    if unit is None or not _may_be_meant(beside, text, unit):
        return ""
    words = "words" if len(texts) > 1 else "word"
    example = f"{beside.name} 12.5 {unit}"
    return f"Write the unit behind its value, such as {example}, or the {words} in quotes."


def _may_be_meant(beside: _Beside, text: str, unit: str) -> bool:
    """Whether a unit beside a type may be its amount's: `water glass 2`, but not `vitamin d 2`."""
    main, own = beside.main, beside.line.vocabulary.own_units(beside.name)
    is_own = unit in own or any(is_convertible(unit, own_unit) for own_unit in own)
    if main is None:
        return is_own and bool(dimension(unit))
    is_other = len(text) > 1 and dimension(unit) != "time"
    return main.unit is None and (is_own or is_other)


def _money(beside: _Beside) -> str:
    """`fuel 40l C$70`, `fuel 40l kr70`."""
    match = _MONEY.fullmatch(beside.words[0].text) if len(beside.words) == 1 else None
    letters = match[1].rstrip(".") if match else ""
    if match is None or (letters.isalpha() and fold(letters) not in _LETTERS):
        return ""
    currency = beside.line.vocabulary.currency
    example = f"{match[2]} {sign(currency)}" if currency else f"EUR {match[2]}"
    return f"Write a cost such as {example}, or the word in quotes."


_Recogniser = Callable[[_Beside], str]
_RECOGNISERS: tuple[_Recogniser, ...] = (
    *(_meter, _number, _month, _roughly, _filling, _unit, _money),
)


def _check_glued(line: Line, word: Word) -> None:
    """Report `coffee2cups` and `coffee...2`."""
    match = None if word.is_quoted else _GLUED.fullmatch(word.text)
    if match is not None and fold(match[1]) in line.vocabulary.types:
        line.trouble([word], f"Write {match[1]} {match[2]}, or the word in quotes.")
