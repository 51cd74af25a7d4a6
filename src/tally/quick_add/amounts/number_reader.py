"""The numbers of a line with their units: `2.5 kWh`, `2x330ml`, `1 234,5`, `1 1/2 l`. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from tally.domain import amounts
from tally.domain.amounts import FRACTION_SIGNS, NOT_A_NUMBER, SPACES, TIMES, Unreadable
from tally.domain.units import Units
from tally.quick_add.amounts.amount import IN_FULL, Amount, NoAmount
from tally.quick_add.amounts.unit_reader import UnitReader
from tally.quick_add.calendar.calendar_dates import VALUE_OR_DAY, as_written, last_day_of
from tally.quick_add.words.tokens import Word, phrases_at

COMMA_IN_FRONT = "Write 0.{number} or {number}: a comma in front could be either."
TWO_OR_DAY = "Two values, or a day? Write {day} for the day, or keep one value."
DOT_OF_DAY = "{text} is read as {value}: the dot is decimal. For the day write {day}."

_NUMBER = r"[.,]?[0-9]++(?:[.,'’][0-9]++)*+"
SUM = re.compile(rf"{_NUMBER}(?:[+{TIMES}]{_NUMBER})*+")
_VULGAR = re.compile(rf"[0-9]*[{FRACTION_SIGNS}]")
_PARTS = re.compile(r"[0-9]{1,2}/[0-9]{1,2}(?![0-9/])")
_FIRST_GROUP = re.compile(r"[1-9][0-9]{0,2}")
_GROUP = re.compile(r"[0-9]{3}")
_LAST_GROUP = re.compile(r"[0-9]{3}(?![0-9])")
# `05.10` is how people write days; values have no zero in front. `5.10` may be either.
_LIKELY_DAY = re.compile("0[1-9][.](?:0[1-9]|1[0-2])")
_POSSIBLE_DAY = re.compile("(?:[1-9]|[12][0-9]|3[01])[.](?:0[1-9]|1[0-2])")


class NumberReader:
    """Reads numbers with their units; `report` takes the words of a problem and its sentence."""

    def __init__(
        self,
        line: str,
        units: Units,
        number_format: str,
        currency: str,
        report: Callable[[Sequence[Word], str], None],
    ) -> None:
        self.unit_reader = UnitReader(units, currency, report)
        self._line = line
        self._number_format = number_format
        self._has_commas = amounts.decimal_mark(number_format) == ","
        self._report = report

    def read(self, words: Sequence[Word], index: int) -> Amount | NoAmount | None:
        """The number, the sum or the fraction that begins here, with its unit."""
        fraction = self._fraction(words, index)
        if fraction is not None:
            return fraction
        word = words[index]
        if not begins_number(word):
            return None
        if amounts.is_hexadecimal(word.text):
            self._report([word], NOT_A_NUMBER)
            return NoAmount(1)
        behind = self._end_of_groups(words, index)
        own = tuple(words[index:behind])
        digits = SUM.match(own[-1].text)
        if digits is None or _VULGAR.match(own[-1].text):
            return None
        attached = own[-1].text[digits.end() :]
        if word.text.startswith(","):
            without_comma = digits[0][1:]
            message = COMMA_IN_FRONT if without_comma.isdecimal() else IN_FULL
            self._report(own, message.format(number=f"{without_comma}{attached}"))
            return NoAmount(len(own))
        written = " ".join([*(group.text for group in own[:-1]), digits[0]])
        amount = self.unit_reader.read(self._number(own, written), attached, words, behind)
        is_bare = amount.unit is None and not attached
        return self._unless_day(amount, words, index) if is_bare else amount

    def _number(self, own: tuple[Word, ...], written: str) -> Amount:
        """The number without its unit."""
        return Amount(
            own,
            own,
            self._evaluate(written, own),
            remark=amounts.remark(written, self._number_format),
            as_decimal=amounts.as_decimal(written),
        )

    def _evaluate(self, written: str, own: Sequence[Word]) -> Fraction:
        try:
            return Fraction(amounts.evaluate(written, self._number_format))
        except Unreadable as error:
            self._report(own, str(error))
            return Fraction(1)

    def _unless_day(self, amount: Amount, words: Sequence[Word], index: int) -> Amount:
        """A number without a unit, with a remark or a question where it may be a day as well."""
        text = words[index].text
        if self._has_commas and _POSSIBLE_DAY.fullmatch(text):
            value = amount.written.replace(".", ",")
            remark = DOT_OF_DAY.format(text=text, value=value, day=as_written(text))
            return replace(amount, remark=remark)
        if _LIKELY_DAY.fullmatch(text):
            others = (*words[:index], *words[index + 1 :])
            message = TWO_OR_DAY if any(map(is_number, others)) else VALUE_OR_DAY
            self._report([words[index]], message.format(value=text[1:], day=as_written(text)))
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
            with_unit = self.unit_reader.read(amount, last[match.end() :], words, index + length)
            is_sure = length == 2 or "/" not in match[0] or with_unit.unit is not None
            if is_sure:
                return with_unit
        return None

    def _end_of_groups(self, words: Sequence[Word], index: int) -> int:
        """The index behind the last word with digits of a number such as `1 234 567,5`."""
        last = index
        while (
            (_FIRST_GROUP if last == index else _GROUP).fullmatch(words[last].text)
            and last + 1 < len(words)
            and not words[last + 1].is_quoted
            and _LAST_GROUP.match(words[last + 1].text)
            and self._line[words[last].end : words[last + 1].start] in SPACES
            and words[last].end < words[last + 1].start
        ):
            last += 1
        return last + 1


def possible_day(amount: Amount) -> str:
    """The day that a number such as `20.11` may be, as a line can have it; "" for all others."""
    text = amount.number_words[0].text
    is_bare = amount.unit is None and not amount.mark and len(amount.words) == 1
    if not is_bare or not (_POSSIBLE_DAY.fullmatch(text) or _LIKELY_DAY.fullmatch(text)):
        return ""
    day, month = map(int, text.split("."))
    return as_written(text) if day <= last_day_of(month) else ""


def begins_number(word: Word) -> bool:
    """Whether a word begins with a number."""
    return not word.is_quoted and SUM.match(word.text) is not None


def is_number(word: Word) -> bool:
    """Whether a word is a number, with or without `@` or a sign of money in front."""
    return not word.is_quoted and SUM.match(word.text.lstrip("@€$£")) is not None
