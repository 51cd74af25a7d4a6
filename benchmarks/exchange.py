"""Export and import of large files, rows a second and what the server's memory grows.

Export: 1 000 000 records of one user. Import: a foreign CSV of 100 000 rows, looked at (dry run),
saved, and sent once more, each by a server that has just started; the beginning of a file of 1 MB,
as the dialog sends it for a changed choice; and as a subject of its own, `largest`, a file of
1 000 000 rows. What a server grows by is the largest memory that it had while it answered.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import psutil

from benchmarks import scratch
from benchmarks.scratch import Household, Person
from tally.transfer.readers import HEAD_ROWS

HOUSEHOLDS = (Household(1_000_000),)
ROWS = 100_000
MAX_ROWS = 1_000_000
# What the dialog sends of a file when a choice is changed: static/js/import.js.
HEAD_BYTES = 256 * 1024
BLOCK = 1 << 16
BOUNDARY = "a-boundary-that-no-row-contains"


def server(port: int) -> psutil.Process:
    """The process that serves on this port."""
    return next(
        child
        for child in psutil.Process().children(recursive=True)
        if str(port) in child.cmdline() and child.name().startswith("python")
    )


def ask(port: int, cookie: str, method: str, path: str, body: bytes = b"") -> Iterator[bytes]:
    """The body of an answer, block by block."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {
        "Host": f"localhost:{port}",
        "Cookie": f"session={cookie}",
        "Accept": "application/json",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    while answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        # The turn of the answer before ends a moment after its last byte.
        answer.read()
        time.sleep(0.05)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
    assert answer.status == 200, (answer.status, answer.read(2000))
    while block := answer.read(BLOCK):
        yield block
    connection.close()


def export(port: int, cookie: str, query: str, records: int) -> str:
    process = server(port)
    before = most = process.memory_info().rss
    size = 0
    begin = looked = time.perf_counter()
    first = 0.0
    for block in ask(port, cookie, "GET", f"/consumption?{query}"):
        size += len(block)
        now = time.perf_counter()
        first = first or now - begin
        if now - looked > 0.05:
            looked = now
            most = max(most, process.memory_info().rss)
    seconds = time.perf_counter() - begin
    return line(f"export {query}", records, size, seconds, first, most - before)


def send(port: int, cookie: str, name: str, file: bytes, rows: int, **fields: str) -> str:
    process = server(port)
    before = process.memory_info().rss
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\n'
    )
    body = "".join([*parts, head]).encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
    begin = time.perf_counter()
    answer = json.loads(b"".join(ask(port, cookie, "POST", "/consumption/import", body)))
    seconds = time.perf_counter() - begin
    assert sum(answer[kind] for kind in ("new", "unchanged", "alike")) == rows, answer
    return line(f"import {name}", rows, len(file), seconds, seconds, peak(process) - before)


def peak(process: psutil.Process) -> int:
    """The largest memory that a process has had, in bytes."""
    words = Path(f"/proc/{process.pid}/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) * 1024


def choice(port: int, cookie: str, file: bytes) -> str:
    """The seconds of a changed choice, as a line: the median of five."""
    size = file[:HEAD_BYTES].rfind(b"\n") + 1
    rows = min(file[:size].count(b"\n") - 1, HEAD_ROWS)
    lines = [
        send(port, cookie, "head", file[:size], rows, dry_run="1", head="1", order="day-first")
        for _ in range(5)
    ]
    return sorted(lines, key=lambda line: float(line.split("|")[6].replace(",", "")))[2]


def line(name: str, rows: int, size: int, seconds: float, first: float, grown: int) -> str:
    return (
        f"| {name} | {rows:,} | {size / 1e6:,.1f} | {seconds:.1f} | {rows / seconds:,.0f} |"
        f" {first * 1000:,.0f} | {max(0, grown) / 1e6:.1f} |"
    )


def foreign_file(rows: int) -> bytes:
    """As another program might write it: semicolons, dates with dots, decimal commas."""
    today = datetime.now(UTC).date()
    kinds = (("Strom", "kWh"), ("Wasser", "l"), ("Kaffee", "Tassen"), ("Gas", "m3"))
    lines = ["Datum;Type;Amount;Unit;Comment"]
    for number in range(rows):
        day = today - timedelta(days=number % 3_000)
        kind, unit = kinds[number % len(kinds)]
        # Up and down: figures that only rise would be those of meters.
        value = f"{number * 389 % 977},{number % 99:02}"
        lines.append(f"{day:%d.%m.%Y};{kind};{value};{unit};{'zu Hause' if number % 5 else ''}")
    return "\r\n".join(lines).encode()


def warm_up(port: int, cookie: str) -> None:
    """Let a server load its modules before its memory is looked at."""
    send(port, cookie, "of a few rows", foreign_file(100), 100, dry_run="1")


def report(url: str, people: dict[Household, Person]) -> Iterator[str]:
    """The lines of the table. Each import is one of a server just started."""
    yield "| what | rows | MB | seconds | rows/s | first byte ms | server grew MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    [household] = HOUSEHOLDS
    cookie = people[household].cookie
    with scratch.serving(url) as port:
        for _ in ask(port, cookie, "GET", "/consumption?format=csv&min=132"):
            pass  # Warm up.
        for query in ("format=csv", "format=json&download=1"):
            yield export(port, cookie, query, household.records)
    db = scratch.engine(url)
    importer, other = scratch.people(db, 2)
    db.dispose()
    yield from imports(url, importer, "", foreign_file(ROWS), ROWS)
    with scratch.serving(url) as port:
        warm_up(port, other.cookie)
        yield choice(port, other.cookie, foreign_file(ROWS)[: 1 << 20])


def report_largest(url: str, people: dict[Household, Person]) -> Iterator[str]:
    """The same of the largest file that is taken: it takes minutes."""
    db = scratch.engine(url)
    [importer] = scratch.people(db, 1)
    db.dispose()
    yield from imports(url, importer, ", the largest", foreign_file(MAX_ROWS), MAX_ROWS)


def imports(url: str, importer: Person, which: str, file: bytes, rows: int) -> Iterator[str]:
    """A file looked at, saved, and sent once more."""
    kinds = {"dry run": {"dry_run": "1"}, "saved": {}, "once more": {}}
    for name, fields in kinds.items():
        with scratch.serving(url) as port:
            warm_up(port, importer.cookie)
            yield send(port, importer.cookie, f"{name}{which}", file, rows, **fields)
