"""The lists of records in a JSON text, found while it is read once."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.faults import UnreadableFile
from tally.transfer.files import json_lists, json_stream
from tally.transfer.files.csv_rows import MAX_IN_A_ROW, TOO_LONG
from tally.transfer.files.json_lists import RecordList, flat, lists_in
from tally.transfer.files.json_stream import JsonStream

WINDOW = 60


def stream(content: Any) -> JsonStream:
    return JsonStream(io.StringIO(json.dumps(content)))


RECORDS = st.integers(1, 12).map(lambda number: [{"d": 1, "v": 2}] * number)
PAIRS = st.integers(1, 12).map(lambda number: [["d", 1]] * number)
TABLE = st.integers(1, 12).map(
    lambda number: {"columns": ["d", "v"], "rows": [["d", 1, 2]] * number}
)
# A record longer than the window is none that can be read: none has a list in it here.
CONTENT = st.recursive(
    RECORDS | PAIRS | TABLE | st.sampled_from([1, "tea", None, [], {}]),
    lambda inner: (
        st.lists(RECORDS | PAIRS, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "rows"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(CONTENT)
def test_long_values_have_the_lists_that_they_have_when_decoded(content: Any) -> None:
    whole = lists_in(stream(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        assert lists_in(stream(content)) == whole
        for records in whole:
            assert len(list(records.records(stream(content)))) == records.length


@given(CONTENT)
def test_each_list_leads_to_its_records(content: Any) -> None:
    for records in lists_in(stream(content)):
        inner = content
        for step in (*records.path, *filter(None, [records.rows])):
            inner = inner[int(step) - 1] if isinstance(inner, list) else inner[step]
        read = [item for _, item, _ in records.records(stream(content))]
        right = json.loads(json.dumps(inner), parse_int=str)
        assert read == [
            dict(zip(records.names, item, strict=False)) if records.names else item
            for item in right
        ]


def test_names_lead_to_a_list_and_one_at_the_top_is_the_first() -> None:
    assert RecordList(("data", "items"), 2).name == "data.items"
    assert RecordList((), 2).name == "1"


def test_a_record_too_long_is_told_and_the_next_read() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        content = [{"d": 1}, {"d": [1, 2] * 99}, {"d": 3}]
        read = list(RecordList((), 3).records(stream(content)))
    assert read == [(1, {"d": "1"}, ""), (1, None, TOO_LONG), (1, {"d": "3"}, "")]


def test_more_lists_than_anybody_chooses_from_are_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "MAX_LOOKED_AT", 3)
        content = {str(number): [{"a": 1}] for number in range(4)}
        for window in (WINDOW // 4, MAX_IN_A_ROW):
            patch.setattr(json_stream, "MAX_IN_A_ROW", window)
            with pytest.raises(UnreadableFile, match="too many lists"):
                lists_in(stream(content))


def test_what_is_deeper_than_a_list_can_be_is_not_looked_into() -> None:
    content: Any = [{"a": 1}]
    for _ in range(12):
        content = {"in": content}
    for window in (12, MAX_IN_A_ROW):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_stream, "MAX_IN_A_ROW", window)
            assert lists_in(stream(content)) == []


def test_the_texts_of_a_record_have_the_names_of_what_they_are_in() -> None:
    record = {
        "at": {"day": "x", "in": {"deep": "y", "deeper": {"no": "z"}}},
        "ok": True,
        "no": None,
    }
    assert flat(record) == {"at.day": "x", "at.in.deep": "y", "ok": "true", "no": ""}


ROWS = [{"d": 1, "v": 2}] * 3


@pytest.mark.parametrize(
    ("content", "unit"),
    [
        ({"unit": "Wh", "values": ROWS}, "Wh"),
        ({"values": ROWS, "Unit": "Wh"}, "Wh"),
        ({"unit": "W", "power": {"unit": "kW", "values": ROWS}}, "kW"),
        ({"unit": "W", "power": {"values": ROWS}}, "W"),
        ({"reading_type": {"unit": "W"}, "data": ROWS}, "W"),
        ({"unit": "W", "columns": ["d", "v"], "rows": [[1, 2], [3, 4]]}, "W"),
        ({"settings": {"unit": "kg"}, "cups": ROWS}, ""),
        ({"unit": "about as much as fits into a cup", "values": ROWS}, ""),
        ({"power": {"unit": "W"}, "values": ROWS}, ""),
    ],
)
@pytest.mark.parametrize("window", [40, 1_000])
def test_a_unit_beside_a_list_is_that_of_its_records(
    content: Any, unit: str, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "MAX_IN_A_ROW", window)
    [records] = lists_in(stream(content))
    assert records.unit == unit
