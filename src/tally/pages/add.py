"""The add page, and how records are made: from a line, from a batch of lines, from fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy import Row
from starlette.responses import Response

from tally import changes, entry, queries, render, rows, suggest, usual
from tally.changes import NewRecord
from tally.entry import FIELDS, Entry
from tally.errors import Invalid, Refusal, field_sentences
from tally.filters import Filter
from tally.models import RecordForm
from tally.pages.consumption import record_json
from tally.preview import SeenLine
from tally.quick_add import Draft, Reading, line_for
from tally.visit import UUID_PATTERN, Visit

MOST_RECENTS = 9
MOST_ROWS = 30
# What a line can leave out, in the order in which programs are told.
FILLED = ("unit", "consumption_value", "consumption_date")
SAVED_ALREADY = "What you sent before is saved. Send again to save this as well."


@dataclass(frozen=True)
class Box:
    """A form for a line, a batch of lines or a recent one, on the page or in the dialog.

    `asks`: the typo guard has spoken, and sending the same once more saves it.
    """

    kind: str = "line"
    id: UUID = field(default_factory=uuid4)
    text: str = ""
    seen: Sequence[SeenLine] = ()
    asks: bool = False
    problem: str = ""
    in_dialog: bool = False


@dataclass(frozen=True)
class FullForm:
    """A form of fields: what was typed, a sentence for each that is wrong, the guard's warning."""

    values: Mapping[str, str]
    id: UUID = field(default_factory=uuid4)
    errors: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Recent:
    """What one click saves once more: a line, and its place among the recents."""

    number: str
    type: str
    value: Decimal
    unit: str
    line: str
    id: UUID = field(default_factory=uuid4)


def page(visit: Visit) -> Response:
    """The add page; for htmx the box in its dialog, or the full form filled from the line."""
    line = visit.query.text("line").strip()
    read = entry.read(visit, line, uuid4()) if line else None
    has_fields = visit.query.text("fields") == "1"
    fields = _filled_form(visit, read if has_fields else None)
    if not visit.is_fragment:
        box = _box("batch" if entry.is_batch(line) else "line", read)
        return _page(visit, box=box, form=fields)
    if has_fields:
        return render.fragment(visit, "fragments/record_form.html", form=fields)
    is_batch = entry.is_batch(line)
    return render.fragment(
        visit,
        "fragments/quick_add_dialog.html",
        box=replace(_box("line", None if is_batch else read), in_dialog=True),
        batch=replace(_box("batch", read if is_batch else None), in_dialog=True),
    )


def preview(visit: Visit) -> Response:
    """How lines would be read. Writes nothing. A batch comes as POST: it is too long for a URL."""
    fields = visit.form if visit.request.method == "POST" else visit.query
    read = entry.read(visit, fields.text("line"), uuid4())
    if visit.wants != "html":
        records = [_draft_json(draft) for draft in read.reading.records]
        return render.data(_reading_json(read, records))
    is_batch = visit.request.method == "POST" or entry.is_batch(read.text)
    box = Box("batch" if is_batch else "line", text=read.text, seen=read.seen)
    if visit.is_fragment:
        return render.fragment(visit, "fragments/preview.html", box=box)
    return _page(visit, box=box)


def suggestions(visit: Visit) -> Response:
    """Types and units that fit `q`, `for` a line (which is usual), or a field: type or unit."""
    text, kind = visit.query.text("q"), visit.query.text("for") or "line"
    used = queries.used(visit.db, visit.user.id)
    if kind == "type":
        found = [suggest.Suggestion(it, it) for it in suggest.for_type(text, used)]
    elif kind == "unit":
        units = suggest.for_unit(text.strip(), visit.query.text("type"), used)
        found = [suggest.Suggestion(it, it, is_unit=True) for it in units]
    else:
        kind, found = "line", suggest.for_line(text, used, visit.today)
    if visit.wants != "html":
        return render.data({"suggestions": [{"shown": it.shown, "text": it.text} for it in found]})
    return render.fragment(visit, "fragments/suggestions.html", kind=kind, found=found)


def create(visit: Visit) -> Response:
    """Save a record from fields, or one or more from `line`. The same `id` saves nothing twice."""
    if "line" not in visit.form:
        return _create_from_fields(visit)
    read = entry.read(visit, visit.form["line"], _form_id(visit))
    if visit.wants == "html":
        return _create_from_lines(visit, read)
    if read.reading.unread:
        records = [_draft_json(draft) for draft in read.reading.records]
        error = {"error": read.reading.unread[0].message, "fields": {}}
        return render.data(error | _reading_json(read, records), 422)
    added = changes.add(visit.db, visit.user.id, read.records)
    found = changes.find(visit.db, visit.user.id, [record.id for record in read.records])
    saved = _reading_json(read, [record_json(row) for row in found]) | {"change": added.change}
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
        return _box_again(visit, replace(box, asks=bool(held)), 422)
    try:
        _refuse_others(read, ready)
    except Refusal:
        return _box_again(visit, replace(box, id=uuid4(), problem=SAVED_ALREADY), 409)
    added = changes.add(visit.db, visit.user.id, ready)
    kept = {trouble.line for trouble in read.reading.unread} | set(held)
    if visit.form.text("keep") == "1":
        kept = {line.number for line in read.seen}
    rest = "\n".join(line.text for line in read.seen if line.number in kept)
    left = entry.read(visit, rest, uuid4()) if rest else None
    fresh = replace(_box(kind, left), asks=bool(held), in_dialog=in_dialog)
    return _saved(visit, added.change, ready, read, box=fresh)


def _create_from_fields(visit: Visit) -> Response:
    values = {name: visit.form.text(name) for name in FIELDS}
    form = FullForm(values, _form_id(visit))
    used = queries.used(visit.db, visit.user.id)
    context = {
        "today": visit.today,
        "number_format": visit.number_format,
        "units": {it.unit for it in used},
    }
    try:
        content = RecordForm.model_validate(values, context=context)
    except ValidationError as error:
        sentences = field_sentences(error)
        if visit.wants != "html":
            raise Invalid(sentences) from error
        return _form_again(visit, replace(form, errors=sentences), 422)
    record = NewRecord(form.id, **content.model_dump())
    existing = {row.id: row for row in changes.find(visit.db, visit.user.id, [record.id])}
    read = Entry("", used, Reading((), ()), [record], existing, {})
    warning = "" if existing else entry.warnings(visit, [record]).get(record.id, "")
    if visit.wants != "html":
        added = changes.add(visit.db, visit.user.id, [record])
        [row] = changes.find(visit.db, visit.user.id, [record.id])
        note = {"warnings": [{"message": warning}]} if warning else {}
        return render.data(record_json(row) | note, 201 if added.ids else 200)
    if warning and visit.form.text("confirm") != "1":
        return _form_again(visit, replace(form, warning=warning), 422)
    try:
        _refuse_others(read, [record])
    except Refusal:
        return _form_again(visit, replace(form, id=uuid4(), problem=SAVED_ALREADY), 409)
    added = changes.add(visit.db, visit.user.id, [record])
    return _saved(visit, added.change, [record], read, form=_filled_form(visit, None))


def _refuse_others(read: Entry, ready: Sequence[NewRecord]) -> None:
    """Raises Refusal when an id was used before: for other content, or for what was deleted."""
    for record in ready:
        if record.id in read.existing:
            changes.refuse_unless_same(record, read.existing[record.id])


def _form_id(visit: Visit) -> UUID:
    """The id made with the form; a script may leave it out. Raises Invalid."""
    text = visit.form.text("id")
    if text and not UUID_PATTERN.fullmatch(text):
        raise Invalid({"id": "The id of a record is a UUID."})
    return UUID(text) if text else uuid4()


def _kind(visit: Visit, text: str) -> str:
    """Which of the page's forms was sent."""
    kind = visit.form.text("box")
    usual_kind = "batch" if entry.is_batch(text) else "line"
    return kind if kind in ("batch", "recent") else usual_kind


# What stands on the page


def _page(
    visit: Visit,
    status: int = 200,
    box: Box | None = None,
    form: FullForm | None = None,
    message: str = "",
    change: UUID | None = None,
) -> Response:
    is_batch = box is not None and box.kind == "batch"
    return render.page(
        visit,
        "pages/add.html",
        status,
        here="add",
        box=box if box and not is_batch else Box(),
        batch=box if box and is_batch else Box("batch"),
        form=form or _filled_form(visit, None),
        recents=_recents(visit),
        message=message,
        change=change or "",
        fresh_id=uuid4(),
        **_today(visit),
    )


def _box(kind: str, read: Entry | None) -> Box:
    return Box(kind, text=read.text, seen=read.seen) if read else Box(kind)


def _box_again(visit: Visit, box: Box, status: int) -> Response:
    """The box with the user's own words and what to change."""
    if not visit.is_fragment:
        return _page(visit, status, box)
    if box.kind == "batch":
        return render.fragment(visit, "fragments/batch.html", status, box=box)
    place = {"retarget": "#quick-add-form", "reswap": "outerHTML"} if box.kind == "recent" else {}
    line = replace(box, kind="line")
    return render.fragment(visit, "fragments/quick_add.html", status, **place, box=line)


def _form_again(visit: Visit, form: FullForm, status: int) -> Response:
    if visit.is_fragment:
        return render.fragment(visit, "fragments/record_form.html", status, form=form)
    return _page(visit, status, form=form)


def _filled_form(visit: Visit, read: Entry | None) -> FullForm:
    """The full form with what the line says; empty, for today, when it says nothing yet."""
    draft = next(iter(read.reading.records), None) if read else None
    if draft is None:
        given = {"consumption_date": str(visit.today), "consumption_value": "1"}
        return FullForm(dict.fromkeys(FIELDS, "") | given)
    values = {name: str(getattr(draft, name)) for name in FIELDS}
    return FullForm(values | {"consumption_value": visit.say.typed(draft.consumption_value)})


def _recents(visit: Visit) -> list[Recent]:
    found = queries.recents(visit.db, visit.user.id, visit.today, MOST_RECENTS, usual.NEWEST)
    return [
        _recent(visit, str(number), it.type, usual.usual_written(it.latest_values), it.unit)
        for number, it in enumerate(found, 1)
    ]


def _recent(visit: Visit, number: str, type: str, value: Decimal, unit: str) -> Recent:
    record = NewRecord(uuid4(), visit.today, type, value, unit)
    # Without its day: it is saved for the day on which it is clicked.
    _, _, line = line_for(record).partition(" ")
    return Recent(number, type, value, unit, line)


def _today(visit: Visit, written: Sequence[NewRecord] = ()) -> dict[str, Any]:
    """The records of today; above them those just written for another day."""
    user_id = visit.user.id
    found = queries.records_of_day(visit.db, user_id, visit.today, MOST_ROWS)
    elsewhere = [it.id for it in written if it.consumption_date != visit.today][:MOST_ROWS]
    others = changes.find(visit.db, user_id, elsewhere) if elsewhere else []
    shape = Filter(today=visit.today)
    return {
        "lines": [
            *(_with_day(visit, rows.line(row, shape, visit.say), row) for row in others),
            *(rows.line(row, shape, visit.say) for row in found),
        ],
        "entries": found[0].entries if found else 0,
        "written": {str(record.id) for record in written},
    }


def _with_day(visit: Visit, line: rows.Line, row: Row[Any]) -> rows.Line:
    """The row says for which other day it is."""
    day = Markup('<b class="other-day">{}</b> ').format(visit.say.short_day(row.consumption_date))
    return line._replace(notes=day + line.notes)


# What was saved


def _saved(
    visit: Visit,
    change: UUID,
    records: Sequence[NewRecord],
    read: Entry,
    box: Box | None = None,
    form: FullForm | None = None,
) -> Response:
    """The new rows, a message with undo, and the form that was sent, ready for the next."""
    message = _message(visit, records)
    if not visit.is_fragment:
        if box and box.text and box.kind == "batch":
            return _page(visit, 201, box, message=message, change=change)
        return render.redirect(visit, f"/list?changed={change}")
    recent = None
    if box and box.kind == "recent":
        [record] = records[:1]
        recent = _recent(
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
        201,
        trigger=render.records_changed(*(record.id for record in records)) if in_dialog else None,
        box=box,
        form=form,
        recent=recent,
        recents=_recents(visit) if is_new and not in_dialog else None,
        in_dialog=in_dialog,
        message=message,
        change=change,
        **_today(visit, records),
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


# For programs


def _reading_json(read: Entry, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "records": records,
        "unread": [
            {
                "line": it.line,
                "text": it.text,
                "message": it.message,
                "start": it.start,
                "end": it.end,
            }
            for it in read.reading.unread
        ],
        "warnings": [
            {"line": line, "message": message} for line, message in sorted(read.warnings.items())
        ],
    }


def _draft_json(draft: Draft) -> dict[str, Any]:
    content = {name: getattr(draft, name) for name in FIELDS}
    return content | {
        "filled": [name for name in FILLED if name in draft.filled],
        "new_unit": draft.new_unit,
        "line": draft.line,
    }
