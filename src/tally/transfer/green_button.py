"""Green Button (ESPI): the intervals of a feed, their unit and what flows which way.

Read with defusedxml, which refuses entities, and event by event, so that only one entry is whole in
memory.
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

# Codes of ESPI: units of measure, what flows, which way, and how values add up.
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
    """What a feed holds: the names of what flows, `… returned` where it flows back."""

    types: frozenset[str]
    is_cumulative: bool

    @property
    def only_type(self) -> str:
        """What flows, where that is one thing; else nothing."""
        return next(iter(self.types)) if len(self.types) == 1 else ""


def overview(file: BinaryIO) -> Overview:
    """What the whole feed holds. Raises UnreadableFile when it is none."""
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
        file.seek(0)
        for _, element in iterparse(file, forbid_dtd=True):
            name = _name(element)
            if name == "ServiceCategory":
                kind = _KINDS.get(_text(element, "kind"), "")
            elif name == "ReadingType":
                reading = _reading_type(element)
            elif name == "IntervalReading":
                yield element, reading, kind
                element.clear()
            elif name in ("IntervalBlock", "entry"):
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as error:
        raise UnreadableFile(NOT_ESPI) from error


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
