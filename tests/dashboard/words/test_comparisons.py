"""Comparisons with other days in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tally.dashboard.period_names import PeriodName
from tally.dashboard.words import comparisons
from tally.domain.calendar import Span
from tally.statistics.figures import Comparison
from tests.dashboard.periods import MONTH, formatter, period
from tests.plain_statistics import SUNDAY, type_statistics

NARROW = "\u202f"
OCTOBER = PeriodName("October")
FIRST_DAYS = PeriodName("the first 22 days of October", is_plural=True)
YESTERDAY = PeriodName("yesterday", "")


@pytest.mark.parametrize(
    ("total", "base", "words"),
    [
        ("88", "100", f"12{NARROW}% less than October"),
        ("107", "100", f"7{NARROW}% more than October"),
        ("100", "100", "as much as October"),
        ("100.4", "100", "about as much as October"),
        ("300", "100", "3 times as much as October"),
        ("123456", "1", "120k times as much as October"),
        ("1", "1000", f"over 99{NARROW}% less than October"),
        ("0", "1000", f"100{NARROW}% less than October"),
        ("3", "0", "no records in October to compare with"),
        ("0", "0", "no records in October either"),
    ],
)
def test_comparisons(total: str, base: str, words: str) -> None:
    one = type_statistics(total=Decimal(total), entries=int(total != "0"))
    assert (
        comparisons.comparison(one, _before(total, base), OCTOBER, period("month"), formatter)
        == words
    )


def test_a_day_that_has_just_begun_is_not_yet_less_than_yesterday() -> None:
    one = type_statistics(total=Decimal(0), entries=0)
    words = comparisons.comparison(one, _before("0", "8.5"), YESTERDAY, period("today"), formatter)
    assert words == "nothing yet, yesterday 8.5"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (YESTERDAY, "no records yesterday either"),
        (PeriodName("20 October", "on"), "no records on 20 October either"),
        (FIRST_DAYS, "no records in the first 22 days of October either"),
        (PeriodName("10 to 27 October", "from"), "no records from 10 to 27 October either"),
    ],
)
def test_days_without_records_are_named_as_days_are(days: PeriodName, words: str) -> None:
    one = type_statistics(total=Decimal(0), entries=0)
    assert comparisons.comparison(one, _before("0", "0"), days, period("month"), formatter) == words


def test_noted_zeros_are_not_nothing() -> None:
    one = type_statistics(total=Decimal(0), entries=3)
    assert (
        comparisons.comparison(one, _before("0", "0"), OCTOBER, period("month"), formatter)
        == "as much as October"
    )
    noted = replace(_before("3", "0"), is_noted=True)
    one = replace(one, total=Decimal(3))
    words = comparisons.comparison(one, noted, OCTOBER, period("month"), formatter)
    assert words == "nothing in October to compare with"
    none_yet = replace(one, total=Decimal(0), entries=0)
    noted = replace(_before("0", "0"), is_noted=True)
    words = comparisons.comparison(none_yet, noted, OCTOBER, period("month"), formatter)
    assert words == "nothing in October either"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (OCTOBER, "nothing in October"),
        (YESTERDAY, "nothing yesterday"),
        (PeriodName("the day before", "on"), "nothing on the day before"),
        (FIRST_DAYS, "nothing in the first 22 days of October"),
        (PeriodName("15 October to 14 November", "from"), "nothing from 15 October to 14 November"),
    ],
)
def test_a_sum_beside_days_that_cost_nothing_names_them_as_days_are(
    days: PeriodName, words: str
) -> None:
    assert comparisons.difference(Decimal("70.52"), Decimal(0), days, formatter) == words


@pytest.mark.parametrize(
    ("total", "base", "text"),
    [
        ("88", "100", f"\u221212{NARROW}%"),
        ("107", "100", f"+7{NARROW}%"),
        ("100.2", "100", f"+0.2{NARROW}%"),
        ("100", "100", f"0{NARROW}%"),
        ("0.3", "100", f"\u221299.7{NARROW}%"),
        ("0.001", "100", f"\u221299.9{NARROW}%"),
        ("0", "100", f"\u2212100{NARROW}%"),
        ("3.5", "0", "+3.5"),
        ("30000", "100", f"+30{NARROW}000{NARROW}%"),
    ],
)
def test_signed_percent(total: str, base: str, text: str) -> None:
    assert comparisons.signed_percent(_before(total, base), formatter) == text


def _before(total: str, base: str) -> Comparison:
    difference = Decimal(total) - Decimal(base)
    percent = difference * 100 / Decimal(base) if Decimal(base) else None
    return Comparison(Span(SUNDAY, SUNDAY), 1, Decimal(base), difference, percent)


def test_unequal_days_are_compared_day_by_day() -> None:
    before = Comparison(Span(MONTH.start, SUNDAY), 7, Decimal("51.8"), None, None)
    one = type_statistics(per_day=Decimal("7.135"))
    words = comparisons.comparison(one, before, OCTOBER, period("month"), formatter)
    assert words == "7.1 a day; 7.4 in the 7 days known of October"
    assert comparisons.signed_percent(before, formatter) == ""
    unknown = replace(before, known_days=0, total=Decimal(0))
    words = comparisons.comparison(one, unknown, FIRST_DAYS, period("month"), formatter)
    assert words == "nothing known of October"


def test_days_without_costs_are_one_or_several() -> None:
    assert comparisons.no_costs(OCTOBER) == "October has no costs"
    assert comparisons.no_costs(FIRST_DAYS) == "the first 22 days of October have no costs"
