"""A series of buckets, and the marks that its charts share, in percent of the drawing. Pure.

x runs from the left, y from the top. Words come from the caller; no chart knows dates or users.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tally.charts.axes import ORDINARY, AxisMark, Label, percent, share, thin, tick_texts
from tally.charts.rounding import WriteNumber

MIN_HEIGHT = 1.2  # percent: the smallest sum above zero still shows
MAX_TICK = 5  # characters


class Point(NamedTuple):
    """One bucket of a series.

    value: None for a bucket that has not begun, or is unknown; a running total goes on through
    unknown ones. spread: the part of the value that comes from records of several days. why: the
    reason why a bucket is unknown, in words.
    """

    value: Decimal | None
    before: Decimal | None = None
    open: bool = False  # holds today: not over
    words: str = ""  # what is read out: "Sat 14 Nov: 17.8"
    href: str = ""  # its records
    text: str = ""  # under the axis
    rank: int = ORDINARY  # of that text
    amount: str = ""  # its value in figures
    spread: Decimal = Decimal(0)
    unknown: bool = False
    why: str = ""
    read: bool = False  # a running total is certain here


class Stretch(NamedTuple):
    """Consecutive buckets with an equal amount from the same records: one mark for all of them.

    value: the amount of each bucket. begins, ends: whether the first and the last day of the
    records are in the drawing.
    """

    start: int
    length: int
    value: Decimal
    begins: bool = True
    ends: bool = True
    words: str = ""
    href: str = ""
    text: str = ""  # what is written into it where it is wide enough
    hairlines: bool = True  # between its buckets; else one at its end


@dataclass(frozen=True, slots=True)
class Grid:
    """A line across the drawing with its number."""

    y: float
    text: str

    @property
    def wide(self) -> bool:
        """Whether the number needs more room beside the drawing than usual."""
        return len(self.text) > MAX_TICK


@dataclass(frozen=True, slots=True)
class Spot:
    """A text at a place of the drawing; anchor: which part of it stands there."""

    x: float
    y: float
    text: str
    anchor: str = "start"


class Strip(NamedTuple):
    """A part of the drawing from left to right, over its full height, and the words for it."""

    x: float
    width: float
    words: str = ""


def height_of(value: Decimal | None, top: Decimal) -> float:
    """The height of a sum where `top` is as high as the drawing."""
    return max(share(value, top), MIN_HEIGHT) if value else 0.0


def y_of(value: Decimal, top: Decimal) -> float:
    """The y of a value."""
    return percent(100 - share(value, top))


def grid_lines(ticks: Sequence[Decimal], write: WriteNumber) -> tuple[Grid, ...]:
    """A line across the drawing for each tick."""
    return tuple(
        Grid(y_of(tick, ticks[-1]), text)
        for tick, text in zip(ticks, tick_texts(ticks, write), strict=True)
    )


def axis_labels(
    points: Sequence[Point], places: Iterable[float], strides: Sequence[int]
) -> tuple[Label, ...]:
    """The texts of the points at their places on the axis, that of today in strong type."""
    marks = [AxisMark(at, p.text, p.rank) for at, p in zip(places, points, strict=True)]
    return tuple(thin(marks, strides, [i for i, p in enumerate(points) if p.open]))


def anchor_at(x: float) -> str:
    """Which part of a text stands at x, so that it stays inside the drawing."""
    return "start" if x < 30 else "end" if x > 70 else "middle"


def unknown_strips(points: Sequence[Point]) -> tuple[Strip, ...]:
    """The strips of buckets in a row that are unknown for the same reason."""
    room = 100 / max(len(points), 1)
    strips: list[Strip] = []
    for i, point in enumerate(points):
        if not point.unknown:
            continue
        if i and points[i - 1].unknown and points[i - 1].why == point.why:
            strips[-1] = strips[-1]._replace(width=percent((i + 1) * room - strips[-1].x))
        else:
            strips.append(Strip(percent(i * room), percent(room), point.why))
    return tuple(strips)
