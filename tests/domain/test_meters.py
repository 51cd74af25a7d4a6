"""Chains of readings, each rule beside the slow way of reading a whole chain anew."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain import meters
from tally.domain.fields import MAX_METER
from tally.domain.formatting import Words
from tally.domain.meters import (
    BrokenChain,
    ChainLink,
    Link,
    MeterInUse,
    MeterStart,
    Neighbours,
    Reading,
    TooManyMeters,
)

DAY = date(2026, 10, 28)
SAY = Words("auto", date(2026, 11, 27))
CHAIN = ("water", "m³", 1)

FIGURES = st.decimals(0, 10**6, places=3, allow_nan=False)
CHAINS = st.lists(st.tuples(st.integers(0, 900), FIGURES), min_size=1, max_size=12).map(
    lambda readings: [
        Reading(DAY + timedelta(days=offset), figure)
        for offset, figure in zip(
            sorted(offset for offset, _ in readings),
            sorted(figure for _, figure in readings),
            strict=True,
        )
    ]
)


def at(figure: str, ago: int = 0) -> Reading:
    return Reading(DAY - timedelta(days=ago), Decimal(figure))


@given(CHAINS)
def test_the_links_of_a_chain_add_up_to_what_the_meter_moved(chain: list[Reading]) -> None:
    links = meters.reread(chain)
    assert links[0] == meters.START
    assert sum(link.value for link in links) == chain[-1].figure - chain[0].figure
    assert all(link.days >= 1 for link in links[1:])
    assert all(not meters.is_rolled_over(*pair) for pair in values_and_figures(chain, links))


def values_and_figures(chain: list[Reading], links: list[Link]) -> list[tuple[Decimal, Decimal]]:
    return [(link.value, it.figure) for link, it in zip(links, chain, strict=True)]


@given(CHAINS, FIGURES, st.integers(1, 900))
def test_a_turn_is_told_by_the_figures_alone(
    chain: list[Reading], figure: Decimal, gap: int
) -> None:
    later = Reading(chain[-1].day + timedelta(days=gap), figure)
    whole = [*chain, later]
    links = meters.reread(whole, [len(chain)])
    turned = meters.is_rolled_over(links[-1].value, figure)
    assert turned == (figure < chain[-1].figure)
    if turned:
        # Once around: as much as is missing up to the turn, and on from 0.
        missing = meters.turn(chain[-1].figure) - chain[-1].figure
        assert links[-1].value == missing + figure


@given(CHAINS, st.integers(0, 11))
def test_mending_the_neighbours_is_reading_the_chain_anew(chain: list[Reading], place: int) -> None:
    """One reading of a chain is new, and only it and the one behind it are looked at."""
    place = min(place, len(chain) - 1)
    ids = [uuid4() for _ in chain]
    before = chain[:place] + chain[place + 1 :]
    stored = dict(zip(ids[:place] + ids[place + 1 :], meters.reread(before), strict=True))
    again = meters.relinked(
        [
            beside(chain, ids, number, stored.get(ids[number], meters.START), number == place)
            for number in range(place, min(place + 2, len(chain)))
        ]
    )
    stored |= {ids[place]: meters.START} | {it.record_id: it.after for it in again}
    assert [stored[record_id] for record_id in ids] == meters.reread(chain)


def beside(
    chain: list[Reading], ids: list[UUID], place: int, link: Link, changed: bool
) -> ChainLink:
    return ChainLink(
        record_id=ids[place],
        chain=CHAIN,
        reading=chain[place],
        link=link,
        earlier=chain[place - 1] if place else None,
        earlier_id=ids[place - 1] if place else None,
        last_figure=chain[-1].figure,
        changed=changed,
        freed=False,
    )


def test_a_lower_reading_names_both() -> None:
    with pytest.raises(BrokenChain) as broken:
        meters.link(at("48213", 30), at("47900"))
    error = broken.value
    assert meters.why(error, SAY, at("47900")) == "Lower than 48\u202f213 on 28 September."
    assert "47\u202f900 on 28 October would be lower than the reading before it, 48\u202f213" in (
        meters.why(error, SAY)
    )
    assert meters.why(error, SAY, at("48213", 30)) == (
        "Higher than the next reading, 47\u202f900 on 28 October."
    )


def test_a_reading_that_is_not_saved_yet() -> None:
    around = Neighbours(1, at("100", 30), at("120", -10))
    assert meters.consumption(at("110"), around) == Link(Decimal(10), 30)
    for figure in ("99", "121"):
        with pytest.raises(BrokenChain):
            meters.consumption(at(figure), around)
    assert meters.consumption(at("5"), Neighbours()) == meters.START
    rolled = Neighbours(1, at("990", 30), None, Decimal(990))
    assert meters.consumption(at("5"), rolled, rolled_over=True) == Link(Decimal(15), 30)
    with pytest.raises(BrokenChain) as unturned:
        meters.consumption(at("991"), rolled, rolled_over=True)
    assert unturned.value.kind == "unturned"
    with pytest.raises(BrokenChain) as amid:
        meters.consumption(at("0"), around, new=True)
    assert amid.value.kind == "amid"


def test_between_the_two_sides_of_a_turn_a_reading_is_on_either() -> None:
    turned = Neighbours(1, at("950", 30), at("12", -10), Decimal(950))
    assert meters.consumption(at("970"), turned).value == 20
    assert meters.consumption(at("5"), turned, rolled_over=True).value == 55
    with pytest.raises(BrokenChain):
        meters.consumption(at("13"), turned, rolled_over=True)


def test_the_meter_of_a_day_is_the_one_that_began_last() -> None:
    starts = [MeterStart(1, DAY), MeterStart(2, DAY + timedelta(days=9))]
    assert meters.meter_on(starts, DAY + timedelta(days=8)) == 1
    assert meters.meter_on(starts, DAY + timedelta(days=9)) == 2
    assert meters.meter_on(starts, DAY - timedelta(days=1)) == 1
    assert meters.meter_on([], DAY) == 1


def test_meters_are_numbered_on() -> None:
    assert (meters.next_meter([]), meters.next_meter([1, 3])) == (1, 4)
    with pytest.raises(TooManyMeters):
        meters.next_meter([MAX_METER])


@pytest.mark.parametrize(
    ("ago", "usual", "overdue"), [(41, 28, True), (40, 28, False), (99, None, False)]
)
def test_a_meter_is_overdue_by_half(ago: int, usual: int | None, overdue: bool) -> None:
    meter = MeterInUse("water", "m³", 1, at("5"), Decimal(5), Link(Decimal(1), 28), usual)
    assert bool(meters.overdue(meter, DAY + timedelta(days=ago))) is overdue
