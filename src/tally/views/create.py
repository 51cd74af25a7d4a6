"""The creation of records: from a line, a batch of lines or fields, or as a copy of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from pydantic import ValidationError
from starlette.responses import Response

from tally.accounts import store
from tally.db import changes, queries
from tally.db.changes import Added, IdTaken, NoSuchRecord
from tally.db.models import FIELDS, FORM_FIELDS, RecordForm
from tally.domain import amounts, meters
from tally.domain.fields import read_id
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, StoredRecord, UsedType
from tally.domain.text import fold
from tally.domain.units import MEASURES
from tally.errors import HTTPError, Invalid, field_sentences
from tally.quick_add import grammar, suggestions
from tally.quick_add.results import ParseProblem
from tally.views import add, currency, entry, last_change, read_meter
from tally.views.add import Box, FullForm
from tally.views.entry import Entry
from tally.views.last_change import Latest
from tally.views.record_fields import in_words
from tally.views.record_json import draft_json, parsed_json, record_json
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.json_body import error_at, refusal_of_list
from tally.web.parameters import RECORD, takes

# The account_hash of the user who wrote a line that waited for a connection.
WRITTEN_BY = "X-Tally-Account"
# The characters of the notes in the message about a record.
MAX_NOTES_SHOWN = 60
ANOTHER_REQUEST = "This key was used before, for other records."
NO_LINE = "There is no line in this text."
KEEP_LIKE_THIS = "To save it like this, change nothing and press Keep."


@takes(*RECORD, "line", "records", "box", "dialog", "keep", "number", "measures", "convert", "back")
def create(context: RequestContext) -> Response:
    """Save a record from fields, or one or more from `line`. The same `id` saves nothing twice."""
    _refuse_lines_of_another(context)
    if context.form.text("box") == "meter":
        return read_meter.save(context, _form_id(context))
    if context.form.several is not None:
        return _create_list(context, context.form.several)
    if "line" not in context.form:
        return _create_from_fields(context)
    if context.wants != "html":
        return _create_for_program(context)
    if context.form.text("measures") in MEASURES:
        return _choose_measures(context)
    return _create_from_lines(context)


def _refuse_fields_beside_line(context: RequestContext) -> None:
    """Raises Invalid for a field that the line leaves without effect."""
    beside = [name for name in RecordForm.model_fields if context.form.text(name)]
    if beside:
        raise Invalid(dict.fromkeys(beside, "Write this in the line, or send fields alone."))


def _create_for_program(context: RequestContext) -> Response:
    """Save the lines, all or none; answer in JSON, or with a line for each record."""
    _refuse_fields_beside_line(context)
    read = _read_lines(context)
    if read.parsed.unread:
        return _unread(context, read)
    _ask_its_writer(context, read)
    try:
        added = _add(context, read.records, is_list=entry.is_list(read))
    except BrokenChain as error:
        raise HTTPError(422, meters.why(error, context.say)) from error
    first_cost = _first_cost(context, read, added.change)
    rows = changes.find(context.db, context.user.id, [record.id for record in read.records])
    status = 201 if added.ids else 200
    if context.wants == "text":
        return responses.text(_as_text(context, read, rows), status)
    saved = parsed_json(read, [record_json(row) for row in rows]) | {"change": added.change}
    if first_cost:
        index = next(at for at, draft in enumerate(read.parsed.records) if draft.currency)
        saved["remarks"] = [{"index": index, "field": "cost", "message": first_cost}]
    return responses.data(saved, status)


def _ask_its_writer(context: RequestContext, read: Entry) -> None:
    """Raises HTTPError for a line that waited on a device and may not be what was meant.

    A person wrote it where no page could show how it is read; `confirm` says that they know by now.
    """
    if WRITTEN_BY not in context.request.headers or context.form.flag("confirm"):
        return
    for question in read.held.values():
        raise HTTPError(422, f"{question}. {KEEP_LIKE_THIS}")


def _as_text(context: RequestContext, read: Entry, rows: Sequence[StoredRecord]) -> str:
    """A line for each record as it was saved, with its cost and the amount as it was written."""
    by_id = {row.id: row for row in rows}
    return "".join(
        f"{_as_saved(context, by_id[record.id], draft.converted_from)}\n"
        for draft, record in zip(read.parsed.records, read.records, strict=True)
    )


def _as_saved(context: RequestContext, row: StoredRecord, converted_from: str) -> str:
    """`electricity 83.333333 kWh, Friday 27 November, 20.00 €, from 300 MJ`."""
    paid = "" if row.cost is None else context.say.money(row.cost).replace("\u00a0", " ")
    written = f"from {converted_from}" if converted_from else ""
    return ", ".join(filter(None, (in_words(row, context.say), paid, written)))


def _unread(context: RequestContext, read: Entry) -> Response:
    """Each line that was not understood, and why."""
    if context.wants == "text":
        lines = dict(grammar.split_lines(read.text))
        return responses.text("".join(_told(problem, lines) for problem in read.parsed.unread), 422)
    records = [draft_json(draft) for draft in read.parsed.records]
    error = {"error": read.parsed.unread[0].message, "fields": {}}
    return responses.data(error | parsed_json(read, records), 422)


def _told(problem: ParseProblem, lines: Mapping[int, str]) -> str:
    """A problem below the line that it is in, with its words; without any line the sentence."""
    if problem.line not in lines:
        return f"{NO_LINE} {problem.message}\n"
    place = f"{problem.text}: " if problem.text else ""
    return f"Line {problem.line}: {lines[problem.line]}\n  {place}{problem.message}\n"


def _create_list(context: RequestContext, several: Sequence[Fields]) -> Response:
    """Save the records of a JSON list, all or none, each fault by its index."""
    form_id = _form_id(context)
    ids = [entry.read_own_id(item) or uuid5(form_id, str(at)) for at, item in enumerate(several, 1)]
    used = queries.used(context.db, context.user.id)
    existing = {row.id: row for row in changes.find(context.db, context.user.id, ids)}
    known = _known(context, used, existing.values())
    records: list[NewRecord] = []
    errors: list[dict[str, object]] = []
    for index, (record_id, item) in enumerate(zip(ids, several, strict=True)):
        try:
            values = _values(context, item, existing.get(record_id))
            record = _record_of(values, record_id, known)
            # A new type is one, however the records behind it spell its name.
            known["types"].setdefault(fold(record.consumption_type), record.consumption_type)
            records.append(record)
        except ValidationError as error:
            sentences = field_sentences(error)
            errors.append(error_at(index, next(iter(sentences.values())), sentences))
    if len(set(ids)) < len(ids):
        raise Invalid({"id": "Two records of the list have the same id."})
    if errors:
        raise refusal_of_list(errors)
    fresh = [record for record in records if record.id not in existing]
    doubts = entry.doubts(context, entry.vocabulary(context, used), fresh)
    warnings = entry.about(context, fresh, doubts)
    try:
        added = _add(context, records, is_list=True)
    except BrokenChain as error:
        raise _does_not_fit(context, records, error) from error
    rows = changes.find(context.db, context.user.id, ids)
    content = {
        "records": [record_json(row) for row in rows],
        "change": added.change,
        "remarks": currency.remarks(context, records, added.change),
        "warnings": [
            {"index": ids.index(record_id), "message": message}
            for record_id, message in warnings.items()
        ],
    }
    return responses.data(content, 201 if added.ids else 200)


def _does_not_fit(
    context: RequestContext, records: Sequence[NewRecord], error: BrokenChain
) -> HTTPError:
    """The refusal of a list for a reading, at its index where only one of the records has it."""
    for own in (error.later, error.earlier):
        indexes = [
            index
            for index, record in enumerate(records)
            if (record.consumption_date, record.reading) == own
        ]
        if len(indexes) == 1:
            sentence = meters.why(error, context.say, own)
            return refusal_of_list([error_at(indexes[0], sentence, {"reading": sentence})])
    return HTTPError(422, meters.why(error, context.say))


def _refuse_lines_of_another(context: RequestContext) -> None:
    """Refuse lines that waited on a device where another account than their writer sends them."""
    written_by = context.request.headers.get(WRITTEN_BY, context.account_hash)
    if written_by != context.account_hash:
        raise HTTPError(403, "Another account wrote this line. Sign in to that one to send it.")


def _choose_measures(context: RequestContext) -> Response:
    """Save once whether gallons are US or imperial; the box comes back with the lines read so."""
    _prefer(context, measures=context.form.text("measures"))
    read = _read_lines(context)
    box = add.box_of(_kind(context, read.text), read)
    return add.box_again(context, replace(box, in_dialog=_in_dialog(context)), 200)


def _create_from_lines(context: RequestContext) -> Response:
    """Save lines as the user has seen them: a line as a whole, of a batch the readable lines."""
    read = _read_lines(context)
    kind, in_dialog = _kind(context, read.text), _in_dialog(context)
    problem = "" if read.seen else read.parsed.unread[0].message
    box = Box(kind, _form_id(context), read.text, read.seen, problem=problem, in_dialog=in_dialog)
    is_sure = kind == "recent" or entry.is_confirmed(context.form, box.seal)
    held = {} if is_sure else read.held
    ready = read.records_without(held)
    if not ready or (read.parsed.unread and kind != "batch"):
        asking = replace(box, asks=True, seen=read.seen_held) if held else box
        return add.box_again(context, asking, 422)
    try:
        _refuse_others(ready, read.existing)
    except IdTaken as error:
        again = replace(box, id=uuid4(), problem=entry.sent_before(error))
        return add.box_again(context, again, 409)
    try:
        added = changes.add(context.db, context.user.id, ready)
    except BrokenChain as error:
        problem = meters.why(error, context.say)
        return add.box_again(context, replace(box, problem=problem), 422)
    first_cost = _first_cost(context, read, added.change)
    kept = {trouble.line for trouble in read.parsed.unread} | set(held)
    if context.form.flag("keep"):
        kept = {line.number for line in read.seen}
    rest = "\n".join(line.text for line in read.seen if line.number in kept)
    # Read anew: the rest has an id of its own, and may speak of what has just been saved.
    left = entry.read(context, rest, uuid4()) if rest else None
    fresh = replace(add.box_of(kind, left), asks=bool(held), in_dialog=in_dialog)
    if held and left:
        fresh = replace(fresh, seen=left.seen_held)
    return _saved(context, added, ready, box=fresh, remark=first_cost)


def _read_lines(context: RequestContext) -> Entry:
    """The lines of the form, with its id."""
    return entry.read(context, context.form["line"], _form_id(context))


def _in_dialog(context: RequestContext) -> bool:
    """Whether the lines come from the dialog that opens over every page."""
    return context.form.flag("dialog")


def _first_cost(context: RequestContext, read: Entry, change: UUID) -> str:
    """A sentence where a line has set the currency of the account by its first cost; else ""."""
    written = next((draft.currency for draft in read.parsed.records if draft.currency), "")
    return currency.first_written(context, written, change)


def _prefer(context: RequestContext, **preferences: str) -> None:
    """Keep a choice of the account that a line has made, for this request and all others."""
    store.save(context.db, context.user.id, preferences=preferences)
    context.user.preferences.update(preferences)


def _create_from_fields(context: RequestContext) -> Response:
    form_id = _form_id(context)
    existing = changes.find(context.db, context.user.id, [form_id])
    values = _values(context, context.form, next(iter(existing), None))
    form = FullForm(values, form_id)
    used = queries.used(context.db, context.user.id)
    try:
        record = _record_of(values, form.id, _known(context, used, existing))
    except ValidationError as error:
        sentences = field_sentences(error)
        if context.wants != "html":
            raise Invalid(sentences) from error
        return add.form_again(context, replace(form, errors=sentences), 422)
    reviewed = entry.review(context, entry.vocabulary(context, used), record)
    record, warning = reviewed.record, "" if existing else reviewed.warning
    if context.wants != "html":
        return _save_sent_fields(context, record, warning)
    if warning and not entry.is_confirmed(context.form, form.seal):
        values |= reviewed.taken
        asking = replace(form, values=values, warning=warning, offer=reviewed.offer)
        return add.form_again(context, asking, 422)
    return _save_form(context, form, record, {row.id: row for row in existing})


def _save_sent_fields(context: RequestContext, record: NewRecord, warning: str) -> Response:
    """Save the record of a program; the warning goes with the answer. Raises Invalid."""
    try:
        added = _add(context, [record], is_list=False)
    except BrokenChain as error:
        raise Invalid(_misfit(context, record, error)) from error
    remarks = currency.remarks(context, [record], added.change)
    [row] = changes.find(context.db, context.user.id, [record.id])
    content = record_json(row) | {"change": added.change}
    if warning:
        content["warnings"] = [{"message": warning}]
    if remarks:
        content["remarks"] = remarks
    return responses.data(content, 201 if added.ids else 200)


def _save_form(
    context: RequestContext,
    form: FullForm,
    record: NewRecord,
    existing: Mapping[UUID, StoredRecord],
) -> Response:
    """Save the record of the full form, or show the form again with why it was not saved."""
    try:
        _refuse_others([record], existing)
    except IdTaken as error:
        again = replace(form, id=uuid4(), problem=entry.sent_before(error))
        return add.form_again(context, again, 409)
    try:
        added = changes.add(context.db, context.user.id, [record])
    except BrokenChain as error:
        sentences = _misfit(context, record, error)
        return add.form_again(context, replace(form, errors=sentences), 422)
    remark = amounts.remark(form.values["consumption_value"], context.number_format)
    remark = " ".join(filter(None, (remark, currency.first(context, [record], added.change))))
    return _saved(context, added, [record], form=add.filled_form(context, None), remark=remark)


def _misfit(context: RequestContext, record: NewRecord, error: BrokenChain) -> dict[str, str]:
    """The sentence, by field, for a reading that does not fit, with ways to make it fit."""
    sentence = meters.why(error, context.say, record.as_reading)
    field = "rolled_over" if error.kind == "unturned" else "reading"
    return {field: sentence}


def _values(context: RequestContext, form: Fields, existing: StoredRecord | None) -> dict[str, str]:
    """The fields of a record as they were sent; programs may leave the day out, as a line may.

    It is today, or the day of the record that the same fields have made before.
    """
    values = {name: form.text(name) for name in FORM_FIELDS}
    if context.wants != "html" and "consumption_date" not in form:
        day = existing.consumption_date if existing else context.line_day
        values["consumption_date"] = day.isoformat()
    return values


def _known(
    context: RequestContext, used: Sequence[UsedType], existing: Iterable[StoredRecord]
) -> dict[str, Any]:
    """The context by which pydantic reads the fields of a record."""
    return {
        "today": context.today,
        "number_format": context.number_format,
        "currency": context.currency,
        "units": {kind.unit for kind in used},
        "types": _spellings(used, existing),
    }


def _record_of(values: Mapping[str, str], record_id: UUID, known: dict[str, Any]) -> NewRecord:
    """The record that fields say. Raises pydantic's ValidationError."""
    return RecordForm.model_validate(values, context=known).record(record_id)


def duplicate(context: RequestContext) -> Response:
    """Copy a record to today. The form's own id makes a doubled click one copy."""
    original_id = read_id(context.form.text("duplicate"))
    records = changes.find(context.db, context.user.id, [original_id]) if original_id else []
    if not records or records[0].deleted_at is not None:
        raise NoSuchRecord
    [original] = records
    if original.reading is not None:
        raise HTTPError(409, "A reading is not copied. Read the meter and note what it shows.")
    record_id = uuid5(_form_id(context), str(original.id))
    used = queries.used(context.db, context.user.id)
    spellings = _spellings(used, changes.find(context.db, context.user.id, [record_id]))
    copy = NewRecord(
        record_id,
        context.today,
        spellings.get(fold(original.consumption_type), original.consumption_type),
        original.consumption_value,
        original.unit,
        original.notes,
        days=original.days,
        cost=original.cost,
    )
    added = _add(context, [copy], is_list=False)
    [record] = changes.find(context.db, context.user.id, [copy.id])
    if context.wants != "html":
        status = 201 if added.ids else 200
        return responses.data({**record_json(record), "change": added.change}, status)
    latest = Latest(f"Saved {in_words(record, context.say)}", added.change, str(copy.id))
    return last_change.answer(context, latest, copy.id)


def _spellings(used: Sequence[UsedType], existing: Iterable[StoredRecord]) -> dict[str, str]:
    """The user's spelling of each type; types sent again are spelled as they were sent before."""
    sent_before = {fold(record.consumption_type): record.consumption_type for record in existing}
    return suggestions.spellings(used) | sent_before


def _add(context: RequestContext, records: Sequence[NewRecord], *, is_list: bool) -> Added:
    """Add records. Raises HTTPError 409, which tells programs both versions, when an id is taken.

    It raises HTTPError 409 as well when the same key was sent with fewer records, or with more.
    """
    if entry.sent_key(context) is not None:
        _refuse_other_number(context, records, is_list)
    try:
        return changes.add(context.db, context.user.id, records)
    except IdTaken as error:
        yours = {name: getattr(error.record, name) for name in FIELDS}
        raise _taken(context, _why_taken(context, error), error.existing, yours) from error


def _why_taken(context: RequestContext, error: IdTaken) -> str:
    """The sentence for an id that is taken; a line that waited was changed after it was sent."""
    if WRITTEN_BY not in context.request.headers or error.existing.deleted_at is not None:
        return str(error)
    return (
        f"This line was sent before, and is saved as {in_words(error.existing, context.say)}. "
        "To save it once more as it is here, change it and press Keep."
    )


def _refuse_other_number(
    context: RequestContext, records: Sequence[NewRecord], is_list: bool
) -> None:
    """Raises HTTPError when this key was sent before, with another number of records."""
    record_id = _form_id(context)
    ids = [record.id for record in records]
    others = (
        [record_id, uuid5(record_id, str(len(ids) + 1))] if is_list else [uuid5(record_id, "1")]
    )
    rows = changes.find(context.db, context.user.id, [*ids, *others])
    sent_before = [row for row in rows if row.id in ids]
    if len(rows) > len(sent_before) or 0 < len(sent_before) < len(ids):
        raise _taken(context, ANOTHER_REQUEST, rows[0], {"records": len(ids)})


def _taken(
    context: RequestContext, sentence: str, existing: StoredRecord, yours: dict[str, Any]
) -> HTTPError:
    """The refusal of an id that is taken, with both versions for those who may see records.

    What was left out is filled in from the record, so that `yours` would show that as well.
    """
    token = context.signed_in.api_token
    sees = token is None or token.scope != "add"
    both = {"record": record_json(existing), "yours": yours}
    return HTTPError(409, sentence, details=both if sees else None)


def _refuse_others(records: Sequence[NewRecord], existing: Mapping[UUID, StoredRecord]) -> None:
    """Raises IdTaken for an id used before, with other content or for a deleted record."""
    for record in records:
        if record.id in existing:
            changes.refuse_unless_same(record, existing[record.id])


def _form_id(context: RequestContext) -> UUID:
    """The id made with the form; a script may leave it out. Raises Invalid."""
    return entry.sent_id(context) or uuid4()


def _kind(context: RequestContext, text: str) -> str:
    """The form of the page that was sent: the line, a batch of lines, or a recent."""
    kind = context.form.text("box")
    usual_kind = "batch" if entry.is_batch(text) else "line"
    return kind if kind in ("batch", "recent") else usual_kind


# The answer after saving


def _saved(
    context: RequestContext,
    added: Added,
    records: Sequence[NewRecord],
    box: Box | None = None,
    form: FullForm | None = None,
    remark: str = "",
) -> Response:
    """The new rows, a message with undo, and the form that was sent, ready for the next."""
    message = last_change.with_remark(_message(context, records), remark)
    only = str(records[0].id) if len(records) == 1 else ""
    status = 201 if added.ids else 200
    if not context.is_fragment:
        if box and box.text and box.kind == "batch":
            saved = add.Saved(message, added.change, only)
            return add.show_page(context, status, box, saved=saved)
        return last_change.back(context, changed=added.change)
    recent = None
    if box and box.kind == "recent":
        [record] = records[:1]
        recent = add.recent_of(
            context,
            context.form.text("number"),
            record.consumption_type,
            record.consumption_value,
            record.unit,
        )
    in_dialog = box is not None and box.in_dialog
    return responses.fragment(
        context,
        "fragments/saved.html",
        status,
        orders=htmx.records_changed(*(r.id for r in records)) if in_dialog else htmx.NO_ORDERS,
        box=box,
        form=form,
        recent=recent,
        recents=None if in_dialog else add.recents_of(context),
        in_dialog=in_dialog,
        message=message,
        change=added.change,
        record_id=only,
        **add.today_rows(context, [record.id for record in records]),
    )


def _message(context: RequestContext, records: Sequence[NewRecord]) -> str:
    """`Saved coffee 1 cup, after lunch`, with the day when it is another, or how many."""
    if len(records) != 1:
        return f"Saved {context.say.count(len(records), 'record')}"
    record: NewRecord | StoredRecord = records[0]
    if record.reading is not None:  # Its consumption was computed when it was written.
        [record] = changes.find(context.db, context.user.id, [record.id])
    notes = f", {record.notes.splitlines()[0][:MAX_NOTES_SHOWN]}" if record.notes else ""
    return f"Saved {last_change.named(context, record)}{notes}"
