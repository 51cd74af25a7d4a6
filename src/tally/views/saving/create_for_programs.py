"""The creation of records for programs, and of lines that waited: answers in JSON and in text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from tally.db import changes, queries, stored_records
from tally.db.changes import Added, IdTaken
from tally.db.models import FIELDS
from tally.db.record_form import RecordForm
from tally.domain import meter_words
from tally.domain.meters import BrokenChain
from tally.domain.records import NewRecord, StoredRecord, UsedType
from tally.domain.text import fold
from tally.errors import HTTPError, Invalid, field_sentences
from tally.quick_add import grammar
from tally.quick_add.results import ParseProblem
from tally.views import entry
from tally.views.checks import currency, idempotency, review
from tally.views.entry import Entry
from tally.views.record_json import draft_json, parsed_json, record_json, told_json
from tally.views.saving import sent_records
from tally.views.words.record_fields import amount_in_words, in_words
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.identity import WRITTEN_BY
from tally.web.json_body import ListFaults, error_at, refusal_of_list
from tally.web.parameters import RECORD, unknown

ANOTHER_REQUEST = "This id or key was used before, for other records."
NO_LINE = "There is no line in this text."
KEEP_LIKE_THIS = "To save it like this, change nothing and press Keep."


def from_lines(context: RequestContext) -> Response:
    """Save the lines, all or none; answer in JSON, or with a line for each record."""
    _refuse_fields_beside_line(context)
    read = sent_records.read_lines(context)
    if read.parsed.unread and read.before:
        raise other_records(context, len(read.records), read.before)
    if read.parsed.unread:
        return _unread(context, read)
    _ask_its_writer(context, read)
    try:
        added = add(context, read.records, read.before)
    except BrokenChain as error:
        raise HTTPError(422, meter_words.why(error, context.formatter)) from error
    first_cost = sent_records.first_cost(context, read, added.change)
    rows = stored_records.find(context.db, context.user.id, [record.id for record in read.records])
    status = 201 if added.ids else 200
    if context.wants == "text":
        return responses.text(_as_text(context, read, rows), status)
    saved = parsed_json(read, [record_json(row) for row in rows]) | {"change": added.change}
    if first_cost:
        index = next(at for at, draft in enumerate(read.parsed.records) if draft.cost is not None)
        saved["remarks"] = [{"index": index, "field": "cost", "message": first_cost}]
    return responses.data(saved, status)


def _refuse_fields_beside_line(context: RequestContext) -> None:
    """Raises Invalid for a field that the line leaves without effect."""
    sent = [name for name in RecordForm.model_fields if context.form.text(name)]
    if sent:
        raise Invalid(dict.fromkeys(sent, "Write this in the line, or send fields alone."))


def _ask_its_writer(context: RequestContext, read: Entry) -> None:
    """Raises HTTPError for a line that waited on a device and may not be what was meant.

    A person wrote it where no page could show how it is read; `confirm` says that they know by now.
    Of one that was sent before they first have to know what is saved.
    """
    waited = WRITTEN_BY in context.request.headers
    if not waited or read.before or context.form.flag("confirm"):
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
    paid = "" if row.cost is None else context.formatter.money(row.cost).replace("\u00a0", " ")
    written = f"from {converted_from}" if converted_from else ""
    amount = f"{row.consumption_type} {amount_in_words(row, context.formatter)}"
    day = context.formatter.day(row.consumption_date)
    return ", ".join(filter(None, (amount, day, paid, written)))


def _unread(context: RequestContext, read: Entry) -> Response:
    """Each line that was not understood, and why."""
    if context.wants == "text":
        lines = dict(grammar.split_lines(read.text))
        return responses.text("".join(_told(problem, lines) for problem in read.parsed.unread), 422)
    records = [draft_json(draft) for draft in read.parsed.records]
    error = {"error": read.parsed.unread[0].message, "fields": {}}
    return responses.data(error | parsed_json(read, records), 422)


def _told(problem: ParseProblem, lines: Mapping[int, str]) -> str:
    """A line, and below it its unread words with the sentence; alone for a text without lines."""
    if problem.line not in lines:
        return f"{NO_LINE} {problem.message}\n"
    place = f"{problem.text}: " if problem.text else ""
    return f"Line {problem.line}: {lines[problem.line]}\n  {place}{problem.message}\n"


class SentList(NamedTuple):
    """The records of a JSON list. `ids`: in the order of the list.

    `existing`: the records that its ids have made before; `under_key`: those that its key has.
    `used`: the account's types, with those of the list.
    """

    ids: Sequence[UUID]
    records: Sequence[NewRecord]
    existing: Mapping[UUID, StoredRecord]
    under_key: Sequence[StoredRecord]
    used: Sequence[UsedType]


def from_list(context: RequestContext, several: Sequence[Fields]) -> Response:
    """Save the records of a JSON list, all or none, each fault by its index."""
    sent = _read_list(context, several)
    warnings = _warnings(context, sent)
    try:
        added = add(context, sent.records, sent.under_key)
    except BrokenChain as error:
        raise _does_not_fit(context, sent.records, error) from error
    rows = stored_records.find(context.db, context.user.id, sent.ids)
    content = {
        "records": [record_json(row) for row in rows],
        "change": added.change,
        "remarks": currency.remarks(context, sent.records, added.change),
        "warnings": warnings,
    }
    return responses.data(content, 201 if added.ids else 200)


def _read_list(context: RequestContext, several: Sequence[Fields]) -> SentList:
    """Raises HTTPError with the fault of each record that has one."""
    faults = context.form.faults
    unknown_names = _note_unknown_names(several, faults)
    ids = idempotency.ids_of_list(context, several, faults)
    # A wrong id or an unknown name is told as such, also where the key was used before.
    is_named_rightly = not faults
    names = [fields.get("consumption_type", "") for fields in several]
    used = queries.used_with(context.db, context.user.id, names)
    before = idempotency.saved_before(context, ids)
    existing = {row.id: row for row in before if row.id in ids}
    known = sent_records.fields_context(context, used, existing.values())
    records = _read_records(context, ids, several, known, existing)
    under_key = before if idempotency.sent_id(context) else ()
    if faults and is_named_rightly and under_key:
        raise other_records(context, len(ids), under_key)
    faults.refuse(unknown_names)
    return SentList(ids, records, existing, under_key, used)


def _read_records(
    context: RequestContext,
    ids: Sequence[UUID],
    several: Sequence[Fields],
    known: dict[str, Any],
    existing: Mapping[UUID, StoredRecord],
) -> list[NewRecord]:
    """The records of a list, whose `ids` run in parallel to their fields.

    The faults of the others are noted. existing: those of them that were saved before.
    """
    faults = context.form.faults
    records: list[NewRecord] = []
    for index, (record_id, item) in enumerate(zip(ids, several, strict=True)):
        if index in faults:
            continue
        try:
            sent_before = existing.get(record_id)
            values = sent_records.read_fields(context, item, sent_before)
            record = sent_records.record_of(values, record_id, known, sent_before)
            # A new type is one, however the records after it spell its name.
            known["types"].setdefault(fold(record.consumption_type), record.consumption_type)
            records.append(record)
        except ValidationError as error:
            sentences = field_sentences(error)
            faults.note(index, next(iter(sentences.values())), sentences)
        except HTTPError as refused:
            faults.note(index, refused.sentence, refused.fields)
    return records


def _note_unknown_names(several: Sequence[Fields], faults: ListFaults) -> dict[str, str]:
    """The names that no record has, each noted at its index; a line is none of them."""
    unknown_names: dict[str, str] = {}
    for index, item in enumerate(several):
        if named := unknown(item, RECORD):
            faults.note(index, next(iter(named.values())), named)
            unknown_names |= named
    return unknown_names


def _warnings(context: RequestContext, sent: SentList) -> list[dict[str, Any]]:
    """The warnings on new records of a list, each with the index of its record."""
    fresh = [record for record in sent.records if record.id not in sent.existing]
    doubts = review.doubts(context, entry.vocabulary(context, sent.used), fresh)
    return [
        {"index": sent.ids.index(record_id), "message": message}
        for record_id, message in review.warnings_of_fields(context, fresh, doubts).items()
    ]


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
            sentence = meter_words.why(error, context.formatter, own)
            fields = {sent_records.misfit_field(error): sentence}
            return refusal_of_list([error_at(indexes[0], sentence, fields)])
    return HTTPError(422, meter_words.why(error, context.formatter))


def from_fields(
    context: RequestContext, record: NewRecord, before: Sequence[StoredRecord], warning: str
) -> Response:
    """Save the record of a program; the warning goes with the answer. Raises Invalid.

    `before`: the records that the same id has made.
    """
    try:
        added = add(context, [record], before)
    except BrokenChain as error:
        raise Invalid(sent_records.misfit(context, record, error)) from error
    remarks = currency.remarks(context, [record], added.change)
    [row] = stored_records.find(context.db, context.user.id, [record.id])
    content = record_json(row) | {"change": added.change} | told_json([warning], remarks)
    return responses.data(content, 201 if added.ids else 200)


def add(
    context: RequestContext, records: Sequence[NewRecord], before: Sequence[StoredRecord] = ()
) -> Added:
    """Add records. Raises HTTPError 409, which tells programs both versions, when an id is taken.

    `before`: the records that the same id or key has made. It raises HTTPError 409 as well where
    these are fewer, or more.
    """
    _refuse_other_number(context, records, before)
    try:
        return changes.add(context.db, context.user.id, records)
    except IdTaken as error:
        yours = {name: getattr(error.record, name) for name in FIELDS}
        sentence = _why_taken(context, str(error), error.existing)
        raise _taken(context, sentence, error.existing, yours) from error


def _why_taken(context: RequestContext, usual: str, existing: StoredRecord) -> str:
    """The sentence for an id that is taken; a line that waited was changed after it was sent."""
    waited = WRITTEN_BY in context.request.headers and _sees_records(context)
    if not waited or existing.deleted_at is not None:
        return usual
    return (
        f"This line was sent before, and is saved as {in_words(existing, context.formatter)}. "
        "To save it once more as it is here, change it and press Keep."
    )


def _refuse_other_number(
    context: RequestContext, records: Sequence[NewRecord], before: Sequence[StoredRecord]
) -> None:
    """Raises HTTPError when this id or key was sent before, with another number of records."""
    ids = {record.id for record in records}
    if before and ids != {row.id for row in before}:
        raise other_records(context, len(ids), before)


def other_records(
    context: RequestContext, number: int, before: Sequence[StoredRecord]
) -> HTTPError:
    """The refusal of an id or key that was sent before, for records that are others by now."""
    sentence = _why_taken(context, ANOTHER_REQUEST, before[0])
    return _taken(context, sentence, before[0], {"records": number})


def _taken(
    context: RequestContext, sentence: str, existing: StoredRecord, yours: dict[str, Any]
) -> HTTPError:
    """The refusal of an id that is taken, with both versions for those who may see records.

    What was left out is filled in from the record, so that `yours` would show that as well.
    """
    versions = {"record": record_json(existing), "yours": yours}
    return HTTPError(409, sentence, details=versions if _sees_records(context) else None)


def _sees_records(context: RequestContext) -> bool:
    """Whether the answer may tell what a record says: not to a token that may only add."""
    token = context.signed_in.api_token
    return token is None or token.scope != "add"
