"""Plain figures of one type, for tests that need some."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tally.statistics.known_days import Known, KnownDays
from tally.statistics.type_statistics import DayTotal, Series, TypeStatistics

SUNDAY = date(2026, 11, 22)


def type_statistics(**changes: object) -> TypeStatistics:
    """Electricity of 22 days up to a Sunday, with other values for some fields."""
    plain = TypeStatistics(
        type="electricity",
        unit="kWh",
        total=Decimal("230.8"),
        entries=22,
        active_days=22,
        per_day=Decimal("10.490909"),
        per_entry=Decimal("10.490909"),
        highest_days=(DayTotal(date(2026, 11, 14), Decimal("17.8")),),
        previous=None,
        last_year=None,
        projection=None,
        limit=None,
        last_recorded=SUNDAY,
        known=Known(SUNDAY.replace(day=1), SUNDAY, 22),
        known_days=KnownDays(SUNDAY.replace(year=2025), SUNDAY),
        series=Series("day", ()),
        weekdays=(None,) * 7,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
