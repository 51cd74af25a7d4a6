"""Amounts as people write them: 12,5 · 1 234.5 · 1.234,56 · 2x330. Pure.

The quick-add line, the full form, JSON and import all read values here.
"""

import re
import unicodedata
from decimal import Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from tally.domain.units import MAX_DECIMALS, rounded

MAX_VALUE = Decimal(10) ** 12
MAX_TERMS = 20
MAX_DIGITS = 40

# The spaces between groups of digits: ordinary, no-break, thin and narrow no-break.
SPACES = " \u00a0\u2009\u202f"

# The apostrophes between groups of digits: 1'234.5, also with the one that phones write.
APOSTROPHES = "'\u2019"
# Signs between two factors.
TIMES = "*xX\u00d7"

# Wide enough for the exact product of MAX_TERMS numbers of MAX_DIGITS digits.
_EXACT = Context(prec=MAX_TERMS * MAX_DIGITS)

NOT_A_NUMBER = "Write the value as a number, such as 12.5."
# A large number as programs write it: it is refused for its size, which its writer can mend.
_LARGE = re.compile(r"\d{1,40}(\.\d{1,60})?[eE]\+?\d{1,9}", re.ASCII)


class Unreadable(ValueError):
    """A text that is no amount; the message says how to write it."""


class NumberMarks(NamedTuple):
    """The marks within a number: any of `group` between groups of digits, and the decimal one."""

    group: str
    decimal: str


# The marks of each way to write a number. The first pattern that fits counts; None asks, unless the
# account's number format tells.
_FORMS = tuple(
    (
        re.compile(pattern.replace("S", f"[{SPACES}]").replace("A", f"[{APOSTROPHES}]"), re.ASCII),
        marks,
    )
    for pattern, marks in (
        (r"\d+(\.\d+)?|\.\d+", NumberMarks("", ".")),
        (r"[1-9]\d{0,2},\d{3}", None),
        (r"\d*,\d+", NumberMarks("", ",")),
        (r"[1-9]\d{0,2}(,\d{3}){2,}", NumberMarks(",", ".")),
        (r"[1-9]\d{0,2}(,\d{3})+\.\d+", NumberMarks(",", ".")),
        (r"[1-9]\d{0,2}(\.\d{3}){2,}", NumberMarks(".", ",")),
        (r"[1-9]\d{0,2}(\.\d{3})+,\d+", NumberMarks(".", ",")),
        (r"[1-9]\d{0,2}S\d{3}", None),
        (r"[1-9]\d{0,2}(S\d{3}){2,}", NumberMarks(SPACES, ".")),
        (r"[1-9]\d{0,2}(S\d{3})+\.\d+", NumberMarks(SPACES, ".")),
        (r"[1-9]\d{0,2}(S\d{3})+,\d+", NumberMarks(SPACES, ",")),
        (r"[1-9]\d{0,2}(A\d{3})+(\.\d+)?", NumberMarks(APOSTROPHES, ".")),
        (r"[1-9]\d{0,2}(A\d{3})+,\d+", NumberMarks(APOSTROPHES, ",")),
    )
)

# The marks of the number formats that an account can choose beside the automatic one.
_NO_MARKS = NumberMarks("", "")
NUMBER_MARKS = {
    "1,234.5": NumberMarks(",", "."),
    "1.234,5": NumberMarks(".", ","),
    "1 234,5": NumberMarks(SPACES, ","),
}

# `7/16` may be a fraction, `7/17` is not one.
MAX_PARTS = 16
FRACTION_SIGNS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_FRACTION = re.compile(
    rf"(?:(?P<whole>\d{{1,12}})[{SPACES}]*)?(?P<sign>[{FRACTION_SIGNS}])"
    rf"|(?:(?P<mixed>\d{{1,12}})[{SPACES}]+)?(?P<above>\d{{1,2}})/(?P<below>\d{{1,2}})",
    re.ASCII,
)

_ONE_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)


def read_number(text: str, number_format: str = "auto", most: Decimal = MAX_VALUE) -> Decimal:
    """The value in a field: a number, a sum or a product, below `most`. Raises Unreadable."""
    text = text.strip()
    if text.startswith("-"):
        raise Unreadable("Write a value of 0 or more.")
    if is_hexadecimal(text):
        raise Unreadable(NOT_A_NUMBER)
    if _LARGE.fullmatch(text):
        _refuse_large(Decimal(text), most)
    part = read_fraction(text)
    if part is not None:
        return _within_bounds(rounded(part), most)
    return evaluate(text, number_format, most)


def is_hexadecimal(text: str) -> bool:
    """Whether a text is written like `0x10`: a person means sixteen, not zero times ten."""
    return text[:2] in ("0x", "0X")


def read_fraction(text: str) -> Fraction | None:
    """`1/2`, `½`, `1½` or `1 1/2`; None for anything else. Parts are sixteenths at the least."""
    match = _FRACTION.fullmatch(text)
    if match is None:
        return None
    whole = int(match["whole"] or match["mixed"] or 0)
    if match["sign"]:
        return whole + Fraction(unicodedata.numeric(match["sign"])).limit_denominator(MAX_PARTS)
    above, below = int(match["above"]), int(match["below"])
    return whole + Fraction(above, below) if 0 < above < below <= MAX_PARTS else None


def evaluate(text: str, number_format: str = "auto", most: Decimal = MAX_VALUE) -> Decimal:
    """`2`, `2+3`, `3*0.33`, `2x330`, exactly; products first. Raises Unreadable.

    0 ≤ value < `most` with at most 6 decimals, trailing zeros trimmed.
    """
    if len(text) > MAX_TERMS * MAX_DIGITS:
        raise Unreadable(NOT_A_NUMBER)
    terms = [re.split(f"[{TIMES}]", term) for term in text.split("+")]
    if sum(map(len, terms)) > MAX_TERMS:
        raise Unreadable(f"A sum can have {MAX_TERMS} numbers.")
    total = Decimal(0)
    for factors in terms:
        product = Decimal(1)
        for factor in factors:
            product = _EXACT.multiply(product, _one_number(factor, number_format))
        total = _EXACT.add(total, product)
    return _within_bounds(total, most)


def remark(text: str, number_format: str) -> str:
    """A remark on `1.500` for an account that groups digits by the dot; "" for any other number.

    `1.500` is 1.5 in every account, as programs write it, but the person may mean 1500.
    """
    marks = NUMBER_MARKS.get(number_format, _NO_MARKS)
    sentence = as_decimal(dotted(text, number_format), marks.decimal)
    return f"{sentence}." if sentence else ""


def dotted(text: str, number_format: str) -> str:
    """The `1.500` in a text, for an account that groups digits by the dot; "" without one."""
    marks = NUMBER_MARKS.get(number_format, _NO_MARKS)
    return _with_one_dot(text) if marks.group == "." else ""


def _with_one_dot(text: str) -> str:
    terms = re.split(f"[+{TIMES}]", text.strip())
    return next(filter(_ONE_DOT.fullmatch, terms), "")


def as_decimal(text: str, decimal: str = ".") -> str:
    """The sentence on how `1.500` is read and how to write 1500; "" for a number without doubt."""
    number = _with_one_dot(text)
    if not number:
        return ""
    value, larger = plain(Decimal(number)).replace(".", decimal), number.replace(".", "")
    return f"{number} is read as {value}: the dot is decimal. For the larger number write {larger}"


def decimal_mark(number_format: str) -> str:
    """The decimal mark of an account's number format; "" of the automatic one."""
    return NUMBER_MARKS.get(number_format, _NO_MARKS).decimal


def plain(value: Decimal) -> str:
    """`12.50` as `12.5`, `1E+3` as `1000`: no exponent, trailing zeros trimmed."""
    text = str(value)
    if "E" in text:  # Rare; formatting every value costs several times as much.
        text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def grouped(number: Decimal | int) -> str:
    """A whole number in a sentence about bounds: `1 000 000`, as everybody reads it."""
    return f"{number:,}".replace(",", " ")


def _one_number(text: str, number_format: str) -> Decimal:
    if len(text) > MAX_DIGITS:
        raise Unreadable(f"Values have at most {MAX_DIGITS} digits.")
    for pattern, marks in _FORMS:
        if pattern.fullmatch(text):
            group, decimal = marks or _by_format(text, number_format)
            digits = "".join(mark for mark in text if mark not in group)
            return Decimal(digits.replace(decimal, "."))
    raise Unreadable(NOT_A_NUMBER)


def _by_format(text: str, number_format: str) -> NumberMarks:
    """The marks of `1,234` and `2 300`, which only the account's number format can tell."""
    marks = NUMBER_MARKS.get(number_format)
    if marks and any(mark in text for mark in "".join(marks)):
        return marks
    whole, rest = text[:-4], text[-3:]
    if "," in text:
        raise Unreadable(
            f"{whole}.{rest} or {whole} {rest}? Write {whole}.{rest} or {whole}{rest}."
        )
    raise Unreadable(
        f"{whole} and {rest}, or {whole}{rest}? Write {whole}{rest} without the space."
    )


def _refuse_large(value: Decimal, most: Decimal) -> None:
    if value >= most:
        raise Unreadable(f"Values stay below {grouped(most)}.")


def _within_bounds(value: Decimal, most: Decimal) -> Decimal:
    _refuse_large(value, most)
    trimmed = Decimal(plain(value))
    exponent = trimmed.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_DECIMALS:
        raise Unreadable(f"Values have at most {MAX_DECIMALS} decimals.")
    return trimmed
