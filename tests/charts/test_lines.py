"""Whatever the numbers, a running total stays inside its drawing, and its labels apart."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tally.charts.lines import Ending, Endings, lines
from tally.charts.series import Point, Spot, Strip
from tests.charts.amounts import amounts, formatter


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
    chart = lines(
        points,
        formatter,
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
        chart = lines(points, formatter, total="total")
        return chart.total, [end.name for end in chart.ends]

    assert total(0) == (None, [])
    assert total(10) == (Spot(33.33, 10, "total"), [])
    assert total(28) == (Spot(93.33, 10, "total", "end"), [])
    assert total(30) == (None, ["current"])


def test_a_total_near_zero_stands_above_the_axis() -> None:
    points = [Point(Decimal(1))] + [Point(None)] * 30
    much = Endings(Ending(Decimal(722), "2026 722"))
    assert lines(points, formatter, total="1", endings=much).total == Spot(3.23, 82, "1")


def test_a_longer_period_before_ends_at_its_own_total() -> None:
    points = [Point(Decimal(n), Decimal(n)) for n in range(28)]
    chart = lines(points, formatter, total="", endings=Endings(Ending(Decimal(40), "January 40")))
    assert chart.before.endswith("1000.0 0.0")


def test_a_running_total_is_certain_where_somebody_read() -> None:
    points = [Point(Decimal(1), read=True), Point(Decimal(2)), Point(None, unknown=True)]
    chart = lines(points, formatter, total="2")
    assert [step.read for step in chart.steps] == [True, False]
    assert chart.unknown == (Strip(66.67, 33.33),)
