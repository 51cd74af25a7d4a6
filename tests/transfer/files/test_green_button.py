"""Green Button feeds: each interval with the unit, factor, direction and currency of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import green_button

# 5 October 2026, 10:00 in UTC.
START = 1_791_194_400
POINT = "/UsagePoint/1"


def feed(*entries: str) -> str:
    body = "".join(entries)
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:e="http://naesb.org/espi">{body}</feed>'
    )


def entry(content: str, own: str = "", up: str = "", related: Sequence[str] = ()) -> str:
    links = "".join(
        f'<link rel="{relation}" href="{address}"/>'
        for relation, address in (
            ("self", own), ("up", up), *(("related", address) for address in related)
        )
        if address
    )  # fmt: skip
    return f"<entry>{links}<content>{content}</content></entry>"


def usage_point(kind: str, own: str = POINT) -> str:
    return entry(
        f"<e:UsagePoint><e:ServiceCategory><e:kind>{kind}</e:kind></e:ServiceCategory></e:UsagePoint>",
        own,
    )


def reading_type(own: str = "", **codes: object) -> str:
    parts = "".join(f"<e:{name}>{code}</e:{name}>" for name, code in codes.items())
    return entry(f"<e:ReadingType>{parts}</e:ReadingType>", own)


def meter(place: int, reading: str) -> str:
    own = f"{POINT}/MeterReading/{place}"
    return entry("<e:MeterReading/>", own, related=(f"{own}/IntervalBlock", reading))


def interval(value: object, start: int = START, seconds: int = 3600, cost: object = "") -> str:
    money = f"<e:cost>{cost}</e:cost>" if cost != "" else ""
    return (
        f"<e:IntervalReading>{money}<e:timePeriod><e:duration>{seconds}</e:duration>"
        f"<e:start>{start}</e:start></e:timePeriod><e:value>{value}</e:value></e:IntervalReading>"
    )


def block(*intervals: str, place: int = 0) -> str:
    up = f"{POINT}/MeterReading/{place}/IntervalBlock" if place else ""
    return entry(f"<e:IntervalBlock>{''.join(intervals)}</e:IntervalBlock>", f"{up}/1", up)


def rows(text: str) -> tuple[str, list[list[str]]]:
    """The only type of the feed, and the cells of its lines."""
    file = io.BytesIO(text.encode())
    about = green_button.overview(file)
    return about.only_type, [line.cells for line in green_button.lines(file, about)]


def test_an_interval_is_a_row_from_its_start_to_its_end() -> None:
    text = feed(
        usage_point("0"), reading_type(uom=72), block(interval(380), interval(5, START + 3600))
    )
    assert rows(text) == (
        "electricity",
        [
            ["Start", "End", "Value", "Unit", "Type", "Cost"],
            ["2026-10-05T10:00:00Z", "2026-10-05T11:00:00Z", "380", "Wh", "", ""],
            ["2026-10-05T11:00:00Z", "2026-10-05T12:00:00Z", "5", "Wh", "", ""],
        ],
    )


@pytest.mark.parametrize(
    ("kind", "uom", "power", "name", "value", "unit"),
    [
        ("0", 72, 3, "electricity", "1234000", "Wh"),
        ("0", 72, -3, "electricity", "1.234", "Wh"),
        ("1", 169, -3, "gas", "1.234", "therm"),
        ("1", 42, 0, "gas", "1234", "m³"),
        ("2", 128, 0, "water", "1234", "gal"),
        ("9", 72, 0, "", "1234", "Wh"),
        ("0", 999, 0, "electricity", "1234", ""),
    ],
)
def test_codes_of_the_standard(
    kind: str, uom: int, power: int, name: str, value: str, unit: str
) -> None:
    text = feed(
        usage_point(kind), reading_type(uom=uom, powerOfTenMultiplier=power), block(interval(1234))
    )
    suggested, [_, row] = rows(text)
    assert (suggested, row[2], row[3]) == (name, value, unit)


def test_what_flows_back_is_a_type_of_its_own() -> None:
    taken = (
        reading_type("/R/1", uom=72, flowDirection=1),
        meter(1, "/R/1"),
        block(interval(5), place=1),
    )
    given_back = (
        reading_type("/R/2", uom=72, flowDirection=19), meter(2, "/R/2"),
        block(interval(7), place=2),
    )  # fmt: skip
    suggested, [_, *lines] = rows(feed(usage_point("0"), *taken, *given_back))
    assert suggested == ""
    assert [(row[2], row[4]) for row in lines] == [
        ("5", "electricity"),
        ("7", "electricity returned"),
    ]


def test_an_interval_has_the_reading_type_that_its_meter_names_wherever_that_stands() -> None:
    types = (
        reading_type("/R/1", uom=72, powerOfTenMultiplier=3),
        reading_type("/R/2", uom=72, flowDirection=19),
    )
    meters = meter(1, "/R/1"), meter(2, "/R/2")
    blocks = block(interval(5), place=1), block(interval(7), place=2)
    right = [("5000", "electricity"), ("7", "electricity returned")]
    for order in (
        (*types, *meters, *blocks), (*blocks, *meters, *types), (*meters, *blocks, *types)
    ):  # fmt: skip
        _, [_, *lines] = rows(feed(usage_point("0"), *order))
        assert [(row[2], row[4]) for row in lines] == right


def test_two_services_in_one_feed_keep_their_names_and_units() -> None:
    text = feed(
        usage_point("0", "/U/1"), usage_point("1", "/U/2"),
        reading_type("/R/1", uom=72), reading_type("/R/2", uom=169),
        entry("", "/U/1/M/1", related=("/U/1/M/1/IntervalBlock", "/R/1")),
        entry("", "/U/2/M/1", related=("/U/2/M/1/IntervalBlock", "/R/2")),
        entry(f"<e:IntervalBlock>{interval(5)}</e:IntervalBlock>", up="/U/1/M/1/IntervalBlock"),
        entry(f"<e:IntervalBlock>{interval(7)}</e:IntervalBlock>", up="/U/2/M/1/IntervalBlock"),
    )  # fmt: skip
    _, [_, *lines] = rows(text)
    assert [row[2:5] for row in lines] == [["5", "Wh", "electricity"], ["7", "therm", "gas"]]


def test_without_links_the_last_reading_type_above_counts_else_the_first_below() -> None:
    early = feed(usage_point("1"), block(interval(5)), reading_type(uom=169))
    assert rows(early)[1][1][2:4] == ["5", "therm"]
    both = feed(
        usage_point("1"), reading_type(uom=169), block(interval(5)),
        reading_type(uom=42), block(interval(7)),
    )  # fmt: skip
    assert [row[2:4] for row in rows(both)[1][1:]] == [["5", "therm"], ["7", "m³"]]


def test_what_a_meter_shows_is_a_reading() -> None:
    text = feed(usage_point("0"), reading_type(uom=72, accumulationBehaviour=3), block(interval(5)))
    assert rows(text)[1][0][2] == "Reading"
    delta = text.replace(">3<", ">4<")
    assert rows(delta)[1][0][2] == "Value"


@pytest.mark.parametrize(
    ("currency", "cost"),
    [("", "0.42"), ("0", "0.42"), ("840", "0.42 USD"), ("36", "0.42 AUD"), ("1", "0.42 XXX")],
)
def test_a_cost_is_in_the_currency_of_its_reading_type(currency: str, cost: str) -> None:
    money = reading_type(uom=72, currency=currency)
    text = feed(usage_point("0"), money, block(interval(5, cost=42_000)))
    assert rows(text)[1][1][5] == cost


@pytest.mark.parametrize("value", ["", "n/a", "NaN", "1e99", "Infinity"])
def test_an_interval_without_a_number_has_no_value(value: str) -> None:
    text = feed(usage_point("0"), reading_type(uom=72), block(interval(value)))
    assert rows(text)[1][1][2] == ""


def test_an_interval_without_a_start_has_none_and_no_end() -> None:
    text = feed(usage_point("0"), reading_type(uom=72), block(interval(5, 0, 0)))
    assert rows(text)[1][1][:3] == ["", "", "5"]


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel/></rss>",
        feed(),
        feed(usage_point("0"), reading_type(uom=72)),
        feed(block(interval(5)))[:-20],
        '<!DOCTYPE feed [<!ENTITY a "5">]>' + feed(block(interval("&a;"))),
    ],
    ids=["another XML", "an empty feed", "no interval", "broken off", "an entity"],
)
def test_what_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile, match="no Green Button file"):
        rows(text)


@given(
    st.lists(
        st.tuples(st.integers(-(10**6), 10**9), st.integers(1, 10_000)), min_size=1, max_size=9
    ),
    st.integers(-6, 6),
)
def test_every_interval_comes_through_times_its_power_of_ten(
    readings: list[tuple[int, int]], power: int
) -> None:
    text = feed(
        usage_point("2"), reading_type(uom=134, powerOfTenMultiplier=power),
        *(block(interval(value, START + 60 * at, 60)) for value, at in readings),
    )  # fmt: skip
    _, [_, *lines] = rows(text)
    assert [row[2] for row in lines] == [
        plain(value * Decimal(10) ** power) for value, _ in readings
    ]
