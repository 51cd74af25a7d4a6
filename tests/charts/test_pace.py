"""What is used beyond the marker of time is hot."""

from decimal import Decimal

import pytest

from tally.charts.pace import pace_bar


@pytest.mark.parametrize(
    ("used", "elapsed", "drawn"),
    [
        ("72", "73", (72, 0, 73)),
        ("90", "73", (73, 17, 73)),
        ("200", "50", (25, 75, 25)),
        ("200", "100", (50, 50, 50)),
        ("0", "3", (0, 0, 3)),
        ("100", "100", (100, 0, 100)),
    ],
)
def test_the_part_of_a_bar_beyond_the_marker_of_time_is_hot(
    used: str, elapsed: str, drawn: tuple[float, float, float]
) -> None:
    pace = pace_bar(Decimal(used), Decimal(elapsed))
    assert (pace.used, pace.hot, pace.marker) == drawn
