"""Every file of sql/ is one that the migrated database takes, and its columns fill the row read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from tally.db.engine import Database
from tally.db.queries import DayStep, Recent
from tally.db.sql import load, source
from tally.domain.records import UsedType
from tally.paths import folder

FILES = sorted(
    f"{path.parent.name}/{path.stem}"
    for name in ("reads", "writes")
    for path in (folder("sql") / name).glob("*.sql")
)
# Not to be prepared: SET is no query, and some values of these have a type only once given.
NOT_PREPARED = {"writes/lift_time_limit", "reads/costs", "reads/spread_sums", "reads/unread"}

# How many columns stand ahead of those of the row that reads a statement.
ROWS: list[tuple[str, Any, int]] = [
    ("reads/used", UsedType, 0),
    ("reads/recents", Recent, 0),
    ("reads/calendar", DayStep, 2),
]


def nulls(name: str) -> dict[str, None]:
    """Nothing for each name that a statement binds."""
    return dict.fromkeys(load(name).compile().params)


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_PREPARED])
def test_the_database_takes_it(database: Database, name: str) -> None:
    with database.engine.connect() as db:
        bare = re.sub(r"--[^\n]*", "", source(name))
        for number, statement in enumerate(bare.split(";")):
            if statement.strip():
                db.execute(text(f"PREPARE held_{number} AS {statement}"), nulls(name))
                db.execute(text(f"DEALLOCATE held_{number}"))
        db.rollback()


@pytest.mark.parametrize("name", FILES)
def test_it_binds_the_user(name: str) -> None:
    bound = nulls(name)
    assert "user_id" in bound or not bound or name.endswith("exchange_turn")


@pytest.mark.parametrize(("name", "row", "ahead"), ROWS, ids=lambda value: str(value)[:20])
def test_its_columns_fill_the_row(database: Database, name: str, row: Any, ahead: int) -> None:
    with database.reading() as db:
        columns = list(db.execute(load(name), nulls(name)).keys())
    assert len(columns) == ahead + len(row._fields)
