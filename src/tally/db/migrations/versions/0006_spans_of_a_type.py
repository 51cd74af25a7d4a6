"""Records of several days, of a type and by day: costs are asked for in many short periods.

Few records cover several days, so the index is small; it is built while people go on.
"""

from tally.db.migrations.online import build_index, standing_alone

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with standing_alone():
        build_index(
            "idx_consumption_type_spans",
            "days",
            "consumption_records (user_id, consumption_type, unit, consumption_date)"
            " INCLUDE (consumption_value, days, cost) WHERE deleted_at IS NULL AND days > 1",
        )
