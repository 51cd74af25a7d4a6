"""Types, units and spans as the arrays that statements `unnest`, and their rows by type and unit.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

from tally.domain.calendar import Span
from tally.domain.keys import Key

RowType = TypeVar("RowType")
KeySpan: TypeAlias = tuple[Key, Span]


def of_keys(keys: Iterable[Key]) -> dict[str, object]:
    """The types and units asked for, as `sql/snippets/keys.sql` binds them."""
    keys = list(keys)
    return {"used_types": [key.type for key in keys], "used_units": [key.unit for key in keys]}


def of_keys_or_any(keys: Iterable[Key] | None) -> dict[str, object]:
    """The types and units asked for; NULL for both where any will do."""
    return {"used_types": None, "used_units": None} if keys is None else of_keys(keys)


def of_spans(spans: Iterable[KeySpan]) -> dict[str, object]:
    """A span of days for each type and unit, as `sql/snippets/spans.sql` binds them."""
    spans = list(spans)
    return {
        "span_types": [key.type for key, _ in spans],
        "span_units": [key.unit for key, _ in spans],
        "first_days": [span.start for _, span in spans],
        "last_days": [span.end for _, span in spans],
    }


def lists_by_key(
    rows: Iterable[Sequence[Any]], make: Callable[..., RowType], keys: Iterable[Key] = ()
) -> dict[Key, list[RowType]]:
    """Lists of values by type and unit, the first two columns; `make` takes the other columns.

    keys: types and units that get a list even if no row has them.
    """
    by_key: dict[Key, list[RowType]] = {key: [] for key in keys}
    for type_name, unit, *columns in rows:
        by_key.setdefault(Key(type_name, unit), []).append(make(*columns))
    return by_key


def by_span(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[KeySpan, Sequence[Any]]]:
    """The type, unit and span that each row begins with, and its other columns."""
    for type_name, unit, first_day, last_day, *columns in rows:
        yield (Key(type_name, unit), Span(first_day, last_day)), columns
