"""Changes of an account beside other transactions: which of them wait for one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlmodel import col
from starlette.testclient import TestClient

from tally.accounts import account_row, prices, store
from tally.db.engine import Database
from tally.db.models import User
from tally.errors import SignedOut
from tests.conftest import JSON, PASSWORD, Account
from tests.waiting import held, wait_for_waiters

SAVED_MEANWHILE = text(
    "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
    " consumption_type, unit) VALUES (:user_id, DATE '2026-01-05', 1, 'water', 'm³')"
)


def post(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data=fields, headers=JSON)


COFFEE = {"type": "coffee", "unit": "cup"}
SIGN_IN = {"email": "ada@example.org", "password": PASSWORD}


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/auth/login", SIGN_IN, 200),
        ("/auth/login", SIGN_IN | {"password": "a wrong one altogether"}, 422),
        ("/auth/sessions/end-others", {}, 200),
        ("/account/tokens", {"name": "cron", "scope": "add"}, 201),
        ("/limits", COFFEE | {"value": "9", "per": "day"}, 200),
        ("/prices", COFFEE | {"per_unit": "0.5"}, 201),
        ("/types", COFFEE | {"colour": "3"}, 200),
        ("/types", COFFEE | {"to_type": "Kaffee"}, 200),
        ("/notices", {"notice": "update"}, 200),
        ("/account", {"theme": "dark"}, 200),
    ],
)
def test_an_account_is_changed_while_records_of_it_are_being_saved(
    client: TestClient,
    ada: Account,
    database: Database,
    path: str,
    fields: dict[str, str],
    status: int,
) -> None:
    """A long import takes minutes to its COMMIT."""
    assert post(client, "/consumption", line="coffee 1 cup").status_code == 201
    with database.changing() as db:
        db.execute(SAVED_MEANWHILE, {"user_id": ada.id})
        answer = post(client, path, **fields)
        assert answer.status_code == status, answer.text


def test_a_deletion_of_the_account_waits_for_its_records_and_holds_up_nobody(
    client: TestClient, ada: Account, database: Database
) -> None:
    with ThreadPoolExecutor() as pool:
        with database.changing() as db:
            db.execute(SAVED_MEANWHILE, {"user_id": ada.id})
            answer = pool.submit(post, client, "/account/delete", password=PASSWORD)
            wait_for_waiters(db, 1)
            account_row.write(db, ada.id, name="Ada King")
        assert answer.result().status_code == 303
    with database.reading() as db:
        for table in ("users", "consumption_records"):
            assert db.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one() == 0


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/account", {"theme": "dark"}),
        ("/consumption", {"line": "fuel 2 gal", "measures": "us"}),
        ("/consumption", {"line": "lunch 1 $4.50"}),
        ("/consumption", {"consumption_type": "lunch", "consumption_value": "1", "cost": "4.5"}),
        ("/prices", COFFEE | {"per_unit": "0.5"}),
        ("/consumption/import", {"type": "fuel"}),
    ],
)
def test_settings_that_were_saved_meanwhile_stay(
    client: TestClient, ada: Account, database: Database, path: str, fields: dict[str, str]
) -> None:
    file = {"file": ("a.csv", b"Date,Litres,Cost ($)\n2026-01-02,40,70.52\n")}
    files = file if path == "/consumption/import" else None
    headers = {} if "measures" in fields else JSON
    saved = (
        "UPDATE users SET name = 'Ada King', timezone = 'Europe/Berlin',"
        """ preferences = preferences || '{"currency": "CHF"}' WHERE id = :id"""
    )
    with ThreadPoolExecutor() as pool:
        with held(database, saved, 1, id=ada.id):
            answer = pool.submit(client.post, path, data=fields, files=files, headers=headers)
        assert answer.result().status_code in (200, 201), answer.result().text
    with database.reading() as db:
        kept = db.execute(text("SELECT name, timezone, preferences ->> 'currency' FROM users"))
        assert tuple(kept.one()) == ("Ada King", "Europe/Berlin", "CHF")
    if files:
        remark = "Costs count in CHF: it was chosen while this file was read."
        assert remark in answer.result().json()["remarks"]


def test_a_kind_of_file_that_was_remembered_meanwhile_stays(
    client: TestClient, ada: Account, database: Database
) -> None:
    file = {"file": ("a.csv", b"Giorno;kWh letti\n13/01/2025;5\n")}
    saved = """UPDATE users SET imports = '{"other": {"at": "", "fields": {}}}' WHERE id = :id"""
    with ThreadPoolExecutor() as pool:
        with held(database, saved, 1, id=ada.id):
            fields = {"type": "electricity", "unit": "kWh"}
            answer = pool.submit(client.post, "/consumption/import", data=fields, files=file)
        assert answer.result().status_code == 303, answer.result().text
    with database.reading() as db:
        kinds = db.execute(text("SELECT imports FROM users WHERE id = :id"), {"id": ada.id})
        assert len(kinds.scalar_one()) == 2


@pytest.mark.parametrize("waiting", ["renaming", "undo", "undo of a currency", "edit by a program"])
def test_a_change_that_waits_for_a_record_does_not_hold_the_account_meanwhile(
    client: TestClient, ada: Account, database: Database, waiting: str
) -> None:
    """Two of them that took one of the two first each would wait for each other."""
    line = "coffee 1 cup 3€" if waiting == "undo of a currency" else "coffee 1 cup"
    saved = post(client, "/consumption", line=line).json()
    record_id, change = saved["records"][0]["id"], saved["change"]
    renaming = COFFEE | {"to_type": "Kaffee"}
    if waiting == "undo":
        change = post(client, "/types", **renaming).json()["change"]
    token = post(client, "/account/tokens", name="cron", scope="all").json()["token"]
    path, fields, headers = "/consumption/undo", {"change": change}, JSON
    if waiting == "renaming":
        path, fields = "/types", renaming
    if waiting == "edit by a program":
        path, fields = f"/consumption/{record_id}", {"notes": "strong"}
        headers = {"Authorization": f"Bearer {token}"}
    method = "PUT" if waiting == "edit by a program" else "POST"
    lock = text("SELECT FROM consumption_records WHERE id = CAST(:id AS uuid) FOR UPDATE")
    take = text("SELECT FROM users WHERE id = :id FOR NO KEY UPDATE NOWAIT")
    with ThreadPoolExecutor() as pool:
        with database.changing() as db:
            db.execute(lock, {"id": record_id})
            answer = pool.submit(client.request, method, path, data=fields, headers=headers)
            wait_for_waiters(db, 1)
            assert len(db.execute(take, {"id": ada.id}).all()) == 1
        assert answer.result().status_code == 200, answer.result().text


def test_an_account_that_is_gone_has_signed_out(db: Connection) -> None:
    nobody = UUID(int=1)
    with pytest.raises(SignedOut):
        account_row.locked(db, nobody, col(User.preferences))
    with pytest.raises(SignedOut):
        store.save(db, nobody, preferences={"theme": "dark"})
    with pytest.raises(SignedOut):
        prices.set_currency(db, nobody, "EUR")
