"""Markup that people type is shown as they typed it, on every page, and runs nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tally.models import MOST_UNIT

from .browsing import Browsing, Person, settle

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


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shown_as_text(
    payload: str,
    page: Page,
    mara: Person,
    record: Callable[..., None],
    engine: Engine,
    foreign: list[str],
) -> None:
    record(payload, 3, payload[:MOST_UNIT], notes=payload)
    record(payload, 4, payload[:MOST_UNIT], notes=payload, days_ago=1)
    with engine.begin() as db:
        session = {"started": 1, "used": 1, "address": payload, "browser": payload}
        db.execute(
            text(
                "UPDATE users SET name = :name, sessions = sessions || jsonb_build_object('x',"
                " CAST(:session AS jsonb) || jsonb_build_object("
                " 'started', extract(epoch FROM now())::bigint,"
                " 'used', extract(epoch FROM now())::bigint))"
            ),
            {"name": payload, "session": json.dumps(session)},
        )
    places = (
        "/",
        f"/?type={quote(payload)}",
        "/add",
        f"/add?line={quote(payload + ' 2')}",
        f"/list?q={quote(payload)}",
        "/list?view=print",
        "/?dialog=account",
        f"/nowhere/{quote(payload, safe='')}",
    )
    for place in places:
        page.goto(place)
        settle(page)
        is_harmless(page, payload, place)

    page.goto("/list")
    row = page.locator(".row").first
    expect(row).to_contain_text(payload)
    row.get_by_role("link", name="Edit").or_(row.get_by_role("button", name="Edit")).first.click()
    settle(page)
    is_harmless(page, payload, "the row as a form")
    assert not foreign, foreign


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
    if place.startswith(("/list", "/?type", "/?dialog")) or place == "/":
        assert payload in page.locator("body").inner_text(), place
