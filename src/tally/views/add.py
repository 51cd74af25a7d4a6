"""The add page: a box for lines, a form of fields, recents, and the records of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from starlette.responses import Response

from tally.db import meter_queries, queries
from tally.db.record_form import AMOUNT, FORM_FIELDS, ONE_DAY, READING
from tally.domain import meter_words
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.quick_add.preview import PreviewLine
from tally.views import entry, record_list, record_rows
from tally.views.add_parts import meter_list, notices, recents
from tally.views.add_parts.meter_list import MeterForm
from tally.views.checks import review
from tally.views.entry import Entry
from tally.views.record_json import draft_json, parsed_json
from tally.views.words.record_fields import fields_of
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.htmx import NO_HEADERS, HtmxHeaders
from tally.web.parameters import takes

MAX_ROWS = 30


@dataclass(frozen=True)
class Box:
    """A form for a line, a batch of lines or a recent one, on the page or in the dialog.

    `asks`: the typo guard has asked, and sending the same text once more saves it.
    """

    kind: str = "line"
    id: UUID = field(default_factory=uuid4)
    text: str = ""
    preview: Sequence[PreviewLine] = ()
    asks: bool = False
    problem: str = ""
    in_dialog: bool = False

    @property
    def ready(self) -> int:
        """The number of lines that can be saved."""
        return sum(bool(line.drafts) for line in self.preview)

    @property
    def is_refused(self) -> bool:
        """Whether the form comes back with a fault or a question."""
        return bool(self.problem or self.asks or any(line.unread for line in self.preview))

    @property
    def seal(self) -> str:
        """A digest of the lines that the guard asks about: changed ones are asked about again."""
        return review.seal(self.text)


@dataclass(frozen=True)
class FullForm:
    """A form of fields: their texts, a sentence for each fault, the typo guard's warning.

    `last`: the latest reading of its type's meter in words; "" without a meter.
    """

    values: Mapping[str, str]
    id: UUID = field(default_factory=uuid4)
    errors: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
    offer: str = ""
    problem: str = ""
    last: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the form comes back with a fault or a question."""
        return bool(self.errors or self.warning or self.problem)

    @property
    def seal(self) -> str:
        """A digest of the values that the guard asks about; a note may still be added to them."""
        usual = ("", AMOUNT, ONE_DAY)
        told = (item for item in self.values.items() if item[0] != "notes" and item[1] not in usual)
        return review.seal(*(f"{name} {text}" for name, text in told))


def page(context: RequestContext) -> Response:
    """The add page; for htmx the box in its dialog, or the full form filled from the line."""
    line = context.query.text("line").strip()
    read = entry.read(context, line, uuid4()) if line else None
    has_fields = context.query.flag("fields")
    fields = _typed_form(context) or filled_form(context, read if has_fields else None)
    opened = meter_list.named(context.query)
    if not context.is_fragment:
        box = box_of("batch" if entry.is_batch(line) else "line", read)
        return show_page(context, box=box, form=fields, opened=opened)
    if context.query.text("view") == "today":
        return today(context)
    if context.query.text("view") == "meters":
        return meter_list.show_closed(context)
    if opened:
        return meter_list.show(context, opened)
    if has_fields:
        return responses.fragment(context, "fragments/record_form.html", form=fields, copied=True)
    return responses.fragment(context, "fragments/quick_add_dialog.html", **dialog_boxes(read))


@takes("line", "id", "box", "dialog", "keep", "number", "confirm")
def preview(context: RequestContext) -> Response:
    """A preview of lines. Saves nothing. A batch comes as POST: it is too long for a URL."""
    fields = context.form if context.request.method == "POST" else context.query
    read = entry.read(context, fields.text("line"), uuid4())
    if context.wants != "html":
        records = [draft_json(draft) for draft in read.parsed.records]
        return responses.data(parsed_json(read, records))
    read = entry.with_meters(context, read)
    is_batch = context.request.method == "POST" or entry.is_batch(read.text)
    box = Box("batch" if is_batch else "line", text=read.text, preview=read.preview)
    if context.is_fragment:
        return responses.fragment(context, "fragments/preview.html", box=box)
    return show_page(context, box=box)


# The parts of the page


class SavedMessage(NamedTuple):
    """The message about the records just saved, the change to undo, and the id of a sole record."""

    message: str
    change: UUID | None
    record_id: str = ""


def show_page(
    context: RequestContext,
    status: int = 200,
    box: Box | None = None,
    form: FullForm | None = None,
    saved: SavedMessage | None = None,
    opened: Key | None = None,
    typed: MeterForm | None = None,
) -> Response:
    """The whole page; parts that are not given are empty, ready for the next record.

    `opened`: the meter whose reading is being typed, and `typed` its form.
    """
    in_use = meter_queries.in_use(context.db, context.user.id)
    is_batch = box is not None and box.kind == "batch"
    return responses.page(
        context,
        "pages/add.html",
        status,
        here="add",
        box=box if box and not is_batch else Box(),
        batch=box if box and is_batch else Box("batch"),
        form=form or filled_form(context, None),
        recents=recents.offered(context, in_use),
        meters=meter_list.section(context, in_use, opened, typed),
        notices=notices.of_meters(context, in_use),
        message=saved.message if saved else "",
        change=(saved and saved.change) or "",
        record_id=saved.record_id if saved else "",
        fresh_id=uuid4(),
        **today_rows(context, record_list.shown_ids(context)),
    )


def today(context: RequestContext) -> Response:
    """The current rows of today, those just changed, and the recents."""
    return responses.fragment(
        context,
        "fragments/today_again.html",
        recents=recents.offered(context),
        **today_rows(context, record_list.shown_ids(context)),
    )


def box_of(kind: str, read: Entry | None) -> Box:
    """A box with the lines as read, or an empty one."""
    return Box(kind, text=read.text, preview=read.preview) if read else Box(kind)


def dialog_boxes(read: Entry | None = None) -> dict[str, Any]:
    """The boxes of the quick-add dialog, `box` and `batch`: empty, or with the lines as read."""
    is_batch = read is not None and entry.is_batch(read.text)
    return {
        "box": replace(box_of("line", None if is_batch else read), in_dialog=True),
        "batch": replace(box_of("batch", read if is_batch else None), in_dialog=True),
    }


def box_again(context: RequestContext, box: Box, status: int) -> Response:
    """The box with the user's own words and the corrections to make."""
    if not context.is_fragment:
        return show_page(context, status, box)
    if box.kind == "batch":
        return responses.fragment(context, "fragments/batch.html", status, box=box)
    is_recent = box.kind == "recent"
    headers = (
        HtmxHeaders(retarget="#quick-add-form", reswap="outerHTML") if is_recent else NO_HEADERS
    )
    line = replace(box, kind="line")
    return responses.fragment(
        context, "fragments/quick_add.html", status, headers=headers, box=line
    )


def form_again(
    context: RequestContext, form: FullForm, status: int, headers: HtmxHeaders = NO_HEADERS
) -> Response:
    """The full form with the user's own words and the corrections to make."""
    form = _with_last(context, form)
    if context.is_fragment:
        template = "fragments/record_form.html"
        return responses.fragment(context, template, status, headers=headers, form=form)
    return show_page(context, status, form=form)


def filled_form(context: RequestContext, read: Entry | None) -> FullForm:
    """The full form filled from the first record of the line; without one empty and for today."""
    empty = dict.fromkeys(FORM_FIELDS, "")
    if read is None or not read.records:
        return FullForm(empty | {"consumption_date": str(context.today), "consumption_value": "1"})
    return _with_last(context, FullForm(empty | fields_of(read.records[0], context.formatter)))


def _typed_form(context: RequestContext) -> FullForm | None:
    """The full form with the fields of the address, as they were typed before a sign-in."""
    query = context.query
    if "consumption_type" not in query:
        return None
    kind = READING if query.text("reading") else AMOUNT
    values = dict.fromkeys(FORM_FIELDS, "") | {"consumption_date": str(context.today), "kind": kind}
    sent = {name: query.text(name) for name in FORM_FIELDS if name in query}
    return _with_last(context, FullForm(values | sent))


def _with_last(context: RequestContext, form: FullForm) -> FullForm:
    """The form of a reading, with its meter's latest reading in words."""
    if form.values["kind"] != READING:
        return form
    in_use = meter_queries.in_use(context.db, context.user.id)
    last = meter_list.last_reading(in_use, form.values["consumption_type"], form.values["unit"])
    return replace(form, last=meter_words.reading_in_words(last, context.formatter) if last else "")


def today_rows(context: RequestContext, written: Sequence[UUID]) -> dict[str, Any]:
    """The records of today, and those just written for another day."""
    rows, entries = queries.records_of_day(context.db, context.user.id, context.today, MAX_ROWS)
    shape = Filter(today=context.today)
    lines = record_rows.lines(rows, shape, context.formatter, headed=context.today)
    return {
        "outside": record_list.outside(context, written, lines),
        "lines": lines,
        "entries": entries,
        "written": {str(record_id) for record_id in written},
    }
