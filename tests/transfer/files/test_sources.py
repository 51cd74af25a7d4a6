"""A file as lines of cells, whatever it is: its kind, its encoding, its parts, its bounds."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.faults import UnreadableFile
from tally.transfer.files import sources
from tally.transfer.files.csv_rows import MAX_IN_A_ROW, TOO_LONG
from tally.transfer.files.sources import MAX_ENTRIES, Source
from tests.hostile_files import archive, workbook
from tests.transfer.files.test_workbook import sheet

TABLE = [["day", "kWh"], ["2026-10-05", "1"]]
CSV = b"day,kWh\n2026-10-05,1\n"
ROWS = [{"day": "2026-10-05", "kWh": 1}]
BOOK = workbook(sheet("t:day|t:kWh", "t:2026-10-05|n:1"), sheets=2)


def look(content: bytes, *, table: str = "", **fields: str) -> tuple[Source, list[list[str]]]:
    with sources.opened(io.BytesIO(content), table=table, **fields) as source:  # type: ignore[arg-type]
        return source, [line.cells for line in source.lines()]


@pytest.mark.parametrize(
    ("content", "kind", "encoding", "delimiter"),
    [
        (CSV, "text", "utf-8", ","),
        (CSV.replace(b",", b"\t"), "text", "utf-8", "\t"),
        (b"sep=|\n" + CSV.replace(b",", b"|"), "text", "utf-8", "|"),
        (CSV.decode().encode("utf-16"), "text", "utf-16", ","),
        (json.dumps(ROWS).encode(), "json", "utf-8", ""),
        (b"\xef\xbb\xbf" + json.dumps(ROWS).encode(), "json", "utf-8", ""),
        (json.dumps({"a": {"b": ROWS}}).encode("utf-16"), "json", "utf-16", ""),
        (BOOK, "workbook", "", ""),
        (archive(("a.csv", CSV)), "text", "utf-8", ","),
        (archive(("a.json", json.dumps(ROWS).encode())), "json", "utf-8", ""),
        (archive(("a.xlsx", BOOK)), "workbook", "", ""),
    ],
)
def test_the_same_table_in_whatever_it_comes(
    content: bytes, kind: str, encoding: str, delimiter: str
) -> None:
    source, lines = look(content)
    assert lines == TABLE
    assert (source.kind, source.encoding, source.delimiter) == (kind, encoding, delimiter)


@pytest.mark.parametrize(
    "content", [CSV, BOOK, json.dumps(ROWS).encode(), archive(("a.csv", CSV), ("b.csv", CSV))]
)
def test_lines_begin_anew_each_time_also_where_others_were_left(content: bytes) -> None:
    with sources.opened(io.BytesIO(content)) as source:
        first = [line.cells for line in source.lines()]
        begun = source.lines()
        next(begun)
        assert [line.cells for line in source.lines()] == first == TABLE


def test_an_encoding_that_somebody_names_counts() -> None:
    content = "day,Größe\n2026-10-05,1\n".encode("cp1250")
    assert look(content, encoding="cp437")[1][0] == ["day", "Gr÷▀e"]
    with pytest.raises(UnreadableFile) as refused:
        look(content, encoding="rot13")
    assert refused.value.field == "encoding"


# Parts -------------------------------------------------------------------------------------------


def test_a_sheet_is_named_in_whatever_case_else_it_is_the_first() -> None:
    for table, part in (("", "S0"), ("s1", "S1"), ("S7", "S0")):
        source, lines = look(BOOK, table=table)
        assert (source.parts, source.part, lines) == (("S0", "S1"), part, TABLE)


def test_of_files_in_a_zip_the_largest_is_read_and_any_can_be_named() -> None:
    small, large = b"day,l\n2026-10-06,2\n", CSV + b"\n" * 50
    content = archive(("in/small.csv", small), ("large.csv", large), ("note.pdf", b"%PDF"))
    source, lines = look(content)
    assert (source.parts, source.part, lines[:2]) == (
        ("large.csv", "in/small.csv"),
        "large.csv",
        TABLE,
    )
    source, lines = look(content, table="IN/small.csv")
    assert (source.part, lines) == ("in/small.csv", [["day", "l"], ["2026-10-06", "2"]])


def test_each_sheet_of_each_workbook_in_a_zip_can_be_named() -> None:
    other = workbook(sheet("t:day|t:l", "t:2026-10-06|n:2", "t:2026-10-07|n:3"), sheets=2)
    content = archive(("a.csv", CSV), ("b.xlsx", other))
    for table, part in (("", "b.xlsx/S0"), ("b.xlsx", "b.xlsx/S0"), ("B.xlsx/s1", "b.xlsx/S1")):
        source, lines = look(content, table=table)
        assert (source.part, lines[0]) == (part, ["day", "l"])
        assert source.parts == ("b.xlsx/S0", "b.xlsx/S1", "a.csv")
    source, lines = look(content, table="a.csv")
    assert (source.part, lines) == ("a.csv", TABLE)


def test_lists_of_json_are_parts() -> None:
    lists = {"gas": ROWS, "power": [*ROWS, {"day": "2026-10-06", "kWh": 2}]}
    content = json.dumps(lists).encode()
    for table, part, rows in (("", "power", 2), ("GAS", "gas", 1)):
        source, lines = look(content, table=table)
        assert (source.parts, source.part, len(lines)) == (("power", "gas"), part, rows + 1)


# Bounds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\n\n ", b"\xef\xbb\xbf", bytes(50)])
def test_a_file_of_nothing_is_empty(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        look(content)


@pytest.mark.parametrize("content", [BOOK, archive(("a.csv", CSV)), b"<feed/>"])
def test_the_beginning_is_enough_for_text_alone(content: bytes) -> None:
    with (
        pytest.raises(UnreadableFile, match="beginning"),
        sources.opened(io.BytesIO(content), head=True),
    ):
        pass
    with sources.opened(io.BytesIO(CSV), head=True) as source:
        assert [line.cells for line in source.lines()] == TABLE


@pytest.mark.parametrize(
    "packing",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflated", "bzip2", "LZMA"],
)
def test_a_damaged_archive_is_refused_whatever_its_packing_says_of_it(packing: int) -> None:
    days = b"".join(b"2026-10-%02d,%d\n" % (day, day * 7919 % 1000) for day in range(1, 29))
    packed = archive(("a.csv", b"day,kWh\n" + days), packing=packing)
    refused = 0
    for place in range(len(packed)):
        damaged = bytearray(packed)
        damaged[place] ^= 0xFF
        try:
            look(bytes(damaged))
        except UnreadableFile:
            refused += 1
    assert refused > len(packed) // 4


def test_a_file_without_a_name_in_an_archive_is_none() -> None:
    def without(name: bytes, *names: str) -> bytes:
        """An archive in which this name begins with NUL, where names end."""
        packed = archive(*((one, CSV) for one in names))
        return packed.replace(name, b"\0" + name[1:])

    assert look(without(b"b.csv", "a.csv", "b.csv"))[1] == TABLE
    with pytest.raises(UnreadableFile, match="no table"):
        look(without(b"b.csv", "b.csv"))


def test_an_archive_with_a_password_says_so() -> None:
    packed = bytearray(archive(("a.csv", CSV)))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        packed[packed.find(mark) + at] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        look(bytes(packed))


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_is_bounded_before_it_is_unpacked(
    packing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [(f"{number}.csv", CSV) for number in range(MAX_ENTRIES)]
    assert look(archive(*names, packing=packing))[1] == TABLE
    with pytest.raises(UnreadableFile, match="201 files"):
        look(archive(*names, ("more.csv", CSV), packing=packing))
    monkeypatch.setattr(sources, "MAX_UNPACKED", len(CSV) - 1)
    with pytest.raises(UnreadableFile, match="too large"):
        look(archive(("a.csv", CSV), packing=packing))


def test_hidden_files_of_an_archive_are_no_choice() -> None:
    content = archive(
        ("__MACOSX/._a.csv", CSV * 9), (".b.csv", CSV * 9), ("a.csv", CSV), ("c.csv", b"")
    )
    assert look(content)[0].parts == ("a.csv",)


def test_a_line_that_is_too_long_is_a_fault_and_not_held_whole() -> None:
    content = json.dumps([*ROWS, {"day": "x" * MAX_IN_A_ROW, "kWh": 1}]).encode()
    with sources.opened(io.BytesIO(content)) as source:
        *_, line = source.lines()
    assert line.fault == TOO_LONG
    assert max(map(len, line.cells)) <= 100


@given(
    st.lists(
        st.lists(st.text('aä€1,;" ', min_size=1), min_size=2, max_size=2), min_size=1, max_size=5
    )
)
def test_cells_come_through_a_zip_as_they_do_without_one(rows: list[list[str]]) -> None:
    text = "\n".join(
        "|".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    content = ("sep=|\n" + text).encode()
    assert look(content)[1] == rows
    assert look(archive(("a.csv", content)))[1] == rows
