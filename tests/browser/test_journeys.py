"""Lines that may not be meant: by keys, by taps, without scripts, over slow connections."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import Browsing, Person, late, tap_and_type, tap_what_is_offered

Records = Callable[[], list[str]]

LATENCIES = [0, 100, 300]
USUAL_DAYS = 6
SAVED = ["coffee 2 cup", "heating 200 kWh", "heating 20 °C", "coffee 3 cup"]


@pytest.fixture
def saved(record: Callable[..., None], records: Records) -> Records:
    """The records saved since the test began. Coffee and heating are known types."""
    for day in range(1, USUAL_DAYS + 1):
        record("coffee", 2, "cup", days_ago=day)
    record("heating", 100, "kWh", days_ago=1)
    return lambda: records()[USUAL_DAYS + 1 :]


def line_is_empty(page: Page) -> None:
    expect(page.locator("#line")).to_have_value("")
    expect(page.locator("#line")).to_be_focused()


def preview_says(page: Page, words: str) -> None:
    expect(page.locator("#preview")).to_contain_text(words)


@pytest.mark.parametrize("latency", LATENCIES)
def test_a_day_of_notes_by_keys(latency: int, page: Page, saved: Records) -> None:
    keys = page.keyboard
    page.goto("/add")
    line_is_empty(page)
    late(page, latency)
    # Enter comes with the last letter, before any preview. A slip in a name is not saved,
    keys.type("cofee 2")
    keys.press("Enter")
    preview_says(page, "cofee is a new type: you have coffee. Save again")
    keys.press("Tab")
    expect(page.locator("#line")).to_have_value("coffee 2")
    keys.press("Enter")
    line_is_empty(page)
    # an amount is written in the unit of its type,
    keys.type("heating 720 MJ")
    keys.press("Enter")
    line_is_empty(page)
    # and a unit of another kind asks.
    keys.type("heating 20°C")
    keys.press("Enter")
    preview_says(page, "this gives it another unit, °C. Save again")
    keys.press("Enter")
    line_is_empty(page)
    # So does an unusual amount; what cannot be read stays.
    keys.type("coffee 33")
    keys.press("Enter")
    preview_says(page, "17 × your usual 2 cups. Save again")
    keys.type(" 4")
    keys.press("Enter")
    expect(page.locator("#preview mark")).to_have_text("4")
    for _ in range(3):
        keys.press("Backspace")
    keys.press("Enter")
    line_is_empty(page)
    assert saved() == SAVED
    # The last one is taken back, and comes back.
    keys.press("u")
    expect(page.locator("#messages")).to_contain_text("Removed coffee 3 cup")
    assert saved() == SAVED[:-1]
    keys.press("ArrowUp")
    expect(page.locator("#line")).to_have_value("coffee 3")
    keys.press("Enter")
    line_is_empty(page)
    assert saved() == SAVED


@pytest.mark.parametrize("latency", LATENCIES)
def test_a_day_of_notes_by_taps(latency: int, phone: Page, saved: Records) -> None:
    page = phone
    page.goto("/add")
    late(page, latency)
    line, save = page.locator("#line"), page.get_by_role("button", name="Save", exact=True)
    save_anyway = page.get_by_role("button", name="Save anyway")

    def write(text: str) -> None:
        tap_and_type(page, line, text)
        save.tap()

    write("cofee 2")
    preview_says(page, "cofee is a new type: you have coffee")
    page.get_by_role("link", name="coffee?").tap()
    expect(line).to_have_value("coffee 2")
    save.tap()
    expect(line).to_have_value("")
    write("heating 720 MJ")
    expect(line).to_have_value("")
    write("heating 20°C")
    preview_says(page, "this gives it another unit, °C. Save again to keep it like this.")
    save_anyway.tap()
    expect(line).to_have_value("")
    write("coffee 33")
    preview_says(page, "17 × your usual 2 cups")
    line.fill("coffee 3 4")
    save.tap()
    expect(page.locator("#preview mark")).to_have_text("4")
    line.fill("coffee 3")
    save.tap()
    expect(line).to_have_value("")
    assert saved() == SAVED
    page.get_by_role("button", name="Undo").tap()
    expect(page.locator("#messages")).to_contain_text("Removed coffee 3 cup")
    assert saved() == SAVED[:-1]
    expect(page.locator("#today")).to_contain_text("3 records")
    page.get_by_role("button", name="Redo").tap()
    expect(page.locator("#today")).to_contain_text("4 records")
    assert saved() == SAVED


SEVERAL = "tea 1 cup\nbad 2 3\ncofee 2"
OFTEN = ["coffee 3 cup", "coffee 2 cup", "tea 1 cup", "cofee 2"]


def lines_wait(page: Page) -> None:
    """Of several lines one is saved; one cannot be read, and one may not be meant."""
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 cup")
    expect(page.locator("#lines")).to_have_value("bad 2 3\ncofee 2")
    question = "cofee is a new type: you have coffee. Save again"
    expect(page.locator("#batch-preview")).to_contain_text(question)


@pytest.mark.parametrize("latency", LATENCIES)
def test_often_noted_by_keys(latency: int, page: Page, saved: Records) -> None:
    keys = page.keyboard
    page.goto("/add")
    line_is_empty(page)
    late(page, latency)
    keys.type("cof")
    expect(page.get_by_role("option")).to_have_text(["coffee"])
    keys.press("Tab")
    keys.type("3")
    keys.press("Enter")
    line_is_empty(page)
    keys.press("Escape")
    keys.press("1")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    page.locator("[data-batch] > summary").focus()
    keys.press("Enter")
    page.locator("#lines").focus()
    keys.insert_text(SEVERAL)
    keys.press("Control+Enter")
    lines_wait(page)
    expect(page.locator("#lines")).to_be_focused()
    keys.press("Control+Enter")
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    assert saved() == OFTEN


@pytest.mark.parametrize("latency", LATENCIES)
def test_often_noted_by_taps(latency: int, phone: Page, saved: Records) -> None:
    page = phone
    page.goto("/add")
    late(page, latency)
    tap_what_is_offered(page)
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    page.get_by_text("Several lines").tap()
    page.locator("#lines").fill(SEVERAL)
    page.get_by_role("button", name="Save these lines").tap()
    lines_wait(page)
    page.get_by_role("button", name="Save anyway").tap()
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    assert saved() == OFTEN


@pytest.mark.parametrize("latency", LATENCIES)
def test_without_scripts(latency: int, browsing: Browsing, mara: Person, saved: Records) -> None:
    page = browsing.open(mara, javascript=False)
    late(page, latency)
    page.goto("/add")
    line = page.locator("#line")

    def write(text: str) -> None:
        line.fill(text)
        line.press("Enter")

    write("cofee 2")
    preview_says(page, "cofee is a new type: you have coffee. Save again")
    page.get_by_role("link", name="coffee?").click()
    expect(line).to_have_value("coffee 2")
    line.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    write("heating 720 MJ")
    expect(page.locator("#messages")).to_contain_text("Saved heating 200 kWh")
    write("heating 20°C")
    preview_says(page, "this gives it another unit, °C. Save again")
    expect(line).to_have_value("heating 20°C")
    line.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved heating 20 °C")
    write("coffee 33")
    preview_says(page, "17 × your usual 2 cups. Save again")
    # Another slip is asked about anew.
    write("coffee 44")
    preview_says(page, "22 × your usual 2 cups. Save again")
    write("coffee 3 4")
    expect(page.locator("#preview mark")).to_have_text("4")
    write("coffee 3")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 3 cup")
    assert saved() == SAVED
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Removed coffee 3 cup")
    assert saved() == SAVED[:-1]
    page.get_by_text("Several lines").click()
    page.locator("#lines").fill(SEVERAL)
    page.get_by_role("button", name="Save these lines").click()
    expect(page.locator("#lines")).to_have_value("bad 2 3\ncofee 2")
    question = "cofee is a new type: you have coffee. Save again"
    expect(page.locator("#batch-preview")).to_contain_text(question)
    page.get_by_role("button", name="Save anyway").click()
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    assert saved()[-2:] == ["tea 1 cup", "cofee 2"]
