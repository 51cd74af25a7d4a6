"""JSON through a window: values that fit are decoded, longer ones walked through."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.values import Exact
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import json_stream
from tally.transfer.files.csv_rows import MAX_IN_A_ROW
from tally.transfer.files.json_stream import BrokenJson, JsonStream, TooLongValue, decoded

WINDOW = 60


def built(stream: JsonStream) -> Any:
    """The next value, put together from whatever fits into the window."""
    try:
        return stream.value()
    except TooLongValue:
        if stream.is_object():
            return {name: built(stream) for name in stream.members()}
        return [built(stream) for _ in stream.items()]


CONTENT = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=30,
)


@given(CONTENT, CONTENT, st.sampled_from([None, 1]))
def test_a_value_of_any_length_is_what_the_library_decodes(
    first: Any, second: Any, indent: int | None
) -> None:
    text = json.dumps([first, second], indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        assert built(JsonStream(io.StringIO(text))) == [first, second]
        skipped = JsonStream(io.StringIO(text))
        skipped.skip()
        assert skipped.is_over()


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.integers(0, 3))
def test_the_line_of_each_value_is_told(numbers: list[int], breaks: int) -> None:
    text = "[" + ("," + "\n" * breaks).join(map(str, numbers)) + "]"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        stream = JsonStream(io.StringIO(text))
        lines = []
        for place in stream.items():
            lines.append((place, stream.line, stream.value()))
    assert lines == [
        (place, 1 + breaks * (place - 1), str(number)) for place, number in enumerate(numbers, 1)
    ]


@pytest.mark.parametrize("written", ["0.10", "1e-7", "12345678901234567890.5", "7", "-0.5"])
def test_numbers_come_as_they_are_written(written: str) -> None:
    number = decoded(written)
    assert (type(number), number) == (Exact, written)


@pytest.mark.parametrize(
    "text", ["", "{", '{"a" 1}', "{a: 1}", "[1 2]", "[1,", "nope", "[" * 99_999]
)
def test_what_is_no_json_is_broken(text: str) -> None:
    for window in (WINDOW, MAX_IN_A_ROW):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_stream, "MAX_IN_A_ROW", window)
            with pytest.raises((BrokenJson, RecursionError)):
                JsonStream(io.StringIO(text)).skip()
    with pytest.raises(BrokenJson):
        decoded(text)


def test_a_text_or_a_number_longer_than_the_window_is_broken() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        for text in (f'"{"x" * 999}"', "1" * 999, f'{{"{"x" * 999}": 1}}'):
            with pytest.raises(BrokenJson):
                JsonStream(io.StringIO(text)).skip()


def test_more_values_than_there_can_be_rows_are_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "MAX_IN_A_ROW", WINDOW)
        patch.setattr(json_stream, "MAX_VALUES", 3)
        JsonStream(io.StringIO('{"a":1}')).skip()
        with pytest.raises(UnreadableFile, match="values"):
            built(JsonStream(io.StringIO(f"[1,2,3,4{' ' * WINDOW * 4}]")))
