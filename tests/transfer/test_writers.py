"""Files to take away: their exact bytes, and cells that no spreadsheet runs."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.writers import COLUMNS, csv_chunks, guard, json_chunks, unguard

COFFEE = (
    "0b54e5f4-4a9c-4e1c-8a0c-2a5d1f0e9c11",
    "2026-10-05",
    "12.5",
    "coffee",
    "cup",
    "with honey #late",
    "2026-10-05T18:30:00.000000+00:00",
    "1",
    "",
    "",
    "",
)
HEADER = (
    b"id,consumption_date,consumption_value,consumption_type,unit,notes,created_at,"
    b"days,reading,meter,cost\r\n"
)


def record(**changes: str) -> tuple[str, ...]:
    return tuple({**dict(zip(COLUMNS, COFFEE, strict=True)), **changes}[name] for name in COLUMNS)


def test_csv_has_a_header_commas_crlf_and_no_mark() -> None:
    assert b"".join(csv_chunks([[COFFEE]])) == (
        HEADER
        + b"0b54e5f4-4a9c-4e1c-8a0c-2a5d1f0e9c11,2026-10-05,12.5,coffee,cup,with honey #late,"
        b"2026-10-05T18:30:00.000000+00:00,1,,,\r\n"
    )


def test_csv_of_nothing_is_its_header() -> None:
    assert b"".join(csv_chunks([])) == HEADER
    assert b"".join(csv_chunks([[]])) == HEADER


def test_quotes_commas_and_line_breaks_are_quoted() -> None:
    written = b"".join(csv_chunks([[record(notes='a"b,c\nd')]]))
    assert b',"a""b,c\nd",' in written


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://evil","x")',
        "+1",
        "-2+3",
        "@SUM(A1)",
        "'quoted'",
        "\t=1",
        "\r=1",
        "\uff1d1+1",
        "\n=1",
        " =1",
        "\u200b=1",
        "\u2028+1",
        "\u3164@SUM(A1)",
        "\u0301-1",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    written = b"".join(csv_chunks([[record(consumption_type=cell)]])).decode()
    assert next(csv.reader(io.StringIO(written.split("\r\n", 1)[1], newline="")))[3] == "'" + cell


@pytest.mark.parametrize("cell", ["12.5", "coffee", "", "a=b", "#tag", "–5", "a\n=b", " a", "\n"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guard(cell) == cell


@given(st.text())
def test_guarding_can_always_be_taken_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_json_is_a_record_a_line() -> None:
    written = b"".join(json_chunks([[COFFEE, COFFEE], [COFFEE]]))
    empty = {"days": 1, "reading": None, "meter": None, "cost": None}
    expected = dict(zip(COLUMNS, COFFEE, strict=True)) | empty
    assert json.loads(written) == {"records": [expected] * 3}
    assert len(written.splitlines()) == 5


@pytest.mark.parametrize("pages", [[], [[]], [[], [COFFEE]]])
def test_json_is_whole_whatever_the_pages(pages: list[list[tuple[str, ...]]]) -> None:
    assert len(json.loads(b"".join(json_chunks(pages)))["records"]) == sum(map(len, pages))


def test_json_keeps_every_script_as_it_is() -> None:
    assert "сок ☕ قهوة".encode() in b"".join(
        json_chunks([[record(consumption_type="сок ☕ قهوة")]])
    )
