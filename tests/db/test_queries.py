"""Reads that have an end, whatever one member stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import arrays, meter_queries, queries
from tally.db.engine import Database, lift_time_limit
from tally.db.sql import source
from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.transfer.rows.identity import FILE_IDS
from tests.statements import statements_of

TYPES = 10_000


@pytest.fixture
def db(database: Database, new_tables: None) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        lift_time_limit(connection)
        yield connection


@pytest.fixture
def hoarder(db: Connection) -> UUID:
    """Somebody with 10,000 types, each noted twice; those with high numbers were used last."""
    user_id = uuid4()
    db.execute(
        text("INSERT INTO users (id, email, name, password_hash) VALUES (:id, 'h@x.org', 'H', '')"),
        {"id": user_id},
    )
    db.execute(
        text(
            "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
            " consumption_type, unit) SELECT :id, DATE '1990-01-01' + n, n,"
            " 'type ' || lpad((n % :types)::text, 5, '0'), 'unit'"
            " FROM generate_series(0, 2 * :types - 1) AS n"
        ),
        {"id": user_id, "types": TYPES},
    )
    db.execute(text("ANALYZE consumption_records"))
    return user_id


def rows_read(db: Connection, name: str, keys: dict[str, Any]) -> float:
    """The rows that all scans of a statement's plan take from the table, as it was run."""
    explained = db.execute(
        text(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {source(name)}"), keys
    ).scalar_one()
    plan = explained if isinstance(explained, list) else json.loads(explained)

    def count(node: dict[str, Any]) -> float:
        own = 0.0
        if node.get("Relation Name") == "consumption_records":
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            own = rows * node["Actual Loops"]
        return own + sum(map(count, node.get("Plans", ())))

    return count(plan[0]["Plan"])


def test_of_too_many_types_those_used_last_are_known(
    db: Connection, hoarder: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest = [f"type {number:05}" for number in range(TYPES - queries.MAX_USED, TYPES)]
    assert [used.type for used in queries.used(db, hoarder)] == latest
    monkeypatch.setattr(queries, "MAX_USED", TYPES)
    assert len(queries.used(db, hoarder)) == TYPES


def test_of_too_many_types_those_of_a_name_are_known_in_any_case(
    db: Connection, hoarder: UUID
) -> None:
    assert queries.used_with(db, hoarder, ["new"]) == queries.used(db, hoarder)
    *known, (name, unit, day, _) = queries.used_with(db, hoarder, ["new", " TYPE  00000 "])
    assert known == queries.used(db, hoarder)
    assert (name, unit) == ("type 00000", "unit")
    latest = db.execute(
        text(
            "SELECT MAX(consumption_date) FROM consumption_records WHERE consumption_type = :name"
        ),
        {"name": name},
    ).scalar_one()
    assert day == latest


def test_where_the_newest_records_are_of_few_types_others_follow_by_name(
    db: Connection, hoarder: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_USED", 7)
    monkeypatch.setattr(queries, "MAX_NEWEST", 3)
    known = queries.used(db, hoarder)
    assert [used.type for used in known] == [
        f"type {number:05}" for number in (4, 5, 6, 7, 9997, 9998, 9999)
    ]
    days = db.execute(
        text("SELECT MAX(consumption_date) FROM consumption_records GROUP BY consumption_type")
    ).scalars()
    assert {used.day for used in known} <= set(days)


def test_what_is_read_for_the_types_has_an_end(db: Connection, hoarder: UUID) -> None:
    keys = {"user_id": hoarder, "most": 100, "newest": 500}
    assert rows_read(db, "reads/used", keys) <= 101 + 500 + 1
    assert rows_read(db, "reads/used", keys | {"most": TYPES}) <= TYPES + 1


def test_of_many_meters_those_read_last_stand_in_the_list(db: Connection, hoarder: UUID) -> None:
    db.execute(
        text(
            "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
            " consumption_type, unit, reading, meter, days)"
            " SELECT :id, DATE '2020-01-01' + n, 0, 'meter ' || n, '', n, 1, 0"
            " FROM generate_series(1, 250) AS n"
        ),
        {"id": hoarder},
    )
    listed = [meter.type for meter in meter_queries.in_use(db, hoarder)]
    assert listed == [f"meter {number}" for number in range(151, 251)]


def test_an_account_without_a_reading_is_asked_one_short_question_about_meters(
    db: Connection, hoarder: UUID
) -> None:
    with statements_of(db) as statements:
        assert meter_queries.in_use(db, hoarder) == []
    [(question, *_)] = statements
    assert "has_readings" in question
    assert rows_read(db, "reads/has_readings", {"user_id": hoarder}) <= 1


def test_an_amount_beside_many_spans_of_a_file_is_read_once(db: Connection) -> None:
    user_id, weeks = uuid4(), 2_000
    db.execute(
        text("INSERT INTO users (id, email, name, password_hash) VALUES (:id, 'w@x.org', 'W', '')"),
        {"id": user_id},
    )
    db.execute(
        text(
            "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
            " consumption_type, unit, days)"
            " SELECT :id, DATE '1980-01-01' + n, n, 'gas', 'kWh', CASE WHEN n % 2 = 0 THEN 700"
            " ELSE 1 END FROM generate_series(1, :weeks) AS n"
        ),
        {"id": user_id, "weeks": weeks},
    )
    db.execute(text("ANALYZE consumption_records"))
    spans = [
        (Key("gas", "kWh"), Span(first, first + timedelta(days=30)))
        for first in (date(1980, 1, 1) + timedelta(days=age) for age in range(1_000))
    ]
    keys = {
        "user_id": user_id,
        "change": uuid4(),
        "first_id": FILE_IDS.first,
        "last_id": FILE_IDS.last,
        "wins": False,
        **arrays.of_spans(spans),
    }
    assert rows_read(db, "reads/spans_beside", keys) <= 2 * weeks
