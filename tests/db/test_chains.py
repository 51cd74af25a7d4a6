"""Whatever happens to readings, each chain stays what reading it anew says."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from tally.db import bulk_edits, chains, change_queries, changes, stored_records
from tally.db.bulk_edits import BulkEdit
from tally.db.changes import ChangeRefused
from tally.db.engine import Database
from tally.db.stored_records import NoSuchRecord
from tally.domain.filters import Filter
from tally.domain.meters import BrokenChain, Reading, TooManyMeters
from tally.domain.records import NewRecord
from tests.conftest import new_user
from tests.slow_meters import reread
from tests.statements import statements_of
from tests.waiting import WAIT_SECONDS

TODAY = date(2026, 11, 27)


@pytest.fixture
def ada(db: Connection) -> UUID:
    return new_user(db)


def read_off(figure: str, ago: int, **more: Any) -> NewRecord:
    """A reading of the water meter, `ago` days ago."""
    day = TODAY - timedelta(days=ago)
    content: dict[str, Any] = {"unit": "m³", "reading": Decimal(figure)} | more
    return NewRecord(uuid4(), day, "water", Decimal(0), **content)


def edited(
    db: Connection, user_id: UUID, record_id: UUID, *, deleted: bool = False, **content: Any
) -> changes.Edited:
    current = stored_records.locked(
        db, user_id, record_id, deleted=deleted, reading=content.get("reading") is not None
    )
    names = ("consumption_date", "consumption_type", "consumption_value", "unit", "notes")
    now = {name: getattr(current, name) for name in (*names, "days", "reading", "cost")}
    return changes.edit(db, user_id, current, NewRecord(record_id, **(now | content)), None)


def rows(db: Connection, user_id: UUID) -> list[Any]:
    statement = text(
        "SELECT * FROM consumption_records WHERE user_id = :user AND deleted_at IS NULL"
        " ORDER BY consumption_date, created_at, id"
    )
    return list(db.execute(statement, {"user": user_id}))


def told(db: Connection, user_id: UUID) -> list[str]:
    """Each record in its order: reading, value, days and meter."""
    return [
        f"{row.reading}: {row.consumption_value:f} in {row.days} of {row.meter}"
        for row in rows(db, user_id)
    ]


def add(db: Connection, user_id: UUID, *records: NewRecord) -> changes.Added:
    return changes.add(db, user_id, records)


def test_the_first_reading_starts_the_meter_and_others_follow(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("100", 30), read_off("112.5", 20))
    add(db, ada, read_off("120", 0))
    assert told(db, ada) == ["100: 0 in 0 of 1", "112.5: 12.5 in 10 of 1", "120: 7.5 in 20 of 1"]


def test_a_reading_in_between_writes_the_following_anew_and_one_undo_takes_both_back(
    db: Connection, ada: UUID
) -> None:
    add(db, ada, read_off("100", 30), read_off("120", 0))
    before = told(db, ada)
    added = add(db, ada, read_off("105", 10))
    assert told(db, ada)[1:] == ["105: 5 in 20 of 1", "120: 15 in 10 of 1"]
    became = change_queries.state(db, ada, added.change)
    assert (became.added, became.changed) == (1, 1)
    changes.undo(db, ada, added.change)
    assert told(db, ada) == before


def test_a_reading_ahead_of_the_first_becomes_the_start(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("100", 10))
    add(db, ada, read_off("80", 30))
    assert told(db, ada) == ["80: 0 in 0 of 1", "100: 20 in 20 of 1"]


def test_two_readings_of_one_day_cover_one_day(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("100", 1), read_off("101", 0), read_off("103", 0))
    assert told(db, ada)[1:] == ["101: 1 in 1 of 1", "103: 2 in 1 of 1"]


@pytest.mark.parametrize(("figure", "ago"), [("99", 10), ("121", 10), ("119", 0), ("101", 40)])
def test_a_reading_that_makes_the_chain_fall_is_refused(
    db: Connection, ada: UUID, figure: str, ago: int
) -> None:
    add(db, ada, read_off("100", 30), read_off("120", 0))
    with pytest.raises(BrokenChain) as broken, db.begin_nested():
        add(db, ada, read_off(figure, ago))
    assert broken.value.kind == "falls"
    assert Decimal(figure) in (broken.value.earlier.figure, broken.value.later.figure)
    assert len(told(db, ada)) == 2


def test_a_meter_that_rolled_over(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("99950", 30))
    add(db, ada, read_off("12", 0, rolled_over=True))
    assert told(db, ada)[1] == "12: 62 in 30 of 1"
    add(db, ada, read_off("99990", 10))
    assert told(db, ada)[1:] == ["99990: 40 in 20 of 1", "12: 22 in 10 of 1"]


def test_a_larger_reading_tells_how_many_digits_the_meter_has(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("950", 30))
    add(db, ada, read_off("12", 20, rolled_over=True))
    last = add(db, ada, read_off("1200", 0))
    assert told(db, ada)[1:] == ["12: 9062 in 10 of 1", "1200: 1188 in 20 of 1"]
    changes.undo(db, ada, last.change)
    assert told(db, ada)[1:] == ["12: 62 in 10 of 1"]


def test_the_turn_of_a_deleted_reading_passes_on(db: Connection, ada: UUID) -> None:
    turned = read_off("12", 20, rolled_over=True)
    add(db, ada, read_off("950", 30))
    add(db, ada, turned)
    add(db, ada, read_off("30", 0))
    changes.delete(db, ada, turned.id)
    assert told(db, ada) == ["950: 0 in 0 of 1", "30: 80 in 30 of 1"]
    changes.restore(db, ada, turned.id)
    assert told(db, ada)[1:] == ["12: 62 in 10 of 1", "30: 18 in 20 of 1"]


def test_a_second_turn_is_never_taken_for_granted(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("950", 30))
    add(db, ada, read_off("12", 0, rolled_over=True))
    with pytest.raises(BrokenChain):
        add(db, ada, read_off("13", 10, rolled_over=True))


def test_a_new_meter_begins_and_later_readings_are_of_it(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("5000", 30), read_off("5100", 20))
    add(db, ada, read_off("0.2", 20, new_meter=True))
    add(db, ada, read_off("9", 0))
    assert told(db, ada)[2:] == ["0.2: 0 in 0 of 2", "9: 8.8 in 20 of 2"]
    add(db, ada, read_off("5050", 25))
    assert told(db, ada)[1] == "5050: 50 in 5 of 1"


def test_a_new_meter_does_not_begin_amid_the_readings_of_another(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("5000", 30), read_off("5100", 0))
    with pytest.raises(BrokenChain) as broken:
        add(db, ada, read_off("0", 10, new_meter=True))
    assert broken.value.kind == "amid"


EARLY = TODAY - timedelta(days=25)
EARLY_METER = BulkEdit(day=EARLY)
FIRST, LAST = read_off("100", 40), read_off("140", 20)
NEW = read_off("0", 10, new_meter=True)
EVERYTHING = Filter(today=TODAY)


@pytest.mark.parametrize(
    ("there", "way"),
    [
        ([FIRST, LAST], lambda db, ada: add(db, ada, replace(NEW, consumption_date=EARLY))),
        ([FIRST], lambda db, ada: add(db, ada, LAST, replace(NEW, consumption_date=EARLY))),
        ([FIRST, LAST, NEW], lambda db, ada: edited(db, ada, NEW.id, consumption_date=EARLY)),
        (
            [FIRST, LAST, NEW, read_off("15", 1)],
            lambda db, ada: bulk_edits.apply(db, ada, EVERYTHING, [NEW.id], EARLY_METER),
        ),
        (
            [replace(FIRST, reading=Decimal(140)), LAST, NEW],
            lambda db, ada: edited(db, ada, FIRST.id, consumption_date=TODAY),
        ),
        (
            [FIRST, LAST, NEW],
            lambda db, ada: bulk_edits.apply(db, ada, EVERYTHING, [LAST.id], BulkEdit(day=TODAY)),
        ),
    ],
)
def test_no_change_makes_a_meter_begin_amid_the_readings_of_another(
    db: Connection, ada: UUID, there: list[NewRecord], way: Callable[[Connection, UUID], Any]
) -> None:
    for record in there:
        add(db, ada, record)
    before = told(db, ada)
    with pytest.raises(BrokenChain) as broken, db.begin_nested():
        way(db, ada)
    assert broken.value.kind == "amid"
    assert told(db, ada) == before


def test_a_reading_amid_a_newer_meter_cannot_be_restored(database: Database) -> None:
    with database.engine.connect() as db:
        ada = new_user(db)
        add(db, ada, FIRST, LAST)
        db.commit()
        deletion = changes.delete(db, ada, LAST.id)
        assert deletion
        db.commit()
        add(db, ada, replace(NEW, consumption_date=EARLY))
        db.commit()
        before = told(db, ada)
        deleted = replace(EVERYTHING, deleted=True)
        back = BulkEdit(restore=True)
        for way in (
            lambda: changes.undo(db, ada, deletion),
            lambda: changes.restore(db, ada, LAST.id),
            lambda: bulk_edits.apply(db, ada, deleted, [LAST.id], back),
        ):
            with pytest.raises(BrokenChain) as broken, db.begin_nested():
                way()
            assert broken.value.kind == "amid"
            assert told(db, ada) == before


def test_meters_side_by_side_of_a_merged_type_are_edited_deleted_and_brought_back(
    database: Database,
) -> None:
    """They were so before."""
    other = replace(read_off("7", 25), consumption_type="cellar")
    ours = [read_off("100", 30), read_off("110", 10)]
    with database.engine.connect() as db:
        ada = new_user(db)
        add(db, ada, *ours, other)
        bulk_edits.apply(db, ada, EVERYTHING, [other.id], BulkEdit(type="water"))
        merged = told(db, ada)
        for record in (*ours, other):
            db.commit()
            edited(db, ada, record.id, notes="merged")
            db.commit()
            deletion = changes.delete(db, ada, record.id)
            assert deletion
            db.commit()
            changes.undo(db, ada, deletion)
            db.commit()
            changes.undo(db, ada, change_queries.undo_of(deletion))
            db.commit()
            changes.restore(db, ada, record.id)
            assert told(db, ada) == merged
        db.commit()
        moved = edited(db, ada, other.id, consumption_date=TODAY - timedelta(days=24)).change
        assert moved
        db.commit()
        changes.undo(db, ada, moved)
        assert told(db, ada) == merged


def test_a_merge_is_undone_and_redone(db: Connection, ada: UUID) -> None:
    other = replace(read_off("7", 25), consumption_type="cellar")
    add(db, ada, read_off("100", 30), read_off("110", 10), other)
    merge = BulkEdit(type="water")
    change, _ = bulk_edits.apply(db, ada, Filter(today=TODAY), [other.id], merge)
    assert change
    merged = told(db, ada)
    changes.undo(db, ada, change)
    changes.undo(db, ada, change_queries.undo_of(change))
    assert told(db, ada) == merged


def test_an_undone_merge_leaves_no_later_reading_as_a_start(database: Database) -> None:
    other, later = replace(read_off("7", 25), consumption_type="cellar"), read_off("9", 0)
    with database.engine.connect() as db:
        ada = new_user(db)
        add(db, ada, read_off("100", 30), other)
        db.commit()
        merge = BulkEdit(type="water")
        change, _ = bulk_edits.apply(db, ada, EVERYTHING, [other.id], merge)
        assert change
        db.commit()
        add(db, ada, later)
        db.commit()
        merged = told(db, ada)
        assert merged[-1] == "9: 2 in 25 of 2"
        with pytest.raises(BrokenChain) as broken, db.begin_nested():
            changes.undo(db, ada, change)
        assert broken.value.kind == "left" and broken.value.later.figure == 9
        assert told(db, ada) == merged
        changes.delete(db, ada, later.id)
        db.commit()
        assert changes.undo(db, ada, change) == 1
        assert told(db, ada) == ["100: 0 in 0 of 1", "7: 0 in 0 of 1"]


def test_a_reading_ahead_of_two_meters_of_one_day_is_of_the_one_that_began_first(
    db: Connection, ada: UUID
) -> None:
    add(db, ada, read_off("100", 20))
    add(db, ada, read_off("0", 20, new_meter=True), read_off("9", 5))
    add(db, ada, read_off("90", 30))
    assert told(db, ada)[:2] == ["90: 0 in 0 of 1", "100: 10 in 10 of 1"]


def test_a_turn_corrected_to_a_new_meter_takes_the_readings_behind_it_along(
    db: Connection, ada: UUID
) -> None:
    turned = read_off("5", 20, rolled_over=True)
    add(db, ada, read_off("100", 30))
    add(db, ada, turned)
    add(db, ada, read_off("30", 0))
    swapped = edited(db, ada, turned.id, new_meter=True)
    assert told(db, ada)[1:] == ["5: 0 in 0 of 2", "30: 25 in 20 of 2"]
    edited(db, ada, turned.id, new_meter=False, rolled_over=True)
    assert told(db, ada)[1:] == ["5: 905 in 10 of 1", "30: 25 in 20 of 1"]
    assert swapped.change


def test_an_edit_says_what_becomes_of_the_other_readings(db: Connection, ada: UUID) -> None:
    middle, last = read_off("110", 10), read_off("120", 0)
    add(db, ada, read_off("100", 30), middle, last)
    [other] = edited(db, ada, middle.id, reading=Decimal(115)).others
    assert (other.record_id, other.before.value, other.after.value) == (
        last.id,
        Decimal(10),
        Decimal(5),
    )


def test_a_reading_moved_behind_a_swap_is_of_the_new_meter(db: Connection, ada: UUID) -> None:
    moved = read_off("60", 25)
    add(db, ada, read_off("50", 30), moved, read_off("0", 20, new_meter=True))
    edited(db, ada, moved.id, consumption_date=TODAY)
    assert told(db, ada) == ["50: 0 in 0 of 1", "0: 0 in 0 of 2", "60: 60 in 20 of 2"]


def test_a_reading_becomes_a_plain_record_and_back(db: Connection, ada: UUID) -> None:
    middle = read_off("110", 10)
    add(db, ada, read_off("100", 30), middle, read_off("120", 0))
    edited(db, ada, middle.id, reading=None, consumption_value=Decimal(3), days=1)
    assert told(db, ada)[1:] == ["None: 3 in 1 of None", "120: 20 in 30 of 1"]
    edited(db, ada, middle.id, reading=Decimal(110))
    assert told(db, ada)[1:] == ["110: 10 in 20 of 1", "120: 10 in 10 of 1"]


def test_a_restoration_and_an_undo_that_would_break_a_chain_are_refused(
    db: Connection, ada: UUID
) -> None:
    last = read_off("120", 0)
    add(db, ada, read_off("100", 30), last)
    deletion = changes.delete(db, ada, last.id)
    add(db, ada, read_off("130", 10))
    with pytest.raises(BrokenChain), db.begin_nested():
        changes.restore(db, ada, last.id)
    assert deletion is not None
    with pytest.raises(BrokenChain), db.begin_nested():
        changes.undo(db, ada, deletion)
    assert told(db, ada)[1:] == ["130: 30 in 20 of 1"]


def test_deleting_twice_offers_the_same_undo(db: Connection, ada: UUID) -> None:
    middle = read_off("110", 10)
    add(db, ada, read_off("100", 30), middle, read_off("120", 0))
    deletion = changes.delete(db, ada, middle.id)
    assert changes.delete(db, ada, middle.id) == deletion


def test_a_type_that_is_renamed_keeps_its_meters_and_one_merged_is_numbered_on(
    db: Connection, ada: UUID
) -> None:
    other = replace(read_off("7", 25), consumption_type="cellar")
    add(db, ada, read_off("100", 30), read_off("110", 10), other)
    everything = Filter(today=TODAY)
    bulk_edits.apply(db, ada, everything, [other.id], BulkEdit(type="water"))
    assert told(db, ada) == ["100: 0 in 0 of 1", "7: 0 in 0 of 2", "110: 10 in 20 of 1"]
    change, _ = bulk_edits.apply(db, ada, everything, None, BulkEdit(type="garden"))
    assert [row.consumption_type for row in rows(db, ada)] == ["garden"] * 3
    assert told(db, ada) == ["100: 0 in 0 of 1", "7: 0 in 0 of 2", "110: 10 in 20 of 1"]
    assert change is not None
    assert changes.undo(db, ada, change) == 3


def test_spans_that_are_too_long_are_refused(db: Connection, ada: UUID) -> None:
    add(db, ada, read_off("1", 4_000))
    with pytest.raises(BrokenChain) as broken:
        add(db, ada, read_off("2", 0))
    assert broken.value.kind == "long"


def test_a_change_of_many_names_the_meters_that_get_another_number_and_no_others(
    db: Connection, ada: UUID
) -> None:
    """Each record looks through those that are named: with ten thousand it took too long."""
    for name in ("water", "gas", "heat"):
        add(db, ada, replace(read_off("1", 9), consumption_type=name))
        add(db, ada, replace(read_off("3", 2), consumption_type=name))
    everything = Filter(today=TODAY)
    edits = [BulkEdit(type="water"), BulkEdit(unit="l"), BulkEdit(delete=True)]
    with statements_of(db) as statements:
        for edit in edits:
            change, changed = bulk_edits.apply(db, ada, everything, None, edit)
            assert change and changed == (4 if edit.type else 6)
    named = [
        sent.parameters["types_before"] for sent in statements if "types_before" in sent.parameters
    ]
    assert named == [["gas", "heat"], [], []]
    assert change
    changes.undo(db, ada, change)
    by_meter = [(row.unit, row.meter, row.consumption_value) for row in rows(db, ada)]
    assert sorted(by_meter) == [("l", meter, value) for meter in (1, 2, 3) for value in (0, 2)]


def test_a_deleted_reading_comes_back_with_its_edit_in_one_change(
    db: Connection, ada: UUID
) -> None:
    """It fits as it is now, whether or not it would have fitted as it was."""
    start, gone, later = read_off("1", 9), read_off("5", 5), read_off("4", 2)
    add(db, ada, start)
    add(db, ada, gone)
    changes.delete(db, ada, gone.id)
    add(db, ada, later)
    before = rows(db, ada)
    change = edited(db, ada, gone.id, deleted=True, reading=Decimal(3)).change
    assert [row.consumption_value for row in rows(db, ada)] == [0, 2, 1]
    assert change and changes.undo(db, ada, change) == 2
    used = [(row.id, row.consumption_value, row.days) for row in rows(db, ada)]
    assert used == [(row.id, row.consumption_value, row.days) for row in before]
    with pytest.raises(BrokenChain):
        edited(db, ada, gone.id, deleted=True, notes="as it was")


def test_a_start_that_comes_back_elsewhere_begins_no_meter_amid_another(
    db: Connection, ada: UUID
) -> None:
    """Also where the readings around it are older than its deletion."""
    for ago in (9, 5):
        add(db, ada, read_off("100", ago))
    second = read_off("1", 2, new_meter=True)
    add(db, ada, second)
    changes.delete(db, ada, second.id)
    day = TODAY - timedelta(days=7)
    with pytest.raises(BrokenChain) as amid:
        edited(db, ada, second.id, deleted=True, consumption_date=day)
    assert amid.value.kind == "amid"
    assert edited(db, ada, second.id, deleted=True).change


def test_an_undo_keeps_days_and_cost_of_a_plain_record(db: Connection, ada: UUID) -> None:
    bill = NewRecord(
        uuid4(), TODAY, "gas", Decimal(250), "m³", days=31, cost=Decimal("99.5"), notes="bill"
    )
    add(db, ada, bill)
    change = edited(db, ada, bill.id, days=30, cost=None).change
    assert change is not None
    changes.undo(db, ada, change)
    [row] = rows(db, ada)
    assert (row.days, row.cost, row.reading, row.meter) == (31, Decimal("99.5"), None, None)


# Random histories --------------------------------------------------------------------------------

AGO = st.integers(0, 12)
FIGURE = st.integers(0, 1_500).map(str)
STEP = st.one_of(
    st.tuples(st.just("add"), AGO, FIGURE, st.sampled_from(["", "", "", "new", "turn"])),
    st.tuples(st.just("batch"), AGO, AGO, FIGURE, FIGURE),
    st.tuples(st.just("plain"), AGO),
    st.tuples(st.just("edit"), st.integers(0, 20), AGO, FIGURE, st.sampled_from("drnms")),
    st.tuples(st.just("delete"), st.integers(0, 20)),
    st.tuples(st.just("restore"), st.integers(0, 20)),
    st.tuples(st.just("back"), st.integers(0, 20), AGO, FIGURE, st.sampled_from("drnms")),
    st.tuples(
        st.just("alike"),
        st.integers(0, 20),
        st.sampled_from(["type", "unit", "day", "day", "day"]),
        AGO,
    ),
    st.tuples(st.just("undo"), st.integers(0, 20)),
)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=24))
def test_random_histories_leave_every_chain_as_reading_it_anew_says(
    database: Database, steps: list[tuple[Any, ...]]
) -> None:
    with database.engine.connect() as db:
        user_id = new_user(db)
        history = History(db, user_id)
        for step in steps:
            db.commit()
            try:
                history.take(step)
                event(f"{step[0]} taken")
            except (BrokenChain, TooManyMeters, ChangeRefused, NoSuchRecord):
                db.rollback()
                event(f"{step[0]} refused")
            check_chains(rows(db, user_id))
            if not history.merged:
                check_meters(rows(db, user_id))


class History:
    """Steps on one account, each a change of its own."""

    def __init__(self, db: Connection, user_id: UUID) -> None:
        self.db = db
        self.user_id = user_id
        self.ids: list[UUID] = []
        self.changes: list[UUID] = []
        # Whether a type was given another name or unit: then meters may be side by side.
        self.merged = False

    def take(self, step: tuple[Any, ...]) -> None:
        kind, *rest = step
        change = getattr(self, f"_{kind}")(*rest)
        if change:
            self.changes.append(change)

    def _added(self, *records: NewRecord) -> UUID:
        change = changes.add(self.db, self.user_id, records).change
        self.ids += [record.id for record in records]
        return change

    def _add(self, ago: int, figure: str, how: str) -> UUID:
        return self._added(read_off(figure, ago, new_meter=how == "new", rolled_over=how == "turn"))

    def _batch(self, ago: int, later: int, figure: str, other: str) -> UUID:
        return self._added(read_off(figure, ago), read_off(other, later))

    def _plain(self, ago: int) -> UUID:
        return self._added(read_off("0", ago, reading=None))

    def _back(self, place: int, ago: int, figure: str, what: str) -> UUID | None:
        return self._edit(place, ago, figure, what, deleted=True)

    def _edit(
        self, place: int, ago: int, figure: str, what: str, *, deleted: bool = False
    ) -> UUID | None:
        day = TODAY - timedelta(days=ago)
        contents: dict[str, dict[str, Any]] = {
            "d": {"consumption_date": day},
            "r": {"reading": Decimal(figure)},
            "n": {"new_meter": ago % 2 == 0, "rolled_over": ago % 3 == 0},
            "m": {"reading": Decimal(figure), "consumption_date": day, "consumption_type": "gas"},
            "s": {"reading": None, "consumption_value": Decimal(1), "days": 2},
        }
        record_id, content = self._one(place), contents[what]
        return edited(self.db, self.user_id, record_id, deleted=deleted, **content).change

    def _delete(self, place: int) -> UUID | None:
        return changes.delete(self.db, self.user_id, self._one(place))

    def _restore(self, place: int) -> UUID | None:
        return changes.restore(self.db, self.user_id, self._one(place))

    def _alike(self, place: int, what: str, ago: int) -> UUID | None:
        alike = {
            "type": BulkEdit(type="gas" if ago % 2 else "water"),
            "unit": BulkEdit(unit="l" if ago % 2 else "m³"),
            "day": BulkEdit(day=TODAY - timedelta(days=ago)),
        }[what]
        ids = [self._one(place), self._one(place + 1)] if ago % 3 else None
        everything = Filter(today=TODAY)
        change, _ = bulk_edits.apply(self.db, self.user_id, everything, ids, alike)
        self.merged = self.merged or what != "day"
        return change

    def _undo(self, place: int) -> None:
        if self.changes:
            changes.undo(self.db, self.user_id, self.changes[-1 - place % len(self.changes)])

    def _one(self, place: int) -> UUID:
        if not self.ids:
            raise NoSuchRecord
        return self.ids[place % len(self.ids)]


def check_chains(records: list[Any]) -> None:
    """Each chain read anew, the turns told by the figures, comes to what is kept."""
    by_meter = defaultdict(list)
    for record in records:
        if record.reading is None:
            assert record.meter is None and record.days >= 1
        else:
            by_meter[record.consumption_type, record.unit, record.meter].append(record)
    for chain in by_meter.values():
        readings = [Reading(it.consumption_date, it.reading) for it in chain]
        falls = {
            place
            for place in range(1, len(chain))
            if readings[place].figure < readings[place - 1].figure
        }
        expected = reread(readings, falls)
        assert [(it.consumption_value, it.days) for it in chain] == expected


def check_meters(records: list[Any]) -> None:
    """No meter of a type and unit begins amid the readings of another."""
    days: dict[tuple[str, str], dict[int, list[date]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        if record.reading is not None:
            key = (record.consumption_type, record.unit)
            days[key][record.meter].append(record.consumption_date)
    for chains_of_key in days.values():
        in_order = sorted((min(read), number, max(read)) for number, read in chains_of_key.items())
        for earlier, later in pairwise(in_order):
            assert earlier[2] <= later[0]


def patiently(database: Database, work: Callable[[Connection], Any]) -> Any:
    """A busy machine may make a writer wait longer than the role's limits: it sends again."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with database.changing() as db:
                return work(db)
        except OperationalError:
            assert time.monotonic() < end, "no writer gets through"


@pytest.mark.slow
def test_sixteen_writers_at_once_leave_the_chain_true(database: Database) -> None:
    with database.changing() as db:
        user_id = new_user(db)
        add(db, user_id, read_off("0", 100))

    def adding(record: NewRecord) -> Callable[[Connection], Any]:
        return lambda db: add(db, user_id, record)

    def deleting(record_id: UUID) -> Callable[[Connection], Any]:
        return lambda db: changes.delete(db, user_id, record_id)

    def write(number: int) -> None:
        for round_ in range(6):
            ago = (number * 7 + round_ * 5) % 100
            record = read_off(str(100 - ago), ago)
            one = patiently(database, adding(record))
            if round_ % 3 == 2:
                patiently(database, deleting(one.ids[0]))

    writers = [Thread(target=write, args=(number,)) for number in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.reading() as db:
        left = rows(db, user_id)
    check_chains(left)
    assert len(left) == 1 + 16 * 4


def test_a_plain_record_takes_no_lock_of_the_readings(database: Database) -> None:
    with database.changing() as db:
        user_id = new_user(db)
    with database.changing() as holder:
        chains.lock(holder, user_id)
        with database.changing() as db:
            plain = add(db, user_id, read_off("1", 0, reading=None))
            edited(db, user_id, plain.ids[0], notes="all the same")
            changes.delete(db, user_id, plain.ids[0])
