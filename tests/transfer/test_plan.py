"""How a file is going to be read: what its rows tell, what was chosen, and what is asked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer import sources
from tally.transfer.choices import BadChoice, columns_text, read_choices
from tally.transfer.faults import UnreadableFile
from tally.transfer.plan import MAX_COLUMNS, Plan, Reader, make_plan
from tally.transfer.writers import COLUMNS
from tests.transfer.test_kinds import KINDS, Kind, read

TODAY = date(2026, 11, 22)
BERLIN = ZoneInfo("Europe/Berlin")


@contextmanager
def planned(text: str, reader: Reader | None = None, /, **fields: str) -> Iterator[Plan]:
    choices = read_choices(fields)
    file = io.BytesIO(text.encode())
    with sources.opened(file, encoding=choices.encoding, table=choices.table) as source:
        yield make_plan(source, choices, reader or Reader(TODAY, BERLIN, currency="EUR"))


def plan_of(text: str, reader: Reader | None = None, /, **fields: str) -> Plan:
    with planned(text, reader, **fields) as plan:
        return plan


def roles(plan: Plan) -> list[str]:
    return [column.role for column in plan.columns]


def sent_back(understood: Mapping[str, Any]) -> dict[str, str]:
    """The fields that say what was understood."""
    names = ("type", "unit", "decimal", "order", "encoding", "table")
    fields = {name: str(understood[name] or "") for name in names}
    return {**fields, "columns": columns_text(understood["columns"])}


# Choices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_was_understood_reads_the_same_records_when_it_is_sent_back(kind: Kind) -> None:
    records, opened, problems = read(kind)
    understood = opened.plan.understood()
    fields = {**kind.choices, **sent_back(understood)}
    again, reopened, others = read(kind._replace(choices=fields))
    assert reopened.plan.understood() == understood
    assert again == records
    assert len(others) == len(problems)


WIDE = "Day;Import kWh;Export kWh;Gas m³\n2026-10-05;1;2;3\n2026-10-06;1;2;3\n"


def test_a_choice_counts_for_its_column_and_an_empty_entry_is_as_guessed() -> None:
    plan = plan_of(WIDE, columns=",,-,value:heat:MJ")
    assert plan.understood()["columns"] == ["date", "value:Import:kWh", "-", "value:heat:MJ"]
    assert plan_of(WIDE).understood()["columns"] == [
        "date", "value:Import:kWh", "value:Export:kWh", "value:Gas:m³",
    ]  # fmt: skip


def test_an_entry_with_a_star_counts_for_all_amounts_to_its_right() -> None:
    plan = plan_of(WIDE, columns=",reading*")
    assert roles(plan) == ["date", "reading", "reading", "reading"]
    assert [plan.type_of(column) for column in plan.columns[1:]] == ["Import", "Export", "Gas"]
    assert roles(plan_of(WIDE, columns=",,-*")) == ["date", "value", "-", "-"]


def test_the_type_of_all_rows_is_that_of_one_amount_and_not_of_several() -> None:
    one = plan_of("Day;kWh\n2026-10-05;1\n", type="power")
    assert one.type_of(one.columns[1]) == "power"
    assert one.understood()["type"] == "power"


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
    assert [plan.type_of(plan.columns[place]) for place in plan.amounts] == types.split()
    assert plan.asks == ()


@pytest.mark.parametrize("fields", [{}, {"columns": ",,-,"}, {"columns": ",,,value:heat:MJ"}])
def test_one_type_never_makes_several_columns_one(fields: dict[str, str]) -> None:
    plan = plan_of(WIDE, type="power", **fields)
    assert plan.asks == ("columns",)
    assert "power" not in {plan.type_of(plan.columns[place]) for place in plan.amounts}
    again = plan_of(WIDE, **sent_back(plan.understood()))
    assert again.understood()["columns"] == plan.understood()["columns"]
    assert again.asks == ()


def test_a_series_and_the_cells_of_a_type_column_take_one_type_for_all() -> None:
    hours = "Day;00:00;01:00\n2026-10-05;1;2\n"
    assert plan_of(hours, type="power").asks == ()
    typed = "Day;Type;kWh;m³\n2026-10-05;;1;2\n"
    assert plan_of(typed, type="power").asks == ()


def test_columns_that_one_type_would_make_one_are_named() -> None:
    header = "Day;" + ";".join(f"Room {letter} kWh" for letter in "ABCDEF")
    plan = plan_of(f"{header}\n2026-10-05;1;2;3;4;5;6\n", type="power")
    assert plan.names_alike == "Room A kWh, Room B kWh, Room C kWh, Room D kWh, Room E kWh, …"
    bare = plan_of("2026-10-05;1;2\n2026-10-06;3;4\n", type="power")
    assert bare.names_alike == "one without a heading, one without a heading"


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
        assert (plan.table.name, plan.table_name) == (name, name)
        assert [table.name for table in plan.tables] == ["Power", "Water"]


def test_no_choice_changes_what_a_column_of_tallys_own_is() -> None:
    text = ",".join(COLUMNS) + "\n,2026-10-05,1,tea,,,\n"
    chosen = plan_of(text, columns="date,value")
    assert chosen.own and roles(chosen) == roles(plan_of(text))


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


def test_what_was_said_is_not_asked() -> None:
    assert plan_of("Day;kWh\n2026-10-05;1\n", type="power").asks == ()
    assert plan_of("Day;kWh\n2026-10-05;1\n", columns="date,value:power:kWh").asks == ()


# What all rows tell ------------------------------------------------------------------------------


def test_the_order_of_dates_is_that_of_all_rows_or_else_of_the_account() -> None:
    text = "day;type;value\n05/10/2026;tea;1\n"
    assert (plan_of(text).order, plan_of(text).dated) == (None, "05/10/2026")
    assert plan_of(text, Reader(TODAY, BERLIN, order="day-first")).order == "day-first"
    assert plan_of(text + "10/13/2026;tea;1\n").order == "month-first"


def test_dates_that_fit_no_order_together_tell_none() -> None:
    text = "day;type;value\n13/10/2026;tea;1\n10/13/2026;tea;1\n"
    assert plan_of(text).order is None
    assert plan_of(text, order="month-first").order == "month-first"


def test_the_first_number_with_a_decimal_mark_is_kept_as_an_example() -> None:
    plan = plan_of("day\ttype\tvalue\n2026-10-05\ttea\t1,500\n2026-10-05\ttea\t2,5\n")
    assert (plan.mark, plan.marked) == (",", "2,5")


def test_numbers_that_contradict_each_other_tell_no_mark() -> None:
    assert plan_of("day\ttype\tvalue\n2026-10-05\ttea\t1.5\n2026-10-05\ttea\t1,5\n").mark is None
    assert plan_of("day;type;value\n2026-10-05;tea;1,500\n").mark == ","


def test_the_meaning_of_amounts_below_zero_is_guessed_only_where_that_is_wanted() -> None:
    text = "day;type;value\n2026-10-05;tea;-5\n"
    file = io.BytesIO(text.encode())
    choices = read_choices({})
    with sources.opened(file) as source:
        reader = Reader(TODAY, BERLIN)
        guessing = replace(choices, guess_negative=True)
        assert make_plan(source, guessing, reader).negative == "flip"
        assert make_plan(source, choices, reader).negative == "omit"
    assert plan_of(text, negative="split").negative == "split"


@pytest.mark.parametrize(
    ("times", "step", "descending"),
    [
        ("00:00 00:15 00:30 00:45", 900, False),
        ("23:00 22:00 21:00 20:00", 3600, True),
        ("00:00 00:15 00:30 00:45 01:00 01:30", 900, False),
        ("00:00 00:07 01:30 05:00", None, False),
        ("08:00", None, False),
    ],
)
def test_the_step_of_the_rows_and_which_way_they_run(
    times: str, step: int | None, descending: bool
) -> None:
    rows = "".join(f"2026-10-05 {time};1\n" for time in times.split())
    plan = plan_of(f"Time;Power (W)\n{rows}")
    assert (plan.step, plan.descending) == (step, descending)


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [("W", "kWh", "0.00025"), ("kW", "kWh", "0.25"), ("Wh", "Wh", "1"), ("kWh", "kWh", "1")],
)
def test_power_at_regular_times_is_energy(written: str, unit: str, factor: str) -> None:
    text = f"Time;Power ({written})\n2026-10-05 00:00;1\n2026-10-05 00:15;2\n"
    plan = plan_of(text)
    assert (plan.unit_of(plan.columns[1]), plan.energy(plan.columns[1])) == (unit, Decimal(factor))
    irregular = plan_of(text.replace("\n2026-10-05 00:15;2", ""))
    assert irregular.unit_of(irregular.columns[1]) == written
    assert irregular.energy(irregular.columns[1]) == 1


@pytest.mark.parametrize("heading", ["Power (W)", "Power (w)", "Power [Watt]"])
@pytest.mark.parametrize("fields", [{"unit": "W"}, {"columns": "date,value:sun:W"}])
def test_power_stays_power_where_somebody_says_so(heading: str, fields: dict[str, str]) -> None:
    text = f"Time;{heading}\n2026-10-05 00:00;400\n2026-10-05 00:15;800\n"
    plan = plan_of(text, type="sun", **fields)
    column = plan.columns[1]
    assert plan.energy(column) == 1
    assert plan.known_unit(plan.unit_of(column)) == "W"


def test_ends_that_are_the_next_starts_meet() -> None:
    meeting = "From;To;kWh\n2026-01-01;2026-02-01;3\n2026-02-01;2026-03-01;4\n"
    assert plan_of(meeting).meets
    assert not plan_of(meeting.replace("2026-02-01;3", "2026-01-31;3")).meets


# Lines -------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["row", "blank", "header", "cells"]), max_size=20))
def test_the_lines_of_a_table_are_its_rows_without_blank_ones_and_repeated_headers(
    kinds: list[str],
) -> None:
    texts = {"row": "2026-10-05;1", "blank": "", "header": "Day;kWh", "cells": ";"}
    lines = ["Day;kWh", "2026-10-01;1", *(texts[kind] for kind in kinds)]
    plan_file = "\n".join(lines) + "\n"
    with planned(plan_file) as plan:
        numbers = [line.number for line in plan.lines()]
        assert [line.number for line in plan.lines()] == numbers
        assert plan.rows == len(numbers)
    assert numbers == [number for number, line in enumerate(lines, 1) if line.startswith("2026")]
