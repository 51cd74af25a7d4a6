"""The account that a file is for, as far as it decides how the file is read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, tzinfo

from tally.domain.units import Units
from tally.transfer.cells.calendar_days import Order
from tally.transfer.tables.profiles import ReaderAccount


@dataclass(frozen=True)
class Reader:
    """The settings and habits of the account.

    `currency`: "" without one; `usual_currency`: the one it would get; `types`: those it has,
    folded; `unitless`: those of them that it keeps without a unit, and in no currency.
    """

    today: date
    zone: tzinfo
    number_format: str = "auto"
    order: Order | None = None
    currency: str = ""
    usual_currency: str = ""
    units: Units = field(default_factory=Units)
    types: frozenset[str] = frozenset()
    unitless: frozenset[str] = frozenset()

    @property
    def account(self) -> ReaderAccount:
        return ReaderAccount(self.currency, self.units)

    def known_unit(self, unit: str) -> str:
        """The unit as the account writes it, if it is known; else as it is."""
        return self.units.find(unit) or unit
