"""What a filter finds for somebody, as the list and the pages around it show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tally.db import queries
from tally.domain import filter_query
from tally.domain.filter_query import read_leniently
from tally.domain.filters import Filter
from tally.errors import HTTPError
from tally.views import record_rows
from tally.web import htmx
from tally.web.context import RequestContext
from tally.web.forms import read_pairs


def read_filter(context: RequestContext) -> Filter:
    """The filter in the query string. Raises FilterError."""
    return filter_query.read_filter(
        context.query.items_list(),
        context.today,
        number_format=context.number_format,
        starts=context.starts,
    )


def shown_filter(context: RequestContext) -> Filter:
    """The filter of the list that asks; the usual one for any other page."""
    return filter_of(context, *htmx.shown_page(context.request))


def filter_of(context: RequestContext, path: str, query: str) -> Filter:
    """The filter of a page that is the list, as far as it can be read; else the usual one."""
    try:
        pairs = read_pairs(query.encode()) if path == "/list" else []
    except HTTPError:  # What else is asked for is not at fault.
        pairs = []
    return read_leniently(
        pairs, context.today, number_format=context.number_format, starts=context.starts
    )[0]


def list_address(query: str) -> str:
    """The list page with this query string."""
    return htmx.address("/list", query)


def page_of_rows(context: RequestContext, wanted: Filter, at_least: int = 0) -> dict[str, Any]:
    """What the template of rows needs: a page of them, and where the next one is.

    `at_least`: so many rows, where that is more than a page.
    """
    wanted = queries.spelled(context.db, context.user.id, wanted)
    usual = wanted
    if at_least > wanted.limit:
        wanted = replace(wanted, limit=at_least)
    found = queries.records(context.db, context.user.id, wanted)
    cut = record_rows.cut_day(found, wanted)
    whole_day = (
        queries.totals(context.db, context.user.id, replace(wanted, start=cut, end=cut))
        if cut
        else ()
    )
    following = record_rows.cursor(found, wanted)
    return {
        "wanted": usual,
        "lines": record_rows.lines(found, wanted, context.say, whole_day),
        "following": usual.next_page(following) if following else "",
    }


def totals_of(context: RequestContext, wanted: Filter) -> dict[str, Any]:
    """What the template of totals needs."""
    found = queries.totals(context.db, context.user.id, wanted)
    return {
        "wanted": wanted,
        "count": sum(total.entries for total in found),
        "totals": found,
    }
