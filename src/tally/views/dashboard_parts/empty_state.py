"""The empty state of the dashboard: why a filter has no figures, by the account's records."""

from __future__ import annotations

from dataclasses import replace

from tally.dashboard.both_pages import empty_states
from tally.dashboard.both_pages.empty_states import EmptyState
from tally.db import period_queries, queries
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.statistics.type_statistics import Statistics
from tally.web.context import RequestContext


def reason(context: RequestContext, wanted: Filter, stats: Statistics) -> EmptyState | None:
    """The reason why there are no figures; None if there are some, or types with a limit to show.

    A period that ends before the first record has a reason in any case.
    """
    period, user = stats.period, context.user
    if any(one.entries for one in stats.types):
        return None
    matching = replace(wanted, start=None, end=None, period="")
    first = period_queries.first_day(context.db, user.id, matching, costs=bool(user.currency))
    if first and period.end < first:
        return empty_states.before_first(wanted, first, context.formatter)
    if stats.types:
        return None
    if first:
        return empty_states.in_period(wanted, period, first, context.formatter)
    if queries.count(context.db, user.id, matching):
        return empty_states.FIRST_READINGS
    if context.used:
        return empty_states.no_match(wanted, conditions(wanted, context.formatter))
    return empty_states.NOTHING_YET


def conditions(wanted: Filter, formatter: Formatter, *, is_single: bool = False) -> str:
    """The filter's conditions in words, but for days (and, on a type's own page, the type)."""
    rest = replace(wanted, start=None, end=None, period="")
    if is_single:
        rest = replace(rest, types=(), unit=None)
    return ", ".join(chip.text for chip in formatter.chips(rest))
