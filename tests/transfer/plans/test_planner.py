"""How a plan is made: choices before guesses, and what is asked."""

from __future__ import annotations

import pytest

from tally.transfer.faults import UnreadableFile
from tally.transfer.files.csv_rows import MAX_COLUMNS
from tally.transfer.plans.choices import BadChoice
from tally.transfer.plans.understood import understood_fields
from tally.transfer.tables.guessed_columns import ROWS_TO_SEE
from tally.transfer.writers import COLUMNS
from tests.transfer.planned import WIDE, plan_of, roles, sent_back
from tests.transfer.test_kinds import KINDS, Kind, read


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_was_understood_reads_the_same_records_when_it_is_sent_back(kind: Kind) -> None:
    records, opened, problems = read(kind)
    understood = understood_fields(opened.plan)
    fields = {**kind.choices, **sent_back(understood)}
    again, reopened, others = read(kind._replace(choices=fields))
    assert understood_fields(reopened.plan) == understood
    assert again == records
    assert len(others) == len(problems)


def test_a_choice_counts_for_its_column_and_an_empty_entry_is_as_guessed() -> None:
    plan = plan_of(WIDE, columns=",,-,value:heat:MJ")
    assert understood_fields(plan)["columns"] == ["date", "value:Import:kWh", "-", "value:heat:MJ"]
    assert understood_fields(plan_of(WIDE))["columns"] == [
        "date", "value:Import:kWh", "value:Export:kWh", "value:Gas:m³",
    ]  # fmt: skip


def test_an_entry_with_a_star_counts_for_all_amounts_to_its_right() -> None:
    plan = plan_of(WIDE, columns=",reading*")
    assert roles(plan) == ["date", "reading", "reading", "reading"]
    assert [plan.names.type_of(column) for column in plan.columns[1:]] == [
        "Import",
        "Export",
        "Gas",
    ]
    assert roles(plan_of(WIDE, columns=",,-*")) == ["date", "value", "-", "-"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"columns": "date,value,value,value,value"}, "columns"),
        ({"table": "August"}, "table"),
        ({"table": "7"}, "table"),
    ],
)
def test_a_choice_that_the_file_does_not_have_is_refused(
    fields: dict[str, str], field: str
) -> None:
    with pytest.raises(BadChoice) as refused:
        plan_of(WIDE, **fields)
    assert refused.value.field == field


def test_the_table_with_most_dated_rows_is_read_and_any_can_be_chosen() -> None:
    text = "Power\nDay;kWh\n2026-10-05;1\n\nWater\nDate;Litres\n2026-10-05;4\n2026-10-06;5\n"
    for fields, name in (({}, "Water"), ({"table": "power"}, "Power"), ({"table": "1"}, "Power")):
        plan = plan_of(text, **fields)
        assert plan.table.name == name
        assert plan.table.names == ["Power", "Water"]


def test_a_narrow_table_below_another_keeps_its_own_unit() -> None:
    text = "Date,kWh\n2026-10-05,1\n2026-10-06,2\n\nReport B\nDate,m3\n2026-10-05,4\n"
    for table, unit in (("", "kWh"), ("Report B", "m³")):
        assert understood_fields(plan_of(text, table=table))["unit"] == unit


def test_no_choice_changes_what_a_column_of_tallys_own_is() -> None:
    text = ",".join(COLUMNS) + "\n,2026-10-05,1,tea,,,\n"
    chosen = plan_of(text, columns="date,value")
    assert chosen.table.own and roles(chosen) == roles(plan_of(text))


def test_the_chosen_unit_tells_figures_of_a_meter_from_amounts() -> None:
    rows = "".join(
        f"sensor.meter,{10_000.5 + 9 * day},2026-10-{day:02}T08:00:00Z\n" for day in range(1, 26)
    )
    text = f"entity_id,state,last_changed\n{rows}"
    for unit, role in (("kWh", "reading"), ("km", "value"), ("", "value")):
        assert roles(plan_of(text, unit=unit)) == ["type", role, "date"]
    assert roles(plan_of(text, unit="kWh", columns=",value,")) == ["type", "value", "date"]
    # What only the times of a file do tells nothing of its amounts.
    seconds = "".join(f"{1_790_000_000 + 900 * row},{row % 3}\n" for row in range(25))
    assert roles(plan_of(f"time,energy\n{seconds}", unit="kWh")) == ["date", "value"]


def test_a_meter_far_down_a_long_file_is_told() -> None:
    def file(*names: str) -> str:
        figures = {"power": "{:.0f},W", "grid": "{:.1f},kWh", "solar": "{:.2f},kWh"}
        rows = [
            f"{name},2026-10-{1 + row % 28:02},"
            + figures[name].format(row * 37 % 91 if name == "power" else 1000 + row / 10)
            for name in names
            for row in range(ROWS_TO_SEE + 1)
        ]
        return "\n".join(("sensor,date,state,unit", *rows)) + "\n"

    assert roles(plan_of(file("grid", "solar"))) == ["type", "date", "reading", "unit"]
    for names in (("power", "grid"), ("grid", "power"), ("solar", "grid", "power")):
        plan = plan_of(file(*names))
        assert (roles(plan), plan.asks) == (["type", "date", "-", "unit"], ("columns",))
    assert roles(plan_of(file("power"))) == ["type", "date", "value", "unit"]


@pytest.mark.slow
def test_too_many_columns_are_refused() -> None:
    def file(width: int) -> str:
        return f"Day{';A kWh' * (width - 1)}\n2026-10-05{';1' * (width - 1)}\n"

    assert len(plan_of(file(MAX_COLUMNS)).columns) == MAX_COLUMNS
    with pytest.raises(UnreadableFile, match="501"):
        plan_of(file(MAX_COLUMNS + 1))


def test_a_file_without_several_cells_in_a_line_has_no_table() -> None:
    with pytest.raises(UnreadableFile, match="no table"):
        plan_of("nothing\nto see\n")


# What is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Day;kWh\n2026-10-05;1\n", ("type",)),
        ("Day;Type;kWh\n2026-10-05;gas;1\n", ()),
        (WIDE, ()),
        ("Name;Surname\nMara;Lind\n", ("columns",)),
        ("Day;Name\n2026-10-05;Mara\n", ("columns",)),
        ("Day;kWh\n", ()),
    ],
)
def test_what_nobody_can_tell_from_the_file_is_asked(text: str, asks: tuple[str, ...]) -> None:
    assert plan_of(text).asks == asks


def test_a_chosen_type_is_not_asked_for() -> None:
    assert plan_of("Day;kWh\n2026-10-05;1\n", type="power").asks == ()
    assert plan_of("Day;kWh\n2026-10-05;1\n", columns="date,value:power:kWh").asks == ()
