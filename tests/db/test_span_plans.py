"""Statements of spans, meters and costs read no further than what they are asked for reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.db import meter_queries
from tally.db.engine import Database, lift_time_limit
from tally.domain.filter_query import read_filter
from tally.domain.keys import Key
from tally.domain.meters import Reading
from tally.statistics.costs import with_costs
from tally.statistics.facts import Shown
from tally.statistics.load import statistics_for
from tests.slow_statistics import account
from tests.statements import statements_of
from tests.waiting import WAIT_SECONDS

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
# Ten years: so many records a day of ten types, a bill a week and a meter read each week.
DAYS, A_DAY, TYPES = 3652, 20, 10
WATER = Key("water", "m³")
PRICES = (
    '[{"id": "a", "type": "gas", "unit": "kWh", "from": "2026-11-11", "per_unit": "0.1",'
    ' "base": "9", "base_per": "month"}]'
)
FILL = """
INSERT INTO consumption_records
    (user_id, consumption_date, consumption_value, consumption_type, unit, days, reading, meter)
SELECT
    :id, CAST(:today AS date) - n / :a_day, n % 7, 'type ' || n % :types, 'kWh', 1,
    CAST(NULL AS numeric), CAST(NULL AS smallint)
FROM generate_series(0, :days * :a_day - 1) AS n
UNION ALL
SELECT :id, CAST(:today AS date) - n * 7, 70, 'gas', 'kWh', 7, NULL, NULL
FROM generate_series(0, :days / 7) AS n
UNION ALL
SELECT :id, CAST(:today AS date) - n * 7 - 2, 1, 'water', 'm³', 7, :days - n, 1
FROM generate_series(0, :days / 7) AS n
UNION ALL
SELECT :id, CAST(:today AS date) - :days - 9, 0, 'water', 'm³', 0, 1, 1
"""


@pytest.fixture(scope="module")
def ten_years(app: Starlette, running: TestClient) -> Iterator[tuple[Connection, UUID]]:
    """Somebody with ten years of records, bills and readings; others have as many.

    The tests only read them.
    """
    user_id, other = uuid4(), uuid4()
    database: Database = app.state.database
    with database.changing() as db:
        lift_time_limit(db)
        db.execute(text("TRUNCATE users, consumption_records"))
        for one in (user_id, other):
            db.execute(
                text(
                    "INSERT INTO users (id, email, password_hash, name, prices)"
                    " VALUES (:id, :email, 'x', 'x', CAST(:prices AS jsonb))"
                ),
                {"id": one, "email": f"{one}@example.org", "prices": PRICES},
            )
            keys = {"id": one, "today": TODAY, "days": DAYS, "a_day": A_DAY, "types": TYPES}
            db.execute(text(FILL), keys)
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE consumption_records"))
        # As every connection of the tests has it; RESET would leave what the role has.
        connection.execute(text(f"SET statement_timeout = '{round(WAIT_SECONDS)}s'"))
        yield connection, user_id


def looks(db: Connection, statement: str, parameters: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Each look of a statement at the records, and how many of them it read."""
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
    plan = db.exec_driver_sql(explained, parameters).scalar_one()[0]["Plan"]
    nodes = [plan]
    for node in nodes:
        nodes += node.get("Plans", ())
        if node.get("Relation Name") == "consumption_records":
            passed_over = node.get("Rows Removed by Filter", 0)
            passed_over += node.get("Rows Removed by Index Recheck", 0)
            yield node, round((node["Actual Rows"] + passed_over) * node["Actual Loops"])


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.single_node
@pytest.mark.parametrize("query", [[], [("type", "gas")], [("type", "water"), ("show", "cost")]])
def test_a_month_with_spans_is_read_no_further_than_it_reaches(
    ten_years: tuple[Connection, UUID], query: list[tuple[str, str]]
) -> None:
    db, user_id = ten_years
    preferences = {"currency": "EUR"}
    user = account(user_id, preferences)
    month = read_filter(query, TODAY, usual_period="month")
    with statements_of(db) as statements:
        plain = statistics_for(db, user, month, TODAY, Shown(drawn=True, costs=True))
        found = with_costs(db, user, month, plain, drawn=True)
    assert {"gas", "water"} & {one.type for one in found.types}
    assert any(one.runs for one in found.types)
    # The month, the one before, the year ago, 53 weeks of one type: a twentieth of all.
    most = DAYS * A_DAY // 20
    for statement, parameters, _ in statements:
        for node, read in looks(db, statement, parameters):
            assert "Index" in node["Node Type"] or "Bitmap" in node["Node Type"], statement
            assert read <= most, (statement, node["Node Type"], read)


@pytest.mark.single_node
def test_meters_are_found_by_steps_into_an_index(ten_years: tuple[Connection, UUID]) -> None:
    db, user_id = ten_years
    amid = [(WATER, Reading(TODAY - timedelta(days=2000), Decimal(DAYS)))]
    with statements_of(db) as statements:
        [meter] = meter_queries.in_use(db, user_id)
        [around] = meter_queries.neighbours(db, user_id, amid)
    assert (meter.type, meter.usual_days) == ("water", 7)
    assert around is not None
    for statement, parameters, _ in statements:
        for node, read in looks(db, statement, parameters):
            assert node["Node Type"].startswith("Index"), statement
            # A dozen gaps of a meter, the readings beside one, the largest: never the whole chain.
            assert read <= 60, (statement, node["Index Name"], read)
