"""Work that is done as a whole or not at all: migrations, and backups taken while people write."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest
from alembic.script import ScriptDirectory

from tally.db import migrations
from tally.db.migrations import migrate
from tally.server import postgres as embedded
from tests.faults.conftest import Postgres, waits_for
from tests.serving import COMMAND, KEY, PATIENT, Client, Serving, command, environment
from tests.waiting import WAIT_SECONDS, wait_until

WRITERS = 8


@pytest.fixture
def empty(postgres: Postgres) -> str:
    """The address of an empty database beside the one of the module."""
    postgres.run(
        "DROP DATABASE IF EXISTS other WITH (FORCE)",
        "CREATE DATABASE other OWNER tally",
        admin=True,
    )
    return embedded.address(postgres.server.folder, "tally", "other")


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            answer: list[tuple[object, ...]] = cursor.fetchall()
            return answer
    finally:
        connection.close()


def test_a_migration_killed_half_way(empty: str, tell: Callable[..., None]) -> None:
    # Somebody makes a table of the same name, and does not say yet whether they mean it: the
    # migration has made `users` by then, and waits.
    holder = psycopg2.connect(empty)
    holder.cursor().execute("CREATE TABLE consumption_records (anything text)")
    migrating = subprocess.Popen(
        [*COMMAND, "migrate"], env=environment(DATABASE_URL=empty), stdout=subprocess.DEVNULL
    )
    waits_for(holder)
    assert migrating.poll() is None
    migrating.kill()
    migrating.wait()
    holder.rollback()
    holder.close()
    tables = "SELECT to_regclass('users'), to_regclass('alembic_version')"
    wait_until(lambda: ask(empty, tables) == [(None, None)], "half a migration is left")
    assert command("migrate", DATABASE_URL=empty).returncode == 0
    assert command("migrate", DATABASE_URL=empty).returncode == 0
    assert ask(empty, "SELECT count(*) FROM users") == [(0,)]
    tell("A migration killed half way", 1, "nothing of it was left; the next one went through")


SHAPE = """
SELECT 'column', table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
ORDER BY 1, 2, 3
"""
ONE = "import sys; from tally.db.migrations import migrate; migrate(*sys.argv[1:])"


def revisions() -> list[str]:
    """Every migration, the oldest first."""
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    return [script.revision for script in scripts.walk_revisions()][::-1]


@pytest.mark.parametrize("number", range(len(revisions())), ids=revisions())
def test_each_migration_killed_before_its_end(
    number: int, empty: str, postgres: Postgres, tell: Callable[..., None]
) -> None:
    if number:
        migrate(empty, revisions()[number - 1])
    # The migration has made everything by the time it writes the role's limits, and waits there.
    holder = psycopg2.connect(postgres.server.admin_url)
    holder.cursor().execute("ALTER ROLE tally IN DATABASE other SET lock_timeout = '2s'")
    migrating = subprocess.Popen(
        [sys.executable, "-c", ONE, empty, revisions()[number]], env=environment()
    )
    waits_for(holder)
    assert migrating.poll() is None
    migrating.kill()
    migrating.wait()
    holder.rollback()
    holder.close()
    wait_until_alone(empty)
    # All of it, or all but its limits: the next run goes on from there.
    assert ask(empty, "SELECT version_num FROM alembic_version") == [(revisions()[number],)]
    assert command("migrate", DATABASE_URL=empty).returncode == 0
    assert ask(empty, "SELECT version_num FROM alembic_version") == [(revisions()[-1],)]
    tell(f"Migration {revisions()[number]} killed before its end", 1, "the next one went on")


def test_building_an_index_killed_half_way(
    empty: str, postgres: Postgres, tell: Callable[..., None]
) -> None:
    migrate(empty, "0001")
    writer = psycopg2.connect(empty)
    writer.cursor().execute(SOMEBODY)
    writer.cursor().execute(A_RECORD)
    writer.commit()
    migrate(empty, "0002")
    # An index that is built while people write waits for who writes.
    writer.cursor().execute(A_RECORD)
    migrating = subprocess.Popen(
        [sys.executable, "-c", ONE, empty, "head"], env=environment(), stderr=subprocess.DEVNULL
    )
    building = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'"
    wait_until(lambda: ask(empty, building) != [(0,)], "no index is built")
    assert migrating.poll() is None
    migrating.kill()
    migrating.wait()
    writer.commit()
    wait_until_alone(empty, besides=1)
    # Whoever writes does not notice, with the new columns or without them.
    writer.cursor().execute(A_RECORD)
    writer.commit()
    writer.close()
    assert command("migrate", DATABASE_URL=empty).returncode == 0
    upgraded = ask(empty, SHAPE)
    kept = "SELECT consumption_value, days, reading, meter, cost FROM consumption_records"
    assert ask(empty, kept) == [(Decimal("2.5"), 1, None, None, None)] * 3
    assert ask(empty, "SELECT tokens, prices, imports FROM users") == [({}, [], {})]
    postgres.run(
        "DROP DATABASE other WITH (FORCE)", "CREATE DATABASE other OWNER tally", admin=True
    )
    migrate(empty)
    assert upgraded == ask(empty, SHAPE)
    tell("Building an index killed half way", 1, "people went on; the next run built it anew")


def wait_until_alone(url: str, besides: int = 0) -> None:
    wait_until(lambda: ask(url, OTHERS) == [(besides,)], "somebody is still there")


SOMEBODY = "INSERT INTO users (email, password_hash, name) VALUES ('a@b.c', '', 'n')"
A_RECORD = """
INSERT INTO consumption_records (user_id, consumption_date, consumption_value, consumption_type)
SELECT id, DATE '2026-01-05', 2.5, 'tea' FROM users
"""


OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_a_backup_killed_half_way(
    postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    file = tmp_path / "tally.backup"
    holder = psycopg2.connect(postgres.url)
    holder.cursor().execute("LOCK TABLE consumption_records IN ACCESS EXCLUSIVE MODE")
    saving = subprocess.Popen(
        [*COMMAND, "backup", str(file)], env=environment(DATABASE_URL=postgres.url)
    )
    waits_for(holder)
    saving.kill()
    saving.wait()
    holder.rollback()
    holder.close()
    wait_until(lambda: postgres.run(OTHERS) == [(0,)], "pg_dump is still there")
    assert not file.exists()
    again = command("backup", str(file), DATABASE_URL=postgres.url)
    assert again.returncode == 0, again.stderr
    assert file.read_bytes().startswith(b"PGDMP")
    tell("A backup killed half way", 1, "no file of its name; the next one went through")


def test_the_backup_drill(
    postgres: Postgres, empty: str, tmp_path: Path, tell: Callable[..., None]
) -> None:
    """Writers number what they write: a backup of one moment has all up to some last one."""
    postgres.run("TRUNCATE users, consumption_records")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    # A writer who is refused, as on a machine that stands still for some seconds, stops counting.
    serving = Serving(tmp_path / "log", (), variables, command=PATIENT).start()
    person = serving.client(WAIT_SECONDS).register()
    counting = Counting(person, WRITERS)
    file = tmp_path / "tally.backup"
    try:
        wait_until(lambda: min(counting.acknowledged) >= 10, "a writer does not get on")
        least = list(counting.acknowledged)
        saved = command("backup", str(file), DATABASE_URL=postgres.url)
        most = list(counting.begun)
    finally:
        counting.stop()
        serving.stop()
    assert saved.returncode == 0, saved.stderr
    restored = command("restore", str(file), DATABASE_URL=empty)
    assert restored.returncode == 0, restored.stderr

    other = Serving(tmp_path / "other", (), variables | {"DATABASE_URL": empty}).start()
    try:
        person.close()
        person.url = other.url
        answer = person.get("/consumption?format=json&limit=1").json
        assert person.get("/").status == 200
        page = {"consumption_date": "2026-01-05", "consumption_value": "2"}
        assert person.post_json("/consumption", page | {"consumption_type": "tea"}).status == 201
    finally:
        other.stop()
    totals = {total["type"]: total for total in answer["totals"]}
    for writer in range(WRITERS):
        last = totals[f"writer {writer}"]["entries"]
        assert least[writer] <= last <= most[writer]
        # 1 + 2 + … + last: no number is missing, none is there twice.
        assert totals[f"writer {writer}"]["total"] == str(last * (last + 1) // 2)
    assert answer["count"] == sum(total["entries"] for total in totals.values())
    tell(
        "Backup under 8 writers, restored into an empty database",
        f"1, {answer['count']:,} records",
        "every total that of one moment; the application runs on it",
    )


class Counting:
    """Writers that each write 1, 2, 3 … one after the other is acknowledged."""

    def __init__(self, person: Client, writers: int) -> None:
        self.begun = [0] * writers
        self.acknowledged = [0] * writers
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._count, args=(person.again(), writer))
            for writer in range(writers)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()

    def _count(self, person: Client, writer: int) -> None:
        while not self._stopping.is_set():
            self.begun[writer] += 1
            record = {
                "consumption_date": "2026-01-05",
                "consumption_value": str(self.begun[writer]),
                "consumption_type": f"writer {writer}",
            }
            assert person.post_json("/consumption", record).status == 201
            self.acknowledged[writer] = self.begun[writer]
        person.close()
