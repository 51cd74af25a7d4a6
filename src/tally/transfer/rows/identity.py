"""Ids for rows of a file that have none: the same file twice changes nothing. Pure.

An id depends on the content of its row, its time if it has one, and its place among equal rows. So
two downloads that hold half a day each lose nothing, and two equal coffees stay two.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1
from uuid import UUID

from tally.domain.records import IdRange
from tally.transfer.rows.compact import HashCounts

# The beginning of the ids of all rows of files, which shows where a record came from.
FILE_PREFIX = bytes.fromhex("7a11f11e")
FIRST_FILE_ID = UUID(bytes=FILE_PREFIX + bytes(12))
LAST_FILE_ID = UUID(bytes=FILE_PREFIX + b"\xff" * 12)
FILE_IDS = IdRange(FIRST_FILE_ID, LAST_FILE_ID)

# A name-based UUID says so in a few of its bits. They are set here, which takes half the time.
_VERSION_5 = UUID(bytes=bytes(16), version=5).int
_FREE_BITS = UUID(bytes=b"\xff" * 16, version=5).int ^ _VERSION_5
_NAMESPACE = UUID("5f2d1a52-8d0c-4a0e-9d5e-6a1f3f4c7b10").bytes


def is_of_file(record_id: UUID) -> bool:
    """Whether a file brought the record."""
    return FIRST_FILE_ID <= record_id <= LAST_FILE_ID


class FileIds:
    """The ids of one file."""

    def __init__(self) -> None:
        self._equal = HashCounts()

    def of(self, parts: Iterable[str]) -> UUID:
        """The id of the next row with this content."""
        content = _NAMESPACE + "\x1f".join(parts).encode("utf-8", "surrogatepass")
        name = sha1(content, usedforsecurity=False)
        ordinal = self._equal.add(int.from_bytes(name.digest()[:8]))
        name.update(b"\x1f%d" % ordinal)
        number = int.from_bytes(FILE_PREFIX + name.digest()[:12])
        return UUID(int=number & _FREE_BITS | _VERSION_5)
