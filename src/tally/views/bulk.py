"""Edits of many records at once: one change, one undo."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from starlette.responses import Response

from tally.db import bulk_edits, queries, stored_records
from tally.db.bulk_edits import BulkEdit
from tally.db.changes import ChangeConflict, ChangeRefused
from tally.domain import filters
from tally.domain.fields import (
    MAX_TYPE,
    choose_one_of,
    read_date,
    read_id,
    read_text,
    read_unit_text,
)
from tally.domain.filters import CONDITIONS, Filter
from tally.domain.text import fold, lowered
from tally.domain.units import asks_measures, factor, is_convertible, read_unit
from tally.errors import Invalid, NotFound
from tally.quick_add.vocabulary import spelled
from tally.views import last_change, transfer
from tally.views.checks import currency, measures
from tally.views.last_change import Confirmation
from tally.views.record_json import told_json
from tally.views.record_list import read_filter
from tally.views.saving import duplicate
from tally.views.words import flash, moved_records
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import FILTER, takes

SETTERS = ("set-type", "set-unit", "set-date", "add-tag", "convert")
# The actions by which a type may get amounts in another unit.
MOVERS = ("set-type", "set-unit")
ACTIONS = (*SETTERS, "delete", "restore", "export")
FILTER_ALONE = "A filter counts with all=1 only: send that with it, or the ids alone."
NULL_IN_FILTER = "Null is no filter: leave the name out, and nothing is filtered by it."
SAY_THE_UNIT = "Say the unit; an empty value takes the unit away."
RESTORE_FIRST = "Deleted records are not changed: restore them first."
NO_PAGES = "The action is for every record that matches, and has no pages."


@takes(
    *(*FILTER, *SETTERS, "ids", "all", "action", "value", "duplicate", "id", "back"),
    in_address=FILTER,
)
def bulk(context: RequestContext) -> Response:
    """Change many records alike, or copy one to today: one change, one undo."""
    if context.form.text("duplicate"):
        return duplicate.copy_to_today(context)
    action = context.form.text("action")
    if action == "typed":
        action = _typed(context)
    if action not in ACTIONS:
        raise Invalid({"action": choose_one_of(ACTIONS)})
    wanted, ids = _chosen(context, action)
    if action == "export":
        return transfer.export(context, wanted, ids)
    edit = _edit(context, action, wanted, ids)
    try:
        edited = bulk_edits.apply(context.db, context.user.id, wanted, ids, edit)
    except ChangeConflict:
        raise
    except ChangeRefused as error:
        raise Invalid({_field(context, action): str(error)}) from error
    if action == "restore":
        currency.bring_back(context)
    told = moved_records.warnings(context, edited.change) if action in MOVERS else []
    if context.wants != "html":
        content = {"changed": edited.records, "change": edited.change}
        return responses.data({**content, **told_json(told)})
    if told and not context.is_fragment:
        return flash.redirect(context, changed=edited.change, told=flash.UNITS)
    done = {"delete": "Deleted", "restore": "Restored"}.get(action, "Changed")
    text = f"{done} {context.formatter.count(edited.records, 'record')}"
    text = last_change.with_remark(text, moved_records.in_words(told))
    confirmation = Confirmation(text, edited.change)
    return last_change.answer(context, confirmation, *(ids or ()))


def _typed(context: RequestContext) -> str:
    """The action of the only filled field: Enter in a browser without scripts names no action.

    Raises Invalid.
    """
    typed = [action for action in SETTERS if context.form.text(action)]
    if len(typed) != 1:
        raise Invalid({"action": "Fill in one field, or press Apply beside the one you mean."})
    return typed[0]


def _chosen(context: RequestContext, action: str) -> tuple[Filter, list[UUID] | None]:
    """The chosen records: by the ids that were sent, or with `all=1` by the filter.

    Raises NotFound if none of the ids has a record, as for a single record. Deleted records can be
    deleted again, and present ones restored.
    """
    if context.form.flag("all"):
        wanted = read_filter(context, [*context.query.items_list(), *context.form.items_list()])
        _refuse_beside_all(context, action)
        if wanted.deleted and action in SETTERS:
            raise Invalid({"deleted": RESTORE_FIRST})
        return wanted.everything(), None
    _refuse_filter_beside_ids(context)
    texts = [
        record_id
        for text in context.form.many("ids")
        for record_id in re.split("[, ]+", text)
        if record_id
    ]
    if not texts:
        raise Invalid({"ids": "Select at least one record."})
    ids = [record_id for record_id in map(read_id, texts) if record_id]
    records = stored_records.find(context.db, context.user.id, ids)
    is_there = [row.deleted_at is None or action in ("delete", "restore") for row in records]
    if len(ids) < len(texts) or not any(is_there):
        raise NotFound("None of these records is there, or not any more.")
    return Filter(today=context.today, deleted=action == "restore"), ids


def _refuse_beside_all(context: RequestContext, action: str) -> None:
    """Raises Invalid for parameters of a program that `all=1` would ignore.

    More records would be changed than the program meant. Pages may send them: the selected rows are
    part of the form, and its address names the page of the list.
    """
    if context.wants == "html":
        return
    faults = {name: NULL_IN_FILTER for name in CONDITIONS if name in context.form.nulls}
    if action != "export":  # A file has every record, whichever page was shown.
        faults |= {name: NO_PAGES for name in ("after", "limit") if _is_sent(context, name)}
    if context.form.many("ids"):
        faults["ids"] = "Send the ids, or all=1 with a filter: both are not clear."
    if faults:
        raise Invalid(faults)


def _refuse_filter_beside_ids(context: RequestContext) -> None:
    """Raises Invalid for a program's filter without `all=1`, which would be ignored."""
    faults = {name: FILTER_ALONE for name in CONDITIONS if _is_sent(context, name)}
    if faults and context.wants != "html":
        raise Invalid(faults)


def _is_sent(context: RequestContext, name: str) -> bool:
    """Whether a parameter is in the form or in its address; an empty one counts as absent."""
    return any(text.strip() for text in (*context.query.many(name), *context.form.many(name)))


def _edit(context: RequestContext, action: str, wanted: Filter, ids: list[UUID] | None) -> BulkEdit:
    """The edit an action makes to each record. Raises Invalid with a sentence for the value."""
    value = context.form.text(action) or context.form.text("value")
    if action == "set-unit" and not {action, "value"} & context.form.keys():
        raise Invalid({_field(context, action): SAY_THE_UNIT})
    try:
        match action:
            case "set-type":
                name = read_text(value, "Type", MAX_TYPE, "Write the new type.")
                return BulkEdit(type=_spelled(context, name, wanted, ids))
            case "set-unit":
                unit = "" if value == filters.WITHOUT_UNIT else value
                used = {kind.unit for kind in context.used}
                return BulkEdit(unit=read_unit(read_unit_text(unit), used))
            case "convert":
                return _conversion(context, value, wanted, ids)
            case "set-date":
                return BulkEdit(day=read_date(value, context.today))
            case "add-tag":
                return BulkEdit(tag=_tag(value))
            case "delete":
                return BulkEdit(delete=True)
            case _:
                return BulkEdit(restore=True)
    except ValueError as error:
        raise Invalid({_field(context, action): str(error)}) from error


def _field(context: RequestContext, action: str) -> str:
    """The field of an action's value: programs send `value`, the page a field for each action."""
    if action not in SETTERS:
        return "action"
    is_own = context.wants == "html" or action in context.form
    return action if is_own else "value"


def _spelled(context: RequestContext, name: str, wanted: Filter, ids: list[UUID] | None) -> str:
    """The new type as the account spells it; as it was typed if all of its records are chosen."""
    known = spelled(name, context.used_with(name))
    if known == name:
        return name
    of_all = queries.count(context.db, context.user.id, Filter(today=context.today, types=(name,)))
    if ids is not None:
        records = stored_records.find(context.db, context.user.id, ids)
        chosen = sum(
            row.deleted_at is None and fold(row.consumption_type) == fold(name) for row in records
        )
    elif wanted.types and fold(name) not in map(fold, wanted.types):
        chosen = 0
    else:
        matching = replace(wanted, types=(name,), spellings=None)
        chosen = queries.count(context.db, context.user.id, matching)
    return name if chosen == of_all else known


def _conversion(
    context: RequestContext, value: str, wanted: Filter, ids: list[UUID] | None
) -> BulkEdit:
    """The edit that converts amounts in other units of the same dimension to this unit.

    Raises ValueError with a sentence if the account has no amounts to convert, or if chosen records
    are in gallons, say, and the account has not said whether these are US or imperial.
    """
    used = {kind.unit for kind in context.used}
    unit = read_unit(read_unit_text(value), used)
    others = [other for other in sorted(used) if is_convertible(other, unit)]
    if not others:
        raise ValueError("None of your amounts can be converted to this unit.")
    factors = {
        other: factor(other, unit, measures.for_conversion(context, other, unit))
        for other in others
        if not asks_measures(other, unit) or _has_unit(context, wanted, ids, other)
    }
    return BulkEdit(unit=unit, factors=factors)


def _has_unit(context: RequestContext, wanted: Filter, ids: list[UUID] | None, unit: str) -> bool:
    """Whether a chosen record is in this unit."""
    if ids is not None:
        records = stored_records.find(context.db, context.user.id, ids)
        return any(record.unit == unit for record in records)
    if wanted.unit is not None and wanted.unit != unit:
        return False
    return queries.count(context.db, context.user.id, replace(wanted, unit=unit)) > 0


def _tag(text: str) -> str:
    word = read_text(text, "A tag", MAX_TYPE, "Write a tag, such as #late.").lstrip("#")
    tag = f"#{word}"
    if filters.tags_in(tag) != {lowered(tag)}:
        raise ValueError("A tag is one word, such as #late.")
    return tag
