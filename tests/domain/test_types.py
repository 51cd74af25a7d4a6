"""The marks of types, and what a renaming does to limits, prices, marks and remembered files."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tally.domain.limits import Key
from tally.domain.types import (
    MAX_MARKED,
    Mark,
    Renaming,
    colours,
    hidden,
    in_card_order,
    read_marks,
    renamed_imports,
    renamed_limits,
    renamed_marks,
    renamed_prices,
    renaming,
    rounded_prices,
    with_mark,
)

GAS, HEAT = Key("gas", "m³"), Key("heating", "l")
TO_LITRES = renaming(GAS, HEAT)


def test_values_are_converted_between_units_of_one_dimension_alone() -> None:
    assert Renaming(GAS, HEAT, Fraction(1000)) == TO_LITRES
    assert renaming(GAS, Key("heating", "m³")).factor is None
    assert renaming(Key("a", "gal"), Key("a", "l")).factor == Fraction("3.785411784")
    assert renaming(Key("a", "gal"), Key("a", "l"), "imperial").factor == Fraction("4.54609")
    # Where one of the two is unknown, the new unit corrects the old one.
    for unit, other in (("m³", "mug"), ("mug", "m³"), ("", "kWh"), ("cup", "l")):
        keys = Key("a", unit), Key("a", other)
        assert renaming(*keys) == Renaming(*keys)
    with pytest.raises(ValueError, match=r"^kWh cannot be converted to l\.$"):
        renaming(Key("a", "kWh"), Key("a", "l"))


def test_an_entry_is_of_a_key_however_its_type_is_spelled() -> None:
    assert TO_LITRES.has({"type": "GAS", "unit": "m³", "value": "1"})
    assert not TO_LITRES.has({"type": "gas", "unit": "M³"})
    assert not TO_LITRES.has({"type": "gases", "unit": "m³"})
    assert Renaming(Key("", ""), GAS).has({}) and not TO_LITRES.has({})
    assert not Renaming(Key("None", "None"), GAS).has({})


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


def test_limits_are_converted_along_and_the_targets_own_stays() -> None:
    own = {"type": "gas", "unit": "m³", "value": "1.5", "per": "day"}
    other = {"type": "tea", "unit": "cup", "value": "3", "per": "day"}
    assert renamed_limits([own, other], TO_LITRES) == [
        {"type": "heating", "unit": "l", "value": "1500", "per": "day"}, other,
    ]  # fmt: skip
    in_money = own | {"in": "cost"}
    assert renamed_limits([in_money], TO_LITRES) == [
        {"type": "heating", "unit": "l", "value": "1.5", "per": "day", "in": "cost"}
    ]
    with pytest.raises(ValueError, match=r"^The limit would be too large in l\.$"):
        renamed_limits([own | {"value": "1" + "0" * 15}], TO_LITRES)
    same_unit = renaming(GAS, Key("Heating", "m³"))
    assert renamed_limits([own], same_unit) == [own | {"type": "Heating", "value": "1.5"}]
    target = {"type": "Heating", "unit": "l", "value": "7", "per": "year"}
    assert renamed_limits([own, other, target], TO_LITRES) == [other, target]
    back = renaming(HEAT, GAS)
    third = {"type": "heating", "unit": "l", "value": "1", "per": "day"}
    assert renamed_limits([third], back)[0]["value"] == "0.001"


def entry(start: str, per_unit: str | None = "1.2", **values: object) -> dict[str, Any]:
    return {"type": "gas", "unit": "m³", "from": start, "per_unit": per_unit, **values}


def test_prices_a_unit_are_divided_along() -> None:
    moved = renamed_prices(
        [entry("2026-01-01", base="9"), entry("2026-02-01", None), entry("2026-03-01", "0.001")],
        TO_LITRES,
    )
    assert [(one["type"], one["unit"], one["from"], one["per_unit"]) for one in moved] == [
        ("heating", "l", "2026-01-01", "0.0012"),
        ("heating", "l", "2026-02-01", None),
        ("heating", "l", "2026-03-01", "0.000001"),
    ]
    assert moved[0]["base"] == "9"
    assert renamed_prices([entry("2026-01-01")], renaming(GAS, Key("heating", "m³"))) == [
        entry("2026-01-01") | {"type": "heating"}
    ]


def test_a_price_a_unit_has_eight_decimals_afterwards() -> None:
    in_gallons = renaming(Key("gas", "m³"), Key("gas", "gal"))
    [one] = renamed_prices([entry("2026-01-01", "100")], in_gallons)
    exactly = Fraction(100) / in_gallons.factor  # type: ignore[operator]
    assert one["per_unit"] == "0.37854118"
    assert abs(Fraction(Decimal(one["per_unit"])) - exactly) <= Fraction(1, 2 * 10**8)


def test_prices_that_eight_decimals_do_not_hold_are_counted() -> None:
    in_litres = [entry("2026-01-01", "0.3"), entry("2026-02-01", "0.0000003"), entry("2026-03-01")]
    assert rounded_prices(in_litres, TO_LITRES) == 1
    assert rounded_prices([entry("2026-01-01", None)], TO_LITRES) == 0
    assert rounded_prices(in_litres, renaming(GAS, Key("heating", "m³"))) == 0


def test_of_one_day_the_targets_own_price_stays() -> None:
    target = {"type": "HEATING", "unit": "l", "from": "2026-02-01", "per_unit": "2"}
    other = {"type": "tea", "unit": "cup", "from": "2026-01-01", "per_unit": "3"}
    kept = renamed_prices(
        [entry("2026-01-01"), entry("2026-02-01"), other, target, entry("2026-03-01")], TO_LITRES
    )
    assert [(one["type"], one["from"]) for one in kept] == [
        ("heating", "2026-01-01"),
        ("tea", "2026-01-01"),
        ("HEATING", "2026-02-01"),
        ("heating", "2026-03-01"),
    ]


def test_another_spelling_keeps_all_that_a_type_has() -> None:
    spelled = renaming(GAS, Key("Gas", "m³"))
    assert spelled.respells and not TO_LITRES.respells
    limit = {"type": "gas", "unit": "m³", "value": "1.5", "per": "day"}
    assert renamed_limits([limit], spelled) == [limit | {"type": "Gas"}]
    prices = [entry("2026-01-01"), entry("2026-02-01", "2")]
    assert renamed_prices(prices, spelled) == [one | {"type": "Gas"} for one in prices]
    mark = {"type": "gas", "unit": "m³", "colour": 3}
    assert renamed_marks([mark], spelled) == [mark | {"type": "Gas"}]


def test_marks_follow_unless_the_target_has_its_own() -> None:
    own, other = {"type": "Gas", "unit": "m³", "colour": 3}, {"type": "tea", "unit": "", "place": 1}
    assert renamed_marks([own, other], TO_LITRES) == [
        {"type": "heating", "unit": "l", "colour": 3}, other,
    ]  # fmt: skip
    target = {"type": "Heating", "unit": "l", "hidden": True}
    assert renamed_marks([own, target, other], TO_LITRES) == [target, other]


def kind(**fields: str) -> dict[str, Any]:
    """A kind of file as it is remembered."""
    return {"at": "2026-11-01T10:00:00+00:00", "fields": fields}


def test_remembered_files_name_the_new_type_where_they_name_one() -> None:
    imports = {
        "a": kind(type="GAS", unit="m³", decimal=","),
        "b": kind(columns="date,type,value", unit="m³"),
        "c": "of another version",
        "d": kind(type="tea"),
        "e": kind(type="gas", unit="kWh"),
        "f": kind(type="gas"),
    }
    # A file stays in the unit that it is written in.
    assert renamed_imports(imports, TO_LITRES) == imports | {
        "a": kind(type="heating", unit="m³", decimal=","),
        "f": kind(type="heating"),
    }
    corrected = renaming(GAS, Key("gas", "pieces"))
    assert renamed_imports(imports, corrected)["a"] == kind(type="gas", unit="pieces", decimal=",")
    # A file whose columns tell the types is nobody's.
    nameless = Renaming(Key("", "m³"), HEAT)
    assert renamed_imports({"b": imports["b"]}, nameless) == {"b": imports["b"]}
