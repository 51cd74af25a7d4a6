"""The currency of an account: its first cost or price sets it."""

from __future__ import annotations

from collections.abc import Iterable

from tally.accounts import prices, store
from tally.domain.currencies import currency_of, is_money, sign
from tally.domain.records import NewRecord
from tally.web.context import RequestContext

USUAL = "EUR"


def settle(context: RequestContext) -> str:
    """The account's currency; one without any gets the one that it writes money in."""
    if context.currency:
        return context.currency
    used = sorted(context.used, key=lambda kind: (kind.day, kind.created_at))
    written = [currency_of(kind.unit) for kind in reversed(used) if is_money(kind.unit)]
    become(context, next(filter(None, written), USUAL))
    return context.currency


def become(context: RequestContext, currency: str) -> None:
    """Keep it for this request and all others."""
    user = context.user
    preferences = {prices.CURRENCY: currency}
    store.save(context.db, user.id, name=user.name, timezone=user.timezone, preferences=preferences)
    user.preferences.update(preferences)
    context.__dict__.pop("say", None)  # Its words are of the account as it was.


def first(context: RequestContext, records: Iterable[NewRecord]) -> str:
    """What to say where a cost among these is the first of the account; "" elsewhere."""
    if context.currency or all(record.cost is None for record in records):
        return ""
    return f"Costs are in {sign(settle(context))}: choose another currency in the account."
