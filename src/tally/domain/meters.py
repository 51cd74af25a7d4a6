"""Readings of meters → consumption: chains, starts, roll-overs, further meters. Pure.

A chain is the readings of one (type, unit, meter) that are not deleted, ordered by day, then
creation, then id. Its first reading starts the meter and is no consumption. Each further one stands
for the consumption since the reading before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from tally.domain.fields import MAX_DAYS, MAX_METER
from tally.domain.keys import Key

FIRST_METER = 1


class Reading(NamedTuple):
    """A reading: the figure that a meter shows at the end of a day."""

    day: date
    figure: Decimal


class Consumption(NamedTuple):
    """The consumption that a reading stands for: `value` used in `days`. A start is 0 in 0 days."""

    value: Decimal
    days: int


START = Consumption(Decimal(0), 0)


class BrokenChain(ValueError):
    """Two readings that cannot follow each other: `earlier`, then `later`.

    `falls`: the later one is lower, and the person has not said that the meter rolled over. `long`:
    it is over 3 660 days later. `amid`: the earlier one is to start a further meter, but the later
    one belongs to the meter before. `unturned`: the person says that the meter rolled over, but the
    later one is not lower. `first`: the person says so of a reading (it is given as both) that has
    none before it. `left`: the readings before it (it is given as both) would go to another type or
    meter.
    """

    def __init__(
        self,
        earlier: Reading,
        later: Reading,
        kind: Literal["falls", "long", "amid", "unturned", "first", "left"],
    ) -> None:
        super().__init__(f"{later.figure} on {later.day} after {earlier.figure} on {earlier.day}")
        self.earlier = earlier
        self.later = later
        self.kind = kind


class TooManyMeters(Exception):
    """Raised beyond 999 meters of one type and unit."""


def consumption_between(
    earlier: Reading | None, later: Reading, largest: Decimal | None = None
) -> Consumption:
    """The consumption from `earlier` to `later`, the next reading; a start without an earlier one.

    `largest`: the largest reading of the chain; given where a lower reading means that the meter
    rolled over. Raises BrokenChain.
    """
    if earlier is None:
        return START
    used = later.figure - earlier.figure
    if used < 0:
        if largest is None:
            raise BrokenChain(earlier, later, "falls")
        used += rollover_figure(max(largest, earlier.figure))
    days = (later.day - earlier.day).days
    if days > MAX_DAYS:
        raise BrokenChain(earlier, later, "long")
    return Consumption(used, max(days, 1))


def refuse_unturned(earlier: Reading | None, later: Reading) -> None:
    """Raises BrokenChain where a meter cannot have rolled over from `earlier` to `later`."""
    if earlier is None:
        raise BrokenChain(later, later, "first")
    if later.figure >= earlier.figure:
        raise BrokenChain(earlier, later, "unturned")


def rollover_figure(largest: Decimal) -> Decimal:
    """The figure at which a meter starts at 0 again, by the largest it showed: 1 000 for 999.5."""
    return Decimal(10) ** len(str(int(largest)))


def is_rolled_over(value: Decimal, figure: Decimal) -> bool:
    """Whether a reading with this value is past the last digit of its meter.

    10ⁿ − before + reading is more than the reading; reading − before never is.
    """
    return value > figure


class MeterStart(NamedTuple):
    """A meter of a type and unit, and the day of its first reading."""

    meter: int
    day: date


class MeterInUse(NamedTuple):
    """The meter of a type and unit that began last: its latest reading, and the largest ever.

    `consumption` is that of the latest reading; `usual_days` the median of the days between its
    latest readings, None with too few of them.
    """

    type: str
    unit: str
    meter: int
    latest: Reading
    largest: Decimal
    consumption: Consumption
    usual_days: int | None = None

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)


def overdue(meter: MeterInUse, today: date) -> int | None:
    """The usual days between two readings of an overdue meter; None for any other.

    A meter is overdue after 1.5 times that: if it is usually read every 28 days, after 42.
    """
    usual = meter.usual_days
    if usual is None or 2 * (today - meter.latest.day).days < 3 * usual:
        return None
    return usual


def meter_on(starts: Iterable[MeterStart], day: date) -> int:
    """The meter in use on a day: the one that began last on or before it.

    Before all of them it is the one that began first; the reading makes it begin earlier.
    """
    starts = list(starts)
    begun = [start for start in starts if start.day <= day]
    if begun:
        return max(begun, key=lambda start: (start.day, start.meter)).meter
    if starts:
        return min(starts, key=lambda start: (start.day, start.meter)).meter
    return FIRST_METER


def next_meter(taken: Iterable[int]) -> int:
    """The number of a further meter. Raises TooManyMeters."""
    number = max(taken, default=FIRST_METER - 1) + 1
    if number > MAX_METER:
        raise TooManyMeters
    return number


@dataclass(frozen=True)
class Neighbours:
    """The readings on both sides of the end of a day, of the meter that is in use then.

    `meter` is None where the type and unit has none; `largest`, its largest reading, where the
    reading in question is lower than the one before.
    """

    meter: int | None = None
    before: Reading | None = None
    after: Reading | None = None
    largest: Decimal | None = None


NO_NEIGHBOURS = Neighbours()


def consumption(
    reading: Reading, neighbours: Neighbours, *, new: bool = False, rolled_over: bool = False
) -> Consumption:
    """The consumption of a reading among its neighbours. Raises BrokenChain, also for the next one.

    `new`: it starts a further meter. `rolled_over`: lower means past the last digit.
    """
    before, after = neighbours.before, neighbours.after
    if new:
        if after:
            raise BrokenChain(reading, after, "amid")
        return START
    if rolled_over:
        refuse_unturned(before, reading)
    own = consumption_between(
        before, reading, (neighbours.largest or reading.figure) if rolled_over else None
    )
    # Where the meter rolled over between the two, it still does, on one side of the reading.
    turns_later = before and after and after.figure < before.figure <= reading.figure
    if after and not turns_later:
        consumption_between(reading, after)
    return own
