"""The review of records before they are saved: the warnings that a person has to confirm."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from tally.db import meter_queries, queries
from tally.domain import meters
from tally.domain.fields import flag_of
from tally.domain.meters import BrokenChain, Consumption, Neighbours
from tally.domain.records import NewRecord
from tally.domain.units import MAX_DECIMALS
from tally.quick_add import grammar, typo_guard
from tally.quick_add.meanings import conversions
from tally.quick_add.meanings.conversions import Doubt
from tally.quick_add.meanings.readings import ADD_NEW
from tally.quick_add.vocabulary import Vocabulary
from tally.web.context import RequestContext
from tally.web.forms import Fields

SAY_NEW = "A new meter: say that one begins"


class Reviewed(NamedTuple):
    """A record of a form, the warnings about it, and the amount that its button offers instead.

    `taken`: the fields that the offer has changed, once the form has taken it.
    """

    record: NewRecord
    warning: str = ""
    offer: str = ""
    taken: Mapping[str, str] = {}


def of_form(context: RequestContext, known: Vocabulary, record: NewRecord) -> Reviewed:
    """The record of a form, with the offered amount if the form takes it, and its warnings."""
    doubt, taken = doubts(context, known, [record]).get(record.id), {}
    if doubt and doubt.offer and context.form.flag("convert"):
        value, unit = doubt.offer
        record = replace(record, consumption_value=value, unit=unit)
        taken = {"consumption_value": context.formatter.typed(value), "unit": unit}
        doubt = doubts(context, known, [record]).get(record.id)
    own_doubt = {record.id: doubt} if doubt else {}
    warning = warnings_of_fields(context, [record], own_doubt).get(record.id, "")
    return Reviewed(record, warning, _offered(context, record, doubt), taken)


def _offered(context: RequestContext, record: NewRecord, doubt: Doubt | None) -> str:
    """`6.8 l`: the amount that the form's button would save; a reading keeps its figure."""
    if doubt is None or doubt.offer is None:
        return ""
    figure = doubt.offer.value if record.reading is None else record.reading
    return f"{context.formatter.number(figure)} {doubt.offer.unit}"


def doubts(
    context: RequestContext, known: Vocabulary, records: Sequence[NewRecord]
) -> dict[UUID, Doubt]:
    """The doubts about the units of records that came as fields, by the id of the record."""
    own = [(record, conversions.doubt(record, known, context.formatter)) for record in records]
    told = {record.id: doubt for record, doubt in own if doubt is not None}
    readings = [
        record
        for record, doubt in own
        if doubt is not None and doubt.offer is None and record.reading is not None
    ]
    metered = {record.id for record, around in _neighbours(context, readings) if around.meter}
    return {record_id: doubt for record_id, doubt in told.items() if record_id not in metered}


def warnings_of_fields(
    context: RequestContext, records: Sequence[NewRecord], doubt_of: Mapping[UUID, Doubt]
) -> dict[UUID, str]:
    """The warnings about records as fields: about the unit, then about the value of each."""
    values = warnings(context, records)
    units = {record_id: doubt.sentence for record_id, doubt in doubt_of.items()}
    own = {record.id: (units.get(record.id), values.get(record.id)) for record in records}
    joined = {record_id: ". ".join(filter(None, sentences)) for record_id, sentences in own.items()}
    return {record_id: warning for record_id, warning in joined.items() if warning}


def warnings(context: RequestContext, records: Sequence[NewRecord]) -> dict[UUID, str]:
    """The warnings of the typo guard about records that came as fields, by the id of the record."""
    readings = _neighbours(context, records)
    followed = {record.id for record, around in readings if around.after}
    return _guarded(context, records, _shares(records, readings), followed, SAY_NEW)


def warnings_of_lines(
    context: RequestContext, records: Sequence[NewRecord], followed: Container[UUID]
) -> dict[UUID, str]:
    """The warnings of the typo guard about records of lines, which have their consumption already.

    `followed`: the readings with a later one of their meter.
    """
    return _guarded(context, records, _own_shares(records), followed, ADD_NEW)


def _guarded(
    context: RequestContext,
    records: Sequence[NewRecord],
    shares: Mapping[UUID, Decimal],
    followed: Container[UUID],
    of_new_meter: str,
) -> dict[UUID, str]:
    """The warnings about the daily shares of records; no new meter can begin at those `followed`.

    `of_new_meter`: the words that tell how to begin a new meter with a reading.
    """
    keys = {record.key for record in records}
    latest = (
        queries.latest_values(context.db, context.user.id, keys, typo_guard.NEWEST) if keys else {}
    )

    def if_more(record: NewRecord) -> str:
        """A new meter may as well begin above the last reading of the old one."""
        may_begin = record.reading is not None and not record.rolled_over
        return of_new_meter if may_begin and record.id not in followed else ""

    def warning(record: NewRecord) -> str:
        usual = latest.get(record.key, queries.LatestValues())
        return typo_guard.warning(
            shares[record.id],
            record.unit,
            usual.values,
            context.formatter,
            a_day=record.reading is not None or record.days > 1 or usual.are_shares,
            if_more=if_more(record),
        )

    sentences = {record.id: warning(record) for record in records if record.id in shares}
    return {record_id: sentence for record_id, sentence in sentences.items() if sentence}


def _own_shares(records: Sequence[NewRecord]) -> dict[UUID, Decimal]:
    """The daily share of each record as it stands. A meter's start has no share."""
    return {
        record.id: round(record.consumption_value / record.days, MAX_DECIMALS)
        for record in records
        if record.days
    }


def _shares(
    records: Sequence[NewRecord], readings: Sequence[tuple[NewRecord, Neighbours]]
) -> dict[UUID, Decimal]:
    """The daily share of each record, with the consumption of readings by their neighbours."""
    shares = _own_shares([record for record in records if record.reading is None])
    for record, around in readings:
        used = _consumption(record, around)
        if used and used.days:
            shares[record.id] = round(used.value / used.days, MAX_DECIMALS)
    return shares


def consumption_of(context: RequestContext, record: NewRecord) -> Consumption | None:
    """The consumption of a reading; None for one that does not fit."""
    [(_, around)] = _neighbours(context, [record])
    return _consumption(record, around)


def _neighbours(
    context: RequestContext, records: Sequence[NewRecord]
) -> list[tuple[NewRecord, Neighbours]]:
    """Each reading among the records with its neighbours, of the meter in use on its day.

    An edited reading is no neighbour of itself: it is counted from the one before it.
    """
    readings = [record for record in records if record.reading is not None]
    if not readings:
        return []
    keyed = [(record.key, record.as_reading) for record in readings]
    own = [record.id for record in readings]
    around = meter_queries.neighbours(context.db, context.user.id, keyed, own)
    return list(zip(readings, around, strict=True))


def _consumption(record: NewRecord, around: Neighbours) -> Consumption | None:
    try:
        return meters.consumption(
            record.as_reading,
            around,
            new=bool(record.new_meter),
            rolled_over=record.rolled_over,
        )
    except BrokenChain:
        return None


def seal(*parts: str) -> str:
    """A digest of the texts that a question was about, whatever their line ends are."""
    lines = (line for part in parts for _, line in [*grammar.split_lines(part), (0, "")])
    return blake2b("\n".join(lines).encode("utf-8", "replace"), digest_size=8).hexdigest()


def is_confirmed(form: Fields, own_seal: str) -> bool:
    """Whether a form agrees to be saved: by a flag, or by the seal of its unchanged content."""
    text = form.text("confirm")
    return text == own_seal or flag_of(text) is True
