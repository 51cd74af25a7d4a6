"""A page of somebody else's that posts to Tally by itself, in the browser of somebody signed in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine, text

FIELDS = {
    "/consumption": {
        "consumption_date": "2026-01-01",
        "consumption_value": "1",
        "consumption_type": "forged",
    },
    "/account": {"name": "Forged"},
    "/auth/logout": {},
}


class Elsewhere(BaseHTTPRequestHandler):
    """Answers `/?action=…&name=value…` with a form of these that sends itself."""

    protocol_version = "HTTP/1.0"
    form = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html>{type(self).form}".encode())

    def log_message(self, _format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another site on this machine."""
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield other.server_port
        other.shutdown()


# Another port of the same site, and another site.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("path", FIELDS)
def test_a_page_of_another_origin_cannot_post(
    path: str, host: str, page: Page, server: str, elsewhere: int, engine: Engine
) -> None:
    inputs = "".join(
        f'<input name="{name}" value="{escape(value)}">' for name, value in FIELDS[path].items()
    )
    Elsewhere.form = (
        f'<form method="post" action="{server}{path}">{inputs}</form>'
        "<script>document.forms[0].submit()</script>"
    )
    with engine.connect() as db:
        before = db.execute(text("SELECT * FROM users")).all()
    with page.expect_response(server + path) as posted:
        page.goto(f"http://{host}:{elsewhere}/")
    assert posted.value.request.method == "POST"
    assert posted.value.status == 403
    # The cookie came along, so it is not SameSite alone that keeps Mara's things hers.
    assert "session=" in posted.value.request.all_headers()["cookie"]
    with engine.connect() as db:
        assert db.execute(text("SELECT * FROM users")).all() == before
        assert db.execute(text("SELECT count(*) FROM consumption_records")).scalar_one() == 0
