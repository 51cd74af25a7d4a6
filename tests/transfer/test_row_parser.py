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
from tally.transfer import sources
from tally.transfer.choices import read_choices
from tally.transfer.plan import Reader, make_plan
from tally.transfer.row_parser import (
    ASK_TYPE,
    MAX_DAYS,
    Counts,
    Entry,
    Problem,
    RowParser,
    parser_of,
    printable,
)

TODAY = date(2026, 11, 22)


def parsed(
    text: str, types: dict[str, str] | None = None, /, zone: str = "Europe/Berlin", **fields: str
) -> tuple[list[Entry], list[Problem], Counts]:
    reader = Reader(TODAY, ZoneInfo(zone), currency="EUR")
    with sources.opened(io.BytesIO(text.encode())) as source:
        parser = parser_of(make_plan(source, read_choices(fields), reader), types or {})
        rows = list(parser.read())
    entries = [row for row in rows if isinstance(row, Entry)]
    return entries, [row for row in rows if isinstance(row, Problem)], parser.counts


def entries(text: str, zone: str = "Europe/Berlin", **fields: str) -> list[Entry]:
    kept, problems, _ = parsed(text, zone=zone, **fields)
    assert problems == []
    return kept


def only(text: str, zone: str = "Europe/Berlin", **fields: str) -> Entry:
    [entry] = entries(text, zone, **fields)
    return entry


# Days --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", "2026-07-01"), ("UTC", "2026-06-30"), ("America/New_York", "2026-06-30")],
)
@pytest.mark.parametrize(
    "text",
    [
        "time;type;value\n2026-06-30T23:30:00Z;gas;1\n",
        "time;type;value\n2026-07-01T01:30:00+02:00;gas;1\n",
        "Date/time UTC;type;value\n2026-06-30 23:30;gas;1\n",
        "Date UTC;Time;type;value\n2026-06-30;23:30;gas;1\n",
        "Date;Time (UTC);type;value\n2026-06-30;23:30;gas;1\n",
        "Date;Time;type;value\n2026-06-30;23:30Z;gas;1\n",
        "time;type;value\n1782862200;gas;1\n",
    ],
)
def test_an_instant_belongs_to_the_day_that_it_is_where_the_account_is(
    text: str, zone: str, day: str
) -> None:
    assert only(text, zone).day.isoformat() == day


@pytest.mark.parametrize(
    ("cells", "day", "days"),
    [
        ("2026-10-05;2026-10-05", "2026-10-05", 1),
        ("2026-10-01;2026-10-31", "2026-10-31", 31),
        ("2026-10-05 08:00;2026-10-05 09:00", "2026-10-05", 1),
        ("2026-10-05 23:00;2026-10-06 00:00", "2026-10-05", 1),
        ("2026-10-05 23:00;2026-10-05 24:00", "2026-10-05", 1),
        ("2026-10-05 23:00;2026-10-06 01:00", "2026-10-06", 2),
        ("2026-10-01 00:00;2026-11-01 00:00", "2026-10-31", 31),
    ],
)
def test_a_row_covers_the_days_from_its_start_to_its_end(cells: str, day: str, days: int) -> None:
    entry = only(f"Start;End;type;value\n{cells};gas;1\n")
    assert (entry.day.isoformat(), entry.days) == (day, days)


@pytest.mark.parametrize(
    ("clock", "day", "days"),
    [
        ("08:00-09:00", "2026-10-05", 1),
        ("23:00-00:00", "2026-10-05", 1),
        ("23:00 - 24:00", "2026-10-05", 1),
        ("22:00-02:00", "2026-10-06", 2),
    ],
)
def test_a_range_of_times_beside_a_day_is_no_zone(clock: str, day: str, days: int) -> None:
    text = f"Date;Time;type;value\n2026-10-05;06:00-07:00;gas;1\n2026-10-05;{clock};gas;1\n"
    for file in (text, text.replace("2026-10-05;06:00-07:00;gas;1\n", "")):
        entry = entries(file)[-1]
        assert (entry.day.isoformat(), entry.days) == (day, days)


def test_times_that_all_end_in_one_zone_are_in_it() -> None:
    text = "Date;Time;type;value\n2026-10-05;08:00-05:00;gas;1\n2026-10-05;19:30-05:00;gas;1\n"
    assert [entry.day.isoformat() for entry in entries(text)] == ["2026-10-05", "2026-10-06"]


def test_a_month_that_is_not_over_counts_to_today() -> None:
    entry = only("Month;type;value\n2026-11;gas;1\n")
    assert (entry.day, entry.days) == (TODAY, 22)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("2026-10-06;2026-10-05", "The end comes before the start."),
        ("2026-10-05 09:00;2026-10-05 08:00", "The end comes before the start."),
        ("2010-01-01;2026-10-05", f"A record covers {MAX_DAYS:,} days".replace(",", " ")),
        (";2026-10-05", "There is no date in this row."),
    ],
)
def test_days_that_cannot_be_are_a_problem(cells: str, sentence: str) -> None:
    _, [problem], _ = parsed(f"Start;End;type;value\n2026-01-01;2026-01-02;gas;1\n{cells};gas;2\n")
    assert problem.message.startswith(sentence)
    assert (problem.line, problem.cells) == (3, [*cells.split(";"), "gas", "2"])


# Identity ----------------------------------------------------------------------------------------


def test_the_time_of_a_row_is_part_of_what_tells_it_from_others() -> None:
    text = "Time;type;value\n2026-10-05 08:00;tea;1\n2026-10-05 18:00;tea;1\n"
    morning, evening = entries(text)
    assert morning.key != evening.key
    assert (morning.second, evening.second) == (8 * 3600, 18 * 3600)


def test_so_is_an_hour_that_is_counted() -> None:
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


# Types and units ---------------------------------------------------------------------------------


def test_types_fold_to_the_spelling_of_the_account_else_to_the_first_of_the_file() -> None:
    text = "date;type;value\n2026-10-05;COFFEE;1\n2026-10-06;Tea;1\n2026-10-07;tea;1\n"
    kept, _, counts = parsed(text, {"coffee": "Coffee"})
    assert [entry.consumption_type for entry in kept] == ["Coffee", "Tea", "Tea"]
    assert counts.spellings == {"COFFEE": "Coffee", "tea": "Tea"}


def test_a_unit_in_the_cell_counts_before_that_of_its_column() -> None:
    text = "date;type;value;unit\n2026-10-05;gas;3 m³;kWh\n2026-10-05;gas;3;litres\n"
    kept, _, counts = parsed(text)
    assert [entry.unit for entry in kept] == ["m³", "l"]
    assert counts.units == {"litres": "l"}


def test_what_is_said_of_all_fills_cells_that_say_nothing() -> None:
    text = "date;type;value;unit\n2026-10-05;;3;\n2026-10-05;gas;4;m3\n2026-10-05;;5;-\n"
    kept = entries(text, type="water", unit="l")
    assert [(entry.consumption_type, entry.unit) for entry in kept] == [
        ("water", "l"), ("gas", "m³"), ("water", "l"),
    ]  # fmt: skip
    _, problems, _ = parsed(text)
    assert [(problem.line, problem.message, problem.asks) for problem in problems] == [
        (2, ASK_TYPE, "type"), (4, ASK_TYPE, "type"),
    ]  # fmt: skip


def test_tags_are_notes_that_can_be_searched() -> None:
    text = "date;type;value;notes;tags\n2026-10-05;tea;1;late;home, #quiet\n2026-10-06;tea;1;;\n"
    assert [entry.notes for entry in entries(text)] == ["late #home #quiet", ""]


# Amounts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("negative", "kept", "left_out"),
    [
        ("omit", ["sun 5", "sun 0"], 1),
        ("split", ["sun 5", "sun 0", "sun returned 3"], 0),
        ("flip", ["sun 0", "sun 3"], 1),
    ],
)
def test_amounts_below_zero_are_what_somebody_says(
    negative: str, kept: list[str], left_out: int
) -> None:
    text = "date;type;value\n2026-10-05;sun;5\n2026-10-05;sun;0\n2026-10-05;sun;-3\n"
    rows, _, counts = parsed(text, negative=negative)
    assert [f"{row.consumption_type} {plain(row.value)}" for row in rows] == kept
    assert (counts.left_out, counts.negative, counts.first_negative) == (left_out, 1, Decimal(-3))


def test_what_was_returned_may_have_a_name_of_its_own() -> None:
    text = "date;type;value\n2026-10-05;sun;-3\n"
    for name, right in (("feed-in", "feed-in"), ("… back", "sun back")):
        assert only(text, negative="split", returned=name).consumption_type == right


def test_a_factor_counts_for_amounts_and_not_for_costs() -> None:
    text = "date;type;value;cost\n2026-10-05;water;1500;3.20\n"
    entry = only(text, factor="0.001")
    assert (entry.value, entry.cost) == (Decimal("1.5"), Decimal("3.2"))


def test_a_meter_shows_no_less_than_nothing() -> None:
    _, [problem], _ = parsed("date;type;reading\n2026-10-05;gas;-1\n")
    assert problem.message == "A meter shows 0 or more."


# Costs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cells", "cost"),
    [
        ("cost", "2.50", "2.5"),
        ("cost", "€ 2.50", "2.5"),
        ("cost", "", None),
        ("price/l", "1.75", "70"),
        ("price/l;cost", "1.75;68", "68"),
        ("cost;currency", "2.50;EUR", "2.5"),
    ],
)
def test_a_cost_is_what_was_paid_else_the_price_times_the_amount(
    header: str, cells: str, cost: str | None
) -> None:
    entry = only(f"date;type;value;unit;{header}\n2026-10-05;fuel;40;l;{cells}\n")
    assert entry.cost == (None if cost is None else Decimal(cost))


def test_a_cost_in_another_currency_is_left_out_and_counted() -> None:
    costs = "2;EUR", "3;USD", "£4;EUR"
    text = "date;type;value;cost;currency\n" + "".join(f"2026-10-05;a;1;{cost}\n" for cost in costs)
    kept, _, counts = parsed(text)
    assert [entry.cost for entry in kept] == [2, None, None]
    assert (counts.costs, counts.foreign) == (1, 2)


def test_the_cost_of_a_row_is_that_of_its_first_amount() -> None:
    text = "date;gas kWh;power kWh;cost\n2026-10-05;1;2;3\n2026-10-06;;2;4\n"
    assert [(plain(entry.value), entry.cost) for entry in entries(text)] == [
        ("1", 3), ("2", None), ("2", 4),
    ]  # fmt: skip


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


def test_only_so_many_rows_are_read_as_are_wanted() -> None:
    text = "date;type;value\n" + "2026-10-05;tea;1\n" * 9
    with sources.opened(io.BytesIO(text.encode())) as source:
        parser: RowParser = parser_of(
            make_plan(source, read_choices({}), Reader(TODAY, ZoneInfo("UTC"))), {}
        )
        assert len(list(parser.read(4))) == parser.counts.rows == 4


@pytest.mark.parametrize(
    ("cell", "shown"), [("tea", "tea"), ("é", "é"), ("a\x00b", "a\ufffdb"), ("a\udc80", "a\ufffd")]
)
def test_cells_are_told_with_a_mark_for_what_cannot_be_written(cell: str, shown: str) -> None:
    assert printable(cell) == shown


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
