"""One query string ↔ one `Filter` ↔ the parameters of `sql/snippets/matching.sql`. Pure.

The same query string means the same on the list, `/consumption`, `/stats`, the dashboard, the
printed page and the export.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from tally.domain.amounts import plain
from tally.domain.cursor import Cursor
from tally.domain.periods import USUAL_STARTS, Period, Starts
from tally.domain.text import lowered

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
# Records read beyond a page by day: nearly always they hold the rest of its last day.
LOOK_AHEAD = 20
MAX_SEARCH = 200
MAX_TYPES = 90
WITHOUT_UNIT = "-"

# The filter's parameters in the order a canonical query string has them.
PARAMETERS = (
    "q", "type", "unit", "period", "from", "to", "min", "max", "deleted", "show", "sort", "limit",
    "after",
)  # fmt: skip
# Those of them that name days.
DATED = ("period", "from", "to")
_PLACES = {name: place for place, name in enumerate(PARAMETERS)}

# The end of a tag in the notes, and the marks behind one that are not part of it.
TAG_SPACE = " \t\r\n"
TAG_TRAIL = ",.;:!?)"


class Says(Protocol):
    """A reader's way of writing numbers and days: the part of `formatting.Words` used here."""

    def number(self, value: Decimal) -> str: ...
    def span(self, start: date, end: date) -> str: ...


@dataclass(frozen=True)
class Chip:
    """One condition of a filter in words, and the query string without it."""

    text: str
    without: str


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

    @property
    def words(self) -> tuple[str, ...]:
        """Texts that must each occur in type or notes, in lower case."""
        return tuple(lowered(word) for word in self.search.split() if not _is_tag(word))

    @property
    def tags(self) -> tuple[str, ...]:
        """Whole tags that must each stand in the notes, in lower case, with their `#`."""
        return tuple(
            lowered(word.rstrip(TAG_TRAIL)) for word in self.search.split() if _is_tag(word)
        )

    @property
    def dates(self) -> Period | None:
        """The filter's period, by name or from and to; None when it takes every day."""
        if self.end is None:
            return None
        return Period(self.start, self.end, self.today, self.period, self.starts)

    @property
    def narrows(self) -> bool:
        """Whether it leaves any record out."""
        return bool(self._conditions())

    @property
    def by_day(self) -> bool:
        """Whether records of one day stand together."""
        return self.sort.endswith("date")

    @property
    def reach(self) -> int:
        """The number of records to read: a page and one more, or a look-ahead into its last day."""
        return self.limit + (LOOK_AHEAD if self.by_day else 1)

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

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the canonical query string, defaults left out."""
        pairs = self._conditions()
        if self.show_cost:
            pairs.append(("show", "cost"))
        if self.sort != DEFAULT_SORT:
            pairs.append(("sort", self.sort))
        if self.limit != DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if self.after:
            pairs.append(("after", self.after.encode()))
        return pairs

    def query(self, **changes: object) -> str:
        """The canonical query string, with other values for some parameters (None takes one away).

        Names are those of the query string; `from` and `type` included: `query(**{"from": "…"})`.
        Any change but of `after` leads back to the first page; a change of `period`, `from` or `to`
        replaces all three.
        """
        pairs = self.pairs()
        if changes:
            gone = set(changes) | {"after"}
            if gone & set(DATED):
                gone |= set(DATED)
            pairs = [pair for pair in pairs if pair[0] not in gone]
            for name, value in changes.items():
                texts = value if isinstance(value, (list, tuple)) else [value]
                pairs += [(name, str(text)) for text in texts if text is not None and text != ""]
            pairs.sort(key=lambda pair: _PLACES.get(pair[0], len(_PLACES)))
        return urlencode(pairs)

    def dated(self) -> str:
        """The part of the query string that names its days; "" where it names none."""
        return urlencode([pair for pair in self._conditions() if pair[0] in DATED])

    def next_page(self, cursor: Cursor) -> str:
        """The query string of the page after `cursor`."""
        return replace(self, after=cursor).query()

    def everything(self) -> Self:
        """The same records without paging."""
        return replace(self, after=None, limit=DEFAULT_LIMIT)

    def chips(self, say: Says) -> list[Chip]:
        """The conditions in words, each with the query string of the filter without it."""
        words = self.search.split()
        chips = [
            Chip(_quoted(word), self.query(q=" ".join(words[:place] + words[place + 1 :])))
            for place, word in enumerate(words)
        ]
        chips += [
            Chip(name, self.query(type=[other for other in self.types if other != name]))
            for name in self.types
        ]
        if self.unit is not None:
            chips.append(Chip(_unit_words(self.unit), self.query(unit=None)))
        if dated := self.dates_in_words(say):
            chips.append(Chip(dated, self.query(period=None)))
        if valued := self._values(say):
            chips.append(Chip(valued, self.query(min=None, max=None)))
        if self.deleted:
            chips.append(Chip("deleted", self.query(deleted=None)))
        return chips

    def describe(self, say: Says) -> str:
        """The whole filter in words, such as "1 to 22 November 2026, all types, newest first"."""
        parts = [
            "deleted in the last 30 days" if self.deleted else "",
            self.dates_in_words(say) or "all days",
            ", ".join(self.types) or "all types",
            _unit_words(self.unit) if self.unit is not None else "",
            self._values(say),
            *(_quoted(word) for word in self.search.split()),
            SORTS[self.sort],
        ]
        return ", ".join(filter(None, parts))

    def dates_in_words(self, say: Says) -> str:
        """`November 2026`, `up to 5 October 2026`; nothing when it takes every day."""
        if self.dates is None or self.dates.kind == "all":
            return ""
        if self.start is None:
            return f"up to {say.span(self.dates.end, self.dates.end)}"
        if self.dates.kind == "year" and self.start.day == 1:
            return str(self.start.year)
        return say.span(self.start, self.dates.end)

    def _values(self, say: Says) -> str:
        match self.minimum, self.maximum:
            case None, None:
                return ""
            case Decimal() as least, None:
                return f"at least {say.number(least)}"
            case None, Decimal() as most:
                return f"at most {say.number(most)}"
            case Decimal() as least, Decimal() as most:
                return f"{say.number(least)} to {say.number(most)}"
        raise AssertionError("every pair is covered")

    def _conditions(self) -> list[tuple[str, str]]:
        pairs = [("q", self.search)] if self.search else []
        pairs += [("type", name) for name in self.types]
        if self.unit is not None:
            pairs.append(("unit", self.unit or WITHOUT_UNIT))
        if self.period:
            if self.period != self.usual_period:
                pairs.append(("period", self.period))
        else:
            if self.start:
                pairs.append(("from", self.start.isoformat()))
            if self.end and not self.ends_today:
                pairs.append(("to", self.end.isoformat()))
        if self.minimum is not None:
            pairs.append(("min", plain(self.minimum)))
        if self.maximum is not None:
            pairs.append(("max", plain(self.maximum)))
        if self.deleted:
            pairs.append(("deleted", "yes"))
        return pairs


def tags_in(notes: str) -> set[str]:
    """The tags that notes carry, in lower case, with their `#`."""
    words = re.split(f"[{TAG_SPACE}]+", lowered(notes))
    return {word.rstrip(TAG_TRAIL) for word in words if _is_tag(word)}


def _is_tag(word: str) -> bool:
    return word.startswith("#") and len(word.rstrip(TAG_TRAIL)) > 1


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def tag_pattern(tag: str) -> str:
    """A PostgreSQL regular expression that finds the whole tag in notes in lower case."""
    return f"(^|[{TAG_SPACE}]){re.escape(lowered(tag))}[{TAG_TRAIL}]*($|[{TAG_SPACE}])"


def _quoted(word: str) -> str:
    return word if _is_tag(word) else f"“{word}”"


def _unit_words(unit: str) -> str:
    return f"in {unit}" if unit else "without a unit"
