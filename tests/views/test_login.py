"""Signing in and out, making an account, and a new password by a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import bcrypt
import jwt
import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.accounts import passwords, store
from tally.accounts.rate_limit import Throttle
from tally.accounts.tokens import Invitation
from tally.app import MAX_NEW_ACCOUNTS
from tally.db.engine import Database
from tally.views.login import CLOSED, DEAD_LINK, TAKEN, USED_INVITATION, WRONG
from tests.conftest import HTMX, JSON, PASSWORD, Account, Clock
from tests.waiting import held

EMAIL = "mara@lindenhof.example"
NEW = {"name": "Mara", "email": EMAIL, "password": PASSWORD, "timezone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def _fresh(app: Starlette) -> Iterator[None]:
    """Nobody's wrong tries of other tests, and the settings left as they were."""
    app.state.throttle = Throttle()
    app.state.new_accounts = Throttle(MAX_NEW_ACCOUNTS)
    settings = app.state.settings
    yield
    app.state.settings = settings


@pytest.fixture
def mara(database: Database) -> str:
    """Mara has an account, and is not signed in."""
    with database.changing() as db:
        return str(store.create(db, store.NewAccount("Mara", EMAIL, PASSWORD)))


def users(database: Database) -> list[Any]:
    with database.reading() as db:
        return list(db.execute(text("SELECT * FROM users ORDER BY email")))


def sign_in(visitor: TestClient, password: str = PASSWORD, **form: Any) -> Response:
    headers = form.pop("headers", {})
    return visitor.post(
        "/auth/login", data={"email": EMAIL, "password": password, **form}, headers=headers
    )


def registration(app: Starlette, rule: str) -> None:
    app.state.settings = app.state.settings.model_copy(update={"registration": rule})


# Signing in


def test_the_right_password_gives_a_session(
    visitor: TestClient, mara: str, database: Database
) -> None:
    answer = sign_in(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/login").headers["location"] == "/"
    ((sid, session),) = users(database)[0].sessions.items()
    token = jwt.decode(visitor.cookies["session"], options={"verify_signature": False})
    assert (token["sub"], token["sid"]) == (mara, sid)
    assert session.keys() == {"started", "used", "address", "browser"}


def test_the_cookie_is_for_this_site_and_for_http_only(visitor: TestClient, mara: str) -> None:
    cookie = sign_in(visitor).headers["set-cookie"]
    assert re.fullmatch(
        r"session=[\w.-]+; HttpOnly; Max-Age=86400; Path=/; SameSite=lax", cookie
    ), cookie


def test_on_https_the_cookie_is_secure_and_the_hosts_own(app: Starlette, mara: str) -> None:
    visitor = TestClient(app, "https://testserver", follow_redirects=False)
    cookie = sign_in(visitor).headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie and "Domain" not in cookie


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong password"),
        (EMAIL, ""),
        (EMAIL, "x" * 5_000),
        (EMAIL, PASSWORD + " "),
        (EMAIL, PASSWORD.upper()),
        ("nobody@lindenhof.example", PASSWORD),
        ("\u212aate@example.com", PASSWORD),
        ("not an email", PASSWORD),
        ("", ""),
    ],
)
def test_wrong_is_the_same_sentence_for_everybody(
    visitor: TestClient, mara: str, email: str, password: str
) -> None:
    answer = visitor.post("/auth/login", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert answer.text.count(WRONG) == 1
    assert "set-cookie" not in answer.headers
    if password:
        assert f'value="{password}"' not in answer.text


def test_an_email_that_nobody_has_gets_the_very_same_answer(visitor: TestClient, mara: str) -> None:
    known = sign_in(visitor, "wrong password")
    unknown = sign_in(visitor, "wrong password", email="nobody@lindenhof.example")
    assert unknown.text.replace("nobody@lindenhof.example", EMAIL) == known.text
    assert unknown.headers.keys() == known.headers.keys()


@pytest.mark.parametrize("password", ["wrong password", "x" * 2_000], ids=["usual", "too long"])
@pytest.mark.parametrize(
    "email", [EMAIL, "nobody@lindenhof.example", "not an email"], ids=["known", "unknown", "none"]
)
def test_every_wrong_try_costs_one_hash_of_the_same_cost(
    visitor: TestClient, mara: str, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    """An early exit would tell by its time who is here."""
    checked: list[tuple[int, bytes]] = []

    def check(password: bytes, stored: bytes) -> bool:
        checked.append((len(password), stored[:7]))
        return checkpw(password, stored)

    checkpw = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", check)
    assert sign_in(visitor, password, email=email).status_code == 422
    assert checked == [(64, b"$2b$%02d$" % passwords.COST)]


def test_to_htmx_the_form_comes_back_alone_and_success_is_a_header(
    visitor: TestClient, mara: str
) -> None:
    wrong = sign_in(visitor, "wrong password", next="/list", headers=HTMX)
    assert wrong.status_code == 422
    assert wrong.text.lstrip().startswith("<form")
    assert 'value="/list"' in wrong.text and f'value="{EMAIL}"' in wrong.text
    right = sign_in(visitor, next="/list", headers=HTMX)
    assert (right.status_code, right.headers["hx-redirect"]) == (200, "/list")
    assert "session" in visitor.cookies


def test_too_many_tries_are_said_at_the_form(visitor: TestClient, mara: str) -> None:
    for _ in range(10):
        sign_in(visitor, "wrong password")
    for headers in ({}, HTMX):
        answer = sign_in(visitor, next="/list?q=a", headers=headers)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert answer.text.count("Too many tries. Wait 5 minutes, then try again.") == 1
        assert f'value="{EMAIL}"' in answer.text and 'value="/list?q=a"' in answer.text
    answer = visitor.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer.json()["fields"]) == (429, {})
    assert int(answer.headers["retry-after"]) > 0


def test_a_script_signs_in_with_json(visitor: TestClient, mara: str) -> None:
    wrong = visitor.post("/auth/login", json={"email": EMAIL, "password": "wrong password"})
    assert (wrong.status_code, wrong.json()) == (
        422,
        {"error": WRONG, "fields": {"password": WRONG}},
    )
    right = visitor.post("/auth/login", json={"email": f" {EMAIL.upper()}", "password": PASSWORD})
    assert right.status_code == 200
    assert right.json()["user"]["id"] == mara
    assert visitor.get("/account", headers=HTMX).status_code == 200


def test_signing_in_removes_what_was_deleted_over_30_days_ago(
    visitor: TestClient, mara: str, ada: Account, database: Database
) -> None:
    deleted = text(
        "INSERT INTO consumption_records"
        " (user_id, consumption_date, consumption_value, consumption_type, deleted_at)"
        " SELECT users.id, '2026-01-05', days, 'coffee', now() - days * INTERVAL '1 day'"
        " FROM users CROSS JOIN unnest(ARRAY[1, 29, 31, 400]) AS days"
    )
    days_left = text(
        "SELECT consumption_value FROM consumption_records WHERE user_id = :id ORDER BY 1"
    )
    with database.changing() as db:
        db.execute(deleted)
    assert sign_in(visitor).status_code == 303
    with database.reading() as db:
        assert list(db.execute(days_left, {"id": mara}).scalars()) == [1, 29]
        assert len(db.execute(days_left, {"id": ada.id}).all()) == 4


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/list?q=a%20b", "/list?q=a%20b"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("/login?next=/login", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_back_to_the_page_before_and_never_to_another_site(
    visitor: TestClient, mara: str, wanted: str, location: str
) -> None:
    assert sign_in(visitor, next=wanted).headers["location"] == location
    again = visitor.get("/login", params={"next": wanted})
    assert again.headers["location"] == location


def test_a_second_sign_in_makes_another_token_and_ends_the_first_session(
    visitor: TestClient, mara: str, database: Database
) -> None:
    sign_in(visitor)
    first = visitor.cookies["session"]
    sign_in(visitor)
    second = visitor.cookies["session"]
    assert first != second
    assert len(users(database)[0].sessions) == 1
    assert (
        visitor.get("/account", headers={**HTMX, "Cookie": f"session={first}"}).status_code == 401
    )


def test_a_cookie_that_was_planted_before_is_replaced(visitor: TestClient, mara: str) -> None:
    visitor.cookies.set("session", "planted", "testserver.local", "/")
    sign_in(visitor)
    assert visitor.get("/account", headers=HTMX).status_code == 200


def test_two_cookies_of_one_name_are_nobodys(visitor: TestClient, mara: str) -> None:
    sign_in(visitor)
    token = visitor.cookies["session"]
    visitor.cookies.clear()
    for header in (f"session={token}; session=x", f"session=x; session={token}"):
        assert visitor.get("/account", headers={"Cookie": header}).status_code == 303
    assert visitor.get("/account", headers={**HTMX, "Cookie": f"session={token}"}).is_success


def test_no_password_runs_out(visitor: TestClient, mara: str, clock: Clock) -> None:
    clock.moved = timedelta(days=400)
    answer = sign_in(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/account", headers=HTMX).status_code == 200


# Too many tries


def test_the_eleventh_wrong_try_waits(visitor: TestClient, mara: str, clock: Clock) -> None:
    for _ in range(10):
        assert sign_in(visitor, "wrong password").status_code == 422
    refused = sign_in(visitor)
    assert refused.status_code == 429
    assert 290 <= int(refused.headers["retry-after"]) <= 300
    assert "Wait 5 minutes" in refused.text
    other = sign_in(visitor, email="other@lindenhof.example")
    assert other.status_code == 429
    clock.moved = timedelta(minutes=5, seconds=1)
    assert sign_in(visitor).status_code == 303


def test_the_owner_gets_in_from_an_address_that_did_nothing_wrong(
    app: Starlette, visitor: TestClient, mara: str, database: Database
) -> None:
    attackers = [
        TestClient(app, client=(f"192.0.2.{number}", 1), follow_redirects=False)
        for number in range(3)
    ]
    for number in range(10):
        sign_in(attackers[number % 3], "wrong password")
    assert [sign_in(attacker).status_code for attacker in attackers] == [429] * 3
    assert sign_in(visitor).status_code == 303
    recent = users(database)[0].sign_in_failures["recent"]
    assert len(recent) == 10 and {where for _, where in recent} == {
        "192.0.2.0",
        "192.0.2.1",
        "192.0.2.2",
    }


def test_an_email_that_nobody_has_is_throttled_alike(
    app: Starlette, mara: str, database: Database
) -> None:
    statuses = {}
    for email in (EMAIL, "nobody@lindenhof.example"):
        app.state.throttle = Throttle()
        attackers = [
            TestClient(app, client=(f"192.0.2.{number}", 1), follow_redirects=False)
            for number in range(6)
        ]
        statuses[email] = [
            sign_in(attackers[number % 6], "wrong password", email=email).status_code
            for number in range(18)
        ]
    assert statuses[EMAIL] == [422] * 10 + [429] * 8
    assert statuses["nobody@lindenhof.example"] == statuses[EMAIL]


def test_a_header_cannot_pretend_another_address(visitor: TestClient, mara: str) -> None:
    for number in range(10):
        sign_in(visitor, "wrong password", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert sign_in(visitor, headers={"X-Forwarded-For": "10.0.0.99"}).status_code == 429


# Making an account


def test_registering_signs_in_and_leads_to_the_first_record(
    visitor: TestClient, database: Database
) -> None:
    answer = visitor.post("/auth/register", data={**NEW, "email": f" {EMAIL.upper()} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/add")
    assert visitor.get("/account", headers=HTMX).status_code == 200
    (user,) = users(database)
    assert (user.name, user.email, user.timezone) == ("Mara", EMAIL, "Europe/Berlin")
    assert user.password_hash.startswith("$2b$")
    assert PASSWORD not in str(user)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Write a name"),
        ("name", "x" * 81, "80"),
        ("email", "mara", "email address"),
        ("email", "\u212aate@example.com", "email address"),
        ("password", "123456789", "10 characters"),
        ("password", "x" * 1_025, "1024 characters"),
        ("password", "qwertyuiop", "tried first"),
        ("password", "Mara2026!!", "your name"),
        ("timezone", "Mars/Base", "time zone"),
        ("timezone", "", "time zone"),
    ],
)
def test_a_field_that_cannot_be_taken_says_why_and_keeps_the_others(
    visitor: TestClient, database: Database, field: str, value: str, sentence: str
) -> None:
    typed = {**NEW, "name": "Mara & Co", field: value}
    answer = visitor.post("/auth/register", data=typed)
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error".*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert error and sentence in unescape(error[1])
    if field != "name":
        assert 'value="Mara &amp; Co"' in answer.text
    # What is wrong stands in the place of the hint.
    assert ('id="password-hint"' in answer.text) == (field != "password")
    assert PASSWORD not in answer.text
    assert users(database) == []


@pytest.mark.parametrize("extra", [{"updated_at": "x"}, {"user_id": "1"}, {"is_admin": "1"}])
def test_fields_that_nobody_asked_for_are_ignored(
    visitor: TestClient, database: Database, extra: dict[str, str]
) -> None:
    data = {**NEW, **extra, "created_at": "1999-01-01"}
    assert visitor.post("/auth/register", data=data).status_code == 303
    (user,) = users(database)
    assert user.preferences == {} and user.created_at.year > 2000


def test_fields_that_nobody_knows_make_no_account(visitor: TestClient, database: Database) -> None:
    data = NEW | {"preferences": '{"demo": true}', "id": "x"}
    answer = visitor.post("/auth/register", data=data, headers=JSON)
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"preferences", "id"})
    assert users(database) == []


def test_an_email_makes_one_account(visitor: TestClient, mara: str, database: Database) -> None:
    answer = visitor.post("/auth/register", data=NEW)
    assert answer.status_code == 422 and TAKEN in unescape(answer.text)
    assert len(users(database)) == 1


def test_without_a_time_zone_it_is_utc(visitor: TestClient, database: Database) -> None:
    data = {key: value for key, value in NEW.items() if key != "timezone"}
    assert visitor.post("/auth/register", data=data).status_code == 303
    assert users(database)[0].timezone == "UTC"


def test_asking_which_emails_are_taken_is_throttled(
    visitor: TestClient, mara: str, clock: Clock
) -> None:
    for _ in range(10):
        assert visitor.post("/auth/register", data=NEW).status_code == 422
    refused = visitor.post("/auth/register", data={**NEW, "email": "new@lindenhof.example"})
    assert refused.status_code == 429 and refused.headers["retry-after"]


def test_making_accounts_and_invitations_without_end_is_throttled(
    app: Starlette,
    visitor: TestClient,
    ada: Account,
    clock: Clock,
) -> None:
    def register(number: int, invitation: str = "") -> int:
        visitor.cookies.clear()
        data = {**NEW, "email": f"m{number}@lindenhof.example", "invitation": invitation}
        return visitor.post("/auth/register", data=data).status_code

    def invite() -> str:
        answer = ada.client.post("/auth/invitations", headers=JSON)
        link: str = answer.json().get("link", str(answer.status_code))
        return link

    assert app.state.new_accounts.limit == 100
    app.state.new_accounts = Throttle(4)
    token = parse_qs(urlsplit(invite()).query)["invitation"][0]
    assert [register(number) for number in (1, 2)] == [303] * 2
    assert register(3, token) == 303
    assert register(4) == 429
    assert invite() == "429"
    clock.moved = timedelta(minutes=5, seconds=1)
    assert register(6) == 303


def test_registration_first_takes_the_first_person_only(
    app: Starlette, visitor: TestClient, database: Database
) -> None:
    registration(app, "first")
    assert "/auth/register" in visitor.get("/login").text
    assert visitor.post("/auth/register", data=NEW).status_code == 303
    visitor.cookies.clear()
    assert "/auth/register" not in visitor.get("/login", params={"new": "1"}).text
    refused = visitor.post("/auth/register", data={**NEW, "email": "two@lindenhof.example"})
    assert refused.status_code == 403 and CLOSED in unescape(refused.text)
    assert len(users(database)) == 1


def test_demo_accounts_do_not_count_as_the_first(
    app: Starlette, visitor: TestClient, mara: str, database: Database
) -> None:
    registration(app, "first")
    with database.changing() as db:
        db.execute(text("UPDATE users SET preferences = '{\"demo\": true}'"))
    page = visitor.get("/login").text
    assert "/auth/login" in page and "/login?new=1" in page, "the demo account signs in first"
    assert "/auth/register" in visitor.get("/login?new=1").text
    data = {**NEW, "email": "first@lindenhof.example"}
    assert visitor.post("/auth/register", data=data).status_code == 303


def test_closed_takes_nobody_without_an_invitation_and_each_invitation_once(
    app: Starlette, visitor: TestClient, ada: Account, database: Database
) -> None:
    registration(app, "closed")
    assert visitor.post("/auth/register", data=NEW).status_code == 403
    link = ada.client.post("/auth/invitations", headers=JSON).json()["link"]
    address = urlsplit(link)
    assert (address.scheme, address.netloc, address.path) == ("http", "testserver", "/login")
    assert "/auth/register" in visitor.get(link).text
    token = parse_qs(address.query)["invitation"][0]
    assert (
        visitor.post("/auth/register", data={**NEW, "invitation": token + "x"}).status_code == 403
    )
    assert visitor.post("/auth/register", data={**NEW, "invitation": token}).status_code == 303
    again = {**NEW, "email": "other@lindenhof.example", "invitation": token}
    visitor.cookies.clear()
    answer = visitor.post("/auth/register", data=again)
    assert answer.status_code == 403 and USED_INVITATION in unescape(answer.text)
    assert len(users(database)) == 2
    page = unescape(visitor.get(link).text)
    assert "/auth/register" not in page and USED_INVITATION in page


def test_an_invitation_comes_along_to_the_sign_in_and_back(
    app: Starlette, visitor: TestClient, ada: Account
) -> None:
    registration(app, "closed")
    page = visitor.get(ada.client.post("/auth/invitations", headers=JSON).json()["link"]).text
    for words, form in (("Sign in", "login"), ("Create account", "register")):
        [link] = re.findall(rf'<a href="(/login[^"]*)">{words}</a>', page)
        page = visitor.get(unescape(link)).text
        forms = re.findall('<form class="login-form[^>]* action="([^"]*)"', page)
        assert forms == [f"/auth/{form}"]


@pytest.mark.parametrize("keeper_leaves", [False, True])
def test_an_invitation_stays_used_when_its_account_is_deleted(
    app: Starlette,
    visitor: TestClient,
    ada: Account,
    bob: Account,
    clock: Clock,
    database: Database,
    keeper_leaves: bool,
) -> None:
    registration(app, "closed")
    token = app.state.keyring.invitation()
    data = {**NEW, "invitation": token}
    assert visitor.post("/auth/register", data=data).status_code == 303
    assert visitor.post("/account/delete", data={"password": PASSWORD}).status_code == 303
    if keeper_leaves:  # Whoever remembered it passes it on.
        kept = [user.email for user in users(database) if user.preferences]
        keeper = {ada.email: ada, bob.email: bob}[kept[0]]
        keeper.client.post("/account/delete", data={"password": PASSWORD})
    assert visitor.post("/auth/register", data=data).status_code == 403
    assert "/auth/register" not in visitor.get("/login", params={"invitation": token}).text
    (spent,) = [user.preferences for user in users(database) if user.preferences]
    assert len(spent["spent_first_invitations"]) == 1
    # It is forgotten once no invitation of that time is good any more.
    clock.moved = timedelta(days=8)
    with database.changing() as db:
        invitation = Invitation(uuid4(), None, clock())
        new = store.NewAccount("Mara", EMAIL, PASSWORD, "UTC", invitation)
        user_id = store.create(db, new)
        assert user_id
        store.remove(db, user_id, clock())
    (spent,) = [user.preferences for user in users(database) if user.preferences]
    assert spent["spent_first_invitations"].keys() == {str(user_id)}


def _invited_by(inviter: Account) -> str:
    link: str = inviter.client.post("/auth/invitations", headers=JSON).json()["link"]
    return parse_qs(urlsplit(link).query)["invitation"][0]


def test_used_invitations_stay_with_who_gave_them(
    app: Starlette, visitor: TestClient, ada: Account, bob: Account, database: Database
) -> None:
    registration(app, "closed")
    token = _invited_by(bob)
    data = {**NEW, "invitation": token}
    assert visitor.post("/auth/register", data=data).status_code == 303
    assert visitor.post("/account/delete", data={"password": PASSWORD}).status_code == 303
    assert visitor.post("/auth/register", data=data).status_code == 403
    kept = {user.email: user.preferences for user in users(database)}
    assert kept[ada.email] == {}
    assert len(kept[bob.email]["spent_invitations"]) == 1


def test_an_invitation_ends_with_who_gave_it(
    app: Starlette, visitor: TestClient, ada: Account, bob: Account, database: Database
) -> None:
    registration(app, "closed")
    of_bob, of_ada = _invited_by(bob), _invited_by(ada)
    bob.client.post("/account/delete", data={"password": PASSWORD})
    assert visitor.post("/auth/register", data={**NEW, "invitation": of_bob}).status_code == 403
    with database.changing() as db:
        user = store.by_id(db, ada.id)
        assert user
        store.disable(db, user)
    assert visitor.post("/auth/register", data={**NEW, "invitation": of_ada}).status_code == 403


def test_who_gave_a_hundred_invitations_to_nobody_keeps_no_more(
    app: Starlette, visitor: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    registration(app, "closed")
    early = _invited_by(ada)
    # The signature has the time of the process, which goes on while the test's clock stands still.
    clock.set(datetime.now(UTC) + timedelta(minutes=1))
    app.state.new_accounts = Throttle(1_000)
    with database.changing() as db:
        for number in range(101):
            spent = db.execute(
                text("SELECT preferences -> 'spent_invitations' FROM users")
            ).scalar()
            assert len(spent or ()) == number
            new = store.NewAccount(
                "M", f"m{number}@lindenhof.example", "", "UTC", Invitation(uuid4(), ada.id, clock())
            )
            user_id = store.create(db, new)
            assert user_id
            store.remove(db, user_id, clock())
    [kept] = [user.preferences for user in users(database)]
    assert kept["spent_invitations"] == {}
    # Nobody knows any more which were used, so none counts that was made until then.
    assert visitor.post("/auth/register", data={**NEW, "invitation": early}).status_code == 403


def test_making_an_account_ends_the_session_before_it(
    visitor: TestClient, ada: Account, database: Database
) -> None:
    answer = ada.client.post("/auth/register", data=NEW)
    assert answer.status_code == 303
    sessions = {user.email: len(user.sessions) for user in users(database)}
    assert sessions == {ada.email: 0, EMAIL: 1}


def test_somebody_who_was_not_invited_leaves_nothing_behind(
    visitor: TestClient, ada: Account, database: Database
) -> None:
    assert visitor.post("/auth/register", data=NEW).status_code == 303
    assert visitor.post("/account/delete", data={"password": PASSWORD}).status_code == 303
    assert [user.preferences for user in users(database)] == [{}]


def test_an_invitation_runs_out(
    app: Starlette, visitor: TestClient, ada: Account, clock: Clock
) -> None:
    registration(app, "closed")
    link = ada.client.post("/auth/invitations", headers=JSON).json()["link"]
    token = parse_qs(urlsplit(link).query)["invitation"][0]
    # Links are signed with the clock of the machine, which has gone on.
    clock.set(datetime.now(UTC) + timedelta(days=7, seconds=5))
    assert visitor.post("/auth/register", data={**NEW, "invitation": token}).status_code == 403


# Signing out


def test_signing_out_ends_the_session_on_the_server_too(client: TestClient) -> None:
    token = client.cookies["session"]
    answer = client.post("/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert "session" not in client.cookies
    client.cookies.set("session", token, "testserver.local", "/")
    assert client.get("/account").headers["location"].startswith("/login")


def test_signing_out_twice_is_no_trouble(visitor: TestClient) -> None:
    assert visitor.post("/auth/logout").headers["location"] == "/login"


# A new password by a link


def reset_link(app: Starlette, database: Database) -> str:
    user = users(database)[0]
    return str(app.state.keyring.reset(user.id, user.password_hash))


def test_a_link_sets_a_new_password_once_and_ends_every_session(
    app: Starlette, visitor: TestClient, mara: str, database: Database
) -> None:
    sign_in(visitor)
    token = reset_link(app, database)
    form = visitor.get("/auth/reset", params={"token": token})
    assert form.status_code == 200 and EMAIL in form.text
    data = {"token": token, "new_password": "another horse battery"}
    answer = visitor.post("/auth/reset", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?changed=1")
    assert users(database)[0].sessions == {}
    assert sign_in(visitor).status_code == 422
    assert sign_in(visitor, "another horse battery").status_code == 303
    again = visitor.post("/auth/reset", data=data)
    assert again.status_code == 422 and DEAD_LINK in unescape(again.text)


def test_a_link_sets_one_password_however_many_use_it_at_once(
    app: Starlette, visitor: TestClient, mara: str, database: Database
) -> None:
    token = reset_link(app, database)

    def use(password: str) -> int:
        sent = {"token": token, "new_password": password}
        return visitor.post("/auth/reset", data=sent).status_code

    with ThreadPoolExecutor() as pool:
        with held(database, "SELECT FROM users FOR UPDATE", 2):
            answers = [pool.submit(use, f"{word} horse battery") for word in ("first", "second")]
        assert sorted(answer.result() for answer in answers) == [303, 422]


def test_the_new_password_must_be_a_good_one(
    app: Starlette, visitor: TestClient, mara: str, database: Database
) -> None:
    data = {"token": reset_link(app, database), "new_password": "tally12345"}
    answer = visitor.post("/auth/reset", data=data)
    assert answer.status_code == 422 and "“Tally”" in answer.text
    assert sign_in(visitor).status_code == 303


def test_a_link_is_dead_after_an_hour_and_other_tokens_never_were_one(
    app: Starlette, visitor: TestClient, mara: str, database: Database, clock: Clock
) -> None:
    sign_in(visitor)
    token = reset_link(app, database)
    for other in (visitor.cookies["session"], app.state.keyring.invitation(), "", "x", "\u0000"):
        assert visitor.get("/auth/reset", params={"token": other}).status_code == 422
    clock.set(datetime.now(UTC) + timedelta(hours=1, seconds=5))
    assert visitor.get("/auth/reset", params={"token": token}).status_code == 422


def test_opened_addresses_do_not_count(visitor: TestClient, mara: str, app: Starlette) -> None:
    for _ in range(12):
        assert visitor.get("/auth/reset?token=x").status_code == 422
    assert visitor.post("/auth/reset", data={"token": "x"}).status_code == 422


def test_guessing_links_is_throttled(visitor: TestClient, database: Database) -> None:
    statuses = [
        visitor.post("/auth/reset", data={"token": f"guess {number}"}).status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2


def test_a_good_link_is_good_whatever_came_from_its_address(
    visitor: TestClient, mara: str, app: Starlette, database: Database
) -> None:
    for number in range(12):
        visitor.post("/auth/reset", data={"token": f"guess {number}"})
    [user] = users(database)
    token = app.state.keyring.reset(user.id, user.password_hash)
    assert visitor.get("/auth/reset", params={"token": token}).status_code == 200
    sent = {"token": token, "new_password": "another good long one"}
    assert visitor.post("/auth/reset", data=sent).status_code == 303


# Accounts that are switched off


def test_a_disabled_account_is_like_none_until_it_is_enabled(
    visitor: TestClient, mara: str, database: Database
) -> None:
    sign_in(visitor)
    with database.changing() as db:
        user = store.by_email(db, EMAIL)
        assert user
        store.disable(db, user)
    assert visitor.get("/account").status_code == 303
    assert sign_in(visitor).status_code == 422
    with database.changing() as db:
        user = store.by_email(db, EMAIL)
        assert user and user.is_disabled
        store.enable(db, user)
    assert sign_in(visitor).status_code == 303
