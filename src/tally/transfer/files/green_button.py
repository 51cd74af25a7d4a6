"""Green Button (ESPI): the intervals of a feed, their unit, and the kind and way of the flow.

Read with defusedxml, which refuses entities, and event by event: only one interval is in memory,
however many elements surround it or are nested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tally.domain.amounts import grouped, plain
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import CsvLine

HEADER = ["Start", "End", "Value", "Unit", "Type", "Cost"]
NOT_ESPI = (
    "This XML is no Green Button file. Export the table as CSV or as an Excel workbook (.xlsx)."
)

# Codes of ESPI: units of measure, kinds and ways of the flow, and how values add up.
_UNITS = {
    "72": "Wh",
    "38": "W",
    "169": "therm",
    "42": "m³",
    "119": "ft³",
    "128": "gal",
    "134": "l",
    "132": "BTU",
    "31": "J",
    "115": "gal",
    "167": "m³",
}
_KINDS = {"0": "electricity", "1": "gas", "2": "water", "4": "heat", "5": "cold"}
_RETURNED = "19"
# Numbers of ISO 4217. Money in any other currency is kept apart, as one that no account has.
_CURRENCIES = {
    "036": "AUD", "124": "CAD", "208": "DKK", "356": "INR", "392": "JPY", "410": "KRW",
    "484": "MXN", "554": "NZD", "578": "NOK", "710": "ZAR", "752": "SEK", "756": "CHF",
    "826": "GBP", "840": "USD", "978": "EUR", "985": "PLN", "986": "BRL",
}  # fmt: skip
_ANOTHER_CURRENCY = "XXX"
# The elements that are read as a whole; others are not kept.
_TOLD = frozenset(("ServiceCategory", "ReadingType", "IntervalReading"))
_READ = _TOLD | {"link"}
# One of them stands among the first elements, up to this number, and none deeper than this.
_FIRST_ELEMENTS = 10_000
_MAX_DEPTH = 50
# The most bytes of a file without an element in them.
_MAX_SILENCE = 1 << 20
_CUMULATIVE = frozenset(("1", "3"))
_COST_SHARE = Decimal("0.00001")


# The most addresses of each kind, their greatest length, and the most links of an entry.
_MAX_ADDRESSES = 1_000
_MAX_ADDRESS = 500
_MAX_RELATED = 20
_TOO_MANY_METERS = f"A feed can have {grouped(_MAX_ADDRESSES)} meters. Split this one."


class _ReadingType(NamedTuple):
    """How the values of some intervals are meant."""

    unit: str = ""
    factor: Decimal = Decimal(1)
    flow: str = ""
    is_cumulative: bool = False
    currency: str = ""


class _IntervalPlace(NamedTuple):
    """The place of an interval in its feed.

    address: that of the entry around it. reading, kind: the latest reading type and kind of flow
    above it in the feed; None without one.
    """

    address: str
    reading: _ReadingType | None
    kind: str | None


@dataclass
class _Entry:
    """The links of the entry that is being read."""

    own: str = ""
    up: str = ""
    related: list[str] = field(default_factory=list)


@dataclass
class _Addresses:
    """The relations between the entries of a feed, by their addresses.

    A meter reading names its intervals and their reading type, which may stand anywhere; a usage
    point names the flow at all addresses below its own.
    """

    readings: dict[str, _ReadingType] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    first: _ReadingType | None = None

    def note(self, entry: _Entry, content: _ReadingType | str) -> None:
        """Keep a reading type, or a kind of flow, with the address of its entry."""
        if isinstance(content, _ReadingType):
            self.first = self.first or content
            if len(self.readings) < _MAX_ADDRESSES:
                self.readings[entry.own] = content
        elif len(self.kinds) < _MAX_ADDRESSES:
            self.kinds[entry.own] = content

    def relate(self, entry: _Entry) -> None:
        """Keep the relations by the links of an entry."""
        if len(entry.related) > 1 and len(self.related) < _MAX_ADDRESSES:
            for address in (entry.own, *entry.related):
                self.related.setdefault(address, entry.related)

    def meant(self, place: _IntervalPlace) -> tuple[_ReadingType, str]:
        """The reading type and the kind of flow of intervals at that place."""
        return self._reading(place) or _ReadingType(), self._kind(place)

    def _reading(self, place: _IntervalPlace) -> _ReadingType | None:
        related = self.related.get(place.address, ())
        named = next((self.readings[one] for one in related if one in self.readings), None)
        return named or place.reading or self.first

    def _kind(self, place: _IntervalPlace) -> str:
        above = place.address
        while above:
            above = above.rpartition("/")[0]
            if above in self.kinds:
                return self.kinds[above]
        return place.kind if place.kind is not None else next(iter(self.kinds.values()), "")


@dataclass(frozen=True)
class Overview:
    """The types in a feed by name, `… returned` for a flow back, and whether it has readings."""

    types: frozenset[str]
    is_cumulative: bool
    meant: dict[_IntervalPlace, tuple[_ReadingType, str]]

    @property
    def only_type(self) -> str:
        """The only type in the feed; "" where there are several."""
        return next(iter(self.types)) if len(self.types) == 1 else ""


def overview(file: BinaryIO) -> Overview:
    """The types of a whole feed. Raises UnreadableFile for any other file."""
    addresses = _Addresses()
    places: set[_IntervalPlace] = set()
    for _, place in _intervals(file, addresses):
        places.add(place)
        if len(places) > _MAX_ADDRESSES:
            raise UnreadableFile(_TOO_MANY_METERS)
    if not places:
        raise UnreadableFile(NOT_ESPI)
    meant = {place: addresses.meant(place) for place in places}
    types = frozenset(_type(reading, kind) for reading, kind in meant.values())
    return Overview(types, any(reading.is_cumulative for reading, _ in meant.values()), meant)


def lines(file: BinaryIO, about: Overview) -> Iterator[CsvLine]:
    """`HEADER`, and each interval as a row below it. Raises UnreadableFile.

    A row names its type if the feed has several.
    """
    yield CsvLine(
        1, ["Reading" if about.is_cumulative and name == "Value" else name for name in HEADER]
    )
    for number, (element, place) in enumerate(_intervals(file, _Addresses()), 2):
        reading, kind = about.meant[place]
        yield CsvLine(
            number, _row(element, reading, "" if about.only_type else _type(reading, kind))
        )


def _intervals(file: BinaryIO, addresses: _Addresses) -> Iterator[tuple[Element, _IntervalPlace]]:
    """Each interval and its place; fills `addresses` with the relations on the way."""
    entry = _Entry()
    place = _IntervalPlace("", None, None)
    try:
        for name, element in _elements(file):
            if name == "entry":
                addresses.relate(entry)
                entry = _Entry()
                place = place._replace(address="")
            elif name == "link":
                _link(entry, element)
                place = place._replace(address=entry.up)
            elif name == "ServiceCategory":
                kind = _KINDS.get(_text(element, "kind"), "")
                place = place._replace(kind=kind)
                addresses.note(entry, kind)
            elif name == "ReadingType":
                reading = _reading_type(element)
                place = place._replace(reading=reading)
                addresses.note(entry, reading)
            else:
                yield element, place
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as error:
        raise UnreadableFile(NOT_ESPI) from error


def _link(entry: _Entry, element: Element) -> None:
    relation, address = element.get("rel"), element.get("href", "")
    if not address or len(address) > _MAX_ADDRESS:
        return
    if relation == "self":
        entry.own = address
    elif relation == "up":
        entry.up = address
    elif relation == "related" and len(entry.related) < _MAX_RELATED:
        entry.related.append(address)


def _elements(file: BinaryIO) -> Iterator[tuple[str, Element]]:
    """The elements that are read, and the end of each entry; an element is dropped after use.

    Raises ValueError.
    """
    file.seek(0)
    bounded = _Bounded(file)
    around: list[Element] = []
    within = 0
    count, is_espi = 0, False
    for event, element in iterparse(bounded, events=("start", "end"), forbid_dtd=True):
        bounded.silence = 0
        name = _name(element)
        if event == "start":
            around.append(element)
            within += name in _READ
            count += 1
            is_espi = is_espi or name in _TOLD
            if len(around) > _MAX_DEPTH or (count > _FIRST_ELEMENTS and not is_espi):
                raise ValueError(NOT_ESPI)
            continue
        around.pop()
        within -= name in _READ
        if not within:
            if name in _READ or name == "entry":
                yield name, element
            if around:
                around[-1].clear()


class _Bounded:
    """A file for a parser, which fails after too many bytes without an element."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.silence = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises ValueError."""
        self.silence += size
        if self.silence > _MAX_SILENCE:
            raise ValueError(NOT_ESPI)
        return self._file.read(size)


def _type(reading: _ReadingType, kind: str) -> str:
    return f"{kind or 'energy'} returned" if reading.flow == _RETURNED else kind


def _row(element: Element, reading: _ReadingType, name: str) -> list[str]:
    period = next((child for child in element if _name(child) == "timePeriod"), None)
    start = int(_text(period, "start") or 0) if period is not None else 0
    duration = int(_text(period, "duration") or 0) if period is not None else 0
    value = _number(_text(element, "value"))
    cost = _number(_text(element, "cost"))
    return [
        _moment(start),
        _moment(start + duration) if duration else "",
        "" if value is None else plain(value * reading.factor),
        reading.unit,
        name,
        "" if not cost else f"{plain(cost * _COST_SHARE)} {reading.currency}".strip(),
    ]


def _reading_type(element: Element) -> _ReadingType:
    power = _number(_text(element, "powerOfTenMultiplier")) or Decimal(0)
    money = _text(element, "currency").rjust(3, "0")
    return _ReadingType(
        _UNITS.get(_text(element, "uom"), ""),
        Decimal(10) ** max(-12, min(12, int(power))),
        _text(element, "flowDirection"),
        _text(element, "accumulationBehaviour") in _CUMULATIVE,
        "" if money == "000" else _CURRENCIES.get(money, _ANOTHER_CURRENCY),
    )


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None, name: str) -> str:
    if element is None:
        return ""
    child = next((child for child in element if _name(child) == name), None)
    return (child.text or "").strip() if child is not None else ""


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def _moment(seconds: int) -> str:
    try:
        return (
            datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""
        )
    except (ValueError, OverflowError, OSError):
        return ""
