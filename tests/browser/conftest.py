"""A real server, a real Chromium, and pages that fail a test by any complaint of the browser."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine, create_engine, text

from tally.db.engine import driver_url
from tests.browser.browsing import Browsing, Person
from tests.browser.launching import launcher
from tests.emptying import empty
from tests.serving import KEY, PATIENT, START_SECONDS, WITHOUT_LIMITS, Serving

PASSWORD = "correct horse battery"
EMAIL = "mara@lindenhof.example"
# No test takes as long, on the slowest machine.
LONGEST = timedelta(minutes=2)
# The first is Chromium without its windows, with less for the processor to do.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
# Without these Chromium asks its maker's hosts about this and that.
CHROMIUM_FLAGS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The same database as the server's, for putting rows in and looking at them."""
    engine = create_engine(driver_url(database_url), connect_args={"options": WITHOUT_LIMITS})
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server process on the scratch database."""
    log = tmp_path_factory.mktemp("server") / "log"
    variables = {
        "DATABASE_URL": database_url,
        "TALLY_SECRET_KEY": KEY,
        # Each test comes from an address of its own: wrong sign-ins are counted by it.
        "TALLY_TRUSTED_PROXIES": "127.0.0.1",
    }
    serving = Serving(log, (), variables, command=PATIENT).start()
    yield f"http://127.0.0.1:{serving.port}"
    serving.stop()


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """A test puts rows on the days before today: near midnight it waits for the next day."""
    while datetime.now(UTC).date() != (datetime.now(UTC) + LONGEST).date():
        time.sleep(1)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """An installed Chromium or Chrome, else the one that Playwright downloaded.

    It has the true clock. `Browsing` gives its pages the moved time.
    """
    installed = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        program = installed or playwright.chromium.executable_path
        browser = playwright.chromium.launch(
            executable_path=launcher(program, tmp_path_factory.mktemp("browser")),
            args=[*CHROMIUM_FLAGS, *as_root],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def registration(server: str, engine: Engine, browser: Browser) -> tuple[dict[str, Any], str]:
    """The users row and the cookie of somebody who registered, once: hashing is slow on purpose."""
    empty(engine)
    context = browser.new_context(base_url=server)
    # A machine that starts two servers at once may be too busy for a slow hash: the answer is 503.
    for _ in range(5):
        answer = context.request.post(
            "/auth/register",
            form={"name": "Mara", "email": EMAIL, "password": PASSWORD, "timezone": "UTC"},
            max_redirects=0,
            timeout=1000 * START_SECONDS,  # All tests of this process would fail with it.
        )
        if answer.status != 503:
            break
        time.sleep(1)
    assert answer.status == 303, answer.text()
    cookie = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "session")
    context.close()
    with engine.connect() as db:
        row = db.execute(text("SELECT to_jsonb(users) FROM users")).scalar_one()
    return row, cookie


@pytest.fixture
def mara(registration: tuple[dict[str, Any], str], engine: Engine) -> Person:
    """Mara, signed in, in UTC, alone in the database and without records."""
    row, cookie = registration
    empty(engine)
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO users"
                " SELECT * FROM jsonb_populate_record(NULL::users, CAST(:row AS jsonb))"
            ),
            {"row": json.dumps(row)},
        )
    return Person(row["id"], row["name"], EMAIL, PASSWORD, cookie)


@pytest.fixture
def prefer(mara: Person, engine: Engine) -> Callable[..., None]:
    """Sets preferences of Mara's: `prefer(theme="dark")`."""

    def prefer(**preferences: Any) -> None:
        with engine.begin() as db:
            db.execute(
                text("UPDATE users SET preferences = preferences || CAST(:new AS jsonb)"),
                {"new": json.dumps(preferences)},
            )

    return prefer


@pytest.fixture
def record(mara: Person, engine: Engine) -> Callable[..., None]:
    """Puts records in: `record("coffee", 2, "cup", days_ago=3, notes="late #evening")`."""

    def record(
        consumption_type: str,
        value: float | str,
        unit: str = "",
        *,
        days_ago: int = 0,
        notes: str = "",
        cost: str | None = None,
    ) -> None:
        with engine.begin() as db:
            db.execute(
                text(
                    "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                    " consumption_type, unit, notes, cost) VALUES (CAST(:user_id AS uuid),"
                    " (now() AT TIME ZONE 'UTC')::date - CAST(:days_ago AS integer),"
                    " CAST(:value AS numeric), :consumption_type, :unit, :notes,"
                    " CAST(:cost AS numeric))"
                ),
                {
                    "user_id": mara.id,
                    "days_ago": days_ago,
                    "value": str(value),
                    "consumption_type": consumption_type,
                    "unit": unit,
                    "notes": notes,
                    "cost": cost,
                },
            )

    return record


@pytest.fixture
def records(engine: Engine) -> Callable[[], list[str]]:
    """The records that are not deleted, as `type value unit`, in the order of their writing."""

    def records() -> list[str]:
        with engine.connect() as db:
            rows = db.execute(
                text(
                    "SELECT consumption_type, trim_scale(consumption_value) AS value, unit"
                    " FROM consumption_records WHERE deleted_at IS NULL ORDER BY created_at, id"
                )
            )
            return [f"{row.consumption_type} {row.value} {row.unit}".strip() for row in rows]

    return records


@pytest.fixture
def browsing(browser: Browser, server: str) -> Iterator[Browsing]:
    """Opens pages; the test fails in the end when a browser console had an error."""
    browsing = Browsing(browser, server)
    yield browsing
    browsing.close()
    assert not browsing.complaints, "\n".join(browsing.complaints)


@pytest.fixture
def page(browsing: Browsing, mara: Person) -> Page:
    """Mara's browser, 1280 pixels wide."""
    return browsing.open(mara)


@pytest.fixture
def phone(browsing: Browsing, mara: Person) -> Page:
    """Mara's phone."""
    return browsing.open(mara, width=390, height=844, has_touch=True, is_mobile=True)


AT_REST = """
async () => {
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}
"""


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Asserts that axe finds nothing on the page as it stands."""
    checker = Axe()

    def check(page: Page) -> None:
        # Half faded in, every colour is too pale.
        page.evaluate(AT_REST)
        found = checker.run(page)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check
