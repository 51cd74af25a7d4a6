"""The upkeep of meters' chains: the effect of changed readings on the readings around them.

Every change of records goes the same way: take the lock, change, then write anew the readings that
the change made or moved and those that follow them, in the same change. So one undo takes all of it
back. No statement reads more of a chain than the neighbours, however long it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db import meter_queries
from tally.db.sql import run
from tally.domain import meters, relinking
from tally.domain.calendar import EARLIEST
from tally.domain.keys import Key
from tally.domain.meters import BrokenChain, Consumption, MeterStart, Reading
from tally.domain.records import NewRecord, StoredRecord, key_of
from tally.domain.relinking import Chain, ChainLink, Relinked


def lock(db: Connection, user_id: UUID) -> None:
    """Wait for other changes of the account's readings; to be called before anything else."""
    run(db, "writes/chain_lock", {"user_id": user_id})


def assigned(db: Connection, user_id: UUID, records: Sequence[NewRecord]) -> list[NewRecord]:
    """The records, none of which is there yet, each reading with its meter.

    The lock is held. Raises BrokenChain where a further meter would begin amid the readings of
    another that are there; TooManyMeters.
    """
    keys = {record.key for record in records if record.reading is not None}
    starts = meter_queries.starts(db, user_id, keys)
    taken: dict[Key, int] | None = None
    ready = []
    for record in records:
        if record.reading is None:
            ready.append(record)
            continue
        key = record.key
        if record.meter is not None:
            number = record.meter
        elif record.new_meter:
            if taken is None:
                taken = meter_queries.taken(db, user_id, keys)
            _refuse_amid(db, user_id, key, record)
            used = [start.meter for start in starts[key]]
            number = meters.next_meter([*used, taken.get(key, 0)])
        else:
            number = meters.meter_on(starts[key], record.consumption_date)
        if number not in [start.meter for start in starts[key]]:
            starts[key].append(MeterStart(number, record.consumption_date))
        ready.append(replace(record, meter=number))
    return ready


def _refuse_amid(db: Connection, user_id: UUID, key: Key, record: NewRecord) -> None:
    reading = record.as_reading
    [around] = meter_queries.neighbours(db, user_id, [(key, reading)])
    meters.consumption(reading, around, new=True)


class Move(NamedTuple):
    """The meter of a reading after an edit.

    since: the day from which on the readings of its old meter follow; None if they stay.
    """

    meter: int
    since: date | None = None

    def place(self, record: NewRecord) -> NewRecord:
        """The record on this meter."""
        return replace(record, meter=self.meter)


def move(db: Connection, user_id: UUID, current: StoredRecord, record: NewRecord) -> Move:
    """The meter of a reading whose content an edit has changed. The lock is held.

    A start stays a start wherever it goes, and a reading whose day stays keeps its meter, unless
    `new_meter` says otherwise: then the later readings of its meter follow.
    """
    key = record.key
    starts = meter_queries.starts(db, user_id, {key})[key]
    numbers = [start.meter for start in starts]
    # Its meter, where it was a reading of this type and unit before.
    own = current.meter if key == key_of(current) else None
    is_start = own is not None and current.days == 0
    if record.new_meter and not is_start:
        taken = meter_queries.taken(db, user_id, {key}).get(key, 0)
        return Move(
            meters.next_meter([*numbers, taken]), None if own is None else record.consumption_date
        )
    others = [start for start in starts if not (is_start and start.meter == own)]
    if own is not None and is_start and record.new_meter is False:
        begun = [start for start in others if start.day <= record.consumption_date]
        number = meters.meter_on(begun, record.consumption_date) if begun else own
        return Move(number, EARLIEST)
    if own is not None and (is_start or record.consumption_date == current.consumption_date):
        return Move(own)
    return Move(meters.meter_on(others, record.consumption_date))


def divide(db: Connection, user_id: UUID, current: StoredRecord, move: Move, change: UUID) -> None:
    """Move the readings after an edited one to its new meter, where they follow."""
    if move.since is None or move.meter == current.meter:
        return
    run(
        db,
        "writes/meter_divide",
        {
            "user_id": user_id,
            "change": change,
            "type": current.consumption_type,
            "unit": current.unit,
            "meter": current.meter,
            "to_meter": move.meter,
            "day": move.since,
            "created_at": current.created_at,
            "id": current.id,
        },
    )


def moves_alike(
    db: Connection,
    user_id: UUID,
    chosen: Mapping[str, Any],
    to_type: str | None,
    to_unit: str | None,
) -> dict[Chain, int]:
    """The meters with readings among those chosen, and the number that each has afterwards.

    Takes the lock where there are any. Meters that move to another type and unit get the next
    numbers there. Raises TooManyMeters.
    """
    if not run(db, "reads/chains_alike", chosen).all():
        return {}
    lock(db, user_id)
    chains = [Chain(*row) for row in run(db, "reads/chains_alike", chosen)]
    target = {
        chain: Key(to_type or chain.type, to_unit if to_unit is not None else chain.unit)
        for chain in chains
    }
    keys = {key for chain, key in target.items() if key != chain.key}
    highest = meter_queries.taken(db, user_id, keys)
    for key, starts in meter_queries.starts(db, user_id, keys).items():
        highest[key] = max(highest.get(key, 0), *(start.meter for start in starts), 0)
    moves: dict[Chain, int] = {}
    for chain, key in target.items():
        if key == chain.key:
            moves[chain] = chain.meter
        else:
            moves[chain] = highest[key] = meters.next_meter([highest[key]])
    return moves


class MeterMarks(NamedTuple):
    """Facts about the readings of a change that their figures do not tell, as sets of their ids.

    `rolled_over`: the meter rolled over at the reading. `kept`: it was edited and has a stored
    roll-over. `numbered`: its meter is given, whatever other meters are in use on its day.
    `side_by_side`: every meter is given, since a type was merged and its meters got new numbers.
    """

    rolled_over: Collection[UUID] = ()
    kept: Collection[UUID] = ()
    numbered: Collection[UUID] = ()
    side_by_side: bool = False


NO_MARKS = MeterMarks()


def relink(
    db: Connection,
    user_id: UUID,
    change: UUID,
    marks: MeterMarks = NO_MARKS,
    since: datetime | None = None,
) -> list[Relinked]:
    """Write the new consumption of readings after a change of this transaction, as a part of it.

    `since`: for an undo, when the undone change was made. Returns the other readings whose
    consumption changed. Raises BrokenChain, also where a meter now begins amid the readings of
    another, or where an undo takes readings from a meter without those noted on it since.
    """
    parameters: dict[str, Any] = {"user_id": user_id, "change": change}
    rows = run(db, "reads/chain_links", parameters).all()
    if not rows:
        return []
    again = relinking.relinked([_link(row) for row in rows], marks.rolled_over, marks.kept)
    own = {row.id for row in rows if row.changed}
    others = [link for link in again if link.record_id not in own]
    if since:
        _refuse_left_behind(others, {row.id for row in rows if row.left_behind})
    if again:
        _write(db, parameters, again)
    if not marks.side_by_side:
        given = {"numbered": list(marks.numbered), "since": since}
        # A restoration goes by what was noted since: a redone deletion wrote the others again.
        written = "updated_at" if since else "created_at"
        before = {row.id: getattr(row, written) for row in rows if not row.changed}
        relinked = {"relinked": list(before), "written": list(before.values())}
        _refuse_side_by_side(db, parameters | given | relinked)
    return others


def _write(db: Connection, parameters: Mapping[str, Any], again: Sequence[Relinked]) -> None:
    """Write the new consumption of readings."""
    consumption = {
        "ids": [link.record_id for link in again],
        "values": [link.after.value for link in again],
        "days": [link.after.days for link in again],
    }
    run(db, "writes/chain_relink", {**parameters, **consumption})


def _refuse_left_behind(others: Iterable[Relinked], left_behind: Collection[UUID]) -> None:
    """Raises BrokenChain where a reading becomes a start, as earlier ones left for another type."""
    for link in others:
        if link.after == meters.START and link.record_id in left_behind:
            raise BrokenChain(link.reading, link.reading, "left")


def _refuse_side_by_side(db: Connection, parameters: Mapping[str, Any]) -> None:
    """Raises BrokenChain where, by the change, a meter begins amid the readings of another."""
    amid = run(db, "reads/meters_amid", parameters).one_or_none()
    if amid:
        begins = Reading(amid.earlier_date, amid.earlier_reading)
        raise BrokenChain(begins, Reading(amid.later_date, amid.later_reading), "amid")


def _link(row: Row[Any]) -> ChainLink:
    return ChainLink(
        record_id=row.id,
        chain=Chain(row.consumption_type, row.unit, row.meter),
        reading=Reading(row.consumption_date, row.reading),
        consumption=Consumption(row.consumption_value, row.days),
        earlier=Reading(row.earlier_date, row.earlier_reading) if row.earlier_id else None,
        earlier_id=row.earlier_id,
        last_figure=row.last_reading,
        changed=row.changed,
        freed=row.freed,
    )


def has_readings(records: Iterable[NewRecord]) -> bool:
    """Whether a reading is among the records."""
    return any(record.reading is not None for record in records)
