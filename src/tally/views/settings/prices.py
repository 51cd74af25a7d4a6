"""Prices of a type: the price of a unit from a day on, and a base fee due without use, too."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid4

from starlette.responses import Response

from tally.accounts import prices as account_prices
from tally.domain import prices
from tally.domain.fields import read_id
from tally.domain.keys import Key
from tally.domain.price_form import read_price
from tally.domain.prices import Price
from tally.domain.records import last_use
from tally.errors import HTTPError, Invalid, NotFound
from tally.views import dashboard, last_change
from tally.views.checks import currency
from tally.views.words import flash
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import takes

NO_SUCH_PRICE = "There is no such price, or not any more."


@takes("type", "unit", "from", "per_unit", "base", "base_per", "id", "query", "back")
def create(context: RequestContext) -> Response:
    """Add a price, or replace the one with its `id` or of its day. The first sets the currency.

    A price that is sent again without an `id` is answered with 200 and its id. A price with a fault
    comes back as it was typed, with a sentence at each field.
    """
    used = sorted(context.used_with(context.form.get("type", "")), key=last_use)
    known = [kind.key for kind in used]
    fields = {**context.form, "id": _own_id(context)}
    price, faults = read_price(
        fields,
        context.number_format,
        known,
        context.today,
        new_id=str(uuid4()),
        currency=context.currency,
    )
    if price is None:
        return _refused(context, faults)
    try:
        kept = _keep(context, price)
    except ValueError as error:
        return _refused(context, {"from": str(error)})
    is_first = not context.currency
    code = currency.ensure(context)
    context.note("price saved", user=context.user.id)
    if context.wants != "html":
        content = {**prices.as_json(kept.price), "currency": code, **context.form.remarked}
        return responses.data(content, 201 if kept.is_new else 200)
    if context.is_fragment:
        told = currency.in_words(code) if is_first else ""
        text = last_change.with_remark(flash.SAVED[flash.PRICE], told)
        return dashboard.show_prices(context, kept.price.price_id, text)
    return _back(context, price.key, saved=flash.FIRST_PRICE if is_first else flash.PRICE)


class KeptPrice(NamedTuple):
    """A price as the account has it. is_new: it was not there, nor was one with its id."""

    price: Price
    is_new: bool


def _keep(context: RequestContext, price: Price) -> KeptPrice:
    """Add a price, or replace the one with its id or of its day; none is added twice.

    Raises ValueError with a sentence where there would be too many.
    """
    is_sent_anew = not context.form.text("id")
    kept = KeptPrice(price, is_new=True)

    def become(stored: list[Price]) -> list[Price]:
        nonlocal kept
        if is_sent_anew and (same := prices.same_price(stored, price)):
            kept = KeptPrice(same, is_new=False)
            return stored
        is_new = all(one.price_id != price.price_id for one in stored)
        kept = KeptPrice(price, is_new)
        return prices.with_price(stored, price)

    account_prices.change(context.db, context.user.id, become)
    return kept


def _own_id(context: RequestContext) -> str:
    """The id of an edited price in its usual form; "" for a new price. Raises Invalid."""
    text = context.form.text("id").strip()
    price_id = read_id(text)
    if text and price_id is None:
        raise Invalid({"id": "The id of a price is a UUID."})
    return str(price_id or "")


def _refused(context: RequestContext, faults: dict[str, str]) -> Response:
    """The form with its errors on the page of the type. Raises Invalid for programs."""
    if context.wants != "html" or "type" in faults or "unit" in faults:
        raise Invalid(faults)
    typed = dashboard.price_as_typed(context.form, faults)
    return dashboard.show_price_form(context, typed)


@takes("type", "unit", "query", "back")
def delete(context: RequestContext) -> Response:
    """Remove a price. It can be put back for ten minutes, or until the next one is removed."""
    price_id = str(context.path_id())
    gone = account_prices.remove(context.db, context.user.id, price_id, context.now)
    if gone is None:
        raise NotFound(NO_SUCH_PRICE)
    context.note("price removed", user=context.user.id)
    if context.wants != "html":
        return responses.data({"deleted": 1})
    if context.is_fragment:
        confirmation = last_change.price_removed(context, gone)
        return dashboard.show_prices(context, price_id, confirmation.text, restores=price_id)
    return _back(context, gone.key, saved=flash.PRICE_REMOVED)


@takes()
def restore(context: RequestContext) -> Response:
    """Put back the price that was removed last."""
    price_id = str(context.path_id())
    try:
        price = account_prices.put_back(context.db, context.user.id, price_id, context.now)
    except ValueError as error:
        raise HTTPError(409, str(error)) from error
    if price is None:
        raise NotFound(NO_SUCH_PRICE)
    currency.bring_back(context)
    currency.ensure(context)
    context.note("price put back", user=context.user.id)
    if context.wants != "html":
        return responses.data(prices.as_json(price))
    return _back(context, price.key, saved=flash.PRICE_BACK)


def _back(context: RequestContext, key: Key, **done: str | UUID) -> Response:
    """The page of the type at its prices."""
    address = flash.type_address(context, key, **done)
    return responses.redirect(context, f"{address}#prices-title")
