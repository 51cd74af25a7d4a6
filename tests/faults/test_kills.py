"""kill -9, again and again: what was acknowledged is there once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import psutil
import psycopg2

from tally.server import postgres, postgres_processes
from tests.faults.conftest import Writers, balance
from tests.serving import Client, Serving

WRITERS = 16
ROWS = 300
ROUNDS = 4


def test_kills_under_writers(folder: Path, tmp_path: Path, tell: Callable[..., None]) -> None:
    """The embedded database and its server, both killed in turn, while files are imported too."""
    data_dir = folder / "data"
    serving = Serving(tmp_path / "log", ("--data-dir", str(data_dir))).start()
    port = serving.port
    person = serving.client().register()
    importer = serving.client().register()
    writers = Writers([person.again() for _ in range(WRITERS)]).start()
    files = Files(importer.again()).start()
    database_kills = server_kills = 0
    try:
        for turn in range(ROUNDS):
            time.sleep(1.5)
            postmaster = postgres_processes.postmaster(data_dir / "postgresql")
            assert postmaster is not None
            psutil.Process(postmaster).kill()
            database_kills += 1
            # The last time both go at once, as the power does it.
            if turn < ROUNDS - 1:
                serving.wait_until("/readyz", 200, 30)
                time.sleep(1.5)
            serving.kill()
            server_kills += 1
            serving.start(port)
            serving.wait_until("/readyz", 200, 30)
        time.sleep(1)
    finally:
        writers.stop()
        files.stop()
    found = balance(writers, postgres.address(data_dir / "postgresql", "tally", "tally"))
    halves = files.halves(postgres.address(data_dir / "postgresql", "tally", "tally"))
    assert serving.stop() == -15
    tell("PostgreSQL killed (kill -9) under 16 writers", database_kills, str(found))
    tell("Server killed (kill -9) under the same writers", server_kills, str(found))
    tell(
        "Batches and imports under way meanwhile",
        f"{len(writers.batches)} batches, {files.sent} imports of {ROWS} rows",
        f"{found.halves + halves} half done",
    )
    assert found.kept > 50
    assert (found.lost, found.doubled, found.halves, halves) == (0, 0, 0, 0)


class Files:
    """Somebody who imports file after file, whatever becomes of the answers."""

    def __init__(self, person: Client) -> None:
        self.person = person
        self.sent = 0
        self.kept: list[str] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def start(self) -> Files:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _send(self) -> None:
        while not self._stopping.is_set():
            self.sent += 1
            mark = f"import{self.sent}"
            head = "consumption_date,consumption_value,consumption_type,unit,notes"
            lines = [head, *(f"2026-01-02,{n},water,l,{mark} {n}" for n in range(ROWS))]
            body = "\r\n".join(
                [
                    "--limit",
                    'Content-Disposition: form-data; name="file"; filename="a.csv"',
                    "Content-Type: text/csv",
                    "",
                    *lines,
                    "--limit--",
                    "",
                ]
            )
            kind = {"Content_Type": "multipart/form-data; boundary=limit"}
            try:
                answer = self.person.ask(
                    "POST",
                    "/consumption/import",
                    body.encode(),
                    Accept="application/json",
                    **kind,
                )
                if answer.status == 200:
                    self.kept.append(mark)
                else:
                    assert answer.status in (429, 503), answer.body
            except (OSError, HTTPException):
                time.sleep(0.1)
            time.sleep(0.05)

    def halves(self, url: str) -> int:
        """The number of imports that are there in part, or missing though acknowledged."""
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(notes, ' ', 1), count(*) FROM consumption_records"
                " WHERE notes LIKE 'import%' GROUP BY 1"
            )
            found: dict[str, int] = dict(cursor.fetchall())
        connection.close()
        assert self.kept
        return sum(number != ROWS for number in found.values()) + sum(
            mark not in found for mark in self.kept
        )
