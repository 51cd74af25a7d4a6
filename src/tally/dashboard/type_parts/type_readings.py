"""The records of several days of a type: as steps of a chart, and in a table. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tally.charts.columns import Columns, columns
from tally.charts.series import Point, Stretch
from tally.dashboard import period_names, phrases
from tally.dashboard.words import known_words
from tally.db.spread_queries import Covering
from tally.domain.calendar import calendar_span
from tally.domain.calendar_names import short_month
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.figures import ratio
from tally.statistics.shares import Run
from tally.statistics.type_statistics import TypeStatistics

READINGS_SHOWN = 9


class ReadingRow(NamedTuple):
    """A record of several days: its link, its last day, its reading ("" for a bill)."""

    href: str
    day: str
    reading: str
    amount: str
    days: str
    per_day: str


@dataclass(frozen=True, slots=True)
class ReadingsView:
    """The records of several days in 53 weeks: as steps of a chart, and the latest of them."""

    columns: Columns
    name: str
    latest: tuple[ReadingRow, ...]


def readings_view(
    one: TypeStatistics, period: Period, link: str, formatter: Formatter
) -> ReadingsView | None:
    """The records of several days of a type; `link`: the address of its records.

    None where a record is of one day: then weekdays and calendar say more.
    """
    if not one.year_runs or any(day.step for day in one.calendar or ()):
        return None
    name = f"{one.type} a day in 53 weeks" + (", as it was read" if one.is_read else "")
    return ReadingsView(_steps(one, period, formatter), name, _latest(one, link, formatter))


def _steps(one: TypeStatistics, period: Period, formatter: Formatter) -> Columns:
    """Each record of several days in 53 weeks as a step: as wide as its days, as high as one."""
    days = calendar_span(period.anchor)
    covered = {day: run for run in one.year_runs for day in run.span}
    points = []
    for day in days:
        run = covered.get(day)
        amount = per_day(run) if run else None
        known = run is not None or one.known_days.count(day, day) > 0
        month = short_month(day) if day.day == 1 else ""
        points.append(
            Point(
                amount if amount is not None else Decimal(0) if known else None,
                text=month,
                rank=2 if month else 3,
                spread=amount or Decimal(0),
                unknown=not known,
                why="" if known else known_words.not_known(one, day),
                open=day == period.today,
            )
        )
    steps = [
        Stretch(
            (run.span.start - days.start).days,
            run.span.days,
            per_day(run),
            words=f"{period_names.days(run.span, formatter)}: "
            f"{phrases.average(per_day(run), formatter)} a day",
            begins=False,
            ends=False,
            hairlines=False,
        )
        for run in one.year_runs
    ]
    return columns(points, formatter.number, strides=(1, 2, 3), stretches=steps)


def _latest(one: TypeStatistics, link: str, formatter: Formatter) -> tuple[ReadingRow, ...]:
    """The latest records of several days."""
    return tuple(
        ReadingRow(
            f"{link}&period={record.last}",
            formatter.brief_day(record.last),
            "" if record.reading is None else formatter.number(record.reading),
            formatter.number(record.total),
            formatter.number(record.days),
            phrases.average(ratio(record.total, record.days), formatter),
        )
        for record in latest_covering(one)[:READINGS_SHOWN]
    )


def latest_covering(one: TypeStatistics) -> list[Covering]:
    """The records of several days in 53 weeks, the latest first."""
    records = {record for run in one.year_runs for record in run.covering}
    return sorted(records, key=lambda record: (record.last, record.days), reverse=True)


def per_day(run: Run) -> Decimal:
    """The amount of each day of a run."""
    return sum((one.total / one.days for one in run.covering), Decimal(0))
