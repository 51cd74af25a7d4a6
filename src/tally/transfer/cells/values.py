"""Amounts as files hold them: with units and currencies, signs, exponents, as durations. Pure.

Reading has two halves, like that of dates: `mark_told_by` tells which decimal mark a text has, so
that one value can decide for a whole file; `ValueReader` then reads every text with it.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from tally.domain import currencies
from tally.domain.amounts import MAX_VALUE, Unreadable, decimal_mark, grouped, read_number
from tally.domain.text import quoted
from tally.domain.units import MAX_DECIMALS
from tally.transfer.cells.durations import SECONDS, duration_of, is_clock_duration
from tally.transfer.cells.names import words
from tally.transfer.faults import Ambiguous

DecimalMark = Literal[".", ","]
_FROM_ONE = frozenset("123456789")
MARKS: tuple[DecimalMark, ...] = (".", ",")

# The texts with which programs say that nothing was measured.
NOTHING = words(
    """
    - -- --- — – . .. ? nan null none nil n/a n.a. na #n/a #na #nv #value! #ref! #div/0!
    #null! unknown unavailable undefined skip missing inf -inf infinity
    """
) | {"", "not available", "no data", "keine daten", "k.a.", "k. a."}
# The marks in a column of yes and no.
YES = words(
    """
    x ✓ ✔ ☑ true yes y done ja oui si sí sim tak да wahr vrai verdadero vero yes_manual
    yes_auto
    """
)
NO = words(
    """
    ✗ ☐ false no n nein nee non não nej nie нет falsch faux falso
    """
)

# The signs of money of one character, and the longer ones that have such a character: `R$`.
_SIGNS = dict.fromkeys(shown for shown in currencies.CURRENCIES.values() if not shown.isalpha())
SHORT_SIGNS = "".join(shown for shown in _SIGNS if len(shown) == 1) + "₦"
LONG_SIGNS = tuple(shown for shown in _SIGNS if len(shown) > 1)

NOT_A_NUMBER = "{} is no number. Write the value as a number, such as 12.5."
_TOO_LARGE = f"Values stay below {grouped(MAX_VALUE)}."

_MAX_EXPONENT = 40
# A longer text is no amount, and is not parsed.
MAX_LENGTH = 200


class Exact(str):
    """A number as a program wrote it into a workbook or JSON: the dot is its decimal mark."""

    __slots__ = ()


class CellAmount(NamedTuple):
    """A signed amount, the unit that stood in its cell, and whether it lost digits."""

    value: Decimal
    unit: str = ""
    rounded: bool = False


# Units behind a number: `kWh`, `m3`, `l/100km`, but not `h 05m` or `x330`.
_UNIT = rf"(?:[^\W\d_½¼¾⅓⅔⅛]|[°%‰{SHORT_SIGNS}])(?:[^\d()\[\]:;=+*½]|(?<=[/m^tO])\d+){{0,30}}"
_SPACES = " \u00a0\u2009\u202f'’`´"
_NUMBER = re.compile(
    rf"""
    (?P<sign>[+\-\u2212\u2013(]?)\s*
    (?P<before>[{SHORT_SIGNS}]|[A-Z]{{3}}\s|[A-Z]{{1,3}}\$|(?:kr|Fr|zł|Kč|Rs|R)\.?\s)?\s*
    (?P<sign2>[+\-\u2212]?)\s*
    (?P<number>\d[\d.,{_SPACES}]*\d|\d+[.,]?|[.,]\d+)
    (?P<exponent>[eE][+-]?\d{{1,3}})?
    \s*(?P<after>{_UNIT}|[+\-\u2212]|)
    (?P<close>\)?)\s*(?P<behind>{_UNIT}|)
    """,
    re.VERBOSE,
)
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75", "⅓": ".333333", "⅔": ".666667", "⅛": ".125"}
_FRACTION = re.compile(rf"(\d*)\s?([{''.join(_FRACTIONS)}])\s*(\D*)")
_GROUPED_BY_SPACES = re.compile(
    rf"\d{{1,3}}(?:[{_SPACES}]\d{{2,3}})*[{_SPACES}]\d{{3}}(?:[.,]\d*)?"
)
_FORMULA = re.compile(r'="?([^"]*)"?')

# Most values: no sign but the one that tells the decimal mark, nothing to round.
_USUAL = re.compile(r"\d{1,11}(?:([.,])(?:\d{1,2}|\d{4,6}))?", re.ASCII)
_TELLING = re.compile(r"[.,]")
# One mark that may be decimal or stand before three digits of a larger number.
_OPEN = re.compile(r"[1-9]\d{0,2}([.,])\d{3}", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:\.\d{1,2}|\.\d{4,6}|)", re.ASCII)


def is_more_than_zero(text: str) -> bool:
    """Whether a numeric cell holds an amount other than zero, whatever its sign."""
    return not _FROM_ONE.isdisjoint(text)


def is_nothing(text: str) -> bool:
    """Whether the cell says that nothing was measured."""
    return not text or text.strip().casefold() in NOTHING


def is_mark(text: str) -> bool:
    """Whether the cell is a yes or a no."""
    return text.strip().casefold() in YES or text.strip().casefold() in NO


def mark_told_by(text: str) -> DecimalMark | None:
    """The decimal mark that a text shows; None if it has none, or could have either."""
    if isinstance(text, Exact) or _TELLING.search(text) is None:
        return None
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        return cast("DecimalMark", usual[1])
    match = _matched(text)
    number = match["number"] if match else ""
    marks = [mark for mark in MARKS if mark in number]
    if len(marks) == 2:
        last = max(marks, key=number.rfind)
        return last if number.count(last) == 1 else None
    return _mark_of_one_kind(number, marks[0]) if marks else None


def _mark_of_one_kind(number: str, mark: DecimalMark) -> DecimalMark | None:
    """The decimal mark of a number that has only this mark, which may stand between thousands."""
    if number.count(mark) > 1:
        return _other(mark) if _groups_fit(number, mark) else None
    fraction = number.partition(mark)[2]
    is_open = _OPEN.fullmatch(number) or any(space in fraction for space in _SPACES)
    return None if is_open else mark


def unclear_mark(text: str) -> DecimalMark | None:
    """The mark of a number such as `1.234`, decimal or for thousands; None for any other."""
    match = None if isinstance(text, Exact) else _matched(text)
    number = _OPEN.fullmatch(match["number"]) if match else None
    return cast("DecimalMark", number[1]) if number else None


def _other(mark: DecimalMark) -> DecimalMark:
    return "," if mark == "." else "."


@lru_cache(8192)
def sign_of(text: str) -> int:
    """-1 for an amount below zero, 1 for one above it, 0 for zero and all else."""
    match = _matched(text)
    if match is None or not is_more_than_zero(match["number"]):
        return 0
    return -1 if _is_negative(match) else 1


def looks_like_amount(text: str) -> bool:
    """Whether the text is a number, with or without a unit, or a duration; `02.01.26` is not."""
    if isinstance(text, Exact) or _PLAIN.fullmatch(text):
        return True
    if len(text) > MAX_LENGTH:
        return False
    match = _matched(text)
    if match is not None and len(match["after"]) <= 24:
        number = match["number"]
        return all(number.count(mark) < 2 or _groups_fit(number, mark) for mark in MARKS)
    text = text.strip()
    return (
        _FRACTION.fullmatch(text) is not None
        or is_clock_duration(text)
        or duration_of(text) is not None
    )


class ValueReader:
    """Reads the amounts of a file.

    `mark`: its decimal mark, if that is known. `number_format`: the account's, which decides the
    mark if the file does not. `asks_dots`: in this file `1.234` may be a large number.
    """

    def __init__(
        self,
        mark: DecimalMark | None = None,
        number_format: str = "auto",
        *,
        asks_dots: bool = False,
    ) -> None:
        self._mark = mark
        self._number_format = number_format
        self._asks_dots = asks_dots
        self._cached = lru_cache(8192)(self._amount)

    def read(self, text: str, unit: str = "") -> CellAmount | None:
        """The amount in a cell of a column in `unit`; None if nothing was measured.

        Raises ValueError with a sentence, Ambiguous if the decimal mark would decide.
        """
        if isinstance(text, Exact):
            return as_kept(Decimal(text))
        if is_nothing(text):
            return None
        if len(text) > MAX_LENGTH:
            raise ValueError(NOT_A_NUMBER.format(quoted(text)))
        return self._cached(text.strip(), unit if unit in SECONDS else "")

    def _amount(self, text: str, unit: str) -> CellAmount:
        usual = _USUAL.fullmatch(text)
        if usual is not None and usual[1] in (None, self._mark):
            return CellAmount(Decimal(text.replace(",", ".")))
        match = _matched(text)
        if match is None:
            return self._unusual(text, unit)
        after = match["after"] or match["behind"]
        if match["sign"] == "(" and not match["close"]:
            raise ValueError(NOT_A_NUMBER.format(quoted(text)))
        if after in ("k", "K", "M") and not match["before"]:
            raise ValueError(f"{quoted(text)} may be thousands. Write the whole number.")
        value = self._number(match["number"]) * Decimal("1" + (match["exponent"] or ""))
        own_unit = "" if after in ("-", "\u2212", "+") else after.strip()
        if own_unit == "m" and unit:
            own_unit = "min"
        return as_kept(
            -value if _is_negative(match) else value, own_unit or (match["before"] or "").strip()
        )

    def _number(self, text: str) -> Decimal:
        if any(space in text for space in _SPACES):
            if not _GROUPED_BY_SPACES.fullmatch(text):
                raise ValueError(NOT_A_NUMBER.format(quoted(text)))
            text = text.translate(_NO_SPACES)
        dots, commas = text.count("."), text.count(",")
        if not dots and not commas:
            return Decimal(text)
        mark = mark_told_by(text) or self._mark or self._assumed(text, dots)
        other = _other(mark)
        if text.count(mark) > 1 or not _groups_fit(text, other):
            raise ValueError(NOT_A_NUMBER.format(quoted(text)))
        if self._mark and mark != self._mark and dots + commas == 1:
            raise ValueError(f"“{text}” has another decimal mark than the file.")
        return Decimal(text.replace(other, "").replace(mark, "."))

    def _assumed(self, text: str, dots: int) -> DecimalMark:
        """The mark of `1.234`, which is a dot in most files, and of `1,234`, which asks."""
        usual = decimal_mark(self._number_format)
        if usual == "." or (dots and not self._asks_dots):
            return "."
        if not dots and usual == ",":
            return ","
        sign, name = (".", "dot") if dots else (",", "comma")
        whole, _, rest = text.partition(sign)
        if sign in rest:
            raise ValueError(NOT_A_NUMBER.format(quoted(text)))
        raise Ambiguous(
            f"Is {text} {whole} and a bit, or {whole}{rest}? Say what the {name} is.", "decimal"
        )

    def _unusual(self, text: str, unit: str) -> CellAmount:
        """A fraction sign, a duration, a sum or a product."""
        fraction = _FRACTION.fullmatch(text)
        if fraction is not None:
            return as_kept(
                Decimal((fraction[1] or "0") + _FRACTIONS[fraction[2]]), fraction[3].strip()
            )
        duration = duration_of(text, unit)
        if duration is not None:
            exact = duration.seconds / SECONDS[duration.unit]
            return as_kept(Decimal(exact.numerator) / Decimal(exact.denominator), duration.unit)
        if is_clock_duration(text):
            raise ValueError(f"Is {text[:20]} hours and minutes? Say the unit, such as h or min.")
        try:
            return as_kept(read_number(text, self._number_format))
        except Unreadable as error:
            raise ValueError(NOT_A_NUMBER.format(quoted(text))) from error


_NO_SPACES = str.maketrans("", "", _SPACES)


def _matched(text: str) -> re.Match[str] | None:
    """The parts of the number in a cell; None if it holds none, or far more than a number."""
    return _parsed(text) if len(text) <= MAX_LENGTH else None


@lru_cache(8192)
def _parsed(text: str) -> re.Match[str] | None:
    text = text.strip()
    if text.startswith("="):
        formula = _FORMULA.fullmatch(text)
        text = formula[1].strip() if formula else text
    return _NUMBER.fullmatch(text)


def _is_negative(match: re.Match[str]) -> bool:
    """Whether a number has a minus before or after it, or stands in brackets."""
    behind = match["after"] or match["behind"]
    return (
        match["sign"] not in ("", "+")
        or match["sign2"] not in ("", "+")
        or behind in ("-", "\u2212")
    )


def _groups_fit(text: str, group: DecimalMark) -> bool:
    """Whether the group marks stand where groups begin: three digits behind the last of them."""
    whole = text.partition(_other(group))[0]
    first, *others = whole.split(group)
    if not others:
        return True
    return (
        1 <= len(first) <= 3
        and len(others[-1]) == 3
        and all(len(part) in (2, 3) for part in others)
    )


def as_kept(value: Decimal, unit: str = "") -> CellAmount:
    """The amount to six decimals. Raises ValueError where it is larger than amounts can be."""
    if value.is_finite() and value.adjusted() < -_MAX_EXPONENT and value:
        return CellAmount(Decimal(0), unit, rounded=True)
    if not value.is_finite() or value.copy_abs() >= MAX_VALUE:
        raise ValueError(_TOO_LARGE)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -MAX_DECIMALS:
        return CellAmount(value, unit)
    short = value.quantize(Decimal(1).scaleb(-MAX_DECIMALS), ROUND_HALF_EVEN)
    if abs(short) >= MAX_VALUE:
        raise ValueError(_TOO_LARGE)
    return CellAmount(short, unit, rounded=short != value)
