"""How records are made: from a line, from a batch of lines, from fields, as a copy of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from pydantic import ValidationError
from sqlalchemy import Row
from starlette.responses import Response

from tally import changes, entry, numbers, queries, render, suggest
from tally.changes import Added, Conflict, NewRecord
from tally.entry import Entry
from tally.errors import Invalid, NotFound, Refusal, field_sentences
from tally.models import FIELDS, RecordForm, read_id
from tally.pages import add
from tally.pages.add import Box, FullForm
from tally.pages.consumption import answer, in_words, with_remark
from tally.queries import Used
from tally.quick_add import Reading
from tally.records_json import draft_json, reading_json, record_json
from tally.units import fold
from tally.visit import Visit

SAVED_ALREADY = "What you sent before is saved. Send again to save this as well."


def create(visit: Visit) -> Response:
    """Save a record from fields, or one or more from `line`. The same `id` saves nothing twice."""
    if "line" not in visit.form:
        return _create_from_fields(visit)
    read = entry.read(visit, visit.form["line"], _form_id(visit))
    if visit.wants == "html":
        return _create_from_lines(visit, read)
    if read.reading.unread:
        records = [draft_json(draft) for draft in read.reading.records]
        error = {"error": read.reading.unread[0].message, "fields": {}}
        return render.data(error | reading_json(read, records), 422)
    added = _add(visit, read.records)
    found = changes.find(visit.db, visit.user.id, [record.id for record in read.records])
    saved = reading_json(read, [record_json(row) for row in found]) | {"change": added.change}
    return render.data(saved, 201 if added.ids else 200)


def _create_from_lines(visit: Visit, read: Entry) -> Response:
    """Save what the user has seen: a line as a whole, of a batch the lines that can be read."""
    kind = _kind(visit, read.text)
    problem = "" if read.seen else read.reading.unread[0].message
    in_dialog = visit.form.text("dialog") == "1"
    box = Box(kind, _form_id(visit), read.text, read.seen, False, problem, in_dialog)
    is_sure = kind == "recent" or visit.form.text("confirm") == "1"
    held = {} if is_sure else read.warnings
    ready = read.records_without(held)
    if not ready or (read.reading.unread and kind != "batch"):
        return add.box_again(visit, replace(box, asks=bool(held)), 422)
    try:
        _refuse_others(read, ready)
    except Refusal:
        return add.box_again(visit, replace(box, id=uuid4(), problem=SAVED_ALREADY), 409)
    added = changes.add(visit.db, visit.user.id, ready)
    kept = {trouble.line for trouble in read.reading.unread} | set(held)
    if visit.form.text("keep") == "1":
        kept = {line.number for line in read.seen}
    rest = "\n".join(line.text for line in read.seen if line.number in kept)
    left = entry.read(visit, rest, uuid4()) if rest else None
    fresh = replace(add.box_of(kind, left), asks=bool(held), in_dialog=in_dialog)
    return _saved(visit, added, ready, read, box=fresh)


def _create_from_fields(visit: Visit) -> Response:
    values = {name: visit.form.text(name) for name in FIELDS}
    form = FullForm(values, _form_id(visit))
    used = queries.used(visit.db, visit.user.id)
    existing = {row.id: row for row in changes.find(visit.db, visit.user.id, [form.id])}
    context = {
        "today": visit.today,
        "number_format": visit.number_format,
        "units": {it.unit for it in used},
        "types": _spellings(used, existing.values()),
    }
    try:
        content = RecordForm.model_validate(values, context=context)
    except ValidationError as error:
        sentences = field_sentences(error)
        if visit.wants != "html":
            raise Invalid(sentences) from error
        return add.form_again(visit, replace(form, errors=sentences), 422)
    record = NewRecord(form.id, **content.model_dump())
    read = Entry("", used, Reading((), ()), [record], existing, {})
    warning = "" if existing else entry.warnings(visit, [record]).get(record.id, "")
    if visit.wants != "html":
        added = _add(visit, [record])
        [row] = changes.find(visit.db, visit.user.id, [record.id])
        note = {"warnings": [{"message": warning}]} if warning else {}
        return render.data(record_json(row) | note, 201 if added.ids else 200)
    if warning and visit.form.text("confirm") != "1":
        return add.form_again(visit, replace(form, warning=warning), 422)
    try:
        _refuse_others(read, [record])
    except Refusal:
        return add.form_again(visit, replace(form, id=uuid4(), problem=SAVED_ALREADY), 409)
    added = changes.add(visit.db, visit.user.id, [record])
    remark = numbers.remark(values["consumption_value"], visit.number_format)
    return _saved(visit, added, [record], read, form=add.filled_form(visit, None), remark=remark)


def duplicate(visit: Visit) -> Response:
    """Copy a record to today. The form's own id makes a doubled click one copy."""
    original_id = read_id(visit.form.text("duplicate"))
    found = changes.find(visit.db, visit.user.id, [original_id]) if original_id else []
    if not found or found[0].deleted_at is not None:
        raise NotFound
    [original] = found
    id = uuid5(_form_id(visit), str(original.id))
    used = queries.used(visit.db, visit.user.id)
    spellings = _spellings(used, changes.find(visit.db, visit.user.id, [id]))
    copy = NewRecord(
        id,
        visit.today,
        spellings.get(fold(original.consumption_type), original.consumption_type),
        original.consumption_value,
        original.unit,
        original.notes,
    )
    added = _add(visit, [copy])
    [record] = changes.find(visit.db, visit.user.id, [copy.id])
    if visit.wants != "html":
        status = 201 if added.ids else 200
        return render.data({**record_json(record), "change": added.change}, status)
    return answer(visit, f"Noted {in_words(visit, record)}", added.change, copy.id)


def _spellings(used: Sequence[Used], existing: Iterable[Row[Any]]) -> dict[str, str]:
    """How the user spells each type; what is sent once more is spelled as it was then."""
    sent_before = {fold(it.consumption_type): it.consumption_type for it in existing}
    return suggest.spellings(used) | sent_before


def _add(visit: Visit, records: Sequence[NewRecord]) -> Added:
    """Add them. Raises Refusal 409 that tells programs both versions when an id is taken."""
    try:
        return changes.add(visit.db, visit.user.id, records)
    except Conflict as conflict:
        yours = {name: getattr(conflict.record, name) for name in FIELDS}
        both = {"record": record_json(conflict.existing), "yours": yours}
        raise Refusal(409, conflict.sentence, details=both) from conflict


def _refuse_others(read: Entry, ready: Sequence[NewRecord]) -> None:
    """Raises Refusal when an id was used before: for other content, or for what was deleted."""
    for record in ready:
        if record.id in read.existing:
            changes.refuse_unless_same(record, read.existing[record.id])


def _form_id(visit: Visit) -> UUID:
    """The id made with the form; a script may leave it out. Raises Invalid."""
    text = visit.form.text("id")
    id = read_id(text) if text else uuid4()
    if id is None:
        raise Invalid({"id": "The id of a record is a UUID."})
    return id


def _kind(visit: Visit, text: str) -> str:
    """Which of the page's forms was sent."""
    kind = visit.form.text("box")
    usual_kind = "batch" if entry.is_batch(text) else "line"
    return kind if kind in ("batch", "recent") else usual_kind


# What was saved


def _saved(
    visit: Visit,
    added: Added,
    records: Sequence[NewRecord],
    read: Entry,
    box: Box | None = None,
    form: FullForm | None = None,
    remark: str = "",
) -> Response:
    """The new rows, a message with undo, and the form that was sent, ready for the next."""
    message = with_remark(_message(visit, records), remark)
    status = 201 if added.ids else 200
    if not visit.is_fragment:
        if box and box.text and box.kind == "batch":
            return add.show_page(visit, status, box, message=message, change=added.change)
        return render.redirect(visit, f"/list?changed={added.change}")
    recent = None
    if box and box.kind == "recent":
        [record] = records[:1]
        recent = add.recent_of(
            visit,
            visit.form.text("number"),
            record.consumption_type,
            record.consumption_value,
            record.unit,
        )
    before = {(it.type, it.unit) for it in read.used}
    is_new = any((it.consumption_type, it.unit) not in before for it in records)
    in_dialog = box is not None and box.in_dialog
    return render.fragment(
        visit,
        "fragments/saved.html",
        status,
        trigger=render.records_changed(*(record.id for record in records)) if in_dialog else None,
        box=box,
        form=form,
        recent=recent,
        recents=add.recents_of(visit) if is_new and not in_dialog else None,
        in_dialog=in_dialog,
        message=message,
        change=added.change,
        **add.today_rows(visit, records),
    )


def _message(visit: Visit, records: Sequence[NewRecord]) -> str:
    """`Saved coffee 1 cup, after lunch`, with the day when it is another, or how many."""
    if len(records) != 1:
        return f"Saved {visit.say.count(len(records), 'record')}"
    [record] = records
    amount = f"{visit.say.number(record.consumption_value)} {record.unit}".strip()
    day = record.consumption_date
    when = "" if day == visit.today else f" on {visit.say.day(day)}"
    notes = f", {record.notes.splitlines()[0][:60]}" if record.notes else ""
    return f"Saved {record.consumption_type} {amount}{when}{notes}"
