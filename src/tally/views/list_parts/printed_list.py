"""The list as a document to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from starlette.responses import Response

from tally.db import queries, wait_limit
from tally.db.engine import Database
from tally.db.queries import MatchingTotal
from tally.domain import filters
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.statistics import key_pages
from tally.statistics.load import statistics_for
from tally.statistics.shares import MILLIONTH
from tally.views import record_list, record_rows
from tally.views.record_rows import RecordLine
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.endpoint import REQUEST_SECONDS

MAX_PRINTED = 20_000


class DayAverage(NamedTuple):
    """The average of a day of a type and unit; None if no day is known. days: the known ones.

    total: the sum that is divided by them.
    """

    amount: Decimal | None
    days: int
    total: Decimal


class Averages(NamedTuple):
    """The averages by type and unit, of those used last and of those with a limit.

    `stopped_at`: the number of those used last where there are others; else 0.
    """

    of_types: Mapping[tuple[str, str], DayAverage]
    stopped_at: int = 0


def document(context: RequestContext, wanted: Filter) -> Response:
    """Every matching record as a document to print, sent as it is read."""
    wanted = queries.spelled(context.db, context.user.id, replace(wanted, after=None))
    summary = record_list.totals_of(context, wanted)
    averages = _averages(context, wanted)
    summary["reaching"] += _of_tomorrow(averages, summary["totals"], wanted, context.formatter)
    return responses.streamed_page(
        context,
        "pages/print.html",
        lines=_printed(context, wanted),
        printed=min(summary["count"], MAX_PRINTED),
        per_day=averages.of_types,
        later=list(_ending_later(averages, summary["totals"], wanted, context.formatter)),
        averaged=averages.stopped_at,
        days=wanted.dates.elapsed_days if wanted.dates else 0,
        printed_at=context.local_time(context.now),
        has_costs=_has_costs(context, summary),
        **summary,
    )


def _has_costs(context: RequestContext, summary: dict[str, Any]) -> bool:
    """Whether the document has a column of costs: for a total with one, or one that may have."""
    shown = any(total.cost is not None for total in summary["totals"])
    return shown or (summary["totals_left"] > 0 and bool(context.currency))


def _printed(context: RequestContext, wanted: Filter) -> Iterator[RecordLine]:
    """The rows of the document, read a page at a time: no connection waits for a slow reader."""
    database: Database = context.request.app.state.database
    user_id, left = context.user.id, MAX_PRINTED
    page: Filter | None = replace(wanted, limit=filters.MAX_LIMIT)
    while page and left:
        with wait_limit.within(REQUEST_SECONDS), database.reading() as db:
            rows = queries.records(db, user_id, page)
            cut = record_rows.cut_day(rows, page)
            whole_day = queries.day_totals(db, user_id, page, cut) if cut else None
        lines = record_rows.lines(rows, page, context.formatter, whole_day, on_paper=True)[:left]
        yield from lines
        left -= len(lines)
        following = record_rows.cursor(rows, page.sort, page.limit)
        page = replace(page, after=following) if following else None


def _averages(context: RequestContext, wanted: Filter) -> Averages:
    """The averages of the statistics; none where the filter has no elapsed days."""
    if not wanted.dates or not wanted.dates.elapsed_days:
        return Averages({})
    stats = statistics_for(context.db, context.user, wanted, context.today)
    averages = {
        (one.type, one.unit): DayAverage(one.per_day, one.known.days, one.total)
        for one in stats.types
    }
    return Averages(averages, key_pages.MAX_TYPES if stats.following else 0)


def _ending_later(
    averages: Averages, totals: Iterable[MatchingTotal], wanted: Filter, formatter: Formatter
) -> Iterator[str]:
    """`gas: 45 m³ more were used by 31 October`: the shares of records after the last day.

    They are in the amount a day, and in no total. Of days to come there are none.
    """
    if wanted.end is None or wanted.end > formatter.today:
        return
    for listed in totals:
        average = averages.of_types.get((listed.consumption_type, listed.unit))
        if average is None or average.amount is None:
            continue
        more = average.total - (listed.total - (listed.before or 0))
        if more > MILLIONTH:  # A share is rounded to one.
            amount = f"{formatter.rough(more, 3)} {listed.unit}".rstrip()
            name = listed.consumption_type
            yield f"{name}: {amount} more were used by {formatter.date_name(wanted.end)}"


def _of_tomorrow(
    averages: Averages, totals: Iterable[MatchingTotal], wanted: Filter, formatter: Formatter
) -> Iterator[str]:
    """`coffee: 2 cup of this are of tomorrow`: listed already, and counted from their day on."""
    if wanted.end is None or wanted.end <= formatter.today:
        return
    for listed in totals:
        average = averages.of_types.get((listed.consumption_type, listed.unit))
        if average is None or average.amount is None:
            continue
        ahead = listed.total - (listed.before or 0) - average.total
        if ahead > MILLIONTH:  # A share is rounded to one.
            amount = f"{formatter.rough(ahead, 3)} {listed.unit}".rstrip()
            yield f"{listed.consumption_type}: {amount} of this are of tomorrow"
