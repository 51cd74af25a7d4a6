"""Sessions against a real server: their lifetimes, their tokens, and what ends them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
from sqlalchemy import Engine, text

from tally.accounts.tokens import SESSION_LASTS, Keyring
from tests.emptying import empty
from tests.security.conftest import (
    HTMX,
    PASSWORD,
    SECRET,
    TOP,
    Person,
    Server,
    everything,
    person,
)

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
EMAIL = "kate@lindenhof.example"


def is_signed_in(client: httpx2.Client) -> bool:
    return client.get("/account", headers=HTMX).status_code == 200


def cookie_of(answer: httpx2.Response) -> str | None:
    found = re.match(r"(?:__Host-)?session=([^;]+);", answer.headers.get("set-cookie", ""))
    return found[1] if found else None


@pytest.mark.parametrize(
    ("started", "used", "lives", "renewed"),
    [
        (0 * HOUR, 0 * HOUR, True, False),
        (11 * HOUR, 11 * HOUR, True, False),
        (12 * HOUR + SECOND, 12 * HOUR + SECOND, True, True),
        (24 * HOUR - 30 * SECOND, 24 * HOUR - 30 * SECOND, True, True),
        (24 * HOUR + SECOND, 24 * HOUR + SECOND, False, False),
        (29 * DAY, 1 * HOUR, True, False),
        (29 * DAY, 13 * HOUR, True, True),
        (30 * DAY + SECOND, 1 * HOUR, False, False),
    ],
    ids=str,
)
def test_a_session_lasts_24_hours_without_use_and_30_days_in_all(
    server: Server,
    engine: Engine,
    started: timedelta,
    used: timedelta,
    lives: bool,
    renewed: bool,
) -> None:
    """24 hours without use, a new token after 12, 30 days in all."""
    kate = person(engine, EMAIL, "Kate", started=started, used=used)
    with server.client(kate.cookie) as client:
        answer = client.get("/account", headers=HTMX)
        assert (answer.status_code == 200) is lives
        token = cookie_of(answer)
        assert (token is not None) is renewed
        if token:
            claims = jwt.decode(token, options={"verify_signature": False})
            assert claims["sid"] == kate.sid
            assert claims["exp"] - claims["iat"] <= 24 * 3600
            left = SESSION_LASTS - started
            assert timedelta(seconds=claims["exp"] - time.time()) <= min(DAY, left) + SECOND


def sign_in(client: httpx2.Client, password: str = PASSWORD, email: str = EMAIL) -> Any:
    return client.post("/auth/login", data={"email": email, "password": password})


def test_the_numbers_are_those_that_are_written_down(server: Server, engine: Engine) -> None:
    """A cookie and its token behave as SECURITY.md says."""
    words = " ".join((TOP / "SECURITY.md").read_text().split())
    said = re.search(
        r"good for (\d+) hours, renewed after (\d+), and for (\d+) days at most\."
        r" Each is also kept at the account, at most (\d+),",
        words,
    )
    assert said
    hours, renewed, days, most = (int(number) for number in said.groups())
    person(engine, EMAIL, "Kate")
    with server.client() as client:
        answer = sign_in(client)
    max_age = re.search(r"max-age=(\d+)", answer.headers["set-cookie"].lower())
    claims = jwt.decode(cookie_of(answer) or "", options={"verify_signature": False})
    assert max_age and int(max_age[1]) == hours * 3600 == claims["exp"] - claims["iat"]

    def lives(started: timedelta, used: timedelta) -> tuple[bool, bool]:
        """Whether a session still counts, and whether it is renewed."""
        empty(engine)
        other = person(engine, EMAIL, "Kate", started=started, used=used)
        with server.client(other.cookie) as client:
            answer = client.get("/account", headers=HTMX)
        return answer.status_code == 200, cookie_of(answer) is not None

    minute = timedelta(minutes=1)
    assert lives(renewed * HOUR - minute, renewed * HOUR - minute) == (True, False)
    assert lives(renewed * HOUR + minute, renewed * HOUR + minute) == (True, True)
    assert lives(hours * HOUR + minute, hours * HOUR + minute) == (False, False)
    assert lives(days * DAY - minute, HOUR) == (True, False)
    assert lives(days * DAY + minute, HOUR) == (False, False)

    empty(engine)
    kate = person(engine, EMAIL, "Kate")
    (row,) = everything(engine)
    many = {f"sid-{number}": row.sessions[kate.sid] for number in range(most + 5)}
    with engine.begin() as db:
        full = {"many": json.dumps(many)}
        db.execute(text("UPDATE users SET sessions = CAST(:many AS jsonb)"), full)
    with server.client() as client:
        sign_in(client)
    (row,) = everything(engine)
    assert len(row.sessions) == most


@pytest.mark.parametrize(
    "end",
    [
        lambda client, kate: client.post("/auth/logout"),
        lambda client, kate: client.post(f"/auth/sessions/{kate.sid}/end"),
        lambda client, kate: client.post(
            "/auth/password",
            data={"current_password": PASSWORD, "new_password": "another horse battery"},
        ),
        lambda client, kate: client.post("/account/delete", data={"password": PASSWORD}),
    ],
    ids=["sign-out", "ended", "new password", "deleted"],
)
def test_a_token_that_was_kept_is_dead_afterwards(
    server: Server, engine: Engine, end: Callable[[httpx2.Client, Person], httpx2.Response]
) -> None:
    kate = person(engine, EMAIL, "Kate")
    with server.client(kate.cookie) as client:
        assert is_signed_in(client)
        assert end(client, kate).status_code == 303
        assert client.get("/list").headers["location"].startswith("/login")


def test_signing_in_twice_gives_two_sessions_with_tokens_of_their_own(
    server: Server, engine: Engine
) -> None:
    person(engine, EMAIL, "Kate")
    with server.client() as one, server.client() as two:
        assert cookie_of(sign_in(one)) != cookie_of(sign_in(two))
        assert is_signed_in(one) and is_signed_in(two)
        assert two.post("/auth/sessions/end-others").status_code == 303
        assert not is_signed_in(one) and is_signed_in(two)


def test_a_new_key_in_front_keeps_old_sessions(
    start: Callable[..., Server], server: Server, engine: Engine
) -> None:
    kate = person(engine, EMAIL, "Kate")
    new = "a newer key of at least thirty-two bytes for it"
    rotated = start(secret=f"{new},{SECRET}")
    with rotated.client(kate.cookie) as client:
        assert is_signed_in(client)
        token = cookie_of(sign_in(client)) or ""
    with rotated.client(token) as client:
        assert is_signed_in(client)
    with server.client(token) as client:
        assert not is_signed_in(client)


def test_over_https_the_cookie_is_the_hosts_own(server: Server, engine: Engine) -> None:
    person(engine, EMAIL, "Kate")
    host = server.url.removeprefix("http://")
    with server.client(**{"X-Forwarded-Proto": "https", "Origin": f"https://{host}"}) as client:
        answer = sign_in(client)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes >= {"secure", "httponly", "path=/", "samesite=lax", "max-age=86400"}
    assert not any(part.startswith("domain") for part in attributes)
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_without_a_trusted_proxy_its_headers_say_nothing(
    start: Callable[..., Server], server: Server, engine: Engine
) -> None:
    person(engine, EMAIL, "Kate")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test"}
    with start().client(**headers) as client:
        answer = sign_in(client)
    assert answer.headers["set-cookie"].startswith("session=")
    assert "strict-transport-security" not in answer.headers
    (kate,) = everything(engine)
    addresses = {entry["address"] for entry in kate.sessions.values()}
    assert addresses == {"192.0.2.1", "127.0.0.1"}


def test_a_proxy_that_forwards_anything_fills_no_row(server: Server, engine: Engine) -> None:
    person(engine, EMAIL, "Kate")
    with server.client(**{"X-Forwarded-For": "x" * 20_000}) as client:
        assert sign_in(client).status_code == 303
    (kate,) = everything(engine)
    assert {entry["address"] for entry in kate.sessions.values()} == {"192.0.2.1", ""}


def test_a_link_is_no_session_and_a_session_is_no_link(server: Server, engine: Engine) -> None:
    kate = person(engine, EMAIL, "Kate")
    ring = Keyring([SECRET])
    (row,) = everything(engine)
    reset, invitation = ring.reset(kate.id, row.password_hash), ring.invitation()
    for token in (reset, invitation):
        with server.client(token) as client:
            assert not is_signed_in(client)
    with server.client() as visitor:
        assert visitor.get("/auth/reset", params={"token": reset}).status_code == 200
        for token in (kate.cookie, invitation):
            assert visitor.get("/auth/reset", params={"token": token}).status_code == 422
        page = visitor.get("/login", params={"invitation": reset})
        assert page.status_code == 200


def test_a_disabled_account_has_no_visitors_whatever_its_sessions(
    client: httpx2.Client, engine: Engine
) -> None:
    assert is_signed_in(client)
    with engine.begin() as db:
        db.execute(text("UPDATE users SET password_hash = '!' || password_hash"))
    assert not is_signed_in(client)
