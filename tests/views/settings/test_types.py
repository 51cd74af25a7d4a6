"""Types are mended: renamed, merged, converted, coloured, put out of sight, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.accounts import type_settings
from tally.db import bulk_edits, changes, queries
from tally.db.engine import Database
from tests.conftest import HTMX, JSON, Account, Clock
from tests.views.conftest import save


@pytest.fixture
def records(database: Database) -> Callable[[], Sequence[Any]]:
    """(type, unit, value) of the records that are there, in order of value."""

    def records() -> Sequence[Any]:
        with database.reading() as db:
            return db.execute(
                text(
                    "SELECT consumption_type, unit, consumption_value FROM consumption_records"
                    " WHERE deleted_at IS NULL ORDER BY consumption_value, consumption_type"
                )
            ).all()

    return records


def mend(client: TestClient, **fields: str) -> Any:
    return client.post("/types", data=fields, headers=JSON)


def set_limit(client: TestClient, name: str, unit: str, value: str) -> None:
    fields = {"type": name, "unit": unit, "value": value, "per": "month"}
    assert client.post("/limits", data=fields, headers=JSON).status_code == 200


def test_a_rename_takes_all_records_and_limits_and_one_undo_takes_it_back(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "cofee 2 cups", "cofee 3 cups")
    set_limit(client, "cofee", "cup", "90")
    before = records()
    answer = mend(client, type="cofee", unit="cup", to_type="coffee").json()
    assert (answer["type"], answer["records"], answer["merged_with"]) == ("coffee", 2, 0)
    assert answer["saved"] is True
    assert {row.consumption_type for row in records()} == {"coffee"}
    [limited] = client.get("/stats?format=json").json()["types"]
    assert (limited["type"], limited["limit"]["value"]) == ("coffee", "90")
    undone = client.post("/consumption/undo", data={"change": answer["change"]}, headers=JSON)
    assert undone.json()["undone"] == 2
    assert records() == before
    [limited] = client.get("/stats?format=json").json()["types"]
    assert (limited["type"], limited["limit"]["value"]) == ("cofee", "90")


def test_records_that_somebody_else_moved_meanwhile_are_not_counted(
    ada: Account, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(ada.client, "cofee 2 cups", "cofee 3 cups")
    apply = bulk_edits.apply
    first = ada.client.get("/consumption?format=json").json()["records"][0]

    def once_another_is_done(*arguments: Any) -> Any:
        with database.changing() as another:
            changes.delete(another, ada.id, UUID(first["id"]))
        return apply(*arguments)

    monkeypatch.setattr(bulk_edits, "apply", once_another_is_done)
    answer = mend(ada.client, type="cofee", unit="cup", to_type="coffee").json()
    assert (answer["records"], answer["saved"]) == (1, True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_each_of_several_renamings_can_be_undone(client: TestClient, order: Sequence[int]) -> None:
    """A later one of another type takes nothing away from it."""
    save(client, "heat 10 kWh", "light 10 kWh")
    assert client.post("/account", data={"currency": "EUR"}, headers=JSON).status_code == 200
    for name in ("heat", "light"):
        set_limit(client, name, "kWh", "100")
        price = {"type": name, "unit": "kWh", "from": "2020-01-01", "per_unit": "0.5"}
        assert client.post("/prices", data=price, headers=JSON).status_code == 201
    before = client.get("/stats?format=json").json()["types"]
    done = [
        mend(client, type="heat", unit="kWh", to_type="warmth", to_unit="MWh").json(),
        mend(client, type="light", unit="kWh", to_type="lamp").json(),
    ]
    for number in order:
        fields = {"change": done[number]["change"]}
        assert client.post("/consumption/undo", data=fields, headers=JSON).status_code == 200
    after = client.get("/stats?format=json").json()["types"]
    assert [one["type"] for one in after] == [one["type"] for one in before]
    assert [one["limit"] for one in after] == [one["limit"] for one in before]
    assert [one["cost"] for one in after] == [one["cost"] for one in before]
    assert before[0]["limit"]["value"] == "100" and before[0]["cost"]["total"] == "5"


def test_no_more_types_are_renamed_at_once_than_can_be_undone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(type_settings, "MAX_RENAMED", 1)
    save(client, "tea 1", "milk 1")
    assert mend(client, type="tea", unit="", to_type="chai").status_code == 200
    refused = mend(client, type="milk", unit="", to_type="cream")
    assert refused.status_code == 422 and "wait a little" in refused.json()["fields"]["to_unit"]
    assert [one["type"] for one in client.get("/stats?format=json").json()["types"]] == [
        "milk",
        "chai",
    ]
    clock.set(clock() + timedelta(minutes=12))
    assert mend(client, type="milk", unit="", to_type="cream").status_code == 200


def test_what_can_be_undone_does_not_grow_with_each_renaming(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """Each request reads it: with 200 prices, 50 renamings made it four megabytes."""

    def kept() -> list[dict[str, Any]]:
        with database.reading() as db:
            stored = db.execute(text("SELECT preferences FROM users")).scalar_one()
        return list(stored["renamed"])

    save(client, "tea 1 kWh")
    for day in range(1, 10):
        price = {"type": "tea", "unit": "kWh", "from": f"2026-01-0{day}", "per_unit": "0.3"}
        assert client.post("/prices", data=price, headers=JSON).status_code == 201
    assert mend(client, type="tea", unit="kWh", to_type="chai").status_code == 200
    monkeypatch.setattr(type_settings, "MAX_RENAMED_TEXT", int(len(json.dumps(kept())) * 2.5))
    assert mend(client, type="chai", unit="kWh", to_type="tea").status_code == 200
    refused = mend(client, type="tea", unit="kWh", to_type="chai")
    assert refused.status_code == 422 and "wait a little" in refused.json()["fields"]["to_unit"]
    assert client.get("/stats?format=json").json()["types"][0]["type"] == "tea"
    assert len(kept()) == 2


def test_a_single_renaming_may_exceed_the_text_that_is_kept_for_undo(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_settings, "MAX_RENAMED_TEXT", 0)
    save(client, "tea 1 kWh")
    assert mend(client, type="tea", unit="kWh", to_type="chai").status_code == 200


def test_another_unit_converts_values_and_limits(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "heat 720 MJ", "heat 3.6 MJ")
    set_limit(client, "heat", "MJ", "1800")
    planned = mend(client, type="heat", unit="MJ", to_unit="kWh", dry_run="1").json()
    assert planned["converted"] is True
    assert planned["saved"] is False
    assert {row.unit for row in records()} == {"MJ"}
    done = mend(client, type="heat", unit="MJ", to_unit="kWh").json()
    assert [(row.unit, row.consumption_value) for row in records()] == [
        ("kWh", Decimal(1)),
        ("kWh", Decimal(200)),
    ]
    [heat] = client.get("/stats?format=json").json()["types"]
    assert heat["limit"]["value"] == "500"
    client.post("/consumption/undo", data={"change": done["change"]}, headers=JSON)
    assert [(row.unit, row.consumption_value) for row in records()] == [
        ("MJ", Decimal("3.6")),
        ("MJ", Decimal(720)),
    ]


def test_a_name_that_is_there_merges_and_keeps_the_targets_own(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "coffee 1 cup", "kaffee 2 cups")
    set_limit(client, "coffee", "cup", "60")
    set_limit(client, "kaffee", "cup", "90")
    answer = mend(client, type="kaffee", unit="cup", to_type="COFFEE").json()
    assert (answer["type"], answer["merged_with"]) == ("coffee", 1)
    assert {row.consumption_type for row in records()} == {"coffee"}
    [coffee] = client.get("/stats?format=json").json()["types"]
    assert coffee["limit"]["value"] == "60"


def test_records_without_a_unit_get_one(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, 'electricity 11.2""', "electricity 12 kWh")
    page = client.get("/?type=electricity&unit=kWh")
    assert "without a unit as well" in " ".join(page.text.split())
    bare = " ".join(client.get("/?type=electricity&unit=-").text.split())
    assert "is kept in <bdi>kWh</bdi> as well (1 record)" in bare
    for markup in (page.text, bare):
        [offer] = re.findall(r'<form class="asks".*?</form>', markup, re.DOTALL)
        assert 'name="unit" value=""' in offer and 'name="to_unit" value="kWh"' in offer
    assert mend(client, type="electricity", unit="", to_unit="kWh").status_code == 200
    assert [(row.unit, row.consumption_value) for row in records()] == [
        ("kWh", Decimal("11.2")),
        ("kWh", Decimal(12)),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_unit": "m³"}, "to_unit"),
        ({"to_type": ""}, "to_type"),
        ({"to_type": "x" * 65}, "to_type"),
        ({"to_type": "heat", "to_unit": "kWh"}, "to_type"),
        ({"colour": "10"}, "colour"),
        ({"colour": "blue"}, "colour"),
        ({"hidden": "perhaps"}, "hidden"),
        ({"hidden": "perhaps", "colour": "10"}, "hidden"),
        ({}, "to_type"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    client: TestClient,
    records: Callable[[], Sequence[Any]],
    fields: dict[str, str],
    field: str,
) -> None:
    save(client, "heat 5 kWh")
    before = records()
    answer = mend(client, type="heat", unit="kWh", **fields)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert records() == before


def test_a_type_that_is_not_there_or_somebody_elses_is_not_found(
    ada: Account, bob: Account
) -> None:
    save(ada.client, "coffee 1 cup")
    for client, unit in ((ada.client, "l"), (bob.client, "cup")):
        answer = mend(client, type="coffee", unit=unit, to_type="tea")
        assert answer.status_code == 404
        assert answer.json()["error"] == "You have no such type, or not any more."


@pytest.fixture
def old_type(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> str:
    """A type that is not among the types that a line is read by, since there are too many."""
    monkeypatch.setattr(queries, "MAX_USED", 2)
    monkeypatch.setattr(queries, "MAX_NEWEST", 2)
    save(client, "old thing 5 kWh 2020-01-01", "tea 1 cup", "coffee 1 cup")
    assert "old thing" not in client.get("/consumption/suggestions?q=ol").text
    return "old thing"


def test_of_too_many_types_the_oldest_can_be_renamed_and_marked(
    client: TestClient, old_type: str, records: Callable[[], Sequence[Any]]
) -> None:
    assert mend(client, type="OLD  thing", unit="kWh", colour="2").status_code == 200
    answer = mend(client, type=old_type, unit="kWh", to_type="older").json()
    assert (answer["type"], answer["records"]) == ("older", 1)
    merged = mend(client, type="tea", unit="cup", to_type="OLDER").json()
    assert (merged["type"], merged["unit"]) == ("older", "cup")
    assert {row.consumption_type for row in records()} == {"older", "coffee"}


def test_of_too_many_types_the_oldest_keeps_its_spelling(
    client: TestClient, old_type: str, records: Callable[[], Sequence[Any]]
) -> None:
    limit = {"type": "OLD thing", "value": "5", "per": "month"}
    unspelled = client.post("/limits", data=limit, headers=JSON)
    assert unspelled.json()["fields"]["unit"] == "Say the unit: old thing is kept in kWh."
    fields = {"consumption_type": "OLD thing", "unit": "kWh", "consumption_value": "6"}
    assert client.post("/consumption", json=fields).json()["consumption_type"] == old_type
    save(client, "juice 1 l", "milk 1 l")
    [listed] = client.post("/consumption", json=[fields]).json()["records"]
    assert listed["consumption_type"] == old_type
    save(client, "juice 1 l", "milk 1 l")
    [tea] = client.get("/consumption?type=tea", headers=JSON).json()["records"]
    edited = client.put(
        f"/consumption/{tea['id']}",
        json={"consumption_type": "OLD THING", "unit": "kWh", "version": 1},
    )
    assert edited.json()["consumption_type"] == old_type
    [coffee] = client.get("/consumption?type=coffee", headers=JSON).json()["records"]
    chosen = {"ids": [coffee["id"]], "action": "set-type", "value": "Old Thing"}
    assert client.post("/consumption/bulk", json=chosen).status_code == 200
    assert {row.consumption_type for row in records()} == {old_type, "juice", "milk"}


def test_a_program_says_which_type_and_which_unit(client: TestClient) -> None:
    save(client, "coffee 1 cup", "steps 3")
    for change in ({"to_type": "tea"}, {"colour": "3"}):
        for left_out in ({}, {"type": ""}, {"type": None, "unit": "cup"}):
            answer = client.post("/types", json=left_out | change)
            assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"type"})
        for unnamed in ({}, {"unit": None}):
            answer = client.post("/types", json={"type": "Coffee"} | unnamed | change)
            assert answer.status_code == 422
            assert answer.json()["fields"] == {"unit": "Say the unit: coffee is kept in cup."}
        empty = client.post("/types", json={"type": "coffee", "unit": ""} | change)
        assert empty.status_code == 404
    assert client.post("/types", json={"type": "steps", "colour": 3}).status_code == 200


def test_readings_are_renamed_never_converted(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    for day, reading in (("2026-01-01", "100"), ("2026-01-11", "150")):
        fields = {"consumption_type": "water", "unit": "m³", "consumption_date": day}
        answer = client.post("/consumption", json={**fields, "reading": reading}, headers=JSON)
        assert answer.status_code == 201, answer.text
    refused = mend(client, type="water", unit="m³", to_unit="l")
    assert refused.status_code == 422
    assert "Readings are not converted" in refused.json()["fields"]["to_unit"]
    alike = {"all": "1", "action": "convert", "value": "l"}
    refused = client.post("/consumption/bulk", data=alike, headers=JSON)
    assert refused.status_code == 422
    assert "Readings are not converted" in refused.json()["fields"]["value"]
    shown = client.post("/consumption/bulk", data=alike, headers=HTMX)
    assert shown.status_code == 422 and shown.text.count('data-fault="convert"') == 1
    assert mend(client, type="water", unit="m³", to_type="cold water").status_code == 200
    assert {(row.consumption_type, row.unit) for row in records()} == {("cold water", "m³")}


def test_a_conversion_leaves_readings_in_other_units_alone(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    """It was once refused for any reading among the records, though it would change none."""
    reading = {"consumption_type": "water", "unit": "m³", "reading": "100"}
    assert client.post("/consumption", json=reading, headers=JSON).status_code == 201
    save(client, "heating 2 kWh")
    alike = {"all": "1", "action": "convert", "value": "Wh"}
    answer = client.post("/consumption/bulk", data=alike, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"] == 1
    kept = {(row.consumption_type, row.unit, row.consumption_value) for row in records()}
    assert kept == {("water", "m³", 0), ("heating", "Wh", 2000)}


def test_a_preview_refuses_what_cannot_be_converted(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    """A preview once promised conversions that were refused afterwards."""
    water = {"consumption_type": "water", "unit": "m³", "reading": "100"}
    assert client.post("/consumption", json=water, headers=JSON).status_code == 201
    save(client, "spark 1 J", "gold 1000000 t", "dust 999999 t", "flash 1 J", "flash 1800 J")
    before = records()
    changes = [
        ("water", "m³", "l", "Readings are not converted: a meter shows what it shows."),
        ("spark", "J", "MWh", "The value of 1 record would become 0 in this unit."),
        ("gold", "t", "g", "A value would be too large in this unit."),
        ("flash", "J", "MWh", "The value of 1 record would become 0 in this unit."),
    ]
    for dry_run in ("1", ""):
        for name, unit, to_unit, sentence in changes:
            refused = mend(client, type=name, unit=unit, to_unit=to_unit, dry_run=dry_run)
            assert refused.status_code == 422
            assert refused.json()["fields"] == {"to_unit": sentence}
    assert records() == before
    for dry_run in ("1", ""):
        for name, unit, to_unit in (("dust", "t", "g"), ("water", "m³", "")):
            kept = mend(client, type=name, unit=unit, to_unit=to_unit, dry_run=dry_run)
            assert (kept.status_code, kept.json()["records"]) == (200, 1)


def test_a_merger_into_too_many_meters_says_so(client: TestClient) -> None:
    """Its answer once had an empty sentence."""
    exported = (
        "id,consumption_date,consumption_value,consumption_type,unit,notes,created_at,days,reading,"
        "meter,cost\r\n"
        "5b8b0ae2-9b35-4a5f-9e8d-0c6d7f0f1a11,2026-01-01,0,water,m³,,"
        "2026-01-01T00:00:00+00:00,0,5,999,\r\n"
    )
    file = {"file": ("tally.csv", exported, "text/csv")}
    imported = client.post("/consumption/import", files=file, headers=JSON)
    assert imported.json()["new"] == 1, imported.text
    gas = {"consumption_type": "gas", "unit": "m³", "reading": "100"}
    assert client.post("/consumption", json=gas, headers=JSON).status_code == 201
    refused = mend(client, type="gas", unit="m³", to_type="water")
    assert refused.status_code == 409
    assert refused.json()["error"] == ("A type and unit can have 999 meters. Nothing was changed.")


def test_a_value_that_would_vanish_is_refused(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "spark 1 J")
    answer = mend(client, type="spark", unit="J", to_unit="MWh")
    assert answer.status_code == 422
    assert "would become 0" in answer.json()["fields"]["to_unit"]
    assert [row.unit for row in records()] == ["J"]


def test_a_colour_of_its_own_is_on_every_page(client: TestClient) -> None:
    save(client, "coffee 1 cup")
    assert mend(client, type="coffee", unit="cup", colour="9").json()["colour"] == 9
    for path in ("/", "/list", "/add"):
        assert "t9" in client.get(path).text, path
    assert mend(client, type="coffee", unit="cup", colour="").json()["colour"] is None
    assert "t9" not in client.get("/list").text


def test_a_hidden_type_is_offered_nowhere_and_its_records_stay(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "coffee 1 cup", "tea 1 cup")
    assert mend(client, type="coffee", unit="cup", hidden="on").json()["hidden"] is True
    assert "coffee" not in client.get("/consumption/suggestions?q=cof", headers=HTMX).text
    dashboard = client.get("/").text
    assert 'href="/?type=tea' in dashboard
    assert 'href="/?type=coffee' not in dashboard
    assert "Save coffee" not in client.get("/add").text
    assert "coffee" in client.get("/list").text
    assert len(records()) == 2
    for shown in ("off", "false", "0", ""):
        mend(client, type="coffee", unit="cup", hidden="true")
        assert mend(client, type="coffee", unit="cup", hidden=shown).json()["hidden"] is False
    assert 'href="/?type=coffee' in client.get("/").text


def test_a_hidden_type_is_not_what_a_new_one_may_mean(client: TestClient) -> None:
    record = {"consumption_type": "apple", "consumption_value": 1}
    for unit in ("piece", "kg"):
        assert client.post("/consumption", json=record | {"unit": unit}).status_code == 201

    def similar() -> set[str | None]:
        line = client.get("/consumption/preview?line=aple 2", headers=JSON).json()
        address = "/consumption/suggestions?for=mark&consumption_type=aple"
        return {line["records"][0]["similar"], client.get(address, headers=JSON).json()["similar"]}

    assert similar() == {"apple"}
    mend(client, type="apple", unit="piece", hidden="on")
    assert similar() == {"apple"}  # Of the other unit it is offered still.
    mend(client, type="apple", unit="kg", hidden="on")
    assert similar() == {None}
    known = client.get("/consumption/preview?line=apple 2", headers=JSON).json()
    assert known["records"][0]["new_type"] is False


def test_cards_are_ordered_by_use_by_name_or_by_hand(client: TestClient) -> None:
    def order(choice: str) -> list[str]:
        client.post("/account", data={"card_order": choice}, headers=HTMX)
        return re.findall(
            'href="/[?]type=(coffee|tea|apple)&amp;unit=cup" hx-get', client.get("/").text
        )

    save(client, "tea 1 cup", "apple 1 cup", "coffee 1 cup")
    assert order("use") == ["coffee", "apple", "tea"]
    assert order("name") == ["apple", "coffee", "tea"]
    for name, place in (("tea", "1"), ("coffee", "2")):
        answer = mend(client, type=name, unit="cup", place=place)
        assert answer.json()["place"] == int(place)
    assert order("hand") == ["tea", "coffee", "apple"]
    page = client.get("/?type=tea&unit=cup").text
    assert re.search(r'name="place"[^>]* value="1"', page)
    assert mend(client, type="tea", unit="cup", place="").json()["place"] is None
    assert order("hand") == ["coffee", "apple", "tea"]
    for wrong in ("0", "201", "x", "-1"):
        refused = mend(client, type="tea", unit="cup", place=wrong)
        assert refused.status_code == 422 and "place" in refused.json()["fields"], wrong
    assert client.post("/account", data={"card_order": "size"}, headers=HTMX).status_code == 422


def test_a_form_without_scripts_leads_to_the_new_page_with_an_undo(client: TestClient) -> None:
    save(client, "cofee 2 cups")
    answer = client.post("/types", data={"type": "cofee", "unit": "cup", "to_type": "coffee"})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "cofee is coffee now: 1 record<" in page.text
    assert "Undo" in page.text


def test_a_merger_into_another_unit_is_named_with_both(client: TestClient) -> None:
    save(client, "pear 2 kg", "pear 1 kg", "apple 100 g")
    fields = {"type": "pear", "unit": "kg", "to_type": "apple", "to_unit": "g"}
    page = client.get(client.post("/types", data=fields).headers["Location"])
    assert "pear in kg is apple in g now: 2 records<" in page.text


def test_a_limit_and_prices_that_a_merger_drops_are_told_after_it(client: TestClient) -> None:
    save(client, "pear 2 kg", "apple 100 kg")
    for name in ("pear", "apple"):
        set_limit(client, name, "kg", "9")
        price = {"type": name, "unit": "kg", "from": "2026-01-01", "per_unit": "2"}
        assert client.post("/prices", json=price).status_code == 201
    fields = {"type": "pear", "unit": "kg", "to_type": "apple"}
    page = client.get(client.post("/types", data=fields).headers["Location"]).text
    assert "pear is apple now: 1 record. The limit of apple in kg stays; that of pear in kg" in page
    assert "Prices of apple in kg stay; those of pear in kg go.<" in page
    # Where they follow, there is nothing to tell.
    fields = {"type": "apple", "unit": "kg", "to_type": "fruit"}
    page = client.get(client.post("/types", data=fields).headers["Location"]).text
    assert "apple is fruit now: 2 records<" in page


def test_amounts_are_converted_by_a_selection_too(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, 'electricity 720"MJ"', 'electricity 5"kWh"')
    answer = client.post(
        "/consumption/bulk",
        data={"all": "1", "type": "electricity", "action": "convert", "value": "kWh"},
        headers=JSON,
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"] == 1
    assert [(row.unit, row.consumption_value) for row in records()] == [
        ("kWh", Decimal(5)),
        ("kWh", Decimal(200)),
    ]


@pytest.fixture
def prices(database: Database, ada: Account) -> Callable[[], list[dict[str, Any]]]:
    """The prices that Ada's account keeps."""

    def prices() -> list[dict[str, Any]]:
        with database.reading() as db:
            kept: list[dict[str, Any]] = db.execute(
                text("SELECT prices FROM users WHERE id = :id"), {"id": ada.id}
            ).scalar_one()
        return kept

    return prices


def test_prices_follow_a_type_into_another_unit_and_come_back(
    client: TestClient, prices: Callable[[], list[dict[str, Any]]]
) -> None:
    save(client, "heat 5 kWh")
    price = {"type": "heat", "unit": "kWh", "from": "2026-01-01", "per_unit": "0.36"}
    price |= {"base": "9", "base_per": "month"}
    assert client.post("/prices", data=price, headers=JSON).status_code == 201
    before = prices()
    change = mend(client, type="heat", unit="kWh", to_unit="MJ").json()["change"]
    [moved] = prices()
    assert (moved["unit"], moved["per_unit"], moved["base"]) == ("MJ", "0.1", "9")
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert prices() == before


def test_a_target_keeps_its_own_prices_and_no_others(
    client: TestClient, prices: Callable[[], list[dict[str, Any]]]
) -> None:
    save(client, "heat 5 kWh", "warmth 5 kWh")
    for name, day, per_unit in (
        ("heat", "2026-01-01", "0.1"),
        ("heat", "2026-02-01", "0.2"),
        ("warmth", "2026-01-01", "0.3"),
    ):
        price = {"type": name, "unit": "kWh", "from": day, "per_unit": per_unit}
        assert client.post("/prices", data=price, headers=JSON).status_code == 201
    before = prices()
    told = {"message": "Prices of warmth in kWh stay; those of heat in kWh go."}
    done = mend(client, type="heat", unit="kWh", to_type="warmth").json()
    assert done["warnings"] == [told]
    assert prices() == [one for one in before if one["type"] == "warmth"]
    client.post("/consumption/undo", data={"change": done["change"]}, headers=JSON)
    assert prices() == before


def test_an_undo_of_a_renaming_brings_back_nothing_that_was_removed_since(
    client: TestClient, prices: Callable[[], list[dict[str, Any]]]
) -> None:
    save(client, "heat 5 kWh")
    set_limit(client, "heat", "kWh", "120")
    price = {"type": "heat", "unit": "kWh", "from": "2026-01-01", "per_unit": "0.36"}
    for day in ("2026-01-01", "2026-02-01"):
        assert client.post("/prices", data=price | {"from": day}, headers=JSON).status_code == 201
    removed, kept = prices()
    change = mend(client, type="heat", unit="kWh", to_type="warmth").json()["change"]
    assert client.post(f"/prices/{removed['id']}/delete", headers=JSON).status_code == 200
    set_limit(client, "warmth", "kWh", "")
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert prices() == [kept]
    [heat] = client.get("/stats?format=json").json()["types"]
    assert (heat["type"], heat["limit"]) == ("heat", None)


def test_an_undo_of_a_renaming_takes_back_nothing_else(
    client: TestClient, prices: Callable[[], list[dict[str, Any]]], database: Database
) -> None:
    """A limit, a price, a colour and a file of other types, saved between the two."""
    save(client, "heat 5 kWh", "tea 1 cup")
    set_limit(client, "heat", "kWh", "120")
    price = {"type": "heat", "unit": "kWh", "from": "2026-01-01", "per_unit": "0.36"}
    assert client.post("/prices", data=price, headers=JSON).status_code == 201
    assert mend(client, type="heat", unit="kWh", colour="4").status_code == 200
    own = prices()
    change = mend(client, type="heat", unit="kWh", to_unit="MJ").json()["change"]
    set_limit(client, "tea", "cup", "30")
    other = {"type": "tea", "unit": "cup", "from": "2026-02-01", "per_unit": "0.2"}
    assert client.post("/prices", data=other, headers=JSON).status_code == 201
    assert mend(client, type="tea", unit="cup", colour="7").status_code == 200
    file = {"file": ("tea.csv", b"When,Cups\n2026-01-02,3\n")}
    chosen = {"type": "tea", "unit": "cup"}
    assert client.post("/consumption/import", data=chosen, files=file).status_code == 303
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert [one for one in prices() if one["type"] == "heat"] == own
    assert {one["type"] for one in prices()} == {"heat", "tea"}
    with database.reading() as db:
        kept = text("SELECT preferences, imports FROM users")
        preferences, imports = db.execute(kept).one()
    assert [(one["type"], one["unit"], one["value"]) for one in preferences["limits"]] == [
        ("heat", "kWh", "120"),
        ("tea", "cup", "30"),
    ]
    assert {(one["type"], one["unit"], one["colour"]) for one in preferences["types"]} == {
        ("heat", "kWh", 4),
        ("tea", "cup", 7),
    }
    assert [kind["fields"]["type"] for kind in imports.values()] == ["tea"]


def test_a_remembered_file_follows_its_type_to_another_name_and_back(
    client: TestClient, database: Database
) -> None:
    def remembered() -> str:
        with database.reading() as db:
            [kind] = db.execute(text("SELECT imports FROM users")).scalar_one().values()
        return str(kind["fields"]["type"])

    file = {"file": ("meter.csv", b"When,Used\n2026-01-02,3\n")}
    chosen = {"type": "heat", "unit": "kWh"}
    assert client.post("/consumption/import", data=chosen, files=file).status_code == 303
    change = mend(client, type="heat", unit="kWh", to_type="warmth").json()["change"]
    assert remembered() == "warmth"
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert remembered() == "heat"


def test_the_columns_of_a_remembered_file_follow_a_type_and_come_back(client: TestClient) -> None:
    file = {"file": ("meter.csv", b"When,One,Other\n2026-01-02,3,4\n")}

    def read_as() -> list[str]:
        """The types over the columns of the next file of this kind."""
        page = client.post("/consumption/import", data={"dry_run": "1"}, files=file).text
        return re.findall(r'name="column_type"[^>]* value="([^"]+)"', page)

    chosen = {"columns": "date,value:loft:kWh,value:warmth:kWh"}
    assert client.post("/consumption/import", data=chosen, files=file).status_code == 303
    change = mend(client, type="loft", unit="kWh", to_type="roof").json()["change"]
    assert read_as() == ["roof", "warmth"]
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert read_as() == ["loft", "warmth"]


def test_another_spelling_of_a_type_keeps_its_limit(client: TestClient) -> None:
    save(client, "tea 1 cup")
    set_limit(client, "tea", "cup", "30")
    assert mend(client, type="tea", unit="cup", to_type="Tea").status_code == 200
    [tea] = client.get("/stats?format=json").json()["types"]
    assert (tea["type"], tea["limit"]["value"]) == ("Tea", "30")


def test_a_preview_says_in_words_what_would_become_of_it(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "heat 5 kWh", "heat 6 kWh", "warmth 7 MJ")
    before = records()
    fields = {"type": "heat", "unit": "kWh", "to_type": "warmth", "to_unit": "MJ", "dry_run": "1"}
    preview = client.post("/types", data=fields, headers=HTMX)
    assert preview.status_code == 200
    assert (
        "2 records of heat in kWh become warmth in MJ, their values converted,"
        " one with the 1 record that warmth in MJ has already." in preview.text
    )
    fields = {"type": "warmth", "unit": "MJ", "to_type": "heating", "dry_run": "1"}
    preview = client.post("/types", data=fields, headers=HTMX)
    assert "1 record of warmth in MJ becomes heating in MJ. Limits" in preview.text
    fields = {"type": "heat", "unit": "kWh", "to_unit": "cup", "dry_run": "1"}
    preview = client.post("/types", data=fields, headers=HTMX)
    assert "become heat in cup, their values unchanged. Limits" in preview.text
    assert records() == before


def test_a_preview_without_htmx_is_a_page_whose_form_renames(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "heat 5 kWh")
    before = records()
    fields = {"type": "heat", "unit": "kWh", "to_type": "warmth <b>", "dry_run": "1"}
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "full"}):
        page = client.post("/types", data=fields, headers=headers)
        assert page.status_code == 200 and page.text.startswith("<!doctype html>")
        assert "1 record of heat in kWh becomes warmth &lt;b&gt; in kWh." in page.text
        assert records() == before
    pattern = r'<form class="fields" method="post" action="/types">.*?</form>'
    [form] = re.findall(pattern, page.text, re.DOTALL)
    sent = {name: unescape(text) for name, text in re.findall('name="(.*?)" value="(.*?)"', form)}
    assert sent.pop("account")
    assert sent == {name: text for name, text in fields.items() if name != "dry_run"}
    assert 'href="/?type=heat&amp;unit=kWh"' in form
    assert client.post("/types", data=sent, follow_redirects=False).status_code == 303
    assert [row.consumption_type for row in records()] == ["warmth <b>"]


def test_gallons_are_converted_once_somebody_said_which(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    record = {"consumption_type": "petrol", "consumption_value": 10, "unit": "gal"}
    assert client.post("/consumption", json=record).status_code == 201
    answer = mend(client, type="petrol", unit="gal", to_unit="l")
    assert answer.status_code == 422
    assert answer.json()["fields"]["to_unit"].startswith("US or imperial measure?")
    [row] = records()
    assert (row.unit, row.consumption_value) == ("gal", Decimal(10))


def test_enter_in_one_of_several_filled_fields_says_which_is_needed(
    client: TestClient, records: Callable[[], Sequence[Any]]
) -> None:
    save(client, "heat 5 kWh")
    before = records()
    everything = {"all": "1", "action": "typed"}
    for filled in ({}, {"set-type": "warmth", "set-unit": "MJ"}):
        answer = client.post("/consumption/bulk", data=everything | filled, headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["fields"]["action"].startswith("Fill in one field")
    assert records() == before
    answer = client.post(
        "/consumption/bulk", data=everything | {"set-type": "warmth"}, headers=JSON
    )
    assert answer.json()["changed"] == 1
    assert [row.consumption_type for row in records()] == ["warmth"]


def test_a_selection_without_a_unit_that_converts_is_refused(client: TestClient) -> None:
    save(client, "coffee 2 cups")
    answer = client.post(
        "/consumption/bulk", data={"all": "1", "action": "convert", "value": "kWh"}, headers=JSON
    )
    assert answer.status_code == 422
    assert "None of your amounts can be converted to this unit." in answer.text


def test_the_account_offers_the_choice_of_measures_that_a_conversion_asks_for(
    client: TestClient,
) -> None:
    page = client.get("/?dialog=account").text
    assert 'name="measures" value="us">' in page
    assert 'name="measures" value="imperial">' in page
    client.post("/account", data={"measures": "imperial"})
    assert 'name="measures" value="imperial" checked' in client.get("/?dialog=account").text


@pytest.mark.parametrize("chosen", [{"all": "1"}, {"all": "1", "unit": "gal"}])
def test_all_that_match_are_not_converted_before_somebody_said_which_gallons(
    client: TestClient, records: Callable[[], Sequence[Any]], chosen: dict[str, str]
) -> None:
    for unit in ("gal", "ml"):
        record = {"consumption_type": unit, "consumption_value": 10, "unit": unit}
        assert client.post("/consumption", json=record).status_code == 201
    before = records()
    convert = {"action": "convert", "value": "l"}
    refused = client.post("/consumption/bulk", data=convert | chosen, headers=JSON)
    assert refused.status_code == 422 and list(refused.json()["fields"]) == ["value"]
    assert records() == before
    others = convert | {"all": "1", "unit": "ml"}
    assert client.post("/consumption/bulk", data=others, headers=JSON).json()["changed"] == 1


def test_many_are_not_converted_before_somebody_said_which_gallons(
    client: TestClient, database: Database
) -> None:
    for line in ("milk 2 gal", "energy 1 MWh"):
        assert client.post("/consumption", data={"line": line}, headers=JSON).status_code == 201
    records = client.get("/consumption", headers=JSON).json()["records"]
    ids = {record["consumption_type"]: record["id"] for record in records}
    convert = {"action": "convert", "value": "l", "ids": ids["milk"]}
    refused = client.post("/consumption/bulk", data=convert, headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["fields"] == {
        "value": "US or imperial measure? Choose one in the account, then try again."
    }
    # Nothing chosen depends on it here.
    energy = {"action": "convert", "value": "kWh", "ids": ids["energy"]}
    assert client.post("/consumption/bulk", data=energy, headers=JSON).json()["changed"] == 1
    client.post("/account", data={"measures": "imperial"}, headers=JSON)
    assert client.post("/consumption/bulk", data=convert, headers=JSON).json()["changed"] == 1
    assert (
        client.get(f"/consumption/{ids['milk']}", headers=JSON).json()["consumption_value"]
        == "9.09218"
    )


@pytest.mark.parametrize("query", ["", "?period=year", "?show=cost", "?q=fuel"])
def test_a_period_of_hidden_types_alone_leads_to_them(client: TestClient, query: str) -> None:
    client.post("/consumption", data={"line": "fuel 40 l 66€"}, headers=JSON)
    hide = {"type": "fuel", "unit": "l", "hidden": "on"}
    assert client.post("/types", data=hide, headers=JSON).status_code == 200
    page = client.get(f"/{query}")
    assert page.status_code == 200 and "Only hidden types in this period" in page.text
    [way] = re.findall(r'href="([^"]+)"[^>]*>Show fuel<', page.text)
    assert "66.00" in client.get(way.replace("&amp;", "&")).text


def test_what_becomes_of_prices_is_said_before(
    client: TestClient, prices: Callable[[], list[dict[str, Any]]]
) -> None:
    save(client, "heat 5 kWh", "warmth 5 kWh")
    for name in ("heat", "warmth"):
        price = {"type": name, "unit": "kWh", "from": "2026-01-01", "per_unit": "0.3215"}
        assert client.post("/prices", data=price, headers=JSON).status_code == 201
    planned = mend(client, type="heat", unit="kWh", to_type="warmth", dry_run="1").json()
    told = "Prices of warmth in kWh stay; those of heat in kWh go."
    assert planned["warnings"] == [{"message": told}]
    fields = {"type": "heat", "unit": "kWh", "to_type": "warmth", "dry_run": "1"}
    preview = client.post("/types", data=fields, headers=HTMX)
    assert f"Limits follow; you can undo it for 10 minutes. {told}" in preview.text
    # A type has one limit.
    for name, value in (("heat", "50"), ("warmth", "100")):
        limit = {"type": name, "unit": "kWh", "value": value, "per": "month"}
        assert client.post("/limits", data=limit, headers=JSON).status_code == 200
    limit_told = "The limit of warmth in kWh stays; that of heat in kWh goes."
    planned = mend(client, type="heat", unit="kWh", to_type="warmth", dry_run="1").json()
    assert planned["warnings"] == [{"message": limit_told}, {"message": told}]
    preview = client.post("/types", data=fields, headers=HTMX)
    assert f"already. You can undo it for 10 minutes. {limit_told} {told}" in preview.text
    assert client.post("/limits", data=limit | {"value": ""}, headers=JSON).status_code == 200
    planned = mend(client, type="heat", unit="kWh", to_unit="J", dry_run="1").json()
    told = "A price is rounded: 0.3215 a kWh becomes 0.00000009 a J."
    assert planned["warnings"] == [{"message": told}]
    price = {"type": "heat", "unit": "kWh", "from": "2026-02-01", "per_unit": "0.35"}
    assert client.post("/prices", data=price, headers=JSON).status_code == 201
    before = prices()
    done = mend(client, type="heat", unit="kWh", to_unit="J").json()
    assert done["warnings"] == [
        {"message": "2 prices are rounded; the latest, 0.35 a kWh, becomes 0.0000001 a J."}
    ]
    client.post("/consumption/undo", data={"change": done["change"]}, headers=JSON)
    assert prices() == before
    planned = mend(client, type="heat", unit="kWh", to_unit="MWh", dry_run="1").json()
    assert "warnings" not in planned


def test_another_spelling_is_no_merger(client: TestClient) -> None:
    save(client, "coffee 2 cup")
    limit = {"type": "coffee", "unit": "cup", "value": "50"}
    assert client.post("/limits", data=limit, headers=JSON).status_code == 200
    renamed = mend(client, type="coffee", unit="cup", to_type="Coffee").json()
    assert (renamed["records"], renamed["merged_with"]) == (1, 0)
    [one] = client.get("/stats?format=json").json()["types"]
    assert (one["type"], one["limit"]["value"]) == ("Coffee", "50")


def test_a_limit_too_large_in_the_new_unit_is_refused(client: TestClient) -> None:
    save(client, "gold 5 t")
    limit = {"type": "gold", "unit": "t", "value": "99999999999999999"}
    assert client.post("/limits", data=limit, headers=JSON).status_code == 200
    refused = mend(client, type="gold", unit="t", to_unit="mg")
    assert refused.json()["fields"] == {"to_unit": "The limit would be too large in mg."}


def test_a_price_too_large_in_the_new_unit_is_refused(
    client: TestClient,
    prices: Callable[[], list[dict[str, Any]]],
    records: Callable[[], Sequence[Any]],
) -> None:
    save(client, "gold 50000 mg")
    price = {"type": "gold", "unit": "mg", "from": "2026-01-01", "per_unit": "1000"}
    assert client.post("/prices", data=price, headers=JSON).status_code == 201
    before = prices(), records()
    for dry_run in ("1", ""):
        refused = mend(client, type="gold", unit="mg", to_unit="t", dry_run=dry_run)
        assert refused.status_code == 422
        assert refused.json()["fields"] == {"to_unit": "A price would be too large in t."}
    assert (prices(), records()) == before


@pytest.mark.parametrize("measured", ["amount", "cost"])
@pytest.mark.parametrize("value", ["1" + "0" * 26, "99999999999999999000000000.5", "1" + "0" * 30])
def test_a_limit_larger_than_any_is_shown(
    ada: Account, database: Database, value: str, measured: str
) -> None:
    """Conversions once made limits that no form takes."""
    save(ada.client, "gold 5 mg 3€")
    limit = {"type": "gold", "unit": "mg", "value": value, "per": "month", "in": measured}
    with database.changing() as db:
        db.execute(
            text("UPDATE users SET preferences = preferences || CAST(:kept AS jsonb)"),
            {"kept": json.dumps({"limits": [limit]})},
        )
    for address in ("/", "/?type=gold&unit=mg", "/?show=cost", "/stats?format=json"):
        page = ada.client.get(address)
        assert page.status_code == 200, address
    [one] = page.json()["types"]
    assert Decimal(one["limit"]["value"]) == Decimal(value)


def test_a_limit_in_money_needs_a_currency(client: TestClient) -> None:
    save(client, "tea 1 cup")
    limit = {"type": "tea", "unit": "cup", "value": "5", "in": "cost"}
    refused = client.post("/limits", data=limit, headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["fields"] == {
        "in": "Choose a currency in the account first, or note a cost."
    }
    page = client.post("/limits", data=limit | {"query": "type=tea"}, headers=HTMX)
    assert page.status_code == 422
    assert "Choose a currency in the account first, or note a cost." in page.text
    save(client, "tea 1 cup 2€")
    assert client.post("/limits", data=limit, headers=JSON).status_code == 200
    [one] = client.get("/stats?format=json").json()["types"]
    assert (one["limit"]["used"], one["limit"]["in"]) == ("2", "cost")


def test_a_limit_is_for_a_type_however_it_is_spelled(client: TestClient) -> None:
    save(client, "tea 4 cup")
    set_limit(client, "tea", "cup", "3")
    [record] = client.get("/consumption", headers=JSON).json()["records"]
    edited = client.put(
        f"/consumption/{record['id']}", data={"consumption_type": "Tea"}, headers=JSON
    )
    assert edited.status_code == 200
    [one] = client.get("/stats?format=json").json()["types"]
    assert (one["type"], one["limit"]["used"]) == ("Tea", "4")
    set_limit(client, "Tea", "cup", "5")
    [one] = client.get("/stats?format=json").json()["types"]
    assert one["limit"]["value"] == "5"
    set_limit(client, "Tea", "cup", "")
    [one] = client.get("/stats?format=json").json()["types"]
    assert one["limit"] is None


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("page", "after"),
    [
        ("/?type=mint&unit=pot&period=year", "/?type=tea&unit=-&period=year&saved=type-back"),
        ("/list?type=Mint&q=a&changed=x", "/list?type=tea&q=a&saved=type-back"),
        ("/list?type=coffee&unit=pot", ""),
        ("/", ""),
    ],
)
def test_an_undone_renaming_leads_to_the_page_of_the_name_from_before(
    client: TestClient, page: str, after: str, headers: dict[str, str]
) -> None:
    """The page of the new name would be about nothing."""
    fields = {"consumption_type": "tea", "consumption_value": "2"}
    client.post("/consumption", json=fields)
    renamed = {"type": "tea", "unit": "", "to_type": "mint", "to_unit": "pot"}
    change = client.post("/types", json=renamed).json()["change"]
    here = {"Referer": f"http://testserver{page}", "HX-Current-URL": f"http://testserver{page}"}
    answer = client.post("/consumption/undo", data={"change": change}, headers=here | headers)
    if after:
        assert answer.headers["HX-Redirect" if headers else "location"] == after
        assert "The type is as it was before" in client.get(after).text
    elif headers:
        assert "Reverted tea 2" in answer.text
    else:
        assert answer.headers["location"].endswith("saved=type-back")
    assert client.get("/consumption?format=json").json()["totals"][0]["type"] == "tea"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_changed_type_is_shown_in_the_period_of_its_page(
    client: TestClient, headers: dict[str, str]
) -> None:
    save(client, "tea 2 cup")
    page = "http://testserver/?type=tea&unit=cup&period=year&show=cost&saved=type"
    here = {"Referer": page, "HX-Current-URL": page} | headers
    key = {"type": "tea", "unit": "cup"}
    where = "HX-Redirect" if headers else "Location"
    marked = client.post("/types", data=key | {"colour": "3"}, headers=here)
    assert marked.headers[where] == "/?period=year&show=cost&type=tea&unit=cup&saved=type"
    renamed = client.post("/types", data=key | {"to_type": "mint"}, headers=here).headers[where]
    assert renamed.startswith("/?period=year&show=cost&type=mint&unit=cup&changed=")


def test_a_mark_takes_back_none_that_was_saved_in_another_tab(client: TestClient) -> None:
    save(client, "tea 2 cup")
    first = {
        "type": "tea",
        "unit": "cup",
        "colour": "",
        "hidden": "off",
        "was": "colour=&hidden=off",
    }
    client.post("/types", data=first | {"colour": "3"})
    client.post("/types", data=first | {"hidden": "on"})
    mark = client.post("/types", json={"type": "tea", "unit": "cup", "place": ""}).json()
    assert (mark["colour"], mark["hidden"]) == (3, True)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"colour": "3", "dry_run": "1"}, "dry_run"),
        ({"hidden": "1", "dry_run": "1"}, "dry_run"),
        ({"to_type": "coffee", "colour": "77"}, "colour"),
        ({"to_unit": "mug", "hidden": "1"}, "hidden"),
    ],
)
def test_a_renaming_and_a_mark_are_sent_apart_and_a_mark_has_no_trial(
    sent: dict[str, str], field: str, client: TestClient
) -> None:
    save(client, "tea 1 cup")
    refused = mend(client, type="tea", unit="cup", **sent)
    assert (refused.status_code, refused.json()["fields"].keys()) == (422, {field})
    [kept] = client.get("/stats?format=json").json()["types"]
    assert (kept["type"], kept["unit"]) == ("tea", "cup")
    unmarked = mend(client, type="tea", unit="cup", place="").json()
    assert (unmarked["colour"], unmarked["hidden"]) == (None, False)


@pytest.mark.parametrize(
    ("sent", "status"),
    [("1", 200), ("true", 200), (True, 200), ("yes", 422), ("2", 422), ("dry", 422)],
)
def test_a_trial_that_is_asked_for_in_other_words_renames_nothing(
    client: TestClient, sent: Any, status: int
) -> None:
    save(client, "tea 2 cup")
    fields = {"type": "tea", "unit": "cup", "to_type": "mint", "dry_run": sent}
    answer = client.post("/types", json=fields)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["fields"] == {"dry_run": "Send true or false."}
    assert client.get("/consumption?format=json").json()["totals"][0]["type"] == "tea"
    every = client.post("/consumption/bulk", json={"all": sent, "action": "add-tag", "value": "x"})
    assert every.status_code == status
