"""A type with its unit, the key of sums, meters, limits, prices and marks. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tally.domain.text import fold


class Key(NamedTuple):
    """A type and a unit, by which sums are kept: amounts of different units are never added."""

    type: str
    unit: str


def folded(key: Key) -> Key:
    """The key with its type folded, by which limits, prices and marks are found."""
    return Key(fold(key.type), key.unit)


def is_same(one: Key, other: Key) -> bool:
    """Whether two keys are the same type and unit, however the type is spelled."""
    return folded(one) == folded(other)


def key_in(entry: Mapping[str, Any]) -> Key:
    """The key of a stored entry: a limit, a price, a mark. A missing part is empty."""
    return Key(str(entry.get("type", "")), str(entry.get("unit", "")))


def missing_unit(fields: Mapping[str, str], known: Sequence[Key]) -> str:
    """The sentence for a form without the unit of a type that is kept in units; else "".

    A limit, a price or a mark without the unit would count for amounts without a unit, which do not
    exist.
    """
    if "unit" in fields:
        return ""
    own = [key for key in known if fold(key.type) == fold(fields.get("type", "").strip())]
    units = list(dict.fromkeys(key.unit for key in own))
    if not units or "" in units:
        return ""
    return f"Say the unit: {own[0].type} is kept in {' and '.join(units)}."
