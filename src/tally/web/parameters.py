"""The names that each handler reads from its query string and its form; others are refused.

A misspelt name must not be passed over where something would be changed: `all=1` with `typ=tea`
would delete every record. Programs are refused when they only read, too. Pages that only read pass
over unknown names, since links from elsewhere bring such names along.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, TypeVar

from tally.domain.filters import PARAMETERS
from tally.domain.text import MAX_QUOTED
from tally.errors import Invalid

AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

FILTER = PARAMETERS
# The form of a record, and what else a record's own JSON has: it may be sent back whole.
RECORD = (
    *("id", "consumption_date", "consumption_value", "consumption_type", "unit", "notes"),
    *("days", "covers_from", "reading", "new_meter", "rolled_over", "meter", "cost"),
    *("kind", "covers", "version", "change", "warnings", "remarks", "confirm"),
)
# Fields that only the server sets are passed over wherever they come: they have no effect.
_OF_THE_SERVER = frozenset({"user_id", "is_admin", "created_at", "updated_at", "deleted_at"})
_EVERYWHERE = frozenset({"format"})

_TAKEN: dict[object, frozenset[str]] = {}


def takes(*names: str) -> Callable[[AnyHandler], AnyHandler]:
    """Declare the names that a handler reads. An undeclared handler may be sent anything."""

    def remember(handler: AnyHandler) -> AnyHandler:
        _TAKEN[handler] = frozenset(names)
        return handler

    return remember


def taken_by(handler: object) -> frozenset[str] | None:
    """The names that a handler, or the endpoint made of it, reads; None when it did not say."""
    return _TAKEN.get(inspect.unwrap(handler)) if callable(handler) else None


def refuse_unknown(handler: object, names: Iterable[str]) -> None:
    """Raises Invalid with a sentence for each name that the handler does not read."""
    taken = taken_by(handler)
    if taken is None:
        return
    unknown = [name for name in names if name not in taken | _OF_THE_SERVER | _EVERYWHERE]
    if unknown:
        raise Invalid({name: _sentence(name, taken) for name in unknown})


def _sentence(name: str, taken: frozenset[str]) -> str:
    shown = name if len(name) <= MAX_QUOTED else f"{name[:MAX_QUOTED]}…"
    alike = get_close_matches(name[:MAX_QUOTED], sorted(taken), n=1)
    return f"There is no “{shown}” here." + (f" Is it “{alike[0]}”?" if alike else "")
