"""The days that a date means in each order of day, month and year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.calendar_days import (
    ORDERS,
    YEARS_BACK,
    Order,
    orders_left_open,
    readings_of,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("5/10/2026", "day-first month-first"),
        ("05/10/26", "day-first month-first year-first"),
        ("5/10/26", "day-first month-first"),
        ("5.10.2026", "day-first"),
        ("05.10.26", "day-first year-first"),
        ("05102026", "day-first month-first"),
        ("20261005", ""),
        ("2026-10-05", ""),
        ("5 October 2026", ""),
    ],
)
def test_the_orders_that_the_form_leaves_open(text: str, orders: str) -> None:
    assert orders_left_open(text) == tuple(orders.split())


@given(st.dates(date(1950, 1, 1), TODAY), st.sampled_from(["/", "-"]))
def test_a_day_is_read_in_each_order_that_the_calendar_has(day: date, mark: str) -> None:
    text = f"{day:%d}{mark}{day:%m}{mark}{day:%Y}"
    readings = dict(readings_of(text, TODAY))
    assert readings["day-first"] == (day, day)
    swapped = date(day.year, day.day, day.month) if day.day <= 12 else None
    assert readings.get("month-first") == (swapped and (swapped, swapped))
    assert "year-first" not in readings


@given(st.dates(TODAY - timedelta(days=365 * YEARS_BACK), TODAY), st.sampled_from(ORDERS))
def test_a_year_of_two_digits_lies_at_most_eighty_years_back(day: date, order: Order) -> None:
    forms = {"day-first": "%d/%m/%y", "month-first": "%m/%d/%y", "year-first": "%y/%m/%d"}
    readings = dict(readings_of(day.strftime(forms[order]), TODAY))
    assert readings[order] == (day, day)


@pytest.mark.parametrize("text", ["31/02/2026", "2026-13-01", "2026-W60", "5 Oct", "tea", "0-0-0"])
def test_what_the_calendar_does_not_have_has_no_reading(text: str) -> None:
    assert list(readings_of(text, TODAY)) == []
