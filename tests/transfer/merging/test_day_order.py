"""The order of readings, and the places of new ones among those of their day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.records import NewRecord
from tally.transfer.merging.day_order import ChainReading, in_order
from tally.transfer.rows.arrange import FileRow

DAY = date(2026, 10, 13)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def there(figure: int, created: int, day: date = DAY) -> ChainReading:
    moment = NOW + timedelta(microseconds=created)
    return ChainReading(day, moment, Decimal(figure), is_there=True)


def new(figure: int, second: int, day: date = DAY) -> ChainReading:
    """A reading of a file that comes an hour after those that are there."""
    moment = NOW + timedelta(hours=1, microseconds=second)
    record = NewRecord(
        uuid4(), day, "water", Decimal(0), "m³", created_at=moment, reading=Decimal(figure)
    )
    return ChainReading(day, moment, Decimal(figure), FileRow(2, record))


def figures(*readings: ChainReading) -> list[int]:
    return [int(shown.figure) for shown in in_order(readings)]


def test_readings_are_in_the_order_of_their_days_and_of_their_creation() -> None:
    later = DAY + timedelta(days=1)
    assert figures(there(7, 0, later), new(5, 30), new(6, 40), there(3, 0)) == [3, 5, 6, 7]


def test_new_readings_stand_between_those_of_their_day() -> None:
    readings = in_order([there(100, 0), there(110, 43_200), new(105, 10), new(107, 20)])
    assert [int(shown.figure) for shown in readings] == [100, 105, 107, 110]
    for shown in readings:
        assert shown.row is None or shown.row.record.created_at == shown.created


def test_a_reading_behind_all_of_its_day_is_created_as_its_row_says() -> None:
    behind = new(111, 10)
    assert in_order([there(100, 0), there(110, 43_200), behind])[-1] is behind


def test_readings_that_fall_stay_in_the_order_of_their_creation() -> None:
    before = there(90, 0, DAY - timedelta(days=1))
    # A new meter: in the file, at the end of the day, or among those that are there.
    assert figures(there(100, 0), there(110, 9), new(105, 1), new(2, 2)) == [100, 110, 105, 2]
    assert figures(before, there(100, 0), there(110, 9), new(5, 1)) == [90, 100, 110, 5]
    assert figures(there(100, 0), there(2, 9), new(3, 1), new(4, 2)) == [100, 2, 3, 4]


def test_without_room_between_two_a_reading_is_created_behind_them() -> None:
    assert figures(there(100, 0), there(110, 1), new(105, 1)) == [100, 110, 105]


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=8),
    st.lists(st.integers(0, 99), min_size=1, max_size=8),
)
def test_rising_readings_are_one_chain_with_a_moment_for_each(
    own: list[int], others: list[int]
) -> None:
    known = [there(figure, 100 * place) for place, figure in enumerate(sorted(others))]
    fresh = [new(figure, place) for place, figure in enumerate(sorted(own))]
    readings = in_order([*fresh, *known])
    assert [int(shown.figure) for shown in readings] == sorted(own + others)
    assert all(earlier.created < later.created for earlier, later in pairwise(readings))
    assert [shown for shown in readings if shown.is_there] == known
