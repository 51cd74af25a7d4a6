"""The creation of records: from a line, a batch of lines or the full form.

Programs, and lines that waited, are answered by `create_for_programs`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import uuid4

from pydantic import ValidationError
from starlette.responses import Response

from tally.accounts import store
from tally.db import changes, queries, stored_records
from tally.db.changes import Added, IdTaken
from tally.domain import meter_words
from tally.domain.formatting import isolated
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, StoredRecord
from tally.domain.units import MEASURES
from tally.errors import Invalid, field_sentences
from tally.views import add, entry, last_change
from tally.views.add import Box, FullForm
from tally.views.add_parts import recents
from tally.views.add_parts.recents import RecentLine
from tally.views.checks import currency, idempotency, review
from tally.views.entry import Entry
from tally.views.saving import create_for_programs, read_meter, sent_records
from tally.views.words import flash
from tally.views.words.record_fields import dotted_in, remark_on
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.parameters import RECORD, takes

# The most characters of the notes that the message about a record shows.
MAX_NOTES_SHOWN = 60


@takes(*RECORD, "line", "records", "box", "dialog", "keep", "number", "measures", "convert", "back")
def create(context: RequestContext) -> Response:
    """Save a record from fields, or one or more from `line`. The same `id` saves nothing twice."""
    if context.form.text("box") == "meter":
        return read_meter.save(context, idempotency.form_id(context))
    idempotency.wait_for_same(context)
    if context.form.several is not None:
        return create_for_programs.from_list(context, context.form.several)
    if "line" not in context.form:
        return _create_from_fields(context)
    if context.wants != "html":
        return create_for_programs.from_lines(context)
    if context.form.text("measures") in MEASURES:
        return _choose_measures(context)
    return _create_from_lines(context)


def _choose_measures(context: RequestContext) -> Response:
    """Save whether gallons are US or imperial; the box comes back with its lines read that way."""
    preferences = {"measures": context.form.text("measures")}
    store.save(context.db, context.user.id, preferences=preferences)
    context.take_over(preferences)
    read = sent_records.read_lines(context)
    box = add.box_of(_kind(context, read.text), read)
    return add.box_again(context, replace(box, in_dialog=_in_dialog(context)), 200)


def _create_from_lines(context: RequestContext) -> Response:
    """Save lines as the page showed them: a single line whole, the readable lines of a batch."""
    read = sent_records.read_lines(context)
    kind, in_dialog = _kind(context, read.text), _in_dialog(context)
    problem = "" if read.preview else read.parsed.unread[0].message
    form_id = idempotency.form_id(context)
    box = Box(kind, form_id, read.text, read.preview, problem=problem, in_dialog=in_dialog)
    is_sure = kind == "recent" or review.is_confirmed(context.form, box.seal)
    held = {} if is_sure else read.held
    ready = read.records_without(held)
    if not ready or (read.parsed.unread and kind != "batch"):
        asking = replace(box, asks=True, preview=read.held_preview) if held else box
        return add.box_again(context, asking, 422)
    try:
        _refuse_others(ready, read.before)
    except IdTaken as error:
        again = replace(box, id=uuid4(), problem=idempotency.why_taken(error))
        return add.box_again(context, again, 409)
    try:
        added = changes.add(context.db, context.user.id, ready)
    except BrokenChain as error:
        problem = meter_words.why(error, context.formatter)
        return add.box_again(context, replace(box, problem=problem), 422)
    first_cost = sent_records.first_cost(context, read, added.change)
    next_box = replace(_next_box(context, kind, read, held), in_dialog=in_dialog)
    return _saved(context, added, ready, box=next_box, remark=first_cost)


def _next_box(context: RequestContext, kind: str, read: Entry, held: Collection[int]) -> Box:
    """The box after a save, with the lines that are not saved: unread ones and those in `held`.

    With `keep` in the form it holds all lines once more.
    """
    kept = {problem.line for problem in read.parsed.unread} | set(held)
    if context.form.flag("keep"):
        kept = {line.number for line in read.preview}
    rest = "\n".join(line.text for line in read.preview if line.number in kept)
    # Read anew: the rest has an id of its own, and may speak of what has just been saved.
    left = entry.read(context, rest, uuid4()) if rest else None
    box = replace(add.box_of(kind, left), asks=bool(held))
    return replace(box, preview=left.held_preview) if held and left else box


def _in_dialog(context: RequestContext) -> bool:
    """Whether the lines come from the dialog that opens over every page."""
    return context.form.flag("dialog")


def _create_from_fields(context: RequestContext) -> Response:
    form_id = idempotency.form_id(context)
    before = idempotency.saved_before(context, [form_id])
    existing = [row for row in before if row.id == form_id]
    sent_before = next(iter(existing), None)
    values = sent_records.read_fields(context, context.form, sent_before)
    form = FullForm(values, form_id)
    name = values.get("consumption_type", "")
    used = queries.used_with(context.db, context.user.id, [name])
    known = sent_records.fields_context(context, used, existing)
    try:
        record = sent_records.record_of(values, form.id, known, sent_before)
    except ValidationError as error:
        sentences = field_sentences(error)
        if context.wants != "html" and before:
            raise create_for_programs.other_records(context, 1, before) from error
        if context.wants != "html":
            raise Invalid(sentences) from error
        return add.form_again(context, replace(form, errors=sentences), 422)
    reviewed = review.of_form(context, entry.vocabulary(context, used), record)
    record, warning = reviewed.record, "" if existing else reviewed.warning
    if context.wants != "html":
        return create_for_programs.from_fields(context, record, before, warning)
    if warning and not review.is_confirmed(context.form, form.seal):
        values |= reviewed.taken
        asking = replace(form, values=values, warning=warning, offer=reviewed.offer)
        return add.form_again(context, asking, 422)
    return _save_form(context, form, record, before)


def _save_form(
    context: RequestContext,
    form: FullForm,
    record: NewRecord,
    before: Sequence[StoredRecord],
) -> Response:
    """Save the record of the full form, or show the form again with the reason against it."""
    try:
        _refuse_others([record], before)
    except IdTaken as error:
        again = replace(form, id=uuid4(), problem=idempotency.why_taken(error))
        return add.form_again(context, again, 409)
    try:
        added = changes.add(context.db, context.user.id, [record])
    except BrokenChain as error:
        sentences = sent_records.misfit(context, record, error)
        return add.form_again(context, replace(form, errors=sentences), 422)
    first_cost = currency.sentence_on_first(context, [record], added.change)
    dotted = dotted_in(form.values, context.number_format)
    remark = " ".join(filter(None, (remark_on(dotted, context.number_format), first_cost)))
    new_form = add.filled_form(context, None)
    return _saved(context, added, [record], form=new_form, remark=remark, dotted=dotted)


def _refuse_others(records: Sequence[NewRecord], before: Sequence[StoredRecord]) -> None:
    """Raises IdTaken for an id used before, with other content or for a deleted record.

    Content of another number of records has other ids, all of which are among `before`.
    """
    own = {record.id: record for record in records}
    for row in before:
        if row.id not in own:
            raise IdTaken(idempotency.SAVED_ALREADY, records[0], row)
        changes.refuse_unless_same(own[row.id], row)


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
    dotted: str = "",
) -> Response:
    """The new rows, a message with undo, and the form that was sent, ready for the next.

    `dotted`: the numbers that the page after a redirect remarks on.
    """
    message = last_change.with_remark(_message(context, records), remark)
    only = str(records[0].id) if len(records) == 1 else ""
    status = 201 if added.ids else 200
    if not context.is_fragment:
        if box and box.text and box.kind == "batch":
            saved = add.SavedMessage(message, added.change, only)
            return add.show_page(context, status, box, saved=saved)
        return flash.redirect(context, changed=added.change, dotted=dotted)
    in_dialog = box is not None and box.in_dialog
    return responses.fragment(
        context,
        "fragments/saved.html",
        status,
        headers=htmx.records_changed(*(r.id for r in records)) if in_dialog else htmx.NO_HEADERS,
        box=box,
        form=form,
        recent=_recent(context, records[0]) if box and box.kind == "recent" else None,
        recents=None if in_dialog else recents.offered(context),
        in_dialog=in_dialog,
        message=message,
        change=added.change,
        record_id=only,
        **add.today_rows(context, [record.id for record in records]),
    )


def _recent(context: RequestContext, record: NewRecord) -> RecentLine:
    """The recent that was pressed, ready to save the same amount again."""
    return recents.line_of(
        context,
        context.form.text("number"),
        record.consumption_type,
        record.consumption_value,
        record.unit,
    )


def _message(context: RequestContext, records: Sequence[NewRecord]) -> str:
    """`Saved coffee 1 cup, after lunch`, with the day unless it is today; or `Saved 3 records`."""
    if len(records) != 1:
        return f"Saved {context.formatter.count(len(records), 'record')}"
    record: NewRecord | StoredRecord = records[0]
    if record.reading is not None:  # Its consumption was computed when it was written.
        [record] = stored_records.find(context.db, context.user.id, [record.id])
    notes = f", {isolated(record.notes.splitlines()[0][:MAX_NOTES_SHOWN])}" if record.notes else ""
    return f"Saved {last_change.named(context, record)}{notes}"
