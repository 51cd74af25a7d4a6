"""The content of a type's own page: its figures, drawings, links and tables. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, zip_longest
from typing import NamedTuple, TypeVar

from tally.charts import geometry
from tally.charts.axes import for_the_eye, short
from tally.charts.geometry import (
    Columns,
    Day,
    Ending,
    Endings,
    Levels,
    Lines,
    Point,
    Stretch,
    WeekdayBar,
    Weeks,
)
from tally.dashboard import costs, phrases
from tally.dashboard.cards import (
    Buckets,
    LimitForm,
    Refused,
    capital,
    card_id,
    days_query,
    limit_form,
    records,
    size,
    small,
)
from tally.db.queries import Covering
from tally.domain.filters import Filter
from tally.domain.formatting import MINUS, MONTHS, WEEKDAYS, Words
from tally.domain.periods import DAY, Period, bucket_ends, calendar_span
from tally.domain.units import each
from tally.statistics import compute
from tally.statistics.compute import Comparison, Streak, TypeStatistics, ratio
from tally.statistics.money import Cost
from tally.statistics.shares import Run

T = TypeVar("T")

WEEKDAY_NAMES = tuple(name[:3] for name in WEEKDAYS)
BUCKET_NAMES = {"day": "Day", "week": "Week", "month": "Month", "year": "Year"}
# Every how many texts of an axis one stays where not all have room.
STRIDES = {
    "day": (1, 2, 7, 14, 28),
    "week": (1, 2, 3, 4, 6),
    "month": (1, 2, 3, 4, 6),
    "year": (1, 2, 5, 10, 20, 50),
}
READINGS_SHOWN = 9
NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart; a row: its link (or "") and its cells."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the top of a type's page."""

    label: str
    value: str = NONE
    unit: str = ""
    note: str = ""
    href: str = ""


class ReadingRow(NamedTuple):
    """A record of several days: its link, its last day, its reading ("" for a bill)."""

    href: str
    day: str
    meter: str
    amount: str
    days: str
    per_day: str


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
    unread: str  # the words where nothing is known
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
    first_day: str  # of the calendar
    records: str  # the address of its records
    calendar: Table | None
    calendar_name: str
    readings: Columns | None  # in place of weekdays and calendar, where no record is of one day
    reading_table: tuple[ReadingRow, ...]
    readings_name: str
    highest: tuple[tuple[str, str, str], ...]
    estimate: str
    limit: LimitForm

    @property
    def size(self) -> str:
        """The size in which the longest of its figures fits; all are written in it, as on cards."""
        figures = (*self.figures, *self.cost_figures)
        return max((size(figure.value, figure.unit) for figure in figures), key=len)


def type_view(
    one: TypeStatistics,
    period: Period,
    asked: Filter,
    say: Words,
    refused: Refused | None = None,
    in_money: TypeStatistics | None = None,
) -> TypeView:
    """The page of one (type, unit) of the statistics of a period.

    in_money: the same in money, where it has a cost; the charts of the period follow the filter.
    """
    drawn = in_money if in_money and asked.show_cost else one
    buckets = Buckets(period, say)
    link = records(asked, one)
    now = capital(phrases.short_name(period, say))
    past = _past(drawn, period, link, say)
    points = _with_before(buckets.points(drawn, link, say), drawn, buckets, past, say)
    mean, mean_words = _mean(drawn, buckets, say)
    limit, limit_words = _level(drawn, buckets, say)
    peak = max((point.total or Decimal(0) for point in drawn.series.points), default=Decimal(0))
    days = one.calendar or ()
    readings = _readings(one, period, say)
    return TypeView(
        id=card_id(one.type, one.unit),
        type=one.type,
        unit=one.unit,
        figures=_figures(one, period, link, say),
        cost_figures=_cost_figures(one, in_money, period, say) if in_money else (),
        name=phrases.chart_name(drawn, period, say),
        spread=one.spread_entries > 0,
        unread="not read yet" if one.is_read else "not known",
        series_title=f"{BUCKET_NAMES[buckets.size]} by {buckets.size}",
        now=now,
        before=past.name,
        mean=mean_words,
        limit_level=limit_words,
        columns=geometry.columns(
            points,
            say.number,
            strides=STRIDES[buckets.size],
            levels=Levels(mean, limit),
            peak=short(peak, say.number) if peak else "",
            stretches=buckets.stretches(drawn, link, say),
            before=_stretches_before(drawn, period),
        ),
        series=_series_table(drawn, buckets, points, now, past, say),
        running_note=_running_note(drawn, period, say),
        running_name=phrases.running_name(drawn, period, say),
        lines=_lines(drawn, buckets, link, past, say),
        running=_running_table(drawn, buckets, now, past, say),
        weekday_unit=f"{one.unit} a day".strip(),
        weekday_name=phrases.weekday_name(one, say),
        weekdays=geometry.weekday_bars(
            _from_first(one.weekdays, say),
            _from_first(WEEKDAY_NAMES, say),
            lambda value: short(for_the_eye(value), say.number),
        ),
        weekday_names=_from_first(WEEKDAY_NAMES, say),
        weekday_table=_weekday_table(one, say),
        weeks=_calendar(one, period, say),
        readings=readings,
        reading_table=_reading_table(one, link, say) if readings else (),
        readings_name=f"{one.type} a day in 53 weeks, as it was read"
        if one.is_read
        else f"{one.type} a day in 53 weeks",
        first_day=days[0].date.isoformat() if days else "",
        records=link,
        calendar=_calendar_table(one, say) if days else None,
        calendar_name=phrases.calendar_name(one, say),
        highest=tuple(
            (f"{link}&period={day.date}", say.day(day.date), say.number(day.total))
            for day in one.highest_days
        ),
        estimate=phrases.projection(one.projection, period, say) if one.projection else "",
        limit=limit_form(one, period, say, "limit", refused),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """The whole period before, bucket by bucket; without a name where it has no record.

    links: the records of each bucket; links_up_to: those from its first day to the bucket's last.
    """

    name: str = ""
    names: tuple[str, ...] = ()
    measured: tuple[Decimal, ...] = ()  # the part of the totals from records of one day
    totals: tuple[Decimal, ...] = ()
    sums: tuple[Decimal, ...] = ()
    links: tuple[str, ...] = ()
    links_up_to: tuple[str, ...] = ()

    def words(self, i: int, values: Sequence[Decimal], one: TypeStatistics, say: Words) -> str:
        """`October 12.4` of its bucket `i`; nothing where it has none."""
        if i >= len(values):
            return ""
        return f"{small(self.name)} {phrases.amount(values[i], one, say)}"


def _past(one: TypeStatistics, period: Period, link: str, say: Words) -> Past:
    points = one.previous_series.points if one.previous_series else ()
    whole = period.previous_whole()
    if whole is None or not any(point.entries for point in points):
        return Past()
    starts = [point.start for point in points]
    ends = bucket_ends(starts, whole.end)
    totals = tuple(point.total or Decimal(0) for point in points)
    measured = tuple((point.total or Decimal(0)) - point.spread for point in points)
    return Past(
        name=capital(phrases.name_before(period, say)),
        names=tuple(phrases.buckets(starts, period.bucket, say)),
        measured=measured if one.previous_runs else totals,
        totals=totals,
        sums=tuple(accumulate(totals)),
        links=tuple(link + days_query(*days) for days in zip(starts, ends, strict=True)),
        links_up_to=tuple(link + days_query(whole.start, end) for end in ends),
    )


def _readings(one: TypeStatistics, period: Period, say: Words) -> Columns | None:
    """Each record of several days in 53 weeks as a step: its days wide, one of them high.

    None where a record is of one day: then weekdays and calendar say more.
    """
    if not one.year_runs or any(day.step for day in one.calendar or ()):
        return None
    days = calendar_span(period.anchor)
    covered = {day: run for run in one.year_runs for day in run.span}
    points = []
    for day in days:
        run = covered.get(day)
        amount = _per_day(run) if run else None
        known = run is not None or one.known_days.count(day, day) > 0
        month = MONTHS[day.month - 1][:3] if day.day == 1 else ""
        points.append(
            Point(
                amount if amount is not None else Decimal(0) if known else None,
                text=month,
                rank=2 if month else 3,
                spread=amount or Decimal(0),
                unknown=not known,
                open=day == period.today,
            )
        )
    steps = [
        Stretch(
            (run.span.start - days.start).days,
            run.span.days,
            _per_day(run),
            words=f"{phrases.days(run.span, say)}: {phrases.average(_per_day(run), say)} a day",
            begins=False,
            ends=False,
            hairlines=False,
        )
        for run in one.year_runs
    ]
    return geometry.columns(points, say.number, strides=(1, 2, 3), stretches=steps)


def _reading_table(one: TypeStatistics, link: str, say: Words) -> tuple[ReadingRow, ...]:
    """The latest records of several days."""
    return tuple(
        ReadingRow(
            f"{link}&period={record.last}",
            say.brief_day(record.last),
            "" if record.reading is None else say.number(record.reading),
            say.number(record.total),
            say.number(record.days),
            phrases.average(ratio(record.total, record.days), say),
        )
        for record in _latest_covering(one)[:READINGS_SHOWN]
    )


def _latest_covering(one: TypeStatistics) -> list[Covering]:
    """The records of several days in 53 weeks, the latest first."""
    records = {record for run in one.year_runs for record in run.covering}
    return sorted(records, key=lambda record: (record.last, record.days), reverse=True)


def _stretches_before(one: TypeStatistics, period: Period) -> list[Stretch]:
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


def _with_before(
    points: Sequence[Point], one: TypeStatistics, buckets: Buckets, past: Past, say: Words
) -> list[Point]:
    """The points with the axis texts and the sums of the period before.

    Where nothing stands yet, the mark is that of the period before, and leads to its records.
    """
    made = []
    for i, point in enumerate(points):
        value = past.totals[i] if i < len(past.totals) else None
        text, rank = buckets.texts[i]
        words, href = point.words, point.href
        earlier = past.words(i, past.totals, one, say)
        if words and earlier:
            words += f", {earlier}"
        elif value:
            nothing = "" if point.value is None else "nothing yet, " if point.open else "nothing, "
            words, href = f"{buckets.names[i]}: {nothing}{earlier}", past.links[i]
        made.append(
            point._replace(
                before=past.measured[i] if value else None,
                words=words,
                href=href,
                text=text,
                rank=rank,
            )
        )
    return made


def _mean(one: TypeStatistics, buckets: Buckets, say: Words) -> tuple[Decimal | None, str]:
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


def _level(one: TypeStatistics, buckets: Buckets, say: Words) -> tuple[Decimal | None, str]:
    """The level of a limit that is set for just such a bucket."""
    limit = one.shown_limit
    if limit is None or limit.per != buckets.size:
        return None, ""
    return limit.value, f"limit {short(limit.value, say.number)} a {buckets.size}"


def _figures(one: TypeStatistics, period: Period, link: str, say: Words) -> tuple[Figure, ...]:
    figures = [_total_figure(one, period, say), _per_day_figure(one, period, say)]
    if one.previous:
        figures.append(_against(one, one.previous, phrases.name_before(period, say), period, say))
    else:
        figures.append(
            Figure(
                "Per record", phrases.average(one.per_entry, say) or NONE, one.unit, "on average"
            )
        )
    if one.last_year and (one.previous is None or one.last_year.span != one.previous.span):
        name = phrases.name_last_year(period, one.last_year.span, say)
        figures.append(_against(one, one.last_year, name, period, say))
    else:
        noted = "day" if one.active_days == 1 else "days"
        of_days = f"of {say.count(period.elapsed_days, 'day')}"
        figures.append(Figure("Recorded on", say.number(one.active_days), noted, of_days))
    figures.append(_highest_figure(one, link, say))
    if one.streak:
        figures.append(_last_figure(one, one.streak, period, say))
    return tuple(figures)


def _cost_figures(
    one: TypeStatistics, in_money: TypeStatistics, period: Period, say: Words
) -> tuple[Figure, ...]:
    """The figures of a type in money: its costs, the price of a unit, the estimate."""
    cost, currency = one.cost, in_money.currency
    if cost is None:
        raise ValueError("There is no type in money without its cost.")
    before, last_year = in_money.previous, in_money.last_year
    against = Figure("Compared with the days before")
    if before:
        against = _against(in_money, before, phrases.name_before(period, say), period, say)
    year = Figure("A year earlier")
    if last_year and (before is None or last_year.span != before.span):
        name = phrases.name_last_year(period, last_year.span, say)
        year = _against(in_money, last_year, name, period, say)
    estimate = Figure("Estimate")
    if in_money.projection is not None:
        estimate = Figure(
            f"By {phrases.last_day(period, say)}",
            f"about {phrases.about(in_money.projection, say)}",
            in_money.shown_unit,
            costs.divided(one, cost.total, currency, period, say),
        )
    total = _total_figure(in_money, period, say)
    return (
        replace(total, label=total.label.replace("Total", "Cost"), note=_cost_note(cost, total)),
        _per_day_figure(in_money, period, say),
        against,
        year,
        _a_unit_figure(one, cost, in_money, say),
        estimate,
    )


def _cost_note(cost: Cost, total: Figure) -> str:
    """The note on a cost: the days to which it is known, or the sources that it comes from."""
    sources = {"records": cost.records, "prices": cost.prices, "base": cost.base}
    if total.note.endswith(("record", "records")):
        return (
            "by " + " + ".join(name for name, part in sources.items() if part) if cost.total else ""
        )
    return total.note


def _a_unit_figure(one: TypeStatistics, cost: Cost, in_money: TypeStatistics, say: Words) -> Figure:
    label = capital(each(one.unit))
    covered = one.total - cost.uncovered
    if covered <= 0 or not cost.total:
        return Figure(label)
    prices = list(dict.fromkeys(line.price for line in cost.worked))
    note = ""
    if len(prices) == 1 and not cost.records and prices[0].per_unit is not None:
        note = say.number(prices[0].per_unit) + (" + base" if cost.base else "")
    unit = in_money.shown_unit
    return Figure(label, phrases.amount(cost.total / covered, in_money, say), unit, note)


def _total_figure(one: TypeStatistics, period: Period, say: Words) -> Figure:
    known, elapsed = one.known.days, say.count(period.elapsed_days, "day")
    records = say.count(one.entries, "record")
    if known == period.elapsed_days:
        return Figure(
            f"Total, {elapsed}", phrases.amount(one.total, one, say), one.shown_unit, records
        )
    note = phrases.known_days(one, period, say) if known else records
    return Figure(
        f"Total, {known} of {elapsed}", phrases.amount(one.total, one, say), one.shown_unit, note
    )


def _per_day_figure(one: TypeStatistics, period: Period, say: Words) -> Figure:
    if one.per_day is None:
        reason = "nothing known" if period.elapsed_days else "no day has come yet"
        return Figure("Per day", NONE, "", reason)
    known = "" if one.known.days == period.elapsed_days else "known "
    divisor = f"average over {say.count(one.known.days, known + 'day')}"
    return Figure("Per day", phrases.a_day(one, one.per_day, say), one.shown_unit, divisor)


def _highest_figure(one: TypeStatistics, link: str, say: Words) -> Figure:
    """The highest day; without one the run of days with the highest average."""
    if highest := one.highest_day:
        day, amount = highest.date, say.number(highest.total)
        return Figure("Highest day", amount, one.unit, say.day(day), f"{link}&period={day}")
    if one.runs:
        most = max(one.runs, key=_per_day)
        amount = phrases.average(_per_day(most), say)
        return Figure("Most a day", amount, one.unit, phrases.days(most.span, say))
    return Figure("Highest day", NONE, "", "no records")


def _per_day(run: Run) -> Decimal:
    """The amount of each day of a run."""
    return sum((one.total / one.days for one in run.covering), Decimal(0))


def _last_figure(one: TypeStatistics, streak: Streak, period: Period, say: Words) -> Figure:
    """The number of days in a row with a record; for a type with readings, the latest reading."""
    if one.measured and not streak.longest and one.last_recorded:
        last = say.day(one.last_recorded)
        latest = next(iter(_latest_covering(one)), None)
        if latest and latest.last == one.last_recorded and latest.reading is not None:
            return Figure("Last read", say.number(latest.reading), one.unit, last)
        ago = (period.today - one.last_recorded).days
        label = "Last read" if one.is_read else "Known to"
        return Figure(label, say.number(ago), "day ago" if ago == 1 else "days ago", last)
    # A current streak can only be seen where the calendar reaches yesterday or today.
    past = period.anchor < period.today - DAY
    row = streak.longest if past else streak.current
    rest = "longest of 53 weeks" if past else f"longest {say.count(streak.longest, 'day')}"
    return Figure("Days in a row", say.number(row), "day" if row == 1 else "days", rest)


def _against(
    one: TypeStatistics, before: Comparison, name: str, period: Period, say: Words
) -> Figure:
    label, days = f"Compared with {name}", say.count(before.span.days, "day")
    standing = phrases.standing(one, before, period)
    if before.difference is None:
        if not before.known_days:
            return Figure(capital(name), NONE, "", "nothing known")
        known = "day" if before.known_days == 1 else f"{before.known_days} days"
        amount = phrases.a_day(one, before.per_day, say)
        unit = f"{one.shown_unit} a day".lstrip()
        return Figure(capital(name), amount, unit, f"in the {known} known")
    if standing == "nothing yet":
        amount = f"{phrases.amount(before.total, one, say)} {one.shown_unit}".rstrip()
        return Figure(label, NONE, "", f"nothing yet, {amount} then")
    if standing == "nothing noted":
        value = phrases.amount(abs(before.difference), one, say)
        value = ("+" if before.difference > 0 else MINUS) + value
        return Figure(label, value, one.shown_unit, f"no records, {days}")
    difference = f"{phrases.amount(abs(before.difference), one, say)} {one.shown_unit}".rstrip()
    note = standing or f"{difference} {phrases.more_or_less(before.difference)}"
    return Figure(label, phrases.signed_percent(before, say), "", f"{note}, {days}")


def _running_note(one: TypeStatistics, period: Period, say: Words) -> str:
    """`72 % of the limit used, 73 % of November gone`."""
    if not period.running or period.days < 2 or period.elapsed_days == period.days:
        return ""
    gone = phrases.share_of_all(Decimal(period.elapsed_days) / period.days, say)
    name = phrases.short_name(period, say)
    limit = one.shown_limit
    if limit and limit.span == period.span and limit.share_used is not None:
        used = phrases.share_of_all(limit.share_used, say)
        return f"{used} of the limit used, {gone} of {name} gone"
    return f"{gone} of {name} gone"


def _sums(one: TypeStatistics) -> list[Decimal]:
    """The running totals of this period, up to the last bucket of which anything is known."""
    points = one.series.points
    known = max((i for i, point in enumerate(points) if point.total is not None), default=-1)
    return list(accumulate(point.total or Decimal(0) for point in points[: known + 1]))


def _lines(one: TypeStatistics, buckets: Buckets, link: str, past: Past, say: Words) -> Lines:
    now = _sums(one)
    # Certain is a running total only where somebody read.
    read = {
        (one_of.last - buckets.starts[0]).days
        for run in one.runs
        for one_of in run.covering
        if one_of.last == run.span.end
    }
    points = []
    for i, (text, rank) in enumerate(buckets.texts):
        value = now[i] if i < len(now) else None
        earlier = past.sums[i] if i < len(past.sums) else None
        said = [past.words(i, past.sums, one, say)]
        href = past.links_up_to[i] if earlier is not None else ""
        if value is not None:
            said.insert(0, phrases.amount(value, one, say))
            href = link + days_query(buckets.starts[0], buckets.ends[i])
        words = f"{buckets.names[i]}: {', '.join(filter(None, said))}" if href else ""
        elapsed = i < len(one.series.points)
        points.append(
            Point(
                value,
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
    limit = one.shown_limit
    if limit and limit.span != buckets.period.span:
        limit = None
    rounded = phrases.estimate(one.projection or Decimal(0))
    name = phrases.name_at_line(buckets.period, say)
    return geometry.lines(
        points,
        say.number,
        strides=STRIDES[buckets.size][2 if len(points) > 14 and buckets.size == "day" else 0 :],
        total=short(one.total, say.number) if one.total else "",
        endings=Endings(
            before=Ending(past.sums[-1], f"{name} {short(past.sums[-1], say.number)}")
            if past.sums
            else None,
            limit=Ending(limit.value, f"limit {short(limit.value, say.number)}") if limit else None,
            projection=Ending(one.projection, f"about {short(rounded, say.number)}")
            if one.projection
            else None,
        ),
    )


def _series_table(
    one: TypeStatistics,
    buckets: Buckets,
    points: Sequence[Point],
    now: str,
    past: Past,
    say: Words,
) -> Table:
    rows = []
    both = zip_longest(one.series.points, past.totals)
    for i, (name, (point, before)) in enumerate(zip(_row_names(buckets, past), both, strict=False)):
        cells = [name, *_cells(point, one, say)]
        if past.name:
            cells.append("" if before is None else phrases.amount(before, one, say))
        rows.append((points[i].href if point and point.entries else "", tuple(cells)))
    head = (BUCKET_NAMES[buckets.size], now, "Records", *filter(None, [past.name]))
    return Table(f"{one.type}, sums by {buckets.size}", head, tuple(rows))


def _cells(point: compute.Point | None, one: TypeStatistics, say: Words) -> tuple[str, str]:
    if point is None or point.total is None:
        return "", ""
    return phrases.amount(point.total, one, say), str(point.entries)


def _row_names(buckets: Buckets, past: Past) -> list[str]:
    """The buckets of this period, and those by which the one before is longer."""
    return [*buckets.names, *past.names[len(buckets.names) :]]


def _running_table(
    one: TypeStatistics, buckets: Buckets, now: str, past: Past, say: Words
) -> Table:
    rows = []
    both = zip_longest(_sums(one), past.sums)
    for name, sums in zip(_row_names(buckets, past), both, strict=False):
        cells = ["" if value is None else phrases.amount(value, one, say) for value in sums]
        rows.append(("", (name, *cells[: 2 if past.name else 1])))
    head = ("Up to", now, *filter(None, [past.name]))
    return Table(f"{one.type}, running total", head, tuple(rows))


def _weekday_table(one: TypeStatistics, say: Words) -> Table:
    rows = tuple(
        ("", (name, "" if value is None else say.number(value, 3)))
        for name, value in zip(
            _from_first(WEEKDAYS, say), _from_first(one.weekdays, say), strict=True
        )
    )
    return Table(f"{one.type}, average of each weekday", ("Weekday", "Per day"), rows)


def _calendar(one: TypeStatistics, period: Period, say: Words) -> tuple[Weeks, ...]:
    if not one.calendar:
        return ()
    days = [
        Day(
            step=day.step,
            today=day.date == period.today,
            words=f"{say.short_day(day.date)}: {say.number(day.total)}"
            if day.step and day.total is not None
            else "",
            month=MONTHS[day.date.month - 1][:3] if day.date.day == 1 else "",
            year=str(day.date.year) if day.date.month == 1 else "",
        )
        for day in one.calendar
    ]
    return geometry.calendar(days, _skipped(one.calendar[0].date, say))


def _calendar_table(one: TypeStatistics, say: Words) -> Table:
    """A row a week, a column a weekday: 371 sums, and no more lines than need be."""
    days = one.calendar or ()
    skip = _skipped(days[0].date, say) if days else 0
    cells = [""] * skip + [say.number(day.total or 0) if day.step else "" for day in days]
    cells += [""] * (-len(cells) % 7)
    rows = []
    for begin in range(0, len(cells), 7):
        first = days[0].date + timedelta(days=begin - skip)
        rows.append(("", (say.span(first, first), *cells[begin : begin + 7])))
    head = ("Week from", *_from_first(WEEKDAY_NAMES, say))
    return Table(f"{one.type}, 53 weeks", head, tuple(rows))


def _skipped(first: date, say: Words) -> int:
    """The number of days of the account's week before `first`."""
    return (first.weekday() - say.starts.weekday) % 7


def _from_first(of_weekdays: Sequence[T], say: Words) -> tuple[T, ...]:
    """Values in the order from Monday, reordered from the first day of the account's week on."""
    first = say.starts.weekday
    return (*of_weekdays[first:], *of_weekdays[:first])
