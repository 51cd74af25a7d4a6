"""The sentences on types that a change of many records has brought into another unit."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tally.db import change_queries, queries
from tally.db.change_queries import MovedTo
from tally.domain.currencies import is_money
from tally.domain.keys import Key
from tally.quick_add.meanings.conversions import another_unit
from tally.quick_add.vocabulary import Vocabulary, vocabulary_of
from tally.web.context import RequestContext

# The most sentences in a message; it counts further ones.
MAX_SENTENCES = 3


def warnings(context: RequestContext, change: UUID | None) -> list[str]:
    """A sentence for each type that a change has brought into a unit it was not kept in before.

    The edit of one record asks this before it is saved; a change of many is saved already and can
    be undone. A type has no sentence if all its records moved: then its unit is corrected.
    """
    moved = change_queries.moved(context.db, context.user.id, change) if change else ()
    if not moved:
        return []
    new = {Key(row.consumption_type, row.unit) for row in moved if row.is_new}
    used = queries.used(context.db, context.user.id)
    before = vocabulary_of([kind for kind in used if kind.key not in new])
    told = [_sentence(row, before, context.currency) for row in moved]
    return list(filter(None, told))


def in_words(sentences: Sequence[str]) -> str:
    """The first `MAX_SENTENCES` as one text, and how many more there are."""
    more = len(sentences) - MAX_SENTENCES
    shown = ". ".join(sentences[:MAX_SENTENCES])
    if more <= 0:
        return shown
    others = "1 more type and unit is" if more == 1 else f"{more} more types and units are"
    return f"{shown}. {others} like this"


def _sentence(row: MovedTo, before: Vocabulary, currency: str) -> str:
    name, unit = row.consumption_type, row.unit
    if row.is_costed and is_money(unit, currency):
        return f"{name} is money now, in {unit}, and some of it has a cost besides"
    own = before.own_units(name)
    if not row.is_new or unit in own:
        return ""
    if not unit:
        return f"{name} is kept in {own[0]}, and these have no unit" if own and own[0] else ""
    return another_unit(name, unit, own, before.units, is_money=is_money(unit, currency))
