"""Files from anywhere, read row by row."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.domain.fields import MAX_NOTES, MAX_TYPE, MAX_UNIT, check_span, read_notes, read_text
from tally.domain.records import NewRecord
from tally.domain.text import fold
from tally.domain.units import Units
from tally.transfer import readers
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import sources
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.reader import Reader
from tally.transfer.readers import LINES_AT_ONCE
from tally.transfer.rows import row_parser
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem
from tally.transfer.writers import COLUMNS, csv_chunks, json_chunks

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWN = ",".join(COLUMNS)
ID = "0b54e5f4-4a9c-4e1c-8a0c-2a5d1f0e9c11"


def opened(
    file: io.BytesIO, number_format: str = "auto", units: Units | None = None, **choices: Any
) -> AbstractContextManager[readers.Opened]:
    reader = Reader(TODAY, UTC, number_format, units=units or Units())
    return readers.opened(file, Choices(**choices), reader, {}, NOW)


def read(file: str | bytes, **choices: Any) -> list[FileRow | RowProblem]:
    content = file.encode() if isinstance(file, str) else file
    with opened(io.BytesIO(content), **choices) as table:
        return list(table.rows)


def test_reading_stops_where_nobody_waits_for_it_any_more() -> None:
    asked = 0
    rows: list[FileRow | RowProblem] = []

    def go_on() -> None:
        nonlocal asked
        asked += 1
        if asked > 16:
            raise TimeoutError

    file = io.BytesIO(b"date,type,value\n" + b"2026-10-05,tea,1\n" * 3 * LINES_AT_ONCE)
    reader = Reader(TODAY, UTC)
    with (
        pytest.raises(TimeoutError),
        readers.opened(file, Choices(), reader, {}, NOW, go_on=go_on) as table,
    ):
        rows.extend(table.rows)
    # It was asked while the file was looked through, too.
    assert 0 < len(rows) < 3 * LINES_AT_ONCE


def records(file: str | bytes, **choices: Any) -> list[NewRecord]:
    rows = read(file, **choices)
    assert not [row for row in rows if isinstance(row, RowProblem)]
    return [row.record for row in rows if isinstance(row, FileRow)]


def problem(file: str | bytes, **choices: Any) -> RowProblem:
    found = [row for row in read(file, **choices) if isinstance(row, RowProblem)]
    assert len(found) == 1
    return found[0]


def only(file: str | bytes, **choices: Any) -> tuple[date, str, str, str, str]:
    [record] = records(file, **choices)
    value = plain(record.consumption_value)
    return record.consumption_date, record.consumption_type, value, record.unit, record.notes


# Headers, delimiters, encodings ------------------------------------------------------------------


@pytest.mark.parametrize("day", ["date", "Datum", "DAY", "consumption_date"])
@pytest.mark.parametrize("value", ["value", "amount", "quantity", "qty"])
@pytest.mark.parametrize("type_name", ["type", "category", "name"])
def test_headers_in_the_usual_variants(day: str, value: str, type_name: str) -> None:
    assert only(f"{day},{value},{type_name}\n2026-10-05,2,coffee\n") == (
        date(2026, 10, 5),
        "coffee",
        "2",
        "",
        "",
    )


@pytest.mark.parametrize("notes", ["notes", "note", "comment"])
def test_notes_by_any_name_and_columns_in_any_order(notes: str) -> None:
    file = f"{notes},unit,amount,name,datum\nlate,cups,2,coffee,2026-10-05\n"
    assert only(file) == (date(2026, 10, 5), "coffee", "2", "cup", "late")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_comma_semicolon_tab_and_every_line_break(delimiter: str, line_break: str) -> None:
    rows = [["date", "type", "value", "unit"], ["2026-10-05", "gas", '"12,5"', "m3"]]
    file = line_break.join(delimiter.join(row) for row in rows)
    assert only(file) == (date(2026, 10, 5), "gas", "12.5", "m³", "")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_every_usual_encoding(encoding: str) -> None:
    file = "date;type;value;notes\n2026-10-05;Äpfel;2;für Zoë, 3 €\n"
    assert only(file.encode(encoding))[1::3] == ("Äpfel", "für Zoë, 3 €")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_types_and_units_in_other_scripts_are_read(encoding: str) -> None:
    file = "date;type;value;unit\n2026-10-05;сок;0,5;л\n2026-10-06;قهوة;1;\n"
    assert [record.consumption_type for record in records(file.encode(encoding))] == ["сок", "قهوة"]


def test_latin_1_without_windows_letters() -> None:
    assert only("date,type,value\n2026-10-05,Käse,1\n".encode("latin-1"))[1] == "Käse"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "This file is empty"),
        ("\n\n", "This file is empty"),
        ("notes\n", "There is no table in this file"),
        ('2026-10-05 * "Lidl"\n  Expenses:Food  12.50 EUR\n', "Save it as CSV"),
        ('{"settings": []}', "There is no list of records"),
        ("%PDF-1.7", "PDF"),
    ],
)
def test_a_file_of_which_nothing_can_be_taken(file: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(file)


def test_a_file_of_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (row_parser, sources):
        monkeypatch.setattr(module, "MAX_ROWS", 1_000)
    monkeypatch.setattr(sources, "MAX_LINES_AROUND", 0)
    monkeypatch.setattr(row_parser, "TOO_MANY_ROWS", "too many rows")
    monkeypatch.setattr(sources, "TOO_MANY_ROWS", "too many rows")
    row = "2026-10-05,coffee,1\n"
    for lines in (row * 1_001, "\n" * 1_001, row * 500 + " , ,\n" * 501):
        with pytest.raises(UnreadableFile, match="too many rows"):
            read("date,type,value\n" + lines)


MUCH = 15 * 2**20


@pytest.mark.parametrize(
    ("rest", "most_rows"),
    [
        ("\n", 0),
        (",\n", 0),
        ('2026-10-05,"coffee\n' + "\n" * 100_000, 3),
        # Each line opens a quote, whether one is open already or not.
        ('a","\n', 100),
        ("a" * 100_000 + "\n", 200),
        ("," * 100_000 + "\n", 200),
    ],
    ids=["blank", "blank cells", "one quote", "a quote a line", "long lines", "many cells"],
)
@pytest.mark.parametrize("header", ["date,type,value\n", ""], ids=["header", "no header"])
def test_a_large_file_of_nothing_ends_early(header: str, rest: str, most_rows: int) -> None:
    file = io.BytesIO((header + rest * (MUCH // len(rest))).encode())
    began = time.process_time()
    rows = 0
    with suppress(UnreadableFile), opened(file) as table:
        for row in table.rows:
            assert isinstance(row, RowProblem)
            rows += 1
    assert rows <= most_rows
    assert time.process_time() - began < 2


# Dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-05",
        "2026-10-5",
        "2026/10/05",
        "2026.10.05",
        "5.10.2026",
        "05.10.2026",
        "5. 10. 2026",
        "2026-10-05T07:30:00Z",
        "2026-10-05 07:30",
        "05.10.2026 07:30:12",
    ],
)
def test_dates_that_say_by_themselves_what_they_are(text: str) -> None:
    assert only(f"date,type,value\n{text},coffee,1\n")[0] == date(2026, 10, 5)


def test_one_date_that_can_only_be_day_first_tells_for_the_whole_file() -> None:
    days = [r.consumption_date for r in records("day,type,value\n5/10/2026,a,1\n13/10/2026,a,1\n")]
    assert days == [date(2026, 10, 5), date(2026, 10, 13)]


def test_one_date_that_can_only_be_month_first_tells_for_the_whole_file() -> None:
    days = [r.consumption_date for r in records("day,type,value\n10-05-2026,a,1\n10-13-2026,a,1\n")]
    assert days == [date(2026, 10, 5), date(2026, 10, 13)]


def test_dates_that_could_be_either_are_asked_for() -> None:
    file = "date,type,value\n5/10/2026,coffee,1\n"
    assert problem(file) == RowProblem(
        2,
        "Is 5/10/2026 5 October 2026 or 10 May 2026? Say which comes first, the day or the month.",
        ["5/10/2026", "coffee", "1"],
        "order",
    )
    assert only(file, order="day-first")[0] == date(2026, 10, 5)
    assert only(file, order="month-first")[0] == date(2026, 5, 10)


def test_a_day_that_is_the_same_either_way_is_not_asked_for() -> None:
    assert only("date,type,value\n5/5/2026,coffee,1\n")[0] == date(2026, 5, 5)


def test_dates_that_contradict_each_other_leave_the_others_open() -> None:
    rows = read("date,type,value\n13/10/2026,a,1\n10/13/2026,a,1\n5/10/2026,a,1\n")
    assert [type(row) for row in rows] == [FileRow, FileRow, RowProblem]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31.2.2026", "There is no day 31.2.2026"),
        ("2026-13-01", "There is no day"),
        ("0000-01-01", "There is no day"),
        ("1899-12-31", "Dates begin at 1900"),
        ("2026-11-24", "Records are for tomorrow at the latest"),
        ("٢٠٢٦-١٠-٠٥", "year-month-day"),
        ("yesterday", "year-month-day"),
        ("", "There is no date in this row"),
    ],
)
def test_dates_that_cannot_be_read(text: str, sentence: str) -> None:
    assert sentence in problem(f"date,type,value\n{text},coffee,1\n").message


# Values, types, units ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", "12.5"), ('"12,5"', "12.5"), ('"1.234,56"', "1234.56"), ("0", "0"), ("2+3", "5")],
)
def test_values_as_people_write_them(text: str, value: str) -> None:
    assert only(f"date,type,value\n2026-10-05,gas,{text}\n")[2] == value


def test_a_value_that_could_be_either_is_asked_for() -> None:
    file = 'date,type,value\n2026-10-05,gas,"1,234"\n'
    assert problem(file).asks == "decimal"
    assert only(file, number_format="1.234,5")[2] == "1.234"
    assert only(file, number_format="1,234.5")[2] == "1234"


@pytest.mark.parametrize("text", ["1_000", "=1+1", "lots", "1.2.3"])
def test_values_that_cannot_be_read(text: str) -> None:
    found = problem(f"date,type,value\n2026-10-05,gas,{text}\n")
    assert (found.line, found.asks) == (2, "")


def test_units_as_this_user_writes_them() -> None:
    file = "date,type,value,unit\n2026-10-05,gas,1,KWH\n2026-10-05,eggs,1,Dozen\n"
    assert [r.unit for r in records(file, units=Units(["dozen"]))] == ["kWh", "dozen"]


def test_a_dash_is_no_unit() -> None:
    assert only("date,type,value,unit\n2026-10-05,gas,1,-\n")[3] == ""


@pytest.mark.parametrize(
    ("type_name", "unit", "notes", "sentence"),
    [
        ("", "", "", "Write what it is"),
        ("t" * 65, "", "", "Type can have 64"),
        ("gas", "u" * 25, "", "Unit can have 24"),
        ("gas", "", "n" * 2001, "Notes can have 2 000 characters; this has 2 001."),
    ],
)
def test_texts_that_are_missing_or_too_long(
    type_name: str, unit: str, notes: str, sentence: str
) -> None:
    row = f"{type_name},{unit},{notes}"
    foreign = f"date,value,type,unit,note\n2026-10-05,1,{row}\n"
    assert sentence in problem(foreign).message
    assert sentence in problem(f"{OWN}\n{ID},2026-10-05,1,{row},\n").message


# Broken files ------------------------------------------------------------------------------------


def test_a_bad_row_costs_itself_only() -> None:
    rows = read("date,type,value\n2026-10-05,a,1\nrubbish,x\n\n2026-10-07,c,3\n")
    assert [row.line for row in rows] == [2, 3, 5]
    assert [type(row) for row in rows] == [FileRow, RowProblem, FileRow]
    assert rows[1] == RowProblem(
        3, "“rubbish” is no date. Write it as year-month-day, such as 2026-10-05.", ["rubbish", "x"]
    )


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    rows = read('date,type,value\n2026-10-05,"a,1\n2026-10-06,b,2\n2026-10-07,c,3\n')
    assert [(row.line, type(row)) for row in rows] == [(2, RowProblem), (3, FileRow), (4, FileRow)]
    assert isinstance(rows[0], RowProblem)
    assert rows[0].cells == ['2026-10-05,"a,1']
    assert "quotes" in rows[0].message


@pytest.mark.slow
def test_many_quotes_that_are_never_closed_end_the_file() -> None:
    rows = read("date,type,value\n" + 'a","\n' * 100_000 + "2026-10-05,coffee,1\n")
    assert all(isinstance(row, RowProblem) for row in rows)
    assert isinstance(rows[-1], RowProblem)
    assert rows[-1].message == "From here on the quotes do not match up."
    assert rows[-1].line == len(rows) + 1


def test_a_row_has_an_end() -> None:
    notes = "n\n" * 40_000
    rows = read(f'date,type,value,notes\n2026-10-05,a,1,"{notes}"\n')
    assert isinstance(rows[0], RowProblem)
    assert "quotes" in rows[0].message
    [row] = read("date,type,value\n2026-10-05,coffee," + "1" * 70_000 + "\n")
    assert isinstance(row, RowProblem)
    assert row.message == "A line can have 65 536 characters."


def test_text_behind_a_closed_quote_costs_one_line() -> None:
    rows = read('date,type,value\n2026-10-05,"a"b,1\n2026-10-06,b,2\n')
    assert [(row.line, type(row)) for row in rows] == [(2, RowProblem), (3, FileRow)]


def test_line_breaks_in_quotes_belong_to_the_cell_and_count_as_lines() -> None:
    rows = read('date,type,value,notes\n2026-10-05,a,1,"one\r\ntwo\nthree"\nbad,a,1,\n')
    assert isinstance(rows[0], FileRow)
    assert rows[0].record.notes == "one\ntwo\nthree"
    assert [row.line for row in rows] == [2, 5]


def test_more_cells_than_columns_are_a_problem_and_fewer_are_not() -> None:
    rows = read("date,type,value,notes\n2026-10-05,a,1,b,c\n2026-10-05,a,1\n2026-10-05,a,1,,,\n")
    assert [type(row) for row in rows] == [RowProblem, FileRow, FileRow]
    assert isinstance(rows[0], RowProblem)
    assert rows[0].message == "This line has 5 cells, the table has 4 columns."


@pytest.mark.parametrize(
    "cell",
    [b"\x00", b"caf\xe9 \xc3\xa9 \xc3\xa9 \xc3\xa9", b"\xed\xa0\x80 \xc3\xa9\xc3\xa9\xc3\xa9"],
)
def test_characters_that_cannot_be_stored_cost_their_row(cell: bytes) -> None:
    rows = read(b"date,type,value\n2026-10-05,a" + cell + b",1\n2026-10-06,b,2\n")
    assert [type(row) for row in rows] == [RowProblem, FileRow]
    assert isinstance(rows[0], RowProblem)
    assert "cannot be read" in rows[0].message
    assert "\ufffd" in rows[0].cells[1]
    "".join(rows[0].cells).encode()


def test_a_day_that_cannot_be_read_is_quoted_with_a_mark() -> None:
    [problem] = read("date,type,value\n2026-13-05é,aé,1\n".encode().replace(b"-05", b"-05\xff"))
    assert isinstance(problem, RowProblem)
    assert "2026-13-05\ufffd" in problem.message


@pytest.mark.parametrize("tail", [b"\x00\xd8", b"a"], ids=["lone surrogate", "half a character"])
def test_broken_utf_16(tail: bytes) -> None:
    file = "date,type,value\n2026-10-05,a,1\n2026-10-06,b,2\n2026-10-07,c,3".encode("utf-16")
    assert [type(row) for row in read(file + tail)] == [FileRow, FileRow, RowProblem]


def test_a_long_line_of_nothing_is_one_problem() -> None:
    rows = read("date,type,value\n" + "x" * 300_000 + "\n2026-10-06,b,2\n")
    assert [type(row) for row in rows] == [RowProblem, FileRow]


# Ids ---------------------------------------------------------------------------------------------


def test_rows_without_an_id_get_one_from_content_and_ordinal() -> None:
    file = "date,type,value\n2026-10-05,coffee,1\n2026-10-05,coffee,1\n2026-10-05,tea,1\n"
    ids = [record.id for record in records(file)]
    assert len(set(ids)) == 3
    assert ids == [record.id for record in records(file)]
    assert ids == [record.id for record in records(file.replace(",", ";"))]


def test_that_id_does_not_depend_on_the_units_somebody_has_used_since() -> None:
    file = "date,type,value,unit\n2026-10-05,eggs,1,Dozen\n"
    [before], [after] = records(file), records(file, units=Units(["dozen"]))
    assert before.id == after.id
    assert (before.unit, after.unit) == ("Dozen", "dozen")


def test_an_id_of_tallys_is_kept_and_those_of_other_programs_are_left_alone() -> None:
    assert records(f"{OWN}\n{ID.upper()},2026-10-05,1,coffee,,,\n")[0].id == UUID(ID)
    assert "“17” is not an id" in problem(f"{OWN}\n17,2026-10-05,1,coffee,,,\n").message
    assert records("id,date,type,value\n17,2026-10-05,coffee,1\n")[0].id != UUID(ID)


def test_the_same_id_twice() -> None:
    row = f"{ID},2026-10-05,1,coffee,cup,,\n"
    rows = read(f"{OWN}\n{row}{row}{row.replace('coffee', 'tea')}")
    assert [type(row) for row in rows] == [FileRow, FileRow, RowProblem]
    assert isinstance(rows[1], FileRow)
    assert rows[1].repeated
    assert isinstance(rows[2], RowProblem)
    assert rows[2].message == "Line 2 has the same id and other content."


def test_created_at() -> None:
    moment = datetime(2026, 10, 5, 16, 30, tzinfo=UTC)
    for text in ("2026-10-05T18:30:00+02:00", "2026-10-05 16:30", "2026-10-05T16:30:00.000000Z"):
        [record] = records(f"{OWN}\n{ID},2026-10-05,1,coffee,,,{text}\n")
        assert record.created_at == moment
    for text in ("yesterday", "2026-13-05T18:30:00Z", "0001-01-01T00:00:00+14:00", "2026-10-05"):
        assert "created_at" in problem(f"{OWN}\n{ID},2026-10-05,1,coffee,,,{text}\n").message
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    assert len(records(f"{OWN}\n{ID},2026-10-05,1,coffee,,,{tomorrow}T23:59Z\n")) == 1
    sentence = "created_at reaches to tomorrow. Leave it empty for now."
    assert problem(f"{OWN}\n{ID},2026-10-05,1,coffee,,,{later}T00:00Z\n").message == sentence


# Tally's own files -------------------------------------------------------------------------------


def test_apostrophes_are_taken_away_only_from_tallys_own_files() -> None:
    own = records(f"{OWN}\n{ID},2026-10-05,1,'=a+1,,''tis,\n")[0]
    assert (own.consumption_type, own.notes) == ("=a+1", "'tis")
    foreign = records("date,value,type,notes\n2026-10-05,1,'=a+1,'tis\n")[0]
    assert (foreign.consumption_type, foreign.notes) == ("'=a+1", "'tis")


def test_tallys_own_file_after_a_german_spreadsheet() -> None:
    file = f"{OWN.replace(',', ';')}\r\n{ID};05.10.2026;12,5;Strom;kWh;;\r\n"
    assert only(file) == (date(2026, 10, 5), "Strom", "12.5", "kWh", "")


def test_what_tally_wrote_is_read_as_the_forms_do() -> None:
    # Loaded by SQL, say: nobody could have typed it so, nor would find it.
    assert only(f"{OWN}\n{ID},2026-10-05,1,two  words,KWH, odd ,\n")[1::2] == ("two words", "kWh")
    assert only(f"{OWN}\n,2026-10-05,1,two  words,KWH, odd ,\n")[1::2] == ("two words", "kWh")


@pytest.mark.parametrize("odd", ["k\x1b[31m", "\x7f"])
def test_a_type_and_a_unit_are_one_line_in_tallys_own_files_too(odd: str) -> None:
    for cells in (f'"{odd}",kg', f'coffee,"{odd}"'):
        row = problem(f"{OWN}\n{ID},2026-10-05,1,{cells},,\n")
        assert "is one line of text. Remove the control characters." in row.message
    notes = only(f'{OWN}\n{ID},2026-10-05,1,coffee,kg,"{odd}",\n')[4]
    assert notes == odd


def test_rows_with_reasons_come_back_mended() -> None:
    foreign = "reason,date,type,value,notes\nNo such day,2026-10-05,'-x,1,''a\n"
    assert only(foreign) == (date(2026, 10, 5), "-x", "1", "", "'a")
    own = f"reason,{OWN}\n'=why,{ID},2026-10-05,1,KWH  x,KWH,,\n"
    assert only(own)[1::2] == ("KWH x", "kWh")


def test_json() -> None:
    [row] = read(
        '[{"consumption_date": "2026-10-05", "consumption_value": 12.10,\n'
        ' "consumption_type": "gas", "unit": null, "mood": {"good": true}}]'
    )
    assert isinstance(row, FileRow)
    assert (
        row.record.content
        == NewRecord(
            row.record.id, date(2026, 10, 5), "gas", Decimal("12.1"), unit="", notes=""
        ).content
    )


@pytest.mark.parametrize("text", ["[]", '{"records": []}', ' { "records" : [ ] , "next": null}'])
def test_json_without_records(text: str) -> None:
    assert read(text) == []


def test_json_with_bad_records_and_a_torn_end() -> None:
    good = '{"consumption_date":"2026-10-05","consumption_value":"1","consumption_type":"gas"}'
    rows = read(f'{{"records":[\n{good},\n7,\n{{"unit":[]}},\n{{"unit":""}},\n{good},\n{good[:20]}')
    assert [(row.line, type(row)) for row in rows] == [
        (2, FileRow),
        (3, RowProblem),
        (6, FileRow),
        (7, RowProblem),
    ]
    assert [type(row) for row in read(f"[{good} {good}]")] == [FileRow, RowProblem]


DATED = '[{"consumption_date":"2026-10-05","consumption_type":"gas","consumption_value":'


def test_json_that_is_odd_is_a_problem() -> None:
    assert [type(row) for row in read(DATED + "1e999}]")] == [RowProblem]
    assert [type(row) for row in read(DATED + "1},nope")] == [FileRow, RowProblem]
    assert read(DATED + "NaN}]") == []


@pytest.mark.parametrize("text", ["[" * 100_000, "[nope", '{"a": [1,'])
def test_json_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read(text)


# Round trip --------------------------------------------------------------------------------------


def texts(most: int) -> st.SearchStrategy[str]:
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(alphabet, max_size=most) | st.text(
        st.sampled_from("=+-@'\t\r\n,;\"a #"), max_size=most
    )


def lines(most: int, least: int = 0) -> st.SearchStrategy[str]:
    alphabet = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
    odd = st.text(st.sampled_from("=+-@',;\"a #"), min_size=least, max_size=most)
    return st.text(alphabet, min_size=least, max_size=most) | odd


def as_kept(record: NewRecord) -> NewRecord:
    """The record as the forms would have kept it."""
    unit = read_text(record.unit, "Unit", MAX_UNIT)
    return replace(
        record,
        consumption_type=read_text(record.consumption_type, "Type", MAX_TYPE),
        unit=Units().find(unit) or unit,
        notes=read_notes(record.notes),
    )


def can_be_kept(record: NewRecord) -> bool:
    with suppress(ValueError):
        check_span(record.consumption_date, record.days)
        return bool(as_kept(record).consumption_type) and as_kept(record).unit not in ("-", "–")
    return False


values = st.decimals(0, 10**12 - 1, places=6).map(lambda value: Decimal(plain(value)))
stored = (
    st.builds(
        NewRecord,
        st.uuids(),
        st.dates(date(1900, 1, 1), TODAY + timedelta(days=1)),
        lines(MAX_TYPE, 1),
        values,
        lines(MAX_UNIT),
        texts(100) | st.just("n" * MAX_NOTES),
        st.datetimes(datetime(1900, 1, 2), datetime(2026, 10, 1), timezones=st.just(UTC)),
        days=st.integers(1, 3_660),
        cost=st.none() | values,
    )
    .filter(can_be_kept)
    .map(as_kept)
)


def as_texts(record: NewRecord) -> Sequence[str]:
    assert record.created_at is not None
    return (
        str(record.id),
        record.consumption_date.isoformat(),
        plain(record.consumption_value),
        record.consumption_type,
        record.unit,
        record.notes,
        record.created_at.isoformat(timespec="microseconds"),
        str(record.days),
        "",
        "",
        "" if record.cost is None else plain(record.cost),
    )


@pytest.mark.slow
@given(st.lists(stored, max_size=8, unique_by=lambda record: record.id), st.booleans())
@settings(max_examples=3 * settings().max_examples)
def test_export_import_export_is_the_same_file_byte_for_byte(
    originals: list[NewRecord], as_json: bool
) -> None:
    # Spellings of one type fold to the first of them.
    first_spelling: dict[str, str] = {}
    for record in originals:
        name = record.consumption_type
        first_spelling.setdefault(fold(name), name)
    originals = [
        replace(record, consumption_type=first_spelling[fold(record.consumption_type)])
        for record in originals
    ]
    chunks = json_chunks if as_json else csv_chunks
    first = b"".join(chunks([map(as_texts, originals)]))
    back = records(first)
    assert back == originals
    assert b"".join(chunks([map(as_texts, back)])) == first


words = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=20)
people_write = st.builds(
    replace,
    stored,
    consumption_type=words,
    unit=words,
    notes=st.text(st.characters(categories=["Ll", "Po", "Sm"]), max_size=40),
).filter(can_be_kept)


@pytest.mark.slow
@given(
    st.lists(people_write.map(as_kept), min_size=1, max_size=5), st.sampled_from([",", ";", "\t"])
)
def test_what_people_write_is_read_as_in_the_form(
    originals: list[NewRecord], delimiter: str
) -> None:
    def written() -> Iterator[bytes]:
        for record in originals:
            line = io.StringIO(newline="")
            csv.writer(line, delimiter=delimiter).writerow([*as_texts(record)[1:6]])
            yield line.getvalue().encode()

    header = delimiter.join(["date", "value", "type", "unit", "notes"]).encode() + b"\r\n"
    for row, original in zip(read(header + b"".join(written())), originals, strict=True):
        assert isinstance(row, FileRow)
        assert row.record.consumption_date == original.consumption_date
        assert row.record.consumption_value == original.consumption_value
        assert fold(row.record.consumption_type) == fold(original.consumption_type)
        assert row.record.notes == original.notes


@given(st.binary(max_size=400), st.sampled_from([b"", b"date,type,value\n", OWN.encode() + b"\n"]))
@settings(max_examples=3 * settings().max_examples)
def test_whatever_is_sent_is_read_or_refused(content: bytes, header: bytes) -> None:
    try:
        rows = read(header + content)
    except UnreadableFile:
        return
    assert all(isinstance(row, FileRow | RowProblem) for row in rows)
