"""The columns of what meters show, and of the figures before and after an amount. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.tables.headings import SAYS
from tally.transfer.tables.other_units import is_of_bills
from tally.transfer.tables.profiles import MAX_COMPARED, SURELY, Profile, TableDraft
from tally.transfer.tables.relations import is_counter, is_difference, runs_one_way

# Units of what meters count.
_METERED = frozenset(("kWh", "Wh", "MWh", "m³", "l", "ft³", "gal", "therm", "MJ", "GJ"))
# Where a heading names a meter, fewer rows tell that its figures are readings.
_METERS = words("meter zahler compteur contador contatore teller matare licznik счетчик")
_ROWS_OF_METER = 3


@dataclass
class Meters:
    """The columns of a table, of which some may be what meters show."""

    draft: TableDraft

    def is_reading(self, profile: Profile, chosen: list[Profile]) -> bool:
        """Whether an amount is what a meter shows, by its heading, its figures or the others."""
        says = profile.weight("reading") >= SAYS and profile.weight("reading") > profile.weight(
            "value"
        )
        if says or self._counts(profile, self._unit_beside(profile)):
            return True
        # One of several that rise together says it for all.
        if profile.weight("value") >= (SURELY if self._has_counters else SAYS):
            return False
        is_told = (self._has_counters and self._is_metered(profile)) or any(
            other.weight("reading") >= SAYS for other in chosen
        )
        return len(chosen) > 1 and is_told and runs_one_way(profile.filled)

    def without_figures(self, chosen: list[Profile]) -> list[Profile]:
        """The amounts but for the figures of the meter that one of them is the difference of."""
        ends = [
            profile
            for profile in chosen
            if max(profile.weight("start"), profile.weight("end"), profile.weight("reading"))
            >= SAYS
            and runs_one_way(profile.filled)
        ]
        if len(ends) > MAX_COMPARED:
            return chosen
        for used in chosen:
            for before, after in itertools.permutations(ends, 2):
                if used not in (before, after) and is_difference(
                    used.cells, before.cells, after.cells
                ):
                    return [other for other in chosen if other not in (before, after)]
        return chosen

    @cached_property
    def _has_counters(self) -> bool:
        return any(map(self._counts, self.draft.profiles))

    def _counts(self, profile: Profile, unit_beside: str = "") -> bool:
        """Whether the figures are those of a meter, though the heading does not say so."""
        is_sure = profile.weight("value") >= SURELY
        if is_sure or not self._is_metered(profile, unit_beside):
            return False
        return profile.is_counter or (
            self._names_meter(profile) and is_counter(profile.filled, _ROWS_OF_METER)
        )

    def _names_meter(self, profile: Profile) -> bool:
        return any(plain_letters(word) in _METERS for word in profile.heading.name.split())

    def _unit_beside(self, profile: Profile) -> str:
        """The unit of an amount whose heading has none: of its cells, its row, or the chosen one.

        Only for amounts: the unit of a file is not that of its times and numbers.
        """
        columns = (other for other in self.draft.profiles if other.role == "unit")
        units = {cell.strip() for column in columns for cell in column.filled}
        return profile.mark or (units.pop() if len(units) == 1 else self.draft.account.unit)

    def _is_metered(self, profile: Profile, unit_beside: str = "") -> bool:
        """Whether the amount is in a unit that meters count."""
        written = self.draft.unit_of(profile) or unit_beside
        return is_of_bills(written) or self.draft.account.units.find(written or "?") in _METERED
