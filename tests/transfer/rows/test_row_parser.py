"""Rows as entries: each cell of an amount is an entry, counted, or a problem that says why."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.transfer.files import sources
from tally.transfer.plans.choices import read_choices
from tally.transfer.plans.planner import make_plan
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.own_rows import parser_of
from tally.transfer.rows.row_parser import ASK_TYPE, RowParser
from tests.transfer.parsed import TODAY, entries, only, parsed

# Identity ----------------------------------------------------------------------------------------


def test_the_time_of_a_row_is_part_of_what_tells_it_from_others() -> None:
    text = "Time;type;value\n2026-10-05 08:00;tea;1\n2026-10-05 18:00;tea;1\n"
    morning, evening = entries(text)
    assert morning.key != evening.key
    assert (morning.second, evening.second) == (8 * 3600, 18 * 3600)


def test_an_hour_that_is_counted_tells_rows_apart() -> None:
    text = "Date;Hour;kWh\n2026-10-05;1;1\n2026-10-05;13;1\n2026-10-05;HE24;1\n"
    rows = entries(text, type="gas")
    assert len({entry.key for entry in rows}) == 3
    # Otherwise the second half of a day would be the first once more.
    later = entries("Date;Hour;kWh\n2026-10-05;13;1\n", type="gas")
    assert [entry.key for entry in later] == [rows[1].key]


def test_the_hour_that_comes_twice_in_autumn_is_two() -> None:
    text = "Time;type;value\n2026-10-25T02:30:00+02:00;gas;1\n2026-10-25T02:30:00+01:00;gas;1\n"
    first, second = entries(text)
    assert first.key != second.key
    assert first.day == second.day == date(2026, 10, 25)


def test_an_instant_is_the_same_row_in_whatever_zone_it_is_written() -> None:
    one = only("time;type;value\n2026-10-05T10:00:00Z;gas;1\n")
    other = only("time;type;value\n2026-10-05T12:00:00+02:00;gas;1\n")
    assert one.key == other.key


def test_spelling_is_no_part_of_the_key() -> None:
    text = "date;type;value;unit\n{};1.50;{}\n"
    keys = {
        only(text.format(f"{day};{name}", unit), decimal=".").key
        for day, name, unit in (
            ("2026-10-05", "Tea", "litres"), ("05.10.2026", "tea", "l"), ("5 Oct 2026", "TEA ", "L")
        )
    }  # fmt: skip
    assert len(keys) == 1


@pytest.mark.parametrize(
    "other",
    ["2026-10-06;tea;1;cup;a", "2026-10-05;gas;1;cup;a", "2026-10-05;tea;2;cup;a",
     "2026-10-05;tea;1;l;a", "2026-10-05;tea;1;cup;b"],
)  # fmt: skip
def test_another_day_type_amount_unit_or_note_is_another_row(other: str) -> None:
    header = "date;type;value;unit;notes\n"
    assert only(f"{header}2026-10-05;tea;1;cup;a\n").key != only(f"{header}{other}\n").key


def test_a_reading_is_another_row_than_an_amount() -> None:
    text = "date;type;value\n2026-10-05;gas;7\n"
    assert only(text).key != only(text, columns="date,type,reading").key


# Cells -------------------------------------------------------------------------------------------


def test_the_chosen_type_and_unit_fill_empty_cells() -> None:
    text = "date;type;value;unit\n2026-10-05;;3;\n2026-10-05;gas;4;m3\n2026-10-05;;5;-\n"
    kept = entries(text, type="water", unit="l")
    assert [(entry.consumption_type, entry.unit) for entry in kept] == [
        ("water", "l"), ("gas", "m³"), ("water", "l"),
    ]  # fmt: skip
    _, problems, _ = parsed(text)
    assert [(problem.line, problem.message, problem.asks) for problem in problems] == [
        (2, ASK_TYPE, "type"), (4, ASK_TYPE, "type"),
    ]  # fmt: skip


def test_meters_beside_types_that_are_none_ask_what_their_figures_are() -> None:
    rows = "".join(
        f"2026-10-{day:02};grid;{1000 + day};kWh\n2026-10-{day:02};power;{day * 37 % 11};W\n"
        for day in range(1, 13)
    )
    text = f"Date;Sensor;State;Unit\n{rows}"
    kept, problems, _ = parsed(text)
    assert (kept, {problem.asks for problem in problems}) == ([], {"columns"})
    assert problems[0].message.startswith("Some types in “State” are what a meter shows")
    assert {entry.reading for entry in entries(text, columns=",,value")} == {None}
    assert None not in {entry.reading for entry in entries(text, columns=",,reading")}


def test_tags_are_notes_that_can_be_searched() -> None:
    text = "date;type;value;notes;tags\n2026-10-05;tea;1;late;home, #quiet\n2026-10-06;tea;1;;\n"
    assert [entry.notes for entry in entries(text)] == ["late #home #quiet", ""]


# Lines that are no rows --------------------------------------------------------------------------


def test_sums_and_lines_of_text_between_the_rows_are_counted_and_no_problem() -> None:
    text = (
        "date;type;value\n2026-10-05;tea;1\nSubtotal;;1\nMeasured by hand\n"
        "2026-10-06;tea;2\nTotal;;3\n"
    )
    kept, problems, counts = parsed(text)
    assert [plain(entry.value) for entry in kept] == ["1", "2"]
    assert (problems, counts.left_out, counts.texts) == ([], 2, 1)


def test_a_row_with_an_amount_and_no_day_is_a_problem_and_never_dropped() -> None:
    _, problems, _ = parsed("date;type;value\n2026-10-05;tea;1\n;tea;2\nsoon;tea;3\n")
    assert [problem.line for problem in problems] == [3, 4]


def test_an_amount_alone_on_its_line_is_a_row_or_the_sum_of_those_above() -> None:
    kept, problems, counts = parsed("Date,Use\n2026-10-05,2.5\n,7\n2026-10-06,3\n", type="gas")
    assert ([problem.line for problem in problems], len(kept), counts.texts) == ([3], 2, 0)
    kept, problems, counts = parsed("Date,Use\n2026-10-05,2.5\n2026-10-06,3\n,5.5\n", type="gas")
    assert (problems, len(kept), counts.left_out, counts.texts) == ([], 2, 1, 0)


def test_only_so_many_rows_are_read_as_are_wanted() -> None:
    text = "date;type;value\n" + "2026-10-05;tea;1\n" * 9
    with sources.opened(io.BytesIO(text.encode())) as source:
        parser: RowParser = parser_of(
            make_plan(source, read_choices({}), Reader(TODAY, ZoneInfo("UTC"))), {}
        )
        assert len(list(parser.read(4))) == parser.counts.rows == 4


# All of it ---------------------------------------------------------------------------------------

CELLS = st.sampled_from(["", "-", "n/a", "1", "2.5", "-3", "0", "tea", "1e99", "0.1234567"])


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from(["omit", "split", "flip"]),
)
def test_no_cell_of_an_amount_vanishes(rows: list[tuple[str, str, str]], negative: str) -> None:
    text = "day;a kWh;b kWh;c kWh\n2026-10-01;1;1;1\n"
    text += "".join(f"2026-10-05;{';'.join(cells)}\n" for cells in rows)
    kept, problems, counts = parsed(text, negative=negative, columns="date,value*", decimal=".")
    every = [cell for cells in rows for cell in cells] + ["1"] * 3
    nothing = sum(cell in ("", "-", "n/a") for cell in every)
    wrong = sum(cell in ("tea", "1e99") for cell in every)
    out = {"omit": ["-3"], "split": [], "flip": ["1", "2.5", "0.1234567"]}[negative]
    left_out = sum(cell in out for cell in every)
    assert (counts.nothing, len(problems), counts.left_out) == (nothing, wrong, left_out)
    assert len(kept) == len(every) - nothing - wrong - left_out
    right = sorted(abs(round(Decimal(cell), 6)) for cell in every if cell not in (
        "", "-", "n/a", "tea", "1e99", *out
    ))  # fmt: skip
    assert sorted(entry.value for entry in kept) == right


@given(st.lists(st.integers(0, 400), min_size=1, max_size=10))
def test_each_entry_has_the_day_and_the_line_of_its_row(ages: list[int]) -> None:
    days = [TODAY - timedelta(days=age) for age in ages]
    text = "date;type;value\n" + "".join(f"{day};tea;{place}\n" for place, day in enumerate(days))
    assert [(entry.line, entry.day, entry.value) for entry in entries(text)] == [
        (place + 2, day, Decimal(place)) for place, day in enumerate(days)
    ]


def test_sums_among_the_types_are_left_out_and_counted() -> None:
    text = "type;2026-01;2026-02;2026-03\ngas;10;20;30\nwater;1;2;\nTotal;11;22;30\n"
    kept, problems, counts = parsed(text)
    assert {entry.consumption_type for entry in kept} == {"gas", "water"} and problems == []
    assert (counts.left_out, counts.nothing) == (3, 1)
    days = "day;type;value\n2026-10-05;tea;1\n2026-10-05;gas;2\n2026-10-05;Total;{}\n"
    assert (len(entries(days.format(3))), len(entries(days.format(5)))) == (2, 3)


def test_a_row_with_a_day_that_is_the_sum_of_those_above_it_is_left_out() -> None:
    text = "Date;kWh;Remarks\n2026-10-05;3;\n2026-10-06;4;\n2026-10-06;{};{}\n"
    for amount, words, rows in (
        ("7", "Total", 2), ("8", "Total", 3), ("7", "Cold day", 3), ("7", "", 3),
    ):  # fmt: skip
        kept, problems, counts = parsed(text.format(amount, words), type="power")
        assert (len(kept), problems, counts.left_out) == (rows, [], 3 - rows)
    # A single row is its own sum; so is nothing.
    one = "Date;kWh;Remarks\n2026-10-05;3;\n2026-10-06;3;Total loss\n"
    assert len(entries(one, type="power")) == 2
    none = text.replace("3", "0").replace("4", "0").format("0", "Total")
    assert len(entries(none, type="power")) == 3


def test_a_type_that_is_called_a_sum_is_one_in_all_its_rows_or_in_none() -> None:
    days = "Date;Type;kWh\n2026-10-05;a;3\n2026-10-05;b;4\n2026-10-05;Total;7\n"
    more = "2026-10-06;a;1\n2026-10-06;b;1\n2026-10-06;Total;9\n2026-10-07;Total;4\n"
    assert len(entries(days)) == 2
    assert len(entries(days + more)) == 7


def test_records_of_tally_are_no_sums() -> None:
    text = "consumption_date,consumption_type,consumption_value,notes,mood\n"
    rows = "2026-10-05,tea,3,,\n2026-10-06,tea,4,,\n2026-10-06,tea,7,Total,\n"
    assert len(entries(text + rows)) == 3
