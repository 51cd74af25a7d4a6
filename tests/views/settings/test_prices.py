"""Prices of an account: added, replaced, refused at their field, taken away; its currency."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.domain.prices import MAX_PRICES
from tests.conftest import HTMX, JSON, Account, Clock
from tests.views.conftest import save

GOOD = {"type": "electricity", "unit": "kWh", "from": "2026-01-01", "per_unit": "0.3215"}


def add(client: TestClient, **fields: str) -> Any:
    return client.post("/prices", data=GOOD | fields, headers=JSON)


def stored(database: Database, ada: Account) -> list[dict[str, Any]]:
    with database.reading() as db:
        prices: list[dict[str, Any]] = db.execute(
            text("SELECT prices FROM users WHERE id = :id"), {"id": ada.id}
        ).scalar_one()
    return prices


def test_a_price_is_answered_with_its_id_and_sets_the_currency(
    ada: Account, database: Database
) -> None:
    answer = add(ada.client, base="9,90", base_per="month")
    assert answer.status_code == 201
    price = answer.json()
    assert price.pop("id")
    assert price == {
        "type": "electricity",
        "unit": "kWh",
        "from": "2026-01-01",
        "per_unit": "0.3215",
        "base": "9.9",
        "base_per": "month",
        "currency": "EUR",
    }
    [kept] = stored(database, ada)
    assert (kept["from"], kept["per_unit"]) == ("2026-01-01", "0.3215")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_currency_that_the_first_price_sets_is_told(
    client: TestClient, headers: dict[str, str]
) -> None:
    def announced(**fields: str) -> str:
        answer = client.post("/prices", data=GOOD | fields, headers=headers)
        page = answer if headers else client.get(answer.headers["Location"])
        [text] = re.findall(r'<p class="message-text">(Price saved.*?)</p>', page.text)
        return unescape(text)

    save(client, "electricity 2 kWh", "rent 900 £")
    first = announced()
    assert first == "Price saved. Costs are in £: choose another currency in the account."
    assert announced(**{"from": "2026-02-01"}) == "Price saved"


def test_the_same_price_again_is_the_one_that_is_there(ada: Account, database: Database) -> None:
    first, again = add(ada.client), add(ada.client, type="ELECTRICITY")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert [price["id"] for price in stored(database, ada)] == [first.json()["id"]]
    assert add(ada.client, base="9.90", base_per="year").status_code == 201
    assert len(stored(database, ada)) == 1


@pytest.mark.parametrize("wrong", ["0", "<b>", "x" * 3000, "0c6f2a7e7c0d4b7e9d552f6d7f3c8a11"])
def test_an_id_of_a_price_that_no_address_has_is_refused(
    wrong: str, ada: Account, database: Database
) -> None:
    answer = add(ada.client, id=wrong)
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"id"})
    assert ada.client.post("/prices", data=GOOD | {"id": wrong}).status_code == 422
    assert not stored(database, ada)


def test_an_id_in_capitals_is_the_same_id(ada: Account, database: Database) -> None:
    price_id = "0c6f2a7e-7c0d-4b7e-9d55-2f6d7f3c8a11"
    assert add(ada.client, id=price_id.upper()).json()["id"] == price_id
    assert add(ada.client, id=price_id, per_unit="0.4").status_code == 200
    assert ada.client.post(f"/prices/{price_id.upper()}/delete", headers=JSON).status_code == 200
    assert stored(database, ada) == []


def test_a_price_of_the_same_day_replaces_the_other(ada: Account, database: Database) -> None:
    first = add(ada.client).json()
    again = add(ada.client, id=first["id"], per_unit="0.33")
    assert again.status_code == 200
    assert add(ada.client, type="ELECTRICITY", per_unit="0.34").status_code == 201
    assert [price["per_unit"] for price in stored(database, ada)] == ["0.34"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": ""}, "type"),
        ({"type": "x" * 65}, "type"),
        ({"unit": "x" * 25}, "unit"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "1899-12-31"}, "from"),
        ({"per_unit": "a lot"}, "per_unit"),
        ({"per_unit": "-1"}, "per_unit"),
        ({"per_unit": "1,234"}, "per_unit"),
        ({"per_unit": "0.123456789"}, "per_unit"),
        ({"per_unit": "1e3"}, "per_unit"),
        ({"per_unit": ""}, "per_unit"),
        ({"base": "1000000000000"}, "base"),
        ({"base": "1", "base_per": "week"}, "base_per"),
    ],
)
def test_each_field_has_its_sentence(
    ada: Account, database: Database, fields: dict[str, str], field: str
) -> None:
    answer = add(ada.client, **fields)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert stored(database, ada) == []


def test_a_price_a_unit_may_have_eight_decimals(ada: Account) -> None:
    assert add(ada.client, unit="Wh", per_unit="0.00032145").json()["per_unit"] == "0.00032145"


def test_money_may_have_the_sign_or_code_of_the_account(ada: Account) -> None:
    assert add(ada.client).status_code == 201  # Sets the currency.
    answer = add(ada.client, per_unit="0,3215 €", base="EUR 9.90")
    assert (answer.json()["per_unit"], answer.json()["base"]) == ("0.3215", "9.9")
    for other in ("32,15 ct", "$0.35", "€"):
        answer = add(ada.client, per_unit=other, base="9")
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["per_unit"]), other


def test_there_is_a_largest_number_of_prices(ada: Account, database: Database) -> None:
    price = {**GOOD, "base": None, "base_per": "month"}
    many = [
        {**price, "id": str(number), "from": f"{1900 + number}-01-01"}
        for number in range(MAX_PRICES)
    ]
    with database.changing() as db:
        own = text("UPDATE users SET prices = CAST(:prices AS jsonb)")
        db.execute(own, {"prices": json.dumps(many)})
    assert add(ada.client, **{"from": "2026-06-01"}).status_code == 422
    assert add(ada.client, **{"from": "1950-01-01", "per_unit": "7"}).status_code == 201


def test_a_price_is_taken_away_and_nobody_elses(ada: Account, bob: Account) -> None:
    price = add(ada.client).json()
    path = f"/prices/{price['id']}/delete"
    assert bob.client.post(path, headers=JSON).status_code == 404
    assert ada.client.post(path, headers=JSON).json() == {"deleted": 1}
    assert ada.client.post(path, headers=JSON).status_code == 404


def test_costs_are_in_the_statistics(client: TestClient) -> None:
    for line in ("electricity 10 kWh", "fuel 40 l 70.52€", "coffee 2 cups"):
        assert client.post("/consumption", data={"line": line}, headers=JSON).status_code == 201
    add(client)
    content = client.get("/stats?format=json&period=today").json()
    costs = {one["type"]: one["cost"] for one in content["types"]}
    assert costs["coffee"] is None
    assert costs["electricity"]["total"] == "3.215"
    assert costs["electricity"]["prices"] == "3.215"
    assert costs["fuel"]["records"] == "70.52"
    assert costs["fuel"]["currency"] == content["cost"]["currency"] == "EUR"
    assert content["cost"]["total"] == "73.735"


def test_totals_add_costs_and_leave_prices_out(client: TestClient) -> None:
    add(client)
    day = {"consumption_date": "2026-10-05", "consumption_value": "2"}
    for record in (
        {"consumption_type": "fuel", "unit": "l", "cost": "70.50"},
        {"consumption_type": "fuel", "unit": "l", "cost": "0.02"},
        {"consumption_type": "electricity", "unit": "kWh"},
    ):
        assert client.post("/consumption", json=day | record).status_code == 201
    for address in ("/consumption", "/consumption/totals"):
        totals = client.get(address, headers=JSON).json()["totals"]
        assert {one["type"]: one["cost"] for one in totals} == {
            "fuel": "70.52",
            "electricity": None,
        }


def test_the_page_of_a_type_that_has_prices_alone_shows_them(client: TestClient) -> None:
    assert add(client, type="nosuch", unit="l").status_code == 201
    older = {"from": "2025-01-01", "per_unit": "7.7777"}
    assert add(client, type="nosuch", unit="m³", **older).status_code == 201
    newest = client.get("/?type=nosuch").text
    assert "0.3215" in newest and "7.7777" not in newest
    others = ("/?type=nosuch&unit=kWh", "/?type=other&unit=l")
    for noted in (False, True):
        page = client.get("/?type=NOSUCH&unit=l")
        assert page.status_code == 200
        assert "No records yet" in page.text and "Nothing matches" not in page.text
        assert "0.3215" in page.text
        for address in others:
            assert "0.3215" not in client.get(address).text
        if not noted:
            record = {"consumption_type": "tea", "unit": "cup", "consumption_value": "1"}
            assert client.post("/consumption", json=record).status_code == 201


def test_an_account_without_prices_and_costs_has_none(client: TestClient) -> None:
    client.post("/consumption", data={"line": "coffee 2 cups"}, headers=JSON)
    content = client.get("/stats?format=json").json()
    assert content["cost"] is None
    assert content["types"][0]["cost"] is None


def test_the_currency_changes_only_knowingly(client: TestClient) -> None:
    assert client.post("/account", data={"currency": "CHF"}, headers=JSON).status_code == 200
    refused = client.post("/account", data={"currency": "EUR"}, headers=JSON)
    assert refused.status_code == 422
    assert "currency" in refused.json()["fields"]
    sure = {"currency": "EUR", "confirm_currency": "1"}
    assert client.post("/account", data=sure, headers=JSON).status_code == 200
    assert client.post("/account", data={"currency": "XYZ"}, headers=JSON).status_code == 422


def test_a_form_without_scripts_leads_back_to_the_type(client: TestClient) -> None:
    client.post("/consumption", data={"line": "electricity 10 kWh"}, headers=JSON)
    answer = client.post("/prices", data=GOOD)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Price saved" in page.text


def test_a_removed_price_is_put_back_for_ten_minutes(
    ada: Account, database: Database, clock: Clock
) -> None:
    price_id = add(ada.client, base="9.90", base_per="year").json()["id"]
    before = stored(database, ada)
    back = f"/prices/{price_id}/restore"
    assert ada.client.post(back, headers=JSON).status_code == 200, "it is there"

    assert ada.client.post(f"/prices/{price_id}/delete", headers=JSON).json() == {"deleted": 1}
    assert stored(database, ada) == []
    clock.set(clock() + timedelta(minutes=10))
    for _ in ("first", "sent again"):
        answer = ada.client.post(back, headers=JSON)
        assert (answer.status_code, answer.json()) == (200, before[0])
        assert stored(database, ada) == before

    ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    clock.set(clock() + timedelta(minutes=10, seconds=1))
    assert ada.client.post(back, headers=JSON).status_code == 404
    assert stored(database, ada) == []


def test_only_the_price_removed_last_is_put_back(ada: Account, database: Database) -> None:
    first, second = (
        add(ada.client, **{"from": day}).json()["id"] for day in ("2026-01-01", "2026-07-01")
    )
    for price_id in (first, second):
        ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    assert ada.client.post(f"/prices/{first}/restore", headers=JSON).status_code == 404
    assert ada.client.post(f"/prices/{second}/restore", headers=JSON).status_code == 200
    assert [price["id"] for price in stored(database, ada)] == [second]


def test_a_removed_price_does_not_take_the_place_of_another(
    ada: Account, database: Database
) -> None:
    price_id = add(ada.client).json()["id"]
    ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    add(ada.client, type="Electricity", per_unit="0.4")
    answer = ada.client.post(f"/prices/{price_id}/restore", headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("Another price counts from that day now.")
    assert [price["per_unit"] for price in stored(database, ada)] == ["0.4"]


def test_a_removed_price_does_not_come_back_under_a_name_that_is_gone(
    ada: Account, database: Database
) -> None:
    ada.client.post("/consumption", data={"line": "electricity 10 kWh"}, headers=JSON)
    price_id = add(ada.client).json()["id"]
    ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    renaming = {"type": "electricity", "unit": "kWh", "to_type": "power"}
    assert ada.client.post("/types", data=renaming, headers=JSON).status_code == 200
    assert ada.client.post(f"/prices/{price_id}/restore", headers=JSON).status_code == 404
    assert stored(database, ada) == []


def test_a_removed_price_does_not_come_back_under_a_name_that_an_undo_takes_away(
    ada: Account, database: Database
) -> None:
    ada.client.post("/consumption", data={"line": "electricity 10 kWh"}, headers=JSON)
    add(ada.client)
    renaming = {"type": "electricity", "unit": "kWh", "to_type": "power"}
    change = ada.client.post("/types", data=renaming, headers=JSON).json()["change"]
    price_id = add(ada.client, type="power", **{"from": "2026-07-01"}).json()["id"]
    ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    undone = ada.client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert undone.status_code == 200
    assert ada.client.post(f"/prices/{price_id}/restore", headers=JSON).status_code == 404
    assert [price["type"] for price in stored(database, ada)] == ["electricity"]


def test_a_price_that_is_put_back_brings_the_currency_that_an_undo_removed(
    client: TestClient,
) -> None:
    line = {"line": "lunch 1 $4.50"}
    change = client.post("/consumption", data=line, headers=JSON).json()["change"]
    price_id = add(client).json()["id"]
    client.post("/consumption", data={"line": "electricity 10 kWh"}, headers=JSON)
    client.post(f"/prices/{price_id}/delete", headers=JSON)
    client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert client.get("/stats?format=json").json()["cost"] is None
    assert client.post(f"/prices/{price_id}/restore", headers=JSON).status_code == 200
    cost = client.get("/stats?format=json").json()["cost"]
    assert (cost["total"], cost["currency"]) == ("3.215", "USD")


def test_nobody_else_puts_a_removed_price_back(
    ada: Account, bob: Account, database: Database
) -> None:
    price_id = add(ada.client).json()["id"]
    ada.client.post(f"/prices/{price_id}/delete", headers=JSON)
    assert bob.client.post(f"/prices/{price_id}/restore", headers=JSON).status_code == 404
    assert stored(database, bob) == []


def test_the_message_of_a_removed_price_has_its_undo(ada: Account, database: Database) -> None:
    price_id = add(ada.client).json()["id"]
    removed = ada.client.post(f"/prices/{price_id}/delete")
    page = ada.client.get(removed.headers["Location"]).text
    assert f'<form method="post" action="/prices/{price_id}/restore">' in page
    back = ada.client.post(f"/prices/{price_id}/restore")
    assert back.status_code == 303
    page = ada.client.get(back.headers["Location"]).text
    assert "The price is back" in page
    assert [price["id"] for price in stored(database, ada)] == [price_id]
    # The same address once more says no more than what is so.
    page = ada.client.get(removed.headers["Location"]).text
    assert f"/prices/{price_id}/restore" not in page


@pytest.mark.parametrize("address", ["/prices", "/prices/{id}/delete"])
def test_a_price_leads_back_to_the_period_alone_and_opens_no_dialog(
    client: TestClient, address: str
) -> None:
    price_id = client.post("/prices", data=GOOD, headers=JSON).json()["id"]
    shown = "period=year&type=tea&told=units&asks=1&changed=1&undone=1&saved=type&dialog=account"
    page = {"Referer": f"http://testserver/?{shown}&price={price_id}"}
    fields = GOOD if address == "/prices" else {}
    answer = client.post(address.format(id=price_id), data=fields, headers=page)
    where = urlsplit(answer.headers["Location"])
    assert where.fragment == "prices-title"
    query = parse_qs(where.query)
    assert query.pop("saved") in (["price"], ["price-removed"])
    assert query == {"period": ["year"], "type": ["electricity"], "unit": ["kWh"]}


def test_a_price_that_was_refused_first_leads_back_to_its_period(client: TestClient) -> None:
    shown = "type=electricity&unit=kWh&period=year"
    sent = GOOD | {"per_unit": "x", "query": shown}
    refused = client.post("/prices", data=sent, headers={"Referer": f"http://testserver/?{shown}"})
    assert refused.status_code == 422
    # The answer stands at /prices: that is the page of the second try.
    page = {"Referer": "http://testserver/prices"}
    answer = client.post("/prices", data=sent | {"per_unit": "2"}, headers=page)
    assert answer.headers["Location"] == (
        "/?period=year&type=electricity&unit=kWh&saved=first-price#prices-title"
    )


def test_a_limit_in_money(client: TestClient) -> None:
    client.post("/consumption", data={"line": "electricity 10 kWh"}, headers=JSON)
    add(client)
    limit = {"type": "electricity", "unit": "kWh", "value": "50", "per": "month", "in": "cost"}
    assert client.post("/limits", data=limit, headers=JSON).json()["in"] == "cost"
    [one] = client.get("/stats?format=json").json()["types"]
    assert (one["limit"]["in"], one["limit"]["used"]) == ("cost", "3.215")
