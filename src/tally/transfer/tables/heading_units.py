"""The unit in a heading, apart from its name: `Consumption (kWh)`, `PV[Wh]`, `Cost €`. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from tally.domain.units import Units
from tally.transfer.cells.names import plain_letters, words
from tally.transfer.cells.values import SHORT_SIGNS
from tally.transfer.tables.heading_roles import role_weights, weights_of_word
from tally.transfer.tables.other_units import is_of_bills

_BRACKETS = re.compile(r"\s*[(\[{<]\s*([^()\[\]{}<>]*?)\s*[)\]}>]\s*")
# One of several phases, tariffs or registers: `(A)`, `(L1)`, `(El 1)`.
_ONE_OF_SEVERAL = re.compile(r"[(\[]\s*([A-Z]|[A-Za-z]{1,2} ?[0-9]{1,2})\s*[)\]]")
_LAST_CAPITAL = re.compile(r"(\w*[a-z])([A-Z][A-Za-z]?[A-Za-z]?[23]?)")
_NOT_UNITS = words(
    """
    optional utc gmt local time date required incl. inc. excl. total avg sum max min t1
    t2 kw/kwh in out night day high low normal dal import export value text number
    """
)
# Thousands and millions of currencies.
MULTIPLES_OF_MONEY = words("k€ t€ k$ k£ keur teur tsd€ mio€ kusd kgbp kchf tchf")
# Hundredths of currencies; `gr` is short for grams as well.
_PARTS_OF_MONEY = words(
    """
    p c pence penny ct cent cents cts ¢ øre ore oere snt sent senti grosz groszy gr rappen rp haler
    halere haleru filler kopek kop paise sen stotinki lipa bani kurus centime centimes centimos
    centesimi centavos
    """
)
_MONEY_CODES = words(
    """
    eur usd gbp chf sek nok dkk pln czk huf ron rub uah try inr jpy cny krw brl mxn aud
    cad nzd zar p pence ct cent cents cts € $ £ dollar dollars euro euros pound pounds ¢
    kr zł zl r$ nt$ hk$ us$ ca$ au$ nz$ mx$ a$ c$ s$ rs
    """
).union(MULTIPLES_OF_MONEY, SHORT_SIGNS)
# Units that have another meaning at the end of a heading: the day, the minutes of a meeting.
_ALSO_WORDS = words(
    """
    d h m t g s l k a day days dag tag times time piece pieces can page pages pack
    portion degree second seconds pound pounds point min oz cup glass bottle dia jour
    giorno hour hours date
    """
)
_KNOWN = Units()
# The word between a name and its unit: `Consommation (en kWh)`, `Zużycie w kWh`.
_IN = r"(?:in|en|em|i|w|в)"
# A multiple in front of a unit at the end: `in Tsd. kWh`, `(1000 l)`, `[x1000 m³]`.
_MULTIPLE = re.compile(
    r"(?:(?:(?<=[(\[{])|(?<=\bin ))[x×]?\s?1[.,' ]?000"
    r"|(?<![^\s(\[{])(?:(?P<thousand>tsd\.?|tausend|thousands?|tys\.?|тыс\.?)"
    r"|(?P<million>mio\.?|mln\.?|millions?|millionen|miljoen))(?:\s+of)?)"
    r"\s+(?P<unit>[^\s()\[\]{}/]+)(?=\s*[)\]}]?$)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?:/|\b(?:per|pro|je|par|por)\s)\s*(?P<times>[0-9][0-9.,' ]*)?(?P<unit>[^\s()\[\]{}/0-9]+)",
    re.IGNORECASE,
)
# Units in whole words, which stand for their symbols.
_SPELLED = {
    "kWh": re.compile(
        r"\b(?:kilowattstunden?|kilowatt-?heures?|kilowattor[ae]|[kq]uilowatt-?horas?"
        r"|kilovatios?[- ]hora|kilowattuur|kilowattimm(?:ar|e)|kilowattimer)\b",
        re.IGNORECASE,
    ),
    "m³": re.compile(
        r"\b(?:kubi[ck]k?meter[ns]?|m[èe]tres? cubes?|metr[oi] cub[oi]|metros? c[uú]bicos?"
        r"|kubieke meters?|кубометр\w*)\b",
        re.IGNORECASE,
    ),
}
# A unit of meters in front of the name of an amount: `kWh used`, but not `kWh in`.
_IN_FRONT = re.compile(r"([kM]?Wh|m[3³]|MJ|GJ)\s+((?!in\b|out\b)[^\W\d_]\w.*)")
_OF_ONE = frozenset(("per", "pro", "je", "par", "por", "za", "a"))


class Multiple(NamedTuple):
    """A heading without a multiple of its unit, and that multiple; 1 where it has none."""

    text: str
    times: int = 1


class PricedUnit(NamedTuple):
    """The unit that a price is for, and how many of it."""

    unit: str
    times: int


class NameAndUnit(NamedTuple):
    """A heading in its two parts; `unit` is "" without one."""

    name: str
    unit: str


def without_multiple(text: str) -> Multiple:
    """`Verbrauch (Tsd. kWh)` as `Verbrauch (kWh)` and 1000; the price of 1000 kWh as it is."""
    match = _MULTIPLE.search(text)
    if match is None or not _is_unit(match["unit"]) or "/" in text:
        return Multiple(text)
    if not _OF_ONE.isdisjoint(plain_letters(text[: match.start()]).split()):
        return Multiple(text)
    cut = text[: match.start()] + text[match.start("unit") :]
    return Multiple(cut, 10**6 if match["million"] else 1000)


def with_symbols(text: str) -> str:
    """A heading with the symbols of the units in it: `Verbrauch in Kubikmeter` in m³."""
    for symbol, spelled in _SPELLED.items():
        text = spelled.sub(symbol, text)
    return text


def parted(text: str) -> NameAndUnit:
    """The name and the unit of `Consumption (kWh)`, `PV[Wh]` and `Import T1 kWh`."""
    return _unit_in_brackets(text) or _unit_at_end(_BRACKETS.sub(" ", text).strip() or text)


def _unit_in_brackets(text: str) -> NameAndUnit | None:
    """The parts of a heading with a unit in the last brackets that hold one; None without any."""
    for match in reversed(list(_BRACKETS.finditer(text))):
        inner = re.sub(rf"^{_IN}\s+", "", match[1].strip())
        if inner.casefold() in _NOT_UNITS or not inner:
            continue
        is_rate = len(inner) <= 12 and not inner.isdecimal() and "/" in inner
        is_part = is_scaled_money(inner) and _names_money(text[: match.start()])
        if _is_unit(inner) or is_part or (is_rate and match.end() == len(text)):
            name = (text[: match.start()] + " " + text[match.end() :]).strip()
            return NameAndUnit(_BRACKETS.sub(" ", name).strip() or name, inner)
    return None


def _unit_at_end(text: str) -> NameAndUnit:
    """The parts of a heading without brackets, whose last word may be its unit."""
    *before, last = re.split(rf"(?:,\s*|\s+(?:{_IN}\s+)?|_)", text)
    cut = text[: len(text) - len(last)].rstrip(" ,_")
    is_unit = (len(last) > 1 or last in _MONEY_CODES) and _is_surely_unit(last)
    # `Cost C` is the third of several.
    may_be_part = is_scaled_money(last) and (len(last) > 1 or last.islower())
    if before and (is_unit or (may_be_part and _names_money(cut))):
        return NameAndUnit(re.sub(rf"\s+{_IN}$", "", cut), last)
    if _is_surely_unit(text):
        return NameAndUnit(text, text)
    # `consumptionKWh`: a program's name, whose last part begins with a capital.
    capital = _LAST_CAPITAL.fullmatch(text)
    if capital is not None and _is_surely_unit(capital[2]):
        return NameAndUnit(capital[1], capital[2])
    return _unit_in_front(text) or NameAndUnit(text, "")


def _unit_in_front(text: str) -> NameAndUnit | None:
    """The parts of `kWh used`; None if the name is that of something else, such as a price."""
    match = _IN_FRONT.fullmatch(text)
    if match is None:
        return None
    roles = {role for word in match[2].split() for role in weights_of_word(plain_letters(word))}
    return NameAndUnit(match[2], match[1]) if roles <= {"value", "reading"} else None


def one_of_several(text: str) -> str:
    """`(L1)` in a heading, which tells its amounts from those of `(L2)`; "" without such a mark."""
    marks = (match for match in _ONE_OF_SEVERAL.finditer(text) if not _is_unit(match[1]))
    return next((match[0] for match in marks), "")


def is_in_money(unit: str, name: str) -> bool:
    """Whether the unit of a heading is one of money, also of the price of something: `€/kWh`."""
    parts = [part.rstrip(".") for part in re.split(r"[\s/]+", plain_letters(unit))]
    return not _MONEY_CODES.isdisjoint(parts) or (is_scaled_money(parts[0]) and _names_money(name))


def is_scaled_money(written: str) -> bool:
    """Whether a text may be a part or a multiple of a currency: `p`, `cent`, `Rp.`, `øre`, `k€`."""
    plain = plain_letters(written).rstrip(".")
    return plain in _PARTS_OF_MONEY or plain in MULTIPLES_OF_MONEY


def _names_money(name: str) -> bool:
    """Whether a heading without its unit names a cost or a price."""
    return not role_weights(name, name).keys().isdisjoint(("cost", "price"))


def _is_unit(text: str) -> bool:
    """Whether a text in brackets, or among units, is one that Tally knows, or one of money."""
    parts = text.split("/")
    if len(parts) == 2:
        is_part = _is_unit(parts[0]) or is_scaled_money(parts[0])
        is_measure = bool(re.fullmatch(r"\d*\s?[a-z²³]{1,5}|100 ?km", parts[1]))
        return is_part and (is_measure or _is_unit(parts[1]))
    is_money = plain_letters(text).rstrip(".") in _MONEY_CODES
    return is_money or _KNOWN.find(text) is not None or is_of_bills(text)


def _is_surely_unit(text: str) -> bool:
    """Whether a text is a unit that is no other word as well, though no brackets say so."""
    plain = plain_letters(text).rstrip(".")
    if plain in _MONEY_CODES:
        return len(plain) != 1 or text in SHORT_SIGNS
    return plain not in _ALSO_WORDS and _is_unit(text)


def aside_in(text: str) -> str:
    """The words in the last brackets of a heading that mean nothing else; "" without any."""
    inner = ([match[1].strip() for match in _BRACKETS.finditer(text)] or [""])[-1]
    return "" if inner.casefold() in _NOT_UNITS or weights_of_word(plain_letters(inner)) else inner


def is_price_of_one(text: str) -> bool:
    """Whether a heading is of one of a unit: `Price/gal`, `CO₂/kWh`, but not `Cost/€`."""
    before, slash, measure = text.rpartition("/")
    measure = measure.strip(" )]")
    return bool(before and slash) and (
        plain_letters(measure) not in _MONEY_CODES and bool(measure) and _is_unit(measure)
    )


def measure_of_price(text: str) -> PricedUnit | None:
    """What the heading of a price is the price of: `€/100 l`, `Preis pro MWh`; None if unsaid."""
    match = _MEASURE.search(text)
    if match is None or plain_letters(match["unit"]) in _MONEY_CODES:
        return None
    digits = re.sub(r"\D", "", match["times"] or "1")
    return PricedUnit(match["unit"], int(digits or 1))


def unit_in(text: str) -> str:
    """The unit in a cell of a second heading line; "" without one."""
    bare = text.strip().strip("()[]{}<>").strip()
    return bare if bare and _is_unit(bare) else ""
