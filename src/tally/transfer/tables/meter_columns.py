"""The columns of meters' readings, and of the figures before and after an amount. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from tally.domain.units import TABLE
from tally.transfer.cells.date_parts import written_day
from tally.transfer.cells.names import plain_letters, words
from tally.transfer.cells.values import is_nothing
from tally.transfer.tables.heading_roles import ANY_NUMBER, FLOWS, SAYS, USED, parts_of_name
from tally.transfer.tables.meter_numbers import DATES, METERED, METERS, POWER
from tally.transfer.tables.other_units import is_of_bills
from tally.transfer.tables.profiles import MAX_COMPARED, SURELY, Profile, TableDraft
from tally.transfer.tables.relations import (
    FEW_ROWS,
    ROWS_OF_COUNTER,
    are_before,
    are_steps,
    is_counter,
    is_difference,
    keeps_moving,
    leaps,
    may_be_counter,
    numbers_of,
    runs_one_way,
    starts_anew,
)
from tally.transfer.tables.table_rows import cell_at

# If a heading names a meter, fewer rows show that its figures are readings.
_ROWS_OF_METER = 3
# Words for a number, or for the direction of a flow, that do not say that it was used.
_NO_USE = ANY_NUMBER | FLOWS - USED
# Words for all that was counted so far, and others for that or for the sum of one row's parts.
_LIFETIME = words(
    """
    lifetime cumulated accumulated accumulative kumuliert kumulierte kumulierter cumule cumulee
    cumulato cumulata accumulato accumulata acumulado acumulada cumulatief skumulowana ackumulerad
    """
)
_TOTAL = re.compile(r"(?:gesamt|total|totaal|totale|suma|всего).*|.*(?:total|totaal|gesamt)")
# From this many figures on that all rise, below such a heading, they may be those of a meter.
_ROWS_OF_TOTAL = 5
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


class _Part(NamedTuple):
    """The figures of one type in one unit, which are those of one meter.

    `unit`: in their rows; `is_yearly`: each is of a year of its own; `days`: that of each; `name`:
    the type in their rows.
    """

    profile: Profile
    unit: str
    is_yearly: bool = False
    days: Sequence[str] = ()
    name: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there are enough figures to see if they run one way."""
        return len(self.profile.filled) > 1

    @property
    def runs_one_way(self) -> bool:
        """Whether they never fall, or never rise."""
        return runs_one_way(self.profile.filled)


@dataclass
class Meters:
    """The columns of a table, some of which may hold readings of meters."""

    draft: TableDraft

    def is_reading(self, profile: Profile, chosen: list[Profile]) -> bool:
        """Whether an amount is a meter's reading, by its heading, its figures or the others."""
        if _says_reading(profile) or self._counts(profile) or self._is_lifetime(profile):
            return True
        return (
            not self._says_amount(profile)
            and self._runs_beside_readings(profile, chosen)
            and not self._may_follow(profile, chosen)
        )

    def _says_amount(self, profile: Profile) -> bool:
        return profile.weight("value") >= (SURELY if self._has_counters else SAYS)

    def _runs_beside_readings(self, profile: Profile, chosen: list[Profile]) -> bool:
        """Whether figures run one way beside readings: of several one heading counts for all."""
        is_power = self.draft.account.units.find(self.draft.unit_of(profile) or "?") in POWER
        is_told = (self._has_counters and self._is_metered(profile)) or any(
            other.weight("reading") >= SAYS for other in chosen
        )
        return len(chosen) > 1 and is_told and not is_power and self.run_one_way(profile)

    def _may_follow(self, profile: Profile, chosen: list[Profile]) -> bool:
        """Whether figures beside readings may be amounts that follow from these.

        One step is most of all (0 and 190 may be a new meter's, too), or they have another unit of
        the same kind: litres beside m³.
        """
        if any(leaps(part.profile.filled) for part in self._parts(profile)):
            return True
        own, *units = (
            TABLE.get(self.draft.account.units.find(self.draft.unit_of(one) or "?") or "")
            for one in (profile, *filter(_says_reading, chosen))
        )
        return own is not None and any(
            unit and unit.dimension == own.dimension and unit.symbol != own.symbol for unit in units
        )

    def is_mixed(self, profile: Profile) -> bool:
        """Whether the figures of some types are those of meters, and of others cannot be."""
        return (
            not _says_reading(profile)
            and self._counts(profile)
            and not all(
                self._is_metered(part.profile, part.unit)
                and (part.runs_one_way or not part.is_told)
                for part in self._parts(profile)
            )
        )

    def may_count(self, profile: Profile, chosen: list[Profile]) -> bool:
        """Whether a few figures in a unit of meters may be readings, or amounts used.

        Beside readings figures that run one way may be more of them, also with a leap, or below the
        name of a direction.
        Yearly amounts may rise like a meter that is read once a year. Many years decide: no meter
        that moves by a hundredth a year has got that far. Many figures that start anew each day may
        be readings of one, too, as may many that move as a meter does below `Value` or `Import`,
        and some that run one way below a total.
        """
        may_be_told = not self._says_amount(profile) or _names_no_use(profile)
        if may_be_told and self._runs_beside_readings(profile, chosen):
            return True
        parts = self._parts(profile)
        if any(
            self._is_metered(part.profile, part.unit)
            and (starts_anew(part.profile.cells, part.days) or self._may_be_total(part))
            for part in parts
        ):
            return True
        if profile.weight("value") >= SURELY:
            return _names_no_use(profile) and any(
                self._moves_as_meter(part) or self._may_move_as_meter(part) for part in parts
            )
        return profile.place in self._together or any(
            self._is_metered(part.profile, part.unit)
            and (is_counter if part.is_yearly else may_be_counter)(part.profile.filled)
            for part in parts
        )

    def _is_lifetime(self, profile: Profile) -> bool:
        """Whether the heading says that figures, which never fall, are of all that was counted."""
        is_named = not _LIFETIME.isdisjoint(parts_of_name(profile.heading.name))
        return is_named and self.run_one_way(profile)

    def _may_be_total(self, part: _Part) -> bool:
        """Whether the heading names a total, and the figures of one type run one way.

        It may be that of all that was counted so far, or the sum of each row.
        """
        return (
            not part.is_yearly
            and any(map(_TOTAL.fullmatch, parts_of_name(part.profile.heading.name)))
            and keeps_moving(part.profile.filled, _ROWS_OF_TOTAL)
        )

    def only_moves_on(self, profile: Profile) -> bool:
        """Whether figures without a unit, of a type at least, run as those of a meter do."""
        return any(
            not (part.unit or part.is_yearly or self.draft.unit_of(profile))
            and (part.profile.is_counter or self._may_be_total(part) or self._is_of_meter(part))
            for part in self._parts(profile)
        )

    def _is_of_meter(self, part: _Part) -> bool:
        """Whether the type of a few figures names a meter, and they run as those of one do."""
        names_meter = not METERS.isdisjoint(parts_of_name(part.name))
        return names_meter and is_counter(part.profile.filled, _ROWS_OF_METER)

    @cached_property
    def _together(self) -> frozenset[int]:
        """The places of figures that run one way together, as many as a single meter needs."""
        parts = [
            part
            for profile in self.draft.profiles
            if profile.role is None and profile.weight("value") < SURELY
            for part in self._parts(profile)
            if not part.is_yearly
            and self._is_metered(part.profile, part.unit)
            and is_counter(part.profile.filled, FEW_ROWS)
        ]
        figures = sum(len(part.profile.filled) for part in parts)
        is_told = len(parts) > 1 and figures >= ROWS_OF_COUNTER
        return frozenset(part.profile.place for part in parts) if is_told else frozenset()

    def run_one_way(self, profile: Profile) -> bool:
        """Whether the figures of each type never fall, or never rise."""
        parts = [part for part in self._parts(profile) if part.is_told]
        return bool(parts) and all(part.runs_one_way for part in parts)

    def stand_still(self, profile: Profile) -> bool:
        """Whether the figures of each type are the same in all its rows, and not zero.

        Beside readings that move they are the number of a flat or of a customer.
        """
        figures = [set(numbers_of(part.profile.filled)) for part in self._parts(profile)]
        return all(len(own) < 2 and (Decimal(0),) not in own for own in figures)

    def without_figures(self, chosen: list[Profile]) -> list[Profile]:
        """The amounts without the figures of a meter of which another amount is the difference."""
        told = [profile for profile in chosen if _may_be_end(profile) and self.run_one_way(profile)]
        if len(told) > MAX_COMPARED:
            return chosen
        counters = [one for one in chosen if one not in told and one.is_counter]
        ends = told + [one for one in counters if self.run_one_way(one)]
        ends = told if len(ends) > MAX_COMPARED else ends
        chosen = [profile for profile in chosen if not self._is_moved(profile, chosen)]
        for used in chosen:
            for before, after in itertools.permutations(ends, 2):
                # Of figures without a name the numbers alone tell: any small amount is near theirs,
                # and a register is the difference of the sum and the other one.
                is_exact = not (_may_be_end(before) and _may_be_end(after))
                if is_exact and used.is_counter:
                    continue
                if used not in (before, after) and is_difference(
                    used.cells, before.cells, after.cells, is_exact=is_exact
                ):
                    return [other for other in chosen if other not in (before, after)]
        return [profile for profile in chosen if not self._is_before(profile, told)]

    def _is_before(self, figures: Profile, ends: list[Profile]) -> bool:
        """Whether another column shows the same meter at the end of each row: the one to keep."""
        rows = self.draft.rows_by("type", "meter", "unit")
        return figures in ends and any(
            after is not figures
            and self.draft.unit_of(after) == self.draft.unit_of(figures)
            and are_before(
                [
                    ([figures.cells[row] for row in own], [after.cells[row] for row in own])
                    for own in rows
                ]
            )
            for after in ends
        )

    def _is_moved(self, figures: Profile, chosen: list[Profile]) -> bool:
        """Whether one of the other amounts is the difference of this meter's figures."""
        least = 1 if _says_reading(figures) else _ROWS_OF_METER
        rows = self.draft.rows_by("type", "meter", "unit")
        return self.run_one_way(figures) and any(
            used is not figures
            and not _says_reading(used)
            and self.draft.unit_of(used) == self.draft.unit_of(figures)
            and are_steps(
                [
                    ([used.cells[row] for row in own], [figures.cells[row] for row in own])
                    for own in rows
                ],
                least,
            )
            for used in chosen
        )

    @cached_property
    def _has_counters(self) -> bool:
        """Whether a column counts by its heading: the unit of a row is not that of its times."""
        return any(
            self._is_counter(part._replace(unit=""))
            for profile in self.draft.profiles
            for part in self._parts(profile)
        )

    def _counts(self, profile: Profile) -> bool:
        """Whether figures of an amount are those of a meter, though the heading does not say so."""
        return any(map(self._is_counter, self._parts(profile)))

    def _is_counter(self, part: _Part) -> bool:
        profile = part.profile
        is_sure = profile.weight("value") >= SURELY
        if is_sure or not self._is_metered(profile, part.unit):
            return False
        return self._moves_as_meter(part) or (
            self._names_meter(profile) and is_counter(profile.filled, _ROWS_OF_METER)
        )

    def _moves_as_meter(self, part: _Part) -> bool:
        """Whether many figures in a unit of meters run as those of a meter do."""
        is_metered = self._is_metered(part.profile, part.unit)
        return is_metered and part.profile.is_counter and not part.is_yearly

    def _may_move_as_meter(self, part: _Part) -> bool:
        """Whether a few figures in a unit of meters may run as those of a meter do."""
        is_metered = self._is_metered(part.profile, part.unit)
        return is_metered and not part.is_yearly and may_be_counter(part.profile.filled)

    def _names_meter(self, profile: Profile) -> bool:
        return any(plain_letters(word) in METERS for word in profile.heading.name.split())

    def _parts(self, profile: Profile) -> Sequence[_Part]:
        """The figures of a column by the types, meters and units of their rows.

        Without a unit in the cells or in the rows it is the chosen one.
        """
        units = next((one.cells for one in self.draft.profiles if one.role == "unit"), [])
        types = next((one.cells for one in self.draft.profiles if one.role == "type"), [])
        parts = []
        for rows in self.draft.rows_by("type", "meter", "unit"):
            own = [row for row in rows if not is_nothing(profile.cells[row])]
            if own:
                part = replace(profile, cells=[profile.cells[row] for row in own])
                written = part.mark or cell_at(units, own[0]) or self.draft.account.unit
                days = [self._days[row] for row in own]
                name = cell_at(types, own[0])
                parts.append(_Part(part, written, self._are_yearly(own), days, name))
        return parts

    def _are_yearly(self, rows: Sequence[int]) -> bool:
        """Whether each of these rows is of another year."""
        years = [self._years[row] for row in rows]
        return all(years) and len(set(years)) == len(years) > 1

    @cached_property
    def _years(self) -> Sequence[str]:
        """The year in the date of each row; "" if there is none."""
        return ["".join(_YEAR.findall(cell)[:1]) for cell in self._dates]

    @cached_property
    def _days(self) -> Sequence[str]:
        """The day of each row, as it is written; the whole cell where it is no date."""
        return [written_day(cell.strip()) or cell.strip() for cell in self._dates]

    @cached_property
    def _dates(self) -> Sequence[str]:
        """The date of each row, as it is written."""
        dates = next((one for one in self.draft.profiles if one.role in DATES), None)
        return dates.cells if dates else [""] * len(self.draft.profiles[0].cells)

    def _is_metered(self, profile: Profile, unit_beside: str = "") -> bool:
        """Whether the amount is in a unit that meters count."""
        written = self.draft.unit_of(profile) or unit_beside
        return is_of_bills(written) or self.draft.account.units.find(written or "?") in METERED


def _may_be_end(profile: Profile) -> bool:
    """Whether the heading names a reading, or the figure before or after an amount."""
    return max(profile.weight("start"), profile.weight("end"), profile.weight("reading")) >= SAYS


def _names_no_use(profile: Profile) -> bool:
    """Whether the heading is a word for any number, or for a direction: `Value`, `Import`."""
    return _NO_USE.issuperset(parts_of_name(profile.heading.name))


def _says_reading(profile: Profile) -> bool:
    """Whether the heading names readings."""
    says = profile.weight("reading")
    return says >= SAYS and says > profile.weight("value")
