"""Dialogs that come open with their page: whole without scripts, modal with them, then closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import Browsing, Person, settle
from tests.browser.test_frame import LONG_NAME, assert_no_sideways_scrolling, fill

Record = Callable[..., None]
Axe = Callable[[Page], None]
Prefer = Callable[..., None]
FILE = "date,type,value,unit,notes\n2026-10-05,tea,2,cup,\n5/10/2026,tea,1,cup,\nnever,tea,1,,\n"


@pytest.fixture
def plain(browsing: Browsing, mara: Person, record: Record) -> Page:
    """Mara's browser without scripts, on her coffees."""
    record("coffee", 2, "cup", notes="after lunch")
    record("tea", 1, "cup")
    page = browsing.open(mara, javascript=False)
    page.goto("/list?type=coffee")
    return page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "drinks.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def dialog(page: Page) -> Locator:
    return page.locator("#dialog")


def rows(page: Page) -> Locator:
    return page.locator("tr.row")


def edit(page: Page) -> None:
    page.locator(".row .what a").first.click()
    expect(page).to_have_url(re.compile("/consumption/.*/edit$"))
    expect(dialog(page).get_by_role("heading", name="Edit coffee")).to_be_visible()


def behind_is_the_list_of_coffees(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/list\?type=coffee(&changed=.*)?$"))
    expect(dialog(page)).to_be_hidden()


def somebody_saves_seven(other: Page, address: str) -> None:
    other.goto(address)
    other.get_by_label("Value", exact=True).fill("7")
    other.get_by_role("button", name="Save").click()
    expect(dialog(other)).to_be_hidden()


# Without scripts


def test_an_edit_stands_over_the_list_and_leads_back_to_it(plain: Page) -> None:
    edit(plain)
    expect(plain.get_by_label("Value", exact=True)).to_be_focused()
    expect(rows(plain)).to_have_count(1)
    for way in ("Close", "Cancel"):
        dialog(plain).get_by_role("link", name=way).click()
        behind_is_the_list_of_coffees(plain)
        edit(plain)
    plain.get_by_label("Value", exact=True).fill("4")
    plain.get_by_role("button", name="Save").click()
    behind_is_the_list_of_coffees(plain)
    expect(rows(plain)).to_contain_text(["4"])
    edit(plain)
    plain.get_by_role("button", name="Delete this record").click()
    behind_is_the_list_of_coffees(plain)
    expect(rows(plain)).to_have_count(0)


def test_a_refused_edit_keeps_what_was_typed_and_the_list(
    plain: Page, browsing: Browsing, mara: Person
) -> None:
    edit(plain)
    somebody_saves_seven(browsing.open(mara, javascript=False), plain.url)

    plain.get_by_label("Value", exact=True).fill("plenty")
    plain.get_by_label("Notes", exact=True).fill("typed")
    plain.get_by_role("button", name="Save").click()
    expect(dialog(plain).locator(".error")).to_contain_text("as a number")
    expect(plain.get_by_label("Value", exact=True)).to_have_value("plenty")
    expect(plain.get_by_label("Notes", exact=True)).to_have_value("typed")
    expect(rows(plain)).to_have_count(1)
    dialog(plain).get_by_role("link", name="Close").click()
    behind_is_the_list_of_coffees(plain)


def somebody_deletes_it(other: Page, address: str) -> None:
    other.goto(address)
    other.get_by_role("button", name="Delete this record").click()
    expect(dialog(other)).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "button", "fault"),
    [
        ({"#timezone": "Nowhere"}, "Save", "#timezone"),
        (
            {"#current_password": "wrong", "#new_password": "wood smoke and rain"},
            "Change password",
            "#current_password",
        ),
        ({"#token-name": "n" * 101}, "Make a token", "#token-name"),
        (
            {"#delete-password": "wrong"},
            "Delete the account and all records",
            "#delete-password",
        ),
    ],
)
def test_what_is_wrong_in_a_long_dialog_is_in_sight(
    plain: Page, typed: dict[str, str], button: str, fault: str
) -> None:
    plain.goto("/account")
    if fault == "#delete-password":
        plain.get_by_text("Delete everything").click()
    for field, text in typed.items():
        plain.locator(field).fill(text)
    form = plain.locator("form").filter(has=plain.locator(fault))
    form.get_by_role("button", name=button, exact=True).click()
    expect(plain.locator(f"{fault}-error")).to_be_in_viewport()
    expect(plain.locator(fault)).to_be_focused()


def test_another_currency_asks_where_it_can_be_seen(plain: Page, prefer: Prefer) -> None:
    prefer(currency="EUR")
    plain.goto("/account")
    plain.locator("#currency").select_option("USD")
    form = plain.locator("form").filter(has=plain.locator("#currency"))
    form.get_by_role("button", name="Save", exact=True).click()
    expect(plain.locator("#currency-error")).to_be_in_viewport()
    expect(plain.locator("#currency")).to_be_focused()


def test_an_edit_of_a_record_deleted_meanwhile_is_restored_or_saved_anew(
    plain: Page, browsing: Browsing, mara: Person, records: Callable[[], list[str]]
) -> None:
    other = browsing.open(mara, javascript=False)
    for value, way in (("8", "Restore and save"), ("9", "Save as a new record")):
        edit(plain)
        somebody_deletes_it(other, plain.url)
        plain.get_by_label("Value", exact=True).fill(value)
        plain.get_by_label("Notes", exact=True).fill("typed")
        plain.get_by_role("button", name="Save").click()
        expect(plain.locator(".edit-conflict")).to_contain_text("deleted in the meantime")
        expect(plain.get_by_label("Value", exact=True)).to_have_value(value)
        plain.get_by_role("button", name=way).click()
        behind_is_the_list_of_coffees(plain)
        expect(rows(plain)).to_contain_text([value])
        expect(rows(plain)).to_contain_text(["typed"])
    assert records() == ["tea 1 cup", "coffee 9 cup"]


def test_an_edit_sent_signed_out_stands_in_its_form_after_the_sign_in(
    plain: Page, mara: Person, records: Callable[[], list[str]]
) -> None:
    edit(plain)
    plain.get_by_label("Value", exact=True).fill("8")
    plain.get_by_label("Notes", exact=True).fill("")
    plain.context.clear_cookies()
    plain.get_by_role("button", name="Save").click()
    plain.get_by_label("Email").fill(mara.email)
    plain.get_by_label("Password").fill(mara.password)
    plain.get_by_role("button", name="Sign in").click()
    expect(plain.get_by_label("Value", exact=True)).to_have_value("8")
    expect(plain.get_by_label("Notes", exact=True)).to_have_value("")
    assert records() == ["coffee 2 cup", "tea 1 cup"]
    plain.get_by_role("button", name="Save").click()
    behind_is_the_list_of_coffees(plain)
    assert records() == ["coffee 8 cup", "tea 1 cup"]


def test_a_late_edit_shows_both_versions(plain: Page, browsing: Browsing, mara: Person) -> None:
    edit(plain)
    somebody_saves_seven(browsing.open(mara, javascript=False), plain.url)
    plain.get_by_label("Value", exact=True).fill("9")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator(".edit-conflict")).to_contain_text("coffee 7 cup")
    expect(plain.get_by_label("Value", exact=True)).to_have_value("9")
    plain.get_by_role("button", name="Save mine").click()
    behind_is_the_list_of_coffees(plain)
    expect(rows(plain)).to_contain_text(["9"])


def test_a_file_is_checked_over_the_list_and_left_again(plain: Page, file: Path) -> None:
    plain.get_by_role("link", name="Import").click()
    expect(dialog(plain).get_by_role("heading", name="Import a file")).to_be_visible()
    plain.set_input_files("#import-file", file)
    plain.get_by_role("button", name="Check the file").click()
    expect(dialog(plain).locator(".import-counts")).to_contain_text("2 problems")
    expect(rows(plain)).to_have_count(1)
    dialog(plain).get_by_role("link", name="Close").click()
    behind_is_the_list_of_coffees(plain)


def test_nothing_under_a_dialog_can_be_reached(plain: Page) -> None:
    edit(plain)
    expect(plain.get_by_label("Value", exact=True)).to_be_focused()
    for _ in range(12):
        plain.keyboard.press("Tab")
        assert plain.locator(":is(.skip, header.masthead, main, .tabbar) :focus").count() == 0
    plain.mouse.click(5, 450)
    expect(dialog(plain)).to_be_visible()


# With scripts


@pytest.mark.parametrize("way", ["Escape", "Close"])
@pytest.mark.parametrize("opened", ["an edit", "a refused edit", "an import", "the account"])
def test_closing_leads_to_the_page_behind_and_to_what_opens_the_dialog(
    opened: str, way: str, page: Page, record: Record
) -> None:
    record("coffee", 2, "cup")
    record("tea", 1, "cup")
    page.goto("/list?type=coffee")
    settle(page)
    href = page.locator(".row .what a").get_attribute("href") or ""
    address = {
        "an import": "/consumption/import",
        "the account": "/list?type=coffee&dialog=account",
    }
    page.goto(address.get(opened, href), referer=page.url)
    settle(page)
    if opened == "a refused edit":
        page.get_by_label("Value", exact=True).fill("plenty")
        page.get_by_role("button", name="Save").click()
        expect(dialog(page).locator(".error")).to_be_visible()
        settle(page)
    expect(page.locator("#dialog:modal")).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog(page).get_by_label("Close").click()
    behind_is_the_list_of_coffees(page)
    opener = {
        "an import": page.get_by_role("link", name="Import"),
        "the account": page.locator(".account summary"),
    }
    expect(opener.get(opened, page.locator(".row .what a"))).to_be_focused()
    settle(page)
    # And it is a page like any other.
    page.locator("label.chip", has_text="tea").click()
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/list\?type=coffee&type=tea$"))


def test_closing_leads_to_the_page_itself_where_that_cannot_open_the_dialog(
    page: Page, record: Record
) -> None:
    record("coffee", 2, "cup")
    page.goto("/list?type=coffee")
    href = page.locator(".row .what a").get_attribute("href") or ""
    page.goto("/list?type=tea")
    page.goto(href, referer=page.url)
    settle(page)
    page.keyboard.press("Escape")
    expect(page.locator("#main")).to_be_focused()


def test_rows_are_read_again_under_a_dialog_that_came_open(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/list?type=coffee")
    settle(page)
    page.goto("/consumption/import", referer=page.url)
    settle(page)
    record("coffee", 3, "cup")
    page.evaluate("document.dispatchEvent(new CustomEvent('records-changed', {detail: {}}))")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#dialog:modal")).to_be_visible()


# Every width


@pytest.fixture
def much_recorded(record: Record) -> None:
    """Records of every kind, and one that is as long as a record can be."""
    fill(record)
    record(LONG_NAME, "123456789012.123456", "kWh", notes="a note that goes on " * 20)


@pytest.mark.usefixtures("much_recorded")
@pytest.mark.parametrize(
    ("scheme", "width", "scripts"),
    # Each value meets each of the others once.
    [("light", 360, True), ("light", 1280, False), ("dark", 360, False), ("dark", 1280, True)],
)
def test_nothing_for_axe_to_find_and_nothing_too_wide(
    browsing: Browsing,
    mara: Person,
    axe: Axe,
    file: Path,
    scheme: str,
    width: int,
    scripts: bool,
) -> None:
    page = browsing.open(mara, width=width, scheme=scheme)
    if not scripts:  # Those of the page: axe is one itself.
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))

    def is_clean() -> None:
        settle(page)
        expect(dialog(page)).to_be_visible()
        assert page.locator("#dialog:modal").count() == scripts
        axe(page)
        assert_no_sideways_scrolling(page)
        assert page.evaluate("document.querySelector('#dialog').scrollWidth <= innerWidth")

    page.goto("/list?q=basement&sort=-value")
    page.goto(page.locator("tr.row a[href$='/edit']").first.get_attribute("href") or "")
    is_clean()
    page.get_by_label("Value", exact=True).fill("plenty")
    page.get_by_label("Type", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(dialog(page).locator(".error")).to_have_count(2)
    is_clean()
    page.goto("/consumption/import")
    is_clean()
    page.set_input_files("#import-file", file)
    if not scripts:
        page.get_by_role("button", name="Check the file").click()
    expect(page.locator(".import-counts")).to_contain_text("2 problems")
    is_clean()
