"""A filter of records, and the parameters of `sql/snippets/matching.sql` that it stands for. Pure.

`filter_query` reads it from an address and writes it there; `formatting.Formatter` puts it into
words.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from tally.domain.calendar import USUAL_STARTS, Starts
from tally.domain.cursor import Cursor
from tally.domain.keys import Key
from tally.domain.periods import Period
from tally.domain.text import fold, lowered

SORTS = {
    "-date": "newest first",
    "date": "oldest first",
    "-value": "highest first",
    "value": "lowest first",
    "type": "by type",
}
DEFAULT_SORT = "-date"
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
# The most records read beyond a page by day: nearly always they complete its last day.
LOOK_AHEAD = 20
MAX_SEARCH = 200
MAX_TYPES = 90
WITHOUT_UNIT = "-"
# For how long a deleted record can be restored, and is listed among the deleted ones.
RESTORE_DAYS = 30

# The filter's parameters that say which records match, and all of them, in the order a canonical
# query string has them.
CONDITIONS = ("q", "type", "unit", "period", "from", "to", "min", "max", "deleted")
PARAMETERS = (*CONDITIONS, "show", "sort", "limit", "after")
# The parameters that name days.
DATED = ("period", "from", "to")

# The characters that end a tag in the notes, and the marks after one that are no part of it.
TAG_SPACE = " \t\r\n"
TAG_TRAIL = ",.;:!?)"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter of records: conditions that all hold, an order, and which page of the result.

    `start` and `end` are the first and last day, both inclusive; None is no bound. `period` is the
    name they came from, empty for `from` and `to`. `unit` is "" for records without a unit, None
    for any. `today` is the user's.
    """

    today: date
    search: str = ""
    types: tuple[str, ...] = ()
    unit: str | None = None
    period: str = ""
    start: date | None = None
    end: date | None = None
    # `from` alone ends today, on whichever day it is read: its query string names no `to`.
    ends_today: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    deleted: bool = False
    # Whether charts are of money; which records are there is the same.
    show_cost: bool = False
    sort: str = DEFAULT_SORT
    limit: int = DEFAULT_LIMIT
    after: Cursor | None = None
    # Where the account's months and weeks begin.
    starts: Starts = USUAL_STARTS
    # How the account spells its types, once somebody asked (`db.queries.spelled`).
    spellings: tuple[str, ...] | None = field(default=None, compare=False)
    # The period that needs no mention: the dashboard's is the running month, the list has none.
    usual_period: str = field(default="", compare=False)

    @classmethod
    def of_key(cls, key: Key, today: date) -> Self:
        """The filter of all records of a type and unit."""
        return cls(today=today, types=(key.type,), unit=key.unit)

    @property
    def words(self) -> tuple[str, ...]:
        """Texts that must each occur in type or notes, in lower case."""
        return tuple(lowered(word) for word in self.search.split() if not is_tag(word))

    @property
    def tags(self) -> tuple[str, ...]:
        """Whole tags that must each stand in the notes, in lower case, with their `#`."""
        return tuple(
            lowered(word.rstrip(TAG_TRAIL)) for word in self.search.split() if is_tag(word)
        )

    @property
    def dates(self) -> Period | None:
        """The filter's period, by name or from and to; None when it takes every day."""
        if self.end is None:
            return None
        return Period(self.start, self.end, self.today, self.period, self.starts)

    @property
    def by_day(self) -> bool:
        """Whether records of one day stand together."""
        return self.sort.endswith("date")

    @property
    def rows_to_read(self) -> int:
        """A page and one more row, or by day a look-ahead into the last day of the page."""
        return self.limit + (LOOK_AHEAD if self.by_day else 1)

    def matches_key(self, key: Key) -> bool:
        """Whether records of this type and unit meet the conditions on both."""
        types = {fold(name) for name in self.types}
        return (not types or fold(key.type) in types) and self.unit in (None, key.unit)

    @property
    def picks_records(self) -> bool:
        """Whether the filter picks single records of a type, by words, values or deletion."""
        by_value = self.minimum is not None or self.maximum is not None
        return bool(self.search or by_value or self.deleted)

    def parameters(self) -> dict[str, Any]:
        """The parameters of `sql/snippets/matching.sql` but for `user_id` and `types`.

        `db.queries.conditions` adds `types`, which depend on how the account spells them.
        """
        return {
            "unit": self.unit,
            "containing": [f"%{_like(text)}%" for text in (*self.words, *self.tags)] or None,
            "tags": [tag_pattern(tag) for tag in self.tags] or None,
            "start": self.start,
            "end": self.end,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "deleted": self.deleted,
        }

    def everything(self) -> Self:
        """The same records without paging."""
        return replace(self, after=None, limit=DEFAULT_LIMIT)


def tags_in(notes: str) -> set[str]:
    """The tags that notes carry, in lower case, with their `#`."""
    words = re.split(f"[{TAG_SPACE}]+", lowered(notes))
    return {word.rstrip(TAG_TRAIL) for word in words if is_tag(word)}


def is_tag(word: str) -> bool:
    """Whether a word of a search or of notes is a tag: `#home`, `#home.`"""
    return word.startswith("#") and len(word.rstrip(TAG_TRAIL)) > 1


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def tag_pattern(tag: str) -> str:
    """A PostgreSQL regular expression that finds the whole tag in notes in lower case."""
    return f"(^|[{TAG_SPACE}]){re.escape(lowered(tag))}[{TAG_TRAIL}]*($|[{TAG_SPACE}])"
