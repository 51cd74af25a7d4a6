"""The rows of a file beside what is there: counted, saved, corrected, or let be."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tally.db import changes
from tally.domain.amounts import plain
from tally.domain.records import NewRecord
from tally.transfer import readers
from tally.transfer.merging.merge import Policy, merge
from tally.transfer.merging.report import MAX_PROBLEMS, MAX_SHOWN, Report
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem
from tally.transfer.writers import COLUMNS
from tests.conftest import new_user

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWN = ",".join(COLUMNS)
SAVE = Policy(save=True)
LOOK = Policy(save=False)
# Each example begins with an account of its own.
EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def ada(db: Connection) -> UUID:
    return new_user(db)


def rows_of(file: str, now: datetime = NOW) -> list[FileRow | RowProblem]:
    reader = Reader(TODAY, UTC)
    with readers.opened(io.BytesIO(file.encode()), Choices(), reader, {}, now) as opened:
        return list(opened.rows)


def bring(
    db: Connection,
    user_id: UUID,
    file: str,
    policy: Policy = SAVE,
    *,
    has_readings: bool = False,
    now: datetime = NOW,
) -> Report:
    return merge(db, user_id, iter(rows_of(file, now)), policy, has_readings=has_readings)


def kept(db: Connection, user_id: UUID) -> list[str]:
    statement = text(
        "SELECT * FROM consumption_records WHERE user_id = :user AND deleted_at IS NULL"
    )
    return sorted(
        " ".join(
            filter(
                None,
                (
                    str(row.consumption_date),
                    row.consumption_type,
                    plain(row.consumption_value),
                    row.notes,
                ),
            )
        )
        for row in db.execute(statement, {"user": user_id})
    )


def counts(report: Report) -> dict[str, int]:
    return {kind: count for kind, count in report.counts.items() if count}


@contextmanager
def taken_back(db: Connection) -> Iterator[None]:
    """Roll back all writes of the block."""
    savepoint = db.begin_nested()
    yield
    savepoint.rollback()


def file_of(rows: list[tuple[Any, ...]], header: str = "date,type,value") -> str:
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


# Counting ----------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-10-05", "2026-10-06"]), st.sampled_from(["tea", "gas"]),
        st.integers(1, 2),
    ),
    max_size=8,
)  # fmt: skip


@given(ROWS, ROWS)
@EXAMPLES
def test_equal_rows_are_counted_and_none_is_saved_twice(
    db: Connection, first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]
) -> None:
    before, after = Counter(first), Counter(second)
    with taken_back(db):
        user = new_user(db)
        assert counts(bring(db, user, file_of(first))) == ({"new": len(first)} if first else {})
        report = bring(db, user, file_of(second))
        right = {"new": (after - before).total(), "unchanged": (after & before).total()}
        assert counts(report) == {kind: count for kind, count in right.items() if count}
        every = (before | after).elements()
        assert kept(db, user) == sorted(f"{day} {name} {value}" for day, name, value in every)
        assert bring(db, user, file_of(second)).change is None


@given(ROWS, ROWS, st.booleans(), st.booleans())
@EXAMPLES
def test_a_try_counts_the_same_as_the_import(
    db: Connection,
    first: list[tuple[Any, ...]],
    second: list[tuple[Any, ...]],
    replace: bool,
    omit_alike: bool,
) -> None:
    with taken_back(db):
        user = new_user(db)
        bring(db, user, file_of([(*row, "08:00") for row in first], "date,type,value,time"))
        there = kept(db, user)
        file = file_of([(*row, "18:00") for row in second], "date,type,value,time")
        looked = bring(db, user, file, Policy(False, replace=replace, omit_alike=omit_alike))
        assert kept(db, user) == there and not looked.saved and looked.change is None
        saved = bring(db, user, file, Policy(True, replace=replace, omit_alike=omit_alike))
        assert counts(looked) == counts(saved)
        assert saved.good == looked.good == len(second)


@given(ROWS, ROWS, ROWS)
@EXAMPLES
def test_a_file_that_wins_replaces_what_files_brought_of_its_days_and_nothing_else(
    db: Connection,
    first: list[tuple[Any, ...]],
    noted: list[tuple[Any, ...]],
    second: list[tuple[Any, ...]],
) -> None:
    with taken_back(db):
        user = new_user(db)
        bring(db, user, file_of(first))
        changes.add(db, user, [
            NewRecord(uuid4(), date.fromisoformat(day), name, Decimal(value), notes="noted")
            for day, name, value in noted
        ])  # fmt: skip
        report = bring(db, user, file_of(second), Policy(save=True, replace=True))
        days = {row[:2] for row in second}
        right = [f"{day} {name} {value}" for day, name, value in second]
        right += [f"{day} {name} {value}" for day, name, value in first if (day, name) not in days]
        right += [f"{day} {name} {value} noted" for day, name, value in noted]
        assert kept(db, user) == sorted(right)
        assert report.good == len(second)


def test_two_halves_of_a_day_lose_nothing(db: Connection, ada: UUID) -> None:
    header = "time,type,value"
    morning = file_of([("2026-10-05 08:00", "tea", 1)], header)
    bring(db, ada, morning)
    evening = bring(db, ada, file_of([("2026-10-05 18:00", "tea", 1)], header))
    assert counts(evening) == {"alike": 1}
    assert kept(db, ada) == ["2026-10-05 tea 1", "2026-10-05 tea 1"]
    whole = file_of([("2026-10-05 08:00", "tea", 1), ("2026-10-05 18:00", "tea", 1)], header)
    assert counts(bring(db, ada, whole)) == {"unchanged": 2}


def test_what_looks_like_one_that_is_there_can_be_left_out(db: Connection, ada: UUID) -> None:
    changes.add(
        db, ada, [NewRecord(uuid4(), date(2026, 10, 5), "tea", Decimal(1), notes="by hand")]
    )
    file = file_of([("2026-10-05", "tea", 1), ("2026-10-05", "tea", 1), ("2026-10-06", "tea", 1)])
    report = bring(db, ada, file, Policy(save=True, omit_alike=True))
    # Only one of the two can be the one that is there.
    assert counts(report) == {"new": 2, "alike": 1}
    assert kept(db, ada) == ["2026-10-05 tea 1", "2026-10-05 tea 1 by hand", "2026-10-06 tea 1"]


def test_a_corrected_value_is_shown_as_changed_beside_the_one_it_replaces(
    db: Connection, ada: UUID
) -> None:
    bring(db, ada, file_of([("2026-10-05", "tea", 1)]))
    report = bring(db, ada, file_of([("2026-10-05", "tea", 2)]), Policy(save=False, replace=True))
    assert (counts(report), report.updated, report.shown["new"]) == ({"changed": 1}, 1, [])
    [seen] = report.shown["changed"]
    assert seen.existing is not None
    assert (plain(seen.record.consumption_value), seen.existing.consumption_value) == (
        "2",
        Decimal(1),
    )


def test_a_corrected_value_that_was_taken_back_is_shown_as_changed_again(
    db: Connection, ada: UUID
) -> None:
    bring(db, ada, file_of([("2026-10-05", "tea", 1)]))
    corrected, wins = file_of([("2026-10-05", "tea", 2)]), Policy(save=True, replace=True)
    first = bring(db, ada, corrected, wins)
    assert first.change is not None
    changes.undo(db, ada, first.change)
    again = bring(db, ada, corrected, wins)
    assert (counts(first), counts(again)) == ({"changed": 1}, {"changed": 1})
    assert kept(db, ada) == ["2026-10-05 tea 2"]


def test_a_row_with_an_id_of_tallys_changes_its_record_only_where_somebody_says_so(
    db: Connection, ada: UUID
) -> None:
    own = uuid4()
    bring(db, ada, f"{OWN}\n{own},2026-10-05,1,tea,,,\n")
    other = f"{OWN}\n{own},2026-10-05,2,tea,,,\n"
    assert counts(bring(db, ada, other)) == {"changed": 1}
    assert kept(db, ada) == ["2026-10-05 tea 1"]
    report = bring(db, ada, other, Policy(save=True, update=True))
    assert (report.updated, kept(db, ada)) == (1, ["2026-10-05 tea 2"])


def test_the_same_file_of_another_account_is_new_there(db: Connection, ada: UUID) -> None:
    file = file_of([("2026-10-05", "tea", 1)])
    bring(db, ada, file)
    bob = new_user(db)
    assert counts(bring(db, bob, file)) == {"new": 1}
    assert kept(db, ada) == kept(db, bob)


# Problems ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem_first", [True, False])
def test_a_problem_keeps_the_rest_unsaved_unless_it_is_skipped(
    db: Connection, ada: UUID, problem_first: bool
) -> None:
    rows = [("rubbish", "tea", 1), ("2026-10-05", "tea", 2)]
    file = file_of(rows if problem_first else rows[::-1])
    report = bring(db, ada, file)
    assert (report.bad, report.good, report.saved, report.change) == (1, 1, False, None)
    assert kept(db, ada) == []
    report = bring(db, ada, file, Policy(save=True, skip_problems=True))
    assert (report.bad, report.saved, kept(db, ada)) == (1, True, ["2026-10-05 tea 2"])


def test_a_file_without_a_good_row_is_not_saved(db: Connection, ada: UUID) -> None:
    skipping = Policy(save=True, skip_problems=True)
    report = bring(db, ada, file_of([("rubbish", "tea", 1)]), skipping)
    assert (report.bad, report.saved, report.change) == (1, False, None)
    # One whose good rows are all there is.
    rows = [("rubbish", "tea", 1), ("2026-10-05", "tea", 2)]
    assert [bring(db, ada, file_of(rows), skipping).saved for _ in range(2)] == [True, True]


def test_problems_are_all_counted_their_questions_kept_and_so_many_told() -> None:
    report = Report()
    for line in range(MAX_PROBLEMS + 5):
        report.refuse(RowProblem(line, "Which?", asks="order" if line else ""))
    assert (report.bad, len(report.problems)) == (MAX_PROBLEMS + 5, MAX_PROBLEMS)
    assert report.questions == {"order"}


def test_rows_are_all_counted_and_the_first_are_shown() -> None:
    report = Report()
    for row in rows_of(file_of([("2026-10-05", "tea", 1)] * (MAX_SHOWN + 5))):
        assert isinstance(row, FileRow)
        report.note("new", row)
    assert (report.counts["new"], len(report.shown["new"])) == (MAX_SHOWN + 5, MAX_SHOWN)
    assert report.shown["new"][0].line == 2


# Readings ----------------------------------------------------------------------------------------


def readings(*figures: tuple[str, int]) -> str:
    return file_of(
        [(day, "water", "m³", figure) for day, figure in figures], "date,type,unit,reading"
    )


FALLING = readings(("2026-10-01", 990), ("2026-10-02", 3), ("2026-10-03", 5))


def test_readings_of_two_files_are_one_chain_whichever_comes_first(
    db: Connection, ada: UUID
) -> None:
    early = readings(("2026-10-01", 100), ("2026-10-03", 106))
    late = readings(("2026-10-02", 101), ("2026-10-05", 110))
    chains = []
    for order in ((early, late), (late, early)):
        user = new_user(db)
        for file in order:
            assert bring(db, user, file, has_readings=True).good == 2
        chains.append(kept(db, user))
    assert chains[0] == chains[1] == [
        "2026-10-01 water 0", "2026-10-02 water 1", "2026-10-03 water 5", "2026-10-05 water 4",
    ]  # fmt: skip


def test_a_reading_that_falls_asks_and_then_is_what_was_said(db: Connection, ada: UUID) -> None:
    report = bring(db, ada, FALLING, has_readings=True)
    assert (report.questions, report.bad, kept(db, ada)) == ({"falls"}, 2, [])
    left = bring(db, new_user(db), FALLING, Policy(True, falls="omit"), has_readings=True)
    assert (left.left_out, left.good, left.bad) == (2, 1, 0)
    bring(db, ada, FALLING, Policy(True, falls="rollover"), has_readings=True)
    assert kept(db, ada) == ["2026-10-01 water 0", "2026-10-02 water 13", "2026-10-03 water 2"]
    again = bring(db, ada, FALLING, Policy(True, falls="rollover"), has_readings=True)
    assert (counts(again), again.change) == ({"unchanged": 3}, None)


def test_a_new_meter_begins_behind_readings_that_come_back(db: Connection, ada: UUID) -> None:
    change = bring(db, ada, FALLING, Policy(True, skip_problems=True), has_readings=True).change
    assert change is not None
    changes.undo(db, ada, change)
    report = bring(db, ada, FALLING, Policy(True, falls="new"), has_readings=True)
    assert (counts(report), report.bad) == ({"new": 3}, 0)
    assert kept(db, ada) == ["2026-10-01 water 0", "2026-10-02 water 0", "2026-10-03 water 2"]


@pytest.mark.parametrize("policy", [LOOK, Policy(True, skip_problems=True, falls="new")])
def test_readings_of_the_meter_before_cost_themselves_only_where_the_next_is_there(
    db: Connection, ada: UUID, policy: Policy
) -> None:
    bring(db, ada, readings(("2026-10-02", 3), ("2026-10-03", 5)), has_readings=True)
    report = bring(db, ada, FALLING, policy, has_readings=True)
    assert [problem.message for problem in report.problems] == [
        "990 is more than the next reading, 3 on 2026-10-02."
    ]
    assert counts(report) == {"unchanged": 2}
    assert kept(db, ada) == ["2026-10-02 water 0", "2026-10-03 water 2"]


def test_a_reading_above_a_later_one_that_is_there_costs_itself_only(
    db: Connection, ada: UUID
) -> None:
    bring(db, ada, readings(("2026-10-01", 100), ("2026-10-10", 120)), has_readings=True)
    file = readings(("2026-10-04", 150), ("2026-10-05", 160), ("2026-10-08", 110))
    report = bring(db, ada, file, Policy(True, skip_problems=True), has_readings=True)
    assert [problem.line for problem in report.problems] == [2, 3]
    assert "2026-10-08 water 10" in kept(db, ada)


def clocked(*figures: tuple[str, int]) -> str:
    """Readings at a day and an hour each."""
    return file_of(
        [(moment, "water", "m³", figure) for moment, figure in figures],
        "date,type,unit,reading",
    )


def chain(db: Connection, user_id: UUID) -> list[tuple[int, int]]:
    """What the meter showed, one after the other, and what was used since the one before."""
    statement = text(
        "SELECT reading, consumption_value FROM consumption_records"
        " WHERE user_id = :user AND deleted_at IS NULL"
        " ORDER BY consumption_date, created_at, id"
    )
    rows = db.execute(statement, {"user": user_id})
    return [(int(row.reading), int(row.consumption_value)) for row in rows]


LATER = NOW + timedelta(hours=1)
THREE = clocked(("2026-10-13 08:00", 100), ("2026-10-13 20:00", 110), ("2026-10-14 08:00", 120))
FOUR = clocked(
    ("2026-10-13 08:00", 100), ("2026-10-13 14:00", 105), ("2026-10-13 20:00", 110),
    ("2026-10-14 08:00", 120),
)  # fmt: skip


@pytest.mark.parametrize(
    "policy", [SAVE, Policy(True, skip_problems=True), Policy(True, replace=True)]
)
def test_a_reading_between_others_of_its_day_comes_later(
    db: Connection, ada: UUID, policy: Policy
) -> None:
    bring(db, ada, THREE, has_readings=True)
    report = bring(db, ada, FOUR, policy, has_readings=True, now=LATER)
    assert (counts(report), report.bad) == ({"new": 1, "unchanged": 3}, 0)
    assert chain(db, ada) == [(100, 0), (105, 5), (110, 5), (120, 10)]


def test_readings_that_come_back_stand_where_their_file_says(db: Connection, ada: UUID) -> None:
    change = bring(db, ada, THREE, has_readings=True).change
    assert change is not None
    changes.undo(db, ada, change)
    report = bring(db, ada, FOUR, has_readings=True, now=LATER)
    assert (counts(report), report.bad) == ({"new": 4}, 0)
    assert chain(db, ada) == [(100, 0), (105, 5), (110, 5), (120, 10)]


def test_halves_of_a_day_are_one_chain_whichever_comes_first(db: Connection, ada: UUID) -> None:
    morning = clocked(("2026-10-13 06:00", 100), ("2026-10-13 11:00", 102))
    evening = clocked(("2026-10-13 14:00", 105), ("2026-10-13 20:00", 110))
    for halves in ((morning, evening), (evening, morning)):
        user = new_user(db)
        for hours, half in enumerate(halves):
            now = NOW + timedelta(hours=hours)
            report = bring(db, user, half, has_readings=True, now=now)
            assert (report.good, report.questions) == (2, set())
        assert chain(db, user) == [(100, 0), (102, 2), (105, 3), (110, 5)]


@pytest.mark.parametrize("figure", [104, 111])
def test_a_corrected_reading_of_a_day_falls_from_none_that_it_replaces(
    db: Connection, ada: UUID, figure: int
) -> None:
    bring(db, ada, THREE, has_readings=True)
    corrected = THREE.replace("110", str(figure))
    report = bring(db, ada, corrected, has_readings=True, now=LATER)
    assert (counts(report), report.questions) == ({"new": 1, "unchanged": 2}, set())
    assert sorted(chain(db, ada)) == chain(db, ada)
    report = bring(
        db, ada, corrected, Policy(True, replace=True), has_readings=True,
        now=LATER + timedelta(hours=1),
    )  # fmt: skip
    assert report.questions == set()
    assert chain(db, ada) == [(100, 0), (figure, figure - 100), (120, 120 - figure)]


def test_a_file_that_wins_asks_of_no_reading_that_goes(db: Connection, ada: UUID) -> None:
    bring(db, ada, THREE, has_readings=True)
    lower = clocked(("2026-10-13 08:00", 90), ("2026-10-13 20:00", 95), ("2026-10-14 08:00", 97))
    report = bring(db, ada, lower, Policy(True, replace=True), has_readings=True, now=LATER)
    assert (report.questions, report.bad) == (set(), 0)
    assert chain(db, ada) == [(90, 0), (95, 5), (97, 2)]


@pytest.mark.parametrize("policy", [LOOK, SAVE, Policy(True, skip_problems=True)])
def test_a_reading_too_far_behind_is_a_problem_of_its_row(
    db: Connection, ada: UUID, policy: Policy
) -> None:
    bring(db, ada, readings(("2010-01-01", 100)), has_readings=True)
    file = readings(("2010-01-02", 101), ("2026-10-05", 120), ("2026-10-06", 121))
    report = bring(db, ada, file, policy, has_readings=True)
    assert ([problem.line for problem in report.problems], report.good) == ([3, 4], 1)
    assert chain(db, ada) == ([(100, 0), (101, 1)] if policy.skip_problems else [(100, 0)])


def test_no_new_meter_of_a_file_begins_amid_readings(db: Connection, ada: UUID) -> None:
    bring(db, ada, readings(("2026-10-01", 100), ("2026-10-20", 120)), has_readings=True)
    file = readings(("2026-10-05", 110), ("2026-10-10", 3), ("2026-10-25", 8), ("2026-10-27", 9))
    policy = Policy(True, skip_problems=True, falls="new")
    report = bring(db, ada, file, policy, has_readings=True)
    assert [problem.line for problem in report.problems] == [3]
    assert chain(db, ada) == [(100, 0), (110, 10), (120, 10), (8, 0), (9, 1)]


def test_rows_of_tallys_own_that_cannot_follow_cost_themselves_only(
    db: Connection, ada: UUID
) -> None:
    file = file_of(
        [
            (day, 0, "water", "m³", figure, 1)
            for day, figure in (("2026-10-01", 100), ("2026-10-02", 3), ("2026-10-03", 105))
        ],
        "consumption_date,consumption_value,consumption_type,unit,reading,meter",
    )
    report = bring(db, ada, file, Policy(True, skip_problems=True), has_readings=True)
    assert [problem.line for problem in report.problems] == [3]
    assert chain(db, ada) == [(100, 0), (105, 5)]


def test_readings_of_one_second_stay_in_their_order(db: Connection, ada: UUID) -> None:
    rows = [("2026-10-13 08:00:00", figure) for figure in range(100, 112)]
    later = ("2026-10-14 08:00:00", 120)
    for file in (clocked(*rows, later), clocked(later, *rows[::-1])):
        user = new_user(db)
        report = bring(db, user, file, has_readings=True)
        assert (report.bad, report.saved) == (0, True)
        assert [used for _, used in chain(db, user)[:12]] == [0, *[1] * 11]


def test_a_file_is_compared_batch_by_batch(
    db: Connection, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tally.transfer.merging.merge.ROWS_A_STATEMENT", 3)
    rows = [(TODAY - timedelta(days=age), "tea", 1 + age % 3) for age in range(10)]
    assert counts(bring(db, ada, file_of(rows))) == {"new": 10}
    assert counts(bring(db, ada, file_of(rows[::-1]))) == {"unchanged": 10}
