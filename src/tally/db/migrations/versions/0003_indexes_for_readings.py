"""Checks of 0002 for the rows that are there, and the indexes for days and readings.

While people go on: no step locks the table for longer than a moment, each stands alone, and each
can be done twice. Killed half way the tables are whole, and the next run begins this one again.
"""

from tally.db.migrations.online import build_index, standing_alone, validate

revision = "0003"
down_revision = "0002"

CHECKS = ("days_range", "reading_finite", "meter_of_reading", "cost_finite")

# Each with a word that it has and its predecessor of the same name has not.
INDEXES = (
    (
        "idx_consumption_user_date",
        "days",
        "(user_id, consumption_date DESC, created_at DESC, id DESC)"
        " INCLUDE (consumption_value, consumption_type, unit, days) WHERE deleted_at IS NULL",
    ),
    (
        "idx_consumption_user_type",
        "days",
        "(user_id, consumption_type, unit, consumption_date DESC, created_at DESC, id DESC)"
        " INCLUDE (consumption_value, days) WHERE deleted_at IS NULL",
    ),
    (
        "idx_consumption_user_spans",
        "days",
        "(user_id, consumption_date, consumption_type, unit)"
        " INCLUDE (consumption_value, days) WHERE deleted_at IS NULL AND days > 1",
    ),
    (
        "idx_consumption_user_chain",
        "reading",
        "(user_id, consumption_type, unit, meter, consumption_date, created_at, id)"
        " INCLUDE (reading) WHERE deleted_at IS NULL AND reading IS NOT NULL",
    ),
    (
        "idx_consumption_user_turns",
        "reading",
        "(user_id, consumption_type, unit, meter, consumption_date)"
        " WHERE deleted_at IS NULL AND reading IS NOT NULL"
        " AND (days = 0 OR consumption_value > reading)",
    ),
)


def upgrade() -> None:
    with standing_alone():
        for check in CHECKS:
            validate("consumption_records", check)
        for name, word, definition in INDEXES:
            build_index(name, word, f"consumption_records {definition}")
