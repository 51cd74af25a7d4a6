"""Prices: the one in force on a day, base fees counted out, and a price among those kept."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import DAY, Span
from tally.domain.keys import Key
from tally.domain.paid_sums import Paid, PaidBefore
from tally.domain.prices import (
    MAX_PRICES,
    Price,
    Tariff,
    as_json,
    cut,
    read_prices,
    rounded_half_up,
    tariffs,
    with_price,
)

TODAY = date(2026, 11, 22)


def price(start: date, price_id: str = "a", type_name: str = "gas", **values: object) -> Price:
    return Price(price_id, type_name, "m³", start, **values)  # type: ignore[arg-type]


some_days = st.dates(date(2023, 11, 1), date(2025, 2, 28))
spans = st.tuples(some_days, st.integers(0, 450)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1] * DAY)
)
prices = st.lists(
    st.builds(
        price,
        some_days,
        base=st.none() | st.sampled_from([Decimal(0), Decimal("9.90"), Decimal(120)]),
        base_per=st.sampled_from(["month", "year"]),
    ),
    max_size=4,
    unique_by=lambda one: one.start,
).map(lambda those: tuple(sorted(those, key=lambda one: one.start)))


@given(prices, spans)
def test_base_fees_are_counted_out_day_by_day(those: tuple[Price, ...], span: Span) -> None:
    tariff = Tariff(those)
    total = Fraction(0)
    for day in span:
        begun = [one for one in those if one.start <= day]
        assert tariff.on(day) == (begun[-1] if begun else None)
        if begun and begun[-1].base is not None:
            month = monthrange(day.year, day.month)[1]
            year = 366 if isleap(day.year) else 365
            total += Fraction(begun[-1].base) / (month if begun[-1].base_per == "month" else year)
    assert tariff.base([span]) == total
    halves = Span(span.start, span.start), Span(span.start + DAY, span.end + DAY)
    assert tariff.base(halves) == tariff.base([Span(span.start, span.end + DAY)])
    assert tariff.changes() == tuple(one.start for one in those)


@given(spans, st.lists(some_days, max_size=5))
def test_a_span_is_cut_where_a_day_begins_a_piece(span: Span, days: list[date]) -> None:
    pieces = list(cut(span, days))
    assert [day for piece in pieces for day in piece] == list(span)
    inside = {day for day in days if span.start < day <= span.end}
    assert [piece.start for piece in pieces] == sorted({span.start, *inside})


def test_a_price_may_begin_on_the_last_day_and_have_no_base_fee() -> None:
    week = Span(TODAY - 6 * DAY, TODAY)
    assert list(cut(week, [TODAY, week.start, TODAY + DAY])) == [
        Span(week.start, TODAY - DAY), Span(TODAY, TODAY),
    ]  # fmt: skip
    assert price(TODAY).base_of(Span(TODAY, TODAY)) == 0


def test_the_costs_of_some_days_are_the_difference_of_two_running_sums() -> None:
    third = Decimal(1) / 3 + Decimal("1e-40")
    head = PaidBefore(5, 3, Decimal(10), Decimal("1e12"), Decimal("-7e12"), third)
    tail = PaidBefore(8, 6, Decimal(14), Decimal("1e12") + 7, Decimal("1e-40"), third)
    # Two records with a cost had begun before and not yet ended; three more begin.
    spread = Fraction(7 * 10**52 + 1, 10**40)
    assert head.until(tail) == Paid(5, 4 + spread, Fraction(7), spread, Fraction(0))
    assert tail.until(tail) == Paid(2)


def test_shares_that_make_a_half_are_rounded_as_a_half() -> None:
    part = Fraction(Decimal("0.0000005") / 11)  # to some 35 decimals
    assert part * 11 < Fraction(1, 2_000_000)
    assert rounded_half_up(part * 11) == Decimal("0.000001")


def test_a_price_is_stored_as_texts_and_reads_back_in_the_order_of_days() -> None:
    later = price(TODAY, "b", per_unit=Decimal("0.32150"), base=None)
    sooner = price(TODAY - DAY, "a", base=Decimal("120"), base_per="year")
    stored = [as_json(later), as_json(sooner)]
    assert stored[0] == {
        "id": "b",
        "type": "gas",
        "unit": "m³",
        "from": "2026-11-22",
        "per_unit": "0.3215",
        "base": None,
        "base_per": "month",
    }
    assert (stored[1]["per_unit"], stored[1]["base"], stored[1]["base_per"]) == (
        None,
        "120",
        "year",
    )
    assert read_prices(stored) == [sooner, later]
    bare = {"id": "c", "type": "gas", "unit": "m³", "from": "2026-11-22"}
    assert read_prices([bare]) == [price(TODAY, "c")]


def test_tariffs_are_by_type_however_it_is_spelled_and_by_unit() -> None:
    sooner, later = price(TODAY - DAY), price(TODAY, type_name="GAS")
    other = Price("c", "gas", "kWh", TODAY)
    assert tariffs([sooner, other, later]) == {
        Key("gas", "m³"): Tariff((sooner, later)),
        Key("gas", "kWh"): Tariff((other,)),
    }


def test_a_price_replaces_the_one_of_its_id_and_the_one_of_its_day() -> None:
    sooner, later = price(TODAY - DAY, "a"), price(TODAY, "b")
    moved = price(TODAY + DAY, "a")
    assert with_price([sooner, later], moved) == [later, moved]
    same_day = price(TODAY, "c", "GAS")
    assert with_price([sooner, later], same_day) == [sooner, same_day]
    elsewhere = Price("d", "gas", "kWh", TODAY)
    assert with_price([sooner, later], elsewhere) == [sooner, later, elsewhere]
    assert with_price([later], sooner) == [sooner, later]


def test_there_is_a_largest_number_of_prices() -> None:
    full = [price(TODAY - number * DAY, str(number)) for number in range(MAX_PRICES)]
    assert len(with_price(full, price(TODAY, "new"))) == MAX_PRICES
    with pytest.raises(ValueError, match=r"^There can be 200 prices\. Remove one first\.$"):
        with_price(full, price(TODAY + DAY, "new"))


@given(st.fractions(-(10**12), 10**12, max_denominator=10**9), st.integers(0, 8))
def test_money_is_rounded_half_away_from_zero(value: Fraction, decimals: int) -> None:
    written = rounded_half_up(value, decimals)
    step = Fraction(1, 10**decimals)
    assert abs(Fraction(written) - value) <= step / 2
    assert -(written.as_tuple().exponent) == decimals  # type: ignore[operator]
    half = (value // step) * step + step / 2
    away = Fraction(rounded_half_up(half, decimals))
    assert abs(away) > abs(half)


def test_money_has_six_decimals_unless_said_otherwise() -> None:
    assert rounded_half_up(Fraction(1, 3)) == Decimal("0.333333")
