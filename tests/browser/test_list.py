"""The list in a browser: find, change in place, select, undo, print, with and without scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pypdf import PdfReader
from sqlalchemy import Engine, text

from tally.domain.fields import MAX_TYPE, MAX_UNIT
from tally.views.last_change import LARGE
from tests.browser.browsing import Browsing, Person, settle, wait_for_modules
from tests.browser.test_frame import assert_no_sideways_scrolling, fill
from tests.waiting import wait_until

Record = Callable[..., None]


def row(page: Page, words: str) -> Locator:
    return page.locator("tr.row", has_text=words)


def rows(page: Page) -> Locator:
    return page.locator("tr.row")


def tool(row: Locator, name: str) -> Locator:
    """A tool of a row, which has them under the pointer or the focus."""
    row.hover()
    return row.get_by_role("button", name=name)


def message(page: Page) -> Locator:
    return page.locator("#messages .message")


def open_list(page: Page, query: str = "") -> None:
    page.goto(f"/list{query}")
    settle(page)


Age = Callable[..., None]


@pytest.fixture
def age(engine: Engine) -> Age:
    """Makes all records so much older: `age(minutes=11)`, and nothing of them can be undone."""

    def age(minutes: int) -> None:
        older = "UPDATE consumption_records SET updated_at = now() - make_interval(mins => :n)"
        with engine.begin() as db:
            db.execute(text(older), {"n": minutes})

    return age


# Finding


def test_the_search_finds_while_one_types_and_back_works(page: Page, record: Record) -> None:
    record("coffee", 1, "cup", notes="after lunch")
    record("tea", 2, "cup")
    open_list(page)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("lunch", delay=30)
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/list\?q=lunch$"))
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#totals")).to_contain_text("1 record")
    count = page.get_by_role("status").and_(page.locator("#count"))
    expect(count).to_have_text("1 record")
    page.keyboard.type("x")
    expect(count).to_have_text("No record matches")
    page.keyboard.press("Backspace")
    expect(count).to_have_text("1 record")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/list$"))
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#q")).to_have_value("")


def test_boxes_bounds_and_order_change_the_address(page: Page, record: Record) -> None:
    for value in (1, 2, 3):
        record("coffee", value, "cup")
        record("tea", value, "cup")
    open_list(page)
    page.locator("label.chip", has_text="coffee").click()
    expect(rows(page)).to_have_count(3)
    page.fill("#min", "2")
    page.locator("#min").press("Enter")
    expect(rows(page)).to_have_count(2)
    page.select_option("#sort", "value")
    expect(page).to_have_url(re.compile(r"/list\?type=coffee&min=2&sort=value$"))
    expect(rows(page).first).to_contain_text("2")
    page.get_by_role("link", name="Value").click()
    expect(page).to_have_url(re.compile(r"sort=-value$"))
    expect(page.locator("#sort")).to_have_value("-value")
    expect(rows(page).first).to_contain_text("3")
    page.get_by_role("link", name="Remove coffee").click()
    expect(rows(page)).to_have_count(4)
    expect(page.locator("label.chip", has_text="coffee").locator("input")).not_to_be_checked()
    expect(page.locator("#min")).to_have_value("2")
    page.reload()
    expect(rows(page)).to_have_count(4)


def test_periods_have_neighbours_and_own_days(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 1, "cup", days_ago=7)
    open_list(page)
    page.select_option("#period", "week")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator("#period").blur()
    page.keyboard.press("[")
    expect(rows(page)).to_contain_text(["tea"])
    page.keyboard.press("]")
    expect(rows(page)).to_contain_text(["coffee"])
    expect(page).to_have_url(re.compile(r"period=week$"))
    page.locator("#range").click()
    page.fill("#from", "2020-01-01")
    page.locator("#from").blur()
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/list\?from=2020-01-01$"))


def test_a_fault_stands_at_its_field_and_goes_away(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page)
    page.fill("#min", "lots")
    page.locator("#min").press("Enter")
    expect(page.locator("#filter .error")).to_contain_text("as a number")
    expect(page.locator("#min")).to_have_attribute("aria-invalid", "true")
    expect(rows(page)).to_have_count(0)
    page.fill("#min", "1")
    page.locator("#min").press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#filter .error")).to_have_count(0)


def test_rows_come_as_one_scrolls(page: Page, record: Record) -> None:
    for day in range(120):
        record("coffee", 1, "cup", days_ago=day)
    open_list(page)
    expect(rows(page)).to_have_count(50)
    for number in (100, 120):
        page.mouse.wheel(0, 20_000)
        expect(rows(page)).to_have_count(number)
    expect(page.locator("tr.day")).to_have_count(120)
    expect(page.locator("tr.more")).to_have_count(0)


# Changing


def test_a_row_is_edited_in_place_by_keys(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 2, "cup", days_ago=1)
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(row(page, "tea")).to_be_focused()
    page.keyboard.press("e")
    value = page.get_by_label("Value", exact=True)
    expect(value).to_be_focused()
    value.fill("3,5")
    value.press("Enter")
    expect(row(page, "tea")).to_contain_text("3.5")
    expect(row(page, "tea")).to_be_focused()
    expect(message(page)).to_contain_text("Saved tea 3.5 cup")
    expect(page.locator("#totals")).to_contain_text("3.5")
    page.keyboard.press("u")
    expect(row(page, "tea")).to_contain_text("2")
    expect(page.locator("#totals")).not_to_contain_text("3.5")


def test_what_is_saved_out_of_the_filter_stays_in_sight(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("coffee", 2, "cup", days_ago=1)
    open_list(page, "?type=coffee")
    page.keyboard.press("j")
    page.keyboard.press("e")
    value = page.get_by_label("Value", exact=True)
    expect(value).to_be_focused()
    page.get_by_label("Type", exact=True).fill("tea")
    value.press("Enter")
    saved = page.locator(".outside tr.row")
    expect(saved).to_contain_text("tea")
    expect(saved).to_be_focused()
    expect(page.locator("#results")).to_contain_text("not among the rows below")
    page.keyboard.press("u")
    expect(page.locator(".outside")).to_have_count(0)
    expect(rows(page)).to_have_count(2)


def test_an_edit_opens_with_its_value_selected_and_asks_about_a_slip(
    page: Page, record: Record
) -> None:
    for day in range(6):
        record("electricity", 11, "kWh", days_ago=day)
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Value", exact=True)).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("Saved electricity 12 kWh")
    page.keyboard.press("e")
    expect(page.get_by_label("Value", exact=True)).to_be_focused()
    page.keyboard.type("1211")
    page.keyboard.press("Enter")
    expect(page.locator(".editing .asks")).to_contain_text("110 × your usual 11 kWh")
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("Saved electricity 1211 kWh")


def test_escape_leaves_an_edit_as_it_was(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page)
    row(page, "coffee").hover()
    page.locator(".row .what a").first.click()
    page.get_by_label("Value", exact=True).fill("9")
    page.keyboard.press("Escape")
    expect(page.locator(".editing")).to_have_count(0)
    expect(row(page, "coffee").locator(".value")).to_have_text("1")


def test_an_invalid_edit_says_so_at_its_field(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page)
    row(page, "coffee").hover()
    page.locator(".row .what a").first.click()
    page.get_by_label("Value", exact=True).fill("plenty")
    page.keyboard.press("Enter")
    expect(page.locator(".editing .error")).to_contain_text("as a number")
    expect(page.get_by_label("Value", exact=True)).to_have_value("plenty")


def test_a_row_deleted_in_another_tab_keeps_its_edit_and_comes_back_with_it(
    page: Page, record: Record, browsing: Browsing, mara: Person, axe: Callable[[Page], None]
) -> None:
    record("coffee", 1, "cup")
    other = browsing.open(mara)
    for tab in (page, other):
        open_list(tab)
        row(tab, "coffee").hover()
    page.locator(".row .what a").first.click()
    page.get_by_label("Notes", exact=True).fill("typed for long")
    other.get_by_role("button", name="Delete").first.click()
    expect(other.locator("tr.row")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".edit-conflict")).to_contain_text("deleted in the meantime")
    expect(page.get_by_label("Notes", exact=True)).to_have_value("typed for long")
    assert_no_sideways_scrolling(page)
    axe(page)
    page.get_by_role("button", name="Restore and save").click()
    expect(row(page, "coffee")).to_contain_text("typed for long")
    expect(message(page)).to_contain_text("Restored coffee 1 cup")


def test_two_tabs_show_both_versions(
    page: Page, record: Record, browsing: Browsing, mara: Person
) -> None:
    record("coffee", 1, "cup")
    other = browsing.open(mara)
    for tab, value in ((page, "5"), (other, "7")):
        open_list(tab)
        row(tab, "coffee").hover()
        tab.locator(".row .what a").first.click()
        tab.get_by_label("Value", exact=True).fill(value)
    page.keyboard.press("Enter")
    expect(row(page, "coffee")).to_contain_text("5")
    other.keyboard.press("Enter")
    expect(other.locator(".edit-conflict")).to_contain_text("coffee 5 cup")
    expect(other.get_by_label("Value", exact=True)).to_have_value("7")
    other.get_by_role("button", name="Save mine").click()
    expect(row(other, "coffee")).to_contain_text("7")


def test_duplicate_goes_to_today_and_delete_can_be_undone(page: Page, record: Record) -> None:
    record("coffee", "2.5", "cup", days_ago=3, notes="late #work")
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("tr.day").first).to_contain_text("today")
    expect(rows(page).first).to_have_class(re.compile("new"))
    page.keyboard.press("u")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("#")
    expect(rows(page)).to_have_count(0)
    expect(message(page)).to_contain_text("Deleted coffee")
    message(page).get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)


def test_one_undo_after_another_goes_further_back(page: Page, record: Record, age: Age) -> None:
    for name in ("coffee", "tea", "gas"):
        record(name, 1, "cup")
    age(minutes=11)
    open_list(page)
    for name in ("coffee", "tea"):
        row(page, name).hover()
        tool(row(page, name), "Delete").click()
        expect(message(page)).to_contain_text(f"Deleted {name}")
    page.keyboard.press("u")
    expect(message(page)).to_contain_text("Restored tea 1 cup. Next to undo: deleted coffee 1 cup")
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("u")
    expect(rows(page)).to_have_count(3)
    expect(message(page)).not_to_contain_text("Next")
    expect(message(page).get_by_role("button", name="Undo")).to_have_count(0)


def test_the_whole_figure_of_a_deleted_record_is_struck_through(page: Page, record: Record) -> None:
    record("hot water", "0.132", "m³")
    open_list(page)
    row(page, "hot water").hover()
    tool(row(page, "hot water"), "Delete").click()
    expect(rows(page)).to_have_count(0)
    page.locator("label.chip-deleted").click()
    for part in (".what", ".value", ".value > span"):
        cell = row(page, "hot water").locator(part)
        expect(cell).to_have_css("text-decoration-line", "line-through")


def test_deleted_records_are_seen_and_restored(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 1, "cup")
    open_list(page)
    row(page, "coffee").hover()
    tool(row(page, "coffee"), "Delete").click()
    expect(rows(page)).to_have_count(1)
    page.locator("label.chip-deleted").click()
    expect(page).to_have_url(re.compile(r"deleted=yes$"))
    expect(rows(page)).to_have_count(1)
    row(page, "coffee").get_by_role("button", name="Restore").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("link", name="All records").click()
    expect(rows(page)).to_have_count(2)


# Selecting


def test_what_is_selected_is_reached_and_changed_by_keys(page: Page, record: Record) -> None:
    for day in range(30):
        record("coffee", 1, "cup", days_ago=day)
    open_list(page)
    words = page.locator(".selection-words")
    # Nothing is selected: there is nothing to go to.
    page.keyboard.press("s")
    expect(words).not_to_be_focused()
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("s")
    expect(words).to_be_focused()
    expect(words).to_contain_text("2 selected")
    page.keyboard.press("Tab")
    expect(page.locator(".selection-all input")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("espresso")
    page.keyboard.press("Enter")
    expect(row(page, "espresso")).to_have_count(2)
    expect(message(page)).to_contain_text("Changed 2 records")


# The left edges of a place in a text and of another, in pixels.
EDGES = """
([element, first, second]) => {
  const walker = document.createTreeWalker(document.querySelector(element), NodeFilter.SHOW_TEXT);
  const edges = {};
  while (walker.nextNode()) {
    const { data } = walker.currentNode;
    for (const letter of [first, second].filter((one) => data.includes(one))) {
      const range = document.createRange();
      range.setStart(walker.currentNode, data.indexOf(letter));
      range.setEnd(walker.currentNode, data.indexOf(letter) + 1);
      edges[letter] = range.getBoundingClientRect().left;
    }
  }
  return [edges[first], edges[second]];
}
"""


def test_numbers_stand_behind_an_arabic_name_and_signs_in_front_of_their_tags(
    page: Page, record: Record
) -> None:
    record("حليب", 3, "l", notes="שלום #heat")
    open_list(page)
    sign, tag = page.evaluate(EDGES, [".row .notes", "#", "h"])
    assert sign < tag
    for key in "jx":
        page.keyboard.press(key)
    expect(page.locator(".selection-words")).to_have_text("1 selected حليب 3 l")
    name, amount = page.evaluate(EDGES, ["[data-selected-words]", "ح", "3"])
    assert name < amount
    page.keyboard.press("d")
    expect(message(page)).to_contain_text("Saved")
    name, amount = page.evaluate(EDGES, [".message-text", "ح", "3"])
    assert name < amount


def test_a_selection_is_changed_at_once_and_taken_back(page: Page, record: Record) -> None:
    for day in range(5):
        record("coffee", 1, "cup", days_ago=day)
    open_list(page)
    bar = page.locator(".selection-bar")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("1 selected")
    boxes = page.locator('tr.row [name="ids"]')
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    bar.get_by_text("Set type").click()
    page.get_by_label("New type").fill("espresso")
    page.get_by_label("New type").press("Enter")
    expect(row(page, "espresso")).to_have_count(4)
    expect(bar).to_be_hidden()
    expect(message(page)).to_contain_text("Changed 4 records")
    page.keyboard.press("u")
    expect(row(page, "espresso")).to_have_count(0)
    expect(row(page, "coffee")).to_have_count(5)


def test_a_refused_change_of_a_selection_keeps_what_was_typed_and_the_focus(
    page: Page, record: Record
) -> None:
    for value in (1, 2, 3):
        record("tea", value, "cup")
    open_list(page)
    for key in "jxjx":
        page.keyboard.press(key)
    opened = "name => { name.click(); return document.activeElement.name }"
    assert page.get_by_text("Add tag", exact=True).evaluate(opened) == "add-tag"
    field = page.get_by_label("Tag", exact=True)
    page.keyboard.type("x y")
    field.press("Enter")
    expect(page.locator(".setter .error")).to_contain_text("A tag is one word")
    expect(field).to_be_focused()
    field.press("ControlOrMeta+a")
    page.keyboard.type("#xy")
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("Changed 2 records")
    expect(field).to_be_hidden()
    expect(rows(page)).to_have_count(3)
    expect(rows(page).nth(1)).to_be_focused()


def test_a_key_does_nothing_to_a_row_that_nothing_points_to(page: Page, record: Record) -> None:
    for value in (1, 2, 3):
        record("tea", value, "cup")
    open_list(page)
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()
    page.mouse.click(4, 400)
    expect(rows(page).first).not_to_be_focused()
    page.keyboard.press("#")
    page.keyboard.press("j")
    expect(rows(page).nth(1)).to_be_focused()
    expect(rows(page)).to_have_count(3)


def test_all_that_match_can_be_chosen(page: Page, record: Record, engine: Engine) -> None:
    for day in range(60):
        record("coffee", 1, "cup", days_ago=day)
    record("tea", 1, "cup")
    open_list(page, "?type=coffee")
    page.get_by_label("Select all records loaded").check()
    bar = page.locator(".selection-bar")
    expect(bar).to_contain_text("50 selected")
    bar.get_by_label("All 60 matching").check()
    bar.get_by_text("Add tag").click()
    page.get_by_label("Tag", exact=True).fill("late")
    bar.get_by_role("button", name="Apply").click()
    expect(message(page)).to_contain_text("Changed 60 records")
    with engine.connect() as db:
        tagged = db.execute(text("SELECT COUNT(*) FROM consumption_records WHERE notes = '#late'"))
        assert tagged.scalar() == 60
    page.keyboard.press("u")
    expect(message(page)).to_contain_text("Reverted 60 records")


def test_escape_clears_the_selection(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page)
    page.locator('tr.row [name="ids"]').check()
    expect(page.locator(".selection-bar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".selection-bar")).to_be_hidden()


def test_clear_leads_back_to_what_was_selected_last(page: Page, record: Record) -> None:
    for value in (1, 2):
        record("coffee", value, "cup")
    open_list(page)
    clear = page.get_by_role("button", name="Clear")
    for last in (page.locator('tr.row [name="ids"]').last, page.locator("[data-select-all]")):
        last.press("Space")
        clear.press("Enter")
        expect(page.locator(".selection-bar")).to_be_hidden()
        expect(last).to_be_focused()


def test_escape_in_the_bar_of_a_selection_leads_back_to_what_was_selected_last(
    page: Page, record: Record
) -> None:
    for value in (1, 2):
        record("coffee", value, "cup")
    open_list(page)
    last = page.locator('tr.row [name="ids"]').last
    for keys in (["s"], ["s", "Tab", "Tab"]):
        last.press("Space")
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator(".selection-bar :focus")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator(".selection-bar")).to_be_hidden()
        expect(last).to_be_focused()


def test_a_filter_taken_away_leaves_the_focus_in_front_of_the_others(
    page: Page, record: Record
) -> None:
    record("coffee", 1, "cup")
    open_list(page, "?type=coffee&min=1&period=year")
    chips = page.locator(".chips a")
    chips.first.press("Enter")
    expect(chips).to_have_count(3)
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    expect(chips.first).to_be_focused()
    page.get_by_role("link", name="Clear all").press("Enter")
    expect(chips).to_have_count(0)
    expect(page.locator("#results")).to_be_focused()


def test_the_selection_is_exported(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 1, "cup")
    open_list(page)
    row(page, "coffee").locator('[name="ids"]').check()
    with page.expect_download() as download:
        page.locator(".selection-bar").get_by_role("button", name="Export").click()
    content = download.value.path().read_text()
    assert "coffee" in content
    assert "tea" not in content


@pytest.fixture
def many(mara: Person, engine: Engine) -> int:
    """More records than a form has fields, on one page of the list."""
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type)"
                " SELECT CAST(:user_id AS uuid), CURRENT_DATE - 7, value, 'coffee'"
                " FROM generate_series(1, 150) AS value"
            ),
            {"user_id": mara.id},
        )
    return 150


def test_a_long_selection_is_exported_and_changed(page: Page, many: int) -> None:
    open_list(page, "?limit=150")
    page.get_by_label("Select all records loaded").check()
    bar = page.locator(".selection-bar")
    expect(bar).to_contain_text(f"{many} selected")
    with page.expect_download() as download:
        bar.get_by_role("button", name="Export").click()
    assert download.value.path().read_text().count(",coffee,") == many
    bar.get_by_role("button", name="Delete").click()
    expect(message(page)).to_contain_text(f"Deleted {many} records")


# Without scripts


def test_a_long_selection_without_scripts(browsing: Browsing, mara: Person, many: int) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/list?limit=150")
    boxes = page.locator('tr.row [name="ids"]')
    expect(boxes).to_have_count(many)
    boxes.evaluate_all("boxes => { for (const box of boxes) box.checked = true; }")
    with page.expect_download() as download:
        page.locator(".selection-bar").get_by_role("button", name="Export").click()
    assert download.value.path().read_text().count(",coffee,") == many
    page.locator(".selection-bar").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/list**changed=**")
    expect(boxes).to_have_count(0)


def test_enter_in_a_field_without_scripts_applies_that_field(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    for day in range(40):
        record("coffee", 1, "cup", days_ago=day)
    page = browsing.open(mara, javascript=False)
    page.goto("/list")
    bar = page.locator(".selection-bar")
    expect(bar).to_be_hidden()
    page.locator('tr.row [name="ids"]').first.check()
    expect(bar).to_be_in_viewport()
    for words, label, typed, shown in [
        ("Set type", "New type", "tea", "tea"),
        ("Set unit", "New unit", "pot", "pot"),
        ("Add tag", "Tag", "late", "#late"),
        ("Set date", "New date", "2020-02-01", "Saturday 1 February 2020"),
    ]:
        bar.get_by_text(words).click()
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_label(label, exact=True).press("Enter")
        expect(message(page)).to_contain_text(re.compile("Changed (coffee|tea) 1"))
        expect(page.locator("#results")).to_contain_text(shown)
        page.locator('tr.row [name="ids"]').first.check()
    # Which of two was meant cannot be known.
    for words, label in [("Set type", "New type"), ("Set unit", "New unit")]:
        bar.get_by_text(words).click()
        page.get_by_label(label, exact=True).fill("x")
    page.get_by_label("New unit").press("Enter")
    expect(page.get_by_role("heading", name="Fill in one field")).to_be_visible()


def test_a_refused_field_of_the_selection_is_corrected_without_scripts(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    for name in ("coffee", "coffee", "tea"):
        record(name, 1, "cup")
    page = browsing.open(mara, javascript=False)
    page.goto("/list?type=coffee")
    for box in page.locator('tr.row [name="ids"]').all():
        box.check()
    page.locator(".selection-bar").get_by_text("Add tag").click()
    page.get_by_label("Tag", exact=True).fill("two words")
    page.get_by_role("button", name="Apply").last.click()
    expect(page.locator(".field .error")).to_contain_text("A tag is one word")
    expect(page.get_by_label("Add tag")).to_have_value("two words")
    page.get_by_label("Add tag").fill("late")
    page.get_by_role("button", name="Send again").click()
    expect(page).to_have_url(re.compile(r"/list\?type=coffee&changed="))
    expect(rows(page)).to_contain_text(["#late", "#late"])


def test_a_refused_field_of_the_selection_has_its_sentence(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page)
    page.locator('tr.row [name="ids"]').check()
    page.locator(".selection-bar").get_by_text("Add tag").click()
    tag = page.get_by_label("Tag", exact=True)
    for _ in range(2):
        tag.fill("two words")
        page.keyboard.press("Enter")
        error = page.locator(".setter .error")
        expect(error).to_have_text("A tag is one word, such as #late.")
        expect(tag).to_be_focused()
        expect(tag).to_have_value("two words")
        expect(tag).to_have_attribute("aria-invalid", "true")
        expect(tag).to_have_accessible_description(re.compile("such as #late A tag is one word"))
        expect(message(page)).to_have_count(0)
    tag.fill("late")
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("Changed 1 record")
    expect(error).to_have_count(0)
    expect(row(page, "coffee")).to_contain_text("#late")


def hold(page: Page, address: str | re.Pattern[str]) -> list[Route]:
    """Holds each request to such an address: the list fills with what waits to be continued."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def hold_rows(page: Page) -> list[Route]:
    """Holds each reading of the rows again."""
    return hold(page, "**/list?*loaded=*")


def test_a_field_of_the_selection_stays_open_while_the_rows_are_read_again(
    page: Page, record: Record
) -> None:
    record("coffee", 1)
    record("tea", 1)
    open_list(page)
    held = hold_rows(page)
    row(page, "coffee").locator("[name=ids]").check()
    with page.expect_request("**/list?*loaded=*"):
        row(page, "tea").focus()
        page.keyboard.press("#")
    page.locator(".selection-bar").get_by_text("Set unit").click()
    page.get_by_label("New unit").fill("pot")
    held[0].continue_()
    page.unroute_all()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("New unit")).to_have_value("pot")
    page.get_by_label("New unit").press("Enter")
    expect(row(page, "coffee")).to_contain_text("pot")


def test_a_second_click_on_edit_opens_one_form_behind_a_refusal(page: Page, record: Record) -> None:
    record("coffee", 1)
    record("tea", 2)
    open_list(page)
    row(page, "coffee").locator("[name=ids]").check()
    page.locator(".selection-bar").get_by_text("Add tag").click()
    tag = page.get_by_label("Tag", exact=True)
    tag.fill("two words")
    tag.press("Enter")
    expect(page.locator(".setter .error")).to_be_visible()
    held = hold(page, re.compile(r"/edit$"))
    row(page, "tea").hover()
    row(page, "tea").get_by_role("link", name="Edit").dblclick()
    wait_until(lambda: held, "nothing is asked", pause=lambda: page.wait_for_timeout(20))
    held[0].continue_()
    value = page.get_by_label("Value", exact=True)
    value.fill("3")
    # The second click is sent behind the first, by a link that has left the page.
    wait_until(lambda: held[1:], "nothing is asked", pause=lambda: page.wait_for_timeout(20))
    with page.expect_response(re.compile(r"/edit$")):
        held[1].continue_()
    settle(page)
    expect(value).to_have_value("3")


def test_a_row_deleted_while_the_rows_are_read_again_can_be_taken_back(
    page: Page, record: Record, records: Callable[[], list[str]]
) -> None:
    for name in ("coffee", "tea", "gas"):
        record(name, 1)
    open_list(page)
    held = hold_rows(page)
    with page.expect_request("**/list?*loaded=*"):
        row(page, "tea").focus()
        page.keyboard.press("#")
    deletions = hold(page, re.compile(r"/consumption/[0-9a-f-]{36}$"))
    row(page, "coffee").focus()
    page.keyboard.press("#")
    wait_until(lambda: deletions, "nothing is sent", pause=lambda: page.wait_for_timeout(20))
    # It is deleted, and its row goes with the reading before the answer comes.
    answer = deletions[0].fetch()
    held[0].continue_()
    page.unroute("**/list?*loaded=*")
    expect(rows(page)).to_have_count(1)
    deletions[0].fulfill(response=answer)
    page.unroute_all()
    expect(message(page)).to_contain_text("Deleted coffee")
    page.keyboard.press("u")
    expect(message(page)).to_contain_text("Restored coffee")
    assert sorted(records()) == ["coffee 1", "gas 1"]


def test_an_edit_waits_for_a_row_that_is_long_on_its_way(page: Page) -> None:
    open_list(page)
    held = hold_rows(page)
    page.keyboard.press("n")
    page.locator("#line").fill("water 1 l")
    with page.expect_request("**/list?*loaded=*"):
        page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("Saved water 1 l")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("html[data-loading]")).to_have_count(1)
    page.evaluate("const now = performance.now(); performance.now = () => now + 60_000")
    page.wait_for_timeout(200)  # By then it would have gone to a page of its own.
    held[0].continue_()
    expect(page.locator(".editing [name=consumption_value]")).to_be_focused()
    expect(page).to_have_url(re.compile("/list$"))


def test_the_focus_stays_in_an_edit_while_the_rows_are_read_again(
    page: Page, record: Record
) -> None:
    record("coffee", 1)
    record("tea", 1)
    open_list(page)
    held = hold_rows(page)
    with page.expect_request("**/list?*loaded=*"):
        row(page, "tea").focus()
        page.keyboard.press("#")
    row(page, "coffee").focus()
    page.keyboard.press("e")
    notes = page.locator(".editing [name=notes]")
    notes.click()
    page.keyboard.type("after ")
    wait_for_modules(page)
    held[0].continue_()
    expect(rows(page)).to_have_count(0)
    settle(page)
    expect(notes).to_be_focused()
    page.keyboard.type("lunch")
    page.keyboard.press("Enter")
    expect(row(page, "coffee")).to_contain_text("after lunch")


def test_the_list_works_without_scripts(browsing: Browsing, mara: Person, record: Record) -> None:
    for day in range(55):
        record("coffee", 1, "cup", days_ago=day)
    record("tea", 2, "cup", days_ago=60)
    page = browsing.open(mara, javascript=False)
    page.goto("/list")
    page.get_by_role("link", name="Show more").click()
    expect(rows(page)).to_have_count(6)
    page.get_by_role("link", name="First page").click()
    page.get_by_role("link", name="Count and totals").click()
    expect(page.locator("#totals")).to_contain_text("56 records")
    page.fill("#q", "tea")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(rows(page)).to_have_count(1)
    page.locator(".row .what a").first.click()
    page.get_by_label("Value", exact=True).fill("4")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo").click()
    expect(message(page)).to_contain_text("Reverted tea 2 cup")
    page.goto("/list?q=tea")
    expect(rows(page)).to_contain_text(["2"])
    page.locator(".row .what a").click()
    page.get_by_role("button", name="Duplicate to today").click()
    expect(message(page)).to_contain_text("Saved tea 2 cup")
    page.goto("/list?q=tea")
    expect(rows(page)).to_have_count(2)
    page.locator('[name="ids"]').first.check()
    page.locator(".selection-bar").get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(1)
    page.locator(".row .what a").click()
    page.get_by_role("button", name="Delete this record").click()
    expect(message(page)).to_contain_text("Deleted tea 2 cup")
    page.goto("/list?q=tea")
    expect(rows(page)).to_have_count(0)


# On paper


def pdf_of(page: Page, **options: str) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, **options)))  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_document_prints(paper: str, page: Page, record: Record) -> None:
    for day in range(90):
        record("coffee", 1, "cup", days_ago=day, notes="after lunch")
        record("coffee", 2, "cup", days_ago=day)
    record("сок", "0.5", "л", days_ago=1, notes="апельсиновый")
    page.goto("/list?view=print")
    reader = PdfReader(io.BytesIO(page.pdf(format=paper)))
    texts = [sheet.extract_text() for sheet in reader.pages]
    whole = "\n".join(texts)
    assert len(texts) > 3
    assert "Consumption" in texts[0]
    assert "Mara" in texts[0]
    assert "All days, all types, newest first" in texts[0]
    assert "181 records" in texts[0]
    assert whole.count("after lunch") == 90
    assert "апельсиновый" in whole
    assert "coffee 3 cup" in whole
    for number, sheet in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in sheet
        assert "Notes" in sheet
    assert not any(sheet.get("/Annots") for sheet in reader.pages)


def test_the_document_keeps_the_units_of_its_totals_on_a_phone(page: Page, record: Record) -> None:
    record("tea", 2, "cup")
    record("tea", 1, "pot")
    page.set_viewport_size({"width": 390, "height": 844})
    for query in ("", "&period=month"):
        page.goto(f"/list?view=print{query}")
        expect(page.locator(".totals")).to_contain_text("Unit")
        for unit in ("cup", "pot"):
            expect(page.locator(".totals .unit", has_text=unit)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_document_holds_the_longest_totals_on_a_phone(page: Page, record: Record) -> None:
    for day in range(3):
        record("heating oil", "999999999999.123456", "litres", days_ago=day, cost="999999999999.12")
    record("coffee", "12.5", "cup", cost="2.50")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/list?view=print")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        # Only the longest figures break.
        lines = page.locator(".totals tbody tr").evaluate_all(
            "rows => rows.map(row => Math.round(row.clientHeight / 20))"
        )
        assert lines[0] > lines[1] == 1
        unit = page.locator(".totals .unit bdi").first
        assert unit.evaluate("unit => unit.clientHeight < 20"), "a short unit stays whole"


def test_a_long_total_has_a_line_of_its_own_on_a_phone(page: Page, record: Record) -> None:
    record("heating oil for the house of the parents", "999999999999.999999", "l")
    record("electricity", "592592.588148", "kWh")
    record("gas", "12.5", "m³")
    record("coffee", 2, "cup")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/list")
        amounts = page.locator("#totals li .amount")
        expect(amounts).to_have_count(4)
        for amount in amounts.all():
            rectangles = amount.evaluate(
                "amount => [...amount.children].flatMap(part => [...part.getClientRects()])"
                ".map(({bottom, right}) => [bottom, right])"
            )
            assert len(rectangles) == 2  # The number, and its unit beside it.
            assert abs(rectangles[0][0] - rectangles[1][0]) < 4
            assert rectangles[1][1] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_longest_units_leave_costs_on_the_paper(page: Page, record: Record) -> None:
    name, unit = "W" * MAX_TYPE, "W" * MAX_UNIT
    record(name, "999999999999.123456", unit, cost="123456789012.12")
    page.goto("/list?view=print")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 between its margins.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_scripts_no_message_covers_an_open_field_of_the_selection(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("tea", 2, "cup")
    page = browsing.open(mara, width=390, height=800, javascript=False)
    page.goto("/list?saved=nothing")
    page.locator("[name=ids]").check()
    page.get_by_text("Add tag").click()
    page.get_by_label("Tag").fill("#late")
    page.locator("button[value=add-tag]").click()
    expect(page.locator("#messages")).to_contain_text("Changed tea 2 cup")


def test_the_document_leads_back_to_its_list(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    page.goto("/list?type=coffee&sort=-value&view=print")
    back = page.get_by_role("link", name="Back to the list")
    page.emulate_media(media="print")
    expect(back).to_be_hidden()
    page.emulate_media(media="screen")
    back.click()
    expect(page).to_have_url(re.compile(r"/list\?type=coffee&sort=-value$"))
    expect(rows(page)).to_have_count(1)


def test_p_opens_the_document_and_prints_it(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(page, "?type=coffee")
    page.keyboard.press("p")
    page.wait_for_url("**/list?type=coffee&view=print")
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")


def test_the_browsers_own_print_says_how_much_of_what(page: Page, record: Record) -> None:
    for day in range(70):
        record("coffee", 1, "cup", days_ago=day)
    open_list(page)
    whole = "\n".join(sheet.extract_text() for sheet in pdf_of(page).pages)
    assert re.search(r"50\s+of\s+70\s+records", whole)
    assert "All days, all types" in whole
    assert "Deleted" not in whole
    assert whole.count("cup") >= 50


# Every width


@pytest.mark.parametrize("width", [320, 390, 700, 1280])
def test_nothing_scrolls_sideways(
    width: int, browsing: Browsing, mara: Person, record: Record
) -> None:
    fill(record)
    record("x" * 40, "999999999999.123456", "Y" * 24, notes="Z" * 300)
    page = browsing.open(mara, width=width)
    for query in ("", "?sort=-value", "?q=nothing", "?min=x&from=2026-13-01", "?deleted=yes"):
        open_list(page, query)
        assert_no_sideways_scrolling(page)
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(".editing")).to_be_visible()
    assert_no_sideways_scrolling(page)


def test_a_name_stays_whole_beside_a_long_amount(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("electricity", "1234567.5", "kWh")
    page = browsing.open(mara, width=320)
    open_list(page)
    row(page, "electricity").locator('[name="ids"]').check()  # which is bold
    name = page.locator(".row .what a")
    assert name.evaluate("(one) => one.getClientRects().length") == 1


def test_a_second_tap_does_not_delete_the_next_row_too(phone: Page, record: Record) -> None:
    for value in (1, 2, 3):
        record("coffee", value, "cup", days_ago=value)
    open_list(phone)
    rows(phone).nth(1).locator(".what").tap()
    rows(phone).nth(1).get_by_role("button", name="Delete").tap()
    expect(message(phone)).to_contain_text("Deleted")
    expect(rows(phone)).to_have_count(2)
    expect(phone.get_by_role("button", name="Delete")).to_have_count(0)


def test_a_phone_filters_edits_and_selects(phone: Page, record: Record) -> None:
    record("coffee", 1, "cup", notes="after lunch")
    open_list(phone)
    expect(phone.locator("#min")).to_be_hidden()
    phone.locator(".filter-button").tap()
    expect(phone.locator("#min")).to_be_visible()
    box = phone.locator("#show-filter").bounding_box()
    assert box and box["width"] <= 1  # the button alone is to be seen
    phone.locator("#show-filter").focus()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Shift+Tab")
    expect(phone.locator(".filter-button")).to_have_css("outline-style", "solid")
    phone.locator(".filter-button").tap()
    row(phone, "coffee").locator(".what").tap()
    row(phone, "coffee").get_by_role("link", name="Edit").tap()
    phone.get_by_label("Value", exact=True).fill("2")
    phone.get_by_role("button", name="Save").tap()
    expect(row(phone, "coffee")).to_contain_text("2")
    row(phone, "coffee").locator('[name="ids"]').tap()
    expect(phone.locator(".selection-bar")).to_be_visible()


def test_a_tap_on_the_name_opens_the_form_in_the_row(phone: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    open_list(phone)
    row(phone, "coffee").locator(".what a").tap()
    phone.locator(".editing").get_by_label("Value", exact=True).fill("2")
    phone.get_by_role("button", name="Save").tap()
    expect(row(phone, "coffee")).to_contain_text("2")


def test_the_tools_of_a_row_cover_no_other_and_move_nothing_under_the_finger(
    phone: Page, record: Record
) -> None:
    for name in ("tea", "gas", "coffee"):
        record(name, 1, notes="with milk" if name == "gas" else "")
    open_list(phone)
    for first, second in [("coffee", "gas"), ("gas", "tea")]:
        row(phone, first).locator(".what").tap()
        tool = row(phone, first).get_by_role("button", name="Delete")
        expect(tool).to_be_visible()
        box, below = tool.bounding_box(), row(phone, second).bounding_box()
        assert box and below
        assert box["y"] + box["height"] <= below["y"]
        # The row above closes only after this tap, which meets what it aims at.
        row(phone, second).locator('[name="ids"]').tap()
        expect(row(phone, second).locator('[name="ids"]')).to_be_checked()
        expect(tool).to_be_hidden()
        expect(row(phone, second).get_by_role("button", name="Delete")).to_be_hidden()


def test_an_edit_opened_as_a_link_of_its_own_works_with_scripts(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("tea", 2, "cup")
    page = browsing.open(mara)
    page.goto("/list")
    address = page.locator(".row .what a").get_attribute("href")
    assert address
    page.goto(address)
    page.get_by_label("Value", exact=True).fill("4")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/list")
    expect(rows(page)).to_contain_text(["4"])
    expect(page.locator("#messages")).to_contain_text("Changed tea 4 cup")
    page.goto(address)
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/list")


def test_no_message_takes_the_focus_away_with_it(page: Page, record: Record) -> None:
    record("tea", 2, "cup")
    record("coffee", 1, "cup", days_ago=1)
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(message(page)).to_contain_text("Saved tea 2 cup")
    page.keyboard.press("j")
    focused = page.locator("tr.row:focus")
    expect(focused).to_contain_text("coffee")
    message(page).get_by_role("button", name="Dismiss").press("Enter")
    expect(message(page)).to_be_hidden()
    expect(focused).to_contain_text("coffee")


def test_a_large_undo_is_answered_by_keyboard(page: Page, record: Record) -> None:
    for number in range(LARGE):
        record("tea", number, "cup")
    page.goto("/?type=tea&unit=cup")
    page.get_by_text("Rename or merge").click()
    page.get_by_label("Name", exact=True).fill("mint tea")
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("tea is mint tea now: 100 records")
    settle(page)
    for key in ("u", "Undo"):
        if key == "u":
            page.keyboard.press("u")
        else:
            page.goto(f"/?type=mint+tea&unit=cup&changed={change_of(page)}")
            settle(page)
            message(page).get_by_role("button", name="Undo").press("Enter")
        expect(message(page).get_by_role("button", name="Undo all")).to_be_focused()
    page.keyboard.press("Enter")
    # Its page is that of the name from before.
    expect(message(page)).to_contain_text("The type is as it was before")
    expect(page.get_by_role("heading", level=1)).to_have_text("tea")


def change_of(page: Page) -> str:
    """The change that the message on the page would undo."""
    return page.locator("#messages [name=change]").get_attribute("value") or ""


def test_the_last_row_leaves_the_focus_at_the_list(page: Page, record: Record) -> None:
    record("tea", 2, "cup")
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("#")
    expect(page.locator("#results")).to_contain_text("No records yet")
    expect(page.locator("#results")).to_be_focused()
    open_list(page, "?deleted=yes")
    page.get_by_role("button", name="Restore").press("Enter")
    expect(page.locator("#results")).to_contain_text("Nothing deleted")
    expect(page.locator("#results")).to_be_focused()
