"""A notice for older accounts: days between readings can be unknown, so averages have changed."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""UPDATE users SET preferences = preferences || '{"news": "known days"}'::jsonb""")
