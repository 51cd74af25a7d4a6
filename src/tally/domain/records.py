"""What a record is, before it is stored. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

# For how long a change can be undone and a deleted record restored, and how many earlier changes a
# record remembers.
UNDO_MINUTES = 10
RESTORE_DAYS = 30
MAX_EARLIER_CHANGES = 50


@dataclass(frozen=True)
class NewRecord:
    """A record to be written. Without `created_at` it is created now."""

    id: UUID
    consumption_date: date
    consumption_type: str
    consumption_value: Decimal
    unit: str = ""
    notes: str = ""
    created_at: datetime | None = None

    @property
    def content(self) -> tuple[date, str, Decimal, str, str]:
        """What tells two records with the same id apart."""
        return (
            self.consumption_date,
            self.consumption_type,
            self.consumption_value,
            self.unit,
            self.notes,
        )


class UsedType(NamedTuple):
    """A type with a unit, and the day and the time of its newest record."""

    type: str
    unit: str
    day: date
    created_at: datetime
