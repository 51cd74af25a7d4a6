"""A database for one run, with people in it who are signed in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, create_engine, text

from tally.accounts.tokens import SESSION_LASTS, Keyring
from tally.db.engine import driver_url
from tally.db.migrations import migrate
from tally.server import postgres

KEY = "a key of at least thirty-two bytes for measuring"

# Where records have no spans and no readings it names none of their columns: version 1.0 has none.
_FILL = """
INSERT INTO consumption_records
    (
        user_id, consumption_date, consumption_value, consumption_type, unit, notes, created_at
        {columns}
    )
SELECT
    :user_id,
    CAST(:today AS date) - CAST(n / :types % :days AS integer),
    round((n % 997) * 0.137 + 0.5, 3),
    (ARRAY['electricity', 'water', 'gas', 'coffee', 'fuel', 'heating'])[1 + n % :types % 6]
        || CASE WHEN n % :types < 6 THEN '' ELSE ' ' || n % :types END,
    (ARRAY['kWh', 'l', 'm³', 'cup', 'l', 'kWh'])[1 + n % :types % 6],
    CASE WHEN n % 4 = 0 THEN '#home evening' ELSE '' END,
    now() - make_interval(secs => n){values}
FROM generate_series(CAST(0 AS bigint), :records - 1) AS n
"""


@dataclass(frozen=True)
class Household:
    """Somebody's records: how many, over how many days until today, each day with all types.

    spans: how many of a hundred cover seven days; read: whether each is a reading of a meter.
    """

    records: int
    days: int = 3652
    types: int = 6
    spans: int = 0
    read: bool = False


class Person(NamedTuple):
    """An account, and the value of its session's cookie."""

    user_id: UUID
    cookie: str


# Sent with its confirmation: to some households it is unusual.
LINE = "electricity 20 kWh"


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


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The port of a server with floors, one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.floor", str(port)],
        env=os.environ | {"DATABASE_URL": url, "TALLY_SECRET_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the server did not start"
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)


def engine(url: str) -> Engine:
    return create_engine(driver_url(url))


def people(db: Engine, number: int) -> list[Person]:
    """New accounts, signed in."""
    now = datetime.now(UTC)
    keyring = Keyring([KEY])
    made: list[Person] = []
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
            cookie = keyring.session_token(user_id, sid, now, now + SESSION_LASTS)
            made.append(Person(user_id, cookie))
    return made


def settle(db: Engine, households: Iterable[Household]) -> dict[Household, Person]:
    """An account for each household, with its records: without indexes first, which is faster."""
    wanted = list(dict.fromkeys(households))
    settled = dict(zip(wanted, people(db, len(wanted)), strict=True))
    with db.begin() as connection, _without_indexes(connection):
        for household, person in settled.items():
            fill(connection, person.user_id, household)
    tidy(db)
    return settled


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """The records' indexes and keys are dropped, and made again at the end."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    indexes = connection.execute(
        text(
            "SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition"
            " FROM pg_index WHERE indrelid = 'consumption_records'::regclass AND NOT indisprimary"
        )
    ).all()
    keys = connection.execute(
        text(
            "SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint"
            " WHERE conrelid = 'consumption_records'::regclass AND contype IN ('p', 'f')"
        )
    ).all()
    alter = "ALTER TABLE consumption_records"
    for index in indexes:
        connection.execute(text(f"DROP INDEX {index.name}"))
    for key in keys:
        connection.execute(text(f"{alter} DROP CONSTRAINT {key.name}"))
    yield
    for key in keys:
        connection.execute(text(f"{alter} ADD CONSTRAINT {key.name} {key.definition}"))
    for index in indexes:
        connection.execute(text(index.definition))


def fill(connection: Connection, user_id: UUID, household: Household) -> None:
    """The records of a household."""
    more = {}
    if household.spans:
        more["days"] = f"CASE WHEN n / :types % 100 < {household.spans} THEN 7 ELSE 1 END"
    if household.read:
        # The last day comes first. Each reading is ten more than the one before it.
        more |= {"reading": "10 * (:records - n)", "meter": "1"}
    columns, values = ("".join(f", {name}" for name in names) for names in (more, more.values()))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(
        text(_FILL.format(columns=columns, values=values)),
        {
            "user_id": user_id,
            "today": datetime.now(UTC).date(),
            "days": household.days,
            "records": household.records,
            "types": household.types,
        },
    )


def tidy(db: Engine) -> None:
    """As autovacuum leaves a table that nobody has written to for a while."""
    with db.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("RESET statement_timeout"))
