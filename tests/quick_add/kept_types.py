"""Types of an account for the vocabulary by which a test reads its lines."""

from __future__ import annotations

from collections.abc import Mapping

from tally.domain.text import fold
from tally.quick_add.vocabulary import KnownType


def kept(name: str, *units: str) -> dict[str, KnownType]:
    """A type that is kept in these units, the one used last first; without one if none is given."""
    return {fold(name): KnownType(name, units or ("",))}


def all_kept(units: Mapping[str, str]) -> dict[str, KnownType]:
    """Types by their names, each with its only unit."""
    return {fold(name): KnownType(name, (unit,)) for name, unit in units.items()}
