"""The running total on a type's page, beside that of the period before. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, zip_longest

from tally.charts.lines import Ending, Endings, Lines, lines
from tally.charts.rounding import short
from tally.charts.series import Point
from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.addresses import days_query
from tally.dashboard.chart_parts import chart_names
from tally.dashboard.chart_parts.drawn_type import DrawnType
from tally.dashboard.chart_parts.number_table import NumberTable, TableRow
from tally.dashboard.type_parts.type_sums import STRIDES
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.domain.text import capital
from tally.statistics.type_statistics import TypeStatistics


@dataclass(frozen=True, slots=True)
class RunningView:
    """The running total of a period: its chart and its numbers; note: how far the period is."""

    note: str
    name: str
    lines: Lines
    table: NumberTable


def running_view(drawn: DrawnType) -> RunningView:
    """The running total of a type."""
    one, period, formatter = drawn.one, drawn.buckets.period, drawn.formatter
    return RunningView(
        note=_note(one, period, formatter),
        name=chart_names.running_name(one, period, formatter),
        lines=_lines(drawn),
        table=_table(drawn),
    )


def _note(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """`72 % of the limit used, 73 % of November gone`: with `by the 20th`, where known so far."""
    span, last = period.span, min(one.known_days.last, period.anchor)
    if not span or not span.start <= last < span.end or not period.running or span.days < 2:
        return ""
    gone = formatter.share(Decimal((last - span.start).days + 1) / span.days)
    words = f"{gone} of {period_names.short_name(period, formatter)} gone"
    if last < period.anchor:
        words = f"by {period_names.ordinal_day(last, span, formatter)}, {words}"
    limit = one.shown_limit
    if not limit or limit.span != span or limit.share_used is None:
        return words
    used = f"{formatter.share(limit.share_used)} of the limit used"
    return f"{used} {words}" if last < period.anchor else f"{used}, {words}"


def _lines(drawn: DrawnType) -> Lines:
    one, size, formatter = drawn.one, drawn.buckets.size, drawn.formatter
    points = _points(drawn)
    return lines(
        points,
        formatter.number,
        strides=STRIDES[size][2 if len(points) > 14 and size == "day" else 0 :],
        total=phrases.drawn(one.total, one, formatter) if one.total else "",
        endings=_endings(drawn),
    )


def _points(drawn: DrawnType) -> list[Point]:
    """The running total at the end of each bucket, in words, with the address of its records."""
    one, buckets, previous, formatter = drawn.one, drawn.buckets, drawn.previous, drawn.formatter
    now, known_before = _sums_so_far(one), previous.known_sums
    # A running total is certain only on days on which the meter was read.
    read = {
        (one_of.last - buckets.starts[0]).days
        for run in one.runs
        for one_of in run.covering
        if one_of.last == run.span.end
    }
    points = []
    level = Decimal(0)
    for i, (text, rank) in enumerate(buckets.texts):
        value = now[i] if i < len(now) else None
        level = level if value is None else value
        earlier = previous.sums[i] if i < len(previous.sums) else None
        sums = [previous.words(i, known_before, one, formatter)]
        href = previous.links_up_to[i] if sums[0] else ""
        if value is not None:
            sums.insert(0, phrases.amount(value, one, formatter))
            href = drawn.link + days_query(buckets.starts[0], buckets.ends[i])
        words = f"{buckets.names[i]}: {', '.join(filter(None, sums))}" if href else ""
        elapsed = i < len(one.series.points)
        points.append(
            Point(
                level if i < len(now) else None,  # The line goes on level under the hatch.
                earlier,
                i == buckets.today,
                words,
                href,
                text,
                rank,
                unknown=value is None and elapsed,
                read=i in read,
            )
        )
    return points


def _endings(drawn: DrawnType) -> Endings:
    """The values that are named at the right end: the period before, the limit, the estimate."""
    one, period, previous, formatter = (
        drawn.one,
        drawn.buckets.period,
        drawn.previous,
        drawn.formatter,
    )
    before = limit = projection = None
    if previous.sums:
        name = period_names.name_at_line(period, formatter)
        before = Ending(
            previous.sums[-1], f"{name} {phrases.drawn(previous.sums[-1], one, formatter)}"
        )
    if one.shown_limit and one.shown_limit.span == period.span:
        value = one.shown_limit.value
        limit = Ending(value, f"limit {short(value, formatter.number)}")
    if one.projection:
        rounded = phrases.rounded_estimate(one.projection, one.total)
        projection = Ending(one.projection, f"about {short(rounded, formatter.number)}")
    return Endings(before=before, limit=limit, projection=projection)


def _sums_so_far(one: TypeStatistics) -> list[Decimal | None]:
    """The running totals of this period, up to the last bucket of which anything is known.

    None at a bucket of which nothing is known; the sum goes on behind it.
    """
    totals = [point.total for point in one.series.points]
    while totals and totals[-1] is None:
        totals.pop()
    sums = accumulate(total or Decimal(0) for total in totals)
    return [None if total is None else so_far for total, so_far in zip(totals, sums, strict=True)]


def _table(drawn: DrawnType) -> NumberTable:
    """The running total up to the end of each bucket, beside that of the period before."""
    one, previous, formatter = drawn.one, drawn.previous, drawn.formatter
    rows = []
    pairs = zip_longest(_sums_so_far(one), previous.known_sums)
    for name, sums in zip(drawn.row_names, pairs, strict=False):
        cells = ["" if value is None else phrases.amount(value, one, formatter) for value in sums]
        rows.append(TableRow("", (name, *cells[: 2 if previous.name else 1])))
    head = ("Up to", drawn.now, *filter(None, [capital(previous.name)]))
    return NumberTable(f"{one.type}, running total", head, tuple(rows))
