"""Changes of an account beside other transactions: which of them wait for one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from tally.accounts import account_row
from tally.db.engine import Database
from tally.db.models import User
from tally.errors import SignedOut
from tests.conftest import PASSWORD, Account
from tests.waiting import wait_for_waiters

JSON = {"Accept": "application/json"}
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
    client: TestClient, ada: Account, patient: Database
) -> None:
    with ThreadPoolExecutor() as pool:
        with patient.changing() as db:
            db.execute(SAVED_MEANWHILE, {"user_id": ada.id})
            answer = pool.submit(post, client, "/account/delete", password=PASSWORD)
            wait_for_waiters(patient, 1)
            account_row.write(db, ada.id, name="Ada King")
        assert answer.result().status_code == 303
    with patient.reading() as db:
        for table in ("users", "consumption_records"):
            assert db.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one() == 0


def test_an_account_that_is_gone_has_signed_out(db: Connection) -> None:
    with pytest.raises(SignedOut):
        account_row.locked(db, UUID(int=1), User.preferences)  # type: ignore[arg-type]
