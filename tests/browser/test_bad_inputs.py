"""Markup that people type is shown as they typed it, on every page, and runs nowhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tally.domain.fields import MAX_UNIT
from tests.browser.browsing import Browsing, Person, settle

BAD_INPUTS = Path(__file__).parents[1] / "security" / "bad_inputs.json"
PAYLOADS = [
    pytest.param(row["value"], id=str(row["id"]))
    for row in json.loads(BAD_INPUTS.read_text())
    if row["area"] == "xss"
]


@pytest.fixture
def foreign(page: Page, browsing: Browsing) -> list[str]:
    """The addresses that the page asked for and that are not the application's."""
    asked: list[str] = []

    def listen(request: Any) -> None:
        if not request.url.startswith(browsing.address):
            asked.append(request.url)

    page.on("request", listen)
    return asked


def test_shown_as_text(
    page: Page, mara: Person, record: Callable[..., None], engine: Engine, foreign: list[str]
) -> None:
    """All of it at once, on the pages that show whatever there is."""
    payloads = [str(param.values[0]) for param in PAYLOADS]
    with engine.begin() as db:
        for number, payload in enumerate(payloads):
            session = {"address": payload, "browser": payload}
            db.execute(
                text(
                    "UPDATE users SET sessions = sessions || jsonb_build_object("
                    " CAST(:name AS text), CAST(:session AS jsonb) || jsonb_build_object("
                    " 'started', extract(epoch FROM now())::bigint,"
                    " 'used', extract(epoch FROM now())::bigint))"
                ),
                {"name": f"x{number}", "session": json.dumps(session)},
            )
    for payload in payloads:
        record(payload, 3, payload[:MAX_UNIT], notes=payload)
        record(payload, 4, payload[:MAX_UNIT], notes=payload, days_ago=1)
    for place in ("/", "/add", "/list", "/list?view=print", "/?dialog=account"):
        page.goto(place)
        settle(page)
        for payload in payloads:
            is_harmless(page, payload, place)
    assert not foreign, foreign


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shown_as_text_at_an_address_of_its_own(
    payload: str,
    page: Page,
    mara: Person,
    record: Callable[..., None],
    engine: Engine,
    foreign: list[str],
) -> None:
    record(payload, 3, payload[:MAX_UNIT], notes=payload)
    with engine.begin() as db:
        db.execute(text("UPDATE users SET name = :name"), {"name": payload})
    places = (
        f"/?type={quote(payload)}",
        f"/add?line={quote(payload + ' 2')}",
        f"/list?q={quote(payload)}",
        f"/nowhere/{quote(payload, safe='')}",
    )
    for place in places:
        page.goto(place)
        settle(page)
        is_harmless(page, payload, place)

    page.goto("/list")
    row = page.locator(".row").first
    expect(row).to_contain_text(payload)
    row.locator(".what a").click()
    settle(page)
    is_harmless(page, payload, "the row as a form")
    page.goto(page.locator(".edit-form").get_attribute("action") + "/edit")  # type: ignore[operator]
    settle(page)
    is_harmless(page, payload, "the dialog with the form")
    assert not foreign, foreign


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shown_as_text_in_what_pages_say(
    payload: str, page: Page, mara: Person, record: Callable[..., None], foreign: list[str]
) -> None:
    """Titles, refused forms and messages."""
    record(payload, 3, payload[:MAX_UNIT], notes=payload)
    page.goto(f"/?type={quote(payload)}")
    settle(page)
    assert payload in page.title()

    page.goto("/list")
    settle(page)
    row = page.locator("tr.row").first
    row.locator(".what a").click()
    form = page.locator("form.edit-form")
    form.get_by_label("Value").fill("not a number")
    form.get_by_label("Value").press("Enter")
    expect(form.locator(".error").first).to_be_visible()
    assert form.get_by_label("Type").input_value() == payload
    is_harmless(page, payload, "a form that was refused")

    page.goto("/list")
    settle(page)
    row = page.locator("tr.row").first
    row.hover()
    row.get_by_role("button", name="Delete").first.click()
    expect(page.locator("#messages .message")).to_contain_text(payload)
    is_harmless(page, payload, "a message")
    assert not foreign, foreign


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shown_as_text_of_a_file(
    payload: str, page: Page, mara: Person, record: Callable[..., None], foreign: list[str]
) -> None:
    """The name of a file, its columns, its good and bad rows; and a file that leaves."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["date", "value", "type", "unit", "notes", payload])
    lines.writerow(["2026-01-02", "2", payload, payload[:MAX_UNIT], payload, payload])
    lines.writerow(["2026-01-02", payload, payload, payload, payload, payload])
    sent = {"name": payload, "mimeType": "text/csv", "buffer": written.getvalue().encode()}
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("A file with a table").set_input_files(sent)  # type: ignore[arg-type]
    expect(page.locator(".import-counts")).to_contain_text("1 new")
    expect(page.locator(".import-counts")).to_contain_text("1 problem")
    # Chromium writes these three as %22, %0A and %0D into what it sends.
    named = payload.replace('"', "%22")
    assert page.locator(".import-name").inner_text() in (named, named.rpartition("/")[2])
    assert page.locator("#import-report").inner_text().count(payload) >= 2
    is_harmless(page, payload, "a file")

    record(payload, 3, notes=payload)
    exported = page.request.get("/consumption?format=csv&period=all").text()
    (_, line) = csv.reader(io.StringIO(exported, newline=""))
    # An apostrophe in front keeps a spreadsheet from running a cell, one in front of another too.
    written_as = f"'{payload}" if payload.startswith("'") else payload
    assert (line[3], line[5]) == (written_as, written_as)
    assert not foreign, foreign


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shown_as_text_of_a_visitor(payload: str, browsing: Browsing, mara: Person) -> None:
    """An email address that is none, and what a browser says of itself when somebody signs in."""
    page = browsing.open(user_agent=payload)
    for place in ("/login?new=1", "/login"):
        page.goto(place)
        settle(page)
        # Straight to the server with what the browser itself would have stopped.
        page.locator("form.login-form").evaluate("form => { form.noValidate = true }")
        if place.endswith("new=1"):
            page.get_by_label("Name").fill("Somebody")
        page.get_by_label("Email").fill(payload)
        page.get_by_label("Password").fill("a good long password")
        page.locator("form.login-form button").click()
        expect(page.locator(".login-form .error").first).to_be_visible()
        assert page.get_by_label("Email").input_value() == payload
        is_harmless(page, payload, "an email address")

    page.get_by_label("Email").fill(mara.email)
    page.get_by_label("Password").fill(mara.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("details.account")).to_be_visible()
    page.goto("/?dialog=account")
    settle(page)
    # A script's name for itself is its first word.
    word = re.split(r"[/\s]", payload)[0]
    expect(page.locator(".session-browser", has_text=word)).to_have_count(1)
    is_harmless(page, payload, "a session")


def test_marks_piled_up_leave_a_row_its_height(
    page: Page, mara: Person, record: Callable[..., None]
) -> None:
    """Row 49 of bad_inputs.json."""
    record("tea", 1, "cup", notes="Z")
    record("coffee", 2, "cup", notes="Z" + "\u0300" * 500)
    page.goto("/list")
    settle(page)
    plain, piled = (
        page.locator("tr.row", has_text=kind).bounding_box() for kind in ("tea", "coffee")
    )
    assert plain and piled
    assert piled["height"] <= 2 * plain["height"]


def test_the_form_keeps_markup_that_was_refused(page: Page, mara: Person) -> None:
    payload = PAYLOADS[1].values[0]
    page.goto("/?dialog=account")
    settle(page)
    page.locator("#account-name").fill(f"{payload}" + "x" * 80)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#account .error")).to_contain_text("80")
    assert str(payload) in page.locator("#account-name").input_value()
    is_harmless(page, str(payload), "the account")


def is_harmless(page: Page, payload: str, place: str) -> None:
    """Nothing ran, no element was made of it, and what is typed comes back as it was typed."""
    assert page.evaluate("window.__x") is None, place
    made = page.locator("img, script:not([src]), [onerror], [onfocus], [hx-on\\:error]")
    assert made.count() == 0, place
    if place.startswith(("/list", "/?type", "/?dialog")) or place in ("/", "a file", "a message"):
        assert payload in page.locator("body").inner_text(), place
