"""Dates whose year, month and day stand in columns of their own."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.dates import DateReader
from tally.transfer.cells.split_dates import (
    SplitDate,
    are_days,
    are_years,
    day_number,
    joined,
    series_of_days,
    split_date,
)

TODAY = date(2026, 11, 22)


def columns(text: str) -> list[tuple[str, list[str]]]:
    """Each column of a text of cells: its name and its filled cells."""
    header, *rows = [line.split(",") for line in text.splitlines()]
    return [(name, [row[place] for row in rows if row[place]]) for place, name in enumerate(header)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Year,Month,kWh\n2026,9,1\n2026,10,2", SplitDate(0, (1,))),
        ("Tag,Monat,Jahr,kWh\n5,9,2026,1\n31,10,2026,2", SplitDate(2, (1, 0))),
        ("kWh,Année,Mois\n1,2026,septembre\n2,2026,août", SplitDate(1, (2,))),
        # A sum below the rows is no month, and none is needed above.
        ("Year,Month,kWh\n2026,Sep,1\n2026,Oct,2\n2026,Total,3", SplitDate(0, (1,))),
        ("Jahr,KW,Tassen\n2026,40,1\n2026,41,2", SplitDate(0, (1,), is_week=True)),
        ("Year,ISO week,Cups\n2026,1,1\n2026,53,2", SplitDate(0, (1,), is_week=True)),
        ("Year,Week no.,Month,Cups\n2026,5,2,1\n2026,9,3,2", SplitDate(0, (2,))),
        ("Year,Week,Cups\n2025,40,1\n2026,41,2", SplitDate(0, (1,), is_week=True)),
        # The peaks of a plant are kilowatts.
        ("Year,KW,kWh\n2025,10,1\n2026,11,2", None),
        ("Year,kW,kWh\n2026,10,1\n2026,11,2", None),
        ("Year,KW peak,Cups\n2026,5,1\n2026,6,2", None),
        ("Year,KW,Cups\n2026,54,1\n2026,60,2", None),
        ("Year,kWh\n2026,1\n2025,2", None),
        ("Month,kWh\n9,1\n10,2", None),
        ("Year,Month,kWh\n2026,40,1\n2026,13,2", None),
        ("Year,Month,kWh\n26,9,1\n26,10,2", None),
        ("Year of build,Month,kWh\n1990,9,1\n1990,10,2", None),
        ("Year,Month,kWh", None),
    ],
)
def test_where_the_parts_of_a_date_stand(text: str, right: SplitDate | None) -> None:
    assert split_date(columns(text)) == right


COUNTED = [str(day) for day in range(1, 32)]


@pytest.mark.parametrize(
    ("headings", "days"),
    [
        (COUNTED, dict(enumerate(range(1, 32)))),
        (["Type", "Unit", *COUNTED[:28], "Total"], dict(enumerate(range(1, 29), 2))),
        (["1.", *COUNTED[1:30]], dict(enumerate(range(1, 31)))),
        (COUNTED[:27], {}),
        ([*COUNTED[:10], "x", *COUNTED[11:]], dict.fromkeys([*range(10), *range(11, 31)])),
        ([*COUNTED[:10], "x", *COUNTED[10:]], {}),
        (["date", "1", "gas", "31"], {}),
        (["1", "22"], {}),
        (["22", "1"], {}),
        ([], {}),
    ],
)
def test_a_series_of_days_begins_with_the_first(
    headings: list[str], days: dict[int, int | None]
) -> None:
    expected = {place: day or place + 1 for place, day in days.items()}
    assert series_of_days(headings) == expected


@given(st.lists(st.integers(0, 40).map(str) | st.sampled_from(["", "Total", "1."]), max_size=40))
def test_any_headings_may_be_asked_for_a_series_of_days(headings: list[str]) -> None:
    found = series_of_days(headings)
    assert all(day_number(headings[place]) == day for place, day in found.items())


def test_a_year_and_a_week_are_one_text() -> None:
    assert joined("2026", "5", is_week=True) == "2026-W05"
    assert joined("2026", "", is_week=True) == ""


def test_years_are_told_from_other_numbers() -> None:
    assert are_years(["2025", "2026", "Total", " 1999 "])
    assert not are_years(["2025", "12", "13"])
    assert not are_years([])


@given(st.dates(date(1901, 1, 1), TODAY), st.sampled_from(["%m", "%B", "%b"]))
def test_parts_together_are_the_day_and_without_one_the_month(day: date, month: str) -> None:
    reader = DateReader(TODAY, UTC)
    parts = str(day.year), day.strftime(month).lstrip("0"), str(day.day)
    moment, end = reader.read(joined(*parts))
    assert (moment.first, moment.last, end) == (day, day, None)
    whole = reader.read(joined(*parts[:2]))[0]
    assert whole.first == day.replace(day=1)
    assert (whole.last.month, whole.last >= day) == (day.month, True)


def test_a_part_that_is_missing_makes_no_date_of_the_others() -> None:
    assert joined("2026", "", "5") == joined("2026", "") == joined("", "9") == ""


@pytest.mark.parametrize(
    ("cell", "day"), [("1", 1), ("31.", 31), (" 05", 5), ("32", 0), ("0", 0), ("Total", 0)]
)
def test_the_day_of_a_month_is_a_number(cell: str, day: int) -> None:
    assert day_number(cell) == day


def test_days_may_have_a_sum_below_them() -> None:
    assert are_days(["1", "2", "Total"])
    assert not are_days(["1", "Total"]) and not are_days([])
