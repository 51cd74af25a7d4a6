"""What dates, decimal marks and signs of all rows give away together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.calendar_days import ORDERS, Order
from tally.transfer.plans.choices import Negative
from tally.transfer.plans.evidence import DateOrders, DecimalMarks, Signs

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), TODAY)
FORMATS: dict[Order, str] = {
    "day-first": "%d/%m/%Y", "month-first": "%m/%d/%Y", "year-first": "%Y/%m/%d",
}  # fmt: skip


def slow_orders(texts: list[str]) -> set[Order]:
    """The orders in which every text is a day that is not in the future."""
    fitting: set[Order] = set()
    for order in ORDERS:
        try:
            parts = [tuple(map(int, text.split("/"))) for text in texts]
            days = [date(c, b, a) if order == "day-first" else date(c, a, b) for a, b, c in parts]
        except ValueError:
            continue
        if order != "year-first" and all(day <= TODAY + timedelta(days=1) for day in days):
            fitting.add(order)
    return fitting


@given(st.lists(DAYS, min_size=1, max_size=8), st.sampled_from(["day-first", "month-first"]))
def test_the_order_of_dates_is_told_where_only_one_fits_all(days: list[date], order: Order) -> None:
    texts = [day.strftime(FORMATS[order]) for day in days]
    orders = DateOrders(TODAY)
    for text in texts:
        orders.see(text)
    right = slow_orders(texts)
    if all(day.day == day.month for day in days):
        assert orders.example == ""
    elif len(right) == 1:
        assert orders.decided(None) == right.pop() == order
    else:
        assert orders.decided(None) is None
        assert orders.example in texts
        assert orders.decided(order) == order


def test_a_date_that_tells_the_order_is_the_example_and_dates_that_contradict_tell_none() -> None:
    orders = DateOrders(TODAY)
    for text in ("05/10/2026", "tea", "13/10/2026", "14/10/2026"):
        orders.see(text)
    assert (orders.example, orders.decided(None)) == ("13/10/2026", "day-first")
    orders.see("10/13/2026")
    assert orders.decided("day-first") is None


def test_dates_beside_those_of_the_rows_tell_the_order_where_these_do_not() -> None:
    orders = DateOrders(TODAY)
    orders.see("05/10/2026")
    orders.see_beside("no date")
    assert orders.decided(None) is None
    orders.see_beside("10/13/2026")
    assert orders.decided("day-first") == "month-first"
    orders.see_beside("13/10/2026")
    assert orders.decided(None) is None
    orders.see("13/10/2026")
    assert orders.decided(None) == "day-first"


def marks_of(*texts: str) -> DecimalMarks:
    marks = DecimalMarks()
    for text in texts:
        marks.see(text)
    return marks


@given(st.lists(st.decimals(0, 9999, places=3), min_size=1, max_size=6), st.sampled_from(".,"))
def test_the_decimal_mark_is_told_where_one_number_gives_it_away(
    values: list[Decimal], mark: str
) -> None:
    texts = [str(value).replace(".", mark) for value in values]
    marks = marks_of(*texts)
    # Three digits behind a mark may be thousands, but for those behind a zero or four digits.
    telling = [value for value in values if value < 1 or value >= 1000]
    assert marks.decided("\t") == (mark if telling else None)
    assert marks.example == (texts[values.index(telling[0])] if telling else "")


def test_commas_are_decimal_marks_between_semicolons_and_contradictions_tell_none() -> None:
    assert marks_of("1,500").decided(";") == ","
    assert marks_of("1,500").decided("\t") is None
    assert marks_of("1.5", "1,5").decided(";") is None


def test_numbers_beside_the_amounts_tell_the_mark_where_no_amount_does() -> None:
    marks = marks_of("1.345", "987")
    marks.see_beside("12,50 $")
    assert marks.decided("\t") == ","
    contradicting = marks_of("1.345")
    for text in ("12,50", "112.50"):
        contradicting.see_beside(text)
    assert contradicting.decided(";") is None
    version = marks_of("1.345")
    for text in ("1.10", "12.30"):
        version.see_beside(text)
    assert version.asks_dots(";", has_dotted_dates=True)
    version.see_beside("52.520008")
    assert version.decided(";") == "."
    told = marks_of("1.345", "1.5")
    told.see_beside("12,50")
    assert told.decided(";") == "."


def test_the_first_number_that_may_be_either_is_kept() -> None:
    assert marks_of("0.345", "gas", "1.345 kWh", "2.345").unclear == "1.345 kWh"
    assert marks_of("1,5", "1234", "0,345").unclear == ""


@pytest.mark.parametrize(
    ("texts", "delimiter", "has_dotted_dates", "asks"),
    [
        ("1.345", ";", False, True), ("1.345", ",", False, False), ("1.345", ",", True, True),
        ("1.345", "\t", False, False), ("1.345 1.5", ";", True, False),
        ("1.345 1,5", ";", True, False), ("1.345 1,5 1.5", ",", False, True),
    ],
)  # fmt: skip
def test_a_dot_before_three_digits_is_asked_about_where_commas_may_be_decimal(
    texts: str, delimiter: str, has_dotted_dates: bool, asks: bool
) -> None:
    marks = marks_of(*texts.split())
    assert marks.asks_dots(delimiter, has_dotted_dates=has_dotted_dates) == asks


@pytest.mark.parametrize(
    ("text", "has_dots"),
    [
        ("5.10.2026", True), ("05.10.26 12:30", True), ("5. März 2026", True),
        ("2026.10.05", True), ("10/05/2026 12:30:00.000", False), ("5 Oct. 2026", False),
        ("Oct 5, 2026", False),
    ],
)  # fmt: skip
def test_dates_with_dots_are_seen(text: str, has_dots: bool) -> None:
    orders = DateOrders(TODAY)
    orders.see(text)
    orders.see("5/10/2026")
    assert orders.has_dots == has_dots


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        ("5 3 0", "omit"), ("5 -3 2", "split"), ("-5 3 -2", "split"), ("-5 -3 2 -1 -1", "flip"),
        ("-5", "flip"), ("-5 -3 2", "split"), ("-0 5", "omit"),
    ],
)  # fmt: skip
def test_what_amounts_below_zero_are_likeliest(values: str, meant: Negative) -> None:
    signs = Signs()
    for value in values.split():
        signs.see(value)
    assert signs.decided() == meant
