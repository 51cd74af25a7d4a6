"""Chains of readings, each rule beside the slow way of reading a whole chain anew."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain import meters
from tally.domain.fields import MAX_METER
from tally.domain.meters import (
    BrokenChain,
    Consumption,
    MeterInUse,
    MeterStart,
    Neighbours,
    Reading,
    TooManyMeters,
)
from tests.domain.readings import CHAINS, DAY, FIGURES, at
from tests.slow_meters import reread


@given(CHAINS)
def test_the_links_of_a_chain_add_up_to_what_the_meter_moved(chain: list[Reading]) -> None:
    links = reread(chain)
    assert links[0] == meters.START
    assert sum(link.value for link in links) == chain[-1].figure - chain[0].figure
    assert all(link.days >= 1 for link in links[1:])
    assert all(not meters.is_rolled_over(*pair) for pair in values_and_figures(chain, links))


def values_and_figures(
    chain: list[Reading], links: list[Consumption]
) -> list[tuple[Decimal, Decimal]]:
    return [(link.value, it.figure) for link, it in zip(links, chain, strict=True)]


@given(CHAINS, FIGURES, st.integers(1, 900))
def test_a_turn_is_told_by_the_figures_alone(
    chain: list[Reading], figure: Decimal, gap: int
) -> None:
    later = Reading(chain[-1].day + timedelta(days=gap), figure)
    whole = [*chain, later]
    links = reread(whole, [len(chain)])
    turned = meters.is_rolled_over(links[-1].value, figure)
    assert turned == (figure < chain[-1].figure)
    if turned:
        # Once around: as much as is missing up to the turn, and on from 0.
        missing = meters.rollover_figure(chain[-1].figure) - chain[-1].figure
        assert links[-1].value == missing + figure


def test_a_reading_that_is_not_saved_yet() -> None:
    around = Neighbours(1, at("100", 30), at("120", -10))
    assert meters.consumption(at("110"), around) == Consumption(Decimal(10), 30)
    for figure in ("99", "121"):
        with pytest.raises(BrokenChain):
            meters.consumption(at(figure), around)
    assert meters.consumption(at("5"), Neighbours()) == meters.START
    rolled = Neighbours(1, at("990", 30), None, Decimal(990))
    assert meters.consumption(at("5"), rolled, rolled_over=True) == Consumption(Decimal(15), 30)
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


def test_between_two_readings_of_one_figure_there_is_no_other() -> None:
    still = Neighbours(1, at("100", 30), at("100", -10))
    assert meters.consumption(at("100"), still) == Consumption(Decimal(0), 30)
    with pytest.raises(BrokenChain):
        meters.consumption(at("105"), still)
    turned = Neighbours(1, at("100", 30), at("12", -10))
    assert meters.consumption(at("100"), turned).value == 0


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
    ("ago", "usual", "overdue"),
    [(42, 28, True), (41, 28, False), (15, 10, True), (14, 10, False), (99, None, False)],
)
def test_a_meter_is_overdue_by_half(ago: int, usual: int | None, overdue: bool) -> None:
    meter = MeterInUse("water", "m³", 1, at("5"), Decimal(5), Consumption(Decimal(1), 28), usual)
    assert bool(meters.overdue(meter, DAY + timedelta(days=ago))) is overdue


def test_an_overdue_meter_tells_its_usual_days() -> None:
    meter = MeterInUse(
        "water", "m³", 1, at("5"), Decimal("1234.5"), Consumption(Decimal(1), 28), 28
    )
    assert meters.overdue(meter, DAY + timedelta(days=42)) == 28


@pytest.mark.parametrize(
    ("largest", "turn"), [("0", 10), ("9.9", 10), ("10", 100), ("999.5", 1000), ("48213", 100_000)]
)
def test_a_meter_turns_at_the_next_power_of_ten(largest: str, turn: int) -> None:
    assert meters.rollover_figure(Decimal(largest)) == turn


def test_a_link_is_ten_years_long_at_most_and_a_day_at_the_least() -> None:
    assert meters.consumption_between(at("1", 3660), at("2")) == Consumption(Decimal(1), 3660)
    with pytest.raises(BrokenChain) as broken:
        meters.consumption_between(at("1", 3661), at("2"))
    assert broken.value.kind == "long"
    assert meters.consumption_between(at("1"), at("2")) == Consumption(Decimal(1), 1)
    assert meters.consumption_between(at("1", 1), at("1")) == Consumption(Decimal(0), 1)
    assert meters.consumption_between(None, at("7")) == meters.START == Consumption(Decimal(0), 0)


def test_the_turn_is_that_of_the_largest_reading_of_the_chain() -> None:
    assert meters.consumption_between(at("98", 30), at("3"), Decimal(150)).value == 905
    assert meters.consumption_between(at("98", 30), at("3"), Decimal(98)).value == 5
    assert meters.consumption_between(at("98", 30), at("3"), Decimal(3)).value == 5
    assert reread([]) == []
    with pytest.raises(BrokenChain):
        reread([at("98", 30), at("3")])


def test_the_latest_day_counts_and_not_the_highest_number() -> None:
    starts = [MeterStart(3, DAY), MeterStart(2, DAY + timedelta(days=9))]
    assert meters.meter_on(starts, DAY + timedelta(days=9)) == 2
    assert meters.meter_on(starts, DAY - timedelta(days=1)) == 3


def test_of_meters_that_began_on_one_day_the_later_number_counts() -> None:
    starts = [MeterStart(3, DAY), MeterStart(2, DAY)]
    assert meters.meter_on(iter(starts), DAY) == 3
    assert meters.meter_on(iter(starts), DAY - timedelta(days=1)) == 2
    assert meters.next_meter([MAX_METER - 1]) == MAX_METER


def test_a_new_meter_starts_where_nothing_follows() -> None:
    assert meters.consumption(at("0"), Neighbours(1, at("990", 30)), new=True) == meters.START
    with pytest.raises(BrokenChain) as turned:
        meters.consumption(at("100"), Neighbours(1, at("100", 30)), rolled_over=True)
    assert turned.value.kind == "unturned"
    for after in (None, at("990", -3)):
        with pytest.raises(BrokenChain) as first:
            meters.consumption(at("5"), Neighbours(1, None, after), rolled_over=True)
        assert (first.value.kind, first.value.later) == ("first", at("5"))
    # Without the largest one, the reading before says where the meter turns.
    assert meters.consumption(at("5"), Neighbours(1, at("95", 9)), rolled_over=True).value == 10
    with pytest.raises(BrokenChain) as falls:
        meters.consumption(at("5"), Neighbours(None, None, at("4", -3)))
    assert (falls.value.kind, falls.value.earlier) == ("falls", at("5"))
