"""A database for one run, with people in it who are signed in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from sqlalchemy import Engine, create_engine, text

from tally.accounts.tokens import SESSION_LASTS, Keyring
from tally.db.engine import driver_url
from tally.db.migrations import migrate
from tally.server import postgres

KEY = "a key of at least thirty-two bytes for measuring"

# Two years and more of one household, as evenly as a table can hold them.
FILL = text("""
INSERT INTO consumption_records
    (user_id, consumption_date, consumption_value, consumption_type, unit, notes, created_at)
SELECT
    :user_id,
    current_date - (n % :days),
    round((n % 997) * 0.137 + 0.5, 3),
    (ARRAY['electricity', 'water', 'gas', 'coffee', 'fuel'])[1 + n % 5],
    (ARRAY['kWh', 'l', 'm³', 'cup', 'l'])[1 + n % 5],
    CASE WHEN n % 4 = 0 THEN '#home evening' ELSE '' END,
    now() - make_interval(secs => n)
FROM generate_series(1, :records) AS n
""")


@contextmanager
def database(revision: str = "head") -> Iterator[str]:
    """The address of an empty database, migrated as far as that, that is gone afterwards."""
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        server = postgres.start(Path(folder) / "data")
        try:
            migrate(server.url, revision)
            yield server.url
        finally:
            server.stop()


def engine(url: str) -> Engine:
    return create_engine(driver_url(url))


def people(db: Engine, number: int) -> list[tuple[UUID, str]]:
    """New accounts: their ids and the values of their session cookies."""
    now = datetime.now(UTC)
    keyring = Keyring([KEY])
    made: list[tuple[UUID, str]] = []
    with db.begin() as connection:
        for _ in range(number):
            user_id, sid = uuid4(), f"sid-{uuid4()}"
            moment = int(now.timestamp())
            session = {"started": moment, "used": moment, "address": "", "browser": "Benchmark"}
            connection.execute(
                text(
                    "INSERT INTO users (id, email, name, password_hash, sessions)"
                    " VALUES (:id, :email, 'Somebody', '', CAST(:sessions AS jsonb))"
                ),
                {
                    "id": user_id,
                    "email": f"{user_id}@example.org",
                    "sessions": json.dumps({sid: session}),
                },
            )
            made.append((user_id, keyring.session_token(user_id, sid, now, now + SESSION_LASTS)))
    return made


def fill(db: Engine, user_id: UUID, records: int, *, vacuum: bool = True) -> None:
    """So many records, spread over 900 days."""
    with db.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(FILL, {"user_id": user_id, "records": records, "days": 900})
    if vacuum:
        tidy(db)


def tidy(db: Engine) -> None:
    """As autovacuum leaves a table that nobody has written to for a while."""
    with db.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("RESET statement_timeout"))
