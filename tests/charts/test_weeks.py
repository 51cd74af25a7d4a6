"""Each day has its own place in the calendar."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tally.charts.weeks import DrawnDay, calendar


@given(st.integers(1, 371), st.integers(0, 6), st.integers(1, 4))
def test_every_day_has_its_own_place_in_the_calendar(count: int, skip: int, pieces: int) -> None:
    days = [DrawnDay(i % 6, i == count - 1, "Nov" if i % 30 == 0 else "") for i in range(count)]
    drawings = calendar(days, skip, pieces)
    assert len(drawings) <= pieces
    drawn: list[int] = []
    for weeks in drawings:
        places = [
            (int(x), int(y), step)
            for step, path in enumerate(weeks.steps)
            for x, y in re.findall(r"M(\d+) (\d+)", path)
        ]
        assert len({place[:2] for place in places}) == len(places)
        assert all(x < 12 * weeks.count and y < 84 for x, y, _ in places)
        for x, y, step in places:
            drawn.append(7 * (weeks.begin + x // 12) + y // 12 - skip)
            assert drawn[-1] % 6 == step
    assert sorted(drawn) == list(range(count))
    assert sum(bool(weeks.now) for weeks in drawings) == 1


def test_a_month_that_begins_in_the_last_column_is_named_without_its_year() -> None:
    # Three drawings of six weeks: January begins in the last one of the second.
    days = [
        DrawnDay(0, False, month, "2027" if month == "Jan" else "")
        for month in ("Dec" if i == 40 else "Jan" if i == 80 else "" for i in range(18 * 7))
    ]
    drawings = calendar(days, 0)
    assert [[(month.text, month.year) for month in weeks.months] for weeks in drawings] == [
        [("Dec", "")],
        [("Jan", "")],
        [],
    ]
