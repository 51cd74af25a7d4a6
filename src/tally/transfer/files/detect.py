"""The kind of a file, by its first bytes and never by its name. Pure."""

from __future__ import annotations

import re
from typing import Literal

from tally.transfer.faults import UnreadableFile

FileKind = Literal["text", "json", "xml", "workbook", "zip"]

# The first bytes of each kind of file.
START_BYTES = 4096

SAVE_INSTEAD = "Save it as CSV or as an Excel workbook (.xlsx) and choose that."

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURE = "This is a picture. Choose a file with a table in it."
_REFUSED = (
    (b"%PDF", "This is a PDF document. " + SAVE_INSTEAD),
    (b"\x1f\x8b", "This file is compressed with gzip. Unpack it and choose what is inside."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7z archive. Unpack it and choose what is inside."),
    (b"Rar!", "This is a RAR archive. Unpack it and choose what is inside."),
    (b"BZh", "This file is compressed with bzip2. Unpack it and choose what is inside."),
    (b"\xfd7zXZ", "This file is compressed with xz. Unpack it and choose what is inside."),
    (b"SQLite format 3", "This is a database. Export its table as CSV and choose that."),
    (b"PAR1", "This is a Parquet file. " + SAVE_INSTEAD),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"{\\rtf", "This is a text document. " + SAVE_INSTEAD),
)
_HTML = re.compile(
    rb"(?:<!--.*?-->|<\?xml[^>]*>|\s)*<(?:!doctype html|html|head|body|table|meta|div|style)\b",
    re.I | re.S,
)
_XML = re.compile(rb"\s*<[?!a-z]", re.I)
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"


def kind_of(start: bytes) -> FileKind:
    """The kind of a file by its beginning. Raises UnreadableFile, which names other formats."""
    for mark, sentence in _REFUSED:
        if start.startswith(mark):
            raise UnreadableFile(sentence)
    if start.startswith(_ZIP):
        return "workbook" if _is_workbook(start) else "zip"
    if start.startswith(_OLD_WORKBOOK):
        return "workbook"
    text = start.removeprefix(b"\xef\xbb\xbf")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = start[2:].replace(b"\x00", b"")
    if _HTML.match(text):
        raise UnreadableFile(
            "This is a web page (HTML), whatever its name says. Open it in a spreadsheet and save "
            "it as CSV or as an Excel workbook (.xlsx), and choose that."
        )
    if _XML.match(text):
        if _SPREADSHEET_XML in text:
            raise UnreadableFile("This is an Excel 2003 XML file. " + SAVE_INSTEAD)
        return "xml"
    return "json" if text.lstrip()[:1] in (b"{", b"[") and _looks_like_json(text) else "text"


def _is_workbook(start: bytes) -> bool:
    """Whether an archive is a workbook: by the first names of Office, or OpenDocument's type."""
    first = start[30:]
    return first.startswith(
        (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis")
    )


def _looks_like_json(text: bytes) -> bool:
    """Whether a text that begins with a bracket is JSON, not a title such as `[Meter 1]`."""
    after = text.lstrip()[1:].lstrip()[:1]
    return after in (b'"', b"{", b"[", b"}", b"]", b"-", b"") or after.isdigit()
