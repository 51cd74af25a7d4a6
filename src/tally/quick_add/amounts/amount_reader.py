"""The amounts of a line: its numbers with the units and marks beside them. Pure.

`2`, `2.5 kWh`, `10k`, `½`, `1 1/2`, `2x330ml`, `x2`, `1h30`, `70.52€`, `@48213`: each becomes an
Amount. The module `roles` decides which of them is the value, the cost or a reading.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tally.domain.amounts import TIMES
from tally.domain.currencies import currency_of, is_money
from tally.domain.units import TIME, Units
from tally.quick_add.amounts.amount import Amount, NoAmount, price_of_one
from tally.quick_add.amounts.durations import (
    CLOCK_TIME,
    HOUR,
    OF_DAY,
    TIME_OF_DAY,
    no_time_of_day,
    read_clock,
    read_duration,
)
from tally.quick_add.amounts.loose_signs import loose_sign
from tally.quick_add.amounts.number_reader import SUM, NumberReader, begins_number, is_number
from tally.quick_add.words import foreign_words
from tally.quick_add.words.tokens import Problem, Word, leave_out

MONEY_AND_UNIT = "Money, or a value in {other}? Leave {sign} or {other} out."
MARK_APART = "Write {written} in one word, or the words in quotes."

_AT_TIME = foreign_words.AT_TIME | {"at", "@"}
# The number of a line of a list: `1.` and `2)`.
_NUMBERED = re.compile("[0-9]{1,3}[.)]")
# The rest of a price: `1.65€/l`, `$3.52/gal`.
_OF_ONE = re.compile(r"/[^\W\d].*")


class Scan(NamedTuple):
    """The amounts of a line in their order, and the words that belong to none."""

    amounts: list[Amount]
    others: list[Word]


class AmountReader:
    """Finds the amounts of a line; `problems` has those that cannot be read.

    Each of its methods looks at the words from `index` on. None: no amount begins there.
    """

    def __init__(self, line: str, units: Units, number_format: str, currency: str) -> None:
        self.units = units
        self.currency = currency
        self.problems: list[Problem] = []
        self._number_reader = NumberReader(line, units, number_format, currency, self._report)

    def scan(self, words: Sequence[Word]) -> Scan:
        """All amounts and all other words."""
        amounts: list[Amount] = []
        others: list[Word] = []
        index = 0
        while index < len(words):
            before = amounts[-1] if amounts and words[index - 1] not in others else None
            taken = self._loose_sign(words, index, before) or self._at(words, index)
            if taken is None:
                others.append(words[index])
            elif isinstance(taken, Amount):
                amounts.append(taken)
            index += taken.count if taken else 1
        return Scan(amounts, others)

    def _report(self, words: Sequence[Word], message: str) -> None:
        self.problems.append(Problem(tuple(words), message))

    def _refuse(self, words: Sequence[Word], message: str) -> NoAmount:
        """Report words that are no amount."""
        self._report(words, message)
        return NoAmount(len(words))

    def _loose_sign(
        self, words: Sequence[Word], index: int, before: Amount | None
    ) -> NoAmount | None:
        sign = loose_sign(words, index, before, self._number_reader.unit_reader)
        if sign is None:
            return None
        self.problems.append(sign.problem)
        return NoAmount(sign.count)

    def _at(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        word = words[index]
        if word.is_quoted:
            return None
        if word.text == "@" and any(map(is_number, words[index + 1 : index + 2])):
            written = f"@{words[index + 1].text}"
            return self._refuse(words[index : index + 2], MARK_APART.format(written=written))
        if index == 0 and _is_of_list(words):
            return self._refuse([word], leave_out(word.text))
        if word.text.startswith("@"):
            return self._marked(words, index)
        money = self._money_in_front(words, index)
        if money is not None:
            return money
        if word.text[0] in TIMES and len(word.text) > 1:
            return self._times(words, index)
        return self._clock(words, index) or self._number_reader.read(words, index)

    def _marked(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        """`@48213 kWh`, `@1.659€`, `@€1.659`."""
        word = words[index]
        inner = word.part(1)
        if not inner.text:
            return None
        if CLOCK_TIME.fullmatch(inner.text):
            return self._refuse([word], TIME_OF_DAY)
        count = len(self.problems)
        without = _with(words, index, inner)
        amount = self._money_in_front(without, index) or self._number_reader.read(without, index)
        for place, problem in enumerate(self.problems[count:], count):
            # `@1.65 €/l`: what is to be written anew has its mark.
            if problem.words[0] == inner:
                self.problems[place] = replace(problem, words=(word, *problem.words[1:]))
        if not isinstance(amount, Amount):
            return amount
        numbers = (word, *amount.number_words[1:])
        return replace(_beginning_with(word, amount), number_words=numbers, mark="@")

    def _money_in_front(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        """`€5`, `EUR 4.50`, `eur 4.50`."""
        word = words[index]
        written = _before_digits(word.text)
        rest = word.text[len(written) :]
        sign = self._sign_in_front(written, is_apart=not rest)
        if not sign:
            return None
        number = SUM.match(rest)
        inner = words
        if number is not None and _OF_ONE.fullmatch(rest, number.end()):
            return self._refuse([word], price_of_one(f"{number[0]}{sign}"))
        if number is not None:
            first, inner = index, _with(words, index, word.part(len(written)))
        elif not rest and any(map(begins_number, words[index + 1 : index + 2])):
            first = index + 1
        else:
            return None
        amount = self._number_reader.read(inner, first)
        if amount is None:
            return None
        if isinstance(amount, NoAmount):
            return NoAmount(amount.count + first - index)
        unit = self.units.find(sign) or sign
        if amount.attached and not amount.is_thousand and amount.unit != unit:
            message = MONEY_AND_UNIT.format(sign=sign, other=amount.attached)
            self._report(words[index : first + 1], message)
        elif amount.unit is not None and not amount.is_money:
            # Nobody means `$5 kWh`: the unit is left to the type.
            amount = replace(amount, words=amount.number_words)
        own = (word, *amount.words[1:]) if first == index else (word, *amount.words)
        return replace(amount, words=own, unit=unit, unit_word=word, is_money=True)

    def _sign_in_front(self, text: str, *, is_apart: bool) -> str:
        """The sign or code of money of a text in front of a number; "" where it is none.

        A code may have any case. Apart from the number a word such as `Euro` is money, too.
        """
        if is_money(text, self.currency):
            return text
        unit = self._number_reader.unit_reader.find(text) if text.isalpha() else None
        if unit is None or not is_money(unit, self.currency):
            return ""
        code = text.upper()
        if code in (currency_of(unit), self.currency):
            return code
        return unit if is_apart else ""

    def _times(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        """`x2`, `×2`, `*2` behind a type."""
        word = words[index]
        if not SUM.fullmatch(word.text, 1):
            return None
        amount = self._number_reader.read(_with(words, index, word.part(1)), index)
        return _beginning_with(word, amount) if isinstance(amount, Amount) else amount

    def _clock(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        """Durations; and times of day, which have no meaning in a line."""
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else None
        duration = read_duration(word.text)
        if duration is not None:
            return Amount((word,), (word,), duration.amount, duration.unit, word, duration=duration)
        number, attached = word.text, ""
        if ":" in word.text:
            match = re.match("[0-9]+(?::[0-9]+)+", word.text)
            number, attached = (match[0], word.text[match.end() :]) if match else (word.text, "")
        unit_text = attached or (following.text if following and not following.is_quoted else "")
        unit = self._number_reader.unit_reader.find(unit_text) if unit_text else None
        duration = read_clock(number, unit or "")
        if duration is not None:
            own = (word,) if attached or following is None else (word, following)
            return Amount(own, own, duration.amount, duration.unit, own[-1], duration=duration)
        if CLOCK_TIME.fullmatch(word.text):
            return self._time_of_day(words, index, 2 if unit in TIME and not attached else 1)
        if HOUR.fullmatch(word.text) and following and following.lower in OF_DAY:
            return self._refuse([word, following], TIME_OF_DAY)
        return None

    def _time_of_day(self, words: Sequence[Word], index: int, count: int) -> NoAmount:
        """Report words that are a time of day, or a duration as the only value; not after `at`."""
        others = (*words[:index], *words[index + count :])
        is_led = index > 0 and words[index - 1].lower in _AT_TIME
        may_last = not is_led and not any(map(is_number, others))
        message = no_time_of_day(words[index].text, may_last=may_last)
        return self._refuse(words[index : index + count], message)


def _is_of_list(words: Sequence[Word]) -> bool:
    """Whether the words begin with the number of a line in a list: `1. coffee 2`, `2) coffee`."""
    first, *others = words
    if not others or not _NUMBERED.fullmatch(first.text):
        return False
    return first.text.endswith(")") or any(map(is_number, others))


def _before_digits(text: str) -> str:
    """The beginning of a word that may be a sign or a code of money: all up to its first digit."""
    digits = re.search("[0-9.,]", text)
    return text[: digits.start()] if digits else text


def _with(words: Sequence[Word], index: int, word: Word) -> list[Word]:
    """The words with another one at `index`."""
    return [*words[:index], word, *words[index + 1 :]]


def _beginning_with(word: Word, amount: Amount) -> Amount:
    """The amount that was read in a part of `word`, with the whole word as its place."""
    return replace(amount, words=(word, *amount.words[1:]))
