"""The migrated database takes every read and write of sql/, and their columns fill typed rows.

The catalogue of a cluster is another: tests/server/test_cluster.py has its files.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tally.db.change_queries import ChangeState, LatestChange, MovedTo
from tally.db.engine import Database
from tally.db.file_queries import SpanBeside
from tally.db.period_queries import DayStep, PeriodTotals
from tally.db.queries import MatchingTotal, Recent
from tally.db.spread_queries import Covering, Spread, SpreadSum
from tally.db.sql import run, source
from tally.domain.meters import MeterStart
from tally.domain.paid_sums import PaidBefore
from tally.domain.records import ListRow, StoredRecord, UsedType
from tally.domain.relinking import Chain
from tally.paths import folder
from tally.transfer.writers import COLUMNS

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
}
NEEDS_GIVEN = {"reads/costs", "reads/spread_sums", "reads/unread"}

# The columns that stand ahead, and the row that the others fill by their place, or from which they
# are read by name. A statement that is not among them returns one value.
KEY, OWN_KEY = ("type", "unit"), ("consumption_type", "unit")
SPAN = (*KEY, "first_day", "last_day")
ROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reads/records_newest": ((), ListRow._fields),
    "reads/records_oldest": ((), ListRow._fields),
    "reads/records_highest": ((), ListRow._fields),
    "reads/records_lowest": ((), ListRow._fields),
    "reads/records_by_type": ((), ListRow._fields),
    "reads/records_of_day": ((), (*ListRow._fields, "entries")),
    "reads/records_by_id": ((), StoredRecord._fields),
    "reads/records_of_files": ((), StoredRecord._fields),
    "writes/record_lock": ((), StoredRecord._fields),
    "reads/export": ((), COLUMNS),
    "reads/totals": ((), MatchingTotal._fields),
    "reads/day_totals": (OWN_KEY, ("total", "entries")),
    "reads/change_state": ((), ChangeState._fields),
    "reads/change_latest": ((), LatestChange._fields),
    "reads/change_moved": ((), MovedTo._fields),
    "reads/used": ((), UsedType._fields),
    "reads/used_of_types": ((), UsedType._fields),
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
    "reads/costs": ((*KEY, "day"), (*PaidBefore._fields, "prices")),
    "reads/costed_keys": (KEY, ("prices",)),
    "reads/keys_in_span": (KEY, ("day", "created_at", "all_of_them")),
    "reads/measured_days": (KEY, ("first_day", "read_to")),
    "reads/latest_values": (OWN_KEY, ("latest_values", "are_shares")),
    "reads/meters_taken": (KEY, ("meter",)),
    "reads/meters": (
        OWN_KEY,
        ("meter", "day", "reading", "largest", "consumption_value", "days", "usual_days"),
    ),
    "reads/records_alike_to": ((), ("place", "id")),
    "reads/records_outgrown": ((), ("place", "id")),
    "reads/amounts_beside": ((), ("count",)),
    "reads/spans_beside": ((), SpanBeside._fields),
    "reads/key_days": (KEY, ("latest_day", "first_day", "readings", "longest")),
    "reads/readings_of": (OWN_KEY, ("meter", "consumption_date", "created_at", "id", "reading")),
    "reads/meter_neighbours": (
        (),
        (
            *("place", "meter", "before_date", "before_reading"),
            *("after_date", "after_reading", "largest"),
        ),
    ),
    "reads/meters_amid": (
        (),
        ("earlier_date", "earlier_reading", "later_date", "later_reading"),
    ),
    "reads/chain_links": (
        (),
        (
            *("id", "consumption_type", "unit", "meter", "consumption_date", "reading"),
            *("consumption_value", "days", "created_at", "updated_at"),
            *("changed", "freed", "left_behind"),
            *("earlier_id", "earlier_date", "earlier_reading", "last_reading"),
        ),
    ),
}
# A column of records has its own name, a field of a row a shorter one.
FIELDS = {"consumption_type": "type", "consumption_date": "day"}
OTHER_FIELDS = {"reads/covering": {"consumption_date": "last"}}


def nulls(name: str) -> dict[str, Any]:
    """A value for each name that a statement binds: nothing, where that is enough."""
    given = GIVEN if name in NEEDS_GIVEN else {}
    return {bound: given.get(bound) for bound in text(source(name)).compile().params}


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_PREPARED])
def test_the_migrated_database_takes_the_statement(database: Database, name: str) -> None:
    with database.engine.connect() as db:
        bare = re.sub(r"--[^\n]*", "", source(name))
        for number, statement in enumerate(bare.split(";")):
            if statement.strip():
                db.execute(text(f"PREPARE held_{number} AS {statement}"), nulls(name))
                db.execute(text(f"DEALLOCATE held_{number}"))
        db.rollback()


@pytest.mark.parametrize("name", FILES)
def test_the_statement_binds_the_user(name: str) -> None:
    bound = nulls(name)
    assert "user_id" in bound or not bound or name.endswith("exchange_turn")


def columns_of(database: Database, name: str) -> tuple[str, ...]:
    with database.engine.connect() as db:
        columns = tuple(run(db, name, nulls(name)).keys())
        db.rollback()
    return columns


@pytest.mark.parametrize("name", ROWS)
def test_the_columns_of_a_statement_fill_its_row(database: Database, name: str) -> None:
    ahead, fields = ROWS[name]
    columns = columns_of(database, name)
    assert columns[: len(ahead)] == ahead
    renamed = FIELDS | OTHER_FIELDS.get(name, {})
    behind = columns[len(ahead) :]
    assert fields in (behind, tuple(renamed.get(column, column) for column in behind))


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.startswith("reads/") and name not in ROWS]
)
def test_a_read_without_a_row_is_one_value(database: Database, name: str) -> None:
    assert len(columns_of(database, name)) == 1


def test_plans_are_made_for_the_values_at_hand(database: Database) -> None:
    with database.reading() as db:
        mode = db.execute(text("SHOW plan_cache_mode")).scalar_one()
    assert mode == "force_custom_plan"
