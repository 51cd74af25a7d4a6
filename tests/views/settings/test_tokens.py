"""Tokens of programs: made, shown once, used, ended; what ends them besides."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.accounts import api_tokens, sessions, store, token_store
from tally.accounts.profile import account_hash
from tally.accounts.rate_limit import Throttle
from tally.db.engine import Database
from tests.conftest import HTMX, JSON, PASSWORD, Account, Clock
from tests.views.test_typed_forms import form_of


@pytest.fixture(autouse=True)
def _fresh(app: Starlette) -> None:
    app.state.token_tries = Throttle()
    app.state.throttle = Throttle()


@pytest.fixture
def program(visitor: TestClient) -> TestClient:
    """Something that keeps no cookies."""
    return visitor


def make(client: TestClient, **fields: str) -> dict[str, Any]:
    """A token as JSON shows it."""
    sent = {"name": "Meter script", "scope": "all", **fields}
    answer = client.post("/account/tokens", data=sent, headers=JSON)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['token']}"}


def column(database: Database, account: Account) -> dict[str, Any]:
    with database.reading() as db:
        found = db.execute(
            text("SELECT tokens FROM users WHERE id = :id"), {"id": account.id}
        ).scalar_one()
    assert isinstance(found, dict)
    return found


def opens(program: TestClient, made: dict[str, Any]) -> bool:
    answer = program.get("/stats", headers=bearer(made))
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_a_token_is_made_shown_once_and_kept_as_a_digest(
    database: Database, ada: Account, program: TestClient
) -> None:
    made = make(ada.client, scope="add", ends="30-days")
    assert made.keys() == {"id", "name", "scope", "ends", "token"}
    assert (made["name"], made["scope"]) == ("Meter script", "add")
    assert api_tokens.read(made["token"])
    kept = column(database, ada)
    assert list(kept) == [made["id"]] and made["token"] not in json.dumps(kept)
    assert made["token"] not in ada.client.get("/account", headers=HTMX).text
    assert program.get("/consumption/preview?line=tea", headers=bearer(made)).status_code == 200


def test_htmx_gets_the_dialog_with_the_token_and_a_line_to_try(ada: Account) -> None:
    answer = ada.client.post(
        "/account/tokens", data={"name": "<b>Phone", "scope": "add"}, headers=HTMX
    )
    assert answer.status_code == 201
    token = answer.text.partition('id="token-text">')[2].partition("<")[0]
    assert api_tokens.read(token)
    assert "shown only this once" in answer.text and "made just now · never ends" in answer.text
    assert "&lt;b&gt;Phone" in answer.text and "<b>Phone" not in answer.text
    curl = answer.text.partition('id="token-curl">')[2].partition("</code>")[0]
    assert curl.startswith("curl http://testserver/consumption") and token in curl
    listed = ada.client.get("/account", headers=HTMX).text
    assert "&lt;b&gt;Phone" in listed and token not in listed and "made today" in listed


def test_without_scripts_the_dashboard_has_the_dialog_with_the_token(ada: Account) -> None:
    page = ada.client.post("/account/tokens", data={"name": "Phone", "scope": "read"})
    assert page.status_code == 201
    assert "<html" in page.text and 'id="token-text"' in page.text and "stats?period" in page.text


def test_a_form_that_is_sent_twice_makes_one_token(database: Database, ada: Account) -> None:
    """As when the page that answers it without scripts is loaded anew."""
    dialog = ada.client.get("/?dialog=account").text
    form = form_of(dialog, "/account/tokens", "scope") | {"name": "Phone", "scope": "add"}
    page = ada.client.post("/account/tokens", data=form)
    again = ada.client.post("/account/tokens", data=form)
    assert (page.status_code, again.status_code) == (201, 409)
    assert 'id="token-text"' in page.text and 'id="token-text"' not in again.text
    assert "This token was made already" in again.text and list(column(database, ada)) == [
        form["id"]
    ]
    assert form_of(again.text, "/account/tokens", "scope")["id"] not in ("", form["id"])
    refused = ada.client.post("/account/tokens", data=form, headers=JSON)
    assert refused.status_code == 409 and refused.json()["error"].startswith("This token was made")
    # One that was ended does not come back either, and the form of the answer makes another.
    ada.client.post(f"/account/tokens/{form['id']}/end")
    assert ada.client.post("/account/tokens", data=form).status_code == 409
    other = form_of(page.text, "/account/tokens", "scope") | {"name": "Phone", "scope": "add"}
    assert ada.client.post("/account/tokens", data=other).status_code == 201


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"name": "", "scope": "add"}, "name"),
        ({"name": "  ", "scope": "add"}, "name"),
        ({"name": "n" * 81, "scope": "add"}, "name"),
        ({"name": "\u200b", "scope": "add"}, "name"),
        ({"name": "x"}, "scope"),
        ({"name": "x", "scope": "write"}, "scope"),
        ({"name": "x", "scope": "add", "ends": "tomorrow"}, "ends"),
    ],
)
def test_what_cannot_be_made_says_why_at_its_field(
    fields: dict[str, str], at: str, database: Database, ada: Account
) -> None:
    refused = ada.client.post("/account/tokens", data=fields, headers=JSON)
    assert refused.status_code == 422 and refused.json()["fields"].keys() == {at}
    dialog = ada.client.post("/account/tokens", data=fields, headers=HTMX)
    assert dialog.status_code == 422 and f'id="token-{at}-error"' in dialog.text
    assert 'id="account-name-error"' not in dialog.text
    assert column(database, ada) == {}


def test_fifty_at_most(database: Database, ada: Account) -> None:
    for number in range(api_tokens.MAX_TOKENS):
        make(ada.client, name=f"p{number}")
    refused = ada.client.post(
        "/account/tokens", data={"name": "one more", "scope": "add"}, headers=JSON
    )
    assert refused.status_code == 422 and "End one first" in refused.json()["fields"]["name"]
    assert len(column(database, ada)) == api_tokens.MAX_TOKENS


def test_ending_a_token_ends_it_at_once_and_twice_is_fine(
    ada: Account, program: TestClient
) -> None:
    made, other = make(ada.client), make(ada.client)
    address = f"/account/tokens/{made['id']}/end"
    assert opens(program, made)
    assert ada.client.post(address, headers=JSON).status_code == 200
    assert not opens(program, made) and opens(program, other)
    assert ada.client.post(address, headers=JSON).status_code == 200
    dialog = ada.client.post(address, headers=HTMX)
    assert dialog.status_code == 200 and made["id"] not in dialog.text
    assert ada.client.post(address).headers["location"] == "/?dialog=account&saved=token"


def test_what_was_never_there_and_what_is_somebody_elses_are_not_found(
    ada: Account, bob: Account, program: TestClient
) -> None:
    made = make(ada.client)
    for token_id in (made["id"], str(uuid4()), "x"):
        answer = bob.client.post(f"/account/tokens/{token_id}/end", headers=JSON)
        assert answer.status_code == 404
    assert opens(program, made)


@pytest.mark.parametrize("ends", ["30-days", "1-year", "never"])
def test_a_token_ends_when_it_said(
    ends: str, ada: Account, program: TestClient, clock: Clock
) -> None:
    made = make(ada.client, ends=ends)
    days = {"30-days": 30, "1-year": 366, "never": 4_000}[ends]
    clock.moved = timedelta(days=29)
    assert opens(program, made)
    clock.moved = timedelta(days=days, seconds=1)
    assert opens(program, made) == (ends == "never")


def refusals(program: TestClient, made: dict[str, Any]) -> list[Any]:
    """Everything that is no token, or none any more."""
    sent = api_tokens.read(made["token"])
    assert sent is not None
    others = [
        api_tokens.TokenText(uuid4(), sent.token_id, sent.secret),
        api_tokens.TokenText(sent.user_id, uuid4(), sent.secret),
        api_tokens.TokenText(sent.user_id, sent.token_id, bytes(32)),
    ]
    texts = ["", "x", made["token"][:-1], made["token"] + " x", *map(str, others)]
    return [program.get("/stats", headers={"Authorization": f"Bearer {text}"}) for text in texts]


def test_all_that_is_no_token_gets_the_same_answer(
    app: Starlette, ada: Account, program: TestClient
) -> None:
    made = make(ada.client)
    ada.client.post(f"/account/tokens/{made['id']}/end", headers=JSON)
    answers = [*refusals(program, make(ada.client)), program.get("/stats", headers=bearer(made))]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}
    for answer in answers:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "set-cookie" not in answer.headers


def test_a_token_that_is_not_sent_as_a_bearer_is_a_token_that_is_wrong(
    ada: Account, program: TestClient
) -> None:
    token = make(ada.client)["token"]
    for value in (token, f"Token {token}"):
        answer = program.get("/stats", headers={"Authorization": value})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "Send a token as “Authorization: Bearer tally_…”." in answer.json()["error"]


def test_guessing_is_throttled_by_address_but_a_right_token_is_always_heard(
    ada: Account, program: TestClient, clock: Clock
) -> None:
    made = make(ada.client)
    wrong = {"Authorization": "Bearer tally_guess"}
    assert [program.get("/stats", headers=wrong).status_code for _ in range(11)] == [401] * 10 + [
        429
    ]
    refused = program.get("/stats", headers=wrong)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert opens(program, made)
    # Nor is its owner kept from signing in by a program that nobody looks at.
    signed_in = program.post("/auth/login", data={"email": ada.email, "password": PASSWORD})
    assert signed_in.status_code == 303
    clock.moved = timedelta(minutes=6)
    assert program.get("/stats", headers=wrong).status_code == 401


def test_a_token_counts_alone_beside_a_cookie(ada: Account, bob: Account) -> None:
    """A request with both is the token's, also when the token is wrong."""
    made = make(bob.client, scope="read")
    bob.client.post("/consumption", data={"line": "bobstea 3 cup"})
    ada.client.post("/consumption", data={"line": "adascoffee 1 cup"})
    read = ada.client.get("/consumption", headers=bearer(made))
    assert [row["consumption_type"] for row in read.json()["records"]] == ["bobstea"]
    assert "set-cookie" not in read.headers
    wrong = ada.client.get("/consumption", headers={"Authorization": "Bearer x"})
    assert wrong.status_code == 401
    basic = ada.client.get("/consumption?format=json", headers={"Authorization": "Basic YTpi"})
    assert [row["consumption_type"] for row in basic.json()["records"]] == ["adascoffee"]


def test_a_token_in_an_address_or_a_form_is_nothing(ada: Account, program: TestClient) -> None:
    made = make(ada.client)
    token = made["token"]
    for query in (f"access_token={token}", f"token={token}", f"authorization=Bearer%20{token}"):
        assert program.get(f"/stats?format=json&{query}").status_code == 401
    form = program.post("/consumption?format=json", data={"line": "tea", "access_token": token})
    assert form.status_code == 401
    program.cookies.set("session", token)
    assert program.get("/stats?format=json").status_code == 401


def test_no_cross_site_check_and_no_cookie_with_a_token(
    ada: Account, program: TestClient, clock: Clock
) -> None:
    made = make(ada.client)
    other_site = {"Sec-Fetch-Site": "cross-site", "Origin": "https://board.example"}
    clock.moved = timedelta(hours=13)  # A session would be renewed.
    saved = program.post(
        "/consumption", json={"line": "tea 1 cup"}, headers={**bearer(made), **other_site}
    )
    assert saved.status_code == 201 and "set-cookie" not in saved.headers
    assert (
        ada.client.post("/consumption", data={"line": "tea 1 cup"}, headers=other_site).status_code
        == 403
    )


def test_programs_get_json_and_no_pages(ada: Account, program: TestClient) -> None:
    made = make(ada.client)
    for accept in ("*/*", "text/html", "", "text/html,application/xhtml+xml,*/*;q=0.8"):
        read = program.get("/consumption", headers={**bearer(made), "Accept": accept})
        assert read.status_code == 200 and read.headers["content-type"] == "application/json"
    table = program.get("/consumption", headers={**bearer(made), "Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    for path in ("/nothing", "/consumption/x", f"/consumption/{uuid4()}"):
        missing = program.get(path, headers=bearer(made))
        assert missing.status_code == 404 and missing.json()["error"]


def test_a_page_is_no_format_for_a_token(ada: Account, program: TestClient) -> None:
    made = make(ada.client)
    for path in ("/consumption?", "/stats?", "/consumption/preview?line=tea&"):
        answer = program.get(f"{path}format=html", headers=bearer(made))
        assert answer.status_code == 406, answer.text
        assert answer.json()["fields"].keys() == {"format"} and "json" in answer.json()["error"]
        assert program.get(f"{path}format=json", headers=bearer(made)).status_code == 200
    assert ada.client.get("/consumption?format=html", headers=HTMX).status_code == 200


def test_a_scope_that_does_not_reach_says_so(ada: Account, program: TestClient) -> None:
    made = make(ada.client, scope="read")
    refused = program.post("/consumption", json={"line": "tea"}, headers=bearer(made))
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert ada.client.get("/consumption?format=json").json()["records"] == []


def test_the_last_use_is_kept_to_the_day(
    database: Database, ada: Account, program: TestClient, clock: Clock
) -> None:
    made = make(ada.client)

    def used() -> Any:
        return column(database, ada)[made["id"]]["used"]

    assert used() is None
    assert opens(program, made)
    first = used()
    assert first is not None
    clock.moved = timedelta(seconds=1)
    with database.changing() as db:
        before = db.execute(text("SELECT xmin FROM users")).scalar_one()
    assert opens(program, made)
    with database.changing() as db:
        assert db.execute(text("SELECT xmin FROM users")).scalar_one() == before
    clock.moved = timedelta(days=1)
    saved = program.post("/consumption", json={"line": "tea 1 cup"}, headers=bearer(made))
    assert saved.status_code == 201 and used() > first
    with database.reading() as db:
        kept = token_store.alive(db, ada.id, clock())
    assert [token.used_at is not None for token in kept] == [True]


def test_near_its_end_the_list_warns(ada: Account, database: Database, clock: Clock) -> None:
    made = make(ada.client, ends="30-days")
    shown = ada.client.get("/account", headers=HTMX).text
    assert "made today · not used yet · ends " in shown and 'class="warn"' not in shown
    for left, words in ((timedelta(days=6, hours=1), "ends in "), (timedelta(0), "ends ")):
        end = clock() + left + timedelta(minutes=1)
        with database.changing() as db:
            db.execute(
                text(
                    "UPDATE users SET tokens = jsonb_set(tokens, ARRAY[:token_id, 'ends'],"
                    " to_jsonb(CAST(:ends AS bigint)))"
                ),
                {"token_id": made["id"], "ends": int(end.timestamp())},
            )
        assert f'<b class="warn">{words}' in ada.client.get("/account", headers=HTMX).text


# What ends them besides


def test_ending_all_other_sessions_ends_the_programs_too(ada: Account, program: TestClient) -> None:
    made = make(ada.client)
    ended = ada.client.post("/auth/sessions/end-others", headers=JSON)
    assert ended.json() == {"ended": 0, "tokens": 1}
    assert not opens(program, made)


@pytest.mark.parametrize(("field", "opened"), [({}, True), ({"end_tokens": "1"}, False)])
def test_a_new_password_asks(
    field: dict[str, str], opened: bool, ada: Account, program: TestClient
) -> None:
    made = make(ada.client)
    fields = {"current_password": PASSWORD, "new_password": "another good password", **field}
    assert ada.client.post("/auth/password", data=fields).status_code == 303
    assert opens(program, made) == opened


def test_a_new_password_by_a_link_ends_them(
    app: Starlette, database: Database, ada: Account, program: TestClient
) -> None:
    made = make(ada.client)
    with database.reading() as db:
        account = store.by_id(db, ada.id)
    assert account is not None
    link = app.state.keyring.reset(ada.id, account.password_hash)
    fields = {"new_password": "another good password", "token": link}
    assert program.post("/auth/reset", data=fields).status_code == 303
    program.cookies.clear()
    assert not opens(program, made)


def test_a_disabled_account_has_no_programs_and_enabling_brings_none_back(
    database: Database, ada: Account, program: TestClient
) -> None:
    made = make(ada.client)
    with database.changing() as db:
        account = store.by_id(db, ada.id)
        assert account is not None
        store.disable(db, account)
    assert not opens(program, made)
    with database.changing() as db:
        store.enable(db, account)
    assert not opens(program, made)


def test_the_mark_of_a_disabled_account_alone_ends_its_tokens(
    database: Database, ada: Account, program: TestClient
) -> None:
    made = make(ada.client)
    with database.changing() as db:
        db.execute(text("UPDATE users SET password_hash = '!' || password_hash"))
    assert not opens(program, made)


def test_a_deleted_account_has_none(database: Database, ada: Account, program: TestClient) -> None:
    made = make(ada.client)
    with database.changing() as db:
        db.execute(text("DELETE FROM users"))
    assert not opens(program, made)


@pytest.mark.parametrize("end", ["a new password", "a session ended", "disabled", "deleted"])
def test_no_token_is_made_by_a_session_that_ends_meanwhile(
    end: str, database: Database, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that asks for tokens without end would have one left that outlives all that ends it."""

    def between(*arguments: Any, **more: Any) -> Any:
        with database.changing() as db:
            account = store.by_id(db, ada.id)
            assert account is not None
            match end:
                case "a new password":
                    assert store.set_password(db, account, "another good password")
                case "a session ended":
                    sessions.end_sessions(db, ada.id)
                case "disabled":
                    store.disable(db, account)
                case "deleted":
                    store.remove(db, ada.id, arguments[-1])
        return new(*arguments, **more)

    new = api_tokens.new
    monkeypatch.setattr(api_tokens, "new", between)
    answer = ada.client.post(
        "/account/tokens", data={"name": "Meter script", "scope": "all"}, headers=JSON
    )
    assert answer.status_code == 401
    with database.reading() as db:
        assert db.execute(text("SELECT tokens FROM users")).scalar() in ({}, None)


# What the log says


def test_log_lines_carry_the_tokens_id_and_never_the_token(
    ada: Account, program: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally")
    made = make(ada.client)
    opens(program, made)
    program.post("/auth/logout", headers=bearer(made))
    program.get("/stats", headers={"Authorization": "Bearer tally_wrong"})
    ada.client.post(f"/account/tokens/{made['id']}/end", headers=JSON)
    fields = [(record.getMessage(), getattr(record, "fields", {})) for record in caplog.records]
    requests = [line for event, line in fields if event == "request"]
    assert {str(line.get("token", "")) for line in requests} == {made["id"], ""}
    events = [event for event, _ in fields if event != "request"]
    assert events == ["token made", "token out of scope", "token refused", "token ended"]
    assert made["token"] not in str(fields) and made["token"][-40:] not in str(fields)


def test_a_token_that_may_add_sees_no_record_in_a_conflict(
    ada: Account, program: TestClient
) -> None:
    record_id = str(uuid4())
    record = {"id": record_id, "consumption_type": "tea", "consumption_value": "1"}
    assert ada.client.post("/consumption", json=record).status_code == 201
    ada.client.put(f"/consumption/{record_id}", json={"notes": "a secret", "unit": "cup"})
    bodies: list[dict[str, Any]] = [
        {"json": record | {"consumption_value": "2"}},
        {"json": [record | {"consumption_value": "2"}]},
        {"json": {"line": "tea", "id": record_id}},
        {"json": {"line": "tea\ncoffee"}, "headers": {"Idempotency-Key": record_id}},
        {"content": "tea", "headers": {"Idempotency-Key": record_id, "Content-Type": "text/plain"}},
        # A program may say that its line waited, as the page does.
        {
            "json": {"line": "tea", "id": record_id},
            "headers": {"X-Tally-Account": account_hash(ada.id)},
        },
    ]
    for scope, sees in (("add", False), ("all", True)):
        token = bearer(make(ada.client, scope=scope))
        for body in bodies:
            sent = {**body, "headers": {**body.get("headers", {}), **token}}
            answer = program.post("/consumption", **sent)
            assert answer.status_code == 409, answer.text
            assert ("secret" in answer.text) == (sees and "json" in body)
            assert "cup" not in answer.text or sees
            if "json" in body:
                both = {"record", "yours"}
                assert both & answer.json().keys() == (both if sees else set())
