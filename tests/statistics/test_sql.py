"""Each statement of the statistics by itself, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tally.db import cost_queries, period_queries, spread_queries
from tally.db.engine import Database, lift_time_limit
from tally.db.models import Account
from tally.db.sql import source
from tally.domain.calendar import DAY, Buckets, Span
from tally.domain.cursor import KeyPlace
from tally.domain.filter_query import read_filter
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.paid_sums import in_pieces
from tally.domain.prices import read_prices, rounded_half_up, tariffs
from tally.statistics import aside, key_pages, shares
from tally.statistics.costs import with_costs
from tally.statistics.facts import ONLY_TYPES, Shown
from tally.statistics.load import statistics_for
from tally.statistics.type_statistics import TypeStatistics
from tests.slow_statistics import (
    Record,
    SlowKnownDays,
    account,
    days_near,
    expected_calendar,
    plainly,
    records_near,
    some_todays,
    stored,
    total_in,
    total_of,
    within_a_test,
)
from tests.statements import statements_of

TODAY = date(2026, 11, 22)
STATEMENTS = tuple(
    f"reads/{name}"
    for name in (
        "period",
        "sums",
        "key_days",
        "measured_days",
        "first_day",
        "calendar",
        "spread",
        "spread_sums",
        "covering",
        "unread",
        "keys_in_span",
        "costed_keys",
        "costs",
    )
)


@within_a_test
@given(st.data(), some_todays())
def test_period(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    start, end = sorted((data.draw(days_near(today)), data.draw(days_near(today))))
    starts = sorted({start, *data.draw(st.lists(st.dates(start, end), max_size=5))})
    with stored(database, records) as (db, user):
        matching = read_filter([], today)
        buckets = Buckets(Span(start, end), starts)
        found, longest = period_queries.keys_in_period(db, user.id, matching, buckets)
        asked = period_queries.totals_of(db, user.id, matching, buckets, list(found))
        with_costs, _ = period_queries.keys_in_period(db, user.id, matching, buckets, costs=True)
    assert asked == found
    begun = {r.key for r in records if r.paid_start and start <= r.day <= end}
    assert with_costs == dict.fromkeys(begun, period_queries.NO_TOTALS) | found
    most_days = max((r.days for r in records if r.days > 1 and not r.deleted), default=None)
    assert longest == (most_days if found else None)
    inside = [r for r in records if start <= r.day <= end and r.days == 1 and not r.deleted]
    assert found.keys() == {record.key for record in inside}
    for key, spent in found.items():
        mine = [record for record in inside if record.key == key]
        sums = {day: total_of([r for r in mine if r.day == day]) for day in {r.day for r in mine}}
        highest = sorted(sums, key=lambda day: (-sums[day], day))[:5]
        assert (spent.total, spent.entries) == (total_of(mine), len(mine))
        assert spent.active_days == len(sums)
        assert spent.highest_days == highest
        assert spent.highest_totals == [sums[day] for day in highest]
        assert spent.weekday_totals == [
            total_of(noted) if (noted := [r for r in mine if r.day.weekday() == n]) else None
            for n in range(7)
        ]
        bucketed: dict[int, list[Record]] = {}
        for record in mine:
            bucketed.setdefault(sum(s <= record.day for s in starts), []).append(record)
        assert dict(zip(spent.buckets, spent.bucket_totals, strict=True)) == {
            number: total_of(noted) for number, noted in bucketed.items()
        }
        assert dict(zip(spent.buckets, spent.bucket_entries, strict=True)) == {
            number: len(noted) for number, noted in bucketed.items()
        }


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_sums(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    day = days_near(today)
    keys = st.builds(Key, st.sampled_from(["coffee", "tea", "сок"]), st.sampled_from(["cup", ""]))
    spans = st.tuples(day, day).map(lambda pair: Span(min(pair), max(pair)))
    wanted = data.draw(st.lists(st.tuples(keys, spans), max_size=6, unique=True))
    with stored(database, records) as (db, user):
        found = period_queries.sums(db, user.id, read_filter([("min", "2")], today), wanted)
    assert found.keys() == set(wanted)
    for key, span in wanted:
        noted = [
            r
            for r in records
            if r.key == key
            and span.start <= r.day <= span.end
            and r.value >= 2
            and r.days == 1
            and not r.deleted
        ]
        assert found[key, span] == (total_of(noted) if noted else None)


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_first_and_latest_days(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    matching = read_filter([("type", "coffee"), ("period", "all")], today)
    keys = [Key("coffee", "cup"), Key("tea", ""), Key("never noted", "")]
    with stored(database, records) as (db, user):
        days = period_queries.key_days(db, user.id, keys, today)
        first = period_queries.first_day(db, user.id, matching)
        first_paid = period_queries.first_day(db, user.id, matching, costs=True)
    live = [record for record in records if not record.deleted]
    for key in keys:
        ever = [record for record in live if record.key == key]
        known = SlowKnownDays(ever, today)
        assert days[key].latest == max((r.day for r in ever if r.day <= today), default=None)
        assert days[key].first == known.first
        assert min(days[key].read_to or today, today) == known.last
        assert days[key].measured == any(record.measured for record in ever)
    coffee = [r for r in live if r.type.lower() == "coffee" and r.days and r.day <= today]
    assert first == min((r.first for r in coffee), default=None)
    starts = [r.day for r in live if r.type.lower() == "coffee" and r.paid_start and r.day <= today]
    assert first_paid == min([r.first for r in coffee] + starts, default=None)


def reading(day: date, days: int = 0, value: int = 0) -> Record:
    return Record(day, "gas", "m³", Decimal(value), days=days, reading=Decimal(100))


@pytest.mark.parametrize(
    ("records", "known"),
    [
        # A bill behind a reading: what is noted behind it takes none of its days away.
        (
            [
                reading(TODAY - 58 * DAY),
                reading(TODAY - 28 * DAY, 30, 60),
                Record(TODAY - 8 * DAY, "gas", "m³", Decimal(50), days=20),
            ],
            50,
        ),
        # The days between two meters.
        (
            [
                reading(date(2026, 1, 28)),
                reading(date(2026, 4, 30), 92, 93),
                reading(date(2026, 9, 7)),
            ],
            92,
        ),
    ],
)
def test_a_later_record_of_a_day_makes_no_other_day_known_or_unknown(
    database: Database, records: list[Record], known: int
) -> None:
    everything = read_filter([("period", "all")], TODAY)
    a_day = Record(TODAY - 2 * DAY, "gas", "m³", Decimal(1))
    for noted in (records, [*records, a_day]):
        with stored(database, noted) as (db, user):
            [gas] = statistics_for(db, user, everything, TODAY).types
        assert gas.known.days == known


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_what_covers_several_days(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    start, end = sorted((data.draw(days_near(today)), data.draw(days_near(today))))
    span = Span(start, end)
    starts = sorted({start, *data.draw(st.lists(st.dates(start, end), max_size=5))})
    matching = read_filter([], today)
    longer = [r for r in records if r.days > 1 and not r.deleted]
    inside = [r for r in longer if r.first <= end and r.day >= start]
    keys = list({r.key for r in longer})
    with stored(database, records) as (db, user):
        spread = spread_queries.spread(db, user.id, matching, Buckets(span, starts), 3660)
        pairs = [(key, span) for key in keys]
        sums = spread_queries.spread_sums(db, user.id, matching, pairs)
        covering = spread_queries.covering(db, user.id, matching, keys, span, 1000)
    assert spread.keys() == covering.keys() == {r.key for r in inside}
    for key, rows in spread.items():
        mine = [r for r in inside if r.key == key]
        ends = [*(following - DAY for following in starts[1:]), end]
        assert shares.parts(rows, len(starts)) == [
            total_in(mine, *bucket) for bucket in zip(starts, ends, strict=True)
        ]
        assert sum(row.begun for row in rows) == len(mine)
        for number, bucket in enumerate(zip(starts, ends, strict=True), 1):
            touching = [r for r in mine if r.first <= bucket[1] and r.day >= bucket[0]]
            assert sum(row.touching for row in rows if row.bucket == number) == len(touching)
        assert shares.total(sums[key, span]) == total_in(mine, start, end)
        assert sum(one.entries for one in covering[key]) == len(mine)
        for one in covering[key]:
            same = [r for r in mine if (r.day, r.days) == (one.last, one.days)]
            assert (one.first, one.total) == (same[0].first, total_of(same))


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_what_nobody_has_read(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    start, end = sorted((data.draw(days_near(today)), data.draw(days_near(today))))
    span = Span(start, end)
    live = [record for record in records if not record.deleted]
    known = {
        key: SlowKnownDays([r for r in live if r.key == key], today)
        for key in {record.key for record in live}
    }
    with stored(database, records) as (db, user):
        found = spread_queries.unread(
            db,
            user.id,
            read_filter([("min", "2")], today),
            [(key, span) for key in known],
            {key: slow.last for key, slow in known.items()},
        )
    for (key, _), unread in found.items():
        slow = known[key]
        days = [day for stretch in unread.stretches for day in stretch]
        uncovered = [
            day for day in span if slow.first and slow.first <= day <= slow.last and day not in slow
        ]
        assert [day for day in days if slow.first and slow.first <= day <= slow.last] == uncovered
        matched = [r for r in live if r.key == key and r.value >= 2 and r.days]
        covered = [day for day in span if any(r.covers(day) for r in matched)]
        assert unread.covered == len(covered)


def test_what_is_dated_tomorrow_alone_is_on_the_last_page(database: Database) -> None:
    """A bill that ends tomorrow is used today in part: no page would have that part."""
    today = date(2026, 3, 4)
    coffee = Record(today, "coffee", "cup", Decimal(1))
    bill = Record(today + DAY, "water", "l", Decimal(2), days=2)
    with stored(database, [coffee, bill]) as (db, user):
        matching = read_filter([], today)
        after, pages = None, []
        for _ in range(2):
            page = period_queries.KeyPage(today, after, 1)
            places, count = period_queries.keys_in_span(
                db, user.id, matching, Span(today, today), 3660, page
            )
            pages.append(([place.type for place in places], count))
            after = KeyPlace.decode(places[-1].encode())
    assert pages == [(["coffee"], 2), (["water"], 2)]


@within_a_test
@given(st.data(), some_todays())
def test_the_types_of_a_span_come_page_by_page(
    database: Database, data: st.DataObject, today: date
) -> None:
    records = data.draw(records_near(today))
    start, end = sorted((data.draw(days_near(today)), data.draw(days_near(today))))
    matching = read_filter([], today)
    pages: list[Key] = []
    in_all: set[int] = set()
    costs = data.draw(st.booleans())
    passed_over = set(
        data.draw(st.lists(st.sampled_from([r.key for r in records] or [Key("", "")])))
    )
    with stored(database, records) as (db, user):
        after = None
        while True:
            places, count = (
                period_queries.keys_in_span(
                    db,
                    user.id,
                    matching,
                    Span(start, min(end, today)),
                    3660,
                    period_queries.KeyPage(today, after, 2, passed_over),
                    costs=costs,
                )
                if start <= today
                else ([], 0)
            )
            if not places:
                break
            pages += [Key(place.type, place.unit) for place in places]
            after = KeyPlace.decode(places[-1].encode())
            in_all.add(count)
        days = period_queries.key_days(db, user.id, pages, today)
    inside = [
        r for r in records if r.days and not r.deleted and r.first <= min(end, today)
        and r.day >= start
    ]  # fmt: skip
    if costs:
        inside += [r for r in records if r.paid_start and start <= r.day <= min(end, today)]
    used = {r.key for r in inside}
    assert sorted(pages) == sorted(used - passed_over)
    assert pages == list(days)
    assert in_all == ({len(used)} if pages else set())


@within_a_test
@given(st.data(), some_todays())
def test_calendar(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    key = Key("coffee", "cup")
    span = Span(today - 370 * DAY, today)
    with stored(database, records) as (db, user):
        found = period_queries.calendar(db, user.id, read_filter([], today), [key], span)
    mine = [r for r in records if r.key == key and r.days and not r.deleted]
    wanted = expected_calendar(today, today, mine)["calendar"]
    assert [
        {"date": day.isoformat(), "total": plainly(total), "step": step}
        for day, total, step in sorted(found[key])
    ] == [day for day in wanted if day["step"]]


# What it costs


def test_the_number_of_statements_does_not_depend_on_the_number_of_types(
    database: Database,
) -> None:
    limits = [{"type": "type 1", "unit": "cup", "value": "3", "per": "week"}]

    def sent(
        types: int,
        *pairs: tuple[str, str],
        shown: Shown = ONLY_TYPES,
        prices: list[dict[str, str]] | None = None,
    ) -> int:
        records = [Record(TODAY, f"type {n}", "cup", Decimal(n)) for n in range(types)]
        matching = read_filter(pairs, TODAY, usual_period="month")
        with (
            stored(database, records, limits, prices) as (db, user),
            statements_of(database.engine) as statements,
        ):
            assert len(statistics_for(db, user, matching, TODAY, shown).types) >= 1
            return len(statements)

    assert sent(2) == sent(40) == 3
    # One for how the account spells a type that has a limit alone.
    assert sent(1) == 4
    # No more for an account with a currency, but for the sum of costs.
    with_sum = Shown(costs=True)
    assert sent(40, prices=[]) == sent(40, shown=with_sum) == 3
    assert sent(40, prices=[], shown=with_sum) == 4
    assert sent(40, ("period", "all")) == 4
    # And one for how it spells the type that is asked for.
    assert sent(40, ("type", "type 1"), ("to", TODAY.isoformat())) == 7


def test_the_rows_of_costs_do_not_depend_on_how_many_lengths_records_have(
    database: Database,
) -> None:
    gas, span = Key("gas", "m³"), Span(TODAY - 99 * DAY, TODAY)
    records = [
        Record(TODAY - n * DAY, *gas, Decimal(7), days=n + 2, cost=Decimal(1) if n % 2 else None)
        for n in range(100)
    ]
    price = {"id": "p", "type": "gas", "unit": "m³", "from": "2026-10-01", "per_unit": "3"}
    with (
        stored(database, records, prices=[price]) as (db, user),
        statements_of(database.engine) as statements,
    ):
        paid, prices = cost_queries.costs(db, user.id, read_filter([], TODAY), [(gas, span)])
    # The days on which the span and a price begin, and the one after the span.
    assert [statement.rows for statement in statements] == [3]
    [tariff] = tariffs(read_prices(prices)).values()
    pieces = in_pieces(span, tariff, paid[gas])
    assert [piece.span.start for piece in pieces] == [span.start, date(2026, 10, 1)]
    for piece in pieces:
        shares = [
            (record.cost, Fraction(sum(record.covers(day) for day in piece.span), record.days))
            for record in records
        ]
        costs = sum((share for cost, share in shares if cost), Fraction(0))
        amounts = sum((7 * share for cost, share in shares if not cost), Fraction(0))
        assert (
            rounded_half_up(piece.paid.costs)
            == rounded_half_up(piece.paid.spread_costs)
            == rounded_half_up(costs)
        )
        assert rounded_half_up(piece.paid.amounts * 3) == rounded_half_up(amounts * 3)
        assert rounded_half_up(piece.paid.spread_amounts) == rounded_half_up(amounts)
        assert piece.paid.costed == sum(bool(cost) and share > 0 for cost, share in shares)


def walked(
    db: Connection, user: Account, matching: Filter, limits: list[dict[str, str]]
) -> list[list[TypeStatistics]]:
    """The types of each page of the statistics."""
    limited = user._replace(preferences=user.preferences | {"limits": limits})
    pages: list[list[TypeStatistics]] = []
    after = None
    while not pages or after:
        shown = Shown(after=after, costs=True)
        stats = with_costs(
            db, limited, matching, statistics_for(db, limited, matching, TODAY, shown)
        )
        assert stats.cost is not None
        assert (stats.type_count, stats.cost.total) == (6, Decimal(6))
        pages.append(list(stats.types))
        after = stats.following
    return pages


def test_a_type_with_a_limit_stands_on_the_first_page_and_on_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_pages, "MAX_TYPES", 2)
    records = [
        Record(TODAY - n * DAY, f"type {n}", "cup", Decimal(1), days=1 + n % 2, cost=Decimal(1))
        for n in range(6)
    ]
    month = read_filter([], TODAY, usual_period="month")

    def of(*numbers: int) -> list[dict[str, str]]:
        return [{"type": f"TYPE {n}", "unit": "cup", "value": "9", "per": "month"} for n in numbers]

    with stored(database, records, prices=[]) as (db, user):
        plain, some, all_of_them = (
            walked(db, user, month, limits) for limits in ([], of(1, 4, 5), of(*range(6)))
        )
    assert [[one.type[-1] for one in page] for page in plain] == [
        ["0", "1"],
        ["2", "3"],
        ["4", "5"],
    ]
    assert [[one.type[-1] for one in page] for page in some] == [["0", "1", "2", "4", "5"], ["3"]]
    assert [[one.type[-1] for one in page] for page in all_of_them] == [list("012345")]
    assert all(one.total == 1 for pages in (some, all_of_them) for page in pages for one in page)
    assert [one.limit is not None for page in some for one in page] == [
        False, True, False, True, True, False,
    ]  # fmt: skip


def test_the_types_in_use_are_read_once_for_limits_beyond_a_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_pages, "MAX_TYPES", 2)
    records = [Record(TODAY - n * DAY, f"type {n}", "cup", Decimal(1)) for n in range(4)]
    limits = [{"type": "type 3", "unit": "cup", "value": "9", "per": "month"}]
    month = read_filter([], TODAY, usual_period="month")
    with (
        stored(database, records, limits) as (db, user),
        statements_of(database.engine) as statements,
    ):
        statistics_for(db, user, month, TODAY)
    assert sum("WITH RECURSIVE used" in one.statement for one in statements) == 1


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.single_node
def test_a_record_is_not_looked_at_in_each_bucket_that_it_covers(
    database: Database, new_tables: None
) -> None:
    records = [Record(TODAY - n * DAY, "gas", "m³", Decimal(7), days=3000) for n in range(60)]
    span = Span(TODAY - 3000 * DAY, TODAY)
    starts = [span.start + n * 30 * DAY for n in range(100)]
    with (
        stored(database, records) as (db, user),
        statements_of(database.engine) as statements,
    ):
        spread_queries.spread(db, user.id, read_filter([], TODAY), Buckets(span, starts), 3660)
        [(statement, parameters, _)] = statements
        plan = db.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
        ).scalar_one()[0]["Plan"]
    rows = [node["Actual Rows"] * node["Actual Loops"] for node in nodes(plan)]
    assert max(rows) <= 2 * len(records) + len(starts) + 1


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.single_node
def test_a_record_is_not_looked_at_for_each_price_under_which_it_was_paid(
    database: Database, new_tables: None
) -> None:
    gas = Key("gas", "m³")
    records = [Record(TODAY - n * DAY, *gas, Decimal(7), days=3000) for n in range(60)]
    starts = [TODAY - n * 30 * DAY for n in range(100)]
    spans = [(gas, Span(start, start + 29 * DAY)) for start in starts]
    prices = [
        {"id": str(n), "unit": "m³", "from": (TODAY - n * 15 * DAY).isoformat(), "per_unit": "3"}
        for n in range(200)
    ]
    with (
        stored(database, records, prices=prices) as (db, user),
        statements_of(database.engine) as statements,
    ):
        paid, _ = cost_queries.costs(db, user.id, read_filter([], TODAY), spans)
        [(statement, parameters, _)] = statements
        plan = db.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
        ).scalar_one()[0]["Plan"]
    rows = [node["Actual Rows"] * node["Actual Loops"] for node in nodes(plan)]
    # A span begins on 100 days; the day after the last; the days of the prices amid them.
    assert len(paid[gas]) == 200
    assert max(rows) <= 2 * len(records) + 2 * len(spans) + len(prices)


def test_no_more_types_with_costs_are_read_than_a_sum_can_name(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_pages, "MAX_TYPES", 2)
    monkeypatch.setattr(aside, "MAX_ASIDE", 3)
    records = [
        Record(TODAY, f"type {n}", "cup", Decimal(1), days=1 + n % 2, cost=Decimal(1))
        for n in range(40)
    ]
    month = read_filter([], TODAY, usual_period="month")
    with (
        stored(database, records, prices=[]) as (db, user),
        statements_of(database.engine) as statements,
    ):
        found = statistics_for(db, user, month, TODAY, Shown(costs=True))
    assert len(found.types) == 2
    assert max(statement.rows for statement in statements) <= 6


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.slow
@pytest.mark.single_node
def test_a_month_is_read_from_indexes_alone_and_no_further_than_it_reaches(
    database: Database, new_tables: None
) -> None:
    """Ten years of one user: the month's dashboard touches what the month holds, in no heap."""
    user_id, types, a_day, days = uuid4(), 10, 20, 3652
    with database.changing() as db:
        lift_time_limit(db)
        db.execute(
            text("INSERT INTO users (id, email, password_hash, name) VALUES (:id, 'm@e', '', 'x')"),
            {"id": user_id},
        )
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit) SELECT :id, CAST(:today AS date) - n / :a_day, n % 7,"
                " 'type ' || n % :types, 'kWh' FROM generate_series(0, :last) AS n"
            ),
            {
                "id": user_id,
                "today": TODAY,
                "a_day": a_day,
                "types": types,
                "last": days * a_day - 1,
            },
        )
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE consumption_records"))
        limit = {"type": "type 1", "unit": "kWh", "value": "9", "per": "month"}
        user = account(user_id, {"limits": [limit]})
        month = read_filter([], TODAY, usual_period="month")
        with statements_of(database.engine) as statements:
            found = statistics_for(connection, user, month, TODAY)
        assert [one.entries for one in found.types] == [22 * a_day // types] * types
        for statement, parameters, _ in statements:
            plan = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
            ).scalar_one()[0]["Plan"]
            scans = [node for node in nodes(plan) if "Relation Name" in node]
            assert scans
            for scan in scans:
                assert scan["Node Type"] == "Index Only Scan", statement
                assert scan["Heap Fetches"] == 0
                read = scan["Actual Rows"] * scan["Actual Loops"]
                assert read + scan.get("Rows Removed by Filter", 0) <= 4 * 22 * a_day, statement


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_run_on_one_shard(name: str) -> None:
    """Each look at records or account binds its user; dates are days; no session counts."""
    statement = re.sub(r"--.*", "", source(name))
    looks = re.findall(r"\bFROM consumption_records\b", statement)
    bound = re.findall(
        r"\bFROM consumption_records(?: AS \w+)?\s+WHERE\s+(?:\w+\.)?user_id = :user_id\b",
        statement,
    )
    assert looks and len(bound) == len(looks)
    account = re.sub(
        r"\bFROM users\s+WHERE users\.id = :user_id\b|\busers\.prices\b", "", statement
    )
    assert not re.search(
        r"date_trunc|time zone|current_date|current_timestamp|\bSET\b|\busers\b", account, re.I
    )
