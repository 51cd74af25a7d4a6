"""The page of one type in the dashboard: its statistics, its limit, its costs and its prices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tally.dashboard import addresses, bill, costs
from tally.dashboard.bill import PriceForm, TypeCosts
from tally.dashboard.limit_form import TypedLimit
from tally.dashboard.type_page import TypeView, type_view
from tally.db import queries
from tally.domain.filters import Filter
from tally.domain.formatting import Words
from tally.domain.keys import Key, folded
from tally.domain.prices import Price, read_prices
from tally.domain.text import fold
from tally.statistics.compute import Statistics, TypeStatistics
from tally.views import types
from tally.web.context import RequestContext


def values(
    context: RequestContext,
    wanted: Filter,
    stats: Statistics,
    single: TypeStatistics,
    limit: TypedLimit | None,
    price: PriceForm | None,
) -> dict[str, Any]:
    """The values of the template for the page of one type.

    limit, price: a form that could not be taken, as it was typed.
    """
    return {
        "one": _type_view(wanted, stats, single, context.say, limit),
        "type_costs": _type_costs(context, wanted, stats, single, price),
        "tools": types.tools(context, single.key),
        "back": addresses.dashboard(wanted, type=None, unit=None),
    }


def place_of_single(wanted: Filter, stats: Statistics) -> int | None:
    """The index of the requested (type, unit); of several spellings the one as written.

    None where the filter names no type or several.
    """
    if len(wanted.types) != 1:
        return None
    if len(stats.types) == 1:
        return 0
    key = wanted.types[0], wanted.unit
    exact = [i for i, one in enumerate(stats.types) if one.key == key]
    return exact[0] if exact else None


def keys_in_use(context: RequestContext, wanted: Filter) -> tuple[Key, ...]:
    """The keys in use of the requested type, and of the unit where the filter names one."""
    name = fold(wanted.types[0])
    return tuple(
        kind.key
        for kind in context.used
        if fold(kind.type) == name and wanted.unit in (None, kind.unit)
    )


def keys_with_prices_alone(context: RequestContext, wanted: Filter) -> tuple[Key, ...]:
    """The requested type, which has prices and no record yet, in the unit of its newest price.

    Nothing where it has records, or no price in the unit that the filter names.
    """
    if not context.currency or keys_in_use(context, wanted):
        return ()
    name = fold(wanted.types[0])
    prices = read_prices(queries.prices(context.db, context.user.id))
    keys = [
        price.key
        for price in prices
        if fold(price.type) == name and wanted.unit in (None, price.unit)
    ]
    return tuple(keys[-1:])


def _type_view(
    wanted: Filter,
    stats: Statistics,
    single: TypeStatistics,
    say: Words,
    typed: TypedLimit | None,
) -> TypeView:
    in_money = None
    if single.cost and stats.cost:
        in_money = costs.as_money(single, single.cost, stats.cost.currency)
    return type_view(single, stats.period, wanted, say, typed, in_money)


def _type_costs(
    context: RequestContext,
    wanted: Filter,
    stats: Statistics,
    single: TypeStatistics,
    form: PriceForm | None,
) -> TypeCosts:
    """The money on the page of a type; one of its prices may be opened as a form."""
    key = folded(single.key)
    prices = [one for one in _prices(context, stats) if folded(one.key) == key]
    edited = context.query.text("price") if context.request.method == "GET" else ""
    for price in prices:
        if form is None and price.price_id == edited:
            form = bill.form_of(price, context.say)
    return bill.type_costs(
        single, prices, context.currency, stats.period, wanted, context.say, form
    )


def _prices(context: RequestContext, stats: Statistics) -> Iterable[Price]:
    """The prices of the account; one without a currency has none."""
    if stats.prices is not None or not context.currency:
        return stats.prices or ()
    return read_prices(queries.prices(context.db, context.user.id))
