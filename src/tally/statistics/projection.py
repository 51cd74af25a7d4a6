"""The total to expect at the end of a running period. Pure."""

from decimal import Decimal

from tally.domain.periods import Period
from tally.statistics.figures import ratio
from tally.statistics.known_days import Known, KnownDays

MIN_DAYS_TO_PROJECT = 3
MIN_SHARE_TO_PROJECT = Decimal("0.1")
MIN_RECORDS_TO_PROJECT = 2  # and as many days, unless one covers several


def projected(
    period: Period, total: Decimal, known: Known, known_days: KnownDays
) -> Decimal | None:
    """The total to expect if the other days are like the known ones; None with too few of these.

    A period that ends today has no estimate: no day of it is to come.
    """
    if not period.running or period.end == period.today:
        return None
    days = projected_days(period, known_days)
    enough = known.days >= MIN_DAYS_TO_PROJECT and known.days >= MIN_SHARE_TO_PROJECT * days
    return ratio(total * days, known.days) if enough and known.days < days else None


def enough_records(entries: int, active_days: int, spread_entries: int) -> bool:
    """Whether there are records enough to project from: two on two days, or one of several days."""
    return spread_entries > 0 or min(entries, active_days) >= MIN_RECORDS_TO_PROJECT


def projected_days(period: Period, known_days: KnownDays) -> int:
    """The number of days that a projection covers: those from the first known day on."""
    if period.start is None or known_days.first is None:
        return 0
    return (period.end - max(period.start, known_days.first)).days + 1
