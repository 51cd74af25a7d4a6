"""The types, units and days of a file's records, where the file wins over earlier ones. Pure."""

from __future__ import annotations

from datetime import date
from hashlib import sha1
from typing import Protocol
from uuid import UUID

from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.transfer.faults import UnreadableFile
from tally.transfer.rows.compact import HashCounts, key_of_id

# The types and units of one file that can be compared with the records of earlier files.
MAX_KEYS = 10_000


class _Dated(Protocol):
    """The type, unit and day of a record."""

    @property
    def consumption_type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def consumption_date(self) -> date: ...


class _OfDay(_Dated, Protocol):
    """A record, of the file or stored."""

    @property
    def id(self) -> UUID: ...


class FileDays:
    """The records of a file by type, unit and day. `keys`: their types and units."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self._first: date | None = None
        self._last: date | None = None
        self._ids = HashCounts()
        self._days = HashCounts()
        self._new = HashCounts()

    def see(self, record: _OfDay) -> None:
        """Take a record of the file into account. Raises UnreadableFile for too many types."""
        self._ids.add(key_of_id(record.id))
        self._days.add(day_hash(record))
        self.keys.add(Key(record.consumption_type, record.unit))
        if len(self.keys) > MAX_KEYS:
            raise UnreadableFile(
                "These are too many types for one file to win their days. Split it."
            )
        day = record.consumption_date
        self._first = min(self._first or day, day)
        self._last = max(self._last or day, day)

    def see_new(self, record: _OfDay) -> None:
        """Take a record into account that the account does not have."""
        self._new.add(day_hash(record))

    @property
    def span(self) -> Span | None:
        """The first and the last day; None without a record."""
        if self._first is None or self._last is None:
            return None
        return Span(self._first, self._last)

    def have(self, record: _Dated) -> bool:
        """Whether the file has a record of this type, unit and day."""
        return self._days.has(day_hash(record))

    def win_over(self, stored: _OfDay) -> bool:
        """Whether the file replaces a stored record: it has its type, unit and day, not its id."""
        return not self._ids.has(key_of_id(stored.id)) and self.have(stored)

    def take_new(self, stored: _OfDay) -> bool:
        """Use up a new record that stands for this stored one of its day; False if none is left."""
        return self._new.take(day_hash(stored))


def day_hash(record: _Dated) -> int:
    """A hash of the type, unit and day of a record."""
    text = f"{record.consumption_type}\x1f{record.unit}\x1f{record.consumption_date}"
    return int.from_bytes(sha1(text.encode(), usedforsecurity=False).digest()[:8])
