"""The longest record of an account and of each of its types, in days: found in one step each.

Few records cover several days, so both indexes are small; they are built while people go on.
"""

from tally.db.migrations.online import build_index, standing_alone

revision = "0004"
down_revision = "0003"

INDEXES = (
    ("idx_consumption_user_longest", "(user_id, days)"),
    ("idx_consumption_type_longest", "(user_id, consumption_type, unit, days)"),
)


def upgrade() -> None:
    with standing_alone():
        for name, columns in INDEXES:
            build_index(
                name,
                "days",
                f"consumption_records {columns} WHERE deleted_at IS NULL AND days > 1",
            )
