"""Behind pgbouncer in transaction mode, where no session belongs to anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.conftest import Postgres, Writers, balance, send_file
from tests.serving import KEY, Serving, command, free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
CONNECTIONS = 5
WRITERS = 16
ROWS = 3_000

SETTINGS = """
[databases]
tally = host={socket} port=5432 dbname=tally user=tally
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
max_client_conn = 200
default_pool_size = {connections}
query_wait_timeout = 5
logfile = {folder}/log
"""

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")


class Bouncer:
    """A pgbouncer before a PostgreSQL, run by whoever owns that: by nobody with rights."""

    def __init__(self, postgres: Postgres, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgresql://tally@127.0.0.1:{self.port}/tally"
        self._owner = postgres.server.programs.owner
        self._settings = folder / "settings"
        self._settings.write_text(
            SETTINGS.format(
                socket=postgres.server.folder,
                port=self.port,
                folder=folder,
                connections=CONNECTIONS,
            )
        )
        (folder / "users").write_text('"tally" ""\n')
        os.chown(folder, self._owner.uid, self._owner.gid)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        switch = self._owner.switch
        self._process = subprocess.Popen(
            [str(PROGRAM), str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._owner.uid if switch else None,
            group=self._owner.gid if switch else None,
            extra_groups=[] if switch else None,
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def bouncer(postgres: Postgres) -> Iterator[Bouncer]:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        os.chmod(name, 0o755)
        bouncer = Bouncer(postgres, Path(name))
        bouncer.start()
        yield bouncer
        bouncer.kill()


@pytest.fixture(scope="module")
def behind(bouncer: Bouncer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two workers that know no other address than pgbouncer's."""
    log = tmp_path_factory.mktemp("behind") / "log"
    variables = {"DATABASE_URL": bouncer.url, "TALLY_SECRET_KEY": KEY}
    serving = Serving(log, ("--workers", "2"), variables).start()
    serving.wait_until("/readyz", 200)
    yield serving
    serving.stop()
    assert "Traceback" not in log.read_text()


def test_everything_works_through_a_pooler(
    behind: Serving,
    bouncer: Bouncer,
    postgres: Postgres,
    tmp_path: Path,
    tell: Callable[..., None],
) -> None:
    person = behind.client().register()
    everything = "/consumption?format=json&period=all"
    batch = person.post_json("/consumption", {"line": "tea 1 cup ; a\nwater 3 l ; b\nbread 1 ; c"})
    assert batch.status == 201
    ids = [one["id"] for one in batch.json["records"]]
    for path in (
        "/",
        "/list",
        "/add",
        "/list?view=print",
        "/stats?format=json",
        "/?dialog=account",
    ):
        assert person.get(path).status == 200, path
    edit = {"consumption_value": "9"}
    assert person.post_json(f"/consumption/{ids[0]}", edit).status == 200
    json = {"Accept": "application/json"}
    assert person.ask("DELETE", f"/consumption/{ids[1]}", **json).status == 200
    form = {"all": "1", "action": "set-unit", "value": "kg"}
    bulk = person.post("/consumption/bulk?period=all", form, **json)
    assert bulk.status == 200
    assert {one["unit"] for one in person.get(everything).json["records"]} == {"kg"}
    assert person.post_json("/consumption/undo", {"change": bulk.json["change"]}).status == 200
    assert {one["unit"] for one in person.get(everything).json["records"]} == {"cup", ""}
    rows = b"".join(b"2026-01-02,%d,water,l,file %d\n" % (n, n) for n in range(ROWS))
    assert send_file(person, rows) == 200
    exported = person.get("/consumption?format=csv&period=all")
    assert exported.status == 200
    assert len(exported.body.splitlines()) == 1 + 2 + ROWS

    # More people than connections: none may find what another has set.
    writers = Writers([person.again() for _ in range(WRITERS)]).start()
    time.sleep(2)
    direct = {"DATABASE_URL": bouncer.url, "TALLY_MIGRATION_URL": postgres.url}
    saved = command("backup", str(tmp_path / "tally.backup"), **direct)
    time.sleep(1)
    writers.stop()
    assert saved.returncode == 0, saved.stderr
    found = balance(writers, postgres.url)
    assert found.kept > 50
    assert (found.lost, found.doubled, found.halves) == (0, 0, 0)
    tell(
        f"{WRITERS} writers through pgbouncer, transaction mode, {CONNECTIONS} connections",
        1,
        f"{found}; backed up meanwhile past it",
    )


def test_a_backup_through_it_is_refused(
    behind: Serving, bouncer: Bouncer, tmp_path: Path, tell: Callable[..., None]
) -> None:
    """pg_dump sets for a session what the next in it would find: names without a schema, say."""
    refused = command("backup", str(tmp_path / "tally.dump"), DATABASE_URL=bouncer.url)
    assert refused.returncode == 1
    assert "pooler" in refused.stderr and "TALLY_MIGRATION_URL" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    person = behind.client().register()
    for _ in range(3 * CONNECTIONS):
        assert person.get("/list").status == 200
    tell("tally backup by the address of pgbouncer", 1, "refused with the way on; others go on")


def test_a_pooler_that_is_killed_and_started_again(
    behind: Serving, bouncer: Bouncer, tell: Callable[..., None]
) -> None:
    person = behind.client().register()
    bouncer.kill()
    start = time.monotonic()
    answer = person.get("/list")
    took = time.monotonic() - start
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert behind.client().get("/healthz").status == 200
    bouncer.start()
    behind.wait_until("/readyz", 200, 20)
    assert person.get("/list").status == 200
    assert person.post_json("/consumption", {"line": "coffee 2 cup"}).status == 201
    tell("pgbouncer killed and started again", 1, f"503 after {took:.1f} s, then well by itself")
