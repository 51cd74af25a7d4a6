"""Names that a handler does not read are refused where they could do harm, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.app import routes
from tally.db.engine import Database
from tally.web.parameters import taken_by
from tally.web.static_files import Statics
from tests.conftest import HTMX, JSON

ROUTES = [route for route in routes(Statics()) if isinstance(route, Route)]
CHANGING = [route for route in ROUTES if set(route.methods or ()) - {"GET", "HEAD"}]


@pytest.mark.parametrize(
    "route", CHANGING, ids=lambda route: f"{'|'.join(sorted(route.methods))} {route.path}"
)
def test_what_changes_something_says_which_names_it_reads(route: Route) -> None:
    assert taken_by(route.endpoint) is not None


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("", {"all": "1", "action": "delete", "typ": "tea"}),
        ("?typ=tea", {"all": "1", "action": "delete"}),
        ("?form=2026-01-01", {"all": "1", "action": "delete"}),
        ("", {"all": "1", "action": "delete", "export": "1"}),
        ("", {"all": "1", "action": "delete", "created_at": "2026-01-01"}),
        ("?deleted_at=2026-01-01", {"all": "1", "action": "delete"}),
    ],
)
@pytest.mark.parametrize("headers", [JSON, HTMX, {}], ids=["json", "fragment", "page"])
def test_a_misspelt_filter_changes_nothing(
    client: TestClient,
    database: Database,
    query: str,
    sent: dict[str, str],
    headers: dict[str, str],
) -> None:
    for line in ("tea 2", "coffee 1"):
        assert client.post("/consumption", data={"line": line}).status_code == 303
    answer = client.post(f"/consumption/bulk{query}", data=sent, headers=headers)
    assert answer.status_code == 422
    if headers is JSON:
        [(name, sentence)] = answer.json()["fields"].items()
        meant = {"typ": "Is it “type”?", "form": "Is it “from”?"}
        assert name in sentence and meant.get(name, "") in sentence
    with database.reading() as db:
        there = text("SELECT count(*) FROM consumption_records WHERE deleted_at IS NULL")
        assert db.execute(there).scalar() == 2


@pytest.mark.parametrize(
    ("method", "address", "name", "sent"),
    [
        ("POST", "/consumption/import?dry_run=1", "dry_run", {"files": {"file": b"tea 1"}}),
        ("POST", "/types?dry_run=1", "dry_run", {"json": {"type": "tea", "to_type": "coffee"}}),
        ("POST", "/limits?value=5", "value", {"json": {"type": "tea", "per": "day"}}),
        ("PUT", "/consumption/{id}?version=9", "version", {"json": {"notes": "x"}}),
        ("PUT", "/consumption/{id}", "restore", {"json": {"notes": "x", "restore": "1"}}),
        ("POST", "/consumption?id={id}", "id", {"data": {"line": "tea 1"}}),
    ],
)
@pytest.mark.parametrize("headers", [JSON, HTMX, {}], ids=["json", "fragment", "page"])
def test_a_field_is_not_passed_over_where_nothing_reads_it(
    client: TestClient,
    database: Database,
    method: str,
    address: str,
    name: str,
    sent: dict[str, Any],
    headers: dict[str, str],
) -> None:
    saved = client.post("/consumption", data={"line": "tea 2"}, headers=JSON).json()["records"][0]
    assert client.post("/limits", json={"type": "tea", "value": "4", "per": "day"}).is_success

    def rows() -> list[Any]:
        with database.reading() as db:
            records = db.execute(text("SELECT * FROM consumption_records")).all()
            return [*records, *db.execute(text("SELECT preferences FROM users"))]

    before = rows()
    address = address.format(id=saved["id"])
    answer = client.request(method, address, headers=headers, **sent)
    assert answer.status_code == 422
    if headers is JSON:
        assert answer.json()["fields"].keys() == {name}
    assert rows() == before


@pytest.mark.parametrize(
    "path", ["/consumption", "/consumption/totals", "/stats", "/consumption/suggestions"]
)
def test_programs_are_told_of_it_and_pages_pass_over_it(client: TestClient, path: str) -> None:
    refused = client.get(f"{path}?typ=tea&format=json")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["typ"])
    assert client.get(f"{path}?typ=tea", headers=HTMX).status_code == 200
    assert client.get(f"{path}?format=json").status_code == 200


@pytest.mark.parametrize("name", ["user_id", "is_admin", "created_at", "updated_at", "deleted_at"])
@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/consumption", None),
        ("GET", "/stats", None),
        ("GET", "/consumption/suggestions", None),
        ("DELETE", "/consumption/{id}", None),
        ("PUT", "/consumption/{id}", {"notes": "x"}),
        ("POST", "/consumption", {"line": "tea 3"}),
    ],
)
def test_what_only_the_server_sets_is_no_parameter_of_an_address(
    client: TestClient, method: str, path: str, sent: dict[str, str] | None, name: str
) -> None:
    saved = client.post("/consumption", data={"line": "tea 2"}, headers=JSON).json()["records"][0]
    address = f"{path.format(id=saved['id'])}?{name}=2026-01-01"
    answer = client.request(method, address, json=sent, headers=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [name])
    assert client.get("/consumption", headers=JSON).json()["records"] == [saved]


def test_a_file_is_for_programs_too(client: TestClient) -> None:
    assert client.get("/consumption?typ=tea&format=csv").status_code == 422
    assert client.get("/list?typ=tea&utm_source=mail").status_code == 200


def test_a_record_may_be_sent_back_whole(client: TestClient) -> None:
    made = client.post("/consumption", data={"line": "tea 2"}, headers=JSON).json()["records"][0]
    changed = made | {"consumption_value": "3"}
    answer = client.put(f"/consumption/{made['id']}", json=changed, headers=JSON)
    assert (answer.status_code, answer.json()["consumption_value"]) == (200, "3")
    answer = client.put(f"/consumption/{made['id']}", json=changed | {"note": "x"}, headers=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["note"])


def test_what_only_the_server_sets_is_passed_over(client: TestClient) -> None:
    sent = {"line": "tea 2", "user_id": "x", "is_admin": "1", "created_at": "1999-01-01"}
    assert client.post("/consumption", data=sent, headers=JSON).status_code == 201
