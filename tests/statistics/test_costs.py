"""Costs, against a slow and obvious computation, day by day."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.db.engine import Database
from tally.domain.calendar import DAY, Span
from tally.domain.filter_query import read_filter
from tally.domain.keys import Key
from tally.domain.prices import read_prices, rounded_half_up
from tally.domain.text import fold
from tally.statistics import key_pages
from tally.statistics.costs import with_costs
from tally.statistics.facts import Shown
from tally.statistics.load import statistics_for
from tally.statistics.type_statistics import Statistics, TypeStatistics
from tests.slow_statistics import (
    Record,
    SlowKnownDays,
    days_near,
    records_near,
    some_todays,
    stored,
    within_a_test,
)
from tests.statements import statements_of

TODAY = date(2026, 11, 22)


@st.composite
def some_prices(draw: st.DrawFn, today: date) -> list[dict[str, Any]]:
    amounts = st.sampled_from([None, "0", "0.3215", "0.00032145", "12", "99.999999"])
    days = draw(st.lists(days_near(today, ahead=30), max_size=5))
    return [
        {
            "id": f"price {place}",
            "type": draw(st.sampled_from(["coffee", "COFFEE", "tea"])),
            "unit": draw(st.sampled_from(["cup", "cup", "l"])),
            "from": day.isoformat(),
            "per_unit": draw(amounts),
            "base": draw(amounts),
            "base_per": draw(st.sampled_from(["month", "year"])),
        }
        for place, day in enumerate(sorted(set(days)))
    ]


def price_on(prices: list[dict[str, Any]], key: Key, day: date) -> dict[str, Any] | None:
    """The latest price of a type that began by this day."""
    found = None
    for price in sorted(prices, key=lambda one: one["from"]):
        own = (fold(price["type"]), price["unit"]) == (fold(key.type), key.unit)
        if own and date.fromisoformat(price["from"]) <= day:
            found = price
    return found


def slowly(
    records: Sequence[Record],
    prices: list[dict[str, Any]],
    key: Key,
    days: Sequence[date],
    known: Sequence[date],
) -> dict[str, Fraction]:
    """The cost of these days: each record's share of each day, each day's base fee."""
    parts = dict.fromkeys(("records", "prices", "base", "uncovered", "spread"), Fraction(0))
    own = [r for r in records if r.key == key and not r.deleted]
    for day in days:
        price = price_on(prices, key, day)
        for record in own:
            if not record.days and record.day == day:  # A start: what was paid for it, on its day.
                parts["records"] += Fraction(record.cost or 0)
            if not record.covers(day):
                continue
            amount = Fraction(record.value) / record.days
            paid = Fraction(0)
            if record.cost is not None:
                paid = Fraction(record.cost) / record.days
                parts["records"] += paid
            elif price and price["per_unit"] is not None:
                paid = amount * Fraction(price["per_unit"])
                parts["prices"] += paid
            else:
                parts["uncovered"] += amount
            if record.days > 1:
                parts["spread"] += paid
        if price and price["base"] is not None and day in known:
            year = price["base_per"] == "year"
            length = (
                (366 if isleap(day.year) else 365) if year else monthrange(day.year, day.month)[1]
            )
            parts["base"] += Fraction(price["base"]) / length
    if parts["spread"]:
        parts["spread"] += parts["base"]
    return parts


def total_of(parts: dict[str, Fraction]) -> Fraction:
    return parts["records"] + parts["prices"] + parts["base"]


def lacks_costs(
    records: Sequence[Record], parts: dict[str, Fraction], key: Key, days: Sequence[date]
) -> bool:
    """Whether amounts of these days have no price, no record a cost, and no day a base fee."""
    costed = any(
        any(map(record.covers, days)) if record.days else record.day in days
        for record in records
        if record.key == key and not record.deleted and record.cost is not None
    )
    return parts["uncovered"] > 0 and not costed and not total_of(parts)


def charged(one: TypeStatistics, stats: Statistics, span: Span) -> list[date]:
    """The days that a base fee is for: those known, once for all spellings of a type."""
    days = [day for known in one.known_days.stretches(span) for day in known]
    summed = stats.summed
    for other in summed[: summed.index(one)]:
        if (fold(other.type), other.unit) == (fold(one.type), one.unit):
            theirs = {day for known in other.known_days.stretches(span) for day in known}
            days = [day for day in days if day not in theirs]
    return days


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_costs_of_every_type(database: Database, data: st.DataObject, today: date) -> None:
    costs = st.one_of(st.none(), st.sampled_from([Decimal(0), Decimal("7.40"), Decimal(1000)]))
    records = [
        replace(record, cost=data.draw(costs)) for record in data.draw(records_near(today))[:12]
    ]
    prices = data.draw(some_prices(today))
    pairs = [("period", data.draw(st.sampled_from(["month", "week", "last-90", "2024"])))]
    matching = read_filter(pairs, today)
    with stored(database, records, prices=prices) as (db, user):
        plain = statistics_for(db, user, matching, today, Shown(costs=True))
        found = with_costs(db, user, matching, plain, drawn=True)
        with patch.object(key_pages, "MAX_TYPES", 1):
            one_type = statistics_for(db, user, matching, today, Shown(costs=True))
            one_type = with_costs(db, user, matching, one_type)
    elapsed = found.period.elapsed
    if elapsed is None:
        return
    assert len(one_type.types) <= 1
    # A fee is for the spelling of a type that comes first, and rounded there.
    sums = [stats.cost.total if stats.cost else Decimal(0) for stats in (one_type, found)]
    assert abs(sums[0] - sums[1]) < Decimal("0.00001")
    for one in found.types:
        key = Key(one.type, one.unit)
        known = [day for span in one.known_days.stretches(elapsed) for day in span]
        parts = slowly(records, prices, key, list(elapsed), charged(one, found, elapsed))
        has_price = any((fold(p["type"]), p["unit"]) == (fold(key.type), key.unit) for p in prices)
        if one.cost is None:
            assert not has_price
            assert parts["records"] == 0
            continue
        for name in ("records", "prices", "base", "uncovered"):
            assert getattr(one.cost, name) == rounded_half_up(parts[name]), name
        total = total_of(parts)
        assert one.cost.total == rounded_half_up(total)
        assert one.cost.per_day == (rounded_half_up(total / len(known)) if known else None)
        for before, earlier in (
            (one.cost.previous, one.previous),
            (one.cost.last_year, one.last_year),
        ):
            if earlier is None:
                assert before is None
                continue
            assert before is not None
            days = charged(one, found, earlier.span)
            past = slowly(records, prices, key, list(earlier.span), days)
            lacking = lacks_costs(records, past, key, list(earlier.span))
            assert before.total == (None if lacking else rounded_half_up(total_of(past)))
            missing = lacks_costs(records, parts, key, list(elapsed))
            assert one.cost.missing == missing
            assert (before.difference is None) == (earlier.difference is None or lacking or missing)
        starts = [point.start for point in one.series.points]
        assert len(one.cost.series) == len(one.cost.spread) == len(starts)
        for start, following, drawn, spread, point in zip(
            starts,
            [*starts[1:], elapsed.end + DAY],
            one.cost.series,
            one.cost.spread,
            one.series.points,
            strict=True,
        ):
            bucket = list(Span(start, following - DAY))
            own = slowly(records, prices, key, bucket, charged(one, found, elapsed))
            is_known = point.total is not None or own["records"]
            lacking = lacks_costs(records, own, key, bucket)
            assert drawn == (rounded_half_up(total_of(own)) if is_known and not lacking else None)
            assert spread == rounded_half_up(own["spread"])
    shown = {Key(one.type, one.unit) for one in found.types}
    for key in {record.key for record in records} - shown:
        assert slowly(records, prices, key, list(elapsed), [])["records"] == 0
    _assert_sum_of_all(found, records, prices)


def _assert_sum_of_all(
    found: Statistics, records: list[Record], prices: list[dict[str, Any]]
) -> None:
    """The sum is of the types shown and of those aside, and no other cost anything."""
    elapsed, summed = found.period.elapsed, found.summed
    assert elapsed is not None
    for one in summed:
        parts = slowly(records, prices, _key(one), list(elapsed), charged(one, found, elapsed))
        assert (one.cost.total if one.cost else 0) == rounded_half_up(total_of(parts))
    for key in {record.key for record in records} - set(map(_key, summed)):
        ever = [record for record in records if record.key == key and not record.deleted]
        known = SlowKnownDays(ever, found.period.today)
        has_fee = not any(_folded(_key(other)) == _folded(key) for other in summed)
        for span in filter(None, (elapsed, found.period.previous())):
            days = [day for day in span if day in known] if has_fee else []
            assert not total_of(slowly(records, prices, key, list(span), days)), key
    costs = [one.cost for one in summed if one.cost]
    if found.cost is None:
        assert not costs
        return
    assert found.cost.total == sum(cost.total for cost in costs)
    before = [cost.previous for cost in costs]
    alike = [
        one.total for one in before if one and one.total is not None and one.difference is not None
    ]
    unlike = [cost for cost in costs if not cost.previous or cost.previous.difference is None]
    is_known = alike and not any(cost.counts for cost in unlike)
    assert found.cost.previous == (sum(alike) if is_known else None)


def _folded(key: Key) -> tuple[str, str]:
    return fold(key.type), key.unit


def _key(one: TypeStatistics) -> Key:
    return Key(one.type, one.unit)


def figures(
    database: Database,
    records: list[Record],
    prices: list[dict[str, Any]],
    limits: list[dict[str, str]] | None = None,
    period: str = "2026-10",
) -> Statistics:
    matching = read_filter([("period", period)], TODAY)
    with stored(database, records, limits, prices) as (db, user):
        plain = statistics_for(db, user, matching, TODAY, Shown(costs=True))
        return with_costs(db, user, matching, plain, drawn=True)


def fuel(day: date, cost: str | None) -> Record:
    return Record(day, "fuel", "l", Decimal(40), cost=None if cost is None else Decimal(cost))


def test_days_whose_records_have_no_cost_are_not_compared(database: Database) -> None:
    first = fuel(date(2026, 8, 12), "60")
    september, october = date(2026, 9, 12), date(2026, 10, 12)
    for before, now in ((None, "70.52"), ("70.52", None)):
        stats = figures(database, [first, fuel(september, before), fuel(october, now)], [])
        cost = stats.types[0].cost
        assert cost is not None
        assert cost.previous is not None
        assert cost.previous.total == (None if before is None else Decimal(before))
        assert (cost.previous.difference, cost.previous.percent) == (None, None)
        assert stats.cost is not None
        assert (stats.cost.previous, stats.cost.difference) == (None, None)
    # A cost of 0 is one.
    stats = figures(database, [first, fuel(september, "0"), fuel(october, "70.52")], [])
    assert stats.cost is not None
    assert (stats.cost.previous, stats.cost.difference) == (Decimal(0), Decimal("70.52"))


def price(start: str, per_unit: str | None, base: str | None = None, **more: str) -> dict[str, Any]:
    return {
        "id": start,
        "type": "electricity",
        "unit": "kWh",
        "from": start,
        "per_unit": per_unit,
        "base": base,
        "base_per": "month",
        **more,
    }


def test_a_price_that_changes_inside_a_span_counts_from_its_day(database: Database) -> None:
    bill = Record(date(2026, 10, 31), "electricity", "kWh", Decimal(310), days=31)
    prices = [price("2026-01-01", "0.30"), price("2026-10-11", "0.40")]
    [one] = figures(database, [bill], prices).types
    assert one.cost is not None
    # Ten days of 10 kWh at 0.30, twenty-one at 0.40.
    assert one.cost.total == Decimal("114")
    assert [(line.amount, line.total) for line in one.cost.worked] == [
        (Decimal(100), Decimal(30)),
        (Decimal(210), Decimal(84)),
    ]


def test_a_month_holds_all_of_its_base_fee(database: Database) -> None:
    readings = [
        Record(date(2026, 9, 30), "electricity", "kWh", Decimal(0), days=0, reading=Decimal(1)),
        Record(date(2026, 10, 31), "electricity", "kWh", Decimal(31), days=31, reading=Decimal(32)),
    ]
    [one] = figures(database, readings, [price("2026-01-01", "0.3215", "9.90")]).types
    assert one.cost is not None
    assert one.cost.base == Decimal("9.90")
    assert one.cost.total == Decimal("9.90") + 31 * Decimal("0.3215")


@pytest.mark.slow
@within_a_test
@given(
    st.lists(
        st.tuples(st.integers(1, 31), st.sampled_from(["gas", "Gas", "GAS"]), st.integers(1, 9)),
        min_size=1,
        max_size=8,
    )
)
def test_a_base_fee_is_paid_once_however_the_type_is_spelled(
    database: Database, noted: list[tuple[int, str, int]]
) -> None:
    fee = [price("2026-01-01", "0.5", "9.30", type="gas", unit="m³")]

    def records(*, alike: bool) -> list[Record]:
        return [
            Record(date(2026, 10, day), "gas" if alike else name, "m³", Decimal(value))
            for day, name, value in noted
        ]

    spelled = figures(database, records(alike=False), fee)
    [one] = figures(database, records(alike=True), fee).types
    assert one.cost is not None
    costs = [other.cost for other in spelled.types if other.cost]
    assert len(costs) == len({name for _, name, _ in noted})
    for part in ("base", "prices", "total"):
        sums = sum(getattr(cost, part) for cost in costs)
        assert abs(sums - getattr(one.cost, part)) < Decimal("0.00001"), part


def test_a_record_with_its_own_cost_is_not_priced_again(database: Database) -> None:
    records = [
        Record(date(2026, 10, 5), "electricity", "kWh", Decimal(10), cost=Decimal("5")),
        Record(date(2026, 10, 6), "electricity", "kWh", Decimal(10)),
    ]
    [one] = figures(database, records, [price("2026-10-06", "0.5")]).types
    assert one.cost is not None
    assert (one.cost.records, one.cost.prices) == (Decimal(5), Decimal(5))
    assert one.cost.uncovered == 0


def test_what_has_neither_cost_nor_price_is_told(database: Database) -> None:
    records = [Record(date(2026, 10, 5), "electricity", "kWh", Decimal(12))]
    [one] = figures(database, records, [price("2026-10-06", "0.5")]).types
    assert one.cost is not None
    assert one.cost.total == 0
    assert one.cost.uncovered == 12


def test_types_without_any_have_no_cost(database: Database) -> None:
    records = [
        Record(date(2026, 10, 5), "electricity", "kWh", Decimal(12)),
        Record(date(2026, 10, 5), "coffee", "cup", Decimal(2)),
    ]
    found = figures(database, records, [price("2026-01-01", "0.5")])
    costs = {one.type: one.cost for one in found.types}
    assert costs["coffee"] is None
    assert costs["electricity"] is not None
    assert found.cost is not None
    assert found.cost.total == 6


def test_a_limit_may_be_in_money(database: Database) -> None:
    records = [Record(date(2026, 10, 5), "electricity", "kWh", Decimal(100))]
    limit = {"type": "electricity", "unit": "kWh", "value": "60", "per": "month", "in": "cost"}
    [one] = figures(database, records, [price("2026-01-01", "0.30")], [limit]).types
    assert one.limit is not None
    assert one.limit.in_cost
    assert (one.limit.used, one.limit.left) == (Decimal(30), Decimal(30))
    assert one.limit.share_used == Decimal("0.5")


def paid(type_name: str, day: date, cost: str) -> Record:
    return Record(day, type_name, "", Decimal(1), cost=Decimal(cost))


def test_the_sum_is_of_all_types_on_every_page(database: Database) -> None:
    records = [paid(f"type {number:03}", date(2026, 11, 3), "1") for number in range(120)]
    records += [paid(f"type {number:03}", date(2026, 11, 4), "1") for number in range(120)]
    records += [paid(f"type {number:03}", date(2026, 10, 1), "3") for number in range(130)]
    records.append(Record(date(2026, 11, 1), "rent", "€", Decimal(900)))
    matching = read_filter([], TODAY, usual_period="month")
    with stored(database, records, prices=[]) as (db, user):
        first = statistics_for(db, user, matching, TODAY, Shown(costs=True))
        rest = Shown(after=first.following, costs=True)
        second = statistics_for(db, user, matching, TODAY, rest)
        sums = [with_costs(db, user, matching, page) for page in (first, second)]
    assert [len(page.types) for page in sums] == [100, 21]
    assert [len(page.aside) for page in sums] == [31, 110]
    for page in sums:
        assert page.cost is not None
        assert (page.cost.total, page.cost.previous) == (Decimal(240), Decimal(390))
        assert page.cost.without == (("rent", "€", Decimal(900)),)
        # Two records on two days tell what is to come, shown or not.
        assert page.cost.projection is not None
        assert abs(page.cost.projection - Decimal(240) * 30 / 22) < Decimal("0.001")


def daily(count: int) -> list[Record]:
    """Electricity of the last days of October, noted by hand each day."""
    return [
        Record(date(2026, 10, 31) - number * DAY, "electricity", "kWh", Decimal(10))
        for number in range(count)
    ]


def test_a_base_fee_is_due_where_nothing_was_used_however_the_price_spells_it(
    database: Database,
) -> None:
    prices = [price("2026-01-01", None, "30", type="Electricity")]
    for first in (date(2026, 10, 1), date(2026, 6, 1)):  # used in the period before, or earlier
        used = Record(first, "electricity", "kWh", Decimal(10))
        stats = figures(database, [used], prices, period="month")
        assert stats.types == ()
        [one] = stats.aside
        assert one.cost is not None
        assert stats.cost is not None
        # 22 days that are known, and nothing was used on them.
        assert one.type == "electricity"
        assert one.cost.base == stats.cost.total == 22
    # Of a bill's October nothing follows for November.
    bill = Record(date(2026, 10, 31), "electricity", "kWh", Decimal(310), days=31)
    stats = figures(database, [bill], prices, period="month")
    assert stats.cost is not None
    assert (stats.cost.total, stats.cost.previous) == (Decimal(0), None)


def test_what_has_a_price_and_no_record_is_no_reason_against_a_comparison(
    database: Database,
) -> None:
    records = [paid("food", date(2026, 10, 1), "10"), paid("food", date(2026, 11, 1), "30")]
    records.append(Record(date(2026, 11, 30), "electricity", "kWh", Decimal(10)))
    stats = figures(database, records, [price("2026-01-01", "0.3", "30")], period="month")
    assert stats.cost is not None
    assert (stats.cost.total, stats.cost.previous) == (Decimal(30), Decimal(10))


def test_a_filter_of_single_records_has_no_base_fee(database: Database) -> None:
    matching = read_filter([("min", "5")], TODAY, usual_period="month")
    prices = [price("2026-01-01", "0.3", "30")]
    with stored(database, daily(31), prices=prices) as (db, user):
        plain = statistics_for(db, user, matching, TODAY, Shown(costs=True))
        stats = with_costs(db, user, matching, plain)
    assert stats.cost is not None
    assert (stats.cost.total, stats.cost.previous) == (Decimal(0), Decimal(66))


@pytest.mark.parametrize("in_cost", [False, True])
def test_a_limit_tells_how_many_of_its_days_are_known(database: Database, in_cost: bool) -> None:
    readings = [
        Record(date(2026, 9, 29), "electricity", "kWh", Decimal(0), days=0, reading=Decimal(1)),
        Record(
            date(2026, 10, 9), "electricity", "kWh", Decimal(100), days=10, reading=Decimal(101)
        ),
    ]
    limit = {"type": "electricity", "unit": "kWh", "value": "300", "per": "month"}
    limit |= {"in": "cost"} if in_cost else {}
    prices = [price("2026-01-01", "1")]
    [one] = figures(database, readings, prices, [limit], period="2026-09").types
    assert one.limit is not None
    assert one.limit.used == 10
    assert one.limit.known_days == 1
    assert not one.limit.known_whole


def test_a_limit_in_money_stands_in_a_period_to_come(database: Database) -> None:
    limits = [
        {"type": "electricity", "unit": "kWh", "value": "300", "per": "month", "in": "cost"},
        {"type": "tea", "unit": "cup", "value": "30", "per": "month"},
    ]
    prices = [price("2026-01-01", "0.5")]
    records = [Record(TODAY, "electricity", "kWh", Decimal(44))]
    stats = figures(database, records, prices, limits, period="2027-02")
    paces = {one.type: one.limit for one in stats.types}
    # Both are those of the running month, which holds today.
    assert (electricity := paces["electricity"]) and (tea := paces["tea"])
    assert electricity.in_cost and electricity.used == 22
    assert electricity.span == tea.span
    assert stats.cost is None


@pytest.mark.parametrize("has_currency", [False, True])
def test_costs_are_one_statement_more_and_none_without_a_currency(
    database: Database, has_currency: bool
) -> None:
    records = [Record(TODAY - DAY, "coffee", "cup", Decimal(2))]
    matching = read_filter([], TODAY, usual_period="month")
    with stored(database, records, prices=[] if has_currency else None) as (db, user):
        found = statistics_for(db, user, matching, TODAY)
        with statements_of(db) as statements:
            same = with_costs(db, user, matching, found)
    assert len(statements) == (1 if has_currency else 0)
    assert [one.cost for one in same.types] == [None]


def test_the_months_before_are_drawn_in_money_too(database: Database) -> None:
    records = [
        Record(date(2026, 9, 30), "electricity", "kWh", Decimal(60), days=30),
        Record(date(2026, 9, 10), "electricity", "kWh", Decimal(5)),
        Record(date(2026, 10, 5), "electricity", "kWh", Decimal(12)),
    ]
    prices = [price("2026-01-01", "0.50"), price("2026-09-16", "1")]
    matching = read_filter([("type", "electricity"), ("period", "2026-10")], TODAY)
    with stored(database, records, None, prices) as (db, user):
        plain = statistics_for(db, user, matching, TODAY)
        [one] = with_costs(db, user, matching, plain, drawn=True).types
        [undrawn] = with_costs(db, user, matching, plain).types
    assert one.cost is not None
    before, spread = one.cost.before, one.cost.before_spread
    assert (before[0], before[9], before[15], before[29]) == tuple(
        map(Decimal, ("1", "3.5", "2", "2"))
    )
    assert (spread[9], spread[15], len(spread)) == (Decimal(1), Decimal(2), 30)
    assert undrawn.cost is not None
    assert undrawn.cost.before == undrawn.cost.series == ()


def test_a_bucket_whose_records_have_no_cost_is_not_one_that_cost_nothing(
    database: Database,
) -> None:
    def month(number: int) -> list[Record]:
        costs = ((5, None), (12, "70.52"), (20, "0"))
        return [fuel(date(2026, number, day), cost) for day, cost in costs]

    records = [*month(9), *month(10), fuel(date(2026, 10, 12), None)]
    matching = read_filter([("type", "fuel"), ("period", "2026-10")], TODAY)
    with stored(database, records, prices=[]) as (db, user):
        plain = statistics_for(db, user, matching, TODAY)
        [one] = with_costs(db, user, matching, plain, drawn=True).types
    assert one.cost is not None
    for series in (one.cost.series, one.cost.before):
        # Not known, what is known of it, a cost of 0, and a day on which nothing was used.
        own = (series[4], series[11], series[19], series[14])
        assert own == (None, Decimal("70.52"), Decimal(0), Decimal(0))
    assert one.cost.uncovered == 80
    # A base fee is a cost of its day.
    used = [Record(date(2026, 10, 5), "electricity", "kWh", Decimal(12))]
    [one] = figures(database, used, [price("2026-10-05", None, "9.30")]).types
    assert one.cost is not None
    assert one.cost.series[4] == Decimal("0.3")


def test_prices_are_stored_as_they_are_read() -> None:
    stored_prices = [price("2026-01-01", "0.00032145", "9.9")]
    [read] = read_prices(stored_prices)
    assert read.per_unit == Decimal("0.00032145")
    assert read.start == date(2026, 1, 1)
