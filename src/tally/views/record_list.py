"""A user's records that match a filter, as the list and the pages around it show them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from markupsafe import Markup

from tally.dashboard import period_names
from tally.db import queries, stored_records
from tally.db.queries import MatchingTotal
from tally.domain import filter_query
from tally.domain.calendar import DAY, containing
from tally.domain.fields import read_id
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter, isolated
from tally.domain.records import StoredRecord
from tally.errors import HTTPError, Invalid
from tally.views import record_rows
from tally.web import htmx
from tally.web.context import RequestContext
from tally.web.forms import read_pairs
from tally.web.htmx import ShownPage

# The most bytes of notes on one page of rows; the markup around them is about as large again.
MAX_NOTES_BYTES = 1_200_000
# More totals than these wait behind "more".
MAX_TOTALS_IN_SIGHT = 6


def read_filter(context: RequestContext, pairs: list[tuple[str, str]] | None = None) -> Filter:
    """The filter in pairs of names and texts; None: in the query string. Raises FilterError."""
    return filter_query.read_filter(
        context.query.items_list() if pairs is None else pairs,
        context.today,
        number_format=context.number_format,
        starts=context.starts,
    )


def shown_filter(context: RequestContext) -> Filter:
    """The filter of the list that sent the request; the default filter for any other page."""
    return filter_of(context, htmx.shown_page(context.request))


def filter_of(context: RequestContext, shown: ShownPage) -> Filter:
    """The filter of a page of the list, as far as it can be read; else the default filter."""
    try:
        pairs = read_pairs(shown.query.encode()) if shown.path == "/list" else []
    except HTTPError:  # The request itself is not at fault.
        pairs = []
    return read_leniently(context, pairs)[0]


def read_leniently(
    context: RequestContext, pairs: list[tuple[str, str]]
) -> tuple[Filter, dict[str, str]]:
    """The filter in pairs of names and texts as far as it can be read, and the faults by name."""
    return filter_query.read_leniently(
        pairs, context.today, number_format=context.number_format, starts=context.starts
    )


def count_fitting(sizes: Iterable[int], most: int) -> int:
    """The number of parts, from the first on, that fit into `most` bytes; at least one."""
    ends = list(accumulate(sizes))
    return min(len(ends), max(1, bisect_right(ends, most)))


def list_address(query: str) -> str:
    """The list page with this query string."""
    return htmx.address("/list", query)


def page_of_rows(context: RequestContext, wanted: Filter, at_least: int = 0) -> dict[str, Any]:
    """The values for the template of rows: a page of them, and the address of the next page.

    `at_least`: the least number of rows, if a page has fewer.
    """
    wanted = queries.spelled(context.db, context.user.id, wanted)
    usual = wanted
    if at_least > wanted.limit:
        wanted = replace(wanted, limit=at_least)
    records = queries.records(context.db, context.user.id, wanted)
    cut = record_rows.cut_day(records, wanted)
    whole_day = queries.day_totals(context.db, context.user.id, wanted, cut) if cut else None
    lines = record_rows.lines(records, wanted, context.formatter, whole_day)
    fitting = count_fitting((len(line.notes.encode()) for line in lines), MAX_NOTES_BYTES)
    following = record_rows.cursor(records, wanted.sort, fitting)
    return {
        "wanted": usual,
        "lines": lines[:fitting],
        "following": filter_query.next_page(usual, following) if following else "",
    }


def shown_ids(context: RequestContext) -> list[UUID]:
    """The ids of just changed records that the page asks for; other texts are left out."""
    ids = (read_id(text) for text in context.query.many("shown")[: htmx.MAX_POINTED_OUT])
    return [record_id for record_id in ids if record_id is not None]


def outside(
    context: RequestContext, ids: Sequence[UUID], lines: Iterable[record_rows.RecordLine]
) -> list[record_rows.RecordLine]:
    """The rows of those records that are not among the lines, each with its day."""
    inside = {line.id for line in lines}
    others = [record_id for record_id in ids if str(record_id) not in inside]
    shown = others[: htmx.MAX_POINTED_OUT]
    records = stored_records.find(context.db, context.user.id, shown) if shown else []
    shape = Filter(today=context.today)
    return [
        _with_day(context, record_rows.line(row, shape, context.formatter), row)
        for row in records
        if row.deleted_at is None
    ]


def _with_day(
    context: RequestContext, line: record_rows.RecordLine, row: StoredRecord
) -> record_rows.RecordLine:
    """The row with its day in front of the notes."""
    day = Markup('<b class="other-day">{}</b> ').format(
        context.formatter.short_day(row.consumption_date)
    )
    return line._replace(notes=day + line.notes)


def totals_of(context: RequestContext, wanted: Filter) -> dict[str, Any]:
    """The values for the template of totals: a page of types and units, and how many follow.

    reaching: a sentence for each with records that begin before the filter's first day.
    """
    passed_over = totals_after(context)
    rows = queries.totals(context.db, context.user.id, wanted, passed_over)
    ahead = passed_over + len(rows)
    return {
        "wanted": wanted,
        "count": rows[0].all_entries if rows else 0,
        "totals": rows,
        "totals_in_sight": MAX_TOTALS_IN_SIGHT,
        "totals_ahead": ahead,
        "totals_left": rows[0].kinds - ahead if rows else 0,
        "reaching": list(_reaching(rows, wanted.start, context.formatter)) if wanted.start else [],
    }


def _reaching(totals: Iterable[MatchingTotal], start: date, formatter: Formatter) -> Iterator[str]:
    """`electricity: 62 kWh of this were used in September`: the parts before `start`."""
    day_before = start - DAY
    for total in totals:
        if not total.before or not total.first_day:
            continue
        month = containing("month", total.first_day, formatter.starts)
        # In the middle of a month, what is listed may have been used in the same month.
        is_one_month = day_before == month.end
        when = f"before {formatter.date_name(start)}"
        if is_one_month:
            when = period_names.of_month(day_before, formatter).when
        amount = f"{formatter.rough(total.before, 3)} {total.unit}".rstrip()
        yield f"{isolated(total.consumption_type)}: {amount} of this were used {when}"


def totals_after(context: RequestContext) -> int:
    """The number of totals in the answers before this one. Raises Invalid."""
    text = context.query.text("totals_after")
    if text and not re.fullmatch("[0-9]{1,6}", text):
        raise Invalid({"totals_after": "Ask for what `totals_next` says."})
    return int(text or "0")
