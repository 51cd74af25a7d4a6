"""The account: settings, password, sessions, invitations, and its end."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.accounts import passwords
from tally.accounts import sessions as auth
from tally.accounts import user_agent as browsers
from tally.accounts.rate_limit import Throttle
from tally.db.engine import Database
from tally.views.account import CHOICES
from tests.conftest import HTMX, JSON, PASSWORD, Account, Clock
from tests.waiting import held

NEW_PASSWORD = "another horse battery"


@pytest.fixture(autouse=True)
def _fresh(app: Starlette) -> None:
    """Nobody's wrong tries of other tests."""
    app.state.throttle = Throttle()


def row(database: Database, account: Account) -> Any:
    with database.reading() as db:
        found = text("SELECT * FROM users WHERE id = :id")
        return db.execute(found, {"id": account.id}).one_or_none()


def browser(app: Starlette, account: Account, agent: str = "curl/8.0") -> TestClient:
    """Another browser of the same person."""
    client = TestClient(app, follow_redirects=False, headers={"User-Agent": agent})
    client.portal = account.client.portal
    answer = client.post("/auth/login", data={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def is_signed_in(client: TestClient) -> bool:
    return client.get("/account", headers=HTMX).status_code == 200


# The dialog


def test_the_dialog_is_a_fragment_and_as_a_page_the_dashboard_with_it(client: TestClient) -> None:
    fragment = client.get("/account", headers=HTMX)
    assert fragment.text.lstrip().startswith('<div id="account"')
    assert "ada@example.org" in fragment.text
    assert client.get("/account").headers["location"] == "/?dialog=account"
    page = client.get("/?dialog=account")
    assert page.status_code == 200
    assert '<dialog id="dialog"' in page.text and 'action="/auth/password"' in page.text
    assert 'action="/auth/password"' not in client.get("/").text


def test_closing_the_dialog_leads_to_the_page_behind_it(client: TestClient) -> None:
    assert 'aria-label="Close" title="Close (Esc)"' in client.get("/account", headers=HTMX).text
    for page, behind in (
        ("/?dialog=account", "/"),
        ("/list?q=a%26b&dialog=account&sort=value", "/list?q=a%26b&amp;sort=value"),
    ):
        opened = client.get(page).text
        assert f'open data-behind="{behind}"' in opened
        assert f'<a href="{behind}" class="icon-button" aria-label="Close"' in opened


def test_settings_are_saved_and_stay(client: TestClient, ada: Account, database: Database) -> None:
    sent = {
        "name": "  Ada   King ",
        "timezone": "Asia/Tokyo",
        "number_format": "1.234,5",
        "single_keys": "off",
        "theme": "dark",
        "month_starts": "15",
        "week_starts": "sunday",
    }
    answer = client.post("/account", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?saved=settings")
    assert "Settings saved" in client.get("/?saved=settings").text
    user = row(database, ada)
    assert (user.name, user.timezone) == ("Ada King", "Asia/Tokyo")
    assert user.preferences == {
        key: value for key, value in sent.items() if key not in ("name", "timezone")
    }
    page = client.get("/account", headers=HTMX).text
    assert 'name="timezone" value="Asia/Tokyo"' in page
    assert 'name="theme" value="dark" checked' in page
    assert "<option selected>15</option>" in page
    assert 'name="week_starts" value="sunday" checked' in page


def test_automatic_may_be_written_out(client: TestClient, ada: Account, database: Database) -> None:
    for name in ("number_format", "theme", "date_order"):
        assert client.post("/account", data={name: "automatic"}).status_code == 303, name
    saved = row(database, ada).preferences
    assert saved == {"number_format": "auto", "theme": "auto", "date_order": "automatic"}
    refused = client.post("/account", data={"week_starts": "automatic"}, headers=HTMX)
    assert refused.status_code == 422


def test_what_is_not_sent_and_other_preferences_stay(
    client: TestClient, ada: Account, database: Database
) -> None:
    with database.changing() as db:
        db.execute(text('UPDATE users SET preferences = \'{"limits": [1], "theme": "dark"}\''))
    answer = client.post("/account", json={"single_keys": "off"})
    assert answer.status_code == 200
    user = row(database, ada)
    assert (user.name, user.timezone) == ("Ada Lovelace", "UTC")
    assert user.preferences == {"limits": [1], "theme": "dark", "single_keys": "off"}


def test_saving_leads_to_the_page_beneath_the_dialog_which_says_so(client: TestClient) -> None:
    for page, where in [
        ("/list?q=tea&saved=settings", "/list?q=tea&saved=settings"),
        ("/add?changed=x", "/add?saved=settings"),
        ("/?dialog=account", "/?saved=settings"),
        ("/account", "/?saved=settings"),
    ]:
        shown = HTMX | {"HX-Current-URL": f"http://testserver{page}"}
        answer = client.post("/account", data={"name": "Ada"}, headers=shown)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (200, where)
        assert "Settings saved" in client.get(where).text
    assert "Settings saved" not in client.get("/?saved=other").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("timezone", "Mars/Base"),
        ("timezone", ""),
        ("number_format", "1'234"),
        ("single_keys", "maybe"),
        ("month_starts", "29"),
        ("month_starts", "0"),
        ("week_starts", "friday"),
        ("theme", "</script>"),
        ("demo", "true"),
    ],
)
def test_settings_that_cannot_be_taken_change_nothing(
    client: TestClient, ada: Account, database: Database, field: str, value: str
) -> None:
    before = row(database, ada)
    answer = client.post("/account", data={"name": "Ada", "timezone": "UTC", field: value})
    if field == "demo":
        assert "demo" not in row(database, ada).preferences
    else:
        assert answer.status_code == 422
        assert row(database, ada) == before
        assert "</script>" not in unescape(answer.text).replace("></script>", "")


@pytest.mark.parametrize("choice", CHOICES)
def test_an_unknown_choice_is_told_at_its_field(client: TestClient, choice: str) -> None:
    refused = client.post("/account", data={choice: "sideways"}, headers=HTMX)
    assert refused.status_code == 422
    sentence = re.search(f'id="{choice}-error">(.*?)</p>', refused.text, re.DOTALL)
    assert sentence is not None and "Choose one of" in sentence[1]
    assert f'aria-describedby="{choice}-error"' in refused.text


def test_without_scripts_the_dialog_says_what_it_did(
    app: Starlette, client: TestClient, ada: Account, database: Database
) -> None:
    browser(app, ada)
    [sid] = [sid for sid, one in row(database, ada).sessions.items() if one["browser"] == "curl"]
    passwords = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    for path, fields, sentence in [
        (f"/auth/sessions/{sid}/end", {}, "The session has ended"),
        ("/auth/sessions/end-others", {}, "All other sessions have ended"),
        ("/auth/password", passwords, "Your password is changed. You are signed out on other"),
    ]:
        page = client.get(client.post(path, data=fields).headers["location"]).text
        assert page.count(sentence) == 1 and 'id="account"' in page


def test_a_program_is_told_what_it_can_choose(client: TestClient) -> None:
    for field, sentence in [
        ("theme", "Choose one of auto, light, dark."),
        ("measures", "Choose one of us, imperial."),
        ("month_starts", "Choose one of 1, 2 to 28."),
    ]:
        answer = client.post("/account", json={field: "pink"})
        assert answer.json()["fields"] == {field: sentence}
    assert client.post("/account", json={"currency": "EUR"}).status_code == 200
    other = {"currency": "CHF", "confirm_currency": False}
    assert client.post("/account", json=other).status_code == 422
    assert client.post("/account", json=other | {"confirm_currency": True}).status_code == 200


def test_a_form_takes_back_nothing_that_was_saved_in_another_tab(
    client: TestClient, ada: Account, database: Database
) -> None:
    """It has every setting, and saves those that are changed in it."""

    def opened() -> dict[str, str]:
        page = client.get("/?dialog=account").text
        [was] = re.findall('name="was" value="([^"]*)"', page)
        fields = dict(parse_qsl(unescape(was), keep_blank_values=True))
        assert fields["name"] == row(database, ada).name and len(fields) == 2 + len(CHOICES)
        return fields | {"was": unescape(was)}

    one, other = opened(), opened()
    client.post("/account", data=one | {"timezone": "Asia/Tokyo", "week_starts": "sunday"})
    refused = client.post("/account", data=other | {"theme": "dark", "name": ""})
    [was] = re.findall('name="was" value="([^"]*)"', refused.text)
    assert (refused.status_code, unescape(was)) == (422, other["was"])
    assert client.post("/account", data=other | {"theme": "dark"}).status_code == 303
    user = row(database, ada)
    assert (user.timezone, user.preferences) == (
        "Asia/Tokyo",
        {"week_starts": "sunday", "theme": "dark"},
    )


# The password


def change_password(client: TestClient, **fields: str) -> Any:
    sent = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, **fields}
    return client.post("/auth/password", data=sent)


def test_a_new_password_ends_every_token_and_gives_this_browser_a_new_one(
    app: Starlette, client: TestClient, ada: Account, database: Database
) -> None:
    other = browser(app, ada)
    old = client.cookies["session"]
    assert change_password(client).status_code == 303
    assert client.cookies["session"] != old and is_signed_in(client)
    assert not is_signed_in(other)
    client.cookies.set("session", old, "testserver.local", "/")
    assert not is_signed_in(client)
    assert len(row(database, ada).sessions) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"current_password": "wrong password"},
        {"current_password": ""},
        {"new_password": "short"},
        {"new_password": "qwertyuiop"},
        {"new_password": "ada lovelace 1815"},
        {"new_password": ""},
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    client: TestClient, ada: Account, database: Database, fields: dict[str, str]
) -> None:
    before = row(database, ada)
    answer = change_password(client, **fields)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    after = row(database, ada)
    assert (after.password_hash, after.sessions) == (before.password_hash, before.sessions)
    assert is_signed_in(client)


@pytest.mark.slow
def test_wrong_current_passwords_count_for_the_throttle(client: TestClient) -> None:
    for _ in range(10):
        assert change_password(client, current_password="wrong password").status_code == 422
    refused = change_password(client)
    assert refused.status_code == 429 and refused.headers["retry-after"]


def test_the_password_with_htmx_brings_the_dialog_and_a_message(client: TestClient) -> None:
    sent = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = client.post("/auth/password", data=sent, headers=HTMX)
    assert answer.status_code == 200 and "set-cookie" in answer.headers
    assert '<div id="account"' in answer.text and "Your password is changed." in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/auth/login", {"email": "ada@example.org", "password": PASSWORD}),
        ("/auth/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}),
        ("/account/delete", {"password": PASSWORD}),
    ],
    ids=["sign-in", "new password", "delete"],
)
@pytest.mark.parametrize("disabled", [False, True], ids=["changed", "disabled"])
def test_a_password_that_is_replaced_while_it_is_checked_is_wrong(
    client: TestClient,
    ada: Account,
    database: Database,
    path: str,
    fields: dict[str, str],
    disabled: bool,
) -> None:
    old = row(database, ada).password_hash
    new = f"!{old}" if disabled else passwords.hash_password("a third horse battery")
    replaced = "UPDATE users SET password_hash = :new, sessions = '{}' WHERE id = :id"
    with ThreadPoolExecutor() as pool:
        with held(database, replaced, 1, new=new, id=ada.id):
            answer = pool.submit(client.post, path, data=fields)
        assert answer.result().status_code == 422
        assert "set-cookie" not in answer.result().headers
    after = row(database, ada)
    assert (after.password_hash, after.sessions) == (new, {})


# Sessions


def test_sessions_are_listed_with_browser_and_address(
    app: Starlette, client: TestClient, ada: Account
) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    browser(app, ada, firefox)
    page = client.get("/account", headers=HTMX).text
    assert "Firefox on Linux" in page
    assert page.count("This one") == 1
    assert page.count("since") == 2


def test_a_session_says_the_time_of_day_where_the_member_is(
    client: TestClient, clock: Clock, database: Database
) -> None:
    used = clock().replace(second=0, microsecond=0) - timedelta(hours=1)
    started = used - timedelta(hours=4, minutes=7)
    with database.changing() as db:
        db.execute(
            text(
                "UPDATE users SET timezone = 'Asia/Tokyo', sessions = sessions ||"
                " jsonb_build_object('other', jsonb_build_object("
                "'started', :started, 'used', :used, 'address', '', 'browser', ''))"
            ),
            {"started": int(started.timestamp()), "used": int(used.timestamp())},
        )
    page = client.get("/account", headers=HTMX).text
    first, last = (f"{it + timedelta(hours=9):%H:%M}" for it in (started, used))
    assert re.search(
        rf"since \w+ \d+ \w+( \d+)?, {first} · last used \w+ \d+ \w+( \d+)?, {last}", page
    )


def test_one_session_can_be_ended(
    app: Starlette, client: TestClient, ada: Account, database: Database
) -> None:
    other = browser(app, ada)
    (sid,) = [
        sid for sid, entry in row(database, ada).sessions.items() if entry["browser"] == "curl"
    ]
    assert client.post(f"/auth/sessions/{sid}/end").status_code == 303
    assert not is_signed_in(other)
    assert is_signed_in(client)
    assert client.post(f"/auth/sessions/{sid}/end").status_code == 404


def test_ending_ones_own_session_is_signing_out(
    client: TestClient, ada: Account, database: Database
) -> None:
    (sid,) = row(database, ada).sessions
    answer = client.post(f"/auth/sessions/{sid}/end")
    assert answer.headers["location"] == "/login" and answer.headers["clear-site-data"]
    assert not is_signed_in(client)


def test_a_session_of_somebody_else_is_not_there(
    client: TestClient, bob: Account, database: Database
) -> None:
    (sid,) = row(database, bob).sessions
    assert client.post(f"/auth/sessions/{sid}/end").status_code == 404
    assert is_signed_in(bob.client)


def test_all_others_can_be_ended_at_once(app: Starlette, client: TestClient, ada: Account) -> None:
    others = [browser(app, ada) for _ in range(3)]
    answer = client.post("/auth/sessions/end-others", headers=JSON)
    assert answer.json() == {"ended": 3}
    assert [is_signed_in(other) for other in others] == [False] * 3
    assert is_signed_in(client)


def test_fifty_sessions_at_most_the_one_used_longest_ago_goes(
    app: Starlette, client: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    with database.changing() as db:
        moment = int(clock().timestamp())
        entry = (
            "jsonb_build_object('started', :at - n, 'used', :at - n, 'address', '', 'browser', '')"
        )
        db.execute(
            text(
                "UPDATE users SET sessions = sessions ||"
                f" (SELECT jsonb_object_agg('s' || n, {entry}) FROM generate_series(1, 60) AS n)"
            ),
            {"at": moment},
        )
    browser(app, ada)
    sessions = row(database, ada).sessions
    assert len(sessions) == auth.MAX_SESSIONS
    assert "s1" in sessions and "s60" not in sessions


# Lifetimes


def test_without_use_a_session_ends_after_24_hours(
    app: Starlette, ada: Account, clock: Clock
) -> None:
    client = browser(app, ada)  # Now, not when the first test of the run signed her in.
    clock.moved = timedelta(hours=24, seconds=1)
    assert not is_signed_in(client)
    clock.moved = timedelta(hours=11, minutes=59)
    answer = client.get("/account", headers=HTMX)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers


def test_after_12_hours_an_answer_brings_a_new_token_of_the_same_session(
    client: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    before = row(database, ada).sessions
    old = client.cookies["session"]
    clock.moved = timedelta(hours=12, seconds=1)
    assert is_signed_in(client)
    assert client.cookies["session"] != old
    after = row(database, ada).sessions
    assert after.keys() == before.keys()
    (entry,) = after.values()
    assert entry["used"] - entry["started"] >= 12 * 3600
    clock.moved = timedelta(hours=35)
    assert is_signed_in(client)


def test_a_session_lasts_30_days_at_most_however_much_it_is_used(
    client: TestClient, clock: Clock
) -> None:
    for half_days in range(1, 60):
        clock.moved = timedelta(hours=12 * half_days, seconds=30 + half_days)
        assert is_signed_in(client), half_days
    clock.moved = timedelta(days=30, seconds=1)
    assert not is_signed_in(client)


def test_a_new_token_is_given_on_writing_too(client: TestClient, clock: Clock) -> None:
    clock.moved = timedelta(hours=13)
    assert "set-cookie" in client.post("/account", data={"name": "Ada"}).headers


def test_ending_a_session_while_it_renews_wins(
    client: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    clock.moved = timedelta(hours=13)
    answer = client.post("/auth/logout")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert row(database, ada).sessions == {}


def test_reading_changes_nothing_while_the_token_is_fresh(
    client: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    before = row(database, ada)
    clock.moved = timedelta(hours=6)
    for path in ("/account", "/login", "/healthz"):
        client.get(path, headers=HTMX)
    assert row(database, ada) == before


# Invitations and the end


def test_a_plain_form_is_answered_in_the_dialog_on_the_dashboard(client: TestClient) -> None:
    wrong = client.post("/account", data={"name": "x" * 81})
    link = client.post("/auth/invitations")
    assert (wrong.status_code, link.status_code) == (422, 200)
    for page in (wrong, link):
        assert 'data-key="g d" title="Dashboard (g d)" aria-current="page">' in page.text
        opened = page.text.partition('<dialog id="dialog"')[2].partition("</dialog>")[0]
        assert opened.partition(">")[0].endswith(' open data-behind="/"')
        assert 'id="account"' in opened
    assert 'id="account-name-error"' in wrong.text
    assert "login?invitation=" in link.text


def test_an_invitation_link_is_shown_once(client: TestClient) -> None:
    fragment = client.post("/auth/invitations", headers=HTMX)
    assert fragment.status_code == 200
    assert "http://testserver/login?invitation=" in fragment.text
    page = client.post("/auth/invitations")
    assert "http://testserver/login?invitation=" in page.text
    assert "?invitation=" not in client.get("/account", headers=HTMX).text


def test_deleting_takes_the_account_and_all_its_records(
    client: TestClient, ada: Account, bob: Account, database: Database
) -> None:
    with database.changing() as db:
        for account in (ada, bob):
            db.execute(
                text(
                    "INSERT INTO consumption_records"
                    " (user_id, consumption_date, consumption_value, consumption_type)"
                    " SELECT :id, DATE '2026-01-01' + n, n, 'coffee'"
                    " FROM generate_series(1, 9) AS n"
                ),
                {"id": account.id},
            )
    wrong = client.post("/account/delete", data={"password": "wrong password"})
    assert wrong.status_code == 422 and row(database, ada) is not None
    answer = client.post("/account/delete", data={"password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert row(database, ada) is None
    with database.reading() as db:
        owners = db.execute(text("SELECT DISTINCT user_id FROM consumption_records")).scalars()
        assert list(owners) == [bob.id]


# Browsers by name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/142.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.11.0", "curl"),
        ("python-httpx2/2.0", "python-httpx2"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>", "<script>alert(1)<"),
        ("x" * 500, "x" * 60),
        ("\x1b[31m", "Unknown browser"),
        ("Mozilla/5.0 (Something)", "Mozilla"),
    ],
)
def test_a_browser_is_named_in_a_few_words(user_agent: str, name: str) -> None:
    assert browsers.name(user_agent) == name
