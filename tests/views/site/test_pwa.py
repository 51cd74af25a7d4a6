"""The installed application: manifest, service worker, the page for no connection."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.accounts.profile import account_hash
from tally.db.engine import Database
from tally.paths import folder
from tally.views.site import pwa
from tests.conftest import Account
from tests.moments import TODAY

ICONS = folder("static") / "icons"
SVG = ICONS / "tally.svg"


@pytest.fixture
def rows(database: Database) -> Callable[[], Sequence[Any]]:
    """All records."""

    def rows() -> Sequence[Any]:
        with database.reading() as db:
            return db.execute(text("SELECT * FROM consumption_records")).all()

    return rows


def sides(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/sw.js", "/offline"])
def test_a_browser_may_keep_them_since_they_hold_nobodys_data(
    visitor: TestClient, ada: Account, path: str
) -> None:
    signed_out, signed_in = visitor.get(path), ada.client.get(path)
    assert signed_out.status_code == signed_in.status_code == 200
    assert signed_out.text == signed_in.text
    assert signed_in.headers["Cache-Control"] == "no-cache"
    assert "set-cookie" not in signed_in.headers
    assert "Ada" not in signed_in.text
    assert account_hash(ada.id) not in signed_in.text


def test_the_manifest_names_what_an_installation_needs(visitor: TestClient) -> None:
    answer = visitor.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest: dict[str, Any] = answer.json()
    assert manifest["start_url"] == manifest["id"] == "/add"
    assert manifest["display"] == "standalone"
    purposes = {icon["purpose"] for icon in manifest["icons"]}
    assert purposes == {"any", "maskable"}
    for picture in [*manifest["icons"], *manifest["screenshots"]]:
        png = visitor.get(picture["src"])
        assert png.status_code == 200, picture
        assert picture["sizes"] == "{}x{}".format(*sides(png.content))
    assert manifest["share_target"]["action"] == "/add"
    assert manifest["share_target"]["params"]["text"] == "line"
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/add", "/"]


def test_icons_are_up_to_date_with_the_drawing() -> None:
    digest = sha256(SVG.read_bytes()).hexdigest()
    for name in (*(name for name, _, _ in pwa.ICONS), "apple-touch-icon.png"):
        told = re.search(rb"tEXtSource digest\0([0-9a-f]{64})", (ICONS / name).read_bytes())
        assert told, name
        assert told[1].decode() == digest, f"{name} is of another drawing: run make icons"


def test_every_page_leads_to_the_manifest_and_tells_the_colours(
    client: TestClient, visitor: TestClient
) -> None:
    for answer in (client.get("/add"), visitor.get("/login")):
        assert '<link rel="manifest" href="/manifest.webmanifest">' in answer.text
        assert answer.text.count('name="theme-color"') == 2
        assert "apple-touch-icon" in answer.text


def test_a_signed_in_page_names_the_account_by_a_hash(ada: Account, bob: Account) -> None:
    told = account_hash(ada.id)
    assert f'data-account="{told}"' in ada.client.get("/add").text
    assert str(ada.id) not in ada.client.get("/add").text
    assert account_hash(bob.id) != told


def test_a_line_that_waited_is_saved_for_its_own_account_only(
    ada: Account, bob: Account, rows: Any
) -> None:
    line = {"id": "6f1f2a4e-9a53-4a1c-9a53-2b0f7c1f2a4e", "line": "coffee 2 cups"}
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}
    refused = bob.client.post("/consumption", json=line, headers=headers)
    assert refused.status_code == 403
    assert rows() == []
    assert ada.client.post("/consumption", json=line, headers=headers).status_code == 201
    assert ada.client.post("/consumption", json=line, headers=headers).status_code == 200
    assert len(rows()) == 1


def test_a_line_that_was_changed_after_it_was_sent_is_told_what_is_saved(
    ada: Account, rows: Any
) -> None:
    record_id = "6f1f2a4e-9a53-4a1c-9a53-2b0f7c1f2a4e"
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}

    def send(line: str) -> Any:
        sent = {"id": record_id, "line": line}
        return ada.client.post("/consumption", json=sent, headers=headers)

    assert send("coffee 2 cups").status_code == 201
    assert send("2 cups coffee").status_code == 200
    refused = send("coffee 3 cups")
    assert refused.status_code == 409
    assert refused.json()["error"] == (
        "This line was sent before, and is saved as coffee 2 cup,"
        f" {TODAY:%A} {TODAY.day} {TODAY:%B}. "
        "To save it once more as it is here, change it and press Keep."
    )
    assert [row.consumption_value for row in rows()] == [2]
    deleted = ada.client.post(
        f"/consumption/{record_id}/delete", headers={"Accept": "application/json"}
    )
    assert deleted.status_code == 200
    assert send("coffee 3 cups").json()["error"].startswith("This record was deleted.")


def test_names_are_kept_on_a_device_only_where_the_person_says_so(client: TestClient) -> None:
    assert "data-keeps-names" not in client.get("/add").text
    assert client.post("/account", data={"offline_names": "on"}).status_code == 303
    assert 'data-keeps-names="on"' in client.get("/add").text
    refused = client.post("/account", data={"offline_names": "perhaps"})
    assert refused.status_code == 422


def test_the_offline_page_names_the_modules_that_its_modules_import(visitor: TestClient) -> None:
    """The worker keeps what the page names: without a connection a page of fewer does nothing."""
    scripts = set(re.findall(r'"(/static/[^"]+\.m?js)"', visitor.get("/offline").text))
    assert any(script.endswith("/waiting.js") for script in scripts)
    for script in scripts:
        imported = re.findall(r'^import [^"]*"\./([^"]+)"', visitor.get(script).text, re.MULTILINE)
        assert {f"{script.rpartition('/')[0]}/{name}" for name in imported} <= scripts, script


def test_the_worker_is_short_and_names_its_files(visitor: TestClient) -> None:
    answer = visitor.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    first, _, plain = answer.text.partition("\n")
    assert re.fullmatch(r'const STATIC = "/static/[0-9a-f]+/";', first)
    assert plain == (Path(folder("static")) / "js" / "sw.js").read_text()
    assert len(plain.splitlines()) < 150


def test_a_line_that_waited_asks_what_the_page_would_have_asked(ada: Account, rows: Any) -> None:
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}
    for _ in range(5):
        assert ada.client.post("/consumption", json={"line": "coffee 2 cups"}).status_code == 201

    def send(line: str, **more: Any) -> Any:
        sent = {"id": str(uuid4()), "line": line, **more}
        return ada.client.post("/consumption", json=sent, headers=headers)

    how = "To save it like this, change nothing and press Keep."
    for line, question in {
        "coffee 24 cups": "12 × your usual 2 cups",
        "cofee 2 cups": "cofee is a new type: you have coffee",
    }.items():
        asked = send(line)
        assert (asked.status_code, asked.json()["error"]) == (422, f"{question}. {how}")
        assert len(rows()) == 5
    assert send("coffee 24 cups", confirm=True).status_code == 201
    assert send("coffee 3 cups").status_code == 201
    assert len(rows()) == 7


def test_a_line_that_waited_and_is_saved_already_is_not_asked_about(
    ada: Account, rows: Any
) -> None:
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}
    for _ in range(5):
        ada.client.post("/consumption", json={"line": "coffee 2 cups"})
    sent = {"id": str(uuid4()), "line": "coffee 24 cups", "confirm": True}
    assert ada.client.post("/consumption", json=sent, headers=headers).status_code == 201
    again = ada.client.post("/consumption", json=sent | {"confirm": False}, headers=headers)
    assert again.status_code == 200 and len(rows()) == 6


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        # Each would be asked about, or refused for its day, had it not been sent before.
        ("coffee 2 cups", "mon..tue coffee 24 cups"),
        ("mon..tue coffee 2 cups", "coffee 24 cups"),
        ("mon..tue coffee 2 cups", "cofee 2 cups"),
        ("coffee 2 cups", f"coffee 2 cups {TODAY + timedelta(days=2)}"),
    ],
)
def test_a_changed_line_is_told_what_is_saved_before_it_is_asked_about(
    ada: Account, rows: Any, clock: Any, sent: str, changed: str
) -> None:
    """A question is answered with another id: the line would be saved twice."""
    for _ in range(5):
        ada.client.post("/consumption", json={"line": "coffee 2 cups"})
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}
    headers["X-Tally-Written"] = (clock() + timedelta(hours=23)).isoformat()
    record_id = str(uuid4())

    def send(line: str) -> Any:
        sent = {"id": record_id, "line": line}
        return ada.client.post("/consumption", json=sent, headers=headers)

    assert send(sent).status_code == 201
    saved = len(rows())
    refused = send(changed)
    assert refused.status_code == 409
    assert refused.json()["error"].startswith("This line was sent before, and is saved as coffee 2")
    assert len(rows()) == saved


@pytest.mark.parametrize(
    ("sent", "changed", "saved"),
    [
        ("gas @130 m3", "gas @130 m3 new", "gas 30 m³"),
        ("gas @130 m3 new", "gas @130 m3", "gas start at 130 m³"),
    ],
)
def test_a_reading_that_was_changed_to_another_meter_s_is_told_what_is_saved(
    ada: Account, sent: str, changed: str, saved: str
) -> None:
    ada.client.post("/consumption", json={"line": "gas @100 m3 -3"})
    headers = {"Accept": "application/json", "X-Tally-Account": account_hash(ada.id)}
    record_id = str(uuid4())

    def send(line: str) -> Any:
        sent = {"id": record_id, "line": line}
        return ada.client.post("/consumption", json=sent, headers=headers)

    assert send(sent).status_code == 201
    refused = send(changed)
    assert refused.status_code == 409
    assert f"is saved as {saved}" in refused.json()["error"]
    assert send(sent).status_code == 200
