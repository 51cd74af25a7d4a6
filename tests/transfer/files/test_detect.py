"""The kind of a file, told by its first bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from tally.transfer.faults import UnreadableFile
from tally.transfer.files.detect import SAVE_INSTEAD, FileKind, kind_of


def packed(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "date,value")
    return content.getvalue()


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"date,value\n2026-10-05,1\n", "text"),
        (b"", "text"),
        (b"[Meter 1]\ndate,value\n", "text"),
        (b"{curly} heading;value\n", "text"),
        (b"\xef\xbb\xbfdate;value\n", "text"),
        (b"<5;10\n", "text"),
        (b'[{"date": "2026-10-05"}]', "json"),
        (b'  {"records": []}', "json"),
        (b"\xef\xbb\xbf[1, 2]", "json"),
        ('{"a": 1}'.encode("utf-16"), "json"),
        (b'<?xml version="1.0"?><feed/>', "xml"),
        (b"\xef\xbb\xbf<feed/>", "xml"),
        (packed("usage.csv"), "zip"),
        (packed("[Content_Types].xml"), "workbook"),
        (packed("xl/workbook.xml"), "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "workbook"),
    ],
)
def test_the_kind_of_a_file(start: bytes, kind: FileKind) -> None:
    assert kind_of(start) == kind


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (b"%PDF-1.7", "This is a PDF document. " + SAVE_INSTEAD),
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"SQLite format 3\x00", "This is a database"),
        (b"\x89PNG\r\n", "This is a picture"),
        (b"<!DOCTYPE html><html>", "web page (HTML)"),
        (b"\n <TABLE><tr>", "web page (HTML)"),
        (b"<!-- saved --><html>", "web page (HTML)"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "Excel 2003 XML",
        ),
    ],
)
def test_what_is_no_table_says_what_it_is_and_what_to_choose_instead(
    start: bytes, why: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        kind_of(start)
    assert why in str(refused.value)
    assert str(refused.value).endswith(".")
