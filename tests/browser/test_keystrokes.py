"""The jobs of every day by the keys that docs/quick-add.md counts, and over slow connections."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.browser.browsing import late, settle

Record = Callable[..., None]
DOCS = Path(__file__).parents[2] / "docs" / "quick-add.md"
NAMES = {"Esc": "Escape", "↑": "ArrowUp"}
# The most keys that a job may take.
MOST = {"correct": 5, "take back": 1, "save the last": 2, "last month's water": 3, "print": 6}


def keys_of(job: str) -> list[str]:
    """The keys that the documentation tells for a job, as the browser calls them."""
    found = re.search(
        rf"^\| {job}[^|]* \| ([^|]+) \| ([0-9]+) \|$", DOCS.read_text("utf-8"), re.MULTILINE
    )
    assert found, job
    keys = found[1].split()
    assert len(keys) == int(found[2]) <= MOST[job]
    return [NAMES.get(key, key) for key in keys]


def press(page: Page, job: str) -> None:
    for key in keys_of(job):
        page.keyboard.press(key)


def save(page: Page, line: str) -> None:
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(f"Saved {line}")
    expect(page.locator("#line")).to_have_value("")
    expect(page.locator("#line")).to_be_focused()


@pytest.fixture
def day_of_month(engine: Engine) -> int:
    """The number of days since the last day of the month before, by the database's clock."""
    with engine.connect() as db:
        day = db.execute(text("SELECT EXTRACT(day FROM now() AT TIME ZONE 'UTC')")).scalar_one()
    return int(day)


def test_the_documented_keys_correct_undo_and_repeat_a_record(page: Page) -> None:
    page.goto("/add")
    save(page, "coffee 2 cup")
    first, second, *others = keys_of("correct")
    page.keyboard.press(first)
    page.keyboard.press(second)
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    for key in others:
        page.keyboard.press(key)
    expect(page.locator("#today")).to_contain_text("3")
    page.locator("#line").focus()
    save(page, "tea 1 cup")
    press(page, "take back")
    expect(page.locator("#messages")).to_contain_text("Removed tea 1 cup")
    press(page, "save the last")
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 cup")


# Presses a key in the box in the very moment in which the box of the next line is there.
PRESS_AT_ONCE = """
new MutationObserver((changes, observer) => {
  const line = document.getElementById("line");
  if (line.value) return;
  observer.disconnect();
  const how = { key: "ArrowUp", bubbles: true, cancelable: true };
  line.dispatchEvent(new KeyboardEvent("keydown", how));
}).observe(document.getElementById("line").closest("form").parentElement, { childList: true });
"""


def test_a_key_right_after_the_answer_finds_the_next_box_ready(page: Page) -> None:
    page.goto("/add")
    settle(page)
    page.evaluate(PRESS_AT_ONCE)
    page.locator("#line").fill("tea 1 cup")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 cup")
    expect(page.locator("#line")).to_have_value("tea 1 cup")


def test_last_month_is_near(page: Page, record: Record, day_of_month: int) -> None:
    record("water", 7, "l", days_ago=day_of_month)
    record("water", 1, "l")
    page.goto("/list")
    settle(page)
    *there, last = keys_of("last month's water")
    for key in there:
        page.keyboard.press(key)
    page.wait_for_url("**/")
    settle(page)
    page.keyboard.press(last)
    expect(page.locator(".cards")).to_contain_text("7")
    first, second, *others = keys_of("print")
    page.keyboard.press(first)
    page.keyboard.press(second)
    page.wait_for_url("**/list*")
    settle(page)
    page.keyboard.press(others[0])
    expect(page.locator("tr.row")).to_have_count(1)
    page.keyboard.press(others[1])
    page.wait_for_url("**/list*view=print*")


@pytest.mark.parametrize("latency", [0, 100, 300])
def test_nothing_that_is_typed_is_lost_or_does_something_else(
    latency: int, page: Page, record: Record
) -> None:
    record("gas", 1, "m³", days_ago=1)
    page.goto("/list")
    settle(page)
    late(page, latency)
    page.keyboard.press("n")
    page.keyboard.type("water 1 l")
    expect(page.locator("#line")).to_have_value("water 1 l")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved water 1 l")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved water 12 l")
    saved = page.locator("tr.row").filter(has_text="water")
    expect(saved).to_be_focused()
    expect(page.locator("tr.row")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator("#messages")).to_contain_text("Reverted water 1 l")
