"""The question that statistics answer: the records of an account that match, in a period."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection

from tally.db import queries
from tally.db.models import Account
from tally.domain.calendar import Buckets
from tally.domain.filters import Filter
from tally.domain.periods import Period
from tally.domain.records import UsedType


@dataclass(frozen=True)
class Question:
    """A filter of an account with its period, and the connection that answers.

    `matching` has the account's own spellings of its types: see `queries.spelled`.
    """

    db: Connection
    user: Account
    matching: Filter
    period: Period

    @property
    def subject(self) -> tuple[Connection, UUID, Filter]:
        """The first three arguments of each statement of statistics."""
        return self.db, self.user.id, self.matching

    @cached_property
    def used(self) -> list[UsedType]:
        """The account's types with their units, read once."""
        return queries.used(self.db, self.user.id)

    @property
    def has_costs(self) -> bool:
        """Whether the account sees costs: it does once it has a currency."""
        return bool(self.user.currency)

    @property
    def names_one_type(self) -> bool:
        """Whether the filter names exactly one type."""
        return len(self.matching.types) == 1

    @property
    def elapsed(self) -> Buckets | None:
        """The elapsed days of the period in its buckets; None for a future one."""
        return Buckets(self.period.elapsed, self.period.buckets) if self.period.elapsed else None
