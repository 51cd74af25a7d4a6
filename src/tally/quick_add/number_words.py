"""Numbers as words at the start of a line: `two coffees`, `half a litre`, `a dozen eggs`. Pure."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from tally.quick_add.tokens import Trouble, Word

_ONE = frozenset({"a", "an", "one"})
NUMBERS = {
    **dict.fromkeys(_ONE, 1),
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
# Those that count days, weeks, months and years: `two weeks ago`.
FEW = {word: number for word, number in NUMBERS.items() if number <= 6}
# Words of one number that also stand in names: `run an hour` asks, `cup a soup 2` does not.
_SMALL = frozenset({"a", "an", "half"})
# Phrases of several words, and the number that they are.
_PHRASES = {("a", "dozen"): "12", ("half", "a"): "0.5", ("half", "an"): "0.5"}

IsKnown = Callable[[Sequence[Word]], bool]


def with_numbers(
    words: Sequence[Word], is_type: IsKnown, is_unit: IsKnown
) -> tuple[list[Word], list[Trouble]]:
    """The words with a number for the number word that they begin with; those that ask.

    is_type: whether words begin with a type the user has. is_unit: whether they begin with a unit.
    """
    if not words:
        return [], []
    words, halves_behind = _with_halves_behind(words, is_unit)
    kept, troubles = _at_start(words, is_type, is_unit) if words else ([], [])
    troubles = [*halves_behind, *troubles]
    halves = [word.index for word in kept if word.lower == "half"]
    for word, following in pairwise(kept[1:]):
        is_last = following is kept[-1]
        is_number = word.lower in NUMBERS or word.lower == "half"
        if is_number and (is_last or word.lower not in _SMALL) and is_unit([following]):
            is_half = word.lower == "half" or word.index - 1 in halves
            troubles.append(_ask(word, "0.5" if is_half else str(NUMBERS[word.lower])))
    return kept, troubles


def _with_halves_behind(
    words: Sequence[Word], is_unit: IsKnown
) -> tuple[list[Word], list[Trouble]]:
    """`2 and a half`, `an hour and a half` ask, with what to write; the words without it."""
    for index, word in enumerate(words):
        number = str(NUMBERS.get(word.lower, "")) or word.text
        if word.is_quoted or not number.isdecimal():
            continue
        unit = [*words[index + 1 : index + 2]] if is_unit(words[index + 1 : index + 2]) else []
        end = index + len(unit) + 4
        behind = [other.lower for other in words[end - 3 : end]]
        if behind == ["and", "a", "half"]:
            written = " ".join([f"{number}.5", *(other.text for other in unit)])
            trouble = Trouble(tuple(words[index:end]), f"Write {written}, or the words in quotes.")
            return [*words[:index], *words[end:]], [trouble]
    return [*words], []


def _at_start(
    words: Sequence[Word], is_type: IsKnown, is_unit: IsKnown
) -> tuple[list[Word], list[Trouble]]:
    first, rest = words[0], words[1:]
    following = rest[0].lower if rest else ""
    if is_type(words):
        return [*words], []
    if [word.lower for word in words[:3]] == ["half", "a", "dozen"]:
        return [*words[3:]], [Trouble(tuple(words[:3]), "Write 6, or the words in quotes.")]
    number = _PHRASES.get((first.lower, following))
    if number is not None:
        return [_number(number, first, rest[0]), *rest[1:]], []
    if first.lower == "half" and (is_type(rest) or is_unit(rest)):
        return [*rest], [_ask(first, "0.5")]
    if first.lower in _ONE and following == "half" and (is_type(rest[1:]) or is_unit(rest[1:])):
        trouble = Trouble((first, rest[0]), "Write 0.5, or the words in quotes.")
        return [*rest[1:]], [trouble]
    if first.lower in _ONE and rest:
        return [_number("1", first, first), *rest], []
    if first.lower in NUMBERS and rest:
        value = str(NUMBERS[first.lower])
        if is_type(rest) or is_unit(rest) or following.endswith("s"):
            return [_number(value, first, first), *rest], []
        return [*rest], [_ask(first, value)]
    return [*words], []


def _number(text: str, first: Word, last: Word) -> Word:
    """A number in the place of the words that say it."""
    return Word(text, first.start, last.end, first.index)


def _ask(word: Word, number: str) -> Trouble:
    return Trouble((word,), f"Write {number}, or the word in quotes.")
