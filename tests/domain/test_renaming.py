"""What a renaming does to limits, prices, marks and remembered files."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.keys import Key
from tally.domain.renaming import (
    Renaming,
    RoundedPrice,
    between,
    put_back,
    put_back_imports,
    put_back_quiet,
    renamed_imports,
    renamed_limits,
    renamed_marks,
    renamed_prices,
    renamed_quiet,
    replaced,
    replaced_imports,
    rounded_prices,
)

GAS, HEAT = Key("gas", "m³"), Key("heating", "l")
TO_LITRES = between(GAS, HEAT)


def test_values_are_converted_between_units_of_one_dimension_alone() -> None:
    assert Renaming(GAS, HEAT, Fraction(1000)) == TO_LITRES
    assert between(GAS, Key("heating", "m³")).factor is None
    assert between(Key("a", "gal"), Key("a", "l")).factor == Fraction("3.785411784")
    assert between(Key("a", "gal"), Key("a", "l"), "imperial").factor == Fraction("4.54609")
    # Where one of the two is unknown, the new unit corrects the old one.
    for unit, other in (("m³", "mug"), ("mug", "m³"), ("", "kWh"), ("cup", "l")):
        keys = Key("a", unit), Key("a", other)
        assert between(*keys) == Renaming(*keys)
    with pytest.raises(ValueError, match=r"^kWh cannot be converted to l\.$"):
        between(Key("a", "kWh"), Key("a", "l"))


def test_an_entry_is_of_a_key_however_its_type_is_spelled() -> None:
    assert TO_LITRES.has({"type": "GAS", "unit": "m³", "value": "1"})
    assert not TO_LITRES.has({"type": "gas", "unit": "M³"})
    assert not TO_LITRES.has({"type": "gases", "unit": "m³"})
    assert Renaming(Key("", ""), GAS).has({}) and not TO_LITRES.has({})
    assert not Renaming(Key("None", "None"), GAS).has({})


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
    same_unit = between(GAS, Key("Heating", "m³"))
    assert renamed_limits([own], same_unit) == [own | {"type": "Heating", "value": "1.5"}]
    target = {"type": "Heating", "unit": "l", "value": "7", "per": "year"}
    assert renamed_limits([own, other, target], TO_LITRES) == [other, target]
    back = between(HEAT, GAS)
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
    assert renamed_prices([entry("2026-01-01")], between(GAS, Key("heating", "m³"))) == [
        entry("2026-01-01") | {"type": "heating"}
    ]


def test_a_price_a_unit_has_eight_decimals_afterwards() -> None:
    in_gallons = between(Key("gas", "m³"), Key("gas", "gal"))
    [one] = renamed_prices([entry("2026-01-01", "100")], in_gallons)
    exactly = Fraction(100) / in_gallons.factor  # type: ignore[operator]
    assert one["per_unit"] == "0.37854118"
    assert abs(Fraction(Decimal(one["per_unit"])) - exactly) <= Fraction(1, 2 * 10**8)


def test_a_price_that_no_form_would_take_is_refused() -> None:
    to_tonnes = between(Key("gas", "mg"), Key("gas", "t"))
    assert to_tonnes.factor == Fraction(1, 10**9)
    kept = {**entry("2026-01-01", "999.99"), "unit": "mg"}
    assert renamed_prices([kept], to_tonnes)[0]["per_unit"] == "999990000000"
    with pytest.raises(ValueError, match=r"^A price would be too large in t\.$"):
        renamed_prices([kept | {"per_unit": "1000"}], to_tonnes)


def test_prices_that_eight_decimals_do_not_hold_are_told() -> None:
    in_litres = [entry("2026-01-01", "0.3"), entry("2026-02-01", "0.0000003"), entry("2026-03-01")]
    rounded = RoundedPrice("2026-02-01", Decimal("0.0000003"), Decimal(0))
    assert rounded_prices(in_litres, TO_LITRES) == [rounded]
    later = entry("2026-03-05", "0.000006")
    assert rounded_prices([later, *in_litres], TO_LITRES) == [
        rounded, RoundedPrice("2026-03-05", Decimal("0.000006"), Decimal("0.00000001")),
    ]  # fmt: skip
    assert rounded_prices([entry("2026-01-01", None)], TO_LITRES) == []
    assert rounded_prices(in_litres, between(GAS, Key("heating", "m³"))) == []


@given(
    st.decimals(0, 10**6, places=8),
    st.sampled_from([("m³", "l"), ("l", "m³"), ("kWh", "J"), ("J", "kWh"), ("kWh", "MJ")]),
)
def test_a_price_is_kept_exactly_or_told_as_rounded(per_unit: Decimal, units: Any) -> None:
    become = between(Key("gas", units[0]), Key("gas", units[1]))
    assert become.factor
    kept = {**entry("2026-01-01", f"{per_unit:f}"), "unit": units[0]}
    exactly = Fraction(per_unit) / become.factor
    try:
        [moved] = renamed_prices([kept], become)
    except ValueError:
        assert exactly >= 10**12
        return
    after = Decimal(moved["per_unit"])
    told = rounded_prices([kept], become)
    if Fraction(after) == exactly:
        assert told == []
    else:
        assert told == [RoundedPrice("2026-01-01", per_unit, after)]
        assert abs(Fraction(after) - exactly) <= Fraction(1, 2 * 10**8)


def test_the_targets_own_prices_stay_alone() -> None:
    target = {"type": "HEATING", "unit": "l", "from": "2026-02-01", "per_unit": "2"}
    other = {"type": "tea", "unit": "cup", "from": "2026-01-01", "per_unit": "3"}
    kept = renamed_prices(
        [entry("2026-01-01"), entry("2026-02-01"), other, target, entry("2026-03-01")], TO_LITRES
    )
    assert kept == [other, target]
    # One that would be too large is not looked at.
    too_large = target | {"per_unit": "9" * 12}
    assert renamed_prices([too_large, entry("2026-01-01")], between(HEAT, GAS)) == [
        entry("2026-01-01")
    ]


def test_another_spelling_keeps_all_that_a_type_has() -> None:
    spelled = between(GAS, Key("Gas", "m³"))
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
    corrected = between(GAS, Key("gas", "pieces"))
    assert renamed_imports(imports, corrected)["a"] == kind(type="gas", unit="pieces", decimal=",")
    # A file whose columns tell the types is nobody's.
    nameless = Renaming(Key("", "m³"), HEAT)
    assert renamed_imports({"b": imports["b"]}, nameless) == {"b": imports["b"]}


def columns_afterwards(text: str, renamed: Renaming) -> Any:
    return renamed_imports({"a": kind(columns=text)}, renamed)["a"]["fields"]["columns"]


def test_remembered_columns_name_the_new_type() -> None:
    columns = 'date,value:GAS:m³*,,"value:gas, too:m³",value:gas:kWh,reading:gas,value'
    to_litres = 'date,value:heating:m³*,,"value:gas, too:m³",value:gas:kWh,reading:heating,value'
    assert columns_afterwards(columns, TO_LITRES) == to_litres
    to_pieces = between(GAS, Key("a, b", "pieces"))
    corrected = '"value:a, b:pieces*","reading:a, b"'
    assert columns_afterwards("value:gas:m³*,reading:gas", to_pieces) == corrected
    # A line that names others stays as it is written, and what could not be read again does too.
    assert columns_afterwards('"date", value:tea:cup', TO_LITRES) == '"date", value:tea:cup'
    for name in ("a:b", "a*"):
        renamed = between(GAS, Key(name, "m³"))
        columns = columns_afterwards("value:gas:m³,value:gas", renamed)
        assert columns == f"value:{name}:m³,value:gas"


def test_remembered_files_name_the_new_type_of_what_was_returned() -> None:
    imports = {
        "a": kind(type="power", returned="Gas"),
        "b": kind(returned="gas", unit="kWh"),
        "c": kind(returned="… returned"),
    }
    assert renamed_imports(imports, TO_LITRES) == imports | {
        "a": kind(type="power", returned="heating"),
    }


# The undo of a renaming ---------------------------------------------------------------------------

ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["gas", "Gas", "heating", "HEATING", "tea"]),
            "unit": st.sampled_from(["m³", "l"]),
            "value": st.sampled_from(["1", "2.5"]),
            "per_unit": st.sampled_from([None, "1.2"]),
            "from": st.sampled_from(["2026-01-01", "2026-02-01"]),
        }
    ),
    max_size=8,
    unique_by=lambda one: (str(one["type"]).lower(), one["unit"], one["from"]),
).map(lambda entries: [one | {"id": f"{place}"} for place, one in enumerate(entries)])
BECOME = st.sampled_from([renamed_limits, renamed_prices, renamed_marks])
RENAMINGS = st.sampled_from(
    [TO_LITRES, Renaming(GAS, HEAT), between(GAS, Key("Gas", "m³")), between(HEAT, GAS)]
)


def no_new_id() -> str:
    raise AssertionError("No entry is there twice.")


@given(ENTRIES, BECOME, RENAMINGS)
def test_an_undo_of_a_renaming_puts_back_each_entry_in_its_place(
    before: list[dict[str, Any]], become: Any, renamed: Renaming
) -> None:
    after = become(before, renamed)
    kept = json.loads(json.dumps(replaced(before, after)))
    assert put_back(after, kept, no_new_id) == before
    assert all(renamed.has(one) for _, one in kept["had"])


@given(ENTRIES, BECOME, RENAMINGS, st.data())
def test_an_undo_of_a_renaming_leaves_what_was_saved_since(
    before: list[dict[str, Any]], become: Any, renamed: Renaming, data: st.DataObject
) -> None:
    after = become(before, renamed)
    kept = replaced(before, after)
    now = [
        one | ({"value": "7"} if data.draw(st.booleans(), "changed") else {})
        for one in after
        if data.draw(st.booleans(), "still there")
    ]
    coffee = {"type": "coffee", "unit": "cup", "value": "1", "from": "2026-03-01", "id": "new"}
    back = put_back([*now, coffee], kept, map("new {}".format, count()).__next__)
    assert [one for one in back if one in now] == [one for one in now if one not in kept["put"]]
    assert coffee in back
    assert len({one["id"] for one in back}) == len(back)
    days = [(one["type"].lower(), one["unit"], one["from"]) for one in back]
    assert len(set(days)) == len(days)
    moved = kept["put"] or [None] * len(kept["had"])
    for (_, one), put in zip(kept["had"], moved, strict=True):
        is_removed = put is not None and put["id"] not in [other["id"] for other in now]
        assert ((one["type"].lower(), one["unit"], one["from"]) in days) == (not is_removed)


def test_an_undo_of_a_renaming_keeps_a_limit_that_the_old_name_has_got_meanwhile() -> None:
    had = {"type": "gas", "unit": "m³", "value": "1", "per": "day"}
    kept = replaced([had], renamed_limits([had], TO_LITRES))
    newer = had | {"type": "Gas", "value": "2"}
    assert put_back([newer], kept, no_new_id) == [newer]


def test_an_undo_of_a_renaming_brings_back_no_price_that_was_removed_since() -> None:
    first = {"type": "gas", "unit": "m³", "per_unit": "2", "from": "2026-01-01", "id": "1"}
    second = first | {"from": "2026-02-01", "id": "2"}
    own = {"type": "heating", "unit": "l", "per_unit": "5", "from": "2026-01-01", "id": "3"}
    after = renamed_prices([first, second], TO_LITRES)
    kept = json.loads(json.dumps(replaced([first, second], after)))
    assert put_back(after[1:], kept, no_new_id) == [second]
    assert put_back([], kept, no_new_id) == []
    # One that counts from its day instead is another price for the same: the old name has its own.
    instead = after[0] | {"id": "4", "per_unit": "9"}
    assert put_back([instead], kept, no_new_id) == [first, instead]
    # What gave way to the other name's own had not been removed.
    gave_way = replaced([first, own], renamed_prices([first, own], TO_LITRES))
    assert put_back([], gave_way, no_new_id) == [first]


def test_meters_without_a_reminder_are_followed_by_a_renaming_and_its_undo() -> None:
    before = [["tea", "l", "2026-01-01"], ["Gas", "m³", "2026-01-02"], ["gas", "l", "2026-01-03"]]
    after = renamed_quiet(before, TO_LITRES)
    assert after == [before[0], [*HEAT, "2026-01-02"], before[2]]
    kept = json.loads(json.dumps(replaced(before, after)))
    since = ["coffee", "", "2026-01-04"]
    assert put_back_quiet([*after, since], kept) == [before[1], before[0], before[2], since]
    assert put_back_quiet([before[1]], kept) == [before[1]]


def test_an_undo_of_a_renaming_names_the_old_type_in_remembered_files() -> None:
    whole = kind(type="GAS", unit="m³", decimal=",")
    columns = kind(columns="date,value:gas:m³,value:tea:cup", returned="gas")
    before = {"a": whole, "b": kind(type="tea"), "c": "of another version", "e": columns}
    for renamed in (TO_LITRES, Renaming(GAS, HEAT)):
        after = renamed_imports(before, renamed)
        kept = json.loads(json.dumps(replaced_imports(before, after)))
        had, put = {"type": "GAS"}, {"type": "heating"}
        if not renamed.factor:
            had, put = had | {"unit": "m³"}, put | {"unit": "l"}
        assert kept.keys() == {"a", "e"} and kept["a"] == {"had": had, "put": put}
        assert put_back_imports(after, kept) == before
        again = {**after["a"], "fields": {**after["a"]["fields"], "daily": "1"}}
        assert put_back_imports({"a": again, "d": kind(type="milk")}, kept) == {
            "a": kind(type="GAS", unit="m³", decimal=",", daily="1"),
            "d": kind(type="milk"),
        }
        assert put_back_imports({"a": kind(type="milk")}, kept) == {"a": kind(type="milk")}
        assert put_back_imports({}, kept) == {}
