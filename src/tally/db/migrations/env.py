"""Alembic's environment: always online, on the connection that holds the migration lock."""

from alembic import context
from sqlmodel import SQLModel

from tally.db import models  # noqa: F401  (fills the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
