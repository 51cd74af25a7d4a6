"""Making an account, signing in and out, and the account dialog, as a person meets them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.browser.browsing import Browsing, Person, settle


def test_a_new_account_may_live_in_any_time_zone(
    browsing: Browsing, mara: Person, engine: Engine
) -> None:
    page = browsing.open(timezone_id="Asia/Tokyo")
    page.goto("/login?new=1")
    page.get_by_role("link", name="Create account").click()
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("Asia/Tokyo")
    expect(page.locator("#zones option")).to_have_count(0)
    zone.focus()
    expect(page.locator("#zones option[value='Europe/Berlin']")).to_have_count(1)
    zone.fill("Atlantis")
    page.get_by_label("Name").fill("Kate")
    page.get_by_label("Email").fill("kate@lindenhof.example")
    page.get_by_label("Password").fill("a good long password")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#timezone-error")).to_contain_text("Europe/Berlin")
    expect(zone).to_have_value("Atlantis")
    zone.fill("ho chi minh")
    page.get_by_label("Password").fill("a good long password")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/add")
    with engine.connect() as db:
        zones = db.execute(text("SELECT timezone FROM users WHERE name = 'Kate'")).scalars().all()
    assert zones == ["Asia/Ho_Chi_Minh"]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_register_sign_out_and_in_again(
    browsing: Browsing, mara: Person, engine: Engine, javascript: bool
) -> None:
    page = browsing.open(javascript=javascript, timezone_id="Asia/Tokyo")
    page.goto("/login")
    page.get_by_role("link", name="Create account").click()
    page.get_by_label("Name").fill("Kate")
    page.get_by_label("Email").fill("kate@lindenhof.example")
    page.get_by_label("Password").fill("qwertyuiop")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#password-error")).to_contain_text("tried first")
    expect(page.get_by_label("Name")).to_have_value("Kate")
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill("a good long password")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/add")
    with engine.connect() as db:
        zones = db.execute(text("SELECT timezone FROM users WHERE name = 'Kate'")).scalars().all()
    assert zones == ["Asia/Tokyo" if javascript else "UTC"]

    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.go_back()
    expect(page.get_by_label("Email")).to_be_visible()
    page.goto("/list?q=tea")
    page.get_by_label("Email").fill("kate@lindenhof.example")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#password-error")).to_contain_text("do not belong together")
    expect(page.get_by_label("Email")).to_have_value("kate@lindenhof.example")
    page.get_by_label("Password").fill("a good long password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/list?q=tea")


def open_account(page: Page) -> None:
    page.goto("/")
    settle(page)
    page.locator("details.account summary").click()
    page.get_by_role("link", name="Account").click()
    expect(page.locator("#account")).to_be_visible()


def test_settings_show_at_once(page: Page, axe: Callable[[Page], None]) -> None:
    open_account(page)
    axe(page)
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("#account-name").fill("Mara Lind")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#account")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".masthead .name")).to_have_text("Mara Lind")
    expect(page.locator("#messages")).to_contain_text("Settings saved")
    # Said once: who comes back to this address has saved nothing.
    page.reload()
    expect(page.locator(".masthead .name")).to_have_text("Mara Lind")
    expect(page.locator("#messages")).not_to_contain_text("Settings saved")


def test_password_sessions_and_invitation_in_the_dialog(
    page: Page, browsing: Browsing, mara: Person
) -> None:
    other = browsing.open()
    other.goto("/login")
    other.get_by_label("Email").fill(mara.email)
    other.get_by_label("Password").fill(mara.password)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(re.compile(r"/$"))

    open_account(page)
    expect(page.locator(".session")).to_have_count(2)
    page.get_by_role("button", name="End all others").click()
    expect(page.locator(".session")).to_have_count(1)
    expect(page.locator("#messages")).to_contain_text("1 session ended.")
    other.goto("/list")
    expect(other.get_by_label("Email")).to_be_visible()

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Make an invitation link").click()
    link = page.locator("#invitation-link")
    expect(link).to_have_text(re.compile(r"/login\?invitation="))
    copy = page.locator("#invitation").get_by_role("button", name="Copy")
    expect(copy).to_be_focused()
    copy.click()
    expect(page.locator("#invitation [data-label]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link.text_content()

    page.get_by_label("Current password").fill("wrong wrong wrong")
    page.get_by_label("New password").fill("another long password")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#current_password-error")).to_be_visible()
    page.get_by_label("Current password").fill(mara.password)
    page.get_by_label("New password").fill("another long password")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#messages")).to_contain_text("Your password is changed.")
    page.goto("/list")
    expect(page.locator(".masthead .name")).to_be_visible()


def test_a_token_is_copied_shown_once_and_ended(page: Page, axe: Callable[[Page], None]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_account(page)
    page.get_by_label("Name of the program").fill("Meter script")
    page.get_by_role("button", name="Make a token").click()
    made = page.locator(".token-made")
    expect(made).to_contain_text("shown only this once")
    expect(page.get_by_role("link", name="Done")).to_be_focused()
    axe(page)
    token = page.locator("#token-text").text_content() or ""
    assert token.startswith("tally_")
    for source in ("token-text", "token-curl"):
        button = made.locator(f'[data-copy="{source}"]')
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(f"#{source}").text_content() and token in copied
    page.get_by_role("link", name="Done").click()
    expect(made).to_have_count(0)
    expect(page.locator(".token")).to_contain_text("Meter script")
    assert token not in page.content()
    page.goto("/?dialog=account")
    expect(page.locator(".token")).to_contain_text("Meter script")
    assert token not in page.content()
    page.get_by_role("button", name="End Meter script").click()
    expect(page.locator(".token")).to_have_count(0)


@pytest.mark.parametrize("way", ["Escape", "the link", "the button that htmx brings"])
def test_closing_the_dialog_that_came_open_leaves_the_address_of_the_dashboard(
    page: Page, way: str
) -> None:
    page.goto("/?dialog=account&period=year")
    settle(page)
    expect(page.locator("#dialog:modal")).to_be_visible()
    if way == "the button that htmx brings":
        page.locator("#account-name").fill("x" * 81)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#account-name-error")).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.locator("#dialog").get_by_label("Close").click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"//[^/]+/\?period=year$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_without_scripts_the_account_opens_on_the_dashboard(
    browsing: Browsing, mara: Person, engine: Engine
) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/account")
    expect(page.locator("#account")).to_be_visible()
    page.locator("#dialog").get_by_role("link", name="Close").click()
    expect(page).to_have_url(re.compile("//[^/]+/$"))
    expect(page.locator("#account")).to_be_hidden()
    page.goto("/account")
    page.locator("#account-name").fill("x" * 81)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#account-name-error")).to_contain_text("80")
    page.locator("#account-name").fill("Mara Lind")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".masthead .name")).to_have_text("Mara Lind")
    expect(page.locator("#messages")).to_contain_text("Settings saved")
    page.goto("/account")
    page.get_by_text("Delete everything").click()
    page.locator("#delete-password").fill(mara.password)
    page.get_by_role("button", name="Delete the account and all records").click()
    page.wait_for_url("**/login")
    with engine.connect() as db:
        assert db.execute(text("SELECT count(*) FROM users")).scalar_one() == 0


def test_every_choice_is_in_sight_at_320(browsing: Browsing, mara: Person) -> None:
    page = browsing.open(mara, width=320)
    page.goto("/?dialog=account")
    settle(page)
    cut_off = page.locator("#dialog .segments > *").evaluate_all(
        """(choices) => choices.filter((one) => {
          const [own, all] = [one, one.parentElement].map((part) => part.getBoundingClientRect());
          return own.right > all.right || one.scrollWidth > one.clientWidth;
        }).map((one) => one.textContent)"""
    )
    assert cut_off == []
    assert page.locator("#dialog").evaluate("(one) => one.scrollWidth <= one.clientWidth")
