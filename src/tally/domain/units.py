"""Units: their names, their dimensions, exact conversions. Pure.

One table serves the quick-add line, the form, JSON and files: `kwh`, `kwhr` and `kilowatt hours`
are kWh, and 720 MJ are 200 kWh.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from tally.domain.text import fold

MAX_DECIMALS = 6  # of every amount that is stored
MEASURES = ("us", "imperial")
USUAL_MEASURES = MEASURES[0]  # where both are the same


class Unit(NamedTuple):
    """A row of the table.

    dimension: such as mass, "" for units that only count.
    factors: the number of the dimension's smallest unit in one, for US and for imperial measures;
    the same twice almost everywhere; empty where nothing is converted (°C to °F is no factor).
    names: other ways to write it, the long singular first.
    """

    symbol: str
    dimension: str
    factors: tuple[Fraction, ...]
    names: tuple[str, ...]
    depends_on_measures: bool = False


# dimension: symbol = factor (US | imperial): names. A hyphen in a name may be a space, or nothing.
_TABLE = """
energy: J = 1: joule joules
energy: kJ = 1000: kilojoule kilojoules
energy: MJ = 1000000: megajoule megajoules
energy: GJ = 1000000000: gigajoule gigajoules
energy: Wh = 3600: watt-hour watt-hours w·h
energy: kWh = 3600000: kilowatt-hour kilowatt-hours kwhr kwhrs kwhs kw·h kw.h
energy: MWh = 3600000000: megawatt-hour megawatt-hours mw·h
energy: kcal = 4184 | 4184: kilocalorie kilocalories kcals
energy: therm = 105480400 | 105505585.257348: therms
energy: кВт·ч = 3600000: квт-ч квт.ч
power: W = 1: watt watts
power: kW = 1000: kilowatt kilowatts
volume: ml = 1: millilitre millilitres milliliter milliliters
volume: cl = 10: centilitre centilitres centiliter centiliters
volume: dl = 100: decilitre decilitres deciliter deciliters
volume: l = 1000: litre litres liter liters ltr ltrs
volume: hl = 100000: hectolitre hectolitres hectoliter hectoliters
volume: m³ = 1000000: cubic-metre cubic-metres cubic-meter cubic-meters cbm m3 m^3
volume: ft³ = 28316.846592: cubic-foot cubic-feet cu-ft ft3 ft^3
volume: gal = 3785.411784 | 4546.09: gallon gallons gals
volume: pint = 473.176473 | 568.26125: pints
volume: fl-oz = 29.5735295625 | 28.4130625: fluid-ounce fluid-ounces
volume: мл = 1:
volume: л = 1000: литр литра литров
volume: м³ = 1000000: м3 м^3
mass: mg = 1: milligram milligrams milligramme milligrammes
mass: g = 1000: gram grams gramme grammes gr
mass: kg = 1000000: kilogram kilograms kilogramme kilogrammes kilo kilos kgs
mass: t = 1000000000: tonne tonnes metric-ton metric-tons
mass: ton = 907184740 | 1016046908.8: tons
mass: oz = 28349.523125: ounce ounces
mass: lb = 453592.37: lbs
mass: г = 1000:
mass: кг = 1000000:
length: mm = 1: millimetre millimetres millimeter millimeters
length: cm = 10: centimetre centimetres centimeter centimeters
length: m = 1000: metre metres meter meters
length: km = 1000000: kilometre kilometres kilometer kilometers kms
length: ft = 304.8: foot feet
length: mi = 1609344: mile miles
length: км = 1000000:
area: m² = 1: square-metre square-metres square-meter square-meters m2 m^2
time: s = 1: second seconds sec secs
time: min = 60: minute minutes mins
time: h = 3600: hour hours hr hrs
time: d = 86400: day days
temperature: °C: ºC ˚C celsius degree-celsius degrees-celsius degree-c degrees-c deg-c
temperature: °F: ºF ˚F fahrenheit degree-fahrenheit degrees-fahrenheit degree-f degrees-f deg-f
temperature: K: kelvin
share: %: percent
data: kB = 1: kilobyte kilobytes
data: MB = 1000: megabyte megabytes
data: GB = 1000000: gigabyte gigabytes
data: TB = 1000000000: terabyte terabytes
money: €: euro euros EUR
money: $: dollar dollars USD
money: £: GBP
count: cup: cups
count: glass: glasses
count: bottle: bottles
count: can: cans
count: piece: pieces
count: pack: packs
count: portion: portions
count: slice: slices
count: tablet: tablets
count: page: pages
count: times:
count: шт:
"""


def _rows() -> Iterator[Unit]:
    for row in _TABLE.strip().splitlines():
        dimension, amount, names = (part.strip() for part in row.split(":"))
        symbol, _, factors = (part.strip() for part in amount.partition("="))
        numbers = tuple(Fraction(factor.strip()) for factor in factors.split("|") if factor)
        yield Unit(
            symbol,
            "" if dimension == "count" else dimension,
            numbers * 2 if len(numbers) == 1 else numbers,
            tuple(names.split()),
            "|" in factors,
        )


TABLE = {unit.symbol: unit for unit in _rows()}
KNOWN = frozenset(TABLE)
# How a counted unit is written beside any other number than one.
_PLURALS = {
    unit.symbol: unit.names[0] for unit in TABLE.values() if not unit.dimension and unit.names
}
TIME = frozenset(unit.symbol for unit in TABLE.values() if unit.dimension == "time")

# Other signs that stand for a product, as in kW⋅h and kW*h.
_PRODUCT = str.maketrans(dict.fromkeys("⋅∙*", "·"))

# Words that may be two units; they always ask.
ASKING = {
    "pound": "A pound is lb, or money: write lb, or £.",
    "pounds": "Pounds are lb, or money: write lb, or £.",
    "degree": "A degree is °C, °F, or one of an angle: write °C or °F.",
    "degrees": "Degrees are °C, °F, or those of an angle: write °C or °F.",
}
# The same for texts that are another unit in another case.
ASKING_AS_IS = {
    **dict.fromkeys("°º˚", ASKING["degree"]),
    "F": "F alone is no unit here: write °F.",
    "C": "C alone is no unit here: write °C.",
}


def _key(name: str) -> str:
    """A name without regard to case, with spaces for its hyphens and one sign for a product."""
    return fold(name).replace("-", " ").translate(_PRODUCT)


def _names() -> Iterator[tuple[str, str]]:
    for unit in TABLE.values():
        for name in (*unit.names, *((unit.symbol,) if "-" in unit.symbol else ())):
            yield _key(name), unit.symbol
            if "-" in name:
                yield fold(name).replace("-", ""), unit.symbol


# Every other way to write a unit, and the unit.
NAMES = dict(_names())
MAX_NAME_WORDS = 3


class Units:
    """The known units and those that the user has used."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._used = frozenset(used)
        self._folded: dict[str, set[str]] = {}
        for unit in self._used:
            self._folded.setdefault(_key(unit), set()).add(unit)

    def __contains__(self, unit: str) -> bool:
        return unit in KNOWN or unit in self._used

    def find(self, text: str) -> str | None:
        """The unit that is meant: exact spelling first, then any case where only one fits.

        A single letter is never matched in the other case (`k` is not K), but L is l; a small m
        is never mega (`mWh` is no unit).
        """
        if text in self:
            return text
        key = _key(text)
        fitting = self._folded.get(key, set()) | _known_folded().get(key, set())
        if key in NAMES:
            fitting = fitting | {NAMES[key]}
        if len(fitting) != 1:
            return None
        [unit] = fitting
        if len(text) == 1:
            return unit if text == "L" else None
        return None if is_small_for_mega(text, unit) else unit

    def mega(self, text: str) -> str | None:
        """The unit with a mega that `text` would be if its small m were a large one."""
        mega = f"M{text[1:]}"
        unit = None if text in self or not text.startswith("m") else self.find(mega)
        return unit if unit and is_small_for_mega(text, unit) else None


@cache
def _known_folded() -> dict[str, set[str]]:
    folded: dict[str, set[str]] = {}
    for symbol in KNOWN:
        folded.setdefault(_key(symbol), set()).add(symbol)
    return folded


def is_small_for_mega(text: str, unit: str) -> bool:
    """Whether `text` has a small m where the unit has a mega: 500 mWh are no 500 MWh."""
    short = _key(text).replace("·", "")
    return text[0] == "m" and unit in KNOWN and unit[0] == "M" and len(short) == len(unit)


def read_unit(text: str, used: Iterable[str] = ()) -> str:
    """The unit in a field: a known or used one by its own spelling, any other as written."""
    return Units(used).find(text) or text


def dimension(unit: str) -> str:
    """The dimension that a unit measures, such as `mass`; "" for a counted or an unknown unit."""
    return TABLE[unit].dimension if unit in TABLE else ""


def is_convertible(unit: str, target: str) -> bool:
    """Whether amounts of one unit can be written in the other, and are not the same already."""
    if unit == target or unit not in TABLE or target not in TABLE:
        return False
    one, other = TABLE[unit], TABLE[target]
    return one.dimension == other.dimension and bool(one.factors and other.factors)


def asks_measures(unit: str, target: str) -> bool:
    """Whether a conversion needs to know if a gallon is the US or the imperial one."""
    return TABLE[unit].depends_on_measures or TABLE[target].depends_on_measures


def factor(unit: str, target: str, measures: str = "") -> Fraction:
    """The exact number of `target` in one `unit`, 1000 for kg and g; both are convertible.

    `measures`: us or imperial; "" where it makes no difference.
    """
    place = MEASURES.index(measures or USUAL_MEASURES)
    return TABLE[unit].factors[place] / TABLE[target].factors[place]


def convert(value: Decimal, unit: str, target: str, measures: str = "") -> Decimal:
    """The same amount in another unit: exactly, then rounded to 6 decimals."""
    return rounded(Fraction(value) * factor(unit, target, measures))


def rounded(value: Fraction) -> Decimal:
    """The value with at most 6 decimals, halves away from zero; trailing zeros trimmed."""
    scaled = int(abs(value) * 10**MAX_DECIMALS + Fraction(1, 2)) * (-1 if value < 0 else 1)
    decimals = MAX_DECIMALS
    while decimals and scaled % 10 == 0:
        scaled, decimals = scaled // 10, decimals - 1
    return Decimal(scaled).scaleb(-decimals) if decimals else Decimal(scaled)


def counted(unit: str, value: Decimal) -> str:
    """The unit after an amount in a sentence: `2 cups`, but `2 kWh`."""
    return unit if value == 1 else _PLURALS.get(unit, unit)


def each(unit: str) -> str:
    """The unit of a price: `a litre`, `a kWh`, `an hour`; `each` without a unit."""
    if not unit:
        return "each"
    row = TABLE.get(unit)
    named = row is not None and row.dimension in ("volume", "mass", "length", "time", "area")
    plain = row.names[0] if row and named and row.names and row.names[0].isascii() else unit
    word = plain.replace("-", " ")
    return f"{'an' if word[0] in 'aeiou' or word == 'hour' else 'a'} {word}"
