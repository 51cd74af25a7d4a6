"""The account of a request, and pages that another account's sign-in left behind."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tally.accounts.profile import account_hash
from tally.db.engine import Database
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


@pytest.mark.parametrize("path", WRITES)
def test_a_page_changes_nothing_of_the_account_that_signed_in_after_it(
    path: str, ada: Account, bob: Account, database: Database
) -> None:
    def kept() -> object:
        with database.reading() as db:
            return [
                db.execute(text(f"SELECT * FROM {table}")).all()
                for table in ("users", "consumption_records")
            ]

    bob.client.post("/consumption", data={"line": "tea 1 cup"})
    before = kept()
    headers = HTMX | {"X-Tally-Account": account_hash(ada.id)}
    refused = bob.client.post(path, data=WRITES[path], headers=headers)
    assert refused.status_code == 403
    assert ANOTHER in refused.text
    assert kept() == before
    assert bob.client.get("/account", headers=HTMX).status_code == 200


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
