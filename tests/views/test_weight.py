"""The weight of pages: the bytes of a row, and parts that are written once for all rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.server import demo
from tests.conftest import HTMX, JSON, Account, Clock

ROWS = 50
# A row of a list, its notes not counted.
MAX_ROW_BYTES = 450
MAX_TYPE_PAGE_BYTES = 100_000


def test_a_row_of_the_list_is_light(client: TestClient, clock: Clock) -> None:
    for number in range(ROWS):
        day = clock.today() - timedelta(days=number % 5)
        fields = {
            "consumption_date": day.isoformat(),
            "consumption_value": f"{number}.5",
            "consumption_type": "electricity",
            "unit": "kWh",
        }
        assert client.post("/consumption", data=fields, headers=JSON).status_code == 201
    answer = client.get("/consumption?sort=value", headers=HTMX)
    assert answer.text.count("<tr") == ROWS
    assert len(answer.content) / ROWS < MAX_ROW_BYTES
    page = client.get("/list").text
    assert page.count('id="row-tools"') == 1


def record_daily(database: Database, account: Account, clock: Clock, types: int) -> None:
    """A record a day of each of `types` types, for forty days."""
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit)"
                " SELECT :user_id, CAST(:today AS date) - day, 100 + day * 0.37 + number,"
                " 'electricity ' || number, 'kWh'"
                " FROM generate_series(0, 39) AS day, generate_series(1, :types) AS number"
            ),
            {"user_id": account.id, "today": clock.today(), "types": types},
        )


@pytest.mark.parametrize(
    ("day", "types", "most"),
    [("2026-11-12", 6, 30_000), ("2026-11-30", 6, 30_000), ("2026-11-30", 41, 150_000)],
)
def test_a_dashboard_is_light(
    day: str,
    types: int,
    most: int,
    sign_in_on: Callable[[str], Account],
    database: Database,
    clock: Clock,
) -> None:
    ada = sign_in_on(day)
    record_daily(database, ada, clock, types)
    answer = ada.client.get("/")
    assert answer.text.count('class="cell type-card') == types
    assert len(answer.content) < most


def test_the_page_of_a_type_is_light(
    sign_in_on: Callable[[str], Account], database: Database, clock: Clock
) -> None:
    ada = sign_in_on("2026-11-30")
    record_daily(database, ada, clock, 1)
    answer = ada.client.get("/", params={"type": "electricity 1"})
    assert "<h1" in answer.text
    assert len(answer.content) < MAX_TYPE_PAGE_BYTES


@pytest.mark.parametrize("show", ["", "cost"])
def test_the_year_of_a_type_with_long_figures_is_light(
    show: str, sign_in_on: Callable[[str], Account], database: Database
) -> None:
    ada = sign_in_on("2026-11-30")
    with database.changing() as db:
        db.execute(text('UPDATE users SET preferences = preferences || \'{"currency": "EUR"}\''))
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit, cost)"
                " SELECT :user_id, CAST('2026-11-30' AS date) - day, 6199.124 + day, 'water', 'l',"
                " 1944.85 + day FROM generate_series(0, 730) AS day"
            ),
            {"user_id": ada.id},
        )
    answer = ada.client.get("/", params={"type": "water", "period": "last-365", "show": show})
    assert "Week by week" in answer.text
    assert len(answer.content) < MAX_TYPE_PAGE_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("show", ["", "cost"])
@pytest.mark.parametrize("name", ["electricity", "coffee"])
def test_the_year_of_a_type_is_light(
    name: str, show: str, app: Starlette, running: TestClient, database: Database, clock: Clock
) -> None:
    """A column a week and the year before behind it: readings of a meter, and records of days."""
    clock.set(datetime.fromisoformat("2026-12-31T10:30+00:00"))
    with database.changing() as db:
        password = demo.fill(db, clock())
    client = TestClient(app, follow_redirects=False)
    client.portal = running.portal
    assert client.post("/auth/login", data={"email": demo.EMAIL, "password": password}).is_redirect
    answer = client.get("/", params={"type": name, "period": "year", "show": show})
    assert "Week by week" in answer.text
    assert len(answer.content) < MAX_TYPE_PAGE_BYTES
