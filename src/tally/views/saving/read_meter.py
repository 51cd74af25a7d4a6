"""The form of the open meter: its reading is saved at once, and the next meter opens."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from pydantic import ValidationError
from starlette.responses import Response

from tally.db import changes, meter_queries, stored_records
from tally.db.changes import IdTaken
from tally.db.record_form import FORM_FIELDS, READING
from tally.domain import meter_words
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain
from tally.errors import Invalid, field_sentences
from tally.views import add
from tally.views.add import FullForm
from tally.views.add_parts import meter_list
from tally.views.add_parts.meter_list import MeterForm
from tally.views.checks import idempotency, review
from tally.views.words.record_fields import type_and_amount
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.htmx import HtmxHeaders

NO_METER = (
    "This type has no meter any more: its readings were deleted, or it was renamed. "
    "Saved as it is, this reading begins a new one."
)


def save(context: RequestContext, record_id: UUID) -> Response:
    """Save today's reading of a meter and open the next; a misfit comes back with its reason.

    Raises Invalid for programs, which get no list of meters.
    """
    if context.wants != "html":
        raise Invalid({"box": "This is the form of a page: send the reading without “box”."})
    form = context.form
    key = Key(form.text("consumption_type"), form.text("unit"))
    typed = MeterForm(
        form.text("reading"),
        record_id,
        form.flag("new_meter"),
        form.flag("rolled_over"),
    )
    in_use = meter_queries.in_use(context.db, context.user.id)
    if key not in [meter.key for meter in in_use]:
        return _no_meter(context, key, typed)
    try:
        record = meter_list.read(context, key, form, record_id)
        warning = review.warnings(context, [record]).get(record_id, "")
        if warning and not review.is_confirmed(form, typed.seal):
            return _again(context, key, replace(typed, warning=warning))
        added = changes.add(context.db, context.user.id, [record])
    except ValidationError as error:
        [sentence, *_] = field_sentences(error).values()
        return _again(context, key, replace(typed, error=sentence))
    except BrokenChain as error:
        sentence = meter_words.why(error, context.formatter, record.as_reading)
        falls = error.kind == "falls" and error.later == record.as_reading
        return _again(context, key, replace(typed, error=sentence, falls=falls))
    except IdTaken as error:
        return _again(
            context, key, replace(typed, id=uuid4(), error=idempotency.why_taken(error)), 409
        )
    return _saved(context, key, record_id, added)


def _saved(context: RequestContext, key: Key, record_id: UUID, added: changes.Added) -> Response:
    """The list with the next meter open, the new row, and a message with undo."""
    in_use = meter_queries.in_use(context.db, context.user.id)
    next_key = meter_list.following(meter_list.in_order(context, in_use, key), key)
    if not context.is_fragment:
        return responses.redirect(context, meter_list.link_to(next_key, changed=added.change))
    [saved] = stored_records.find(context.db, context.user.id, [record_id])
    return responses.fragment(
        context,
        "fragments/meter_saved.html",
        201 if added.ids else 200,
        meters=meter_list.section(context, in_use, next_key),
        message=f"Saved {type_and_amount(saved, context.formatter)}",
        change=added.change,
        record_id=str(record_id),
        **add.today_rows(context, [record_id]),
    )


def _no_meter(context: RequestContext, key: Key, typed: MeterForm) -> Response:
    """The form of all fields, with the reading typed for a meter that has no reading any more.

    If its type was renamed meanwhile, say, the reading would begin another meter.
    """
    values = dict.fromkeys(FORM_FIELDS, "") | {
        "consumption_date": str(context.today),
        "consumption_type": key.type,
        "unit": key.unit,
        "kind": READING,
        "reading": typed.reading,
    }
    headers = HtmxHeaders(retarget="#record-form", reswap="outerHTML")
    return add.form_again(context, FullForm(values, typed.id, problem=NO_METER), 409, headers)


def _again(context: RequestContext, key: Key, typed: MeterForm, status: int = 422) -> Response:
    """The list with the same meter open: the figure as it was typed, and a sentence at it."""
    if not context.is_fragment:
        return add.show_page(context, status, opened=key, typed=typed)
    in_use = meter_queries.in_use(context.db, context.user.id)
    section = meter_list.section(context, in_use, key, typed)
    return responses.fragment(context, "fragments/meters.html", status, meters=section)
