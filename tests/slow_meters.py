"""The consumption of a chain of readings, the slow way: the whole chain is read anew."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from tally.domain.meters import START, Consumption, Reading, consumption_between


def reread(chain: Sequence[Reading], rolled_over: Collection[int] = ()) -> list[Consumption]:
    """The consumption of each reading of a whole chain, in its order. Raises BrokenChain.

    `rolled_over`: the places in the chain at which the meter rolled over.
    """
    if not chain:
        return []
    largest = max(reading.figure for reading in chain)
    return [START] + [
        consumption_between(earlier, later, largest if place in rolled_over else None)
        for place, (earlier, later) in enumerate(pairwise(chain), 1)
    ]
