"""Ids for rows of a file that have none: the same file twice changes nothing. Pure.

An id depends on the content of its row, its time if it has one, and its place among equal rows. So
two downloads that hold half a day each lose nothing, and two equal coffees stay two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha1
from typing import Any
from uuid import UUID

from tally.domain.records import IdRange
from tally.domain.text import fold
from tally.transfer.rows.compact import HashCounts

# The beginning of the ids of all rows of files, which shows where a record came from.
FILE_PREFIX = bytes.fromhex("7a11f11e")
FILE_IDS = IdRange(UUID(bytes=FILE_PREFIX + bytes(12)), UUID(bytes=FILE_PREFIX + b"\xff" * 12))

# A name-based UUID says so in a few of its bits. They are set here, which takes half the time.
_VERSION_5 = UUID(bytes=bytes(16), version=5).int
_FREE_BITS = UUID(bytes=b"\xff" * 16, version=5).int ^ _VERSION_5
_NAMESPACE = UUID("5f2d1a52-8d0c-4a0e-9d5e-6a1f3f4c7b10").bytes


def is_of_file(record_id: UUID) -> bool:
    """Whether a file brought the record."""
    return FILE_IDS.first <= record_id <= FILE_IDS.last


class FileIds:
    """The ids of one file."""

    def __init__(self) -> None:
        self._equal = HashCounts()

    def of(self, parts: Iterable[str]) -> UUID:
        """The id of the next row with this content."""
        name = _name_of(parts)
        return _id_of(name, self._equal.add(int.from_bytes(name.digest()[:8])))


def day_sum_key(last_day: str, days: str, name: str, unit: str) -> tuple[str, ...]:
    """The parts that the id of a daily sum is made of: its days, folded type and folded unit."""
    return ("day", last_day, days, name, unit)


def day_sum_id(day: date, consumption_type: str, unit: str) -> UUID:
    """The id that the sum of this type and unit on a day has in every file."""
    key = day_sum_key(day.isoformat(), "1", fold(consumption_type), fold(unit))
    return _id_of(_name_of(key), 1)


def _name_of(parts: Iterable[str]) -> Any:
    """The hash of a content, to which an ordinal can be added."""
    content = _NAMESPACE + "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return sha1(content, usedforsecurity=False)


def _id_of(name: Any, ordinal: int) -> UUID:
    """The id of the row with this hash that is the first, the second … in its file."""
    name.update(b"\x1f%d" % ordinal)
    number = int.from_bytes(FILE_PREFIX + name.digest()[:12])
    return UUID(int=number & _FREE_BITS | _VERSION_5)
