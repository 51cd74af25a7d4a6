"""Every file of sql/ is one that the migrated database takes, and its columns fill the row read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tally.db.chains import Chain
from tally.db.engine import Database
from tally.db.queries import Covering, DayStep, PeriodTotals, Recent, Spread, SpreadSum
from tally.db.sql import load, source
from tally.domain.meters import MeterStart
from tally.domain.records import UsedType
from tally.paths import folder

FILES = sorted(
    f"{path.parent.name}/{path.stem}"
    for name in ("reads", "writes")
    for path in (folder("sql") / name).glob("*.sql")
)
# SET is no query.
NOT_PREPARED = {"writes/lift_time_limit"}

# Values that PostgreSQL must see to know their type; nothing stands for all others.
GIVEN: dict[str, Any] = {
    "types": ["tea"],
    "units": ["cup"],
    "starts": [date(2026, 11, 1)],
    "ends": [date(2026, 11, 2)],
    "read_to": [date(2026, 11, 2)],
    "longest": 2,
}
NEEDS_GIVEN = {"reads/costs", "reads/spread_sums", "reads/unread"}

# The columns that stand ahead, and the row that the others fill by their place.
KEY, OWN_KEY = ("type", "unit"), ("consumption_type", "unit")
SPAN = (*KEY, "first_day", "last_day")
ROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reads/used": ((), UsedType._fields),
    "reads/recents": ((), Recent._fields),
    "reads/chains_alike": ((), Chain._fields),
    "reads/calendar": (KEY, DayStep._fields),
    "reads/period": ((*KEY, "longest"), PeriodTotals._fields),
    "reads/spread": (KEY, Spread._fields),
    "reads/covering": (KEY, Covering._fields),
    "reads/meter_starts": (KEY, MeterStart._fields),
    "reads/spread_sums": (SPAN, SpreadSum._fields),
    # Taken apart where they are read.
    "reads/sums": (SPAN, ("total",)),
    "reads/unread": (SPAN, ("covered", "first_days", "last_days")),
    "reads/costs": (
        SPAN,
        ("piece_first_day", "piece_last_day", "days", "costed", "costs", "amounts", "prices"),
    ),
    "reads/costed_keys": (KEY, ("prices",)),
    "reads/keys_in_span": (KEY, ("day", "created_at", "all_of_them")),
    "reads/measured_days": (KEY, ("first_day", "read_to")),
    "reads/latest_values": (OWN_KEY, ("latest_values",)),
    "reads/meters_taken": (KEY, ("meter",)),
    "reads/meters": (
        OWN_KEY,
        ("meter", "day", "reading", "largest", "consumption_value", "days", "usual_days"),
    ),
}
# A column of records has its own name, a field of a row a shorter one.
FIELDS = {"consumption_type": "type", "consumption_date": "day"}
OTHER_FIELDS = {"reads/covering": {"consumption_date": "last"}}


def nulls(name: str) -> dict[str, Any]:
    """A value for each name that a statement binds: nothing, where that is enough."""
    given = GIVEN if name in NEEDS_GIVEN else {}
    return {bound: given.get(bound) for bound in load(name).compile().params}


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


@pytest.mark.parametrize("name", ROWS)
def test_its_columns_fill_the_row(database: Database, name: str) -> None:
    ahead, fields = ROWS[name]
    with database.reading() as db:
        columns = tuple(db.execute(load(name), nulls(name)).keys())
    assert columns[: len(ahead)] == ahead
    renamed = FIELDS | OTHER_FIELDS.get(name, {})
    assert tuple(renamed.get(column, column) for column in columns[len(ahead) :]) == fields


def test_plans_are_made_for_the_values_at_hand(database: Database) -> None:
    with database.reading() as db:
        mode = db.execute(text("SHOW plan_cache_mode")).scalar_one()
    assert mode == "force_custom_plan"
