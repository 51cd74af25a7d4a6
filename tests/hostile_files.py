"""Files that want too much, say what is not so, or break off: each by its name, made when asked."""

# ruff: noqa: E501
from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

MB = 1 << 20
HEADER = b"date,type,value\n"
GOOD = HEADER + b"2026-10-05,tea,1\n"

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006"


def archive(*files: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as entries:
        for name, content in files:
            entries.writestr(name, content)
    return packed.getvalue()


def workbook(rows: bytes, sheets: int = 1, before: bytes = b"", after: bytes = b"") -> bytes:
    """An .xlsx in which every sheet has these rows, and what stands behind them."""
    relations = b"".join(
        b'<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>'
        % (number, _OFFICE)
        for number in range(sheets)
    )
    names = b"".join(
        b'<sheet name="S%d" sheetId="%d" r:id="r%d"/>' % (number, number + 1, number)
        for number in range(sheets)
    )
    return archive(
        (
            "[Content_Types].xml",
            b'<Types xmlns="%s/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
            % _PACKAGE,
        ),
        (
            "_rels/.rels",
            b'<Relationships xmlns="%s/relationships"><Relationship Id="r1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            % (_PACKAGE, _OFFICE),
        ),
        (
            "xl/workbook.xml",
            b'<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>'
            % (_MAIN, _OFFICE, names),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b'<Relationships xmlns="%s/relationships">%s</Relationships>' % (_PACKAGE, relations),
        ),
        (
            "xl/worksheets/sheet1.xml",
            b'%s<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>'
            % (before, _MAIN, rows, after),
        ),
    )


def opendocument(rows: bytes) -> bytes:
    """An .ods with these rows."""
    office = b"urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        b'<office:document-content xmlns:office="%soffice:1.0" xmlns:table="%stable:1.0" xmlns:text="%stext:1.0">'
        b'<office:body><office:spreadsheet><table:table table:name="A">%s</table:table></office:spreadsheet></office:body></office:document-content>'
        % (office, office, office, rows)
    )
    return archive(
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)
    )


def _cell(place: bytes, value: bytes = b"1") -> bytes:
    return b'<c r="%s"><v>%s</v></c>' % (place, value)


def _row(number: int, cells: bytes) -> bytes:
    return b'<row r="%d">%s</row>' % (number, cells)


def _smaller_than_it_is() -> bytes:
    """A zip whose directory says that its file has 100 bytes."""
    packed = bytearray(archive(("a.csv", GOOD * 10_000)))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = packed.rfind(mark) + at
        packed[place : place + 4] = struct.pack("<I", 100)
    return bytes(packed)


def _nested() -> bytes:
    inner = archive(("a.csv", GOOD))
    return archive(("a.csv", inner))


def _laughs() -> bytes:
    """Entities of entities: a thousand million of them."""
    entities = [b'<!ENTITY e0 "ha">']
    entities += [
        b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10)
    ]
    return b"<!DOCTYPE feed [%s]><feed>&e9;</feed>" % b"".join(entities)


_INTERVAL = b"<IntervalReading><timePeriod><start>1790000000</start></timePeriod><value>1</value></IntervalReading>"
_LAUGHING = (
    b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 1_000 + b'"><!ENTITY b "' + b"&a;" * 1_000 + b'">]>'
)


# Of each nothing at all can be read: it is refused with a sentence.
REFUSED: dict[str, Callable[[], bytes]] = {
    "a zip that unpacks to much": lambda: archive(("a.csv", b"0" * 60 * MB)),
    "a zip packed by LZMA": lambda: archive(("a.csv", b"0" * 8 * MB), packing=zipfile.ZIP_LZMA),
    "a zip packed by bzip2": lambda: archive(("a.csv", b"0" * 8 * MB), packing=zipfile.ZIP_BZIP2),
    "a zip of many files": lambda: archive(*((f"{number}.csv", GOOD) for number in range(2_000))),
    "a zip in a zip": _nested,
    "a zip that says less than it holds": _smaller_than_it_is,
    "a zip without its end": lambda: archive(("a.csv", GOOD))[:-30],
    "a zip of nothing": archive,
    "a zip of pictures": lambda: archive(("a.png", b"\x89PNG")),
    "a workbook that unpacks to much": lambda: workbook(b" " * 60 * MB),
    "a workbook with a cell far away": lambda: workbook(
        _row(1, _cell(b"A1")) + _row(1_048_576, _cell(b"XFD1048576"))
    ),
    "a workbook of many sheets": lambda: workbook(_row(1, _cell(b"A1")), sheets=100_000),
    "a workbook with a long cell": lambda: workbook(
        _row(1, b'<c r="A1" t="inlineStr"><is><t>' + b"0123456789abcde" * 70_000 + b"</t></is></c>")
    ),
    "a workbook with entities": lambda: workbook(
        _row(1, b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c>'), before=_LAUGHING
    ),
    "a workbook with a text that is not there": lambda: workbook(
        _row(1, b'<c r="A1" t="s"><v>99999999</v></c>')
    ),
    "a workbook that breaks off": lambda: workbook(_row(1, _cell(b"A1")))[:700],
    "an old workbook of chance": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(50_000)
    ),
    "an old workbook of nothing": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50_000),
    "an old workbook without end": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "OpenDocument with rows without end": lambda: opendocument(
        b'<table:table-row table:number-rows-repeated="2000000000"><table:table-cell table:number-columns-repeated="2000000000"><text:p>1</text:p></table:table-cell></table:table-row>'
    ),
    "entities of entities": _laughs,
    "an entity that is a file": lambda: (
        b'<!DOCTYPE feed [<!ENTITY e SYSTEM "file:///etc/passwd">]><feed>&e;</feed>'
    ),
    "a long entity many times": lambda: (
        b'<!DOCTYPE feed [<!ENTITY e "' + b"a" * 100_000 + b'">]><feed>' + b"&e;" * 10_000
    ),
    "elements in elements": lambda: b"<feed>" + b"<a>" * 3 * MB,
    "a tag of attributes": lambda: (
        b"<feed " + b" ".join(b'a%d="1"' % number for number in range(500_000)) + b"/>"
    ),
    "elements that say nothing": lambda: b"<feed>" + b"<a/>" * 5 * MB + b"</feed>",
    "text without an element": lambda: b"<feed>" + b"a" * 16 * MB + b"</feed>",
    "an interval that breaks off": lambda: b"<feed><entry><IntervalReading><value>1",
    "a feed of many meters": lambda: (
        b"<feed>" + b"".join(b'<entry><link rel="up" href="/%d"/>%s</entry>' % (number, _INTERVAL) for number in range(50_000))
    ),
    "an entry of many links": lambda: (
        b"<feed><entry>" + b'<link rel="related" href="/a/b"/>' * 500_000 + b"<IntervalReading>"
    ),
    "a link without end": lambda: (
        b'<feed><entry><link rel="up" href="' + b"/" * 5 * MB + b'"/>' + _INTERVAL
    ),
    "many lists beside each other": lambda: (
        b"{" + b",".join(b'"k%d":[{"a":1}]' % number for number in range(50_000)) + b"}"
    ),
    "lists in lists": lambda: b"[" * MB,
    "objects in objects": lambda: b'{"a":' * MB,
    "a list of numbers": lambda: b"[" + b"1," * 8 * MB + b"1]",
    "a record of a million objects": lambda: (
        b'[{"x":[' + b'{"a":1},' * (9 * MB // 8) + b'{"a":1}]}]'
    ),
    "a million rows inside": lambda: b'{"data":[' + b'{"a":1},' * (9 * MB // 8) + b'{"a":1}]}',
    "JSON with one long text": lambda: b'{"a":["' + b"x" * 16 * MB + b'"]}',
    "NUL bytes": lambda: bytes(10 * MB),
    "a line of letters": lambda: b"a" * 10 * MB,
    "a line of digits": lambda: b"1" * 10 * MB,
    "100 000 columns": lambda: (
        b",".join(b"c%d" % number for number in range(100_000))
        + b"\n"
        + b",".join([b"1"] * 100_000)
        + b"\n"
    ),
    "9 000 columns with a date": lambda: (
        b"date," + b",".join(b"c%d" % number for number in range(9_000)) + b"\n"
        + b"2026-10-05," + b",".join([b"1"] * 9_000) + b"\n"
    ),
    "a million columns": lambda: b",".join([b"c"] * MB) + b"\n" + b",".join([b"1"] * MB) + b"\n",
    "line breaks": lambda: b"\r" * 4 * MB,
    "a PDF document": lambda: b"%PDF-1.7 and so on",
    "a web page": lambda: b"<!doctype html><table><tr><td>1</td></tr></table>",
}  # fmt: skip

# These can be read, but none of their rows is a record.
WITHOUT_RECORDS: dict[str, Callable[[], bytes]] = {
    "a program": lambda: b"\x7fELF" + random.Random(4).randbytes(MB // 4),
    "chance": lambda: random.Random(3).randbytes(MB),
    "UTF-32": lambda: GOOD.decode().encode("utf-32"),
    "a quote that is never closed": lambda: HEADER + b'"' + b"a" * 10 * MB,
    "a quote in every line": lambda: HEADER + b'"a\n' * 60_000,
    "a row of many cells": lambda: HEADER + b"2026-10-05," * 50_000 + b"\n",
    "days that no calendar has": lambda: (
        HEADER
        + b"".join(
            day + b",tea,1\n"
            for day in (
                b"0000-00-00", b"0001-01-01", b"9999-12-31", b"99999-01-01",
                b"-2026-01-01", b"2026-02-30", b"31.04.2026", b"10000000000000000000",
            )
        )
    ),
    "rows of mixed encodings": lambda: (
        HEADER + "2026-10-05,thé €,eins\n".encode() + "2026-10-06,thé €,zwei\n".encode("cp1252")
        + "2026-10-07,thé,drei\n".encode("utf-16-le")
    ),
    "formulas": lambda: (
        HEADER + b"=TODAY(),tea,1\n" + b"2026-10-05,tea,=SUM(A1:A9)\n"
        + b'2026-10-05,tea,"=HYPERLINK(""http://a"")"\n'
    ),
    "amounts that no record has": lambda: (
        HEADER
        + b"".join(
            b"2026-10-05,tea,%s\n" % amount
            for amount in (
                b"1e400", b"1e5000000", b"9" * 5_000, b"0x10", b"1.2.3", b"12k",
                b"=cmd|' /C calc'!A0",
            )
        )
    ),
    "texts that no record has": lambda: (
        HEADER + b"2026-10-05,te\x00a,1\n" + b"2026-10-05," + b"t" * 60_000 + b",1\n"
    ),
    "signs that look like dates": lambda: (
        HEADER + b"".join(b"5 " * length + b",tea,1\n" for length in range(20, 20_000, 1_500))
    ),
    "signs that look like amounts": lambda: (
        HEADER
        + b"".join(
            b"2026-10-05,tea,%s!\n" % (sign * 9_000)
            for sign in (b"1 ", b"1.", b"1'", b" ", b"(", b"-", b"=", b"1h", b"1:", b"1d ", b"P1")
        )
    ),
    "an object of many names": lambda: (
        b"[{" + b",".join(b'"a%d":1' % number for number in range(50_000)) + b"}]"
    ),
    "JSON with amounts that no record has": lambda: (
        b'[{"date":"2026-10-05","type":"tea","value":1e999999999},'
        b'{"date":"2026-10-05","type":"tea","value":' + b"9" * 50_000 + b"},"
        b'{"date":"2026-10-05","type":"\\ud800","value":1},{"date":"2026-10-05"'
    ),
}  # fmt: skip


def made(name: str) -> bytes:
    """The file of this name."""
    every: dict[str, Any] = REFUSED | WITHOUT_RECORDS
    return bytes(every[name]())
