"""Without JavaScript: the page after a change says what was done, and offers the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.transfer.writers import COLUMNS
from tests.conftest import HTMX, JSON, Account

Send = Callable[..., str]


@pytest.fixture
def send(client: TestClient) -> Send:
    """Sends a form of a page; returns where its answer leads."""

    def send(path: str, page: str = "/list", **fields: str) -> str:
        here = {"Referer": f"http://testserver{page}"}
        answer = client.post(path, data=fields, headers=here)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    return send


def _redo(html: str) -> str:
    """The undo that the page offers to take back."""
    found = re.search(r'name="redo" value="([^"]+)"', html)
    return found[1] if found else ""


def _undo(html: str) -> str:
    """The change of which the page offers an undo; empty when it offers none."""
    found = re.search(
        r'action="/consumption/undo".*?name="change" value="([^"]+)"', html, re.DOTALL
    )
    return found[1] if found else ""


def _message(html: str) -> str:
    place = html.partition('id="messages"')[2].partition("<template")[0]
    found = re.search(r'class="message-text">([^<]*)<', place)
    return found[1] if found else ""


def test_every_page_says_what_was_done_and_takes_it_back(client: TestClient, send: Send) -> None:
    record_id = str(uuid4())
    where = send("/consumption", "/add", line="tea 2", id=record_id)
    assert where.startswith("/add?changed=")
    steps: list[tuple[str, str, dict[str, str], str]] = [
        ("/consumption", "/add", {"line": "tea 2", "id": record_id}, "Saved tea 2"),
        (f"/consumption/{record_id}", "/list?q=tea", {"unit": "pot"}, "Changed tea 2 pot"),
        (f"/consumption/{record_id}/delete", "/add?changed=x", {}, "Deleted tea 2 pot"),
        (f"/consumption/{record_id}/restore", "/list?deleted=yes", {}, "Restored tea 2 pot"),
        ("/consumption/bulk", "/", {"duplicate": record_id}, "Saved tea 2 pot"),
    ]
    for path, sent_from, fields, words in steps:
        change = send(path, sent_from, **fields).partition("changed=")[2]
        for page in ("/", "/add", "/list", "/list?q=none", f"/consumption/{record_id}/edit"):
            separator = "&" if "?" in page else "?"
            answer = client.get(f"{page}{separator}changed={change}")
            if answer.status_code != 404:  # The record is deleted for the moment.
                assert (_message(answer.text), _undo(answer.text)) == (words, change)
    where = send("/consumption/undo", f"/add?changed={change}", change=change)
    assert where == f"/add?undone={change}"
    shown = client.get(where).text
    assert _message(shown) == "Removed tea 2 pot. Next to undo: restored tea 2 pot"
    assert _message(client.get(f"/list?changed={change}").text) == ""
    change = _undo(shown)
    assert send("/consumption/undo", where, change=change) == f"/add?undone={change}"
    shown = client.get(f"/add?undone={change}").text
    # What came before was changed since.
    assert (_message(shown), _undo(shown)) == ("Removed tea 2 pot", "")
    assert record_id in client.get("/list?deleted=yes").text


def test_an_import_says_all_that_it_did(client: TestClient) -> None:
    def take(rows: str, **fields: str) -> str:
        file = f"{','.join(COLUMNS)}\r\n{rows}"
        sent = client.post("/consumption/import", files={"file": ("a.csv", file)}, data=fields)
        assert sent.status_code == 303, sent.text
        return _message(client.get(sent.headers["location"]).text)

    first, second, third = (str(uuid4()) for _ in range(3))

    def row(record_id: str, day: str, value: int) -> str:
        return f"{record_id},{day},{value},tea,,,2026-01-05T10:00:00+00:00,1,,,"

    both = f"{row(first, '2026-01-01', 1)}\r\n{row(second, '2026-01-02', 1)}"
    assert take(both) == "Saved 2 records"
    client.delete(f"/consumption/{first}", headers=HTMX)
    rows = "\r\n".join(
        [row(first, "2026-01-01", 1), row(second, "2026-01-02", 3), row(third, "2026-01-03", 1)]
    )
    assert take(rows, update="1") == "Saved 1 record, changed 1 record, restored 1 record"


@pytest.mark.parametrize("page", ["/", "/add", "/list"])
def test_what_cannot_be_undone_is_not_offered(
    client: TestClient, bob: Account, database: Database, send: Send, page: str
) -> None:
    for change in (str(uuid4()), "x", ""):
        for name in ("changed", "undone"):
            assert _message(client.get(f"{page}?{name}={change}").text) == ""
    record_id = str(uuid4())
    change = send("/consumption", line="tea", id=record_id).partition("changed=")[2]
    assert _message(bob.client.get(f"{page}?changed={change}").text) == ""
    assert _message(client.get(f"{page}?undone={change}").text) == ""
    assert _undo(client.get(f"{page}?changed={change}").text) == change
    send(f"/consumption/{record_id}", notes="changed since")
    assert _message(client.get(f"{page}?changed={change}").text) == ""
    later = send(f"/consumption/{record_id}/delete").partition("changed=")[2]
    with database.changing() as db:
        old = "(SELECT updated_at - INTERVAL '11 minutes')"
        db.execute(text(f"UPDATE consumption_records SET updated_at = {old}"))
    assert _message(client.get(f"{page}?changed={later}").text) == ""


def test_an_edit_comes_back_to_the_page_it_was_opened_from(client: TestClient, send: Send) -> None:
    record_id = str(uuid4())
    send("/consumption", line="tea", id=record_id)
    page = f"/consumption/{record_id}/edit"
    opened = client.get(page, headers={"Referer": "http://testserver/list?q=tea&sort=value"})
    back = "/list?q=tea&amp;sort=value"
    # Of its three forms: save, delete and duplicate.
    assert opened.text.count(f'name="back" value="{back}"') == 3
    assert f'href="{back}"' in opened.text
    fields = {"back": "/list?q=tea&sort=value"}
    wrong = client.post(f"/consumption/{record_id}", data=fields | {"consumption_value": "no"})
    assert wrong.status_code == 422
    assert f'name="back" value="{back}"' in wrong.text
    for path in (f"/consumption/{record_id}", f"/consumption/{record_id}/delete"):
        where = send(path, page, notes="with milk", **fields)
        assert where.startswith("/list?q=tea&sort=value&changed=")


@pytest.mark.parametrize(
    "back", ["https://evil.test/list", "//evil.test/list", "/\\evil.test", "/auth/logout", "x"]
)
def test_the_page_to_come_back_to_is_one_of_ours(send: Send, back: str) -> None:
    record_id = str(uuid4())
    send("/consumption", line="tea", id=record_id)
    where = send(
        f"/consumption/{record_id}", f"/consumption/{record_id}/edit", back=back, notes="with milk"
    )
    assert re.match(r"/(list)?\?changed=", where)


def test_an_undo_is_taken_back_by_redo(client: TestClient) -> None:
    record_id = str(uuid4())
    saved = client.post("/consumption", data={"line": "tea 2", "id": record_id}, headers=HTMX)
    assert f'href="/consumption/{record_id}/edit"' in saved.text
    undone = client.post("/consumption/undo", data={"change": _undo(saved.text)}, headers=HTMX)
    assert "Removed tea 2" in undone.text and _redo(undone.text)
    assert client.get("/consumption", headers=JSON).json()["count"] == 0
    redone = client.post("/consumption/undo", data={"redo": _redo(undone.text)}, headers=HTMX)
    assert "Restored tea 2" in redone.text and not _redo(redone.text)
    assert client.get("/consumption", headers=JSON).json()["count"] == 1
    again = client.post("/consumption/undo", data={"change": _undo(redone.text)}, headers=HTMX)
    assert "Removed tea 2" in again.text
    assert client.get("/consumption", headers=JSON).json()["count"] == 0


@pytest.mark.parametrize(
    "page", ["/add", "/add?line=tea+2&fields=1", "/consumption", "/consumption/preview"]
)
def test_a_line_saved_after_one_that_was_refused_leads_back_to_add(send: Send, page: str) -> None:
    assert send("/consumption", page, line="tea 2").startswith("/add?changed=")


def test_without_scripts_redo_leads_back_too(client: TestClient, send: Send) -> None:
    change = send("/consumption", "/add", line="tea 2").partition("changed=")[2]
    shown = client.get(send("/consumption/undo", "/add", change=change)).text
    shown = client.get(send("/consumption/undo", "/add", redo=_redo(shown))).text
    assert _message(shown) == "Restored tea 2"
    assert client.get("/consumption", headers=JSON).json()["count"] == 1


def test_a_large_undo_asks_first(client: TestClient, send: Send) -> None:
    lines = "\n".join(f"tea {number}" for number in range(1, 151))
    saved = client.post("/consumption", data={"line": lines, "box": "batch"}, headers=HTMX)
    change = _undo(saved.text)
    asked = client.post("/consumption/undo", data={"change": change}, headers=HTMX)
    assert "saved 150 records. Undo all of it?" in asked.text
    assert "HX-Trigger" not in asked.headers
    shown = client.get(send("/consumption/undo", change=change)).text
    assert "saved 150 records. Undo all of it?" in shown
    assert client.get("/consumption", headers=JSON).json()["count"] == 150
    unclear = client.post(
        "/consumption/undo", data={"change": change, "confirm": "yes"}, headers=HTMX
    )
    assert unclear.status_code == 422
    assert client.get("/consumption", headers=JSON).json()["count"] == 150
    sent = {"change": change, "confirm": "true"}
    done = client.post("/consumption/undo", data=sent, headers=HTMX)
    assert "Removed 150 records" in done.text
    assert client.get("/consumption", headers=JSON).json()["count"] == 0
    # Programs are never asked.
    redone = client.post("/consumption/undo", data={"redo": _redo(done.text)}, headers=JSON)
    assert redone.json()["undone"] == 150


def test_a_form_that_changes_nothing_says_so(client: TestClient) -> None:
    """Without scripts, whose page comes back as it was."""
    record_id = str(uuid4())
    fields = {"id": record_id, "consumption_type": "tea", "consumption_value": "2"}
    client.post("/consumption", json=fields | {"notes": "#late"})
    bulk = {"action": "add-tag", "add-tag": "late", "ids": record_id}
    for path, sent in [
        ("/consumption/bulk", bulk),
        (f"/consumption/{record_id}", {"notes": "#late"}),
    ]:
        answer = client.post(path, data=sent)
        assert answer.headers["location"] == "/list?saved=nothing"
        page = client.get(answer.headers["location"]).text
        assert page.count("Nothing was changed: it is like that already") == 1


def test_a_number_is_read_behind_an_arabic_name_on_pages_and_sent_plain_to_programs(
    client: TestClient,
) -> None:
    line = '"حليب" 3l'
    page = client.post("/consumption", data={"line": line, "confirm": "1"}, follow_redirects=True)
    assert "Saved \u2068حليب\u2069 3 l" in page.text
    plain = client.post(
        "/consumption", content=line, headers={"Content-Type": "text/plain", "Accept": "text/plain"}
    )
    assert "حليب 3 l, " in plain.text
