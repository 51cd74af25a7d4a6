"""The whole period before, as a type's page shows it beside the present one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from tally.charts.series import Stretch
from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.addresses import days_query
from tally.dashboard.chart_parts import axis_labels
from tally.domain.calendar import bucket_ends
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.figures import ratio
from tally.statistics.type_statistics import TypeStatistics


@dataclass(frozen=True, slots=True)
class PreviousPeriod:
    """The whole period before, bucket by bucket; without a name where it has no record.

    links: the records of each bucket; links_up_to: those from its first day to the bucket's last.
    """

    name: str = ""
    names: tuple[str, ...] = ()
    measured: tuple[Decimal, ...] = ()  # the part of the totals from records of one day
    totals: tuple[Decimal | None, ...] = ()  # None where nothing is known
    lacking: frozenset[int] = frozenset()  # the buckets whose records have no cost, in money
    sums: tuple[Decimal, ...] = ()  # the running totals, level where nothing is known
    links: tuple[str, ...] = ()
    links_up_to: tuple[str, ...] = ()

    @property
    def known_sums(self) -> list[Decimal | None]:
        """The running totals; None at a bucket of which nothing is known."""
        pairs = zip(self.totals, self.sums, strict=True)
        return [None if total is None else so_far for total, so_far in pairs]

    def words(
        self, i: int, values: Sequence[Decimal | None], one: TypeStatistics, formatter: Formatter
    ) -> str:
        """`October 12.4` of its bucket `i`; nothing where it has none."""
        value = values[i] if i < len(values) else None
        return "" if value is None else f"{self.name} {phrases.amount(value, one, formatter)}"

    def cell(self, i: int, one: TypeStatistics, formatter: Formatter) -> str:
        """The sum of its bucket `i` in a table; nothing where nothing is known."""
        value = self.totals[i] if i < len(self.totals) else None
        if value is None and i not in self.lacking:
            return ""
        return phrases.bucket(value, one, formatter)


def previous_period(
    one: TypeStatistics, period: Period, link: str, formatter: Formatter
) -> PreviousPeriod:
    """The buckets of the previous period, with links to their records."""
    points = one.previous_series.points if one.previous_series else ()
    whole = period.previous_whole()
    if whole is None or not any(phrases.is_told(point, one) for point in points):
        return PreviousPeriod()
    starts = [point.start for point in points]
    ends = bucket_ends(starts, whole.end)
    totals = tuple(point.total for point in points)
    counted = [total or Decimal(0) for total in totals]
    measured = tuple((point.total or Decimal(0)) - point.spread for point in points)
    return PreviousPeriod(
        name=period_names.name_before(period, formatter).text,
        names=tuple(axis_labels.buckets(starts, period.bucket, formatter)),
        measured=measured if one.previous_runs else tuple(counted),
        totals=totals,
        lacking=frozenset(
            i for i, point in enumerate(points) if point.entries and point.total is None
        ),
        sums=tuple(accumulate(counted)),
        links=tuple(link + days_query(*days) for days in zip(starts, ends, strict=True)),
        links_up_to=tuple(link + days_query(whole.start, end) for end in ends),
    )


def stretches_before(one: TypeStatistics, period: Period) -> list[Stretch]:
    """The runs of the period before, each day at the same place."""
    whole = period.previous_whole()
    if whole is None or one.previous_series is None:
        return []
    spread = [point.spread for point in one.previous_series.points]
    stretches = []
    for run in one.previous_runs:
        first, days = (run.span.start - whole.start).days, run.span.days
        amount = sum(spread[first : first + days], Decimal(0))
        stretches.append(Stretch(first, days, ratio(amount, days)))
    return stretches
