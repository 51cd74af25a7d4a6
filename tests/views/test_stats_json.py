"""GET /stats?format=json: the numbers for programs, to the letter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import Account, Clock, _signed_in
from tests.slow_statistics import Record, insert

NOVEMBER_22 = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def registered_on_sunday() -> dict[str, tuple[dict[str, Any], str]]:
    return {}


@pytest.fixture
def ada(
    app: Starlette,
    running: TestClient,
    database: Database,
    clock: Clock,
    registered_on_sunday: dict[str, tuple[dict[str, Any], str]],
) -> Account:
    """Ada, signed in on Sunday, 22 November 2026, and it is still that day."""
    clock.set(NOVEMBER_22)
    return _signed_in("ada@example.org", "Ada", app, running, database, registered_on_sunday)


def note(database: Database, ada: Account, *lines: str) -> None:
    """Records of `2026-11-20 coffee 2 cup`, the unit optional."""
    records = []
    for line in lines:
        day, name, value, *unit = line.split()
        records.append(Record(date.fromisoformat(day), name, "".join(unit), Decimal(value)))
    with database.changing() as db:
        insert(db, ada.id, records)


def limit(database: Database, ada: Account, name: str, unit: str, value: str, per: str) -> None:
    with database.changing() as db:
        db.execute(
            text(
                "UPDATE users SET preferences = jsonb_build_object('limits', jsonb_build_array("
                "jsonb_build_object('type', :type, 'unit', :unit, 'value', :value, 'per', :per)))"
                " WHERE id = :id"
            ),
            {"type": name, "unit": unit, "value": value, "per": per, "id": ada.id},
        )


def stats(ada: Account, query: str = "") -> Any:
    answer = ada.client.get(f"/stats?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_the_running_month_in_full(database: Database, ada: Account) -> None:
    note(
        database,
        ada,
        "2026-11-01 electricity 12.50 kWh",
        "2026-11-14 electricity 17.8 kWh",
        "2026-11-14 electricity 0.2 kWh",
        "2026-10-22 electricity 61 kWh",
        "2026-10-23 electricity 99 kWh",
        "2025-11-03 electricity 15.25 kWh",
        "2026-11-23 electricity 1000 kWh",
    )
    limit(database, ada, "electricity", "kWh", "320", "month")
    points = [{"from": f"2026-11-{day:02}", "total": "0", "entries": 0} for day in range(1, 23)]
    points[0] = {"from": "2026-11-01", "total": "12.5", "entries": 1}
    points[13] = {"from": "2026-11-14", "total": "18", "entries": 2}
    assert stats(ada) == {
        "period": {
            "from": "2026-11-01",
            "to": "2026-11-30",
            "today": "2026-11-22",
            "running": True,
            "elapsed_days": 22,
            "days": 30,
        },
        "types": [
            {
                "type": "electricity",
                "unit": "kWh",
                "total": "30.5",
                "entries": 3,
                "active_days": 2,
                "known": {"from": "2026-11-01", "to": "2026-11-22", "days": 22},
                "per_day": "1.386364",
                "per_entry": "10.166667",
                "highest_day": {"date": "2026-11-14", "total": "18"},
                "highest_days": [
                    {"date": "2026-11-14", "total": "18"},
                    {"date": "2026-11-01", "total": "12.5"},
                ],
                "previous": {
                    "from": "2026-10-01",
                    "to": "2026-10-22",
                    "days": 22,
                    "known_days": 22,
                    "total": "61",
                    "difference": "-30.5",
                    "percent": "-50",
                },
                "last_year": {
                    "from": "2025-11-01",
                    "to": "2025-11-22",
                    "days": 22,
                    "known_days": 20,
                    "total": "15.25",
                    "difference": "15.25",
                    "percent": "100",
                },
                "projection": "41.590909",
                "limit": {
                    "value": "320",
                    "per": "month",
                    "used": "30.5",
                    "left": "289.5",
                    "share_used": "0.095313",
                    "share_elapsed": "0.733333",
                    "known_days": 22,
                },
                "last_recorded": "2026-11-14",
                "series": {"bucket": "day", "points": points},
                "weekdays": ["0", "0", "0", "0", "0", "6", "3.125"],
                "cost": None,
            }
        ],
        "next": None,
        "cost": None,
    }


def test_a_single_type_has_calendar_and_streak(database: Database, ada: Account) -> None:
    note(database, ada, "2026-11-21 coffee 2", "2026-11-22 coffee 3", "2026-11-22 tea 1")
    (coffee,) = stats(ada, "type=Coffee&period=2026-11-22")["types"]
    calendar = coffee["calendar"]
    assert len(calendar) == 371 and calendar[0] == {"date": "2025-11-17", "total": None, "step": 0}
    assert calendar[-2:] == [
        {"date": "2026-11-21", "total": "2", "step": 1},
        {"date": "2026-11-22", "total": "3", "step": 3},
    ]
    assert coffee["streak"] == {"current": 2, "longest": 2}
    assert coffee["previous_series"] == {
        "bucket": "day",
        "points": [{"from": "2026-11-21", "total": "2", "entries": 1}],
    }
    assert all("calendar" not in one for one in stats(ada, "type=coffee&type=tea")["types"])


def test_the_statistics_of_an_account_without_records(ada: Account) -> None:
    assert stats(ada)["types"] == []
    assert stats(ada, "period=all") == {
        "period": {
            "from": None,
            "to": "2026-11-22",
            "today": "2026-11-22",
            "running": True,
            "elapsed_days": 0,
            "days": 0,
        },
        "types": [],
        "next": None,
        "cost": None,
    }


def test_a_year_has_weeks_and_all_has_months_and_nothing_to_compare(
    database: Database, ada: Account
) -> None:
    note(database, ada, "2024-12-31 gas 999999999999.999999 m³", "2026-11-22 gas 1 m³")
    (year,) = stats(ada, "period=year")["types"]
    assert year["series"]["bucket"] == "week"
    assert [point["from"] for point in year["series"]["points"]][:2] == ["2026-01-01", "2026-01-05"]
    assert year["series"]["points"][-1] == {"from": "2026-11-16", "total": "1", "entries": 1}
    assert year["previous"]["total"] == "0" and year["previous"]["percent"] is None
    (all_time,) = stats(ada, "period=all")["types"]
    assert all_time["total"] == "1000000000000.999999"
    assert all_time["previous"] is None and all_time["last_year"] is None
    assert all_time["series"]["bucket"] == "month"
    assert all_time["series"]["points"][0]["from"] == "2024-12-31"
    assert all_time["projection"] is None


def test_the_filter_applies(database: Database, ada: Account) -> None:
    note(database, ada, "2026-11-20 water 1 l", "2026-11-21 water 5 l", "2026-11-21 water 330 ml",
         "2026-11-21 water 2")  # fmt: skip
    assert [(one["unit"], one["total"]) for one in stats(ada)["types"]] == [
        ("", "2"), ("l", "6"), ("ml", "330"),
    ]  # fmt: skip
    assert [one["total"] for one in stats(ada, "unit=l&min=2")["types"]] == ["5"]
    assert [one["total"] for one in stats(ada, "unit=-")["types"]] == ["2"]
    assert [one["total"] for one in stats(ada, "q=wat&max=1")["types"]] == ["1"]
    assert stats(ada, "q=tea")["types"] == []


def test_days_that_nobody_has_read_are_null(database: Database, ada: Account) -> None:
    """Electricity is read on the 6th, 13th and 20th; water began with a bill from the 10th on."""
    readings = [("2026-10-30", 7, 48), ("2026-11-06", 7, 51), ("2026-11-13", 7, 54),
                ("2026-11-20", 7, 45)]  # fmt: skip
    records = [Record(date(2026, 10, 23), "electricity", "kWh", Decimal(0), days=0,
                      reading=Decimal(100))]  # fmt: skip
    for day, days, value in readings:
        last = date.fromisoformat(day)
        records.append(
            Record(last, "electricity", "kWh", Decimal(value), days=days, reading=Decimal(value))
        )
    records.append(Record(date(2026, 11, 19), "water", "m³", Decimal(1), days=10))
    with database.changing() as db:
        insert(db, ada.id, records)
    electricity, water = stats(ada)["types"]
    # 6 of the 7 days up to the 6th are November's: 51 × 6 ÷ 7.
    assert electricity["total"] == "142.714286" and electricity["entries"] == 3
    assert electricity["known"] == {"from": "2026-11-01", "to": "2026-11-20", "days": 20}
    assert electricity["per_day"] == "7.135714"
    assert electricity["projection"] == "214.071429"
    assert electricity["active_days"] == 20 and electricity["highest_day"] is None
    points = electricity["series"]["points"]
    assert [point["total"] for point in points][5:7] == ["7.285714", "7.714286"]
    assert [point["total"] for point in points][19:] == ["6.428571", None, None]
    assert electricity["previous"]["known_days"] == 0
    assert electricity["previous"]["percent"] is None
    assert water["known"] == {"from": "2026-11-10", "to": "2026-11-19", "days": 10}
    assert [point["total"] for point in water["series"]["points"]] == (
        [None] * 9 + ["0.1"] * 10 + [None] * 3
    )
    year = stats(ada, "period=2026&type=electricity")["types"][0]
    partly = [point for point in year["series"]["points"] if point["total"]]
    assert partly[0] == {"from": "2026-10-19", "total": "13.714286", "entries": 1, "known_days": 2}


def test_a_limit_without_a_record_is_shown(database: Database, ada: Account) -> None:
    limit(database, ada, "tea", "cup", "0", "week")
    (tea,) = stats(ada)["types"]
    assert (tea["total"], tea["entries"], tea["last_recorded"]) == ("0", 0, None)
    assert tea["highest_day"] is None and tea["per_entry"] is None and tea["per_day"] is None
    assert tea["limit"] == {
        "value": "0",
        "per": "week",
        "used": "0",
        "left": "0",
        "share_used": None,
        "share_elapsed": "1",
        "known_days": 0,
    }
    assert stats(ada, "type=coffee")["types"] == []
    assert stats(ada, "q=tea")["types"] == []


def test_a_future_period(database: Database, ada: Account) -> None:
    note(database, ada, "2026-11-22 tea 1")
    found = stats(ada, "period=2027-01")
    assert found["period"]["elapsed_days"] == 0 and found["period"]["running"] is False
    assert found["types"] == []


@pytest.mark.parametrize(
    ("zone", "today"), [("Pacific/Kiritimati", "2026-11-23"), ("Pacific/Pago_Pago", "2026-11-21")]
)
def test_days_are_the_users_own(database: Database, ada: Account, zone: str, today: str) -> None:
    """At 10:30 UTC it is the next day at UTC+14, and still the day before at UTC-11."""
    with database.changing() as db:
        db.execute(
            text("UPDATE users SET timezone = :zone WHERE id = :id"), {"zone": zone, "id": ada.id}
        )
    tomorrow = date.fromisoformat(today) + timedelta(days=1)
    note(database, ada, f"{today} coffee 2", f"{tomorrow} coffee 40")
    found = stats(ada, "period=today")
    assert found["period"]["today"] == found["period"]["from"] == today
    assert [one["total"] for one in found["types"]] == ["2"]
    assert stats(ada, "period=last-7")["types"][0]["last_recorded"] == today


@pytest.mark.parametrize(
    ("query", "field"),
    [("period=2024-13", "period"), ("period=soon", "period"), ("from=2026-02-30", "from"),
     ("from=2026-11-02&to=2026-11-01", "to"), ("min=many", "min"), ("period=last-9999", "period"),
     ("to=9999-12-31", "to")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_name(ada: Account, query: str, field: str) -> None:
    answer = ada.client.get(f"/stats?{query}&format=json")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


def test_nobody_sees_anothers_numbers(database: Database, ada: Account) -> None:
    bob = uuid4()
    with database.changing() as db:
        db.execute(
            text("INSERT INTO users (id, email, password_hash, name) VALUES (:id, 'b@e', '', 'B')"),
            {"id": bob},
        )
        insert(db, bob, [Record(date(2026, 11, 22), "coffee", "cup", Decimal(1))])
    assert stats(ada, "period=all")["types"] == []
    ada.client.cookies.clear()
    assert ada.client.get("/stats?format=json").status_code == 401


def test_days_between_two_meters_are_unknown_though_plain_records_lie_ahead(ada: Account) -> None:
    power: dict[str, Any] = {"consumption_type": "electricity", "unit": "kWh"}
    for day, more in [
        ("01", {"consumption_value": "5"}),
        ("05", {"reading": "100"}),
        ("12", {"reading": "3", "new_meter": "1"}),
        ("15", {"reading": "9"}),
    ]:
        sent = power | {"consumption_date": f"2026-11-{day}"} | more
        assert ada.client.post("/consumption", json=sent).status_code == 201
    [one] = ada.client.get("/stats?format=json").json()["types"]
    # The 1st to the 5th, and the 13th to the 15th: nobody read the first meter after the 5th.
    assert one["known"] == {"from": "2026-11-01", "to": "2026-11-15", "days": 8}
    assert (one["total"], one["per_day"]) == ("11", "1.375")
    totals = [point["total"] for point in one["series"]["points"]]
    assert totals == ["5", *"0000", *[None] * 7, *"222", *[None] * 7]
