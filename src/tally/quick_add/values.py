"""The amounts of a line: its numbers with the units and marks beside them. Pure.

`2`, `2.5 kWh`, `10k`, `½`, `1 1/2`, `2x330ml`, `x2`, `1h30`, `70.52€`, `@48213`: each becomes an
Amount; which of them is the value, the cost or a reading, the grammar decides.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tally.domain import amounts
from tally.domain.amounts import FRACTION_SIGNS, SPACES, TIMES, Unreadable
from tally.domain.currencies import is_money
from tally.domain.fields import MAX_UNIT, NO_UNIT
from tally.domain.filters import WITHOUT_UNIT
from tally.domain.units import ASKING, MAX_NAME_WORDS, Units, rounded
from tally.quick_add.durations import (
    CLOCK_TIME,
    HOUR,
    OF_DAY,
    TIME_OF_DAY,
    Duration,
    no_time_of_day,
    read_clock,
    read_duration,
)
from tally.quick_add.tokens import Trouble, Word, plain_line

NOT_A_VALUE = "Write a value such as 12.5 kWh, or the word in quotes."
DAY_ALONE = "Write a day with its month, such as 5 oct, or the word in quotes."
PRICE_OF_ONE = "For the price of one write @1.659€; for what it cost, the amount alone."
COMMA_IN_FRONT = "Write 0{text} or {digits}: a comma in front could be either."

MONEY_AND_UNIT = "Money, or a value in {other}? Leave {sign} or {other} out."
IN_FULL = "Write {number}, or the word in quotes."
LOOSE_TIMES = "Two values. Write a product as 3x0.33 in one word, or keep one, or use quotes."

# Words behind a number that make it a larger one.
_MULTIPLES = {
    "hundred": 100,
    **dict.fromkeys(("k", "thousand", "tausend", "tsd", "tsd."), 1000),
    **dict.fromkeys(("lakh", "lakhs"), 10**5),
    **dict.fromkeys(("million", "millions", "mio", "mio."), 10**6),
    **dict.fromkeys(("crore", "crores"), 10**7),
}

_NUMBER = r"[.,]?[0-9]++(?:[.,'’][0-9]++)*+"
_SUM = re.compile(rf"{_NUMBER}(?:[+{TIMES}]{_NUMBER})*+")
_VULGAR = re.compile(rf"[0-9]*[{FRACTION_SIGNS}]")
_PARTS = re.compile(r"[0-9]{1,2}/[0-9]{1,2}(?![0-9/])")
_FIRST_GROUP = re.compile(r"[1-9][0-9]{0,2}")
_GROUP = re.compile(r"[0-9]{3}")
_LAST_GROUP = re.compile(r"[0-9]{3}(?![0-9])")
_NEVER_UNITS = frozenset({"st", "nd", "rd", "th"})
_UNIT_MARKS = "°%µ/·²³^"


@dataclass(frozen=True)
class Amount:
    """A number with its unit. `words` are all that it takes, `number_words` the digits alone.

    unit: None when none is written. is_kept: in quotes, never converted. attached: the text
    behind the digits without a space. mark: "@" in front. is_thousand: written with a k.
    """

    words: tuple[Word, ...]
    number_words: tuple[Word, ...]
    value: Fraction
    unit: str | None = None
    unit_word: Word | None = None
    is_kept: bool = False
    attached: str = ""
    mark: str = ""
    is_thousand: bool = False
    is_money: bool = False
    duration: Duration | None = None
    remark: str = ""

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


class AmountReader:
    """Finds the amounts of a line; `troubles` are the faults in them."""

    def __init__(self, line: str, units: Units, number_format: str, currency: str) -> None:
        self.line = line
        self.units = units
        self.number_format = number_format
        self.currency = currency
        self.troubles: list[Trouble] = []

    def scan(self, words: Sequence[Word]) -> tuple[list[Amount], list[Word]]:
        """All amounts in order, and the words that belong to none."""
        amounts: list[Amount] = []
        left: list[Word] = []
        index = 0
        while index < len(words):
            taken = self._loose_times(words, index, left) or self._at(words, index)
            if isinstance(taken, Amount):
                amounts.append(taken)
                index += len(taken.words)
            elif taken:
                index += taken
            else:
                left.append(words[index])
                index += 1
        return amounts, left

    def _loose_times(self, words: Sequence[Word], index: int, left: Sequence[Word]) -> int:
        """`3 x 0.33`: how many words of it are in trouble."""
        follows = index + 1 < len(words) and _begins(words[index + 1])
        is_behind = index > 0 and words[index - 1] not in left
        if words[index].lower not in ("x", "×", "*") or not follows or not is_behind:
            return 0
        self._trouble(words[index : index + 2], LOOSE_TIMES)
        return 2

    def _at(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """The amount that begins here; how many words are in trouble; None where none begins."""
        word = words[index]
        if word.is_quoted:
            return None
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

    def _marked(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """`@48213 kWh`, `@1.659€`, `@€1.659`."""
        inner = [*words]
        inner[index] = words[index].part(1)
        if not inner[index].text:
            return None
        if CLOCK_TIME.fullmatch(inner[index].text):
            self._trouble([words[index]], TIME_OF_DAY)
            return 1
        amount = self._money_in_front(inner, index) or self._plain(inner, index)
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
        if sign and rest and _SUM.match(rest):
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
            # `$5 kWh` is nothing that anybody means: the unit is left to the type.
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
        """Durations, and times of day, which are not kept."""
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else None
        duration = read_duration(word.text)
        if duration is not None:
            return Amount((word,), (word,), duration.amount, duration.unit, word, duration=duration)
        number, attached = word.text, ""
        if ":" in word.text:
            match = re.match("[0-9]+:[0-9]+", word.text)
            number, attached = (match[0], word.text[match.end() :]) if match else (word.text, "")
        unit_text = attached or (following.text if following and not following.is_quoted else "")
        unit = self.units.find(unit_text) if unit_text else None
        duration = read_clock(number, unit or "")
        if duration is not None:
            own = (word,) if attached or following is None else (word, following)
            return Amount(own, own, duration.amount, duration.unit, own[-1], duration=duration)
        if CLOCK_TIME.fullmatch(word.text):
            self._trouble([word], no_time_of_day(word.text))
            return 1
        if HOUR.fullmatch(word.text) and following and following.lower in OF_DAY:
            self._trouble([word, following], TIME_OF_DAY)
            return 2
        return None

    def _plain(self, words: Sequence[Word], index: int) -> Amount | int | None:
        """A number, a sum or a fraction, with its unit."""
        part = self._fraction(words, index)
        if part is not None:
            return part
        word = words[index]
        if _SUM.match(word.text) is None:
            return None
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
            digits = match.group().lstrip(",")
            self._trouble(number_words, COMMA_IN_FRONT.format(text=f".{digits}", digits=digits))
            return len(number_words)
        value = self._evaluate(written, number_words)
        remark = amounts.remark(written, self.number_format)
        amount = Amount(number_words, number_words, value, remark=remark)
        return self._with_unit(amount, attached, words, last + 1)

    def _fraction(self, words: Sequence[Word], index: int) -> Amount | None:
        """`½`, `1½ l`, `1 1/2 cups`, `1/2 l`."""
        for length in (2, 1):
            own = tuple(words[index : index + length])
            if len(own) < length or any(word.is_quoted for word in own):
                continue
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
            with_unit = self._with_unit(amount, last[match.end() :], words, index + length)
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
        """The index of the word with the last digits of a number like `1 234 567,5`."""
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

    # The unit behind a number

    def _with_unit(
        self, amount: Amount, attached: str, words: Sequence[Word], index: int
    ) -> Amount:
        """The amount with its unit: attached, or as the next words. Drops an `of` behind it."""
        amount = replace(amount, attached=attached)
        if attached == "k":
            amount = replace(amount, value=amount.value * 1000, is_thousand=True)
        elif attached and attached not in TIMES:
            amount = self._attached(amount, attached)
            return self._without_of(amount, words, index) if amount.unit is not None else amount
        if index == len(words):
            return amount
        following = words[index]
        if following.is_quoted:
            return self._quoted(amount, following)
        thousands = _MULTIPLES.get(following.lower)
        if thousands and following.text not in self.units:
            number = amounts.plain(rounded(amount.value * thousands))
            self._trouble([following], IN_FULL.format(number=number))
            return replace(amount, words=(*amount.words, following))
        unit, count = self._unit_at(words, index)
        if unit is None:
            return amount
        own = tuple(words[index : index + count])
        amount = replace(
            amount,
            words=(*amount.words, *own),
            unit=unit,
            unit_word=_joined(own),
            is_money=is_money(unit, self.currency),
        )
        return self._without_of(amount, words, index + count)

    def _without_of(self, amount: Amount, words: Sequence[Word], index: int) -> Amount:
        if index + 1 < len(words) and words[index].lower == "of":
            return replace(amount, words=(*amount.words, words[index]))
        return amount

    def _quoted(self, amount: Amount, following: Word) -> Amount:
        """ "" says that there is no unit; other quotes are one only where they touch the number."""
        touches = following.start == amount.words[-1].end and not amount.attached
        if not touches and following.text:
            return amount
        unit = plain_line(following.text)
        words = (*amount.words, following)
        if unit == WITHOUT_UNIT:
            self._trouble(words, NO_UNIT)
        if len(unit) > MAX_UNIT:
            self._trouble(words, f"A unit can have {MAX_UNIT} characters.")
        return replace(amount, words=words, unit=unit, unit_word=following, is_kept=True)

    def _unit_at(self, words: Sequence[Word], index: int) -> tuple[str | None, int]:
        """The unit that the words from `index` are, the longest name first, and their number."""
        for length in range(MAX_NAME_WORDS, 0, -1):
            own = words[index : index + length]
            if len(own) < length or any(word.is_quoted for word in own):
                continue
            text = " ".join(word.text for word in own)
            unit = self.find(text)
            if unit is not None:
                return unit, length
            if length == 1:
                return self._asking(own[0], text), 1
        return None, 0

    def find(self, text: str) -> str | None:
        """The unit, also with a full stop behind it; money of the account and by its code."""
        without_stop = text.rstrip(".")
        for name in dict.fromkeys((text, without_stop, without_stop.replace(". ", " "))):
            if not name:
                continue
            unit = self.units.find(name)
            if unit is not None:
                return unit
            if is_money(name, self.currency):
                return name
        return None

    def _asking(self, word: Word, text: str) -> str | None:
        """A word that is two units asks; its own text stands for the unit then."""
        message = self._why_asked(text)
        if message:
            self._trouble([word], message)
            return self._money_of(text) or text
        return None

    def _money_of(self, text: str) -> str:
        """The sign of a price such as `€/l`, which is no unit; "" where it is none."""
        money, _, of = text.partition("/")
        is_sign = not money.isalpha() and is_money(money, self.currency)
        return money if of and is_sign else ""

    def _why_asked(self, text: str) -> str:
        if text.lower().rstrip(".") in ASKING and text not in self.units:
            return f"{ASKING[text.lower().rstrip('.')]} Or put the words in quotes."
        if self._money_of(text) and text not in self.units:
            return PRICE_OF_ONE
        mega = self.units.mega(text)
        if mega:
            return f"{mega} or {text[0]}{mega[1:]}? Write {mega}, or {mega[1:]} with another value."
        return ""

    def _attached(self, amount: Amount, text: str) -> Amount:
        word = amount.words[-1]
        unit_word = word.part(len(word.text) - len(text))
        unit = self.find(text)
        if unit is None:
            message = self._why_asked(text) or _why_no_unit(text)
            unit = self._money_of(text) or unicodedata.normalize("NFC", text.rstrip(".") or text)
            if message:
                self._trouble([unit_word if message is not NOT_A_VALUE else word], message)
            elif len(unit) > MAX_UNIT:
                self._trouble([word], f"A unit can have {MAX_UNIT} characters.")
        is_cost = is_money(unit, self.currency)
        return replace(amount, unit=unit, unit_word=unit_word, is_money=is_cost)


def _why_no_unit(text: str) -> str:
    """Why an unknown text attached to a number cannot be a unit; "" where it is a new one."""
    if text.lower() in _NEVER_UNITS:
        return DAY_ALONE
    if len(text) == 1 and text.isupper():
        return f"{text} is no unit here. Write the unit as a word, or the type in quotes."
    return "" if is_unit_text(text.rstrip(".")) else NOT_A_VALUE


def is_unit_text(text: str) -> bool:
    """Whether a text could be a unit: letters and a few marks, digits as in `m3/h`, not `g/2`."""
    if not text or not (_is_letter(text[0]) or text[0] in "°%µ"):
        return False
    if unicodedata.category(text[0])[0] == "M":
        return False
    has_mark = any(mark in text for mark in "/^")
    if "/" in text and not any(map(_is_letter, text.rpartition("/")[2])):
        return False
    return all(
        _is_letter(mark) or mark in _UNIT_MARKS or (mark in "0123456789" and has_mark)
        for mark in text
    )


def _is_letter(mark: str) -> bool:
    """Letters, their combining marks, and signs such as ㎥ that are written like letters."""
    category = unicodedata.category(mark)
    return category[0] in "LM" or (category == "So" and unicodedata.normalize("NFKC", mark) != mark)


def _begins(word: Word) -> bool:
    return not word.is_quoted and _SUM.match(word.text) is not None


def _signs(text: str) -> tuple[str, ...]:
    """The texts at the start of a word that may be a sign or code of money, the longest first."""
    digits = re.search("[0-9.,]", text)
    return (text[: digits.start()] if digits else text,)


def _joined(words: Sequence[Word]) -> Word:
    first, last = words[0], words[-1]
    return Word(" ".join(word.text for word in words), first.start, last.end, first.index)
