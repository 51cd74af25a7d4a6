"""The amounts of a line: its numbers with the units and marks beside them. Pure.

`2`, `2.5 kWh`, `10k`, `½`, `1 1/2`, `2x330ml`, `x2`, `1h30`, `70.52€`, `@48213`: each becomes an
Amount. The module `roles` decides which of them is the value, the cost or a reading.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tally.domain import amounts
from tally.domain.amounts import FRACTION_SIGNS, NOT_A_NUMBER, SPACES, TIMES, Unreadable
from tally.domain.currencies import is_money
from tally.domain.units import TIME, Units
from tally.quick_add import foreign_words
from tally.quick_add.amount import IN_FULL, Amount, price_of_one
from tally.quick_add.calendar_dates import VALUE_OR_DAY, as_written
from tally.quick_add.durations import (
    CLOCK_TIME,
    HOUR,
    OF_DAY,
    TIME_OF_DAY,
    no_time_of_day,
    read_clock,
    read_duration,
)
from tally.quick_add.tokens import Trouble, Word, leave_out, phrases_at
from tally.quick_add.unit_behind import UnitReader

COMMA_IN_FRONT = "Write 0.{number} or {number}: a comma in front could be either."

MONEY_AND_UNIT = "Money, or a value in {other}? Leave {sign} or {other} out."
MARK_APART = "Write {written} in one word, or the words in quotes."
TWO_OR_DAY = "Two values, or a day? Write {day} for the day, or keep one value."
DOT_OF_DAY = "{text} is read as {value}: the dot is decimal. For the day write {day}."
LOOSE_PRICE = "Two values. For the price of one write {amount} @{money}; or keep one of them."
TWO_AMOUNTS = "Two values. Keep one of them, or use quotes."
LOOSE_TERMS = "Two values. Write {written} in one word, or keep one, or use quotes."
TIMES_APART = "Write {written} in one word, or {sign} in quotes to make it part of the type."

_NUMBER = r"[.,]?[0-9]++(?:[.,'’][0-9]++)*+"
_SUM = re.compile(rf"{_NUMBER}(?:[+{TIMES}]{_NUMBER})*+")
_VULGAR = re.compile(rf"[0-9]*[{FRACTION_SIGNS}]")
_PARTS = re.compile(r"[0-9]{1,2}/[0-9]{1,2}(?![0-9/])")
_FIRST_GROUP = re.compile(r"[1-9][0-9]{0,2}")
_GROUP = re.compile(r"[0-9]{3}")
_LAST_GROUP = re.compile(r"[0-9]{3}(?![0-9])")
_AT_TIME = foreign_words.AT_TIME | {"at", "@"}
# `05.10` is how people write days; values have no zero in front.
_LIKE_DAY = re.compile("0[1-9][.](?:0[1-9]|1[0-2])")
_LIKE_DAY_ALSO = re.compile("(?:[1-9]|[12][0-9]|3[01])[.](?:0[1-9]|1[0-2])")
# The number of a line of a list: `1.` and `2)`.
_NUMBERED = re.compile("[0-9]{1,3}[.)]")
# The rest of a price: `1.65€/l`, `$3.52/gal`.
_OF_ONE = re.compile(r"/[^\W\d].*")


class AmountReader:
    """Finds the amounts of a line; `troubles` are the faults in them."""

    def __init__(self, line: str, units: Units, number_format: str, currency: str) -> None:
        self.line = line
        self.units = units
        self.number_format = number_format
        self.currency = currency
        self.troubles: list[Trouble] = []
        self._has_commas = amounts.decimal_mark(number_format) == ","
        self._behind = UnitReader(units, currency, self._trouble)

    def scan(self, words: Sequence[Word]) -> tuple[list[Amount], list[Word]]:
        """All amounts in order, and the words that belong to none."""
        read: list[Amount] = []
        left: list[Word] = []
        index = 0
        while index < len(words):
            before = read[-1] if read and words[index - 1] not in left else None
            taken = self._loose_sign(words, index, before) or self._at(words, index)
            if isinstance(taken, Amount):
                read.append(taken)
                index += len(taken.words)
            elif taken:
                index += taken
            else:
                left.append(words[index])
                index += 1
        return read, left

    def _loose_sign(self, words: Sequence[Word], index: int, before: Amount | None) -> int:
        """Report `3 x 0.33`, `2 + 3`, `2 x coffee`, `coffee x 2`; the number of their words."""
        sign = words[index]
        is_times = sign.lower in ("x", "×", "*")
        following = words[index + 1] if index + 1 < len(words) else None
        if sign.is_quoted or not (is_times or sign.text == "+"):
            return 0
        if following is None or not _begins(following):
            following = None
        if before is None:
            return self._times_apart(words, index) if following and is_times and index else 0
        if following is not None:
            money = words[index + 2 : index + 3]
            if not money or not is_money(self._behind.find(money[0].text) or "", self.currency):
                money = []
            second = "".join(word.text for word in (following, *money))
            own = (*before.words, sign, following, *money)
            self._trouble(own, self._terms(before, sign.text, second))
            return 2 + len(money)
        if is_times and before.words == before.number_words and not before.attached:
            written = f"{before.words[-1].text}x"
            message = TIMES_APART.format(written=written, sign=sign.text)
            self._trouble((*before.words, sign), message)
            return 1
        return 0

    def _terms(self, before: Amount, sign: str, following: str) -> str:
        """The sentence on an amount, a sign and another amount."""
        amount = "".join(word.text for word in before.words)
        is_plain = _SUM.fullmatch(following) is not None
        money = _SUM.sub("", following, 1)
        if sign != "+" and not before.is_money and is_money(money, self.currency):
            return LOOSE_PRICE.format(amount=amount, money=following)
        if before.unit is None:
            return LOOSE_TERMS.format(written=f"{amount}{sign}{following}")
        # The factor without a unit goes first: `15kg x 3` is 3x15kg.
        if sign != "+" and is_plain:
            return LOOSE_TERMS.format(written=f"{following}{sign}{amount}")
        return TWO_AMOUNTS

    def _times_apart(self, words: Sequence[Word], index: int) -> int:
        """`coffee x 2` in two words."""
        written = f"x{words[index + 1].text}"
        message = TIMES_APART.format(written=written, sign=words[index].text)
        self._trouble(words[index : index + 2], message)
        return 2

    def _at(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """The amount that begins here; the number of words in trouble; None without an amount."""
        word = words[index]
        if word.is_quoted:
            return None
        if word.text == "@" and self._value_follows(words, index):
            written = f"@{words[index + 1].text}"
            self._trouble(words[index : index + 2], MARK_APART.format(written=written))
            return 2
        is_of_list = word.text.endswith(")") or any(map(_is_number, words[1:]))
        if index == 0 and len(words) > 1 and is_of_list and _NUMBERED.fullmatch(word.text):
            self._trouble([word], leave_out(word.text))
            return 1
        if word.text.startswith("@"):
            return self._marked(words, index)
        money = self._money_in_front(words, index)
        if money is not None:
            return money
        if word.text[0] in TIMES and len(word.text) > 1:
            return self._times(words, index)
        return self._clock(words, index) or self._plain(words, index)

    def _trouble(self, words: Sequence[Word], message: str) -> None:
        self.troubles.append(Trouble(tuple(words), message))

    def _value_follows(self, words: Sequence[Word], index: int) -> bool:
        following = words[index + 1] if index + 1 < len(words) else None
        return following is not None and _is_number(following)

    def _marked(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """`@48213 kWh`, `@1.659€`, `@€1.659`."""
        inner = [*words]
        inner[index] = words[index].part(1)
        if not inner[index].text:
            return None
        if CLOCK_TIME.fullmatch(inner[index].text):
            self._trouble([words[index]], TIME_OF_DAY)
            return 1
        count = len(self.troubles)
        amount = self._money_in_front(inner, index) or self._plain(inner, index)
        for place, trouble in enumerate(self.troubles[count:], count):
            # `@1.65 €/l`: what is to be written anew has its mark.
            if trouble.words[0] == inner[index]:
                whole = (words[index], *trouble.words[1:])
                self.troubles[place] = replace(trouble, words=whole)
        if not isinstance(amount, Amount):
            return amount
        own = (words[index], *amount.words[1:])
        numbers = (words[index], *amount.number_words[1:])
        return replace(amount, words=own, number_words=numbers, mark="@")

    def _money_in_front(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """`€5`, `EUR 4.50`."""
        word = words[index]
        sign = next(
            (sign_text for sign_text in _signs(word.text) if is_money(sign_text, self.currency)), ""
        )
        rest = word.text[len(sign) :]
        inner = [*words]
        number = _SUM.match(rest) if sign else None
        if number is not None and _OF_ONE.fullmatch(rest, number.end()):
            self._trouble([word], price_of_one(f"{number[0]}{sign}"))
            return 1
        if number is not None:
            inner[index] = word.part(len(sign))
            first = index
        elif sign and not rest and index + 1 < len(words) and _begins(words[index + 1]):
            first = index + 1
        else:
            return None
        amount = self._plain(inner, first)
        if not isinstance(amount, Amount):
            return amount and amount + first - index
        unit = self.units.find(sign) or sign
        if amount.attached and not amount.is_thousand and amount.unit != unit:
            own = words[index : first + 1]
            self._trouble(own, MONEY_AND_UNIT.format(sign=sign, other=amount.attached))
        elif amount.unit is not None and not amount.is_money:
            # Nobody means `$5 kWh`: the unit is left to the type.
            amount = replace(amount, words=amount.number_words)
        own = (word, *amount.words[1:]) if first == index else (word, *amount.words)
        return replace(amount, words=own, unit=unit, unit_word=word, is_money=True)

    def _times(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """`x2`, `×2`, `*2` behind a type."""
        word = words[index]
        if not _SUM.fullmatch(word.text, 1):
            return None
        inner = [*words]
        inner[index] = word.part(1)
        amount = self._plain(inner, index)
        if isinstance(amount, Amount):
            return replace(amount, words=(word, *amount.words[1:]))
        return amount

    def _clock(self, words: Sequence[Word], index: int) -> Amount | int | None:
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
        unit = self.units.find(unit_text) if unit_text else None
        duration = read_clock(number, unit or "")
        if duration is not None:
            own = (word,) if attached or following is None else (word, following)
            return Amount(own, own, duration.amount, duration.unit, own[-1], duration=duration)
        if CLOCK_TIME.fullmatch(word.text):
            return self._time_of_day(words, index, 2 if unit in TIME and not attached else 1)
        if HOUR.fullmatch(word.text) and following and following.lower in OF_DAY:
            self._trouble([word, following], TIME_OF_DAY)
            return 2
        return None

    def _time_of_day(self, words: Sequence[Word], index: int, count: int) -> int:
        """Report words that are a time of day, or a duration as the only value; not after `at`."""
        others = (*words[:index], *words[index + count :])
        is_led = index > 0 and words[index - 1].lower in _AT_TIME
        may_last = not is_led and not any(map(_is_number, others))
        message = no_time_of_day(words[index].text, may_last=may_last)
        self._trouble(words[index : index + count], message)
        return count

    def _plain(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """A number, a sum or a fraction, with its unit."""
        part = self._fraction(words, index)
        if part is not None:
            return part
        word = words[index]
        if _SUM.match(word.text) is None:
            return None
        if amounts.is_hexadecimal(word.text):
            self._trouble([word], NOT_A_NUMBER)
            return 1
        last = self._last_group(words, index)
        number_words = tuple(words[index : last + 1])
        match = _SUM.match(number_words[-1].text)
        if match is None:
            return None
        attached = number_words[-1].text[match.end() :]
        if _VULGAR.match(number_words[-1].text):
            return None
        written = " ".join([*(word.text for word in number_words[:-1]), match.group()])
        if word.text.startswith(","):
            digits = f"{match.group()[1:]}{attached}"
            is_one = match.group()[1:].isdecimal()
            message = COMMA_IN_FRONT if is_one else IN_FULL
            self._trouble(number_words, message.format(number=digits))
            return len(number_words)
        value = self._evaluate(written, number_words)
        remark = amounts.remark(written, self.number_format)
        number = Amount(number_words, number_words, value, remark=remark)
        number = replace(number, as_decimal=amounts.as_decimal(written))
        amount = self._behind.read(number, attached, words, last + 1)
        is_bare = amount.unit is None and not attached
        if is_bare and self._has_commas and _LIKE_DAY_ALSO.fullmatch(word.text):
            value_in_commas = amount.written.replace(".", ",")
            named = as_written(word.text)
            remark = DOT_OF_DAY.format(text=word.text, value=value_in_commas, day=named)
            amount = replace(amount, remark=remark)
        if is_bare and _LIKE_DAY.fullmatch(word.text):
            others = (*words[:index], *words[last + 1 :])
            message = TWO_OR_DAY if any(map(_is_number, others)) else VALUE_OR_DAY
            self._trouble([word], message.format(value=word.text[1:], day=as_written(word.text)))
        return amount

    def _fraction(self, words: Sequence[Word], index: int) -> Amount | None:
        """`½`, `1½ l`, `1 1/2 cups`, `1/2 l`."""
        for own in phrases_at(words, index, 2):
            length = len(own)
            if length == 2 and not own[0].text.isdecimal():
                continue
            last = own[-1].text
            match = _VULGAR.match(last) or _PARTS.match(last)
            if match is None or (length == 2 and last[0] in "0123456789" and "/" not in match[0]):
                continue
            text = " ".join([*(word.text for word in own[:-1]), match[0]])
            value = amounts.read_fraction(text)
            if value is None:
                continue
            amount = Amount(own, own, value)
            with_unit = self._behind.read(amount, last[match.end() :], words, index + length)
            is_sure = length == 2 or "/" not in match[0] or with_unit.unit is not None
            if is_sure:
                return with_unit
        return None

    def _evaluate(self, written: str, words: Sequence[Word]) -> Fraction:
        try:
            return Fraction(amounts.evaluate(written, self.number_format))
        except Unreadable as trouble:
            self._trouble(words, str(trouble))
            return Fraction(1)

    def _last_group(self, words: Sequence[Word], index: int) -> int:
        """The index of the word with the last digits of a number such as `1 234 567,5`."""
        last = index
        while (
            (_FIRST_GROUP if last == index else _GROUP).fullmatch(words[last].text)
            and last + 1 < len(words)
            and not words[last + 1].is_quoted
            and _LAST_GROUP.match(words[last + 1].text)
            and self.line[words[last].end : words[last + 1].start] in SPACES
            and words[last].end < words[last + 1].start
        ):
            last += 1
        return last


def _begins(word: Word) -> bool:
    return not word.is_quoted and _SUM.match(word.text) is not None


def _is_number(word: Word) -> bool:
    return not word.is_quoted and _SUM.match(word.text.lstrip("@€$£")) is not None


def _signs(text: str) -> tuple[str, ...]:
    """The beginnings of a word that may be a sign or code of money, the longest first."""
    digits = re.search("[0-9.,]", text)
    return (text[: digits.start()] if digits else text,)
