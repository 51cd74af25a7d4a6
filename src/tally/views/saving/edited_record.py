"""The fields of an edited record: those that may change, the new record, its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tally.db import queries
from tally.db.models import FIELDS
from tally.db.record_form import FORM_FIELDS, RecordForm
from tally.domain import meter_words
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, RecordLike, StoredRecord, UsedType, key_of
from tally.domain.text import fold, one_line
from tally.errors import Invalid
from tally.quick_add.meanings.conversions import money_twice
from tally.quick_add.vocabulary import Vocabulary, spelled
from tally.views import entry
from tally.views.checks import review
from tally.views.checks.review import Reviewed
from tally.views.saving.sent_records import misfit_field
from tally.web.context import RequestContext
from tally.web.forms import Fields

# The fields of a record that null empties, and those that must not be null.
CAN_BE_EMPTY = ("unit", "notes", "reading", "cost")
NEVER_EMPTY = (
    *("consumption_date", "consumption_value", "consumption_type", "days", "covers_from"),
    *("new_meter", "rolled_over", "version"),
)
NEVER_NULL = "Null is no value here: leave the field out, and it stays as it is."
OF_THE_METER = ("consumption_value", "days", "covers_from")
FOLLOWS = (
    "Amount and days of a reading follow from its meter: change what it shows, or its day."
    " With an empty “reading” it becomes a plain amount."
)


def given_in(form: Fields) -> dict[str, str]:
    """The fields of a record that were sent; null is "" for those that may be empty."""
    emptied = {name: "" for name in CAN_BE_EMPTY if name in form.nulls}
    return emptied | {name: form[name] for name in FORM_FIELDS if name in form}


def refuse_what_cannot_change(
    record: StoredRecord, given: Mapping[str, str], nulls: frozenset[str]
) -> None:
    """Raises Invalid for null in a required field, and for amount or days of a reading.

    Amount and days are allowed, and ignored, beside the reading itself.
    """
    faults = {name: NEVER_NULL for name in NEVER_EMPTY if name in nulls and name not in given}
    if record.reading is not None and not {"reading", "kind"} & given.keys():
        faults |= {name: FOLLOWS for name in OF_THE_METER if given.get(name)}
    if faults:
        raise Invalid(faults)


def reviewed(context: RequestContext, record: StoredRecord, given: Mapping[str, str]) -> Reviewed:
    """The edited record, with warnings about the fields that change: type, unit, amount, cost.

    Fields that are not given keep their current value, edits from elsewhere included. Raises
    ValidationError.
    """
    name = given.get("consumption_type", record.consumption_type)
    used = queries.used_with(context.db, context.user.id, [name])
    known_fields = _known(context, record, given, used)
    form = RecordForm.model_validate(_content(record, given), context=known_fields)
    new = form.record(record.id)
    if _amount(record) == _amount(new):
        is_told = new.reading is not None or new.cost == record.cost
        sentence = "" if is_told else money_twice(new, context.currency, context.formatter)
        return Reviewed(new, sentence)
    known = Vocabulary(currency=context.currency)
    if key_of(record) != key_of(new):
        known = entry.vocabulary(context, _of_others(context, record, used))
    return review.of_form(context, known, new)


def _amount(record: RecordLike) -> tuple[Key, Decimal, int | None]:
    """The amount of a record of a type; that of a reading follows from its figure."""
    if record.reading is not None:
        return key_of(record), record.reading, None
    return key_of(record), record.consumption_value, record.days


def _of_others(
    context: RequestContext, record: StoredRecord, used: Sequence[UsedType]
) -> Sequence[UsedType]:
    """The types in use by other records: without the record's own type and unit, if it is alone."""
    own = key_of(record)
    latest = queries.latest_values(context.db, context.user.id, [own], 2)
    is_counted = record.days > 0  # The start of a meter has no value of its own.
    if own in latest and len(latest[own].values) > is_counted:
        return used
    return [kind for kind in used if kind.key != own]


def _content(record: StoredRecord, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a record as a form sends them, with the given ones in place of its own."""
    kept = {name: str(getattr(record, name)) for name in FIELDS}
    for name in ("days", "reading", "cost"):
        value = getattr(record, name)
        if value is None or (name == "days" and (given.get("covers_from") or not value)):
            continue  # A meter's start covers 0 days; as a plain amount it covers its own day.
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
    """The type of an edited record as the account spells it; as typed if no other record has it."""
    if name == record.consumption_type:
        return name
    is_respelled = fold(name) == fold(record.consumption_type)
    others = _of_others(context, record, used) if is_respelled else used
    return spelled(name, others)


def misfit(
    context: RequestContext, record: StoredRecord, new: NewRecord, error: BrokenChain
) -> dict[str, str]:
    """The reason why an edited reading does not fit, by the field that it is about."""
    own = new.as_reading if new.reading is not None else None
    field = misfit_field(error)
    if field == "reading" and own is not None and new.reading == record.reading:
        field = "consumption_date"  # It was moved to another day.
    return {field: meter_words.why(error, context.formatter, own)}
