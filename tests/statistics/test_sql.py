"""Each statement of the statistics by itself, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from slow_statistics import (
    Record,
    days_near,
    expected_calendar,
    plainly,
    records_near,
    some_todays,
    stored,
    total_of,
    within_a_test,
)
from tally.db import queries
from tally.db.engine import Database, lift_time_limit
from tally.db.models import Account
from tally.db.sql import source
from tally.domain.filter_query import read_filter
from tally.domain.limits import Key
from tally.domain.periods import DAY, Span
from tally.statistics.compute import statistics_for

TODAY = date(2026, 11, 22)
STATEMENTS = tuple(
    f"reads/{name}" for name in ("period", "sums", "latest_days", "first_day", "calendar")
)


@within_a_test
@given(st.data(), some_todays())
def test_period(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    start, end = sorted((data.draw(days_near(today)), data.draw(days_near(today))))
    starts = sorted({start, *data.draw(st.lists(st.dates(start, end), max_size=5))})
    with stored(database, records) as (db, user):
        found = queries.period(db, user.id, read_filter([], today), Span(start, end), starts)
    inside = [r for r in records if start <= r.day <= end and not r.deleted]
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


@within_a_test
@given(st.data(), some_todays())
def test_sums(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    day = days_near(today)
    keys = st.builds(Key, st.sampled_from(["coffee", "tea", "сок"]), st.sampled_from(["cup", ""]))
    spans = st.tuples(day, day).map(lambda pair: Span(min(pair), max(pair)))
    wanted = data.draw(st.lists(st.tuples(keys, spans), max_size=6, unique=True))
    with stored(database, records) as (db, user):
        found = queries.sums(db, user.id, read_filter([("min", "2")], today), wanted)
    assert found == {
        (key, span): total_of(
            [
                r
                for r in records
                if r.key == key
                and span.start <= r.day <= span.end
                and r.value >= 2
                and not r.deleted
            ]
        )
        for key, span in wanted
    }


@within_a_test
@given(st.data(), some_todays())
def test_first_and_latest_days(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    matching = read_filter([("type", "coffee"), ("period", "all")], today)
    keys = [Key("coffee", "cup"), Key("tea", ""), Key("never noted", "")]
    with stored(database, records) as (db, user):
        latest = queries.latest_days(db, user.id, keys, today)
        first = queries.first_day(db, user.id, matching)
    live = [record for record in records if not record.deleted and record.day <= today]
    assert latest == {key: max((r.day for r in live if r.key == key), default=None) for key in keys}
    assert first == min((r.day for r in live if r.type.lower() == "coffee"), default=None)


@within_a_test
@given(st.data(), some_todays())
def test_calendar(database: Database, data: st.DataObject, today: date) -> None:
    records = data.draw(records_near(today))
    key = Key("coffee", "cup")
    span = Span(today - 370 * DAY, today)
    with stored(database, records) as (db, user):
        found = queries.calendar(db, user.id, read_filter([], today), [key], span)
    mine = [r for r in records if r.key == key and not r.deleted]
    wanted = expected_calendar(today, today, mine)["calendar"]
    assert [
        {"date": day.isoformat(), "total": plainly(total), "step": step}
        for day, total, step in sorted(found[key])
    ] == [day for day in wanted if day["step"]]


# What it costs


@contextmanager
def executed(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)


def test_the_number_of_statements_does_not_depend_on_the_number_of_types(
    database: Database,
) -> None:
    limits = [{"type": "type 1", "unit": "cup", "value": "3", "per": "week"}]

    def sent(types: int, *pairs: tuple[str, str]) -> int:
        records = [Record(TODAY, f"type {n}", "cup", Decimal(n)) for n in range(types)]
        matching = read_filter(pairs, TODAY, usual_period="month")
        with stored(database, records, limits) as (db, user), executed(database) as statements:
            assert len(statistics_for(db, user, matching, TODAY).types) >= 1
            return len(statements)

    assert sent(2) == sent(40) == 3
    assert sent(40, ("period", "all")) == 4
    # And one for how the account spells the type.
    assert sent(40, ("type", "type 1"), ("to", TODAY.isoformat())) == 7


def test_a_month_is_read_from_indexes_alone_and_no_further_than_it_reaches(
    database: Database,
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
        user = cast(Account, SimpleNamespace(id=user_id, preferences={"limits": [limit]}))
        month = read_filter([], TODAY, usual_period="month")
        with executed(database) as statements:
            found = statistics_for(connection, user, month, TODAY)
        assert [one.entries for one in found.types] == [22 * a_day // types] * types
        for statement, parameters in statements:
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
    """Each look at the records binds its user; dates are days; no setting of a session counts."""
    statement = re.sub(r"--.*", "", source(name))
    looks = len(re.findall(r"\bFROM consumption_records\b", statement))
    assert looks >= 1
    assert len(re.findall(r"\buser_id = :user_id\b", statement)) == looks
    assert not re.search(
        r"date_trunc|time zone|current_date|current_timestamp|\bSET\b|\busers\b", statement, re.I
    )
