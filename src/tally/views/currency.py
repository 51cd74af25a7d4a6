"""The currency of an account: its first cost or price sets it."""

from __future__ import annotations

from collections.abc import Iterable

from tally.accounts import prices
from tally.domain.currencies import sign
from tally.domain.prices import usual_currency
from tally.domain.records import NewRecord
from tally.web.context import RequestContext


def settle(context: RequestContext) -> str:
    """The account's currency; one without any gets the one that it writes money in."""
    if context.currency:
        return context.currency
    become(context, usual_currency(context.used))
    return context.currency


def become(context: RequestContext, currency: str) -> None:
    """Keep it for this request and all others."""
    prices.set_currency(context.db, context.user, currency)
    context.user.preferences[prices.CURRENCY] = currency
    context.__dict__.pop("say", None)  # It holds the currency from before.


def first(context: RequestContext, records: Iterable[NewRecord]) -> str:
    """A sentence where a cost among these is the first of the account; "" elsewhere."""
    if context.currency or all(record.cost is None for record in records):
        return ""
    return f"Costs are in {sign(settle(context))}: choose another currency in the account."
