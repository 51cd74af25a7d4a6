"""Charts in words, for those who do not see them."""

from __future__ import annotations

from decimal import Decimal

from tally.dashboard.chart_parts import chart_names
from tests.dashboard.periods import formatter, period
from tests.plain_statistics import type_statistics


def test_charts_are_named_by_a_sentence() -> None:
    one = type_statistics(
        projection=Decimal("314.7"), weekdays=(Decimal(1), None, *[Decimal(3)] * 5)
    )
    month = period("month")
    assert chart_names.chart_name(one, month, formatter) == (
        "electricity, November: 230.8 kWh in 22 days, highest Saturday 14 with 17.8"
    )
    assert chart_names.running_name(one, month, formatter) == (
        "electricity, running total: 230.8 kWh by Sunday 22 November, about 315 by the 30th"
    )
    assert chart_names.weekday_name(one, formatter) == (
        "electricity by weekday: most on Wednesdays with 3 kWh on average"
    )


def test_noted_zeros_have_weekdays() -> None:
    zeros = type_statistics(total=Decimal(0), weekdays=(Decimal(0),) * 7)
    assert chart_names.weekday_name(zeros, formatter) == "electricity by weekday: nothing"
    none = type_statistics(total=Decimal(0), highest_days=())
    assert chart_names.weekday_name(none, formatter) == "electricity by weekday: no records"
