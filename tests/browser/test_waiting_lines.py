"""Lines that wait are sent as the user has them by then, and each is saved once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect
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

Record = Callable[..., None]
Records = Callable[[], list[str]]
Dates = Callable[[], list[str]]
Axe = Callable[[Page], None]
# What happens to a line on its way to the server.
Treatment = Callable[[Route, str], None]

KEEP_LINES = """
async (lines) => {
  const account = await queue.recall("account");
  for (const [place, line] of lines.entries()) {
    const written = new Date(Date.now() - 60_000 + 1000 * place).toISOString();
    await queue.keep({ id: crypto.randomUUID(), account, line, written });
  }
}
"""
KEPT = """
() => queue.recall("account").then((account) => queue.linesOf(account))
  .then((lines) => lines.map(({ line, problem }) => [line, problem]))
"""


class Wire:
    """The way of the lines that wait to the server: cut, until a test says otherwise.

    That of a form, which a page sends, is as it is.
    """

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        self.treat: Treatment = lambda route, _: route.abort()
        self.treat_form: Callable[[Route], object] = lambda route: route.continue_()
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.context.route(re.compile(r"/consumption$"), self._pass)
        # A page tries again when a test says so, and not by itself while that takes long.
        page.context.add_init_script("globalThis.setInterval = () => 0")

    def _pass(self, route: Route) -> None:
        if route.request.method != "POST" or "json" not in route.request.headers["content-type"]:
            self.treat_form(route)
            return
        sent: Any = route.request.post_data_json
        self.sent.append(sent["line"])
        self.treat(route, sent["line"])

    def mend(self, treat: Treatment = lambda route, _: route.continue_()) -> None:
        """From now on lines pass, or are treated so; the page tries at once."""
        self.sent.clear()
        self.treat = treat
        self._page.locator("[data-try-now]").dispatch_event("click")

    def hold_first(self) -> None:
        """The server answers the first line, and its answer is on its way until `release`."""
        self.mend(self._hold_first)
        wait_until(lambda: bool(self._held), "nothing is sent", pause=self.pause)

    def _hold_first(self, route: Route, _: str) -> None:
        self.treat = lambda route, _: route.continue_()
        self._held.append((route, route.fetch()))

    def pause(self) -> None:
        self._page.wait_for_timeout(50)

    def release(self) -> None:
        [(route, answer)] = self._held
        route.fulfill(response=answer)


@pytest.fixture(autouse=True)
def lost_requests_are_meant(browsing: Browsing) -> None:
    browsing.expect_errors(*LOST_REQUEST)


@pytest.fixture
def wire(page: Page) -> Wire:
    return Wire(page)


def go_to_add(page: Page) -> None:
    """The add page, which knows by then whose lines it keeps."""
    page.goto("/add")
    wait_until_known(page)


def send_unanswered(page: Page, wire: Wire, line: str) -> list[Route]:
    """Sends a line of the add page; its request, which nobody has answered yet."""
    lost: list[Route] = []
    wire.treat_form = lost.append
    page.locator("#line").fill(line)
    page.locator("#line").press("Enter")
    wait_until(lambda: bool(lost), "nothing is sent", pause=wire.pause)
    return lost


def with_lines(page: Page, *lines: str) -> None:
    """The add page, where these lines wait: they were tried, and got no answer."""
    go_to_add(page)
    page.evaluate(KEEP_LINES, lines)
    page.reload()
    expect(page.locator("[data-connection]")).to_have_text(f"offline · {len(lines)} waiting")
    expect_lines(page, *lines)


def expect_lines(page: Page, *lines: str) -> None:
    if lines:
        expect(page.locator("[data-waiting-lines] [data-line]")).to_have_text(list(lines))
    else:
        expect(page.locator("[data-waiting]")).to_be_hidden()


def change_line(page: Page, line: str, text: str) -> None:
    item = page.locator("[data-waiting-lines] li", has_text=line)
    item.get_by_role("button", name="Change this line").click()
    field = page.get_by_role("textbox", name="The line")
    field.fill(text)
    field.press("Enter")


def drop_line(page: Page, line: str) -> None:
    item = page.locator("[data-waiting-lines] li", has_text=line)
    item.get_by_role("button", name="Drop this line").click()


def test_a_line_that_is_changed_on_its_way_is_neither_lost_nor_taken_for_saved(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2")
    wire.hold_first()
    change_line(page, "coffee 2", "coffee 3")
    expect_lines(page, "coffee 3")
    wire.release()
    problem = page.locator("[data-waiting-lines] [data-moment]")
    expect(problem).to_contain_text("This line was sent before, and is saved as coffee 2, ")
    expect_lines(page, "coffee 3")
    assert records() == ["coffee 2"]
    change_line(page, "coffee 3", "coffee 3")
    expect_lines(page)
    assert records() == ["coffee 2", "coffee 3"]


@pytest.mark.parametrize(
    ("path", "place"), [("/add", "#today"), ("/list", "#results"), ("/", "#statistics")]
)
def test_what_a_page_shows_is_read_again_once_a_line_that_waited_is_saved(
    path: str, place: str, page: Page, wire: Wire, record: Record
) -> None:
    record("tea", 1, "cup")
    with_lines(page, "coffee 2 cups")
    page.goto(path)
    settle(page)
    expect(page.locator(place)).to_contain_text("tea")
    wire.treat = lambda route, _: route.continue_()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(place)).to_contain_text("coffee")


def test_a_line_that_is_kept_as_it_was_while_it_is_sent_is_saved_once(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2")
    wire.hold_first()
    page.get_by_role("button", name="Change this line").click()
    wire.release()
    expect(page.locator("[data-connection]")).to_have_text("sent")
    page.get_by_role("textbox", name="The line").press("Enter")
    expect_lines(page)
    assert page.evaluate(KEPT) == []
    assert records() == ["coffee 2"]


def test_a_button_of_a_line_stays_under_the_finger_while_the_page_tries_again(
    page: Page, wire: Wire
) -> None:
    with_lines(page, "coffee 2", "tea 1")
    mark = page.locator("[data-connection]")
    change = page.locator("[data-waiting-lines] li", has_text="tea 1").get_by_role("button").first
    change.focus()
    held: list[Route] = []
    wire.mend(lambda route, _: held.append(route))
    wait_until(lambda: bool(held), "nothing is sent", pause=wire.pause)
    expect(mark).to_have_text("sending 2")
    expect(change).to_be_focused()
    wire.treat = lambda route, _: route.abort()
    # The first is saved, and its row goes.
    held[0].continue_()
    expect(mark).to_have_text("offline · 1 waiting")
    expect(change).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="The line")).to_have_value("tea 1")


# Of all that asks for lines from now on the first hears only once `read` is called.
HOLD_READING = """
() => {
  const { linesOf } = queue;
  queue.linesOf = async (account) => {
    queue.linesOf = linesOf;
    const lines = await linesOf(account);
    await new Promise((go) => { globalThis.read = go; });
    return lines;
  };
}
"""


def test_an_older_reading_of_the_lines_never_replaces_a_newer_one(page: Page, wire: Wire) -> None:
    with_lines(page, "coffee 2", "tea 1")
    page.evaluate(HOLD_READING)
    page.evaluate("dispatchEvent(new Event('offline'))")
    wait_for(page, "Boolean(globalThis.read)", "nobody reads the lines")
    drop_line(page, "coffee 2")
    expect_lines(page, "tea 1")
    # Whoever reads behind it has its turn behind it.
    page.evaluate("read(); queue.recall('account').then(() => null)")
    expect_lines(page, "tea 1")
    assert page.evaluate(KEPT) == [["tea 1", ""]]


def test_that_lines_were_sent_is_said_however_late_the_page_comes_to_it(
    page: Page, wire: Wire
) -> None:
    with_lines(page, "coffee 2")
    page.evaluate("{ const { now } = Date; let n = 0; Date.now = () => now() + 5000 * n++; }")
    wire.mend()
    expect(page.locator("[data-connection]")).to_have_text("sent")


def test_a_line_is_sent_where_the_connection_comes_back_while_it_is_being_kept(
    page: Page, wire: Wire, records: Records
) -> None:
    wire.treat_form = lambda route: route.abort()
    wire.treat = lambda route, _: route.continue_()
    go_to_add(page)
    page.evaluate(HOLD_KEEPING)
    page.locator("#line").fill("coffee 2")
    page.locator("#line").press("Enter")
    button = page.locator("#quick-add-form .line-save")
    expect(button).to_contain_text("Keep")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(button).to_contain_text("Save")
    page.evaluate("go()")
    wait_until(lambda: records() == ["coffee 2"], "the line is not sent", pause=wire.pause)
    expect_lines(page)


def test_a_line_that_is_refused_while_it_is_changed_goes_out_as_changed(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2 3")
    wire.hold_first()
    change_line(page, "coffee 2 3", "coffee 3")
    expect_lines(page, "coffee 3")
    wire.release()
    expect_lines(page)
    assert records() == ["coffee 3"]


@pytest.mark.parametrize("mended", [False, True])
def test_a_line_that_may_be_a_slip_is_asked_about_and_kept_as_it_is_or_mended(
    page: Page, wire: Wire, records: Records, mended: bool
) -> None:
    with_lines(page, *["coffee 2"] * 5, "coffee 24")
    wire.mend()
    expect_lines(page, "coffee 24")
    assert records() == ["coffee 2"] * 5
    note = page.locator("[data-waiting-lines] [data-moment]")
    expect(note).to_contain_text("12 × your usual 2. To save it like this, change nothing")
    wire.treat = lambda route, _: route.abort()
    line = "coffee 4" if mended else "coffee 24"
    # Kept without a connection, twice: the answer to the question stays with the line.
    for _ in range(2):
        change_line(page, "coffee", line)
        expect(note).not_to_have_class(re.compile("error"))
    wire.mend()
    expect_lines(page)
    assert records() == [*["coffee 2"] * 5, line]


def test_a_sentence_with_a_word_to_write_is_one_sentence(page: Page, wire: Wire) -> None:
    """A word of it that stands apart is a column beside the others, one letter wide."""
    go_to_add(page)
    for line in ("coffee @10 cup -20", "coffee @20 -10"):
        origin = {"Origin": page.url.removesuffix("/add")}
        assert page.request.post("/consumption", form={"line": line}, headers=origin).ok
    with_lines(page, "coffee @15")
    wire.mend()
    note = page.locator("[data-waiting-lines] [data-moment]")
    expect(note).to_contain_text("A new meter: add")
    words = note.locator("code").first
    expect(words).to_have_text("new")
    assert words.evaluate("(word) => getComputedStyle(word).display") == "inline"


def test_the_focus_stays_among_the_lines_that_wait(page: Page, wire: Wire) -> None:
    with_lines(page, "coffee 2", "tea 3", "gas 4")
    items = page.locator("[data-waiting-lines] li")
    drop = items.nth(1).get_by_role("button", name="Drop this line")
    drop.focus()
    # Tried again, as a page does by itself from time to time: none goes out.
    held: list[Route] = []
    wire.mend(lambda route, _: held.append(route))
    mark = page.locator("[data-connection]")
    expect(mark).to_have_text("sending 3")
    wait_until(lambda: held, "nothing is sent", pause=wire.pause)
    held[0].abort()
    expect(mark).to_have_text("offline · 3 waiting")
    expect(drop).to_be_focused()
    change = items.nth(1).get_by_role("button", name="Change this line")
    for key in ("Escape", "Enter"):
        change.press("Enter")
        expect(page.get_by_role("textbox", name="The line")).to_be_focused()
        page.keyboard.press(key)
        expect(change).to_be_focused()
    drop.press("Enter")
    expect_lines(page, "coffee 2", "gas 4")
    expect(page.locator("#line")).to_be_focused()


def test_a_line_that_was_confirmed_before_no_answer_came_is_not_asked_about_again(
    page: Page, wire: Wire, record: Record, records: Records
) -> None:
    for day in range(6):
        record("coffee", 2, "cup", days_ago=day)
    page.goto("/add")
    line = page.locator("#line")
    line.fill("coffee 24")
    line.press("Enter")
    expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
    wire.treat_form = lambda route: route.abort()
    line.press("Enter")
    expect_lines(page, "coffee 24")
    wire.mend()
    expect_lines(page)
    assert records()[-1] == "coffee 24 cup"


# The browser remembers nothing of the page until `goOn` is called.
REMEMBERS_LATE = """
let kept;
const held = new Promise((resolve) => { self.goOn = resolve; });
Object.defineProperty(self, "queue", {
  get: () => kept,
  set: (queue) => {
    const { remember } = queue;
    kept = Object.assign(queue, { remember: (...what) => held.then(() => remember(...what)) });
  },
});
"""


def test_a_line_is_sent_once_the_browser_remembers_whose_it_is(
    page: Page, wire: Wire, records: Records
) -> None:
    page.add_init_script(REMEMBERS_LATE)
    page.goto("/add")
    lost = send_unanswered(page, wire, "coffee 2")
    page.evaluate("setTimeout(goOn, 1000)")
    lost[0].abort()
    expect_lines(page, "coffee 2")
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2"]


def test_lines_changed_dropped_or_added_while_another_is_sent_are_as_the_user_has_them(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 1", "coffee 2", "coffee 3")
    wire.hold_first()
    change_line(page, "coffee 2", "tea 2")
    expect_lines(page, "coffee 1", "tea 2", "coffee 3")
    drop_line(page, "coffee 3")
    expect_lines(page, "coffee 1", "tea 2")
    page.evaluate(KEEP_LINES, ["water 4"])
    wire.release()
    expect_lines(page)
    assert sorted(records()) == ["coffee 1", "tea 2", "water 4"]
    assert sorted(wire.sent) == ["coffee 1", "tea 2", "water 4"]


def test_a_line_that_is_dropped_on_its_way_is_said_to_be_saved(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2")
    wire.hold_first()
    drop_line(page, "coffee 2")
    expect_lines(page)
    wire.release()
    message = page.locator("#messages [data-message]")
    expect(message).to_contain_text("“coffee 2” is saved: it was on its way already.")
    assert records() == ["coffee 2"]


def test_a_line_that_is_dropped_on_its_way_and_refused_stays_dropped(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2 3", "coffee 4")
    wire.hold_first()
    drop_line(page, "coffee 2 3")
    expect_lines(page, "coffee 4")
    wire.release()
    expect_lines(page)
    assert page.evaluate(KEPT) == []
    assert records() == ["coffee 4"]
    expect(page.locator("#messages [data-message]")).to_have_count(0)


def test_a_page_that_asks_while_another_sends_sends_after_it(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 1", "coffee 2")
    wire.hold_first()
    other = page.context.new_page()
    other.goto("/add")
    expect_lines(other, "coffee 1", "coffee 2")
    wire.release()
    for one in (page, other):
        expect_lines(one)
    assert records() == ["coffee 1", "coffee 2"]
    assert wire.sent == ["coffee 1", "coffee 2"]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404])
@pytest.mark.parametrize("body", ["<h1>Sign in</h1>", '{"login": "/portal"}'])
def test_the_answer_of_a_captive_portal_says_nothing_of_a_line(
    page: Page, wire: Wire, records: Records, browsing: Browsing, status: int, body: str
) -> None:
    browsing.expect_errors("Failed to load resource: the server responded with a status of 400")
    with_lines(page, "coffee 2", "tea 1")
    tried = ["coffee 2"] if status == 200 else ["coffee 2", "tea 1"]
    wire.mend(lambda route, _: route.fulfill(status=status, body=body))
    wait_until(lambda: wire.sent == tried, "nothing is sent", pause=wire.pause)
    expect(page.locator("[data-connection]")).to_have_text("offline · 2 waiting")
    expect_lines(page, "coffee 2", "tea 1")
    assert page.evaluate(KEPT) == [["coffee 2", ""], ["tea 1", ""]]
    expect(page.locator("[data-sign-in]")).to_be_hidden()
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2", "tea 1"]


def test_a_captive_portal_is_asked_once_a_round_and_sent_no_line_again(
    page: Page, wire: Wire, records: Records, browsing: Browsing
) -> None:
    """Each round asks once whether the server is there."""
    browsing.expect_errors("Failed to load resource: the server responded with a status of")
    with_lines(page, "coffee 2", "tea 1", "water 3")
    asked = 0

    def portal(route: Route) -> None:
        nonlocal asked
        asked += 1
        route.fulfill(status=400, body="<h1>Sign in</h1>")

    page.context.route("**/healthz", portal)
    wire.mend(lambda route, _: portal(route))
    wait_until(lambda: asked == 1, "nobody asks", pause=wire.pause)
    wire.mend(lambda route, _: portal(route))
    wait_until(lambda: asked == 2, "nobody asks again", pause=wire.pause)
    assert wire.sent == []
    expect(page.locator("[data-connection]")).to_have_text("offline · 3 waiting")
    page.context.unroute("**/healthz", portal)
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2", "tea 1", "water 3"]


def test_a_session_that_has_ended_is_said_by_the_server(page: Page, wire: Wire) -> None:
    with_lines(page, "coffee 2")
    page.context.clear_cookies()
    wire.mend()
    expect(page.locator("[data-sign-in]")).to_be_visible()
    assert page.evaluate(KEPT) == [["coffee 2", ""]]


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/login?new=0")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))


def test_lines_wait_for_their_account_while_another_is_signed_in(
    page: Page, wire: Wire, records: Records, mara: Person
) -> None:
    with_lines(page, "cocoa 7")
    page.context.clear_cookies()
    kate = "kate@lindenhof.example"
    page.request.post(
        "/auth/register", form={"name": "Kate", "email": kate, "password": mara.password}
    )
    page.context.clear_cookies()
    wire.mend()
    expect(page.locator("[data-sign-in]")).to_be_visible()
    wire.sent.clear()
    sign_in(page, kate, mara.password)
    go_to_add(page)
    page.evaluate(KEEP_LINES, ["tea 1"])
    page.reload()
    wait_until(lambda: records() == ["tea 1"], "Kate's line is not saved", pause=wire.pause)
    expect_lines(page)
    # A page that is left while it sends leaves the line to the next one: it may be sent twice.
    assert set(wire.sent) == {"tea 1"}
    expect(page.get_by_text("cocoa 7")).to_have_count(0)
    page.context.clear_cookies()
    wire.sent.clear()
    sign_in(page, mara.email, mara.password)
    # By any page, not by the add page alone.
    wait_until(lambda: len(records()) == 2, "Mara's line is lost", pause=wire.pause)
    # The page hears of that a little later: left before, it would leave the line to the next one.
    wait_until(lambda: page.evaluate(KEPT) == [], "the line is kept", pause=wire.pause)
    page.goto("/add")
    expect_lines(page)
    assert wire.sent == ["cocoa 7"]


def test_a_connection_that_breaks_behind_the_first_line_is_none(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 1", "coffee 2")
    wire.mend(lambda route, line: route.continue_() if line == "coffee 1" else route.abort())
    expect_lines(page, "coffee 2")
    expect(page.locator("[data-connection]")).to_have_text("offline · 1 waiting")
    assert records() == ["coffee 1"]


def test_what_is_typed_while_no_answer_comes_is_the_next_line(
    page: Page, wire: Wire, records: Records
) -> None:
    go_to_add(page)
    lost = send_unanswered(page, wire, "coffee 2")
    box = page.locator("#line")
    box.press_sequentially("tea 1")
    lost[0].abort()
    expect_lines(page, "coffee 2")
    expect(box).to_have_value("tea 1")
    wire.treat_form = lambda route: route.continue_()
    box.press("Enter")
    wait_until(lambda: records() == ["tea 1"], "the next line is not saved", pause=wire.pause)
    wire.mend()
    expect_lines(page)
    assert sorted(records()) == ["coffee 2", "tea 1"]


def test_a_line_without_an_answer_was_written_when_it_was_sent(page: Page, wire: Wire) -> None:
    """No answer may come for half a minute, and midnight lies between."""
    go_to_add(page)
    pressed = page.evaluate("Date.now()")
    lost = send_unanswered(page, wire, "coffee 2")
    sent = page.evaluate("Date.now()")
    page.wait_for_timeout(200)
    lost[0].abort()
    expect_lines(page, "coffee 2")
    written = page.evaluate(
        """async () => {
          const [line] = await queue.linesOf(await queue.recall("account"));
          return Date.parse(line.written);
        }"""
    )
    assert pressed <= written <= sent


def test_a_page_of_a_browser_that_keeps_nothing_says_so(page: Page, wire: Wire) -> None:
    wire.treat_form = lambda route: route.abort()
    go_to_add(page)
    page.evaluate(NOTHING_MORE_IS_KEPT)
    page.locator("#line").fill("coffee 2")
    page.locator("#line").press("Enter")
    told = page.get_by_text("this browser keeps nothing")
    expect(told).to_be_visible()
    page.locator("#line").press("End")
    page.locator("#line").press_sequentially(" cups")
    expect(page.locator("#preview")).to_contain_text("cup")
    expect(told).to_be_visible()
    expect(page.locator("#line")).to_have_value("coffee 2 cups")


def send_and_close(page: Page, wire: Wire, line: str) -> Route:
    """Sends a line of the dialog, which is closed before an answer comes; its request."""
    page.goto("/list")
    wait_until_known(page)
    page.keyboard.press("n")
    [sent] = send_unanswered(page, wire, line)
    page.keyboard.press("Escape")
    expect(page.locator("#quick-add")).to_be_hidden()
    return sent


@pytest.mark.parametrize(
    ("line", "told"), [("coffee 2 3", "Two values"), ("cofee 2", "cofee is a new type")]
)
def test_a_line_that_is_refused_once_its_dialog_is_closed_comes_back(
    page: Page, wire: Wire, record: Record, line: str, told: str
) -> None:
    record("coffee", 2, "cup")
    send_and_close(page, wire, line).continue_()
    expect(page.locator("#quick-add")).to_contain_text(told)
    expect(page.locator("#quick-add #line")).to_have_value(line)
    expect(page.locator("#quick-add #line, #quick-add .line-save").first).to_be_visible()


def test_a_line_that_is_not_kept_once_its_dialog_is_closed_comes_back(
    page: Page, wire: Wire
) -> None:
    sent = send_and_close(page, wire, "coffee 2")
    page.evaluate(NOTHING_MORE_IS_KEPT)
    sent.abort()
    expect(page.get_by_text("this browser keeps nothing")).to_be_visible()
    expect(page.locator("#quick-add #line")).to_have_value("coffee 2")


def test_a_page_that_is_not_encrypted_keeps_lines_too(
    page: Page, wire: Wire, records: Records
) -> None:
    """Browsers have neither locks nor crypto.randomUUID there."""
    page.add_init_script(
        "delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks;"
        " delete Navigator.prototype.serviceWorker;"
    )
    wire.treat_form = lambda route: route.abort()
    go_to_add(page)
    for number, line in enumerate(("coffee 2", "tea 1"), 1):
        page.locator("#line").fill(line)
        page.locator("#line").press("Enter")
        expect(page.locator("[data-waiting-lines] [data-line]")).to_have_count(number)
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2", "tea 1"]


NOTHING_MORE_IS_KEPT = """
() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}
"""


def with_unread_line(page: Page, wire: Wire, line: str) -> None:
    """The add page, where a line waits that the server could not read."""
    with_lines(page, line)
    wire.mend()
    problem = page.locator("[data-waiting-lines] [data-moment]")
    expect(problem).to_have_class(re.compile("error"))


def test_a_change_that_the_browser_does_not_keep_leaves_the_line_as_it_was(
    page: Page, wire: Wire
) -> None:
    with_unread_line(page, wire, "coffee 2 3")
    page.evaluate(NOTHING_MORE_IS_KEPT)
    change_line(page, "coffee 2 3", "coffee 2")
    expect(page.get_by_text("This browser keeps nothing more")).to_be_visible()
    expect(page.get_by_role("textbox", name="The line")).to_have_value("coffee 2")
    [[line, problem]] = page.evaluate(KEPT)
    assert line == "coffee 2 3" and problem


def test_a_change_that_is_kept_twice_is_one_line(page: Page, wire: Wire, records: Records) -> None:
    with_unread_line(page, wire, "coffee 2 3")
    page.get_by_role("button", name="Change this line").click()
    page.get_by_role("textbox", name="The line").fill("coffee 2")
    page.evaluate(
        """() => {
          const form = document.querySelector("[data-waiting-lines] form");
          form.requestSubmit();
          form.requestSubmit();
        }"""
    )
    expect_lines(page)
    assert page.evaluate(KEPT) == []
    assert records() == ["coffee 2"]


def test_a_refused_line_that_is_changed_in_two_pages_is_saved_once(
    page: Page, wire: Wire, records: Records
) -> None:
    with_unread_line(page, wire, "coffee 2 3")
    other = page.context.new_page()
    other.goto("/add")
    other.get_by_role("button", name="Change this line").click()
    change_line(page, "coffee 2 3", "coffee 2")
    expect_lines(page)
    field = other.get_by_role("textbox", name="The line")
    field.fill("coffee 2")
    field.press("Enter")
    expect_lines(other)
    assert records() == ["coffee 2"]
    # Where the other page makes something else of the line, the server tells what is saved.
    wire.treat = lambda route, _: route.abort()
    with_unread_line(page, wire, "tea 2 3")
    other.reload()
    other.get_by_role("button", name="Change this line").click()
    change_line(page, "tea 2 3", "tea 2")
    expect_lines(page)
    field.fill("tea 3")
    field.press("Enter")
    problem = other.locator("[data-waiting-lines] [data-moment]")
    expect(problem).to_contain_text("This line was sent before, and is saved as tea 2, ")
    assert records() == ["coffee 2", "tea 2"]


@pytest.fixture
def dates(engine: Engine) -> Dates:
    """The days of all records."""

    def dates() -> list[str]:
        with engine.connect() as db:
            return [str(day) for day in db.scalars(text(DATES))]

    return dates


DATES = "SELECT consumption_date FROM consumption_records ORDER BY consumption_date"
OTHER_MOMENT = """
async (days) => {
  const [line] = await queue.linesOf(await queue.recall("account"));
  const written = new Date(Date.now() + days * 86_400_000).toISOString();
  await queue.keep({ ...line, written });
  return written.slice(0, 10);
}
"""


def with_misdated_line(page: Page, wire: Wire, line: str, days: int) -> str:
    """The add page, where a line waits whose moment the server has refused; the day of that."""
    with_lines(page, line)
    day: str = page.evaluate(OTHER_MOMENT, days)
    wire.mend()
    problem = page.locator("[data-waiting-lines] [data-moment]")
    expect(problem).to_have_class(re.compile("error"))
    page.get_by_role("button", name="Change this line").click()
    expect(page.get_by_role("textbox", name="The line")).to_have_value(f"{day} {line}")
    return day


def test_a_line_from_too_long_ago_is_saved_under_the_day_that_is_written_in_it(
    page: Page, wire: Wire, dates: Dates, axe: Axe
) -> None:
    day = with_misdated_line(page, wire, "coffee 2", days=-401)
    field = page.get_by_role("textbox", name="The line")
    sentence = "A line can wait for 400 days at most: write its date in it."
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(field).to_have_accessible_description(sentence)
    axe(page)
    field.press("Enter")
    expect_lines(page)
    assert dates() == [day]


def test_a_word_of_a_moment_that_is_refused_never_counts_from_another(
    page: Page, wire: Wire, dates: Dates
) -> None:
    day = with_misdated_line(page, wire, "coffee 2 yesterday", days=-401)
    field = page.get_by_role("textbox", name="The line")
    field.press("Enter")
    expect(page.get_by_text("Two dates. Keep one")).to_be_visible()
    assert dates() == []
    earlier = str(date.fromisoformat(day) - timedelta(days=1))
    change_line(page, f"{day} coffee 2 yesterday", f"{earlier} coffee 2")
    expect_lines(page)
    assert dates() == [earlier]


def test_a_line_of_a_clock_that_was_ahead_is_saved_once_its_day_is_mended(
    page: Page, wire: Wire, dates: Dates
) -> None:
    day = with_misdated_line(page, wire, "coffee 2", days=3)
    mended = str(date.fromisoformat(day) - timedelta(days=3))
    field = page.get_by_role("textbox", name="The line")
    field.fill(f"coffee 2 {mended}")
    field.press("Enter")
    expect_lines(page)
    assert dates() == [mended]


def test_a_line_that_could_not_be_read_keeps_the_moment_at_which_it_was_written(
    page: Page, wire: Wire, dates: Dates
) -> None:
    with_lines(page, "coffee 2 3 yesterday")
    day = page.evaluate(OTHER_MOMENT, -5)
    wire.mend()
    expect(page.locator("[data-waiting-lines] [data-moment]")).to_have_class(re.compile("error"))
    change_line(page, "coffee 2 3 yesterday", "coffee 2 yesterday")
    expect_lines(page)
    assert dates() == [str(date.fromisoformat(day) - timedelta(days=1))]


# Half a minute is a fraction of a second.
GIVES_UP_SOONER = """
{
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (time) => timeout(time / 50);
}
"""


def test_an_answer_that_never_comes_holds_back_no_line_for_good(
    page: Page, wire: Wire, records: Records
) -> None:
    """The connection is half open: what is sent arrives nowhere, and nothing says so."""
    page.add_init_script(GIVES_UP_SOONER)
    with_lines(page, "coffee 2", "tea 1")
    held: list[Route] = []
    wire.mend(lambda route, _: held.append(route))
    wait_until(lambda: bool(held), "nothing is sent", pause=wire.pause)
    expect(page.locator("[data-connection]")).to_have_text("offline · 2 waiting")
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2", "tea 1"]


HALF_AN_ANSWER = """
() => { Response.prototype.text = () => Promise.reject(new TypeError("Failed to fetch")); }
"""


def test_a_line_with_half_an_answer_waits_and_is_saved_once(
    page: Page, wire: Wire, records: Records
) -> None:
    """The connection breaks behind the head of the answer."""
    go_to_add(page)
    settle(page)
    page.evaluate(HALF_AN_ANSWER)
    page.locator("#line").fill("coffee 2")
    page.locator("#line").press("Enter")
    expect_lines(page, "coffee 2")
    page.reload()
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2"]


def test_the_text_that_is_to_be_kept_for_the_next_one_stays_in_the_box(
    page: Page, wire: Wire, records: Records
) -> None:
    wire.treat_form = lambda route: route.abort()
    go_to_add(page)
    box = page.locator("#line")
    box.fill("coffee 2")
    box.press("Control+Enter")
    expect_lines(page, "coffee 2")
    expect(box).to_have_value("coffee 2")
    # The next one without the key is as ever.
    page.locator("#quick-add-form .line-save").click()
    expect_lines(page, "coffee 2", "coffee 2")
    expect(box).to_have_value("")
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2", "coffee 2"]


def test_the_mark_stands_in_a_page_that_comes_back_too(
    page: Page, wire: Wire, record: Record
) -> None:
    record("tea", 1, "cup")
    with_unread_line(page, wire, "coffee 2 3")
    page.goto("/list")
    mark = page.locator("[data-connection]")
    expect(mark).to_have_text("1 waiting")
    page.locator(".filter-types").get_by_text("tea").click()
    page.wait_for_url(re.compile("type=tea"))
    settle(page)
    page.go_back()
    page.wait_for_url(re.compile("/list$"))
    settle(page)
    expect(page.locator(".filter-types :checked")).to_have_count(0)
    expect(mark).to_have_text("1 waiting")


def test_a_second_page_shows_what_waits_once_it_is_looked_at(
    page: Page, wire: Wire, records: Records
) -> None:
    with_lines(page, "coffee 2", "tea 1")
    other = page.context.new_page()
    other.goto("/add")
    expect_lines(other, "coffee 2", "tea 1")
    drop_line(other, "tea 1")
    expect_lines(other, "coffee 2")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_lines(page, "coffee 2")


def test_a_line_that_got_no_answer_before_its_page_was_left_waits(
    page: Page, wire: Wire, records: Records
) -> None:
    """The connection is half open: neither the line nor the next page gets an answer in time."""
    go_to_add(page)
    beside = page.context.new_page()
    beside.goto("/offline")
    send_unanswered(page, wire, "coffee 2")
    coming: list[Route] = []

    def hold(route: Route) -> None:
        coming.append(route)

    page.context.route(re.compile("/list$"), hold)
    page.locator(".places").get_by_text("List").dispatch_event("click")
    # Of a page that is being left nothing can be asked.
    wait_for(beside, f"({KEPT})().then(({{ length }}) => length === 1)", "the line is lost")
    # The next page is asked for behind that.
    wait_until(lambda: coming, "nobody goes on", pause=lambda: beside.wait_for_timeout(20))
    coming[0].continue_()
    expect(page.locator("[data-connection]")).to_have_text("offline · 1 waiting")
    page.goto("/add")
    expect_lines(page, "coffee 2")
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2"]


def test_a_line_whose_page_was_not_left_after_all_waits_once(
    page: Page, wire: Wire, records: Records
) -> None:
    """A download begins as a page does that is left."""
    go_to_add(page)
    lost = send_unanswered(page, wire, "coffee 2")
    page.evaluate("dispatchEvent(new Event('beforeunload'))")
    expect_lines(page, "coffee 2")
    lost[0].abort()
    expect(page.locator(".htmx-request")).to_have_count(0)
    wire.mend()
    expect_lines(page)
    assert records() == ["coffee 2"]


def test_the_focus_stays_where_somebody_went_while_no_answer_came(page: Page, wire: Wire) -> None:
    go_to_add(page)
    lost = send_unanswered(page, wire, "coffee 2")
    notes = page.locator("#record-form").get_by_label("Notes")
    notes.press_sequentially("after ")
    lost[0].abort()
    expect_lines(page, "coffee 2")
    page.keyboard.type("lunch")
    expect(notes).to_have_value("after lunch")


def kate_signs_in_elsewhere(page: Page, mara: Person) -> None:
    """In another tab of the browser; the page goes on to be Mara's."""
    page.context.clear_cookies()
    answer = page.request.post(
        "/auth/register",
        form={"name": "Kate", "email": "kate@lindenhof.example", "password": mara.password},
    )
    assert answer.ok


def open_before_kate_signs_in(page: Page, path: str, mara: Person) -> None:
    """A page of Mara's that stands open while Kate signs in."""
    page.goto(path)
    settle(page)
    kate_signs_in_elsewhere(page, mara)


def test_what_is_written_in_the_page_of_an_account_is_never_another_s(
    page: Page, records: Records, mara: Person
) -> None:
    open_before_kate_signs_in(page, "/add", mara)
    line = page.locator("#line")
    line.fill("coffee 2")
    line.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Another account has signed in")
    expect(line).to_have_value("coffee 2")
    assert records() == []


def test_a_page_of_an_account_shows_nothing_of_another_s(
    page: Page, record: Record, mara: Person
) -> None:
    record("tea", 1, "cup")
    open_before_kate_signs_in(page, "/list", mara)
    page.locator("#sort").select_option("value")
    expect(page.locator("#messages")).to_contain_text("Another account has signed in")
    expect(page.locator(".row")).to_contain_text("tea")
    page.reload()
    expect(page.locator(".masthead .name")).to_have_text("Kate")
    expect(page.locator(".row")).to_have_count(0)


def test_no_box_offers_the_types_of_another_account(page: Page, mara: Person) -> None:
    open_before_kate_signs_in(page, "/add", mara)
    answer = page.request.post("/consumption", form={"line": "teapot 1"})
    assert answer.ok
    for name, field in (("line", "#line"), ("type", "#consumption_type")):
        with page.expect_response(re.compile("suggestions.*q=tea")) as refused:
            page.locator(field).press_sequentially("tea")
        assert refused.value.status == 403
        expect(page.locator(f"#{name}-suggestions")).to_be_hidden()


def test_the_address_stays_where_another_account_s_page_is_refused(
    page: Page, record: Record, mara: Person
) -> None:
    record("tea", 1, "cup")
    open_before_kate_signs_in(page, "/", mara)
    before = page.url
    page.locator(".card-link").click()
    expect(page.locator("#messages")).to_contain_text("Another account has signed in")
    assert page.url == before


LINES_OF_THE_PAGE = """
() => queue.linesOf(document.body.dataset.account).then((lines) => lines.map(({ line }) => line))
"""


def test_a_page_that_comes_back_keeps_lines_of_the_account_that_it_shows(
    page: Page, wire: Wire, record: Record, mara: Person
) -> None:
    record("tea", 1, "cup")
    page.goto("/list")
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator("[data-connection]")).to_have_text("offline")
    page.locator(".filter-types").get_by_text("tea").click()
    page.wait_for_url(re.compile("type=tea"))
    settle(page)
    kate_signs_in_elsewhere(page, mara)
    page.go_back()
    expect(page.locator(".masthead .name")).to_have_text("Kate")
    wait_until_known(page)
    settle(page)
    wire.treat_form = lambda route: route.abort()
    page.keyboard.press("n")
    page.locator("#quick-add #line").fill("coffee 2")
    page.locator("#quick-add #line").press("Enter")
    expect(page.locator("[data-connection]")).to_have_text("offline · 1 waiting")
    assert page.evaluate(LINES_OF_THE_PAGE) == ["coffee 2"]
