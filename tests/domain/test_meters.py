"""Chains of readings, each rule beside the slow way of reading a whole chain anew."""

from __future__ import annotations

from dataclasses import replace
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
    Chain,
    ChainLink,
    Link,
    MeterInUse,
    MeterStart,
    Neighbours,
    Reading,
    TooManyMeters,
)
from tests.slow_meters import reread

DAY = date(2026, 10, 28)
SAY = Words("auto", date(2026, 11, 27))
CHAIN = Chain("water", "m³", 1)

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
    links = reread(chain)
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
    links = reread(whole, [len(chain)])
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
    stored = dict(zip(ids[:place] + ids[place + 1 :], reread(before), strict=True))
    again = meters.relinked(
        [
            beside(chain, ids, number, stored.get(ids[number], meters.START), number == place)
            for number in range(place, min(place + 2, len(chain)))
        ]
    )
    stored |= {ids[place]: meters.START} | {it.record_id: it.after for it in again}
    assert [stored[record_id] for record_id in ids] == reread(chain)


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


def test_between_two_readings_of_one_figure_there_is_no_other() -> None:
    still = Neighbours(1, at("100", 30), at("100", -10))
    assert meters.consumption(at("100"), still) == Link(Decimal(0), 30)
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
    meter = MeterInUse("water", "m³", 1, at("5"), Decimal(5), Link(Decimal(1), 28), usual)
    assert bool(meters.overdue(meter, DAY + timedelta(days=ago))) is overdue


def test_an_overdue_meter_tells_its_usual_days() -> None:
    meter = MeterInUse("water", "m³", 1, at("5"), Decimal("1234.5"), Link(Decimal(1), 28), 28)
    assert meters.overdue(meter, DAY + timedelta(days=42)) == 28


@pytest.mark.parametrize(
    ("largest", "turn"), [("0", 10), ("9.9", 10), ("10", 100), ("999.5", 1000), ("48213", 100_000)]
)
def test_a_meter_turns_at_the_next_power_of_ten(largest: str, turn: int) -> None:
    assert meters.turn(Decimal(largest)) == turn


def test_a_link_is_ten_years_long_at_most_and_a_day_at_the_least() -> None:
    assert meters.link(at("1", 3660), at("2")) == Link(Decimal(1), 3660)
    with pytest.raises(BrokenChain) as broken:
        meters.link(at("1", 3661), at("2"))
    assert broken.value.kind == "long"
    assert meters.link(at("1"), at("2")) == Link(Decimal(1), 1)
    assert meters.link(at("1", 1), at("1")) == Link(Decimal(0), 1)
    assert meters.link(None, at("7")) == meters.START == Link(Decimal(0), 0)


def test_the_turn_is_that_of_the_largest_reading_of_the_chain() -> None:
    assert meters.link(at("98", 30), at("3"), Decimal(150)).value == 905
    assert meters.link(at("98", 30), at("3"), Decimal(98)).value == 5
    assert meters.link(at("98", 30), at("3"), Decimal(3)).value == 5
    assert reread([]) == []
    with pytest.raises(BrokenChain):
        reread([at("98", 30), at("3")])


def test_each_break_has_its_sentence() -> None:
    earlier, later = at("48213", 30), at("48400.5")
    sentences = {
        "long": "Over 3660 days lie between 48\u202f213 on 28 September and 48\u202f400.5 on"
        " 28 October: begin a new meter.",
        "amid": "The meter before is read after that, 48\u202f400.5 on 28 October:"
        " a new one begins later.",
        "left": "48\u202f400.5 on 28 October was noted since, and would be left as the start of a"
        " meter: delete it first.",
        "unturned": "Not lower than 48\u202f213 on 28 September: the meter did not roll over.",
    }
    for kind, sentence in sentences.items():
        error = BrokenChain(earlier, later, kind)  # type: ignore[arg-type]
        assert meters.why(error, SAY) == sentence
        assert str(error) == "48400.5 on 2026-10-28 after 48213 on 2026-09-28"
    assert meters.why(BrokenChain(earlier, later, "amid"), SAY, later) == (
        "A new meter begins with 48\u202f213 on 28 September, before 48\u202f400.5 on 28 October"
        " of the meter before it."
    )
    assert meters.why(TooManyMeters(), SAY) == "A type and unit can have 999 meters."


def test_a_consumption_in_words() -> None:
    assert meters.comes_to(Link(Decimal("212.5"), 30), "kWh", SAY) == "212.5 kWh in 30 days"
    assert meters.comes_to(Link(Decimal(7), 1), "", SAY) == "7 in 1 day"
    assert meters.comes_to(meters.START, "kWh", SAY) == "start"
    assert meters.named(at("48001"), SAY) == "48\u202f001 on 28 October"


def test_the_days_of_a_record_end_with_its_own() -> None:
    assert [meters.first_day(DAY, days) for days in (0, 1, 2)] == [
        DAY, DAY, DAY - timedelta(days=1),
    ]  # fmt: skip


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
    # Without the largest one, the reading before says where the meter turns.
    assert meters.consumption(at("5"), Neighbours(1, at("95", 9)), rolled_over=True).value == 10
    with pytest.raises(BrokenChain) as falls:
        meters.consumption(at("5"), Neighbours(None, None, at("4", -3)))
    assert (falls.value.kind, falls.value.earlier) == ("falls", at("5"))


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


def after(again: list[meters.Relinked]) -> dict[int, tuple[Link, Link]]:
    return {one.record_id.int: (one.before, one.after) for one in again}


def test_a_reading_that_falls_is_a_roll_over_only_when_somebody_says_so() -> None:
    links = turning(changed=2)
    with pytest.raises(BrokenChain) as falls:
        meters.relinked(links)
    assert (falls.value.kind, falls.value.later) == ("falls", TURNING[2])
    wanted = {2: (meters.START, Link(Decimal(17), 30))}
    assert after(meters.relinked(links, rolled_over=[UUID(int=2)])) == wanted
    # An edited one keeps its own, and one behind a reading that went has taken over its roll-over.
    assert after(meters.relinked(links, kept=[UUID(int=2)])) == wanted
    assert after(meters.relinked(turning(changed=2, freed=True))) == wanted


def test_a_stored_roll_over_stays() -> None:
    links = turning(changed=3)
    assert after(meters.relinked(links)) == {3: (meters.START, Link(Decimal(28), 30))}


def test_two_roll_overs_of_a_meter_stay_when_a_third_reading_comes() -> None:
    """At 10 000 both times: it showed 1 200 once, before the readings at hand."""
    chain = [at("1200", 120), at("5", 90), at("900", 60), at("3", 30), at("2", 9), at("7")]
    ids = [UUID(int=place) for place in range(len(chain))]
    stored = reread(chain, [1, 3, 4])
    assert [stored[place].value for place in (1, 3, 4)] == [8805, 9103, 9999]
    stored[5] = meters.START
    links = [beside(chain, ids, place, stored[place], place == 5) for place in range(1, len(chain))]
    assert meters.relinked(links) == [
        meters.Relinked(ids[5], chain[5], meters.START, Link(Decimal(5), 9))
    ]


def test_a_reading_that_does_not_fall_did_not_roll_over() -> None:
    for place in (1, 3):
        with pytest.raises(BrokenChain) as unturned:
            meters.relinked(turning(changed=place), rolled_over=[UUID(int=place)])
        assert (unturned.value.kind, unturned.value.later) == ("unturned", TURNING[place])
    # The first of a chain has nothing ahead of it to be lower than.
    assert meters.relinked(turning(changed=0), rolled_over=[UUID(int=0)]) == []


def test_a_roll_over_that_is_said_of_the_reading_ahead_goes_from_the_next() -> None:
    """960, then 5 was past the last digit; now 8 between them is said to be it."""
    chain = [at("960", 60), at("8", 30), at("5")]
    ids = [UUID(int=place) for place in range(3)]
    stored = [meters.START, meters.START, Link(Decimal(45), 60)]
    links = [beside(chain, ids, place, stored[place], place == 1) for place in range(3)]
    with pytest.raises(BrokenChain) as falls:
        meters.relinked(links, rolled_over=[ids[1]])
    assert falls.value.later == chain[2]
    higher = [at("960", 60), at("3", 30), at("5")]
    links = [beside(higher, ids, place, stored[place], place == 1) for place in range(3)]
    assert after(meters.relinked(links, rolled_over=[ids[1]])) == {
        1: (meters.START, Link(Decimal(43), 30)),
        2: (Link(Decimal(45), 60), Link(Decimal(2), 30)),
    }


def test_chains_turn_by_their_own_largest_reading() -> None:
    one = ChainLink(
        UUID(int=1), CHAIN, at("3"), meters.START, at("98", 30), None, Decimal(3), True, False
    )
    other = replace(
        one, record_id=UUID(int=2), chain=Chain("water", "m³", 2), last_figure=Decimal(150)
    )
    again = meters.relinked([one, other], rolled_over=[one.record_id, other.record_id])
    assert {relinked.record_id.int: relinked.after.value for relinked in again} == {1: 5, 2: 905}
