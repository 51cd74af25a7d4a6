"""The add page and POST /consumption: the answer and the row together."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.db.sql import source
from tally.domain.formatting import Formatter
from tally.web.htmx import MAX_POINTED_OUT
from tests.conftest import HTMX, JSON, Account, Clock, group_by_the_dot
from tests.moments import TODAY

FIELDS = {
    "consumption_date": "2026-10-05",
    "consumption_value": "12,5",
    "consumption_type": "electricity",
    "unit": "kwh",
    "notes": "after the party #flat",
}


def post(client: TestClient, headers: dict[str, str] = JSON, /, **fields: str) -> Any:
    return client.post("/consumption", data=fields, headers=headers)


def preview(client: TestClient, line: str) -> Any:
    return client.get("/consumption/preview", params={"line": line}, headers=JSON).json()


def form_id(html: str, form: str = "quick-add-form") -> str:
    """The id that a form sends with it."""
    found = re.search(rf'id="{form}".*?name="id" value="([^"]+)"', html, re.DOTALL)
    assert found
    return found[1]


def confirm_of(html: str) -> str:
    """The mark by which a form that was asked about something agrees to it."""
    found = re.search(r'name="confirm" value="([^"]+)"', html)
    assert found
    return found[1]


# From fields


def test_fields_become_a_record(client: TestClient, ada: Account, rows: Any) -> None:
    answer = post(client, **FIELDS)
    assert answer.status_code == 201
    record = answer.json()
    (row,) = rows()
    assert record == {
        "id": str(row.id),
        "consumption_date": "2026-10-05",
        "consumption_value": "12.5",
        "consumption_type": "electricity",
        "unit": "kWh",
        "notes": "after the party #flat",
        "created_at": row.created_at.isoformat(),
        "version": 1,
        "days": 1,
        "reading": None,
        "meter": None,
        "cost": None,
        "change": str(row.change_id),
    }
    assert row.user_id == ada.id


def test_json_in_is_json_out(client: TestClient, rows: Any) -> None:
    answer = client.post("/consumption", json=FIELDS | {"consumption_value": 12.5, "unit": ""})
    assert answer.status_code == 201
    assert answer.json()["consumption_value"] == "12.5"
    assert answer.json()["unit"] == rows()[0].unit == ""


@pytest.mark.parametrize("empty", [{}, []])
def test_an_empty_object_is_no_text(client: TestClient, rows: Any, empty: object) -> None:
    answer = client.post("/consumption", json=FIELDS | {"notes": empty}, headers=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["notes"])
    assert rows() == []


def test_a_plain_form_goes_to_the_list(client: TestClient, rows: Any) -> None:
    answer = client.post("/consumption", data=FIELDS)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/list?changed={rows()[0].change_id}",
    )
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consumption_value", ""),
        ("consumption_value", "1,234"),
        ("consumption_value", "0x10"),
        ("consumption_value", "NaN"),
        ("consumption_value", "-5"),
        ("consumption_date", "2026-13-01"),
        ("consumption_date", ""),
        ("consumption_type", " "),
        ("consumption_type", "t" * 65),
        ("consumption_type", "k\x1b[31m"),
        ("unit", "u" * 25),
        ("unit", "k\x85\x08g"),
        ("notes", "n" * 2001),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_saves_nothing(
    client: TestClient, rows: Any, field: str, value: str
) -> None:
    answer = post(client, **FIELDS | {field: value})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert answer.json()["error"]
    for headers in (HTMX, {}):
        page = post(client, headers, **FIELDS | {field: value})
        assert page.status_code == 422
        assert answer.json()["error"].replace("'", "&#39;") in page.text
        assert 'aria-invalid="true"' in page.text
        assert "after the party" in page.text or field == "notes"
    assert rows() == []


def test_the_number_format_of_the_account_is_heard(
    client: TestClient, database: Database, rows: Any
) -> None:
    group_by_the_dot(database)
    assert post(client, **FIELDS | {"consumption_value": "1,234"}).status_code == 201
    assert str(rows()[0].consumption_value) == "1.234"


REMARK = "1.500 is read as 1,5: the dot is decimal. For the larger number write 1500."


def test_a_dot_where_the_account_groups_by_it_is_remarked_and_saved(
    client: TestClient, database: Database, rows: Any, clock: Clock
) -> None:
    shown: dict[str, Any] = {"params": {"line": "rent 1.500 €"}, "headers": HTMX}
    assert REMARK not in client.get("/consumption/preview", **shown).text
    group_by_the_dot(database)
    assert REMARK in client.get("/consumption/preview", **shown).text
    batch = client.post("/consumption/preview", data={"line": "tea\nrent 1.500"}, headers=HTMX)
    assert batch.text.count(REMARK) == 1
    assert post(client, HTMX, line="rent 1.500 €").status_code == 201
    # Fields have no preview: the answer says it, with an undo.
    answer = post(client, HTMX, **FIELDS | {"consumption_value": "1.500", "notes": ""})
    assert answer.status_code == 201
    day = Formatter("1.234,5", clock.today()).day(date.fromisoformat(FIELDS["consumption_date"]))
    assert f"Saved electricity 1,5 kWh on {day}. {REMARK}" in answer.text
    assert [str(row.consumption_value) for row in rows()] == ["1.5", "1.5"]


def test_a_dot_in_a_cost_and_in_a_reading_is_remarked_too(
    client: TestClient, database: Database
) -> None:
    group_by_the_dot(database)
    answer = post(client, HTMX, **FIELDS | {"cost": "1.500", "consumption_type": "oil"})
    assert REMARK in answer.text
    reading = {"kind": "reading", "reading": "1.500", "consumption_value": "2.500"}
    answer = post(client, HTMX, **FIELDS | reading | {"consumption_type": "gas", "cost": ""})
    assert answer.text.count("the dot is decimal") == answer.text.count(REMARK) == 1


def test_the_dot_of_a_form_without_scripts_is_remarked_after_the_redirect(
    client: TestClient, database: Database
) -> None:
    fields = FIELDS | {"consumption_value": "1.500", "cost": "2.500"}
    assert "dotted" not in post(client, {}, **fields).headers["location"]
    group_by_the_dot(database)
    where = post(client, {}, **fields).headers["location"]
    page = client.get(where).text
    [told] = re.findall('<p class="message-text">(Saved .*?)</p>', page)
    assert REMARK in told and "2.500 is read as 2,5" in told and ".." not in told
    # It goes with the next change, and is made of numbers alone.
    headers = {"Referer": f"http://testserver{where}"}
    after = client.post("/consumption", data={"line": "tea"}, headers=headers)
    assert "dotted" not in after.headers["location"]
    for other in ("<b>", "1.500<b>", "12,5", "1.500 " * 1000):
        assert client.get(f"{where}&{urlencode({'dotted': other})}").text.count("is read as") <= 2


# The same once more


def test_the_same_id_saves_nothing_twice(client: TestClient, rows: Any) -> None:
    sent = FIELDS | {"id": str(uuid4())}
    assert post(client, **sent).status_code == 201
    again = post(client, **sent)
    assert (again.status_code, again.json()["id"]) == (200, sent["id"])
    assert post(client, {}, **sent).status_code == 303
    assert post(client, HTMX, **sent).status_code == 200
    assert len(rows()) == 1


def test_the_same_id_with_other_content_is_refused(client: TestClient, rows: Any) -> None:
    sent = FIELDS | {"id": str(uuid4())}
    post(client, **sent)
    assert post(client, **sent | {"notes": "cellar"}).status_code == 409
    shown = post(client, HTMX, **sent | {"notes": "cellar"})
    assert shown.status_code == 409
    fresh = form_id(shown.text, "record-form")
    assert fresh != sent["id"]
    assert post(client, HTMX, **sent | {"notes": "cellar", "id": fresh}).status_code == 201
    assert [row.notes for row in rows()] == [sent["notes"], "cellar"]


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("tea 2 cup", "tea 2 cup\ncoffee"),
        ("tea 2 cup\ncoffee", "tea 2 cup"),
        ("tea 2 cup", "tea 2 cup mon..fri"),
    ],
)
def test_a_form_that_was_saved_asks_before_more_or_fewer_lines_of_it_are(
    first: str, other: str, headers: dict[str, str], client: TestClient, rows: Any
) -> None:
    sent_id = str(uuid4())
    post(client, headers, line=first, id=sent_id)
    before = len(rows())
    shown = post(client, headers, line=other, id=sent_id)
    assert shown.status_code == 409 and len(rows()) == before
    assert "What you sent before is saved." in shown.text
    fresh = form_id(shown.text, "batch-form" if "\n" in other else "quick-add-form")
    saved = post(client, headers, line=other, id=fresh)
    assert saved.status_code == (201 if headers else 303) and len(rows()) > before


def test_a_conflict_shows_programs_both_versions(client: TestClient, rows: Any) -> None:
    sent = FIELDS | {"id": str(uuid4())}
    record = post(client, **sent).json()
    taken = post(client, **sent | {"unit": "l", "consumption_value": "1 234,5"})
    assert taken.status_code == 409
    assert taken.json()["error"] and taken.json()["fields"] == {}
    assert taken.json()["record"] | {"change": record["change"]} == record
    yours = {name: record[name] for name in FIELDS} | {"unit": "l", "consumption_value": "1234.5"}
    assert taken.json()["yours"] == yours
    batch = str(uuid4())
    line = post(client, line="tea 2 cup\ncoffee", id=batch)
    assert line.status_code == 201
    other = post(client, line="tea 2 cup\nmilk", id=batch)
    assert other.json()["record"] == line.json()["records"][1]
    assert other.json()["yours"]["consumption_type"] == "milk"
    client.delete(f"/consumption/{sent['id']}", headers=JSON)
    deleted = post(client, **sent)
    assert (deleted.status_code, deleted.json()["record"]["id"]) == (409, sent["id"])
    assert len(rows()) == 3


def test_a_deleted_record_is_not_brought_back(client: TestClient, rows: Any) -> None:
    sent = FIELDS | {"id": str(uuid4())}
    post(client, **sent)
    assert client.delete(f"/consumption/{sent['id']}", headers=JSON).status_code == 200
    assert post(client, **sent).status_code == 409
    for headers in (HTMX, {}):
        answer = post(client, headers, **sent)
        assert answer.status_code == 409
        assert "What you sent before was saved, and deleted since." in answer.text
    assert rows()[0].deleted_at is not None
    fresh = form_id(answer.text, "record-form")
    assert post(client, HTMX, **sent | {"id": fresh}).status_code == 201


def test_fields_of_an_address_stand_in_the_form(client: TestClient, rows: Any) -> None:
    """They were typed before a sign-in: see `responses.sign_in_first`."""
    typed = {"consumption_type": "tea", "unit": "pot", "notes": "one\ntwo & #three", "cost": "1,5"}
    address = f"/add?{urlencode(typed)}"
    page = client.get(address).text
    form = page.partition('<form id="record-form"')[2].partition("</form>")[0]
    assert 'value="tea"' in form and 'value="pot"' in form and 'value="1,5"' in form
    assert "one\ntwo &amp; #three</textarea>" in form
    assert f'value="{TODAY}"' in form and 'value="amount" checked' in form
    reading = client.get(f"{address}&reading=48213").text
    assert 'value="reading" checked' in reading
    # Saved, they are not typed once more.
    here = {"Referer": f"http://testserver{address}&meter=gas"}
    sent = FIELDS | {"id": form_id(page, "record-form")}
    answer = client.post("/consumption", data=sent, headers=here)
    assert answer.headers["location"].startswith("/add?meter=gas&changed=")
    assert [row.consumption_type for row in rows()] == [FIELDS["consumption_type"]]


def test_an_id_is_a_uuid(client: TestClient, rows: Any) -> None:
    for headers in (JSON, HTMX, {}):
        assert post(client, headers, **FIELDS | {"id": "7"}).status_code == 422
        assert post(client, headers, line="coffee", id="../7").status_code == 422
    assert rows() == []


def test_two_people_may_use_the_same_id(client: TestClient, bob: Account, rows: Any) -> None:
    sent = FIELDS | {"id": str(uuid4())}
    assert post(client, **sent).status_code == 201
    assert post(bob.client, **sent).status_code == 201
    assert {row.user_id for row in rows()} >= {bob.id}


# One type, one spelling


def test_a_new_record_takes_the_spelling_that_is_there(client: TestClient, rows: Any) -> None:
    fields = FIELDS | {"consumption_type": "Grüner Tee"}
    first = post(client, **fields).json()
    assert post(client, **fields | {"consumption_type": "GRÜNER  tee"}).status_code == 201
    assert client.post("/consumption", json=fields | {"consumption_type": "grüner tee"}).is_success
    assert post(client, HTMX, **fields | {"consumption_type": "grüner TEE"}).status_code == 201
    assert post(client, line="grÜner tee 2").status_code == 201
    assert {row.consumption_type for row in rows()} == {"Grüner Tee"}
    # An edit of one of them too.
    edited = client.put(f"/consumption/{first['id']}", json={"consumption_type": "GRÜNER TEE"})
    assert edited.json()["consumption_type"] == "Grüner Tee"


def test_sent_once_more_a_type_is_spelled_as_it_was_then(client: TestClient, rows: Any) -> None:
    fields = FIELDS | {"id": str(uuid4()), "consumption_type": "TEA", "unit": ""}
    line = {"id": str(uuid4()), "line": "TEA 2"}
    assert post(client, **fields).status_code == 201
    assert post(client, **line).status_code == 201
    renamed = {"type": "TEA", "unit": "", "to_type": "tea"}
    assert client.post("/types", data=renamed).status_code == 303
    assert post(client, line="water 2").status_code == 201
    for sent in (fields, line):
        assert post(client, **sent).status_code == 200
        assert post(client, HTMX, **sent).status_code == 200
    assert post(client, line="Tea 3").json()["records"][0]["consumption_type"] == "tea"
    assert len(rows()) == 4


# From a line


def test_a_line_becomes_a_record(client: TestClient, clock: Clock, rows: Any) -> None:
    answer = post(client, line="electricity 12,5 kwh yesterday #flat ; after the party")
    assert answer.status_code == 201
    (record,) = answer.json()["records"]
    assert answer.json()["unread"] == []
    assert record["consumption_date"] == str(clock.today() - timedelta(days=1))
    assert record["notes"] == "after the party #flat"
    (row,) = rows()
    assert (str(row.id), row.unit, str(row.consumption_value)) == (record["id"], "kWh", "12.5")


def test_what_a_line_leaves_out_is_what_was_used_last(client: TestClient, rows: Any) -> None:
    post(client, line="Coffee 2cup yesterday")
    post(client, line="coffee 3mug")
    post(client, line="COFFEE 4")
    last = rows()[-1]
    assert (last.consumption_type, last.unit) == ("Coffee", "mug")


def test_a_line_that_cannot_be_read_saves_nothing(client: TestClient, rows: Any) -> None:
    answer = post(client, line="coffee 2 3")
    assert answer.status_code == 422
    (unread,) = answer.json()["unread"]
    assert unread.pop("message")
    assert unread == {"line": 1, "text": "3", "start": 9, "end": 10}
    answer = post(client, line="tea\ncoffee 2 3")
    assert answer.status_code == 422
    assert [it["consumption_type"] for it in answer.json()["records"]] == ["tea"]
    assert rows() == []


def test_the_box_keeps_the_words_and_marks_the_trouble(client: TestClient, rows: Any) -> None:
    record_id = str(uuid4())
    for headers in (HTMX, {}):
        answer = post(client, headers, line="coffee 2 3", id=record_id)
        assert answer.status_code == 422
        assert 'value="coffee 2 3"' in answer.text
        assert "<mark>3</mark>" in answer.text
        assert "Two values." in answer.text
        assert form_id(answer.text) == record_id
    empty = post(client, HTMX, line=" ", id=record_id)
    assert empty.status_code == 422
    assert "Write what it was" in empty.text
    assert rows() == []


def test_saving_answers_with_the_row_a_fresh_box_and_an_undo(client: TestClient, rows: Any) -> None:
    record_id = str(uuid4())
    answer = post(client, HTMX, line="coffee 2 cup ; after lunch", id=record_id)
    assert answer.status_code == 201
    (row,) = rows()
    assert str(row.id) == record_id
    assert f'id="r-{record_id}" class="row new"' in answer.text
    assert "Saved coffee 2 cup, after lunch" in answer.text
    assert f'name="change" value="{row.change_id}"' in answer.text
    assert form_id(answer.text) != record_id
    assert 'name="line" class="input input-large" value=""' in answer.text
    assert 'id="recent-1"' in answer.text  # The first coffee: from now on it is a recent,
    assert (
        'id="recent-1"' in post(client, HTMX, line="coffee 2 cup").text
    )  # and stays as it is now.
    assert (
        'name="line" class="input input-large" value="tea"'
        in post(client, HTMX, line="tea", keep="1").text
    )


def test_a_record_for_another_day_is_shown_with_its_day(client: TestClient) -> None:
    answer = post(client, HTMX, line="coffee yesterday")
    assert 'class="row new"' in answer.text
    assert 'class="other-day"' in answer.text
    # Under a head of its own: today has none.
    before, _, today = answer.text.partition(">Today</h2>")
    assert ">Just saved</h2>" in before
    assert before.count('class="row') == 1
    assert "0 records" in today
    assert 'class="row' not in today
    page = client.get("/add").text
    assert 'class="other-day"' not in page
    assert "Just saved" not in page


def test_the_same_line_once_more_is_the_same_record(
    client: TestClient, database: Database, rows: Any
) -> None:
    def move_to(timezone: str) -> None:
        with database.changing() as db:
            db.execute(text("UPDATE users SET timezone = :timezone"), {"timezone": timezone})

    record_id = str(uuid4())
    move_to("Etc/GMT+12")
    assert post(client, HTMX, line="coffee", id=record_id).status_code == 201
    post(client, line="coffee 2mug")
    # Where it is another day, after another unit: what was filled in stays what it was.
    move_to("Etc/GMT-14")
    assert post(client, HTMX, line="coffee", id=record_id).status_code == 200
    assert post(client, line="coffee", id=record_id).status_code == 200
    assert len(rows()) == 2


def test_a_changed_line_with_a_used_id_asks_with_a_new_one(client: TestClient, rows: Any) -> None:
    record_id = str(uuid4())
    post(client, HTMX, line="coffee", id=record_id)
    answer = post(client, HTMX, line="coffee 2", id=record_id)
    assert answer.status_code == 409
    assert 'value="coffee 2"' in answer.text
    assert "is saved" in answer.text
    assert post(client, HTMX, line="coffee 2", id=form_id(answer.text)).status_code == 201
    assert len(rows()) == 2


def test_several_days_are_one_change(client: TestClient, rows: Any) -> None:
    record_id = uuid4()
    answer = post(client, line="-6..today coffee 2", id=str(record_id))
    records = answer.json()["records"]
    assert [UUID(it["id"]) for it in records] == [uuid5(record_id, str(n)) for n in range(1, 8)]
    assert len({row.change_id for row in rows()}) == 1
    assert post(client, line="-6..today coffee 2", id=str(record_id)).status_code == 200
    undone = client.post(
        "/consumption/undo", data={"change": answer.json()["change"]}, headers=JSON
    )
    assert undone.status_code == 200
    assert all(row.deleted_at for row in rows())


# A batch


def test_a_batch_saves_the_good_lines_and_keeps_the_others(client: TestClient, rows: Any) -> None:
    lines = "coffee 2\n\nbad 2 3\nmon..tue tea\nworse tomorrow"
    answer = post(client, HTMX, line=lines, box="batch", id=str(uuid4()))
    assert answer.status_code == 201
    assert [row.consumption_type for row in rows()] == ["coffee", "tea", "tea"]
    assert len({row.change_id for row in rows()}) == 1
    assert "Saved 3 records" in answer.text
    assert re.search(r"<textarea[^>]*>\nbad 2 3\nworse tomorrow</textarea>", answer.text)
    assert answer.text.count("<mark>") == 2


def test_a_batch_without_javascript(client: TestClient, rows: Any) -> None:
    answer = post(client, {}, line="coffee 2\ntea", box="batch")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/list?changed={rows()[0].change_id}",
    )
    assert "Saved 2 records" in client.get(answer.headers["location"]).text
    answer = post(client, {}, line="coffee 2\nbad 2 3", box="batch")
    assert answer.status_code == 201
    assert "Saved coffee 2" in answer.text
    assert "bad 2 3</textarea>" in answer.text
    assert len(rows()) == 3
    answer = client.post("/consumption/preview", data={"line": "coffee 2\nbad 2 3", "box": "batch"})
    assert answer.status_code == 200
    assert "<mark>3</mark>" in answer.text
    assert len(rows()) == 3


def test_a_batch_of_bad_lines_saves_nothing(client: TestClient, rows: Any) -> None:
    answer = post(client, HTMX, line="bad 2 3\nworse tomorrow", box="batch")
    assert answer.status_code == 422
    assert rows() == []


@pytest.mark.slow
def test_five_hundred_lines_are_one_transaction(client: TestClient, rows: Any) -> None:
    lines = "\n".join(f"coffee {n} cup" for n in range(500))
    record_id = str(uuid4())
    assert post(client, line=lines, id=record_id).status_code == 201
    assert [int(row.consumption_value) for row in rows()] == list(range(500))
    assert post(client, line=lines, id=record_id).status_code == 200
    assert len(rows()) == 500
    for headers in (JSON, HTMX, {}):
        assert post(client, headers, line=lines + "\ncoffee", box="batch").status_code == 422
    too_many = client.post("/consumption/preview", data={"line": lines + "\ntea"}, headers=HTMX)
    assert "500 lines can be saved at once" in too_many.text
    assert len(rows()) == 500


# The typo guard


@pytest.fixture
def coffees(client: TestClient) -> None:
    """Five days of two cups."""
    assert post(client, line="-5..-1 coffee 2cup").status_code == 201


@pytest.mark.usefixtures("coffees")
def test_an_unusual_line_takes_a_second_enter(client: TestClient, rows: Any) -> None:
    record_id = str(uuid4())
    assert preview(client, "coffee 24")["warnings"] == [
        {"line": 1, "message": "12 × your usual 2 cups"}
    ]
    first = post(client, HTMX, line="coffee 24", id=record_id)
    assert first.status_code == 422
    assert "12 × your usual 2 cups" in first.text
    assert form_id(first.text) == record_id
    told = confirm_of(first.text)
    # Another slip is asked about anew, also by a form that has no script to forget the first.
    assert post(client, HTMX, line="coffee 240", id=record_id, confirm=told).status_code == 422
    assert len(rows()) == 5
    assert post(client, HTMX, line="coffee 24", id=record_id, confirm=told).status_code == 201
    assert (
        post(client, HTMX, line="coffee 24", id=record_id).status_code == 200
    )  # The same, sent again.
    assert len(rows()) == 6


@pytest.mark.usefixtures("coffees")
def test_programs_are_never_blocked(client: TestClient, clock: Clock, rows: Any) -> None:
    answer = post(client, line="coffee 24")
    assert answer.status_code == 201
    assert answer.json()["warnings"]
    fields = FIELDS | {"consumption_type": "coffee", "unit": "cup", "consumption_value": "0.1"}
    answer = post(client, **fields)
    assert answer.status_code == 201
    assert answer.json()["warnings"] == [{"message": "5\u202f% of your usual 2 cups"}]
    assert len(rows()) == 7


@pytest.mark.usefixtures("coffees")
def test_the_full_form_has_the_same_guard(client: TestClient, rows: Any) -> None:
    fields = FIELDS | {"consumption_type": "coffee", "unit": "cups", "consumption_value": "11"}
    for headers, saved in ((HTMX, 201), ({}, 303)):
        answer = post(client, headers, **fields)
        assert answer.status_code == 422
        assert "5.5 × your usual 2 cups" in answer.text
        told = confirm_of(answer.text)
        other = fields | {"consumption_value": "111"}
        assert post(client, headers, **other, confirm=told).status_code == 422
        noted = fields | {"notes": "for all of us", "kind": "amount", "covers": "day"}
        assert post(client, headers, **noted, confirm=told).status_code == saved
    assert len(rows()) == 7


@pytest.mark.usefixtures("coffees")
def test_unusual_lines_of_a_batch_wait_for_a_second_look(client: TestClient, rows: Any) -> None:
    answer = post(client, HTMX, line="coffee 2\ncoffee 24", box="batch")
    assert answer.status_code == 201
    assert len(rows()) == 6
    assert ">\ncoffee 24</textarea>" in answer.text
    told = confirm_of(answer.text)
    more = "coffee 24\r\ncoffee 240\r\n"
    assert post(client, HTMX, line=more, box="batch", confirm=told).status_code == 422
    assert len(rows()) == 6
    sure = post(client, HTMX, line="coffee 24\r\n", box="batch", confirm=told)
    assert sure.status_code == 201 and len(rows()) == 7


# Preview and suggestions


def test_the_preview_says_what_was_filled_in_and_saves_nothing(
    client: TestClient, clock: Clock, rows: Any
) -> None:
    post(client, line="coffee 2cup")
    seen = preview(client, "2 coffee")
    assert seen["records"] == [
        {
            "consumption_date": str(clock.today()),
            "consumption_value": "2",
            "consumption_type": "coffee",
            "unit": "cup",
            "notes": "",
            "days": 1,
            "reading": None,
            "meter": None,
            "cost": None,
            "filled": ["unit", "consumption_date"],
            "new_type": False,
            "similar": None,
            "new_unit": False,
            "converted_from": None,
            "line": 1,
        }
    ]
    fragment = client.get("/consumption/preview?line=2 coffee 3jug", headers=HTMX)
    assert "<html" not in fragment.text
    assert fragment.status_code == 200
    page = client.get("/consumption/preview?line=coffee")
    assert 'value="coffee"' in page.text
    assert page.text.count("chip-why") == 2
    assert client.post("/consumption/preview", data={"line": "a\nb"}, headers=JSON).json()[
        "records"
    ]
    assert len(rows()) == 1


def test_several_lines_in_an_address_are_a_batch(client: TestClient) -> None:
    too_many = {"line": "a 1\n" * 501}
    for headers in ({}, HTMX):
        for path in ("/consumption/preview", "/add"):
            shown = client.get(path, params=too_many, headers=headers)
            assert shown.status_code == 200
            assert "500 lines can be saved at once" in shown.text
    dialog = client.get("/add", params={"line": "coffee 2\ntea 3"}, headers=HTMX)
    assert "2 lines can be saved" in dialog.text
    assert "data-batch open" in dialog.text


def test_too_many_lines_are_refused_by_every_box(client: TestClient, rows: Any) -> None:
    for box in ("line", "batch", "recent"):
        for headers in (HTMX, {}):
            answer = post(client, headers, line="a 1\n" * 501, box=box)
            assert answer.status_code == 422
            assert "500 lines can be saved at once" in answer.text
    assert rows() == []


def test_the_preview_escapes_what_it_shows(client: TestClient) -> None:
    line = "<b>x</b> 2<i> ; <u>"
    for answer in (
        client.get("/consumption/preview", params={"line": line}, headers=HTMX),
        client.get("/add", params={"line": line}),
        client.post("/consumption/preview", data={"line": line}, headers=HTMX),
    ):
        assert not re.search("<[biu]>x?", answer.text.replace("<b><span", ""))


def test_suggestions(client: TestClient) -> None:
    post(client, line="coffee 2cup")
    answer = client.get("/consumption/suggestions?q=2 co", headers=HTMX)
    assert 'role="option"' in answer.text
    assert 'data-text="2 coffee "' in answer.text
    answer = client.get("/consumption/suggestions?for=unit&type=coffee&q=", headers=JSON)
    assert answer.json() == {"suggestions": [{"shown": "cup", "text": "cup"}]}
    answer = client.get("/consumption/suggestions?for=type&q=cof", headers=JSON)
    assert answer.json()["suggestions"][0]["text"] == "coffee"
    answer = client.get("/consumption/suggestions", headers=HTMX)
    assert answer.status_code == 200 and 'role="listbox"' in answer.text
    answer = client.get("/consumption/suggestions?for=units&q=c", headers=JSON)
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"for"}


# The page


def test_the_page_fills_the_line(client: TestClient) -> None:
    page = client.get("/add", params={"line": "coffee 2 yesterday"})
    assert 'value="coffee 2 yesterday"' in page.text
    assert "Saves as" in page.text
    form = client.get("/add", params={"line": "coffee 2,5 l", "fields": "1"}, headers=HTMX).text
    assert 'id="record-form"' in form
    assert 'value="coffee"' in form and 'value="2.5"' in form and 'value="l"' in form


def test_the_dialog_is_the_box_alone_and_tells_the_page(client: TestClient) -> None:
    dialog = client.get("/add", headers=HTMX).text
    assert "<html" not in dialog
    assert dialog.count('name="dialog" value="1"') == 2  # The line, and the batch.
    answer = post(client, HTMX, line="coffee 2", dialog="1", id=str(uuid4()))
    assert answer.status_code == 201
    assert "records-changed" in answer.headers["HX-Trigger"]
    assert 'hx-target="#written"' in answer.text
    assert 'hx-target="#today"' not in answer.text


def test_the_header_names_no_more_records_than_it_has_room_for(client: TestClient) -> None:
    lines = "\n".join(f"coffee {number}" for number in range(1, 501))
    answer = post(client, HTMX, line=lines, box="batch", dialog="1", id=str(uuid4()))
    assert answer.status_code == 201
    [changed] = json.loads(answer.headers["HX-Trigger"]).values()
    assert len(changed["ids"]) == MAX_POINTED_OUT
    records = client.get("/consumption?format=json&limit=500").json()["records"]
    chosen = {"action": "add-tag", "value": "late", "ids": " ".join(row["id"] for row in records)}
    answer = client.post("/consumption/bulk", data=chosen, headers=HTMX)
    [changed] = json.loads(answer.headers["HX-Trigger"]).values()
    assert len(changed["ids"]) == MAX_POINTED_OUT


def test_recents_are_what_is_logged_most_and_latest(client: TestClient, rows: Any) -> None:
    post(client, line="-40..-21 tea")
    post(client, line="-4..-1 coffee 2cup")
    post(client, line="electricity 11 kwh")
    page = client.get("/add").text
    names = re.findall(r'id="recent-\d".*?<bdi class="type-name">([^<]+)', page, re.DOTALL)
    assert names == ["tea", "coffee", "electricity"]
    sent = re.search(r'id="recent-2-form".*?</form>', page, re.DOTALL)
    assert sent
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', sent[0]))
    answer = post(client, HTMX, **fields)
    assert answer.status_code == 201
    assert "Saved coffee 2 cup" in answer.text
    assert 'id="recent-2"' in answer.text
    assert f'value="{fields["id"]}"' not in answer.text.split("</form>")[0]
    assert len(rows()) == 26


def test_a_recent_keeps_its_unit_beside_another_of_its_type(client: TestClient, rows: Any) -> None:
    post(client, line="solar 20 kWh")
    post(client, line='solar 3"MWh"', confirm="1")
    page = client.get("/add").text
    lines = re.findall(r'name="line" value="([^"]*)"', page)
    assert list(map(unescape, lines)) == ['solar 3"MWh"', 'solar 20"kWh"']
    post(client, line=unescape(lines[1]), box="recent", number="2")
    assert [row.unit for row in rows()].count("kWh") == 2


def test_a_bill_is_not_saved_once_more_by_a_click(client: TestClient, rows: Any) -> None:
    post(client, line="gas 300 kWh over oct")
    post(client, line="water 9 m³ over oct")
    post(client, line="water 1 m³")
    page = client.get("/add").text
    assert '"/add?line=gas%20over%20"' in page
    assert ">over …<" in page
    assert page.count('name="box" value="recent"') == 1
    assert 'value="water 1m³"' in page
    filled = client.get("/add?line=gas%20over%20").text
    assert 'value="gas over"' in filled
    assert len(rows()) == 3
    post(client, line="gas over nov 310", confirm="1")
    assert len(rows()) == 4


def test_what_was_noted_14_days_ago_weighs_half(client: TestClient, clock: Clock) -> None:
    # Three records 22 days old weigh 1.01 of one of today, three that are 23 days old 0.96.
    for days, name in [(23, "behind"), (22, "ahead"), (0, "today")]:
        day = clock.today() - timedelta(days=days)
        for _ in range(3 if days else 1):
            post(client, consumption_type=name, consumption_value="1", consumption_date=str(day))
    page = client.get("/add").text
    names = re.findall(r'id="recent-\d".*?<bdi class="type-name">([^<]+)', page, re.DOTALL)
    assert names == ["ahead", "today", "behind"]


def test_a_recent_one_is_never_held_back(client: TestClient, rows: Any) -> None:
    for value in (1, 1, 1, 100, 100, 100):
        post(client, line=f"coffee {value}cup")
    # The lower of the middle values, and far from their mean.
    assert post(client, HTMX, line="coffee 1cup", box="recent", number="1").status_code == 201
    assert len(rows()) == 7
    spoilt = post(client, HTMX, line="coffee 1 2", box="recent", number="1")
    assert (spoilt.status_code, spoilt.headers["HX-Retarget"]) == (422, "#quick-add-form")


def test_a_link_with_several_lines_opens_the_batch(client: TestClient) -> None:
    page = client.get("/add", params={"line": "coffee 2\ntea 1"})
    assert ">\ncoffee 2\ntea 1</textarea>" in page.text
    assert 'value="coffee' not in page.text


def test_the_add_page_is_for_members_only(visitor: TestClient) -> None:
    assert visitor.get("/add").status_code == 303
    assert post(visitor, line="coffee").status_code == 401
    kept = post(visitor, HTMX, line="coffee")
    assert kept.status_code == 401
    assert kept.headers["HX-Retarget"] == "#messages"
    assert "HX-Redirect" not in kept.headers


@pytest.mark.parametrize("method", ["fields", "line"])
def test_hostile_text_is_kept_as_text(client: TestClient, rows: Any, method: str) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    sent = FIELDS | {"consumption_type": hostile, "notes": hostile}
    if method == "line":
        sent = {"line": '"""><img src=x onerror=alert(1)>" ; ' + hostile}
    answer = post(client, HTMX, **sent)
    assert answer.status_code == 201
    assert rows()[0].consumption_type == hostile
    for html in (answer.text, client.get("/add").text):
        assert "<img" not in html


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.slow
@pytest.mark.single_node
@pytest.mark.usefixtures("new_tables")
def test_a_preview_and_a_save_cost_the_same_however_many_records(
    client: TestClient, ada: Account, database: Database, clock: Clock
) -> None:
    with database.changing() as db:
        db.execute(text("SET LOCAL statement_timeout = 0"))
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit, created_at)"
                " SELECT CAST(:user AS uuid), CURRENT_DATE - n / 100, 1 + n % 3,"
                " 'type ' || n % 20, 'kWh', now() - n * INTERVAL '1 minute'"
                " FROM generate_series(1, 30000) AS n"
            ),
            {"user": str(ada.id)},
        )
    keys = {
        "user_id": ada.id,
        "today": clock.today(),
        "day": clock.today(),
        "most": 20,
        "newest": 2000,
        "values": 20,
        "limit": 50,
        "used_types": ["type 7"],
        "used_units": ["kWh"],
    }
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE consumption_records"))
        for name in ("used", "latest_values", "recents", "records_of_day"):
            plan = db.execute(
                text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {source(f'reads/{name}')}"), keys
            ).scalar_one()
            pages = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
            assert pages < 250, name  # All records together fill more than 400.


# A cluster's plan is that of its coordinator: those of the shards lie within.
@pytest.mark.single_node
@pytest.mark.usefixtures("new_tables")
def test_a_day_of_many_records_costs_only_those_shown(
    ada: Account, database: Database, clock: Clock
) -> None:
    keys = {"user_id": ada.id, "day": clock.today(), "limit": 50}
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, notes)"
                " SELECT :user_id, :day, n, 'visitors', repeat('x', 400)"
                " FROM generate_series(1, 3000) AS n"
            ),
            keys,
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE consumption_records"))
        first = db.execute(text(source("reads/records_of_day")), keys).first()
        assert first is not None and first.entries == 3000
        plan = db.execute(
            text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {source('reads/records_of_day')}"), keys
        ).scalar_one()
    pages = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    assert pages < 100  # The records themselves fill more than 150.


def test_a_unit_of_ones_own_survives_an_edit(client: TestClient, rows: Any) -> None:
    record_id = str(uuid4())
    post(client, line='tea 2"CUP"', id=record_id)
    assert rows()[0].unit == "CUP"
    answer = client.put(
        f"/consumption/{record_id}", data={"notes": "x", "unit": "CUP"}, headers=JSON
    )
    assert answer.status_code == 200
    assert rows()[0].unit == "CUP"
    changed = client.put(f"/consumption/{record_id}", data={"unit": "kwh"}, headers=JSON)
    assert changed.json()["unit"] == "kWh"


def test_the_rows_of_today_are_read_again_with_those_just_changed(client: TestClient) -> None:
    client.post("/consumption", data={"line": "coffee 2"}, headers=HTMX)
    record_id = str(uuid4())
    client.post("/consumption", data={"line": "yesterday tea 1", "id": record_id}, headers=HTMX)
    again = client.get(f"/add?view=today&shown={record_id}&shown=x", headers=HTMX).text
    assert f'id="r-{record_id}"' in again and "not for today" in again
    assert 'hx-target="#recents"' in again
    assert "not for today" not in client.get("/add?view=today", headers=HTMX).text
    client.delete(f"/consumption/{record_id}", headers=HTMX)
    gone = client.get(f"/add?view=today&shown={record_id}", headers=HTMX).text
    assert f'id="r-{record_id}"' not in gone


def test_each_page_but_add_holds_the_box_closed(client: TestClient) -> None:
    for page in ("/", "/list", "/list?dialog=keys", "/nowhere"):
        html = client.get(page).text
        assert '<dialog id="quick-add"' in html and 'id="line"' in html
        assert 'data-opens="quick-add"' in html
    assert '<dialog id="quick-add"' not in client.get("/add").text
