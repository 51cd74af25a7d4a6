"""Requests and answers of programs: lines as text, lists, keys, moments, names, formats."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db import queries
from tally.db.engine import Database
from tally.paths import PACKAGE
from tests.conftest import JSON, Account, Clock
from tests.waiting import held

JSON_BODY = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
CUP: dict[str, Any] = {"consumption_type": "tea", "consumption_value": 1, "unit": "cup"}


@pytest.fixture
def rows(database: Database) -> Any:
    """Every record there is, the oldest first."""

    def rows() -> list[Any]:
        with database.reading() as db:
            return list(
                db.execute(text("SELECT * FROM consumption_records ORDER BY created_at, id"))
            )

    return rows


def in_words(day: Any) -> str:
    return f"{day:%A} {day.day} {day:%B}"


# Plain text


def test_lines_as_text_are_saved_and_answered_as_text(
    client: TestClient, rows: Any, clock: Clock
) -> None:
    answer = client.post("/consumption", content="electricity 12.5 kWh\ncoffee\n", headers=TEXT)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    day = in_words(clock.today())
    assert answer.text == f"electricity 12.5 kWh, {day}\ncoffee 1, {day}\n"
    assert sorted(row.consumption_type for row in rows()) == ["coffee", "electricity"]


def test_lines_as_text_are_told_what_was_paid_and_converted(
    client: TestClient, clock: Clock
) -> None:
    day = in_words(clock.today())

    def sent(lines: str) -> str:
        answer = client.post("/consumption", content=lines, headers=TEXT)
        assert answer.status_code == 201
        return str(answer.text)

    sent("electricity 1 kWh")
    assert sent("fuel 42.5l @1.659€") == f"fuel 42.5 l, {day}, 70.51 €\n"
    assert sent("electricity 300 MJ") == f"electricity 83.333333 kWh, {day}, from 300 MJ\n"
    assert sent("fuel 40 l 60€\ntea 1") == f"fuel 40 l, {day}, 60.00 €\ntea 1, {day}\n"


def test_a_line_that_is_not_understood_saves_none(client: TestClient, rows: Any) -> None:
    sent = "coffee 2 cup\n@@ 5\n2026-99-99 tea"
    answer = client.post("/consumption", content=sent, headers=TEXT)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Line 2: @@ 5\n  @@: " in answer.text
    assert "Line 3: 2026-99-99 tea\n  2026-99-99: " in answer.text
    assert "Line 1" not in answer.text
    assert rows() == []


@pytest.mark.parametrize("content", ["", "\n", "  \n\u200b\n"])
def test_text_without_a_line_says_so_in_one_sentence(client: TestClient, content: str) -> None:
    answer = client.post("/consumption", content=content.encode(), headers=TEXT)
    assert answer.status_code == 422
    assert answer.text == ("There is no line in this text. Write what it was, such as coffee 2.\n")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "text/plain", 422),
        (b"  \n", "text/plain", 422),
        (b"caf\xe9 1", "text/plain", 400),
        ("café 1".encode(), "text/plain; charset=latin-1", 415),
        (b"tea\x00 1", "text/plain", 422),
        (b"tea 1\n" * 501, "text/plain", 422),
        (b"x" * 70_000, "text/plain", 413),
        ("\ufeffcafé 1".encode(), "text/plain; charset=UTF-8", 201),
    ],
)
def test_text_is_read_strictly(
    content: bytes, kind: str, status: int, client: TestClient, rows: Any
) -> None:
    answer = client.post("/consumption", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/plain") and answer.text.strip()
    assert len(rows()) == (status == 201)
    if status == 201:
        assert rows()[0].consumption_type == "café"


def test_text_may_be_answered_in_json(client: TestClient) -> None:
    for query, headers in (("", TEXT | JSON), ("?format=json", TEXT)):
        answer = client.post(f"/consumption{query}", content="tea 1 cup", headers=headers)
        assert answer.status_code == 201 and answer.json()["records"]


@pytest.mark.parametrize("path", ["/consumption/undo", "/consumption/bulk", "/limits", "/account"])
def test_text_comes_in_nowhere_else(path: str, client: TestClient) -> None:
    assert client.post(path, content="tea 1 cup", headers=TEXT).status_code == 415


def test_signed_out_text_says_so(visitor: TestClient) -> None:
    answer = visitor.post("/consumption", content="tea 1", headers=TEXT)
    how = "Send a token as “Authorization: Bearer tally_…”."
    assert (answer.status_code, answer.text) == (401, f"Sign in to go on. {how}\n")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("sent", ["coffee 2 cups", '{"line": "coffee 2 cups"}', '[{"unit": "="}]'])
def test_what_curl_calls_a_form_and_is_none_says_how_to_send_it(
    client: TestClient, rows: Any, sent: str
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    for kind in (form, form | {"Content-Type": "text/csv"}):
        answer = client.post("/consumption", content=sent, headers=kind)
        assert answer.status_code == 415 and rows() == []
        assert "lines as Content-Type: text/plain" in answer.json()["error"]


# Lists


def test_a_list_of_records_is_saved_as_one_change(
    client: TestClient, rows: Any, clock: Clock
) -> None:
    sent = [
        {"consumption_type": "electricity", "consumption_value": 12.5, "unit": "kwh"},
        {"consumption_type": "Tea", "consumption_value": "2", "notes": "#late", "unit": None},
        {"consumption_type": "tea", "consumption_value": "3", "consumption_date": "2026-10-05"},
    ]
    for body in (sent, {"records": sent}):
        answer = client.post("/consumption", json=body)
        assert answer.status_code == 201, answer.text
        content = answer.json()
        assert content.keys() == {"records", "change", "remarks", "warnings"}
        assert [record["consumption_date"] for record in content["records"]] == [
            str(clock.today()),
            str(clock.today()),
            "2026-10-05",
        ]
        assert content["records"][0]["unit"] == "kWh"
        assert {str(row.change_id) for row in rows()} >= {content["change"]}
    undone = client.post("/consumption/undo", json={"change": content["change"]})
    assert undone.json()["undone"] == 3
    names = {row.consumption_type for row in rows()}
    assert names == {"electricity", "Tea"}
    redone = client.post("/consumption/undo", json={"change": undone.json()["change"]})
    assert redone.json()["undone"] == 3
    assert client.get("/consumption?format=json").json()["count"] == 6


def test_a_reading_that_does_not_fit_is_refused_at_its_index(client: TestClient, rows: Any) -> None:
    tea = {"consumption_type": "tea", "consumption_value": "1"}
    gas = {"consumption_type": "gas", "unit": "m3"}
    body = [tea, gas | {"reading": "10"}, gas | {"reading": "1"}]
    answer = client.post("/consumption", json=body)
    assert answer.status_code == 422 and rows() == []
    [error] = answer.json()["errors"]
    assert error["index"] == 2 and error["fields"]["reading"].startswith("Lower than 10 on ")


def test_a_program_is_told_of_a_new_type_beside_one_that_there_is(client: TestClient) -> None:
    client.post("/consumption", json={"line": "coffee 2 cups"})
    told = [{"line": 1, "message": "cofee is a new type: you have coffee"}]
    seen = client.get("/consumption/preview?format=json&line=cofee 2 cups").json()
    assert seen["warnings"] == told
    sent = {"line": "cofee 2 cups", "id": str(uuid4())}
    saved = client.post("/consumption", json=sent)
    assert saved.status_code == 201 and saved.json()["warnings"] == told
    again = client.post("/consumption", json=sent)
    assert again.status_code == 200 and again.json()["warnings"] == []


def test_a_field_beside_a_line_is_refused(client: TestClient, rows: Any) -> None:
    body = {"line": "coffee 2 cups", "consumption_date": "2026-11-01", "notes": "hello", "unit": ""}
    answer = client.post("/consumption", json=body)
    assert answer.status_code == 422 and rows() == []
    assert answer.json()["fields"].keys() == {"consumption_date", "notes"}


def test_a_whole_number_may_have_a_point_in_json(client: TestClient) -> None:
    """Other languages write 3 as 3.0, and the description says integer, which 3.0 is."""
    fields = '"consumption_type": "heat", "unit": "kWh", "consumption_value": -0.0'

    def sent(days: str) -> Any:
        body = f'{{{fields}, "days": {days}}}'
        return client.post("/consumption", content=body, headers=JSON_BODY)

    record = sent("3.0").json()
    assert (record["days"], record["consumption_value"]) == (3, "0")
    for days in ("3.5", "-0.0", "-3.0", '"3.0"', "3e9"):
        assert list(sent(days).json()["fields"]) == ["days"]
    address = f"/consumption/{record['id']}"
    edit = client.put(address, content='{"days": 2e0, "version": 1.0}', headers=JSON_BODY)
    assert (edit.status_code, edit.json()["days"]) == (200, 2)
    mark = '{"type": "heat", "unit": "kWh", "colour": 3.0, "place": 2.0}'
    assert client.post("/types", content=mark, headers=JSON_BODY).json()["colour"] == 3


def test_json_is_named_as_the_kind_of_no_body(client: TestClient) -> None:
    """As the libraries of some programs do with each request."""
    client.headers.update(JSON_BODY)
    refused = client.post("/consumption")
    assert refused.status_code == 422
    assert refused.json()["fields"].keys() == {"consumption_value", "consumption_type"}
    record = client.post("/consumption", json={"line": "tea 2"}).json()["records"][0]
    address = f"/consumption/{record['id']}"
    for _ in range(2):
        deleted = client.delete(address)
        assert (deleted.status_code, deleted.json()["id"]) == (200, record["id"])
    restored = client.post(f"{address}/restore")
    assert (restored.status_code, restored.json()["version"]) == (200, 3)


def test_a_float_is_rounded_and_that_is_said(client: TestClient, rows: Any) -> None:
    record = {"consumption_type": "tea", "consumption_value": 0.1 + 0.2}
    remark = {
        "field": "consumption_value",
        "message": "0.30000000000000004 was rounded to 0.3.",
    }
    one = client.post("/consumption", json=record)
    assert one.json()["consumption_value"] == "0.3" and one.json()["remarks"] == [
        {"index": 0, **remark}
    ]
    several = client.post("/consumption", json=[record | {"consumption_value": 1}, record])
    assert several.json()["remarks"] == [{"index": 1, **remark}]
    text = client.post("/consumption", json=record | {"consumption_value": "0.30000000000000004"})
    assert text.status_code == 422 and "6 decimals" in text.json()["fields"]["consumption_value"]


def test_whatever_is_rounded_is_remarked_on(client: TestClient) -> None:
    kind = {"type": "heat", "unit": "kWh"}

    def remarks(answer: Any) -> list[str]:
        assert answer.status_code in (200, 201), answer.text
        return [remark["message"] for remark in answer.json().get("remarks", [])]

    sum_of_floats = ["0.30000000000000004 was rounded to 0.3."]
    limit = client.post("/limits", json=kind | {"value": 0.1 + 0.2})
    assert remarks(limit) == sum_of_floats and limit.json()["value"] == "0.3"
    assert remarks(client.post("/limits", json=kind | {"value": 3.0})) == []
    # A price is kept with two decimals more.
    for number, kept, told in [
        (0.00032145, "0.00032145", []),
        (0.123456789, "0.12345679", ["0.123456789 was rounded to 0.12345679."]),
    ]:
        price = client.post("/prices", json=kind | {"from": "2026-01-01", "per_unit": number})
        assert price.json()["per_unit"] == kept and remarks(price) == told
    base = client.post("/prices", json=kind | {"from": "2026-02-01", "base": 0.1 + 0.2})
    assert remarks(base) == sum_of_floats
    record = client.post("/consumption", json={"consumption_type": "tea", "consumption_value": 1})
    address = f"/consumption/{record.json()['id']}"
    assert remarks(client.put(address, json={"consumption_value": 0.1 + 0.2})) == sum_of_floats


def test_an_edit_says_that_its_cost_sets_the_currency(client: TestClient) -> None:
    sentence = "Costs are in €: choose another currency in the account."
    record = {"consumption_type": "tea", "consumption_value": "1"}
    addresses = [
        f"/consumption/{client.post('/consumption', json=record).json()['id']}" for _ in range(2)
    ]
    answer = client.put(addresses[0], json={"cost": "2"}).json()
    assert answer["remarks"] == [{"index": 0, "field": "cost", "message": sentence}]
    client.post("/consumption/undo", json={"change": answer["change"]})
    # Without scripts the page after it says so.
    page = client.post(addresses[1], data={"cost": "2"}).headers["location"]
    assert client.get(page).text.count(sentence) == 1


def test_all_or_none_of_a_list_with_each_fault_at_its_index(client: TestClient, rows: Any) -> None:
    good = {"consumption_type": "tea", "consumption_value": "1"}
    answer = client.post(
        "/consumption", json=[good, good | {"consumption_value": "much"}, good, {"unit": "l"}]
    )
    assert answer.status_code == 422 and rows() == []
    errors = answer.json()["errors"]
    assert [error["index"] for error in errors] == [1, 3]
    assert errors[0]["fields"].keys() == {"consumption_value"}
    assert errors[1]["fields"].keys() == {"consumption_value", "consumption_type"}
    assert answer.json()["error"].startswith("Record 1: ")


def test_all_kinds_of_faults_of_a_list_are_told_at_once(client: TestClient, rows: Any) -> None:
    own_id = str(uuid4())
    good = {"consumption_type": "tea", "consumption_value": "1"}
    twice = '{"consumption_type": "tea", "consumption_value": 1, "unit": "l", "unit": "m"}'
    faulty = [
        (good | {"consumption_value": "much"}, "consumption_value"),
        (good | {"id": own_id}, ""),
        (good | {"consumption_value": True}, "consumption_value"),
        (good | {"note": "x", "unit": "x" * 99}, "note"),
        (good | {"id": "nine"}, "id"),
        (good | {"id": own_id}, "id"),
        ("tea", ""),
        (good | {"unit": "x" * 99}, "unit"),
    ]
    sent = f"[{','.join(json.dumps(record) for record, _ in faulty)},{twice}]"
    for body in (sent, f'{{"records": {sent}}}'):
        answer = client.post("/consumption", content=body, headers=JSON_BODY)
        assert answer.status_code == 422 and rows() == []
        told = {error["index"]: [*error["fields"]] for error in answer.json()["errors"]}
        due = {index: [name] if name else [] for index, (_, name) in enumerate(faulty)}
        del due[1]
        assert told == due | {len(faulty): ["unit"]} and list(told) == sorted(told)
        assert answer.json()["error"].startswith("Record 0: ")


@pytest.mark.parametrize(
    "body",
    [
        [],
        [1],
        ["tea 1"],
        [[]],
        {"records": {}},
        {"records": []},
        [{}],
        [{"consumption_value": [1]}],
    ],
)
def test_what_is_no_list_of_records_is_refused(body: Any, client: TestClient, rows: Any) -> None:
    assert client.post("/consumption", json=body).status_code == 422
    assert rows() == []


def test_records_are_sent_alone(client: TestClient, rows: Any) -> None:
    several: list[dict[str, Any]] = [{"id": str(uuid4())}, {"change": None, "remarks": []}]
    for beside in several:
        answer = client.post("/consumption", json={"records": [CUP]} | beside)
        assert answer.status_code == 422 and answer.json()["fields"].keys() == beside.keys()
        assert answer.json()["error"].startswith("“records” is sent alone")
    doubled = json.dumps({"records": [CUP]})[:-1] + "," + json.dumps({"records": [CUP]})[1:]
    answer = client.post("/consumption", content=doubled, headers=JSON_BODY)
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"records"}
    assert rows() == []


def test_five_hundred_at_most_and_no_id_twice(client: TestClient, rows: Any) -> None:
    good = {"consumption_type": "t", "consumption_value": 1}
    assert client.post("/consumption", json=[good] * 501).status_code == 422
    doubled = [good | {"id": str(uuid4())}] * 2
    assert client.post("/consumption", json=doubled).status_code == 422
    assert rows() == []
    assert client.post("/consumption", json=[good] * 500).status_code == 201
    assert len(rows()) == 500


@pytest.mark.parametrize("name", ["consumption_value", "consumption_type", "unit", "notes", "id"])
@pytest.mark.parametrize("value", [[1], ["a"], {}, {"a": 1}, True])
def test_another_kind_never_passes_for_a_text_or_a_number(
    name: str, value: Any, client: TestClient, rows: Any
) -> None:
    good = {"consumption_type": "tea", "consumption_value": "1"}
    answer = client.post("/consumption", json=good | {name: value})
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {name}
    assert rows() == []


def test_a_name_that_no_record_has_is_told_at_its_index(client: TestClient, rows: Any) -> None:
    good = {"consumption_type": "tea", "consumption_value": "1", "created_at": "x"}
    sent = [good, good | {"note": "x"}, good | {"line": "coffee 2"}]
    for body in (sent, {"records": sent}):
        answer = client.post("/consumption", json=body)
        assert answer.status_code == 422
        errors = [(error["index"], *error["fields"]) for error in answer.json()["errors"]]
        assert errors == [(1, "note"), (2, "line")]
    assert rows() == []


@pytest.mark.parametrize("path", ["/limits", "/prices", "/types"])
@pytest.mark.parametrize("value", [["tea"], [1], [], ["tea", "coffee"]])
def test_a_list_of_types_is_for_filters_alone(path: str, value: Any, client: TestClient) -> None:
    assert client.post("/consumption", json={"line": "tea 2"}).status_code == 201
    sent = {
        "/limits": {"value": "5", "per": "day"},
        "/prices": {"per_unit": "2"},
        "/types": {"to_type": "coffee"},
    }[path]
    answer = client.post(path, json=sent | {"type": value})
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"type"}
    page = client.post(path, json=sent | {"type": value}, headers={"Accept": "text/html"})
    assert page.status_code == 422 and 'href="/list"' in page.text


# Keys


def test_a_key_makes_a_retry_save_nothing_twice(client: TestClient, rows: Any) -> None:
    bodies: list[dict[str, Any]] = [
        {"json": {"line": "coffee 2 cup"}},
        {"json": {"line": "coffee 2 cup\ntea"}},
        {"json": {"consumption_type": "tea", "consumption_value": 1}},
        {"json": [{"consumption_type": "tea", "consumption_value": 1}]},
        {"content": "coffee\ntea 3 cup", "headers": TEXT},
    ]
    for body in bodies:
        sent = {**body, "headers": {**body.get("headers", {}), "Idempotency-Key": str(uuid4())}}
        first = client.post("/consumption", **sent)
        assert first.status_code == 201, first.text
        before = rows()
        again = client.post("/consumption", **sent)
        assert (again.status_code, again.text) == (200, first.text)
        assert rows() == before


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("coffee 2 cup", "coffee 3 cup"),
        ("coffee 2 cup", "coffee 2 cup\ntea"),
        ("coffee 2 cup\ntea", "coffee 2 cup"),
        ("coffee 2 cup\ntea", "coffee 2 cup\ntea\nmilk 1 l"),
        ("coffee 2 cup\ntea\nmilk 1 l", "coffee 2 cup\ntea"),
        ("coffee 2 cup\ntea", "tea\ncoffee 2 cup"),
    ],
)
def test_the_same_key_with_other_content_is_a_conflict(
    first: str, other: str, client: TestClient, rows: Any
) -> None:
    headers = TEXT | {"Idempotency-Key": str(uuid4())}
    assert client.post("/consumption", content=first, headers=headers).status_code == 201
    before = rows()
    answer = client.post("/consumption", content=other, headers=headers)
    assert answer.status_code == 409 and answer.headers["content-type"].startswith("text/plain")
    assert rows() == before


@pytest.mark.parametrize(
    ("ahead", "first", "since"),
    [
        ([], "power @48500 kWh", ["power @48600"]),
        (["power @48000 kWh 9 days ago"], "power @48500", ["power @48600"]),
        (["power @48000 kWh 9 days ago"], "power @48500 2 days ago", ["power @48600 yesterday"]),
        (["power @48000 kWh 9 days ago"], "power @48500", ["power @0.2 new", "power @3"]),
        (["power @99990 kWh 9 days ago"], "power @12 rolled over", ["power @20"]),
        (["power @48000 kWh 9 days ago"], "power @48500", ['power 3"MWh"', "power 4 MWh"]),
        ([], "power @48500 kWh\nwater @7 m³", ["power @48600", "water @9"]),
        (["water 1 l"], "water 500 ml", ['water 3"ml"']),
        (["water 1 l"], "water 500 ml\nwater 2 l", ['water 3"ml"', "water 4 ml"]),
        ([], "water 500 ml", ["water 1 l", 'water 3"l"']),
        (["water 1 l"], "water 500 ml; cellar", ['water 3"ml"']),
    ],
)
def test_a_retry_is_one_whatever_was_noted_since(
    ahead: list[str], first: str, since: list[str], client: TestClient, rows: Any
) -> None:
    for line in ahead:
        assert client.post("/consumption", json={"line": line}).status_code == 201, line
    headers = TEXT | {"Idempotency-Key": str(uuid4())}
    answer = client.post("/consumption", content=first, headers=headers)
    assert answer.status_code == 201, answer.text
    for line in since:
        assert client.post("/consumption", json={"line": line}).status_code == 201, line
    before = rows()
    again = client.post("/consumption", content=first, headers=headers)
    assert (again.status_code, again.text) == (200, answer.text)
    assert rows() == before


def test_a_retry_without_a_day_is_one_on_the_next_day_too(
    client: TestClient, rows: Any, clock: Clock
) -> None:
    tea = {"consumption_type": "tea", "consumption_value": 1}
    meter = {"consumption_type": "water", "unit": "m³", "reading": "7"}
    bodies: list[dict[str, Any]] = [
        {"json": tea}, {"json": meter}, {"json": [tea, tea]}, {"json": {"line": "coffee 2 cup"}}
    ]  # fmt: skip
    sent = [body | {"headers": {"Idempotency-Key": str(uuid4())}} for body in bodies]
    clock.set(max(clock(), clock().replace(hour=22)))
    first = [client.post("/consumption", **body).text for body in sent]
    before = rows()
    clock.set(clock() + timedelta(hours=3))
    for body, answer in zip(sent, first, strict=True):
        again = client.post("/consumption", **body)
        assert (again.status_code, again.text) == (200, answer)
    assert rows() == before
    other = sent[0] | {"json": tea | {"consumption_date": str(clock.today())}}
    assert client.post("/consumption", **other).status_code == 409


@pytest.mark.parametrize(
    ("first", "since", "other"),
    [
        ("power @48500 kWh", "power @48600", "power @48400"),
        ("power @48500 kWh", "power @48600", "power @48500; cellar"),
        ("power @48500 kWh", "power @48600", "power @48500 yesterday"),
        ("power @48500 kWh", "power @48600", "power 48500"),
        ("water 500 ml", 'water 3"l"', "water 600 ml"),
        ("water 500 ml", 'water 3"l"', 'water 500"l"'),
    ],
)
def test_other_content_is_a_conflict_whatever_was_noted_since(
    first: str, since: str, other: str, client: TestClient, rows: Any
) -> None:
    headers = TEXT | {"Idempotency-Key": str(uuid4())}
    assert client.post("/consumption", content=first, headers=headers).status_code == 201
    assert client.post("/consumption", json={"line": since}).status_code == 201
    before = rows()
    answer = client.post("/consumption", content=other, headers=headers)
    assert answer.status_code == 409, answer.text
    assert rows() == before


def test_a_reading_that_was_corrected_since_is_a_conflict_and_no_misfit(client: TestClient) -> None:
    sent: dict[str, Any] = {
        "json": {"line": "power @48500 kWh"},
        "headers": {"Idempotency-Key": str(uuid4())},
    }
    [saved] = client.post("/consumption", **sent).json()["records"]
    client.put(f"/consumption/{saved['id']}", json={"reading": "48400"})
    client.post("/consumption", json={"line": "power @48450 kWh"})
    answer = client.post("/consumption", **sent)
    assert answer.status_code == 409
    assert answer.json()["record"]["reading"] == "48400"


def test_a_key_is_the_forms_id_in_other_words(client: TestClient, rows: Any) -> None:
    key = str(uuid4())
    sent: dict[str, Any] = {"json": {"line": "tea 1 cup"}, "headers": {"Idempotency-Key": key}}
    assert client.post("/consumption", **sent).json()["records"][0]["id"] == key
    same = client.post("/consumption", json={"line": "tea 1 cup", "id": key}, headers=JSON)
    assert same.status_code == 200
    differs: dict[str, Any] = {
        "json": {"line": "tea 1 cup", "id": str(uuid4())},
        "headers": sent["headers"],
    }
    assert client.post("/consumption", **differs).json()["fields"].keys() == {"id"}
    wrong = client.post(
        "/consumption", json={"line": "tea 1 cup"}, headers={"Idempotency-Key": "once"}
    )
    assert wrong.status_code == 422 and wrong.json()["fields"].keys() == {"Idempotency-Key"}
    assert len(rows()) == 1


@pytest.mark.parametrize("is_list", [False, True])
def test_a_retry_from_further_west_is_a_retry_though_its_day_is_further_ahead(
    client: TestClient, is_list: bool
) -> None:
    def move(zone: str) -> str:
        assert client.post("/account", data={"timezone": zone}, headers=JSON).status_code == 200
        return str(client.get("/stats?format=json").json()["period"]["today"])

    tomorrow = str(date.fromisoformat(move("Pacific/Kiritimati")) + timedelta(days=1))
    body = CUP | {"consumption_date": tomorrow}
    headers = {"Idempotency-Key": str(uuid4())}
    sent: dict[str, Any] = {"json": [body] if is_list else body, "headers": headers}
    first = client.post("/consumption", **sent)
    assert move("Pacific/Pago_Pago") < tomorrow
    again = client.post("/consumption", **sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    # Anything new is for tomorrow at the latest.
    assert client.post("/consumption", json=body).status_code == 422


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Tally-Written"])
def test_a_header_that_counts_is_sent_once(name: str, client: TestClient, rows: Any) -> None:
    texts = [str(uuid4()), "2026-11-20T12:00:00Z"]
    headers = [(name, text) for text in texts]
    answer = client.post("/consumption", json={"line": "tea 1 cup"}, headers=headers)
    assert (answer.status_code, answer.json()["fields"]) == (422, {name: "Send this once."})
    assert rows() == []


# Bodies of one record and of more, as lines and as fields.
BODIES: dict[str, dict[str, Any]] = {
    "a line": {"content": "tea 1 cup", "headers": TEXT},
    "two lines": {"content": "tea 1 cup\ncoffee 2 cup", "headers": TEXT},
    "three lines": {"content": "tea 1 cup\ncoffee 2 cup\nmilk 1 l", "headers": TEXT},
    "fields": {"json": CUP},
    "a list": {"json": [CUP]},
    "a longer list": {"json": [CUP, CUP]},
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a line", "two lines"),
        ("two lines", "three lines"),
        ("fields", "two lines"),
        ("fields", "a list"),
        ("a list", "a longer list"),
        ("a line", "a longer list"),
    ],
)
def test_a_key_saves_one_of_two_contents_that_come_at_once(
    one: str, other: str, client: TestClient, rows: Any, ada: Account, database: Database
) -> None:
    sent = [dict(BODIES[name]) for name in (one, other)]
    key = {"Idempotency-Key": str(uuid4())}
    for body in sent:
        body["headers"] = body.get("headers", {}) | key
    lock = "SELECT 1 FROM users WHERE id = :id FOR UPDATE"
    with ThreadPoolExecutor() as pool:
        with held(database, lock, 2, id=ada.id):
            waiting = [pool.submit(client.post, "/consumption", **body) for body in sent]
        answers = [answer.result() for answer in waiting]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    saved = sent[0 if answers[0].status_code == 201 else 1]
    before = rows()
    again = client.post("/consumption", **saved)
    assert again.status_code == 200 and rows() == before
    first = next(answer for answer in answers if answer.status_code == 201)
    assert again.text == first.text


def test_the_same_content_twice_at_once_has_one_answer(
    client: TestClient, rows: Any, ada: Account, database: Database
) -> None:
    lock = "SELECT 1 FROM users WHERE id = :id FOR UPDATE"
    for name, body in BODIES.items():
        headers = body.get("headers", {}) | {"Idempotency-Key": str(uuid4())}
        sent = body | {"headers": headers}
        with ThreadPoolExecutor() as pool:
            with held(database, lock, 2, id=ada.id):
                waiting = [pool.submit(client.post, "/consumption", **sent) for _ in range(2)]
            answers = [answer.result() for answer in waiting]
        assert sorted(answer.status_code for answer in answers) == [200, 201], name
        assert answers[0].text == answers[1].text, name
    assert len(rows()) == 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tea 1 cup", "tea 1 cup\ncoffee 2 cup"),
        ("tea 1 cup\ncoffee 2 cup", "tea 1 cup"),
        ("tea 1 cup\ncoffee 2 cup", "tea 1 cup\ncoffee 2 cup\nmilk 1 l"),
        ("tea 1 cup\ncoffee 2 cup\nmilk 1 l", "tea 1 cup\ncoffee 2 cup"),
        ("tea 1 cup", "tea 1 cup mon..fri"),
    ],
)
def test_an_id_is_refused_with_another_number_of_lines_as_a_key_is(
    one: str, other: str, client: TestClient, rows: Any
) -> None:
    record_id = str(uuid4())
    assert client.post("/consumption", json={"id": record_id, "line": one}).status_code == 201
    before = rows()
    answer = client.post("/consumption", json={"id": record_id, "line": other})
    assert (answer.status_code, rows()) == (409, before)
    assert client.post("/consumption", json={"id": record_id, "line": one}).status_code == 200
    fields = client.post("/consumption", json=CUP | {"id": record_id})
    assert fields.status_code == (409 if "\n" in one else 200) and rows() == before


def test_a_list_with_a_key_has_no_other_ids(client: TestClient, rows: Any) -> None:
    tea = {"consumption_type": "tea", "consumption_value": 1}
    headers = {"Idempotency-Key": str(uuid4())}
    for number in ("nine", str(uuid4())):
        answer = client.post("/consumption", json=[tea, tea | {"id": number}], headers=headers)
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error["index"] == 1 and error["fields"].keys() == {"id"}
    assert rows() == []
    saved = client.post("/consumption", json=[tea, tea], headers=headers).json()["records"]
    sent_back = [tea | {"id": record["id"]} for record in saved]
    assert client.post("/consumption", json=sent_back, headers=headers).status_code == 200
    other = client.post("/consumption", json=[tea | {"id": str(uuid4())}], headers=headers)
    assert other.status_code == 422 and len(rows()) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"consumption_type": "bus", "consumption_value": 1, "cost": 3},
        [{"consumption_type": "bus", "consumption_value": 1, "cost": "3"}],
        {"line": "bus 1 ride 3 €"},
    ],
)
def test_a_retry_tells_again_that_it_has_set_the_currency(body: Any, client: TestClient) -> None:
    sent = {"json": body, "headers": {"Idempotency-Key": str(uuid4())}}
    first = client.post("/consumption", **sent)
    assert first.status_code == 201 and "Costs are in €" in first.json()["remarks"][0]["message"]
    again = client.post("/consumption", **sent)
    assert (again.status_code, again.text) == (200, first.text)
    other = sent | {"headers": {"Idempotency-Key": str(uuid4())}}
    assert "Costs are in €" not in client.post("/consumption", **other).text


def test_a_key_of_somebody_elses_is_free(client: TestClient, bob: Account) -> None:
    headers = TEXT | {"Idempotency-Key": str(uuid4())}
    assert client.post("/consumption", content="tea 1 cup", headers=headers).status_code == 201
    assert bob.client.post("/consumption", content="milk", headers=headers).status_code == 201


# When a line was written


def test_words_count_from_the_day_a_line_was_written(
    client: TestClient, rows: Any, clock: Clock
) -> None:
    written = clock() - timedelta(days=30)
    headers = {"X-Tally-Written": written.isoformat()}
    for line, back in (("tea 1 cup", 30), ("tea 2 cup yesterday", 31)):
        answer = client.post("/consumption", json={"line": line}, headers=headers)
        due = clock.today() - timedelta(days=back)
        assert answer.json()["records"][0]["consumption_date"] == str(due)
    shown = client.get("/consumption/preview?line=tea&format=json", headers=headers)
    due = clock.today() - timedelta(days=30)
    assert shown.json()["records"][0]["consumption_date"] == str(due)


@pytest.mark.parametrize("days", [-401, 2])
def test_a_line_written_long_ago_or_in_the_future_is_refused(
    days: int, client: TestClient, rows: Any, clock: Clock
) -> None:
    headers = {"X-Tally-Written": (clock() + timedelta(days=days)).isoformat()}
    answer = client.post("/consumption", json={"line": "tea 1 cup"}, headers=headers)
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"X-Tally-Written"}
    assert rows() == []


def test_no_word_leads_beyond_tomorrow(client: TestClient, rows: Any, clock: Clock) -> None:
    headers = {"X-Tally-Written": (clock() + timedelta(hours=23, minutes=59)).isoformat()}
    answer = client.post("/consumption", json={"line": "tea tomorrow"}, headers=headers)
    assert answer.status_code in (201, 422)
    assert all(row.consumption_date <= clock.today() + timedelta(days=1) for row in rows())


# Names and formats


def test_an_unknown_name_changes_nothing(client: TestClient, rows: Any) -> None:
    saved = client.post("/consumption", json={"line": "tea 1 cup"}).json()["records"][0]
    before = rows()
    misspelt = {"all": "1", "action": "delete", "tpye": "coffee"}
    good = {"consumption_type": "tea", "consumption_value": "1"}
    tries = [
        ("POST", "/consumption/bulk", misspelt),
        ("POST", "/consumption/bulk?tpye=coffee", {"all": "1", "action": "delete"}),
        ("POST", "/consumption", good | {"note": "x"}),
        ("POST", "/consumption", {"line": "tea", "user": "x"}),
        ("POST", "/limits", {"type": "tea", "unit": "cup", "value": "1", "period": "month"}),
        ("PUT", f"/consumption/{saved['id']}", {"value": "3"}),
        ("DELETE", f"/consumption/{saved['id']}?force=1", {}),
        ("POST", f"/consumption/{saved['id']}/restore", {"x": "y"}),
        ("POST", "/consumption/undo", {"change": saved["id"], "x": "y"}),
        ("POST", "/account/tokens", {"name": "x", "scope": "add", "scopes": "all"}),
    ]
    for method, path, fields in tries:
        answer = client.request(method, path, data=fields, headers=JSON)
        assert answer.status_code == 422, (method, path, answer.text)
        assert len(answer.json()["fields"]) == 1
    listed = client.post("/consumption", json=[good, good | {"note": "x"}])
    assert listed.status_code == 422 and listed.json()["fields"].keys() == {"note"}
    assert rows() == before


@pytest.mark.parametrize(
    "path", ["/consumption", "/consumption/totals", "/stats", "/consumption/suggestions"]
)
def test_an_unknown_name_is_refused_in_what_programs_read_and_ignored_by_pages(
    path: str, client: TestClient
) -> None:
    answer = client.get(f"{path}?tpye=coffee&format=json")
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"tpye"}
    assert client.get(f"{path}?tpye=coffee").status_code in (200, 303)
    assert client.get("/list?tpye=coffee").status_code == 200


def test_a_records_own_json_may_be_sent_back(client: TestClient, rows: Any) -> None:
    saved = client.post("/consumption", json={"line": "tea 1 cup"}).json()["records"][0]
    answer = client.put(f"/consumption/{saved['id']}", json=saved | {"consumption_value": "2"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["consumption_value"] == "2" and answer.json()["change"]
    part = client.put(f"/consumption/{saved['id']}", json={"notes": "#late"})
    assert part.json()["consumption_value"] == "2" and part.json()["notes"] == "#late"
    same = client.put(f"/consumption/{saved['id']}", json={"notes": "#late"})
    assert same.json()["change"] is None


@pytest.mark.parametrize(
    "address",
    [
        "/consumption?format=csv&format=json",
        "/consumption?format=json&format=json",
        "/stats?format=&format=json",
    ],
)
def test_a_format_is_asked_for_once(address: str, client: TestClient) -> None:
    answer = client.get(address, headers=JSON)
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"format"})


@pytest.mark.parametrize("path", ["/stats", "/consumption", "/list", "/", "/consumption/totals"])
def test_an_unknown_format_is_a_406(path: str, client: TestClient) -> None:
    for asked in ("xml", "JSON", "text", "json&format=xml"):
        answer = client.get(f"{path}?format={asked}", headers=JSON)
        assert answer.status_code == 406
        assert "json" in answer.json()["fields"]["format"]
    assert client.get(f"{path}?format=").status_code in (200, 303)


def test_csv_is_where_there_are_rows(client: TestClient) -> None:
    assert client.get("/consumption?format=csv").headers["content-type"].startswith("text/csv")
    assert client.get("/stats?format=csv").status_code == 406
    file = {"file": ("tea.csv", "date,tea\n2026-11-02,1\n")}
    assert client.post("/consumption/import/problems?format=csv", files=file).status_code == 200
    imported = client.post("/consumption/import?format=csv", files=file)
    assert imported.status_code == 406
    assert client.get("/consumption?format=json").json()["count"] == 0


# Pages


def fill(database: Database, ada: Account, number: int, notes: str = "") -> None:
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit, notes)"
                " SELECT :user, DATE '2026-01-01' + CAST(n % 20 AS integer), 1, 'tea', 'cup',"
                " :notes FROM generate_series(1, :number) AS n"
            ),
            {"user": ada.id, "number": number, "notes": notes},
        )


def test_count_and_totals_stand_on_the_first_page(
    client: TestClient, ada: Account, database: Database
) -> None:
    fill(database, ada, 120)
    query = "period=all&format=json&limit=50"
    first = client.get(f"/consumption?{query}").json()
    assert first["count"] == 120
    assert first["totals"] == [
        {"type": "tea", "unit": "cup", "total": "120", "entries": 120, "cost": None}
    ]
    second = client.get(f"/consumption?{query}&after={first['next']}").json()
    assert second["count"] is None and second["totals"] is None and len(second["records"]) == 50


# On a cluster each statement reads at a moment of its own.
@pytest.mark.single_node
@pytest.mark.parametrize("sort", ["-date", "type", "value"])
def test_count_and_records_are_of_one_moment(
    sort: str,
    client: TestClient,
    ada: Account,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(database, ada, 3)
    totals = queries.totals

    def once_one_more_is_saved(*arguments: Any) -> Any:
        fill(database, ada, 1)
        return totals(*arguments)

    monkeypatch.setattr(queries, "totals", once_one_more_is_saved)
    page = client.get(f"/consumption?format=json&sort={sort}").json()
    assert (page["count"], len(page["records"]), page["totals"][0]["entries"]) == (3, 3, 3)
    monkeypatch.undo()
    assert client.get("/consumption?format=json").json()["count"] == 4


@pytest.mark.parametrize("notes", ["", "💧" * 2_000])
def test_a_page_ends_early_at_two_megabytes_and_none_is_lost(
    notes: str, client: TestClient, ada: Account, database: Database
) -> None:
    fill(database, ada, 600, notes)
    ids: list[str] = []
    address = "/consumption?period=all&limit=500"
    after = ""
    sizes = []
    while True:
        answer = client.get(address + after, headers=JSON)
        assert answer.status_code == 200 and len(answer.content) < 2_100_000
        page = answer.json()
        ids += [record["id"] for record in page["records"]]
        sizes.append(len(page["records"]))
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(ids) == len(set(ids)) == 600
    assert sizes == ([500, 100] if not notes else sizes) and (not notes or sizes[0] < 500)
    assert client.get("/consumption?limit=501&format=json").status_code == 422


def test_the_description_is_the_file_in_the_docs(visitor: TestClient) -> None:
    answer = visitor.get("/openapi.json")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    described = json.loads(answer.text)
    assert described["openapi"].startswith("3.1") and "/consumption" in described["paths"]
    # As every address whose answer is JSON; a monitor or a browser may add what it likes.
    unknown = visitor.get("/openapi.json?zzz=1")
    assert (unknown.status_code, list(unknown.json()["fields"])) == (422, ["zzz"])
    assert visitor.get("/openapi.json?format=json").content == answer.content
    for path in ("/healthz", "/readyz", "/manifest.webmanifest", "/sw.js", "/offline"):
        assert visitor.get(f"{path}?zzz=1").status_code == 200


# Examples of the description


@pytest.fixture
def program(client: TestClient, visitor: TestClient, clock: Clock) -> TestClient:
    """A program of the account that the examples are about, on the day they are about."""
    made = client.post("/account/tokens", json={"name": "examples", "scope": "all"}, headers=JSON)
    clock.set(datetime(2026, 11, 27, 8, tzinfo=UTC))
    visitor.headers = {"Authorization": f"Bearer {made.json()['token']}"}
    cups = {"id": EXAMPLE, "consumption_type": "coffee", "unit": "cup", "consumption_value": "2"}
    there = visitor.post("/consumption", json=cups | {"consumption_date": "2026-11-20"})
    assert there.status_code == 201, there.text
    return visitor


DESCRIPTION = yaml.safe_load((PACKAGE.parents[1] / "docs" / "openapi.yaml").read_text())
# The id that the examples name, and the texts that differ at each run.
EXAMPLE = "0c6f2a7e-7c0d-4b7e-9d55-2f6d7f3c8a11"
ANEW = {"id", "change", "created_at"}


def examples(part: dict[str, Any], kind: str) -> dict[str, Any]:
    """The named examples of a kind of body, of a request or an answer."""
    if "$ref" in part:
        part = DESCRIPTION["components"]["responses"][part["$ref"].rpartition("/")[2]]
    content = part.get("content", {}).get(kind, {}).get("examples", {})
    return {name: example["value"] for name, example in content.items()}


def as_always(content: Any) -> Any:
    """The same without the texts that differ at each run."""
    if isinstance(content, list):
        return [as_always(one) for one in content]
    if isinstance(content, dict):
        return {
            name: "…" if name in ANEW and value is not None else as_always(value)
            for name, value in content.items()
        }
    return content


WRITTEN = [
    (path, kind, name)
    for path, operations in DESCRIPTION["paths"].items()
    for kind in ("application/json", "text/plain")
    for name in examples(operations.get("post", {}).get("requestBody", {}), kind)
]


@pytest.mark.parametrize(("path", "kind", "name"), WRITTEN)
def test_an_example_is_taken_and_its_answer_is_the_one_beside_it(
    path: str, kind: str, name: str, program: TestClient
) -> None:
    operation = DESCRIPTION["paths"][path]["post"]
    sent = examples(operation["requestBody"], kind)[name]
    if path == "/consumption/undo":
        noted = program.post("/consumption", json={"line": "tea 1 cup"})
        sent = {"change": noted.json()["change"]}
    if path == "/limits":
        program.post("/consumption", json={"line": "electricity 12.5 kWh"})
    body = sent if kind == "text/plain" else json.dumps(sent)
    answer = program.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code in (200, 201), answer.text
    due = examples(operation["responses"][str(answer.status_code)], kind).get(name)
    if due is not None and kind == "text/plain":
        assert answer.text == due
    elif due is not None:
        assert as_always(answer.json()) == as_always(due)


def test_every_example_of_an_answer_is_beside_one_that_is_asked(program: TestClient) -> None:
    for path, operations in DESCRIPTION["paths"].items():
        for method, operation in operations.items():
            if method not in ("get", "post"):
                continue
            for status, answered in operation["responses"].items():
                for kind in ("application/json", "text/plain"):
                    for name, due in examples(answered, kind).items():
                        if method == "post":
                            refused = status == "422" and name in REFUSED
                            assert refused or (path, kind, name) in WRITTEN, (path, name)
                        else:
                            answer = program.get(path, params={"period": "all"})
                            assert as_always(answer.json()) == as_always(due), (path, name)


# What is sent to be refused as the description shows.
REFUSED = {"line": "coffee 2 cup 3"}


def test_every_example_of_a_refusal_is_the_answer_of_the_server(program: TestClient) -> None:
    refused = DESCRIPTION["paths"]["/consumption"]["post"]["responses"]["422"]
    for name, due in examples(refused, "application/json").items():
        answer = program.post("/consumption", json={"line": REFUSED[name]})
        assert (answer.status_code, answer.json()) == (422, due)


def parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema with all that it refers to or chooses from."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return parts(DESCRIPTION["components"]["schemas"][name])
    choices = [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [schema, *(part for choice in choices for part in parts(choice))]


def undescribed(content: Any, schema: dict[str, Any]) -> set[str]:
    """The names in an answer that no part of its schema has."""
    several = parts(schema)
    if isinstance(content, list):
        items: dict[str, Any] = next((part["items"] for part in several if "items" in part), {})
        return {name for one in content for name in undescribed(one, items)}
    if not isinstance(content, dict):
        return set()
    described = {
        name: each for part in several for name, each in part.get("properties", {}).items()
    }
    within = (undescribed(content[name], described[name]) for name in content.keys() & described)
    return (content.keys() - described).union(*within)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/stats", "?period=year&type=bus&show=cost"),
        ("/stats", "?period=year"),
        ("/consumption", "?limit=1"),
        ("/consumption/totals", ""),
    ],
)
def test_every_name_in_an_answer_is_described(path: str, query: str, program: TestClient) -> None:
    bus = {"consumption_type": "bus", "unit": "ride", "consumption_value": "1", "cost": "3"}
    types = [bus, *({"consumption_type": f"tea {n}", "consumption_value": "1"} for n in range(100))]
    assert program.post("/consumption", json=types).status_code == 201
    for kind in ("amount", "cost"):
        limit = {"type": "bus", "unit": "ride", "value": "5", "per": "month", "in": kind}
        assert program.post("/limits", json=limit).status_code == 200
        answers = DESCRIPTION["paths"][path]["get"]["responses"]["200"]["content"]
        schema = answers["application/json"]["schema"]
        page = schema.get("oneOf", [schema])[0]
        assert undescribed(program.get(path + query).json(), page) == set()


def test_a_file_of_records_is_described_as_it_is(client: TestClient) -> None:
    assert client.post("/consumption", data={"line": "tea 1"}, headers=JSON).status_code == 201
    [record] = client.get("/consumption?format=json&download=1").json()["records"]
    assert list(record) == DESCRIPTION["components"]["schemas"]["FileRecord"]["required"]


def test_the_form_of_the_meters_is_for_pages_alone(client: TestClient) -> None:
    sent = {"box": "meter", "consumption_type": "gas", "unit": "m³", "reading": "120"}
    refused = client.post("/consumption", data=sent, headers=JSON)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["box"])


@pytest.mark.parametrize("what", [{"value": "300"}, {"per_unit": "0.3"}])
def test_a_limit_or_price_says_the_unit_of_its_type(
    client: TestClient, what: dict[str, str]
) -> None:
    client.post("/consumption", json={"line": "electricity 3 kWh"})
    client.post("/consumption", json={"line": "steps 3"})
    address = "/limits" if "value" in what else "/prices"
    for left_out in ({}, {"unit": None}):
        answer = client.post(address, json={"type": "Electricity", **left_out, **what})
        assert answer.status_code == 422
        sentence = "Say the unit: electricity is kept in kWh."
        assert answer.json()["fields"] == {"unit": sentence}
    for sent in ({"type": "electricity", "unit": "kwh"}, {"type": "steps"}, {"type": "new"}):
        assert client.post(address, json=sent | what).status_code in (200, 201)


@pytest.mark.parametrize("is_text", [True, False])
def test_lines_that_cannot_be_read_any_more_were_saved_before(
    client: TestClient, rows: Any, is_text: bool
) -> None:
    """They were once a 422, upon which a script keeps its lines and sends them under a new key."""
    lines = "gas 106 m³\nheat @3 kWh"
    headers = (TEXT if is_text else JSON) | {"Idempotency-Key": str(uuid4())}
    sent: dict[str, Any] = {"content": lines} if is_text else {"json": {"line": lines}}
    assert client.post("/consumption", headers=headers, **sent).status_code == 201
    renamed = {"type": "heat", "unit": "kWh", "to_type": "warmth"}
    assert client.post("/types", json=renamed, headers=JSON).status_code == 200
    other = {"consumption_type": "heat", "consumption_value": 1, "unit": "MWh"}
    assert client.post("/consumption", json=other, headers=JSON).status_code == 201
    again = client.post("/consumption", headers=headers, **sent)
    assert again.status_code == 409, again.text
    assert "This id or key was used before" in again.text
    assert len(rows()) == 3


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("currency", ["USD", ""])
def test_a_cost_that_cannot_be_read_any_more_was_saved_before(
    client: TestClient, rows: Any, currency: str, is_list: bool
) -> None:
    """A script would keep what is a 422, and send it under a new key after mending it."""
    assert client.post("/account", json={"currency": "EUR"}, headers=JSON).status_code == 200
    lunch = {"consumption_type": "lunch", "consumption_value": 1, "cost": "9.50 €"}
    sent: Any = [lunch] if is_list else lunch
    headers = JSON | {"Idempotency-Key": str(uuid4())}
    assert client.post("/consumption", json=sent, headers=headers).status_code == 201
    chosen = {"currency": currency, "confirm_currency": True}
    assert client.post("/account", json=chosen, headers=JSON).status_code == 200
    again = client.post("/consumption", json=sent, headers=headers)
    assert again.status_code == 409, again.text
    assert "This id or key was used before" in again.text
    assert len(rows()) == 1
    assert client.post("/consumption", json=sent, headers=JSON).status_code == 422


@pytest.mark.parametrize("number", ["1e20", "1e400", "1000000000000.0"])
def test_a_json_number_that_is_too_large_is_told_the_bound_at_its_field(
    client: TestClient, number: str
) -> None:
    for name in ("consumption_value", "reading", "cost"):
        content = json.dumps(CUP | {name: "large"}).replace('"large"', number)
        answer = client.post("/consumption", content=content, headers=JSON_BODY | JSON)
        assert answer.status_code == 422, content
        assert answer.json()["fields"] == {name: "Values stay below 1 000 000 000 000."}
    limit = f'{{"type": "tea", "unit": "cup", "value": {number}}}'
    answer = client.post("/limits", content=limit, headers=JSON_BODY | JSON)
    is_kept = number == "1000000000000.0"
    bound = {"value": "Values stay below 1 000 000 000 000 000 000."}
    assert answer.status_code == (200 if is_kept else 422)
    assert answer.json().get("fields") == (None if is_kept else bound)


def test_a_limit_as_python_writes_a_large_number(client: TestClient) -> None:
    content = '{"type": "tea", "unit": "cup", "value": 1e+16}'
    answer = client.post("/limits", content=content, headers=JSON_BODY | JSON)
    assert (answer.status_code, answer.json()["value"]) == (200, "1" + 16 * "0")
