"""The sum of each bucket on a type's page: the chart with its key, and its numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from tally.charts.columns import Columns, Levels, columns
from tally.charts.rounding import rounded_average, short
from tally.charts.series import Point
from tally.dashboard import phrases
from tally.dashboard.chart_parts import chart_names
from tally.dashboard.chart_parts.drawn_type import DrawnType
from tally.dashboard.chart_parts.number_table import NumberTable, TableRow
from tally.dashboard.chart_parts.previous_period import stretches_before
from tally.domain.calendar import Interval
from tally.domain.formatting import Formatter
from tally.domain.text import capital
from tally.statistics.type_statistics import SeriesPoint, TypeStatistics

# The distances of the labels that stay where not all have room: with 7 each seventh does.
STRIDES: dict[Interval, tuple[int, ...]] = {
    "day": (1, 2, 7, 14, 28),
    "week": (1, 2, 3, 4, 6),
    "month": (1, 2, 3, 4, 6),
    "year": (1, 2, 5, 10, 20, 50),
}
_BUCKET_NAMES: dict[Interval, str] = {
    "day": "Day",
    "week": "Week",
    "month": "Month",
    "year": "Year",
}


@dataclass(frozen=True, slots=True)
class SumsView:
    """The sums of buckets beside those of the period before.

    now, before: the two periods; mean, limit: the levels that are drawn. All are words of the key,
    "" without one.
    """

    title: str
    name: str
    now: str
    before: str
    mean: str
    limit: str
    columns: Columns
    table: NumberTable


class _Level(NamedTuple):
    """A level of the chart, and its words in the key."""

    value: Decimal | None = None
    words: str = ""


def sums_view(drawn: DrawnType) -> SumsView:
    """The columns of a type, a bucket each."""
    one, buckets, formatter = drawn.one, drawn.buckets, drawn.formatter
    points = _with_before(drawn)
    mean, limit = _mean(drawn), _limit(drawn)
    peak = max((point.total or Decimal(0) for point in one.series.points), default=Decimal(0))
    return SumsView(
        title=f"{_BUCKET_NAMES[buckets.size]} by {buckets.size}",
        name=chart_names.chart_name(one, buckets.period, formatter),
        now=drawn.now,
        before=capital(drawn.previous.name),
        mean=mean.words,
        limit=limit.words,
        columns=columns(
            points,
            formatter.number,
            strides=STRIDES[buckets.size],
            levels=Levels(mean.value, limit.value),
            peak=phrases.drawn(peak, one, formatter) if peak else "",
            stretches=buckets.stretches(one, drawn.link, formatter),
            before=stretches_before(one, buckets.period),
        ),
        table=_table(drawn, points),
    )


def _with_before(drawn: DrawnType) -> list[Point]:
    """The points of the buckets with the axis texts and the sums of the period before.

    A bucket without a sum of its own is marked by that of the period before, and links to it.
    """
    one, buckets, previous, formatter = drawn.one, drawn.buckets, drawn.previous, drawn.formatter
    marked = []
    for i, point in enumerate(buckets.points(one, drawn.link, formatter)):
        value = previous.totals[i] if i < len(previous.totals) else None
        text, rank = buckets.texts[i]
        words, href = point.words, point.href
        earlier = previous.words(i, previous.totals, one, formatter)
        if words and earlier:
            words += f", {earlier}"
        elif value and not point.unknown:
            nothing = "" if point.value is None else "nothing yet, " if point.open else "nothing, "
            words, href = f"{buckets.names[i]}: {nothing}{earlier}", previous.links[i]
        marked.append(
            point._replace(
                before=previous.measured[i] if value else None,
                words=words,
                href=href,
                text=text,
                rank=rank,
            )
        )
    return marked


def _mean(drawn: DrawnType) -> _Level:
    """The level of an average bucket; months differ too much in length to have one."""
    one, size = drawn.one, drawn.buckets.size
    days = {"day": 1, "week": 7}.get(size)
    if one.per_day is None or not one.total or len(one.series.points) < 2 or not days:
        return _Level()
    value = one.per_day * days
    return _Level(value, f"{_level_words(one, value, drawn.formatter)} a {size}")


def _level_words(one: TypeStatistics, value: Decimal, formatter: Formatter) -> str:
    if one.currency:
        return f"{phrases.amount(value, one, formatter)} {one.shown_unit}"
    return phrases.compact(rounded_average(value), formatter)


def _limit(drawn: DrawnType) -> _Level:
    """The level of a limit that is set for just such a bucket."""
    limit, size = drawn.one.shown_limit, drawn.buckets.size
    if limit is None or limit.per != size:
        return _Level()
    return _Level(limit.value, f"limit {short(limit.value, drawn.formatter.number)} a {size}")


def _table(drawn: DrawnType, points: Sequence[Point]) -> NumberTable:
    """The sum and the number of records of each bucket, beside the sums of the period before."""
    one, previous, formatter = drawn.one, drawn.previous, drawn.formatter
    rows = []
    for i, (name, point) in enumerate(zip_longest(drawn.row_names, one.series.points)):
        cells = [name, *_cells(point, one, formatter)]
        if previous.name:
            cells.append(previous.cell(i, one, formatter))
        rows.append(TableRow(points[i].href if point and point.entries else "", tuple(cells)))
    size = drawn.buckets.size
    head = (_BUCKET_NAMES[size], drawn.now, "Records", *filter(None, [capital(previous.name)]))
    return NumberTable(f"{one.type}, sums by {size}", head, tuple(rows))


def _cells(point: SeriesPoint | None, one: TypeStatistics, formatter: Formatter) -> tuple[str, str]:
    if point is None or (point.total is None and not point.entries):
        return "", ""
    return phrases.bucket(point.total, one, formatter), str(point.entries)
