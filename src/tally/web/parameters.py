"""The names that each handler reads from its query string and its form; others are refused.

A request that changes something must not ignore a misspelt name: `all=1` with `typ=tea` would
delete every record. Programs are refused when they only read, too. Pages that only read ignore
unknown names, since links from other sites often carry some.

A form has its fields in its body. One in the address is refused as well: otherwise
`POST /consumption/import?dry_run=1` would save the file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

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
# Fields that only the server sets are passed over in a body: they have no effect. In an address,
# and in the body of a form that takes a filter, they would be a filter that nothing reads.
_OF_THE_SERVER = frozenset({"user_id", "is_admin", "created_at", "updated_at", "deleted_at"})
_FORMAT = "format"


class _Names(NamedTuple):
    """The names that a handler reads: the fields of a form, and those of the form's address."""

    fields: frozenset[str]
    in_address: frozenset[str]


_TAKEN: dict[object, _Names] = {}


def takes(*names: str, in_address: Collection[str] = ()) -> Callable[[AnyHandler], AnyHandler]:
    """Declare the names that a handler reads. An undeclared handler may be sent anything.

    `in_address`: the names that it reads in the address of a form; a request without a body has
    all its names there.
    """

    def remember(handler: AnyHandler) -> AnyHandler:
        _TAKEN[handler] = _Names(frozenset(names), frozenset(in_address))
        return handler

    return remember


def taken_by(handler: object) -> frozenset[str] | None:
    """The names that a handler, or the endpoint made of it, reads; None when it did not say."""
    names = _names_of(handler)
    return names and names.fields | names.in_address


def refuse_unknown(
    handler: object, fields: Iterable[str], address: Iterable[str], *, is_form: bool
) -> None:
    """Raises Invalid with a sentence for each name that the handler does not read where it stands.

    `fields` are the names in the body, `address` those in the query string. `is_form`: whether the
    fields of the request stand in its body.
    """
    names = _names_of(handler)
    if names is None:
        return
    in_address = names.in_address if is_form else names.fields
    faults = unknown(fields, names.fields)
    for name in address:
        if name not in in_address and name != _FORMAT:
            is_field = name in names.fields
            faults.setdefault(name, _in_body(name) if is_field else _sentence(name, in_address))
    if faults:
        raise Invalid(faults)


def unknown(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """A sentence for each name of a body that is none of those taken."""
    takes_filter = frozenset(FILTER) <= {*taken, _FORMAT}
    passed_over = {_FORMAT} if takes_filter else {_FORMAT, *_OF_THE_SERVER}
    return {
        name: _sentence(name, taken)
        for name in names
        if name not in taken and name not in passed_over
    }


def _names_of(handler: object) -> _Names | None:
    return _TAKEN.get(inspect.unwrap(handler)) if callable(handler) else None


def _in_body(name: str) -> str:
    return f"Send “{name}” in the body: nothing reads it in the address of a form."


def _sentence(name: str, taken: Collection[str]) -> str:
    shown = name if len(name) <= MAX_QUOTED else f"{name[:MAX_QUOTED]}…"
    alike = get_close_matches(name[:MAX_QUOTED], sorted(taken), n=1)
    return f"There is no “{shown}” here." + (f" Is it “{alike[0]}”?" if alike else "")
