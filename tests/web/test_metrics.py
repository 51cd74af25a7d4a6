"""The metrics that Prometheus reads."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.web import metrics
from tests.conftest import Account


def numbers(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == metrics.CONTENT_TYPE
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(client: TestClient, name: str, **labels: str) -> float:
    return numbers(client).get((name, frozenset(labels.items())), 0.0)


def test_durations_are_by_route_not_by_address(ada: Account) -> None:
    name = "tally_request_duration_seconds_count"
    labels = {"method": "GET", "route": "/consumption/{id}", "status": "404"}
    before = value(ada.client, name, **labels)
    for number in range(3):
        ada.client.get(f"/consumption/00000000-0000-0000-0000-00000000000{number}")
    assert value(ada.client, name, **labels) == before + 3


def test_all_unknown_addresses_are_one_series(ada: Account) -> None:
    numbers(ada.client)  # Which is a series of its own from now on.
    before = len(numbers(ada.client))
    for number in range(5):
        ada.client.get(f"/nowhere/{number}")
        ada.client.request(f"ODD{number}", "/nowhere")
    # A histogram for GET, one for every other method, and a count of forms.
    assert len(numbers(ada.client)) - before <= 2 * (len(metrics.SECONDS) + 4) + 2


def test_sign_ins_by_outcome(ada: Account, visitor: TestClient) -> None:
    before = value(visitor, "tally_sign_ins_total", outcome="wrong")
    form = {"email": ada.email, "password": "not the password"}
    assert visitor.post("/auth/login", data=form).status_code == 422
    assert value(visitor, "tally_sign_ins_total", outcome="wrong") == before + 1


@pytest.mark.parametrize(
    ("status", "form", "sign_in"),
    [
        (200, "accepted", "ok"),
        (303, "accepted", "ok"),
        (422, "invalid", "wrong"),
        (429, "refused", "throttled"),
        (403, "refused", "refused"),
        (503, "failed", "failed"),
    ],
)
def test_outcomes(status: int, form: str, sign_in: str) -> None:
    assert metrics._outcome(status) == form
    assert metrics._sign_in_outcome(status) == sign_in


def test_forms_by_outcome(ada: Account) -> None:
    def count(outcome: str) -> float:
        return value(
            ada.client, "tally_form_submissions_total", route="/consumption", outcome=outcome
        )

    before = count("accepted"), count("invalid")
    record = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "x"}
    assert ada.client.post("/consumption", data=record).status_code == 303
    bad = record | {"consumption_value": "much"}
    assert ada.client.post("/consumption", data=bad).status_code == 422
    assert (count("accepted"), count("invalid")) == (before[0] + 1, before[1] + 1)


def test_connections_in_use_are_counted(ada: Account, database: Database) -> None:
    with database.reading() as db:
        db.execute(text("SELECT 1"))
        assert value(ada.client, "tally_database_connections", state="in_use") >= 1


def test_metrics_are_there_only_when_switched_on(app: Starlette, visitor: TestClient) -> None:
    kept, app.state.metrics = app.state.metrics, None
    try:
        assert visitor.get("/metrics").status_code == 404
    finally:
        app.state.metrics = kept
