"""The copy of a record to today."""

from __future__ import annotations

from uuid import uuid5

from starlette.responses import Response

from tally.db import queries, stored_records
from tally.db.stored_records import NoSuchRecord
from tally.domain.fields import read_id
from tally.domain.records import NewRecord
from tally.domain.text import fold
from tally.errors import HTTPError
from tally.views import last_change
from tally.views.checks import idempotency
from tally.views.last_change import Confirmation
from tally.views.record_json import record_json
from tally.views.saving import create_for_programs, sent_records
from tally.views.words.record_fields import in_words
from tally.web import responses
from tally.web.context import RequestContext


def copy_to_today(context: RequestContext) -> Response:
    """Copy a record to today. The form's own id makes a doubled click one copy."""
    original_id = read_id(context.form.text("duplicate"))
    if original_id is None:
        raise NoSuchRecord
    original = stored_records.live(context.db, context.user.id, original_id)
    if original.reading is not None:
        raise HTTPError(409, "A reading is not copied. Read the meter and note what it shows.")
    record_id = uuid5(idempotency.form_id(context), str(original.id))
    used = queries.used(context.db, context.user.id)
    sent_before = stored_records.find(context.db, context.user.id, [record_id])
    spellings = sent_records.spellings(used, sent_before)
    type_name = original.consumption_type
    copy = NewRecord(
        record_id,
        consumption_date=context.today,
        consumption_type=spellings.get(fold(type_name), type_name),
        consumption_value=original.consumption_value,
        unit=original.unit,
        notes=original.notes,
        days=original.days,
        cost=original.cost,
    )
    added = create_for_programs.add(context, [copy])
    [record] = stored_records.find(context.db, context.user.id, [copy.id])
    if context.wants != "html":
        status = 201 if added.ids else 200
        return responses.data({**record_json(record), "change": added.change}, status)
    confirmation = Confirmation(
        f"Saved {in_words(record, context.formatter)}", added.change, str(copy.id)
    )
    return last_change.answer(context, confirmation, copy.id)
