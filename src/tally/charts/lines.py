"""The chart of a running total, beside the period before, a limit and a projection. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tally.charts.axes import Label, nice_ticks, percent, spread
from tally.charts.rounding import WriteNumber
from tally.charts.series import (
    Grid,
    Point,
    Spot,
    Strip,
    anchor_at,
    axis_labels,
    grid_lines,
    unknown_strips,
    y_of,
)

HANGS_BEFORE = 76  # percent: up to here the current total has room to the right of its point
TEXT_HEIGHT = 9.0  # percent: a line of text


@dataclass(frozen=True, slots=True)
class End:
    """A label at the end of a line, moved so that it touches no other. name: its line."""

    name: str
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the running total, and the strip around it whose text shows its value.

    past: it belongs to the period before, since this one has not reached it yet.
    """

    left: float
    room: float
    x: float
    y: float
    anchor: str
    words: str
    href: str
    first: bool
    past: bool
    read: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """A running total; paths in a box of 1000 by 1000 units, stretched over the drawing."""

    current: str
    before: str
    projection: str
    limit: float | None
    unknown: tuple[Strip, ...]
    steps: tuple[Step, ...]
    total: Spot | None  # the current one at its point: below it, or above where there is no room
    grid: tuple[Grid, ...]
    labels: tuple[Label, ...]
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """The last value of a line and the text that names it there."""

    value: Decimal
    text: str


class Endings(NamedTuple):
    """The ends of a running total's other lines; `before` is the whole previous period's."""

    before: Ending | None = None
    limit: Ending | None = None
    projection: Ending | None = None


NO_ENDINGS = Endings()


def lines(
    points: Sequence[Point],
    write: WriteNumber,
    *,
    strides: Sequence[int] = (1, 2, 7, 14),
    total: str,
    endings: Endings = NO_ENDINGS,
) -> Lines:
    """Draw a running total from 0 on the left: the points hold the sums so far.

    `total` is the current one in words.
    """
    sums = [p.value for p in points if p.value is not None]
    before, limit, projection = endings
    levels = [*sums[-1:], *(ending.value for ending in endings if ending)]
    ticks = nice_ticks(max(levels, default=Decimal(0)))
    top = ticks[-1]
    x, y = _x(len(sums), points), y_of(sums[-1], top) if sums else 100.0
    running = len(sums) < len(points)
    named = [("current", y, total)] if sums and total and not running else []
    for name, ending in zip(Endings._fields, endings, strict=True):
        if ending:
            named.append((name, y_of(ending.value, top), ending.text))
    places = spread([at for _, at, _ in named], TEXT_HEIGHT, 2, 98)
    return Lines(
        current=_path(sums, points, top),
        before=_before_path(points, before, top),
        projection=f"M{10 * x:.1f} {10 * y:.1f}L1000 {10 * y_of(projection.value, top):.1f}"
        if projection and running
        else "",
        limit=y_of(limit.value, top) if limit else None,
        unknown=unknown_strips(points),
        steps=_steps(points, len(sums), top),
        total=_total(x, y, total) if sums and total and running else None,
        grid=grid_lines(ticks, write),
        labels=axis_labels(points, (_x(i + 1, points) for i in range(len(points))), strides),
        ends=tuple(
            End(name, place, text) for (name, _, text), place in zip(named, places, strict=True)
        ),
    )


def _total(x: float, y: float, text: str) -> Spot:
    """The label of a total that goes on. Below its point it would reach into the axis near 0."""
    if x < HANGS_BEFORE:
        return Spot(x, min(y, 100 - 2 * TEXT_HEIGHT), text, "start")
    return Spot(x, y, text, "end")


def _steps(points: Sequence[Point], count: int, top: Decimal) -> tuple[Step, ...]:
    half = 50 / max(len(points), 1)
    steps = []
    for i, point in enumerate(points):
        value = point.before if point.value is None else point.value
        if value is None:
            break
        if point.unknown and not point.words:
            continue
        x = _x(i + 1, points)
        left = percent(x - half) if i else 0.0
        steps.append(
            Step(
                left=left,
                room=percent(min(x + half, 100) - left),
                x=x,
                y=y_of(value, top),
                anchor=anchor_at(x),
                words=point.words,
                href=point.href,
                first=i == count - 1,
                past=i >= count,
                read=point.read and i < count,
            )
        )
    return tuple(steps)


def _before_path(points: Sequence[Point], before: Ending | None, top: Decimal) -> str:
    sums = [p.before for p in points if p.before is not None] if before else []
    if before and sums and len(sums) == len(points):
        # A longer previous period ends at its own total, even with its last buckets cut off.
        sums[-1] = before.value
    return _path(sums, points, top)


def _x(bucket: int, points: Sequence[Point]) -> float:
    return percent(100 * bucket / max(len(points), 1))


def _path(sums: Sequence[Decimal], points: Sequence[Point], top: Decimal) -> str:
    """Return a path through the sums, from 0 on the left."""
    places = [
        f"{10 * _x(i + 1, points):.1f} {10 * y_of(value, top):.1f}" for i, value in enumerate(sums)
    ]
    return "M0 1000L" + " ".join(places) if places else ""
