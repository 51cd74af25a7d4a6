"""The currency of an account: its first cost or price sets it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from tally.accounts import prices
from tally.db import change_queries
from tally.domain.currencies import sign, usual_currency
from tally.domain.records import NewRecord
from tally.web.context import RequestContext


def ensure(context: RequestContext, change: UUID | None = None) -> str:
    """The account's currency. An account without one gets the currency of its amounts of money.

    `change`: the change of the first cost, whose undo removes the currency again.
    """
    if context.currency:
        return context.currency
    return set_first(context, usual_currency(context.used), change)


def set_first(context: RequestContext, currency: str, change: UUID | None = None) -> str:
    """Set the currency of an account without one, and return it.

    If another request has set one meanwhile, that one stays and is returned.
    """
    kept = prices.set_currency(context.db, context.user.id, currency, change)
    context.take_over({prices.CURRENCY: kept})
    return kept


def follow_undo(context: RequestContext, undone: UUID) -> None:
    """Remove the currency after the undo of the first cost; set it again after a redo."""
    if prices.is_set_by(context.user.preferences, undone):
        prices.undo_currency(context.db, context.user.id, undone, change_queries.undo_of(undone))
    bring_back(context)


def bring_back(context: RequestContext) -> None:
    """Set the currency again that an undo has removed, after records or a price have come back."""
    if prices.is_taken_back(context.user.preferences):
        kept = prices.bring_back_currency(context.db, context.user.id)
        if kept:
            context.take_over({prices.CURRENCY: kept})


def sentence_on_first(
    context: RequestContext, records: Iterable[NewRecord], change: UUID | None
) -> str:
    """A sentence on the currency if a cost among these records is the account's first, else "".

    `change`: the change that saved them. Records that are sent once more get the sentence again.
    """
    if all(record.cost is None for record in records) or not _is_set_by(context, change):
        return ""
    return in_words(ensure(context, change))


def remarks(
    context: RequestContext, records: Sequence[NewRecord], change: UUID | None
) -> list[dict[str, object]]:
    """Remarks on how numbers of the JSON were read, and on the currency of a first cost."""
    told = [remark.as_json for remark in context.form.remarks]
    if sentence := sentence_on_first(context, records, change):
        index = next(i for i, record in enumerate(records) if record.cost is not None)
        told.append({"index": index, "field": "cost", "message": sentence})
    return told


def sentence_on_first_of_line(context: RequestContext, written: str, change: UUID) -> str:
    """The same sentence for the cost of a line, which names its currency: `written`."""
    if not _is_set_by(context, change):
        return ""
    return in_words(context.currency or set_first(context, written, change))


def _is_set_by(context: RequestContext, change: UUID | None) -> bool:
    """Whether a change with a cost sets the account's currency, or did so when first sent.

    One that is sent again after its currency was given up does not set it once more.
    """
    has_set = change is not None and prices.is_set_by(context.user.preferences, change)
    return has_set == bool(context.currency)


def in_words(code: str) -> str:
    """The sentence on a currency that was set by a first cost or price."""
    return f"Costs are in {sign(code)}: choose another currency in the account."
