"""Two people: whatever one asks for, nothing of the other's is there, by any route of the table."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import Engine, text

from tally.views.bulk import ACTIONS
from tests.security.conftest import (
    HTMX,
    JSON,
    PASSWORD,
    Person,
    Server,
    client_of,
    everything,
    is_well,
    record,
    records,
)
from tests.security.surface import DOORS, PUBLIC, Door, body, scopes_of

# Words and figures that stand in nothing but Mara's things.
SECRET_TYPE, SECRET_UNIT, SECRET_NOTES = "marastea", "marasunit", "marasnotes #marastag"
SECRET_VALUE = "731.25"
SECRETS = ("marastea", "marasunit", "marastag", "731.25", "mara@lindenhof.example", "Mara Lind")

WITH_ID = [door for door in DOORS if door.parameters]
READING_ANYTHING = [door for door in DOORS if door.is_safe]
READING = [door for door in DOORS if door.is_safe and not door.parameters]
WRITING = [door for door in DOORS if not door.is_safe and not door.parameters]
# How a browser asks, and a program with a token.
ASKING = pytest.mark.parametrize(
    ("headers", "by_token"),
    [({}, False), (HTMX, False), (JSON, False), ({}, True)],
    ids=["page", "htmx", "json", "token"],
)


@pytest.fixture
def hers(engine: Engine, mara: Person) -> dict[str, UUID]:
    """Mara's records: one that is there, one that is deleted; and the change that made them."""
    change = uuid4()
    secret = {
        "consumption_type": SECRET_TYPE,
        "unit": SECRET_UNIT,
        "notes": SECRET_NOTES,
        "consumption_value": SECRET_VALUE,
        "change_id": change,
    }
    there = record(engine, mara, **secret)
    deleted = record(engine, mara, **secret, deleted_at=datetime.now(UTC))
    return {"there": there, "deleted": deleted, "change": change}


@pytest.fixture
def thief(server: Server, engine: Engine, eve: Person, by_token: bool) -> Any:
    """Eve's browser, or her program."""
    with client_of(server, engine, eve, by_token) as client:
        yield client


def of(engine: Engine, person: Person) -> list[Any]:
    """All that is somebody's."""
    return [
        row
        for row in everything(engine)
        if getattr(row, "user_id", None) == person.id
        or (hasattr(row, "email") and row.id == person.id)
    ]


def compared(answer: httpx2.Response, *asked_for: str) -> str:
    """The text of an answer, whatever was asked for, and whichever new id its empty forms got."""
    told = answer.text
    for given in asked_for:
        told = told.replace(given, "ID")
    return re.sub(r'(name="id" value=")[0-9a-f-]{36}"', r'\1NEW"', told)


def ask(client: httpx2.Client, door: Door, address: str, **options: Any) -> httpx2.Response:
    answer = client.request(door.method, address, **options)
    is_well(answer)
    return answer


@ASKING
@pytest.mark.parametrize("door", WITH_ID, ids=str)
def test_an_id_of_somebody_else_is_like_one_that_nobody_has(
    door: Door,
    headers: dict[str, str],
    by_token: bool,
    thief: httpx2.Client,
    engine: Engine,
    mara: Person,
    hers: dict[str, UUID],
) -> None:
    before = everything(engine)
    # What is no id of a record leads to no route, for programs too.
    due = {403, 404} if by_token and not scopes_of(door) else {404}
    form = {} if door.is_safe else {"data": body(hers["there"], hers["change"], door)}
    taken = [hers["there"], hers["deleted"], mara.sid]
    for value in map(str, taken):
        address = door.address(**dict.fromkeys(door.parameters, value))
        answer = ask(thief, door, address, headers=headers, **form)
        missing = str(uuid4()) if value != mara.sid else f"sid-{uuid4()}"
        nobodys = ask(
            thief,
            door,
            door.address(**dict.fromkeys(door.parameters, missing)),
            headers=headers,
            **form,
        )
        assert answer.status_code == nobodys.status_code and answer.status_code in due
        assert compared(answer, value) == compared(nobodys, missing)
        assert answer.headers.keys() == nobodys.headers.keys()
    assert everything(engine) == before


@ASKING
@pytest.mark.parametrize("action", [*ACTIONS, "duplicate"])
def test_actions_on_many_records_of_another_account_find_none(
    action: str,
    headers: dict[str, str],
    by_token: bool,
    thief: httpx2.Client,
    engine: Engine,
    hers: dict[str, UUID],
) -> None:
    before = everything(engine)
    door = Door("POST", "/consumption/bulk")
    values = {"set-type": "tried", "set-unit": "cup", "set-date": "2026-01-05", "add-tag": "#tried"}

    def bulk(*ids: UUID) -> tuple[httpx2.Response, str]:
        asked_for, copy_id = [str(record_id) for record_id in ids], str(uuid4())
        sent = {"ids": " ".join(asked_for), "action": action, "value": values.get(action, "")}
        if action == "duplicate":
            sent = {"duplicate": asked_for[0], "id": copy_id}
        answer = ask(thief, door, door.path, data=sent, headers=headers)
        return answer, compared(answer, *asked_for, copy_id)

    for ids in ([hers["there"]], [hers["deleted"]], [hers["deleted"], hers["there"]]):
        (answer, told), (nobodys, told_of_nobodys) = bulk(*ids), bulk(*(uuid4() for _ in ids))
        assert answer.status_code == nobodys.status_code == 404
        assert told == told_of_nobodys
        assert answer.headers.keys() == nobodys.headers.keys()
    assert everything(engine) == before


@pytest.mark.parametrize("by_token", [False, True], ids=["cookie", "token"])
@pytest.mark.parametrize("door", WRITING, ids=str)
def test_writing_with_the_ids_of_somebody_else_leaves_hers_alone(
    door: Door,
    by_token: bool,
    thief: httpx2.Client,
    engine: Engine,
    mara: Person,
    hers: dict[str, UUID],
) -> None:
    before = of(engine, mara)
    for record_id in (hers["there"], hers["deleted"]):
        every = {"all": "1", "user_id": str(mara.id), "period": "all"}
        known = body(record_id, hers["change"], door)
        more = {name: text for name, text in every.items() if name in (door.takes or every)}
        for sent in (known, known | more, body(record_id, hers["change"]) | every):
            for headers in ({},) if by_token else (HTMX, JSON):
                answer = ask(thief, door, door.path, data=sent, headers=headers)
                for secret in SECRETS:
                    assert secret not in answer.text.replace('value="marasnotes', ""), secret
    assert of(engine, mara) == before


QUERIES: list[dict[str, str]] = [
    {},
    {"period": "all"},
    {"period": "all", "format": "json"},
    {"period": "all", "format": "csv"},
    {"period": "all", "format": "json", "download": "1"},
    {"period": "all", "view": "print"},
    {"period": "all", "deleted": "yes"},
    {"q": "m", "line": "m", "period": "all"},
    {"dialog": "account"},
]


@pytest.mark.parametrize(
    ("headers", "by_token"),
    [({}, False), (HTMX, False), ({}, True)],
    ids=["page", "htmx", "token"],
)
@pytest.mark.parametrize("door", READING, ids=str)
def test_no_answer_shows_records_of_another_account(
    door: Door,
    headers: dict[str, str],
    by_token: bool,
    thief: httpx2.Client,
    hers: dict[str, UUID],
) -> None:
    for query in QUERIES:
        answer = ask(thief, door, door.path, params=query, headers=headers)
        for secret in (*SECRETS, str(hers["there"]), str(hers["deleted"])):
            assert secret not in answer.text, (query, secret)


@pytest.mark.parametrize("by_token", [False, True], ids=["cookie", "token"])
def test_the_owner_finds_the_secrets_at_the_same_addresses(
    client: httpx2.Client, hers: dict[str, UUID], by_token: bool
) -> None:
    """So that the tests above would find them too."""
    export = client.get("/consumption", params={"period": "all", "format": "csv"}).text
    assert SECRET_VALUE in export and SECRET_NOTES in export
    rows = client.get("/consumption", params={"period": "all"}, headers=HTMX).text
    assert SECRET_TYPE in rows and str(hers["there"]) in rows
    suggested = client.get("/consumption/suggestions", params={"q": "m"}, headers=HTMX).text
    assert SECRET_TYPE in suggested
    statistics = client.get("/stats", params={"period": "all", "format": "json"}).text
    assert SECRET_TYPE in statistics and SECRET_VALUE in statistics


def test_one_id_may_be_two_records_of_two_people(
    thief: httpx2.Client, engine: Engine, mara: Person, eve: Person, hers: dict[str, UUID]
) -> None:
    before = of(engine, mara)
    sent = body(hers["there"])
    assert ask(thief, Door("POST", "/consumption"), "/consumption", data={
        name: sent[name]
        for name in (
            "id", "consumption_date", "consumption_value", "consumption_type", "unit", "notes"
        )
    }).status_code == 303  # fmt: skip
    assert [row.consumption_type for row in records(engine) if row.user_id == eve.id] == ["tried"]
    address = f"/consumption/{hers['there']}"
    assert thief.delete(address, headers=JSON).status_code == 200
    assert of(engine, mara) == before


@pytest.mark.parametrize("door", [door for door in DOORS if door.path not in PUBLIC], ids=str)
def test_signed_out_nobody_sees_anything(
    door: Door, server: Server, engine: Engine, mara: Person, hers: dict[str, UUID]
) -> None:
    before = everything(engine)
    address = door.address(**dict.fromkeys(door.parameters, str(hers["there"])))
    form = {} if door.is_safe else {"data": body(hers["there"], hers["change"], door)}
    with server.client() as visitor:
        page = ask(visitor, door, address, **form)
        fragment = ask(visitor, door, address, headers=HTMX, **form)
        script = ask(visitor, door, address, headers=JSON, **form)
    assert page.status_code == 303 and page.headers["location"].startswith("/login")
    assert fragment.status_code == script.status_code == 401
    if door.is_safe:
        assert fragment.headers["hx-redirect"].startswith("/login?next=") or address == "/"
    assert script.json()["error"]
    for answer in (page, fragment, script):
        assert not any(secret in answer.text for secret in SECRETS)
    assert everything(engine) == before


def test_reading_changes_nothing(
    client: httpx2.Client, engine: Engine, mara: Person, hers: dict[str, UUID]
) -> None:
    """No GET of any route, with any id of one's own, changes a row."""
    before = everything(engine)
    for door in DOORS:
        if not door.is_safe:
            continue
        for value in (*map(str, hers.values()), mara.sid):
            address = door.address(**dict.fromkeys(door.parameters, value))
            for headers in ({}, HTMX):
                ask(client, door, address, headers=headers, params={"change": value, "ids": value})
                client.head(address)
                client.options(address)
    assert everything(engine) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "site", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}]
)
def test_what_other_sites_have_a_browser_read_changes_nothing_that_is_noticed_later(
    method: str,
    site: dict[str, str],
    server: Server,
    client: httpx2.Client,
    engine: Engine,
    mara: Person,
    hers: dict[str, UUID],
) -> None:
    """Images of another page, so to say: of every address, often enough to be throttled for."""
    before = everything(engine)
    navigation = {**site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    asked = {"change": str(hers["change"]), "token": "none", "next": "/list", "line": "tea 1"}
    with server.client() as visitor:
        for door in READING_ANYTHING:
            for value in (str(hers["there"]), mara.sid):
                address = door.address(**dict.fromkeys(door.parameters, value))
                for browser in (client, visitor):
                    answer = browser.request(method, address, params=asked, headers=navigation)
                    assert answer.status_code < 500
                    assert "set-cookie" not in answer.headers
        for _ in range(12):
            assert visitor.request(method, "/auth/reset?token=none", headers=site).status_code < 500
        assert everything(engine) == before
        # Neither her session nor anybody's tries have suffered.
        assert client.get("/list").status_code == 200
        sent = {"email": mara.email, "password": PASSWORD}
        assert visitor.post("/auth/login", data=sent).status_code == 303


@pytest.mark.parametrize("door", [door for door in DOORS if not door.is_safe], ids=str)
def test_other_sites_change_nothing_by_any_route(
    door: Door, client: httpx2.Client, engine: Engine, hers: dict[str, UUID]
) -> None:
    before = everything(engine)
    address = door.address(**dict.fromkeys(door.parameters, str(hers["there"])))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        answer = ask(client, door, address, headers=headers, data=body(hers["there"]))
        assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert everything(engine) == before


def test_a_disabled_or_deleted_person_is_signed_out(
    client: httpx2.Client, engine: Engine, hers: dict[str, UUID]
) -> None:
    with engine.begin() as db:
        db.execute(text("DELETE FROM users"))
    assert client.get("/list").headers["location"].startswith("/login")
