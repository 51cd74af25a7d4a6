"""What a filter finds for somebody, as the list and the pages around it show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tally import filters, queries, render, rows
from tally.errors import Refusal
from tally.filters import Filter
from tally.forms import read_pairs
from tally.visit import Visit


def read_filter(visit: Visit) -> Filter:
    """The filter in the query string. Raises FilterError."""
    return filters.read_filter(
        visit.query.items_list(), visit.today, number_format=visit.number_format
    )


def shown_filter(visit: Visit) -> Filter:
    """The filter of the list that asks; the usual one for any other page."""
    return filter_of(visit, *render.shown_page(visit.request))


def filter_of(visit: Visit, path: str, query: str) -> Filter:
    """The filter of a page that is the list, as far as it can be read; else the usual one."""
    try:
        pairs = read_pairs(query.encode()) if path == "/list" else []
    except Refusal:  # What else is asked for is not at fault.
        pairs = []
    return filters.read_leniently(pairs, visit.today, number_format=visit.number_format)[0]


def list_address(query: str) -> str:
    """The list page with this query string."""
    return render.address("/list", query)


def page_of_rows(visit: Visit, wanted: Filter, at_least: int = 0) -> dict[str, Any]:
    """What the template of rows needs: a page of them, and where the next one is.

    `at_least`: so many rows, where that is more than a page.
    """
    usual = wanted
    if at_least > wanted.limit:
        wanted = replace(wanted, limit=at_least)
    found = queries.records(visit.db, visit.user.id, wanted)
    cut = rows.cut_day(found, wanted)
    whole_day = (
        queries.totals(visit.db, visit.user.id, replace(wanted, start=cut, end=cut)) if cut else ()
    )
    following = rows.cursor(found, wanted)
    return {
        "wanted": usual,
        "lines": rows.lines(found, wanted, visit.say, whole_day),
        "following": usual.next_page(following) if following else "",
    }


def totals_of(visit: Visit, wanted: Filter) -> dict[str, Any]:
    """What the template of totals needs."""
    found = queries.totals(visit.db, visit.user.id, wanted)
    return {
        "wanted": wanted,
        "count": sum(total.entries for total in found),
        "totals": found,
    }
