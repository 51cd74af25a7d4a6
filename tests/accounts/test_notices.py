"""The reminders that an account has closed."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from tally.accounts import notices
from tally.db.engine import Database
from tally.db.models import User
from tally.domain.keys import Key
from tests.conftest import Account


def test_a_meter_has_one_entry_however_it_is_spelled(database: Database, ada: Account) -> None:
    with database.changing() as db:
        notices.quiet(db, ada.id, Key("water", "m³"), date(2026, 3, 4))
        notices.quiet(db, ada.id, Key("gas", "m³"), date(2026, 3, 4))
        notices.quiet(db, ada.id, Key("WATER", "m³"), date(2026, 4, 5))
        preferences = db.execute(select(col(User.preferences))).scalar_one()
    assert preferences[notices.QUIET] == [
        ["gas", "m³", "2026-03-04"],
        ["WATER", "m³", "2026-04-05"],
    ]
