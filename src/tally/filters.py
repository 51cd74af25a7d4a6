"""One query string ↔ one `Filter` ↔ the parameters of `sql/matching.sql`. Pure.

The same query string means the same on the list, `/consumption`, `/stats`, the dashboard, the
printed page and the export.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, Self
from urllib.parse import urlencode
from uuid import UUID

from tally.errors import Invalid
from tally.numbers import plain, read_number
from tally.periods import Period, read_day, read_period, read_range
from tally.texts import is_storable, one_line

SORTS = {
    "-date": "newest first",
    "date": "oldest first",
    "-value": "highest first",
    "value": "lowest first",
    "type": "by type",
}
DEFAULT_SORT = "-date"
DEFAULT_LIMIT = 50
MOST_LIMIT = 500
# Records read beyond a page by day: nearly always they hold the rest of its last day.
LOOK_AHEAD = 20
MOST_SEARCH = 200
MOST_TYPES = 90
WITHOUT_UNIT = "-"

# The filter's parameters in the order a canonical query string has them.
PARAMETERS = (
    "q", "type", "unit", "period", "from", "to", "min", "max", "deleted", "sort", "limit", "after",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(PARAMETERS)}

# What ends a tag in the notes, and what may stand behind one without being part of it.
TAG_SPACE = " \t\r\n"
TAG_TRAIL = ",.;:!?)"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,1200}")
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class FilterError(Invalid):
    """A query string that cannot be read: `fields` has a sentence for each parameter at fault."""


class Says(Protocol):
    """How somebody's numbers and days are written: the part of `words.Words` used here."""

    def number(self, value: Decimal) -> str: ...
    def span(self, start: date, end: date) -> str: ...


@dataclass(frozen=True)
class Cursor:
    """The last record of a page; the next page begins after it, in the order of `sort`."""

    sort: str
    day: date
    created_at: datetime
    id: UUID
    value: Decimal = Decimal(0)
    type: str = ""
    unit: str = ""

    def encode(self) -> str:
        """Opaque text for the parameter `after`."""
        parts: list[str | int] = [
            self.sort,
            self.day.isoformat(),
            (self.created_at - _EPOCH) // timedelta(microseconds=1),
            self.id.hex,
        ]
        if self.sort.endswith("value"):
            parts += [plain(self.value)]
        elif self.sort == "type":
            parts += [self.type, self.unit]
        text = _JSON.encode(parts)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Raises ValueError for anything that `encode` did not write."""
        if not _CURSOR.fullmatch(text):
            raise ValueError("not a cursor")
        try:
            parts = json.loads(
                base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
            )
            sort, day, micros, number, *keys = parts
            cursor = cls(
                sort=str(sort),
                day=date.fromisoformat(day),
                created_at=_EPOCH + timedelta(microseconds=micros),
                id=UUID(number),
                **cls._keys(sort, keys),
            )
        except (binascii.Error, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("not a cursor") from error
        # Whatever the parsers were lenient about ends here: only the one spelling counts.
        if cursor.encode() != text:
            raise ValueError("not a cursor")
        return cursor

    @staticmethod
    def _keys(sort: object, keys: list[Any]) -> dict[str, Any]:
        match sort, keys:
            case (("-date" | "date"), []):
                return {}
            case (("-value" | "value"), [str(value)]) if _DECIMAL.fullmatch(value):
                return {"value": Decimal(value)}
            case "type", [str(name), str(unit)] if "\x00" not in name + unit:
                return {"type": name, "unit": unit}
        raise ValueError("not a cursor")


@dataclass(frozen=True)
class Chip:
    """One condition of a filter in words, and the query string without it."""

    text: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which records, in which order, and which page of them. Every condition must hold.

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
    sort: str = DEFAULT_SORT
    limit: int = DEFAULT_LIMIT
    after: Cursor | None = None
    # The period that needs no mention: the dashboard's is the running month, the list has none.
    usual_period: str = field(default="", compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Texts that must each occur in type or notes, folded."""
        return tuple(fold(word) for word in self.search.split() if not _is_tag(word))

    @property
    def tags(self) -> tuple[str, ...]:
        """Whole tags that must each stand in the notes, folded, with their `#`."""
        return tuple(fold(word.rstrip(TAG_TRAIL)) for word in self.search.split() if _is_tag(word))

    @property
    def dates(self) -> Period | None:
        """Its period, by name or from and to; None when it takes every day."""
        return Period(self.start, self.end, self.today, self.period) if self.end else None

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
        """How many records to read: a page, what tells whether more follow, the rest of a day."""
        return self.limit + (LOOK_AHEAD if self.by_day else 1)

    def parameters(self) -> dict[str, Any]:
        """What `sql/matching.sql` binds, but for `user_id`."""
        return {
            "types": [fold(name) for name in self.types] or None,
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
            if gone & {"period", "from", "to"}:
                gone |= {"period", "from", "to"}
            pairs = [pair for pair in pairs if pair[0] not in gone]
            for name, value in changes.items():
                texts = value if isinstance(value, (list, tuple)) else [value]
                pairs += [(name, str(text)) for text in texts if text is not None and text != ""]
            pairs.sort(key=lambda pair: _PLACES.get(pair[0], len(_PLACES)))
        return urlencode(pairs)

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
        if self.dates.kind == "year":
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


def read_filter(
    query: Iterable[tuple[str, str]],
    today: date,
    *,
    number_format: str = "auto",
    usual_period: str = "",
) -> Filter:
    """The filter that a query string's (name, value) pairs ask for.

    Empty values count as absent and names that are no parameter of the filter are left alone.
    Raises FilterError with a sentence for each parameter that cannot be read.
    """
    reader = _Reader(query, today, number_format, usual_period)
    read = reader.read()
    if reader.faults:
        raise FilterError(reader.faults)
    return read


def read_leniently(
    query: Iterable[tuple[str, str]], today: date, *, number_format: str = "auto"
) -> tuple[Filter, dict[str, str]]:
    """The filter without the parameters that cannot be read, and a sentence for each of those.

    For the page that shows the faults beside their fields; it must not show records for it.
    """
    reader = _Reader(query, today, number_format, "")
    return reader.read(), reader.faults


class _Reader:
    """Reads each parameter by itself, so that every fault is told at once."""

    def __init__(
        self, query: Iterable[tuple[str, str]], today: date, number_format: str, usual_period: str
    ) -> None:
        self.faults: dict[str, str] = {}
        self.given: dict[str, list[str]] = {}
        for name, value in query:
            if name in PARAMETERS and value.strip():
                self.given.setdefault(name, []).append(value.strip())
        self.today = today
        self.number_format = number_format
        self.usual_period = usual_period

    def read(self) -> Filter:
        sort = self._sort()
        return Filter(
            today=self.today,
            search=self._search(),
            types=self._types(),
            unit=self._unit(),
            **self._days(),
            minimum=self._number("min"),
            maximum=self._number("max"),
            deleted=self._deleted(),
            sort=sort,
            limit=self._limit(),
            after=self._after(sort),
            usual_period=self.usual_period,
        )

    def _one(self, name: str) -> str:
        values = self.given.get(name, [""])
        if len(values) > 1:
            self.faults[name] = "Give this once."
            return ""
        return values[0]

    def _search(self) -> str:
        search = one_line(self._one("q"))
        if len(search) > MOST_SEARCH:
            self.faults["q"] = f"Search for {MOST_SEARCH} characters at most."
            return ""
        return self._storable("q", search)

    def _types(self) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for value in self.given.get("type", ()):
            name = one_line(value)
            names.setdefault(fold(name), self._storable("type", name))
        if len(names) > MOST_TYPES:
            self.faults["type"] = f"Choose {MOST_TYPES} types at most."
            return ()
        return tuple(names.values())

    def _unit(self) -> str | None:
        unit = one_line(self._one("unit"))
        if not unit:
            return None
        return "" if unit == WITHOUT_UNIT else self._storable("unit", unit)

    def _storable(self, name: str, text: str) -> str:
        if not is_storable(text):
            self.faults[name] = "Remove the odd character."
            return ""
        return text

    def _days(self) -> dict[str, Any]:
        start, end = self._day("from"), self._day("to")
        name = self._one("period") or self.usual_period
        try:
            if start or end:
                dates = read_range(start, end, self.today)
            elif name and not {"from", "to"} & self.faults.keys():
                dates = read_period(name, self.today)
            else:
                return {}
        except ValueError as error:
            place = "to" if start and end else "from" if start else "period"
            self.faults[place] = str(error)
            return {}
        return {
            "period": dates.name,
            "start": dates.start,
            "end": dates.end,
            "ends_today": not dates.name and end is None,
        }

    def _day(self, name: str) -> date | None:
        text = self._one(name)
        if not text:
            return None
        try:
            return read_day(text)
        except ValueError as error:
            self.faults[name] = str(error)
            return None

    def _number(self, name: str) -> Decimal | None:
        text = self._one(name)
        if not text:
            return None
        try:
            return read_number(text, self.number_format)
        except ValueError as error:
            self.faults[name] = str(error)
            return None

    def _deleted(self) -> bool:
        text = self._one("deleted")
        if text not in ("", "yes"):
            self.faults["deleted"] = "Write yes to see deleted records, or leave it out."
        return text == "yes"

    def _sort(self) -> str:
        text = self._one("sort") or DEFAULT_SORT
        if text not in SORTS:
            self.faults["sort"] = f"Sort by one of {', '.join(SORTS)}."
            return DEFAULT_SORT
        return text

    def _limit(self) -> int:
        text = self._one("limit")
        if not text:
            return DEFAULT_LIMIT
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_LIMIT:
            self.faults["limit"] = f"Ask for 1 to {MOST_LIMIT} records a page."
            return DEFAULT_LIMIT
        return int(text)

    def _after(self, sort: str) -> Cursor | None:
        text = self._one("after")
        if not text:
            return None
        try:
            cursor = Cursor.decode(text)
        except ValueError:
            cursor = None
        if cursor is None or cursor.sort != sort:
            self.faults["after"] = "This page link is not valid here. Start from the first page."
            return None
        return cursor


def fold(text: str) -> str:
    """Lower case as PostgreSQL's `lower()` under `pg_c_utf8` has it: a character at a time.

    `str.lower` alone makes two characters of İ and looks at the neighbours of Σ.
    """
    if text.isascii():
        return text.lower()
    return "".join("i" if character == "İ" else character.lower() for character in text)


def tags_in(notes: str) -> set[str]:
    """The tags that notes carry, folded, with their `#`."""
    words = re.split(f"[{TAG_SPACE}]+", fold(notes))
    return {word.rstrip(TAG_TRAIL) for word in words if _is_tag(word)}


def _is_tag(word: str) -> bool:
    return word.startswith("#") and len(word.rstrip(TAG_TRAIL)) > 1


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def tag_pattern(tag: str) -> str:
    """A PostgreSQL regular expression that finds the whole tag in folded notes."""
    return f"(^|[{TAG_SPACE}]){re.escape(fold(tag))}[{TAG_TRAIL}]*($|[{TAG_SPACE}])"


def _quoted(word: str) -> str:
    return word if _is_tag(word) else f"“{word}”"


def _unit_words(unit: str) -> str:
    return f"in {unit}" if unit else "without a unit"
