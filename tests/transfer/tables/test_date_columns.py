"""The columns of days, of intervals and of times of day."""

from __future__ import annotations

import pytest

from tally.transfer.rows.questions import ASK_DAYS
from tests.transfer import planned
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries, parsed
from tests.transfer.planned import plan_of


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        ("Date;Time;kWh", "2026-10-05;08:30;3", "date time value"),
        ("Date;Start time;End time;kWh", "2026-10-05;08:30;09:00;3", "date time - value"),
        ("Start date;Start time;End date;End time;kWh", "2026-10-05;08:30;2026-10-05;09:00;3",
         "start time end time value"),
        ("Date;Hour;kWh", "2026-10-05;24;3", "date time value"),
        ("Date;Hours;Name", "2026-10-05;3;run", "date value type"),
        ("Date;Hour", "2026-10-05;3", "date value"),
        # Behind dates with times of their own they are durations; at midnight these are none.
        ("Date;Charging time;kWh", "2026-10-05 18:00;04:00:00;3", "date - value"),
        ("Start;End;Charging time;kWh", "2026-10-05 18:00;2026-10-05 22:00;04:00:00;3",
         "start end - value"),
        ("Date;Time;kWh", "2026-10-05 00:00:00;04:00:00;3", "date time value"),
        # A duration is an amount.
        ("Date;Activity;Duration", "2026-10-05;run;0:45:00", "date type value"),
    ],
)  # fmt: skip
def test_a_time_of_day_belongs_to_the_date_on_its_left(header: str, row: str, right: str) -> None:
    assert roles(below(header, row)) == right


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        # The interval of a row wins over the date on which it was written.
        ("Invoice date;From;To;kWh", "2026-11-05;2026-09-01;2026-09-30;300", "- start end value"),
        ("Created;Date;kWh", "2026-10-06;2026-10-05;3", "- date value"),
        # The days that a row covers say more than the day of its bill.
        ("Bill date;Usage period;kWh", "2026-10-05;2026-09-01 - 2026-09-30;3", "- date value"),
    ],
)  # fmt: skip
def test_the_days_that_a_row_covers_win_over_those_on_which_it_was_written(
    header: str, row: str, right: str
) -> None:
    assert roles(below(header, row)) == right


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        ("Interval End;kWh", "2026-10-02 00:00;3", "end value"),
        ("Bis;kWh", "2026-10-02 12:00;3", "end value"),
        ("End time;kWh", "2026-10-02 12:00;3", "end value"),
        ("End date;End time;kWh", "2026-10-02;00:00;3", "end time value"),
        ("End date;kWh", "2026-10-02;3", "end value"),
        # A day that a program wrote with a time that it has not.
        ("End date;kWh", "2026-10-02 00:00:00;3", "date value"),
        ("Interval Start;kWh", "2026-10-02 00:00;3", "start value"),
        ("Date;Ended;kWh", "2026-10-02;lunch;3", "date - value"),
    ],
)
def test_an_end_may_stand_alone(header: str, row: str, right: str) -> None:
    assert roles(below(header, row)) == right


MONTHS = ";Jan 2026;Feb 2026"


def test_numbers_in_front_of_months_are_their_days_where_there_are_so_many() -> None:
    month = [f"{day};{day};{day if day < 29 else ''}" for day in range(1, 32)]
    assert roles(below(MONTHS, *month)) == "date value value"
    read = entries(below(MONTHS, *month), type="gas")
    assert len(read) == 59
    assert len(entries(below(MONTHS, *month, "Total;496;406"), type="gas")) == 59
    assert {entry.days for entry in read} == {1}


def test_fewer_numbers_in_front_of_months_are_asked_about() -> None:
    text = below(MONTHS, "1;5;6", "2;7;8", "3;9;4")
    with_type = {"type": "gas"}
    kept, problems, _ = parsed(text, **with_type)
    assert (kept, {problem.message for problem in problems}) == ([], {ASK_DAYS})
    assert {entry.days for entry in entries(text, columns="date", **with_type)} == {1}
    assert {entry.days for entry in entries(text, columns="-", **with_type)} == {31, 28}
    assert roles(below(MONTHS, "2;5;6", "7;7;8")) == "- value value"


def test_a_column_of_a_few_days_is_not_that_of_the_rows() -> None:
    rows = ["2026-10-01;0.1;2026-10-31 10:00", *(f"2026-10-0{day};0.2;" for day in (2, 3, 4))]
    assert roles(below("Datum/Uhrzeit;kWh;Datum", *rows)) == "date value -"
    filled = [row.replace(";0.2;", ";0.2;2026-10-31") for row in rows]
    assert roles(below("Datum/Uhrzeit;kWh;Datum", *filled)) == "- value date"


def test_bare_numbers_are_dates_only_where_a_heading_says_so() -> None:
    assert roles(below("Date;kWh", "46300;3", "46301;4"), certain=False) == "date value"
    assert roles(below("Date;kWh;Pages", "2026-10-05;3;46300")) == "date value -"
    assert roles(below("Time;kWh", "1790000000;3", "1790003600;4")) == "date value"


def test_numbers_that_may_be_days_are_none_beside_days_that_are_written() -> None:
    """The load of Germany in MW, and the day-ahead forecast of it."""
    rows = [f"01.10.2026 0{hour}:00 - 0{hour + 1}:00;{45210 + hour};45100" for hour in range(3)]
    assert roles(below("MTU;Load;Day-ahead forecast", *rows)) == "date value value"
    assert roles(below("Day;Load", "45931;45210", "45932;44980")) == "date value"


def month(name: str, days: int, last: str = "") -> str:
    return f"{name};;\n" + "".join(f"{day};{day % 7};2\n" for day in range(1, days + 1)) + last


def test_numbers_without_a_heading_below_a_month_are_its_days_where_there_are_so_many() -> None:
    october, november = month("Oktober 2026", 31, "Summe;91;62\n"), month("2026-11", 20)
    for header in ("", ";Gas;Tea\n"):
        assert planned.roles(plan_of(header + october + november)) == ["date", "value", "value"]
    read, problems, counts = parsed(f";Gas;Tea\n{october}{november}")
    assert [str(entry.day) for entry in read[::2]] == [
        *(f"2026-10-{day:02}" for day in range(1, 32)),
        *(f"2026-11-{day:02}" for day in range(1, 21)),
    ]
    assert ({entry.days for entry in read}, problems, counts.left_out) == ({1}, [], 2)


def test_fewer_numbers_below_a_month_are_asked_about() -> None:
    text = f";Gas;Tea\n{month('Oktober 2026', 3)}{month('November 2026', 2)}"
    kept, problems, _ = parsed(text)
    assert (kept, {problem.message for problem in problems}) == ([], {ASK_DAYS})
    assert {entry.days for entry in entries(text, columns="date")} == {1}
    assert {entry.days for entry in entries(text, columns="-")} == {31, 22}


def test_numbers_below_a_month_that_are_no_days_are_amounts() -> None:
    # They fall, are too high, have a heading, stand below a day, or beside no amount.
    for text in (
        "Oktober 2026;\n3;5\n2;1\n2;9\n",
        "Oktober 2026;\n1;5\n40;2\n",
        "Tea;Pots\nOktober 2026\n1;5\n2;4\n",
        "05.10.2026;\n1;5\n2;4\n",
    ):
        assert planned.roles(plan_of(text)) == ["value", "value"]
    assert planned.roles(plan_of("Oktober 2026;\n1;tea\n2;coffee\n")) == ["value", "type"]


def test_the_only_heading_above_months_may_be_that_of_the_amounts() -> None:
    days = "".join(f"{day};{day % 7}\n" for day in range(1, 31))
    read = entries(f";kWh\nOktober 2026;\n{days}", type="e")
    assert {(entry.unit, entry.days) for entry in read} == {("kWh", 1)}


YEARS = ";2024;2025;2026"
MONTHS_DOWN = (
    "Januar;310;298;305",
    "Februar;280;276;270",
    "November;290;300;",
    "Summe;880;874;575",
)


@pytest.mark.parametrize("heading", ["", "Monat"])
def test_months_below_years_that_stand_across(heading: str) -> None:
    text = below(heading + YEARS, *MONTHS_DOWN)
    assert roles(text, certain=False) == "date value value value"
    read, problems, counts = parsed(text, type="Strom", unit="kWh")
    assert [(str(row.day), row.days, int(row.value)) for row in read] == [
        ("2024-01-31", 31, 310), ("2025-01-31", 31, 298), ("2026-01-31", 31, 305),
        ("2024-02-29", 29, 280), ("2025-02-28", 28, 276), ("2026-02-28", 28, 270),
        ("2024-11-30", 30, 290), ("2025-11-30", 30, 300),
    ]  # fmt: skip
    assert problems == []
    assert (counts.nothing, counts.left_out) == (1, 3)


def test_types_below_years_that_stand_across() -> None:
    text = below("Art;2024;2025", "Strom;3100;3000", "Gas;12000;11000")
    assert [(row.consumption_type, str(row.day), row.days) for row in entries(text)] == [
        ("Strom", "2024-12-31", 366), ("Strom", "2025-12-31", 365),
        ("Gas", "2024-12-31", 366), ("Gas", "2025-12-31", 365),
    ]  # fmt: skip


def test_a_table_with_days_of_its_own_beside_the_first_is_left_out() -> None:
    header = "Datum;Kaffee;;Datum;Tee"
    rows = ("2026-10-01;2;;2026-10-03;1", "2026-10-02;3;;2026-10-04;2", ";;;2026-10-05;4")
    assert roles(below(header, *rows)) == "date value - - -"
    assert roles(below(header, "2026-10-01;2;;2026-10-01;1")) == "date value - - value"
    assert roles(below("Datum;Kaffee;Erfasst;Tee", "2026-10-01;2;2026-10-03;1")) == (
        "date value - value"
    )
    assert roles(below(header.replace(";Datum", ";datum"), *rows)) == "date value - - -"
    lasting = [row.replace(";2;", ";00:20;").replace(";3;", ";01:10;") for row in rows[:2]]
    assert roles(below("Datum;Dauer;;Datum;Dauer", *lasting)) == "date value - - -"


def test_a_further_day_of_the_same_row_begins_no_other_table() -> None:
    """Nothing is measured between the two: both are of the amount behind them."""
    hours = ("22:00;2026-10-01;23:00;1", "23:00;2026-10-02;00:00;2", "00:30;2026-10-01;01:30;3")
    rows = [f"2026-10-01;{row}" for row in hours]
    assert roles(below("Datum;Zeit;Datum;Zeit;kWh", *rows)) == "date time - - value"
    booked = ("2026-10-01;2026-10-02;-5.20", "2026-10-03;2026-10-05;-7")
    assert roles(below("Datum;Datum;Betrag", *booked)) == "date - value"
    booked = ("2026-10-01;71;2026-10-02;-5.20", "2026-10-03;73;2026-10-05;-7")
    assert roles(below("Datum;Beleg ID;Datum;Betrag", *booked)) == "date - - value"


def test_a_table_beside_the_first_that_ends_before_it_has_its_days() -> None:
    rows = ("2026-10-01;2;2026-10-01 ;1", "2026-10-02;3;;")
    assert roles(below("Datum;Kaffee;Datum;Tee", *rows)) == "date value - value"


def test_bounds_that_are_the_same_in_each_row_are_those_of_the_file() -> None:
    header = "_start;_stop;_time;_value;_field;_measurement"
    rows = [f"2026-10-01;2026-11-01;2026-10-0{day};{day};energy;mqtt" for day in (2, 3, 4)]
    assert roles(below(header, *rows)) == "- - date value type -"
    ahead = [row.replace("2026-11-01", "2027-01-01T00:00:00Z") for row in rows]
    assert roles(below(header, *ahead)) == "- - date value type -"
    # A bill in one row covers what it says.
    assert roles(below("From;To;Read on;kWh", "2026-10-01;2026-10-31;2026-11-02;300")) == (
        "start end - value"
    )
    again = ["2026-10-01;2026-10-31;2026-11-02;300", "2026-10-01;2026-10-31;2026-11-02;80"]
    assert roles(below("From;To;Read on;kWh", *again)) == "start end - value"


@pytest.mark.parametrize("day", ["{}-11-{:02}", "{:02}.11.{}", "11/{:02}/{}"])
@pytest.mark.parametrize("name", ["Read on", "Invoice date", "Exported at", "Due date"])
def test_days_behind_the_bounds_are_not_those_of_what_was_used(name: str, day: str) -> None:
    """Bills of several meters over one month, each read or sent on another day."""

    def at(number: int) -> str:
        return day.format(*((2026, number) if day.startswith("{}-") else (number, 2026)))

    start, end = (at(number).replace("11", "10") for number in (1, 31))
    rows = [f"{start};{end};{kind};300;{at(number)}" for number, kind in ((2, "a"), (14, "b"))]
    assert roles(below(f"From;To;Type;kWh;{name}", *rows)) == "start end type value -"


def test_the_day_on_which_a_bill_is_due_is_no_day_of_use() -> None:
    for due in ("Due date", "Fällig am", "Date d'échéance", "Vencimiento"):
        assert roles(below(f"Bill month;kWh;{due}", "Sep-2026;3;15-10-2026")) == "date value -"
