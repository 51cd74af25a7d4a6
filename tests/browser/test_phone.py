"""Installed, offline, in the cellar: lines that wait are kept, and sent once each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Error, Locator, Page, Route, expect
from sqlalchemy import Engine, text

from tests.browser.browsing import (
    HOLD_KEEPING,
    LOST_REQUEST,
    Browsing,
    Person,
    settle,
    wait_for,
    wait_until_known,
)
from tests.waiting import wait_until


@pytest.fixture
def saved(engine: Engine) -> Callable[[], Sequence[Any]]:
    """Type, value and date of every record, in the order in which they came."""

    def saved() -> Sequence[Any]:
        with engine.connect() as db:
            return db.execute(
                text(
                    "SELECT consumption_type, consumption_value, consumption_date, user_id"
                    " FROM consumption_records ORDER BY created_at, id"
                )
            ).all()

    return saved


@pytest.fixture
def page(browsing: Browsing, mara: Person) -> Page:
    """Mara's browser, which may have the service worker."""
    return browsing.open(mara, worker=True)


@pytest.fixture
def phone(browsing: Browsing, mara: Person) -> Page:
    """Mara's phone, which may have the service worker."""
    return browsing.open(mara, width=390, height=844, has_touch=True, is_mobile=True, worker=True)


IS_INSTALLED = """
navigator.serviceWorker.getRegistration().then((own) => own?.active?.state === "activated")
"""


def installed(page: Page, path: str = "/add") -> None:
    """The page, with the service worker in charge of it."""
    page.goto(path)
    # Of a worker that could not be installed `ready` says nothing, ever.
    wait_for(page, IS_INSTALLED, "the service worker is not installed")
    page.reload()
    wait_for(page, "navigator.serviceWorker.controller !== null", "it is in charge of nothing")
    wait_until_known(page)


@pytest.fixture(autouse=True)
def lost_requests_are_meant(browsing: Browsing) -> None:
    browsing.expect_errors(*LOST_REQUEST)


def test_the_browser_offers_to_install_it(page: Page) -> None:
    page.goto("/add")
    devtools = page.context.new_cdp_session(page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The browser of a test keeps nothing, which is all that may stand in the way.
    assert {error["errorId"] for error in errors} <= {"in-incognito"}
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["url"].endswith("/manifest.webmanifest")
    assert manifest["errors"] == []


def test_it_opens_without_a_connection_and_keeps_lines(
    phone: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(phone)
    phone.context.set_offline(True)
    for path in ("/list", "/", "/add"):
        phone.goto(path)
        expect(phone).to_have_title("Offline · Tally")
    mark = phone.locator("[data-connection]")
    for number in range(1, 11):
        phone.locator("#line-kept").fill(f"coffee {number}")
        phone.get_by_role("button", name="Keep").click()
        words = "line" if number == 1 else "lines"
        expect(phone.locator("[data-waiting-count]")).to_have_text(f"{number} {words}")
    expect(mark).to_have_text("offline · 10 waiting")
    assert saved() == []
    phone.context.set_offline(False)
    expect(phone).to_have_title("Add · Tally")
    expect(phone.locator("[data-waiting]")).to_be_hidden()
    assert [int(row.consumption_value) for row in saved()] == list(range(1, 11))


def test_a_lost_connection_is_said(page: Page) -> None:
    installed(page, "/list")
    mark = page.get_by_role("banner").locator("[data-connection]")
    expect(mark).to_be_hidden()
    page.context.set_offline(True)
    expect(mark).to_be_visible()
    expect(mark).to_have_text("offline")
    # The box is in the page: a line can be written, and waits.
    page.keyboard.press("n")
    expect(page.locator("#line")).to_be_focused()
    expect(mark).to_be_visible()
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    expect(mark).to_be_hidden()


def test_the_pages_in_the_header_stay_where_they_are_without_a_connection(page: Page) -> None:
    installed(page, "/list")
    links = page.get_by_role("banner").locator(".places a, .quick-trigger").all()
    boxes = [link.bounding_box() for link in links]
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()
    assert [link.bounding_box() for link in links] == boxes
    page.context.set_offline(False)


def test_a_connection_that_breaks_in_the_middle_saves_each_line_once(
    phone: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(phone)
    phone.context.set_offline(True)
    phone.goto("/add")
    for number in range(1, 11):
        phone.locator("#line-kept").fill(f"tea {number}")
        phone.get_by_role("button", name="Keep").click()
    expect(phone.locator("[data-waiting-count]")).to_have_text("10 lines")
    answered = 0

    def answer_is_lost(route: Route) -> None:
        """The server saves the fourth line, and its answer never comes."""
        nonlocal answered
        answered += 1
        if answered == 4:
            route.fetch()
            route.abort()
        elif answered > 4 and answered < 7:
            route.abort()
        else:
            route.continue_()

    phone.context.route(re.compile(r"/consumption$"), answer_is_lost)
    phone.context.set_offline(False)
    expect(phone.locator("[data-connection]")).to_contain_text("waiting")

    def try_again() -> None:
        # The page that the offline one stands for may come back meanwhile.
        with suppress(Error):
            phone.evaluate("window.dispatchEvent(new Event('online'))")
        phone.wait_for_timeout(200)

    wait_until(lambda: len(saved()) >= 10, "lines are left", pause=try_again)
    expect(phone.locator("[data-waiting]")).to_be_hidden()
    assert sorted(int(row.consumption_value) for row in saved()) == list(range(1, 11))


def test_a_line_on_a_page_without_a_server_waits_below_the_box(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(page)
    page.context.set_offline(True)
    page.locator("#line").fill("coffee 2 yesterday")
    page.locator("#line").press("Enter")
    expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text("coffee 2 yesterday")
    expect(page.locator("#line")).to_have_value("")
    page.get_by_role("button", name="Change this line").click()
    field = page.get_by_role("textbox", name="The line")
    field.fill("coffee 3 yesterday")
    field.press("Enter")
    expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text("coffee 3 yesterday")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    [row] = saved()
    assert row.consumption_value == 3


def test_without_a_server_the_button_keeps_and_with_it_the_line_is_read(page: Page) -> None:
    installed(page)
    button, preview = page.locator("#quick-add-form .line-save"), page.locator("#preview")
    expect(button).to_contain_text("Save")
    page.context.set_offline(True)
    expect(button).to_contain_text("Keep")
    expect(preview).to_have_text(re.compile("No connection: a line is kept on this device"))
    page.locator("#line").fill("coffee 2")
    expect(preview).to_have_text("No connection: the line is read when it is sent.")
    page.context.set_offline(False)
    expect(button).to_contain_text("Save")
    expect(preview).to_contain_text("Saves as")
    expect(page.locator("#line")).to_have_value("coffee 2")


def test_the_dialog_says_that_a_line_is_kept(
    phone: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(phone, "/list")
    phone.keyboard.press("n")
    box = phone.locator("#quick-add #line")
    expect(box).to_be_focused()
    phone.context.set_offline(True)
    expect(phone.locator("#quick-add .line-save")).to_contain_text("Keep")
    box.fill("coffee 2")
    box.press("Enter")
    expect(phone.locator("#preview")).to_contain_text("Kept on this device")
    expect(box).to_have_value("")
    phone.context.set_offline(False)
    expect(phone.locator("#preview")).not_to_contain_text("Kept on this device")
    expect(phone.locator("[data-connection]")).to_have_text("sent")
    assert len(saved()) == 1


def test_what_is_to_be_written_is_marked_in_the_sentence_of_a_line(page: Page) -> None:
    page.goto("/add")
    page.locator("#line").fill("water @130 m3")
    page.locator("#line").press("Enter")
    expect(page.locator("#line")).to_have_value("")
    installed(page)
    page.context.set_offline(True)
    page.locator("#line").fill("water @120")
    page.locator("#line").press("Enter")
    expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text("water @120")
    page.context.set_offline(False)
    sentence = page.locator("[data-waiting-lines] [data-moment]")
    expect(sentence).to_contain_text("A new meter: add new. Past its last digit: add rolled over.")
    expect(sentence.locator("code")).to_have_text(["new", "rolled over"])


def test_whatever_else_is_pressed_without_a_server_says_so(
    phone: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    """The mark in the header is out of sight, and was there before."""
    installed(phone)
    phone.locator("#record-form").get_by_label("Type", exact=True).fill("tea")
    phone.context.set_offline(True)
    told = phone.locator("#messages")
    for name in ("Save record", "Copy from the line above"):
        phone.get_by_text(name, exact=True).tap()
        expect(told).to_contain_text("The server does not answer. What you typed is still here")
        told.get_by_role("button", name="Dismiss").tap()
        expect(told).to_be_empty()
    expect(phone.locator("#record-form").get_by_label("Type", exact=True)).to_have_value("tea")
    phone.context.set_offline(False)
    expect(phone.locator("[data-connection]")).to_be_hidden()
    phone.get_by_text("Save record", exact=True).tap()
    expect(phone.locator("#today")).to_contain_text("tea")
    assert [row.consumption_type for row in saved()] == ["tea"]


def test_words_such_as_yesterday_count_from_when_a_line_was_written(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(page)
    page.context.set_offline(True)
    page.goto("/add")
    page.locator("#line-kept").fill("coffee 1 yesterday")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-waiting-count]")).to_have_text("1 line")
    # Two days ago, half past eleven at night, two hours ahead of the server.
    written = page.evaluate(
        """async () => {
          const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
          const written = `${day}T23:30:00+02:00`;
          const [line] = await queue.linesOf(await queue.recall("account"));
          await queue.keep({ ...line, written });
          return written;
        }"""
    )
    page.context.set_offline(False)
    expect(page).to_have_title("Add · Tally")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    [row] = saved()
    assert row.consumption_date == date.fromisoformat(written[:10]) - timedelta(days=1)


def test_a_line_whose_commit_was_not_answered_is_sent_again_and_saved_once(
    page: Page, browsing: Browsing, saved: Callable[[], Sequence[Any]]
) -> None:
    browsing.expect_errors("Failed to load resource: the server responded with a status of 503")
    installed(page)
    page.context.set_offline(True)
    page.locator("#line").fill("coffee 2")
    page.locator("#line").press("Enter")
    expect(page.locator("[data-waiting-count]")).to_have_text("1 line")
    ids: list[str] = []

    def is_unknown(route: Route) -> None:
        """The first is saved, and the answer says that nobody knows."""
        sent: Any = route.request.post_data_json
        ids.append(sent["id"])
        if len(ids) > 1:
            route.continue_()
            return
        route.fetch()
        unknown = {"error": "It may have been saved. Send it again.", "saved": None}
        route.fulfill(status=503, json=unknown, headers={"Retry-After": "2"})

    page.context.route(re.compile(r"/consumption$"), is_unknown)
    page.context.set_offline(False)

    def try_again() -> None:
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(200)

    wait_until(lambda: len(ids) >= 2, "it is not sent again", pause=try_again)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert len(set(ids)) == 1
    assert [row.consumption_value for row in saved()] == [2]


def test_lines_that_wait_across_time_zones_are_each_of_the_day_where_they_were_written(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    """Twenty-five hours lie between the two, so the days are never the same."""
    devtools = page.context.new_cdp_session(page)
    places = {"coffee 1": "Pacific/Kiritimati", "coffee 2": "Pacific/Pago_Pago"}
    installed(page)
    page.context.set_offline(True)
    for number, (line, place) in enumerate(places.items(), 1):
        devtools.send("Emulation.setTimezoneOverride", {"timezoneId": place})
        page.locator("#line").fill(line)
        page.locator("#line").press("Enter")
        expect(page.locator("[data-waiting-lines] [data-line]")).to_have_count(number)
    waiting = page.evaluate("queue.recall('account').then((account) => queue.linesOf(account))")
    written = {line["line"]: datetime.fromisoformat(line["written"]) for line in waiting}
    assert {line: moment.utcoffset() for line, moment in written.items()} == {
        "coffee 1": timedelta(hours=14),
        "coffee 2": timedelta(hours=-11),
    }
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    days = {f"coffee {row.consumption_value}": row.consumption_date for row in saved()}
    assert days == {line: moment.date() for line, moment in written.items()}
    assert days["coffee 1"] > days["coffee 2"]


COLOUR_OF_ERRORS = """
() => {
  const error = document.createElement("p");
  error.style.color = "var(--bad)";
  document.body.append(error);
  const { color } = getComputedStyle(error);
  error.remove();
  return color;
}
"""


def test_a_line_that_cannot_be_read_comes_back_with_its_sentence(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(page)
    page.context.set_offline(True)
    page.goto("/add")
    page.locator("#line-kept").fill("coffee 2 3")
    page.get_by_role("button", name="Keep").click()
    page.context.set_offline(False)
    expect(page).to_have_title("Add · Tally")
    problem = page.locator("[data-waiting-lines] [data-moment]")
    expect(problem).to_have_class(re.compile("error"))
    expect(problem).to_have_css("color", page.evaluate(COLOUR_OF_ERRORS))
    expect(problem).to_contain_text("value")
    page.get_by_role("button", name="Change this line").click()
    page.get_by_role("textbox", name="The line").fill("coffee 2")
    page.get_by_role("textbox", name="The line").press("Enter")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert [row.consumption_value for row in saved()] == [2]


@pytest.mark.parametrize("status", [400, 413])
def test_a_line_that_a_proxy_refuses_waits_and_holds_back_no_other(
    page: Page, browsing: Browsing, saved: Callable[[], Sequence[Any]], status: int
) -> None:
    browsing.expect_errors("Failed to load resource: the server responded with a status of")
    installed(page)
    page.context.set_offline(True)
    page.goto("/add")
    for line in ("coffee 1", "coffee 2"):
        page.locator("#line-kept").fill(line)
        page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-waiting-count]")).to_have_text("2 lines")

    def refuse_first(route: Route) -> None:
        if "coffee 1" in (route.request.post_data or ""):
            route.fulfill(status=status, content_type="text/html", body="<h1>Refused</h1>")
        else:
            route.continue_()

    page.context.route("**/consumption", refuse_first)
    page.context.set_offline(False)
    waiting = page.locator("[data-waiting-lines]")
    expect(waiting.locator("[data-line]")).to_have_text(["coffee 1"])
    expect(page.locator("[data-connection]")).to_have_text("offline · 1 waiting")
    expect(waiting.locator(".error")).to_have_count(0)
    assert [row.consumption_value for row in saved()] == [2]
    page.context.unroute("**/consumption", refuse_first)
    page.locator("[data-try-now]").dispatch_event("click")
    expect(page).to_have_title("Add · Tally")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert [row.consumption_value for row in saved()] == [2, 1]


# Fifteen seconds are a quarter of one.
SOONER = """
const { setInterval } = globalThis;
globalThis.setInterval = (work, time) => setInterval(work, time / 60);
"""


def test_a_page_comes_back_once_a_server_that_was_stopped_answers(page: Page) -> None:
    """The device has a connection all the time, and no line waits."""
    installed(page)
    page.add_init_script(SOONER)
    asked = 0

    def is_stopped(route: Route) -> None:
        nonlocal asked
        asked += route.request.url.endswith("/healthz")
        route.abort()

    page.context.route(re.compile(r"/(list|healthz)$"), is_stopped)
    page.goto("/list")
    expect(page).to_have_title("Offline · Tally")
    wait_until(lambda: asked > 2, "nobody looks", pause=lambda: page.wait_for_timeout(50))
    expect(page.locator("[data-connection]")).to_have_text("offline")
    page.context.unroute(re.compile(r"/(list|healthz)$"))
    expect(page).to_have_title(re.compile("^List"))


def test_the_page_comes_back_behind_a_line_that_was_typed_meanwhile(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    """With what was shared kept, and not once more in the box."""
    installed(page)
    page.context.set_offline(True)
    page.goto("/add?line=coffee+2")
    expect(page.locator("#line-kept")).to_have_value("coffee 2")
    page.locator("#line-kept").press("Enter")
    expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text("coffee 2")
    page.locator("#line-kept").fill("tea 1")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("#kept-why")).to_be_hidden()
    page.locator("#line-kept").press("Enter")
    expect(page).to_have_title(re.compile("^Add"))
    expect(page.locator("#line")).to_have_value("")
    assert [row.consumption_type for row in saved()] == ["coffee", "tea"]


def test_no_page_comes_back_over_a_line_that_is_being_kept(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(page)
    page.context.set_offline(True)
    page.goto("/add")
    page.evaluate(HOLD_KEEPING)
    page.locator("#line-kept").fill("coffee 2")
    page.get_by_role("button", name="Keep").click()
    page.context.set_offline(False)
    expect(page.locator("#kept-why")).to_be_hidden()
    page.evaluate("go()")
    expect(page).to_have_title("Add · Tally")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert [row.consumption_value for row in saved()] == [2]


def sign_out_with_a_line(page: Page, mara: Person) -> Locator:
    """The dialog that asks whether to sign out while a line waits, without a connection."""
    installed(page)
    page.context.set_offline(True)
    page.locator("#line").fill("coffee 2")
    page.locator("#line").press("Enter")
    expect(page.locator("[data-waiting-count]")).to_have_text("1 line")
    page.locator("summary", has_text=mara.name).click()
    page.get_by_role("button", name="Sign out").click()
    return page.get_by_role("dialog", name="Lines wait for a connection")


def test_signing_out_asks_when_lines_wait(
    page: Page, mara: Person, saved: Callable[[], Sequence[Any]]
) -> None:
    dialog = sign_out_with_a_line(page, mara)
    expect(dialog).to_contain_text("coffee 2")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("[data-waiting-count]")).to_have_text("1 line")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert len(saved()) == 1


COUNT_OF_LINES = """
() => new Promise((resolve) => {
  indexedDB.open("tally").onsuccess = ({ target }) => {
    const request = target.result.transaction("lines").objectStore("lines").count();
    request.onsuccess = () => resolve(request.result);
  };
})
"""


def test_nothing_is_dropped_where_nobody_can_be_signed_out(
    page: Page, mara: Person, saved: Callable[[], Sequence[Any]]
) -> None:
    dialog = sign_out_with_a_line(page, mara)
    drops = dialog.get_by_role("button", name="Drop them and sign out")
    drops.click()
    expect(dialog.get_by_role("alert")).to_contain_text("you are signed in still")
    # Once the server answers, it is done: nothing was sent meanwhile, and nothing is left.
    page.context.route("**/consumption", lambda route: route.abort())
    page.context.set_offline(False)
    drops.click()
    page.wait_for_url(re.compile("/login"))
    assert page.evaluate(COUNT_OF_LINES) == 0
    assert saved() == []


SENDING = """
() => import(document.querySelector("script[src$='/queue.js']").src.replace("queue", "sending"))
  .then(() => queue.send())
"""


def test_another_account_on_the_device_never_sees_or_sends_them(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    installed(page)
    page.evaluate(
        """() => queue.keep({
          id: crypto.randomUUID(), account: "0123456789abcdef", line: "secret 1",
          written: new Date().toISOString(),
        })"""
    )
    page.reload()
    expect(page.locator("#line")).to_be_visible()
    page.evaluate(SENDING)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert "secret" not in page.locator("body").inner_text()
    assert saved() == []
    assert page.evaluate("queue.linesOf('0123456789abcdef').then((lines) => lines.length)") == 1


def test_lines_of_nobody_are_asked_about(page: Page, saved: Callable[[], Sequence[Any]]) -> None:
    installed(page)
    page.evaluate(
        """() => queue.keep({
          id: crypto.randomUUID(), account: "", line: "coffee 4", written: new Date().toISOString(),
        })"""
    )
    page.reload()
    expect(page.locator("[data-nobodys]")).to_contain_text("coffee 4")
    assert saved() == []
    page.get_by_role("button", name="Yes, send them").click()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert [row.consumption_value for row in saved()] == [4]


def test_a_browser_that_keeps_nothing_says_so_and_loses_nothing(page: Page) -> None:
    installed(page)
    page.context.set_offline(True)
    page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'QuotaExceededError'); };"
    )
    page.goto("/add")
    page.locator("#line-kept").fill("coffee 2")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-refused]")).to_be_visible()
    expect(page.locator("[data-refused]")).to_have_css("color", page.evaluate(COLOUR_OF_ERRORS))
    expect(page.locator("#line-kept")).to_have_value("coffee 2")


NEWER = "/sw.js?newer"
REGISTER = """
async (newer) => {
  await caches.open("tally /static/older/");
  const registration = await navigator.serviceWorker.register(newer, { scope: "/" });
  const next = registration.installing ?? registration.waiting;
  await new Promise((resolve, reject) => {
    const look = () => {
      if (next.state === "installed") resolve();
      if (next.state === "redundant") reject(new Error("it could not be installed"));
    };
    next.addEventListener("statechange", look);
    look();
  });
  return [navigator.serviceWorker.controller.scriptURL, registration.waiting.scriptURL];
}
"""


def test_a_new_version_of_the_worker_takes_over_at_the_next_start(page: Page) -> None:
    installed(page)
    server = page.url.removesuffix("/add")
    # The page that is open keeps its worker, and its files.
    assert page.evaluate(REGISTER, NEWER) == [f"{server}/sw.js", f"{server}{NEWER}"]
    assert "tally /static/older/" in page.evaluate("caches.keys()")
    page.locator("#line").fill("coffee 2")
    expect(page.locator("#preview")).to_contain_text("coffee")
    next_start = page.context.new_page()
    status_of = statuses_of_workers(next_start)
    page.close()
    # A page that opens while Chromium stops the old worker may wait for it without end.
    wait_until(
        lambda: status_of.get(f"{server}{NEWER}") == "activated",
        "the newer worker does not take over",
        pause=lambda: next_start.wait_for_timeout(20),
    )
    next_start.goto("/add")
    wait_for(next_start, "navigator.serviceWorker.controller !== null", "no worker is in charge")
    controller = next_start.evaluate("navigator.serviceWorker.controller.scriptURL")
    assert controller == f"{server}{NEWER}"
    wait_for(
        next_start, "caches.keys().then((names) => names.length === 1)", "older files are left"
    )
    [kept] = next_start.evaluate("caches.keys()")
    assert kept != "tally /static/older/"
    next_start.context.set_offline(True)
    next_start.goto("/list")
    expect(next_start).to_have_title("Offline · Tally")


def statuses_of_workers(page: Page) -> dict[str, str]:
    """The status of each service worker by its address; follows the browser from now on."""
    statuses: dict[str, str] = {}
    devtools = page.context.new_cdp_session(page)

    def note(event: dict[str, Any]) -> None:
        statuses.update({version["scriptURL"]: version["status"] for version in event["versions"]})

    devtools.on("ServiceWorker.workerVersionUpdated", note)
    devtools.send("ServiceWorker.enable")
    return statuses


def test_no_private_page_is_ever_kept(page: Page) -> None:
    installed(page)
    for path in ("/", "/list", "/add"):
        page.goto(path)
    kept = page.evaluate(
        """async () => {
          const paths = [];
          for (const name of await caches.keys()) {
            const requests = await (await caches.open(name)).keys();
            paths.push(...requests.map(({ url }) => new URL(url).pathname));
          }
          return paths;
        }"""
    )
    assert "/offline" in kept
    assert [path for path in kept if path != "/offline" and not path.startswith("/static/")] == []


def test_the_offline_page_is_accessible(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.goto("/offline")
    phone.locator("#line-kept").fill("water @124.1 ; cellar")
    phone.evaluate(
        """() => queue.keep({
          id: crypto.randomUUID(), account: "", line: "coffee 4", written: new Date().toISOString(),
        }).then(() => window.dispatchEvent(new Event("offline")))"""
    )
    expect(phone.locator("[data-connection]")).to_be_visible()
    axe(phone)


def test_six_meters_are_read_with_a_thumb(phone: Page, saved: Callable[[], Sequence[Any]]) -> None:
    """A tap opens the first, and one more a meter saves it and opens the next."""
    meters = ("electricity", "gas", "heat", "rain water", "solar", "water")
    for meter in meters:
        noted = phone.context.request.post(
            "/consumption",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            data={"line": f"{meter} @100 kWh new yesterday"},
        )
        assert noted.status == 201, noted.text()
    phone.goto("/add")
    settle(phone)
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        box = target.bounding_box()
        assert box and box["height"] >= 44 and 0 <= box["x"] <= box["x"] + box["width"] <= 390
        target.tap()
        taps += 1

    tap(phone.locator("#meters a.meter").first)
    for number, _ in enumerate(meters, 1):
        expect(phone.locator(".meter-head")).to_contain_text(f"{number} of {len(meters)}")
        field = phone.locator("#meter-reading")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("inputmode", "decimal")
        phone.keyboard.type(str(100 + number))
        expect(phone.locator("#meter-comes-to")).to_contain_text(str(number))
        tap(phone.locator("#meter-open button.button-primary"))
    expect(phone.locator("#meters")).to_contain_text(f"{len(meters)} of {len(meters)} read today")
    assert taps == len(meters) + 1
    assert sorted(row.consumption_value for row in saved())[-6:] == [1, 2, 3, 4, 5, 6]


READINGS = """
SELECT consumption_type, reading, consumption_value FROM consumption_records
WHERE reading IS NOT NULL AND days > 0 ORDER BY consumption_type, created_at
"""


@pytest.fixture
def readings(engine: Engine) -> Callable[[], list[tuple[str, int, int]]]:
    """Type, figure and consumption of every reading behind the first of its meter."""

    def readings() -> list[tuple[str, int, int]]:
        with engine.connect() as db:
            rows = db.execute(text(READINGS)).all()
        return [(name, int(shown), int(used)) for name, shown, used in rows]

    return readings


Readings = Callable[[], list[tuple[str, int, int]]]


@pytest.fixture
def cellar(phone: Page) -> Page:
    """The add page of a phone that goes down to three meters, each read yesterday at 100."""
    for meter in ("gas", '"heat 2"', "water"):
        noted = phone.context.request.post(
            "/consumption",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            data={"line": f"{meter} @100 kWh new yesterday"},
        )
        assert noted.status == 201, noted.text()
    installed(phone)
    settle(phone)
    return phone


def read_meter(phone: Page, place: str, figure: str) -> None:
    """Types the figure of the meter that is open, and goes on to the next."""
    expect(phone.locator(".meter-head .note")).to_have_text(place)
    expect(phone.locator("#meter-last")).to_have_text("100")
    expect(phone.locator("#meter-reading")).to_be_focused()
    phone.keyboard.type(figure)
    expect(phone.locator("#meter-comes-to")).to_contain_text("No connection")
    phone.locator("#meter-open button.button-primary").tap()


@pytest.mark.parametrize("opened", [False, True], ids=["none open", "one open"])
def test_meters_that_are_read_without_a_connection_wait_and_are_saved_once(
    cellar: Page, opened: bool, readings: Readings, axe: Callable[[Page], None]
) -> None:
    if opened:
        cellar.locator("a.meter", has_text="gas").tap()
        expect(cellar.locator("#meter-open")).to_be_visible()
    cellar.context.set_offline(True)
    if not opened:
        cellar.locator("a.meter", has_text="gas").tap()
    read_meter(cellar, "1 of 3", "104")
    expect(cellar.locator("a.meter", has_text="gas")).to_contain_text(
        "its reading waits for a connection"
    )
    axe(cellar)
    read_meter(cellar, "2 of 3", "90")
    read_meter(cellar, "3 of 3", "107")
    expect(cellar.locator("#meter-open")).to_have_count(0)
    expect(cellar.locator("a.meter", has_text="water")).to_be_focused()
    expect(cellar.locator("[data-connection]")).to_have_text("offline · 3 waiting")
    lines = cellar.locator("[data-waiting-lines] [data-line]")
    expect(lines).to_have_text(["gas @104kWh", '"heat 2" @90kWh', "water @107kWh"])
    assert readings() == []
    cellar.context.set_offline(False)
    # The refused one comes back, with what is wrong with it.
    expect(lines).to_have_text(['"heat 2" @90kWh'])
    expect(cellar.locator("[data-waiting-lines] [data-moment]")).to_contain_text("Lower than 100")
    expect(cellar.locator("#meters")).to_contain_text("2 of 3 read today")
    expect(cellar.locator("a.meter", has_text="heat 2")).to_contain_text("not saved")
    assert readings() == [("gas", 104, 4), ("water", 107, 7)]
    cellar.get_by_role("button", name="Change this line").tap()
    cellar.get_by_role("textbox", name="The line").fill('"heat 2" @109kWh')
    cellar.get_by_role("textbox", name="The line").press("Enter")
    expect(cellar.locator("[data-waiting]")).to_be_hidden()
    expect(cellar.locator("#meters")).to_contain_text("3 of 3 read today")
    assert readings() == [("gas", 104, 4), ("heat 2", 109, 9), ("water", 107, 7)]


def test_a_pad_that_was_opened_without_a_connection_is_one_of_the_server_with_it(
    cellar: Page, readings: Readings
) -> None:
    cellar.context.set_offline(True)
    cellar.locator("a.meter", has_text="gas").tap()
    cellar.locator("#meter-open").get_by_role("link", name="Skip").tap()
    expect(cellar.locator(".meter-head")).to_have_text("heat 22 of 3")
    cellar.context.set_offline(False)
    expect(cellar.locator("[data-connection]")).to_be_hidden()
    cellar.keyboard.type("109")
    expect(cellar.locator("#meter-comes-to")).to_contain_text("9 kWh in 1 day")
    cellar.get_by_role("button", name="Next: water").tap()
    expect(cellar.locator(".meter-head")).to_contain_text("3 of 3")
    assert readings() == [("heat 2", 109, 9)]
    cellar.context.set_offline(True)
    cellar.locator("a.meter", has_text="gas").tap()
    expect(cellar.locator(".meter-head")).to_contain_text("1 of 3")
    cellar.locator("a.meter", has_text="water").tap()
    cellar.locator("#meter-open").get_by_role("link", name="Close").tap()
    expect(cellar.locator("#meter-open")).to_have_count(0)
    expect(cellar.locator("#meters a.meter:visible")).to_have_count(3)


def test_a_pad_stays_in_its_place_while_a_kept_reading_is_sent(
    cellar: Page, readings: Readings
) -> None:
    cellar.context.set_offline(True)
    cellar.locator("a.meter", has_text="heat 2").tap()
    read_meter(cellar, "2 of 3", "104")
    expect(cellar.locator(".meter-head")).to_have_text("water3 of 3")
    expect(cellar.locator("[data-waiting]")).to_be_visible()
    field = cellar.locator("#meter-reading")
    settle(cellar)
    before = field.bounding_box()
    cellar.context.set_offline(False)
    expect(cellar.locator("[data-waiting]")).to_be_hidden()
    settle(cellar)  # The preview of the line, above, is read again.
    after = field.bounding_box()
    assert before and after
    # The preview of the line, above, may take another height.
    assert abs(before["y"] - after["y"]) < before["height"] / 3
    assert readings() == [("heat 2", 104, 4)]
    # Today has it, though the list of meters waits until its pad is closed.
    expect(cellar.locator("#today")).to_contain_text("reads 104")


def test_a_reading_whose_answer_is_lost_is_saved_once(cellar: Page, readings: Readings) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    cellar.locator("a.meter", has_text="gas").tap()
    cellar.locator("#meter-reading").fill("12")
    cellar.get_by_role("button", name="Next: heat 2").tap()
    cellar.locator("#meter-open").get_by_label("It rolled over").check()
    cellar.context.route(re.compile(r"/consumption$"), lose, times=1)
    cellar.get_by_role("button", name="Next: heat 2").tap()
    expect(cellar.locator(".meter-head .note")).to_have_text("2 of 3")
    assert readings() == [("gas", 12, 912)]
    cellar.locator("[data-try-now]").dispatch_event("click")
    expect(cellar.locator("[data-waiting]")).to_be_hidden()
    assert readings() == [("gas", 12, 912)]


def test_a_reading_without_an_answer_is_kept_although_another_pad_is_open(
    cellar: Page, readings: Readings
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    cellar.context.route(re.compile(r"/consumption$"), hold, times=1)
    cellar.locator("a.meter", has_text="gas").tap()
    expect(cellar.locator("#meter-reading")).to_be_focused()
    cellar.keyboard.type("104")
    cellar.get_by_role("button", name="Next: heat 2").tap()
    wait_until(lambda: held, "nothing is sent", pause=lambda: cellar.wait_for_timeout(20))
    cellar.locator("a.meter", has_text="water").tap()
    expect(cellar.locator(".meter-head .note")).to_have_text("3 of 3")
    expect(cellar.locator("#meter-reading")).to_be_focused()
    cellar.keyboard.type("10")
    held[0].abort()

    def try_now() -> None:
        cellar.locator("[data-try-now]").dispatch_event("click")
        cellar.wait_for_timeout(100)

    # It goes out as soon as the server answers, and the open pad stays as it is.
    wait_until(lambda: readings() == [("gas", 104, 4)], "it is not sent", pause=try_now)
    expect(cellar.locator("[data-waiting-lines] [data-line]")).to_have_count(0)
    expect(cellar.locator("#meter-reading")).to_have_value("10")


def test_the_pad_that_was_chosen_last_opens(cellar: Page) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch()))

    def answer() -> None:
        route, response = held.pop(0)
        with suppress(Error):  # It may be given up by then.
            route.fulfill(response=response)

    def wait_for(count: int) -> None:
        wait_until(
            lambda: len(held) == count,
            "nothing is asked",
            pause=lambda: cellar.wait_for_timeout(20),
        )

    # Two taps before the first is answered.
    opening = re.compile(r"/add\?meter=")
    cellar.context.route(opening, hold)
    cellar.locator("a.meter", has_text="gas").tap()
    wait_for(1)
    cellar.locator("a.meter", has_text="water").tap()
    wait_for(2)
    answer()
    answer()
    expect(cellar.locator(".meter-head .note")).to_have_text("3 of 3")
    cellar.context.unroute(opening)
    cellar.get_by_role("link", name="Close").tap()
    expect(cellar.locator("#meter-open")).to_have_count(0)
    # A tap while the list is read again, since a line that waited was sent.
    cellar.context.route(opening, hold)
    cellar.context.route(re.compile(r"/add\?view=meters"), hold)
    cellar.context.set_offline(True)
    cellar.locator("#line").fill("coffee 2")
    cellar.locator("#line").press("Enter")
    expect(cellar.locator("[data-waiting-lines] [data-line]")).to_have_text(["coffee 2"])
    cellar.context.set_offline(False)
    wait_for(1)
    cellar.locator("a.meter", has_text="gas").tap()
    wait_for(2)
    answer()
    answer()
    expect(cellar.locator(".meter-head .note")).to_have_text("1 of 3")


def test_a_reading_that_a_browser_does_not_keep_stays_in_its_field(cellar: Page) -> None:
    cellar.evaluate("() => { queue.keep = () => Promise.reject(new Error('full')); }")
    cellar.locator("a.meter", has_text="gas").tap()
    expect(cellar.locator("#meter-reading")).to_be_focused()
    cellar.context.set_offline(True)
    cellar.locator("#meter-reading").fill("104")
    cellar.locator("#meter-open button.button-primary").tap()
    refusal = cellar.locator("#meter-comes-to .error")
    expect(refusal).to_contain_text("the reading is not kept")
    expect(cellar.locator("#meter-reading")).to_have_value("104")
    # What a reading comes to is asked with each key, and not answered either.
    with cellar.expect_event("requestfailed"):
        cellar.locator("#meter-reading").fill("1045")
    settle(cellar)
    expect(refusal).to_contain_text("the reading is not kept")
    expect(cellar.locator("[data-connection]")).to_have_text("offline")


def test_a_page_with_a_place_in_its_address_comes_back_too(page: Page) -> None:
    installed(page)
    page.context.set_offline(True)
    page.goto("/list#results")
    expect(page).to_have_title("Offline · Tally")
    page.get_by_role("link", name="Skip to the page").press("Enter")
    page.context.set_offline(False)
    expect(page).to_have_title(re.compile("^List"))


OF_ANOTHER = """
() => queue.remember("account", "0123456789abcdef").then(() => queue.remember("names", ["insulin"]))
"""


def test_names_of_recents_are_offered_to_their_own_account_alone(
    page: Page, prefer: Callable[..., None]
) -> None:
    """Also where the session of the one before has ended without a sign-out."""
    prefer(offline_names="on")
    installed(page, "/list")
    page.evaluate(OF_ANOTHER)
    page.reload()
    wait_until_known(page)
    wait_for(page, "queue.recall('names').then(({ length }) => length === 0)", "they stay")


def test_back_without_a_connection_is_the_offline_page(
    page: Page, saved: Callable[[], Sequence[Any]]
) -> None:
    page.goto("/add")
    page.locator("#line").fill("tea 1")
    page.locator("#line").press("Enter")
    expect(page.locator("#line")).to_have_value("")
    installed(page, "/list")
    page.locator(".filter-types").get_by_text("tea").click()
    page.wait_for_url(re.compile("type=tea"))
    settle(page)
    page.context.set_offline(True)
    page.go_back()
    page.wait_for_url(re.compile("/list$"))
    expect(page).to_have_title("Offline · Tally")
    page.context.set_offline(False)
    expect(page).to_have_title(re.compile("^List"))
    expect(page.locator(".filter-types :checked")).to_have_count(0)


def test_nothing_of_an_account_that_is_deleted_stays_on_the_device(
    page: Page, mara: Person
) -> None:
    page.goto("/add")
    wait_until_known(page)
    page.evaluate(
        """async () => {
          const account = await queue.recall("account");
          const written = new Date().toISOString();
          await queue.keep({ id: crypto.randomUUID(), account, line: "coffee 2 3", written,
                             problem: "Two values." });
          await queue.remember("names", ["insulin"]);
        }"""
    )
    assert page.evaluate(COUNT_OF_LINES) == 1
    page.goto("/account")
    page.get_by_text("Delete everything").click()
    page.locator("#delete-password").fill(mara.password)
    page.get_by_role("button", name="Delete the account and all records").click()
    page.wait_for_url("**/login")
    assert page.evaluate(COUNT_OF_LINES) == 0
    page.goto("/offline")
    assert page.evaluate("queue.recall('names')") == []
