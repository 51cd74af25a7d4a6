"""Whatever the numbers, columns stay inside their drawing, and the highest is marked."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.charts.columns import CapOver, Levels, columns, small_columns
from tally.charts.series import MIN_HEIGHT, Point, Spot, Stretch, Strip
from tests.charts.amounts import amounts, formatter


@st.composite
def series(draw: st.DrawFn) -> list[Point]:
    values = draw(st.lists(amounts, max_size=62))
    ahead = draw(st.integers(0, 30))
    before = draw(st.lists(st.none() | amounts, min_size=92, max_size=92))
    return [
        Point(value, before[i], open=bool(ahead) and i == len(values) - 1, text=str(i))
        for i, value in enumerate([*values, *[None] * ahead])
    ]


@pytest.mark.slow
@given(series(), st.none() | amounts, st.none() | amounts)
def test_columns_stay_inside(
    points: list[Point], mean: Decimal | None, limit: Decimal | None
) -> None:
    chart = columns(points, formatter, levels=Levels(mean, limit), peak="most")
    assert len(chart.bars) == len(points)
    for point, bar in zip(points, chart.bars, strict=True):
        assert 0 <= bar.place.left <= bar.place.x
        assert bar.place.x + bar.place.width <= 100.02
        assert bar.y + bar.height == pytest.approx(100, abs=0.02)
        assert (bar.height > 0) == bool(point.value)
        assert bar.kind == (
            "ahead"
            if point.value is None
            else "gap"
            if not point.value
            else "open"
            if point.open
            else "full"
        )
    for one, other in pairwise(chart.bars):
        assert one.place.x + one.place.width <= other.place.x + 0.02
    caps = re.findall(r"M(\d+) (\d+)h(\d+)", chart.before_caps)
    assert len(caps) == sum(bool(p.before) for p in points)
    assert chart.before == "".join(f"M{x} 10000V{y}h{width}V10000z" for x, y, width in caps)
    assert all(int(y) <= 10_000 and int(x) + int(width) <= 10_002 for x, y, width in caps)
    levels = [line.y for line in chart.grid] + [
        level for level in (chart.mean, chart.limit) if level is not None
    ]
    assert all(0 <= level <= 100 for level in levels)
    assert sum(bar.first for bar in chart.bars) == any(p.value for p in points)


def test_higher_values_have_higher_columns_and_the_peak_stands_on_the_highest() -> None:
    chart = columns([Point(Decimal(v)) for v in (3, 20, 7)], formatter, peak="20")
    assert [bar.height for bar in chart.bars] == [15.0, 100.0, 35.0]
    assert [line.text for line in chart.grid] == ["0", "5", "10", "15", "20"]
    assert chart.peak == Spot(50, 0, "20", "middle")


def test_the_text_on_a_column_at_the_edge_begins_or_ends_with_it() -> None:
    falling = [Point(Decimal(v)) for v in range(20, 0, -1)]
    first = columns(falling, formatter, peak="20")
    last = columns(falling[::-1], formatter, peak="20")
    left, right = first.bars[0].place, last.bars[-1].place
    assert first.peak == Spot(left.x, 0, "20")
    assert last.peak == Spot(right.x + right.width, 0, "20", "end")


def test_a_short_text_stands_over_the_middle_of_its_column() -> None:
    month = [Point(Decimal(5 if day == 3 else 1)) for day in range(1, 31)]
    chart = columns(month, formatter, peak="5")
    assert chart.peak == Spot(chart.bars[2].place.middle, chart.bars[2].y, "5", "middle")


def test_long_numbers_get_more_room_beside_the_drawing() -> None:
    assert any(line.wide for line in columns([Point(Decimal("0.000001"))], formatter).grid)
    assert not any(line.wide for line in columns([Point(Decimal("9e11"))], formatter).grid)


def test_a_tiny_sum_among_large_ones_still_shows() -> None:
    small = small_columns([Point(Decimal("0.000001")), Point(Decimal(10) ** 12)])
    least = 1000 - round(10 * MIN_HEIGHT)
    assert [int(y) for y in re.findall(r"V(\d+)", small.full)[::2]] == [least, 0]


def test_columns_without_points() -> None:
    chart = columns([], formatter)
    assert chart.bars == ()
    assert small_columns([]).full == ""


def test_a_mark_is_reached_by_tab_where_all_columns_are_empty() -> None:
    points = [Point(Decimal(0)), Point(None, before=Decimal(3), words="before", href="/list")]
    assert [bar.first for bar in columns(points, formatter).bars] == [False, True]


def spread_points(shares: list[Decimal], measured: list[Decimal]) -> list[Point]:
    return [Point(share + more, spread=share) for share, more in zip(shares, measured, strict=True)]


def test_small_columns_are_one_area_as_long_as_they_stand_on_one_line() -> None:
    shares, measured = [Decimal(0)] * 2 + [Decimal(5)], [Decimal(5)] * 3
    small = small_columns(spread_points(shares, measured))
    columns_on_the_foot = "M111 1000V500h111V1000h222V500h111V1000"
    assert small.full == f"{columns_on_the_foot}m223 -500V0h111V500"


def test_a_stretch_is_one_mark_and_what_was_measured_stands_on_it() -> None:
    points = spread_points(
        [Decimal(5)] * 3 + [Decimal(0)], [Decimal(0), Decimal(5), *[Decimal(0)] * 2]
    )
    points.append(Point(None, unknown=True))
    stretch = Stretch(0, 3, Decimal(5), begins=False, words="5 a day", href="/list", text="15")
    chart = columns(points, formatter, stretches=[stretch])
    (drawn,) = chart.stretches
    assert (drawn.x, drawn.y, drawn.height) == (0, 50, 50)
    assert drawn.end < 60 and drawn.edges == (20, 40)
    assert [bar.kind for bar in chart.bars] == ["share", "full", "share", "gap", "unknown"]
    assert (chart.bars[1].y, chart.bars[1].height) == (0, 50)
    assert chart.unknown == (Strip(80, 20),)
    assert chart.elapsed == 100
    small = small_columns(points, [stretch])
    assert small.share == f"M0 1000V500H{round(10 * drawn.end)}V1000z"
    assert small.edges == "M200 1000V500M400 1000V500"
    assert small.caps == f"M0 500H{round(10 * drawn.end)}"
    assert small.full == "M244 500V0h111V500"


def test_an_area_begins_from_where_the_one_before_began() -> None:
    months = [Stretch(n, 1, Decimal(n + 1), begins=False, ends=False) for n in range(4)]
    small = small_columns([Point(Decimal(4), spread=Decimal(4))] * 4, months)
    assert small.share == (
        "M0 1000V750H250V1000z"
        "m250 0V500H500V1000z"
        "m250 0V250H750V1000z"
        "m250 0V0H1000V1000z"
    )  # fmt: skip


def test_the_days_before_and_those_of_a_step() -> None:
    before = Stretch(1, 2, Decimal(8))
    step = Stretch(0, 2, Decimal(4), begins=False, ends=False, hairlines=False)
    chart = columns([Point(Decimal(4), spread=Decimal(4))] * 2, formatter, stretches=[step],
                             before=[before])  # fmt: skip
    assert chart.caps_over == (CapOver(50, 100, 0),)
    assert (chart.share, chart.edges) == ("M0 10000V5000H10000V10000z", "M10000 10000V5000")
