"""Units in headings that Tally does not know and keeps as they are written. Pure."""

from __future__ import annotations

import re

from tally.domain.currencies import CURRENCIES
from tally.transfer.cells.names import is_weekday, month_of, plain_letters, words, zone_of

# Units of bills and meters: they are recognised wherever a known unit is.
_OF_BILLS = words(
    """
    ccf hcf mcf kgal kbtu btu mbtu mmbtu dth dekatherm dekatherms kvah vah mvah kvarh srm smc
    nmc nm³ nm3 gcal
    """
)
# Short words after an amount that only say which one of several it is.
_ASIDES = words(
    """
    ht nt hp hc hph hch pv ev wp ww eg og ug dg wc tv ac dc ch gas gaz eau luz net new neu alt
    old ist off est adj raw sub cum ytd bad den bed spa car hob fan pc nas tou ja nein yes all
    day cal
    """
)
# `kVAh`, `kBTU`; `HCF`; `mc`, `Smc`, `Nm3`. Longer words may say anything.
_LIKE_UNIT = re.compile(r"[a-zµ]{1,2}[A-Z][A-Za-z]{0,4}|[A-Z]{2,4}|[^\W\d_]{2,3}[23²³]?\.?")
_WORD = re.compile(r"[^\W\d_]{2,24}")


def is_of_bills(text: str) -> bool:
    """Whether a text is a unit of bills and meters, in any case."""
    return text.casefold() in _OF_BILLS


def may_be_unit(text: str) -> bool:
    """Whether a text in brackets after the word of an amount can only be its unit."""
    return _LIKE_UNIT.fullmatch(text) is not None and not _is_aside(text)


def may_be_missed(text: str) -> bool:
    """Whether a text in brackets may be a unit that was not recognised."""
    return _WORD.fullmatch(text) is not None and not _is_aside(text)


def _is_aside(text: str) -> bool:
    """Whether a text is short for something else: a tariff, a room, a day, a zone, a currency."""
    word = text.rstrip(".")
    return (
        plain_letters(word) in _ASIDES
        or is_weekday(word)
        or month_of(word) > 0
        or zone_of(word) is not None
        or word.upper() in CURRENCIES
    )
