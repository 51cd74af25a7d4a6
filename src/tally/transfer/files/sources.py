"""A file of any kind as lines of cells; each reader can repeat them from the beginning.

Text is streamed. Archives are checked against limits before they are unpacked, a workbook is read
in a process of its own (workbook.py), and every reader except that of text names its columns in its
first line.
"""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from tally.domain.amounts import grouped
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import csv_rows, green_button, json_rows, nem12, workbook
from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.files.delimiters import LINES_TO_SEE, delimiter_in
from tally.transfer.files.detect import START_BYTES, FileKind, kind_of
from tally.transfer.files.encodings import check_encoding, decoder_of, encoding_of

MAX_BYTES = 64 * 1024 * 1024
# The limits of an archive: its compression, its files, its unpacked size.
MAX_RATIO = 200
MAX_ENTRIES = 200
MAX_UNPACKED = MAX_BYTES
MAX_ROWS = 1_000_000
# Headings, titles and sums do not count.
MAX_LINES_AROUND = 1_000
TOO_MANY_ROWS = f"A file can have {grouped(MAX_ROWS)} rows. Split this one."
# Unpacked in memory up to here, on the disk beyond.
_IN_MEMORY = 1 << 20
# The most characters of each cell that are kept of a line that is too long.
_CELL_SHOWN = 100
_BLOCK = 1 << 16

# What a damaged archive raises while it is read; each packing has an error of its own.
_DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)
with suppress(ImportError):  # Python can be built without it, and then refuses such archives.
    import lzma

    _DAMAGED = (*_DAMAGED, lzma.LZMAError)

_TABLES = frozenset(
    (
        ".csv",
        ".tsv",
        ".txt",
        ".tab",
        ".json",
        ".jsonl",
        ".ndjson",
        ".xml",
        ".xlsx",
        ".xls",
        ".xlsb",
        ".ods",
        ".dat",
        ".log",
        "",
    )
)


@dataclass(frozen=True)
class Source:
    """A file as lines of cells; `lines()` begins anew each time.

    `parts`: the sheets or files to choose from; `part`: the chosen one. `encoding`, `delimiter`:
    "" where the format has none. `suggested_type`, `suggested_unit`: those of all rows by the
    format itself.
    """

    lines: Callable[[], Iterator[CsvLine]]
    kind: FileKind = "text"
    encoding: str = ""
    delimiter: str = ""
    parts: tuple[str, ...] = ()
    part: str = ""
    suggested_type: str = ""
    suggested_unit: str = ""


class _Wanted(NamedTuple):
    """The choices for opening a file: `encoding` and `table` are "" where none is chosen.

    `head`: it is only the beginning of the file.
    """

    encoding: str
    table: str
    head: bool


@contextmanager
def opened(
    file: BinaryIO, *, encoding: str = "", table: str = "", head: bool = False
) -> Iterator[Source]:
    """The file as a source. Raises UnreadableFile, also while its lines are read.

    `table` may name a sheet, or a file in a zip. `head`: it is only the beginning of the file.
    """
    with ExitStack() as stack:
        yield _source(stack, file, _Wanted(encoding, table, head))


def _source(stack: ExitStack, file: BinaryIO, wanted: _Wanted) -> Source:
    file.seek(0)
    start = file.read(START_BYTES)
    if not start.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("This file is empty.")
    kind = kind_of(start)
    if wanted.head and kind not in ("text", "json"):
        raise UnreadableFile("The beginning of such a file is not enough to read it.")
    if kind == "zip" and not _holds_workbook(file):
        return _packed(stack, file, wanted)
    if kind in ("zip", "workbook"):
        sheets = stack.enter_context(workbook.opened(file))
        name = _part(wanted.table, sheets.names)
        return Source(
            lambda: _bounded(sheets.lines(name)), "workbook", parts=sheets.names, part=name
        )
    if kind == "xml":
        about = green_button.overview(file)
        return Source(
            lambda: _bounded(green_button.lines(file, about)),
            "xml",
            suggested_type=about.only_type,
        )
    name = check_encoding(wanted.encoding) if wanted.encoding else encoding_of(file)
    codec, errors = decoder_of(name, start)
    text = _Text(file, codec, errors)
    if kind == "json":
        return _json_source(text, name, wanted)
    _check_lines(file)
    return _text_source(text, name)


class _Text:
    """The text of a file, from its beginning each time that it is opened."""

    def __init__(self, file: BinaryIO, codec: str, errors: str) -> None:
        self._file = file
        self._codec = codec
        self._errors = errors

    def opened(self) -> io.TextIOWrapper:
        """Line breaks stay as they are; closing it leaves the file open."""
        self._file.seek(0)
        return _Detached(self._file, self._codec, self._errors, newline="")


class _Detached(io.TextIOWrapper):
    def close(self) -> None:
        # A caller that stops in the middle of a file may release its lines after the file itself.
        with suppress(ValueError):
            self.detach()

    def __del__(self) -> None:
        self.close()


def _check_lines(file: BinaryIO) -> None:
    """Refuse a file of too many lines before any of them is read."""
    file.seek(0)
    ends = returns = 0
    while block := file.read(_BLOCK):
        ends += block.count(b"\n")
        returns += block.count(b"\r")
        if max(ends, returns) > MAX_ROWS + MAX_LINES_AROUND:
            raise UnreadableFile(TOO_MANY_ROWS)


def _json_source(text: _Text, encoding: str, wanted: _Wanted) -> Source:
    content = json_rows.JsonText(text.opened)
    parts = content.parts
    part = _part(wanted.table, parts) if parts else ""
    return Source(
        lambda: _bounded(content.lines(part, head=wanted.head)),
        "json",
        encoding=encoding,
        parts=parts,
        part=part,
        suggested_unit=content.unit(part),
    )


def _text_source(text: _Text, encoding: str) -> Source:
    with text.opened() as sample:
        first = list(islice(sample, LINES_TO_SEE))
    delimiter, is_said = delimiter_in(first)
    if nem12.is_nem12(first):
        return Source(
            lambda: _bounded(nem12.lines(lambda: _rows(text, ",", False))), encoding=encoding
        )
    return Source(lambda: _rows(text, delimiter, is_said), encoding=encoding, delimiter=delimiter)


def _rows(text: _Text, delimiter: str, skip_first: bool) -> Iterator[CsvLine]:
    with text.opened() as stream:
        yield from islice(csv_rows.rows(stream, delimiter), int(skip_first), None)


def _bounded(lines: Iterator[CsvLine]) -> Iterator[CsvLine]:
    """The lines of a reader without limits of its own. Raises UnreadableFile."""
    for count, line in enumerate(lines):
        if count > MAX_ROWS + MAX_LINES_AROUND:
            raise UnreadableFile(TOO_MANY_ROWS)
        if sum(map(len, line.cells)) > csv_rows.MAX_IN_A_ROW:
            yield CsvLine(
                line.number, [cell[:_CELL_SHOWN] for cell in line.cells], csv_rows.TOO_LONG
            )
        else:
            yield line


def _part(table: str, names: tuple[str, ...] | list[str]) -> str:
    """The sheet, file or list of that name, or the file with that sheet or list; else the first."""
    if not names:
        raise UnreadableFile("There is no table in this file.")
    named = table.casefold()
    for name in names:
        if named == name.casefold() or named.startswith(f"{name}/".casefold()):
            return name
    return names[0]


# Archives -----------------------------------------------------------------------------------------


def _packed(stack: ExitStack, file: BinaryIO, wanted: _Wanted) -> Source:
    """A file of an archive.

    If there are several files, the sheets and lists inside them are parts of the archive, too:
    `2026.xlsx/May`.
    """
    with _archive(file) as archive:
        names = _tables_of(archive)
        name = _part(wanted.table, names)
        unpacked = stack.enter_context(_unpacked(archive, name))
    if len(names) == 1:
        inner = _source(stack, unpacked, wanted)
        return inner if inner.parts else replace(inner, parts=tuple(names), part=name)
    inside = wanted._replace(table=wanted.table[len(name) + 1 :])
    inner = _source(stack, unpacked, inside)
    if not inner.parts:
        return replace(inner, parts=tuple(names), part=name)
    own = [f"{name}/{part}" for part in inner.parts]
    others = [other for other in names if other != name]
    return replace(inner, parts=(*own, *others), part=f"{name}/{inner.part}")


def _holds_workbook(file: BinaryIO) -> bool:
    """Whether an archive is a workbook, though its first bytes do not say so."""
    with _archive(file) as archive:
        return any(name in archive.namelist() for name in ("[Content_Types].xml", "mimetype"))


@contextmanager
def _archive(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGED as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            "This archive cannot be unpacked. Unpack it yourself and choose what is inside."
        ) from error


def _tables_of(archive: zipfile.ZipFile) -> list[str]:
    # Python asks the last character of a name whether it is a folder: a name may be empty.
    entries = [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile(
            f"This archive holds {grouped(len(entries))} files; {MAX_ENTRIES} are the most."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("This archive has a password. Unpack it and choose what is inside.")
    names = [
        entry.filename
        for entry in sorted(entries, key=lambda entry: -entry.file_size)
        if PurePosixPath(entry.filename).suffix.lower() in _TABLES
        and not PurePosixPath(entry.filename).name.startswith(".")
        and "__MACOSX" not in entry.filename
        and entry.file_size
    ]
    if not names:
        raise UnreadableFile("There is no table in this archive: no CSV, JSON or workbook.")
    return names


@contextmanager
def _unpacked(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    entry = archive.getinfo(name)
    most = min(MAX_UNPACKED, max(entry.compress_size, 1024) * MAX_RATIO)
    too_large = UnreadableFile(f"“{PurePosixPath(name).name}” is too large to unpack.")
    if entry.file_size > most:
        raise too_large
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as unpacked:
        with archive.open(entry) as packed:
            size = 0
            while block := packed.read(_BLOCK):
                size += len(block)
                if size > most:
                    raise too_large
                unpacked.write(block)
        unpacked.seek(0)
        if unpacked.read(4) == b"PK\x03\x04" and not name.lower().endswith(
            (".xlsx", ".ods", ".xlsb")
        ):
            raise UnreadableFile("There is another archive in this archive. Unpack it first.")
        unpacked.seek(0)
        yield unpacked  # type: ignore[misc]
