"""JSON as lines of cells: where its list is, the names of its columns, its exact numbers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import MAX_COLUMNS, TOO_LONG, CsvLine
from tally.transfer.files.json_rows import JsonText


def lines(text: str, part: str = "", *, head: bool = False) -> list[CsvLine]:
    return list(JsonText(lambda: io.StringIO(text)).lines(part, head=head))


def cells(content: Any, part: str = "") -> list[list[str]]:
    return [line.cells for line in lines(json.dumps(content), part)]


def parts(content: Any) -> tuple[str, ...]:
    return JsonText(lambda: io.StringIO(json.dumps(content))).parts


ROWS: list[dict[str, Any]] = [{"day": "2026-10-05", "kwh": 1.5}, {"day": "2026-10-06", "kwh": 2}]
TABLE = [["day", "kwh"], ["2026-10-05", "1.5"], ["2026-10-06", "2"]]


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        {"records": ROWS},
        {"meta": {"version": 1}, "data": {"items": ROWS}},
        {"columns": ["day", "kwh"], "rows": [["2026-10-05", 1.5], ["2026-10-06", 2]]},
        {
            "columns": [{"name": "day"}, {"name": "kwh"}],
            "values": [["2026-10-05", 1.5], ["2026-10-06", 2]],
        },
    ],
    ids=["at the top", "records", "inside", "names apart", "names in objects"],
)  # fmt: skip
def test_a_list_of_objects_anywhere_near_the_top(content: Any) -> None:
    assert cells(content) == TABLE
    assert parts(content) == ()


def test_lines_of_json() -> None:
    assert [line.cells for line in lines("\n".join(map(json.dumps, ROWS)))] == TABLE


def test_pairs_are_times_and_values() -> None:
    assert cells({"series": {"points": [[1790000000, 1.5], [1790003600, 2]]}}) == [
        ["time", "value"], ["1790000000", "1.5"], ["1790003600", "2"],
    ]  # fmt: skip


def test_a_member_of_an_inner_object_is_named_by_both_names() -> None:
    content = [{"at": {"day": "2026-10-05"}, "of": {"gas": {"m3": 3}}, "tags": ["a"]}]
    assert cells(content) == [["at.day", "of.gas.m3"], ["2026-10-05", "3"]]


def test_a_record_without_a_name_keeps_the_others_in_their_columns() -> None:
    content = [{"day": "2026-10-05", "gas": 1}, {"gas": 2, "day": None}, {"day": "x", "water": 3}]
    assert cells(content) == [
        ["day", "gas", "water"], ["2026-10-05", "1", ""], ["", "2", ""], ["x", "", "3"],
    ]  # fmt: skip


def test_of_several_lists_the_longest_is_read_and_the_others_are_offered() -> None:
    content = {
        "sensor.gas": [{"t": 1, "v": 2}],
        "sensor.power": [{"t": 1, "v": 3}, {"t": 2, "v": 4}],
    }
    assert parts(content) == ("sensor.power", "sensor.gas")
    assert cells(content) == [["t", "v"], ["1", "3"], ["2", "4"]]
    assert cells(content, "sensor.gas") == [["t", "v"], ["1", "2"]]
    nested = [content["sensor.gas"], content["sensor.power"]]
    assert parts(nested) == ("2", "1")
    assert cells(nested, "1") == [["t", "v"], ["1", "2"]]


def test_a_list_inside_the_rows_of_another_is_one_to_choose() -> None:
    meters = {"meters": [{"number": "A", "months": [{"m": 1, "v": 2}, {"m": 2, "v": 3}]}]}
    assert parts(meters) == ("meters.1.months", "meters")
    assert cells(meters) == [["m", "v"], ["1", "2"], ["2", "3"]]
    assert cells(meters, "meters") == [["number"], ["A"]]


@pytest.mark.parametrize("written", ["0.10", "1e-7", "12345678901234567890.5", "7", "-0.5"])
def test_numbers_come_through_as_they_are_written(written: str) -> None:
    [_, line] = lines(f'[{{"v": {written}}}]')
    assert line.cells == [written]
    assert isinstance(line.cells[0], Exact)


def test_texts_are_no_exact_numbers_and_nothing_is_nothing() -> None:
    [_, line] = lines('[{"a": "1,5", "b": true, "c": false, "d": null, "e": NaN}]')
    assert line.cells == ["1,5", "true", "false", "", ""]
    assert not isinstance(line.cells[0], Exact)


def test_lines_that_are_wrong_are_told_by_their_number() -> None:
    told = lines('{"v": 1}\n{"v": \n\n[]\n{"v": 2}\n')
    assert [(line.number, line.cells, line.fault) for line in told] == [
        (0, ["v"], ""), (1, ["1"], ""), (2, [], "This line is not JSON."),
        (4, [], "This is not a record."), (5, ["2"], ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [ROWS * 2_000, {"records": ROWS * 2_000}, {"meta": {"v": 1}, "data": {"items": ROWS * 2_000}},
     {"columns": ["day", "kwh"], "rows": [["2026-10-05", 1.5], ["x", 2]] * 2_000}],
    ids=["at the top", "records", "inside", "names apart"],
)  # fmt: skip
def test_a_list_may_be_longer_than_any_value_that_is_decoded_at_once(content: Any) -> None:
    told = cells(content)
    assert told[0] == ["day", "kwh"]
    assert len(told) == 4_001
    assert told[1] == TABLE[1]


def test_a_record_that_is_too_long_costs_itself_alone() -> None:
    records = ['{"v": 1}', f'{{"v": {json.dumps([{"a": 1}] * 20_000)}}}', '{"v": 3}']
    for text in ("[" + ",\n".join(records) + "]", "\n".join(records)):
        told = lines(text)
        assert [(line.number, line.cells, line.fault) for line in told[1:]] == [
            (1, ["1"], ""), (2, [], TOO_LONG), (3, ["3"], ""),
        ]  # fmt: skip


@pytest.mark.parametrize("text", ['[{"v": 1}]\n[{"v": 2}]', '[{"v": 1}] tea'])
def test_another_json_text_behind_the_list_is_a_fault(text: str) -> None:
    *_, last = lines(text)
    assert last.fault.startswith("Another JSON text begins here")
    with pytest.raises(UnreadableFile, match="Another JSON text"):
        lines('{"a":\n[{"v": 1}]}\n{"a":\n[{"v": 2}]}')


def test_the_beginning_of_a_file_may_break_off() -> None:
    text = json.dumps(ROWS)[:-5]
    assert lines(text)[-1].fault
    assert [line.cells for line in lines(text, head=True)] == TABLE[:2]


@pytest.mark.parametrize("content", [{}, {"a": 1}, [1, 2], {"a": ["b"]}, [[]], {"columns": ["a"]}])
def test_json_without_a_list_of_records_is_refused(content: Any) -> None:
    with pytest.raises(UnreadableFile, match="no list of records"):
        cells(content)


def test_too_many_names_are_refused() -> None:
    assert len(cells([dict.fromkeys(map(str, range(MAX_COLUMNS)), "")])[0]) == MAX_COLUMNS
    with pytest.raises(UnreadableFile, match="names"):
        cells([dict.fromkeys(map(str, range(MAX_COLUMNS + 1)), "")])


RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(["day", "value", "note"]),
        st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.none(),
        min_size=1,
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(RECORDS, st.sampled_from(["list", "records", "inside"]), st.sampled_from([None, 1]))
def test_every_cell_stands_under_its_name(
    records: list[dict[str, Any]], shape: str, indent: int | None
) -> None:
    content: Any = {
        "list": records,
        "records": {"records": records},
        "inside": {"a": {"b": records}},
    }
    [names, *rows] = lines(json.dumps(content[shape], indent=indent))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        told = dict(zip(names.cells, row.cells, strict=True))
        for name in names.cells:
            value = record.get(name)
            assert told[name] == ("" if value is None else str(value))
        assert record.keys() <= told.keys()
