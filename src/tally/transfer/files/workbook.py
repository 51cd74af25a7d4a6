"""Workbooks (.xlsx, .xls, .xlsb, .ods), read by python-calamine in a process of its own.

The reader is native code that unpacks a stranger's file, and it holds a sheet as a whole rectangle,
however few of its cells are filled. So the system limits its memory and time, and in the worst case
the server only loses that process.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tally.domain.amounts import grouped
from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import workbook_process
from tally.transfer.files.csv_rows import CsvLine

MAX_BYTES = 16 * 1024 * 1024
MAX_CELLS = 2_000_000
# Checked in the archive's directory before anything is unpacked.
MAX_UNPACKED = 128 * 1024 * 1024
MAX_RATIO = 400
MAX_SHEETS = 200
MAX_ENTRIES = 2_000

SECONDS = 20
MEMORY_BYTES = 700 * 1024 * 1024

_TOO_LARGE = (
    f"A workbook can have {MAX_BYTES // 2**20} MB and {grouped(MAX_CELLS)} cells. "
    "Save the sheet as CSV."
)
_TOO_MANY_SHEETS = f"A workbook can have {MAX_SHEETS} sheets. Save the one that you mean as CSV."
_UNREADABLE = "This workbook cannot be read. Save it anew as .xlsx or as CSV, and choose that."


@dataclass(frozen=True)
class Sheets:
    """The sheets of a workbook; `lines` reads one, from the beginning each time."""

    names: tuple[str, ...]
    folder: Path

    def lines(self, name: str) -> Iterator[CsvLine]:
        """The rows of a sheet. Numbers are `Exact`, days are written as 2026-10-05."""
        place = self.names.index(name)
        with open(self.folder / f"{place}.jsonl", encoding="utf-8") as rows:
            for number, row in enumerate(rows, 1):
                yield CsvLine(number, [_cell(cell) for cell in json.loads(row)])


@contextmanager
def opened(file: BinaryIO) -> Iterator[Sheets]:
    """The sheets of a workbook. Raises UnreadableFile."""
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise UnreadableFile(_TOO_LARGE)
    _check_directory(file)
    with tempfile.TemporaryDirectory(prefix="tally-workbook-") as name:
        folder = Path(name)
        file.seek(0)
        with open(folder / "workbook", "wb") as copy:
            shutil.copyfileobj(file, copy)
        yield Sheets(_converted(folder), folder)


def _converted(folder: Path) -> tuple[str, ...]:
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                workbook_process.__file__,
                str(folder),
                str(MAX_CELLS),
                str(MEMORY_BYTES),
                str(SECONDS),
                str(MAX_SHEETS),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(_TOO_LARGE) from error
    if done.returncode == workbook_process.TOO_LARGE:
        raise UnreadableFile(_TOO_LARGE)
    if done.returncode == workbook_process.ENCRYPTED:
        raise UnreadableFile("This workbook has a password. Save it without one, and choose that.")
    if done.returncode == workbook_process.TOO_MANY_SHEETS:
        raise UnreadableFile(_TOO_MANY_SHEETS)
    if done.returncode:
        raise UnreadableFile(_UNREADABLE)
    names = tuple(json.loads(done.stdout))
    if not names:
        raise UnreadableFile("There is no sheet with cells in this workbook.")
    return names


def _check_directory(file: BinaryIO) -> None:
    """Check the sizes in a zipped workbook's own directory. Raises UnreadableFile."""
    file.seek(0)
    if file.read(2) != b"PK":
        return
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(_UNREADABLE) from error
    sheets = sum("worksheets/" in entry.filename for entry in entries)
    if sheets > MAX_SHEETS or len(entries) > MAX_ENTRIES:
        raise UnreadableFile(_TOO_MANY_SHEETS)
    packed = sum(max(entry.compress_size, 256) for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > max(packed * MAX_RATIO, 1 << 20):
        raise UnreadableFile(_TOO_LARGE)


def _cell(cell: object) -> str:
    """A cell as the process wrote it: a text, or a list of one number."""
    return Exact(cell[0]) if isinstance(cell, list) else str(cell)
