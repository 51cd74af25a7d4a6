"""Currencies an account can have: ISO 4217 codes, the sign that is shown, the usual one. Pure."""

from collections.abc import Iterable

from tally.domain.iso4217 import ISO_4217
from tally.domain.records import UsedType, last_use

# The currency if nothing names one.
USUAL_CURRENCY = "EUR"

# The currencies that have a sign; all others are known by their codes alone.
_SIGNS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "CHF": "CHF",
    "AUD": "$",
    "BGN": "лв",
    "BRL": "R$",
    "CAD": "$",
    "CNY": "¥",
    "CZK": "Kč",
    "DKK": "kr",
    "HUF": "Ft",
    "IDR": "Rp",
    "ILS": "₪",
    "INR": "₹",
    "ISK": "kr",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "$",
    "MYR": "RM",
    "NOK": "kr",
    "NZD": "$",
    "PHP": "₱",
    "PLN": "zł",
    "RON": "lei",
    "RSD": "din",
    "RUB": "₽",
    "SEK": "kr",
    "SGD": "$",
    "THB": "฿",
    "TRY": "₺",
    "UAH": "₴",
    "VND": "₫",
    "ZAR": "R",
}

# Every currency and the sign shown for it.
CURRENCIES = {code: _SIGNS.get(code, code) for code in (*_SIGNS, *sorted(ISO_4217.keys() - _SIGNS))}

# Signs that mean one currency where the account has none yet.
_BY_SIGN = {"€": "EUR", "$": "USD", "£": "GBP"} | {
    sign: code
    for code, sign in _SIGNS.items()
    if list(_SIGNS.values()).count(sign) == 1 and not sign.isalpha()
}


def sign(code: str) -> str:
    """The sign shown for a currency, the code itself where it is not known."""
    return CURRENCIES.get(code, code)


def decimals(code: str) -> int:
    """The number of decimals of amounts in a currency: those of its minor unit, else 2."""
    return ISO_4217[code].decimals if code in ISO_4217 else 2


def name(code: str) -> str:
    """The English name of a currency; the code itself for an unknown one."""
    return ISO_4217[code].name if code in ISO_4217 else code


def is_money(text: str, currency: str = "") -> bool:
    """Whether a text beside a number is money: a sign, a code, or the account's own sign."""
    return (
        text in _BY_SIGN or text in _SIGNS or text == "¥" or (text != "" and text == sign(currency))
    )


def units_of(currency: str) -> tuple[str, ...]:
    """The units of an amount in a currency: its sign and its code."""
    return tuple(dict.fromkeys((sign(currency), currency))) if currency else ()


def currency_of(text: str, currency: str = "") -> str:
    """The code of a currency by its sign or code, the account's own first; "" if unsure."""
    if currency and text in (currency, sign(currency)):
        return currency
    return text if text in _SIGNS else _BY_SIGN.get(text, "")


def without_sign(text: str, currency: str) -> str:
    """An amount in a currency without its sign or code, before or behind: `9,50 €`, `EUR 9.50`."""
    for unit in map(str.casefold, units_of(currency)):
        folded = text.casefold()
        if folded.startswith(unit):
            return text[len(unit) :].strip()
        if folded.endswith(unit):
            return text[: -len(unit)].strip()
    return text


def usual_currency(used: Iterable[UsedType]) -> str:
    """The currency of the amounts of money in use (`rent 900€`), the newest first."""
    newest = sorted(used, key=last_use, reverse=True)
    written = (currency_of(kind.unit) for kind in newest if is_money(kind.unit))
    return next(filter(None, written), USUAL_CURRENCY)
