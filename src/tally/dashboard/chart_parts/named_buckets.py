"""The buckets of a period, with the names, links and texts that all its drawings share. Pure."""

from decimal import Decimal
from typing import NamedTuple

from tally.charts.rounding import rounded_average
from tally.charts.series import Point, Stretch
from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.addresses import days_query
from tally.dashboard.chart_parts import axis_labels
from tally.dashboard.words import known_words
from tally.domain.calendar import bucket_ends, bucket_starts, containing
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.figures import ratio
from tally.statistics.shares import Run
from tally.statistics.type_statistics import TypeStatistics


class NamedBuckets:
    """The names, links and axis texts that all charts of a period share, worked out once."""

    def __init__(self, period: Period, formatter: Formatter) -> None:
        self.period = period
        self.size = period.bucket
        starts = bucket_starts(period.span, self.size, period.starts) if period.span else []
        self.starts = starts
        elapsed = sum(start <= period.today for start in starts)
        self.today = elapsed - 1 if period.running else -1
        self.names = axis_labels.buckets(starts, self.size, formatter)
        named = starts
        if self.size in ("month", "year"):  # The first may begin amid the one that it is named by.
            named = [containing(self.size, start, period.starts).start for start in starts]
        self.texts = axis_labels.axis(named, self.size, self.today)
        # Of the bucket that holds today only the days up to today are counted, and listed.
        self.ends = [
            min(end, period.anchor) if start <= period.anchor else end
            for start, end in zip(starts, bucket_ends(starts, period.end), strict=False)
        ]
        self.queries = list(map(days_query, starts, self.ends))

    def points(self, one: TypeStatistics, records: str, formatter: Formatter) -> list[Point]:
        """A point for each bucket, those to come included."""
        points = []
        for i, bucket in enumerate(one.series.points):
            amount, words, href, why = "", "", "", ""
            total = bucket.total
            if phrases.is_told(bucket, one):
                amount = phrases.bucket(total, one, formatter)
                words, href = f"{self.names[i]}: {amount}", records + self.queries[i]
            if total is None:
                why = amount or known_words.not_known(one, bucket.start)
            points.append(
                Point(
                    total,
                    open=i == self.today,
                    words=words,
                    href=href,
                    amount=amount,
                    spread=bucket.spread,
                    unknown=total is None,
                    why=why,
                )
            )
        return points + [Point(None)] * (len(self.starts) - len(points))

    def stretches(self, one: TypeStatistics, records: str, formatter: Formatter) -> list[Stretch]:
        """The marks of records of several days: one for each run of days, or for each bucket."""
        if one.runs:
            return [self._stretch(run, one, records, formatter) for run in one.runs]
        return [
            Stretch(
                i,
                1,
                point.spread,
                words=f"{self.names[i]}: "
                f"{phrases.amount(point.total or Decimal(0), one, formatter)}",
                href=records + self.queries[i],
            )
            for i, point in enumerate(one.series.points)
            if point.spread
        ]

    def _stretch(
        self, run: Run, one: TypeStatistics, records: str, formatter: Formatter
    ) -> Stretch:
        """A run of days, with its amount: `7 to 13 November: 54 in 7 days, 7.7 a day`."""
        first = (run.span.start - self.starts[0]).days
        points = one.series.points[first : first + run.span.days]
        amount = sum((point.spread for point in points), Decimal(0))
        per_day = phrases.average(ratio(amount, run.span.days), formatter)
        whole = sum((one.total for one in run.covering), Decimal(0))
        inside = all(
            run.span.start <= record.first and record.last <= run.span.end
            for record in run.covering
        )
        shown = formatter.number(whole) if inside else formatter.number(rounded_average(amount))
        of_whole = "" if inside or len(run.covering) > 1 else f" of {formatter.number(whole)}"
        days = formatter.count(run.span.days, "day")
        last = max(record.last for record in run.covering)
        if one.currency:
            shown, of_whole = phrases.amount(amount, one, formatter), ""
            per_day = phrases.amount(amount / run.span.days, one, formatter)
        return Stretch(
            first,
            run.span.days,
            ratio(amount, run.span.days),
            begins=any(record.first == run.span.start for record in run.covering),
            ends=any(record.last == run.span.end for record in run.covering),
            words=f"{period_names.days(run.span, formatter)}:"
            f" {shown}{of_whole} in {days}, {per_day} a day",
            href=records + days_query(min(record.last for record in run.covering), last),
            text=f"{shown}{of_whole} {one.shown_unit}".rstrip() + f", {per_day} a day",
        )


class BucketLabel(NamedTuple):
    """The name and the days of a bucket, as scripts read them: `["Sun 1", "2026-11-01"]`.

    days: as in an address; a single day stands without `period=`.
    """

    name: str
    days: str


def bucket_labels(period: Period, formatter: Formatter) -> list[BucketLabel]:
    """The label of each bucket, once for all charts of a page of cards."""
    buckets = NamedBuckets(period, formatter)
    days = (query[1:].removeprefix("period=") for query in buckets.queries)
    return [BucketLabel(*label) for label in zip(buckets.names, days, strict=True)]
