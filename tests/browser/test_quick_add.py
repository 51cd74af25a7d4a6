"""Quick add as people use it: by keys alone, by taps alone, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.browsing import (
    LOST_REQUEST,
    Browsing,
    Person,
    expect_apart,
    late,
    settle,
    slow,
    tap_and_type,
    tap_what_is_offered,
    wait_for,
    wait_for_modules,
)
from tests.waiting import wait_until

Record = Callable[..., None]


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the wanted element has the focus."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab never came to {selector}")


def open_box(page: Page) -> None:
    """The add page. Keys pressed before the browser has moved the focus into the box are lost."""
    page.goto("/add")
    line_is_empty_and_focused(page)


def line_is_empty_and_focused(page: Page) -> None:
    expect(page.locator("#line")).to_have_value("")
    expect(page.locator("#line")).to_be_focused()


def test_a_whole_day_by_keys_alone(
    browsing: Browsing, mara: Person, records: Callable[[], list[str]]
) -> None:
    page = browsing.open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys = page.keyboard

    # Sign in.
    page.goto("/login")
    tab_to(page, "[name=email]")
    keys.type(mara.email)
    tab_to(page, "[name=password]")
    keys.type(mara.password)
    keys.press("Enter")
    page.wait_for_url("**/")

    # Five records in five ways: a line,
    keys.press("g")
    keys.press("a")
    page.wait_for_url("**/add")
    line_is_empty_and_focused(page)
    keys.type("electricity 12,5 kwh yesterday #flat")
    expect(page.locator("#preview")).to_contain_text("12.5 kWh")
    keys.press("Enter")
    line_is_empty_and_focused(page)
    # a suggestion,
    keys.type("2 elec")
    expect(page.get_by_role("option")).to_have_text(["electricity"])
    keys.press("Tab")
    expect(page.locator("#line")).to_have_value("2 electricity ")
    keys.press("Enter")
    line_is_empty_and_focused(page)
    # a recent one by its number,
    keys.press("Escape")
    keys.press("1")
    expect(page.locator("#messages")).to_contain_text("Saved electricity")
    expect(page.locator("#today")).to_contain_text("2 records")
    # the full form,
    tab_to(page, "[name=consumption_type]")
    keys.type("coffee")
    keys.press("Escape")
    tab_to(page, "[name=consumption_value]")
    keys.type("2")
    tab_to(page, "[name=unit]")
    keys.type("cups")
    keys.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    # and the dialog, from another page.
    keys.press("Escape")
    keys.press("g")
    keys.press("l")
    page.wait_for_url("**/list")
    keys.press("n")
    line_is_empty_and_focused(page)
    keys.type("hot water 0.118 m3")
    keys.press("Enter")
    expect(page.locator("#written")).to_contain_text("hot water")
    line_is_empty_and_focused(page)
    keys.press("Escape")
    expect(page.locator("#quick-add")).not_to_be_visible()
    expect(page.locator("#results")).to_contain_text("hot water")
    assert [it.split()[0] for it in records()] == ["electricity"] * 3 + ["coffee", "hot"]

    # Correct one,
    page.reload()
    keys.press("j")
    keys.press("e")
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    keys.press("Control+a")
    keys.type("0.2")
    keys.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved hot water 0.2")
    assert records()[-1] == "hot water 0.2 m³"
    # undo one,
    keys.press("u")
    expect(page.locator("#messages")).to_contain_text("Reverted hot water 0.118 m³")
    assert records()[-1] == "hot water 0.118 m³"
    # batch three,
    keys.press("g")
    keys.press("a")
    page.wait_for_url("**/add")
    line_is_empty_and_focused(page)
    lines = "tea 2 cups\nmon fuel 42.5l #car\nсок 0,5 л"
    page.evaluate("text => navigator.clipboard.writeText(text)", lines)
    keys.press("Control+v")
    expect(page.locator("#lines")).to_be_focused()
    expect(page.locator("#batch-preview li.chip")).not_to_have_count(0)
    expect(page.locator("#batch-preview")).to_contain_text("3 lines can be saved")
    keys.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Saved 3 records")
    assert records()[-3:] == ["tea 2 cup", "fuel 42.5 l", "сок 0.5 л"]
    # find one,
    keys.press("Escape")
    keys.press("g")
    keys.press("l")
    page.wait_for_url("**/list")
    keys.press("/")
    keys.type("#car")
    expect(page.locator("tr.row")).to_have_count(1)
    expect(page.locator("tr.row")).to_contain_text("fuel")
    # print.
    keys.press("Escape")
    keys.press("p")
    printed = "document.documentElement.dataset.printed || location.search.includes('view=print')"
    wait_for(page, printed, "nothing is printed")

    # Sign out.
    open_box(page)
    keys.press("Escape")
    tab_to(page, ".account > summary", "Shift+Tab")
    keys.press("Enter")
    tab_to(page, "form[action='/auth/logout'] button")
    keys.press("Enter")
    page.wait_for_url("**/login")


def test_a_whole_day_by_taps_alone(
    phone: Page, mara: Person, records: Callable[[], list[str]]
) -> None:
    page = phone
    page.context.clear_cookies()
    page.goto("/login")
    tap_and_type(page, page.locator("[name=email]"), mara.email)
    tap_and_type(page, page.locator("[name=password]"), mara.password)
    page.get_by_role("button", name="Sign in").first.tap()
    page.wait_for_url("**/")

    page.locator(".tabbar").get_by_text("Add").tap()
    page.wait_for_url("**/add")
    # Five records: two lines, a suggestion, a recent, all fields.
    for line in ("electricity 12,5 kwh yesterday", "coffee 2 cups"):
        tap_and_type(page, page.locator("#line"), line)
        page.get_by_role("button", name="Save", exact=True).tap()
        expect(page.locator("#line")).to_have_value("")
    tap_what_is_offered(page)
    expect(page.locator("#today")).to_contain_text("3 records")
    tap_and_type(page, page.locator("#record-form [name=consumption_type]"), "tea")
    page.locator("#record-form [data-step='-1']").tap()
    page.get_by_role("button", name="Save record").tap()
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 on")
    assert len(records()) == 5

    # Correct one, undo it.
    row = page.locator("#today tr.row").first
    row.tap()
    row.get_by_role("link", name="Edit").tap()
    page.locator(".editing [name=consumption_value]").fill("7")
    page.get_by_role("button", name="Save", exact=True).last.tap()
    expect(page.locator("#messages")).to_contain_text("Saved tea 7")
    assert any(" 7" in it for it in records())
    page.get_by_role("button", name="Undo").tap()
    expect(page.locator("#messages")).to_contain_text("Reverted")
    assert not any(" 7" in it for it in records())

    # Batch three.
    page.get_by_text("Several lines").tap()
    page.locator("#lines").fill("tea 2\nmon fuel 42.5l #car\nbad 2 3\nсок 0,5 л")
    expect(page.locator("#batch-preview")).to_contain_text("3 lines can be saved, 1 cannot yet")
    page.get_by_role("button", name="Save these lines").tap()
    expect(page.locator("#messages")).to_contain_text("Saved 3 records")
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    assert len(records()) == 8

    # Find one, and nothing ever scrolls sideways.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".tabbar").get_by_text("List").tap()
    page.wait_for_url("**/list")
    tap_and_type(page, page.locator("[name=q]"), "fuel")
    expect(page.locator("tr.row")).to_have_count(1)

    page.locator(".account > summary").tap()
    page.get_by_role("button", name="Sign out").tap()
    page.wait_for_url("**/login")


def test_everything_works_without_javascript(
    browsing: Browsing, mara: Person, records: Callable[[], list[str]]
) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/add")
    page.locator("#line").fill("coffee 2 3")
    page.locator("#line").press("Enter")
    expect(page.locator("mark")).to_have_text("3")
    page.locator("#line").fill("coffee 2 cups")
    page.locator("#line").press("Enter")
    page.wait_for_url("**/add?changed=*")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Removed coffee 2 cup")
    page.goto("/add")
    page.locator("#line").fill("coffee 2 cups")
    page.locator("#line").press("Enter")
    page.wait_for_url("**/add?changed=*")
    page.goto("/add")
    page.get_by_text("Several lines").click()
    page.locator("#lines").fill("tea\nbad 2 3")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#batch-preview")).to_contain_text("1 line can be saved, 1 cannot yet")
    page.get_by_role("button", name="Save these lines").click()
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    page.goto("/add?line=electricity 12,5 kwh&fields=1")
    form = page.locator("#record-form")
    expect(form.locator("[name=unit]")).to_have_value("kWh")
    form.get_by_role("button", name="Save record").click()
    page.wait_for_url("**/add?changed=*")
    page.goto("/add")
    page.locator("#recent-1").click()
    page.wait_for_url("**/add?changed=*")
    assert records()[:3] == ["coffee 2 cup", "tea 1", "electricity 12.5 kWh"]
    assert len(records()) == 4


def test_escape_and_u_take_a_record_from_the_dialog_back(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("tea", 1, "cup")
    page.goto("/list")
    page.keyboard.press("n")
    line_is_empty_and_focused(page)
    page.keyboard.type("cocoa 2 cup")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved cocoa 2 cup")
    # At once: the closed dialog's field may still have the focus.
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator("#messages")).to_contain_text("Removed cocoa 2 cup")
    assert records() == ["tea 1 cup"]


def test_lines_pasted_into_the_dialog_become_a_batch(
    page: Page, records: Callable[[], list[str]]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/list")
    page.evaluate("text => navigator.clipboard.writeText(text)", "coffee 2 cup\nbad 2 3")
    page.keyboard.press("n")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Control+v")
    expect(page.locator("#lines")).to_be_focused()
    expect(page.locator("#batch-preview")).to_contain_text("1 line can be saved, 1 cannot yet")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#written")).to_contain_text("coffee")
    expect(page.locator("#lines")).to_have_value("bad 2 3")
    expect(page.locator("#results")).to_contain_text("coffee")
    assert records() == ["coffee 2 cup"]


def test_lines_pasted_before_the_scripts_of_the_box_are_there_become_a_batch(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/quick-add[^/]*\.js"), hold)
    page.goto("/list")
    page.evaluate("text => navigator.clipboard.writeText(text)", "coffee 2 cup\ntea 1 cup")
    page.keyboard.press("n")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Control+v")
    wait_until(lambda: held, "nothing is fetched", pause=lambda: page.wait_for_timeout(50))
    for route in held:
        route.continue_()
    expect(page.locator("#lines")).to_have_value("coffee 2 cup\ntea 1 cup")
    expect(page.locator("#line")).to_have_value("")


def test_control_enter_keeps_the_line(page: Page, records: Callable[[], list[str]]) -> None:
    open_box(page)
    page.keyboard.type("coffee 2 cup")
    for saved in (1, 2):
        page.keyboard.press("Control+Enter")
        expect(page.locator("#today")).to_contain_text(f"{saved} record")
        expect(page.locator("#line")).to_have_value("coffee 2 cup")
        expect(page.locator("#line")).to_be_focused()
    assert records() == ["coffee 2 cup"] * 2


def test_an_unusual_value_takes_a_second_enter(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    for day in range(1, 6):
        record("coffee", 2, "cup", days_ago=day)
    open_box(page)
    page.keyboard.type("coffee 24")
    expect(page.locator("#preview")).to_contain_text("12 × your usual 2 cups")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Save again")
    expect(page.locator("#line")).to_be_focused()
    save = page.locator("#quick-add-form [type=submit]")
    expect(save).to_have_accessible_name("Save anyway")
    # Another value asks anew.
    page.keyboard.press("Backspace")
    expect(save).to_have_accessible_name("Save")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("13 × your usual 2 cups. Save again")
    assert len(records()) == 5
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[-1] == "coffee 25 cup"


def test_a_unit_of_another_kind_takes_a_second_enter(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("heating", 100, "kWh", days_ago=1)
    open_box(page)
    page.keyboard.type("heating 20°C")
    page.keyboard.press("Enter")
    sentence = "heating is kept in kWh: this gives it another unit, °C. Save again"
    expect(page.locator("#preview")).to_contain_text(sentence)
    expect(page.locator("#line")).to_be_focused()
    assert len(records()) == 1
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[-1] == "heating 20 °C"
    # From then on it is one of its units.
    page.keyboard.type("heating 21°C")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[-1] == "heating 21 °C"


def test_the_box_is_marked_only_while_it_cannot_be_read(page: Page) -> None:
    open_box(page)
    line = page.locator("#line")
    page.keyboard.type("coffee 2 3")
    expect(line).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#preview mark")).to_have_text("3")
    expect(line).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.locator("#preview")).to_contain_text("Saves as")
    expect(line).not_to_have_attribute("aria-invalid", "true")


def test_a_line_that_comes_back_keeps_what_was_corrected_meanwhile(page: Page) -> None:
    open_box(page)
    late(page, 300)
    page.keyboard.type("coffee 2 3")
    expect(page.locator("#preview mark")).to_have_text("3")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.locator("#preview")).to_contain_text("Saves as")
    expect(page.locator("#line")).to_have_value("coffee 2")


def test_a_failed_request_keeps_the_line_and_saves_once(
    page: Page, browsing: Browsing, records: Callable[[], list[str]]
) -> None:
    browsing.expect_errors(*LOST_REQUEST)

    is_lost = True

    # It arrives, but the answer is lost on its way back. The page tries again by itself, too.
    def lose(route: Route) -> None:
        if not is_lost:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/consumption", lose)
    open_box(page)
    page.keyboard.type("coffee 2 cup")
    expect(page.locator("#preview")).to_contain_text("coffee")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text("coffee 2 cup")
    expect(page.get_by_role("banner")).to_contain_text("1 waiting")
    is_lost = False
    # By now the page may have tried by itself, and the button be gone.
    page.locator("[data-try-now]").dispatch_event("click")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert records() == ["coffee 2 cup"]


def test_a_session_that_ends_while_typing_keeps_the_line(
    page: Page, mara: Person, browsing: Browsing, records: Callable[[], list[str]]
) -> None:
    open_box(page)
    page.keyboard.type("coffee 2")
    page.context.clear_cookies()
    page.keyboard.type(" cup")
    expect(page.locator("#preview")).to_contain_text("You are signed out")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("signed out")
    expect(page.locator("#line")).to_have_value("coffee 2 cup")
    page.context.add_cookies(
        [{"name": "session", "value": mara.cookie, "url": browsing.address, "httpOnly": True}]
    )
    page.locator("#line").press("Enter")
    line_is_empty_and_focused(page)
    assert records() == ["coffee 2 cup"]


def test_a_session_that_ends_while_a_form_is_filled_in_keeps_the_form(
    page: Page, mara: Person, browsing: Browsing, records: Callable[[], list[str]]
) -> None:
    page.goto("/add")
    form = page.locator("#record-form")
    form.get_by_label("Notes").fill("typed for long")
    page.context.clear_cookies()
    # The field asks the server about the type as it is typed.
    form.get_by_label("Type", exact=True).press_sequentially("tea")
    expect(page.locator("#messages")).to_contain_text("You are signed out")
    expect(page.locator("#messages [data-message]")).to_have_count(1)
    expect(form.get_by_label("Notes")).to_have_value("typed for long")
    page.context.add_cookies(
        [{"name": "session", "value": mara.cookie, "url": browsing.address, "httpOnly": True}]
    )
    form.get_by_role("button", name="Save record").click()
    expect(page.locator("#messages")).to_contain_text("Saved tea")
    assert records() == ["tea 1"]


def test_what_is_typed_while_the_answer_is_on_its_way_goes_on(
    page: Page, records: Callable[[], list[str]]
) -> None:
    def delay(route: Any) -> None:
        page.keyboard.type("tea 3")
        route.continue_()

    page.route("**/consumption", delay)
    open_box(page)
    page.keyboard.type("coffee 2")
    page.keyboard.press("Enter")
    expect(page.locator("#today")).to_contain_text("coffee")
    expect(page.locator("#line")).to_have_value("tea 3")
    expect(page.locator("#line")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("tea")
    page.unroute("**/consumption")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records() == ["coffee 2", "tea 3"]


def test_an_edit_of_a_row_stays_while_another_record_is_saved(
    page: Page, records: Callable[[], list[str]]
) -> None:
    open_box(page)
    for line in ("coffee 2", "tea 3 yesterday"):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        line_is_empty_and_focused(page)
        row = page.locator("#today tr.row.new")
        expect(row).to_contain_text(line.split()[0])
        row.focus()
        page.keyboard.press("e")
        notes = page.locator(".editing [name=notes]").first
        notes.fill("typed here")
        wait_for_modules(page)
        page.locator("#line").fill("water 1")
        page.keyboard.press("Enter")
        expect(page.locator("#today")).to_contain_text("water")
        line_is_empty_and_focused(page)
        expect(notes).to_have_value("typed here")
        notes.press("Enter")
        expect(page.locator("#messages")).to_contain_text(f"Saved {line.split()[0]}")
        expect(page.locator(".editing")).to_have_count(0)
        page.locator("#line").focus()
    assert records() == ["coffee 2", "water 1", "tea 3", "water 1"]


def test_nobody_has_to_wait_for_an_answer(page: Page, records: Callable[[], list[str]]) -> None:
    open_box(page)
    names = ("tea", "bread", "cocoa", "petrol", "heating", "milk", "sugar", "onions")
    lines = [f"{name} {n}" for n, name in enumerate(names, 1)]
    for line in lines:
        page.keyboard.type(line, delay=4)
        expect(page.locator("#line")).to_have_value(line)
        page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records() == lines


def test_a_double_enter_saves_once(page: Page, records: Callable[[], list[str]]) -> None:
    open_box(page)
    page.keyboard.type("coffee 2")
    page.evaluate(
        "() => { const form = document.getElementById('quick-add-form');"
        " form.requestSubmit(); form.requestSubmit(); }"
    )
    line_is_empty_and_focused(page)
    assert records() == ["coffee 2"]


def test_suggestions_follow_the_combobox_pattern(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    record("cocoa", 1, "cup", days_ago=3)
    open_box(page)
    line = page.get_by_role("combobox", name="What and how much")
    expect(line).to_have_attribute("aria-expanded", "false")
    # At once: the answer to a part of it would be replaced by the next.
    page.keyboard.insert_text("2 co")
    expect(line).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = line.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(option).to_have_text("cocoa")
    page.keyboard.press("Escape")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(line).to_have_value("2 co")
    expect(line).to_be_focused()
    page.keyboard.type("c")
    expect(page.get_by_role("option")).to_have_text(["cocoa"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(line).to_have_value("2 cocoa ")


def test_an_answer_that_comes_late_takes_no_choice_away(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    record("cocoa", 1, "cup", days_ago=3)
    open_box(page)
    page.keyboard.type("2 c")
    expect(page.get_by_role("option", name="coffee")).to_be_visible()
    settle(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/consumption/suggestions?*", hold)
    page.keyboard.type("o")
    wait_until(lambda: held, "nothing is asked", pause=lambda: page.wait_for_timeout(20))
    # Who chooses has stopped typing: nobody waits for other suggestions any more.
    with page.expect_event("requestfailed"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_have_value("2 coffee ")


def test_an_answer_without_suggestions_takes_none_from_what_was_typed_since(
    page: Page, record: Record
) -> None:
    record("coffee", 2, "cup")
    page.goto("/add")
    settle(page)
    asked_first: list[Route] = []

    def hold(route: Route) -> None:
        asked_first.append(route)

    page.route(re.compile("suggestions.*q=q$"), hold)
    page.keyboard.press("q")
    wait_until(lambda: bool(asked_first), "not asked", pause=lambda: page.wait_for_timeout(10))
    # Typed as the answer comes: the next question is due, and not on its way.
    page.locator("#line").fill("coff")
    asked_first[0].fulfill(status=200, content_type="text/html", body="")
    expect(page.get_by_role("option", name="coffee")).to_be_visible()


@pytest.mark.parametrize("status", [429, 503])
def test_suggestions_come_once_the_server_has_time(
    status: int, browsing: Browsing, page: Page, record: Record
) -> None:
    browsing.expect_errors("Failed to load resource: the server responded with a status of 503")
    record("coffee", 1, "cup")
    open_box(page)
    answers: list[str] = []

    def busy_at_first(route: Route) -> None:
        answers.append(route.request.url)
        if len(answers) == 1:
            route.fulfill(status=status, body="Too many requests at once.")
        else:
            route.continue_()

    page.route("**/consumption/suggestions?*", busy_at_first)
    page.keyboard.insert_text("cof")
    expect(page.get_by_role("option", name="coffee")).to_be_visible()
    assert len(answers) == 2


def test_suggestions_come_to_who_types_faster_than_they_are_answered(
    page: Page, record: Record
) -> None:
    record("coffee", 2, "cup")
    open_box(page)
    slow(page)
    with page.expect_request("**/consumption/suggestions?*"):
        page.keyboard.type("2 c")
    page.keyboard.type("o")
    expect(page.get_by_role("option")).to_have_text(["coffee"])


def test_the_form_takes_what_the_line_says_and_the_focus(
    page: Page, records: Callable[[], list[str]]
) -> None:
    page.goto("/add")
    settle(page)
    page.locator("#line").fill("coffee 2 cups #late")
    page.get_by_text("Copy from the line above").click()
    expect(page.locator("#record-form [name=consumption_value]")).to_have_value("2")
    expect(page.locator("#record-form [name=consumption_type]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2")
    assert len(records()) == 1


def test_a_beginning_of_a_type_is_never_saved_by_one_enter(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("coffee", 1, "cup")
    record("heating", 100, "kWh", days_ago=1)
    open_box(page)
    page.keyboard.type("cof")
    expect(page.get_by_role("option")).to_have_text(["coffee"])
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("cof is a new type: you have coffee")
    assert len(records()) == 2
    # Tab takes the near type, and the next Enter saves that.
    page.keyboard.press("Tab")
    expect(page.locator("#line")).to_have_value("coffee")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[2:] == ["coffee 1 cup"]
    # While the suggestions are open Tab takes the first of them.
    page.keyboard.type("cof")
    expect(page.get_by_role("option")).to_have_text(["coffee"])
    page.keyboard.press("Tab")
    expect(page.locator("#line")).to_have_value("coffee ")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[3:] == ["coffee 1 cup"]
    # Who means it says so by a second Enter.
    page.keyboard.type("cof")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Save again to keep it like this")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records()[4:] == ["cof 1"]


def test_tab_keeps_the_unit_that_was_written(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("heating", 100, "kWh")
    open_box(page)
    page.keyboard.type("heating 720 MJ")
    expect(page.locator("#preview")).to_contain_text("200 kWh")
    expect(page.locator("#line")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    expect(page.locator("#line")).to_have_value('heating 720"MJ"')
    expect(page.locator("#preview")).not_to_contain_text("200 kWh")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records() == ["heating 100 kWh", "heating 720 MJ"]


def test_a_type_brings_its_unit_into_the_form(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("electricity", 10, "kWh")
    page.goto("/add")
    form = page.locator("#record-form")
    form.locator("[name=consumption_type]").focus()
    page.keyboard.type("elec")
    page.get_by_role("option", name="electricity").click()
    expect(form.locator("[name=unit]")).to_have_value("kWh")
    form.locator("[name=consumption_value]").fill("11.2")
    form.get_by_role("button", name="Save record").click()
    expect(page.locator("#messages")).to_contain_text("Saved electricity 11.2 kWh")
    assert records()[-1] == "electricity 11.2 kWh"


def test_enter_in_a_form_keeps_what_is_asked_about_and_a_button_takes_the_offer(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("heating", 100, "kWh", days_ago=2)
    record("heating", 110, "kWh", days_ago=1)
    asked = "heating is kept in kWh: 36 MJ would be 10 kWh. Save again to keep it like this."
    page.goto("/list")
    page.locator("tr.row", has_text="110").locator(".what > a").click()
    edit = page.locator(".editing")
    edit.locator("[name=consumption_value]").fill("36")
    edit.locator("[name=unit]").fill("MJ")
    edit.locator("[name=unit]").press("Enter")
    expect(edit).to_contain_text(asked)
    expect(edit.get_by_role("button", name="Save anyway")).to_be_visible()
    edit.get_by_role("button", name="Save 10 kWh").click()
    expect(page.locator("#messages")).to_contain_text("Saved heating 10 kWh")
    page.goto("/add")
    form = page.locator("#record-form")
    form.locator("[name=consumption_type]").fill("heating")
    form.locator("[name=consumption_value]").fill("36")
    form.locator("[name=unit]").fill("MJ")
    form.locator("[name=consumption_value]").press("Enter")
    expect(form).to_contain_text(asked)
    # A note may still be added; any other change asks anew.
    form.locator("[name=notes]").fill("cellar")
    expect(form.get_by_role("button", name="Save anyway")).to_be_visible()
    form.locator("[name=consumption_value]").fill("3.6")
    expect(form.get_by_role("button", name="Save record")).to_be_visible()
    expect(form).not_to_contain_text("Save again")
    form.locator("[name=consumption_value]").press("Enter")
    expect(form.get_by_role("button", name="Save 1 kWh")).to_be_visible()
    form.locator("[name=consumption_value]").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved heating 3.6 MJ")
    assert records() == ["heating 100 kWh", "heating 10 kWh", "heating 3.6 MJ"]


def test_a_correction_of_another_day_stays_in_sight(page: Page, record: Record) -> None:
    record("heating", 100, "kWh", days_ago=1)
    record("tea", 1, "cup")
    open_box(page)
    page.keyboard.type("yesterday heating 11")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved heating 11 kWh")
    line_is_empty_and_focused(page)
    settle(page)
    # The message's own edit: Esc e, the value, Enter.
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    saved = page.locator("#today tr.row").filter(has_text="heating")
    expect(saved).to_contain_text("12")
    expect(saved).to_be_focused()
    expect(page.locator("#today")).to_contain_text("not for today")


def test_recents_follow_changes_and_keep_their_places(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("coffee", 2, "cup")
    record("coffee", 2, "cup")
    record("tea", 1, "cup")
    open_box(page)
    recents = page.locator("#recents .recent")
    expect(recents).to_contain_text(["coffee", "tea"])
    for _ in range(3):
        page.locator("#line").fill("tea 5")
        page.keyboard.press("Enter")
        line_is_empty_and_focused(page)
    expect(page.locator("#today")).to_contain_text("6 records")
    expect(recents).to_contain_text(["coffee", "tea"])
    expect(recents.nth(1)).to_contain_text("5 cup")
    # After undo the tile saves what is usual again.
    page.keyboard.press("Escape")
    for left in (5, 4, 3):
        page.keyboard.press("u")
        expect(page.locator("#today")).to_contain_text(f"{left} record")
    expect(recents.nth(1)).to_contain_text("1 cup")
    page.keyboard.press("2")
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 cup")
    assert records()[-1] == "tea 1 cup"
    expect(recents).to_contain_text(["coffee", "tea"])
    page.reload()
    expect(recents).to_contain_text(["tea", "coffee"])


def test_a_recent_pressed_before_the_answer_to_another_is_said_too(
    page: Page, record: Record
) -> None:
    for name in ("coffee", "coffee", "tea"):
        record(name, 1, "cup")
    open_box(page)
    sent: list[Route] = []

    def hold_second(route: Route) -> None:
        sent.append(route)
        if len(sent) == 1:
            route.continue_()

    page.route("**/consumption", hold_second)
    page.evaluate("for (const n of [1, 2]) document.getElementById(`recent-${n}`).click()")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 1 cup")
    wait_until(lambda: len(sent) == 2, "one is sent", pause=lambda: page.wait_for_timeout(20))
    # The answer to the first has brought other recents, and the one that waits is gone.
    sent[1].continue_()
    expect(page.locator("#messages")).to_contain_text("Saved tea 1 cup")
    expect(page.locator("#today")).to_contain_text("5 records")


def test_the_last_line_comes_back_and_u_undoes_from_the_empty_box(
    page: Page, records: Callable[[], list[str]]
) -> None:
    open_box(page)
    page.keyboard.type("coffee 2 cup")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved coffee 2 cup")
    line_is_empty_and_focused(page)
    page.keyboard.press("u")
    expect(page.locator("#messages")).to_contain_text("Removed coffee 2 cup")
    assert records() == []
    page.keyboard.press("ArrowUp")
    expect(page.locator("#line")).to_have_value("coffee 2 cup")
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    assert records() == ["coffee 2 cup"]


def test_examples_fill_the_box_and_fold_with_the_first_save(
    page: Page, records: Callable[[], list[str]]
) -> None:
    open_box(page)
    expect(page.locator(".help[open]")).to_have_count(1)
    page.get_by_role("link", name="2x330ml beer").click()
    expect(page.locator("#line")).to_have_value("2x330ml beer")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Enter")
    line_is_empty_and_focused(page)
    expect(page.locator(".help[open]")).to_have_count(0)
    assert records() == ["beer 660 ml"]


def test_no_key_acts_while_something_opens(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    record("tea", 1, "cup")
    page.goto("/list")
    settle(page)
    # The box is in the page: nothing that is typed is lost.
    page.keyboard.press("n")
    page.keyboard.type("water 1 l")
    expect(page.locator("#line")).to_have_value("water 1 l")
    page.keyboard.press("Escape")
    expect(page.locator("#quick-add")).to_be_hidden()
    expect(page.locator("#line")).not_to_be_focused()
    # An edit that is on its way takes no keys for others.
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/edit", hold)
    page.keyboard.press("j")
    expect(page.locator(".row")).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.type("d#xp")
    wait_until(lambda: held, "no edit is asked for", pause=lambda: page.wait_for_timeout(50))
    held[0].continue_()
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    assert records() == ["tea 1 cup"]
    expect(page.locator(".row :checked")).to_have_count(0)
    assert "view=print" not in page.url


def test_rows_are_read_again_for_each_of_two_changes(page: Page, record: Record) -> None:
    for name in ("coffee", "tea"):
        record(name, 1, "cup")
    page.goto("/add")
    settle(page)
    held: list[tuple[Route, Any]] = []
    address = "**/add?view=today*"
    page.route(address, lambda route: held.append((route, route.fetch())), times=1)

    def duplicate(name: str) -> None:
        page.locator(".row", has_text=name).first.focus()
        page.keyboard.press("d")

    duplicate("coffee")
    # What was read for the first is on its way while the second is made.
    wait_until(lambda: held, "nothing is read", pause=lambda: page.wait_for_timeout(20))
    with page.expect_response("**/consumption/bulk"):
        duplicate("tea")
    expect(page.locator("#messages")).to_contain_text("tea")
    route, answer = held[0]
    with suppress(Error):  # It may be given up by then.
        route.fulfill(response=answer)
    expect(page.locator("#today .row", has_text="tea")).to_have_count(2)
    expect(page.locator("#today .row", has_text="coffee")).to_have_count(2)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_message_lies_over_no_field_in_use(
    width: int, browsing: Browsing, mara: Person, record: Record
) -> None:
    record("tea", 1, "cup")
    page = browsing.open(mara, width=width, height=700)
    open_box(page)
    page.keyboard.type("coffee 2")
    page.keyboard.press("Enter")
    message = page.locator("#messages .message")
    expect(message).to_contain_text("Saved coffee 2")
    for name in ("consumption_value", "cost", "notes"):
        field = page.locator(f"#record-form [name={name}]")
        field.focus()
        expect_apart(field, message)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["tea", "electricity, washing machine in basement"])
def test_a_message_lies_over_no_button_of_the_form(
    name: str, scheme: str, browsing: Browsing, mara: Person, records: Callable[[], list[str]]
) -> None:
    phone = browsing.open(
        mara, width=390, height=844, scheme=scheme, has_touch=True, is_mobile=True
    )
    phone.goto("/add")
    settle(phone)
    form = phone.locator("#record-form")
    save = form.get_by_role("button", name="Save record")
    message = phone.locator("#messages .message")
    for value in ("3", "4"):
        form.get_by_label("Type", exact=True).fill(name)
        form.get_by_label("Value", exact=True).fill(value)
        phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if value == "4":
            # The message of the first one stands still.
            expect_apart(save, message)
            assert save.evaluate(HIT)
        save.tap()
        expect(message).to_contain_text(f"Saved {name} {value}")
    assert records() == [f"{name} 3", f"{name} 4"]


# Whether a tap on the middle of an element meets that element.
HIT = """
(element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}
"""


def test_a_date_has_room_on_the_narrowest_phone(browsing: Browsing, mara: Person) -> None:
    page = browsing.open(mara, width=320)
    page.goto("/add")
    box = page.locator("#record-form #consumption_date").bounding_box()
    assert box and box["width"] > 150


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_every_state_of_the_box_is_clean(
    width: int,
    scheme: str,
    browsing: Browsing,
    mara: Person,
    record: Record,
    axe: Callable[[Page], None],
) -> None:
    for day in range(6):
        record("coffee", 2, "cup", days_ago=day)
    record("heating", 100, "kWh", days_ago=1)
    # Colours are measured once they have arrived.
    page = browsing.open(mara, width=width, scheme=scheme, reduced_motion="reduce")
    for line, says in (
        ("coffee 24 ; after lunch #office", "your usual"),
        ("coffee 2 3 tomorrow", "Two values"),
        ("tea 2jug", "new unit"),
        ("cofee 2", "new · coffee?"),
        ("heating 720 MJ", "keep MJ"),
        ("heating 20°C", "another unit"),
        ("c", "Saves as"),
    ):
        open_box(page)
        page.keyboard.type(line)
        expect(page.locator("#preview")).to_contain_text(says)
        if line == "heating 20°C":
            page.keyboard.press("Enter")
            expect(page.locator("#preview")).to_contain_text("Save again")
        if line == "c":
            expect(page.get_by_role("option")).to_have_text(["coffee"])
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), line
    page.get_by_text("Several lines").click()
    page.locator("#lines").fill("coffee 2\nbad 2 3\ncoffee 99")
    expect(page.locator("#batch-preview")).to_contain_text("2 lines can be saved")
    page.locator(".help > summary").click()
    axe(page)
    page.goto("/list")
    page.keyboard.press("n")
    expect(page.locator("#line")).to_be_focused()
    axe(page)
    assert re.search(r"\d", page.locator("#results").inner_text())


def test_a_unit_that_comes_late_is_replaced_by_what_is_typed(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/add")
    settle(page)
    late(page, 400)
    page.locator("#record-form [name=consumption_type]").press_sequentially("coffee")
    unit = page.locator("#record-form [name=unit]")
    unit.focus()
    expect(unit).to_have_value("cup")
    page.keyboard.type("mug")
    expect(unit).to_have_value("mug")
