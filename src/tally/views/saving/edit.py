"""The form that edits a record: in place of its row, or in a dialog over the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError
from starlette.responses import Response

from tally.db import changes, stored_records
from tally.db.changes import ChangeConflict
from tally.db.record_form import FORM_FIELDS
from tally.db.stored_records import NoSuchRecord
from tally.domain import meter_words
from tally.domain.filters import RESTORE_DAYS
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, StoredRecord
from tally.domain.relinking import Relinked
from tally.errors import HTTPError, Invalid, NotFound, field_sentences
from tally.views import last_change
from tally.views import list as list_page
from tally.views.checks import currency, review
from tally.views.checks.review import Reviewed
from tally.views.record_json import record_json, told_json
from tally.views.record_list import shown_filter
from tally.views.records import as_row, record_in_path
from tally.views.saving import edited_record
from tally.views.words import flash
from tally.views.words.record_fields import dotted_in, fields_of, in_words, remark_on
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.parameters import RECORD, takes

DELETED_SINCE = "This record was deleted in the meantime."


def edit(context: RequestContext) -> Response:
    """One record as a form: in place of its row; without htmx in a dialog over the list.

    The address may have fields as they were typed before a sign-in, with the version at that time.
    """
    typed = edited_record.given_in(context.query)
    if not typed:
        return _form(context, record_in_path(context))
    record = next(iter(stored_records.find(context.db, context.user.id, [context.path_id()])), None)
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
    given = edited_record.given_in(context.form)
    becomes_reading = bool(given.get("reading"))
    try:
        record = stored_records.locked(
            context.db, context.user.id, context.path_id(), deleted=True, reading=becomes_reading
        )
    except NoSuchRecord:
        return _gone(context, None, given)
    restores = context.query.flag("restore")
    if record.deleted_at is None or (restores and _is_kept(context, record)):
        return _save(context, record, given)
    return _gone(context, record, given)


def _save(context: RequestContext, record: StoredRecord, given: dict[str, str]) -> Response:
    try:
        edited_record.refuse_what_cannot_change(record, given, context.form.nulls)
        version = _version(context.form.text("version"))
        reviewed = edited_record.reviewed(context, record, given)
        edited = _edit(context, record, reviewed, version)
    except ValidationError as error:
        unsaved = Unsaved(given, field_sentences(error))
    except BrokenChain as error:
        unsaved = Unsaved(given, edited_record.misfit(context, record, reviewed.record, error))
    except NotSure as unsure:
        typed, seal = {**given, **reviewed.taken}, _seal(reviewed.record)
        unsaved = Unsaved(typed, warning=unsure.warning, offer=reviewed.offer, seal=seal)
    except ChangeConflict as error:
        unsaved = Unsaved(given, conflict=str(error))
    except Invalid as refused:
        unsaved = Unsaved(given, refused.fields)
    else:
        return _saved(context, given, reviewed, edited)
    return _refused(context, record, unsaved)


def _saved(
    context: RequestContext, given: dict[str, str], reviewed: Reviewed, edited: changes.Edited
) -> Response:
    """The answer to a saved edit: the record in JSON, a redirect, or its row with a message."""
    new, change = reviewed.record, edited.change
    [saved] = stored_records.find(context.db, context.user.id, [new.id])
    if context.wants != "html":
        told = told_json([reviewed.warning], currency.remarks(context, [new], change))
        return responses.data({**record_json(saved), "change": change, **told})
    first_cost = currency.sentence_on_first(context, [new], change)
    dotted = dotted_in(given, context.number_format)
    if not context.is_fragment:
        return flash.redirect(context, changed=change, dotted=dotted)
    remark = remark_on(dotted, context.number_format)
    remark = " ".join(filter(None, (remark, first_cost)))
    return responses.fragment(
        context,
        "fragments/row.html",
        headers=htmx.records_changed(new.id, *(other.record_id for other in edited.others)),
        **as_row(context, saved),
        message=last_change.with_remark(f"Saved {in_words(saved, context.formatter)}", remark),
        change=change or "",
        record_id=str(new.id),
    )


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


def _seal(record: NewRecord) -> str:
    """A digest of the values that a warning is about: changed ones are warned of again."""
    amount = f"{record.consumption_value} {record.unit} {record.consumption_type}"
    figures = f"{record.reading} {record.new_meter} {amount} {record.cost}"
    return review.seal(f"{record.consumption_date} {figures}")


def _effect(context: RequestContext, others: Sequence[Relinked], unit: str) -> str:
    """A sentence about the next reading, and about how many others change with it."""
    formatter, first = context.formatter, others[0]
    before, after = (
        meter_words.consumption_in_words(used, unit, formatter)
        for used in (first.before, first.after)
    )
    reading = meter_words.reading_in_words(first.reading, formatter)
    more = f", and {formatter.count(len(others) - 1, 'reading')} more" if len(others) > 1 else ""
    return f"The reading {reading} comes to {after} instead of {before}{more}"


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

    @property
    def status(self) -> int:
        """The status of the answer that has the form again."""
        return 409 if self.conflict else 422

    @property
    def sentence(self) -> str:
        """The sentence for a program."""
        return self.conflict or next(iter(self.faults.values()), self.warning)


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
    fields = fields_of(record, context.formatter) if record else dict.fromkeys(FORM_FIELDS, "")
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
        "newest": in_words(record, context.formatter) if record else "",
        "back": flash.return_page(context).address,
    }
    if not context.is_fragment:
        return list_page.page_with_dialog(context, "fragments/edit_dialog.html", status, **values)
    values["wanted"] = shown_filter(context)
    return responses.fragment(context, "fragments/edit.html", status, **values)


def _refused(context: RequestContext, record: StoredRecord, unsaved: Unsaved) -> Response:
    """The form again with its fields as typed; a conflict with the newest version beside it."""
    if context.wants == "html":
        return _form(context, record, unsaved.status, unsaved)
    versions = {"record": record_json(record), "yours": unsaved.given}
    details = versions if unsaved.conflict else None
    refused = HTTPError(unsaved.status, unsaved.sentence, unsaved.faults, details=details)
    return responses.refusal(context, refused)
