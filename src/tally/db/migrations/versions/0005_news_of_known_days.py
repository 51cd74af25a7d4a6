"""Accounts that were there before days could be unknown are told once what is counted otherwise."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""UPDATE users SET preferences = preferences || '{"news": "known days"}'::jsonb""")
