"""Alembic's environment: always online, on the connection of the process that has the turn."""

from alembic import context
from sqlmodel import SQLModel

from tally.db import models  # noqa: F401  (fills the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
