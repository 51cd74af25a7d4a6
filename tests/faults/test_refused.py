"""Refused requests leave nothing behind: no growing file on the disk, no word in a log."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import uuid4

import psutil
import psycopg2
import pytest

from tally.server import database_folder, postgres, postgres_processes
from tests.faults.conftest import Waiting, starts
from tests.serving import PASSWORD, Answer, Client, Serving
from tests.waiting import wait_until

REQUESTS = 2_000
BROWSERS = 8
# Bytes of 10,000 requests: with fewer requests proportionally less.
MAX_GROWTH = 10_000_000 * REQUESTS // 10_000
# What people wrote, as it must stand in no file but the tables' own.
NOTE, WORD, EMAIL, NAME = "dear diary", "wordsought", "mara@lindenhof.example", "Mara Lindenau"
# The files of tables and indexes, the catalogue of all databases, and the journal of their changes.
OF_TABLES = ("base", "global", "pg_wal")
DAY = "2026-01-05"


class House(NamedTuple):
    """A server with its own database, and its two members."""

    serving: Serving
    data_dir: Path
    person: Client
    other: Client

    @property
    def url(self) -> str:
        return postgres.address(self.data_dir / "postgresql", "tally", "tally")

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        os.chmod(name, 0o711)
        data_dir = Path(name) / "data"
        log = tmp_path_factory.mktemp("house") / "log"
        serving = Serving(log, ("--data-dir", str(data_dir))).start()
        person = serving.client(60)
        form = {"name": NAME, "email": EMAIL, "password": PASSWORD, "timezone": "UTC"}
        person._enter(person.post("/auth/register", form))
        yield House(serving, data_dir, person, serving.client(60).register())
        serving.stop()
        for left in postgres_processes.processes(data_dir / "postgresql"):
            left.kill()


def saved(person: Client, **more: object) -> str:
    """The id of a new record."""
    content = {"consumption_date": DAY, "consumption_value": "2", "consumption_type": "tea"}
    answer = person.post_json("/consumption", content | {"id": str(uuid4()), **more})
    assert answer.status == 201, answer.body
    record_id: str = answer.json["id"]
    return record_id


Ask = Callable[[Client], Answer]


def refusals(house: House) -> dict[str, Ask]:
    """A request of every kind that is refused, by what is wrong with it."""
    full = saved(house.person.again(), notes=f"{NOTE} ".ljust(2_000, "z"))
    theirs = saved(house.other.again())
    content = {"consumption_date": DAY, "consumption_value": "3", "consumption_type": "tea"}
    much = f"{NOTE} 99999999999999999"
    html = {"Content_Type": "application/x-www-form-urlencoded"}
    file = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        b"date,type,value\n2026-10-05,dear diary,many\n\r\n--b--\r\n"
    )

    def json_of(path: str, **fields: object) -> Ask:
        return lambda browser: browser.post_json(path, fields)

    def get(path: str) -> Ask:
        return lambda browser: browser.get(path, Accept="application/json")

    numbers = count()
    return {
        "a tag without room": json_of("/consumption/bulk", all="1", action="add-tag", value="#x"),
        "a value that is none": json_of("/consumption", **content | {"consumption_value": NOTE}),
        "a day that is none": json_of("/consumption", **content | {"consumption_date": NOTE}),
        "a line of too much": json_of("/consumption", line=much),
        "five hundred lines": json_of("/consumption", line="\n".join([much] * 500)),
        "an id with other content": json_of("/consumption", **content | {"id": full}),
        "a stale edit": json_of(f"/consumption/{full}", version="99", notes=NOTE),
        "a record of another": json_of(f"/consumption/{theirs}", notes=NOTE),
        "a deletion of another's": json_of(f"/consumption/{theirs}/delete"),
        "an undo of nothing": json_of("/consumption/undo", change=str(uuid4())),
        "a name that nobody knows": json_of("/consumption/bulk", all="1", typ="tea"),
        "a limit that is none": json_of("/limits", type="tea", unit="", value=NOTE, per="month"),
        "a price that is none": json_of("/prices", type="tea", unit="", price=NOTE),
        "a type that is not there": json_of("/types", type=NOTE, unit="", to_type="x"),
        "a time zone that is none": json_of("/account", timezone=NOTE),
        "a wrong password": json_of(
            "/auth/password", current_password="wrong wrong", new_password="wrong wrong wrong"
        ),
        "a wrong sign-in": lambda browser: Client(browser.url, patience=60).post_json(
            "/auth/login", {"email": EMAIL, "password": f"wrong {next(numbers)}"}
        ),
        "a name that is taken": lambda browser: Client(browser.url, patience=60).post_json(
            "/auth/register", {"name": NAME, "email": EMAIL, "password": PASSWORD}
        ),
        "a dead link": lambda browser: Client(browser.url, patience=60).post_json(
            "/auth/reset", {"token": NOTE, "password": "wrong wrong wrong"}
        ),
        "a token that is none": lambda browser: Client(browser.url, patience=60).get(
            "/consumption", Authorization=f"Bearer tally_{uuid4().hex}"
        ),
        "another site": lambda browser: browser.ask(
            "POST", "/consumption", b"line=tea+1+cup", Sec_Fetch_Site="cross-site", **html
        ),
        "a filter that is none": get("/consumption?min=lots&q=wordsought"),
        "a page that is none": get("/consumption?after=wordsought"),
        "an address that is none": get(f"/consumption/{uuid4()}"),
        "a file that cannot be read": lambda browser: browser.ask(
            "POST",
            "/consumption/import",
            file,
            Content_Type="multipart/form-data; boundary=b",
            Accept="application/json",
        ),
        "too large a body": lambda browser: Client(browser.url, browser.cookie, 60).ask(
            "POST", "/consumption", b"line=" + b"z" * 66_000, **html
        ),
        "no text": lambda browser: browser.ask("POST", "/consumption", b"line=%00%ff", **html),
    }


def size(house: House) -> int:
    """Bytes of the data folder; of the journal, whose files are made ahead, those written."""
    [(total,)] = house.run("SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS bigint)")
    for path in house.data_dir.rglob("*"):
        with suppress(FileNotFoundError):  # PostgreSQL takes some away meanwhile.
            total += 0 if "pg_wal" in path.parts else path.lstat().st_blocks * 512
    assert isinstance(total, int)
    return total


def test_refused_requests_fill_no_disk(house: House, tell: Callable[..., None]) -> None:
    kinds, first = refusals(house), house.person.again()
    for ask in kinds.values():
        ask(first)  # What is made once, for the first of its kind, is no matter.
    before = size(house)
    rows = house.run("SELECT count(*), max(version) FROM consumption_records")
    turns, statuses, lock = iter(range(REQUESTS)), Counter[tuple[str, int]](), threading.Lock()

    def refuse(browser: Client) -> None:
        while True:
            with lock:
                number = next(turns, None)
            if number is None:
                return
            kind = list(kinds)[number % len(kinds)]
            status = kinds[kind](browser).status
            with lock:
                statuses[kind, status] += 1

    with ThreadPoolExecutor(BROWSERS) as pool:
        for done in [pool.submit(refuse, house.person.again()) for _ in range(BROWSERS)]:
            done.result()
    grown = size(house) - before
    assert sum(statuses.values()) == REQUESTS
    assert not {kind: status for kind, status in statuses if not 400 <= status < 500}
    assert house.run("SELECT count(*), max(version) FROM consumption_records") == rows
    assert grown < MAX_GROWTH, f"{grown:,} bytes"
    tell(
        f"Refused requests, of {len(kinds)} kinds",
        f"{REQUESTS:,}",
        f"the data folder grew by {max(0, grown) / 1e6:.2f} MB",
    )


def test_no_file_but_the_tables_keeps_what_people_wrote(
    house: House, tell: Callable[..., None]
) -> None:
    """After refusals, waits for locks, statements cut short, and a PostgreSQL that was killed."""
    person = house.person.again()
    record_id = saved(person, notes=f"{NOTE} {WORD}")
    for ask in refusals(house).values():
        ask(person)
    holder = psycopg2.connect(house.url)
    holder.cursor().execute(f"SELECT FROM consumption_records WHERE id = '{record_id}' FOR UPDATE")
    holder.cursor().execute(f"SELECT FROM users WHERE email = '{EMAIL}' FOR UPDATE")
    fields = {"notes": f"{NOTE} again"}
    assert person.post_json(f"/consumption/{record_id}", fields).status == 503
    assert person.again().post_json("/account", {"name": f"{NAME} II"}).status == 503
    [(hashed,)] = house.run(f"SELECT password_hash FROM users WHERE email = '{EMAIL}'")
    waiting = Waiting(lambda: person.again().post_json(f"/consumption/{record_id}", fields))
    folder = house.data_dir / "postgresql"
    before = starts(folder)
    with ThreadPoolExecutor(1) as pool:
        searching = pool.submit(person.again().get, f"/consumption?q={WORD}&period=all")
        # PostgreSQL then starts all anew.
        psutil.Process(waiting.caught(holder)).kill()
        assert waiting.last()[0].status == 503
        searching.result()
    with suppress(psycopg2.Error):
        holder.close()
    # PostgreSQL may answer for a moment more before it notices that a process of its was killed.
    wait_until(lambda: starts(folder) > before, "it does not start anew")
    house.serving.wait_until("/readyz", 200, 60)
    search = f"/consumption?q={WORD}&period=all&format=json"
    assert person.again().get(search).json["count"] == 1
    house.serving.stop()
    words = (NOTE, WORD, EMAIL, NAME, hashed, PASSWORD, house.person.cookie)
    looked_at = 0
    for path in [house.serving.log, *house.data_dir.rglob("*")]:
        if not path.is_file() or set(path.parts) & set(OF_TABLES):
            continue
        looked_at += 1
        content = path.read_bytes()
        for word in words:
            assert word.encode() not in content, (path, word)
    assert "terminated" in (folder / database_folder.LOG_NAME).read_text()
    tell(
        "Notes, search words, an email, a name, a hash, a cookie looked for after faults",
        f"{looked_at} files",
        f"in none of the data folder ({', '.join(OF_TABLES)} aside), nor in Tally's log",
    )
