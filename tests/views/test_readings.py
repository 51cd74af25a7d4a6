"""Readings of meters, records of several days and costs: by form, as JSON, in a row."""

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
from tests.conftest import HTMX, JSON, Account
from tests.views.conftest import opened

LIST = HTMX | {"HX-Current-URL": "http://testserver/list"}


def days_ago(days: int, today: date) -> str:
    return str(today - timedelta(days=days))


@pytest.fixture
def read_off(client: TestClient, today: date) -> Callable[..., dict[str, Any]]:
    """Note a meter's reading of `ago` days ago; the record as JSON."""

    def read_off(figure: str, ago: int = 0, **fields: str) -> dict[str, Any]:
        content = {"consumption_type": "water", "unit": "m³", "reading": figure}
        content |= {"consumption_date": days_ago(ago, today)}
        answer = client.post("/consumption", json=content | fields)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    return read_off


ReadOff = Callable[..., dict[str, Any]]


def content(client: TestClient, record_id: str) -> dict[str, Any]:
    record: dict[str, Any] = client.get(f"/consumption/{record_id}", headers=JSON).json()
    return record


def fields(today: date, **more: str) -> dict[str, str]:
    """A form of all fields for gas, as a browser sends it."""
    usual = {
        "consumption_date": str(today),
        "consumption_type": "gas",
        "consumption_value": "1",
        "unit": "m³",
        "notes": "",
        "kind": "amount",
        "reading": "",
        "covers": "day",
        "covers_from": "",
        "cost": "",
    }
    return usual | {"id": str(uuid4())} | more


# As JSON


def test_a_reading_alone_is_enough_and_comes_to_what_was_used(read_off: ReadOff) -> None:
    first, second = read_off("100", 30), read_off("103.5")
    assert (first["consumption_value"], first["days"], first["meter"]) == ("0", 0, 1)
    assert (second["consumption_value"], second["days"], second["meter"]) == ("3.5", 30, 1)
    assert (second["reading"], second["cost"]) == ("103.5", None)


def test_what_lies_between_two_readings_of_one_day_is_of_that_day_and_counted_once(
    client: TestClient, today: date, read_off: ReadOff
) -> None:
    read_off("100", 9)
    read_off("110", 4)
    second = read_off("112", 4)
    assert (second["consumption_value"], second["days"]) == ("2", 1)
    read_off("116")
    [water] = client.get("/stats?period=last-9", headers=JSON).json()["types"]
    totals = [point["total"] for point in water["series"]["points"]]
    assert totals == ["2", "2", "2", "2", "4", "1", "1", "1", "1"]
    assert (water["total"], water["known"]["days"]) == ("16", 9)


def test_value_and_days_beside_a_reading_are_ignored(read_off: ReadOff) -> None:
    read_off("100", 30)
    record = read_off("101", consumption_value="77", days="4", cost="2,5")
    assert (record["consumption_value"], record["days"], record["cost"]) == ("1", 30, "2.5")


def test_a_lower_reading_is_refused_at_its_field_with_the_one_before(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    read_off("48001", 30)
    lower = {"consumption_type": "water", "unit": "m³", "reading": "47900"}
    answer = client.post("/consumption", json=lower | {"consumption_date": str(today)})
    assert answer.status_code == 422
    sentence = answer.json()["fields"]["reading"]
    assert sentence.startswith("Lower than 48\u202f001 on ")
    new = read_off("0.2", new_meter="true")
    assert (new["meter"], new["days"]) == (2, 0)


def test_a_reading_above_the_next_one_names_both(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    read_off("100", 30)
    read_off("110")
    over = {"consumption_type": "water", "unit": "m³", "reading": "111"}
    answer = client.post("/consumption", json=over | {"consumption_date": days_ago(9, today)})
    assert answer.status_code == 422
    assert answer.json()["fields"]["reading"].startswith("Higher than the next reading, 110 on ")


def test_only_a_lower_reading_can_have_rolled_over(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    read_off("990", 30)
    sent = {"consumption_type": "water", "unit": "m³", "consumption_date": str(today)}
    answer = client.post("/consumption", json=sent | {"reading": "995", "rolled_over": True})
    assert answer.status_code == 422
    sentence = "Not lower than 990 on"
    assert answer.json()["fields"]["rolled_over"].startswith(sentence)
    listed = [sent | {"reading": "995", "rolled_over": True}]
    [error] = client.post("/consumption", json=listed).json()["errors"]
    assert error["fields"].keys() == {"rolled_over"}
    assert read_off("5", rolled_over="true")["consumption_value"] == "15"


def test_an_edit_that_says_so_of_a_higher_reading_is_refused_where_it_says_so(
    client: TestClient, read_off: ReadOff
) -> None:
    read_off("990", 30)
    address = f"/consumption/{read_off('995')['id']}"
    for more in ({"notes": "x"}, {"reading": "996"}, {"reading": "995"}, {}):
        answer = client.put(address, json=more | {"rolled_over": True})
        assert answer.status_code == 422
        [(field, sentence)] = answer.json()["fields"].items()
        assert field == "rolled_over" and sentence.startswith("Not lower than 990 on ")
    page = client.put(address, data={"reading": "996", "rolled_over": "true"}, headers=HTMX)
    assert page.status_code == 422
    assert re.search(r'rolled_over-error"[^>]*>.{,200}Not lower than 990 on ', page.text, re.DOTALL)


def test_an_edit_may_say_again_that_a_meter_rolled_over(
    client: TestClient, read_off: ReadOff
) -> None:
    read_off("990", 30)
    turned = read_off("5", rolled_over="true")
    answer = client.put(f"/consumption/{turned['id']}", json={"rolled_over": True})
    assert (answer.status_code, answer.json()["change"]) == (200, None)
    assert answer.json()["consumption_value"] == turned["consumption_value"]


FIRST = "There is no reading before it: leave rolled over out."


def test_the_first_reading_of_a_meter_cannot_have_rolled_over(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    sent = {"consumption_type": "water", "unit": "m³", "reading": "12", "rolled_over": True}
    alone = client.post("/consumption", json=sent)
    [error] = client.post("/consumption", json=[sent]).json()["errors"]
    start = read_off("990", 30)
    edit = client.put(f"/consumption/{start['id']}", json={"rolled_over": True})
    earlier = client.post("/consumption", json=sent | {"consumption_date": days_ago(60, today)})
    line = client.post("/consumption", json={"line": "water @12 rolled over 60 days ago"})
    for answer in (alone, edit, earlier):
        assert answer.status_code == 422
        assert answer.json()["fields"] == {"rolled_over": FIRST}
    assert error["fields"] == {"rolled_over": FIRST}
    [unread] = line.json()["unread"]
    assert (unread["text"], unread["message"]) == ("rolled over", FIRST)
    listed = client.get("/consumption", headers=JSON).json()["records"]
    assert [record["reading"] for record in listed] == ["990"]


def test_a_reading_of_a_list_may_have_rolled_over_from_one_behind_it_in_the_list(
    client: TestClient, today: date
) -> None:
    meter = {"consumption_type": "water", "unit": "m³"}
    turned = meter | {"reading": "5", "rolled_over": True}
    before = meter | {"reading": "990", "consumption_date": days_ago(30, today)}
    answer = client.post("/consumption", json=[turned, before])
    assert answer.status_code == 201
    assert [record["consumption_value"] for record in answer.json()["records"]] == ["15", "0"]


def test_the_same_reading_twice_is_there_once(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    first = read_off("100", 30)
    read_off("110")
    again = {name: first[name] for name in ("id", "consumption_type", "unit", "consumption_date")}
    answer = client.post("/consumption", json=again | {"reading": "100"})
    assert (answer.status_code, answer.json()["id"]) == (200, first["id"])
    other = client.post("/consumption", json=again | {"reading": "101"})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"days": "0"}, "days"),
        ({"days": "3661"}, "days"),
        ({"days": "x"}, "days"),
        ({"days": "5", "covers_from": "{1}"}, "covers_from"),
        ({"covers_from": "{-1}"}, "covers_from"),
        ({"cost": "-1"}, "cost"),
        ({"reading": "abc"}, "reading"),
        ({"reading": "1", "new_meter": "perhaps"}, "new_meter"),
        ({"reading": "1", "new_meter": "true", "rolled_over": "true"}, "rolled_over"),
        ({"new_meter": "true"}, "new_meter"),
        ({"reading": "", "rolled_over": "true"}, "rolled_over"),
    ],
)
def test_each_fault_is_said_at_its_field(
    client: TestClient, today: date, more: dict[str, str], field: str
) -> None:
    places = {"{1}": days_ago(1, today), "{-1}": days_ago(-1, today)}
    sent = {name: places.get(value, value) for name, value in more.items()}
    record = {"consumption_type": "gas", "consumption_value": "5", "consumption_date": str(today)}
    answer = client.post("/consumption", json=record | sent)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(("ago", "words"), [(0, "1 day"), (1, "2 days")])
def test_days_that_disagree_are_counted_in_words(
    client: TestClient, today: date, ago: int, words: str
) -> None:
    record = {"consumption_type": "gas", "consumption_value": "5", "days": 30}
    answer = client.post("/consumption", json=record | {"covers_from": days_ago(ago, today)})
    assert answer.json()["fields"] == {"covers_from": f"From then on it is {words}, not 30."}


def test_a_record_of_several_days(client: TestClient, today: date) -> None:
    record = {"consumption_type": "gas", "consumption_value": "250", "consumption_date": str(today)}
    by_day = client.post("/consumption", json=record | {"covers_from": days_ago(29, today)})
    by_count = client.post("/consumption", json=record | {"days": 30, "cost": 99.5})
    assert (by_day.json()["days"], by_count.json()["days"]) == (30, 30)
    both = client.post(
        "/consumption", json=record | {"days": 30, "covers_from": days_ago(29, today)}
    )
    assert both.status_code == 201
    changed = client.put(f"/consumption/{both.json()['id']}", json={"notes": "bill"})
    assert (changed.json()["days"], changed.json()["notes"]) == (30, "bill")


def test_null_empties_what_may_be_empty(client: TestClient, today: date) -> None:
    record = {"consumption_type": "gas", "consumption_value": "5", "unit": "m³", "cost": "7.5"}
    sent = record | {"consumption_date": str(today), "notes": "cellar", "days": 2}
    address = f"/consumption/{client.post('/consumption', json=sent).json()['id']}"
    for name, empty in (("cost", None), ("notes", ""), ("unit", "")):
        answer = client.put(address, json={name: None})
        assert answer.status_code == 200 and answer.json()["change"], name
        assert answer.json()[name] == empty
    own = client.get(address, headers=JSON).json()
    same = client.put(address, json=own)
    assert (same.status_code, same.json()["change"]) == (200, None)
    by_meter = ("new_meter", "rolled_over")
    of_days = ("consumption_date", "days", "covers_from", "version")
    for name in ("consumption_value", "consumption_type", *of_days, *by_meter):
        answer = client.put(address, json={name: None, "notes": "late"})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [name])
    misspelt = client.put(address, json={"note": None})
    assert (misspelt.status_code, list(misspelt.json()["fields"])) == (422, ["note"])
    assert client.get(address, headers=JSON).json() == own


def test_null_as_the_reading_makes_it_a_plain_amount(client: TestClient, read_off: ReadOff) -> None:
    first, second = read_off("100", 9), read_off("104")
    for number, amount in ((second["id"], ("4", 9)), (first["id"], ("0", 1))):
        plain = client.put(f"/consumption/{number}", json={"reading": None}).json()
        assert (plain["reading"], plain["meter"]) == (None, None)
        assert (plain["consumption_value"], plain["days"]) == amount


def test_amount_and_days_of_a_reading_are_not_edited_by_themselves(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    read_off("100", 9)
    second = read_off("104")
    address = f"/consumption/{second['id']}"
    for sent in ({"consumption_value": "99"}, {"days": 3}, {"covers_from": days_ago(2, today)}):
        answer = client.put(address, json=sent)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, list(sent))
        assert "follow from its meter" in answer.json()["error"]
        beside = client.put(address, json=sent | {"reading": "104"})
        assert (beside.status_code, beside.json()["change"]) == (200, None)
    assert client.put(address, json={"notes": "cellar"}).json()["change"]


# Changes of readings


def test_deleting_restoring_and_undoing_keep_the_others_true(
    client: TestClient, read_off: ReadOff
) -> None:
    read_off("100", 30)
    middle, last = read_off("104", 10), read_off("110")
    deleted = client.delete(f"/consumption/{middle['id']}", headers=JSON).json()
    assert content(client, last["id"])["consumption_value"] == "10"
    client.post("/consumption/undo", data={"change": deleted["change"]})
    assert content(client, last["id"])["consumption_value"] == "6"
    client.delete(f"/consumption/{middle['id']}", headers=JSON)
    restored = client.post(f"/consumption/{middle['id']}/restore", headers=JSON)
    assert restored.json()["consumption_value"] == "4"


def test_an_undo_that_would_break_the_chain_says_why(
    client: TestClient, read_off: ReadOff, database: Database
) -> None:
    read_off("100", 30)
    last = read_off("110")
    deleted = client.delete(f"/consumption/{last['id']}", headers=JSON).json()
    read_off("120", 10)
    for address, sent in (
        ("/consumption/undo", {"change": deleted["change"]}),
        (f"/consumption/{last['id']}/restore", {}),
    ):
        answer = client.post(address, data=sent, headers=JSON)
        assert answer.status_code == 409
        assert "lower than the reading before it, 120 on" in answer.json()["error"]
    with database.reading() as db:
        shown = text("SELECT count(*) FROM consumption_records WHERE deleted_at IS NULL")
        assert db.execute(shown).scalar_one() == 2


def test_an_edit_says_what_it_does_to_the_next_reading_before_it_is_saved(
    client: TestClient, read_off: ReadOff
) -> None:
    read_off("100", 30)
    middle, last = read_off("104", 10), read_off("110")
    address = f"/consumption/{middle['id']}"
    form = client.get(f"{address}/edit", headers=LIST).text
    assert 'name="kind" value="reading" checked' in form
    sent = {"reading": "105", "kind": "reading", "version": "1"}
    told = client.put(address, data=sent, headers=LIST)
    assert told.status_code == 422
    assert "comes to 5 m³ in 10 days instead of 6 m³ in 10 days" in told.text
    assert content(client, last["id"])["consumption_value"] == "6"
    seal = told.text.partition('name="confirm" value="')[2].partition('"')[0]
    saved = client.put(address, data=sent | {"confirm": seal}, headers=LIST)
    assert saved.status_code == 200
    assert "reads 105" in saved.text
    assert content(client, last["id"])["consumption_value"] == "5"
    # What was told of one figure is not said of another.
    other = client.put(address, data={"reading": "106", "confirm": seal}, headers=LIST)
    assert other.status_code == 422


def test_an_edit_that_does_not_fit_keeps_what_was_typed(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    read_off("100", 30)
    middle = read_off("104", 10)
    last = read_off("110")
    answer = client.put(f"/consumption/{middle['id']}", data={"reading": "111"}, headers=LIST)
    assert answer.status_code == 422
    assert 'value="111"' in answer.text
    assert "Higher than the next reading, 110 on" in answer.text
    moved = client.put(f"/consumption/{last['id']}", json={"consumption_date": days_ago(20, today)})
    assert moved.status_code == 422
    assert list(moved.json()["fields"]) == ["consumption_date"]
    assert content(client, middle["id"])["consumption_value"] == "4"


def test_a_new_meter_is_not_moved_amid_the_readings_of_the_one_before(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    for figure, ago in (("100", 40), ("112", 30), ("140", 20)):
        read_off(figure, ago)
    new = read_off("0", 10, new_meter="true")
    read_off("15", 1)
    day = days_ago(25, today)
    sentence = "The meter before is read after that, 140 on "
    moved = client.put(f"/consumption/{new['id']}", json={"consumption_date": day})
    assert moved.status_code == 422
    assert moved.json()["fields"]["consumption_date"].startswith(sentence)
    sent = {"ids": new["id"], "action": "set-date", "value": day}
    bulk = client.post("/consumption/bulk", data=sent, headers=JSON)
    assert bulk.status_code == 409
    assert bulk.json()["error"].startswith(sentence)
    assert content(client, new["id"])["consumption_date"] == days_ago(10, today)


def test_a_reading_is_not_copied_to_today(client: TestClient, read_off: ReadOff) -> None:
    reading = read_off("100")
    answer = client.post("/consumption/bulk", data={"duplicate": reading["id"]}, headers=JSON)
    assert answer.status_code == 409
    # Its dialog does not offer to.
    dialog = opened(client.get(f"/consumption/{reading['id']}/edit").text)
    assert 'name="duplicate"' not in dialog and "Delete this record" in dialog


# The form of all fields


def test_the_form_notes_a_reading(client: TestClient, today: date, read_off: ReadOff) -> None:
    read_off("100", 30, consumption_type="gas")
    sent = fields(today, kind="reading", reading="112,5", consumption_value="")
    answer = client.post("/consumption", data=sent, headers=HTMX)
    assert answer.status_code == 201
    assert "reads 112.5 · 30 days" in answer.text
    assert "Saved gas 12.5 m³ in 30 days" in answer.text


def test_the_form_says_what_to_do_with_a_lower_reading_and_loses_nothing(
    client: TestClient, today: date, read_off: ReadOff
) -> None:
    read_off("100", 30, consumption_type="gas")
    sent = fields(today, kind="reading", reading="12", notes="cellar")
    answer = client.post("/consumption", data=sent, headers=HTMX)
    assert answer.status_code == 422
    assert "Lower than 100 on" in answer.text
    assert 'value="12"' in answer.text and "cellar" in answer.text
    assert client.post("/consumption", data=sent | {"new_meter": "true"}).status_code == 303


def test_what_the_choice_hides_is_not_read(client: TestClient, today: date) -> None:
    meter = {"new_meter": "true", "rolled_over": "true"}
    sent = fields(today, reading="abc", covers_from="nonsense", cost="12.30", **meter)
    answer = client.post("/consumption", data=sent, headers=JSON)
    assert answer.status_code == 201
    assert (answer.json()["days"], answer.json()["reading"]) == (1, None)
    assert answer.json()["cost"] == "12.3"


def test_the_form_notes_several_days(client: TestClient, today: date) -> None:
    sent = fields(today, covers="days", covers_from=days_ago(9, today), consumption_value="50")
    assert client.post("/consumption", data=sent, headers=JSON).json()["days"] == 10
    missing = client.post("/consumption", data=sent | {"id": "", "covers_from": ""}, headers=JSON)
    assert list(missing.json()["fields"]) == ["covers_from"]


def test_an_edit_moves_both_ends_of_the_days(client: TestClient, today: date) -> None:
    sent = fields(today, covers="days", covers_from=days_ago(9, today), consumption_value="50")
    record_id = client.post("/consumption", data=sent, headers=JSON).json()["id"]
    address = f"/consumption/{record_id}"
    form = client.get(f"{address}/edit", headers=LIST).text
    first = form.index(f'type="date" value="{days_ago(9, today)}"')
    last = form.index(f'type="date" value="{today}"')
    assert first < last and "To</span>" in form[first:last]
    assert 'name="covers" value="days" checked' in form
    moved = {"consumption_date": days_ago(2, today), "covers_from": days_ago(31, today)}
    assert (
        client.put(address, data=sent | {"id": record_id} | moved, headers=LIST).status_code == 200
    )
    saved = content(client, record_id)
    assert (saved["consumption_date"], saved["days"]) == (days_ago(2, today), 30)
    assert saved["consumption_value"] == "50"
    one_day = sent | {"id": record_id, "covers": "day", "consumption_date": days_ago(3, today)}
    assert client.post(address, data=one_day, follow_redirects=False).status_code == 303
    saved = content(client, record_id)
    assert (saved["consumption_date"], saved["days"]) == (days_ago(3, today), 1)


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        ("", "year-month-day"),
        ("{-1}", "lies behind the last"),
        ("{4000}", "3 660 days at most"),
    ],
)
def test_an_edit_says_at_the_first_day_that_it_cannot_be(
    client: TestClient, today: date, first: str, sentence: str
) -> None:
    sent = fields(today)
    record_id = client.post("/consumption", data=sent, headers=JSON).json()["id"]
    covers_from = days_ago(int(first.strip("{}")), today) if first else ""
    days = {"covers": "days", "covers_from": covers_from, "notes": "cellar"}
    for headers in (LIST, {}):
        answer = client.post(f"/consumption/{record_id}", data=sent | days, headers=headers)
        assert answer.status_code == 422
        [described] = re.findall(r'id="(edit-[^"]*covers_from)-error"', answer.text)
        assert f'id="{described}" name="covers_from"' in answer.text
        assert sentence in answer.text and 'value="cellar"' in answer.text
        assert 'name="covers" value="days" checked' in answer.text
    assert content(client, record_id)["days"] == 1


def test_the_typo_guard_compares_a_days_share(client: TestClient, today: date) -> None:
    for ago in range(1, 7):
        day = {"consumption_type": "gas", "consumption_value": "5", "unit": "m³"}
        client.post("/consumption", json=day | {"consumption_date": days_ago(ago, today)})
    month = fields(today, consumption_value="150", covers="days", covers_from=days_ago(29, today))
    assert "warnings" not in client.post("/consumption", data=month, headers=JSON).json()
    one_day = client.post("/consumption", data=month | {"id": "", "covers": "day"}, headers=JSON)
    assert "30 × your usual 5 m³" in one_day.json()["warnings"][0]["message"]


def test_an_edited_reading_is_compared_by_what_was_used_since_the_one_before(
    client: TestClient, read_off: ReadOff
) -> None:
    latest = [read_off(str(100 + 7 * week), 42 - 7 * week) for week in range(7)][-1]
    address = f"/consumption/{latest['id']}"

    def warned(figure: str) -> str:
        answer = client.put(address, json={"reading": figure}).json()
        return "".join(warning["message"] for warning in answer.get("warnings", ()))

    # 15 in 7 days are about 2 a day, not 8 in the one day since it showed 142 itself.
    assert warned("150") == ""
    assert warned("135.7") == "10\u202f% of your usual 1 m³ a day"
    assert warned("177").startswith("6 × your usual 1 m³ a day")
    # The form saves what is usual at once.
    version = content(client, latest["id"])["version"]
    sent = {"reading": "149", "version": str(version)}
    assert client.put(address, data=sent, headers=LIST).status_code == 200
    assert content(client, latest["id"])["consumption_value"] == "14"


def test_no_new_meter_is_offered_ahead_of_later_readings_of_the_meter(
    client: TestClient, read_off: ReadOff, today: date
) -> None:
    for week in range(7):
        read_off(str(100 + 7 * week), 70 - 7 * week)
    read_off("9000", 5)

    def unread(line: str) -> list[dict[str, Any]]:
        preview = client.post("/consumption/preview", data={"line": line}, headers=JSON).json()
        problems: list[dict[str, Any]] = preview["unread"]
        return problems or preview["warnings"]

    # One that is far above the one before, and one below.
    [high], [low] = unread("water @500 -10"), unread("water @130 -10")
    assert high["message"].endswith(" × your usual 1 m³ a day")
    assert low["message"].endswith(". Past its last digit: add `rolled over`.")
    assert unread("water @500 -10 new")[0]["message"].startswith("The meter before is read after")
    as_form = fields(today, kind="reading", consumption_type="water", reading="500")
    asked = client.post("/consumption", data=as_form | {"consumption_date": days_ago(10, today)})
    assert asked.status_code == 422
    assert "your usual" in asked.text and "say that one begins" not in asked.text
    # Nor ahead of a line before it.
    [_, behind] = unread("water @50000\nwater @40000 -2")
    assert behind["line"] == 2 and behind["message"].endswith(" × your usual 1 m³ a day")
    # Behind the last reading it is offered.
    assert unread("water @20000")[0]["message"].endswith("A new meter: add `new`")
    assert "A new meter: add `new`." in unread("water @130")[0]["message"]


def test_nobody_elses_readings_count(bob: Account, read_off: ReadOff, today: date) -> None:
    read_off("100", 30)
    sent = {"consumption_type": "water", "unit": "m³", "reading": "7"}
    answer = bob.client.post("/consumption", json=sent | {"consumption_date": str(today)})
    assert (answer.status_code, answer.json()["days"]) == (201, 0)


def test_readings_come_back_from_a_file_as_they_were(
    client: TestClient, bob: Account, read_off: ReadOff
) -> None:
    read_off("990", 40)
    read_off("12", 20, rolled_over="true", cost="3.5")
    read_off("0", 10, new_meter="true")
    read_off("7")
    exported = client.get("/consumption?format=csv").content
    answer = bob.client.post("/consumption/import", files={"file": exported}, headers=JSON)
    assert (answer.status_code, answer.json()["new"]) == (200, 4)
    assert bob.client.get("/consumption?format=csv").content == exported
    as_json = client.get("/consumption?format=json&download=1").content
    again = bob.client.post("/consumption/import", files={"file": as_json}, headers=JSON)
    assert again.json()["unchanged"] == 4


def test_meters_side_by_side_of_a_merged_type_come_back_from_a_file_too(
    client: TestClient, bob: Account, read_off: ReadOff
) -> None:
    read_off("100", 30)
    read_off("110", 10)
    other = read_off("7", 25, consumption_type="cellar")
    sent = {"ids": other["id"], "action": "set-type", "value": "water"}
    assert client.post("/consumption/bulk", data=sent, headers=JSON).status_code == 200
    exported = client.get("/consumption?format=csv").content
    answer = bob.client.post("/consumption/import", files={"file": exported}, headers=JSON)
    assert (answer.status_code, answer.json()["new"]) == (200, 3)
    assert bob.client.get("/consumption?format=csv").content == exported


def test_the_form_of_a_reading_says_what_its_meter_showed_last(
    client: TestClient, today: date, read_off: ReadOff
) -> None:
    assert last_of(client, consumption_type="water", unit="m³") == ""
    read_off("48001", ago=30)
    last = client.get(
        "/consumption/suggestions?for=reading&consumption_type=WATER", headers=JSON
    ).json()
    assert last == {"reading": "48001", "consumption_date": days_ago(30, today)}
    assert last_of(client, consumption_type="Water").startswith("48\u202f001 on ")
    assert last_of(client, consumption_type="water", unit="m³").startswith("48\u202f001 on ")
    assert last_of(client, consumption_type="water", unit="l") == ""
    assert last_of(client, consumption_type="gas", unit="m³") == ""
    refused = fields(today, consumption_type="water", kind="reading", reading="abc")
    page = client.post("/consumption", data=refused, headers=HTMX)
    assert page.status_code == 422
    assert re.search(r'id="reading-last"[^>]*>48\u202f001 on ', page.text)


def last_of(client: TestClient, **typed: str) -> str:
    """The hint below the field of a reading, with these fields around it."""
    answer = client.get(
        "/consumption/suggestions", params={"for": "reading", **typed}, headers=HTMX
    )
    assert answer.status_code == 200
    return answer.text.strip()


def undo(client: TestClient, change: str) -> str:
    """Undo a change; returns the change that redoes it."""
    answer = client.post("/consumption/undo", json={"change": change}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["change"])


@pytest.mark.parametrize("way", ["type of one", "type of many", "plain amount", "redo", "deleted"])
def test_a_new_meter_takes_no_number_that_an_undo_brings_back(
    client: TestClient, read_off: ReadOff, way: str
) -> None:
    """Readings that came back were once put ahead of the new meter's, as if they were of it."""
    if way not in ("redo", "deleted"):
        read_off("100", 40)
    other = read_off(
        "5", 20, consumption_type="gas" if way == "redo" else "water", new_meter="true"
    )
    address = f"/consumption/{other['id']}"
    if way == "type of one":
        change = client.put(address, json={"consumption_type": "gas"}).json()["change"]
    elif way == "plain amount":
        change = client.put(address, json={"reading": None}).json()["change"]
    elif way == "deleted":
        change = client.request("DELETE", address, headers=JSON).json()["change"]
    else:
        name = "water" if way == "redo" else "gas"
        moved = {"ids": [other["id"]], "action": "set-type", "value": name}
        change = client.post("/consumption/bulk", json=moved).json()["change"]
    if way == "redo":
        change = undo(client, change)
    new = read_off("30", 5, new_meter="true")
    undo(client, change)
    back, after = content(client, other["id"]), content(client, new["id"])
    assert (back["consumption_type"], back["reading"]) == ("water", "5")
    assert (after["consumption_value"], after["days"]) == ("0", 0)
    assert after["meter"] == back["meter"] + 1


def test_a_meter_that_was_divided_is_not_put_together_without_later_readings(
    client: TestClient, read_off: ReadOff
) -> None:
    """The undo once left the later reading as the start of a meter: its amount was lost."""
    read_off("100", 30)
    second = read_off("110", 20)
    edit = {"reading": "110", "new_meter": True}
    change = client.put(f"/consumption/{second['id']}", json=edit).json()["change"]
    later = read_off("130", 5)
    refused = client.post("/consumption/undo", json={"change": change}, headers=JSON)
    assert refused.status_code == 409
    assert "was noted since, and would be left as the start of a meter" in refused.json()["error"]
    assert content(client, later["id"])["consumption_value"] == "20"
    client.request("DELETE", f"/consumption/{later['id']}", headers=JSON)
    undo(client, change)
    assert content(client, second["id"])["consumption_value"] == "10"


def test_meters_put_together_are_not_divided_amid_later_readings(
    client: TestClient, read_off: ReadOff
) -> None:
    """The undo once began the meter amid the readings of the one before it."""
    read_off("100", 30)
    begun = read_off("115", 20, new_meter="true")
    edit = {"reading": "115", "new_meter": False}
    change = client.put(f"/consumption/{begun['id']}", json=edit).json()["change"]
    later = read_off("130", 5)
    refused = client.post("/consumption/undo", json={"change": change}, headers=JSON)
    assert refused.status_code == 409
    assert content(client, later["id"])["consumption_value"] == "15"
    client.request("DELETE", f"/consumption/{later['id']}", headers=JSON)
    undo(client, change)
    assert content(client, begun["id"])["days"] == 0


@pytest.mark.parametrize("way", ["restore", "undo"])
def test_deleted_meters_come_back_at_once_only_where_none_was_read_since(
    client: TestClient, read_off: ReadOff, way: str
) -> None:
    """A reading that then followed another one was once no reason against it."""
    read_off("100", 30)
    ids = [read_off("110", 25)["id"], read_off("5", 20, new_meter="true")["id"]]
    gone = client.post("/consumption/bulk", json={"ids": ids, "action": "delete"}).json()
    later = read_off("130", 5)
    assert later["meter"] == 1
    if way == "undo":
        fields = {"change": gone["change"]}
        refused = client.post("/consumption/undo", json=fields, headers=JSON)
    else:
        refused = client.post("/consumption/bulk", json={"ids": ids, "action": "restore"})
    assert refused.status_code == 409, refused.text
    assert content(client, later["id"])["consumption_value"] == "30"
