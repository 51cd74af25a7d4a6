"""Lines that can be closed: what is counted otherwise since the update, meters that are overdue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import HTMX, Account

OVERDUE = "water: read 42 days ago, usually every 28"


def read_off(client: TestClient, today: date, *days_ago: int) -> None:
    for number, ago in enumerate(days_ago):
        reading = {"consumption_type": "water", "unit": "m³", "reading": str(100 + number)}
        day = str(today - timedelta(days=ago))
        answer = client.post("/consumption", json=reading | {"consumption_date": day})
        assert answer.status_code == 201, answer.text


def test_a_meter_that_is_overdue_says_so_until_it_is_quieted(
    client: TestClient, today: date
) -> None:
    read_off(client, today, 42 + 28 * 3, 42 + 28 * 2, 42 + 28, 42)
    for page in ("/", "/add"):
        assert OVERDUE in client.get(page).text
    quiet = {"notice": "meter", "type": "water", "unit": "m³"}
    answer = client.post("/notices", data=quiet, headers=HTMX)
    assert (answer.status_code, answer.text) == (200, "")
    for page in ("/", "/add"):
        assert OVERDUE not in client.get(page).text


def test_a_quieted_meter_is_silent_under_its_new_name_and_its_old_one(
    client: TestClient, today: date
) -> None:
    read_off(client, today, 42 + 28 * 3, 42 + 28 * 2, 42 + 28, 42)
    client.post("/notices", json={"notice": "meter", "type": "Water", "unit": "m³"})
    assert "usually every" not in client.get("/add").text
    rename = {"type": "water", "unit": "m³", "to_type": "house water"}
    change = client.post("/types", json=rename).json()["change"]
    page = client.get("/add").text
    assert "house water" in page and "usually every" not in page
    client.post("/consumption/undo", json={"change": change})
    assert "usually every" not in client.get("/add").text
    spelled = {"all": "1", "action": "typed", "set-type": "WATER"}
    assert client.post("/consumption/bulk", json=spelled).json()["changed"] == 4
    page = client.get("/add").text
    assert "WATER" in page and "usually every" not in page


def test_a_hidden_meter_is_never_overdue(client: TestClient, today: date) -> None:
    read_off(client, today, 42 + 28 * 3, 42 + 28 * 2, 42 + 28, 42)
    hide = {"type": "water", "unit": "m³", "hidden": "on"}
    assert client.post("/types", data=hide, headers=HTMX).status_code == 200
    for page in ("/", "/add"):
        assert OVERDUE not in client.get(page).text


def test_a_closed_reminder_comes_back_once_the_meter_was_read_and_is_overdue_again(
    client: TestClient, today: date, clock: Any
) -> None:
    read_off(client, today, 42 + 28 * 3, 42 + 28 * 2, 42 + 28, 42)
    client.post("/notices", data={"notice": "meter", "type": "water", "unit": "m³"})
    reading = {"consumption_type": "water", "unit": "m³", "reading": "200"}
    client.post("/consumption", json=reading | {"consumption_date": str(today)})
    assert "usually every" not in client.get("/add").text
    clock.moved += timedelta(hours=11)  # The session lasts; the reading moves back instead.
    moved = "UPDATE consumption_records SET consumption_date = consumption_date - 43"
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    with database.changing() as db:
        db.execute(text(moved))
    assert "usually every" in client.get("/add").text


@pytest.mark.parametrize("days", [(80, 50, 20), (104, 76, 48, 40), (125, 97, 69, 41), (41,)])
def test_what_is_in_time_or_read_too_seldom_to_tell_is_silent(
    client: TestClient, today: date, days: tuple[int, ...]
) -> None:
    read_off(client, today, *days)
    assert "usually every" not in client.get("/add").text


def test_the_update_is_told_once(client: TestClient, ada: Account, database: Database) -> None:
    assert "Since the update" not in client.get("/").text
    told = """UPDATE users SET preferences = preferences || '{"news": "known days"}'"""
    with database.changing() as db:
        db.execute(text(told))
    page = client.get("/").text
    assert "a day that nobody has read is unknown, not zero" in page
    answer = client.post("/notices", data={"notice": "update", "type": "", "unit": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Since the update" not in client.get("/").text


def test_only_what_there_is_can_be_closed(client: TestClient) -> None:
    answer = client.post("/notices", json={"notice": "everything"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["notice"])
    missing = {"notice": "meter", "type": "no such", "unit": ""}
    assert client.post("/notices", json=missing).status_code == 200
