"""Two other sites in a real browser: one is listed in TALLY_CORS_ORIGINS, one is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.serving import KEY, PATIENT, Serving

ASK = """
async ([address, options]) => {
  try {
    const answer = await fetch(address, options);
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { blocked: String(error) };
  }
}
"""


class Blank(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, _format: str, *arguments: object) -> None:
        pass


@dataclass
class Sites:
    """Tally, the addresses of the other two, somebody's cookie and token."""

    tally: str
    listed: str
    unlisted: str
    cookie: str
    token: str


@pytest.fixture(scope="module")
def sites(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with ExitStack() as stack:
        others = [stack.enter_context(HTTPServer(("127.0.0.1", 0), Blank)) for _ in range(2)]
        for other in others:
            threading.Thread(target=other.serve_forever, daemon=True).start()
            stack.callback(other.shutdown)
        listed, unlisted = (f"http://127.0.0.1:{other.server_port}" for other in others)
        variables = {
            "DATABASE_URL": database_url,
            "TALLY_SECRET_KEY": KEY,
            "TALLY_CORS_ORIGINS": listed,
        }
        log = tmp_path_factory.mktemp("cors") / "log"
        serving = Serving(Path(log), (), variables, command=PATIENT).start()
        stack.callback(serving.stop)
        person = serving.client().register()
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        made = person.ask("POST", "/account/tokens?format=json", b"name=board&scope=all", **form)
        yield Sites(serving.url, listed, unlisted, person.cookie, made.json["token"])


@pytest.fixture
def visit(browser: Browser, sites: Sites) -> Iterator[Any]:
    """Opens a page of another site in the browser of somebody who is signed in at Tally."""
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": sites.cookie, "url": sites.tally}])

    def visit(origin: str) -> Page:
        page = context.new_page()
        page.goto(origin)
        return page

    yield visit
    context.close()


def test_a_listed_site_reads_and_writes_with_a_token(visit: Any, sites: Sites) -> None:
    page = visit(sites.listed)
    bearer = {"Authorization": f"Bearer {sites.token}"}
    saved = page.evaluate(
        ASK,
        [
            f"{sites.tally}/consumption",
            {
                "method": "POST",
                "headers": bearer | {"Content-Type": "text/plain"},
                "body": "tea 2 cup",
            },
        ],
    )
    assert saved["status"] == 201 and saved["text"].startswith("tea 2 cup")
    read = page.evaluate(ASK, [f"{sites.tally}/consumption", {"headers": bearer}])
    assert read["status"] == 200 and '"tea"' in read["text"]
    wrong = page.evaluate(
        ASK, [f"{sites.tally}/stats", {"headers": {"Authorization": "Bearer tally_x"}}]
    )
    assert wrong["status"] == 401


@pytest.mark.parametrize(
    ("site", "options"),
    [
        ("unlisted", {}),
        ("unlisted", {"credentials": "include"}),
        ("listed", {"credentials": "include"}),
    ],
    ids=["an unlisted site", "an unlisted site with the cookie", "a listed site with the cookie"],
)
def test_a_token_is_no_way_in(site: str, options: dict[str, str], visit: Any, sites: Sites) -> None:
    """Neither for sites that are not listed, nor with the cookie of whoever is signed in."""
    page = visit(getattr(sites, site))
    bearer = {"Authorization": f"Bearer {sites.token}"}
    count = [f"{sites.tally}/consumption/totals", {"headers": bearer}]
    before = visit(sites.listed).evaluate(ASK, count)
    assert before["status"] == 200
    for sent in (
        {"headers": bearer},
        {"headers": bearer | {"Content-Type": "text/plain"}, "method": "POST", "body": "gin 1 l"},
    ):
        answer = page.evaluate(ASK, [f"{sites.tally}/consumption", sent | options])
        assert "blocked" in answer, answer
    assert visit(sites.listed).evaluate(ASK, count) == before


def test_no_site_gets_anything_by_the_cookie(visit: Any, sites: Sites) -> None:
    for origin in (sites.listed, sites.unlisted):
        page = visit(origin)
        for options in ({"credentials": "include"}, {}, {"method": "POST", "body": "tea 1 cup"}):
            answer = page.evaluate(ASK, [f"{sites.tally}/consumption?format=json", options])
            assert "blocked" in answer
