"""The content of a type's own page: its figures, drawings, links and tables. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tally.charts.axes import for_the_eye, short
from tally.charts.columns import Columns, Levels, columns
from tally.charts.lines import Ending, Endings, Lines, lines
from tally.charts.series import Point
from tally.charts.weekdays import WeekdayBar, weekday_bars
from tally.charts.weeks import DrawnDay, Weeks, calendar
from tally.dashboard import chart_names, period_names, phrases
from tally.dashboard.addresses import days_query, records_address
from tally.dashboard.cards import card_id, size
from tally.dashboard.limit_form import LimitForm, TypedLimit, limit_form
from tally.dashboard.named_buckets import NamedBuckets
from tally.dashboard.period_before import Past, past_of, stretches_before, with_before
from tally.dashboard.type_figures import Figure, cost_figures, figures
from tally.dashboard.type_readings import ReadingRow, reading_table, readings
from tally.dashboard.type_tables import (
    BUCKET_NAMES,
    WEEKDAY_NAMES,
    Table,
    calendar_table,
    from_first,
    running_table,
    series_table,
    sums_so_far,
    weekday_table,
)
from tally.domain.filters import Filter
from tally.domain.formatting import Words, short_month
from tally.domain.periods import Period, containing
from tally.domain.text import capital
from tally.statistics.compute import CalendarDay, TypeStatistics

# The distances of the labels that stay where not all have room: with 7 each seventh does.
STRIDES = {
    "day": (1, 2, 7, 14, 28),
    "week": (1, 2, 3, 4, 6),
    "month": (1, 2, 3, 4, 6),
    "year": (1, 2, 5, 10, 20, 50),
}


class HighestDay(NamedTuple):
    """One of the days with the highest sums: the link to its records, its name, its sum."""

    href: str
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypeView:
    """The page of one (type, unit). id: of its card's link."""

    id: str
    type: str
    unit: str
    figures: tuple[Figure, ...]
    cost_figures: tuple[Figure, ...]  # each below the one of amounts that it belongs to
    name: str
    spread: bool  # whether anything comes from records of several days
    is_read: bool  # its records of several days are readings, else bills
    sources: str  # what they are called: readings or bills
    series_title: str
    now: str
    before: str
    mean: str
    limit_level: str
    columns: Columns
    series: Table
    running_note: str
    running_name: str
    lines: Lines
    running: Table
    weekday_unit: str
    weekday_name: str
    weekdays: tuple[WeekdayBar, ...]
    weekday_names: tuple[str, ...]  # in the order of the account's week
    weekday_table: Table
    weeks: tuple[Weeks, ...]
    first_day: str  # of the calendar's first week
    records: str  # the address of its records
    calendar: Table | None
    calendar_name: str
    readings: Columns | None  # in place of weekdays and calendar, where no record is of one day
    reading_table: tuple[ReadingRow, ...]
    readings_name: str
    highest: tuple[HighestDay, ...]
    estimate: str
    limit: LimitForm

    @property
    def size(self) -> str:
        """The size in which the longest of its figures fits; all are written in it, as on cards."""
        sizes = (size(one.value, one.unit) for one in (*self.figures, *self.cost_figures))
        return max(sizes, key=len)


def type_view(
    one: TypeStatistics,
    period: Period,
    wanted: Filter,
    say: Words,
    typed: TypedLimit | None = None,
    in_money: TypeStatistics | None = None,
) -> TypeView:
    """The page of one (type, unit) of the statistics of a period.

    in_money: the same in money, where it has a cost; the charts of the period follow the filter.
    """
    drawn = in_money if in_money and wanted.show_cost else one
    buckets = NamedBuckets(period, say)
    link = records_address(wanted, one)
    now = capital(period_names.short_name(period, say))
    past = past_of(drawn, period, link, say)
    points = with_before(buckets.points(drawn, link, say), drawn, buckets, past, say)
    mean, mean_words = _mean(drawn, buckets, say)
    limit, limit_words = _level(drawn, buckets, say)
    peak = max((point.total or Decimal(0) for point in drawn.series.points), default=Decimal(0))
    days = one.calendar or ()
    first_week = containing("week", days[0].date if days else period.today, say.starts).start
    steps = readings(one, period, say)
    return TypeView(
        id=card_id(one.key),
        type=one.type,
        unit=one.unit,
        figures=figures(one, period, link, say),
        cost_figures=cost_figures(one, in_money, period, say) if in_money else (),
        name=chart_names.chart_name(drawn, period, say),
        spread=one.spread_entries > 0,
        is_read=one.is_read,
        sources="readings" if one.is_read else "bills",
        series_title=f"{BUCKET_NAMES[buckets.size]} by {buckets.size}",
        now=now,
        before=past.name,
        mean=mean_words,
        limit_level=limit_words,
        columns=columns(
            points,
            say.number,
            strides=STRIDES[buckets.size],
            levels=Levels(mean, limit),
            peak=phrases.drawn(peak, drawn, say) if peak else "",
            stretches=buckets.stretches(drawn, link, say),
            before=stretches_before(drawn, period),
        ),
        series=series_table(drawn, buckets, points, now, past, say),
        running_note=_running_note(drawn, period, say),
        running_name=chart_names.running_name(drawn, period, say),
        lines=_lines(drawn, buckets, link, past, say),
        running=running_table(drawn, buckets, now, past, say),
        weekday_unit=_weekday_unit(one),
        weekday_name=chart_names.weekday_name(one, say),
        weekdays=weekday_bars(
            from_first(one.weekdays, say),
            from_first(WEEKDAY_NAMES, say),
            lambda value: short(for_the_eye(value), say.number),
        ),
        weekday_names=from_first(WEEKDAY_NAMES, say),
        weekday_table=weekday_table(one, say),
        weeks=_calendar(days, first_week, period),
        readings=steps,
        reading_table=reading_table(one, link, say) if steps else (),
        readings_name=f"{one.type} a day in 53 weeks, as it was read"
        if one.is_read
        else f"{one.type} a day in 53 weeks",
        first_day=first_week.isoformat(),
        records=link,
        calendar=calendar_table(one, days, first_week, say) if days else None,
        calendar_name=chart_names.calendar_name(one, say),
        highest=tuple(
            HighestDay(f"{link}&period={day.date}", say.day(day.date), say.number(day.total))
            for day in one.highest_days
        ),
        estimate=phrases.to_come(one.projection or None, period, say),
        limit=limit_form(one, period, say, "limit", typed),
    )


def _mean(one: TypeStatistics, buckets: NamedBuckets, say: Words) -> tuple[Decimal | None, str]:
    """The level of an average bucket; months differ too much in length to have one."""
    if one.per_day is None or not one.total or len(one.series.points) < 2:
        return None, ""
    if buckets.size == "day":
        return one.per_day, f"{_level_words(one, one.per_day, say)} a day"
    if buckets.size == "week":
        return one.per_day * 7, f"{_level_words(one, one.per_day * 7, say)} a week"
    return None, ""


def _level_words(one: TypeStatistics, value: Decimal, say: Words) -> str:
    if one.currency:
        return f"{phrases.amount(value, one, say)} {one.shown_unit}"
    return phrases.compact(for_the_eye(value), say)


def _level(one: TypeStatistics, buckets: NamedBuckets, say: Words) -> tuple[Decimal | None, str]:
    """The level of a limit that is set for just such a bucket."""
    limit = one.shown_limit
    if limit is None or limit.per != buckets.size:
        return None, ""
    return limit.value, f"limit {short(limit.value, say.number)} a {buckets.size}"


def _weekday_unit(one: TypeStatistics) -> str:
    """`kWh a day`; beside shares, which no weekday has a part in, that only single days count."""
    unit = f"{one.unit} a day".strip()
    return f"{unit}, from records of one day" if one.spread_entries else unit


def _running_note(one: TypeStatistics, period: Period, say: Words) -> str:
    """`72 % of the limit used, 73 % of November gone`: with `by the 20th`, where known so far."""
    span, last = period.span, min(one.known_days.last, period.anchor)
    if not span or not span.start <= last < span.end or not period.running or span.days < 2:
        return ""
    gone = phrases.share_of_all(Decimal((last - span.start).days + 1) / span.days, say)
    words = f"{gone} of {period_names.short_name(period, say)} gone"
    if last < period.anchor:
        words = f"by {period_names.ordinal_day(last, span, say)}, {words}"
    limit = one.shown_limit
    if not limit or limit.span != span or limit.share_used is None:
        return words
    used = f"{phrases.share_of_all(limit.share_used, say)} of the limit used"
    return f"{used} {words}" if last < period.anchor else f"{used}, {words}"


def _lines(one: TypeStatistics, buckets: NamedBuckets, link: str, past: Past, say: Words) -> Lines:
    """The running total of a type, beside that of the period before."""
    points = _line_points(one, buckets, link, past, say)
    return lines(
        points,
        say.number,
        strides=STRIDES[buckets.size][2 if len(points) > 14 and buckets.size == "day" else 0 :],
        total=phrases.drawn(one.total, one, say) if one.total else "",
        endings=_line_endings(one, buckets.period, past, say),
    )


def _line_points(
    one: TypeStatistics, buckets: NamedBuckets, link: str, past: Past, say: Words
) -> list[Point]:
    """The running total at the end of each bucket, with its words and the address of its records.

    `link`: the address of the records of the type, which the days of a point follow.
    """
    now, known_before = sums_so_far(one), past.known_sums
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
        earlier = past.sums[i] if i < len(past.sums) else None
        sums = [past.words(i, known_before, one, say)]
        href = past.links_up_to[i] if sums[0] else ""
        if value is not None:
            sums.insert(0, phrases.amount(value, one, say))
            href = link + days_query(buckets.starts[0], buckets.ends[i])
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


def _line_endings(one: TypeStatistics, period: Period, past: Past, say: Words) -> Endings:
    """The values that are named at the right end: the period before, the limit, the estimate."""
    before = limit = projection = None
    if past.sums:
        name = period_names.name_at_line(period, say)
        before = Ending(past.sums[-1], f"{name} {phrases.drawn(past.sums[-1], one, say)}")
    if one.shown_limit and one.shown_limit.span == period.span:
        value = one.shown_limit.value
        limit = Ending(value, f"limit {short(value, say.number)}")
    if one.projection:
        rounded = phrases.estimate(one.projection)
        projection = Ending(one.projection, f"about {short(rounded, say.number)}")
    return Endings(before=before, limit=limit, projection=projection)


def _calendar(days: Sequence[CalendarDay], first_week: date, period: Period) -> tuple[Weeks, ...]:
    if not days:
        return ()
    drawn = [
        DrawnDay(
            step=day.step,
            today=day.date == period.today,
            month=short_month(day.date) if day.date.day == 1 else "",
            year=str(day.date.year) if day.date.month == 1 else "",
        )
        for day in days
    ]
    return calendar(drawn, (days[0].date - first_week).days)
