"""Accounts on the command line, and what the log tells about accounts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from conftest import PASSWORD, Account
from tally import passwords
from tally.cli import app as tally
from tally.database import Database
from tally.throttle import Throttle

Command = Callable[..., Result]
EMAIL = "mara@lindenhof.example"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, app: Starlette) -> None:
    monkeypatch.setattr(passwords, "COST", 4)
    app.state.throttle = Throttle()


@pytest.fixture
def user(database_url: str, database: Database, app: Starlette, tmp_path: Any) -> Command:
    """`tally user …` on the tests' database."""
    environment = {
        "DATABASE_URL": database_url,
        "TALLY_SECRET_KEY": app.state.settings.secret_key[0],
        "TALLY_DATA_DIR": str(tmp_path),
    }

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(tally, ["user", *arguments], input=typed, env=environment)

    return run


def only_link(result: Result) -> str:
    (link,) = [line for line in result.output.splitlines() if "://" in line]
    address = urlsplit(link)
    return f"{address.path}?{address.query}"


def test_add_prints_a_link_to_set_the_first_password(user: Command, visitor: TestClient) -> None:
    result = user("add", f" {EMAIL.upper()}", "--name", "Mara", "--url", "https://tally.test/")
    assert result.exit_code == 0, result.output
    assert "https://tally.test/auth/reset?token=" in result.output
    link = only_link(result)
    assert EMAIL in visitor.get(link).text
    token = link.partition("token=")[2]
    sent = {"token": token, "new_password": PASSWORD}
    assert visitor.post("/auth/reset", data=sent).status_code == 303
    signed_in = visitor.post("/auth/login", data={"email": EMAIL, "password": PASSWORD})
    assert signed_in.status_code == 303


def test_add_takes_a_password_from_a_pipe(user: Command, visitor: TestClient) -> None:
    result = user("add", EMAIL, "--password", typed=f"{PASSWORD}\n")
    assert result.exit_code == 0 and PASSWORD not in result.output
    signed_in = visitor.post("/auth/login", data={"email": EMAIL, "password": PASSWORD})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (("add", "not an email"), "", "email address"),
        (("add", EMAIL, "--timezone", "Mars/Base"), "", "time zone"),
        (("add", EMAIL, "--password"), "short\n", "10 characters"),
        (("add", EMAIL, "--password"), "qwertyuiop\n", "tried first"),
        (("reset-password", "nobody@lindenhof.example"), "", "Nobody here"),
        (("disable", "nobody@lindenhof.example"), "", "Nobody here"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_status_1(
    user: Command, arguments: tuple[str, ...], typed: str, sentence: str
) -> None:
    result = user(*arguments, typed=typed)
    assert result.exit_code == 1
    assert sentence in result.output and result.output.startswith("tally: ")
    assert "Traceback" not in result.output


def test_an_email_is_added_once(user: Command) -> None:
    assert user("add", EMAIL).exit_code == 0
    assert user("add", EMAIL).exit_code == 1


def test_list_shows_everybody_a_line_each(user: Command, ada: Account, bob: Account) -> None:
    user("disable", bob.email)
    lines = [line.split("\t") for line in user("list").output.splitlines()]
    assert [(line[0], line[3], line[4]) for line in lines] == [
        ("ada@example.org", "1", "active"),
        ("bob@example.org", "0", "disabled"),
    ]


def test_an_invitation_opens_the_form(user: Command, visitor: TestClient) -> None:
    assert "/auth/register" in visitor.get(only_link(user("invite"))).text


def test_sign_out_ends_every_session(user: Command, ada: Account) -> None:
    assert "1 session ended" in user("sign-out", ada.email).output
    assert ada.client.get("/account").headers["location"].startswith("/login")


def test_a_disabled_account_gets_no_link_and_keeps_its_password(
    user: Command, ada: Account, visitor: TestClient
) -> None:
    user("disable", ada.email)
    assert ada.client.get("/account").headers["location"].startswith("/login")
    assert user("reset-password", ada.email).exit_code == 1
    user("enable", ada.email)
    sent = {"email": ada.email, "password": PASSWORD}
    assert visitor.post("/auth/login", data=sent).status_code == 303


def test_delete_asks_first(user: Command, ada: Account, database: Database) -> None:
    assert user("delete", ada.email, typed="n\n").exit_code == 1
    assert user("delete", ada.email, "--yes").exit_code == 0
    with database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM users")).scalar_one() == 0


def test_the_log_has_a_line_for_each_event_without_secrets(
    client: TestClient, ada: Account, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    new = "another horse battery\r\nforged line"
    for password in ("wrong password\r\nforged", PASSWORD):
        visitor.post("/auth/login", data={"email": ada.email, "password": password})
    visitor.post("/auth/logout")
    client.post("/account", data={"name": "Ada\u2028King"})
    client.post("/auth/password", data={"current_password": PASSWORD, "new_password": new})
    client.post("/account", headers={"Sec-Fetch-Site": "cross-site"})
    events = [record for record in caplog.records if record.name == "tally.events"]
    assert [event.getMessage() for event in events] == [
        "sign-in refused",
        "signed in",
        "signed out",
        "account changed",
        "password changed",
        "cross-site request refused",
    ]
    for event in events:
        fields: dict[str, Any] = event.fields  # type: ignore[attr-defined]
        assert fields.keys() <= {"address", "user"}
        told = str(fields) + event.getMessage()
        for secret in (PASSWORD, "wrong", "horse", "forged", client.cookies["session"], "King"):
            assert secret not in told
