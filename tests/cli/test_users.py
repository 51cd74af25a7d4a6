"""Accounts on the command line, and what the log tells about accounts."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from sqlalchemy import Connection, text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from tally.accounts import store
from tally.accounts.rate_limit import Throttle
from tally.accounts.tokens import INVITATION_LASTS
from tally.cli.main import app as tally
from tally.db.engine import Database
from tests.conftest import PASSWORD, Account, Clock
from tests.serving import COMMAND, KEY, command, environment

Command = Callable[..., Result]
EMAIL = "mara@lindenhof.example"


@pytest.fixture(autouse=True)
def _fresh(app: Starlette) -> None:
    """Nobody's wrong tries of other tests."""
    app.state.throttle = Throttle()


@pytest.fixture
def user(database_url: str, database: Database, app: Starlette, tmp_path: Any) -> Command:
    """`tally user …` on the tests' database."""
    environment = {
        "DATABASE_URL": database_url,
        "TALLY_SECRET_KEY": app.state.settings.secret_key[0],
        "TALLY_DATA_DIR": str(tmp_path),
    }

    def run(*arguments: str, typed: str | bytes = "") -> Result:
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


@pytest.mark.parametrize(
    "url", ["tally.test", "ftp://tally.test", "https://", "https://tally.test/?a=1", "", "x y"]
)
@pytest.mark.parametrize("arguments", [("add", EMAIL), ("invite",)])
def test_an_address_that_no_link_begins_with_is_refused(
    user: Command, arguments: tuple[str, ...], url: str
) -> None:
    result = user(*arguments, "--url", url)
    assert result.exit_code == 2 and "https://tally.example.org" in result.output
    assert EMAIL not in user("list").output


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
        (("add", EMAIL, "--name", "caf\udce9"), "", "UTF-8"),
        (("add", "caf\udce9@lindenhof.example"), "", "email address"),
        (("add", EMAIL, "--password"), "short\n", "10 characters"),
        (("add", EMAIL, "--password"), "qwertyuiop\n", "tried first"),
        (("add", EMAIL, "--password"), b"caf\xe9 corbeau soupe\n", "no text in UTF-8"),
        (("add", EMAIL, "--password"), "no form sends\0this\n", "no text in UTF-8"),
        (("reset-password", "nobody@lindenhof.example"), "", "Nobody here"),
        (("disable", "nobody@lindenhof.example"), "", "Nobody here"),
    ],
)
def test_an_impossible_command_is_one_line_and_exit_status_1(
    user: Command, arguments: tuple[str, ...], typed: str | bytes, sentence: str
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


def test_list_has_a_heading_on_a_terminal_alone(
    database_url: str, ada: Account, clock: Clock
) -> None:
    terminal, other_end = os.openpty()
    settings = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}
    subprocess.run(
        [*COMMAND, "user", "list"], env=environment(**settings), stdout=other_end, check=True
    )
    os.close(other_end)
    with open(terminal, encoding="utf-8") as screen:
        shown = [screen.readline().rstrip() for _ in range(2)]
    assert shown == [
        "EMAIL            NAME          SINCE       SESSIONS  STATE",
        f"ada@example.org  Ada Lovelace  {clock.today()}  1         active",
    ]


def test_an_invitation_opens_the_form(user: Command, visitor: TestClient) -> None:
    assert "/auth/register" in visitor.get(only_link(user("invite"))).text


def test_the_help_says_how_long_an_invitation_lasts(user: Command) -> None:
    told = " ".join(user("invite", "--help").output.split())
    assert f"within {INVITATION_LASTS.days} days." in told


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


def test_an_account_is_deleted_however_long_it_takes(
    user: Command, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million records take longer than the three seconds that a statement of the role has."""
    limits = []

    def remove(db: Connection, *arguments: Any) -> None:
        limits.append(db.execute(text("SHOW statement_timeout")).scalar_one())

    monkeypatch.setattr(store, "remove", remove)
    assert user("delete", ada.email, "--yes").exit_code == 0
    assert limits == ["0"]


def events(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    """The lines of the log, each with its fields."""
    return [
        (record.getMessage(), record.fields)  # type: ignore[attr-defined]
        for record in caplog.records
        if record.name == "tally.events"
    ]


def test_what_a_command_changes_is_in_the_log(
    user: Command, ada: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    user("add", EMAIL)
    user("invite")
    for name in ("sign-out", "disable", "enable", "reset-password"):
        user(name, ada.email)
    user("delete", ada.email, "--yes")
    hers = {"by": "command", "user": ada.id}
    (made, fields), *others = events(caplog)
    assert made == "account made" and fields["user"] != ada.id
    assert others == [
        ("invitation made", {"by": "command"}),
        ("sessions ended", hers | {"count": 1}),
        ("account disabled", hers),
        ("account enabled", hers),
        ("reset link made", hers),
        ("account deleted", hers),
    ]


def test_the_line_of_a_command_goes_to_standard_error(database_url: str, ada: Account) -> None:
    settings = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}
    done = command("user", "disable", ada.email, **settings)
    assert done.stdout == "The account is disabled.\n"
    assert done.stderr.endswith(f"INFO account disabled by=command user={ada.id}\n")


def test_refusals_and_the_end_of_sessions_and_accounts_are_in_the_log(
    app: Starlette, ada: Account, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    new = {"name": "Mara", "email": EMAIL, "password": PASSWORD}
    visitor.post("/auth/register", data=new)
    visitor.cookies.clear()
    visitor.post("/auth/register", data=new)
    mara = events(caplog)[0][1]["user"]
    with app.state.database.reading() as db:
        user = store.by_id(db, mara)
    assert user is not None
    token = app.state.keyring.reset(mara, user.password_hash)
    for _ in range(2):
        sent = {"token": token, "new_password": "another horse battery"}
        visitor.post("/auth/reset", data=sent)
    for _ in range(10):
        visitor.post("/auth/reset", data={"token": "guess"})
    visitor.post("/auth/login", data={"email": ada.email, "password": PASSWORD})
    sid = jwt.decode(visitor.cookies["session"], options={"verify_signature": False})["sid"]
    ada.client.post(f"/auth/sessions/{sid}/end")
    ada.client.post("/auth/sessions/end-others")
    ada.client.post("/auth/invitations")
    for password in ("wrong password", PASSWORD):
        ada.client.post("/account/delete", data={"password": password})
    told = [(event, fields.get("user")) for event, fields in events(caplog)]
    assert told == [
        ("account made", mara),
        ("signed in", mara),
        ("registration refused", None),
        ("password reset", mara),
        *[("reset refused", None)] * 10,
        ("too many tries", None),
        ("signed in", ada.id),
        ("session ended", ada.id),
        ("sessions ended", ada.id),
        ("invitation made", ada.id),
        ("password refused", ada.id),
        ("account deleted", ada.id),
    ]


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
    assert [event for event, _ in events(caplog)] == [
        "sign-in refused",
        "signed in",
        "signed out",
        "account changed",
        "password changed",
        "cross-site request refused",
    ]
    for event, fields in events(caplog):
        assert fields.keys() <= {"address", "user"}
        told = str(fields) + event
        for secret in (PASSWORD, "wrong", "horse", "forged", client.cookies["session"], "King"):
            assert secret not in told
