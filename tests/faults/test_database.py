"""The database away in every way there is: 503 with Retry-After, and well again by itself."""

from __future__ import annotations

import math
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

from tally.server import postgres as embedded
from tally.web.slots import MAX_READS
from tests.faults.conftest import Postgres, Waiting
from tests.serving import KEY, Answer, Client, Serving
from tests.waiting import WAIT_SECONDS, wait_until

DISK = "180m"  # The database alone takes about 100.
RECORD = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}


def refused(ask: Callable[[], Answer]) -> float:
    """Seconds until the 503 that is due; clients wait far longer, but not for ever."""
    start = time.monotonic()
    answer = ask()
    took = time.monotonic() - start
    assert answer.status == 503, (answer.status, answer.body[:300])
    assert int(answer.headers["Retry-After"]) > 0
    assert b"Traceback" not in answer.body
    assert b"psycopg" not in answer.body
    return took


def members(serving: Serving, reads: int) -> list[Client]:
    """So many browsers, of as few members as may have all their reads answered at once."""
    people = [serving.client().register() for _ in range(math.ceil(reads / MAX_READS))]
    return [people[number % len(people)].again() for number in range(reads)]


def is_well(serving: Serving, client: Client) -> float:
    """Seconds until everything is answered again."""
    took = serving.wait_until("/readyz", 200, 20)
    assert client.get("/").status == 200
    assert client.post_json("/consumption", RECORD).status == 201
    return took


def is_alive(serving: Serving) -> None:
    assert serving.client().get("/healthz").status == 200


def test_frozen(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    is_well(serving, client)
    crowd = members(serving, 20)
    postgres.freeze()
    took: list[float] = []
    try:
        readers = [
            threading.Thread(target=lambda one=one: took.append(refused(lambda: one.get("/"))))
            for one in crowd
        ]
        for reader in readers:
            reader.start()
        time.sleep(0.5)
        is_alive(serving)
        assert serving.client().get("/readyz").status == 503
        for reader in readers:
            reader.join()
        assert len(took) == 20
        record = RECORD | {"id": str(uuid4())}
        took.append(refused(lambda: client.again().post_json("/consumption", record)))
    finally:
        postgres.thaw()
    back = is_well(serving, client)
    tell(
        "PostgreSQL frozen (SIGSTOP) while 20 people read",
        1,
        f"503 after {max(took):.1f} s at most, well {back:.1f} s after it went on",
    )


def test_killed_and_restarted(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    is_well(serving, client)
    took = []
    for end in (postgres.stop, postgres.kill):
        end()
        took.append(refused(lambda: client.get("/list")))
        took.append(refused(lambda: client.post_json("/consumption", RECORD)))
        is_alive(serving)
        assert serving.client().get("/readyz").status == 503
        postgres.start()
        is_well(serving, client)
    tell(
        "PostgreSQL stopped or killed, and started again",
        2,
        f"503 after {max(took):.1f} s at most, then well with no restart",
    )


def test_killed_in_the_middle_of_a_statement(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    is_well(serving, client)
    record = client.post_json("/consumption", RECORD | {"id": str(uuid4())}).json
    path = f"/consumption/{record['id']}"
    holder = psycopg2.connect(postgres.url)
    holder.cursor().execute(
        "SELECT 1 FROM consumption_records WHERE id = %s FOR UPDATE", (record["id"],)
    )
    edit = {"consumption_value": "3"}
    waiting = Waiting(lambda: client.again().post_json(path, edit))
    waiting.caught(holder)
    postgres.kill()
    answer, waited = waiting.last()
    refused(lambda: answer)
    holder.close()
    is_alive(serving)
    postgres.start()
    is_well(serving, client)
    kept = {"Accept": "application/json"}
    assert client.ask("GET", path, **kept).json["consumption_value"] == "2"
    assert client.post_json(path, edit).json["consumption_value"] == "3"
    tell(
        "PostgreSQL killed in the middle of a statement",
        1,
        f"503 after {waited:.1f} s, nothing of it kept, well with no restart",
    )


def test_read_only(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    count, read_only = "SELECT count(*) FROM consumption_records", "SHOW transaction_read_only"
    before = postgres.run(count)
    postgres.run(
        "ALTER SYSTEM SET default_transaction_read_only = on",
        "SELECT pg_reload_conf()",
        admin=True,
    )
    try:
        wait_until(lambda: postgres.run(read_only) == [("on",)], "it is not read-only")
        assert client.get("/").status == 200
        assert client.get("/list").status == 200
        refused(lambda: client.post_json("/consumption", RECORD))
        assert postgres.run(count) == before
    finally:
        postgres.run(
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
            admin=True,
        )
    wait_until(lambda: postgres.run(read_only) == [("off",)], "it is read-only still")
    is_well(serving, client)
    tell("Database read-only", 1, "pages are shown, changes refused with 503, nothing half written")


def test_out_of_connections(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    is_well(serving, client)
    postgres.run(
        "ALTER ROLE tally CONNECTION LIMIT 0",
        # One that is told and still there answers the next question with its end.
        f"SELECT pg_terminate_backend(pid, {round(1000 * WAIT_SECONDS)}) FROM pg_stat_activity"
        " WHERE usename = 'tally'",
        admin=True,
    )
    try:
        refused(lambda: client.get("/"))
        is_alive(serving)
    finally:
        postgres.run("ALTER ROLE tally CONNECTION LIMIT -1", admin=True)
    is_well(serving, client)
    tell("No connection to be had", 1, "503, then well by itself")


def test_a_locked_row(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    record = client.post_json("/consumption", RECORD | {"id": str(uuid4())}).json
    holder = psycopg2.connect(postgres.url)
    cursor = holder.cursor()
    cursor.execute("SELECT 1 FROM consumption_records WHERE id = %s FOR UPDATE", (record["id"],))
    edit = RECORD | {"consumption_value": "3", "version": str(record["version"])}

    def save() -> Answer:
        return client.again().post(f"/consumption/{record['id']}", edit)

    try:
        took = refused(save)
        assert client.get("/list").status == 200
    finally:
        holder.rollback()  # When this returns the row is free.
        holder.close()
    assert save().status in (200, 303)
    tell("A record locked by somebody else", 1, f"503 after {took:.1f} s, saved once it is free")


def test_slow_statements_take_everything(
    serving: Serving, client: Client, postgres: Postgres, tell: Callable[..., None]
) -> None:
    """All of the pool's connections wait for a table lock; whoever comes then is told so."""
    is_well(serving, client)
    crowd = members(serving, 60)
    holder = psycopg2.connect(postgres.url)
    holder.cursor().execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    took: list[float] = []
    try:
        people = [
            threading.Thread(target=lambda one=one: took.append(refused(lambda: one.get("/"))))
            for one in crowd
        ]
        for person in people:
            person.start()
        time.sleep(0.3)
        is_alive(serving)
        for person in people:
            person.join()
    finally:
        holder.rollback()
        holder.close()
    assert len(took) == 60
    is_well(serving, client)
    tell("60 people before a locked table", 1, f"503 after {max(took):.1f} s at most")


def test_a_database_that_is_away_at_the_start(
    folder: Path, tmp_path: Path, tell: Callable[..., None]
) -> None:
    server = embedded.start(folder / "data")
    postgres = Postgres(server)
    postgres.stop()
    variables = {"DATABASE_URL": server.url, "TALLY_SECRET_KEY": KEY}
    serving = Serving(tmp_path / "log", (), variables).start()
    try:
        is_alive(serving)
        assert serving.client().get("/readyz").status == 503
        refused(lambda: serving.client().post("/auth/login", {"email": "a@b.cd", "password": "x"}))
        postgres.start()
        took = serving.wait_until("/readyz", 200, 20)
        is_well(serving, serving.client().register())
    finally:
        serving.stop()
        server.stop()
    tell("PostgreSQL away at the start", 1, f"serves 503, migrates and is well {took:.1f} s after")


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0711", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk, and not everywhere")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path, tell: Callable[..., None]) -> None:
    data_dir = small_disk / "data"
    serving = Serving(tmp_path / "log", ("--data-dir", str(data_dir))).start()
    filling = small_disk / "filling"
    try:
        person = serving.client().register()
        kept = 0
        statuses: list[int] = []
        with filling.open("wb") as file:
            file.write(b"0" * (free(small_disk) - 200_000))
        batch = {"line": "\n".join(f"coffee {n + 1} cup; {'z' * 900}" for n in range(60))}
        while statuses[-3:] != [503] * 3:
            answer = person.post_json("/consumption", batch)
            statuses.append(answer.status)
            assert answer.status in (201, 503)
            assert answer.status == 201 or int(answer.headers["Retry-After"]) > 0
            kept += 60 * (answer.status == 201)
            assert len(statuses) < 60, "the disk does not get full"
        assert kept > 0
        assert person.get("/list").status == 200
        is_alive(serving)
        filling.unlink()
        serving.wait_until("/readyz", 200, 30)
        assert person.post_json("/consumption", RECORD).status == 201
        there = person.get("/consumption?format=json&period=all&limit=1").json["count"]
        assert there == kept + 1
    finally:
        serving.stop()
    assert "Traceback" not in (tmp_path / "log").read_text()
    tell(
        "The disk full, until somebody makes room",
        1,
        "pages are shown, changes refused with 503, nothing half written, well with no restart",
    )


def test_a_start_with_a_full_disk(
    small_disk: Path, tmp_path: Path, tell: Callable[..., None]
) -> None:
    data_dir = small_disk / "data"
    log = tmp_path / "log"
    arguments = ("--data-dir", str(data_dir))
    serving = Serving(log, arguments).start()
    person = serving.client().register()
    assert person.post_json("/consumption", {"line": "tea 1 cup"}).status == 201
    serving.stop()
    filling = small_disk / "filling"
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 4096)
    serving = Serving(log, arguments).start()
    try:
        assert "is full" in log.read_text()
        again = Client(serving.url, person.cookie)
        assert again.get("/healthz").status == 200
        assert again.get("/list").status == 503
        filling.unlink()
        took = serving.wait_until("/readyz", 200, 40)
        assert len(again.get("/consumption?format=json&period=all").json["records"]) == 1
    finally:
        serving.stop()
    assert "Traceback" not in log.read_text()
    tell(
        "A start with a full disk, until somebody makes room",
        1,
        f"says so, serves 503, and is well {took:.0f} s after with no restart",
    )


def free(disk: Path) -> int:
    """Bytes that can still be written there."""
    found = os.statvfs(disk)
    return found.f_bfree * found.f_frsize
