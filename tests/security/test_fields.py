"""docs/fields.md says what each field may hold; the server holds to it, at both edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Engine

import tally
from tests.security.conftest import JSON, PASSWORD, Server, is_well
from tests.security.surface import body

TABLES = (Path(tally.__file__).parents[2] / "docs" / "fields.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLES.splitlines()
    if line.startswith("| ") and not line.startswith("| form")
]
RECORD = ("consumption_date", "consumption_value", "consumption_type", "unit", "notes")


def send(client: httpx2.Client, form: str, field: str, value: str) -> int:
    good = body(uuid4())
    match form:
        case "record":
            sent = {name: good[name] for name in RECORD} | {field: value}
            answer = client.post("/consumption", data=sent, headers=JSON)
        case "filter":
            answer = client.get("/consumption", params={"format": "json", field: value})
        case "limits":
            sent = {"type": "coffee", "unit": "cup", field: value}
            answer = client.post("/limits", data=sent, headers=JSON)
        case "account":
            answer = client.post("/account", data={field: value}, headers=JSON)
        case _:
            email = f"{uuid4()}@lindenhof.example"
            new = {"name": "Somebody", "email": email, "password": PASSWORD, field: value}
            answer = client.post("/auth/register", data=new, headers=JSON)
    is_well(answer)
    return answer.status_code


TEXTS = [row for row in ROWS if row[4] not in ("1", "1 day", "0.000001")]
EDGES = [row for row in ROWS if row not in TEXTS]


@pytest.mark.parametrize(("form", "field", "least", "most", "_"), TEXTS, ids=str)
def test_texts_are_taken_up_to_their_documented_lengths(
    form: str, field: str, least: str, most: str, _: str, client: httpx2.Client, server: Server
) -> None:
    for length, is_taken in (
        (int(least) - 1, False),
        (int(least), True),
        (int(most), True),
        (int(most) + 1, False),
    ):
        if length >= 0:
            status = send(client, form, field, ("Qé7" * 1_000)[:length])
            assert (status < 300) is is_taken, length
            assert is_taken or status == 422


@pytest.mark.parametrize(("form", "field", "least", "most", "step"), EDGES, ids=str)
def test_numbers_and_dates_are_taken_within_their_documented_bounds(
    form: str, field: str, least: str, most: str, step: str, client: httpx2.Client, engine: Engine
) -> None:
    if "day" in step:
        day = timedelta(days=1)
        first = datetime.fromisoformat(least).date()
        last = datetime.now(UTC).date() + day
        values = [str(value) for value in (first - day, first, last, last + day)]
    else:
        one = Decimal(step)
        values = [
            f"{value:f}"
            for value in (Decimal(least) - one, Decimal(least), Decimal(most), Decimal(most) + one)
        ]
    statuses = [send(client, form, field, value) for value in values]
    assert statuses[0] == statuses[3] == 422
    assert statuses[1] < 300 and statuses[2] < 300


def test_fields_that_must_agree(client: httpx2.Client) -> None:
    days = {"from": "2026-02-01"}, {"to": "2026-01-31"}
    for first, last in (days, ({"min": "5"}, {"max": "4"})):
        refused = client.get("/consumption", params={"format": "json", **first, **last})
        is_well(refused)
        assert refused.status_code == 422
        assert list(refused.json()["fields"]) == list(last)
    equal = client.get("/consumption", params={"format": "json", "min": "5", "max": "5.0"})
    assert equal.json()["count"] == 0


def test_the_rows_of_the_documented_tables_are_found() -> None:
    assert len(TEXTS) == 6 and len(EDGES) == 7
