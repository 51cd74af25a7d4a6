"""The lines and the fields of a form or a program, read as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from tally.db.record_form import FORM_FIELDS, RecordForm
from tally.domain import meter_words
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, StoredRecord, UsedType
from tally.domain.text import fold
from tally.quick_add import vocabulary
from tally.views import entry
from tally.views.checks import currency, idempotency
from tally.views.entry import Entry
from tally.web.context import RequestContext
from tally.web.forms import Fields


def read_lines(context: RequestContext) -> Entry:
    """The lines of the form, with its id."""
    return entry.read(context, context.form["line"], idempotency.form_id(context))


def read_fields(
    context: RequestContext, form: Fields, existing: StoredRecord | None
) -> dict[str, str]:
    """The fields of a record as they were sent; programs may leave the day out, as a line may.

    It is today, or the day of the record that the same fields have made before.
    """
    values = {name: form.text(name) for name in FORM_FIELDS}
    if context.wants != "html" and "consumption_date" not in form:
        day = existing.consumption_date if existing else context.line_day
        values["consumption_date"] = day.isoformat()
    return values


def fields_context(
    context: RequestContext, used: Sequence[UsedType], existing: Iterable[StoredRecord]
) -> dict[str, Any]:
    """The context by which pydantic reads the fields of a record."""
    return {
        "today": context.today,
        "number_format": context.number_format,
        "currency": context.currency,
        "units": {kind.unit for kind in used},
        "types": spellings(used, existing),
    }


def spellings(used: Sequence[UsedType], existing: Iterable[StoredRecord]) -> dict[str, str]:
    """The user's spelling of each type; types sent again are spelled as they were sent before."""
    sent_before = {fold(record.consumption_type): record.consumption_type for record in existing}
    return vocabulary.spellings(used) | sent_before


def record_of(
    values: Mapping[str, str],
    record_id: UUID,
    known: dict[str, Any],
    existing: StoredRecord | None,
) -> NewRecord:
    """The record that fields say. Raises pydantic's ValidationError.

    existing: the record that the same fields have made before; its day is always valid.
    """
    context = known | {"day": existing.consumption_date} if existing else known
    return RecordForm.model_validate(values, context=context).record(record_id)


def first_cost(context: RequestContext, read: Entry, change: UUID) -> str:
    """A sentence where a line has set the currency of the account by its first cost; else ""."""
    paid = next((draft for draft in read.parsed.records if draft.cost is not None), None)
    return currency.sentence_on_first_of_line(context, paid.currency, change) if paid else ""


def misfit(context: RequestContext, record: NewRecord, error: BrokenChain) -> dict[str, str]:
    """The sentence, by field, for a reading that does not fit, with ways to make it fit."""
    return {misfit_field(error): meter_words.why(error, context.formatter, record.as_reading)}


def misfit_field(error: BrokenChain) -> str:
    """The field of a reading that does not fit: what the meter shows, or that it rolled over."""
    return "rolled_over" if error.kind in ("first", "unturned") else "reading"
