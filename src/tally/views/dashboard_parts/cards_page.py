"""The page of cards in the dashboard: the cards of a period, their table, and the ways around."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tally.dashboard import cards, cards_table
from tally.dashboard.both_pages.addresses import dashboard_address
from tally.dashboard.both_pages.limit_form import TypedLimit
from tally.dashboard.chart_parts import named_buckets
from tally.dashboard.money import costs, sum_line
from tally.domain import filter_query, marks
from tally.domain.cursor import KeyPlace
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.statistics.type_statistics import Statistics
from tally.views.add_parts import notices
from tally.web import htmx
from tally.web.context import RequestContext


class OtherPages(NamedTuple):
    """The ways to other pages of types.

    in_all: how many types there are, 0 on the last page; more, first: the addresses of the next
    page and of the first one, "" where this is it.
    """

    in_all: int
    more: str
    first: str


def as_arranged(context: RequestContext, stats: Statistics) -> tuple[Statistics, list[Key]]:
    """The statistics with the types of the cards in their order, and the keys of hidden ones.

    Hidden types stand aside: they still take part in the sum of costs.
    """
    preferences = context.user.preferences
    by_key = {one.key: one for one in marks.offered(preferences, stats.types)}
    shown = tuple(by_key[key] for key in marks.in_card_order(preferences, by_key))
    hidden = tuple(one for one in stats.types if one.key not in by_key)
    arranged = replace(stats, types=shown, aside=(*stats.aside, *hidden))
    return arranged, [one.key for one in hidden]


def values(
    context: RequestContext,
    wanted: Filter,
    stats: Statistics,
    limit: TypedLimit | None,
    after: KeyPlace | None,
) -> dict[str, Any]:
    """The values of the template for a page of cards; limit: a limit's form as it was typed."""
    formatter = context.formatter
    in_money = costs.in_money(stats) if wanted.show_cost else stats
    pairs = filter_query.pairs(wanted)
    if after:
        pairs.append(("after", after.encode()))
    plain, with_table = urlencode(pairs), urlencode([*pairs, ("view", "table")])
    shows_table = _shows_table(context)
    drawn = cards.cards(in_money, wanted, formatter, limit)
    return {
        "again": htmx.address("/stats", with_table if shows_table else plain),
        "cards": drawn,
        "foot": cards.foot(drawn, stats.period),
        "buckets": named_buckets.bucket_labels(stats.period, formatter),
        "further": _other_pages(wanted, stats, after),
        "money": sum_line.sum_line(stats, formatter),
        "cost_lines": costs.cost_lines(stats, formatter, in_money=wanted.show_cost),
        "table": cards_table.cards_table(in_money, formatter) if shows_table else None,
        "table_link": htmx.address("/", plain if shows_table else f"{with_table}#table-link"),
        "notices": () if context.is_fragment else notices.of_dashboard(context),
    }


def _shows_table(context: RequestContext) -> bool:
    """Whether the page has the table of all cards, or, for the answer to a form, had it."""
    if context.request.method == "GET":
        return context.query.text("view") == "table"
    return "view=table" in htmx.shown_page(context.request).query.split("&")


def _other_pages(wanted: Filter, stats: Statistics, after: KeyPlace | None) -> OtherPages | None:
    first = dashboard_address(wanted) if after else ""
    if stats.following is None:
        return OtherPages(0, "", first) if first else None
    query = urlencode([*filter_query.pairs(wanted), ("after", stats.following.encode())])
    return OtherPages(stats.type_count, htmx.address("/", query), first)
