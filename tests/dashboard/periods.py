"""Periods by their names, as on the Sunday of these tests, and the reader who sees them."""

from __future__ import annotations

from datetime import date

from tally.domain.calendar import containing
from tally.domain.formatting import Formatter
from tally.domain.period_query import read_period, read_range
from tally.domain.periods import Period
from tests.plain_statistics import SUNDAY

formatter = Formatter("auto", SUNDAY)
MONTH = containing("month", SUNDAY)


def period(name: str, today: date = SUNDAY) -> Period:
    if ":" in name:
        start, end = map(date.fromisoformat, name.split(":"))
        return read_range(start, end, today)
    return read_period(name, today)
