"""The column charts: a large one with its axis, and the small one of a card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tally.charts.axes import Label, nice_ticks, percent
from tally.charts.bars import BEFORE_BAR, NARROW_BAR, WIDE_BAR, Bar, bars_of, places
from tally.charts.rounding import WriteNumber
from tally.charts.series import (
    Grid,
    Point,
    Spot,
    Stretch,
    Strip,
    axis_labels,
    grid_lines,
    height_of,
    unknown_strips,
    y_of,
)
from tally.charts.stretches import DrawnStretch, drawn_stretches, stretch_paths

HALF_LETTER = 1.5  # percent of the narrowest drawing


class CapOver(NamedTuple):
    """The level of a stretch of the previous period: a line in front of this period's columns."""

    x: float
    end: float
    y: float


@dataclass(frozen=True, slots=True)
class SmallColumns:
    """The chart of a card: one path for each kind of mark, in a box of 1000 by 1000 units.

    edges: the hairlines between the days of a stretch. unknown: where nobody has read.
    """

    full: str
    open: str
    gap: str
    ahead: str
    share: str
    edges: str
    caps: str
    unknown: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """A column chart: `peak` is the label on the highest column, `mean` a level to compare.

    before, before_caps: the pale columns of the period before and a line on each; share, edges,
    caps: the stretches, as in SmallColumns. All are paths in a box of 10 000 by 10 000 units.
    """

    bars: tuple[Bar, ...]
    stretches: tuple[DrawnStretch, ...]
    unknown: tuple[Strip, ...]
    caps_over: tuple[CapOver, ...]
    before: str
    before_caps: str
    share: str
    edges: str
    caps: str
    grid: tuple[Grid, ...]
    labels: tuple[Label, ...]
    peak: Spot | None
    mean: float | None
    limit: float | None
    elapsed: float  # x up to which time has passed


class Levels(NamedTuple):
    """Lines across a chart, in the unit of its values, a bucket."""

    mean: Decimal | None = None
    limit: Decimal | None = None


NO_LEVELS = Levels()


def columns(
    points: Sequence[Point],
    write: WriteNumber,
    *,
    strides: Sequence[int] = (1, 2, 7, 14),
    levels: Levels = NO_LEVELS,
    peak: str = "",
    stretches: Sequence[Stretch] = (),
    before: Sequence[Stretch] = (),
) -> Columns:
    """Draw a series with its axis. `peak` is written over the highest column.

    The period before stands behind where any point has a `before`; its stretches (`before`) are
    lines in front. stretches: amounts from records of several days, one mark each.
    """
    ticks = _ticks(points, before, levels)
    top = ticks[-1]
    has_before = any(p.before is not None for p in points)
    bars = bars_of(points, top, NARROW_BAR if has_before else WIDE_BAR)
    pale = _pale(points, top) if has_before else _Pale()
    drawn = drawn_stretches(stretches, top, len(points))
    paths = stretch_paths(drawn, 100)
    room = _room(points)
    middles = (percent((i + 0.5) * room) for i in range(len(points)))
    return Columns(
        bars=bars,
        stretches=drawn,
        unknown=unknown_strips(points),
        caps_over=_caps_over(points, before, top),
        before=pale.columns,
        before_caps=pale.caps,
        share=paths.share,
        edges=paths.edges,
        caps=paths.caps,
        grid=grid_lines(ticks, write),
        labels=axis_labels(points, middles, strides),
        peak=_peak(points, bars, peak) if peak and not stretches else None,
        mean=None if levels.mean is None else y_of(levels.mean, top),
        limit=None if levels.limit is None else y_of(levels.limit, top),
        elapsed=_elapsed(points),
    )


def _ticks(points: Sequence[Point], before: Sequence[Stretch], levels: Levels) -> Sequence[Decimal]:
    """The numbers of the axis, up to the highest mark; whole ones where all sums are."""
    values = [p.value for p in points if p.value is not None]
    marks = [*values, *(p.before for p in points if p.before is not None)]
    marks += [stretch.value for stretch in before]
    marks += [level for level in levels if level is not None]
    return nice_ticks(max(marks, default=Decimal(0)), whole=all(v == v // 1 for v in values))


def _caps_over(
    points: Sequence[Point], before: Sequence[Stretch], top: Decimal
) -> tuple[CapOver, ...]:
    """The lines of the stretches of the period before, which may be longer than this one."""
    room = _room(points)
    return tuple(
        CapOver(
            percent(stretch.start * room),
            percent((stretch.start + stretch.length) * room),
            y_of(stretch.value, top),
        )
        for stretch in before
        if stretch.start < len(points)
    )


def _room(points: Sequence[Point]) -> float:
    """The room of each column, in percent of the drawing."""
    return 100 / max(len(points), 1)


def _elapsed(points: Sequence[Point]) -> float:
    """The x up to which time has passed."""
    last = max((i for i, p in enumerate(points) if p.value is not None or p.unknown), default=-1)
    return percent((last + 1) * _room(points))


def _peak(points: Sequence[Point], bars: Sequence[Bar], text: str) -> Spot | None:
    """The text on the highest column; near an edge it begins or ends at its column."""
    measured = [i for i, p in enumerate(points) if p.value is not None and not p.spread]
    if not measured:
        return None
    bar = bars[max(measured, key=lambda i: points[i].value or Decimal(0))]
    place, half = bar.place, HALF_LETTER * len(text)
    if place.middle < half:
        return Spot(place.x, bar.y, text)
    if place.middle > 100 - half:
        return Spot(percent(place.x + place.width), bar.y, text, "end")
    return Spot(place.middle, bar.y, text, "middle")


class _Pale(NamedTuple):
    """The paths of the period before: its columns, and a line on each."""

    columns: str = ""
    caps: str = ""


def _pale(points: Sequence[Point], top: Decimal) -> _Pale:
    columns, caps = "", ""
    for point, place in zip(points, places(len(points), BEFORE_BAR), strict=True):
        if point.before:
            x, width = round(100 * place.x), round(100 * place.width)
            y = round(100 * (100 - height_of(point.before, top)))
            columns += f"M{x} 10000V{y}h{width}V10000z"
            caps += f"M{x} {y}h{width}"
    return _Pale(columns, caps)


class _Stroke(NamedTuple):
    """A stroke of a path: its beginning, the commands from there, and its last x at the same y."""

    x: int
    y: int
    drawn: str
    end: int


def small_columns(points: Sequence[Point], stretches: Sequence[Stretch] = ()) -> SmallColumns:
    """Draw a series without an axis, the highest column as high as the drawing."""
    top = max((p.value for p in points if p.value is not None), default=Decimal(0)) or Decimal(1)
    strokes: dict[str, list[_Stroke]] = {"full": [], "open": [], "gap": [], "ahead": []}
    for bar in bars_of(points, top, WIDE_BAR):
        x, width = round(10 * bar.place.x), round(10 * bar.place.width)
        y, base = round(10 * bar.y), round(10 * (bar.y + bar.height))
        if bar.kind in ("gap", "ahead"):
            strokes[bar.kind].append(_Stroke(x, 1000, f"h{width}", x + width))
        elif bar.kind != "unknown" and bar.height:
            strokes[bar.kind].append(_Stroke(x, base, f"V{y}h{width}V{base}", x + width))
    paths = stretch_paths(drawn_stretches(stretches, top, len(points)), 10)
    return SmallColumns(
        full=_area_of(strokes["full"]),
        open="".join(f"M{x} {base}{sides}z" for x, base, sides, _ in strokes["open"]),
        gap=_line_of(strokes["gap"]),
        ahead=_line_of(strokes["ahead"]),
        share=paths.share,
        edges=paths.edges,
        caps=paths.caps,
        unknown=unknown_strips(points),
    )


def _line_of(strokes: Sequence[_Stroke]) -> str:
    """One path of several strokes, each begun from the end of the one before."""
    path, at = "", None
    for stroke in strokes:
        path += _move(at, stroke) + stroke.drawn
        at = stroke
    return path


def _area_of(strokes: Sequence[_Stroke]) -> str:
    """The same without an outline: a line along the foot of the columns adds nothing to it."""
    path, at = "", None
    for stroke in strokes:
        path += f"h{stroke.x - at.end}" if at and at.y == stroke.y else _move(at, stroke)
        path += stroke.drawn
        at = stroke
    return path


def _move(at: _Stroke | None, stroke: _Stroke) -> str:
    """The way to the beginning of a stroke, from the end of the one before."""
    return f"m{stroke.x - at.end} {stroke.y - at.y}" if at else f"M{stroke.x} {stroke.y}"
