"""One record, many at once, and the way back: the answer and the row together."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import HTMX, JSON, Account, group_by_the_dot
from tests.moments import TODAY
from tests.statements import statements_of
from tests.views.conftest import opened
from tests.waiting import held

LIST = HTMX | {"HX-Current-URL": "http://testserver/list"}


@pytest.fixture
def note(client: TestClient) -> Callable[..., str]:
    """Notes a record; returns its id."""

    def note(consumption_type: str = "coffee", value: str = "1", **fields: str) -> str:
        record_id = str(uuid4())
        content = {
            "id": record_id,
            "consumption_type": consumption_type,
            "consumption_value": value,
            "consumption_date": str(TODAY),
        }
        answer = client.post("/consumption?format=json", data=content | fields)
        assert answer.status_code == 201, answer.text
        return record_id

    return note


@pytest.fixture
def row(database: Database) -> Callable[[str], Any]:
    """The row of a record as it stands in the database."""

    def row(record_id: str) -> Any:
        with database.reading() as db:
            statement = text("SELECT * FROM consumption_records WHERE id = CAST(:id AS uuid)")
            return db.execute(statement, {"id": record_id}).one()

    return row


Note = Callable[..., str]
RowOf = Callable[[str], Any]


# One record


def test_a_record_is_a_row_and_a_form(client: TestClient, note: Note) -> None:
    record_id = note(unit="cup", notes="late #work")
    shown = client.get(f"/consumption/{record_id}", headers=LIST)
    assert f'<tr id="r-{record_id}"' in shown.text
    form = client.get(f"/consumption/{record_id}/edit", headers=LIST)
    assert form.text.lstrip().startswith(f'<tr id="r-{record_id}" class="editing"')
    assert 'name="version" value="1"' in form.text
    assert 'value="late #work"' in form.text
    assert client.get(f"/consumption/{record_id}", headers=JSON).json()["unit"] == "cup"
    assert client.get(f"/consumption/{record_id}").status_code == 303


def test_as_a_page_the_form_is_a_dialog_over_the_list_one_came_from(
    client: TestClient, note: Note
) -> None:
    record_id, other = note(unit="cup", notes="late"), note("tea")
    came = {"Referer": "http://testserver/list?type=coffee&changed=x&view=totals"}
    page = client.get(f"/consumption/{record_id}/edit", headers=came)
    assert page.status_code == 200
    assert 'aria-current="page">List</a>' in page.text
    assert f'<tr id="r-{record_id}"' in page.text and f'<tr id="r-{other}"' not in page.text
    dialog = opened(page.text)
    assert 'open data-behind="/list?type=coffee"' in dialog
    assert '<a href="/list?type=coffee" class="icon-button" aria-label="Close"' in dialog
    assert (
        f'action="/consumption/{record_id}"' in dialog
        and f'action="/consumption/{record_id}/delete"' in dialog
    )
    for elsewhere in ({}, {"Referer": "http://testserver/add"}):
        page = client.get(f"/consumption/{record_id}/edit", headers=elsewhere)
        assert 'open data-behind="/list"' in opened(page.text)
        assert f'<tr id="r-{other}"' in page.text


def test_a_list_that_cannot_be_read_is_behind_the_form_as_far_as_it_can(
    client: TestClient, note: Note
) -> None:
    record_id = note()
    came = {"Referer": "http://testserver/list?type=coffee&min=lots"}
    page = client.get(f"/consumption/{record_id}/edit", headers=came)
    assert (page.status_code, f'<tr id="r-{record_id}"' in page.text) == (200, True)
    assert 'data-behind="/list?type=coffee"' in opened(page.text)


def test_the_form_over_the_list_takes_one_statement_more(
    client: TestClient, note: Note, database: Database
) -> None:
    ids = [note(str(number)) for number in range(60)]

    def statements(path: str) -> int:
        with statements_of(database.reading_engine) as read:
            assert client.get(path).status_code == 200
        return len(read)

    assert statements(f"/consumption/{ids[0]}/edit") == statements("/list") + 1


def test_a_form_refused_without_scripts_is_the_dialog_again(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id, other = note(notes="as it was"), note("tea")
    fields = {"back": "/list?type=coffee", "consumption_value": "plenty", "notes": "typed"}
    answer = client.post(f"/consumption/{record_id}", data=fields)
    assert answer.status_code == 422
    assert f'<tr id="r-{record_id}"' in answer.text and f'<tr id="r-{other}"' not in answer.text
    dialog = opened(answer.text)
    for part in ('data-behind="/list?type=coffee"', 'value="plenty"', 'value="typed"',
                 f'id="value-{record_id}-error"',
                 'name="back" value="/list?type=coffee"'):  # fmt: skip
        assert part in dialog
    assert row(record_id).notes == "as it was"
    client.put(f"/consumption/{record_id}", json={"consumption_value": "7"})
    late = {"back": "/add", "consumption_value": "9", "version": "1"}
    answer = client.post(f"/consumption/{record_id}", data=late)
    assert answer.status_code == 409
    dialog = opened(answer.text)
    for part in ('data-behind="/list"', 'value="9"', "coffee 7", "Save mine",
                 'name="version" value="2"', 'href="/add"'):  # fmt: skip
        assert part in dialog


def test_saving_an_edit_answers_with_the_row_and_an_undo(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note()
    answer = client.put(
        f"/consumption/{record_id}",
        headers=LIST,
        data={
            "version": "1",
            "consumption_date": str(TODAY - timedelta(days=1)),
            "consumption_type": "green tea",
            "consumption_value": "2,5",
            "unit": "cup",
            "notes": "with honey",
        },
    )
    assert answer.status_code == 200
    assert "green tea" in answer.text
    assert "Undo" in answer.text
    assert record_id in answer.headers["HX-Trigger"]
    saved = row(record_id)
    assert (saved.consumption_type, str(saved.consumption_value), saved.unit) == (
        "green tea", "2.5", "cup",
    )  # fmt: skip
    assert (saved.consumption_date, saved.notes) == (TODAY - timedelta(days=1), "with honey")
    assert saved.version == 2


def test_an_invalid_edit_is_the_form_again_with_what_was_typed(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note(notes="as it was")
    answer = client.put(
        f"/consumption/{record_id}",
        headers=LIST,
        data={"consumption_value": "plenty", "consumption_type": "", "notes": "typed"},
    )
    assert answer.status_code == 422
    assert 'value="plenty"' in answer.text
    assert 'value="typed"' in answer.text
    assert answer.text.count('class="error"') == 2
    assert (row(record_id).notes, row(record_id).version) == ("as it was", 1)
    as_json = client.put(f"/consumption/{record_id}", json={"consumption_value": "NaN"})
    assert as_json.status_code == 422
    assert list(as_json.json()["fields"]) == ["consumption_value"]


def test_a_dot_where_the_account_groups_by_it_is_remarked(
    client: TestClient, note: Note, database: Database
) -> None:
    record_id = note()
    group_by_the_dot(database)
    for name, value, remarks in (
        ("consumption_value", "1.500", 1),
        ("consumption_value", "1,5", 0),
        ("cost", "1.500", 1),
    ):
        sent = {name: value}
        answer = client.put(f"/consumption/{record_id}", data=sent, headers=LIST)
        assert answer.text.count("1.500 is read as 1,5: the dot is decimal.") == remarks
        client.put(f"/consumption/{record_id}", data={name: "7"}, headers=LIST)
        plain = client.post(f"/consumption/{record_id}", data=sent)
        page = client.get(plain.headers["location"]).text
        assert page.count("1.500 is read as 1,5: the dot is decimal.") == remarks


def test_a_dash_is_no_unit(client: TestClient, note: Note, row: RowOf) -> None:
    """Filters call records without a unit so: one of the unit could never be found."""
    record_id = note(unit="cup")
    fields = {"consumption_date": str(TODAY), "consumption_type": "tea", "consumption_value": "1"}
    answer = client.put(f"/consumption/{record_id}", headers=LIST, data=fields | {"unit": " - "})
    assert answer.status_code == 422
    assert "Leave the unit empty where there is none." in answer.text
    assert row(record_id).unit == "cup"


def test_an_edit_that_changes_nothing_is_saved_already(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note(value="2.5", unit="cup")
    before = row(record_id)
    same = {"version": "1", "consumption_value": "2,50", "unit": "cups", "notes": " "}
    answer = client.put(f"/consumption/{record_id}", data=same, headers=LIST)
    assert answer.status_code == 200
    assert "Saved coffee 2.5 cup" in answer.text
    assert "Undo" not in answer.text
    as_json = client.put(f"/consumption/{record_id}", json=same).json()
    assert (as_json["version"], as_json["change"]) == (1, None)
    page = client.post(f"/consumption/{record_id}", data=same)
    assert (page.status_code, page.headers["location"]) == (303, "/list?saved=nothing")
    assert row(record_id) == before
    client.put(f"/consumption/{record_id}", json={"notes": "late"})
    assert client.put(f"/consumption/{record_id}", json={"version": "1"}).status_code == 409


def test_an_edit_over_a_newer_one_shows_both(client: TestClient, note: Note, row: RowOf) -> None:
    record_id = note()
    client.put(
        f"/consumption/{record_id}", data={"consumption_value": "7", "version": "1"}, headers=LIST
    )
    late = {"consumption_value": "9", "version": "1"}
    answer = client.put(f"/consumption/{record_id}", data=late, headers=LIST)
    assert answer.status_code == 409
    assert 'value="9"' in answer.text
    assert "coffee 7" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert str(row(record_id).consumption_value) == "7"
    both = client.put(f"/consumption/{record_id}", json=late).json()
    assert (both["record"]["consumption_value"], both["yours"]["consumption_value"]) == ("7", "9")
    assert client.post(f"/consumption/{record_id}", data=late).status_code == 409
    # Having seen both, one may insist; without a version nothing is checked.
    assert client.put(f"/consumption/{record_id}", json=late | {"version": "2"}).status_code == 200
    assert (
        client.put(f"/consumption/{record_id}", json={"consumption_value": "3"}).status_code == 200
    )
    assert str(row(record_id).consumption_value) == "3"


@pytest.mark.parametrize("version", ["one", "-1", "1.0", "99999999999"])
def test_a_version_is_a_number(version: str, client: TestClient, note: Note, row: RowOf) -> None:
    record_id = note()
    answer = client.put(f"/consumption/{record_id}", data={"version": version}, headers=JSON)
    assert answer.status_code == 422
    assert row(record_id).version == 1


def test_deleting_twice_is_fine_and_restoring_brings_it_back(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note()
    first = client.delete(f"/consumption/{record_id}", headers=LIST)
    assert first.status_code == 200
    assert "Undo" in first.text
    assert row(record_id).deleted_at is not None
    assert client.delete(f"/consumption/{record_id}", headers=LIST).status_code == 200
    assert client.get(f"/consumption/{record_id}/edit", headers=LIST).status_code == 404
    assert (
        client.put(f"/consumption/{record_id}", data={"notes": "x"}, headers=LIST).status_code
        == 404
    )
    assert record_id not in client.get("/list").text
    gone = client.get("/list?deleted=yes").text
    assert f"/consumption/{record_id}/restore" in gone
    assert client.post(f"/consumption/{record_id}/restore", headers=LIST).status_code == 200
    assert row(record_id).deleted_at is None
    assert record_id in client.get("/list").text


TYPED = {
    "version": "1",
    "consumption_date": str(TODAY),
    "consumption_type": "coffee",
    "consumption_value": "17",
    "unit": "cup",
    "notes": "typed for long",
    "kind": "amount",
    "covers": "day",
    "back": "/list?type=coffee",
}
DELETED_SINCE = "This record was deleted in the meantime."


def sent_on(html: str) -> dict[str, str]:
    """The form of an edit as a browser sends it on: its address, and its hidden fields."""
    form = html.partition('<form class="edit-form')[2].partition("</form>")[0]
    hidden = dict(re.findall('type="hidden" name="([a-z]+)" value="([^"]*)"', form))
    return {"address": form.partition('action="')[2].partition('"')[0], **hidden}


@pytest.mark.parametrize("headers", [LIST, {}], ids=["fragment", "page"])
def test_an_edit_of_a_record_deleted_meanwhile_comes_back_as_it_was_typed(
    headers: dict[str, str], client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note(unit="cup")
    client.delete(f"/consumption/{record_id}")
    answer = client.post(f"/consumption/{record_id}", data=TYPED, headers=headers)
    assert answer.status_code == 404
    form = answer.text if headers else opened(answer.text)
    assert DELETED_SINCE in form
    assert 'value="17"' in form and 'value="typed for long"' in form
    assert 'formaction="/consumption"' in form and ">Cancel<" in form
    assert "hx-put" not in form and f"{record_id}/delete" not in form
    assert row(record_id).deleted_at is not None
    # Both ways on lead back to the list.
    sent = sent_on(form)
    assert sent["address"] == f"/consumption/{record_id}?restore=1"
    restored = client.post(sent.pop("address"), data=TYPED | sent)
    assert restored.headers["location"].startswith("/list?type=coffee&changed=")
    saved = row(record_id)
    assert (str(saved.consumption_value), saved.deleted_at) == ("17", None)
    # It is undone as a whole.
    change = restored.headers["location"].rpartition("=")[2]
    assert client.post("/consumption/undo", data={"change": change}).status_code == 303
    put_back = row(record_id)
    assert (str(put_back.consumption_value), put_back.deleted_at is None) == ("1", False)
    anew = client.post("/consumption", data=TYPED | sent)
    assert anew.headers["location"].startswith("/list?type=coffee&changed=")
    assert row(sent["id"]).notes == "typed for long"


@pytest.mark.parametrize("headers", [LIST, {}], ids=["fragment", "page"])
@pytest.mark.parametrize(
    ("fault", "focused"),
    [
        ({}, "value"),
        ({"cost": "x"}, "edit-{}-cost"),
        ({"unit": "u" * 25}, "unit"),
        ({"consumption_date": "soon", "consumption_value": "x"}, "date value"),
        ({"consumption_value": "x"}, "value"),
        ({"kind": "reading", "reading": "x"}, "reading"),
        (
            {"kind": "reading", "reading": "5", "new_meter": "true", "rolled_over": "true"},
            "reading",
        ),
        ({"version": "x"}, "value"),
    ],
)
def test_the_first_fault_of_an_edit_has_the_focus(
    headers: dict[str, str],
    fault: dict[str, str],
    focused: str,
    client: TestClient,
    note: Note,
) -> None:
    record_id = note(unit="cup")
    address = f"/consumption/{record_id}"
    if fault:
        answer = client.post(address, data=TYPED | fault, headers=headers)
    else:
        answer = client.get(f"{address}/edit", headers=headers)
    assert answer.status_code == (422 if fault else 200)
    form = answer.text.partition('<form class="edit-form')[2].partition("</form>")[0]
    ids = re.findall('<(?:input|select|textarea) id="([^"]*)"[^>]* autofocus', form)
    names = [name.format(record_id) if "{" in name else f"{name}-{record_id}"
             for name in focused.split()]  # fmt: skip
    assert ids == names


def test_an_old_version_is_no_reason_against_a_deletion(client: TestClient, note: Note) -> None:
    """A record's own JSON may be sent back whole; only an edit looks at its version."""
    record_id = note()
    changed = client.put(f"/consumption/{record_id}", json={"consumption_value": "3"}).json()
    old = changed | {"version": 1}
    assert client.request("DELETE", f"/consumption/{record_id}", json=old).status_code == 200
    restored = client.post(f"/consumption/{record_id}/restore", json=old).json()
    assert (restored["consumption_value"], restored["version"]) == ("3", 4)


def test_programs_are_told_that_a_record_was_deleted(client: TestClient, note: Note) -> None:
    record_id = note()
    client.delete(f"/consumption/{record_id}")
    answer = client.put(f"/consumption/{record_id}", json={"consumption_value": "3"})
    assert (answer.status_code, answer.json()) == (404, {"error": DELETED_SINCE, "fields": {}})
    answer = client.put(f"/consumption/{record_id}?restore=1", json={"consumption_value": "3"})
    assert (answer.status_code, answer.json()["consumption_value"]) == (200, "3")


def test_what_cannot_be_saved_restores_nothing_and_keeps_the_ways_on(
    client: TestClient, note: Note, row: RowOf
) -> None:
    for _ in range(6):
        record_id = note(unit="cup")
    client.delete(f"/consumption/{record_id}")
    address = f"/consumption/{record_id}?restore=1"
    for changed, status, words in (
        ({"consumption_value": "plenty"}, 422, "as a number"),
        ({"consumption_value": "110"}, 422, "110 × your usual"),
        ({"version": "1"}, 409, "Somebody changed this record"),
    ):
        answer = client.post(address, data=TYPED | {"version": "2"} | changed, headers=LIST)
        assert answer.status_code == status and words in answer.text
        assert DELETED_SINCE in answer.text and f'action="{address}"' in answer.text
        assert (row(record_id).version, row(record_id).deleted_at is None) == (2, False)
    # Restored by somebody else meanwhile, it is one that was changed.
    client.post(f"/consumption/{record_id}/restore")
    answer = client.post(address, data=TYPED | {"version": "2"}, headers=LIST)
    assert answer.status_code == 409 and DELETED_SINCE not in answer.text
    assert "Save mine" in answer.text


def test_a_reading_deleted_meanwhile_comes_back_with_its_edit(
    client: TestClient, note: Note, row: RowOf
) -> None:
    first, last = (
        note("power", "0", unit="kWh", reading=figure, consumption_date=day)
        for figure, day in (("100", "2026-01-01"), ("150", "2026-02-01"))
    )
    client.delete(f"/consumption/{last}")
    typed = TYPED | {"version": "2", "consumption_type": "power", "unit": "kWh"}
    typed |= {"consumption_date": "2026-02-01", "kind": "reading", "reading": "90"}
    address = f"/consumption/{last}?restore=1"
    answer = client.post(address, data=typed, headers=LIST)
    assert answer.status_code == 422 and 'id="reading-' in answer.text
    assert DELETED_SINCE in answer.text and row(last).deleted_at is not None
    assert client.post(address, data=typed | {"reading": "160"}).status_code == 303
    assert (str(row(last).consumption_value), row(last).deleted_at) == ("60", None)
    assert row(first).version == 1


def test_an_edit_of_a_record_that_is_gone_for_good_can_be_saved_as_a_new_one(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    record_id = note()
    client.delete(f"/consumption/{record_id}")
    with database.changing() as db:
        days = "UPDATE consumption_records SET deleted_at = now() - INTERVAL '31 days'"
        db.execute(text(f"{days} WHERE id = CAST(:id AS uuid)"), {"id": record_id})
    for address in (f"/consumption/{record_id}", f"/consumption/{record_id}?restore=1"):
        answer = client.post(address, data=TYPED)
        assert answer.status_code == 404
        form = opened(answer.text)
        assert "There is no such record, or not any more." in form
        assert 'value="typed for long"' in form and "restore" not in form
    sent = sent_on(form)
    assert client.post(sent.pop("address"), data=TYPED | sent).status_code == 303
    assert row(sent["id"]).notes == "typed for long"


def test_fields_of_an_address_stand_in_the_form_of_a_record(
    client: TestClient, note: Note, row: RowOf
) -> None:
    """They were typed before a sign-in: see `responses.sign_in_first`."""
    record_id = note(unit="cup", notes="old")
    typed = {"consumption_value": "1 7", "notes": "", "version": "1", "back": "/list?type=coffee"}
    address = f"/consumption/{record_id}/edit?{urlencode(typed)}"
    form = opened(client.get(address).text)
    assert 'value="1 7"' in form and 'value="old"' not in form
    assert "Somebody changed" not in form and 'data-behind="/list?type=coffee"' in form
    client.put(f"/consumption/{record_id}", json={"notes": "newer"})
    form = opened(client.get(address).text)
    assert "Somebody changed this record" in form and "newer" in form
    assert 'value="1 7"' in form and 'name="version" value="2"' in form
    client.delete(f"/consumption/{record_id}")
    answer = client.get(address)
    assert answer.status_code == 404
    assert DELETED_SINCE in answer.text and 'value="1 7"' in opened(answer.text)
    assert row(record_id).version == 3


def test_a_deletion_is_undone(client: TestClient, note: Note, row: RowOf) -> None:
    record_id = note()
    change = client.delete(f"/consumption/{record_id}", headers=JSON).json()["change"]
    answer = client.post("/consumption/undo", data={"change": change}, headers=LIST)
    assert answer.status_code == 200
    assert re.search(r'message-text">\s*Restored coffee', answer.text)
    assert "records-changed" in answer.headers["HX-Trigger"]
    assert row(record_id).deleted_at is None
    again = client.post("/consumption/undo", data={"change": change}, headers=LIST)
    assert again.status_code == 200


def test_an_undo_offers_the_change_before_it(client: TestClient, bob: Account, note: Note) -> None:
    offered = re.compile('name="change" value="([^"]*)"')
    ids = [note(), note()]
    changes = [
        client.delete(f"/consumption/{record_id}", headers=JSON).json()["change"]
        for record_id in ids
    ]
    bob.client.post("/consumption", json={"line": "gas"})
    answer = client.post("/consumption/undo", data={"change": changes[1]}, headers=LIST)
    assert re.search("Restored coffee [^.]*. Next to undo: deleted coffee", answer.text)
    assert offered.findall(answer.text) == changes[:1]
    for _ in range(2):  # A doubled click too.
        answer = client.post("/consumption/undo", data={"change": changes[0]}, headers=LIST)
        assert offered.findall(answer.text) == []
    found = client.get("/consumption", headers=JSON).json()["records"]
    assert {record["id"] for record in found} == set(ids)


def test_an_undo_that_comes_too_late_is_refused(client: TestClient, note: Note, row: RowOf) -> None:
    record_id = note()
    change = client.put(f"/consumption/{record_id}", json={"notes": "one"}).json()["change"]
    client.put(f"/consumption/{record_id}", json={"notes": "two"})
    assert client.post("/consumption/undo", json={"change": change}).status_code == 409
    assert row(record_id).notes == "two"


@pytest.mark.parametrize("change", ["", "abc", "00000000-0000-0000-0000-00000000000g"])
def test_an_undo_names_a_change(change: str, client: TestClient) -> None:
    answer = client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert answer.status_code == 422


def test_an_undo_of_nothing_is_not_found(client: TestClient) -> None:
    answer = client.post("/consumption/undo", data={"change": str(uuid4())}, headers=JSON)
    assert answer.status_code == 404
    assert answer.json()["error"] == (
        "There is nothing to undo: a change can be undone for 10 minutes."
    )


@pytest.mark.parametrize(
    "record_id", ["abc", "-1", "0", "9223372036854775808", "1e3", "%00", "..%2F..%2Fetc%2Fpasswd"]
)
def test_an_id_that_is_none_is_not_found(record_id: str, client: TestClient) -> None:
    assert client.get(f"/consumption/{record_id}", headers=LIST).status_code == 404
    assert client.put(f"/consumption/{record_id}", headers=LIST).status_code == 404
    assert client.delete(f"/consumption/{record_id}", headers=LIST).status_code == 404


def without_new_ids(page: str) -> str:
    """A page, whichever new id its empty forms got."""
    return re.sub(r'(name="id" value=")[0-9a-f-]{36}"', r'\1NEW"', page)


def test_somebody_elses_record_is_not_there(bob: Account, note: Note, row: RowOf) -> None:
    record_id = note()
    for method, path in [
        ("GET", ""), ("GET", "/edit"), ("PUT", ""), ("POST", ""), ("DELETE", ""),
        ("POST", "/delete"), ("POST", "/restore"),
    ]:  # fmt: skip
        for headers in ({}, LIST, JSON):
            sent: dict[str, Any] = {"headers": headers}
            if method in ("PUT", "POST"):
                sent["data"] = TYPED if path == "" else {}
            answer = bob.client.request(method, f"/consumption/{record_id}{path}", **sent)
            nowhere = bob.client.request(method, f"/consumption/{uuid4()}{path}", **sent)
            assert answer.status_code == nowhere.status_code == 404
            assert without_new_ids(answer.text) == without_new_ids(nowhere.text)
            assert record_id not in answer.text
    for query in ("?restore=1", f"/edit?{urlencode(TYPED)}"):
        method = "GET" if "edit" in query else "POST"
        answer = bob.client.request(method, f"/consumption/{record_id}{query}")
        nowhere = bob.client.request(method, f"/consumption/{uuid4()}{query}")
        assert answer.status_code == nowhere.status_code == 404
        assert without_new_ids(answer.text) == without_new_ids(nowhere.text)
    for action in ("delete", "set-type"):
        answer = bob.client.post(
            "/consumption/bulk", json={"action": action, "ids": [record_id], "set-type": "tea"}
        )
        assert answer.status_code == 404
    assert bob.client.post("/consumption/bulk", data={"duplicate": record_id}).status_code == 404
    assert (row(record_id).version, row(record_id).deleted_at) == (1, None)


def test_without_scripts_one_comes_back_to_the_list_with_an_undo(
    client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note()
    here = {"Referer": "http://testserver/list?type=coffee"}
    answer = client.post(f"/consumption/{record_id}/delete", headers=here)
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert where.startswith("/list?type=coffee&changed=")
    page = client.get(where)
    assert 'action="/consumption/undo"' in page.text
    change = where.rpartition("=")[2]
    answer = client.post("/consumption/undo", data={"change": change}, headers=here)
    assert answer.headers["location"] == f"/list?type=coffee&undone={change}"
    assert "Restored coffee" in client.get(answer.headers["location"]).text
    assert row(record_id).deleted_at is None
    elsewhere = {"Referer": "https://evil.test/list"}
    answer = client.post(f"/consumption/{record_id}/delete", headers=elsewhere)
    assert answer.headers["location"].startswith("/list?changed=")


# Many at once


def test_many_are_changed_alike_and_one_undo_takes_it_back(
    client: TestClient, note: Note, row: RowOf
) -> None:
    chosen = [note("tea", unit="cup", notes="ginger") for _ in range(3)]
    other = note("tea")
    yesterday = str(TODAY - timedelta(days=1))
    for action, value, column, expected in [
        ("set-type", "green  tea", "consumption_type", "green tea"),
        ("set-unit", "pot", "unit", "pot"),
        ("set-unit", "", "unit", ""),
        ("set-date", yesterday, "consumption_date", TODAY - timedelta(days=1)),
        ("add-tag", "late", "notes", "ginger #late"),
    ]:
        before = [getattr(row(record_id), column) for record_id in chosen]
        answer = client.post(
            "/consumption/bulk", json={"action": action, action: value, "ids": chosen}
        )
        assert answer.json()["changed"] == 3
        assert [getattr(row(record_id), column) for record_id in chosen] == [expected] * 3
        undone = client.post("/consumption/undo", json={"change": answer.json()["change"]})
        assert undone.json()["undone"] == 3
        assert [getattr(row(record_id), column) for record_id in chosen] == before
    assert row(other).version == 1


def set_alike(client: TestClient, action: str, value: str, ids: list[str]) -> list[str]:
    """Set a type or unit of records as a program; returns the warnings."""
    sent = {"action": action, "value": value, "ids": ids}
    answer = client.post("/consumption/bulk", json=sent)
    assert answer.status_code == 200 and answer.json()["changed"] == len(ids), answer.text
    content = answer.json()
    assert content.keys() - {"warnings"} == {"changed", "change"}
    return [warning["message"] for warning in content.get("warnings", [])]


def test_a_unit_that_a_type_is_not_kept_in_is_told_of_many(client: TestClient, note: Note) -> None:
    cups = [note("tea", unit="cup") for _ in range(3)]
    juice = [note("juice", unit="l") for _ in range(2)]
    other = "tea is kept in cup: this gives it another unit, l"
    assert set_alike(client, "set-unit", "pots", cups[:1]) == [
        "pots is a new unit: tea is kept in cup"
    ]
    # It is one of its units by now, and so is the other one again.
    assert set_alike(client, "set-unit", "pots", cups[1:2]) == []
    assert set_alike(client, "set-unit", "cup", cups[:2]) == []
    assert set_alike(client, "set-unit", "", cups[:1]) == [
        "tea is kept in cup, and these have no unit"
    ]
    assert set_alike(client, "set-unit", "cup", cups[:1]) == []
    # A type whose records all go along has its unit corrected.
    assert set_alike(client, "set-unit", "mug", cups) == []
    assert set_alike(client, "set-unit", "cup", cups) == []
    assert set_alike(client, "set-type", "Tea", juice[:1]) == [other]
    assert set_alike(client, "set-type", "juice", juice[:1]) == []
    assert set_alike(client, "set-type", "tea", juice) == [other]
    assert set_alike(client, "set-type", "coffee", juice) == []


def test_a_cost_beside_what_becomes_money_is_told_of_many(client: TestClient, note: Note) -> None:
    note("lunch", "9", unit="€")
    lunch = note("lunch", "1", unit="meal", cost="12")
    told = "lunch is money now, in €, and some of it has a cost besides"
    assert set_alike(client, "set-unit", "€", [lunch]) == [told]
    assert set_alike(client, "set-unit", "meal", [lunch]) == [
        "meal is a new unit: lunch is kept in €"
    ]
    dinner = [note("dinner", unit="meal"), note("dinner", unit="meal")]
    assert set_alike(client, "set-unit", "EUR", dinner[:1]) == [
        "dinner is kept in meal: this saves € as its amount, not as a cost"
    ]


def test_the_message_on_many_counts_one_more_type_as_one(client: TestClient, note: Note) -> None:
    ids = [note(f"tea {number}", unit="cup") for number in range(4) for _ in range(2)]
    form = {"action": "set-unit", "set-unit": "pot", "ids": ids[::2]}
    answer = client.post("/consumption/bulk", data=form, headers=LIST)
    assert "tea 2 is kept in cup. 1 more type and unit is like this" in answer.text


@pytest.mark.parametrize("headers", [LIST, {"Referer": "http://testserver/list?type=tea"}])
def test_the_message_on_many_says_which_types_are_in_another_unit(
    client: TestClient, note: Note, headers: dict[str, str]
) -> None:
    types = [f"tea {number}" for number in range(5)]
    ids = [note(name, unit="cup") for name in types for _ in range(2)]
    form = {"action": "set-unit", "set-unit": "pot", "ids": ids[::2]}
    answer = client.post("/consumption/bulk", data=form, headers=headers)
    if answer.status_code == 303:
        assert "told=units" in answer.headers["location"]
        answer = client.get(answer.headers["location"])
    assert "Changed 5 records. pot is a new unit: tea 0 is kept in cup. pot is" in answer.text
    assert "tea 2 is kept in cup. 2 more types and units are like this" in answer.text
    assert "tea 3 is kept" not in answer.text
    assert 'action="/consumption/undo"' in answer.text
    # The next message has none of it.
    back = {"Referer": "http://testserver/list?type=tea&changed=x&told=units"}
    form = {"action": "add-tag", "add-tag": "late", "ids": ids[:2]}
    answer = client.post("/consumption/bulk", data=form, headers=back)
    assert answer.headers["location"].startswith("/list?type=tea&changed=")
    assert "told" not in answer.headers["location"]


def test_a_meter_that_moves_is_told_of_and_not_the_reading_behind_it(client: TestClient) -> None:
    reading = {"consumption_type": "water", "unit": "m³"}
    for number, day in enumerate((30, 20, 10)):
        sent = reading | {
            "reading": str(100 + number),
            "consumption_date": str(TODAY - timedelta(day)),
        }
        assert client.post("/consumption", json=sent).status_code == 201
    [*_, middle, _] = client.get("/consumption?format=json&sort=date").json()["records"]
    assert set_alike(client, "set-unit", "l", [middle["id"]]) == [
        "water is kept in m³: this gives it another unit, l"
    ]


# Several at once


def test_two_edits_of_different_fields_at_once_are_both_kept(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    record_id = note()
    sent = ({"notes": "from one"}, {"consumption_value": "7"})
    lock = "SELECT 1 FROM consumption_records WHERE id = CAST(:id AS uuid) FOR UPDATE"
    with ThreadPoolExecutor() as pool:
        with held(database, lock, 2, id=record_id):
            answers = [
                pool.submit(client.put, f"/consumption/{record_id}", json=fields) for fields in sent
            ]
        assert [answer.result().status_code for answer in answers] == [200, 200]
    assert (row(record_id).notes, row(record_id).consumption_value, row(record_id).version) == (
        "from one",
        7,
        3,
    )


def test_the_second_of_two_edits_is_shown_the_content_of_the_first(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    record_id = note()
    sent = ({"notes": "A", "version": "1"}, {"notes": "B", "version": "1"})
    lock = "SELECT 1 FROM consumption_records WHERE id = CAST(:id AS uuid) FOR UPDATE"
    with ThreadPoolExecutor() as pool:
        with held(database, lock, 2, id=record_id):
            answers = [
                pool.submit(client.put, f"/consumption/{record_id}", json=fields) for fields in sent
            ]
        first, second = sorted(
            (answer.result() for answer in answers), key=lambda it: it.status_code
        )
    assert (first.status_code, second.status_code) == (200, 409)
    newest = second.json()["record"]
    assert (newest["version"], newest["notes"]) == (2, row(record_id).notes)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/consumption", {"line": "coffee 2"}),
        ("/limits", {"type": "coffee", "unit": "", "value": "20", "per": "month"}),
        ("/account", {"name": "Ada"}),
    ],
)
def test_whoever_deleted_the_account_meanwhile_has_signed_out(
    client: TestClient, ada: Account, note: Note, database: Database, path: str, fields: Any
) -> None:
    note("coffee")
    with ThreadPoolExecutor() as pool:
        with held(database, "DELETE FROM users WHERE id = :id", 1, id=ada.id):
            answer = pool.submit(client.post, path, json=fields)
        assert answer.result().status_code == 401


def test_what_changed_nothing_offers_no_undo_of_something_else(
    client: TestClient, note: Note
) -> None:
    there, *several = note(), note(), note()
    assert client.post(f"/consumption/{there}/restore", headers=JSON).json()["change"] is None
    deleted = client.post("/consumption/bulk", json={"action": "delete", "ids": several}).json()
    again = client.request("DELETE", f"/consumption/{several[0]}", headers=JSON)
    assert (again.status_code, again.json()["change"]) == (200, None)
    alone = client.request("DELETE", f"/consumption/{there}", headers=JSON).json()["change"]
    again = client.request("DELETE", f"/consumption/{there}", headers=JSON)
    assert again.json()["change"] == alone != deleted["change"]


def test_all_that_match_are_changed_only_where_there_is_something_to_change(
    client: TestClient, note: Note, row: RowOf
) -> None:
    there, gone = note(), note()
    client.request("DELETE", f"/consumption/{gone}")
    since = row(gone).deleted_at
    for action, deleted in (("restore", ""), ("delete", "yes")):
        fields = {"action": action, "all": "1", "deleted": deleted}
        answer = client.post("/consumption/bulk", json=fields)
        assert answer.json() == {"changed": 0, "change": None}
    assert (row(there).version, row(gone).deleted_at) == (1, since)


def test_selected_records_and_all_that_match_are_not_both_meant(
    client: TestClient, note: Note, row: RowOf
) -> None:
    selected, other = note(), note()
    for program in (True, 1, "1"):
        sent = {"action": "delete", "ids": [selected], "all": program}
        answer = client.post("/consumption/bulk", json=sent)
        assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"ids"})
    assert (row(selected).version, row(other).version) == (1, 1)
    # A page whose rows are selected as well.
    form = {"action": "delete", "ids": selected, "all": "1"}
    assert client.post("/consumption/bulk", data=form, headers=HTMX).status_code == 200
    assert row(other).deleted_at


def test_all_that_match_are_deleted_and_come_back(
    client: TestClient, note: Note, row: RowOf
) -> None:
    teas = [note("tea", str(value)) for value in range(1, 61)]
    coffee = note("coffee")
    answer = client.post(
        "/consumption/bulk?type=tea&min=2&limit=5",
        data={"action": "delete", "all": "1"},
        headers=LIST,
    )
    assert "Deleted 59 records" in answer.text
    assert row(teas[0]).deleted_at is None
    assert row(coffee).deleted_at is None
    restored = client.post(
        "/consumption/bulk",
        json={"action": "restore", "all": "1", "deleted": "yes", "type": "tea", "max": "10"},
    )
    assert restored.json()["changed"] == 9


def test_a_tag_is_added_once(client: TestClient, note: Note, row: RowOf) -> None:
    tagged, bare = note(notes="#Late, really"), note()
    answer = client.post(
        "/consumption/bulk", json={"action": "add-tag", "add-tag": "#late", "ids": [tagged, bare]}
    )
    assert answer.json()["changed"] == 1
    assert (row(tagged).notes, row(bare).notes) == ("#Late, really", "#late")


def test_a_tag_without_room_changes_nothing(client: TestClient, note: Note, row: RowOf) -> None:
    full, bare = note(notes="x" * 2000), note()
    answer = client.post(
        "/consumption/bulk", json={"action": "add-tag", "add-tag": "late", "ids": [full, bare]}
    )
    assert answer.status_code == 422
    assert row(bare).notes == ""


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"action": "explode"}, "action"),
        ({}, "action"),
        ({"action": "delete"}, "ids"),
        ({"action": "export", "delete": "1"}, "delete"),
        ({"action": "delete", "restore": "1"}, "restore"),
        ({"action": "delete", "export": "1"}, "export"),
        ({"action": "set-type", "set-type": " "}, "set-type"),
        ({"action": "set-type", "set-type": "x" * 65}, "set-type"),
        ({"action": "set-unit", "set-unit": "x" * 25}, "set-unit"),
        ({"action": "set-date", "set-date": "tomorrow"}, "set-date"),
        ({"action": "set-date", "set-date": "2199-01-01"}, "set-date"),
        ({"action": "add-tag", "add-tag": "two words"}, "add-tag"),
        ({"action": "add-tag", "add-tag": "#"}, "add-tag"),
        ({"action": "delete", "all": "1", "period": "lately"}, "period"),
    ],
)
def test_a_bulk_action_that_cannot_be_done_says_why(
    fields: dict[str, str], fault: str, client: TestClient, note: Note, row: RowOf
) -> None:
    record_id = note()
    chosen = {} if fault == "ids" else {"ids": record_id}
    answer = client.post("/consumption/bulk", data=chosen | fields, headers=JSON)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [fault]
    assert row(record_id).version == 1


@pytest.mark.parametrize(
    ("address", "sent", "faults"),
    [
        ("", {"all": True, "action": "delete", "limit": 1}, ["limit"]),
        ("?limit=1", {"all": True, "action": "delete"}, ["limit"]),
        ("", {"all": True, "action": "delete", "type": None}, ["type"]),
        ("", {"all": True, "action": "export", "from": None, "q": None}, ["q", "from"]),
        ("", {"ids": ["own"], "action": "delete", "type": "coffee"}, ["type"]),
        ("?period=today", {"ids": ["own"], "action": "add-tag", "value": "#late"}, ["period"]),
        ("", {"all": True, "deleted": "yes", "action": "add-tag", "value": "late"}, ["deleted"]),
        ("?deleted=yes", {"all": True, "action": "set-type", "value": "tea"}, ["deleted"]),
        ("", {"all": True, "action": "set-unit"}, ["value"]),
        ("", {"ids": ["own"], "action": "set-unit", "value": None}, ["value"]),
        ("", {"ids": ["own"], "action": "set-unit", "value": "x" * 25}, ["value"]),
        ("", {"ids": ["own"], "action": "set-type", "value": " "}, ["value"]),
        ("", {"ids": ["own"], "action": "set-type"}, ["value"]),
        ("", {"ids": ["own"], "action": "set-date", "value": "tomorrow"}, ["value"]),
        ("", {"all": True, "action": "add-tag", "value": "two words"}, ["value"]),
        ("", {"all": True, "action": "convert", "value": "kWh"}, ["value"]),
    ],
)
def test_a_program_changes_no_more_records_than_it_says(
    address: str,
    sent: dict[str, Any],
    faults: list[str],
    client: TestClient,
    note: Note,
    row: RowOf,
) -> None:
    record_id = note("tea", unit="cup")
    own = {"ids": [record_id]} if "ids" in sent else {}
    answer = client.post(f"/consumption/bulk{address}", json=sent | own)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, faults), answer.text
    assert row(record_id).version == 1


def test_no_date_of_many_lets_one_begin_before_all_dates(
    client: TestClient, note: Note, row: RowOf
) -> None:
    month, day = note("gas", days="30"), note("gas")
    sent = {"ids": [month, day], "action": "set-date", "value": "1900-01-29"}
    answer = client.post("/consumption/bulk", json=sent)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {
        "value": "Dates begin at 1900-01-01. By its days 1 record would begin ahead of that."
    }
    assert (row(month).version, row(day).version) == (1, 1)
    fitting = client.post("/consumption/bulk", json=sent | {"value": "1900-01-30"})
    assert fitting.json()["changed"] == 2
    again = client.post("/consumption/bulk", json=sent | {"ids": [day]})
    assert again.json()["changed"] == 1


def test_nothing_to_change_is_no_change(client: TestClient, note: Note, row: RowOf) -> None:
    tagged, deleted = note(notes="#late"), note()
    client.delete(f"/consumption/{deleted}")

    def bulk(action: str, **fields: Any) -> Any:
        return client.post("/consumption/bulk", json={"action": action, **fields})

    for answer in (
        bulk("add-tag", value="#late", ids=[tagged]),
        bulk("delete", ids=[deleted]),
        bulk("restore", ids=[tagged]),
        bulk("delete", all="1", q="nowhere"),
    ):
        assert answer.status_code == 200
        assert answer.json() == {"changed": 0, "change": None}
    for answer in (
        bulk("set-type", value="tea", ids=[deleted]),
        bulk("export", ids=[deleted]),
        bulk("delete", ids=[str(uuid4())]),
        bulk("export", ids=[str(uuid4())]),
    ):
        assert answer.status_code == 404
    assert (row(tagged).version, row(deleted).version) == (1, 2)


def test_what_was_deleted_over_30_days_ago_goes_for_good_at_a_deletion(
    client: TestClient, note: Note, database: Database
) -> None:
    def deleted_long_ago() -> str:
        record_id = note()
        client.delete(f"/consumption/{record_id}")
        with database.changing() as db:
            days = "UPDATE consumption_records SET deleted_at = now() - INTERVAL '31 days'"
            db.execute(text(f"{days} WHERE id = CAST(:id AS uuid)"), {"id": record_id})
        return record_id

    def ids() -> set[str]:
        with database.reading() as db:
            return set(map(str, db.execute(text("SELECT id FROM consumption_records")).scalars()))

    there, first, second, third = note("tea"), note(), note(), note()
    for path, sent in (
        (f"/consumption/{first}/delete", {}),
        ("/consumption/bulk", {"action": "delete", "ids": second}),
        ("/consumption/bulk?type=coffee", {"action": "delete", "all": "1"}),
    ):
        gone = deleted_long_ago()
        assert gone in ids()
        assert client.post(path, data=sent, headers=JSON).status_code == 200
        assert ids() == {there, first, second, third}


def test_several_hundred_can_be_chosen(client: TestClient, note: Note) -> None:
    chosen = [note() for _ in range(3)] + [str(uuid4()) for _ in range(400)]
    answer = client.post(
        "/consumption/bulk", data={"action": "delete", "ids": " ".join(chosen)}, headers=JSON
    )
    assert answer.json()["changed"] == 3


def test_a_copy_goes_to_today_and_a_doubled_click_makes_one(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    record_id = note("tea", "2.5", unit="cup", notes="#late", consumption_date="2026-01-05")
    fields = {"duplicate": record_id, "id": str(uuid4())}
    answers = [client.post("/consumption/bulk", data=fields, headers=JSON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    copy = row(answers[0].json()["id"])
    assert (copy.consumption_date, copy.notes, str(copy.consumption_value)) == (
        TODAY, "#late", "2.5",
    )  # fmt: skip
    with database.reading() as db:
        assert db.execute(text("SELECT COUNT(*) FROM consumption_records")).scalar() == 2
    again = client.post("/consumption/bulk", data={"duplicate": record_id}, headers=LIST)
    assert 'id="copy-id"' in again.text
    assert client.post("/consumption/bulk", data={"duplicate": "x"}).status_code == 404
    junk = client.post("/consumption/bulk", json={"duplicate": record_id, "id": "junk"})
    assert (junk.status_code, list(junk.json()["fields"])) == (422, ["id"])


def test_a_doubled_click_in_the_dialog_of_a_record_makes_one_copy(
    client: TestClient, note: Note, database: Database
) -> None:
    record_id = note("tea", "2.5", unit="cup", consumption_date="2026-01-05")
    dialog = opened(client.get(f"/consumption/{record_id}/edit").text)
    [form] = re.findall(r'<form[^>]* action="/consumption/bulk">(.*?)</form>', dialog, re.DOTALL)
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form))
    assert fields.keys() == {"id", "back", "duplicate"}
    for _ in range(2):
        assert client.post("/consumption/bulk", data=fields).status_code == 303
    with database.reading() as db:
        assert db.execute(text("SELECT COUNT(*) FROM consumption_records")).scalar() == 2


def spell(database: Database, record_id: str, name: str) -> None:
    """Give a record a spelling of its own, as records of earlier versions may have."""
    with database.changing() as db:
        db.execute(
            text("UPDATE consumption_records SET consumption_type = :name WHERE id = :id"),
            {"name": name, "id": record_id},
        )


def type_after(client: TestClient, record_id: str, name: str) -> str:
    """The type of a record once an edit has named it so."""
    answer = client.put(f"/consumption/{record_id}", json={"consumption_type": name})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["consumption_type"])


def test_an_edit_takes_the_spelling_in_use(
    client: TestClient, note: Note, database: Database
) -> None:
    first, second, other = note("tea"), note("tea"), note("water")
    assert type_after(client, other, "TEA") == "tea"
    assert type_after(client, first, "Tea") == "tea"
    # What is spelled in two ways already can be put right, record by record.
    spell(database, second, "Tea")
    assert type_after(client, first, "Tea") == "Tea"
    assert type_after(client, second, "Tea") == "Tea"
    assert type_after(client, other, "TEA") == "Tea"


def test_the_only_record_of_a_type_is_spelled_as_it_is_written(
    client: TestClient, note: Note
) -> None:
    only, other = note("tea"), note("water")
    assert type_after(client, only, "Tea") == "Tea"
    assert type_after(client, other, "TEA") == "Tea"


def test_a_selection_takes_the_spelling_in_use_unless_it_is_all_of_the_type(
    client: TestClient, note: Note, row: RowOf
) -> None:
    first, second, other = note("tea"), note("tea"), note("water")

    def set_type(name: str, **chosen: str) -> list[str]:
        fields = {"action": "set-type", "value": name, **chosen}
        answer = client.post("/consumption/bulk", data=fields, headers=JSON)
        assert answer.status_code == 200, answer.text
        return [row(one).consumption_type for one in (first, second, other)]

    assert set_type("TEA", ids=f"{first},{other}") == ["tea", "tea", "tea"]
    assert set_type("water", ids=other) == ["tea", "tea", "water"]
    assert set_type("Tea", ids=first) == ["tea", "tea", "water"]
    assert set_type("Tea", ids=f"{first},{second}") == ["Tea", "Tea", "water"]
    assert set_type("TEA", all="1", type="water") == ["Tea", "Tea", "Tea"]
    assert set_type("tEa", all="1", max="0.5") == ["Tea", "Tea", "Tea"]
    assert set_type("tEa", all="1") == ["tEa", "tEa", "tEa"]


def test_a_copy_takes_the_spelling_in_use(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    old = note("tea", consumption_date="2026-01-05")
    renamed = note("water")
    spell(database, renamed, "Tea")
    fields = {"duplicate": old, "id": str(uuid4())}
    copy = client.post("/consumption/bulk", json=fields).json()
    assert copy["consumption_type"] == "Tea"
    spell(database, renamed, "TEA")
    assert client.post("/consumption/bulk", json=fields).json() == copy
    assert row(old).consumption_type == "tea"


def test_the_chosen_ones_are_exported(client: TestClient, note: Note) -> None:
    chosen, _ = note("tea"), note("coffee")
    answer = client.post("/consumption/bulk", data={"action": "export", "ids": chosen})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "tea" in answer.text
    assert "coffee" not in answer.text


def test_a_record_keeps_a_day_that_no_new_one_could_have(
    client: TestClient, note: Note, row: RowOf, database: Database
) -> None:
    """Noted at the date line, or by a clock that was ahead: it can be edited all the same."""
    record_id, ahead = note(), TODAY + timedelta(days=5)
    with database.changing() as db:
        db.execute(text("UPDATE consumption_records SET consumption_date = :day"), {"day": ahead})
    sent = {"consumption_date": str(ahead), "consumption_value": "3"}
    assert client.put(f"/consumption/{record_id}", data=sent, headers=JSON).status_code == 200
    assert (row(record_id).consumption_date, row(record_id).consumption_value) == (ahead, 3)
    later = {"consumption_date": str(ahead + timedelta(days=1))}
    refused = client.put(f"/consumption/{record_id}", data=later, headers=JSON)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["consumption_date"])


@pytest.mark.parametrize("field", ["consumption_type", "unit"])
@pytest.mark.parametrize("text", ["\u200b", "\u2060\u200d", "\u3164", "\u2800", "\u0301"])
def test_what_nobody_can_see_is_no_type_and_no_unit(
    client: TestClient, note: Note, row: RowOf, field: str, text: str
) -> None:
    record_id = note()
    answer = client.put(f"/consumption/{record_id}", data={field: text}, headers=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert row(record_id).consumption_type == "coffee"


def test_notes_are_found_by_their_own_words(client: TestClient, note: Note) -> None:
    record_id = note(notes="Cafe\u0301 with Zoe\u0308")
    for word in ("Cafe\u0301", "café", "zoë"):
        found = client.get("/consumption", params={"q": word, "format": "json"}).json()
        assert [record["id"] for record in found["records"]] == [record_id]
