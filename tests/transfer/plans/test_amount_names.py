"""The types, units and factors of the amounts of a plan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tally.transfer.plans.reader import Reader
from tally.transfer.plans.understood import understood_fields
from tests.transfer.planned import BERLIN, TODAY, WIDE, plan_of, sent_back


def test_the_type_of_all_rows_is_that_of_one_amount_and_not_of_several() -> None:
    one = plan_of("Day;kWh\n2026-10-05;1\n", type="power")
    assert one.names.type_of(one.columns[1]) == "power"
    assert understood_fields(one)["type"] == "power"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Day;Electricity (kWh)\n2026-10-05;1\n", "Electricity"),
        ("Day;water m3;Notes\n2026-10-05;1;garden\n", "water"),
        ("Day;Coffee\n2026-10-05;1\n", ""),
        ("Day;kWh\n2026-10-05;1\n", ""),
        ("2026-10-05;1\n", ""),
    ],
)
def test_one_amount_takes_its_heading_where_that_is_a_type_of_the_account(
    text: str, name: str
) -> None:
    reader = Reader(TODAY, BERLIN, types=frozenset(("electricity", "water")))
    plan = plan_of(text, reader)
    assert (understood_fields(plan)["type"], plan.asks) == (name, () if name else ("type",))
    again = plan_of(text, **sent_back(understood_fields(plan)))
    assert understood_fields(again) == understood_fields(plan)
    assert understood_fields(plan_of(text, reader, type="power"))["type"] == "power"


def test_beside_types_in_cells_a_heading_is_none() -> None:
    reader = Reader(TODAY, BERLIN, types=frozenset(("water",)))
    assert understood_fields(plan_of("Day;Type;Water\n2026-10-05;tea;1\n", reader))["type"] == ""


@pytest.mark.parametrize(
    ("fields", "types"),
    [
        ({"columns": ",value:a:,value:b:,value:c:"}, "a b c"),
        ({"columns": ",,-,-"}, "power"),
        ({"columns": ",,value:b:,value:c:"}, "power b c"),
        ({"columns": ",value:power:*"}, "power power power"),
    ],
)
def test_one_type_for_all_rows_is_that_of_the_only_column_that_says_none(
    fields: dict[str, str], types: str
) -> None:
    plan = plan_of(WIDE, type="power", **fields)
    assert [plan.names.type_of(column) for column in plan.columns.amounts] == types.split()
    assert plan.asks == ()


@pytest.mark.parametrize("fields", [{}, {"columns": ",,-,"}, {"columns": ",,,value:heat:MJ"}])
def test_one_type_never_makes_several_columns_one(fields: dict[str, str]) -> None:
    plan = plan_of(WIDE, type="power", **fields)
    assert plan.asks == ("columns",)
    assert "power" not in {plan.names.type_of(column) for column in plan.columns.amounts}
    again = plan_of(WIDE, **sent_back(understood_fields(plan)))
    assert understood_fields(again)["columns"] == understood_fields(plan)["columns"]
    assert again.asks == ()


def test_a_series_and_the_cells_of_a_type_column_take_one_type_for_all() -> None:
    hours = "Day;00:00;01:00\n2026-10-05;1;2\n"
    assert plan_of(hours, type="power").asks == ()
    typed = "Day;Type;kWh;m³\n2026-10-05;;1;2\n"
    assert plan_of(typed, type="power").asks == ()


def test_columns_that_one_type_would_make_one_are_named() -> None:
    header = "Day;" + ";".join(f"Room {letter} kWh" for letter in "ABCDEF")
    plan = plan_of(f"{header}\n2026-10-05;1;2;3;4;5;6\n", type="power")
    assert (
        plan.names.alike_headings == "Room A kWh, Room B kWh, Room C kWh, Room D kWh, Room E kWh, …"
    )
    bare = plan_of("2026-10-05;1;2\n2026-10-06;3;4\n", type="power")
    assert bare.names.alike_headings == "one without a heading, one without a heading"


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [("W", "kWh", "0.00025"), ("kW", "kWh", "0.25"), ("Wh", "Wh", "1"), ("kWh", "kWh", "1")],
)
def test_power_at_regular_times_is_energy(written: str, unit: str, factor: str) -> None:
    text = f"Time;Power ({written})\n2026-10-05 00:00;1\n2026-10-05 00:15;2\n"
    plan = plan_of(text)
    assert plan.names.unit_of(plan.columns[1]) == unit
    assert plan.names.factor_of(plan.columns[1]) == Decimal(factor)
    irregular = plan_of(text.replace("\n2026-10-05 00:15;2", ""))
    assert irregular.names.unit_of(irregular.columns[1]) == written
    assert irregular.names.factor_of(irregular.columns[1]) == 1


@pytest.mark.parametrize(
    ("heading", "hour", "day"),
    [("Power", "kWh", "kWh"), ("Demand", "kWh", "kW"), ("Max power", "kW", "kW"),
     ("Höchstleistung", "kW", "kW"), ("Puissance maximale", "kW", "kW")],
)  # fmt: skip
def test_the_highest_power_of_each_step_is_no_mean(heading: str, hour: str, day: str) -> None:
    for unit, second in ((hour, "2026-10-05 01:00"), (day, "2026-10-06 00:00")):
        text = f"Time;{heading} (kW)\n2026-10-05 00:00;4\n{second};8\n"
        plan = plan_of(text, columns="date,value")
        assert plan.names.unit_of(plan.columns[1]) == unit
    chosen = plan_of(text, columns="date,value:peak:kWh")
    assert chosen.names.unit_of(chosen.columns[1]) == "kWh"


@pytest.mark.parametrize("heading", ["Power (W)", "Power (w)", "Power [Watt]"])
@pytest.mark.parametrize("fields", [{"unit": "W"}, {"columns": "date,value:sun:W"}])
def test_power_stays_power_where_somebody_says_so(heading: str, fields: dict[str, str]) -> None:
    text = f"Time;{heading}\n2026-10-05 00:00;400\n2026-10-05 00:15;800\n"
    plan = plan_of(text, type="sun", **fields)
    column = plan.columns[1]
    assert plan.names.factor_of(column) == 1
    assert plan.names.known_unit_of(column) == "W"


def test_columns_whose_headings_are_alike_are_asked_about_and_one_that_is_named_is_not() -> None:
    text = "Date;kWh;kWh;m³\n2026-10-05;1;2;3\n"
    plan = plan_of(text)
    assert (plan.asks, plan.names.alike_type, plan.names.alike_headings) == (
        ("columns",),
        "kWh",
        "kWh, kWh",
    )
    assert plan_of(text, columns=",value:in:").asks == ()
    assert plan_of("Date;Gas (m³);Gas (kWh)\n2026-10-05;1;10\n").asks == ()
    assert plan_of(text, columns=",value:power:,value:power:").asks == ()
    assert plan_of("2026-10-05;1;2\n2026-10-06;3;4\n").asks == ("type",)
