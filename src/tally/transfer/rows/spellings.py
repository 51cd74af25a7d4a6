"""Types as the account spells them, and units by their known names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from tally.domain.fields import MAX_UNIT, read_text, read_type_text
from tally.domain.text import fold
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.entries import Counts

# The most different types, and units, of a file that are cached.
_CACHED = 8192


class Spelling(NamedTuple):
    """A type or a unit as it is kept, and folded."""

    text: str
    folded: str


class Spellings:
    """Types and units of a file; counts other spellings.

    `types`: folded → as the account spells it. Files repeat themselves: each text is read once.
    """

    def __init__(self, plan: Plan, types: Mapping[str, str], counts: Counts) -> None:
        self._types = dict(types)
        self._counts = counts
        self._units = plan.reader.units
        self._is_own = plan.table.named
        self.type_of = lru_cache(_CACHED)(self._read_type)
        self.unit_of = lru_cache(_CACHED)(self._read_unit)

    def _read_type(self, text: str) -> Spelling:
        """The type as the account spells it. Raises ValueError."""
        written = read_type_text(text)
        folded = fold(written)
        spelling = self._types.setdefault(folded, written)
        if spelling != written:
            self._counts.spellings.setdefault(written, spelling)
        return Spelling(spelling, folded)

    def _read_unit(self, text: str) -> Spelling:
        """The unit as this account writes it. Raises ValueError."""
        if not text:
            return Spelling("", "")
        written = read_text(text, "Unit", MAX_UNIT)
        short = written if self._is_own else written.rstrip(".") or written
        known = self._units.find(written) or self._units.find(short) or short
        if known != written:
            self._counts.units.setdefault(written, known)
        return Spelling(known, fold(known))
