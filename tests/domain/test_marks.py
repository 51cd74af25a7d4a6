"""The marks of types: colours, types out of sight, the order of cards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.keys import Key
from tally.domain.marks import (
    MAX_MARKED,
    Mark,
    colours,
    hidden,
    in_card_order,
    offered,
    read_marks,
    type_colour,
    with_mark,
)
from tally.domain.records import UsedType

GAS = Key("gas", "m³")


def marked(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"types": list(entries)}


MARKS = marked(
    {"type": "Gas", "unit": "m³", "colour": 0},
    {"type": "tea", "unit": "", "hidden": True},
    {"type": "GAS", "unit": "kWh", "colour": 7, "place": 2},
)


def test_marks_are_read_by_folded_type_and_unit() -> None:
    assert read_marks(MARKS) == {
        Key("gas", "m³"): Mark(0, False, None),
        Key("tea", ""): Mark(None, True, None),
        Key("gas", "kWh"): Mark(7, False, 2),
    }
    assert colours(MARKS) == {"gas": 7}
    assert colours(marked({"type": "Gas", "unit": "m³", "colour": 0})) == {"gas": 0}
    assert hidden(MARKS) == {Key("tea", "")}
    assert (read_marks({}), colours({}), hidden({})) == ({}, {}, frozenset())


def test_types_out_of_sight_are_not_offered() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    used = [UsedType(name, unit, moment.date(), moment) for name, unit in (("TEA", ""), GAS)]
    assert offered({}, used) == used
    assert [kind.type for kind in offered(MARKS, used)] == ["gas"]


def test_cards_stand_in_the_order_that_the_account_chose() -> None:
    used = [Key("tea", "l"), Key("Tea", "cup"), Key("GAS", "m³"), Key("coffee", "cup")]
    places = marked(
        {"type": "coffee", "unit": "cup", "place": 2}, {"type": "gas", "unit": "m³", "place": 1}
    )
    assert in_card_order(places, used) == used
    assert in_card_order(places | {"card_order": "use"}, used) == used
    assert in_card_order({"card_order": "name"}, used) == [used[3], used[2], used[1], used[0]]
    # Those without a place stay in their order, behind the others.
    assert in_card_order(places | {"card_order": "hand"}, used) == [
        used[2], used[3], used[0], used[1],
    ]  # fmt: skip


def test_the_last_place_is_ahead_of_none() -> None:
    last = marked({"type": "b", "unit": "", "place": MAX_MARKED}) | {"card_order": "hand"}
    assert in_card_order(last, [Key("a", ""), Key("b", "")]) == [Key("b", ""), Key("a", "")]


def test_a_mark_is_kept_without_what_is_usual() -> None:
    assert with_mark({}, GAS, Mark(0)) == [{"type": "gas", "unit": "m³", "colour": 0}]
    assert with_mark({}, GAS, Mark(hidden=True, place=1)) == [
        {"type": "gas", "unit": "m³", "hidden": True, "place": 1}
    ]
    others = MARKS["types"][1:]
    assert with_mark(MARKS, Key("gAs", "m³"), Mark(3)) == [
        *others, {"type": "gAs", "unit": "m³", "colour": 3},
    ]  # fmt: skip
    assert with_mark(MARKS, GAS, Mark()) == others


def test_there_is_a_largest_number_of_marked_types() -> None:
    full = marked(*({"type": str(n), "unit": "", "colour": 1} for n in range(MAX_MARKED)))
    assert len(with_mark(full, Key("0", ""), Mark(2))) == MAX_MARKED
    with pytest.raises(
        ValueError, match=r"^200 types can have marks of their own\. Take one away first\.$"
    ):
        with_mark(full, GAS, Mark(2))


@given(st.text())
def test_a_type_keeps_its_colour_whatever_its_case(name: str) -> None:
    assert type_colour(name) in {f"t{number}" for number in range(10)}
    assert type_colour(name.casefold()) == type_colour(name.casefold().casefold())


def test_usual_types_have_a_colour_that_looks_like_them_and_accounts_their_own() -> None:
    assert [type_colour(name) for name in ("Electricity", "water", "hot water", "COFFEE")] == [
        "t0", "t1", "t7", "t2",
    ]  # fmt: skip
    assert [type_colour(name) for name in ("fuel", "gas", "Tea")] == ["t3", "t4", "t5"]
    # Any other has one by its name, the same for good.
    assert [type_colour(name) for name in ("bread", "Straße", "STRASSE", "чай")] == [
        "t4", "t3", "t3", "t5",
    ]  # fmt: skip
    assert type_colour("Coffee", {"coffee": 9}) == "t9"
