"""The records as a resource that the pages share: rows, totals, one record, undo."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from pydantic import ValidationError
from starlette.responses import Response

from tally.accounts import type_settings
from tally.db import changes, queries
from tally.db.changes import ChangeConflict, ChangeState, NoSuchRecord
from tally.db.models import FIELDS, FORM_FIELDS, RecordForm
from tally.domain import amounts, filter_query, meters
from tally.domain.fields import read_id
from tally.domain.filters import DEFAULT_LIMIT, RESTORE_DAYS, Filter
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain, Relinked
from tally.domain.records import NewRecord, RecordLike, StoredRecord, UsedType
from tally.domain.text import fold, one_line
from tally.errors import Invalid, NotFound, field_sentences
from tally.quick_add import suggestions
from tally.quick_add.conversions import money_twice
from tally.quick_add.vocabulary import Vocabulary
from tally.views import currency, entry, last_change, record_rows, transfer
from tally.views import list as list_page
from tally.views.entry import Reviewed
from tally.views.last_change import Latest
from tally.views.record_fields import fields_of, in_words
from tally.views.record_json import record_json, totals_json
from tally.views.record_list import (
    list_address,
    page_of_rows,
    read_filter,
    shown_filter,
    totals_after,
    totals_of,
    within,
)
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.parameters import FILTER, RECORD, takes

# The largest size of a page of JSON with more records than usual.
MAX_JSON_BYTES = 2_000_000
# The fields of a record that null empties, and those that nothing stands in for.
CAN_BE_EMPTY = ("unit", "notes", "reading", "cost")
ALWAYS_THERE = ("consumption_date", "consumption_value", "consumption_type", "days")
NEVER_NULL = "Null is no value here: leave the field out, and it stays as it is."
DELETED_SINCE = "This record was deleted in the meantime."
OF_THE_METER = ("consumption_value", "days", "covers_from")
FOLLOWS = (
    "Amount and days of a reading follow from its meter: change what it shows, or its day."
    " With an empty “reading” it becomes a plain amount."
)


@takes(*FILTER, "download")
def index(context: RequestContext) -> Response:
    """The matching records: rows for htmx, JSON or CSV for programs, else the list page."""
    if context.wants == "csv" or (context.wants == "json" and context.query.text("download")):
        return transfer.export(context)
    wanted = read_filter(context)
    if context.wants != "html":
        return responses.data(_page_json(context, wanted))
    if not context.is_fragment:
        return responses.redirect(context, list_address(filter_query.query(wanted)))
    return responses.fragment(context, "fragments/rows.html", **page_of_rows(context, wanted))


@takes(*FILTER, "totals_after")
def totals(context: RequestContext) -> Response:
    """Count and totals of the filter, by themselves: the rows never wait for them."""
    wanted = read_filter(context)
    if context.wants != "html":
        passed_over = totals_after(context)
        rows = queries.totals(context.db, context.user.id, wanted, passed_over)
        return responses.data(totals_json(rows, passed_over))
    if not context.is_fragment:
        return responses.redirect(context, list_address(filter_query.query(wanted, view="totals")))
    template = "totals_more" if totals_after(context) else "totals"
    return responses.fragment(context, f"fragments/{template}.html", **totals_of(context, wanted))


@takes()
def show(context: RequestContext) -> Response:
    """One record as a row of the list."""
    record = _record(context)
    if context.wants != "html":
        return responses.data(record_json(record))
    if not context.is_fragment:
        return responses.redirect(context, "/list")
    return responses.fragment(context, "fragments/row.html", **_as_row(context, record))


def edit(context: RequestContext) -> Response:
    """One record as a form: in place of its row; without htmx in a dialog over the list.

    The address may have fields as they were typed ahead of a sign-in, with the version of then.
    """
    typed = _given(context.query)
    if not typed:
        return _form(context, _record(context))
    record = next(iter(changes.find(context.db, context.user.id, [context.path_id()])), None)
    if record is None or record.deleted_at is not None:
        return _gone(context, record, typed)
    is_old = "version" in context.query and context.query.text("version") != str(record.version)
    conflict = changes.CHANGED_SINCE if is_old else ""
    return _form(context, record, again=Again(typed, conflict=conflict))


@takes(*RECORD, "back", "convert", "restore")
def save(context: RequestContext) -> Response:
    """Save the edit. A `version` that is not the newest is a 409 that shows both versions.

    The edit of a record that is not there, or not any more, is a 404 whose form keeps what was
    typed. `restore=1` brings a deleted record back with it.
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
    # Fields that are not sent keep their current value, with the edits of others meanwhile.
    try:
        _refuse_what_cannot_change(record, given, context.form.nulls)
        version = _version(context.form.text("version"))
        used = queries.used(context.db, context.user.id)
        read = RecordForm.model_validate(
            _content(record, given), context=_known(context, record, given, used)
        )
        reviewed = _review(context, record, read.record(record.id), used)
        new = reviewed.record
        change, others = _edit(context, record, reviewed, version)
    except ValidationError as error:
        return _refuse(context, record, 422, field_sentences(error), given)
    except BrokenChain as error:
        return _refuse(context, record, 422, _misfit(context, record, new, error), given)
    except NotSure as unsure:
        typed = {**given, **reviewed.taken}
        again = Again(typed, warning=unsure.warning, offer=reviewed.offer, seal=_seal(new))
        return _form(context, record, 422, again)
    except ChangeConflict as error:
        return _refuse(context, record, 409, {}, given, str(error))
    except Invalid as refused:
        return _refuse(context, record, 422, refused.fields, given, refused.sentence)
    [saved] = changes.find(context.db, context.user.id, [record.id])
    if context.wants != "html":
        told = {
            "warnings": [{"message": reviewed.warning}] if reviewed.warning else [],
            "remarks": currency.remarks(context, [new], change),
        }
        told = {name: messages for name, messages in told.items() if messages}
        return responses.data({**record_json(saved), "change": change, **told})
    first_cost = currency.first(context, [new], change)
    if not context.is_fragment:
        return last_change.back(context, changed=change)
    remark = amounts.remark(given.get("consumption_value", ""), context.number_format)
    remark = " ".join(filter(None, (remark, first_cost)))
    return responses.fragment(
        context,
        "fragments/row.html",
        orders=htmx.records_changed(record.id, *(other.record_id for other in others)),
        **_as_row(context, saved),
        message=last_change.with_remark(f"Saved {in_words(saved, context.say)}", remark),
        change=change or "",
        record_id=str(record.id),
    )


def _given(form: Fields) -> dict[str, str]:
    """The fields of a record that were sent; null empties what may be empty."""
    emptied = {name: "" for name in CAN_BE_EMPTY if name in form.nulls}
    return emptied | {name: form[name] for name in FORM_FIELDS if name in form}


def _refuse_what_cannot_change(
    record: StoredRecord, given: Mapping[str, str], nulls: frozenset[str]
) -> None:
    """Raises Invalid for null where something is due, and for amount or days of a reading alone.

    Beside a reading they are not looked at.
    """
    faults = {name: NEVER_NULL for name in ALWAYS_THERE if name in nulls and name not in given}
    if record.reading is not None and not {"reading", "kind"} & given.keys():
        faults |= {name: FOLLOWS for name in OF_THE_METER if given.get(name)}
    if faults:
        raise Invalid(faults)


class NotSure(Exception):
    """An edit is not saved yet: `warning` says why, and it has to be sent once more."""

    def __init__(self, warning: str) -> None:
        super().__init__(warning)
        self.warning = warning


def _edit(
    context: RequestContext, record: StoredRecord, reviewed: Reviewed, version: int | None
) -> changes.Edited:
    """Edit a record, but roll back where nobody has agreed to what the edit was warned of.

    It may change other readings, look like a slip, or be in another unit than its type. Raises
    NotSure, and the errors of `changes.edit`.
    """
    new = reviewed.record
    is_told = context.wants != "html" or entry.is_confirmed(context.form, _seal(new))
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
    """The edited record, with warnings about what is changed: type and unit, amount, cost."""
    if _amount(record) == _amount(new):
        is_told = new.reading is not None or new.cost == record.cost
        sentence = "" if is_told else money_twice(new, context.currency, context.say)
        return Reviewed(new, sentence)
    known = Vocabulary(currency=context.currency)
    if _own_key(record) != _own_key(new):
        known = entry.vocabulary(context, _of_others(context, record, used))
    return entry.review(context, known, new)


def _own_key(record: RecordLike) -> Key:
    return Key(record.consumption_type, record.unit)


def _amount(record: RecordLike) -> tuple[Key, Decimal, int | None]:
    """The amount of a record of a type; that of a reading follows from its figure."""
    if record.reading is not None:
        return _own_key(record), record.reading, None
    return _own_key(record), record.consumption_value, record.days


def _of_others(
    context: RequestContext, record: StoredRecord, used: Sequence[UsedType]
) -> Sequence[UsedType]:
    """The types in use without the record's own, where no other record has that type and unit."""
    own = _own_key(record)
    latest = queries.latest_values(context.db, context.user.id, [own], 2).get(own, ())
    is_counted = record.days > 0  # The start of a meter has no value of its own.
    if len(latest) > is_counted:
        return used
    return [kind for kind in used if Key(kind.type, kind.unit) != own]


def _seal(record: NewRecord) -> str:
    """A digest of what a warning was about: another amount, cost or day is warned of anew."""
    amount = f"{record.consumption_value} {record.unit} {record.consumption_type}"
    figures = f"{record.reading} {record.new_meter} {amount} {record.cost}"
    return entry.seal(f"{record.consumption_date} {figures}")


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
    """Why an edited reading does not fit, at the field that it is about."""
    own = new.as_reading if new.reading is not None else None
    is_moved = own is not None and new.reading == record.reading
    field = "consumption_date" if is_moved else "reading"
    return {field: meters.why(error, context.say, own)}


@takes(*RECORD, "back", "duplicate", "ids")
def delete(context: RequestContext) -> Response:
    """Delete one record for 30 days, and offer to undo it. Deleting twice is fine."""
    record_id = context.path_id()
    change = changes.delete(context.db, context.user.id, record_id)
    return _changed_one(context, record_id, change, "Deleted")


@takes(*RECORD, "back", "duplicate", "ids")
def restore(context: RequestContext) -> Response:
    """Bring a deleted record back."""
    record_id = context.path_id()
    change = changes.restore(context.db, context.user.id, record_id)
    return _changed_one(context, record_id, change, "Restored")


@takes("change", "id", "back", "confirm", "redo")
def undo(context: RequestContext) -> Response:
    """Undo a change of the last 10 minutes, all of it; the page asks first where it is large.

    `redo` stands in place of `change` where that is itself an undo.
    """
    is_redo = "redo" in context.form
    change = read_id(context.form.text("redo" if is_redo else "change"))
    if change is None:
        raise Invalid({"change": "Say which change to undo."})
    if context.wants == "html" and not context.form.flag("confirm"):
        became = changes.state(context.db, context.user.id, change)
        if last_change.is_large(became):
            return _ask_whether(context, change, became)
    is_renaming = last_change.is_renaming(context, change)
    page_before = last_change.page_before_renaming(context, change) if is_renaming else ""
    count = changes.undo(context.db, context.user.id, change)
    if is_renaming:
        type_settings.undo_renaming(context.db, context.user.id, change)
    currency.follow_undo(context, change)
    if context.wants != "html":
        # The settings of a type are not kept for a redo.
        redo = {} if is_renaming or not count else {"change": changes.undo_of(change)}
        return responses.data({"undone": count, **redo})
    if page_before:
        return responses.redirect(context, page_before)
    if not context.is_fragment:
        if is_renaming:
            return last_change.back(context, saved=last_change.TYPE_BACK)
        if is_redo:
            return last_change.back(context, changed=changes.undo_of(change))
        return last_change.back(context, undone=change)
    told = last_change.after_redo if is_redo else last_change.after_undo
    latest = told(context, change)
    return last_change.answer(context, latest, *_ids_of(latest))


def _ask_whether(context: RequestContext, change: UUID, became: ChangeState) -> Response:
    """The question whether a large undo is meant."""
    if not context.is_fragment:
        return last_change.back(context, asks=change)
    return last_change.show(context, last_change.question(context, change, became))


# The parts of the answers


def _page_json(context: RequestContext, wanted: Filter) -> dict[str, Any]:
    """A page of records: as many as the limit says, fewer where they have very long notes.

    How many match in all, and their totals, stand on the first page alone.
    """
    wanted = queries.spelled(context.db, context.user.id, wanted)
    rows = queries.records(context.db, context.user.id, wanted)
    records = [record_json(row) for row in rows[: wanted.limit]]
    fitting = _how_many_fit(records)
    following = record_rows.cursor(rows, wanted.sort, fitting)
    sums: dict[str, Any] = {"count": None, "totals": None}
    if wanted.after is None:
        sums = totals_json(queries.totals(context.db, context.user.id, wanted))
    return {"records": records[:fitting], "next": following and following.encode(), **sums}


def _how_many_fit(records: list[dict[str, Any]]) -> int:
    """The number of records with which a page of JSON stays below its largest size."""
    if len(records) <= DEFAULT_LIMIT:
        return len(records)  # However long their notes are.
    return within((len(responses.encode(record)) for record in records), MAX_JSON_BYTES)


def _record(context: RequestContext) -> StoredRecord:
    """The record in the path. Raises NoSuchRecord, for deleted ones too."""
    records = changes.find(context.db, context.user.id, [context.path_id()])
    if not records or records[0].deleted_at is not None:
        raise NoSuchRecord
    return records[0]


def _content(record: StoredRecord, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a record as a form sends them, with those that were given."""
    kept = {name: str(getattr(record, name)) for name in FIELDS}
    for name in ("days", "reading", "cost"):
        value = getattr(record, name)
        if value is None or (name == "days" and (given.get("covers_from") or not value)):
            continue  # A meter's start covers no day: as a plain amount it covers its own.
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
    """The type of an edited record as the account spells it; anew where no other record has it."""
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


def _as_row(context: RequestContext, record: StoredRecord) -> dict[str, Any]:
    """The values for the template of a single row, in the shape of the page around it."""
    wanted = shown_filter(context)
    return {"wanted": wanted, "line": record_rows.line(record, wanted, context.say)}


class Again(NamedTuple):
    """The reasons why an edit is not saved yet, with the fields as they were typed.

    `faults` stand at their fields; `conflict` tells of a newer version. `warning` is a question,
    to which the form agrees by its `seal` when it is sent again; `offer` is the amount that a
    button saves instead.
    """

    given: Mapping[str, str] = {}
    faults: Mapping[str, str] = {}
    conflict: str = ""
    warning: str = ""
    offer: str = ""
    seal: str = ""


FIRST = Again()


def _gone(
    context: RequestContext, record: StoredRecord | None, given: Mapping[str, str]
) -> Response:
    """The form of a record that was deleted meanwhile, or is not there, with its fields as typed.

    Another member's record is answered like one that never was.
    """
    deleted = record if record and _is_kept(context, record) else None
    if context.wants != "html":
        raise NotFound(DELETED_SINCE) if deleted else NoSuchRecord
    return _form(context, deleted, 404, Again(given))


def _is_kept(context: RequestContext, record: StoredRecord) -> bool:
    """Whether a record is deleted, and can still come back."""
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
    again: Again = FIRST,
) -> Response:
    """The form of a record; of one that is deleted or not there, with the ways to go on."""
    fields = fields_of(record, context.say) if record else dict.fromkeys(FORM_FIELDS, "")
    values: dict[str, Any] = {
        "record": record,
        "id": str(record.id) if record else "new",
        "gone": _why_gone(record),
        "fresh_id": uuid4(),
        "fields": fields | dict(again.given),
        "warning": again.warning,
        "offer": again.offer,
        "seal": again.seal,
        "faults": again.faults,
        "conflict": again.conflict,
        "newest": in_words(record, context.say) if record else "",
        "back": htmx.address(*last_change.opened_from(context)),
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
        content: dict[str, Any] = {
            "error": sentence or next(iter(faults.values())),
            "fields": faults,
        }
        if status == 409:
            content |= {"record": record_json(record), "yours": given}
        return responses.data(content, status)
    again = Again(given, faults, conflict=sentence if status == 409 else "")
    return _form(context, record, status, again)


def _changed_one(
    context: RequestContext, record_id: UUID, change: UUID | None, done: str
) -> Response:
    [record] = changes.find(context.db, context.user.id, [record_id])
    if context.wants != "html":
        return responses.data({**record_json(record), "change": change})
    editable = None if record.deleted_at else str(record_id)
    text = f"{done} {in_words(record, context.say)}"
    return last_change.answer(context, Latest(text, change, editable), record_id)


def _ids_of(latest: Latest) -> list[UUID]:
    return [UUID(latest.touched)] if latest.touched else []
