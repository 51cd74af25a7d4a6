"""Export and import through the client: the files, the rows in the table, and what is refused."""

from __future__ import annotations

import csv
import errno
import gc
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import anyio
import pytest
from anyio.from_thread import start_blocking_portal
from httpx2 import Response
from sqlalchemy import text
from starlette import formparsers
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient
from starlette.types import Message

from tally.db.engine import Database, lift_time_limit
from tally.domain.filters import Filter
from tally.errors import HTTPError
from tally.transfer import imports
from tally.transfer.files.sources import MAX_BYTES
from tally.transfer.readers import HEAD_ROWS
from tally.transfer.rows.questions import ASK_FIGURES
from tally.transfer.writers import COLUMNS, csv_chunks
from tally.views.list_parts.import_choices import UnclearDate, _unclear_date
from tally.web import forms, streaming
from tally.web.slots import ConcurrencyLimit
from tally.web.streaming import ROWS_A_PAGE, Download, Pages, pages, take_turn
from tests import hostile_files
from tests.conftest import HTMX, JSON, PASSWORD, Account, Clock, group_by_the_dot
from tests.views.conftest import opened

OWN = ",".join(COLUMNS)


def note(client: TestClient, *lines: str) -> list[dict[str, Any]]:
    answer = client.post("/consumption", data={"line": "\n".join(lines)}, headers=JSON)
    assert answer.status_code == 201, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def send(
    client: TestClient, file: str | bytes, headers: dict[str, str] = JSON, /, **fields: str
) -> Response:
    return client.post(
        "/consumption/import", data=fields, files={"file": ("file.csv", file)}, headers=headers
    )


@pytest.mark.parametrize("file", ["Month,kWh\n2026-09,110\n2026-11,50\n", "Year,kWh\n2026,50\n"])
def test_a_month_or_year_that_goes_on_is_the_same_row_on_another_day(
    sign_in_on: Callable[[str], Account], database: Database, clock: Clock, file: str
) -> None:
    client = sign_in_on("2026-11-12").client
    rows = len(file.splitlines()) - 1
    assert send(client, file, type="heat").json()["new"] == rows
    clock.set(datetime(2026, 11, 13, 9, 30, tzinfo=UTC))
    again = send(client, file, type="heat").json()
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 1, rows - 1)
    updated = send(client, file, type="heat", update="1").json()
    assert updated["saved"] is True, updated
    assert count(database) == rows
    [heat] = client.get("/stats?format=json&period=2026-11-13").json()["types"]
    assert heat["entries"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "later", "day"),
    [
        ("Month,kWh\n2026-10,110\n", "2026-11", "2026-11-12"),
        ("Month,kWh\n2026-10,110\n", "2026-11", "2026-11-13"),
        ("Month,kWh\n2026-10,110\n", "2026-11", "2026-12-02"),
        ("Year,kWh\n", "2026", "2027-01-02"),
    ],
)
@pytest.mark.parametrize("way", ["update", "replace"])
def test_a_month_or_year_that_went_on_takes_the_amount_of_a_later_file(
    sign_in_on: Callable[[str], Account],
    database: Database,
    clock: Clock,
    begin: str,
    later: str,
    day: str,
    way: str,
) -> None:
    """The amount up to the day of a file is never added to that of all of the month."""
    first, second = (f"{begin}{later},{amount}\n" for amount in (50, 80))
    rows = len(first.splitlines()) - 1
    client = sign_in_on("2026-11-12").client
    assert send(client, first, type="heat").json()["new"] == rows
    clock.set(datetime.fromisoformat(f"{day}T10:30+00:00"))
    client.post("/auth/login", data={"email": "ada@example.org", "password": PASSWORD})
    for fields in ({"dry_run": "1"}, {}):
        seen = send(client, second, type="heat", **fields).json()
        assert (seen["new"], seen["changed"], seen["unchanged"]) == (0, 1, rows - 1)
    assert count(database) == rows
    taken = send(client, second, type="heat", **{way: "1"}).json()
    assert (taken["new"], taken["changed"], taken["saved"]) == (0, 1, True)
    assert sorted(amounts(database)) == sorted([110, 80][-rows:])
    undone = client.post("/consumption/undo", data={"change": taken["change"]}, headers=JSON)
    assert undone.status_code == 200
    assert sorted(amounts(database)) == sorted([110, 50][-rows:])


def meter(client: TestClient) -> list[tuple[str, str, int]]:
    """(reading, amount, days) of each reading, in the order of their days."""
    rows = client.get("/consumption?format=json&sort=date").json()["records"]
    return [
        (row["reading"], row["consumption_value"], row["days"]) for row in rows if row["reading"]
    ]


def test_amounts_of_a_file_that_wins_take_readings_out_of_their_chain(ada: Account) -> None:
    """The next reading once kept the amount since a reading that the file had replaced."""
    client = ada.client
    readings = "date,type,unit,reading\n2026-10-01,water,m³,100\n2026-10-02,water,m³,110\n"
    assert send(client, f"{readings}2026-10-05,water,m³,140\n").json()["new"] == 3
    before = [("100", "0", 0), ("110", "10", 1), ("140", "30", 3)]
    assert meter(client) == before
    amount = "date,type,unit,value\n2026-10-02,water,m³,9\n"
    won = send(client, amount, replace="1").json()
    assert won["saved"] is True, won
    assert meter(client) == [("100", "0", 0), ("140", "40", 4)]
    undone = client.post("/consumption/undo", data={"change": won["change"]}, headers=JSON)
    assert undone.status_code == 200, undone.text
    assert meter(client) == before


@pytest.mark.parametrize("way", ["update", "replace"])
def test_a_reading_that_a_file_has_as_an_amount_leaves_its_chain(ada: Account, way: str) -> None:
    client = ada.client
    water = {"consumption_type": "water", "unit": "m³"}
    plain = {**water, "consumption_date": "2026-10-03", "consumption_value": "5"}
    record = client.post("/consumption", json=plain).json()
    file = exported(client)
    for day, reading in (("2026-10-01", "100"), ("2026-10-05", "140")):
        fields = {**water, "consumption_date": day, "reading": reading}
        assert client.post("/consumption", json=fields).status_code == 201
    edited = client.put(f"/consumption/{record['id']}", json={"reading": "110"})
    assert edited.status_code == 200, edited.text
    assert meter(client) == [("100", "0", 0), ("110", "10", 2), ("140", "30", 2)]
    updated = send(client, file, **{way: "1"}).json()
    assert (updated["changed"], updated["saved"]) == (1, True), updated
    assert meter(client) == [("100", "0", 0), ("140", "40", 4)]
    assert "2026-10-03,5,water" in exported(client).decode()


@pytest.mark.parametrize("day", ["2026-11-30", "2026-12-01"])
def test_a_month_that_a_file_brought_on_its_last_day_is_changed_by_a_later_file(
    sign_in_on: Callable[[str], Account], database: Database, clock: Clock, day: str
) -> None:
    client = sign_in_on("2026-11-30").client
    assert send(client, "Month,kWh\n2026-11,50\n", type="heat").json()["new"] == 1
    clock.set(datetime.fromisoformat(f"{day}T20:30+00:00"))
    client.post("/auth/login", data={"email": "ada@example.org", "password": PASSWORD})
    file = "Month,kWh\n2026-11,80\n"
    seen = send(client, file, type="heat").json()
    assert (seen["new"], seen["changed"], amounts(database)) == (0, 1, [50])
    assert send(client, file, type="heat", update="1").json()["changed"] == 1
    assert amounts(database) == [80]


def test_an_amount_of_a_month_that_was_over_is_another_record(
    sign_in_on: Callable[[str], Account], database: Database
) -> None:
    client = sign_in_on("2026-12-01").client
    for amount in (50, 80):
        file = f"Month,kWh\n2026-11,{amount}\n"
        assert send(client, file, type="heat").json()["new"] == 1
    assert sorted(amounts(database)) == [50, 80]


def test_a_record_of_a_week_that_ended_is_no_part_of_the_month_of_a_later_file(
    sign_in_on: Callable[[str], Account], database: Database
) -> None:
    client = sign_in_on("2026-11-12").client
    week = "Start,End,kWh\n2026-11-01,2026-11-07,20\n"
    assert send(client, week, type="heat").json()["new"] == 1
    assert send(client, "Month,kWh\n2026-11,50\n", type="heat", update="1").json()["new"] == 1
    assert sorted(amounts(database)) == [20, 50]


def test_a_month_counts_to_today_up_to_its_last_day(
    sign_in_on: Callable[[str], Account], database: Database
) -> None:
    client = sign_in_on("2026-11-29").client
    file = "Period,kWh\n2026-11,58\n2026-11-01 - 2026-11-30,60\n"
    assert send(client, file, type="heat").json()["new"] == 2
    records = client.get("/consumption?format=json").json()["records"]
    days = {record["consumption_value"]: (record["consumption_date"], record["days"])
            for record in records}  # fmt: skip
    # Of a month the days so far; the days that a file names are those.
    assert days == {"58": ("2026-11-29", 29), "60": ("2026-11-30", 30)}


def count(database: Database) -> int:
    with database.reading() as db:
        found = db.execute(
            text("SELECT COUNT(*) FROM consumption_records WHERE deleted_at IS NULL")
        )
        return int(found.scalar_one())


def amounts(database: Database) -> list[int]:
    with database.reading() as db:
        rows = db.execute(
            text("SELECT consumption_value FROM consumption_records WHERE deleted_at IS NULL")
        )
        return [int(value) for value in rows.scalars()]


def exported(client: TestClient, query: str = "format=csv") -> bytes:
    answer = client.get(f"/consumption?{query}")
    assert answer.status_code == 200
    return answer.content


# Export ------------------------------------------------------------------------------------------


def test_csv_newest_first_as_the_contract_has_it(client: TestClient) -> None:
    note(client, "coffee 2 2026-01-05", "tea 2026-02-01 ; =1+1", "coffee 3 2026-01-05")
    answer = client.get("/consumption?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="tally.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    header, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert tuple(header) == COLUMNS
    assert [row[1:4] for row in rows] == [
        ["2026-02-01", "1", "tea"],
        ["2026-01-05", "3", "coffee"],
        ["2026-01-05", "2", "coffee"],
    ]
    assert rows[0][5] == "'=1+1"


def test_csv_by_accept_header(client: TestClient) -> None:
    answer = client.get("/consumption", headers={"Accept": "text/csv"})
    assert answer.text == OWN + "\r\n"


def test_json_to_take_away(client: TestClient) -> None:
    note(client, "coffee 12,50 2026-01-05 ; with honey")
    answer = client.get("/consumption?format=json&download=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="tally.json"'
    [record] = answer.json()["records"]
    assert tuple(record) == COLUMNS
    assert (record["consumption_value"], record["notes"]) == ("12.5", "with honey")


@pytest.mark.parametrize("path", ["/consumption/import", "/consumption/import/problems"])
@pytest.mark.parametrize("dry_run", ["1", "0"])
def test_an_encoding_that_is_none_is_refused_at_its_field(
    path: str, dry_run: str, client: TestClient
) -> None:
    sent = {"dry_run": dry_run, "encoding": "rot13"}
    answer = client.post(path, data=sent, files={"file": b"date,type,value\n"}, headers=JSON)
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"encoding"})


@pytest.mark.parametrize("query", ["format=csv", "format=json&download=1"])
def test_the_head_of_a_file_does_not_call_it_empty(query: str, client: TestClient) -> None:
    note(client, "coffee 2")
    head = client.head(f"/consumption?{query}")
    file = client.get(f"/consumption?{query}")
    assert (head.status_code, head.content) == (200, b"") and file.content
    assert head.headers == file.headers and "content-length" not in head.headers


@pytest.mark.parametrize(("flag", "status"), [("0", 200), ("", 200), ("maybe", 422)])
def test_a_page_is_no_file_where_none_is_wanted(flag: str, status: int, client: TestClient) -> None:
    answer = client.get(f"/consumption?format=json&download={flag}")
    assert answer.status_code == status and "content-disposition" not in answer.headers
    assert ("next" if status == 200 else "error") in answer.json()


def test_the_filter_counts_and_paging_does_not(client: TestClient) -> None:
    note(client, *[f"coffee {n} 2026-01-05" for n in range(1, 61)], "tea 2026-01-05")
    assert exported(client, "format=csv&type=coffee&limit=5").count(b"\r\n") == 61
    assert exported(client, "format=csv&type=coffee&min=50").count(b"\r\n") == 12


def test_a_filter_that_cannot_be_read_is_refused(client: TestClient) -> None:
    answer = client.get("/consumption?format=csv&min=lots")
    assert answer.status_code == 422
    assert "min" in answer.json()["fields"]


def test_an_export_has_no_records_of_other_accounts(ada: Account, bob: Account) -> None:
    note(bob.client, "coffee 2 2026-01-05")
    assert exported(ada.client) == OWN.encode() + b"\r\n"


def test_signed_out_programs_are_told(visitor: TestClient) -> None:
    assert visitor.get("/consumption?format=csv").status_code == 401
    assert send(visitor, "").status_code == 401


def test_head_of_an_export_reads_nothing(client: TestClient) -> None:
    answer = client.head("/consumption?format=csv")
    assert (answer.status_code, answer.content) == (200, b"")


def test_more_than_one_page_of_rows(client: TestClient, database: Database, ada: Account) -> None:
    fill(database, ada.id, 4_321)
    rows = list(csv.reader(io.StringIO(exported(client).decode(), newline="")))[1:]
    assert len({row[0] for row in rows}) == 4_321
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_rows_come_from_a_cursor_in_the_database(database: Database, ada: Account) -> None:
    fill(database, ada.id, 5_000)
    everything = Filter(today=date(2026, 1, 1)).parameters() | {"types": None}
    with database.engine.connect() as connection:
        rows = pages(connection, "reads/export", {**everything, "user_id": ada.id, "ids": None})
        assert len(next(rows)) == ROWS_A_PAGE
        assert connection.execute(text("SELECT COUNT(*) FROM pg_cursors")).scalar_one() == 1


def fill(database: Database, user_id: UUID, number: int) -> None:
    with database.changing() as db:
        lift_time_limit(db)
        db.execute(
            text(
                "INSERT INTO consumption_records"
                " (user_id, consumption_date, consumption_value, consumption_type, unit)"
                " SELECT :user_id, DATE '2026-01-01' - n % 700, n % 100 + 0.50, 'coffee', 'cup'"
                " FROM generate_series(1, :number) AS n"
            ),
            {"user_id": user_id, "number": number},
        )


# One at a time -----------------------------------------------------------------------------------


def test_a_second_export_or_import_at_the_same_time_has_to_wait(
    ada: Account, bob: Account, database: Database
) -> None:
    with database.changing() as db:
        take_turn(db, ada.id)
        for answer in (ada.client.get("/consumption?format=csv"), send(ada.client, "")):
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "10"
        assert bob.client.get("/consumption?format=csv").status_code == 200
    assert ada.client.get("/consumption?format=csv").status_code == 200


def test_a_few_export_or_import_at_once_and_the_others_are_told_when_to_come_back(
    app: Starlette, ada: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = ConcurrencyLimit(1)
    monkeypatch.setitem(app.state._state, "exporting", turns)
    monkeypatch.setitem(app.state._state, "importing", turns)

    def statuses(account: Account) -> set[int]:
        answers = (account.client.get("/consumption?format=csv"), send(account.client, ""))
        assert all(answer.headers["retry-after"] == "10" for answer in answers)
        return {answer.status_code for answer in answers}

    with turns.taken(ada.id):
        assert statuses(ada) == {429}
        assert statuses(bob) == {503}
        assert bob.client.post("/consumption", json={"line": "coffee 1 cup"}).status_code == 201
    for account in (ada, bob):
        assert account.client.get("/consumption?format=csv").status_code == 200
        assert send(account.client, "", dry_run="1").status_code == 200


def test_a_file_for_which_there_is_no_room_is_refused_for_now(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(SpooledTemporaryFile[bytes]):
        def write(self, content: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", Full)
    answer = send(client, "date,value,type\n2026-01-01,1,coffee\n")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "no room" in answer.text
    monkeypatch.undo()
    assert send(client, "date,value,type\n2026-01-01,1,coffee\n").status_code == 200


def test_a_client_that_goes_away_frees_its_turn(
    client: TestClient, database: Database, ada: Account
) -> None:
    fill(database, ada.id, 10_000)
    with client.stream("GET", "/consumption?format=csv") as answer:
        next(answer.iter_bytes())
    for _ in range(3):
        assert exported(client).count(b"\r\n") == 10_001


def download(
    database: Database, ada: Account, write: Callable[[Pages], Iterator[bytes]] = csv_chunks
) -> Download:
    keys = Filter(today=date(2026, 1, 1)).parameters() | {"types": None, "ids": None}
    return Download(database.engine, ConcurrencyLimit(1), ada.id, "reads/export", keys, write)


def assert_free(database: Database, ada: Account) -> None:
    with database.changing() as db:
        take_turn(db, ada.id)


def test_a_client_that_takes_nothing_is_given_up(
    database: Database, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "STALLED_SECONDS", 0.05)
    sent: list[str] = []

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError("nothing more comes")

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    # In a thread of its own: a browser test before may have left its event loop running here.
    with start_blocking_portal() as portal:
        portal.call(download(database, ada), {"type": "http"}, receive, send)
    assert sent == ["http.response.start", "http.response.body"]
    assert_free(database, ada)


def test_a_client_that_takes_a_little_now_and_then_is_given_up_too(
    database: Database, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MIN_BYTES_A_SECOND", 1_000_000_000)
    monkeypatch.setattr(streaming, "PIECE_BYTES", 1_000)
    fill(database, ada.id, 10_000)
    passed = 0.0
    monkeypatch.setattr(anyio, "current_time", lambda: passed)
    sizes: list[int] = []

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError("nothing more comes")

    async def send(message: Message) -> None:
        nonlocal passed
        sizes.append(len(message.get("body", b"")))
        await anyio.lowlevel.checkpoint()
        passed += streaming.STALLED_SECONDS / 10

    with start_blocking_portal() as portal:
        portal.call(download(database, ada), {"type": "http"}, receive, send)
    assert max(sizes) == 1_000
    assert 2 < len(sizes) < 20
    assert_free(database, ada)


@pytest.mark.parametrize(("seconds_a_piece", "pieces"), [(1.0, 100), (2.0, 60), (4.0, 20)])
def test_a_slow_client_earns_a_second_with_what_it_takes(
    database: Database,
    ada: Account,
    monkeypatch: pytest.MonkeyPatch,
    seconds_a_piece: float,
    pieces: int,
) -> None:
    """Whoever takes as much as is asked for gets it all, however long it takes."""
    monkeypatch.setattr(streaming, "MIN_BYTES_A_SECOND", 1_000)
    monkeypatch.setattr(streaming, "PIECE_BYTES", 1_000)
    passed = 0.0
    monkeypatch.setattr(anyio, "current_time", lambda: passed)
    sizes: list[int] = []

    def write(pages: Pages) -> Iterator[bytes]:
        list(pages)
        yield b"x" * 1_000 * 100

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError("nothing more comes")

    async def send(message: Message) -> None:
        nonlocal passed
        await anyio.lowlevel.checkpoint()
        if body := message.get("body", b""):
            passed += seconds_a_piece
            sizes.append(len(body))

    with start_blocking_portal() as portal:
        portal.call(download(database, ada, write), {"type": "http"}, receive, send)
    # After n pieces 60 + n seconds were earned.
    assert sizes == [1_000] * min(100, pieces)
    assert_free(database, ada)


def test_an_answer_that_is_never_sent_gives_its_turn_back(database: Database, ada: Account) -> None:
    unsent = download(database, ada)
    with pytest.raises(HTTPError):
        assert_free(database, ada)
    del unsent
    gc.collect()
    assert_free(database, ada)


# Import ------------------------------------------------------------------------------------------


def test_a_dry_run_saves_nothing(client: TestClient, database: Database) -> None:
    answer = send(client, "date,type,value\n2026-10-05,coffee,2\nnever,tea,1\n", dry_run="1")
    assert answer.status_code == 200
    assert answer.json() == {
        "new": 1,
        "unchanged": 0,
        "changed": 0,
        "alike": 0,
        "nothing": 0,
        "left_out": 0,
        "understood": {
            "columns": ["date", "type", "value"],
            "type": "",
            "unit": "",
            "decimal": "",
            "order": "",
            "encoding": "utf-8",
            "table": "",
        },
        "asks": [],
        "remarks": [],
        "problems": [
            {
                "line": 3,
                "message": "“never” is no date. Write it as year-month-day, such as 2026-10-05.",
            }
        ],
        "saved": False,
        "change": None,
    }
    assert count(database) == 0


def test_the_same_file_twice_changes_nothing(client: TestClient, database: Database) -> None:
    file = "date;type;value;unit\n5.10.2026;coffee;2;cups\n5.10.2026;coffee;2;cups\n"
    first, second = send(client, file).json(), send(client, file).json()
    assert (first["new"], first["unchanged"], first["saved"]) == (2, 0, True)
    assert (second["new"], second["unchanged"], second["saved"]) == (0, 2, True)
    assert second["change"] is None
    assert count(database) == 2


def test_a_file_with_problems_saves_nothing_unless_they_are_skipped(
    client: TestClient, database: Database
) -> None:
    rows = [f"2026-10-05,coffee,{n}" for n in range(1, 1_200)]
    file = "\n".join(["date,type,value", *rows, "2026-10-05,coffee,lots", *rows[:5]])
    refused = send(client, file)
    assert refused.status_code == 422
    assert refused.json()["fields"]["file"].startswith("Line 1201: ")
    assert (refused.json()["new"], refused.json()["saved"]) == (1_204, False)
    assert count(database) == 0
    taken = send(client, file, skip_problems="1")
    assert taken.status_code == 200
    assert (taken.json()["new"], len(taken.json()["problems"])) == (1_204, 1)
    assert count(database) == 1_204
    none_good = send(client, "date,type,value\n2026-10-05,coffee,lots\n", skip_problems="1")
    assert (none_good.status_code, none_good.json()["saved"]) == (422, False)


def test_changed_rows_stay_as_they_are_unless_update(client: TestClient) -> None:
    note(client, "coffee 2 2026-01-05")
    file = exported(client).replace(b",2,coffee,", b",3,coffee,")
    kept = send(client, file).json()
    assert (kept["changed"], kept["change"]) == (1, None)
    assert b",2,coffee," in exported(client)
    updated = send(client, file, update="1").json()
    assert (updated["changed"], updated["saved"]) == (1, True)
    assert exported(client) == file


def test_deleted_records_come_back(client: TestClient) -> None:
    records = note(client, "coffee 2 2026-01-05", "tea 2026-01-06")
    file = exported(client)
    for record in records:
        client.delete(f"/consumption/{record['id']}", headers=JSON)
    assert send(client, file).json()["new"] == 2
    assert exported(client) == file


@pytest.mark.parametrize("query", ["format=csv", "format=json&download=1"])
def test_what_was_exported_comes_back_byte_for_byte(ada: Account, bob: Account, query: str) -> None:
    note(
        ada.client,
        "electricity 12,5 kwh 2026-10-05 ; =1+1",
        'coffee 2 2026-10-05 ; "quoted", with; odd things',
        "сок 0,5 л 2026-10-04 #late",
        '"\'tis" 3 2026-10-03',
    )
    [edited, *_] = note(ada.client, "tea 2026-10-05")
    ada.client.put(f"/consumption/{edited['id']}", data={"notes": "two\r\nlines"}, headers=JSON)
    file = exported(ada.client, query)
    assert send(bob.client, file).json()["new"] == 5
    assert exported(bob.client, query) == file
    assert send(ada.client, file).json()["unchanged"] == 5
    assert exported(ada.client, query) == file


def test_one_undo_takes_all_of_it_back(client: TestClient, database: Database) -> None:
    records = note(client, "coffee 2 2026-01-05", "tea 2026-01-06", "gas 3 2026-01-07")
    before = exported(client)
    client.delete(f"/consumption/{records[2]['id']}", headers=JSON)
    left = exported(client)
    file = before.replace(b",2,coffee,", b",9,coffee,") + b",2026-01-08,1,new,,,\r\n"
    answer = send(client, file, update="1").json()
    assert (answer["new"], answer["changed"], answer["unchanged"]) == (2, 1, 1)
    undone = client.post("/consumption/undo", data={"change": answer["change"]}, headers=JSON)
    assert undone.status_code == 200
    assert exported(client) == left


def test_the_undo_of_a_return_gives_back_the_time_of_creation(
    client: TestClient, clock: Clock
) -> None:
    file = "date,type,value\n2026-10-05,tea,1\n2026-10-05,coffee,2\n"
    send(client, file)
    before = exported(client)
    [record] = client.get("/consumption?type=tea", headers=JSON).json()["records"]
    client.delete(f"/consumption/{record['id']}", headers=JSON)
    clock.set(clock() + timedelta(minutes=1))
    returned = send(client, file).json()
    after = exported(client)
    assert returned["new"] == 1
    assert after != before
    client.post("/consumption/undo", json={"change": returned["change"]})
    client.post(f"/consumption/{record['id']}/restore", headers=JSON)
    assert exported(client) == before


def test_the_undo_of_an_undone_return_brings_its_time_of_creation_again(
    client: TestClient, clock: Clock
) -> None:
    file = "date,type,value\n2026-10-05,tea,1\n"
    send(client, file)
    [record] = client.get("/consumption", headers=JSON).json()["records"]
    client.delete(f"/consumption/{record['id']}", headers=JSON)
    clock.set(clock() + timedelta(minutes=1))
    change = send(client, file).json()["change"]
    returned = exported(client)
    for _ in range(2):
        change = client.post("/consumption/undo", json={"change": change}).json()["change"]
    assert exported(client) == returned


def test_nobody_can_take_over_somebody_elses_id(ada: Account, bob: Account) -> None:
    [record] = note(bob.client, "coffee 2 2026-01-05")
    before = exported(bob.client)
    file = f"{OWN}\n{record['id']},2026-01-05,9,tea,,,\n"
    assert send(ada.client, file, update="1").json()["new"] == 1
    assert exported(bob.client) == before


def test_the_same_row_twice_in_a_file_is_one_record(client: TestClient, database: Database) -> None:
    row = f"{uuid4()},2026-01-05,1,tea,,,\n"
    answer = send(client, f"{OWN}\n{row}{row}").json()
    assert (answer["new"], answer["unchanged"]) == (1, 1)
    assert count(database) == 1


def test_the_same_record_twice_on_one_line_of_json_is_one_record(
    client: TestClient, database: Database
) -> None:
    record = (
        f'{{"id":"{uuid4()}","consumption_date":"2026-01-05","consumption_value":"1",'
        '"consumption_type":"tea","unit":"","notes":""}'
    )
    answer = send(client, f'{{"records":[{record},{record}]}}').json()
    assert (answer["new"], answer["unchanged"]) == (1, 1)
    assert count(database) == 1


def test_without_scripts_an_import_leads_back_to_the_list_it_stood_over(
    client: TestClient,
) -> None:
    file = "date,type,value\n2026-10-05,coffee,2\n"
    answer = send(client, file, {}, back="/list?type=coffee")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/list?type=coffee&changed=")


def test_dates_that_could_be_either_need_an_order(client: TestClient) -> None:
    file = "date,type,value\n5/10/2026,coffee,2\n"
    assert send(client, file).status_code == 422
    assert send(client, file, order="month-first").json()["new"] == 1
    assert b"2026-05-10" in exported(client)


def test_the_question_about_dates_quotes_the_files_own() -> None:
    dated = _unclear_date("05-10-2026")
    assert dated == UnclearDate("05-10-2026", ": 5 October", ": 10 May")
    assert _unclear_date("") == UnclearDate("5/10/2026", ": 5 October", ": 10 May")
    assert _unclear_date("05-10-26 extra long text, longer") == _unclear_date("")
    assert _unclear_date("2026.5").day_first == ""


def test_the_accounts_number_format_counts_and_so_does_a_choice(client: TestClient) -> None:
    file = 'date,type,value\n2026-10-05,gas,"1,234"\n'
    assert send(client, file).status_code == 422
    assert send(client, file, numbers="1.234,5").json()["new"] == 1
    assert b",1.234,gas," in exported(client)


def test_a_record_of_tomorrow_is_taken_and_of_the_day_after_not(
    client: TestClient, clock: Clock
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    assert send(client, f"date,type,value\n{tomorrow},a,1\n").json()["saved"]
    later = tomorrow + timedelta(days=1)
    assert send(client, f"date,type,value\n{later},a,1\n").status_code == 422


@pytest.mark.parametrize(
    ("file", "status"),
    [("", 422), ("nothing to see\n", 422), ('{"a": 1}', 422), ("date,type,value\n", 200)],
)
def test_files_without_records(client: TestClient, file: str, status: int) -> None:
    assert send(client, file).status_code == status
    assert send(client, file, dry_run="1").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"dry_run": "true"},
        {"order": "odd"},
        {"negative": "keep"},
        {"columns": "date,what"},
        {"numbers": "1'234.5"},
        {"update": "yes"},
    ],
)
def test_choices_that_do_not_exist_are_refused(
    client: TestClient, database: Database, fields: dict[str, str]
) -> None:
    answer = send(client, "date,type,value\n2026-10-05,coffee,2\n", **fields)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(fields)
    assert count(database) == 0


def test_no_file_at_all(client: TestClient) -> None:
    for answer in (
        client.post("/consumption/import", data={"dry_run": "1"}, headers=JSON),
        client.post("/consumption/import", data={"file": "date,type,value"}, headers=JSON),
        client.post("/consumption/import/problems", headers=JSON),
    ):
        assert answer.status_code == 422
        assert answer.json()["fields"] == {"file": "Choose a file."}


def test_a_file_that_is_too_large(client: TestClient) -> None:
    assert send(client, b"x" * (MAX_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("path", ["/consumption/import", "/consumption/import/problems"])
@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("application/json", b'{"dry_run":"1","file":"'),
        ("application/x-www-form-urlencoded", b"dry_run=1&file="),
        ("text/csv", b"date,type,value\n"),
    ],
)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_only_the_file_of_a_form_may_be_larger_than_a_form(
    client: TestClient, path: str, kind: str, start: bytes, is_chunked: bool
) -> None:
    # Anything else is held in memory, and JSON is parsed while everybody waits.
    body = start + b"x" * forms.MAX_BYTES
    sent = iter([body]) if is_chunked else body
    answer = client.post(path, content=sent, headers=JSON | {"Content-Type": kind})
    assert answer.status_code == 413
    assert answer.json()["error"] == "That is too large: 64 KiB is the most."


def test_the_bad_rows_as_a_file_with_reasons(client: TestClient) -> None:
    file = "datum;wer;qty;name\n5.10.2026;ich;1;coffee\nnever;-du;2;=tea\n6.10.2026;er;viel;x\n"
    answer = client.post("/consumption/import/problems", files={"file": ("f.csv", file)})
    assert answer.headers["content-disposition"] == 'attachment; filename="tally-problems.csv"'
    assert answer.content.decode() == (
        "reason,datum,wer,qty,name\r\n"
        '"“never” is no date. Write it as year-month-day, such as 2026-10-05.",'
        "never,'-du,2,'=tea\r\n"
        '"“viel” is no number. Write the value as a number, such as 12.5.",6.10.2026,er,viel,x\r\n'
    )
    mended = answer.content.replace(b"never", b"7.10.2026").replace(b"er,viel,x", b"er,3,x")
    assert send(client, mended).json()["new"] == 2
    assert b",=tea," not in exported(client)
    assert b",'=tea," in exported(client)


def test_the_problems_of_a_file_without_a_table_are_refused(client: TestClient) -> None:
    answer = client.post(
        "/consumption/import/problems", files={"file": ("f.csv", "no")}, headers=JSON
    )
    assert answer.status_code == 422


# In the browser ----------------------------------------------------------------------------------


def test_the_form_is_a_dialog_and_as_a_page_over_the_list_one_came_from(
    client: TestClient,
) -> None:
    [coffee, tea] = note(client, "coffee", "tea")
    fragment = client.get("/consumption/import", headers=HTMX).text
    assert "<html" not in fragment and 'name="back"' not in fragment
    came = {"Referer": "http://testserver/list?type=coffee"}
    page = client.get("/consumption/import", headers=came)
    file = "date,type,value\nnever,tea,1\n"
    checked = send(client, file, {}, dry_run="1", back="/list?type=coffee")
    refused = send(client, file, {}, back="/list?type=coffee")
    assert [it.status_code for it in (page, checked, refused)] == [200, 200, 422]
    for answer in (page, checked, refused):
        dialog = opened(answer.text)
        assert 'open data-behind="/list?type=coffee"' in dialog
        assert '<a href="/list?type=coffee" class="icon-button" aria-label="Close"' in dialog
        assert 'name="back" value="/list?type=coffee"' in dialog
        assert 'enctype="multipart/form-data"' in dialog
        assert f'id="r-{coffee["id"]}"' in answer.text and f'id="r-{tea["id"]}"' not in answer.text
    for answer in (checked, refused):
        assert "is no date. Write it as year-month-day" in opened(answer.text)


class _Choices(HTMLParser):
    """The fields that the form of a file would send along with it, beside whose page it is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.feed(opened(page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_typed = given.get("type", "text") in ("text", "hidden")
        if tag == "input" and is_typed and given.get("name", "account") != "account":
            self.sent.append((given["name"], given["value"]))


CHOICES = [
    ("type", "mint <b>"), ("daily", "1"), ("order", "day-first"), ("guessed", "date,value:a:"),
    ("role", "date"), ("column_type", ""), ("role", "value"), ("column_type", "tea"),
    ("update", "1"), ("back", "/list?q=tea"),
]  # fmt: skip


@pytest.mark.parametrize("path", ["", "/problems"])
def test_choices_without_their_file_are_kept_for_it(client: TestClient, path: str) -> None:
    body = urlencode([*CHOICES, ("dry_run", "1")])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/consumption/import{path}", content=body, headers=headers)
    assert answer.status_code == 422 and "Choose a file." in answer.text
    assert sorted(_Choices(answer.text).sent) == sorted(CHOICES)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"type": "x" * 65}, "Type can have 64 characters; this has 65."),
        ({"order": "odd"}, "Choose one of"),
        ({"table": "Sheet 7"}, "There is no table “Sheet 7” in this file."),
    ],
)
def test_a_choice_that_is_refused_stands_to_be_corrected_beside_the_others(
    client: TestClient, fault: dict[str, str], sentence: str
) -> None:
    file = {"file": ("file.csv", "date,value\n2026-10-05,1\n")}
    fields = {"type": "tea", "unit": "cup", "daily": "1", "dry_run": "1", "back": "/list"} | fault
    answer = client.post("/consumption/import", data=fields, files=file)
    dialog = opened(answer.text)
    assert answer.status_code == 422 and dialog.count(sentence) == 1
    [name] = fault
    field = f'<input id="import-sent-1" name="{name}" class="input" '
    assert f'{field}aria-describedby="import-sent-1-error"' in dialog
    assert dialog.count("autofocus") == 1
    kept = dict(_Choices(answer.text).sent)
    assert kept == {name: text for name, text in fields.items() if name != "dry_run"}
    corrected = client.post("/consumption/import", data=kept | {name: ""}, files=file)
    assert corrected.status_code in (200, 303, 422) and 'id="import-sent' not in corrected.text


def test_choices_over_columns_that_are_refused_are_made_anew(client: TestClient) -> None:
    file = {"file": ("file.csv", "date,value\n2026-10-05,1\n")}
    fields = {"columns": "date,odd", "unit": "cup", "dry_run": "1", "back": "/list"}
    answer = client.post("/consumption/import", data=fields, files=file)
    assert answer.status_code == 422
    assert dict(_Choices(answer.text).sent) == {"unit": "cup", "back": "/list"}


def test_why_a_file_was_not_read_is_said_in_the_dialog(
    ada: Account,
    app: Starlette,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [there] = note(ada.client, "coffee")
    rows = "date,type,value\n2026-10-05,tea,1\n"

    def refusal(file: str | bytes = rows, path: str = "", **fields: str) -> tuple[int, str, str]:
        files = {"file": ("file.csv", file)} if file else None
        answer = ada.client.post(f"/consumption/import{path}", data=fields, files=files)
        said = re.search(r'id="import-error">.*?<span>(.*?)</span>', opened(answer.text), re.DOTALL)
        assert said and 'aria-describedby="import-hint import-error"' in answer.text
        assert f'id="r-{there["id"]}"' in answer.text
        assert 'value="dry_run"' not in answer.text and 'name="dry_run"' in answer.text
        return answer.status_code, said[1], answer.headers.get("retry-after", "")

    assert refusal("") == (422, "Choose a file.", "")
    assert refusal("", "/problems") == (422, "Choose a file.", "")
    assert refusal("nothing", "/problems")[0] == 422
    assert refusal(b"x" * (MAX_BYTES + 1))[0] == 413
    busy = "An export or import of yours is still running. Try again when it is done."
    with database.changing() as db:
        take_turn(db, ada.id)
        assert refusal() == (429, busy, "10")
    turns = ConcurrencyLimit(1)
    monkeypatch.setitem(app.state._state, "importing", turns)
    with turns.taken(ada.id):
        assert refusal() == (429, busy, "10")
    with turns.taken(uuid4()):
        assert (refusal()[0], refusal()[2]) == (503, "10")
        htmx = send(ada.client, rows, HTMX)
        assert (htmx.status_code, htmx.headers["hx-retarget"]) == (503, "#messages")
    assert count(database) == 1


def test_the_report_tells_each_kind_of_row(client: TestClient) -> None:
    note(client, "coffee 2 2026-01-05", "tea 2026-01-06")
    file = exported(client).replace(b",2,coffee,", b",3,coffee,")
    file += b",2026-01-08,1,<b>new</b>,,,\r\n,never,1,x,,,\r\n"
    for headers in (HTMX, {}):
        answer = send(client, file, headers, dry_run="1")
        assert answer.status_code == 200
        for words in ("1 new", "1 changed", "1 already there", "1 problem"):
            assert words in plain(answer.text)
        assert "&lt;b&gt;new&lt;/b&gt;" in answer.text
        assert "is no date. Write it as year-month-day" in answer.text
        assert 'name="skip_problems"' in answer.text


def test_the_report_asks_for_what_only_a_person_can_know(client: TestClient) -> None:
    file = 'date,type,value\n5/10/2026,coffee,"1,234"\n5/10/2026,coffee,1\n'
    answer = send(client, file, HTMX, dry_run="1")
    assert 'name="order"' in answer.text
    answer = send(client, file, HTMX, dry_run="1", order="day-first")
    assert 'name="decimal"' in answer.text


def test_the_dialog_asks_what_an_unclear_column_is(client: TestClient) -> None:
    figures = "Date,kWh\n2026-10-01,48213\n2026-10-08,48240\n2026-10-15,48300\n"
    shown = send(client, figures, {**HTMX}, dry_run="1", type="power").text
    assert f"<b>{ASK_FIGURES.format('kWh')}</b> Choose it below." in shown
    assert "Which column is the date" not in shown
    answered = send(client, figures, {**HTMX}, dry_run="1", type="power", columns=",reading").text
    assert "Choose it below." not in answered and "Import 3 records" in answered
    nothing = send(client, "A,B\nx,y\nz,w\n", {**HTMX}, dry_run="1").text
    assert "Which column is the date, and which the value?</b> Choose them below." in nothing


def test_the_dialog_asks_whether_percentages_are_shares(client: TestClient) -> None:
    cells = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = f"<row>{cells.format('Day')}{cells.format('Charge')}</row>" + "".join(
        f"<row>{cells.format(day)}<c><v>{share}</v></c></row>"
        for day, share in (("2026-10-01", "0.55"), ("2026-10-02", "1"))
    )
    file = hostile_files.workbook(rows.encode())
    fields = {"dry_run": "1", "columns": "date,value:battery:%"}
    shown = plain(send(client, file, HTMX, **fields).text)
    assert "A cell with 0.55, in % is 55 %: the sheet shows it so is 0.55 %" in shown
    answered = send(client, file, HTMX, **fields, factor="100").text
    assert re.findall('name="factor" value="([0-9]+)"( checked)?', answered) == [
        ("100", " checked"),
        ("1", ""),
    ]
    assert "Import 2 records" in answered
    saved = send(client, file, columns=fields["columns"], factor="100").json()
    assert saved["saved"] and saved["asks"] == []
    [total] = client.get("/consumption?format=json").json()["totals"]
    assert (total["total"], total["unit"]) == ("155", "%")


def test_meters_are_told_apart_in_the_dialog_and_kept_so(client: TestClient) -> None:
    file = "Date,Serial,Reading\n2026-10-01,A1,1000\n2026-10-01,B2,500\n2026-10-08,A1,1020\n"
    chosen = {"type": "power", "unit": "kWh", "guessed": "date,meter,reading"}
    shown = send(client, file, {**HTMX}, dry_run="1", **chosen).text
    assert '<option value="meter" selected>Meter number</option>' in shown
    saved = send(client, file, **chosen).json()
    assert saved["saved"] and saved["understood"]["columns"] == ["date", "meter", "reading"]
    totals = client.get("/consumption?format=json").json()["totals"]
    assert {(one["type"], one["total"]) for one in totals} == {
        ("power A1", "20"),
        ("power B2", "0"),
    }


@pytest.mark.parametrize(
    ("file", "written", "mark", "other", "whole"),
    [
        ("day;type;value\n5.10.2026;gas;1.345\n", "1.345", ".", ",", "1345"),
        ('day,type,value\n2026-10-05,gas,"2,345"\n', "2,345", ",", ".", "2345"),
        ('day,type,value,notes\n2026-10-05,gas,"1,5",\n2026-10-05,gas,"2.500",\n2026-10-05,gas,"3.5",\n',
         "2.500", ".", ",", "2500"),
    ],
)  # fmt: skip
def test_the_question_about_the_decimal_mark_has_the_files_own_number(
    client: TestClient, file: str, written: str, mark: str, other: str, whole: str
) -> None:
    asked = send(client, file, JSON, dry_run="1").json()
    assert asked["asks"] == ["decimal"]
    html = send(client, file, HTMX, dry_run="1").text
    assert f"A value such as {written} has decimals: {written[0]} and a bit" in plain(html)
    assert re.findall(r'name="decimal" value="(.)"', html) == [mark, other]
    for choice, value in ((mark, f"{written[0]}.{written[2:]}"), (other, whole)):
        answer = send(client, file, JSON, dry_run="1", decimal=choice).json()
        assert answer["asks"] == []
        assert answer["understood"]["decimal"] == choice
        shown = plain(send(client, file, HTMX, dry_run="1", decimal=choice).text)
        assert value.rstrip("0") in shown.replace("\u202f", "").replace("\u00a0", "")


@pytest.mark.parametrize(
    ("field", "value"), [("order", "month-first"), ("falls", "new"), ("daily", "1")]
)
def test_a_question_that_is_answered_stays_with_its_answer(
    client: TestClient, field: str, value: str
) -> None:
    file = (
        "date,type,value\n5/10/2026,coffee,2\n"
        if field == "order"
        else "date,type,value\n2026-10-05,coffee,2\n"
    )
    answer = send(client, file, HTMX, dry_run="1", **{field: value})
    fields = re.findall(r"<input[^>]*>", answer.text)
    [chosen] = [one for one in fields if f'name="{field}" value="{value}"' in one]
    assert " checked" in chosen


def test_the_report_says_how_dots_are_read_where_somebody_groups_by_them(
    client: TestClient, database: Database
) -> None:
    group_by_the_dot(database)
    rows = "2026-10-05,rent,1.500\n2026-10-07,rent,1.700\n"
    said = "1.500 is read as 1,5: the dot is decimal. For the larger number write 1500."

    def report(file: str, **fields: str) -> str:
        return plain(send(client, file, HTMX, dry_run="1", **fields).text)

    file = f"date,type,value\n{rows}"
    assert said in report(file)
    assert "is read as" not in report(file, decimal=".") + report(file, decimal=",")
    assert "is read as" not in report(f"{file}2026-10-08,rent,1.5\n")


def test_after_an_import_the_dialog_closes_and_offers_undo(client: TestClient) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/list?type=coffee"}
    answer = send(client, "date,type,value\n2026-10-05,coffee,2\n", headers)
    assert answer.status_code == 200
    assert "records-changed" in answer.headers["hx-trigger"]
    assert "Imported 1 record" in answer.text
    assert 'action="/consumption/undo"' in answer.text


def test_records_that_look_like_others_count_as_imported(client: TestClient) -> None:
    note(client, "coffee 2 cup 2026-10-05")
    headers = {**HTMX, "HX-Current-URL": "http://testserver/list"}
    file = "date,type,value,unit\n2026-10-05,coffee,2,cup\n2026-10-06,coffee,3,cup\n"
    assert "Import 2 records" in send(client, file, headers, dry_run="1").text
    answer = send(client, file, headers)
    assert "Imported 2 records" in answer.text
    records = client.get("/consumption", headers=JSON).json()["records"]
    assert len(records) == 3
    # Those that were written are pointed out on the list.
    trigger = answer.headers["hx-trigger"]
    assert sum(str(record["id"]) in trigger for record in records) == 2


def test_without_javascript_it_ends_on_the_list_with_the_undo(client: TestClient) -> None:
    answer = send(client, "date,type,value\n2026-10-05,coffee,2\n", {})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/list?changed=")


@pytest.mark.parametrize(
    "file",
    [
        b"date,type,value,notes\n2026-10-05,t\xc3\xa9\xc3\xa9,1,n\xff\n",
        b"date,type,value,notes\n2026-10-05\xff,t\xc3\xa9\xc3\xa9,1,n\n",
        b"date,type,value,n\xff\n2026-10-05,t\xc3\xa9\xc3\xa9,1,n\n",
        b"date,w\xff\xc3\xa9\xc3\xa9 [l],gas [kWh]\n2026-10-05,1,2\n2026-10-06,1,2\n",
        b"date,type,value,n\x90\n2026-10-05,t\xe9,1,n\n",
        "date,type,value,n\n2026-10-05,t,1,n".encode("utf-16") + b"\x00\xd8\n\x00",
        b'[{"date":"2026-10-05","type":"t\\ud800","value":1}]',
        b'[{"date":"2026-10-05","type":"t","value":1,"n\\ud800":2}]',
    ],
    ids=["cell", "day", "heading", "type", "code page", "UTF-16", "JSON", "key of JSON"],
)
@pytest.mark.parametrize("headers", [{}, HTMX, JSON], ids=["page", "htmx", "JSON"])
def test_characters_that_cannot_be_read_are_shown_by_a_mark(
    client: TestClient, file: bytes, headers: dict[str, str]
) -> None:
    answer = send(client, file, headers, dry_run="1")
    assert answer.status_code == 200
    if headers != JSON:
        assert "\ufffd" in answer.text
    sent = {"file": ("file.csv", file)}
    bad = client.post("/consumption/import/problems", files=sent)
    assert bad.status_code == 200
    assert "\ufffd" in bad.text


def test_a_refused_file_is_told_in_the_form(client: TestClient) -> None:
    for headers in (HTMX, {}):
        answer = send(client, "nothing", headers)
        assert answer.status_code == 422
        assert "There is no table in this file" in answer.text


def plain(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub("<[^>]*>", "", html).split())


# Choices in the dialog ---------------------------------------------------------------------------

WIDE = "Day;Power [kWh];Gas [m³]\n13-01-2025;4,8;6,2\n14-01-2025;5;7\n"


def roles(html: str) -> list[str]:
    """The texts of the choice over each column."""
    selects = re.findall(r'<select[^>]*name="role".*?</select>', html, re.DOTALL)
    return [re.findall(r'value="([^"]*)" selected', select)[0] for select in selects]


def test_a_column_that_is_asked_about_can_be_left_out_in_the_dialog(client: TestClient) -> None:
    file = ";Jan 2026;Feb 2026\n1;5;6\n2;7;8\n"

    def look(**fields: Any) -> str:
        choices = {"type": "gas", "guessed": ",value,value", **fields}
        return send(client, file, {**HTMX}, dry_run="1", **choices).text

    asks = look(role=["", "value", "value"])
    assert "Are the numbers without a heading the days of the months?" in asks
    assert '<option value="">Choose …</option>' in asks
    assert guessed(asks) == ",value,value"
    for role, days in (("-", "2026-02-28"), ("date", "2026-02-02")):
        answer = look(role=[role, "value", "value"])
        assert "Are the numbers" not in answer
        assert days in answer


def guessed(html: str) -> str:
    found = re.search(r'name="guessed" value="([^"]*)"', html)
    assert found
    return found[1]


def test_a_choice_stands_over_each_column_dashed_while_it_is_a_guess(client: TestClient) -> None:
    html = send(client, WIDE, HTMX, dry_run="1").text
    assert roles(html) == ["date", "value", "value"]
    assert guessed(html) == "date,value:Power:kWh,value:Gas:m³"
    assert html.count("new type") == 2
    assert 'class="input input-small guessed" aria-label="What column 2' in html


def test_what_was_chosen_over_the_columns_is_read_so(
    client: TestClient, database: Database
) -> None:
    html = send(client, WIDE, HTMX, dry_run="1").text
    answer = client.post(
        "/consumption/import",
        data={
            "guessed": guessed(html),
            "role": ["date", "value", "-"],
            "column_type": ["", "electricity", ""],
            "column_unit": ["", "kWh", ""],
        },
        files={"file": ("file.csv", WIDE)},
        headers=HTMX,
    )
    assert answer.status_code == 200
    with database.reading() as db:
        rows = db.execute(text("SELECT DISTINCT consumption_type, unit FROM consumption_records"))
        assert [tuple(row) for row in rows] == [("electricity", "kWh")]


def test_one_type_for_several_columns_is_asked_about_and_saves_nothing(
    client: TestClient, database: Database
) -> None:
    answer = send(client, WIDE, JSON, type="electricity")
    assert answer.status_code == 422
    told = answer.json()
    assert told["asks"] == ["columns"]
    assert told["understood"]["columns"] == ["date", "value:Power:kWh", "value:Gas:m³"]
    assert told["problems"][0]["message"] == (
        "“electricity” would be the type of several columns: Power [kWh], Gas [m³]. "
        "Give each its own, or leave out all but one."
    )
    assert count(database) == 0
    html = send(client, WIDE, HTMX, dry_run="1", type="electricity").text
    assert "One type for several columns?" in html
    assert html.count('name="type"') == 1 and 'name="type" value="electricity"' in html
    assert 'value="Power"' in html and 'value="Gas"' in html
    assert send(client, WIDE, JSON, type="electricity", columns=",,-").json()["new"] == 2


def test_columns_with_the_same_heading_are_never_one_type(client: TestClient) -> None:
    file = "Date;kWh;kWh\n2026-10-05;1,5;2\n"
    html = send(client, file, HTMX, dry_run="1").text
    assert "One type for several columns? kWh, kWh: give each its own below, or" in plain(html)
    assert 'name="type"' not in html
    answer = send(client, file, JSON, columns=",value:in:,value:out:").json()
    assert (answer["asks"], answer["new"]) == ([], 2)


def test_a_heading_that_is_a_type_of_the_account_is_guessed_and_not_asked(
    client: TestClient,
) -> None:
    note(client, "Tea 2 2026-01-05")
    file = "Day;tea\n2026-10-05;1\n"
    html = send(client, file, HTMX, dry_run="1").text
    assert "What is this?" not in html and "“tea” is your type “Tea”." in html
    [field] = re.findall(r'<input id="import-type"[^>]*>', html)
    assert 'placeholder="tea"' in field and "guessed" in field
    asked = send(client, file.replace("tea", "coffee"), HTMX, dry_run="1").text
    assert "No column says its type, and no heading is a type you have." in asked


def test_the_second_file_of_a_kind_is_read_as_the_first_until_forgotten(
    client: TestClient,
) -> None:
    file = "Giorno;kWh letti\n13/01/2025;5\n"
    first = send(client, file, HTMX, dry_run="1").text
    assert "What is this?" in first and "as last time" not in first
    send(client, file, HTMX, type="electricity", unit="kWh", guessed=guessed(first))
    second = send(client, file.replace("13/", "14/"), HTMX, dry_run="1").text
    assert "read as last time" in second and "Import 1 record" in second
    anew = send(client, file.replace("13/", "14/"), HTMX, anew="1").text
    assert "What is this?" in anew
    assert client.post("/account/imports/forget").status_code == 303
    assert "as last time" not in send(client, file, HTMX, dry_run="1").text


def test_of_a_file_whose_sender_hangs_up_nothing_is_saved(
    app: Starlette,
    running: TestClient,
    client: TestClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_read = threading.Event()
    original = imports.import_file

    def import_file(*arguments: Any, **named: Any) -> Any:
        imported = original(*arguments, **named)
        assert imported.report.saved
        is_read.set()
        with suppress(ClientDisconnect):
            while True:
                arguments[4].go_on()
                time.sleep(0.01)
        return imported

    monkeypatch.setattr(imports, "import_file", import_file)
    request = client.build_request(
        "POST",
        "/consumption/import",
        files={"file": ("a.csv", "date,type,value\n2026-10-05,tea,1\n")},
    )
    body = request.read()
    sent: list[str] = []

    async def receive() -> Message:
        if not sent:
            sent.append("body")
            return {"type": "http.request", "body": body, "more_body": False}
        while not is_read.is_set():
            await anyio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    headers = [(name.lower(), value) for name, value in request.headers.raw]
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/consumption/import", "raw_path": b"/consumption/import", "query_string": b"",
        "headers": headers, "client": ("testclient", 1), "server": ("testserver", 80),
        "root_path": "", "app": app,
    }  # fmt: skip
    assert running.portal is not None
    running.portal.call(app, scope, receive, send)
    assert sent == ["body"]
    assert count(database) == 0
    monkeypatch.undo()
    # The turn is free again.
    assert send_rows(client) == 1


def send_rows(client: TestClient) -> int:
    new: int = send(client, "date,type,value\n2026-10-05,tea,1\n").json()["new"]
    return new


def test_the_beginning_of_a_file_is_only_looked_at(client: TestClient, database: Database) -> None:
    rows = "date,type,value\n2026-10-05,tea,1\n"
    assert send(client, rows, head="1").status_code == 422
    answer = send(client, rows + "2026-10-0", head="1", dry_run="1").json()
    assert (answer["new"], answer["saved"]) == (1, False)
    assert count(database) == 0


@pytest.mark.parametrize(
    ("row", "button"),
    [("", "Import the whole file"), ("never,tea,1\n", "Import all its good records")],
)
def test_the_button_below_the_beginning_of_a_file_promises_no_number(
    client: TestClient, row: str, button: str
) -> None:
    file = "date,type,value\n2026-10-05,tea,1\n" + row
    report = send(client, file, HTMX, head="1", dry_run="1").text
    rows = "2 rows" if row else "1 row"
    assert button in report and f"Counted in the first {rows}. The button" in report
    assert f"at least {rows}" in report
    assert "Import 1 record" not in report and "Import the 1 good" not in report
    whole = send(client, file, HTMX, dry_run="1").text
    assert "Counted in the first" not in whole and "at least" not in whole


TWO_WAYS = "Day;Power 1 [kWh];Power 2 [kWh]\n13-10-2026;1,5;-1,25\n14-10-2026;2;3\n"
USED = {"Power 1": 3.5, "Power 2": 3}
STATEMENT = "Day;Amount [EUR];Text\n" + "".join(
    f"{day}-10-2026;-{day},5;x\n" for day in range(13, 17)
)


@pytest.mark.parametrize(
    ("file", "chosen", "likely", "values"),
    [
        (TWO_WAYS, {}, "split", USED | {"Power 2 returned": 1.25}),
        (TWO_WAYS, {"returned": "sent back"}, "split", USED | {"sent back": 1.25}),
        (TWO_WAYS, {"returned": "… out"}, "split", USED | {"Power 2 out": 1.25}),
        (TWO_WAYS, {"negative": "omit"}, "omit", USED),
        (STATEMENT, {"type": "spent", "columns": "date,value,-"}, "flip", {"spent": 60}),
    ],
)  # fmt: skip
def test_the_likeliest_choice_of_amounts_below_zero_is_made_in_the_dialog(
    client: TestClient,
    database: Database,
    file: str,
    chosen: dict[str, str],
    likely: str,
    values: dict[str, float],
) -> None:
    shown = send(client, file, HTMX, dry_run="1", **chosen).text
    assert re.findall(r'name="negative" value="(\w+)" checked', shown) == [likely]
    assert send(client, file, HTMX, **chosen | {"negative": likely}).status_code == 200
    with database.reading() as db:
        rows = db.execute(
            text(
                "SELECT consumption_type, SUM(consumption_value)"
                " FROM consumption_records GROUP BY consumption_type"
            )
        )
        assert {name: float(value) for name, value in rows} == values


def test_a_script_that_says_nothing_of_amounts_below_zero_has_them_left_out(
    client: TestClient,
) -> None:
    answer = send(client, TWO_WAYS).json()
    assert (answer["new"], answer["left_out"], answer["saved"]) == (3, 1, True)


def test_choices_show_examples_from_the_file_and_the_days_that_it_covers(
    client: TestClient,
) -> None:
    file = TWO_WAYS + "1-11-2026;2;3\n"
    shown = send(client, file, HTMX, dry_run="1").text
    assert "decimal comma: 1,5<" in shown and "day first: 13-10-2026<" in shown
    assert "decimal point: 1234.5<" in shown
    assert "13 October to 1 November 2026" in shown
    of_head = send(client, file, HTMX, dry_run="1", head="1").text
    assert "13 October to" not in of_head


def test_of_a_beginning_so_many_rows_are_read_as_show_whether_a_choice_is_right(
    client: TestClient,
) -> None:
    rows = [f"2026-10-{1 + place % 28:02},tea,{place}" for place in range(HEAD_ROWS + 5)]
    file = "\n".join(["date,type,value", *rows, "13/10/2026,tea,1", "5/10/2026,tea,1"])
    answer = send(client, file, head="1", dry_run="1").json()
    assert (answer["new"], answer["problems"]) == (HEAD_ROWS, [])
    # What all of it tells is seen all the same.
    assert answer["understood"]["order"] == "day-first"


@pytest.mark.parametrize("name", ["workbook.xlsx", "green-button.xml", "checkmarks.zip"])
def test_the_beginning_of_an_archive_or_feed_is_refused(client: TestClient, name: str) -> None:
    file = (Path(__file__).parents[1] / "transfer/import" / name).read_bytes()
    problems = send(client, file, head="1", dry_run="1").json()["problems"]
    assert problems[0]["message"] == "The beginning of such a file is not enough to read it."


# Costs and the currency of the account


def currency_of(database: Database) -> str:
    with database.reading() as db:
        found = db.execute(text("SELECT preferences ->> 'currency' FROM users ORDER BY created_at"))
        return str(found.scalars().first() or "")


def costs(database: Database) -> list[str]:
    with database.reading() as db:
        found = db.execute(
            text(
                "SELECT COALESCE(cost::text, '-') FROM consumption_records"
                " ORDER BY consumption_value, id"
            )
        )
        return list(found.scalars())


FUEL = "date,type,value,unit,cost{heading}\n2026-10-05,fuel,40,l,{}\n2026-10-09,fuel,42,l,{}\n"


@pytest.mark.parametrize(
    ("file", "code", "sign", "saved"),
    [
        (FUEL.format("$70.00", "$73.50", heading=""), "USD", "$", ["70.00", "73.50"]),
        (FUEL.format("70", "73.50", heading=" (CHF)"), "CHF", "CHF", ["70", "73.50"]),
        (FUEL.format("70,PLN", "73,PLN", heading=",currency"), "PLN", "zł", ["70", "73"]),
        (FUEL.format("70 Kč", "73 Kč", heading=""), "CZK", "Kč", ["70", "73"]),
        # Nothing says it: the euro, as for the first cost of a form.
        (FUEL.format("70", "73", heading=""), "EUR", "€", ["70", "73"]),
        # One of another currency is left out.
        (FUEL.format("70,GBP", "73 €,GBP", heading=",currency"), "GBP", "£", ["70", "-"]),
    ],
)
def test_the_first_costs_of_a_file_set_the_currency(
    client: TestClient, database: Database, file: str, code: str, sign: str, saved: list[str]
) -> None:
    told = f"Costs are in {sign}: it becomes the currency of the account."
    seen = send(client, file, dry_run="1").json()
    assert told in seen["remarks"]
    assert told in send(client, file, HTMX, dry_run="1").text
    assert currency_of(database) == ""
    done = send(client, file)
    assert done.status_code == 200 and told in done.json()["remarks"]
    assert (currency_of(database), costs(database)) == (code, saved)
    # Once it is set nothing is said any more, and it stays.
    again = send(client, file.replace("$", "€").replace("2026", "2025")).json()
    assert not any("becomes the currency" in remark for remark in again["remarks"])
    assert currency_of(database) == code


def test_a_file_that_changes_nothing_sets_no_currency(
    client: TestClient, database: Database
) -> None:
    file = FUEL.format("£70", "£73", heading="")
    send(client, file)
    none = {"currency": "", "confirm_currency": "1"}
    assert client.post("/account", data=none, headers=JSON).status_code == 200
    for dry_run in ("1", ""):
        again = send(client, file, dry_run=dry_run).json()
        assert (again["unchanged"], currency_of(database)) == (2, "")
        assert not any("becomes the currency" in remark for remark in again["remarks"])


def test_the_message_after_an_import_names_the_new_currency(client: TestClient) -> None:
    shown = HTMX | {"HX-Current-URL": "http://testserver/list"}
    answer = send(client, FUEL.format("£70", "£73", heading=""), shown)
    assert "Imported 2 records. Costs are in £: choose another" in answer.text


@pytest.mark.parametrize(
    "file",
    [
        FUEL.format("70 kr", "73 kr", heading=""),
        FUEL.format("70", "73", heading=" (kr)"),
        FUEL.format("¥70", "¥73", heading=""),
    ],
)
def test_costs_that_may_be_of_several_currencies_wait_for_the_accounts(
    client: TestClient, database: Database, file: str
) -> None:
    answer = send(client, file).json()
    assert (answer["new"], currency_of(database), costs(database)) == (2, "", ["-", "-"])
    assert any("2 costs left out: choose the currency" in said for said in answer["remarks"])


def test_costs_in_another_currency_than_the_accounts_are_left_out_and_said(
    client: TestClient, database: Database
) -> None:
    client.post("/account", data={"currency": "EUR"}, headers=HTMX)
    by_row = send(client, FUEL.format("70,EUR", "73,USD", heading=",currency")).json()
    assert costs(database) == ["70", "-"]
    assert "1 cost in another currency left out." in by_row["remarks"]
    # Chosen by hand, a column whose heading names dollars has no euros either.
    dollars = FUEL.format("70", "73", heading=" (USD)").replace("2026", "2025")
    chosen = send(client, dollars, columns="date,type,value,unit,cost").json()
    assert "2 costs in another currency left out." in chosen["remarks"]
    assert (currency_of(database), sorted(costs(database))) == ("EUR", ["-", "-", "-", "70"])


def test_a_file_without_costs_sets_no_currency(client: TestClient, database: Database) -> None:
    assert send(client, FUEL.format("", "", heading=" (USD)")).json()["new"] == 2
    assert currency_of(database) == ""


def test_what_is_not_saved_sets_no_currency(client: TestClient, database: Database) -> None:
    bad = FUEL.format("$70", "$73", heading="") + "never,fuel,1,l,$2\n"
    assert send(client, bad).status_code == 422
    assert currency_of(database) == ""
    assert send(client, bad, skip_problems="1").status_code == 200
    assert currency_of(database) == "USD"
