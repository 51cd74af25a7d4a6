"""At the meter: a list on the add page, one open, each saved at once; recents that begin a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import HTMX, Account


@pytest.fixture
def meters(client: TestClient, today: date) -> None:
    """Three meters, each read thirty days ago."""
    for name, unit, figure in (
        ("electricity", "kWh", "48001"),
        ("gas", "m³", "4118.52"),
        ("water", "m³", "120.584"),
    ):
        reading = {"consumption_type": name, "unit": unit, "reading": figure}
        day = str(today - timedelta(days=30))
        answer = client.post("/consumption", json=reading | {"consumption_date": day})
        assert answer.status_code == 201


@pytest.fixture
def readings(database: Database) -> Callable[[str], list[Any]]:
    """The readings of a type, the oldest first."""

    def readings(name: str) -> list[Any]:
        statement = text(
            "SELECT * FROM consumption_records WHERE consumption_type = :name"
            " AND deleted_at IS NULL ORDER BY consumption_date, created_at"
        )
        with database.reading() as db:
            return list(db.execute(statement, {"name": name}))

    return readings


def typed(name: str, unit: str, reading: str, **more: str) -> dict[str, str]:
    fields = {"box": "meter", "consumption_type": name, "unit": unit, "reading": reading}
    return fields | {"id": str(uuid4())} | more


def section(html: str) -> str:
    return html.partition('<section id="meters"')[2].partition("</section>")[0]


def in_words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_without_a_meter_there_is_no_list(client: TestClient) -> None:
    assert "hidden" in section(client.get("/add").text).partition(">")[0]


@pytest.mark.usefixtures("meters")
def test_the_list_says_when_each_was_read_and_what_it_showed(client: TestClient) -> None:
    words = in_words(section(client.get("/add").text))
    assert "0 of 3 read today" in words
    assert "electricity 48 001 kWh read 30 days ago" in words
    assert words.index("electricity") < words.index("gas") < words.index("water")


@pytest.mark.usefixtures("meters")
def test_the_open_one_shows_its_last_reading_above_the_field(client: TestClient) -> None:
    for headers in ({}, HTMX):
        opened = section(client.get("/add?meter=gas&unit=m%C2%B3", headers=headers).text)
        assert 'id="meter-last">4118.52<' in opened
        assert "2 of 3" in opened
        assert "Next: water" in opened
        assert 'href="/add?meter=water&amp;unit=m%C2%B3#meters"' in opened


@pytest.mark.usefixtures("meters")
def test_a_hidden_one_is_passed_over_unless_it_is_asked_for(client: TestClient) -> None:
    hide = {"type": "gas", "unit": "m³", "hidden": "on"}
    assert client.post("/types", data=hide, headers=HTMX).status_code == 200
    listed = section(client.get("/add").text)
    assert "0 of 2 read today" in in_words(listed) and "gas" not in listed
    answer = client.post("/consumption", data=typed("electricity", "kWh", "48213"), headers=HTMX)
    assert 'name="consumption_type" value="water"' in section(answer.text)
    opened = section(client.get("/add?meter=gas&unit=m%C2%B3").text)
    assert "2 of 3" in opened and "Next: water" in opened
    answer = client.post("/consumption", data=typed("gas", "m³", "4120"), headers=HTMX)
    assert 'name="consumption_type" value="water"' in section(answer.text)
    assert "gas" not in section(answer.text)


@pytest.mark.usefixtures("meters")
def test_what_a_reading_comes_to_is_said_while_it_is_typed(client: TestClient) -> None:
    address = "/add?meter=water&unit=m%C2%B3"
    said = client.get(f"{address}&reading=124.1", headers=HTMX).text
    assert "3.516 m³ in 30 days" in said
    assert "0.12 a day" in said
    assert "0.0029 a day" in client.get(f"{address}&reading=120.671", headers=HTMX).text
    for text_so_far in ("", "12", "1x"):
        nothing = client.get(f"{address}&reading={text_so_far}", headers=HTMX)
        assert (nothing.status_code, "<b>" in nothing.text) == (200, False)


@pytest.mark.usefixtures("meters")
def test_each_next_saves_at_once_and_opens_the_next(
    client: TestClient, readings: Callable[[str], list[Any]]
) -> None:
    answer = client.post("/consumption", data=typed("gas", "m³", "4120"), headers=HTMX)
    assert answer.status_code == 201
    assert "Saved gas 1.48 m³ in 30 days" in answer.text
    listed = section(answer.text)
    assert "1 of 3 read today" in listed
    assert 'name="consumption_type" value="water"' in listed
    assert ">Save<" in listed.replace("\n", "").replace(" ", "")
    [_, saved] = readings("gas")
    assert (str(saved.reading), saved.days) == ("4120", 30)
    last = client.post("/consumption", data=typed("water", "m³", "121"), headers=HTMX)
    assert 'id="meter-open"' not in section(last.text)


@pytest.mark.usefixtures("meters")
def test_without_scripts_it_goes_from_page_to_page(client: TestClient) -> None:
    answer = client.post("/consumption", data=typed("electricity", "kWh", "48213"))
    assert answer.status_code == 303
    following = answer.headers["location"]
    assert following.startswith("/add?meter=gas&unit=m%C2%B3&changed=")
    page = client.get(following.removesuffix("#meters")).text
    assert "Saved electricity 212 kWh" in page
    assert 'name="consumption_type" value="gas"' in section(page)


@pytest.mark.usefixtures("meters")
def test_a_lower_reading_says_so_and_offers_what_explains_it(
    client: TestClient, readings: Callable[[str], list[Any]]
) -> None:
    for headers in ({}, HTMX):
        answer = client.post("/consumption", data=typed("gas", "m³", "12"), headers=headers)
        assert answer.status_code == 422
        opened = section(answer.text)
        assert "Lower than 4118.52 on " in opened
        assert 'value="12"' in opened
        assert 'name="new_meter"' in opened and 'name="rolled_over"' in opened
    as_it_is = typed("gas", "m³", "12", new_meter="0", rolled_over="false")
    answer = client.post("/consumption", data=as_it_is, headers=HTMX)
    assert answer.status_code == 422 and " checked" not in section(answer.text)
    swapped = typed("gas", "m³", "12", new_meter="true")
    assert client.post("/consumption", data=swapped, headers=HTMX).status_code == 201
    assert [row.meter for row in readings("gas")] == [1, 2]


@pytest.mark.usefixtures("meters")
def test_a_program_that_sends_the_form_of_the_list_is_refused(
    client: TestClient, readings: Callable[[str], list[Any]]
) -> None:
    sent = typed("gas", "m³", "4120")
    for headers in ({"Accept": "application/json"}, {"Accept": "text/csv"}):
        answer = client.post("/consumption", data=sent, headers=headers)
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == ["box"]
    assert client.post("/consumption", json=sent).status_code == 422
    assert len(readings("gas")) == 1


@pytest.mark.usefixtures("meters")
def test_what_is_no_number_is_said_and_kept(client: TestClient) -> None:
    answer = client.post("/consumption", data=typed("gas", "m³", "4x"), headers=HTMX)
    assert answer.status_code == 422
    assert 'value="4x"' in section(answer.text)


@pytest.mark.usefixtures("meters")
def test_the_same_form_twice_is_one_reading(
    client: TestClient, readings: Callable[[str], list[Any]]
) -> None:
    sent = typed("gas", "m³", "4120")
    assert client.post("/consumption", data=sent, headers=HTMX).status_code == 201
    assert client.post("/consumption", data=sent, headers=HTMX).status_code == 200
    assert len(readings("gas")) == 2


@pytest.mark.usefixtures("meters")
def test_recents_of_a_meter_begin_a_line_and_save_nothing(client: TestClient) -> None:
    assert client.post("/consumption", data={"line": "tea 1"}, headers=HTMX).status_code == 201
    page = client.get("/add").text
    recents = page.partition('<section id="recents"')[2].partition("</section>")[0]
    assert 'href="/add?line=electricity%20%40" data-fill-line' in recents
    assert recents.count("@ …") == 3
    assert recents.count('name="box" value="recent"') == 1


@pytest.mark.usefixtures("meters")
def test_nobody_sees_the_meters_of_others(bob: Account) -> None:
    assert "electricity" not in section(bob.client.get("/add?meter=gas&unit=m%C2%B3").text)


@pytest.mark.usefixtures("meters")
def test_the_open_one_has_the_focus_of_the_page(client: TestClient) -> None:
    def focused(path: str) -> list[str]:
        return re.findall(r'<input id="([^"]+)"[^>]* autofocus', client.get(path).text)

    assert focused("/add") == ["line"]
    assert focused("/add?meter=gas&unit=m³") == ["meter-reading"]


@pytest.mark.usefixtures("meters")
def test_a_form_that_saved_another_reading_is_told_so_and_saves_nothing(
    client: TestClient, readings: Callable[[str], list[Any]]
) -> None:
    sent = typed("gas", "m³", "4120")
    assert client.post("/consumption", data=sent, headers=HTMX).status_code == 201
    other = client.post("/consumption", data=sent | {"reading": "4125"}, headers=HTMX)
    assert other.status_code == 409
    opened = section(other.text)
    assert 'value="4125"' in opened and 'class="error"' in opened
    assert "What you sent before is saved." in opened
    assert sent["id"] not in opened
    assert [str(row.reading) for row in readings("gas")] == ["4118.52", "4120"]


@pytest.mark.usefixtures("meters")
@pytest.mark.parametrize("headers", [HTMX, {}], ids=["fragment", "page"])
def test_a_meter_that_was_renamed_meanwhile_is_not_begun_anew(
    headers: dict[str, str], client: TestClient, today: date, readings: Callable[[str], list[Any]]
) -> None:
    renamed = {"type": "gas", "unit": "m³", "to_type": "heating"}
    assert client.post("/types", json=renamed).status_code == 200
    sent = typed("gas", "m³", "4120")
    answer = client.post("/consumption", data=sent, headers=headers)
    assert answer.status_code == 409
    assert answer.headers.get("HX-Retarget") == ("#record-form" if headers else None)
    form = answer.text.partition('<form id="record-form"')[2].partition("</form>")[0]
    assert "This type has no meter any more" in form
    assert 'value="4120"' in form and 'value="gas"' in form and 'value="reading" checked' in form
    assert readings("gas") == [] and len(readings("heating")) == 1
    # Whoever means it may begin one.
    fields = {"kind": "reading", "consumption_date": str(today)}
    meant = {name: text for name, text in sent.items() if name != "box"} | fields
    assert client.post("/consumption", data=meant, headers=headers).status_code in (201, 303)
    assert len(readings("gas")) == 1


@pytest.mark.usefixtures("meters")
def test_an_unusual_reading_takes_a_second_click_and_another_one_is_asked_about_anew(
    client: TestClient, today: date, readings: Callable[[str], list[Any]]
) -> None:
    for ago in range(7, 0, -1):
        reading = {"consumption_type": "electricity", "unit": "kWh", "reading": 48300 - 10 * ago}
        day = str(today - timedelta(days=ago))
        answer = client.post("/consumption", json=reading | {"consumption_date": day})
        assert answer.status_code == 201
    before = len(readings("electricity"))
    form = typed("electricity", "kWh", "49290")
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and "100 × your usual 10 kWh" in in_words(asked.text)
    # It may be a new one that begins above the last reading of the old one.
    assert "A new meter: say that one begins." in in_words(asked.text)
    assert 'name="new_meter" value="true">' in asked.text
    line = {"line": "electricity @49290"}
    shown = client.post("/consumption/preview", data=line, headers=HTMX).text
    assert "A new meter: add <code>new</code>." in shown
    for sent_line in ("electricity @49290 new", "electricity @48301"):
        seen = client.post("/consumption/preview", data={"line": sent_line}, headers=HTMX).text
        assert "A new meter: add" not in seen
    as_json = client.get("/consumption/preview", params=line | {"format": "json"}).json()
    assert as_json["warnings"][0]["message"].endswith(". A new meter: add `new`")
    assert "Save again to keep it like this." in in_words(asked.text)
    assert '">Save anyway</span>' in asked.text
    told = re.search(r'name="confirm" value="([^"]+)"', asked.text)
    assert told
    other = form | {"reading": "99290", "confirm": told[1]}
    assert client.post("/consumption", data=other, headers=HTMX).status_code == 422
    assert len(readings("electricity")) == before
    sure = form | {"confirm": told[1]}
    assert client.post("/consumption", data=sure, headers=HTMX).status_code == 201
    assert readings("electricity")[-1].reading == 49290
