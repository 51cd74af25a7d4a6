"""A type with its unit, the key of sums, meters, limits, prices and marks. Pure."""

from typing import NamedTuple

from tally.domain.text import fold


class Key(NamedTuple):
    """A type and a unit, by which sums are kept: amounts of different units are never added."""

    type: str
    unit: str


def folded(key: Key) -> Key:
    """The key by which limits, prices and marks are found: a type is one however it is spelled."""
    return Key(fold(key.type), key.unit)
