"""Whatever the numbers, the charts stay inside their drawing, round and legible."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.charts import axes, geometry
from tally.charts.axes import APART, CHARACTER, WIDTHS, AxisMark
from tally.charts.geometry import DrawnDay, Ending, Endings, Levels, Point, Spot, Stretch

amounts = st.decimals(0, Decimal(10) ** 15, places=6, allow_nan=False, allow_infinity=False)
positions = st.floats(0, 100, allow_nan=False)


def say(value: Decimal) -> str:
    return f"{value.normalize():f}"


# Axes


@given(amounts, st.integers(2, 10), st.booleans())
def test_ticks_cover_the_highest_value_in_few_round_steps(
    highest: Decimal, most: int, whole: bool
) -> None:
    ticks = axes.nice_ticks(highest, most, whole)
    step = ticks[1]
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert not highest or ticks[-2] < highest
    assert 2 <= len(ticks) <= most + 1
    assert len({b - a for a, b in pairwise(ticks)}) == 1
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert not whole or step >= 1


@given(amounts)
def test_texts_of_ticks_are_short_and_all_different(highest: Decimal) -> None:
    ticks = axes.nice_ticks(highest)
    texts = axes.tick_texts(ticks, say)
    assert len(set(texts)) == len(texts)
    if highest >= Decimal("0.001"):
        assert max(map(len, texts)) <= 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.000001", "0.000001"),
        ("0.123456", "0.1235"),
        ("17.8", "17.8"),
        ("9999.4", "9999"),
        ("9999.9", "10k"),
        ("12345", "12.3k"),
        ("999949", "1M"),
        ("999499", "999k"),
        ("1234567", "1.23M"),
        ("999999999999", "1T"),
        ("1234567890123456789", "1230P"),
    ],
)
def test_short_numbers(value: str, text: str) -> None:
    assert axes.short(Decimal(value), say) == text


@given(amounts, st.integers(1, 8))
def test_significant_digits(value: Decimal, digits: int) -> None:
    rounded = axes.significant(value, digits)
    assert len(rounded.normalize().as_tuple().digits) <= digits
    if value:
        assert abs(rounded - value) <= Decimal("0.5").scaleb(value.adjusted() - digits + 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("0.1325", "0.13"), ("2.864", "2.9"), ("10.49", "10.5"), ("314.7", "315")],
)
def test_averages_are_rounded_for_the_eye(value: str, text: str) -> None:
    assert say(axes.for_the_eye(Decimal(value))) == text


@given(
    st.lists(
        st.builds(AxisMark, positions, st.text("m1", max_size=8), st.integers(0, 3)),
        max_size=60,
    )
)
def test_labels_never_touch_at_any_width(marks: list[AxisMark]) -> None:
    marks.sort(key=lambda mark: mark.at)
    labels = axes.thin(marks, (1, 2, 7, 14))
    for name, width in WIDTHS:
        shown = [label for label in labels if name in label.shown.split()]
        for one, other in pairwise(shown):
            room = (len(one.text) + len(other.text)) / 2 * CHARACTER + APART
            assert (other.at - one.at) / 100 * width >= room
    lowest = [mark for mark in marks if mark.text]
    assert bool(labels) == bool(lowest)


@given(st.lists(positions, max_size=8), st.floats(0.1, 40))
def test_labels_at_line_ends_are_spread_apart(wanted: list[float], apart: float) -> None:
    places = axes.spread(wanted, apart, 2, 98)
    room = min(apart, 96 / max(len(wanted) - 1, 1))
    assert all(2 <= place <= 98 for place in places)
    assert all(b - a >= room - 0.02 for a, b in pairwise(sorted(places)))
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert [places[i] for i in order] == sorted(places)


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert axes.spread([10, 50, 90], 9, 2, 98) == [10, 50, 90]


# Geometry


@st.composite
def series(draw: st.DrawFn) -> list[Point]:
    values = draw(st.lists(amounts, max_size=62))
    ahead = draw(st.integers(0, 30))
    before = draw(st.lists(st.none() | amounts, min_size=92, max_size=92))
    return [
        Point(value, before[i], open=bool(ahead) and i == len(values) - 1, text=str(i))
        for i, value in enumerate([*values, *[None] * ahead])
    ]


@given(series(), st.none() | amounts, st.none() | amounts)
def test_columns_stay_inside(
    points: list[Point], mean: Decimal | None, limit: Decimal | None
) -> None:
    chart = geometry.columns(points, say, levels=Levels(mean, limit), peak="most")
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
    for before in chart.before:
        assert 0 <= before.x <= before.end <= 100.02
        assert 0 <= before.y <= 100
    levels = [line.y for line in chart.grid] + [
        level for level in (chart.mean, chart.limit) if level is not None
    ]
    assert all(0 <= level <= 100 for level in levels)
    assert sum(bar.first for bar in chart.bars) == any(p.value for p in points)


def test_higher_values_have_higher_columns_and_the_peak_stands_on_the_highest() -> None:
    chart = geometry.columns([Point(Decimal(v)) for v in (3, 20, 7)], say, peak="20")
    assert [bar.height for bar in chart.bars] == [15.0, 100.0, 35.0]
    assert [line.text for line in chart.grid] == ["0", "5", "10", "15", "20"]
    assert chart.peak == Spot(50, 0, "20", "middle")


def test_the_text_on_a_column_at_the_edge_begins_or_ends_with_it() -> None:
    falling = [Point(Decimal(v)) for v in range(20, 0, -1)]
    first = geometry.columns(falling, say, peak="20")
    last = geometry.columns(falling[::-1], say, peak="20")
    left, right = first.bars[0].place, last.bars[-1].place
    assert first.peak == Spot(left.x, 0, "20")
    assert last.peak == Spot(right.x + right.width, 0, "20", "end")


def test_long_numbers_get_more_room_beside_the_drawing() -> None:
    assert any(line.wide for line in geometry.columns([Point(Decimal("0.000001"))], say).grid)
    assert not any(line.wide for line in geometry.columns([Point(Decimal("9e11"))], say).grid)


def test_a_tiny_sum_among_large_ones_still_shows() -> None:
    small = geometry.small_columns([Point(Decimal("0.000001")), Point(Decimal(10) ** 12)])
    least = 1000 - round(10 * geometry.MIN_HEIGHT)
    assert [int(y) for y in re.findall(r" (?:1000|0)V(\d+)", small.full)] == [least, 0]


def test_columns_without_points() -> None:
    chart = geometry.columns([], say)
    assert chart.bars == ()
    assert geometry.small_columns([]).full == ""


@st.composite
def running_totals(draw: st.DrawFn) -> list[Point]:
    def sums(values: list[Decimal]) -> list[Decimal | None]:
        return [sum(values[: i + 1], Decimal(0)) for i in range(len(values))]

    size = draw(st.integers(1, 62))
    current = sums(draw(st.lists(amounts, max_size=size)))
    before = sums(draw(st.lists(amounts, max_size=size)))
    pad: list[Decimal | None] = [None] * size
    return [
        Point(value, past, text=str(i))
        for i, (value, past) in enumerate(
            zip((current + pad)[:size], (before + pad)[:size], strict=True)
        )
    ]


endings = st.none() | st.builds(Ending, amounts, st.just("end"))


@given(running_totals(), endings, endings, st.none() | amounts)
def test_lines_stay_inside_and_their_labels_apart(
    points: list[Point], limit: Ending | None, projection: Ending | None, more: Decimal | None
) -> None:
    last = max((p.before for p in points if p.before is not None), default=Decimal(0))
    chart = geometry.lines(
        points,
        say,
        total="so far",
        endings=Endings(
            before=None if more is None else Ending(last + more, "before"),
            limit=limit,
            projection=projection,
        ),
    )
    for path in (chart.current, chart.before, chart.projection):
        for number in path.replace("M", "").replace("L", " ").split():
            assert 0 <= float(number) <= 1000
    now = sum(p.value is not None for p in points)
    either = sum(p.value is not None or p.before is not None for p in points)
    assert [step.past for step in chart.steps] == [i >= now for i in range(either)]
    for step in chart.steps:
        assert 0 <= step.left <= step.x <= 100
        assert step.left + step.room <= 100.02
    heights = sorted(end.y for end in chart.ends)
    assert all(b - a >= 8.98 for a, b in pairwise(heights))


def test_the_total_stands_at_its_point_and_at_the_end_of_a_finished_period() -> None:
    def total(days: int) -> tuple[Spot | None, list[str]]:
        points = [Point(Decimal(n) if n < days else None) for n in range(30)]
        chart = geometry.lines(points, say, total="total")
        return chart.total, [end.name for end in chart.ends]

    assert total(0) == (None, [])
    assert total(10) == (Spot(33.33, 10, "total"), [])
    assert total(28) == (Spot(93.33, 10, "total", "end"), [])
    assert total(30) == (None, ["current"])


def test_a_total_near_zero_stands_above_the_axis() -> None:
    points = [Point(Decimal(1))] + [Point(None)] * 30
    much = Endings(Ending(Decimal(722), "2026 722"))
    assert geometry.lines(points, say, total="1", endings=much).total == Spot(3.23, 82, "1")


def test_a_mark_is_reached_by_tab_where_all_columns_are_empty() -> None:
    points = [Point(Decimal(0)), Point(None, before=Decimal(3), words="before", href="/list")]
    assert [bar.first for bar in geometry.columns(points, say).bars] == [False, True]


def test_a_longer_period_before_ends_at_its_own_total() -> None:
    points = [Point(Decimal(n), Decimal(n)) for n in range(28)]
    chart = geometry.lines(
        points, say, total="", endings=Endings(Ending(Decimal(40), "January 40"))
    )
    assert chart.before.endswith("1000.0 0.0")


@given(st.lists(st.none() | amounts, min_size=7, max_size=7))
def test_weekday_bars(values: list[Decimal | None]) -> None:
    bars = geometry.weekday_bars(values, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], say)
    assert all(0 <= bar.width <= 100 for bar in bars)
    assert all(b.y >= a.y + a.height for a, b in pairwise(bars))
    assert [bar.text == "" for bar in bars] == [value is None for value in values]


@given(st.integers(1, 371), st.integers(0, 6), st.integers(1, 4))
def test_every_day_has_its_own_place_in_the_calendar(count: int, skip: int, pieces: int) -> None:
    days = [
        DrawnDay(i % 6, i == count - 1, str(i), "Nov" if i % 30 == 0 else "") for i in range(count)
    ]
    drawings = geometry.calendar(days, skip, pieces)
    assert len(drawings) <= pieces
    words = [text for weeks in drawings for text in weeks.words]
    assert words == [str(i) for i in range(count)]
    for weeks in drawings:
        places = [
            (int(x), int(y), step)
            for step, path in enumerate(weeks.steps)
            for x, y in re.findall(r"M(\d+) (\d+)", path)
        ]
        assert len({place[:2] for place in places}) == len(places) == len(weeks.words)
        assert all(x < 12 * weeks.count and y < 84 for x, y, _ in places)
        for x, y, step in places:
            assert (weeks.begin + 7 * (x // 12) + y // 12) % 6 == step
    assert sum(bool(weeks.now) for weeks in drawings) == 1


def spread_points(shares: list[Decimal], measured: list[Decimal]) -> list[Point]:
    return [Point(share + more, spread=share) for share, more in zip(shares, measured, strict=True)]


def test_a_stretch_is_one_mark_and_what_was_measured_stands_on_it() -> None:
    points = spread_points(
        [Decimal(5)] * 3 + [Decimal(0)], [Decimal(0), Decimal(5), *[Decimal(0)] * 2]
    )
    points.append(Point(None, unknown=True))
    stretch = Stretch(0, 3, Decimal(5), begins=False, words="5 a day", href="/list", text="15")
    chart = geometry.columns(points, say, stretches=[stretch])
    (span,) = chart.spans
    assert (span.x, span.y, span.height) == (0, 50, 50)
    assert span.end < 60 and span.edges == (20, 40)
    assert [bar.kind for bar in chart.bars] == ["share", "full", "share", "gap", "unknown"]
    assert (chart.bars[1].y, chart.bars[1].height) == (0, 50)
    assert chart.unknown == (geometry.Strip(80, 20),)
    assert chart.elapsed == 100
    small = geometry.small_columns(points, [stretch])
    assert small.share == f"M0 1000V500H{round(10 * span.end)}V1000z"
    assert small.edges == "M200 1000V500M400 1000V500"
    assert small.caps == f"M0 500H{round(10 * span.end)}"
    assert small.full == "M244 500V0h111V500"


def test_the_days_before_and_those_of_a_step() -> None:
    before = Stretch(1, 2, Decimal(8))
    step = Stretch(0, 2, Decimal(4), begins=False, ends=False, hairlines=False)
    chart = geometry.columns([Point(Decimal(4), spread=Decimal(4))] * 2, say, stretches=[step],
                             before=[before])  # fmt: skip
    assert chart.caps_over == (geometry.CapOver(50, 100, 0),)
    assert chart.spans[0].edges == (100,)


def test_a_running_total_is_certain_where_somebody_read() -> None:
    points = [Point(Decimal(1), read=True), Point(Decimal(2)), Point(None, unknown=True)]
    chart = geometry.lines(points, say, total="2")
    assert [step.read for step in chart.steps] == [True, False]
    assert chart.unknown == (geometry.Strip(66.67, 33.33),)


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
def test_what_is_used_beyond_the_marker_of_time_is_hot(
    used: str, elapsed: str, drawn: tuple[float, float, float]
) -> None:
    pace = geometry.pace(Decimal(used), Decimal(elapsed))
    assert (pace.used, pace.hot, pace.marker) == drawn
