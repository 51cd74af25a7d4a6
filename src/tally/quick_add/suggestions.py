"""The suggestions for a line as it is typed: the user's types, then units. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tally.domain.records import UsedType, last_use
from tally.domain.text import fold
from tally.domain.units import KNOWN, Units
from tally.quick_add.grammar import as_words, read
from tally.quick_add.vocabulary import vocabulary_of

MAX_SUGGESTIONS = 6
# The longest name of a type that is worth matching, in words.
MAX_WORDS = 4
# A longer text is no typed line: it has no suggestions.
MAX_TEXT = 300

_WORD = re.compile(r"\S+")
_VALUE = re.compile(r"[0-9.,+*xX]*[0-9]")


@dataclass(frozen=True)
class Suggestion:
    """A type or unit to offer, as `shown`; `text`: the line up to the caret once it is accepted."""

    shown: str
    text: str
    is_unit: bool = False


def for_line(text: str, used: Sequence[UsedType], today: date) -> list[Suggestion]:
    """Types and units that the words before the caret may become."""
    words = list(_WORD.finditer(text))
    if not words or text[-1].isspace() or len(text) > MAX_TEXT or _is_elsewhere(text):
        return []
    last = words[-1]
    head = text[: last.start()]
    drafts = read(head, today, vocabulary_of(used)).records
    types = _newest_types(used)
    noted = drafts[0].consumption_type if drafts and drafts[0].consumption_type in types else None
    offers = [
        Suggestion(name, f"{text[: words[-count].start()]}{as_words(name, today)} ")
        for count in range(min(MAX_WORDS, len(words)), 0 if noted is None else 1, -1)
        for name in _fitting(text[words[-count].start() :], types)
    ]
    units = [
        Suggestion(unit, f"{text[:start]}{unit} ", is_unit=True)
        for start in _unit_starts(words)
        for unit in for_unit(text[start:], noted or "", used)
    ]
    return _distinct([*units, *offers] if noted else [*offers, *units])


def for_type(text: str, used: Sequence[UsedType]) -> list[str]:
    """Types for a field that holds nothing else; for an empty text the newest."""
    types = _newest_types(used)
    return (_fitting(text.strip(), types) if text.strip() else list(types))[:MAX_SUGGESTIONS]


def for_unit(text: str, name: str, used: Sequence[UsedType]) -> list[str]:
    """Units that begin with the text: the type's own, then other used ones, then known ones.

    A text that is a unit already gets no other offer (`l` no lb), except those of the type: `30 m`
    of a run kept in minutes may well mean minutes.
    """
    newest = sorted(used, key=last_use, reverse=True)
    own = [kind.unit for kind in newest if kind.unit and fold(kind.type) == fold(name)]
    others = [kind.unit for kind in newest if kind.unit]
    if text in own:
        return []
    if meant := Units(others).find(text):
        units = [*own, meant]
    else:
        known_ones = sorted(KNOWN, key=lambda unit: (len(unit), unit)) if text else []
        units = [*own, *others, *known_ones]
    start = fold(text)
    fitting = (unit for unit in units if fold(unit).startswith(start) and unit != text)
    return list(dict.fromkeys(fitting))[:MAX_SUGGESTIONS]


def _is_elsewhere(text: str) -> bool:
    """Whether the caret stands in the notes, in a tag or in quotes."""
    return ";" in text or text.count('"') % 2 == 1 or text.split()[-1].startswith("#")


def _newest_types(used: Iterable[UsedType]) -> dict[str, None]:
    newest = sorted(used, key=last_use, reverse=True)
    return dict.fromkeys(kind.type for kind in newest)


def _fitting(text: str, types: Iterable[str]) -> list[str]:
    """The types that match, the best first, of equals the newest; not one that is complete."""
    typed = fold(text)
    names = [(name, fold(name)) for name in types]
    others = sorted(
        ((_rank(typed, folded_name), name) for name, folded_name in names if folded_name != typed),
        key=_first,
    )
    # A complete name may only grow, and scattered letters count only if nothing else matches.
    is_complete = len(others) < len(names)
    if is_complete:
        worst_shown = _BEGINS
    elif others and others[0][0] == _SCATTERED:
        worst_shown = _SCATTERED
    else:
        worst_shown = _HOLDS
    return [name for rank, name in others if rank <= worst_shown]


def _first(pair: tuple[int, str]) -> int:
    return pair[0]


# How well a name matches what is typed, the best first: it begins so, a later word of it does, it
# holds the text, or it holds the letters in their order with others between them.
_BEGINS, _WORD_BEGINS, _HOLDS, _SCATTERED, _NO_MATCH = range(5)


def _rank(typed: str, name: str) -> int:
    """How well a name matches: one of the ranks above. Both texts are folded."""
    if name.startswith(typed):
        return _BEGINS
    if f" {typed}" in name:
        return _WORD_BEGINS
    if len(typed) == 1:
        return _NO_MATCH
    if typed in name:
        return _HOLDS
    letters = iter(name)
    return _SCATTERED if all(letter in letters for letter in typed) else _NO_MATCH


def _unit_starts(words: Sequence[re.Match[str]]) -> Iterator[int]:
    """The start of a unit being written: after the digits, or as the word after them."""
    last = words[-1]
    attached = _VALUE.match(last[0])
    if attached and attached.end() < len(last[0]):
        yield last.start() + attached.end()
    elif len(words) > 1 and not attached and _VALUE.fullmatch(words[-2][0]):
        yield last.start()


def _distinct(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    first: dict[tuple[str, bool], Suggestion] = {}
    for suggestion in suggestions:
        first.setdefault((suggestion.shown, suggestion.is_unit), suggestion)
    return list(first.values())[:MAX_SUGGESTIONS]
