"""`tally token add`: access for a program, where there is no browser."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from tally.accounts import api_tokens, store
from tally.cli.main import app as tally
from tally.db.engine import Database
from tests.conftest import Account


@pytest.fixture
def add(database_url: str, database: Database, app: Starlette, tmp_path: Any) -> Any:
    """`tally token add …` on the tests' database."""
    environment = {
        "DATABASE_URL": database_url,
        "TALLY_SECRET_KEY": app.state.settings.secret_key[0],
        "TALLY_DATA_DIR": str(tmp_path),
    }

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(tally, ["token", "add", *arguments], env=environment)

    return run


def test_it_prints_a_token_that_works_alone_on_standard_output(
    add: Any, ada: Account, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    result = add(ada.email.upper(), "--scope", "add", "--name", "meter")
    assert result.exit_code == 0, result.output
    token = result.stdout.removesuffix("\n")
    assert api_tokens.read(token)
    assert "meter may add records. The token never ends. Shown only" in result.stderr
    assert token not in result.stderr
    sent = {"Authorization": f"Bearer {token}"}
    assert visitor.get("/consumption/preview?line=tea", headers=sent).status_code == 200
    assert visitor.get("/stats", headers=sent).status_code == 403
    assert caplog.records[-1].getMessage() == "token out of scope"
    (made,) = [it for it in caplog.records if it.getMessage() == "token made"]
    assert token not in str(made.__dict__)


def test_a_token_with_an_end_says_so(add: Any, ada: Account, database: Database) -> None:
    result = add(ada.email, "--scope", "read", "--name", "x", "--ends", "1-year")
    assert result.exit_code == 0 and "ends in a year" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody@example.org", "--scope", "add", "--name", "x"), "Nobody here has the email"),
        (("ada@example.org", "--scope", "write", "--name", "x"), "write"),
        (("ada@example.org", "--scope", "add", "--name", " "), "Write which program"),
        (("ada@example.org", "--scope", "add", "--name", "x", "--ends", "soon"), "soon"),
        (("ada@example.org", "--name", "x"), "--scope"),
        (("ada@example.org", "--scope", "add"), "--name"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(
    arguments: tuple[str, ...], words: str, add: Any, ada: Account
) -> None:
    result = add(*arguments)
    assert result.exit_code != 0 and words in result.output
    assert "tally_" not in result.stdout


def test_a_disabled_account_gets_no_token(add: Any, ada: Account, database: Database) -> None:
    with database.changing() as db:
        account = store.by_id(db, ada.id)
        assert account is not None
        store.disable(db, account)
    result = add(ada.email, "--scope", "add", "--name", "x")
    assert result.exit_code != 0 and "is disabled" in result.output
