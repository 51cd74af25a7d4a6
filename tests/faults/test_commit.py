"""A COMMIT that nobody answers: what was asked for may be there, and nobody says otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import Connection, event
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tally.app import create_app
from tally.cli.main import app as tally
from tally.db import wait_limit
from tally.db.engine import Database
from tally.settings import Settings
from tally.web import endpoint
from tests.conftest import JSON, PASSWORD
from tests.faults.conftest import Postgres
from tests.serving import KEY
from tests.waiting import wait_until

RECORD = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}


@pytest.fixture(scope="module")
def app(postgres: Postgres) -> Starlette:
    settings = Settings(
        database_url=postgres.url,
        secret_key=(KEY,),
        registration="open",
        allowed_hosts=("testserver",),
    )
    return create_app(settings)


@pytest.fixture
def browser(app: Starlette) -> Iterator[TestClient]:
    """The browser of somebody with an account of their own."""
    with TestClient(app, follow_redirects=False) as client:
        email = f"{uuid4().hex}@lindenhof.example"
        form = {"name": "Mara", "email": email, "password": PASSWORD}
        assert client.post("/auth/register", data=form).status_code == 303
        yield client
        # The pools are opened anew for the next one.
        app.state.database = Database(app.state.settings.database_url)


@pytest.fixture
def frozen() -> Iterator[list[psutil.Process]]:
    """Backends that were stopped, and go on in the end."""
    stopped: list[psutil.Process] = []
    yield stopped
    for backend in stopped:
        if backend.is_running():
            backend.resume()


@pytest.fixture
def freeze_at_commit(
    frozen: list[psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Database], None]:
    """The next COMMIT of a database is sent to a backend that no longer moves.

    Until then it is waited for as long as the machine makes it, and from there two seconds.
    """
    monkeypatch.setattr(endpoint, "_database_seconds", lambda *_: None)

    def arm(database: Database) -> None:
        def stop(connection: Connection) -> None:
            if not frozen:
                wait_limit._patience.set(wait_limit._Patience(2.0))
                number = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
                frozen.append(psutil.Process(number))
                frozen[0].suspend()

        event.listen(database.engine, "commit", stop)

    return arm


def thaw(frozen: list[psutil.Process]) -> None:
    """Let the backends go on, and wait until they have done what was sent to them."""
    for backend in frozen:
        backend.resume()
    # They end when they find that nobody is there any more.
    wait_until(lambda: not any(backend.is_running() for backend in frozen), "a backend is left")


def count(postgres: Postgres, record_id: str) -> int:
    [(number,)] = postgres.run(f"SELECT count(*) FROM consumption_records WHERE id = '{record_id}'")
    assert isinstance(number, int)
    return number


@pytest.mark.parametrize("kind", ["json", "page", "fragment"])
def test_an_unanswered_commit_may_have_saved(
    browser: TestClient,
    app: Starlette,
    postgres: Postgres,
    freeze_at_commit: Callable[[Database], None],
    frozen: list[psutil.Process],
    kind: str,
) -> None:
    record_id = str(uuid4())
    headers = {"json": JSON, "page": {}, "fragment": {"HX-Request": "true"}}[kind]
    freeze_at_commit(app.state.database)
    answer = browser.post("/consumption", data=RECORD | {"id": record_id}, headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "may have been saved" in answer.text and "Nothing was saved." not in answer.text
    if kind == "json":
        assert answer.json()["saved"] is None
    thaw(frozen)
    assert count(postgres, record_id) == 1  # So it was.
    again = browser.post("/consumption", data=RECORD | {"id": record_id}, headers=JSON)
    assert again.status_code == 200
    assert count(postgres, record_id) == 1


def test_the_log_does_not_say_what_nobody_knows(
    browser: TestClient,
    app: Starlette,
    freeze_at_commit: Callable[[Database], None],
    frozen: list[psutil.Process],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    freeze_at_commit(app.state.database)
    assert browser.post("/account", data={"name": "Mira"}, headers=JSON).status_code == 503
    assert caplog.messages == ["commit not answered"]
    thaw(frozen)
    assert browser.post("/account", data={"name": "Mara"}, headers=JSON).status_code == 200
    assert caplog.messages == ["commit not answered", "account changed"]


def test_a_reader_is_not_told_what_was_saved(browser: TestClient, postgres: Postgres) -> None:
    postgres.freeze()
    try:
        for headers in (JSON, {}):
            answer = browser.get("/list", headers=headers)
            assert answer.status_code == 503
            assert "saved" not in answer.text.lower()
    finally:
        postgres.thaw()


@pytest.fixture
def command(postgres: Postgres, tmp_path: Path) -> Callable[..., str]:
    """Runs a command; its output. FILE is a file with a record."""
    file = tmp_path / "tea.csv"
    file.write_text("date,type,value,unit\n2026-10-05,tea,2,cup\n")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}

    def run(*words: str) -> str:
        arguments = [str(file) if word == "FILE" else word for word in words]
        return CliRunner().invoke(tally, arguments, input=f"{PASSWORD}\n", env=variables).output

    postgres.run("DELETE FROM users WHERE email LIKE '%.example'")
    return run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "new@lindenhof.example", "--password"), "has an account now"),
        (("user", "disable", "mara@lindenhof.example"), "is disabled"),
        (("user", "delete", "mara@lindenhof.example", "--yes"), "are gone"),
        (("import", "FILE", "--email", "mara@lindenhof.example"), "1 new"),
        (("demo",), "Sign in as"),
    ],
)
def test_a_command_says_what_is_done_once_it_is(
    command: Callable[..., str],
    freeze_at_commit: Callable[[Database], None],
    frozen: list[psutil.Process],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    caplog.set_level(logging.INFO, "tally.events")
    command("user", "add", "mara@lindenhof.example", "--password")
    caplog.clear()
    open_database = Database.__init__

    def opened(database: Database, url: str) -> None:
        open_database(database, url)
        freeze_at_commit(database)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "__init__", opened)
        with wait_limit.within(None):
            output = command(*arguments)
    assert said not in output
    assert "may be done, or not" in output
    assert caplog.messages == []
    thaw(frozen)
    if arguments[0] == "import":  # Sent once more it says what it does, and does it once.
        assert "0 new, 0 changed, 1 unchanged" in command(*arguments)
