"""Green Button (ESPI): the intervals of a feed, their unit, and the kind and way of the flow.

Read with defusedxml, which refuses entities, and event by event, so that only one interval is whole
in memory, however many elements stand around it or within each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tally.domain.amounts import plain
from tally.transfer.csv_rows import Line
from tally.transfer.faults import UnreadableFile

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
# The elements that are read as a whole; nothing is kept of others.
_READ = frozenset(("ServiceCategory", "ReadingType", "IntervalReading"))
# One of them stands among the first elements, up to this number, and none deeper than this.
_FIRST_ELEMENTS = 10_000
_DEEPEST = 50
# The bytes of a file that may go by without an element in them.
_MAX_SILENCE = 1 << 20
_CUMULATIVE = frozenset(("1", "3"))
_COST_SHARE = Decimal("0.00001")


@dataclass
class _ReadingType:
    unit: str = ""
    factor: Decimal = Decimal(1)
    flow: str = ""
    cumulative: bool = False


@dataclass(frozen=True)
class Overview:
    """The types in a feed by name, `… returned` for a flow back, and whether it holds readings."""

    types: frozenset[str]
    is_cumulative: bool

    @property
    def only_type(self) -> str:
        """The only type in the feed; "" where there are several."""
        return next(iter(self.types)) if len(self.types) == 1 else ""


def overview(file: BinaryIO) -> Overview:
    """The types of a whole feed. Raises UnreadableFile for any other file."""
    types: set[str] = set()
    cumulative = False
    for _, reading, kind in _intervals(file):
        types.add(_type(reading, kind))
        cumulative = cumulative or reading.cumulative
    if not types:
        raise UnreadableFile(NOT_ESPI)
    return Overview(frozenset(types), cumulative)


def lines(file: BinaryIO, about: Overview) -> Iterator[Line]:
    """Each interval as a row of `HEADER`, the first line above them; the type stands in each row
    where the feed has several. Raises UnreadableFile."""
    yield Line(
        1, ["Reading" if about.is_cumulative and name == "Value" else name for name in HEADER]
    )
    for number, (element, reading, kind) in enumerate(_intervals(file), 2):
        yield Line(number, _row(element, reading, "" if about.only_type else _type(reading, kind)))


def _intervals(file: BinaryIO) -> Iterator[tuple[Element, _ReadingType, str]]:
    reading = _ReadingType()
    kind = ""
    try:
        for name, element in _elements(file):
            if name == "ServiceCategory":
                kind = _KINDS.get(_text(element, "kind"), "")
            elif name == "ReadingType":
                reading = _reading_type(element)
            else:
                yield element, reading, kind
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as error:
        raise UnreadableFile(NOT_ESPI) from error


def _elements(file: BinaryIO) -> Iterator[tuple[str, Element]]:
    """The elements that are read, each forgotten once it was taken. Raises ValueError."""
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
            is_espi = is_espi or name in _READ
            if len(around) > _DEEPEST or (count > _FIRST_ELEMENTS and not is_espi):
                raise ValueError(NOT_ESPI)
            continue
        around.pop()
        within -= name in _READ
        if not within:
            if name in _READ:
                yield name, element
            if around:
                around[-1].clear()


class _Bounded:
    """A file for a parser, which fails where too many bytes go by without an element."""

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
        "" if not cost else plain(cost * _COST_SHARE),
    ]


def _reading_type(element: Element) -> _ReadingType:
    power = _number(_text(element, "powerOfTenMultiplier")) or Decimal(0)
    code = _text(element, "uom")
    return _ReadingType(
        _UNITS.get(code, ""),
        Decimal(10) ** max(-12, min(12, int(power))),
        _text(element, "flowDirection"),
        _text(element, "accumulationBehaviour") in _CUMULATIVE,
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
