"""The account of a request, and pages that another account's sign-in left behind."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from tally.accounts.profile import account_hash
from tally.db.engine import Database
from tally.paths import folder
from tests.conftest import HTMX, Account

ANOTHER = "Another account has signed in since this page was opened."
WRITES = {
    "/consumption": {"line": "coffee 2"},
    "/consumption/bulk": {"all": "1", "action": "delete"},
    "/account": {"name": "Eve"},
    "/limits": {"type": "tea", "unit": "cup", "value": "3", "per": "day"},
    "/types": {"type": "tea", "unit": "cup", "to_type": "coffee"},
    "/prices": {"type": "tea", "unit": "cup", "from": "2026-10-01", "per_unit": "1"},
    "/auth/sessions/end-others": {},
    "/auth/logout": {},
}


# Forms of templates that act for no account, or name what is the account's own: a record, a change,
# a price, a sign-in or a token.
WITHOUT_ACCOUNT = {
    "/auth/login",
    "/auth/logout",  # Nobody shall stay signed in.
    "/auth/register",
    "/auth/reset",
    "/consumption/undo",
    "/consumption/bulk",  # The actions of one row, and its undeletion.
    "/consumption/{{ id }}/delete",
    "/prices/{{ price }}/restore",
    "/prices/{{ price.id }}/delete",
    "/account/tokens/{{ token.token_id }}/end",
    "/auth/sessions/{{ sign_in.sid|urlencode }}/end",
}
FORM = re.compile(r"<form\b((?:\{[{%].*?[}%]\}|[^>])*)>(.*?)</form>", re.DOTALL)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("path", WRITES)
def test_a_page_changes_nothing_of_the_account_that_signed_in_after_it(
    path: str, scripts: bool, ada: Account, bob: Account, database: Database
) -> None:
    def kept() -> object:
        with database.reading() as db:
            return [
                db.execute(text(f"SELECT * FROM {table}")).all()
                for table in ("users", "consumption_records")
            ]

    bob.client.post("/consumption", data={"line": "tea 1 cup"})
    before = kept()
    headers = HTMX | {"X-Tally-Account": account_hash(ada.id)} if scripts else {}
    field = {} if scripts else {"account": account_hash(ada.id)}
    refused = bob.client.post(path, data=WRITES[path] | field, headers=headers)
    assert refused.status_code == 403
    assert ANOTHER in refused.text
    assert kept() == before
    assert bob.client.get("/account", headers=HTMX).status_code == 200


def test_a_file_is_not_imported_into_the_account_that_signed_in_after_its_page(
    ada: Account, bob: Account
) -> None:
    files = {"file": ("tea.csv", b"date,amount,type,unit\n2026-10-01,2,tea,cup\n")}
    refused = bob.client.post(
        "/consumption/import", data={"account": account_hash(ada.id)}, files=files
    )
    assert refused.status_code == 403
    own = {"account": account_hash(bob.id)}
    assert bob.client.post("/consumption/import", data=own, files=files).status_code == 303
    assert bob.client.get("/consumption?format=json").json()["count"] == 1


def test_a_form_of_the_account_s_own_page_counts(bob: Account) -> None:
    """Its field is no field of the record: none of it comes back, and JSON has none of the name."""
    own = {"account": account_hash(bob.id)}
    saved = bob.client.post("/consumption", data={"line": "tea 1 cup"} | own)
    assert saved.status_code == 303
    refused = bob.client.post("/limits", data=WRITES["/limits"] | own | {"value": "x"})
    assert refused.status_code == 422
    assert f'name="account" value="{own["account"]}"' in refused.text
    as_json = bob.client.post("/consumption", json={"line": "tea 1 cup"} | own)
    assert as_json.status_code == 422


def test_every_form_that_may_act_for_another_account_names_its_own() -> None:
    forms = [
        (attributes, fields)
        for template in sorted(folder("templates").rglob("*.html"))
        for attributes, fields in FORM.findall(template.read_text(encoding="utf-8"))
        if 'method="post"' in attributes
    ]
    actions = [re.search(r'action="(.*?)"(?: |$)', attributes) for attributes, _ in forms]
    lacking = {
        action[1]
        for action, (_, fields) in zip(actions, forms, strict=True)
        if action and "{{ account_field() }}" not in fields
    }
    assert lacking == WITHOUT_ACCOUNT


@pytest.mark.parametrize("path", ["/consumption", "/stats", "/account", "/list", "/add"])
def test_a_page_shows_nothing_of_the_account_that_signed_in_after_it(
    path: str, ada: Account, bob: Account
) -> None:
    bob.client.post("/consumption", data={"line": "tea 1 cup"})
    written_by = {"X-Tally-Account": account_hash(ada.id)}
    refused = bob.client.get(path, headers=HTMX | written_by)
    assert refused.status_code == 403
    assert ANOTHER in refused.text
    assert "tea" not in refused.text
    # What asked may name the next address: the page stays at its own.
    assert refused.headers["HX-Push-Url"] == "false"
    own = {"X-Tally-Account": account_hash(bob.id)}
    assert bob.client.get(path, headers=HTMX | own).status_code == 200


def test_the_whole_page_of_who_is_signed_in_is_read_on_the_way_back(
    ada: Account, bob: Account
) -> None:
    full = {"HX-Request": "true", "HX-Request-Type": "full"}
    page = bob.client.get("/list", headers=full | {"X-Tally-Account": account_hash(ada.id)})
    assert page.status_code == 200
    assert account_hash(bob.id) in page.text


def test_every_page_of_an_account_names_it_in_what_it_sends(ada: Account) -> None:
    for path in ("/", "/add", "/list"):
        page = ada.client.get(path).text
        headers = f'hx-headers:inherited=\'{{"X-Tally-Account":"{account_hash(ada.id)}"}}\''
        assert headers in page
