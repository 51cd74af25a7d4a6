"""Words beside a known type that are hardly part of its name. Pure.

`electricity kwh 12.5`, `coffee two`, `no coffee`, `heating nov 300`: read as a name, each would
make a second type. In quotes the words can still be part of a name.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tally.domain.currencies import CURRENCIES, sign
from tally.domain.text import fold
from tally.domain.units import dimension, is_convertible
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.amounts.durations import TIME_OF_DAY
from tally.quick_add.amounts.number_words import spoken
from tally.quick_add.calendar import foreign_dates
from tally.quick_add.calendar.calendar_dates import month_named
from tally.quick_add.days.unread_dates import PARTS_OF_DAY
from tally.quick_add.lines.line import Line, Named
from tally.quick_add.types.word_meanings import (
    ARTICLES,
    BELOW_ZERO,
    EACH,
    FILLING,
    LIGHT,
    MARKS_AROUND,
    METER_EVENTS,
    METER_WORDS,
    MONTH_LEADS,
    NOON,
    NUMBERS,
    OF,
    PER,
    PERIODS,
    ROUGHLY,
    TIME_LEADS,
)
from tally.quick_add.words.tokens import Problem, Word, in_quotes, leave_out, text_of

MAX_WORDS = 6
# The most words of a type in which a known one is looked for.
_MAX_NAME = 8

FIRST_READING = "Write what it shows as well, such as @0.2 new; or put the words in quotes."
WEEKDAY_AS = "Write a day as mon or as 2026-10-05, or the word in quotes."
BEHIND_READING = "Behind a reading a new meter is new, and one past its last digit rolled over."
# `C$70`, `US$70`, `kr70`, `Fr.70`: letters and a sign, or a sign of letters, before a number.
_MONEY = re.compile(r"([^\W\d_]{1,3}[$€£¥]|[^\W\d_]{2,3}\.?)([0-9][0-9.,'’]*)")
_LETTERS_ALONE = frozenset({"chf", "fr", "kr", "rs"})
_LETTERS = _LETTERS_ALONE | {fold(shown) for shown in CURRENCIES.values() if shown.isalpha()}


class _StrayWords(NamedTuple):
    """A known type, the words on one side of it, and the amount of the line.

    whole: these words, the type and the amount. is_all: no words stand on the other side, where
    they could change the type: `hot water bottle`.
    """

    line: Line
    name: str
    words: tuple[Word, ...]
    main: Amount | None
    whole: tuple[Word, ...]
    is_all: bool

    @property
    def text(self) -> str:
        """The words without the marks around them."""
        return text_of(self.words)

    @property
    def written(self) -> str:
        """The words as they were written, with the marks around them."""
        return " ".join(self.line.text[word.start : word.end] for word in self.words)

    @property
    def is_in_front(self) -> bool:
        """Whether the amount follows the words at once."""
        return self.main is not None and self.main.words[0].index == self.words[-1].index + 1

    @property
    def word(self) -> str:
        """The only word, in lower case; "" where there are two."""
        return self.words[0].lower.rstrip(".") if len(self.words) == 1 else ""

    def ask(self, message: str) -> Problem:
        """The problem with the words alone."""
        return Problem(self.words, message)

    def ask_whole(self, message: str) -> Problem:
        """The problem with the words, the type and the amount: the sentence rewrites all."""
        return Problem(self.whole, message)


def check_stray_words(line: Line, named: Named, main: Amount | None) -> None:
    """Report words of a new type that, beside a known one, are likely something else."""
    for stray in _stray_words(line, named, main):
        for recognise in _RECOGNISERS:
            problem = recognise(stray)
            if problem is not None:
                line.report(problem.words, problem.message)
                return


def _stray_words(line: Line, named: Named, main: Amount | None) -> Iterator[_StrayWords]:
    """Each way to divide the type into one of the account's and the words on one side of it."""
    words = [_without_marks(line, word) for word in named.words]
    for start, end in _inner(len(words)):
        names = (text_of(named.words[start:end]).rstrip(":"), text_of(words[start:end]))
        name = next(filter(None, map(line.vocabulary.spelling_of, names)), "")
        if not name:
            continue
        is_all = start == 0 or end == len(words)
        whole = sorted((*words, *(main.words if main else ())), key=lambda word: word.start)
        for rest in (words[end:], words[:start]):
            if 0 < len(rest) <= MAX_WORDS and not any(word.is_quoted for word in rest):
                yield _StrayWords(line, name, tuple(rest), main, tuple(whole), is_all)


def _without_marks(line: Line, word: Word) -> Word:
    """`Mo:`, `two,` and `(oct)` without their marks, which stay in its place."""
    text = "" if word.is_quoted else word.text.strip(MARKS_AROUND)
    if not text:
        return word
    is_marked = line.text[word.end : word.end + 1] in tuple(MARKS_AROUND)
    return replace(word, text=text, end=word.end + is_marked)


def _inner(count: int) -> Iterator[tuple[int, int]]:
    """The places of fewer adjacent words than `count`, the longest runs first."""
    fewest = 1 if count <= _MAX_NAME else count - MAX_WORDS
    for length in range(count - 1, fewest - 1, -1):
        for start in range(count - length + 1):
            yield start, start + length


def _meter(stray: _StrayWords) -> Problem | None:
    """`electricity meter @48213`, `electricity @5 kWh replaced`."""
    if stray.main is None and stray.text.lower() == "new meter":
        return stray.ask(FIRST_READING)
    if stray.main is None or not stray.main.mark:
        return None
    if not all(word.lower in METER_WORDS | METER_EVENTS for word in stray.words):
        return None
    return stray.ask(f"{BEHIND_READING} {leave_out(stray.written)}")


def _number(stray: _StrayWords) -> Problem | None:
    """`coffee two`, `coffee two 5€`, `no coffee`, where no number but a cost is on the line."""
    text = " ".join(word.lower for word in stray.words if word.lower not in ROUGHLY).rstrip(".")
    foreign = [foreign_dates.NUMBERS.get(word, "") for word in text.split()]
    number = (
        spoken(text) or NUMBERS.get(text, "") or (foreign[-1] if foreign and all(foreign) else "")
    )
    has_value = stray.main is not None and not stray.main.is_money
    if has_value or text in ARTICLES or not number:
        return None
    return stray.ask(f"Write {number}, or {in_quotes(len(stray.words))}.")


def _below_zero(stray: _StrayWords) -> Problem | None:
    """`temp minus 12`."""
    if stray.main is None or stray.word not in BELOW_ZERO:
        return None
    return stray.ask(f"Values are never below 0. {leave_out(stray.written)}")


def _month(stray: _StrayWords) -> Problem | None:
    """`heating nov 300 kWh`, `im Oktober`, `september to october`: a month is no day."""
    months = [month_named(word.lower) for word in stray.words]
    if not any(months) or not all(
        month or word.lower in MONTH_LEADS for month, word in zip(months, stray.words, strict=True)
    ):
        return None
    month = next(filter(None, months))
    return stray.ask(
        f"Write over {month} for the month, or a day such as 5 {month};"
        f" or {in_quotes(len(months))}."
    )


def _time(stray: _StrayWords) -> Problem | None:
    """`coffee 2 at noon`, `coffee in the morning`."""
    *leads, last = (word.lower.rstrip(".") for word in stray.words)
    is_led = bool(leads) and all(lead in TIME_LEADS for lead in leads)
    is_part = last in PARTS_OF_DAY or last in foreign_dates.PARTS_OF_DAY
    return stray.ask(TIME_OF_DAY) if is_part and (is_led or stray.word in NOON) else None


def _each(stray: _StrayWords) -> Problem | None:
    """`coffee 2 per day`, `rent 900€ a month`."""
    texts = [word.lower.rstrip(".") for word in stray.words]
    is_rate = len(texts) == 2 and texts[0] in PER and texts[1] in PERIODS
    if not is_rate and stray.word not in EACH:
        return None
    return stray.ask(leave_out(stray.written.lower()))


def _another_type(stray: _StrayWords) -> Problem | None:
    """`lunch 12€ coffee 2`: two types of the account, with an amount between them."""
    words, other = stray.words, stray.line.vocabulary.spelling_of(stray.text)
    others = [word.index for word in stray.whole if word not in words]
    is_apart = words[0].index - 1 not in others and words[-1].index + 1 not in others
    if not other or not is_apart:
        return None
    return stray.ask_whole(f"{stray.name} and {other} are two types: write a line for each.")


def _weekday(stray: _StrayWords) -> Problem | None:
    """`Mo Kaffee 2`, `café 2 sa`; `Fr 70` before a number may be money."""
    leads = {word.lower for word in stray.words[:-1]}
    is_day = stray.words[-1].lower.rstrip(".") in foreign_dates.SHORT_DAYS
    if not is_day or stray.is_in_front or not leads <= foreign_dates.ON | {"am"}:
        return None
    return stray.ask(WEEKDAY_AS)


def _roughly(stray: _StrayWords) -> Problem | None:
    """`coffee about 2`."""
    if stray.main is None or stray.word not in ROUGHLY:
        return None
    return stray.ask("Write the value alone, or the word in quotes.")


def _filling(stray: _StrayWords) -> Problem | None:
    """`another coffee`, `spent 70€ on fuel`, `cup of coffee 250 ml`."""
    texts = [word.lower for word in stray.words]
    others = [text for text in texts if text not in FILLING | LIGHT]
    is_filling = not others and not FILLING.isdisjoint(texts)
    main = stray.main
    if main is not None and main.unit is not None and _unit_counted(stray):
        is_filling = True
    return stray.ask(leave_out(stray.written)) if is_filling else None


def _counted(stray: _StrayWords) -> Problem | None:
    """`another cup of coffee`, `2 mugs of coffee`, `drei Tassen Kaffee`."""
    main = stray.main
    number, unit = _foreign_amount(stray) if main is None else ("", "")
    unit = unit or _unit_counted(stray)
    if main is not None and not main.mark:
        number = main.written
    if not unit or (main is not None and main.unit is not None):
        return None
    amount = f"{number or 1} {unit}"
    is_known = stray.line.units.find(unit) is not None
    written = f"{amount} {stray.name}" if is_known else f"{stray.name} {amount}"
    return stray.ask_whole(f"Write {written}, or {stray.text} in quotes.")


def _foreign_amount(stray: _StrayWords) -> tuple[str, str]:
    """The number and what it counts of `drei Tassen`, `une tasse de`, `eine halbe Stunde`."""
    numbers = [foreign_dates.NUMBERS.get(word.lower, "") for word in stray.words]
    count = 2 if all(numbers[:2]) else 1
    rest = stray.words[count:]
    if not numbers[0] or not rest or any(word.lower not in OF for word in rest[1:]):
        return "", ""
    return numbers[count - 1], rest[0].text


def _unit_counted(stray: _StrayWords) -> str:
    """The unit of `cup of`, `another glass of`, and `mugs of` behind a number; else ""."""
    texts = [word.lower for word in stray.words]
    others = [word.text for word in stray.words if word.lower not in FILLING | LIGHT | OF]
    if len(others) != 1 or texts[-1] not in OF or not stray.is_all:
        return ""
    unit = stray.line.units.find(others[0])
    if unit is None and stray.line.is_directly_behind(stray.main, stray.words[0]):
        return others[0]
    return unit or ""


def _unit(stray: _StrayWords) -> Problem | None:
    """`electricity kwh 12.5`, `weight in kg 72.4`, `electricity (kWh) 12.5`."""
    texts = [word.text for word in stray.words]
    text = " ".join(texts[1:] if len(texts) > 1 and texts[0].lower() == "in" else texts)
    units = stray.line.units
    unit = units.find(text) or units.mega(text) if text else None
    if unit is None or not stray.is_all or not _may_be_meant(stray, text, unit):
        return None
    example = f"{stray.name} 12.5 {unit}, or {in_quotes(len(texts))}"
    return stray.ask(f"Write the unit behind its value, such as {example}.")


def _may_be_meant(stray: _StrayWords, text: str, unit: str) -> bool:
    """Whether a unit beside a type may be the amount's: `water glass 2`, but not `vitamin d 2`."""
    main, own = stray.main, stray.line.vocabulary.own_units(stray.name)
    is_own = unit in own or any(is_convertible(unit, own_unit) for own_unit in own)
    if main is None:
        return is_own and bool(dimension(unit))
    is_other = len(text) > 1 and dimension(unit) != "time"
    return main.unit is None and (is_own or is_other)


def _money(stray: _StrayWords) -> Problem | None:
    """`fuel 40l C$70`, `fuel 40l kr70`, `rent Rs. 900`."""
    match = _MONEY.fullmatch(stray.words[0].text) if len(stray.words) == 1 else None
    letters = match[1].rstrip(".") if match else ""
    own = fold(stray.line.vocabulary.currency)
    if match is None or (letters.isalpha() and fold(letters) not in _LETTERS | {own}):
        return None
    return stray.ask(f"Write a cost such as {_cost(stray, match[2])}, or the word in quotes.")


def _letters_in_front(stray: _StrayWords) -> Problem | None:
    """`rent Rs. 900`, `fuel kr 70`."""
    if stray.word not in _LETTERS_ALONE or stray.main is None or not stray.is_in_front:
        return None
    cost = _cost(stray, stray.main.written)
    return stray.ask_whole(f"Write {stray.name} {cost}, or {stray.text} in quotes.")


def _cost(stray: _StrayWords, number: str) -> str:
    currency = stray.line.vocabulary.currency
    return f"{number} {sign(currency)}" if currency else f"EUR {number}"


# The checks for words beside a type; the first that reports them ends the search.
_RECOGNISERS: tuple[Callable[[_StrayWords], Problem | None], ...] = (
    _meter,
    _number,
    _below_zero,
    _month,
    _time,
    _each,
    _another_type,
    _weekday,
    _roughly,
    _filling,
    _counted,
    _unit,
    _letters_in_front,
    _money,
)
