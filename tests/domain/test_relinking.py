"""Chains that a change has touched, beside the slow way of reading a whole chain anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain import meters, relinking
from tally.domain.meters import BrokenChain, Consumption, Reading
from tally.domain.relinking import Chain, ChainLink, Relinked
from tests.domain.readings import CHAINS, at
from tests.slow_meters import reread

CHAIN = Chain("water", "m³", 1)


@given(CHAINS, st.integers(0, 11))
def test_mending_the_neighbours_is_reading_the_chain_anew(chain: list[Reading], place: int) -> None:
    """One reading of a chain is new, and only it and the one behind it are looked at."""
    place = min(place, len(chain) - 1)
    ids = [uuid4() for _ in chain]
    before = chain[:place] + chain[place + 1 :]
    stored = dict(zip(ids[:place] + ids[place + 1 :], reread(before), strict=True))
    again = relinking.relinked(
        [
            beside(chain, ids, number, stored.get(ids[number], meters.START), number == place)
            for number in range(place, min(place + 2, len(chain)))
        ]
    )
    stored |= {ids[place]: meters.START} | {it.record_id: it.after for it in again}
    assert [stored[record_id] for record_id in ids] == reread(chain)


def beside(
    chain: list[Reading], ids: list[UUID], place: int, consumption: Consumption, changed: bool
) -> ChainLink:
    return ChainLink(
        record_id=ids[place],
        chain=CHAIN,
        reading=chain[place],
        consumption=consumption,
        earlier=chain[place - 1] if place else None,
        earlier_id=ids[place - 1] if place else None,
        last_figure=chain[-1].figure,
        changed=changed,
        freed=False,
    )


# Chains with roll-overs ---------------------------------------------------------------------------

TURNING = [at("970", 90), at("995", 60), at("12", 30), at("40")]


def turning(*, changed: int, freed: bool = False) -> list[ChainLink]:
    """All readings of TURNING, stored with one roll-over but for the one that is changed."""
    ids = [UUID(int=place) for place in range(len(TURNING))]
    stored = reread(TURNING, [2])
    stored[changed] = meters.START
    return [
        replace(beside(TURNING, ids, place, stored[place], place == changed), freed=freed)
        for place in range(len(TURNING))
    ]


def after(again: list[Relinked]) -> dict[int, tuple[Consumption, Consumption]]:
    return {one.record_id.int: (one.before, one.after) for one in again}


def test_a_reading_that_falls_is_a_roll_over_only_when_somebody_says_so() -> None:
    links = turning(changed=2)
    with pytest.raises(BrokenChain) as falls:
        relinking.relinked(links)
    assert (falls.value.kind, falls.value.later) == ("falls", TURNING[2])
    wanted = {2: (meters.START, Consumption(Decimal(17), 30))}
    assert after(relinking.relinked(links, rolled_over=[UUID(int=2)])) == wanted
    # An edited one keeps its own, and one behind a reading that went has taken over its roll-over.
    assert after(relinking.relinked(links, kept=[UUID(int=2)])) == wanted
    assert after(relinking.relinked(turning(changed=2, freed=True))) == wanted


def test_a_stored_roll_over_stays() -> None:
    links = turning(changed=3)
    assert after(relinking.relinked(links)) == {3: (meters.START, Consumption(Decimal(28), 30))}


def test_two_roll_overs_of_a_meter_stay_when_a_third_reading_comes() -> None:
    """At 10 000 both times: it showed 1 200 once, before the readings at hand."""
    chain = [at("1200", 120), at("5", 90), at("900", 60), at("3", 30), at("2", 9), at("7")]
    ids = [UUID(int=place) for place in range(len(chain))]
    stored = reread(chain, [1, 3, 4])
    assert [stored[place].value for place in (1, 3, 4)] == [8805, 9103, 9999]
    stored[5] = meters.START
    links = [beside(chain, ids, place, stored[place], place == 5) for place in range(1, len(chain))]
    assert relinking.relinked(links) == [
        Relinked(ids[5], chain[5], meters.START, Consumption(Decimal(5), 9))
    ]


def test_a_reading_that_does_not_fall_did_not_roll_over() -> None:
    for place in (1, 3):
        with pytest.raises(BrokenChain) as unturned:
            relinking.relinked(turning(changed=place), rolled_over=[UUID(int=place)])
        assert (unturned.value.kind, unturned.value.later) == ("unturned", TURNING[place])
    # The first of a chain has nothing ahead of it to be lower than.
    with pytest.raises(BrokenChain) as first:
        relinking.relinked(turning(changed=0), rolled_over=[UUID(int=0)])
    assert (first.value.kind, first.value.later) == ("first", TURNING[0])


def test_a_row_of_a_file_without_a_reading_before_it_starts_its_meter() -> None:
    """Its value says that it rolled over from a row which stays as it is, of another type."""
    [link] = [one for one in turning(changed=0) if one.record_id == UUID(int=0)]
    rolled = replace(link, consumption=Consumption(Decimal(15_000), 30))
    [again] = relinking.relinked([rolled], rolled_over=[rolled.record_id])
    assert again.after == meters.START


def test_a_roll_over_that_is_said_of_the_reading_ahead_goes_from_the_next() -> None:
    """960, then 5 was past the last digit; now 8 between them is said to be it."""
    chain = [at("960", 60), at("8", 30), at("5")]
    ids = [UUID(int=place) for place in range(3)]
    stored = [meters.START, meters.START, Consumption(Decimal(45), 60)]
    links = [beside(chain, ids, place, stored[place], place == 1) for place in range(3)]
    with pytest.raises(BrokenChain) as falls:
        relinking.relinked(links, rolled_over=[ids[1]])
    assert falls.value.later == chain[2]
    higher = [at("960", 60), at("3", 30), at("5")]
    links = [beside(higher, ids, place, stored[place], place == 1) for place in range(3)]
    assert after(relinking.relinked(links, rolled_over=[ids[1]])) == {
        1: (meters.START, Consumption(Decimal(43), 30)),
        2: (Consumption(Decimal(45), 60), Consumption(Decimal(2), 30)),
    }


def test_chains_turn_by_their_own_largest_reading() -> None:
    one = ChainLink(
        UUID(int=1), CHAIN, at("3"), meters.START, at("98", 30), None, Decimal(3), True, False
    )
    other = replace(
        one, record_id=UUID(int=2), chain=Chain("water", "m³", 2), last_figure=Decimal(150)
    )
    again = relinking.relinked([one, other], rolled_over=[one.record_id, other.record_id])
    assert {relinked.record_id.int: relinked.after.value for relinked in again} == {1: 5, 2: 905}
