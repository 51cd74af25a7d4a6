"""Every write of records can be repeated without harm and taken back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import bulk_edits, change_queries, changes, record_writes, stored_records
from tally.db.bulk_edits import BulkEdit
from tally.db.changes import ChangeConflict, IdTaken
from tally.db.stored_records import NoSuchRecord
from tally.domain.filters import Filter
from tally.domain.records import NewRecord
from tests.conftest import new_user


@pytest.fixture
def ada(db: Connection) -> UUID:
    return new_user(db)


def _coffees(number: int) -> list[NewRecord]:
    return [
        NewRecord(uuid4(), date(2026, 11, 1), "coffee", Decimal(cups), "cup", "")
        for cups in range(1, number + 1)
    ]


def _edit(db: Connection, user: UUID, record: NewRecord, version: int | None) -> UUID | None:
    current = stored_records.locked(db, user, record.id)
    return changes.edit(db, user, current, record, version).change


def _values(db: Connection, user: UUID) -> list[Decimal]:
    statement = text(
        "SELECT consumption_value FROM consumption_records"
        " WHERE user_id = :user AND deleted_at IS NULL ORDER BY created_at"
    )
    return list(db.execute(statement, {"user": user}).scalars())


def test_the_same_records_twice_are_there_once(db: Connection, ada: UUID) -> None:
    coffees = _coffees(3)
    first = changes.add(db, ada, coffees)
    second = changes.add(db, ada, coffees)
    assert first.ids == [coffee.id for coffee in coffees]
    assert second.ids == []
    assert second.change == first.change
    assert _values(db, ada) == [1, 2, 3]


def test_an_id_with_other_content_is_refused(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    with pytest.raises(IdTaken):
        changes.add(db, ada, [replace(coffee, consumption_value=Decimal(2))])
    assert _values(db, ada) == [1]


def test_a_retry_does_not_bring_a_deleted_record_back(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    changes.delete(db, ada, coffee.id)
    with pytest.raises(IdTaken):
        changes.add(db, ada, [coffee])
    assert _values(db, ada) == []


def test_two_users_may_have_the_same_id(db: Connection, ada: UUID) -> None:
    bob = new_user(db)
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    changes.add(db, bob, [replace(coffee, consumption_value=Decimal(7))])
    assert (_values(db, ada), _values(db, bob)) == ([Decimal(1)], [Decimal(7)])


def test_a_batch_keeps_its_order_beyond_one_statement(db: Connection, ada: UUID) -> None:
    coffees = _coffees(record_writes.ROWS_A_STATEMENT + 5)
    changes.add(db, ada, coffees)
    assert _values(db, ada) == [coffee.consumption_value for coffee in coffees]


def test_undo_of_an_addition_takes_all_of_it(db: Connection, ada: UUID) -> None:
    added = changes.add(db, ada, _coffees(3))
    assert changes.undo(db, ada, added.change) == 3
    assert _values(db, ada) == []


def test_undo_of_an_edit_puts_the_old_content_back(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    tea = replace(
        coffee, consumption_type="tea", consumption_value=Decimal("0.000001"), notes="a", unit=""
    )
    change = _edit(db, ada, tea, version=1)
    assert change is not None
    assert changes.undo(db, ada, change) == 1
    [row] = stored_records.find(db, ada, [coffee.id])
    assert (row.consumption_type, row.consumption_value, row.unit, row.notes) == (
        "coffee",
        Decimal(1),
        "cup",
        "",
    )
    assert row.version == 3


def test_undo_of_a_deletion_and_of_a_restoration(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    deletion = changes.delete(db, ada, coffee.id)
    assert changes.delete(db, ada, coffee.id) == deletion
    assert deletion is not None
    changes.undo(db, ada, deletion)
    assert _values(db, ada) == [1]
    changes.delete(db, ada, coffee.id)
    restoration = changes.restore(db, ada, coffee.id)
    assert _values(db, ada) == [1]
    assert restoration is not None
    changes.undo(db, ada, restoration)
    assert _values(db, ada) == []


def test_undo_twice_is_undo_once(db: Connection, ada: UUID) -> None:
    added = changes.add(db, ada, _coffees(2))
    assert changes.undo(db, ada, added.change) == 2
    assert changes.undo(db, ada, added.change) == 0
    assert _values(db, ada) == []


def test_undo_is_refused_once_a_record_was_changed_since(db: Connection, ada: UUID) -> None:
    coffees = _coffees(2)
    added = changes.add(db, ada, coffees)
    db.commit()
    _edit(db, ada, replace(coffees[0], notes="late"), version=1)
    db.commit()
    with pytest.raises(ChangeConflict):
        changes.undo(db, ada, added.change)
    db.rollback()
    assert _values(db, ada) == [1, 2]


def test_undo_sees_a_change_behind_two_later_ones(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    added = changes.add(db, ada, [coffee])
    _edit(db, ada, replace(coffee, notes="one"), version=None)
    _edit(db, ada, replace(coffee, notes="two"), version=None)
    with pytest.raises(ChangeConflict):
        changes.undo(db, ada, added.change)


def test_undo_ends_after_ten_minutes(db: Connection, ada: UUID) -> None:
    added = changes.add(db, ada, _coffees(1))
    db.execute(text("UPDATE consumption_records SET updated_at = now() - INTERVAL '11 minutes'"))
    with pytest.raises(NoSuchRecord):
        changes.undo(db, ada, added.change)


def test_nobody_undoes_what_another_did(db: Connection, ada: UUID) -> None:
    bob = new_user(db)
    added = changes.add(db, ada, _coffees(1))
    with pytest.raises(NoSuchRecord):
        changes.undo(db, bob, added.change)
    assert _values(db, ada) == [1]


def test_undo_goes_on_to_the_change_before_and_never_forth_again(db: Connection, ada: UUID) -> None:
    first, second, third = _coffees(3)
    changes.add(db, ada, [first, second, third])
    _age(db, minutes=3)
    changes.delete(db, ada, first.id)
    _age(db, minutes=2)
    _edit(db, ada, replace(third, notes="late"), version=None)
    _age(db, minutes=1)
    changes.delete(db, ada, second.id)
    seen = []
    while (latest := change_queries.latest(db, ada)) is not None:
        seen.append((latest.added, latest.deleted, latest.restored, latest.changed))
        assert changes.undo(db, ada, latest.change_id) == 1
    # What added them was changed since, so it is not offered.
    assert seen == [(0, 1, 0, 0), (0, 0, 0, 1), (0, 1, 0, 0)]
    assert _values(db, ada) == [1, 2, 3]


def test_what_can_be_undone_next_is_recent_and_ones_own(db: Connection, ada: UUID) -> None:
    bob = new_user(db)
    changes.add(db, bob, _coffees(1))
    assert change_queries.latest(db, ada) is None
    added = changes.add(db, ada, _coffees(2))
    latest = change_queries.latest(db, ada)
    assert latest is not None
    assert (latest.change_id, latest.added) == (added.change, 2)
    _age(db, minutes=10)
    assert change_queries.latest(db, ada) is None


def _age(db: Connection, minutes: int) -> None:
    """Everything happened so much earlier: one transaction has one time."""
    earlier = "(SELECT updated_at - make_interval(mins => :n))"
    statement = f"UPDATE consumption_records SET updated_at = {earlier}"
    db.execute(text(statement), {"n": minutes})


def test_a_stale_edit_is_refused(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    _edit(db, ada, replace(coffee, notes="first"), version=1)
    with pytest.raises(ChangeConflict):
        _edit(db, ada, replace(coffee, notes="second"), version=1)


def test_a_record_deleted_long_ago_stays_deleted(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    changes.delete(db, ada, coffee.id)
    db.execute(text("UPDATE consumption_records SET deleted_at = now() - INTERVAL '31 days'"))
    with pytest.raises(NoSuchRecord):
        changes.restore(db, ada, coffee.id)


def test_a_purge_removes_only_what_was_deleted_long_ago(db: Connection, ada: UUID) -> None:
    kept, deleted, purged = _coffees(3)
    changes.add(db, ada, [kept, deleted, purged])
    changes.delete(db, ada, deleted.id)
    changes.delete(db, ada, purged.id)
    db.execute(
        text(
            "UPDATE consumption_records SET deleted_at = now() - INTERVAL '31 days' WHERE id = :id"
        ),
        {"id": purged.id},
    )
    record_writes.purge(db, ada)
    left = stored_records.find(db, ada, [kept.id, deleted.id, purged.id])
    assert [row.id for row in left] == [kept.id, deleted.id]


@pytest.mark.slow
@pytest.mark.faults
def test_a_record_edited_for_ever_keeps_the_newest_changes_only(db: Connection, ada: UUID) -> None:
    [coffee] = _coffees(1)
    changes.add(db, ada, [coffee])
    db.execute(text("SET LOCAL statement_timeout = 0"))
    # As 5,000 edits do it: each takes what the one ahead of it left.
    edited = [
        _edit(db, ada, replace(coffee, notes=str(number)), version=None) for number in range(5_000)
    ]
    sizes = text(
        "SELECT octet_length(CAST(before AS text)) AS size, before -> 'changes' AS changes"
        " FROM consumption_records"
    )
    row = db.execute(sizes).one()
    assert row.changes == [str(change) for change in edited[-51:-1]]
    assert row.size < 4_000
    assert changes.undo(db, ada, edited[-1]) == 1  # type: ignore[arg-type]
    with pytest.raises(ChangeConflict):
        changes.undo(db, ada, edited[-2])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "alike",
    [
        BulkEdit(type="coffee"),
        BulkEdit(unit="cup"),
        BulkEdit(day=date(2026, 11, 1)),
        BulkEdit(type="coffee", unit="cup"),
        BulkEdit(tag="#late"),
    ],
)
def test_what_is_so_already_makes_no_new_version(
    db: Connection, ada: UUID, alike: BulkEdit
) -> None:
    coffees = [replace(coffee, notes="#late") for coffee in _coffees(2)]
    changes.add(db, ada, coffees)
    everything = Filter(today=date(2026, 11, 22))
    assert bulk_edits.apply(db, ada, everything, None, alike) == (None, 0)
    ids = [coffee.id for coffee in coffees]
    assert bulk_edits.apply(db, ada, everything, ids, alike) == (None, 0)
    assert {row.version for row in stored_records.find(db, ada, ids)} == {1}


def test_a_change_of_many_counts_only_what_it_changed(db: Connection, ada: UUID) -> None:
    coffee, tea = _coffees(2)
    changes.add(db, ada, [coffee, replace(tea, consumption_type="tea")])
    alike = BulkEdit(type="coffee", unit="cup")
    change, count = bulk_edits.apply(db, ada, Filter(today=date(2026, 11, 22)), None, alike)
    assert (change is not None, count) == (True, 1)
    assert [row.version for row in stored_records.find(db, ada, [coffee.id, tea.id])] == [1, 2]
