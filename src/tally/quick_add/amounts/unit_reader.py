"""The unit after a number of a line, and other words in its place. Pure.

`2.5 kWh`, `10k`, `2 dozen`, `70.52€`, `2 ""`. The price of a unit (`1.65 €/l`), `900,-` and `70€52`
ask.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from tally.domain import amounts
from tally.domain.amounts import TIMES
from tally.domain.currencies import is_money, units_of
from tally.domain.fields import MAX_UNIT, NO_UNIT
from tally.domain.filters import WITHOUT_UNIT
from tally.domain.units import ASKING, ASKING_AS_IS, MAX_NAME_WORDS, Units, rounded
from tally.quick_add.amounts.amount import IN_FULL, Amount, in_money, price_of_one
from tally.quick_add.amounts.unit_texts import DAY_ALONE, NOT_A_VALUE, UNIT_TOO_LONG, why_no_unit
from tally.quick_add.words.separators import ANY_DASH
from tally.quick_add.words.tokens import Word, phrases_at, plain_line, text_of

BOTH_IN_FULL = "Write {number}, or the words in quotes."

# Words after a number that make it a larger one.
_MULTIPLES = {
    **dict.fromkeys(("dozen", "dozens"), 12),
    "hundred": 100,
    **dict.fromkeys(("k", "thousand", "tausend", "tsd", "tsd."), 1000),
    **dict.fromkeys(("lakh", "lakhs"), 10**5),
    **dict.fromkeys(("million", "millions", "mio", "mio."), 10**6),
    **dict.fromkeys(("crore", "crores"), 10**7),
}

# `900,-` and `900.--` are 900; `70€52` is 70.52€.
_GROUPED = re.compile("[1-9][0-9]{0,2}(?:[.][0-9]{3})+")
_NO_CENTS = re.compile(rf"[.,]{ANY_DASH}{{1,2}}")
_CENTS_BEHIND = re.compile("(?P<money>[^0-9]+)(?P<cents>[0-9]{2})")


class UnitReader:
    """Reads the units after numbers; `report` takes the words of a problem and its sentence."""

    def __init__(
        self, units: Units, currency: str, report: Callable[[Sequence[Word], str], None]
    ) -> None:
        self.units = units
        self.currency = currency
        self._report = report

    def read(self, amount: Amount, attached: str, words: Sequence[Word], index: int) -> Amount:
        """The amount with its unit: attached, or as the next words. Drops an `of` after it."""
        if _NO_CENTS.fullmatch(attached):
            text = amount.words[-1].text.removesuffix(attached)
            # `1.000,-` has cents behind its comma: the dot groups.
            in_groups = _GROUPED.fullmatch(text)
            number = text.replace(".", "") if in_groups else amount.written
            self._report(amount.words, IN_FULL.format(number=number))
            attached = ""
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
            amount = self._quoted(amount, following)
            return self._without_of(amount, words, index + 1) if amount.unit else amount
        times = _MULTIPLES.get(following.lower)
        # `eggs 2 dozen` counts dozens, `2 dozen eggs` eggs.
        is_unit = times == 12 and following is words[-1]
        if times and following.text not in self.units and not is_unit:
            number = amounts.plain(rounded(amount.value * times))
            own = (*amount.words, following)
            self._report(own, BOTH_IN_FULL.format(number=number))
            return replace(amount, words=own)
        unit, count = self._unit_at(words, index, amount)
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
        """ "" says that there is no unit; other quotes are a unit only if they touch the number."""
        touches = following.start == amount.words[-1].end
        if not touches and following.text:
            return amount
        unit = plain_line(following.text)
        words = (*amount.words, following)
        if unit == WITHOUT_UNIT:
            self._report(words, NO_UNIT)
        if len(unit) > MAX_UNIT:
            self._report(words, UNIT_TOO_LONG)
        return replace(amount, words=words, unit=unit, unit_word=following, is_kept=True)

    def _unit_at(self, words: Sequence[Word], index: int, amount: Amount) -> tuple[str | None, int]:
        """The unit that begins at `index`, the longest name first, and its number of words."""
        for own in phrases_at(words, index, MAX_NAME_WORDS):
            text = text_of(own)
            unit = self.find(text)
            if unit is not None:
                return unit, len(own)
            if len(own) == 1:
                return self._asking(amount, own[0], text), 1
        return None, 0

    def find(self, text: str) -> str | None:
        """The unit of a text, also before a full stop; money by the account's sign and by codes.

        The account's own code is found in any case: `70 chf`.
        """
        without_stop = text.rstrip(".")
        for name in dict.fromkeys((text, without_stop, without_stop.replace(". ", " "))):
            if not name:
                continue
            unit = self.units.find(name)
            if unit is not None:
                return unit
            if is_money(name, self.currency):
                return name
            if name.upper() == self.currency:
                return self.currency
        return None

    def _asking(self, amount: Amount, word: Word, text: str) -> str | None:
        """Report a word that may be two units; its own text stands for the unit then."""
        money = self._price(text)
        message = price_of_one(in_money(amount.value, money)) if money else self._why_asked(text)
        if message:
            self._report([*amount.words, word] if money else [word], message)
            return money or text
        return None

    def _price(self, text: str) -> str:
        """The money of a price such as `1.65 €/l`; "" where it is none, or the user's own unit."""
        return "" if text in self.units else self._money_of(text)

    def _money_of(self, text: str) -> str:
        """The sign of a price such as `€/l`, which is no unit; "" where it is none."""
        money, _, of = text.partition("/")
        is_sign = not money.isalpha() or money in units_of(self.currency)[:1]
        return money if of and is_sign and is_money(money, self.currency) else ""

    def _why_asked(self, text: str) -> str:
        asking = ASKING.get(text.lower().rstrip(".")) or ASKING_AS_IS.get(text)
        if asking and text not in self.units:
            return f"{asking} Or put the words in quotes."
        mega = self.units.mega(text)
        if mega:
            return f"{mega} or {text[0]}{mega[1:]}? Write {mega}, or {mega[1:]} with another value."
        return ""

    def _attached(self, amount: Amount, text: str) -> Amount:
        word = amount.words[-1]
        unit_word = word.part(len(word.text) - len(text))
        unit = self.find(text)
        if unit is None:
            message = self._why_asked(text) or why_no_unit(text)
            money = self._price(text)
            unit = money or unicodedata.normalize("NFC", text.rstrip(".") or text)
            whole = (
                self._whole(amount, text)
                or self._without_mark(amount, text)
                or self._with_unit_apart(amount, text)
            )
            if money:
                self._report([word], price_of_one(in_money(amount.value, money)))
            elif whole:
                self._report([word], IN_FULL.format(number=whole))
            elif message:
                is_of_word = message in (NOT_A_VALUE, DAY_ALONE)
                self._report([word if is_of_word else unit_word], message)
            elif len(unit) > MAX_UNIT:
                self._report([word], UNIT_TOO_LONG)
        is_cost = is_money(unit, self.currency)
        return replace(amount, unit=unit, unit_word=unit_word, is_money=is_cost)

    def _without_mark(self, amount: Amount, text: str) -> str:
        """`42.5l` of `42.5l,`, `2` of `2!`, `2x` of `2x!`; "" where more than a mark is wrong."""
        unit = text.rstrip(",:!?…)")
        is_right = unit != text and (unit in ("", *TIMES) or self.find(unit) is not None)
        return amount.words[-1].text.removesuffix(text) + unit if is_right else ""

    def _with_unit_apart(self, amount: Amount, text: str) -> str:
        """`2 cups` of `2xcups`, `1000eur` of `1keur`; "" of all others, as of the size `2xl`."""
        unit = text[1:]
        if len(unit) > 1 and text[0] in TIMES and self.find(unit) is not None:
            return f"{amount.written} {unit}"
        if unit and text[0] == "k" and self.find(unit) is not None:
            return f"{amounts.plain(rounded(amount.value * 1000))}{unit}"
        return ""

    def _whole(self, amount: Amount, text: str) -> str:
        """`70.52€` of `70€52`; "" of all others."""
        match = _CENTS_BEHIND.fullmatch(text)
        if match is None or amount.value.denominator != 1:
            return ""
        is_cost = is_money(match["money"], self.currency)
        return f"{amount.written}.{match['cents']}{match['money']}" if is_cost else ""


def _joined(words: Sequence[Word]) -> Word:
    first, last = words[0], words[-1]
    return Word(text_of(words), first.start, last.end, first.index)
