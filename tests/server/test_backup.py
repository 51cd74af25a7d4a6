"""Everything into one file and back."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg2
import pytest
from sqlalchemy import text

from conftest import Account
from serving import KEY, Serving, command
from tally.db.engine import Database
from tally.db.migrations import migrate
from tally.server import backup, postgres
from tally.server.bootstrap import Refused


@pytest.fixture(scope="module")
def other() -> Iterator[postgres.Embedded]:
    """Another PostgreSQL, whose database is empty."""
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        server = postgres.start(Path(folder) / "data")
        yield server
        server.stop()


@pytest.fixture
def records(ada: Account, database: Database) -> int:
    """How many records Ada has."""
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records"
                " (user_id, consumption_date, consumption_value, consumption_type, unit, notes)"
                " SELECT :user, DATE '2026-01-01' + n, n + 0.25, 'Wärme', 'kWh', '#a ' || n"
                " FROM generate_series(1, 500) AS n"
            ),
            {"user": ada.id},
        )
    return 500


def sums(url: str) -> tuple[object, ...]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(consumption_value), md5(string_agg(r::text, '' ORDER BY id)),"
                " (SELECT md5(string_agg(u::text, '' ORDER BY id)) FROM users AS u)"
                " FROM consumption_records AS r"
            )
            return tuple(cursor.fetchone())
    finally:
        connection.close()


def clear(server: postgres.Embedded) -> None:
    connection = psycopg2.connect(server.url)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS consumption_records, users, alembic_version")
    connection.close()


def test_there_and_back(
    records: int, database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    clear(other)
    backup.load(other.url, file)
    migrate(other.url)
    assert sums(other.url) == sums(database_url)
    assert sums(other.url)[0] == records


def test_by_the_command_line(
    records: int, database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    clear(other)
    here = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}
    there = {"DATABASE_URL": other.url, "TALLY_SECRET_KEY": KEY}
    assert command("backup", str(file), **here).stdout.startswith(f"Saved to {file}")
    assert command("restore", str(file), **there).stdout == f"Restored from {file}.\n"
    refused = command("restore", str(file), **there)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert command("restore", "--replace", str(file), **there).returncode == 0
    assert sums(other.url) == sums(database_url)


def test_into_a_second_folder_as_the_readme_says(other: postgres.Embedded, tmp_path: Path) -> None:
    """The three commands there, one after the other; other folders, and the last does not serve."""
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    block = re.search(r"```\n((?:\.venv/bin/tally .+\n){3})```", readme)
    assert block is not None
    first, second = str(other.folder.parent), str(other.folder.parent.parent / "second")
    migrate(other.url)
    for line in block[1].splitlines():
        arguments = line.replace("/tmp/second", second).replace("tally.dump", f"{tmp_path}/dump")
        program, *arguments = arguments.split()
        assert program == ".venv/bin/tally"
        if arguments[0] == "serve":
            Serving(tmp_path / "log", tuple(arguments[1:3])).start().stop()
        else:
            assert command(*arguments, TALLY_DATA_DIR=first).returncode == 0


def test_a_pooler_is_passed_by(
    records: int, database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    """With the address of the database itself given, nothing of a backup goes the other way."""
    file = tmp_path / "tally.backup"
    clear(other)
    pooler = {"DATABASE_URL": "postgresql://tally@127.0.0.1:1/tally", "TALLY_SECRET_KEY": KEY}
    saved = command("backup", str(file), **pooler, TALLY_MIGRATION_URL=database_url)
    assert saved.returncode == 0, saved.stderr
    restored = command("restore", str(file), **pooler, TALLY_MIGRATION_URL=other.url)
    assert restored.returncode == 0, restored.stderr
    assert sums(other.url) == sums(database_url)


def test_a_database_with_users_is_kept_unless_told(
    ada: Account, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    before = sums(database_url)
    with pytest.raises(Refused, match="--replace"):
        backup.load(database_url, file)
    assert sums(database_url) == before


def test_a_restore_that_fails_changes_nothing(
    ada: Account, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-200])
    before = sums(database_url)
    with pytest.raises(Refused):
        backup.load(database_url, cut, replace=True)
    assert sums(database_url) == before


@pytest.mark.parametrize("content", [b"", b"id,consumption_date\n", b"PGDMP and nothing more"])
def test_a_file_that_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    with pytest.raises(Refused):
        backup.check(file)


def test_a_restore_of_nothing_makes_no_database(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    file = tmp_path / "tally.dump"
    refused = command("restore", str(file), "--data-dir", str(folder))
    said = f"tally: {file} cannot be read: No such file or directory.\n"
    assert (refused.returncode, refused.stderr) == (1, said)
    assert not folder.exists()


def test_a_save_that_fails_leaves_the_last_one(
    ada: Account, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    before = file.read_bytes()

    def fails(program: str, *_: object) -> str:
        raise Refused(f"{program} failed")

    monkeypatch.setattr(backup, "_run", fails)
    with pytest.raises(Refused):
        backup.save(database_url, file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_to_save_and_nowhere_to_save_it(
    database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    clear(other)
    with pytest.raises(Refused, match="nothing to save"):
        backup.save(other.url, tmp_path / "tally.backup")
    with pytest.raises(Refused, match="no folder"):
        backup.save(database_url, tmp_path / str(uuid4()) / "tally.backup")
    with pytest.raises(Refused, match="cannot be written"):
        backup.save(database_url, tmp_path / f"{'tally' * 50}.backup")


def test_a_password_is_no_argument_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    class Done:
        returncode = 0
        stdout = ""

    def run(arguments: list[str], *, env: dict[str, str], **_: object) -> Done:
        seen.update(arguments=arguments, password=env["PGPASSWORD"])
        return Done()

    monkeypatch.setattr(backup.subprocess, "run", run)
    backup._run("pg_dump", "postgresql://tally:s3cret@db.example.org/tally")
    assert seen["password"] == "s3cret"
    assert "s3cret" not in " ".join(seen["arguments"])  # type: ignore[arg-type]
