"""Limits: what the form sends, what is kept, and which spelling of a type is meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import INTERVALS
from tally.domain.keys import Key
from tally.domain.limits import MAX_LIMITS, Limit, read_limit, read_limits, with_limit

COFFEE = Key("coffee", "cup")
SENT = {"type": "coffee", "unit": "cup", "value": "3", "per": "day"}


def read(**fields: str) -> tuple[Key, Limit | None, dict[str, str]]:
    return read_limit(SENT | fields, "auto")


def test_a_limit_is_an_amount_a_month_where_nothing_else_is_said() -> None:
    key, limit, faults = read_limit({"type": " coffee ", "unit": "cup", "value": " 1.5 "}, "auto")
    assert key == COFFEE
    assert limit == Limit("coffee", "cup", Decimal("1.5"), "month", in_cost=False)
    assert not faults


@pytest.mark.parametrize("per", INTERVALS)
def test_a_limit_is_of_each_length_and_of_an_amount_or_a_cost(per: str) -> None:
    assert read(per=per, **{"in": "cost"}) == (
        COFFEE, Limit("coffee", "cup", Decimal(3), per, in_cost=True), {},  # type: ignore[arg-type]
    )  # fmt: skip
    _, limit, faults = read(per=per, **{"in": " amount "})
    assert limit is not None and not limit.in_cost and not faults


def test_without_a_value_the_limit_goes() -> None:
    assert read(value=" ") == (COFFEE, None, {})


def test_a_limit_is_below_a_million_times_the_largest_value() -> None:
    _, limit, _ = read(value="999999999999999999")
    assert limit is not None and limit.value == 10**18 - 1
    _, limit, faults = read(value="1000000000000000000")
    assert limit is None
    assert faults == {"value": "Values stay below 1 000 000 000 000 000 000."}


def test_numbers_are_read_as_the_account_writes_them() -> None:
    _, limit, _ = read_limit(SENT | {"value": "1,234"}, "1,234.5")
    assert limit is not None and limit.value == 1234
    assert "value" in read(value="1,234")[2]


def test_each_fault_is_told_at_its_field() -> None:
    key, limit, faults = read_limit(
        {"type": "", "unit": "-", "value": "3", "per": "hour", "in": "pounds"}, "auto"
    )
    assert faults == {
        "type": "Write what the limit is for, such as coffee.",
        "unit": "Leave the unit empty where there is none.",
        "per": "Choose day, week, month or year.",
        "in": "Choose amount or cost.",
    }
    assert key == Key("", "") and limit is not None
    assert read_limit({}, "auto").faults == {"type": "Write what the limit is for, such as coffee."}
    assert read(type="x" * 65)[2] == {"type": "Type can have 64 characters; this has 65."}
    assert set(read(per="hour", value="lots")[2]) == {"per", "value"}


@pytest.mark.parametrize(
    ("type_name", "unit", "key"),
    [
        ("COFFEE", "Cups", Key("Coffee", "cup")),
        ("coffee", "glass", Key("Coffee", "glass")),
        ("COFFEE", "Mug", Key("COFFEE", "Mug")),
        ("Tea", "SHOT", Key("Tea", "shot")),
        ("tea", "litres", Key("tea", "l")),
    ],
)
def test_the_key_is_the_one_that_the_account_has(type_name: str, unit: str, key: Key) -> None:
    known = [Key("coffee", "cup"), Key("Coffee", "cup"), Key("COFFEE", "Mug"), Key("x", "shot")]
    known.append(Key("Coffee", "bag"))
    assert read_limit(SENT | {"type": type_name, "unit": unit}, "auto", known).key == key


limits = st.builds(
    Limit,
    type=st.sampled_from(["coffee", "tea", "Tea"]),
    unit=st.sampled_from(["cup", ""]),
    value=st.decimals(0, 10**12, places=3).map(lambda value: value.normalize()),
    per=st.sampled_from(INTERVALS),
    in_cost=st.booleans(),
)


@given(st.lists(limits, max_size=6))
def test_what_is_kept_reads_back_and_a_key_has_one_limit(those: list[Limit]) -> None:
    preferences: dict[str, Any] = {}
    wanted: dict[Key, Limit] = {}
    for limit in those:
        key = Key(limit.type, limit.unit)
        preferences["limits"] = with_limit(preferences, key, limit)
        other = {"tea": "Tea", "Tea": "tea"}.get(limit.type, "")
        wanted.pop(Key(other, limit.unit), None)
        wanted[key] = limit
        assert read_limits(preferences) == wanted
    for key in list(wanted):
        preferences["limits"] = with_limit(preferences, key, None)
        del wanted[key]
        assert read_limits(preferences) == wanted


def test_limits_are_stored_as_texts() -> None:
    in_money = Limit("coffee", "cup", Decimal("1E+2"), "year", in_cost=True)
    assert with_limit({}, COFFEE, in_money) == [
        {"type": "coffee", "unit": "cup", "value": "100", "per": "year", "in": "cost"}
    ]
    in_cups = Limit("coffee", "cup", Decimal("2.50"), "day")
    assert with_limit({}, COFFEE, in_cups) == [
        {"type": "coffee", "unit": "cup", "value": "2.5", "per": "day"}
    ]


def test_there_is_a_largest_number_of_limits() -> None:
    full = {
        "limits": [
            {"type": f"type {number}", "unit": "", "value": "1", "per": "day"}
            for number in range(MAX_LIMITS)
        ]
    }
    again = Limit("type 0", "", Decimal(2), "day")
    assert len(with_limit(full, Key("type 0", ""), again)) == MAX_LIMITS
    with pytest.raises(ValueError, match=r"^There can be 200 limits\. Remove one first\.$"):
        with_limit(full, COFFEE, Limit("coffee", "cup", Decimal(1), "day"))
    assert len(with_limit(full, COFFEE, None)) == MAX_LIMITS
