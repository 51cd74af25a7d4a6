"""JSON as the texts of a form: nothing of another kind passes for a text or a number."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.errors import HTTPError
from tally.web.json_body import MAX_RECORDS, JsonBody, Remark, read_json


def read(text: str, *, takes_list: bool = False) -> JsonBody:
    return read_json(text.encode(), takes_list=takes_list)


def pairs(text: str) -> list[tuple[str, str]]:
    [item] = read(text).items
    return item


def refusal(text: str, *, takes_list: bool = False) -> HTTPError:
    with pytest.raises(HTTPError) as refused:
        read(text, takes_list=takes_list)
    return refused.value


def test_numbers_are_kept_as_they_are_written() -> None:
    assert pairs('{"value": 12.50, "notes": null, "ids": ["a", "b"], "all": true}') == [
        ("value", "12.50"),
        ("ids", "a"),
        ("ids", "b"),
        ("all", "1"),
    ]
    assert pairs('{"confirm": false, "value": 12345678901.123456}') == [
        ("confirm", "0"),
        ("value", "12345678901.123456"),
    ]


def test_an_answer_that_is_sent_back_whole_brings_its_warnings_without_effect() -> None:
    assert pairs('{"unit": "l", "warnings": [{"message": "unusual"}], "remarks": []}') == [
        *(("unit", "l"), ("warnings", ""), ("remarks", "")),
    ]


@pytest.mark.parametrize(
    ("number", "due"),
    [
        ("0.30000000000000004", "0.3"),
        ("2.9999999999999996", "3"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
        ("1e3", "1000"),
        ("1e+16", "1" + 16 * "0"),
        ("1.5E-05", "0.000015"),
        ("1e-7", "0"),
        ("3.0", "3"),
        ("120.00", "120"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("0e5", "0"),
        ("-2.0", "-2"),
        ("1.50", "1.50"),
    ],
)
def test_a_float_is_rounded_to_the_decimals_that_are_kept(number: str, due: str) -> None:
    body = read(f'{{"consumption_value": {number}}}')
    assert body.items == [[("consumption_value", due)]]
    sentence = f"{number} was rounded to {due}."
    lost = Decimal(number) != Decimal(due)
    assert body.remarks == ((Remark(0, "consumption_value", sentence),) if lost else ())
    assert pairs(f'{{"consumption_value": "{number}"}}') == [("consumption_value", number)]


@pytest.mark.parametrize("number", ["1e999999", "-1e999", "9" * 50, "1e19", "-1"])
def test_what_is_no_amount_is_left_to_be_refused_where_it_is_read(number: str) -> None:
    assert pairs(f'{{"consumption_value": {number}}}') == [("consumption_value", number)]


@given(st.decimals(min_value=0, max_value=10**11, places=9))
def test_rounding_is_by_half_to_even_and_said(value: Decimal) -> None:
    body = read(f'{{"v": {value:f}}}')
    [[(_, text)]] = body.items
    assert Decimal(text) == round(value, 6)
    assert bool(body.remarks) == (Decimal(text) != value)


@pytest.mark.parametrize(
    "value", ["[1]", "[]", "{}", '{"a": 1}', '["coffee"]', "[[]]", "true", "false"]
)
def test_nothing_else_passes_for_a_text_or_a_number(value: str) -> None:
    refused = refusal(f'{{"consumption_value": {value}}}')
    assert refused.status == 422 and refused.fields.keys() == {"consumption_value"}
    listed = read(f'[{{"a": "b"}}, {{"consumption_value": {value}}}]', takes_list=True)
    error = {"index": 1, "message": refused.sentence, "fields": refused.fields}
    assert listed.faults == {1: error} and listed.items == [[("a", "b")], []]


@pytest.mark.parametrize("value", ['{"ids": [1]}', '{"ids": {"a": "b"}}', '{"ids": [["a"]]}'])
def test_a_repeatable_name_takes_a_list_of_texts_only(value: str) -> None:
    if value == '{"ids": [1]}':
        assert pairs(value) == [("ids", "1")]
    else:
        assert refusal(value).fields.keys() == {"ids"}


@pytest.mark.parametrize("name", ["ids", "type"])
def test_an_empty_list_is_neither_none_nor_all(name: str) -> None:
    refused = refusal(f'{{"{name}": [], "all": true}}')
    assert refused.status == 422 and refused.fields.keys() == {name}


@pytest.mark.parametrize("text", ["{", "NaN", '{"a": NaN}', '{"a": Infinity}', "[" * 10_000, ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    assert refusal(text, takes_list=True).status == 400


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_python_writes_for_no_number_is_named(name: str) -> None:
    refused = refusal(f'[{{"consumption_value": {name}}}]', takes_list=True)
    assert refused.sentence == f"That is not JSON, which has no {name}."


@pytest.mark.parametrize("text", ['"text"', "1", "null", "true"])
def test_what_is_no_object_is_refused(text: str) -> None:
    assert refusal(text).status == refusal(text, takes_list=True).status == 422
    assert refusal("[]").status == refusal('[{"a": "b"}]').status == 422


def test_a_list_comes_bare_or_under_its_name() -> None:
    bare = read('[{"a": "1"}, {"a": 0.1234567}]', takes_list=True)
    named = read('{"records": [{"a": "1"}, {"a": 0.1234567}]}', takes_list=True)
    assert bare == named
    assert bare.is_list and bare.items == [[("a", "1")], [("a", "0.123457")]]
    assert [remark.index for remark in bare.remarks] == [1]
    assert read('[{"a": "1"}]', takes_list=True).is_list
    assert not read('{"a": "1"}', takes_list=True).is_list


@pytest.mark.parametrize("value", ["{}", '"tea"', "1", "true", "null"])
def test_what_is_no_list_of_records_is_refused_at_its_name(value: str) -> None:
    refused = refusal(f'{{"records": {value}}}', takes_list=True)
    assert (refused.status, refused.sentence) == (422, "“records” must be a list of records.")
    assert refused.fields == {"records": "A list of records is due here."}


def test_a_list_has_bounds() -> None:
    assert refusal("[]", takes_list=True).status == 422
    error = {"index": 0, "message": "Each record is a JSON object.", "fields": {}}
    assert read('[1, {"a": "b"}]', takes_list=True).faults == {0: error}
    many = json.dumps([{"a": "b"}] * MAX_RECORDS)
    assert len(read(many, takes_list=True).items) == MAX_RECORDS
    assert refusal(json.dumps([{"a": "b"}] * (MAX_RECORDS + 1)), takes_list=True).status == 422
    assert refusal('{"records": [{}], "line": "x"}', takes_list=True).status == 422


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSONS, st.booleans())
def test_any_json_is_read_or_refused(content: Any, takes_list: bool) -> None:
    try:
        body = read(json.dumps(content), takes_list=takes_list)
    except HTTPError as refused:
        assert refused.status in (400, 422)
    else:
        assert all(isinstance(text, str) for item in body.items for pair in item for text in pair)
