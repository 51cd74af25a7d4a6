"""The content of a type's own page: its figures, and a view for each of its sections. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.addresses import records_address
from tally.dashboard.both_pages.limit_form import LimitForm, TypedLimit, limit_form
from tally.dashboard.cards import card_id, size
from tally.dashboard.chart_parts.drawn_type import DrawnType
from tally.dashboard.chart_parts.named_buckets import NamedBuckets
from tally.dashboard.chart_parts.previous_period import previous_period
from tally.dashboard.type_parts.type_calendar import (
    CalendarView,
    WeekdaysView,
    calendar_view,
    weekdays_view,
)
from tally.dashboard.type_parts.type_figures import Figure, cost_figures, figures
from tally.dashboard.type_parts.type_readings import ReadingsView, readings_view
from tally.dashboard.type_parts.type_running import RunningView, running_view
from tally.dashboard.type_parts.type_sums import SumsView, sums_view
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.domain.text import capital
from tally.statistics.type_statistics import TypeStatistics


class HighestDay(NamedTuple):
    """One of the days with the highest sums: the link to its records, its name, its sum."""

    href: str
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypeView:
    """The page of one (type, unit). id: of its card's link; records: the address of its records.

    cost_figures: each below the one of amounts that it belongs to. spread: whether anything comes
    from records of several days; is_read: these are readings, else bills; sources: their name.
    readings stand in place of weekdays and calendar, where no record is of one day.
    """

    id: str
    type: str
    unit: str
    records: str
    figures: tuple[Figure, ...]
    cost_figures: tuple[Figure, ...]
    spread: bool
    is_read: bool
    sources: str
    sums: SumsView
    running: RunningView
    weekdays: WeekdaysView
    calendar: CalendarView | None
    readings: ReadingsView | None
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
    formatter: Formatter,
    typed: TypedLimit | None = None,
    in_money: TypeStatistics | None = None,
) -> TypeView:
    """The page of one (type, unit) of the statistics of a period.

    in_money: the same in money, where it has a cost; the charts of the period follow the filter.
    """
    link = records_address(wanted, one)
    shown = in_money if in_money and wanted.show_cost else one
    now = capital(period_names.short_name(period, formatter))
    previous = previous_period(shown, period, link, formatter)
    drawn = DrawnType(shown, NamedBuckets(period, formatter), now, previous, link, formatter)
    return TypeView(
        id=card_id(one.key),
        type=one.type,
        unit=one.unit,
        records=link,
        figures=figures(one, period, link, formatter),
        cost_figures=cost_figures(one, in_money, period, formatter) if in_money else (),
        spread=one.spread_entries > 0,
        is_read=one.is_read,
        sources="readings" if one.is_read else "bills",
        sums=sums_view(drawn),
        running=running_view(drawn),
        weekdays=weekdays_view(one, formatter),
        calendar=calendar_view(one, period.today, formatter),
        readings=readings_view(one, period, link, formatter),
        highest=tuple(
            HighestDay(
                f"{link}&period={day.date}", formatter.day(day.date), formatter.number(day.total)
            )
            for day in one.highest_days
        ),
        estimate=phrases.projection(one.projection or None, one.total, period, formatter),
        limit=limit_form(one, period, formatter, "limit", typed),
    )
