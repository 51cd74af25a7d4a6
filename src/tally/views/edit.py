"""The form that edits a record: in place of its row, or in a dialog over the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError
from starlette.responses import Response

from tally.db import changes, queries
from tally.db.changes import ChangeConflict, NoSuchRecord
from tally.db.models import FIELDS
from tally.db.record_form import FORM_FIELDS, RecordForm
from tally.domain import meters
from tally.domain.filters import RESTORE_DAYS
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain, Relinked
from tally.domain.records import NewRecord, RecordLike, StoredRecord, UsedType, key_of
from tally.domain.text import fold, one_line
from tally.errors import Invalid, NotFound, field_sentences
from tally.quick_add import suggestions
from tally.quick_add.conversions import money_twice
from tally.quick_add.vocabulary import Vocabulary
from tally.views import currency, entry, last_change, review, way_back
from tally.views import list as list_page
from tally.views.record_fields import fields_of, in_words, remark_on
from tally.views.record_json import record_json, told_json
from tally.views.record_list import shown_filter
from tally.views.records import as_row, record_in_path
from tally.views.review import Reviewed
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.parameters import RECORD, takes

# The fields of a record that null empties, and those that must not be null.
CAN_BE_EMPTY = ("unit", "notes", "reading", "cost")
NEVER_EMPTY = (
    *("consumption_date", "consumption_value", "consumption_type", "days", "covers_from"),
    *("new_meter", "rolled_over", "version"),
)
NEVER_NULL = "Null is no value here: leave the field out, and it stays as it is."
DELETED_SINCE = "This record was deleted in the meantime."
OF_THE_METER = ("consumption_value", "days", "covers_from")
FOLLOWS = (
    "Amount and days of a reading follow from its meter: change what it shows, or its day."
    " With an empty “reading” it becomes a plain amount."
)


def edit(context: RequestContext) -> Response:
    """One record as a form: in place of its row; without htmx in a dialog over the list.

    The address may have fields as they were typed before a sign-in, with the version at that time.
    """
    typed = _given(context.query)
    if not typed:
        return _form(context, record_in_path(context))
    record = next(iter(changes.find(context.db, context.user.id, [context.path_id()])), None)
    if record is None or record.deleted_at is not None:
        return _gone(context, record, typed)
    is_old = "version" in context.query and context.query.text("version") != str(record.version)
    conflict = changes.CHANGED_SINCE if is_old else ""
    return _form(context, record, unsaved=Unsaved(typed, conflict=conflict))


@takes(*RECORD, "back", "convert", in_address=["restore"])
def save(context: RequestContext) -> Response:
    """Save the edit. A `version` that is not the newest is a 409 that shows both versions.

    The edit of a missing or deleted record is a 404 whose form keeps the fields as typed.
    `restore=1` restores a deleted record, too.
    """
    given = _given(context.form)
    becomes_reading = bool(given.get("reading"))
    try:
        record = changes.locked(
            context.db, context.user.id, context.path_id(), deleted=True, reading=becomes_reading
        )
    except NoSuchRecord:
        return _gone(context, None, given)
    restores = context.query.flag("restore")
    if record.deleted_at is None or (restores and _is_kept(context, record)):
        return _save(context, record, given)
    return _gone(context, record, given)


def _save(context: RequestContext, record: StoredRecord, given: dict[str, str]) -> Response:
    # Fields that are not sent keep their current value, edits from elsewhere included.
    try:
        _refuse_what_cannot_change(record, given, context.form.nulls)
        version = _version(context.form.text("version"))
        used = queries.used(context.db, context.user.id)
        read = RecordForm.model_validate(
            _content(record, given), context=_known(context, record, given, used)
        )
        reviewed = _review(context, record, read.record(record.id), used)
        new = reviewed.record
        edited = _edit(context, record, reviewed, version)
    except ValidationError as error:
        return _refuse(context, record, 422, field_sentences(error), given)
    except BrokenChain as error:
        return _refuse(context, record, 422, _misfit(context, record, new, error), given)
    except NotSure as unsure:
        typed = {**given, **reviewed.taken}
        unsaved = Unsaved(typed, warning=unsure.warning, offer=reviewed.offer, seal=_seal(new))
        return _form(context, record, 422, unsaved)
    except ChangeConflict as error:
        return _refuse(context, record, 409, {}, given, str(error))
    except Invalid as refused:
        return _refuse(context, record, 422, refused.fields, given, refused.sentence)
    return _saved(context, given, reviewed, edited)


def _saved(
    context: RequestContext, given: dict[str, str], reviewed: Reviewed, edited: changes.Edited
) -> Response:
    """The answer to a saved edit: the record in JSON, a redirect, or its row with a message."""
    new, change = reviewed.record, edited.change
    [saved] = changes.find(context.db, context.user.id, [new.id])
    if context.wants != "html":
        told = told_json([reviewed.warning], currency.remarks(context, [new], change))
        return responses.data({**record_json(saved), "change": change, **told})
    first_cost = currency.sentence_on_first(context, [new], change)
    if not context.is_fragment:
        return way_back.redirect(context, changed=change)
    remark = remark_on(given, context.number_format)
    remark = " ".join(filter(None, (remark, first_cost)))
    return responses.fragment(
        context,
        "fragments/row.html",
        orders=htmx.records_changed(new.id, *(other.record_id for other in edited.others)),
        **as_row(context, saved),
        message=last_change.with_remark(f"Saved {in_words(saved, context.say)}", remark),
        change=change or "",
        record_id=str(new.id),
    )


def _given(form: Fields) -> dict[str, str]:
    """The fields of a record that were sent; null is "" for those that may be empty."""
    emptied = {name: "" for name in CAN_BE_EMPTY if name in form.nulls}
    return emptied | {name: form[name] for name in FORM_FIELDS if name in form}


def _refuse_what_cannot_change(
    record: StoredRecord, given: Mapping[str, str], nulls: frozenset[str]
) -> None:
    """Raises Invalid for null in a required field, and for amount or days of a reading.

    Amount and days are allowed, and ignored, beside the reading itself.
    """
    faults = {name: NEVER_NULL for name in NEVER_EMPTY if name in nulls and name not in given}
    if record.reading is not None and not {"reading", "kind"} & given.keys():
        faults |= {name: FOLLOWS for name in OF_THE_METER if given.get(name)}
    if faults:
        raise Invalid(faults)


class NotSure(Exception):
    """An edit is not saved yet: `warning` says why, and the form has to be sent once more."""

    def __init__(self, warning: str) -> None:
        super().__init__(warning)
        self.warning = warning


def _edit(
    context: RequestContext, record: StoredRecord, reviewed: Reviewed, version: int | None
) -> changes.Edited:
    """Edit a record, but roll back while the form has not agreed to the warnings.

    The edit may change other readings, look like a slip, or have another unit than its type.
    Raises NotSure, and the errors of `changes.edit`.
    """
    new = reviewed.record
    is_told = context.wants != "html" or review.is_confirmed(context.form, _seal(new))
    warning = "" if is_told else reviewed.warning
    if record.reading is None and new.reading is None and not warning:
        return changes.edit(context.db, context.user.id, record, new, version)
    with context.db.begin_nested():
        edited = changes.edit(context.db, context.user.id, record, new, version)
        effect = _effect(context, edited.others, new.unit) if edited.others else ""
        if (warning or effect) and not is_told:
            raise NotSure(". ".join(filter(None, (warning, effect))))
    return edited


def _review(
    context: RequestContext, record: StoredRecord, new: NewRecord, used: Sequence[UsedType]
) -> Reviewed:
    """The edited record, with warnings about the fields that change: type, unit, amount, cost."""
    if _amount(record) == _amount(new):
        is_told = new.reading is not None or new.cost == record.cost
        sentence = "" if is_told else money_twice(new, context.currency, context.say)
        return Reviewed(new, sentence)
    known = Vocabulary(currency=context.currency)
    if key_of(record) != key_of(new):
        known = entry.vocabulary(context, _of_others(context, record, used))
    return review.of_form(context, known, new)


def _amount(record: RecordLike) -> tuple[Key, Decimal, int | None]:
    """The amount of a record of a type; that of a reading follows from its figure."""
    if record.reading is not None:
        return key_of(record), record.reading, None
    return key_of(record), record.consumption_value, record.days


def _of_others(
    context: RequestContext, record: StoredRecord, used: Sequence[UsedType]
) -> Sequence[UsedType]:
    """The types in use by other records: without the record's own type and unit, if it is alone."""
    own = key_of(record)
    latest = queries.latest_values(context.db, context.user.id, [own], 2).get(own, ())
    is_counted = record.days > 0  # The start of a meter has no value of its own.
    if len(latest) > is_counted:
        return used
    return [kind for kind in used if kind.key != own]


def _seal(record: NewRecord) -> str:
    """A digest of the values that a warning is about: changed ones are warned of again."""
    amount = f"{record.consumption_value} {record.unit} {record.consumption_type}"
    figures = f"{record.reading} {record.new_meter} {amount} {record.cost}"
    return review.seal(f"{record.consumption_date} {figures}")


def _effect(context: RequestContext, others: Sequence[Relinked], unit: str) -> str:
    """A sentence about the next reading, and about how many others change with it."""
    say, first = context.say, others[0]
    before, after = (meters.comes_to(link, unit, say) for link in (first.before, first.after))
    reading = f"{say.number(first.reading.figure)} on {say.date_name(first.reading.day)}"
    more = f", and {say.count(len(others) - 1, 'reading')} more" if len(others) > 1 else ""
    return f"The reading {reading} comes to {after} instead of {before}{more}"


def _misfit(
    context: RequestContext, record: StoredRecord, new: NewRecord, error: BrokenChain
) -> dict[str, str]:
    """The reason why an edited reading does not fit, by the field that it is about."""
    own = new.as_reading if new.reading is not None else None
    is_moved = own is not None and new.reading == record.reading
    field = "consumption_date" if is_moved else "reading"
    return {field: meters.why(error, context.say, own)}


def _content(record: StoredRecord, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a record as a form sends them, with the given ones in place of its own."""
    kept = {name: str(getattr(record, name)) for name in FIELDS}
    for name in ("days", "reading", "cost"):
        value = getattr(record, name)
        if value is None or (name == "days" and (given.get("covers_from") or not value)):
            continue  # A meter's start covers 0 days; as a plain amount it covers its own day.
        kept[name] = str(value)
    return {**kept, **given}


def _known(
    context: RequestContext,
    record: StoredRecord,
    given: Mapping[str, str],
    used: Sequence[UsedType],
) -> dict[str, Any]:
    """The context with which pydantic reads the fields of a form."""
    name = one_line(given.get("consumption_type", record.consumption_type))
    return {
        "types": {fold(name): _spelled(context, record, name, used)},
        "today": context.today,
        "number_format": context.number_format,
        "currency": context.currency,
        "units": {kind.unit for kind in used},
        "day": record.consumption_date,
    }


def _spelled(
    context: RequestContext, record: StoredRecord, name: str, used: Sequence[UsedType]
) -> str:
    """The type of an edited record as the account spells it; as typed if no other record has it."""
    if name == record.consumption_type:
        return name
    is_respelled = fold(name) == fold(record.consumption_type)
    others = _of_others(context, record, used) if is_respelled else used
    return suggestions.spelled(name, others)


def _version(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Invalid({"version": "The version is a whole number."})
    return int(text)


class Unsaved(NamedTuple):
    """The reasons why an edit is not saved yet, with the fields as they were typed.

    `faults`: sentences by field; `conflict`: a sentence on a newer version. `warning` is a question
    to which the form agrees by sending `seal`; `offer` is the amount that a button saves instead.
    """

    given: Mapping[str, str] = {}
    faults: Mapping[str, str] = {}
    conflict: str = ""
    warning: str = ""
    offer: str = ""
    seal: str = ""


AS_STORED = Unsaved()


def _gone(
    context: RequestContext, record: StoredRecord | None, given: Mapping[str, str]
) -> Response:
    """The form of a deleted or missing record, with its fields as typed.

    Another member's record is answered as if it did not exist.
    """
    deleted = record if record and _is_kept(context, record) else None
    if context.wants != "html":
        raise NotFound(DELETED_SINCE) if deleted else NoSuchRecord
    return _form(context, deleted, 404, Unsaved(given))


def _is_kept(context: RequestContext, record: StoredRecord) -> bool:
    """Whether a record is deleted and can still be restored."""
    limit = context.now - timedelta(days=RESTORE_DAYS)
    return record.deleted_at is not None and record.deleted_at > limit


def _why_gone(record: StoredRecord | None) -> str:
    """The sentence for a record that cannot be edited; "" for one that is there."""
    if record is None:
        return str(NoSuchRecord())
    return DELETED_SINCE if record.deleted_at else ""


def _form(
    context: RequestContext,
    record: StoredRecord | None,
    status: int = 200,
    unsaved: Unsaved = AS_STORED,
) -> Response:
    """The form of a record; for a deleted or missing one with the ways to go on."""
    fields = fields_of(record, context.say) if record else dict.fromkeys(FORM_FIELDS, "")
    values: dict[str, Any] = {
        "record": record,
        "id": str(record.id) if record else "new",
        "gone": _why_gone(record),
        "fresh_id": uuid4(),
        "fields": fields | dict(unsaved.given),
        "warning": unsaved.warning,
        "offer": unsaved.offer,
        "seal": unsaved.seal,
        "faults": unsaved.faults,
        "conflict": unsaved.conflict,
        "newest": in_words(record, context.say) if record else "",
        "back": way_back.opened_from(context).address,
    }
    if not context.is_fragment:
        return list_page.beneath(context, "fragments/edit_dialog.html", status, **values)
    values["wanted"] = shown_filter(context)
    return responses.fragment(context, "fragments/edit.html", status, **values)


def _refuse(
    context: RequestContext,
    record: StoredRecord,
    status: int,
    faults: dict[str, str],
    given: dict[str, str],
    sentence: str = "",
) -> Response:
    """The form again with its fields as typed; a conflict with the newest version beside it."""
    if context.wants != "html":
        details = {"record": record_json(record), "yours": given} if status == 409 else None
        told = sentence or next(iter(faults.values()))
        return responses.refusal(context, status, told, faults, details=details)
    unsaved = Unsaved(given, faults, conflict=sentence if status == 409 else "")
    return _form(context, record, status, unsaved)
