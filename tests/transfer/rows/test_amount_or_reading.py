"""Tables of which each row has an amount or a reading, as its type is."""

from __future__ import annotations

from tally.domain.amounts import plain
from tally.transfer.rows.entries import RowEntry
from tally.transfer.rows.row_parser import BOTH
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries, parsed

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


def test_readings_beside_what_was_used_since_are_left_out() -> None:
    rows = ("2026-10-01;coffee;2;;cup;", "2026-10-01;water;;100;m3;", "2026-10-02;water;5;105;m3;",
            "2026-10-03;water;2;107;m3;")  # fmt: skip
    assert roles(below(HEADER, *rows)) == "date type value - unit -"
