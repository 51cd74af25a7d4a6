"""The effect of a change on chains of readings: the consumption that changes with it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from tally.domain.keys import Key
from tally.domain.meters import (
    Consumption,
    Reading,
    consumption_between,
    is_rolled_over,
    refuse_unturned,
)


class Chain(NamedTuple):
    """The readings of one meter, by its type, unit and number."""

    type: str
    unit: str
    meter: int

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)


@dataclass(frozen=True)
class ChainLink:
    """A reading that a change made or moved, or one that now follows another, with its neighbour.

    `changed`: the change itself wrote it. `freed`: a reading before it that had a roll-over is
    gone. `last_figure`: the figure of the latest reading of its chain.
    """

    record_id: UUID
    chain: Chain
    reading: Reading
    consumption: Consumption
    earlier: Reading | None
    earlier_id: UUID | None
    last_figure: Decimal
    changed: bool
    freed: bool

    @property
    def falls(self) -> bool:
        """Whether the reading is lower than the one before."""
        return self.earlier is not None and self.reading.figure < self.earlier.figure

    @property
    def is_rolled_over(self) -> bool:
        """Whether the value of the reading tells that its meter rolled over."""
        return is_rolled_over(self.consumption.value, self.reading.figure)


class Relinked(NamedTuple):
    """A reading with its consumption before and after a change."""

    record_id: UUID
    reading: Reading
    before: Consumption
    after: Consumption


def relinked(
    links: Sequence[ChainLink], rolled_over: Collection[UUID] = (), kept: Collection[UUID] = ()
) -> list[Relinked]:
    """The readings whose consumption changes, each with the old and new one. Raises BrokenChain.

    `links` holds every reading of the chains that had a roll-over, so that the largest of each is
    among them. `rolled_over`: the readings at which the person says that the meter rolled over. A
    stored roll-over stays, unless the person says so of the reading before it; the roll-over of a
    deleted reading passes to the next one. `kept`: edited readings with a stored roll-over.
    """
    for chained in links:
        # A row of a file whose neighbour is not taken is a start: nobody said it of that row.
        is_start_of_file = chained.earlier is None and chained.is_rolled_over
        if chained.record_id in rolled_over and not is_start_of_file:
            refuse_unturned(chained.earlier, chained.reading)
    newly = {
        chained.record_id for chained in links if chained.record_id in rolled_over and chained.falls
    }
    turned = newly | {chained.record_id for chained in links if _keeps_roll_over(chained, kept)}
    largest = _largest_figures(links)
    again = []
    for chained in links:
        is_turned = chained.record_id in turned and (
            chained.changed or chained.earlier_id not in newly
        )
        now = consumption_between(
            chained.earlier, chained.reading, largest[chained.chain] if is_turned else None
        )
        if now != chained.consumption:
            again.append(Relinked(chained.record_id, chained.reading, chained.consumption, now))
    return again


def _keeps_roll_over(chained: ChainLink, kept: Collection[UUID]) -> bool:
    """Whether a reading has a stored roll-over, or gets that of a deleted reading before it."""
    is_stored = chained.record_id in kept or chained.is_rolled_over
    return chained.falls and (is_stored or chained.freed)


def _largest_figures(links: Sequence[ChainLink]) -> dict[Chain, Decimal]:
    """The largest figure that each chain has shown."""
    largest: dict[Chain, Decimal] = {}
    for chained in links:
        figures = [chained.last_figure, chained.reading.figure]
        if chained.earlier:
            figures.append(chained.earlier.figure)
        largest[chained.chain] = max(*figures, largest.get(chained.chain, Decimal(0)))
    return largest
