"""Texts after a number that can be a new unit, and why others cannot. Pure."""

import unicodedata

from tally.domain.fields import MAX_UNIT

NOT_A_VALUE = "Write a value such as 12.5 kWh, or the word in quotes."
UNIT_TOO_LONG = f"A unit can have {MAX_UNIT} characters."
DAY_ALONE = "Write a day with its month, such as 5 oct, or the word in quotes."

_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_UNIT_MARKS = "°%µ/·⋅∙²³^"


def why_no_unit(text: str) -> str:
    """Why an unknown text attached to a number cannot be a unit; "" where it is a new one."""
    if text.lower() in _ORDINALS:
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
