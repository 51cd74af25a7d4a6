"""The bars of a column chart, and their places. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from tally.charts.axes import percent
from tally.charts.series import MIN_HEIGHT, Point, anchor_at, height_of

NARROW_BAR, WIDE_BAR, BEFORE_BAR = 0.52, 0.78, 0.86  # shares of a column's room
MAX_ROOM = 100 / 7  # percent: a day alone is no wider than one of a week


class Place(NamedTuple):
    """The place of a column, whatever its height: the same in all charts with as many columns."""

    left: float  # of its room, the column and the space around it
    room: float
    x: float
    width: float
    middle: float
    anchor: str  # where a text above it hangs: start, middle or end


class Bar(NamedTuple):
    """A column.

    kind: full, open (today), gap (elapsed, nothing there), ahead (to come), share (all of it is in
    a stretch), unknown.
    """

    place: Place
    kind: str
    y: float
    height: float
    words: str
    href: str
    first: bool  # the one that Tab reaches; arrow keys lead to the others


def bars_of(points: Sequence[Point], top: Decimal, share_of_room: float) -> tuple[Bar, ...]:
    """The bar of each bucket, where `top` is as high as the drawing."""
    last = max((i for i, p in enumerate(points) if p.value and p.value != p.spread), default=-1)
    if last < 0:
        last = max((i for i, p in enumerate(points) if p.href), default=-1)
    bars = []
    for i, (point, place) in enumerate(
        zip(points, places(len(points), share_of_room), strict=True)
    ):
        # The part from records of several days stands below, drawn as a stretch.
        base = height_of(point.spread, top)
        value = point.value if point.value != point.spread or not point.spread else None
        height = max(height_of(value, top) - base, MIN_HEIGHT if base else 0) if value else 0.0
        kind = "ahead" if point.value is None else "gap" if not point.value else "full"
        if point.unknown:
            kind = "unknown"
        elif value is None and point.spread:
            kind = "share"
        elif point.open and height:
            kind = "open"
        y = round(100 - base - height, 2)
        bars.append(Bar(place, kind, y, height, point.words, point.href, i == last))
    return tuple(bars)


@lru_cache(maxsize=512)
def places(count: int, share_of_room: float) -> tuple[Place, ...]:
    """The places of `count` columns, each this share of its room wide."""
    room = 100 / max(count, 1)
    width = min(room, MAX_ROOM) * share_of_room
    return tuple(
        Place(
            left=percent(i * room),
            room=percent(room),
            x=percent((i + 0.5) * room - width / 2),
            width=percent(width),
            middle=percent((i + 0.5) * room),
            anchor=anchor_at((i + 0.5) * room),
        )
        for i in range(count)
    )
