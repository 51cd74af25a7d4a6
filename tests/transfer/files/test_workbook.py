"""Workbooks: sheets as rows of texts and exact numbers, read by a process that has bounds."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import workbook
from tally.transfer.files.workbook_process import TOO_LARGE, _text, main
from tests import hostile_files

LETTERS = "ABCDEFGH"


def sheet(*rows: str, first: int = 1) -> bytes:
    """Rows of cells, each cell as `n:1.5`, `t:text`, `e:#N/A` or `b:1`; none is empty."""
    written = []
    for number, row in enumerate(rows, first):
        cells = [
            _cell(f"{letter}{number}", *cell.split(":", 1))
            for letter, cell in zip(LETTERS, row.split("|"), strict=False)
            if cell
        ]
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(written).encode()


def _cell(place: str, kind: str, text: str) -> str:
    if kind == "t":
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    type_of = "" if kind == "n" else f' t="{kind}"'
    return f'<c r="{place}"{type_of}><v>{text}</v></c>'


def lines(content: bytes, place: int = 0) -> list[tuple[int, list[str]]]:
    with workbook.opened(io.BytesIO(content)) as sheets:
        return [(line.number, line.cells) for line in sheets.lines(sheets.names[place])]


def test_numbers_are_exact_and_texts_are_texts() -> None:
    [(_, cells)] = lines(hostile_files.workbook(sheet("n:1.234|t:1.234|n:7|t:gas|b:1|e:#N/A")))
    assert cells[:5] == ["1.234", "1.234", "7", "gas", "true"]
    assert [isinstance(cell, Exact) for cell in cells[:5]] == [True, False, True, False, False]
    assert cells[5] in ("", "#N/A")


def merged(*ranges: str) -> bytes:
    cells = "".join(f'<mergeCell ref="{cells}"/>' for cells in ranges)
    return f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>'.encode()


@pytest.mark.parametrize("first", [1, 4])
def test_a_word_that_is_merged_over_rows_stands_in_each(first: int) -> None:
    rows = sheet(
        "t:Art|t:Tag|t:Wert", "t:Tee|t:Mo|n:1", "|t:Di|n:2", "|t:Mi|n:3", "|t:Do|n:4", first=first
    )
    content = hostile_files.workbook(rows, after=merged(f"A{first + 1}:A{first + 3}"))
    cells = [cells for _, cells in lines(content) if any(cells)]
    assert [row[0] for row in cells] == ["Art", "Tee", "Tee", "Tee", ""]


def test_an_amount_that_is_merged_over_rows_is_one_and_so_is_a_title() -> None:
    rows = sheet("t:Title||", "t:Tee|n:6|t:7 kWh", "t:Kaffee||", "t:Saft||")
    content = hostile_files.workbook(rows, after=merged("A1:C1", "B2:B4", "C2:C4", "Z9:Z900000"))
    assert [cells for _, cells in lines(content)] == [
        ["Title", "", ""], ["Tee", "6", "7 kWh"], ["Kaffee", "", ""], ["Saft", "", ""],
    ]  # fmt: skip


def of_1904(content: bytes) -> bytes:
    """The workbook counting its days from 1904, as a Mac's once did, with a style 1 of moments."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = main.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    relations = parts["xl/_rels/workbook.xml.rels"]
    styles = re.sub(rb'.*(<Relationship )Id="r0" (.*?)worksheet".*', rb"\1\2styles", relations)
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        b"</Relationships>", styles + b'" Id="s" Target="styles.xml"/></Relationships>'
    )
    namespace = re.findall(rb'xmlns="(.*?)"', main)[0]
    parts["xl/styles.xml"] = (
        b'<styleSheet xmlns="%s"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
        b"</styleSheet>" % namespace
    )
    return hostile_files.archive(*parts.items())


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    rows = b'<row r="1"><c r="A1" s="1"><v>44838</v></c><c r="B1" s="1"><v>44838.75</v></c></row>'
    content = hostile_files.workbook(rows)
    [(_, cells)] = lines(of_1904(content))
    assert cells == ["2026-10-05", "2026-10-05 18:00:00"]


def test_empty_cells_keep_the_others_in_their_columns() -> None:
    content = hostile_files.workbook(sheet("t:day|t:a|t:b", "t:x||n:2", "t:y|n:1|"))
    assert [cells for _, cells in lines(content)] == [
        ["day", "a", "b"],
        ["x", "", "2"],
        ["y", "1", ""],
    ]


def test_rows_are_told_by_the_numbers_that_they_have_in_the_sheet() -> None:
    content = hostile_files.workbook(sheet("t:day|t:a", "t:x|n:2", first=4))
    assert [number for number, cells in lines(content) if any(cells)] == [4, 5]


def test_sheets_without_a_cell_are_no_choice() -> None:
    with workbook.opened(io.BytesIO(hostile_files.workbook(sheet("t:a"), sheets=3))) as sheets:
        assert sheets.names == ("S0", "S1", "S2")
    with pytest.raises(UnreadableFile, match="no sheet with cells"):
        lines(hostile_files.workbook(b""))


def test_the_folder_of_an_opened_workbook_is_removed() -> None:
    with workbook.opened(io.BytesIO(hostile_files.workbook(sheet("t:a")))) as sheets:
        assert sheets.folder.exists()
    assert not sheets.folder.exists()


def test_what_is_too_large_is_told_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = hostile_files.workbook(sheet("t:a|n:1"))
    monkeypatch.setattr(workbook, "MAX_BYTES", len(content) - 1)
    with pytest.raises(UnreadableFile, match="16 MB"):
        lines(content)
    monkeypatch.setattr(workbook, "MAX_BYTES", len(content))
    assert lines(content)


def test_more_cells_than_the_bound_end_the_process(tmp_path: Path) -> None:
    (tmp_path / "workbook").write_bytes(hostile_files.workbook(sheet("n:1|n:2", "n:3|n:4")))
    unbounded = 1 << 62
    assert main(tmp_path, 3, unbounded, 1 << 30, 1) == TOO_LARGE
    assert main(tmp_path, 4, unbounded, 1 << 30, 1) == 0


def test_more_sheets_than_the_bound_are_refused_before_any_is_read() -> None:
    with workbook.opened(io.BytesIO(hostile_files.workbook(sheet("n:1"), sheets=200))) as sheets:
        assert len(sheets.names) == 200
    with pytest.raises(UnreadableFile, match="200 sheets"):
        lines(hostile_files.workbook(sheet("n:1"), sheets=201))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "true"),
        (12.0, ["12"]),
        (12.5, ["12.5"]),
        (0.1 + 0.2, ["0.30000000000000004"]),
        (1e20, ["1e+20"]),
        (7, ["7"]),
        (datetime.date(2026, 10, 5), "2026-10-05"),
        (datetime.datetime(2026, 10, 5), "2026-10-05"),
        (datetime.datetime(2026, 10, 5, 8, 30), "2026-10-05 08:30:00"),
        # Days are floats in a spreadsheet: a moment before midnight is midnight.
        (datetime.datetime(2026, 10, 4, 23, 59, 59, 999_900), "2026-10-05"),
        (datetime.time(8, 30), "08:30:00"),
        (datetime.timedelta(hours=30, minutes=5), "30:05:00"),
        (" text ", " text "),
        ("", ""),
    ],
)
def test_a_cell_as_a_text_or_an_exact_number(cell: object, text: str | list[str]) -> None:
    assert _text(cell) == text


@given(st.floats(-1e15, 1e15, allow_nan=False) | st.integers(-(10**15), 10**15))
def test_no_number_loses_a_digit_on_the_way(number: float) -> None:
    assert list(map(Decimal, _text(number))) == [Decimal(repr(number))]
