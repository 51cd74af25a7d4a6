"""The column charts: a large one with its axis, and the small one of a card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from tally.charts.axes import Label, WriteNumber, nice_ticks, percent
from tally.charts.bars import BEFORE_BAR, NARROW_BAR, WIDE_BAR, Bar, bars_of, places
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
from tally.charts.spans import DrawnSpan, paths_of, spans_of

HALF_LETTER = 1.5  # percent of the narrowest drawing


class CapOver(NamedTuple):
    """The level of a stretch of the previous period: a line in front of this period's columns."""

    x: float
    end: float
    y: float


@dataclass(frozen=True, slots=True)
class Small:
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
    caps: the stretches, as in Small. All are paths in a box of 10 000 by 10 000 units.
    """

    bars: tuple[Bar, ...]
    spans: tuple[DrawnSpan, ...]
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
    say: WriteNumber,
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
    values = [p.value for p in points if p.value is not None]
    known = [*values, *(p.before for p in points if p.before is not None)]
    known += [stretch.value for stretch in before]
    known += [level for level in levels if level is not None]
    ticks = nice_ticks(max(known, default=Decimal(0)), whole=all(v == v // 1 for v in values))
    top = ticks[-1]
    behind = any(p.before is not None for p in points)
    bars = bars_of(points, top, NARROW_BAR if behind else WIDE_BAR)
    elapsed = max((i for i, p in enumerate(points) if p.value is not None or p.unknown), default=-1)
    measured = [i for i, p in enumerate(points) if p.value is not None and not p.spread]
    tallest = max(measured, key=lambda i: points[i].value or Decimal(0), default=None)
    if stretches:
        tallest = None
    room = 100 / max(len(points), 1)
    pale, pale_caps = _before(points, top) if behind else ("", "")
    spans = spans_of(stretches, top, len(points))
    paths = paths_of(spans, 100)
    return Columns(
        bars=bars,
        spans=spans,
        unknown=unknown_strips(points),
        caps_over=tuple(
            CapOver(
                percent(stretch.start * room),
                percent((stretch.start + stretch.length) * room),
                y_of(stretch.value, top),
            )
            for stretch in before
            if stretch.start < len(points)
        ),
        before=pale,
        before_caps=pale_caps,
        share=paths.share,
        edges=paths.edges,
        caps=paths.caps,
        grid=grid_lines(ticks, say),
        labels=axis_labels(
            points, (percent((i + 0.5) * room) for i in range(len(points))), strides
        ),
        peak=_peak(bars[tallest], peak) if peak and tallest is not None else None,
        mean=None if levels.mean is None else y_of(levels.mean, top),
        limit=None if levels.limit is None else y_of(levels.limit, top),
        elapsed=percent((elapsed + 1) * room),
    )


def _peak(bar: Bar, text: str) -> Spot:
    """The text on the highest column; near an edge it begins or ends at its column."""
    place = bar.place
    half = HALF_LETTER * len(text)
    if place.middle < half:
        return Spot(place.x, bar.y, text)
    if place.middle > 100 - half:
        return Spot(percent(place.x + place.width), bar.y, text, "end")
    return Spot(place.middle, bar.y, text, "middle")


# A stroke of a path: its beginning (x, y), the commands drawn from there, and its last x,
# at the same y.
Stroke: TypeAlias = tuple[int, int, str, int]


def _path_of(strokes: Sequence[Stroke], filled: bool = False) -> str:
    """One path of several strokes, each begun from the end of the one before.

    filled: an area without an outline, so that the line along the foot of the columns adds nothing.
    """
    path, at = "", None
    for x, y, drawn, end in strokes:
        if at and filled and y == at[1]:
            path += f"h{x - at[0]}{drawn}"
        else:
            path += (f"m{x - at[0]} {y - at[1]}" if at else f"M{x} {y}") + drawn
        at = (end, y)
    return path


def small_columns(points: Sequence[Point], stretches: Sequence[Stretch] = ()) -> Small:
    """Draw a series without an axis, the highest column as high as the drawing."""
    top = max((p.value for p in points if p.value is not None), default=Decimal(0)) or Decimal(1)
    strokes: dict[str, list[Stroke]] = {"full": [], "open": [], "gap": [], "ahead": []}
    for bar in bars_of(points, top, WIDE_BAR):
        x, width = round(10 * bar.place.x), round(10 * bar.place.width)
        y, base = round(10 * bar.y), round(10 * (bar.y + bar.height))
        if bar.kind in ("gap", "ahead"):
            strokes[bar.kind].append((x, 1000, f"h{width}", x + width))
        elif bar.kind != "unknown" and bar.height:
            strokes[bar.kind].append((x, base, f"V{y}h{width}V{base}", x + width))
    paths = paths_of(spans_of(stretches, top, len(points)), 10)
    return Small(
        full=_path_of(strokes["full"], filled=True),
        open="".join(f"M{x} {base}{sides}z" for x, base, sides, _ in strokes["open"]),
        gap=_path_of(strokes["gap"]),
        ahead=_path_of(strokes["ahead"]),
        share=paths.share,
        edges=paths.edges,
        caps=paths.caps,
        unknown=unknown_strips(points),
    )


def _before(points: Sequence[Point], top: Decimal) -> tuple[str, str]:
    columns, caps = "", ""
    for point, place in zip(points, places(len(points), BEFORE_BAR), strict=True):
        if point.before:
            x, width = round(100 * place.x), round(100 * place.width)
            y = round(100 * (100 - height_of(point.before, top)))
            columns += f"M{x} 10000V{y}h{width}V10000z"
            caps += f"M{x} {y}h{width}"
    return columns, caps
