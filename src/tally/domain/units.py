"""Units as people write them: `kwh` is kWh, `m3` is m³, `cups` is cup. Pure."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

# Energy and power; volume; mass; length and area; time; temperature and share; food energy; data;
# things that are counted; money; volume, count, mass, length and energy in Russian.
_SPELLINGS = """
Wh kWh MWh J kJ MJ W kW
ml cl dl l hl m³ ft³ gal fl-oz pint
mg g kg t oz lb
mm cm m km mi ft m²
s min h d
°C °F K %
kcal
kB MB GB TB
cup glass bottle can piece pack portion slice tablet page times
€ $ £
л мл м³ шт кг г км кВт·ч
"""
KNOWN = frozenset(_SPELLINGS.split())

# Other ways to write some of them: powers without superscripts, and plurals.
ALIASES = {
    "m2": "m²",
    "m3": "m³",
    "ft3": "ft³",
    "м3": "м³",
    "pints": "pint",
    "cups": "cup",
    "glasses": "glass",
    "bottles": "bottle",
    "cans": "can",
    "pieces": "piece",
    "packs": "pack",
    "portions": "portion",
    "slices": "slice",
    "tablets": "tablet",
    "pages": "page",
}
_PLURALS = {unit: alias for alias, unit in ALIASES.items() if alias.isalpha()}


class Units:
    """The known units and those that somebody has used."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._exact = KNOWN | frozenset(used)
        self._folded: dict[str, set[str]] = {}
        for unit in self._exact:
            self._folded.setdefault(fold(unit), set()).add(unit)
        for alias, unit in ALIASES.items():
            self._folded.setdefault(fold(alias), set()).add(unit)

    def __contains__(self, unit: str) -> bool:
        return unit in self._exact

    def find(self, text: str) -> str | None:
        """The unit that is meant: exact spelling first, then any case where only one fits."""
        if text in self._exact:
            return text
        if text in ALIASES:
            return ALIASES[text]
        fitting = self._folded.get(fold(text), set())
        return next(iter(fitting)) if len(fitting) == 1 else None


def read_unit(text: str, used: Iterable[str] = ()) -> str:
    """The unit in a field: a known or used one as it is spelled, any other as written."""
    return Units(used).find(text) or text


def counted(unit: str, value: Decimal) -> str:
    """The unit beside an amount in a sentence: `2 cups`, but `2 kWh`."""
    return unit if value == 1 else _PLURALS.get(unit, unit)


def fold(text: str) -> str:
    """What is left to compare when case and composition do not count."""
    return unicodedata.normalize("NFC", text).casefold()
