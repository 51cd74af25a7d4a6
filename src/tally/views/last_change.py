"""The confirmation of the latest change, with links to go on: edit, undo, redo."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from starlette.responses import Response

from tally.accounts import prices as account_prices
from tally.accounts import type_settings
from tally.dashboard.money import price_table
from tally.db import change_queries, stored_records
from tally.db.change_queries import ChangeState, LatestChange
from tally.domain.fields import read_id
from tally.domain.filters import WITHOUT_UNIT
from tally.domain.formatting import in_unit
from tally.domain.keys import Key
from tally.domain.prices import Price
from tally.domain.records import RecordLike
from tally.domain.renaming import told_of_dropped
from tally.domain.text import capital, fold
from tally.views.checks import currency
from tally.views.words import flash, moved_records
from tally.views.words.flash import Flash
from tally.views.words.record_fields import remark_on, type_and_amount
from tally.web import htmx, responses
from tally.web.context import RequestContext

# An undo of this many records or more asks first.
LARGE = 100
NOT_SENT = "You were signed out, and nothing is changed yet. Send it again."
# The words for an undo's effect on records.
_UNDID = {"deleted": "removed", "restored": "restored", "changed": "reverted"}
_DID = {"added": "saved", "changed": "changed", "deleted": "deleted", "restored": "restored"}


class Confirmation(NamedTuple):
    """A change in words, with the actions that can follow it.

    change: the change to undo next; record_id: the record to edit; redo: the undo to take back;
    asks: the undo of `change` is large and waits for an answer; touched: the only record that was
    changed; price: the removed price to put back. None or False for actions that are not possible.
    """

    text: str
    change: UUID | None = None
    record_id: str | None = None
    redo: UUID | None = None
    asks: bool = False
    touched: str | None = None
    price: str | None = None


def from_address(context: RequestContext) -> Confirmation | None:
    """The confirmation that a page's address asks for; None without one.

    `?changed=`: a change, with its undo while that is possible; `&told=units` adds the types whose
    unit it has changed. `?undone=`: an undo. Both are None for another member's change, one over
    ten minutes old, or one that a later change has replaced. `?saved=`: a sentence of SAVED.
    `?asks=`: the question whether to undo so many records. `?typed=`: a form that was sent signed
    out is on the page again. `?dotted=` adds how these numbers were read.
    """
    if context.visitor is None:
        return None
    message = flash.read(context.request)
    confirmation = _of_flash(context, message)
    remark = remark_on(message.dotted, context.number_format)
    if confirmation is None or not remark:
        return confirmation
    return confirmation._replace(text=with_remark(confirmation.text.removesuffix("."), remark))


def _of_flash(context: RequestContext, message: Flash) -> Confirmation | None:
    if message.is_unsent:
        return Confirmation(NOT_SENT)
    if message.saved:
        return _saved(context, message.saved)
    change_id = read_id(message.changed or message.undone or message.asks)
    if change_id is None:
        return None
    state = change_queries.state(context.db, context.user.id, change_id)
    if message.changed:
        done = _done(context, change_id, state)
        return _with_units(context, done, change_id) if done and message.units else done
    if message.undone:
        return after_undo(context, change_id) if state.undone else None
    return question(context, change_id, state) if _count(state) else None


def _saved(context: RequestContext, name: str) -> Confirmation:
    """A sentence of SAVED; that of a price just removed names it, with its undo.

    That of the first price names the currency.
    """
    if name == flash.FIRST_PRICE and context.currency:
        return Confirmation(with_remark(flash.SAVED[name], currency.in_words(context.currency)))
    if name == flash.PRICE_REMOVED:
        price = account_prices.removed(context.user.preferences, context.now)
        if price:
            return price_removed(context, price)
    return Confirmation(flash.SAVED[name])


def _with_units(context: RequestContext, done: Confirmation, change_id: UUID) -> Confirmation:
    """The change with the types that it has brought into another unit."""
    moved = moved_records.in_words(moved_records.warnings(context, change_id))
    return done._replace(text=with_remark(done.text, moved))


def price_removed(context: RequestContext, price: Price) -> Confirmation:
    """The removal of a price, with its undo."""
    words = price_table.price_in_words(price, context.currency, context.formatter)
    return Confirmation(f"Removed the price of {words}", price=price.price_id)


def is_renaming(context: RequestContext, change_id: UUID) -> bool:
    """Whether the change renamed, merged or converted a type, along with its settings."""
    return type_settings.renaming_of(context.user.preferences, change_id) is not None


def page_before_renaming(context: RequestContext, change_id: UUID) -> str:
    """The address of the page that asks, with the type's name and unit from before the change.

    "" if the page is not about the type, or the change renamed none.
    """
    keys = _renaming_keys(context, change_id)
    if keys is None:
        return ""
    source, target = keys
    shown = flash.return_page(context)
    pairs = [pair for pair in parse_qsl(shown.query) if pair[0] not in flash.PARAMETERS]
    before = {
        ("type", fold(target.type)): source.type,
        ("unit", fold(target.unit or WITHOUT_UNIT)): source.unit or WITHOUT_UNIT,
    }
    if not any(("type", fold(text)) in before for name, text in pairs if name == "type"):
        return ""
    pairs = [(name, before.get((name, fold(text)), text)) for name, text in pairs]
    return htmx.address(shown.path, urlencode([*pairs, ("saved", flash.TYPE_BACK)]))


def is_large(state: ChangeState) -> bool:
    """Whether an undo changes so many records that it asks first."""
    return _count(state) >= LARGE


def question(context: RequestContext, change_id: UUID, state: ChangeState) -> Confirmation:
    """The question whether a large undo is meant."""
    done = _in_words(context, state, _DID)
    return Confirmation(f"This undo is large: {done}. Undo all of it?", change_id, asks=True)


def after_undo(context: RequestContext, change_id: UUID) -> Confirmation:
    """The undo of a change in words, with its redo and the next change to undo."""
    undo_id = change_queries.undo_of(change_id)
    undid = change_queries.state(context.db, context.user.id, undo_id)
    if not _count(undid):
        text, redo = "This is undone already", None
    else:
        text, redo = capital(_in_words(context, undid, _UNDID)), undo_id
    if is_renaming(context, change_id):  # The settings of the type are not kept for a redo.
        redo = None
    touched = undid.record_id if _count(undid) == 1 else None
    following = change_queries.latest(context.db, context.user.id)
    if following is None:
        return Confirmation(text, redo=redo, touched=touched)
    text = f"{text}. Next to undo: {_in_words(context, following, _DID)}"
    return Confirmation(text, following.change_id, redo=redo, touched=touched)


def after_redo(context: RequestContext, undo_id: UUID) -> Confirmation:
    """A redo, which is the undo of an undo, in words, with its undo."""
    redo_id = change_queries.undo_of(undo_id)
    redone = change_queries.state(context.db, context.user.id, redo_id)
    return _done(context, redo_id, redone) or Confirmation("This is done again already")


def named(context: RequestContext, record: RecordLike) -> str:
    """A record in a message: `coffee 1 cup`, with the day where it is not today's."""
    day = record.consumption_date
    when = "" if day == context.today else f" on {context.formatter.day(day)}"
    return f"{type_and_amount(record, context.formatter)}{when}"


def answer(context: RequestContext, confirmation: Confirmation, *ids: UUID) -> Response:
    """The message of a change just made; lists of records on the page reload."""
    if not context.is_fragment:
        return flash.redirect(context, changed=confirmation.change)
    return show(context, confirmation, htmx.records_changed(*ids))


def show(
    context: RequestContext, confirmation: Confirmation, headers: htmx.HtmxHeaders = htmx.NO_HEADERS
) -> Response:
    """The message with its links, as a part of a page."""
    return responses.fragment(
        context,
        "fragments/changed.html",
        headers=headers,
        confirmation=confirmation,
        fresh_id=uuid4(),
    )


def with_remark(message: str, remark: str) -> str:
    """The message and, where there is one, the remark on how the value was read."""
    return f"{message}. {remark}" if remark else message


def _done(context: RequestContext, change_id: UUID, state: ChangeState) -> Confirmation | None:
    if not _count(state) or state.changed_since:
        return None
    touched = state.record_id if _count(state) == 1 else None
    editable = None if state.deleted else touched
    text = _renaming_in_words(context, change_id, _count(state))
    if not text:
        text = capital(_in_words(context, state, _DID))
    if account_prices.is_set_by(context.user.preferences, change_id):
        text = f"{text}. {currency.in_words(context.currency)}"
    return Confirmation(text, change_id, editable, touched=touched)


def _renaming_in_words(context: RequestContext, change_id: UUID, count: int) -> str:
    """`pear is apple now: 3 records`; "" for a change that renamed no type.

    A limit or prices that gave way to those of the other name are told.
    """
    keys = _renaming_keys(context, change_id)
    if keys is None:
        return ""
    source, target = keys
    names = [key.type for key in keys]
    if source.unit != target.unit:
        names = [f"{key.type} {in_unit(key.unit)}" for key in keys]
    text = f"{' is '.join(names)} now: {context.formatter.count(count, 'record')}"
    dropped = {
        name: type_settings.is_dropped(context.user.preferences, change_id, name)
        for name in ("limits", "prices")
    }
    told = told_of_dropped(source, target, limit=dropped["limits"], prices=dropped["prices"])
    return with_remark(text, " ".join(told))


def _renaming_keys(context: RequestContext, change_id: UUID) -> tuple[Key, Key] | None:
    """The type and unit before and after a renaming; None for any other change."""
    kept = type_settings.renaming_of(context.user.preferences, change_id)
    # An earlier version kept no names.
    if kept is None or "source" not in kept:
        return None
    return Key(*kept["source"]), Key(*kept["target"])


def _in_words(
    context: RequestContext, state: ChangeState | LatestChange, verbs: dict[str, str]
) -> str:
    """`deleted 3 records`, or `deleted coffee 1 cup`; "" without such a change."""
    if _count(state) == 1:
        records = stored_records.find(context.db, context.user.id, [UUID(state.record_id)])
        verb = next(verb for name, verb in verbs.items() if getattr(state, name))
        return f"{verb} {named(context, records[0])}"
    return ", ".join(
        f"{verb} {context.formatter.count(count, 'record')}"
        for name, verb in verbs.items()
        if (count := getattr(state, name))
    )


def _count(state: ChangeState | LatestChange) -> int:
    """The number of records in a change."""
    return int(state.added + state.changed + state.deleted + state.restored)
