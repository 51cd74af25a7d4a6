"""Tables of which each row has an amount or a reading, as its type is."""

from __future__ import annotations

from tally.domain.amounts import plain
from tally.transfer.plans.understood import understood_fields
from tally.transfer.rows.entries import RowEntry
from tally.transfer.rows.row_parser import BOTH
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries, parsed
from tests.transfer.planned import plan_of, sent_back

HEADER = "Date;Type;Value;Reading;Unit;Cost"
ROWS = (
    "2026-10-01;coffee;2;;cup;1.20", "2026-10-01;electricity;;1000;kWh;",
    "2026-10-05;electricity;;1050;kWh;15.00", "2026-10-06;coffee;3;;cup;",
)  # fmt: skip
ZEROS = tuple(row.replace(";;1", ";0;1").replace(";;cup", ";0;cup") for row in ROWS)


def told(entry: RowEntry) -> str:
    figure = plain(entry.value) if entry.reading is None else f"@{plain(entry.reading)}"
    cost = "" if entry.cost is None else f" for {plain(entry.cost)}"
    return f"{entry.consumption_type} {figure} {entry.unit}{cost}"


def test_each_row_is_what_it_fills() -> None:
    right = ["coffee 2 cup for 1.2", "electricity @1000 kWh", "electricity @1050 kWh for 15",
             "coffee 3 cup"]  # fmt: skip
    for rows in (ROWS, ZEROS):
        assert roles(below(HEADER, *rows)) == "date type value reading unit cost"
        assert [told(entry) for entry in entries(below(HEADER, *rows))] == right


def test_a_row_that_fills_neither_is_nothing_measured_once() -> None:
    _, problems, counts = parsed(below(HEADER, *ROWS, "2026-10-07;coffee;;-;cup;"))
    assert (problems, counts.nothing) == ([], 1)


def test_a_row_that_fills_both_is_a_problem() -> None:
    both = "2026-10-07;electricity;20;1070;kWh;"
    kept, problems, _ = parsed(below(HEADER, *ROWS, both, "2026-10-08;electricity;0;0;kWh;"))
    assert len(kept) == 4
    assert [(problem.line, problem.message) for problem in problems] == [
        (line, BOTH.format("electricity")) for line in (6, 7)
    ]


def test_two_columns_of_one_type_are_never_counted_twice() -> None:
    text = below("Date;Used;Shown", "2026-10-01;5;100")
    columns = "date,value:water:m3,reading:water:m3"
    assert [problem.message for problem in parsed(text, columns=columns)[1]] == [
        BOTH.format("water")
    ]
    columns = "date,value:rain:m3,reading:water:m3"
    assert len(entries(text, columns=columns)) == 2


PLAIN = "Date;Value;Reading"
OF_ONE = ("2026-10-01;;1000", "2026-10-05;20;", "2026-10-07;;1050", "2026-10-09;5;0")
CHOSEN = {"type": "electricity", "unit": "kWh"}


def test_without_a_column_of_types_each_row_is_what_it_fills_too() -> None:
    text = below(PLAIN, *OF_ONE)
    assert roles(text) == "date value reading"
    right = ["electricity 20 kWh", "electricity 5 kWh",
             "electricity @1000 kWh", "electricity @1050 kWh"]  # fmt: skip
    kept, problems, counts = parsed(text, **CHOSEN)
    assert sorted(told(entry) for entry in kept) == sorted(right)
    assert (problems, counts.nothing, counts.mixed) == ([], 0, {("electricity", "kWh")})
    assert {problem.asks for problem in parsed(text)[1]} == {"type"}
    again = sent_back(understood_fields(plan_of(text, **CHOSEN)))
    assert sorted(told(entry) for entry in entries(text, **again)) == sorted(right)


def test_an_amount_and_a_reading_of_one_type_share_the_unit_of_one_heading() -> None:
    text = below("Datum;Verbrauch;Zählerstand (kWh)", *OF_ONE)
    assert {entry.unit for entry in entries(text, type="Strom")} == {"kWh"}


def test_headings_that_name_several_types_keep_them_apart() -> None:
    text = below("Datum;Strom Verbrauch (kWh);Gas Zählerstand (m³)", *OF_ONE[:3])
    assert {told(entry) for entry in entries(text)} == {
        "Strom Verbrauch 20 kWh", "Gas Zählerstand @1000 m³", "Gas Zählerstand @1050 m³",
    }  # fmt: skip
    assert {problem.asks for problem in parsed(text, type="Strom")[1]} == {"columns"}


def test_without_a_column_of_types_a_row_that_fills_both_is_a_problem() -> None:
    kept, problems, _ = parsed(below(PLAIN, *OF_ONE, "2026-10-10;20;1070"), **CHOSEN)
    assert len(kept) == 4
    assert [problem.message for problem in problems] == [BOTH.format("electricity")]
    # Readings beside all amounts are the figures of these, and left out.
    used = ("2026-10-01;;1000", "2026-10-02;5;1005", "2026-10-03;2;1007")
    assert roles(below(PLAIN, *used)) == "date value -"


def test_a_pair_whose_roles_are_changed_is_no_pair_any_more() -> None:
    _, problems, _ = parsed(below(PLAIN, *OF_ONE), columns="date,value,value", **CHOSEN)
    assert {problem.asks for problem in problems} == {"columns"}
    assert len(entries(below(PLAIN, *OF_ONE), columns="date,-,reading", **CHOSEN)) == 3


def test_readings_beside_what_was_used_since_are_left_out() -> None:
    rows = ("2026-10-01;coffee;2;;cup;", "2026-10-01;water;;100;m3;", "2026-10-02;water;5;105;m3;",
            "2026-10-03;water;2;107;m3;")  # fmt: skip
    assert roles(below(HEADER, *rows)) == "date type value - unit -"
