"""A text of lines as read for a user: the records that it would save, and its problems."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from tally.db import meter_queries, queries
from tally.db.models import FIELDS
from tally.domain import marks
from tally.domain.keys import Key
from tally.domain.meters import Neighbours, Reading
from tally.domain.records import NewRecord, StoredRecord, UsedType
from tally.domain.text import fold
from tally.errors import Invalid
from tally.quick_add import grammar
from tally.quick_add.preview import PreviewLine, preview
from tally.quick_add.results import Draft, ParseResult, WantedReading
from tally.quick_add.vocabulary import DATE_ORDERS, Vocabulary, vocabulary_of
from tally.views.checks import idempotency, review
from tally.web.context import RequestContext
from tally.web.program_headers import WRITTEN

# The fields of a line for a record read off a meter, over several days, or with a cost.
_MEASURED = ("days", "reading", "new_meter", "rolled_over", "cost")


@dataclass(frozen=True)
class Entry:
    """A text of lines as it was read for an account: its drafts, and the records to save.

    parsed: the text alone; `records` are its drafts, in the same order, with their ids.
    before: the records that the same form or key has saved before; existing: those of them that the
    records here would save again.
    warnings: the reasons to ask, by line: doubts of the draft, and the typo guard's.
    metered: the types that are read from a meter; empty before `with_meters`.
    """

    text: str
    parsed: ParseResult
    records: Sequence[NewRecord]
    before: Sequence[StoredRecord]
    existing: Mapping[UUID, StoredRecord]
    warnings: Mapping[int, str]
    currency: str = ""
    metered: frozenset[Key] = frozenset()

    @property
    def held(self) -> dict[int, str]:
        """The reasons for a second Enter, by line: warnings, and new types beside a near one."""
        near = {
            draft.line: f"{draft.consumption_type} is a new type: you have {draft.similar}"
            for draft, record in zip(self.parsed.records, self.records, strict=True)
            if draft.similar and record.id not in self.existing
        }
        lines = sorted(near.keys() | self.warnings.keys())
        reasons = {line: (near.get(line), self.warnings.get(line)) for line in lines}
        return {line: ". ".join(filter(None, sentences)) for line, sentences in reasons.items()}

    @property
    def held_preview(self) -> list[PreviewLine]:
        """The lines as the page shows them once saving has been asked for."""
        return replace(self, warnings=self.held).preview

    @property
    def preview(self) -> list[PreviewLine]:
        """The lines as the page shows them."""
        lines = preview(self.text, self.parsed, self.warnings, self.currency)
        return [replace(line, is_metered=self._is_metered(line)) for line in lines]

    def _is_metered(self, line: PreviewLine) -> bool:
        """Whether a plain amount is added to a type that is read from a meter."""
        draft = line.draft
        if draft is None or draft.reading is not None:
            return False
        return Key(draft.consumption_type, draft.unit) in self.metered

    def records_without(self, lines: Container[int]) -> list[NewRecord]:
        """The records of all other lines."""
        pairs = zip(self.parsed.records, self.records, strict=True)
        return [record for draft, record in pairs if draft.line not in lines]


def read(context: RequestContext, text: str, record_id: UUID) -> Entry:
    """The lines, read with the types, units and meters that the account has now.

    `record_id` becomes the id of a single record; the ids of several are derived from it and their
    number. Raises Invalid.
    """
    used = queries.used(context.db, context.user.id)
    known = vocabulary(context, used)
    parsed = _parsed(context, text, known)
    before = _sent_before(context, record_id, parsed)
    if before:
        parsed = _parsed(context, text, _as_then(known, before), before)
    drafts = parsed.records
    # What a program sends again with another meaning is refused for that, whatever its day is.
    if context.wants == "html" or not before:
        _refuse_beyond_tomorrow(context, drafts)
    ids = _ids(text, record_id, len(drafts))
    existing = {row.id: row for row in before if row.id in ids}
    records = [
        _record(own_id, draft, existing.get(own_id))
        for own_id, draft in zip(ids, drafts, strict=True)
    ]
    warnings = _warnings(context, drafts, records, existing)
    return Entry(text, parsed, records, before, existing, warnings, known.currency)


def _ids(text: str, record_id: UUID, count: int) -> list[UUID]:
    """The ids of this many records: the given one of a single record, or numbered ones."""
    if count == 1 and not is_batch(text):
        return [record_id]
    return [idempotency.numbered(record_id, number) for number in range(1, count + 1)]


def _warnings(
    context: RequestContext,
    drafts: Sequence[Draft],
    records: Sequence[NewRecord],
    existing: Container[UUID],
) -> dict[int, str]:
    """The reasons to ask about records that are not saved yet, by line."""
    fresh = [record for record in records if record.id not in existing]
    pairs = list(zip(drafts, records, strict=True))
    followed = {record.id for draft, record in pairs if draft.followed}
    sentences = review.warnings_of_lines(context, fresh, followed)
    return {
        draft.line: ". ".join(filter(None, (*draft.asks, sentences.get(record.id, ""))))
        for draft, record in pairs
        if record.id not in existing and (draft.asks or record.id in sentences)
    }


def _sent_before(
    context: RequestContext, record_id: UUID, parsed: ParseResult
) -> list[StoredRecord]:
    """The records that the same form or key has saved before, in the order of its lines.

    A preview has none. A line that is not understood now may have been before; a reading is one
    record.
    """
    if not idempotency.sent_id(context):
        return []
    most = len(parsed.records) + len(parsed.unread)
    numbers = range(1, most + 1)
    return idempotency.saved_before(context, [idempotency.numbered(record_id, n) for n in numbers])


def _as_then(known: Vocabulary, before: Sequence[StoredRecord]) -> Vocabulary:
    """The vocabulary for lines sent again: the units of their own records come first.

    Other lines may have given the types further units since.
    """
    types = dict(known.types)
    for row in reversed(before):
        folded = fold(row.consumption_type)
        if own := types.get(folded):
            units = dict.fromkeys((row.unit, *own.units))
            types[folded] = own._replace(units=tuple(units))
    return replace(known, types=types)


def with_meters(context: RequestContext, read: Entry) -> Entry:
    """The entry with its `metered` types, if it has a plain amount of a known type."""
    if not any(record.reading is None and not record.new_type for record in read.parsed.records):
        return read
    in_use = meter_queries.in_use(context.db, context.user.id)
    return replace(read, metered=frozenset(meter.key for meter in in_use))


def vocabulary(context: RequestContext, used: Sequence[UsedType]) -> Vocabulary:
    """The types, units and preferences of the account, by which its lines are read."""
    preferences = context.user.preferences
    known = vocabulary_of(used)
    return replace(
        known,
        hidden=_hidden(context, known, used),
        number_format=context.number_format,
        date_order=str(preferences.get("date_order", DATE_ORDERS[0])),
        measures=str(preferences.get("measures", "")),
        currency=context.currency,
        starts=context.starts,
    )


def _hidden(context: RequestContext, known: Vocabulary, used: Sequence[UsedType]) -> frozenset[str]:
    """The folded types that are hidden in each of their units."""
    offered = {fold(kind.type) for kind in marks.offered(context.user.preferences, used)}
    return frozenset(known.types.keys() - offered)


def _parsed(
    context: RequestContext, text: str, known: Vocabulary, before: Sequence[StoredRecord] = ()
) -> ParseResult:
    """Read the lines; if they read meters, once more with the readings around theirs.

    before: the records that the same form has saved. Their readings fit already, whichever others
    were noted around them since.
    """
    result = grammar.read(text, context.line_day, known)
    if not result.readings:
        return result
    wanted = list(dict.fromkeys(result.readings))
    around = meter_queries.neighbours(
        context.db,
        context.user.id,
        [
            (
                Key(reading.meter.type, reading.meter.unit),
                Reading(reading.meter.day, reading.figure),
            )
            for reading in wanted
        ],
    )
    neighbours_of = {
        reading.meter: _around_then(reading, text, before) or neighbours
        for reading, neighbours in zip(wanted, around, strict=True)
    }
    return grammar.read(text, context.line_day, replace(known, meters=neighbours_of))


def _around_then(
    wanted: WantedReading, text: str, before: Sequence[StoredRecord]
) -> Neighbours | None:
    """The neighbours of a reading sent again: its own meter and nothing else; None for any other.

    A single reading is recognised by its type alone: its figure may have been corrected.
    """
    is_one = len(before) == 1 and not is_batch(text)
    own = [
        row
        for row in before
        if row.reading is not None
        and fold(row.consumption_type) == fold(wanted.meter.type)
        and (is_one or row.reading == wanted.figure)
    ]
    if not own:
        return None
    return Neighbours(next((row.meter for row in own if row.unit == wanted.meter.unit), None))


def _refuse_beyond_tomorrow(context: RequestContext, drafts: Sequence[Draft]) -> None:
    """Refuse records dated after tomorrow, which a line written ahead of time could mean."""
    tomorrow = context.today + timedelta(days=1)
    if any(draft.consumption_date > tomorrow for draft in drafts):
        raise Invalid({WRITTEN: "A line written then cannot mean a day after tomorrow."})


def is_batch(text: str) -> bool:
    """Whether the text has several lines."""
    return len(grammar.split_lines(text)) > 1


def _record(record_id: UUID, draft: Draft, existing: StoredRecord | None) -> NewRecord:
    """The draft as a record. A line sent again keeps the values that it was filled in with."""
    content = {name: getattr(draft, name) for name in (*FIELDS, *_MEASURED)}
    if existing is not None:
        content |= {name: getattr(existing, name) for name in draft.filled}
        if fold(draft.consumption_type) == fold(existing.consumption_type):
            content["consumption_type"] = existing.consumption_type
    return NewRecord(record_id, **content)
