"""Alembic migrations, run at start and by `tally migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from tally.database import driver_url

# Any constant will do; every process that migrates this database waits for the same one.
LOCK_KEY = 7_245_001


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`, one process at a time, all or nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()
