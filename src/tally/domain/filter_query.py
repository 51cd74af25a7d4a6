"""A query string ↔ the `Filter` that it asks for, each fault at its parameter. Pure.

The same query string means the same on the list, `/consumption`, `/stats`, the dashboard, the
printed page and the export.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from tally.domain.amounts import plain, read_number
from tally.domain.calendar import USUAL_STARTS, Starts
from tally.domain.cursor import Cursor
from tally.domain.filters import (
    DATED,
    DEFAULT_LIMIT,
    DEFAULT_SORT,
    MAX_LIMIT,
    MAX_SEARCH,
    MAX_TYPES,
    PARAMETERS,
    SORTS,
    WITHOUT_UNIT,
    Filter,
)
from tally.domain.keys import Key
from tally.domain.period_query import read_day, read_period, read_range
from tally.domain.text import NOT_STORABLE, fold, is_storable, one_line

T = TypeVar("T")

WRONG_BOUNDS = "The highest value is below the lowest."
NO_SUCH_PAGE = "This page link is not valid here. Start from the first page."

_PLACES = {name: place for place, name in enumerate(PARAMETERS)}


class FilterError(ValueError):
    """A query string that cannot be read: `fields` has a sentence for each parameter at fault."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = dict(fields)


def read_filter(
    query: Iterable[tuple[str, str]],
    today: date,
    *,
    number_format: str = "auto",
    usual_period: str = "",
    starts: Starts = USUAL_STARTS,
) -> Filter:
    """The filter that a query string's (name, value) pairs ask for.

    Empty values count as absent and names that are no parameter of the filter are left alone.
    Raises FilterError with a sentence for each parameter that cannot be read.
    """
    reader = _Reader(query, today, number_format, usual_period, starts)
    read = reader.read()
    if reader.faults:
        raise FilterError(reader.faults)
    return read


def read_leniently(
    query: Iterable[tuple[str, str]],
    today: date,
    *,
    number_format: str = "auto",
    starts: Starts = USUAL_STARTS,
) -> tuple[Filter, dict[str, str]]:
    """The filter without the parameters that cannot be read, and a sentence for each of those.

    For the page that shows each fault at its field; it must not show records for this filter.
    """
    reader = _Reader(query, today, number_format, "", starts)
    return reader.read(), reader.faults


def pairs(wanted: Filter) -> list[tuple[str, str]]:
    """The parameters of a filter's canonical query string, defaults left out."""
    after = [("after", wanted.after.encode())] if wanted.after else []
    return [*_of_every_page(wanted), *after]


def _of_every_page(wanted: Filter) -> list[tuple[str, str]]:
    written = _conditions(wanted)
    if wanted.show_cost:
        written.append(("show", "cost"))
    if wanted.sort != DEFAULT_SORT:
        written.append(("sort", wanted.sort))
    if wanted.limit != DEFAULT_LIMIT:
        written.append(("limit", str(wanted.limit)))
    return written


def query(wanted: Filter, /, **changes: object) -> str:
    """The canonical query string, with other values for some parameters (None removes one).

    Names are those of the query string, `from` and `type` included: `query(wanted, **{"from": …})`.
    Any change but of `after` leads back to the first page; a change of `period`, `from` or `to`
    replaces all three.
    """
    written = pairs(wanted)
    if changes:
        gone = set(changes) | {"after"}
        if gone & set(DATED):
            gone |= set(DATED)
        written = [pair for pair in written if pair[0] not in gone]
        for name, value in changes.items():
            texts = value if isinstance(value, (list, tuple)) else [value]
            written += [(name, str(text)) for text in texts if text is not None and text != ""]
        written.sort(key=lambda pair: _PLACES.get(pair[0], len(_PLACES)))
    return urlencode(written)


def of_key(key: Key) -> dict[str, str]:
    """The parameters by which an address names one type and unit."""
    return {"type": key.type, "unit": key.unit or WITHOUT_UNIT}


def dated(wanted: Filter) -> str:
    """The part of the query string that names its days; "" where it names none."""
    return urlencode([pair for pair in _conditions(wanted) if pair[0] in DATED])


def next_page(wanted: Filter, cursor: Cursor) -> str:
    """The query string of the page after `cursor`."""
    return urlencode([*_of_every_page(wanted), ("after", cursor.encode())])


def _conditions(wanted: Filter) -> list[tuple[str, str]]:
    conditions = [("q", wanted.search)] if wanted.search else []
    conditions += [("type", name) for name in wanted.types]
    if wanted.unit is not None:
        conditions.append(("unit", wanted.unit or WITHOUT_UNIT))
    if wanted.period:
        if wanted.period != wanted.usual_period:
            conditions.append(("period", wanted.period))
    else:
        if wanted.start:
            conditions.append(("from", wanted.start.isoformat()))
        if wanted.end and not wanted.ends_today:
            conditions.append(("to", wanted.end.isoformat()))
    if wanted.minimum is not None:
        conditions.append(("min", plain(wanted.minimum)))
    if wanted.maximum is not None:
        conditions.append(("max", plain(wanted.maximum)))
    if wanted.deleted:
        conditions.append(("deleted", "yes"))
    return conditions


class _Reader:
    """Reads each parameter by itself, so that one answer names every fault."""

    def __init__(
        self,
        query: Iterable[tuple[str, str]],
        today: date,
        number_format: str,
        usual_period: str,
        starts: Starts,
    ) -> None:
        self.faults: dict[str, str] = {}
        self.given: dict[str, list[str]] = {}
        for name, value in query:
            if name in PARAMETERS and value.strip():
                self.given.setdefault(name, []).append(value.strip())
        self.today = today
        self.number_format = number_format
        self.usual_period = usual_period
        self.starts = starts

    def read(self) -> Filter:
        sort = self._sort()
        return Filter(
            today=self.today,
            search=self._search(),
            types=self._types(),
            unit=self._unit(),
            **self._days(),
            **self._bounds(),
            deleted=self._deleted(),
            show_cost=self._show_cost(),
            sort=sort,
            limit=self._limit(),
            after=self._after(sort),
            starts=self.starts,
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
        if len(search) > MAX_SEARCH:
            self.faults["q"] = f"Search for {MAX_SEARCH} characters at most."
            return ""
        return self._storable("q", search)

    def _types(self) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for value in self.given.get("type", ()):
            name = one_line(value)
            names.setdefault(fold(name), name)
        if len(names) > MAX_TYPES:
            self.faults["type"] = f"Choose {MAX_TYPES} types at most."
            return ()
        return tuple(name for name in names.values() if self._storable("type", name))

    def _unit(self) -> str | None:
        unit = one_line(self._one("unit"))
        if not unit:
            return None
        return "" if unit == WITHOUT_UNIT else self._storable("unit", unit) or None

    def _storable(self, name: str, text: str) -> str:
        if not is_storable(text):
            self.faults[name] = NOT_STORABLE
            return ""
        return text

    def _days(self) -> dict[str, Any]:
        start, end = self._day("from"), self._day("to")
        name = self._one("period") or self.usual_period
        try:
            if start or end:
                dates = read_range(start, end, self.today, self.starts)
            elif name and not {"from", "to"} & self.faults.keys():
                dates = read_period(name, self.today, self.starts)
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
        return self._value(name, read_day)

    def _bounds(self) -> dict[str, Any]:
        minimum, maximum = self._number("min"), self._number("max")
        if minimum is not None and maximum is not None and minimum > maximum:
            self.faults["max"] = WRONG_BOUNDS
            return {}
        return {"minimum": minimum, "maximum": maximum}

    def _number(self, name: str) -> Decimal | None:
        return self._value(name, lambda text: read_number(text, self.number_format))

    def _value(self, name: str, read: Callable[[str], T]) -> T | None:
        """The text of a parameter as `read` converts it; None if it is absent or faulty."""
        text = self._one(name)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.faults[name] = str(error)
            return None

    def _deleted(self) -> bool:
        text = self._one("deleted")
        if text not in ("", "yes"):
            self.faults["deleted"] = "Write yes to see deleted records, or leave it out."
        return text == "yes"

    def _show_cost(self) -> bool:
        text = self._one("show")
        if text not in ("", "amount", "cost"):
            self.faults["show"] = "Show amount or cost."
        return text == "cost"

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
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_LIMIT:
            self.faults["limit"] = f"Ask for 1 to {MAX_LIMIT} records a page."
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
            self.faults["after"] = NO_SUCH_PAGE
            return None
        return cursor
