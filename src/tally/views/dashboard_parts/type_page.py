"""The page of one type in the dashboard: its figures, its limit, its prices, and its tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tally.dashboard.both_pages.addresses import dashboard_address
from tally.dashboard.both_pages.limit_form import TypedLimit
from tally.dashboard.money import costs, price_table
from tally.dashboard.money.bill import bill
from tally.dashboard.money.price_table import PriceForm, PriceTable
from tally.dashboard.type_page import TypeView, type_view
from tally.db import queries
from tally.domain import filter_query
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.keys import Key, folded
from tally.domain.marks import TYPE_COLOURS, Mark, read_marks
from tally.domain.prices import Price, read_prices
from tally.domain.text import fold
from tally.domain.units import is_convertible
from tally.statistics.type_statistics import Statistics, TypeStatistics
from tally.web import htmx, typed_forms
from tally.web.context import RequestContext
from tally.web.forms import Fields


class Sibling(NamedTuple):
    """The same type in another unit, where one of the two units can become the other.

    records: the number of its records, in words; from_unit, to_unit: the unit that is given up, and
    the one that stays, which is that of the page unless the page has none.
    """

    unit: str
    records: str
    from_unit: str
    to_unit: str


class Tools(NamedTuple):
    """The tools on the page of a type: its marks, the list of its records, its siblings.

    has_place: whether the account orders its cards by hand. typed: the fields of a form that was
    sent signed out. colours: the number of colours to choose from.
    """

    mark: Mark
    records: str
    siblings: tuple[Sibling, ...]
    has_place: bool
    typed: Fields
    colours: int = TYPE_COLOURS


def values(
    context: RequestContext,
    wanted: Filter,
    stats: Statistics,
    single: TypeStatistics,
    limit: TypedLimit | None,
    price: PriceForm | None,
) -> dict[str, Any]:
    """The values of the template for the page of one type.

    limit, price: a form with faults, as it was typed.
    """
    return {
        "one": _type_view(wanted, stats, single, context.formatter, limit),
        "price_table": _price_table(context, wanted, stats, single.key, price),
        "bill": bill(single, context.currency, stats.period, context.formatter),
        "tools": _tools(context, single.key),
        "back": dashboard_address(wanted, type=None, unit=None),
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
        for kind in context.used_with(name)
        if fold(kind.type) == name and wanted.unit in (None, kind.unit)
    )


def keys_with_prices_alone(context: RequestContext, wanted: Filter) -> tuple[Key, ...]:
    """The requested type in the unit of its newest price, if it has prices but no record yet.

    Empty if it has records, or no price in the unit that the filter names.
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
    formatter: Formatter,
    typed: TypedLimit | None,
) -> TypeView:
    in_money = None
    if single.cost and stats.cost:
        in_money = costs.as_money(single, single.cost, stats.cost.currency)
    return type_view(single, stats.period, wanted, formatter, typed, in_money)


def _price_table(
    context: RequestContext, wanted: Filter, stats: Statistics, key: Key, form: PriceForm | None
) -> PriceTable:
    """The prices of a type; one of them may be opened as a form."""
    own = folded(key)
    prices = [price for price in _prices(context, stats) if folded(price.key) == own]
    edited = context.query.text("price") if context.request.method == "GET" else ""
    for price in prices:
        if form is None and price.price_id == edited:
            form = price_table.form_of(price, context.formatter)
    return price_table.price_table(key, prices, context.currency, wanted, context.formatter, form)


def _prices(context: RequestContext, stats: Statistics) -> Iterable[Price]:
    """The prices of the account; one without a currency has none."""
    if stats.prices is not None or not context.currency:
        return stats.prices or ()
    return read_prices(queries.prices(context.db, context.user.id))


def _tools(context: RequestContext, key: Key) -> Tools:
    """The tools of a type: its mark, the list of its records, the same type in other units."""
    mark = read_marks(context.user.preferences).get(folded(key), Mark())
    records = htmx.address("/list", urlencode(filter_query.of_key(key)))
    others = {
        kind.unit
        for kind in context.used_with(key.type)
        if fold(kind.type) == fold(key.type) and kind.unit != key.unit
    }
    siblings = tuple(
        Sibling(
            unit,
            _records(context, Key(key.type, unit)),
            *((unit, key.unit) if key.unit else (key.unit, unit)),
        )
        for unit in sorted(others)
        if not unit or not key.unit or is_convertible(unit, key.unit)
    )
    has_place = context.user.preferences.get("card_order") == "hand"
    typed = typed_forms.typed(context.query, typed_forms.TYPES)
    return Tools(mark, records, siblings, has_place, typed)


def _records(context: RequestContext, key: Key) -> str:
    """`12 records`: how many a type and unit has."""
    number = queries.count(context.db, context.user.id, Filter.of_key(key, context.today))
    return context.formatter.count(number, "record")
