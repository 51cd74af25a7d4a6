"""The ground of every test: a real PostgreSQL, empty tables, and clients that are signed in."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, NullPool, create_engine, event, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from tally.app import create_app
from tally.db.engine import Database, driver_url
from tally.db.migrations import migrate
from tally.settings import Settings
from tally.web import endpoint
from tally.web.endpoint import _database_seconds
from tests import draws, moments, quick_hashes
from tests.emptying import empty
from tests.waiting import WAIT_SECONDS

PASSWORD = "correct horse battery"
SLOWER = 20
draws.choose()
quick_hashes.choose()
# A test and the application are threads of one process, each of which waits for the other.
sys.setswitchinterval(0.0005)

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}


@dataclass
class Clock:
    """The time that the application sees: it stands still, moved by as much as a test likes."""

    start: datetime = moments.NOW
    moved: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return self.start + self.moved

    def set(self, moment: datetime) -> None:
        """Let it be this moment until the next test."""
        self.moved = moment - self.start

    def today(self) -> date:
        return self().date()


@dataclass(frozen=True)
class Account:
    """Somebody who is signed in."""

    id: UUID
    email: str
    client: TestClient


def pytest_configure(config: pytest.Config) -> None:
    """Start pytest again with this run's clock, unless that was done."""
    name = moments.chosen()
    if moments.is_moved() or name == moments.TRUE or moments.LIBRARY is None:
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend_global_capture(in_=True)
    # Of the temporary folders that other runs left, pytest takes away those that look old.
    folder = mkdtemp(prefix="moved-", dir="/tmp")
    os.chmod(folder, 0o711)
    environment = moments.moved_environment(name) | {"PYTEST_DEBUG_TEMPROOT": folder}
    os.execve(sys.executable, sys.orig_argv, environment)


def pytest_unconfigure(config: pytest.Config) -> None:
    if moments.is_moved() and not hasattr(config, "workerinput"):
        rmtree(os.environ["PYTEST_DEBUG_TEMPROOT"], ignore_errors=True)


def pytest_report_header() -> str:
    return f"clock: {moments.NOW:%A %-d %B %Y %H:%M} UTC"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are shared out in this order: a long one at the end would leave one worker busy."""
    items.sort(key=lambda item: item.get_closest_marker("begins_first") is None)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over modules and tests, which are there until the end."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if moments.is_moved() and item.get_closest_marker("true_clock"):
        pytest.skip("needs the true clock")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database: `TEST_DATABASE_URL`, else an embedded one of this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        migrate(given)
        yield given
        return
    from tally.server import postgres

    # Not tmp_path: its long names leave no room for a socket.
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)  # As root the database runs as another user, who must pass here.
        server = postgres.start(Path(folder) / "data")
        try:
            migrate(server.url)
            _lose_at_a_crash(server.admin_url)
            yield server.url
        finally:
            server.stop()


def _lose_at_a_crash(admin_url: str) -> None:
    """Let PostgreSQL wait for no disk. Tests that end it start one of their own."""
    url = driver_url(admin_url)
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as db:
        db.execute(text("ALTER SYSTEM SET fsync = off"))
        db.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def app(database_url: str, clock: Clock) -> Starlette:
    settings = Settings(
        database_url=database_url,
        secret_key=("a key of at least thirty-two bytes for tests",),
        registration="open",
        allowed_hosts=("testserver",),
        metrics="on",
    )
    app = create_app(settings, clock)
    for engine in app.state.database.engines:
        event.listen(engine, "connect", _be_patient)
    return app


def _be_patient(connection: Any, _: object) -> None:
    """Let a machine that stands still keep statements waiting; a test may limit its own."""
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout"):
            cursor.execute(f"SET {limit} = '{round(WAIT_SECONDS)}s'")
    connection.commit()


def _patient_seconds(request: Request, rules: endpoint._Rules) -> float | None:
    """What a request may wait for the database, on a machine that is so much slower."""
    seconds = _database_seconds(request, rules)
    return seconds and SLOWER * seconds


@pytest.fixture(scope="session")
def running(app: Starlette) -> Iterator[TestClient]:
    """The application, started once for the whole run."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def database(running: TestClient, app: Starlette, clock: Clock) -> Iterator[Database]:
    """The application's database with empty tables, and its clock set right."""
    clock.moved = timedelta()
    database: Database = app.state.database
    empty(database.engine)
    # Not the fixture of that name, which a test may undo.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(endpoint, "_database_seconds", _patient_seconds)
        yield database


@pytest.fixture
def new_tables(database: Database) -> None:
    """For a test that looks at plans: they shall not meet what other tests deleted."""
    empty(database.engine, new_files=True)


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    """A connection whose changes are taken back at the end."""
    with database.engine.connect() as connection:
        yield connection
        connection.rollback()


def new_user(db: Connection) -> UUID:
    """The id of another account, which has no records."""
    statement = text(
        "INSERT INTO users (email, password_hash, name) VALUES (:email, '', 'n') RETURNING id"
    )
    user_id: UUID = db.execute(statement, {"email": f"{uuid4().hex}@example.org"}).scalar_one()
    return user_id


@pytest.fixture
def visitor(app: Starlette, running: TestClient, database: Database) -> TestClient:
    """A browser of somebody who is not signed in."""
    client = TestClient(app, follow_redirects=False)
    client.portal = running.portal
    return client


@pytest.fixture(scope="session")
def registered(app: Starlette, running: TestClient) -> dict[str, tuple[dict[str, Any], str]]:
    """Users rows and cookies by e-mail, kept so that each test need not wait for a slow hash."""
    return {}


@pytest.fixture
def ada(app, running, database, registered) -> Account:  # type: ignore[no-untyped-def]
    """Ada, signed in, in UTC, with no records."""
    return _signed_in("ada@example.org", "Ada Lovelace", app, running, database, registered)


@pytest.fixture
def bob(app, running, database, registered) -> Account:  # type: ignore[no-untyped-def]
    """Bob, signed in too: whatever is Ada's is none of his business."""
    return _signed_in("bob@example.org", "Bob Martin", app, running, database, registered)


@pytest.fixture
def sign_in_on(
    app: Starlette, running: TestClient, database: Database, clock: Clock
) -> Callable[[str], Account]:
    """Somebody signed in on a given day: its session begins there, whatever day it is."""

    def sign_in(day: str) -> Account:
        clock.set(datetime.fromisoformat(f"{day}T10:30+00:00"))
        return _signed_in("ada@example.org", "Ada", app, running, database, {})

    return sign_in


@pytest.fixture
def client(ada: Account) -> TestClient:
    """Ada's browser."""
    return ada.client


def group_by_the_dot(database: Database) -> None:
    """Every account writes `1.234,5` from now on."""
    with database.changing() as db:
        db.execute(text("""UPDATE users SET preferences = '{"number_format": "1.234,5"}'"""))


def _signed_in(
    email: str,
    name: str,
    app: Starlette,
    running: TestClient,
    database: Database,
    registered: dict[str, tuple[dict[str, Any], str]],
) -> Account:
    client = TestClient(app, follow_redirects=False)
    client.portal = running.portal
    if email not in registered:
        answer = client.post(
            "/auth/register",
            data={"name": name, "email": email, "password": PASSWORD, "timezone": "UTC"},
        )
        assert answer.status_code == 303, answer.text
        with database.reading() as db:
            row = db.execute(
                text("SELECT to_jsonb(users) AS row FROM users WHERE email = :email"),
                {"email": email},
            ).scalar_one()
        registered[email] = (row, client.cookies["session"])
    else:
        row, cookie = registered[email]
        with database.changing() as db:
            db.execute(
                text(
                    "INSERT INTO users SELECT * FROM jsonb_populate_record(NULL::users,"
                    " CAST(:row AS jsonb))"
                ),
                {"row": json.dumps(row)},
            )
        client.cookies.set("session", cookie, "testserver.local", "/")
    return Account(UUID(registered[email][0]["id"]), email, client)
