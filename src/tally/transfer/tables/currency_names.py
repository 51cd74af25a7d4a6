"""Currencies as files write them: signs, codes and names. Pure."""

from __future__ import annotations

from tally.domain import currencies
from tally.domain.currencies import currency_of
from tally.transfer.cells.names import plain_letters, words
from tally.transfer.tables.heading_roles import parts_of_name
from tally.transfer.tables.headings import Heading

# Headings of columns that name the currency of their row.
_CURRENCY_HEADINGS = words(
    """
    currency ccy wahrung waehrung whrg valuta devise divisa moneda moeda munt waluta валюта
    """
)
_CODES = words("code codes iso symbol sign kod")
# The currencies that files write with `$`, alone or behind the first letters of their code: `CA$`.
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"))
# The currencies that files write with `Rs`.
_RUPEES = frozenset(("INR", "PKR", "LKR", "NPR", "MUR", "SCR"))
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "pound": "GBP",
    "pounds": "GBP",
}


def says_currency(heading: Heading) -> bool:
    """Whether a heading says that the cells below name a currency: `Currency`, `currency_code`."""
    first, *rest = parts_of_name(heading.name) or ("",)
    return first in _CURRENCY_HEADINGS and _CODES.issuperset(rest)


def currency_told(written: str) -> str:
    """The code of a sign, a code or a name; "" if it may be several currencies, such as kr."""
    written = written.strip().rstrip(".")
    code = _WORDS.get(plain_letters(written)) or currency_of(written)
    if code or written.upper() in currencies.CURRENCIES:
        return code or written.upper()
    signs = currencies.CURRENCIES.items()
    codes = [code for code, sign in signs if sign.casefold() == written.casefold()]
    return codes[0] if len(codes) == 1 else ""


def same_currency(written: str, code: str) -> bool:
    """Whether a sign, a code or a name is the currency with this code."""
    written = written.strip().rstrip(".")
    if written.upper() == code or _WORDS.get(plain_letters(written)) == code:
        return True
    if written != "" and written.casefold() == currencies.sign(code).casefold():
        return True
    if written.casefold() == "rs" and code in _RUPEES:
        return True
    letters, dollar = written[:-1].upper(), written[-1:] == "$"
    return dollar and code in _DOLLARS and code.startswith(letters)
