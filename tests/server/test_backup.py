"""Everything into one file and back."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from sqlalchemy import text

from tally.db import migrations
from tally.db.engine import Database
from tally.db.migrations import migrate
from tally.server import backup, dumps, postgres, restore
from tally.server.bootstrap import StartRefused
from tests.conftest import Account
from tests.serving import COMMAND, KEY, Serving, command, environment


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
    """The number of Ada's records."""
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


def restored(url: str, file: Path, *, replace: bool = False) -> int:
    """As `tally restore` does."""
    migrate(url)
    with restore.opened(file) as blocks:
        return restore.load(url, blocks, replace=replace)


def clear(server: postgres.Embedded) -> None:
    connection = psycopg2.connect(server.url)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS consumption_records, users, alembic_version")
    connection.close()


def test_a_restored_backup_has_every_row(
    records: int, database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    clear(other)
    assert restored(other.url, file) == 0
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
    with pytest.raises(StartRefused, match="--replace"):
        restored(database_url, file)
    assert sums(database_url) == before


def test_a_restore_that_fails_changes_nothing(
    records: int, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "tally.backup"
    backup.save(database_url, file)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-200])
    before = sums(database_url)
    with pytest.raises(StartRefused):
        restored(database_url, cut, replace=True)
    assert sums(database_url) == before


@pytest.mark.parametrize("content", [b"", b"id,consumption_date\n", b"PGDMP and nothing more"])
def test_a_file_that_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    with pytest.raises(StartRefused), restore.opened(file):
        pass


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

    real = dumps.program

    def fails(name: str, url: str | None) -> tuple[list[str], dict[str, str]]:
        command, environment = real(name, url)
        return [*command, "--no-such-option"], environment

    monkeypatch.setattr(dumps, "program", fails)
    with pytest.raises(StartRefused, match="no-such-option"):
        backup.save(database_url, file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_the_half_file_of_a_killed_backup_is_replaced(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "tally.backup"
    (tmp_path / f".tally.backup.{os.getpid()}").write_bytes(b"half")
    assert backup.save(database_url, file) > 0
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_to_save_and_nowhere_to_save_it(
    database_url: str, other: postgres.Embedded, tmp_path: Path
) -> None:
    clear(other)
    with pytest.raises(StartRefused, match="nothing to save"):
        backup.save(other.url, tmp_path / "tally.backup")
    with pytest.raises(StartRefused, match="no folder"):
        backup.save(database_url, tmp_path / str(uuid4()) / "tally.backup")
    with pytest.raises(StartRefused, match="cannot be written"):
        backup.save(database_url, tmp_path / f"{'tally' * 50}.backup")


def test_a_password_is_no_argument_of_a_program() -> None:
    command, environment = dumps.program("pg_dump", "postgresql://t:s3cret@db.example.org/tally")
    assert environment["PGPASSWORD"] == "s3cret"
    assert "s3cret" not in " ".join(command)


def test_an_address_may_name_its_driver() -> None:
    command, _ = dumps.program("pg_dump", "postgresql+psycopg2://t@db.example.org/tally")
    assert "host=db.example.org" in command[1] and "user=t" in command[1]


@pytest.mark.parametrize("direction", ["save", "load"])
def test_no_encoding_of_the_environment_changes_a_letter(
    records: int,
    database_url: str,
    other: postgres.Embedded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    direction: str,
) -> None:
    file = tmp_path / "tally.backup"
    clear(other)
    with monkeypatch.context() as saving:
        if direction == "save":
            saving.setenv("PGCLIENTENCODING", "LATIN1")
        backup.save(database_url, file)
    with monkeypatch.context() as loading:
        if direction == "load":
            loading.setenv("PGCLIENTENCODING", "LATIN1")
        assert restored(other.url, file) == 0
    assert sums(other.url) == sums(database_url)


def test_an_option_that_there_is_not_is_said(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="nonsense"):
        backup.save(
            f"{database_url}{'&' if '?' in database_url else '?'}nonsense=1",
            tmp_path / "tally.backup",
        )


@pytest.mark.parametrize(
    ("arguments", "closed", "sentence"),
    [
        (("backup", "-"), ">&-", "tally: Standard output is closed: nothing can be written there."),
        (("restore", "-"), "<&-", "tally: Standard input is closed: there is nothing to read."),
        (
            ("user", "add", "mara@lindenhof.example", "--password"),
            "<&-",
            "tally: Standard input is closed: there is no password to read.",
        ),
        (("user", "list"), ">&-", ""),
        *(
            (shown_once, ">&-", "tally: Standard output is closed: nothing can be written there.")
            for shown_once in (
                ("demo",),
                ("user", "add", "mara@lindenhof.example"),
                ("user", "invite"),
                ("user", "reset-password", "ada@example.org"),
                ("token", "add", "ada@example.org", "--scope", "add", "--name", "meter"),
            )
        ),
    ],
)
def test_a_closed_standard_stream_is_reported(
    database_url: str, arguments: tuple[str, ...], closed: str, sentence: str
) -> None:
    shell = ["/bin/sh", "-c", f'"$@" {closed}', "sh", *COMMAND, *arguments]
    variables = environment(DATABASE_URL=database_url, TALLY_SECRET_KEY=KEY)
    done = subprocess.run(shell, env=variables, capture_output=True, text=True, check=False)
    assert done.stderr == (f"{sentence}\n" if sentence else "")
    assert done.returncode == (1 if sentence else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [("--version",), ("user", "invite")])
def test_an_output_that_cannot_be_written_is_said(
    ada: Account, database_url: str, arguments: tuple[str, ...]
) -> None:
    variables = environment(DATABASE_URL=database_url, TALLY_SECRET_KEY=KEY, PYTHONUNBUFFERED="")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=variables,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr.endswith(
        "tally: Standard output cannot be written: No space left on device.\n"
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def piped(
    variables: Mapping[str, str], *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """A command with bytes at its standard input and output."""
    asked = [*COMMAND, *arguments]
    return subprocess.run(
        asked, env=environment(**variables), input=given, capture_output=True, check=False
    )


def test_through_standard_output_and_input(
    records: int, database_url: str, other: postgres.Embedded
) -> None:
    here = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}
    there = {"DATABASE_URL": other.url, "TALLY_SECRET_KEY": KEY}
    clear(other)
    saved = piped(here, "backup", "-")
    assert (saved.returncode, saved.stderr) == (0, b"")
    assert saved.stdout.startswith(b"PGDMP")
    restored = piped(there, "restore", "-", given=saved.stdout)
    assert (restored.returncode, restored.stderr) == (0, b"")
    assert restored.stdout == b"Restored from standard input.\n"
    assert sums(other.url) == sums(database_url)
    for given in (b"", b"no backup", saved.stdout[:-200]):
        refused = piped(there, "restore", "--replace", "-", given=given)
        assert refused.returncode == 1
        assert refused.stderr.startswith(b"tally: ") and refused.stderr.count(b"\n") == 1
        assert sums(other.url) == sums(database_url)


def test_only_regular_files_are_written(ada: Account, database_url: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file in (pipe, tmp_path, Path("/dev/null")):
        with pytest.raises(StartRefused, match="no regular file"):
            backup.save(database_url, file)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_link_stays_one_and_leads_to_the_backup(
    ada: Account, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    link = tmp_path / "latest"
    link.symlink_to("kept/tally.dump")
    for _ in range(2):
        backup.save(database_url, link)
    assert link.is_symlink()
    assert (tmp_path / "kept" / "tally.dump").read_bytes().startswith(b"PGDMP")
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(StartRefused):
        backup.save(database_url, link)


def run(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


@contextmanager
def bare(server: postgres.Embedded, revision: str) -> Iterator[str]:
    """A database of the same server, as far as a migration of that number made it."""
    name = f"at_{revision}"
    url = postgres.address(server.folder, "tally", name)
    admin = psycopg2.connect(server.admin_url)
    admin.autocommit = True
    try:
        admin.cursor().execute(f"CREATE DATABASE {name} OWNER tally")
        migrate(url, revision)
        yield url
    finally:
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()


SOMEBODY = "INSERT INTO users (email, password_hash, name) VALUES ('a@b.c', '', 'n')"
SOMETHING = (
    "INSERT INTO consumption_records"
    " (user_id, consumption_date, consumption_value, consumption_type, unit, notes)"
    " SELECT users.id, DATE '2026-01-01' + n, n + 0.25, 'Wärme', 'kWh', E'#a\\t\\\\' || n"
    " FROM users, generate_series(1, 500) AS n"
)


def test_a_backup_of_the_first_version_is_restored(
    other: postgres.Embedded, tmp_path: Path
) -> None:
    """Those had the tables in them too, and the records ahead of the accounts."""
    file = tmp_path / "tally.dump"
    question = (
        "SELECT count(*), sum(consumption_value), md5(string_agg(concat(user_id, id, notes,"
        " created_at, change_id), '' ORDER BY id)), (SELECT md5(string_agg(concat(id, email,"
        " created_at), '')) FROM users) FROM consumption_records"
    )
    with bare(other, "0001") as url:
        run(url, SOMEBODY, SOMETHING)
        command, environment = dumps.program("pg_dump", url)
        tables = [f"--table=public.{name}" for name in dumps.TABLES]
        more = ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
        subprocess.run([*command, *tables, *more], env=environment, check=True)
        expected = ask(url, question)
    contents = subprocess.run(
        [*dumps.program("pg_restore", None)[0], "--list", str(file)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    data = re.findall(r"TABLE DATA public (\w+)", contents)
    assert data == ["alembic_version", "consumption_records", "users"]
    clear(other)
    assert restored(other.url, file) == 0
    assert ask(other.url, question) == expected
    assert expected[0] == 500
    # What held the two tables together does so again.
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        run(other.url, "UPDATE consumption_records SET user_id = gen_random_uuid()")
    run(other.url, "DELETE FROM users")
    assert ask(other.url, "SELECT count(*) FROM consumption_records") == (0,)


def test_records_of_accounts_that_are_not_in_it_are_left_out(
    other: postgres.Embedded, tmp_path: Path
) -> None:
    """As a cluster's backup may have them: its workers have no common clock."""
    file = tmp_path / "tally.dump"
    with bare(other, "head") as url:
        run(url, SOMEBODY, SOMETHING)
        run(
            url.replace("//tally@", "//postgres@"),
            "SET session_replication_role = replica",  # No reference is looked at.
            "INSERT INTO consumption_records"
            " (user_id, consumption_date, consumption_value, consumption_type)"
            " SELECT gen_random_uuid(), DATE '2026-01-01', n, 'tea'"
            " FROM generate_series(1, 3) AS n",
        )
        backup.save(url, file)
    clear(other)
    settings = {"DATABASE_URL": other.url, "TALLY_SECRET_KEY": KEY}
    restored = command("restore", str(file), **settings)
    assert restored.returncode == 0, restored.stderr
    assert restored.stderr.startswith("3 records were left out")
    assert ask(other.url, "SELECT count(*) FROM consumption_records") == (500,)


def test_a_backup_of_a_newer_version_is_refused(other: postgres.Embedded, tmp_path: Path) -> None:
    file = tmp_path / "tally.dump"
    with bare(other, "head") as url:
        run(url, "UPDATE alembic_version SET version_num = '9999'")
        backup.save(url, file)
    with pytest.raises(StartRefused, match="newer Tally"), restore.opened(file):
        pass


def test_while_accounts_come_and_go(other: postgres.Embedded, tmp_path: Path) -> None:
    """A backup is of one moment: every account in it has all its records, and no other has any."""
    clear(other)
    with bare(other, "head") as url:
        stopped = threading.Event()

        def come_and_go(number: int) -> None:
            email = f"{number}@example.org"
            # They wait for each other, however long a busy machine makes that.
            connection = psycopg2.connect(url, options="-c lock_timeout=0 -c statement_timeout=0")
            while not stopped.is_set():
                with connection, connection.cursor() as cursor:
                    cursor.execute(SOMEBODY.replace("a@b.c", email))
                    cursor.execute(f"{SOMETHING} WHERE users.email = '{email}'")
                with connection, connection.cursor() as cursor:
                    cursor.execute("DELETE FROM users WHERE email = %s", (email,))
            connection.close()

        with ThreadPoolExecutor(4) as pool:
            going = [pool.submit(come_and_go, number) for number in range(4)]
            try:
                files = [tmp_path / str(number) for number in range(3)]
                for file in files:
                    backup.save(url, file)
            finally:
                stopped.set()
            for one in going:
                one.result()
    for file in files:
        assert restored(other.url, file, replace=True) == 0
        unfit = (
            "SELECT count(*) FROM users WHERE (SELECT count(*) FROM consumption_records"
            " WHERE user_id = users.id) <> 500"
        )
        assert ask(other.url, unfit) == (0,)


def ask(url: str, question: str) -> tuple[Any, ...]:
    """The one row of the answer."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        row: tuple[Any, ...] = cursor.fetchone()
    connection.close()
    return row


def test_no_migration_fills_rows_in() -> None:
    """A backup of an older version gets defaults for what it has not, and nothing else is done."""
    versions = Path(migrations.__file__).parent / "versions"
    for file in versions.glob("[0-9]*.py"):
        if file.stem.startswith("0005"):
            continue  # News for accounts that were there: one restored later does without.
        words = re.findall(r"\b(UPDATE|INSERT|DELETE|MERGE)\b", file.read_text())
        assert set(words) <= {"DELETE"} and "DELETE FROM" not in file.read_text(), file
