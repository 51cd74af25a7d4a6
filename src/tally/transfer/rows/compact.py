"""A compact table of counts by hash: a million entries in 24 MB. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from uuid import UUID

_FIRST_SIZE = 1 << 12
_FULL = 0.6
_64_BITS = 0xFFFF_FFFF_FFFF_FFFF


def key_of_id(record_id: UUID) -> int:
    """The key of an id: its last 64 bits."""
    return record_id.int & _64_BITS


def key_of_parts(*parts: Hashable) -> int:
    """The key of some values, good within this process."""
    return hash(parts) & _64_BITS


class HashCounts:
    """A count, or another number, for each key: a hash of 64 bits, so equal hashes are one key."""

    def __init__(self) -> None:
        self._size = _FIRST_SIZE
        self._used = 0
        self._keys = array("Q", bytes(8 * self._size))
        self._values = array("I", bytes(4 * self._size))

    def add(self, key: int) -> int:
        """Count the key once more; returns its new count."""
        place = self._place(key)
        values = self._values
        if not self._keys[place]:
            self._put(place, key or 1, 1)
            return 1
        values[place] = count = values[place] + 1
        return count

    def first(self, key: int, value: int) -> int:
        """The value that the key was given first; 0 if this is the first, which is kept."""
        place = self._place(key)
        if self._keys[place]:
            return self._values[place]
        self._put(place, key or 1, value)
        return 0

    def has(self, key: int) -> bool:
        """Whether the key was given."""
        return self._keys[self._place(key)] != 0

    def take(self, key: int) -> bool:
        """Reduce the key's count by one; False if it is 0."""
        place = self._place(key)
        if not self._keys[place] or not self._values[place]:
            return False
        self._values[place] -= 1
        return True

    def _place(self, key: int) -> int:
        key = key or 1
        keys, mask = self._keys, self._size - 1
        place = key & mask
        while (other := keys[place]) != key and other:
            place = (place + 1) & mask
        return place

    def _put(self, place: int, key: int, value: int) -> None:
        self._keys[place] = key
        self._values[place] = value
        self._used += 1
        if self._used > self._size * _FULL:
            self._grow()

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._size *= 2
        self._keys = array("Q", bytes(8 * self._size))
        self._values = array("I", bytes(4 * self._size))
        for key, value in zip(keys, values, strict=True):
            if key:
                place = self._place(key)
                self._keys[place] = key
                self._values[place] = value
