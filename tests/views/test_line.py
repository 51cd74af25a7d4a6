"""The results of a line: the preview's chips and offers, JSON, second Enters, preferences."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.conftest import HTMX, JSON, Clock
from tests.moments import TODAY
from tests.views.conftest import Rows, save

# The end of a question below a line.
AGAIN = ". <span data-asked>Save again to keep it like this.</span>"


def fragment(client: TestClient, line: str) -> str:
    """The preview as the page shows it."""
    return client.get("/consumption/preview", params={"line": line}, headers=HTMX).text


def seen(client: TestClient, line: str) -> dict[str, Any]:
    """The preview as programs get it."""
    params = {"line": line, "format": "json"}
    answer: dict[str, Any] = client.get("/consumption/preview", params=params).json()
    return answer


def fields(name: str, value: str, unit: str = "") -> dict[str, str]:
    """A record as the full form sends it, with an id of its own."""
    return {
        "consumption_date": "2020-01-05",
        "consumption_type": name,
        "consumption_value": value,
        "unit": unit,
        "id": str(uuid4()),
    }


def test_a_new_type_is_marked_with_the_nearest_known_one(client: TestClient) -> None:
    save(client, "coffee 2cup")
    [record] = seen(client, "cofee 2")["records"]
    assert (record["new_type"], record["similar"], record["unit"]) == (True, "coffee", "")
    shown = fragment(client, "cofee 2")
    assert 'chip-why near">new' in shown
    assert 'data-offer="coffee 2"' in shown and 'href="/add?line=coffee+2"' in shown
    [record] = seen(client, "tea 2")["records"]
    assert (record["new_type"], record["similar"]) == (True, None)
    assert '<span class="chip-why">new</span>' in fragment(client, "tea 2")
    [record] = seen(client, "Coffee 2")["records"]
    assert (record["new_type"], record["similar"]) == (False, None)


def test_a_new_type_beside_a_near_one_takes_a_second_enter(client: TestClient, rows: Rows) -> None:
    save(client, "coffee 1 cup", "heating 100 kWh")
    for line in ("cof", "cofee 2"):
        answer = client.post("/consumption", data={"line": line}, headers=HTMX)
        assert answer.status_code == 422, line
        assert f"is a new type: you have coffee{AGAIN}" in answer.text
        assert len(rows()) == 2
    answer = client.post("/consumption", data={"line": "cof", "confirm": "1"}, headers=HTMX)
    assert answer.status_code == 201 and rows()[-1].consumption_type == "cof"
    # A name that is near to nothing is saved at once, and so is what a program sends.
    assert client.post("/consumption", data={"line": "tea"}, headers=HTMX).status_code == 201
    save(client, "heatin 2")
    assert [row.consumption_type for row in rows()][-2:] == ["tea", "heatin"]


def test_lines_of_a_batch_with_a_near_type_wait(client: TestClient, rows: Rows) -> None:
    save(client, "coffee 1 cup")
    sent = {"line": "tea 1\ncofee 2", "box": "batch"}
    answer = client.post("/consumption", data=sent, headers=HTMX)
    assert answer.status_code == 201 and [row.consumption_type for row in rows()] == [
        "coffee",
        "tea",
    ]
    assert f"cofee is a new type: you have coffee{AGAIN}" in answer.text


def test_a_field_of_a_type_is_marked_as_the_line_is(client: TestClient) -> None:
    save(client, "coffee 2cup")
    mark = "/consumption/suggestions?for=mark"
    near = client.get(mark, params={"consumption_type": "cofee", "for": "mark"}, headers=HTMX)
    assert 'class="near">new type</span>' in near.text and 'data-type-offer="coffee"' in near.text
    known = client.get(mark, params={"consumption_type": "COFFEE", "for": "mark"}, headers=HTMX)
    assert known.text.strip() == ""
    assert json.loads(known.headers["HX-Trigger"]) == {"type-unit": {"unit": "cup"}}
    answer = client.get(mark, params={"consumption_type": "tea", "for": "mark"}, headers=JSON)
    assert answer.json() == {"new_type": True, "similar": None}
    page = client.get("/add").text
    assert 'hx-get="/consumption/suggestions?for=mark"' in page


def test_an_amount_is_converted_and_can_be_kept(client: TestClient, rows: Rows) -> None:
    save(client, "heating 100 kWh")
    [record] = seen(client, "heating 720 MJ")["records"]
    assert (record["consumption_value"], record["unit"]) == ("200", "kWh")
    assert record["converted_from"] == "720 MJ"
    shown = fragment(client, "heating 720 MJ")
    assert "720 MJ</bdi> → <b>200 <bdi>kWh" in shown and ">keep MJ</a>" in shown
    assert 'data-offer="heating 720&#34;MJ&#34;"' in shown
    save(client, "heating 720 MJ", 'heating 720"MJ"')
    assert {(row.consumption_value, row.unit) for row in rows()} == {
        (100, "kWh"),
        (200, "kWh"),
        (720, "MJ"),
    }


def test_a_reading_becomes_consumption(client: TestClient, rows: Rows) -> None:
    save(client, "electricity @48001 kWh 3 days ago")
    shown = fragment(client, "electricity @48213")
    assert "meter <b>48" in shown and "<b>212 kWh in 3 days</b>" in shown
    assert "70.7 a day" in shown and "before 48" in shown
    save(client, "electricity @48213")
    values = {(row.consumption_value, row.days, row.reading) for row in rows()}
    assert values == {(0, 0, 48001), (212, 3, 48213)}
    [problem] = seen(client, "electricity @47900")["unread"]
    assert problem["message"].startswith("Lower than 48")
    lower = fragment(client, "electricity @47900")
    assert 'data-offer="electricity @47900 new"' in lower
    assert 'data-offer="electricity @47900 rolled over"' in lower
    save(client, "electricity @12 rolled over")
    assert rows()[-1].consumption_value == 100_000 - 48213 + 12


def test_a_plain_amount_beside_readings_says_so(client: TestClient) -> None:
    save(client, "electricity @48001 kWh 3 days ago", "coffee 2cup")
    assert "is read from a meter: this is added to it" in fragment(client, "electricity 5 kWh")
    assert "is read from a meter" not in fragment(client, "coffee 2")
    assert "is read from a meter" not in fragment(client, "electricity @48002")


def test_fields_in_another_unit_are_kept_by_programs_and_offered_to_people(
    client: TestClient, rows: Rows
) -> None:
    save(client, "heating 100 kWh")
    form = fields("heating", "720", "MJ")
    form.pop("id")
    answer = client.post("/consumption", data=form, headers=JSON).json()
    assert (answer["consumption_value"], answer["unit"]) == ("720", "MJ")
    assert "heating is kept in kWh" in answer["warnings"][0]["message"]
    save(client, "heating 1 kWh today")
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and "Save 200 kWh" in asked.text
    client.post("/consumption", data=form | {"convert": "1"}, headers=HTMX)
    client.post("/consumption", data=form | {"confirm": "1"}, headers=HTMX)
    amounts = [f"{row.consumption_value:f} {row.unit}" for row in rows()]
    assert amounts == ["100 kWh", "720 MJ", "1 kWh", "200 kWh", "720 MJ"]


def test_a_form_without_the_unit_of_its_type_asks(client: TestClient, rows: Rows) -> None:
    save(client, "electricity 10 kWh")
    form = fields("electricity", "11.2")
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and len(rows()) == 1
    assert "electricity is kept in kWh, and this has no unit. Save again" in asked.text
    assert "Save 11.2 kWh" in asked.text
    client.post("/consumption", data=form | {"convert": "1"}, headers=HTMX)
    assert (rows()[-1].consumption_value, rows()[-1].unit) == (Decimal("11.2"), "kWh")
    client.post("/consumption", data=form | {"confirm": "1", "id": str(uuid4())}, headers=HTMX)
    assert (rows()[-1].consumption_value, rows()[-1].unit) == (Decimal("11.2"), "")


@pytest.mark.parametrize("seconds", [1, 2])
def test_an_edit_that_looks_like_a_slip_takes_a_second_enter(
    client: TestClient, rows: Rows, seconds: int
) -> None:
    save(client, *[f"electricity 1{n} kWh" for n in range(6)])
    record_id = str(rows()[-1].id)
    sent = {"consumption_value": "1211"}
    asked = client.put(f"/consumption/{record_id}", data=sent, headers=HTMX)
    assert asked.status_code == 422
    assert "97 × your usual 12.5 kWh. Save again to keep it like this" in asked.text
    assert rows()[-1].consumption_value == 15
    told = re.search(r'name="confirm" value="([^"]+)"', asked.text)
    assert told
    if seconds == 2:  # Another slip asks anew.
        sent = {"consumption_value": "1311"}
        other = client.put(
            f"/consumption/{record_id}", data=sent | {"confirm": told[1]}, headers=HTMX
        )
        assert other.status_code == 422 and rows()[-1].consumption_value == 15
        return
    saved = client.put(f"/consumption/{record_id}", data=sent | {"confirm": told[1]}, headers=HTMX)
    assert saved.status_code == 200 and rows()[-1].consumption_value == 1211
    # What leaves the amount alone never asks; programs are told, and never asked.
    for headers, edit in ((HTMX, {"notes": "cellar"}), (JSON, {"consumption_value": "9999"})):
        answer = client.put(f"/consumption/{record_id}", data=edit, headers=headers)
        assert answer.status_code == 200
    assert "× your usual" in answer.json()["warnings"][0]["message"]


def edited(client: TestClient, record: Any, sent: dict[str, str], how: dict[str, str]) -> Any:
    """The answer to an edit: of the row by htmx, or of a form without scripts."""
    send = client.put if how else client.post
    return send(f"/consumption/{record.id}", data=sent, headers=how, follow_redirects=False)


@pytest.mark.parametrize("how", [HTMX, {}], ids=["row", "page"])
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"unit": "°C"}, "heating is kept in kWh: this gives it another unit, °C"),
        ({"unit": ""}, "heating is kept in kWh, and this has no unit"),
        ({"unit": "MJ"}, "heating is kept in kWh: 110 MJ would be 30.555556 kWh"),
        ({"consumption_type": "coffee"}, "coffee is kept in cup: this gives it another unit, kWh"),
        (
            {"consumption_type": "steps"},
            "steps was kept without a unit so far: amounts in kWh are counted apart",
        ),
    ],
)
def test_an_edit_to_another_unit_than_its_type_is_kept_in_takes_a_second_enter(
    client: TestClient, rows: Rows, how: dict[str, str], sent: dict[str, str], sentence: str
) -> None:
    save(client, "coffee 2 cups", "steps 3", "heating 100 kWh", "heating 110 kWh")
    record = rows()[-1]
    asked = edited(client, record, sent, how)
    assert asked.status_code == 422 and rows()[-1] == record
    assert f"{sentence}. Save again to keep it like this." in asked.text
    assert '">Save anyway</span>' in asked.text
    seal = re.search(r'name="confirm" value="([^"]+)"', asked.text)
    assert seal
    # What was asked of one unit is not agreed to for another.
    other = edited(client, record, {"unit": "bar", "confirm": seal[1]}, how)
    assert other.status_code == 422 and "bar is a new unit" in other.text
    saved = edited(client, record, sent | {"confirm": seal[1]}, how)
    assert saved.status_code == (200 if how else 303)
    now = rows()[-1]
    assert {name: getattr(now, name) for name in sent} == sent
    assert now.consumption_value == 110


@pytest.mark.parametrize("how", [HTMX, {}], ids=["row", "page"])
def test_an_edit_takes_the_offered_amount_or_keeps_its_own_by_a_confirmation(
    client: TestClient, rows: Rows, how: dict[str, str]
) -> None:
    save(client, "heating 100 kWh", "heating 110 kWh")
    record, sent = rows()[-1], {"consumption_value": "36", "unit": "MJ"}
    asked = edited(client, record, sent, how)
    assert 'name="convert" value="1"' in asked.text and "Save 10 kWh" in asked.text
    edited(client, record, sent | {"convert": "1"}, how)
    assert (rows()[-1].consumption_value, rows()[-1].unit) == (10, "kWh")
    edited(client, record, sent | {"confirm": "1"}, how)
    assert (rows()[-1].consumption_value, rows()[-1].unit) == (36, "MJ")


def test_an_edit_of_the_only_record_in_its_unit_corrects_it(client: TestClient, rows: Rows) -> None:
    save(client, "coffee 2 cpus", "run @100 km 3 days ago", "heating 20°C", "heating 1 kWh")
    units = {"coffee": "cup", "run": "mi", "heating": "kWh"}
    for record in rows()[:3]:
        answer = edited(client, record, {"unit": units[record.consumption_type]}, HTMX)
        assert answer.status_code == 200, record
    assert [row.unit for row in rows()] == ["cup", "mi", "kWh", "kWh"]


def test_a_program_is_told_of_the_unit_of_its_edit(client: TestClient, rows: Rows) -> None:
    save(client, "heating 100 kWh", "heating 110 kWh")
    address = f"/consumption/{rows()[-1].id}"
    answer = client.put(address, json={"unit": "°C"})
    assert answer.status_code == 200 and rows()[-1].unit == "°C"
    assert answer.json()["warnings"] == [
        {"message": "heating is kept in kWh: this gives it another unit, °C"}
    ]
    # The whole answer may be sent back, and the record's own unit is in no doubt.
    again = client.put(address, json=answer.json())
    assert again.status_code == 200 and "warnings" not in again.json()
    back = client.put(address, json={"unit": "kWh"})
    assert "warnings" not in back.json()


def test_an_offered_amount_that_is_unusual_is_asked_about_as_such(
    client: TestClient, rows: Rows
) -> None:
    save(client, *[f"heating 1{n} kWh" for n in range(6)])
    form = fields("heating", "7200", "MJ")
    record = rows()[-1]
    change = {"consumption_value": "7200", "unit": "MJ"}
    for sent, ask in (
        (form, lambda sent: client.post("/consumption", data=sent, headers=HTMX)),
        (change, lambda sent: edited(client, record, sent, HTMX)),
    ):
        asked = ask(sent | {"convert": "1"})
        assert asked.status_code == 422 and " × your usual 1" in asked.text
        # The form has the converted amount now, and keeps that.
        assert 'value="2000"' in asked.text and 'value="kWh"' in asked.text
        seal = re.search(r'name="confirm" value="([^"]+)"', asked.text)
        assert seal
        ask(sent | {"consumption_value": "2000", "unit": "kWh", "confirm": seal[1]})
    assert sorted(row.consumption_value for row in rows())[-2:] == [2000, 2000]
    assert {row.unit for row in rows()} == {"kWh"}


def test_the_first_reading_of_a_known_type_takes_a_second_enter(
    client: TestClient, rows: Rows
) -> None:
    save(client, "water 9 m3")
    form = {"line": "water @120.5"}
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and "<code>@120.5€</code>" in asked.text
    assert 'name="confirm" value="' in asked.text
    assert len(rows()) == 1
    assert (
        client.post("/consumption", data={**form, "confirm": "1"}, headers=HTMX).status_code == 201
    )
    assert [row.days for row in rows() if row.reading is not None] == [0]


@pytest.mark.parametrize("line", ["fuel 40 shell", "fuel 70.52€", "fuel 20°C", "fuel 3 kWh"])
def test_what_a_known_type_is_not_kept_in_takes_a_second_enter(
    client: TestClient, line: str, rows: Rows
) -> None:
    save(client, "fuel 40 l")
    assert client.post("/consumption", data={"line": line}, headers=HTMX).status_code == 422
    assert len(rows()) == 1
    [warning] = seen(client, line)["warnings"]
    assert "fuel is kept in l" in warning["message"]
    assert "fuel is kept in l" in fragment(client, line)
    sure = client.post("/consumption", data={"line": line, "confirm": "1"}, headers=HTMX)
    assert sure.status_code == 201 and len(rows()) == 2
    # From then on it is one of its units. Programs are told, and never held up.
    save(client, line, f"{line} yesterday")
    assert seen(client, line)["warnings"] == []
    assert len(rows()) == 4


def test_a_line_in_a_unit_of_another_kind_waits_in_a_batch(client: TestClient, rows: Rows) -> None:
    save(client, "heating 100 kWh")
    sent = {"line": "heating 20°C\nheating 110 kWh", "box": "batch"}
    answer = client.post("/consumption", data=sent, headers=HTMX)
    assert answer.status_code == 201 and [row.consumption_value for row in rows()] == [100, 110]
    assert f"this gives it another unit, °C{AGAIN}" in answer.text


def test_fields_in_a_unit_of_another_kind_take_a_second_click(
    client: TestClient, rows: Rows
) -> None:
    save(client, "heating 100 kWh")
    form = fields("heating", "20", "°C")
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and len(rows()) == 1
    assert "this gives it another unit, °C. Save again" in asked.text
    assert 'name="convert"' not in asked.text
    answer = client.post("/consumption", data=fields("heating", "20", "°C"), headers=JSON).json()
    assert answer["warnings"] == [
        {"message": "heating is kept in kWh: this gives it another unit, °C"}
    ]
    client.post("/consumption", data=form | {"confirm": "1"}, headers=HTMX)
    assert [row.unit for row in rows()] == ["kWh", "°C", "°C"]


def test_a_type_kept_in_units_of_two_kinds_converts_to_the_one_that_measures_the_same(
    client: TestClient, rows: Rows
) -> None:
    save(client, "heating 100 kWh yesterday", "heating 20°C")
    shown = fragment(client, "heating 720MJ")
    assert "720 MJ</bdi> → <b>200 <bdi>kWh" in shown and "another unit" not in shown
    answer = client.post("/consumption", data={"line": "heating 720MJ"}, headers=HTMX)
    assert answer.status_code == 201
    sent = {"line": "heating 360 MJ\nheating 3 bar", "box": "batch"}
    left = client.post("/consumption", data=sent, headers=HTMX)
    assert f"bar is a new unit: heating is kept in kWh{AGAIN}" in left.text
    assert [f"{row.consumption_value:f} {row.unit}" for row in rows()] == [
        *("100 kWh", "20 °C", "200 kWh", "100 kWh"),
    ]
    # A line without a unit takes the one used last.
    assert seen(client, "heating 5")["records"][0]["unit"] == "kWh"
    save(client, "heating 21°C")
    assert seen(client, "heating 5")["records"][0]["unit"] == "°C"
    form = fields("heating", "36", "MJ")
    asked = client.post("/consumption", data=form, headers=HTMX)
    assert asked.status_code == 422 and "Save 10 kWh" in asked.text
    for _ in range(2):  # Sent again after an answer that was lost, it saves nothing twice.
        client.post("/consumption", data=form | {"convert": "1"}, headers=HTMX)
    assert [(row.consumption_value, row.unit) for row in rows()][5:] == [(10, "kWh")]
    answer = client.post("/consumption", json=[fields("heating", "36", "MJ")])
    [warning] = answer.json()["warnings"]
    assert warning["message"] == "heating is kept in kWh: 36 MJ would be 10 kWh"


def test_the_first_unit_of_a_type_without_one_takes_a_second_enter(
    client: TestClient, rows: Rows
) -> None:
    save(client, "coffee 2")
    sentence = "coffee was kept without a unit so far: amounts in cup are counted apart"
    assert sentence in fragment(client, "coffee 3 cups")
    assert seen(client, "coffee 3 cups")["warnings"] == [{"line": 1, "message": sentence}]
    for sent in ({"line": "coffee 3 cups"}, fields("coffee", "3", "cup")):
        asked = client.post("/consumption", data=sent, headers=HTMX)
        assert asked.status_code == 422 and f"{sentence}. " in asked.text
        assert '">Save anyway</span>' in asked.text
    assert len(rows()) == 1
    told = client.post("/consumption", data=fields("coffee", "3", "cup"), headers=JSON).json()
    assert told["warnings"] == [{"message": sentence}]
    # From then on it is kept in both; a line without a unit takes the one used last.
    save(client, "coffee 4 cups")
    assert client.post("/consumption", data={"line": "coffee 1"}, headers=HTMX).status_code == 201
    assert [(row.consumption_value, row.unit) for row in rows()] == [
        *((2, ""), (3, "cup"), (4, "cup"), (1, "cup")),
    ]


def test_a_reading_is_in_the_unit_of_its_meter(client: TestClient, rows: Rows) -> None:
    save(client, "heating @100 kWh 3 days ago", "heating 20°C")
    assert "<b>12 kWh in 3 days</b>" in fragment(client, "heating @112")
    answer = client.post("/consumption", data={"line": "heating @112"}, headers=HTMX)
    assert answer.status_code == 201
    assert (rows()[-1].consumption_value, rows()[-1].unit) == (12, "kWh")


def test_a_reading_of_another_meter_than_the_types_is_told(client: TestClient, rows: Rows) -> None:
    save(client, "heating @48000 kWh 3 days ago")
    sentence = (
        "Readings are never converted, and heating is kept in kWh:"
        " this is a reading of another meter, in MWh"
    )
    reading = {"consumption_type": "heating", "unit": "MWh", "reading": "48.1"}
    form = reading | {"consumption_date": TODAY.isoformat(), "kind": "reading"}
    asked = client.post("/consumption", data=form | {"id": str(uuid4())}, headers=HTMX)
    assert asked.status_code == 422 and f"{sentence}. Save again" in asked.text
    assert 'name="convert"' not in asked.text and len(rows()) == 1
    for sent in (reading, [reading]):
        answer = client.post("/consumption", json=sent)
        assert answer.status_code == 201, answer.text
        told = answer.json().get("warnings", [])
        # From then on there is a meter in this unit.
        assert [warning["message"] for warning in told] == ([sentence] if sent is reading else [])
    own = client.post("/consumption", json=reading | {"unit": "kWh", "reading": "48100"})
    assert own.status_code == 201 and "warnings" not in own.json()
    far = client.post("/consumption", json=reading | {"unit": "°C", "reading": "20"})
    assert far.json()["warnings"] == [
        {"message": "heating is kept in kWh: this gives it another unit, °C"}
    ]


MONEY_TWICE = (
    "The amount is money, 2 €, and there is a cost of 12.00\u00a0€ besides: keep one of them"
)


def test_a_cost_in_a_form_may_have_the_sign_of_the_currency(client: TestClient, rows: Rows) -> None:
    save(client, "coffee 1 cup 3€")
    for number, cost in enumerate(("9,50 €", "EUR 9.50"), 2):
        form = fields("lunch", "2") | {"cost": cost, "id": str(uuid4())}
        assert client.post("/consumption", data=form, headers=HTMX).status_code == 201
        assert len(rows()) == number and str(rows()[-1].cost) == "9.5"
    changed = edited(client, rows()[-1], {"cost": "8 €"}, HTMX)
    assert changed.status_code == 200 and rows()[-1].cost == 8
    refused = edited(client, rows()[-1], {"cost": "8 $"}, HTMX)
    assert "Write the value as a number" in refused.text and rows()[-1].cost == 8


@pytest.mark.parametrize("how", [HTMX, {}], ids=["fragment", "page"])
def test_a_form_with_a_cost_beside_money_asks_as_the_line_does(
    client: TestClient, rows: Rows, how: dict[str, str]
) -> None:
    save(client, "lunch 10€", "coffee 1 cup 3€")
    form = fields("lunch", "2", "€") | {"cost": "12", "id": str(uuid4())}
    asked = client.post("/consumption", data=form, headers=how)
    assert asked.status_code == 422 and len(rows()) == 2
    assert f"{MONEY_TWICE}. Save again to keep it like this." in asked.text
    seal = re.search(r'name="confirm" value="([^"]+)"', asked.text)
    assert seal
    # Another cost is asked about anew; without one it is an amount as any other.
    other = form | {"cost": "13", "confirm": seal[1]}
    assert client.post("/consumption", data=other, headers=how).status_code == 422
    sure = client.post("/consumption", data=form | {"confirm": seal[1]}, headers=how)
    assert sure.status_code == (201 if how else 303) and rows()[-1].cost == 12
    plain = fields("lunch", "2", "€") | {"id": str(uuid4())}
    client.post("/consumption", data=plain, headers=how)
    assert len(rows()) == 4
    # So is one that the offered unit makes money.
    offered = fields("lunch", "2") | {"cost": "12", "convert": "1", "id": str(uuid4())}
    asked = client.post("/consumption", data=offered, headers=how)
    assert (
        asked.status_code == 422
        and f"{MONEY_TWICE}. Save again to keep it like this." in asked.text
    )
    assert len(rows()) == 4


@pytest.mark.parametrize("how", [HTMX, {}], ids=["row", "page"])
def test_an_edit_that_puts_a_cost_beside_money_asks_once(
    client: TestClient, rows: Rows, how: dict[str, str]
) -> None:
    save(client, "coffee 1 cup 3€", "lunch 2€")
    record = rows()[-1]
    asked = edited(client, record, {"cost": "12"}, how)
    assert asked.status_code == 422 and rows()[-1] == record
    assert f"{MONEY_TWICE}. Save again to keep it like this." in asked.text
    seal = re.search(r'name="confirm" value="([^"]+)"', asked.text)
    assert seal
    other = edited(client, record, {"cost": "13", "confirm": seal[1]}, how)
    assert other.status_code == 422 and rows()[-1] == record
    saved = edited(client, record, {"cost": "12", "confirm": seal[1]}, how)
    assert saved.status_code == (200 if how else 303) and rows()[-1].cost == 12
    # What stands there already is in no doubt, and neither is taking the cost away.
    for sent in ({"notes": "with Ada"}, {"cost": ""}):
        assert edited(client, rows()[-1], sent, how).status_code == (200 if how else 303)
    assert (rows()[-1].notes, rows()[-1].cost) == ("with Ada", None)


def test_programs_are_told_of_a_cost_beside_money_and_it_is_saved(
    client: TestClient, rows: Rows
) -> None:
    save(client, "coffee 1 cup 3€", "lunch 10€")
    sent = fields("lunch", "2", "€") | {"cost": "12"}
    answer = client.post("/consumption", json=sent)
    assert answer.status_code == 201 and rows()[-1].cost == 12
    assert answer.json()["warnings"] == [{"message": MONEY_TWICE}]
    several = client.post(
        "/consumption", json=[fields("coffee", "1", "cup"), sent | {"id": str(uuid4())}]
    )
    assert several.status_code == 201
    assert several.json()["warnings"] == [{"index": 1, "message": MONEY_TWICE}]
    address = f"/consumption/{answer.json()['id']}"
    again = client.put(address, json=answer.json())
    assert again.status_code == 200 and "warnings" not in again.json()
    assert "warnings" not in client.put(address, json={"cost": None}).json()
    back = client.put(address, json={"cost": "12"})
    assert back.json()["warnings"] == [{"message": MONEY_TWICE}]


def test_a_list_says_which_of_its_records_are_in_another_unit(client: TestClient) -> None:
    save(client, "heating 100 kWh")
    sent = [fields("heating", value, unit) for value, unit in (("1", "kWh"), ("2", "MJ"))]
    sent += [fields("heating", "3", "°C"), fields("heating", "4"), fields("tea", "5", "cup")]
    answer = client.post("/consumption", json=sent)
    assert answer.status_code == 201
    assert [(it["index"], it["message"]) for it in answer.json()["warnings"]] == [
        (1, "heating is kept in kWh: 2 MJ would be 0.555556 kWh"),
        (2, "heating is kept in kWh: this gives it another unit, °C"),
        (3, "heating is kept in kWh, and this has no unit"),
    ]


def test_the_first_cost_sets_the_currency_and_another_one_is_unread(
    client: TestClient, rows: Rows
) -> None:
    save(client, "fuel 42.5 l 70.52€")
    assert [row.cost for row in rows()] == [Decimal("70.52")]
    [problem] = seen(client, "fuel 42.5 l $70.52")["unread"]
    assert problem["text"] == "$70.52" and "EUR" in problem["message"]
    shown = fragment(client, "fuel 42.5l 70.52€")
    assert "<b>70.52\u00a0€</b>" in shown and "1.66\u00a0€ a litre" in shown


def test_a_span_is_one_record(client: TestClient, clock: Clock, rows: Rows) -> None:
    save(client, "gas 250 m3 over 30 days")
    [row] = rows()
    assert (row.consumption_value, row.days, row.consumption_date) == (250, 30, clock.today())
    assert "<b>250 m³ in 30 days</b>" in fragment(client, "gas 250 m3 over 30 days")


def test_the_account_says_once_what_its_gallons_are(client: TestClient, rows: Rows) -> None:
    save(client, "fuel 40 l")
    asked = fragment(client, "fuel 10 gallons")
    assert 'name="measures" value="imperial"' in asked
    form = {"line": "fuel 10 gallons", "measures": "imperial"}
    answer = client.post("/consumption", data=form, headers=HTMX)
    assert answer.status_code == 200 and "45.4609" in answer.text
    assert len(rows()) == 1
    [record] = seen(client, "fuel 10 gallons")["records"]
    assert record["consumption_value"] == "45.4609"
    client.post("/account", data={"measures": "us"})
    [record] = seen(client, "fuel 10 gallons")["records"]
    assert record["consumption_value"] == "37.854118"


def test_the_order_of_dates_is_the_account_s(client: TestClient) -> None:
    line = "2/1/2020 tea 2"
    assert seen(client, line)["unread"]
    for order, day in (("day-first", "2020-01-02"), ("month-first", "2020-02-01")):
        client.post("/account", data={"date_order": order})
        [record] = seen(client, line)["records"]
        assert record["consumption_date"] == day
    assert client.post("/account", data={"date_order": "sideways"}).status_code == 422


SHARED = (
    *("consumption_date", "consumption_value", "consumption_type", "unit", "notes"),
    *("days", "reading", "meter", "cost"),
)


@pytest.mark.parametrize(
    "lines",
    [
        "gas @10 m3 yesterday\ngas @15",
        "gas @15 m3\ngas @10 yesterday",
        "gas @10 m3 -2\ngas @1 new yesterday\ngas @4",
        "gas @950 m3 -2\ngas @40 rolled over yesterday\ngas @60",
        "gas 250 m3 over 30 days",
        "fuel 40l 70€ ; motorway",
        "meter @5 kWh new",
        "tea 2",
    ],
)
def test_programs_see_a_line_as_it_will_be_saved(client: TestClient, lines: str) -> None:
    shown = seen(client, lines)["records"]
    saved = client.post("/consumption", json={"line": lines}).json()["records"]
    assert [[record[key] for key in SHARED] for record in shown] == [
        [record[key] for key in SHARED] for record in saved
    ]


def test_programs_see_readings_costs_and_days_of_a_line(client: TestClient) -> None:
    save(client, "gas @100 m3 10 days ago", "gas @5 new 4 days ago")
    [reading] = seen(client, "gas @12")["records"]
    assert [reading[key] for key in SHARED[5:]] == [4, "12", 2, None]
    [new] = seen(client, "gas @0 new")["records"]
    assert [new[key] for key in SHARED[5:]] == [0, "0", 3, None]
    [bill] = seen(client, "gas 250 m3 over 31 days 180€")["records"]
    assert [bill[key] for key in SHARED[5:]] == [31, None, None, "180"]
    refused = client.post("/consumption", json={"line": "gas @12\ngas 2 3"})
    assert refused.json()["records"][0]["meter"] == 2


SHOWN_LINES = (
    *("coffee", "2 coffee", "coffee 2 yesterday ; with milk #late", "cofee 2 cups", "tea 2 mugs"),
    *("water 1/3 l", "water 9 m3 over 30 days", "heating 1234567.123456 kWh over last year"),
    *("mon..wed coffee 2 @1.2€", "fuel 42.5l @1.659€", "fuel 40l 70.5€ 30 dec 2024", "rent 900€"),
    *("run 1h30", "run 90min", "run 45 seconds", "1 jan 1930 milk 0.000001 t", "コーヒー 2杯"),
    *("electricity @48001 kWh 2025-10-05", "electricity @48213", "electricity @12 rolled over"),
    *("electricity @0.2 new", '"may" 3', 'coffee 3 ""', "10k steps", "pushups 3x20", "tea 0"),
)


def in_text(html: str) -> str:
    """The text of a preview without its tags, single spaces between the words."""
    return " ".join(re.sub("<[^>]+>", " ", html).replace("&#34;", '"').split())


def as_shown(number: Decimal, *, is_money: bool) -> str:
    """A number in the words of a preview: money in cents; spaces group digits from 10 000 on."""
    if is_money:
        return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f} €"
    whole, _, decimals = f"{number:f}".partition(".")
    whole = f"{int(whole):,}".replace(",", " ") if len(whole) > 4 else whole
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def test_the_preview_shows_what_is_saved(client: TestClient, rows: Rows) -> None:
    """Each line as the page shows it, and the records that the same line makes."""
    save(client, "water 1 l", "heating 1 kWh", "fuel 1 l 1€", "run 1 h", "coffee 1 cup", "tea 1")
    for line in SHOWN_LINES:
        shown, before = in_text(fragment(client, line)), len(rows())
        save(client, line)
        records = rows()[before:]
        assert shown.startswith("Saves as "), (line, shown)
        first, last = records[0], records[-1]
        for record in (first, last):
            day = record.consumption_date
            assert str(day.day) in shown.split()
            assert day.year == TODAY.year or str(day.year) in shown
        assert (f" {len(records)} records " in shown) == (len(records) > 1)
        assert first.consumption_type in shown and first.notes in shown and first.unit in shown
        for number in (first.consumption_value, first.reading, first.cost):
            is_start = number is first.consumption_value and first.days == 0
            if number is not None and not is_start:
                assert as_shown(number, is_money=number is first.cost) in shown, (line, shown)
        if first.days > 1:
            assert f" in {first.days} days" in shown, (line, shown)


def test_the_usual_amount_of_bills_is_named_as_that_of_a_day(client: TestClient) -> None:
    for month in range(3, 8):
        bill = {"consumption_date": f"2020-{month:02}-28", "consumption_value": "280", "days": 28}
        bill |= {"consumption_type": "gas", "unit": "m³"}
        assert client.post("/consumption", json=bill).status_code == 201
    answer = client.get("/consumption/preview", params={"format": "json", "line": "gas 250 m³"})
    assert answer.json()["warnings"] == [{"line": 1, "message": "25 × your usual 10 m³ a day"}]
    # Of records of one day it is an amount, as it was noted.
    for day in range(1, 21):
        line = f"gas 10 m³ 2020-10-{day:02}"
        assert client.post("/consumption", data={"line": line}, headers=JSON).status_code == 201
    answer = client.get("/consumption/preview", params={"format": "json", "line": "gas 250 m³"})
    assert answer.json()["warnings"] == [{"line": 1, "message": "25 × your usual 10 m³"}]
