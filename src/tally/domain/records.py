"""The values of a record: as it is to be written, and as stored ones are compared. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from tally.domain.keys import Key
from tally.domain.meters import Reading

# For how many minutes a change can be undone, and how many earlier changes a record remembers.
UNDO_MINUTES = 10
MAX_EARLIER_CHANGES = 50


@dataclass(frozen=True)
class NewRecord:
    """A record to be written. Without `created_at` it is created now.

    The readings around a reading decide its `consumption_value` and `days`, so these values are
    ignored. Without `meter` it belongs to the meter in use on its day. `new_meter` and
    `rolled_over` are the person's answer for a reading that is lower than the one before.
    """

    id: UUID
    consumption_date: date
    consumption_type: str
    consumption_value: Decimal
    unit: str = ""
    notes: str = ""
    created_at: datetime | None = None
    days: int = 1
    reading: Decimal | None = None
    meter: int | None = None
    cost: Decimal | None = None
    new_meter: bool | None = None
    rolled_over: bool = False

    @property
    def key(self) -> Key:
        return key_of(self)

    @property
    def content(self) -> Content:
        """The values to compare with a stored record of the same id: see `content` below."""
        return content(self)

    @property
    def as_reading(self) -> Reading:
        """The day and the figure of the meter. Raises ValueError for a record without a reading."""
        if self.reading is None:
            raise ValueError("This is no reading.")
        return Reading(self.consumption_date, self.reading)


class ListRow(NamedTuple):
    """A record as the statements of the list return it: see sql/snippets/list_columns.sql.

    The rows of the database have these fields by name and by place; they are not converted.
    """

    id: str
    consumption_date: date
    consumption_value: Decimal
    consumption_type: str
    unit: str
    notes: str
    version: int
    created_at: datetime
    days: int
    reading: Decimal | None
    meter: int | None
    cost: Decimal | None


class StoredRecord(NamedTuple):
    """A record as all other statements return it: see sql/snippets/record_columns.sql.

    It begins with the columns of the list, by the same names and in the same places.
    """

    id: UUID
    consumption_date: date
    consumption_value: Decimal
    consumption_type: str
    unit: str
    notes: str
    version: int
    created_at: datetime
    days: int
    reading: Decimal | None
    meter: int | None
    cost: Decimal | None
    deleted_at: datetime | None
    change_id: UUID


class RecordLike(Protocol):
    """The content of a record, whether stored or not."""

    @property
    def consumption_date(self) -> date: ...
    @property
    def consumption_type(self) -> str: ...
    @property
    def consumption_value(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def notes(self) -> str: ...
    @property
    def days(self) -> int: ...
    @property
    def reading(self) -> Decimal | None: ...
    @property
    def cost(self) -> Decimal | None: ...


# Readings are compared by their figure, all other records by their value and days.
Content = tuple[date, str, Decimal, int | None, str, str, Decimal | None]


def content(record: RecordLike) -> Content:
    """The values that are compared to tell whether two records with one id are the same record."""
    is_reading = record.reading is not None
    return (
        record.consumption_date,
        record.consumption_type,
        record.consumption_value if record.reading is None else record.reading,
        None if is_reading else record.days,
        record.unit,
        record.notes,
        record.cost,
    )


def key_of(record: RecordLike) -> Key:
    """The type of a record with its unit."""
    return Key(record.consumption_type, record.unit)


def first_day(day: date, days: int) -> date:
    """The first day that a record of `days` days covers, the last of them `day`."""
    return day - timedelta(days=max(days, 1) - 1)


class IdRange(NamedTuple):
    """The ids from `first` to `last`, such as those of all records that files have brought."""

    first: UUID
    last: UUID


class UsedType(NamedTuple):
    """A type with a unit, and the day and the time of its newest record."""

    type: str
    unit: str
    day: date
    created_at: datetime

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)


def last_use(kind: UsedType) -> tuple[date, datetime]:
    """The sort key by latest use, the oldest first."""
    return kind.day, kind.created_at
