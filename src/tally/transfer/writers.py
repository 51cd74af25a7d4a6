"""Records as a file to take away, and the guard against formulas in spreadsheets. Pure.

A record is a text for each of `COLUMNS`, in their order; pages of records become chunks of bytes,
so that no file is ever whole in memory.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from tally.domain.text import from_first_visible

COLUMNS = (
    "id",
    "consumption_date",
    "consumption_value",
    "consumption_type",
    "unit",
    "notes",
    "created_at",
    "days",
    "reading",
    "meter",
    "cost",
)
# Files of version 1.0 end here.
COLUMNS_OF_1_0 = COLUMNS[: COLUMNS.index("days")]
COUNTS = ("days", "meter")
OPTIONAL = ("reading", "cost")
# The first column of a file of rows that could not be imported; the file's own columns follow.
REASON = "reason"

# The characters that make a spreadsheet run a cell that begins with them, and the mark that stops
# it. East Asian spreadsheets run the wide forms, too. All of them also count after characters that
# some spreadsheets drop: white space, line breaks, invisible characters.
_RUNS = ("=", "+", "-", "@", "'", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Texts = Sequence[str]


def csv_chunks(pages: Iterable[Iterable[Texts]], header: Texts = COLUMNS) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 without BOM: a header line, CRLF, one chunk a page."""
    yield _csv([header])
    for page in pages:
        yield _csv(page)


def json_chunks(pages: Iterable[Iterable[Texts]]) -> Iterator[bytes]:
    """`{"records":[…]}` with a record a line, one chunk a page.

    The version is left out: it counts the edits in one account and means nothing in another.
    """
    yield b'{"records":['
    between = "\n"
    for page in pages:
        lines = [_encode(_as_json(record)) for record in page]
        if lines:
            yield (between + ",\n".join(lines)).encode()
            between = ",\n"
    yield b"\n]}\n"


def _as_json(record: Texts) -> dict[str, str | int | None]:
    """The record as JSON: decimals are texts, counts are numbers, missing numbers are null."""
    content: dict[str, str | int | None] = dict(zip(COLUMNS, record, strict=True))
    content |= {name: content[name] or None for name in OPTIONAL}
    for name in COUNTS:
        text = content[name]
        content[name] = int(text) if text else None
    return content


def guard(cell: str) -> str:
    """The cell, with an apostrophe in front if a spreadsheet would run it."""
    if cell[:1].isascii() and cell[:1].isalnum():  # Nearly all do: the rest costs more.
        return cell
    runs = cell.startswith(_RUNS) or from_first_visible(cell).startswith(_RUNS)
    return "'" + cell if runs else cell


def unguard(cell: str) -> str:
    """The text as it was before `guard`."""
    return cell[1:] if cell.startswith("'") else cell


def _csv(rows: Iterable[Texts]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(map(guard, row) for row in rows)
    return text.getvalue().encode()
