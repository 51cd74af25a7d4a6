"""Readings of a file among those that are there: chains, falls, and which rows cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.keys import Key
from tally.domain.meters import Reading
from tally.domain.records import NewRecord
from tally.transfer.merging.meter_rows import NoRecord, measured
from tally.transfer.plans.choices import Falls
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem
from tests.slow_meters import reread

FIRST = date(2026, 10, 1)
WATER = Key("water", "m³")


@dataclass(frozen=True)
class There:
    """A reading that the account has."""

    consumption_date: date
    reading: Decimal
    created_at: datetime = datetime(2026, 10, 1, tzinfo=UTC)
    id: UUID = field(default_factory=uuid4)
    meter: int = 1


def row(day: int, figure: str, name: str = "water") -> FileRow:
    record = NewRecord(
        uuid4(), FIRST + timedelta(days=day), name, Decimal(0), "m³",
        created_at=datetime(2026, 11, 1, tzinfo=UTC), reading=Decimal(figure),
    )  # fmt: skip
    return FileRow(day + 2, record)


def there(day: int, figure: str, meter: int = 1) -> There:
    return There(FIRST + timedelta(days=day), Decimal(figure), meter=meter)


def told(
    rows: Sequence[FileRow], others: Sequence[There] = (), falls: Falls | None = None
) -> list[str]:
    """The result of each row: `value in days`, or the first words of its problem."""
    return [
        f"{result.record.consumption_value:f} in {result.record.days}"
        if isinstance(result, FileRow)
        else result.message
        if isinstance(result, RowProblem)
        else result.value
        for result in measured(rows, {WATER: others}, falls)
    ]


def test_each_reading_is_what_was_used_since_the_one_before() -> None:
    assert told([row(0, "100"), row(3, "104.5"), row(4, "105.5")]) == [
        "0 in 0",
        "4.5 in 3",
        "1.0 in 1",
    ]


def test_readings_that_are_there_stand_between_those_of_the_file() -> None:
    rows = [row(0, "100"), row(10, "120")]
    assert told(rows, [there(4, "108")]) == ["0 in 0", "12 in 6"]
    assert told(rows, [there(-5, "90")]) == ["10 in 5", "20 in 10"]


def test_a_reading_that_is_there_with_the_same_id_is_that_of_the_file() -> None:
    rows = [row(0, "100"), row(10, "120")]
    same = replace(there(0, "99"), id=rows[0].record.id)
    assert told(rows, [same]) == ["0 in 0", "20 in 10"]


def test_types_are_chains_of_their_own() -> None:
    rows = [row(0, "100"), row(1, "7", "gas"), row(2, "103"), row(3, "9", "gas")]
    results = {
        (result.record.consumption_type, result.line): result.record.consumption_value
        for result in measured(rows, {}, None)
        if isinstance(result, FileRow)
    }
    assert results == {("water", 2): 0, ("water", 4): 3, ("gas", 3): 0, ("gas", 5): 2}


def test_without_a_choice_a_fall_and_all_readings_behind_it_ask() -> None:
    rows = [row(0, "100"), row(1, "3"), row(2, "5"), row(3, "7", "gas")]
    results = list(measured(rows, {}, None))
    problems = [result for result in results if isinstance(result, RowProblem)]
    assert [(problem.line, problem.asks) for problem in problems] == [(3, "falls"), (4, "falls")]
    assert "3 is lower than 100 on 2026-10-01" in problems[0].message
    assert [result.line for result in results if isinstance(result, FileRow)] == [2, 5]


def test_a_fall_is_left_out_a_roll_over_or_a_new_meter_as_chosen() -> None:
    rows = [row(0, "990"), row(1, "3"), row(2, "5")]
    assert told(rows, falls="omit") == ["0 in 0", "left out", "left out"]
    assert told(rows, falls="rollover") == ["0 in 0", "13 in 1", "2 in 1"]
    assert told(rows, falls="new") == ["0 in 0", "0 in 0", "2 in 1"]
    new = [
        result.record.new_meter
        for result in measured(rows, {}, "new")
        if isinstance(result, FileRow)
    ]
    assert new == [None, True, None]


def test_a_reading_above_the_next_that_is_there_costs_itself_only() -> None:
    rows = [row(0, "100"), row(2, "150"), row(6, "130")]
    start, wrong, last = told(rows, [there(4, "120")])
    assert (start, last) == ("0 in 0", "10 in 2")
    assert wrong == "150 is more than the next reading, 120 on 2026-10-05."


def test_several_readings_above_the_next_stored_one_are_each_a_problem() -> None:
    rows = [row(0, "100"), row(1, "140"), row(2, "150"), row(3, "110"), row(6, "130")]
    start, first, second, _, last = told(rows, [there(4, "120")], falls="omit")
    assert (start, last) == ("0 in 0", "10 in 2")
    assert first == "140 is more than the next reading, 120 on 2026-10-05."
    assert second == "150 is more than the next reading, 120 on 2026-10-05."


def test_a_row_with_a_meter_of_its_own_stands_as_it_is() -> None:
    own = row_of_meter(2, 5, "3", turned=True)
    assert own in list(measured([row(0, "100"), own], {}, None))


def row_of_meter(meter: int, day: int, figure: str, *, turned: bool = False) -> FileRow:
    """A row of Tally's own file: past its last digit the meter used more than it shows."""
    own = row(day, figure)
    value = Decimal(figure) + turned
    return replace(own, record=replace(own.record, meter=meter, consumption_value=value))


def test_a_row_with_a_meter_of_its_own_that_cannot_follow_costs_itself_only() -> None:
    rows = [
        row_of_meter(2, 0, "100"), row_of_meter(2, 1, "3"), row_of_meter(2, 2, "104"),
        row_of_meter(2, 3, "5", turned=True), row_of_meter(1, 3, "7"),
    ]  # fmt: skip
    problems = [row for row in measured(rows, {}, "new") if isinstance(row, RowProblem)]
    assert [(problem.line, problem.message, problem.asks) for problem in problems] == [
        (3, "3 is lower than 100 on 2026-10-01.", "")
    ]
    assert told(rows[:2], falls="omit") == ["100 in 1", "left out"]


YEARS = 365 * 12


def test_one_day_too_far_from_the_others_costs_itself_only() -> None:
    wrong = row(-YEARS, "90")
    first, start, last = told([wrong, row(0, "100"), row(3, "104")])
    assert (start, last) == ("0 in 0", "4 in 3")
    assert first.startswith("Over 3 660 days lie between this reading and 100 on 2026-10-01.")
    results = measured([row(-YEARS, "90"), row(-YEARS + 2, "95"), row(0, "100")], {}, None)
    assert [result.line for result in results if isinstance(result, RowProblem)] == [2]


def test_what_is_too_far_from_the_readings_that_are_there_is_a_problem_of_each_row() -> None:
    rows = [row(0, "100"), row(3, "104")]
    first, second = told(rows, [there(-YEARS, "90")])
    assert "and 90 on 2014-10-04" in first
    assert "and 90 on 2014-10-04" in second
    assert told(rows, [there(-YEARS, "90"), there(-1, "98", meter=2)]) == ["2 in 1", "4 in 3"]


def test_no_reading_follows_one_that_is_a_problem() -> None:
    middle = row(-YEARS // 2, "5")
    left, end = told([middle, row(0, "110")], [there(-YEARS, "100")], falls="omit")
    assert left == "left out"
    assert end.startswith("Over 3 660 days lie between this reading and 100")


def test_a_reading_behind_a_fall_counts_on_from_one_that_is_there() -> None:
    rows = [row(0, "100"), row(1, "3"), row(6, "120")]
    first, fallen, last = told(rows, [there(4, "110")])
    assert (first, last) == ("0 in 0", "10 in 2")
    assert "3 is lower than 100" in fallen


def test_no_new_meter_begins_amid_the_readings_that_are_there() -> None:
    rows = [row(0, "100"), row(1, "3"), row(6, "5")]
    first, amid, second = told(rows, [there(4, "110")], falls="new")
    assert (first, second) == ("0 in 0", "0 in 0")
    assert amid.endswith("the one before is read after that, 110 on 2026-10-05.")


def test_a_reading_is_held_to_those_of_its_own_meter() -> None:
    others = [there(-10, "900"), there(0, "50", meter=2)]
    assert told([row(-5, "950"), row(3, "60")], others) == ["50 in 5", "10 in 3"]


FIGURES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 999)), min_size=1, max_size=12,
    unique_by=lambda pair: pair[0],
)  # fmt: skip


@given(FIGURES)
def test_a_chain_without_a_fall_is_that_of_reading_it_anew(pairs: list[tuple[int, int]]) -> None:
    days = sorted(day for day, _ in pairs)
    figures = sorted(figure for _, figure in pairs)
    chain = [
        Reading(FIRST + timedelta(days=day), Decimal(figure))
        for day, figure in zip(days, figures, strict=True)
    ]
    rows = [row(day, str(figure)) for day, figure in zip(days, figures, strict=True)]
    assert told(rows) == [f"{link.value:f} in {link.days}" for link in reread(chain)]


@given(FIGURES, st.sampled_from(["new", "rollover", "omit", None]))
def test_no_row_gets_lost_and_none_comes_to_less_than_nothing(
    pairs: list[tuple[int, int]], falls: Falls | None
) -> None:
    rows = [row(day, str(figure)) for day, figure in pairs]
    results = list(measured(rows, {}, falls))
    assert len(results) == len(rows)
    kept = [result.record for result in results if isinstance(result, FileRow)]
    assert all(record.consumption_value >= 0 for record in kept)
    if falls == "omit":
        figures = [record.reading for record in kept]
        assert figures == sorted(figure for figure in figures if figure is not None)
        assert NoRecord.LEFT_OUT in results or len(kept) == len(rows)
    if falls == "new":
        # What was used is all that the meter moved upwards.
        ordered = [figure for _, figure in sorted(pairs)]
        risen = sum(max(later - earlier, 0) for earlier, later in pairwise(ordered))
        assert sum(record.consumption_value for record in kept) == risen
