"""The records as they are stored, the day, and lines saved before, for the tests of all pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import JSON, Clock

Rows = Callable[[], Sequence[Any]]


@pytest.fixture
def today(clock: Clock) -> date:
    return clock.today()


@pytest.fixture
def rows(database: Database) -> Rows:
    """All records, deleted ones too, in the order in which they were written."""

    def rows() -> Sequence[Any]:
        with database.reading() as db:
            return db.execute(
                text("SELECT * FROM consumption_records ORDER BY created_at, id")
            ).all()

    return rows


def save(client: TestClient, *lines: str) -> None:
    """Save each line as a program does."""
    for line in lines:
        answer = client.post("/consumption", data={"line": line}, headers=JSON)
        assert answer.status_code == 201, answer.text


def opened(html: str) -> str:
    """The dialog that a page opens with."""
    return html.partition('<dialog id="dialog"')[2].partition("</dialog>")[0]
