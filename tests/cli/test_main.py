"""`tally` as people run it: processes, exit statuses, and one clear line when it cannot be."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg2
import pytest
import typer
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tally.cli.main import _address, _for_host, _migrate_or_wait, app
from tally.server import bootstrap, postgres, postgres_processes
from tally.settings import LOOPBACK_HOSTS, Settings
from tally.web.middleware import HostCheck
from tests import moments
from tests.serving import COMMAND, KEY, Client, Serving, command, environment
from tests.waiting import WAIT_SECONDS, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        yield Path(folder) / "data"


@pytest.fixture
def external(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}


def refusal(*arguments: str, **variables: str) -> str:
    """The one line with which it refuses."""
    done = command(*arguments, **variables)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_serving_with_the_embedded_database(data_dir: Path, tmp_path: Path) -> None:
    serving = Serving(tmp_path / "log", ("--data-dir", str(data_dir))).start()
    try:
        client = serving.client()
        assert client.get("/healthz").status == 200
        assert client.get("/readyz").status == 200
        assert client.get("/login").status == 200
        assert client.get("/metrics").status == 404
        key = data_dir / "secret_key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert len(key.read_text().strip()) >= 32
        client.register("ada@example.org")
        # Commands beside it use its database.
        assert "ada@example.org" in command("user", "list", "--data-dir", str(data_dir)).stdout
        said = refusal("serve", "--port", "0", "--data-dir", str(data_dir))
        assert said == (
            f"tally: Another Tally (process {serving.pid}) is already using {data_dir}: stop it, "
            "or choose another --data-dir."
        )
        assert (tmp_path / "log").read_text().startswith(f"New database in {data_dir}\n")
    finally:
        assert serving.stop() == -signal.SIGTERM
    assert postgres_processes.postmaster(data_dir / "postgresql") is None
    # The key is kept: whoever was signed in still is.
    with_cookie = client.cookie
    serving.start()
    try:
        assert Client(serving.url, with_cookie).get("/").status == 200
    finally:
        serving.stop()


def test_a_new_database_is_told_with_its_folder(data_dir: Path) -> None:
    folder = data_dir.with_name("new")
    first, second = (command("migrate", "--data-dir", str(folder)) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, f"New database in {folder}\n")
    assert (second.returncode, second.stderr) == (0, "")


@pytest.mark.parametrize("arguments", ["demo", "user add ada@example.org", "user invite"])
def test_commands_that_can_be_the_first_make_the_database(arguments: str, data_dir: Path) -> None:
    folder = data_dir.with_name(arguments.replace(" ", "-"))
    done = command(*arguments.split(), "--data-dir", str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(f"New database in {folder}\n")


def test_the_embedded_database_has_one_port_whatever_the_environment_says(data_dir: Path) -> None:
    folder = data_dir.with_name("port")
    done = command("migrate", "--data-dir", str(folder), PGPORT="5433")
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        "user list",
        "user reset-password ada@example.org",
        "user sign-out ada@example.org",
        "user disable ada@example.org",
        "user enable ada@example.org",
        "user delete ada@example.org --yes",
        "backup x.dump",
    ],
)
def test_commands_that_need_a_database_make_none(arguments: str, data_dir: Path) -> None:
    folder = data_dir.with_name("missing")
    assert refusal(*arguments.split(), "--data-dir", str(folder)) == (
        f"tally: There is no database in {folder}; name the folder with --data-dir or "
        "TALLY_DATA_DIR."
    )
    assert not folder.exists()


def test_a_server_that_was_killed_is_taken_over(data_dir: Path, tmp_path: Path) -> None:
    serving = Serving(tmp_path / "log", ("--data-dir", str(data_dir))).start()
    serving.kill()
    assert postgres_processes.postmaster(data_dir / "postgresql") is not None
    serving.start()
    assert serving.client().get("/readyz").status == 200
    serving.stop()


def test_two_workers_serve_and_count_together(external: dict[str, str], tmp_path: Path) -> None:
    variables = external | {"TALLY_METRICS": "on"}
    serving = Serving(tmp_path / "log", ("--workers", "2"), variables).start()
    # Workers are still to start when the address is told.
    serving.wait_until("/readyz", 200)
    try:
        for _ in range(20):
            with_own_connection = serving.client()
            assert with_own_connection.get("/healthz").status == 200
            with_own_connection.close()

        def counted() -> float:
            numbers = serving.client().get("/metrics").body.decode()
            return sum(
                float(line.split()[-1])
                for line in numbers.splitlines()
                if line.startswith("tally_request_duration_seconds_count") and "/healthz" in line
            )

        # A worker counts once its answer is sent, and the other one may be asked before.
        wait_until(lambda: counted() == 20, "the workers count something else")
    finally:
        assert serving.stop() == -signal.SIGTERM


def test_workers_end_with_the_server_that_was_killed(
    external: dict[str, str], tmp_path: Path
) -> None:
    serving = Serving(tmp_path / "log", ("--workers", "2"), external).start()
    serving.wait_until("/readyz", 200)
    port = serving.port
    serving.kill()  # It waits until the last of them has closed its standard output.
    serving.start(port)
    try:
        serving.wait_until("/readyz", 200)
    finally:
        assert serving.stop() == -signal.SIGTERM


def test_two_workers_turn_new_visitors_away_once_they_are_to_stop(
    external: dict[str, str], tmp_path: Path
) -> None:
    serving = Serving(tmp_path / "log", ("--workers", "2"), external)
    head = b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"

    def is_refused() -> bool:
        try:
            socket.create_connection(("127.0.0.1", serving.port)).close()
        except ConnectionRefusedError:
            return True
        return False

    def are_turned_away() -> bool:
        """Whether they are while somebody is waited for; a busy machine may look too late."""
        serving.start().wait_until("/readyz", 200)
        address = ("127.0.0.1", serving.port)
        with socket.create_connection(address, timeout=WAIT_SECONDS) as half:
            half.sendall(head + b"Expect: 100-continue\r\n\r\n")
            # It is being read now, and holds up the stop for some seconds.
            assert half.recv(100).startswith(b"HTTP/1.1 100 ")
            os.kill(serving.pid, signal.SIGTERM)
            wait_until(is_refused, "visitors are taken still")
            half.setblocking(False)
            is_waited_for = True
            with suppress(BlockingIOError):
                half.recv(100)
                is_waited_for = False
        assert serving.wait() == -signal.SIGTERM
        return is_waited_for

    wait_until(are_turned_away, "visitors are taken as long as anybody is waited for")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_terminal_that_closes_stops_it_with_its_database(
    workers: str, data_dir: Path, tmp_path: Path
) -> None:
    """It tells every process of its group."""
    folder = data_dir.with_name(f"terminal-{workers}")
    arguments = ("--workers", workers, "--data-dir", str(folder))
    serving = Serving(tmp_path / "log", arguments).start()
    serving.wait_until("/readyz", 200)
    for process in psutil.Process(serving.pid).children(recursive=True):
        if "spawn_main" in " ".join(process.cmdline()):
            process.send_signal(signal.SIGHUP)
    serving.tell(signal.SIGHUP)
    assert serving.wait() == -signal.SIGTERM
    assert postgres_processes.postmaster(folder / "postgresql") is None


def test_without_a_terminal_it_goes_on(external: dict[str, str], tmp_path: Path) -> None:
    for workers in ("1", "2"):
        nohup = ("/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND)
        arguments = ("--workers", workers)
        serving = Serving(tmp_path / "log", arguments, external, command=nohup).start()
        serving.wait_until("/readyz", 200)
        serving.tell(signal.SIGHUP)
        assert serving.client().get("/readyz").status == 200
        assert serving.stop() == -signal.SIGTERM


# Where the tests run in the background, SIGINT is ignored, and a command would go on ignoring it.
INTERRUPTIBLE = (
    *COMMAND[:2],
    f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {COMMAND[2]}",
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_ended_leaves_no_database_behind(
    number: signal.Signals, data_dir: Path
) -> None:
    folder = data_dir.with_name("ended")
    place = ("--data-dir", str(folder))
    command("user", "add", "ada@example.org", *place)
    address = postgres.address(folder / "postgresql", postgres.ROLE, postgres.DATABASE)

    def waits_for_an_answer() -> bool:
        try:
            observer = psycopg2.connect(address)
        except psycopg2.OperationalError:
            return False
        with closing(observer), observer.cursor() as cursor:
            cursor.execute("SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'")
            return bool(cursor.rowcount)

    with subprocess.Popen(
        [*INTERRUPTIBLE, "user", "delete", "ada@example.org", *place],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as deleting:
        wait_until(waits_for_an_answer, "the command does not ask")
        deleting.send_signal(number)
        deleting.wait(WAIT_SECONDS)
    assert deleting.returncode != 0
    assert postgres_processes.postmaster(folder / "postgresql") is None


def test_an_interrupt_ends_it_as_well(external: dict[str, str], tmp_path: Path) -> None:
    serving = Serving(tmp_path / "log", (), external).start()
    assert serving._end(signal.SIGINT) == -signal.SIGINT
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TALLY_SECRET_KEY": ""}, "TALLY_SECRET_KEY"),
        ({"TALLY_SECRET_KEY": "short"}, "at least 32 bytes"),
        ({"TALLY_SECRET_KEY": f"{KEY},short"}, "at least 32 bytes"),
        ({"TALLY_REGISTRATION": "maybe"}, "TALLY_REGISTRATION"),
        ({"TALLY_METRICS": "yes"}, "TALLY_METRICS"),
        ({"TALLY_TRUSTED_PROXIES": "*"}, "TALLY_TRUSTED_PROXIES"),
        ({"TALLY_TRUSTED_PROXIES": "10.0.0.1,0.0.0.0/0"}, "TALLY_TRUSTED_PROXIES"),
        ({"TALLY_TRUSTED_PROXIES": "::/0"}, "TALLY_TRUSTED_PROXIES"),
        ({"TALLY_CORS_ORIGINS": "*"}, "TALLY_CORS_ORIGINS: *"),
        ({"TALLY_CORS_ORIGINS": "https://a.example,null"}, "TALLY_CORS_ORIGINS: null"),
        ({"TALLY_CORS_ORIGINS": "https://a.example/"}, "TALLY_CORS_ORIGINS: https://a.example/"),
        ({"TALLY_CORS_ORIGINS": "https://*.a.example"}, "TALLY_CORS_ORIGINS"),
        ({"TALLY_CORS_ORIGINS": "http://a.example:99999"}, "TALLY_CORS_ORIGINS"),
        ({"TALLY_CORS_ORIGINS": "a.example"}, "TALLY_CORS_ORIGINS"),
        ({"TALLY_TRUSTED_PROXIES": "0.0.0.0/1, 128.0.0.0/1"}, "if everybody is one"),
        ({"TALLY_TRUSTED_PROXIES": "128.0.0.0/2,192.0.0.0/2"}, "if everybody is one"),
        ({"TALLY_TRUSTED_PROXIES": "::ffff:0.0.0.0/96"}, "if everybody is one"),
        ({"TALLY_TRUSTED_PROXIES": "::/64"}, "if everybody is one"),
        ({"TALLY_TRUSTED_PROXIES": "::/1"}, "if everybody is one"),
        ({"TALLY_TRUSTED_PROXIES": "proxy"}, "proxy is no address and no network"),
        ({"TALLY_TRUSTED_PROXIES": "10.0.0.256"}, "10.0.0.256 is no address and no network"),
        ({"TALLY_WORKERS": "0"}, "TALLY_WORKERS"),
        ({"TALLY_WORKERS": "65"}, "TALLY_WORKERS"),
        ({"TALLY_WORKERS": "two"}, "TALLY_WORKERS"),
        ({"TALLY_ALLOWED_HOSTS": "tally.*"}, "TALLY_ALLOWED_HOSTS"),
        ({"DATABASE_URL": "no address"}, "DATABASE_URL: an address of PostgreSQL"),
        ({"DATABASE_URL": "postgresql://tally@127.0.0.1:port/tally"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://tally@127.0.0.1:99999/tally"}, "no ports beyond 65535"),
        ({"DATABASE_URL": "postgresql://tally@/tally?port=99999"}, "no ports beyond 65535"),
        ({"DATABASE_URL": "postgresql://t:1@[::1]:0/tally"}, "no ports beyond 65535"),
        ({"DATABASE_URL": "postgresql://tally@127.0.0.1/tally?sslmode=maybe"}, "sslmode"),
        ({"TALLY_MIGRATION_URL": "postgresql://t@h:70000/t"}, "TALLY_MIGRATION_URL: there are no"),
        (
            {"DATABASE_URL": "mysql://tally@127.0.0.1/tally"},
            "DATABASE_URL: an address of PostgreSQL",
        ),
        ({"TALLY_MIGRATION_URL": "mysql://x"}, "TALLY_MIGRATION_URL: an address of PostgreSQL"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(
    external: dict[str, str], variables: dict[str, str], words: str
) -> None:
    assert words in refusal("serve", "--port", "0", **external | variables)


@pytest.mark.parametrize(
    "arguments", ["migrate", "demo", "backup x.dump", "restore x.dump", "user list"]
)
def test_every_command_refuses_a_wrong_setting(external: dict[str, str], arguments: str) -> None:
    wrong = external | {"TALLY_REGISTRATION": "maybe"}
    assert "TALLY_REGISTRATION" in refusal(*arguments.split(), **wrong)


@pytest.mark.parametrize(
    "proxies", ["10.0.0.7", "172.16.0.0/12,10.0.0.0/8", "10.0.0.7/8", "fd00::/8", "::1"]
)
def test_proxies_are_addresses_and_networks(proxies: str) -> None:
    settings = Settings.model_validate({"trusted_proxies": proxies})
    assert settings.trusted_proxies == tuple(proxies.split(","))


@pytest.mark.parametrize(
    ("host", "allowed", "address"),
    [
        ("127.0.0.1", ("localhost",), "http://127.0.0.1:80"),
        ("::1", ("localhost",), "http://[::1]:80"),
        ("192.0.2.1", ("tally.example.org",), "http://192.0.2.1:80"),
        # Everywhere is no address that anybody could type.
        ("0.0.0.0", ("tally.example.org", "localhost"), "http://localhost:80"),
        ("::", ("tally.example.org", "[::1]"), "http://[::1]:80"),
        ("0.0.0.0", ("tally.example.org",), "http://tally.example.org:80"),
        ("0.0.0.0", ("*.example.org",), "http://tally.example.org:80"),
        ("0.0.0.0", ("*",), "http://localhost:80"),
    ],
)
def test_the_address_that_is_told_works(host: str, allowed: tuple[str, ...], address: str) -> None:
    assert _address(host, 80, allowed) == address
    name = address.removeprefix("http://").removesuffix(":80")
    guard = HostCheck(PlainTextResponse("in"), allowed, lambda *_: PlainTextResponse("out"))
    if host in ("0.0.0.0", "::"):
        assert TestClient(guard, base_url=f"http://{name}").get("/").text == "in"


@pytest.mark.parametrize(
    ("host", "more"), [("127.0.0.1", ()), ("::1", ()), ("127.0.0.2", ("127.0.0.2",))]
)
def test_it_answers_to_the_address_of_this_machine_that_it_listens_on(
    host: str, more: tuple[str, ...]
) -> None:
    unset = Settings(database_url=None, allowed_hosts=())
    assert _for_host(unset, host).allowed_hosts == LOOPBACK_HOSTS + more


def test_workers_by_the_environment(external: dict[str, str], tmp_path: Path) -> None:
    serving = Serving(tmp_path / "log", (), external | {"TALLY_WORKERS": "2"}).start()
    try:
        serving.wait_until("/healthz", 200, 60)
        processes = psutil.Process(serving.pid).children(recursive=True)
        serves = [one for one in processes if "spawn_main" in " ".join(one.cmdline())]
        assert len(serves) == 2
    finally:
        serving.stop()


def test_a_terminal_that_knows_ascii_only_is_no_fault(external: dict[str, str]) -> None:
    ascii_only = external | {"PYTHONIOENCODING": "ascii"}
    assert command("--help", **ascii_only).returncode == 0
    assert command("user", "--help", **ascii_only).returncode == 0
    email = "zoe@example.org"
    added = command("user", "add", email, "--name", "Zoë Ω", **ascii_only)
    try:
        assert added.returncode == 0, added.stderr
        listed = command("user", "list", **ascii_only)
        assert listed.returncode == 0
        assert "Zo\\xeb \\u03a9" in listed.stdout
    finally:
        command("user", "delete", email, "--yes", **external)


def test_an_empty_setting_counts_as_none(external: dict[str, str], tmp_path: Path) -> None:
    names = ("REGISTRATION", "METRICS", "MIGRATION_URL", "TRUSTED_PROXIES", "ALLOWED_HOSTS")
    empty = {f"TALLY_{name}": "" for name in names}
    serving = Serving(tmp_path / "log", (), external | empty).start()
    try:
        assert serving.client().get("/healthz").status == 200
    finally:
        serving.stop()


def test_the_version_is_said() -> None:
    said = command("--version")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (said.returncode, said.stdout) == (0, f"Tally {project['version']}\n")


def test_a_key_that_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A pipe would keep whoever opens it waiting for ever."""
    key = tmp_path / "secret_key"
    unset = Settings(database_url=None, secret_key=(), data_dir=tmp_path)
    os.mkfifo(key, 0o600)
    with pytest.raises(bootstrap.StartRefused, match="no regular file"):
        bootstrap.with_key(unset)
    key.unlink()
    key.symlink_to("/dev/zero")
    with pytest.raises(bootstrap.StartRefused, match="no regular file"):
        bootstrap.with_key(unset)
    key.unlink()
    key.mkdir()
    with pytest.raises(bootstrap.StartRefused, match="cannot be read"):
        bootstrap.with_key(unset)


def test_a_key_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"
    key.write_bytes(b"\xff" * 50)
    key.chmod(0o600)
    with pytest.raises(bootstrap.StartRefused, match="no key of Tally's: delete it"):
        bootstrap.with_key(Settings(database_url=None, secret_key=(), data_dir=tmp_path))


def test_the_half_written_key_of_a_killed_process_is_replaced(tmp_path: Path) -> None:
    """In a container each process of `tally serve` is number 1."""
    (tmp_path / f"secret_key.{os.getpid()}").write_text("half a k")
    settings = bootstrap.with_key(Settings(database_url=None, data_dir=tmp_path))
    assert (tmp_path / "secret_key").read_text() == f"{settings.secret_key[0]}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_listening_for_others_needs_the_names_they_use(external: dict[str, str]) -> None:
    said = refusal("serve", "--port", "0", "--host", "0.0.0.0", **external)
    assert "TALLY_ALLOWED_HOSTS" in said


def test_a_port_in_use_is_said_before_anything_starts(external: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert refusal("serve", "--port", port, **external) == (
            f"tally: Cannot listen on 127.0.0.1 port {port} (Address already in use): choose "
            "another --port."
        )


def test_a_port_that_there_cannot_be_is_no_port_in_use(external: dict[str, str]) -> None:
    for port in ("-1", "65536"):
        said = command("serve", "--port", port, **external)
        assert said.returncode == 2 and "--port" in said.stderr


def test_an_address_of_another_machine_is_said(external: dict[str, str]) -> None:
    elsewhere = ("--host", "192.0.2.1", "--port", "0")
    said = refusal("serve", *elsewhere, **external, TALLY_ALLOWED_HOSTS="tally.test")
    assert said.startswith("tally: Cannot listen on 192.0.2.1 port 0 (")
    assert said.endswith("): choose another --host.")


def test_a_name_that_no_host_can_have_is_said(external: dict[str, str]) -> None:
    said = refusal("serve", "--host", ".example.org", **external, TALLY_ALLOWED_HOSTS="tally.test")
    assert said == (
        "tally: Cannot listen on .example.org port 8000 (no host can have this name): choose "
        "another --host."
    )


def test_migrate_says_so_and_a_database_that_is_away_is_a_line(external: dict[str, str]) -> None:
    assert command("migrate", **external).stdout == "The database is up to date.\n"
    away = {"DATABASE_URL": "postgresql://tally@127.0.0.1:1/tally"}
    assert "does not answer" in refusal("migrate", **external | away)


def test_an_address_that_lets_nobody_in_is_a_line(data_dir: Path) -> None:
    """Waiting would not help: `tally serve` ends."""
    data_dir = data_dir.with_name("guarded")
    postgres.start(data_dir).stop()
    rules = data_dir / "postgresql" / "pg_hba.conf"
    rules.write_text(f"local all guest scram-sha-256\n{rules.read_text()}")
    server = postgres.start(data_dir)
    try:
        guest = server.url.replace("//tally@", "//guest:wrong@")
        variables = {"DATABASE_URL": guest, "TALLY_SECRET_KEY": KEY}
        said = refusal("serve", "--port", "0", **variables)
        assert 'password authentication failed for user "guest"' in said
        assert "with DATABASE_URL" in said and "correct its user, its password" in said
        variables |= {"TALLY_MIGRATION_URL": server.url.replace("//tally@", "//nobody@")}
        said = refusal("migrate", **variables)
        assert "with TALLY_MIGRATION_URL" in said and 'role "nobody" does not exist' in said
    finally:
        server.stop()


@pytest.mark.parametrize("arguments", ["serve --port 0", "user list", "migrate"])
def test_a_database_of_a_newer_version_is_a_line(external: dict[str, str], arguments: str) -> None:
    """As after a new version was tried and the old one is started again."""
    with psycopg2.connect(external["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        [newest] = cursor.fetchone()
        cursor.execute("UPDATE alembic_version SET version_num = '0999_later'")
        connection.commit()
        try:
            assert refusal(*arguments.split(), **external) == (
                "tally: The database was brought up to date by a newer Tally (0999_later): start "
                "that one, or restore a backup from before into another database."
            )
        finally:
            cursor.execute("UPDATE alembic_version SET version_num = %s", (newest,))


def test_a_role_that_may_not_migrate_is_a_line(external: dict[str, str]) -> None:
    connection = psycopg2.connect(external["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("REVOKE ALL ON alembic_version FROM current_user")
        try:
            said = refusal("migrate", **external)
        finally:
            cursor.execute("GRANT ALL ON alembic_version TO current_user")
    connection.close()
    assert "cannot be brought up to date: permission denied" in said


def test_the_role_is_given_time_limits(external: dict[str, str]) -> None:
    command("migrate", **external)
    connection = psycopg2.connect(external["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            for name, value in (("statement_timeout", "3s"), ("lock_timeout", "2s")):
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone() == (value,)
    finally:
        connection.close()


def test_another_role_migrates_and_the_serving_one_gets_what_it_needs(data_dir: Path) -> None:
    server = postgres.start(data_dir.with_name("owned"))
    try:
        admin = psycopg2.connect(server.admin_url)
        admin.autocommit = True
        with admin.cursor() as cursor:
            cursor.execute("CREATE ROLE owner LOGIN")
            cursor.execute("CREATE DATABASE owned OWNER owner")
        admin.close()
        serving = server.url.replace("/tally?", "/owned?")
        owner = serving.replace("//tally@", "//owner@")
        variables = {"DATABASE_URL": serving, "TALLY_SECRET_KEY": KEY, "TALLY_MIGRATION_URL": owner}
        done = command("migrate", **variables)
        assert done.returncode == 0
        assert "tally has no time limits" in done.stderr
        assert "ALTER ROLE tally IN DATABASE owned SET statement_timeout = '3s'" in done.stderr
        connection = psycopg2.connect(serving)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
                " FROM pg_class, aclexplode(relacl) AS granted"
                " WHERE grantee = current_user::regrole AND relnamespace = 'public'::regnamespace"
                " GROUP BY relname"
            )
            changing = "DELETE INSERT SELECT UPDATE"
            assert dict(cursor.fetchall()) == {
                "users": changing,
                "consumption_records": changing,
                "alembic_version": "SELECT",
            }
            cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
            assert cursor.fetchone() == (False,)
        connection.close()
    finally:
        server.stop()


def test_the_log_of_a_server_for_machines(external: dict[str, str], tmp_path: Path) -> None:
    serving = Serving(tmp_path / "log", ("--log-format", "json"), external).start()
    try:
        serving.client().get("/login?secret=1%0a2")
        serving.client().get("/%0afake")
        kind = {"Content_Type": "multipart/form-data; boundary=XX"}
        assert serving.client().ask("POST", "/auth/login", b"garbage", **kind).status == 400
        assert (
            serving.client().get("/healthz", Upgrade="websocket", Connection="upgrade").status
            == 200
        )
        with socket.create_connection(("127.0.0.1", serving.port)) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
            assert b" 400 " in connection.recv(1000)
    finally:
        serving.stop()
    entries = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    requests = [entry for entry in entries if entry["log"] == "tally.access"]
    assert [(entry["path"], entry["status"]) for entry in requests] == [
        ("/login", 200),
        ("/\nfake", 404),
        ("/auth/login", 400),
        ("-", 400),
    ]
    assert requests == entries
    assert "secret" not in (tmp_path / "log").read_text()


def test_the_readme_tells_of_every_command_and_its_folder() -> None:
    rows = re.findall(
        r"^\| `tally ((?:[a-z]+ )?[a-z][a-z-]*)(.*?)` \|",
        (ROOT / "README.md").read_text(),
        re.M,
    )
    told = {name: set(re.findall("--[a-z-]+", rest)) for name, rest in rows}
    commands: dict[str, Any] = dict(vars(typer.main.get_command(app))["commands"])
    for group in [name for name, one in commands.items() if hasattr(one, "commands")]:
        inner = commands.pop(group).commands
        commands |= {f"{group} {name}": it for name, it in inner.items()}
    assert told.keys() == commands.keys()
    for name, it in commands.items():
        options = {option for parameter in it.params for option in parameter.opts}
        assert told[name] <= options
        assert ("--data-dir" in told[name]) == ("--data-dir" in options)


def test_the_help_says_how_many_processes_serve_without_the_option() -> None:
    """Words in brackets are taken for a style, and left out."""
    told = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "120"}).output
    assert "TALLY_WORKERS" in told


def test_help_is_quick_to_load() -> None:
    """Modules that only the server needs are not imported for every command."""
    slow = "{'sqlalchemy', 'starlette', 'uvicorn', 'alembic'}"
    code = f"import sys, tally.cli.main; print({slow} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"


def test_a_database_that_answers_and_is_refused_has_its_reason_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who starts server and database together sees a wrong password only after the start."""
    away = bootstrap.Away("It does not answer.")
    wrong = bootstrap.StartRefused("Correct\nits password.")
    answers = iter([away, away, wrong, wrong, None])

    def migrate(_: Settings) -> None:
        if answer := next(answers):
            raise answer

    monkeypatch.setattr(bootstrap, "migrate", migrate)
    monkeypatch.setattr("tally.cli.main.RETRY_SECONDS", 0.0)
    _migrate_or_wait(Settings())
    wait_until(lambda: all(it.name != "migrate" for it in threading.enumerate()), "it goes on")
    assert capsys.readouterr().err.splitlines() == [
        "tally: It does not answer. Serving without it until it does.",
        "tally: Correct its password.",
    ]


def test_an_installed_wheel_brings_pages_styles_and_statements(
    external: dict[str, str], tmp_path: Path
) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    wheels = tmp_path / "wheels"
    subprocess.run([*pip, "wheel", *offline, "--wheel-dir", str(wheels), str(ROOT)], check=True)
    (wheel,) = wheels.glob("tally-*.whl")
    place = tmp_path / "installed"
    subprocess.run([*pip, "install", *offline, "--target", str(place), str(wheel)], check=True)
    serving = Serving(
        tmp_path / "log", (), external | {"PYTHONPATH": moments.python_path(place)}
    ).start()
    try:
        client = serving.client()
        page = client.get("/login")
        assert page.status == 200
        style = page.body.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert client.get(style).status == 200
        client.register("wheel@example.org")
        assert client.get("/").status == 200
        assert client.get("/stats?format=json").status == 200
    finally:
        serving.stop()


def test_the_command_is_what_the_tests_run() -> None:
    assert (Path(sys.executable).parent / "tally").exists()
    assert COMMAND[-1] == "from tally.cli.main import app; app()"
