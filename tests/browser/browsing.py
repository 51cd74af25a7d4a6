"""The tools of browser tests: a person, the pages they open, and two measures."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
)

from tests import moments
from tests.waiting import wait_until

# A machine that runs several browsers and servers at once may be this slow.
PATIENCE_MILLISECONDS = 20_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

# A page that prints itself keeps Chromium from printing it to a file. The test sees that it would.
PRINT_NOTHING = "window.print = () => { document.documentElement.dataset.printed = 'yes'; };"

# The browser has the true clock; its pages have that of the server and of the tests.
MOVED_DATE = """
{
  const True = Date;
  const now = () => True.now() + 1000 * SECONDS;
  globalThis.Date = class Date extends True {
    constructor(...parts) { super(...(parts.length === 0 ? [now()] : parts)); }
    static now() { return now(); }
  };
}
""".replace("SECONDS", str(moments.seconds_ahead()))

# Rows that are read again are asked for by the page itself, which htmx marks nowhere.
MARKED_WHILE_ASKING = """
{
  let asked = 0;
  const count = (more) => () => {
    asked += more;
    document.documentElement.toggleAttribute("data-asking", asked > 0);
  };
  addEventListener("htmx:before:request", count(1));
  addEventListener("htmx:finally:request", count(-1));
}
"""

# What a page shows for a few seconds it shows for longer: a busy machine looks later. The second of
# two keys may come later. Messages leave in their time: until then they may lie over a button.
UNHURRIED = """
{
  const at = setTimeout;
  globalThis.setTimeout = (run, time) => at(run, time >= 1000 && time < 10000 ? 6 * time : time);
}
"""

# A message stays until somebody or something else takes it away, however slow the machine is.
LASTING_MESSAGES = """
{
  const at = setTimeout;
  globalThis.setTimeout = (run, time) => at(run, time === 10000 ? 60 * time : time);
}
"""

# Answers that a page expects now and then; Chromium writes each into its console.
EXPECTED_ANSWER = re.compile(
    r"Failed to load resource: .* status of (401|403|404|409|413|422|429)\b"
)


@dataclass(frozen=True)
class Person:
    """The one account of a browser test, fresh and without records."""

    id: str
    name: str
    email: str
    password: str
    cookie: str


# What Chromium and htmx write for a request that nobody answers.
LOST_REQUEST = (
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "Failed to load resource: net::ERR_FAILED",
    "htmx: htmx:error: Failed to fetch",
)


# The next line is kept once `go` is called.
HOLD_KEEPING = """
() => {
  const { keep } = queue;
  const held = new Promise((go) => { globalThis.go = go; });
  queue.keep = async (line) => { await held; return keep(line); };
}
"""


class Browsing:
    """Opens pages of the running application, each in a context of its own."""

    _hosts = itertools.count(1)

    def __init__(self, browser: Browser, address: str) -> None:
        number = next(self._hosts)
        self._host = f"10.0.{number // 250}.{number % 250 + 1}"
        self.address = address
        self.complaints: list[str] = []
        self._expected: tuple[str, ...] = ()
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        person: Person | None = None,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        javascript: bool = True,
        worker: bool = False,
        **options: Any,
    ) -> Page:
        """A page, signed in as `person`. Its console errors fail the test in the end.

        `worker` lets it have the service worker, which shows the offline page instead of what a
        busy machine answers late. `options` go to Playwright's `new_context`, such as
        `has_touch=True`.
        """
        context = self._browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            service_workers="allow" if worker else "block",
            extra_http_headers={"X-Forwarded-For": self._host},
            **options,
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        for script in (PRINT_NOTHING, MARKED_WHILE_ASKING, UNHURRIED):
            context.add_init_script(script)
        if moments.seconds_ahead():
            context.add_init_script(MOVED_DATE)
        if person:
            context.add_cookies(
                [{"name": "session", "value": person.cookie, "url": self.address, "httpOnly": True}]
            )
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def expect_errors(self, *texts: str) -> None:
        """What the test does on purpose may be in the console, now or as late as its end."""
        self._expected += texts

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type != "error" or EXPECTED_ANSWER.search(message.text):
            return
        if message.text.startswith(self._expected):
            return
        self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


# A module that an element names is fetched once that is there: a page is loaded without it.
HAS_ITS_MODULES = """
() => {
  if (!globalThis.htmx) return true;
  const { href } = document.querySelector("link[href$='/js/mount.js']");
  const elements = [...document.querySelectorAll("[data-module]")];
  const names = elements.map(({ dataset }) => dataset.module);
  const load = (name) => import(new URL(`${name}.js`, href));
  return Promise.all(names.join(" ").split(" ").filter(Boolean).map(load)).then(() => true);
}
"""


def wait_for_modules(page: Page) -> None:
    """Waits until what stands in the page by now behaves."""
    wait_for(page, HAS_ITS_MODULES, "a module of the page is not there")


def settle(page: Page) -> None:
    """Waits until the page is loaded and htmx has brought what it brings by itself."""
    page.wait_for_load_state("load")
    wait_for_modules(page)
    expect(page.locator(".htmx-request, [data-asking]")).to_have_count(0)


def wait_for(page: Page, question: str, otherwise: str) -> None:
    """Wait until the page says yes, as a value or a promise; fail with `otherwise`.

    Playwright's wait_for_function takes any promise for a yes, and asks a second time in a way that
    the policy of our pages forbids.
    """

    def says_yes() -> bool:
        with suppress(Error):  # It is just being left for the next page.
            return bool(page.evaluate(question))
        return False

    wait_until(says_yes, otherwise, pause=lambda: page.wait_for_timeout(20))


IS_KNOWN = "queue.recall('account').then((account) => account === document.body.dataset.account)"


def wait_until_known(page: Page) -> None:
    """Waits until the browser remembers whose the page is: lines are kept for whom it remembers."""
    wait_for(page, IS_KNOWN, "the browser does not know whose it is")


def expect_apart(one: Locator, other: Locator) -> None:
    """Waits until `one` is above, below or right of `other`, which makes room a frame later."""

    def apart() -> bool:
        own, its = one.bounding_box(), other.bounding_box()
        assert own and its
        above = own["y"] + own["height"] <= its["y"]
        below = its["y"] + its["height"] <= own["y"]
        return above or below or own["x"] >= its["x"] + its["width"]

    wait_until(apart, "one covers the other", pause=lambda: one.page.wait_for_timeout(20))


def tap_and_type(page: Page, field: Locator, text: str) -> None:
    """Type into a field that was tapped. The browser takes a touch for a tap only after a while."""
    field.tap()
    expect(field).to_be_focused()
    page.keyboard.type(text)


def tap_what_is_offered(page: Page) -> None:
    """Save three coffees by the suggestion for `3 cof`, then the first of the recents."""
    tap_and_type(page, page.locator("#line"), "3 cof")
    page.get_by_role("option", name="coffee").tap()
    expect(page.locator("#line")).to_have_value("3 coffee ")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator("#line")).to_have_value("")
    page.locator("#recent-1").tap()


def slow(page: Page) -> None:
    """The slow profile, a mediocre mobile network: 150 ms there and back, 1.6 Mbit/s, 0.75 up."""
    devtools = page.context.new_cdp_session(page)
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 1_600_000 / 8,
            "uploadThroughput": 750_000 / 8,
        },
    )


def late(page: Page, milliseconds: int) -> None:
    """From now on every answer comes so much later, whatever it weighs."""
    devtools = page.context.new_cdp_session(page)
    unlimited = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.emulateNetworkConditions", {**unlimited, "latency": milliseconds})


def weigh(page: Page) -> dict[str, int]:
    """Bytes over the wire, headers included, by request; fills up while the page loads."""
    received: dict[str, int] = {}
    urls: dict[str, str] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on(
        "Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]})
    )

    def finish(event: dict[str, Any]) -> None:
        url = urls.get(event["requestId"], "")
        if not url.startswith("data:"):  # Which is no request.
            received[url] = int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", finish)
    return received
