"""A type as the charts of its page draw it. Pure."""

from typing import NamedTuple

from tally.dashboard.chart_parts.named_buckets import NamedBuckets
from tally.dashboard.chart_parts.previous_period import PreviousPeriod
from tally.domain.formatting import Formatter
from tally.statistics.type_statistics import TypeStatistics


class DrawnType(NamedTuple):
    """A type with the buckets, names and links that the charts of its page share.

    one: its figures, in money where costs are drawn. now: the name of the period; previous: the
    one before. link: the address of the type's records, to which the days of a bucket are added.
    """

    one: TypeStatistics
    buckets: NamedBuckets
    now: str
    previous: PreviousPeriod
    link: str
    formatter: Formatter

    @property
    def row_names(self) -> list[str]:
        """The buckets of this period, and those by which the one before is longer."""
        names = self.buckets.names
        return [*names, *self.previous.names[len(names) :]]
