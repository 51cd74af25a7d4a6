"""Numbers as words: `two coffees`, `half a litre`, `a dozen eggs`. Pure.

At the start of a line numbers up to twelve are read. Larger ones, and those elsewhere, ask.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tally.quick_add.calendar import foreign_dates
from tally.quick_add.words import foreign_words
from tally.quick_add.words.tokens import (
    Problem,
    Word,
    in_quotes,
    leave_out,
    lower_text_of,
    phrases_at,
)

_ONE = frozenset({"a", "an", "one"})
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {
    **dict.fromkeys(_ONE, 1),
    **dict(zip((*_ONES, *_TEENS), range(1, 20), strict=True)),
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6}
# The numbers and phrases that are read at the start of a line.
NUMBERS = {name: number for name, number in _VALUES.items() if number <= 12}
_COUNTING = frozenset({"a dozen", "half a", "half an"})
_HALVES = frozenset({"half", "a half", "one half"})
_QUARTERS = {
    **dict.fromkeys(("quarter", "a quarter", "one quarter"), "0.25"),
    "three quarters": "0.75",
}
# The words of a number that stand in names as well: `run an hour` asks, `cup a soup 2` does not.
_SMALL = frozenset({"a", "an", "half", "half a", "half an"})
_VAGUE = frozenset({"few", "a few", "several", "many", "a lot of", "lots of"})

_TO_99 = f"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES)}))?|{'|'.join((*_TEENS, *_ONES))})"
_TO_999 = f"(?:(?:(?:an?|{_TO_99}) )?hundred(?:(?: and)? {_TO_99})?|{_TO_99})"
# The pattern of a number of days, weeks, months or years (`two weeks ago`), and its first words.
COUNT = f"(?:an?|{_TO_99})"
COUNTS = frozenset(_VALUES)
_SPOKEN = re.compile(
    f"(?:(?:an?|{_TO_999}) )?(?:thousand|million)(?:(?: and)? {_TO_999})?|{_TO_999}|an?"
)
_DOZENS = re.compile(f"(?P<count>{COUNT}) dozen")
_OTHERS = {
    **dict.fromkeys(("half a dozen", "half dozen"), "6"),
    **dict.fromkeys(("a couple of", "couple of", "a couple"), "2"),
    **dict.fromkeys((*_HALVES, "half a", "half an"), "0.5"),
    **_QUARTERS,
}
_MAX_WORDS = 8
_FIRST_WORDS = COUNTS | _LARGE.keys() | {"half", "quarter", "couple"}

HOW_MANY = "Write how many, such as 3, or the words in quotes."

IsKnown = Callable[[Sequence[Word]], bool]


class _Spoken(NamedTuple):
    """Words that say a number, and the number in digits."""

    words: tuple[Word, ...]
    digits: str

    @property
    def text(self) -> str:
        return lower_text_of(self.words)

    @property
    def question(self) -> Problem:
        """The sentence that has it written in digits."""
        return Problem(self.words, f"Write {self.digits}, or {in_quotes(len(self.words))}.")


def spoken(text: str) -> str:
    """The number that lower-case words name, in digits: `two hundred and five`; "" for others."""
    dozens = _DOZENS.fullmatch(text)
    if dozens:
        return str(12 * int(spoken(dozens["count"])))
    if text in _OTHERS or _SPOKEN.fullmatch(text) is None:
        return _OTHERS.get(text, "")
    total = part = 0
    for word in re.split("[ -]", text):
        times = _LARGE.get(word, 0)
        if times > 100:
            total, part = max(part, 1) * times, 0
        else:
            part = max(part, 1) * times if times else part + _VALUES.get(word, 0)
    return str(total + part)


def with_numbers(
    words: Sequence[Word], is_type: IsKnown, is_unit: IsKnown
) -> tuple[list[Word], list[Problem]]:
    """The words, with digits for a number at their beginning; number words that must ask.

    is_type: whether words begin with a type the user has. is_unit: whether they begin with a unit.
    """
    words, halves_behind = _with_halves_behind(words, is_unit)
    kept, problems = _at_start(words, is_type, is_unit)
    index = 1
    while index < len(kept):
        number = _number_at(kept, index)
        index += len(number.words) if number else 1
        following = kept[index : index + 1]
        is_last = index == len(kept) - 1
        if number is None:
            continue
        if _is_rate(kept, number, following):
            rate = (*number.words, *following)
            problems.append(Problem(rate, leave_out(lower_text_of(rate))))
            continue
        is_counting = (is_last or number.text not in _SMALL) and is_unit(following)
        if is_counting or number.text.endswith(" dozen"):
            problems.append(number.question)
    return kept, [*halves_behind, *problems]


def _is_rate(words: Sequence[Word], number: _Spoken, following: Sequence[Word]) -> bool:
    """Whether `a day` after an amount tells how often: `milk 2 a day`."""
    amounts = (word.text[:1].isdecimal() for word in words[: words.index(number.words[0])])
    return (
        number.text in ("a", "an") and lower_text_of(following) in ("day", "hour") and any(amounts)
    )


def _number_at(words: Sequence[Word], index: int) -> _Spoken | None:
    """The longest run of words from a place that names a number."""
    if index >= len(words) or words[index].lower.split("-")[0] not in _FIRST_WORDS:
        return None
    for own in phrases_at(words, index, _MAX_WORDS):
        digits = spoken(lower_text_of(own))
        if digits:
            return _Spoken(own, digits)
    return None


def _with_halves_behind(
    words: Sequence[Word], is_unit: IsKnown
) -> tuple[list[Word], list[Problem]]:
    """The words without `2 and a half`, `an hour and a half`, which ask and say what to write."""
    for index, word in enumerate(words):
        digits = str(NUMBERS.get(word.lower, "")) or word.text
        if word.is_quoted or not digits.isdecimal():
            continue
        for place in (index + 1, index + 2):
            unit = words[index + 1 : place]
            length = _half_behind(words[place : place + 3], is_certain=not unit or is_unit(unit))
            if length:
                end = place + length
                written = " ".join([f"{digits}.5", *(other.text for other in unit)])
                message = f"Write {written}, or the words in quotes."
                return [*words[:index], *words[end:]], [Problem(tuple(words[index:end]), message)]
    return [*words], []


def _half_behind(words: Sequence[Word], *, is_certain: bool) -> int:
    """The number of words of `and a half` or `et demie`; of English ones behind a unit only."""
    for length in (3, 2):
        text = tuple(word.lower for word in words[:length])
        if text in foreign_words.HALVES_BEHIND or (is_certain and text == ("and", "a", "half")):
            return length
    return 0


def _at_start(
    words: Sequence[Word], is_type: IsKnown, is_unit: IsKnown
) -> tuple[list[Word], list[Problem]]:
    """The words with digits for the number at their beginning, or without it if it asks."""

    def is_counted(rest: Sequence[Word]) -> bool:
        return is_type(rest) or is_unit(rest)

    if is_type(words):
        return [*words], []
    question = _question_at_start(words, is_counted)
    if question is not None:
        return [*words[len(question.words) :]], [question]
    number = _number_at(words, 0)
    is_part = number is not None and number.text in _HALVES | _QUARTERS.keys()
    if number and is_part and not is_counted(words[len(number.words) :]):
        # `a half marathon` is one marathon.
        digits = spoken(number.words[0].lower) if number.words[0].lower in NUMBERS else ""
        number = _Spoken(number.words[:1], digits) if digits else None
    rest = words[len(number.words) :] if number else []
    if number is None or (len(number.words) == 1 and not rest):
        return [*words], []
    if _counts(number, rest, is_counted):
        first, last = number.words[0], number.words[-1]
        return [Word(number.digits, first.start, last.end, first.index), *rest], []
    if number.text in _LARGE and not _is_several(rest, is_counted):
        return [*words], []
    return [*rest], [number.question]


def _question_at_start(words: Sequence[Word], is_counted: IsKnown) -> Problem | None:
    """The question about `a few coffees` and `deux cafés`."""
    for length in (1, 2, 3):
        if lower_text_of(words[:length]) in _VAGUE and _is_several(words[length:], is_counted):
            return Problem(tuple(words[:length]), HOW_MANY)
    has_digits = any(word.text[:1].isdecimal() for word in words)
    digits = foreign_dates.NUMBERS.get(words[0].lower, "") if words and not has_digits else ""
    if digits.isdecimal() and digits != "1" and _is_several(words[1:], is_counted):
        return _Spoken((words[0],), digits).question
    return None


def _counts(number: _Spoken, rest: Sequence[Word], is_counted: IsKnown) -> bool:
    """Whether a number is read at the start of a line, in front of these words."""
    if number.text in _COUNTING | _ONE:
        return True
    return number.text in NUMBERS and _is_several(rest, is_counted)


def _is_several(rest: Sequence[Word], is_counted: IsKnown) -> bool:
    """Whether a number can count these words: a unit, a known type, or a word in -s."""
    return bool(rest) and (is_counted(rest) or rest[0].lower.endswith("s"))
