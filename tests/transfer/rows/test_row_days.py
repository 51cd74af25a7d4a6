"""The days that rows cover, in every way to write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tally.domain.fields import MAX_DAYS, TOO_LATE
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.entries import RowEntry, RowProblem
from tally.transfer.rows.own_rows import parser_of
from tests.transfer.parsed import TODAY, entries, only, parsed
from tests.transfer.planned import BERLIN, planned


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
    ("cell", "day"),
    [
        ("2026-10-01 12:00", "2026-10-01"),
        ("2026-10-02 00:00", "2026-10-01"),
        ("2026-10-01 24:00", "2026-10-01"),
        ("2026-10-02 00:15", "2026-10-02"),
        ("2026-10-01T22:00:00Z", "2026-10-01"),
        ("2026-10-01T22:15:00Z", "2026-10-02"),
        ("2026-10-02", "2026-10-02"),
    ],
)
@pytest.mark.parametrize(
    "heading", ["Interval End", "Period ending", "Intervallende", "Bis", "End time"]
)
def test_an_end_alone_at_midnight_belongs_to_the_day_before(
    heading: str, cell: str, day: str
) -> None:
    entry = only(f"{heading};type;value\n{cell};gas;1\n")
    assert (entry.day.isoformat(), entry.days) == (day, 1)


@pytest.mark.parametrize(
    "text",
    [
        "From;Until;kWh\n2026-09-24;2026-10-24;310\n2026-10-24;2026-11-24;300\n",
        "From;Until (exclusive);kWh\n2026-10-24;2026-11-24;300\n",
        "Von;Bis (exkl.);kWh\n24.10.2026;24.11.2026;300\n",
        "Von;Bis (ausschließlich);kWh\n24.10.2026;24.11.2026;300\n",
        "Start;End;kWh\n2026-10-24 00:00;2026-11-24 00:00;300\n",
        "Period;kWh\n2026-10-24 00:00 - 2026-11-24 00:00;300\n",
        "Datum;Bis (nicht inklusive);kWh\n24.10.26;24.11.26;300\n",
    ],
)
def test_an_end_that_is_not_included_may_be_the_day_after_tomorrow(text: str) -> None:
    assert (TODAY + timedelta(days=2)).isoformat() == "2026-11-24"
    entry = entries(text, type="power")[-1]
    assert (entry.day.isoformat(), entry.days) == ("2026-11-23", 31)


@pytest.mark.parametrize(
    "text",
    [
        "From;Until;kWh\n2026-10-24;2026-11-24;300\n",
        "From;To (inclusive);kWh\n2026-09-24;2026-10-24;310\n2026-10-24;2026-11-24;300\n",
        "From;Until (exclusive);kWh\n2026-10-24;2026-11-25;300\n",
        "Date;kWh\n2026-11-24;300\n",
    ],
)
def test_the_last_day_of_a_record_is_tomorrow_at_the_latest(text: str) -> None:
    _, problems, _ = parsed(text, type="power")
    assert [problem.message for problem in problems] == [TOO_LATE]


@pytest.mark.parametrize(
    "headings",
    [
        *("Fra;Til", "Fra dato;Til dato", "Fradato;Tildato", "Startdato;Slutdato"),
        "Startdato;Sluttdato",
        *("Alku;Loppu", "Alkupvm;Loppupvm", "Alkupäivä;Loppupäivä"),
        *("Starttid;Sluttid", "Startdatum;Slutdatum", "Från;Till"),
    ],
)
def test_ends_in_the_north_are_ends_as_elsewhere(headings: str) -> None:
    first, last = "2026-09-24;2026-10-24;310\n", "2026-10-24;2026-11-22;300\n"
    meeting = entries(f"{headings};kWh\n{first}{last}", type="power")
    assert [(entry.day.isoformat(), entry.days) for entry in meeting] == [
        ("2026-10-23", 30),
        ("2026-11-21", 29),
    ]
    alone = only(f"{headings};kWh\n{last}", type="power")
    assert (alone.day.isoformat(), alone.days) == ("2026-11-22", 30)


@pytest.mark.parametrize(
    "headings",
    [
        *("Fra og med;Til og med", "Från och med;Till och med", "Fr.o.m.;T.o.m."),
        *("Van;Tot en met", "Van;T/m", "Fra;Til (inkl.)", "From;To (inclusive)"),
    ],
)
def test_an_end_that_is_included_is_so_where_rows_meet(headings: str) -> None:
    text = "2026-09-24;2026-10-24;310\n2026-10-24;2026-11-22;300\n"
    kept = entries(f"{headings};kWh\n{text}", type="power")
    assert [(entry.day.isoformat(), entry.days) for entry in kept] == [
        ("2026-10-24", 31),
        ("2026-11-22", 30),
    ]


def test_an_end_alone_is_a_choice_and_a_date_stays_as_it_is_written() -> None:
    text = "Moment;kWh\n2026-10-02 00:00;1\n"
    assert only(text, type="power").day.isoformat() == "2026-10-02"
    assert only(text, type="power", columns="end,value").day.isoformat() == "2026-10-01"
    ended = text.replace("Moment", "Interval End")
    assert only(ended, type="power", columns="date,value").day.isoformat() == "2026-10-02"


def test_the_ends_of_a_day_are_one_day_and_in_order() -> None:
    rows = "".join(f"2026-10-01 {hour:02}:00;1\n" for hour in range(1, 24))
    text = f"Interval End;kWh\n{rows}2026-10-02 00:00;1\n"
    kept = entries(text, type="power")
    assert {entry.day.isoformat() for entry in kept} == {"2026-10-01"}
    seconds = [entry.second for entry in kept]
    assert seconds == [3600 * hour for hour in range(1, 25)]


def test_an_end_and_its_time_may_stand_apart() -> None:
    entry = only("End date;End time;type;value\n2026-10-02;00:00;gas;1\n")
    assert entry.day.isoformat() == "2026-10-01"


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


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London"])
@pytest.mark.parametrize(
    "text",
    [
        "Start;End;type;value\n2026-10-25T{0}:45+0{1}:00;2026-10-25T{0}:00+0{2}:00;gas;1\n",
        "Start;End;type;value\n2026-10-25 {0}:45;2026-10-25 {0}:00;gas;1\n",
        "Date;Time;type;value\n2026-10-25;{0}:30-{0}:45;gas;1\n2026-10-25;{0}:45-{0}:00;gas;1\n",
        "Period;type;value\n2026-10-25 {0}:45 - {0}:00;gas;1\n",
    ],
)
def test_an_hour_that_comes_twice_may_end_before_it_starts(text: str, zone: str) -> None:
    names = {"Europe/Berlin": ("02", 2, 1), "Europe/London": ("01", 1, 0)}[zone]
    entry = entries(text.format(*names), zone)[-1]
    assert (entry.day.isoformat(), entry.days) == ("2026-10-25", 1)
    # On no other day, and at no other hour.
    _, problems, _ = parsed(
        "Start;End;type;value\n2026-10-25 09:45;2026-10-25 09:00;gas;1\n"
        "2026-10-26 02:45;2026-10-26 02:00;gas;1\n",
        zone=zone,
    )
    assert len(problems) == 2


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


@pytest.mark.parametrize(
    "text",
    [
        "Tag;Januar 2026;Februar 2026\n1;5,0;6,0\n2;5,5;6,5\nSumme;10,5;12,5\n",
        "Day;January 2026;February 2026\n1;5.0;6.0\n2.;5.5;6.5\nTotal;10.5;12.5\n",
        "Januar 2026\nTag;kWh\n1;5,0\n2;5,5\nSumme;10,5\nFebruar 2026\nTag;kWh\n1;6,0\n2;6,5\n",
        "January 2026\nDay;kWh\n1;5.0\n2;5.5\n\nFebruary 2026\nDay;kWh\n1;6.0\n2;6.5\n",
    ],
)
def test_days_may_be_counted_beside_or_below_their_months(text: str) -> None:
    rows = sorted(entries(text, type="gas"))
    assert {(entry.day.isoformat(), entry.days, float(entry.value)) for entry in rows} == {
        ("2026-01-01", 1, 5), ("2026-01-02", 1, 5.5),
        ("2026-02-01", 1, 6), ("2026-02-02", 1, 6.5),
    }  # fmt: skip


def test_months_across_below_the_running_year_in_its_first_month() -> None:
    """The year counts up to today, which is a day of its first month."""
    text = "2026\nArt;Jan;Feb\nHerd;5;6\n"
    reader = Reader(date(2026, 1, 20), BERLIN, currency="EUR")
    with planned(text, reader, unit="kWh") as plan:
        january, february = parser_of(plan, {}).read()
    assert isinstance(january, RowEntry)
    assert (january.day, january.days, str(january.value)) == (date(2026, 1, 20), 20, "5")
    assert isinstance(february, RowProblem)


def test_a_day_that_its_month_does_not_have_is_a_problem() -> None:
    text = "Day;January 2026;February 2026\n1;5;6\n2;5;6\n31;5;6\n;1;2\nlate;1;2\n"
    kept, problems, _ = parsed(text, type="gas")
    assert len(kept) == 5
    assert [(problem.line, problem.message) for problem in problems] == [
        (4, "There is no day 2026-02-31."),
        (5, "There is no date in this row."),
        (6, "“late” is no date. Write it as year-month-day, such as 2026-10-05."),
    ]


def test_without_a_column_that_counts_them_months_across_are_whole() -> None:
    text = "Type;January 2026;February 2026\ngas;5;6\n"
    assert [(entry.day.isoformat(), entry.days) for entry in entries(text)] == [
        ("2026-01-31", 31), ("2026-02-28", 28)
    ]  # fmt: skip


def test_the_first_of_a_month_that_stands_for_it_covers_the_month() -> None:
    text = "Month;gas\n2026-01-01;250\n2026-02-01;240\n2026-11-01;9\n"
    rows = entries(text, type="gas")
    assert [(entry.day.isoformat(), entry.days) for entry in rows] == [
        ("2026-01-31", 31), ("2026-02-28", 28), ("2026-11-22", 22)
    ]  # fmt: skip
    # They are the same rows as those of months without a day.
    months = entries(text.replace("-01;", ";"), type="gas")
    assert [entry.key for entry in rows] == [entry.key for entry in months]


def test_a_first_that_stands_for_its_year_covers_it() -> None:
    text = "Year;gas\n2024-01-01;250\n2025-01-01;240\n"
    assert [(str(entry.day), entry.days) for entry in entries(text, type="gas")] == [
        ("2024-12-31", 366), ("2025-12-31", 365)
    ]  # fmt: skip
