"""The dashboard: the cards of a period or the page of one type, also as the answer to their forms.

The values of the templates are those of `cards_page` and `type_page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from tally.dashboard.both_pages import empty_states, period_nav
from tally.dashboard.both_pages.addresses import dashboard_address, unfiltered_address
from tally.dashboard.both_pages.empty_states import EmptyState
from tally.dashboard.both_pages.limit_form import TypedLimit
from tally.dashboard.both_pages.period_nav import PeriodNav
from tally.dashboard.money.price_table import PriceForm
from tally.db import queries
from tally.domain import filter_query
from tally.domain.cursor import KeyPlace
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.limits import COST
from tally.domain.period_query import read_period
from tally.domain.periods import USUAL
from tally.statistics.as_json import to_json
from tally.statistics.costs import with_costs
from tally.statistics.facts import Shown
from tally.statistics.load import statistics_for
from tally.statistics.type_statistics import Statistics
from tally.views.dashboard_parts import cards_page, empty_state, type_page
from tally.views.record_list import read_leniently
from tally.web import htmx, responses, typed_forms
from tally.web.context import RequestContext
from tally.web.forms import Fields, read_pairs
from tally.web.parameters import FILTER, takes


@dataclass(frozen=True)
class _Outcome:
    """The result of the form that the dashboard answers, beside its statistics.

    announced: the message; restores: the id of the price that it offers to put back; saved: the
    (type, unit) whose limit was saved; at_price: the id of the price that the focus is at; limit,
    price: a form that could not be taken, as it was typed; dialog: it stands open.
    """

    status: int = 200
    announced: str = ""
    restores: str = ""
    saved: Key | None = None
    at_price: str = ""
    limit: TypedLimit | None = None
    price: PriceForm | None = None
    dialog: responses.Dialog | None = None


_NOTHING_DONE = _Outcome()


def page(context: RequestContext) -> Response:
    """The cards of a period, or the one type that the filter names."""
    try:
        wanted, after = _read_page(context)
    except filter_query.FilterError as error:
        return _unreadable(context, error.fields)
    return _show(context, wanted, _sent_signed_out(context), after=after)


def page_with_dialog(
    context: RequestContext, template: str, status: int = 200, **values: Any
) -> Response:
    """The cards of the running month, and over them a dialog that stands open.

    `template` and `values` make the dialog's content.
    """
    dialog = responses.dialog(context, template, "/", **values)
    return _show(context, _read_filter(context, []), _Outcome(status, dialog=dialog))


@takes(*FILTER, "price", "at_price", "view")
def statistics(context: RequestContext) -> Response:
    """The statistics of a period as a fragment; their numbers with `?format=json`."""
    try:
        wanted, after = _read_page(context)
    except filter_query.FilterError as error:
        if context.wants != "html":
            raise
        return _unreadable(context, error.fields)
    if context.wants != "html":
        shown = Shown(after=after, costs=True)
        stats = statistics_for(context.db, context.user, wanted, context.today, shown)
        stats = with_costs(context.db, context.user, wanted, stats, drawn=wanted.show_cost)
        return responses.data(to_json(stats))
    if not context.is_fragment:
        return responses.redirect(context, dashboard_address(wanted))
    outcome = _Outcome(at_price=context.query.text("at_price"))
    return _show(context, wanted, outcome, after=after)


def _sent_signed_out(context: RequestContext) -> _Outcome:
    """A limit or a price that was sent signed out, in its form again."""
    limit = typed_forms.typed(context.query, typed_forms.LIMITS)
    price = typed_forms.typed(context.query, typed_forms.PRICES)
    key = Key(limit.text("type"), limit.text("unit"))
    return _Outcome(
        limit=limit_as_typed(limit, key) if limit else None,
        price=price_as_typed(price) if price else None,
    )


def limit_as_typed(form: Fields, key: Key, fault: str = "") -> TypedLimit:
    """The form of a limit as it was typed, and the sentence at it."""
    in_cost = form.text("in") == COST
    return TypedLimit(*key, form.text("value"), form.text("per"), fault, in_cost)


def price_as_typed(form: Fields, faults: Mapping[str, str] | None = None) -> PriceForm:
    """The form of a price as it was typed, and the sentences at its fields."""
    return PriceForm(
        start=form.text("from"),
        id=form.text("id"),
        per_unit=form.text("per_unit"),
        base=form.text("base"),
        base_per=form.text("base_per"),
        errors=faults or {},
    )


def show_limit_form(context: RequestContext, limit: TypedLimit) -> Response:
    """The page from which a limit was sent, with the limit's form as it was typed."""
    return _show(context, filter_of_form(context), _Outcome(422, limit=limit))


def show_limit(context: RequestContext, key: Key, announced: str) -> Response:
    """The page from which a limit was sent, after the limit was saved or removed."""
    return _show(context, filter_of_form(context), _Outcome(announced=announced, saved=key))


def show_price_form(context: RequestContext, form: PriceForm) -> Response:
    """The page of a price's type, with the price's form as it was typed."""
    return _show(context, _filter_of_price_form(context), _Outcome(422, price=form))


def show_prices(
    context: RequestContext, price_id: str, announced: str, *, restores: str = ""
) -> Response:
    """The page of a price's type after the price was saved or removed.

    restores: the price that the message offers to put back.
    """
    outcome = _Outcome(announced=announced, at_price=price_id, restores=restores)
    return _show(context, _filter_of_price_form(context), outcome)


def filter_of_form(context: RequestContext) -> Filter:
    """The filter of the page from which a form was sent. Raises FilterError."""
    return _read_filter(context, _pairs_of_form(context))


def _pairs_of_form(context: RequestContext) -> list[tuple[str, str]]:
    return read_pairs(context.form.text("query").encode("ascii", "replace"))


def _filter_of_price_form(context: RequestContext) -> Filter:
    """The filter of the page from which a price was sent. Raises FilterError."""
    fields, pairs = context.form, _pairs_of_form(context)
    if not any(name == "type" for name, _ in pairs):
        key = Key(fields.text("type"), fields.text("unit"))
        pairs += filter_query.of_key(key).items()
    return _read_filter(context, pairs)


def _read_filter(context: RequestContext, pairs: list[tuple[str, str]]) -> Filter:
    """The filter; without a period it is the running month. Raises FilterError."""
    wanted = filter_query.read_filter(
        pairs,
        context.today,
        number_format=context.number_format,
        usual_period=USUAL,
        starts=context.starts,
    )
    # The page of a type needs the types in use anyway.
    used = context.used if wanted.types else ()
    return queries.spelled(context.db, context.user.id, wanted, used)


def _read_page(context: RequestContext) -> tuple[Filter, KeyPlace | None]:
    """The filter, and where its page of types begins. Raises FilterError."""
    pairs = context.query.items_list()
    places = [value for name, value in pairs if name == "after" and value]
    wanted = _read_filter(context, [pair for pair in pairs if pair[0] != "after"])
    if not places:
        return wanted, None
    try:
        return wanted, KeyPlace.decode(places[0])
    except ValueError:
        raise filter_query.FilterError({"after": filter_query.NO_SUCH_PAGE}) from None


def _show(
    context: RequestContext,
    wanted: Filter,
    outcome: _Outcome = _NOTHING_DONE,
    *,
    after: KeyPlace | None = None,
) -> Response:
    """The cards of the filter's types from `after` on, or the page of the one that it names."""
    stats, empty = _statistics(context, wanted, after)
    place = type_page.place_of_single(wanted, stats)
    if place is None:
        stats, hidden = cards_page.as_arranged(context, stats)
        if hidden and not stats.types:
            empty = empty_states.only_hidden(wanted, hidden)
    stats = with_costs(context.db, context.user, wanted, stats, drawn=wanted.show_cost)
    switch = period_nav.switch(wanted, stats.period, context.formatter)
    values = _in_common(switch, wanted) | {
        "kept": empty_state.conditions(wanted, context.formatter, is_single=place is not None),
        "empty": empty,
        "announced": outcome.announced,
        "restores": outcome.restores,
        "saved": outcome.saved,
        "shows_cost": wanted.show_cost and stats.cost is not None,
    }
    if place is None:
        values |= cards_page.values(context, wanted, stats, outcome.limit, after)
    else:
        single = stats.types[place]
        values |= type_page.values(context, wanted, stats, single, outcome.limit, outcome.price)
        values["title"] = f"{single.type}, {switch.title}"
        values["at_price"] = outcome.at_price
    if outcome.dialog:
        values["dialog"] = outcome.dialog
    return _answer(context, outcome.status, values)


def _statistics(
    context: RequestContext, wanted: Filter, after: KeyPlace | None
) -> tuple[Statistics, EmptyState | None]:
    """The statistics without costs, and why there is nothing to show."""

    def of(shown: Shown) -> Statistics:
        return statistics_for(context.db, context.user, wanted, context.today, shown)

    stats = of(Shown(after=after, drawn=True, costs=True))
    empty = empty_state.reason(context, wanted, stats)
    if not empty or len(wanted.types) != 1:
        return stats, empty
    # Its page stays the page of that type, also where the period has no record of it.
    if empty.has_matches:
        also = type_page.keys_in_use(context, wanted)
    else:
        also = type_page.keys_with_prices_alone(context, wanted)
        empty = empty_states.PRICES_ALONE if also else empty
    return of(Shown(also, drawn=True)) if also else stats, empty


def _answer(context: RequestContext, status: int, values: dict[str, Any]) -> Response:
    """The statistics alone for htmx, otherwise the page that holds them."""
    if context.is_fragment:
        return responses.fragment(context, "fragments/statistics.html", status, **values)
    return responses.page(context, "pages/dashboard.html", status, **values)


def _in_common(switch: PeriodNav, wanted: Filter) -> dict[str, Any]:
    """The values of every form of the page; those of its cards and of a type are empty here."""
    query = filter_query.query(wanted)
    return {
        "title": switch.title,
        "switch": switch,
        "query": query,
        "again": htmx.address("/stats", query),
        "carried": filter_query.dated(wanted),
        "kept": "",
        "unfiltered": unfiltered_address(wanted),
        "empty": None,
        "faults": {},
        "announced": "",
        "restores": "",
        "saved": None,
        "show_amount": dashboard_address(wanted, show=None),
        "show_cost": dashboard_address(wanted, show="cost"),
        "shows_cost": False,
        "cards": (),
        "money": None,
        "one": None,
        "notices": (),
    }


def _unreadable(context: RequestContext, faults: dict[str, str]) -> Response:
    """The page with a sentence at each fault of its address, and without records."""
    wanted, _ = read_leniently(context, context.query.items_list())
    period = wanted.dates or read_period(USUAL, context.today, context.starts)
    switch = period_nav.switch(wanted, period, context.formatter)
    typed = [" ".join(context.query.many(name)) for name in ("from", "to")]
    if any(typed):
        presets = tuple(link._replace(current=False) for link in switch.presets)
        switch = replace(
            switch,
            title="From – to",
            subtitle="",
            presets=presets,
            ranged=True,
            start=typed[0],
            end=typed[1],
        )
    blank = Filter(today=context.today)
    values = _in_common(switch, blank) | {
        "title": "Dashboard",
        "empty": empty_states.unreadable(faults),
        "faults": faults,
    }
    return _answer(context, 422, values)
