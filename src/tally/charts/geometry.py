"""The geometry of the charts: the place of every mark, in percent of the drawing. Pure.

Columns, a running total, weekday bars, a calendar of weeks and a pace bar. x runs from the
left, y from the top. Words come from the caller; nothing here knows dates or users.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from tally.charts.axes import (
    AxisMark,
    Format,
    Label,
    nice_ticks,
    percent,
    share,
    spread,
    thin,
    tick_texts,
)

HANGS_BEFORE = 76  # percent: up to here the current total has room to the right of its point
MIN_HEIGHT = 1.2  # percent: the smallest sum above zero still shows
NARROW_BAR, WIDE_BAR, BEFORE_BAR = 0.52, 0.78, 0.86  # shares of a column's room
NEAR_THE_EDGE = 12  # percent
LETTER = 0.79  # percent of a wide chart: the width of a letter in a mark
MAX_TICK = 5  # characters
MAX_ROOM = 100 / 7  # percent: a day alone is no wider than one of a week


class Point(NamedTuple):
    """One bucket of a series. `value` is None for a bucket that has not begun, or is unknown.

    spread: the part of the value that comes from records of several days.
    """

    value: Decimal | None
    before: Decimal | None = None
    open: bool = False  # holds today: not over
    words: str = ""  # what is read out: "Sat 14 Nov: 17.8"
    href: str = ""  # its records
    text: str = ""  # under the axis
    rank: int = 2  # of that text
    amount: str = ""  # its value in figures
    spread: Decimal = Decimal(0)
    unknown: bool = False
    read: bool = False  # a running total is certain here


class Stretch(NamedTuple):
    """Buckets in a row that hold one amount each from the same records: one mark for all of them.

    value: that amount. begins, ends: whether it goes on beyond the drawing at neither edge.
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


class Place(NamedTuple):
    """The place of a column, whatever its height: the same in all charts of as many columns."""

    left: float  # of its room, the column and the space around it
    room: float
    x: float
    width: float
    middle: float
    anchor: str  # where a text above it hangs: start, middle or end


class Bar(NamedTuple):
    """A column. kind: full, open (today), gap (elapsed, nothing there), ahead (to come),
    share (all of it is in a stretch), unknown."""

    place: Place
    kind: str
    y: float
    height: float
    words: str
    href: str
    first: bool  # the one that Tab reaches; arrow keys lead to the others


@dataclass(frozen=True, slots=True)
class Spot:
    """A text at a place of the drawing; anchor: which part of it stands there."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Before:
    """The pale column of the period before, with its cap from x to `end`."""

    x: float
    end: float
    width: float
    y: float
    height: float


class Strip(NamedTuple):
    """A part of the drawing from left to right, over its full height."""

    x: float
    width: float


class DrawnSpan(NamedTuple):
    """A stretch as it is drawn: a pale area with a cap over it and hairlines between its days."""

    strip: Strip  # the area that feels the pointer
    x: float
    width: float
    end: float
    y: float
    height: float
    edges: tuple[float, ...]
    middle: float
    anchor: str
    words: str
    href: str
    text: str
    first: bool


class CapOver(NamedTuple):
    """The level of a stretch of the previous period: a line in front of the columns of this one."""

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
    """A column chart: `peak` is the label on the highest column, `mean` a level to compare."""

    bars: tuple[Bar, ...]
    spans: tuple[DrawnSpan, ...]
    unknown: tuple[Strip, ...]
    caps_over: tuple[CapOver, ...]
    before: tuple[Before, ...]
    grid: tuple[Grid, ...]
    labels: tuple[Label, ...]
    peak: Spot | None
    mean: float | None
    limit: float | None
    elapsed: float  # x up to which time has passed


@dataclass(frozen=True, slots=True)
class End:
    """A label at the end of a line, moved so that it touches no other. name: its line."""

    name: str
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the running total and the strip around it that reads it out.

    past: it is one of the period before, where this one has not come.
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
class WeekdayBar:
    """One weekday: its name, the bar's height and width, and where its text stands."""

    name: str
    y: float
    height: float
    middle: float
    width: float
    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The beginning of a month; the year stands beside January where there is room."""

    x: float
    text: str
    year: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks of the calendar, one drawing each: they stand in a row or one below the other."""

    count: int
    steps: tuple[str, ...]  # a path for the days of each step, a day 10 of 12 units wide
    now: str  # today's
    begin: int  # the day of the calendar in its first cell; below 0 before the first day
    words: tuple[str, ...]  # a reader's words for each of its days, "" for a day without a record
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class PaceBar:
    """The bar of a limit: the part used, the marker of today, and the hot part beyond it."""

    used: float
    hot: float
    marker: float


class Levels(NamedTuple):
    """Lines across a chart, in the unit of its values, a bucket."""

    mean: Decimal | None = None
    limit: Decimal | None = None


NO_LEVELS = Levels()


def columns(
    points: Sequence[Point],
    say: Format,
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
    bars = _bars(points, top, NARROW_BAR if behind else WIDE_BAR)
    elapsed = max((i for i, p in enumerate(points) if p.value is not None or p.unknown), default=-1)
    measured = [i for i, p in enumerate(points) if p.value is not None and not p.spread]
    tallest = max(measured, key=lambda i: points[i].value or Decimal(0), default=None)
    if stretches:
        tallest = None
    room = 100 / max(len(points), 1)
    return Columns(
        bars=bars,
        spans=_spans(stretches, top, len(points)),
        unknown=_unknown(points),
        caps_over=tuple(
            CapOver(
                percent(stretch.start * room),
                percent((stretch.start + stretch.length) * room),
                _level(stretch.value, top),
            )
            for stretch in before
            if stretch.start < len(points)
        ),
        before=_before(points, top, room) if behind else (),
        grid=_grid(ticks, say),
        labels=tuple(
            thin(
                [AxisMark(percent((i + 0.5) * room), p.text, p.rank) for i, p in enumerate(points)],
                strides,
                [i for i, p in enumerate(points) if p.open],
            )
        ),
        peak=_peak(bars[tallest], peak) if peak and tallest is not None else None,
        mean=None if levels.mean is None else _level(levels.mean, top),
        limit=None if levels.limit is None else _level(levels.limit, top),
        elapsed=percent((elapsed + 1) * room),
    )


def _peak(bar: Bar, text: str) -> Spot:
    """The text on the highest column; at the edges it begins or ends with the column."""
    place = bar.place
    if place.middle < NEAR_THE_EDGE:
        return Spot(place.x, bar.y, text)
    if place.middle > 100 - NEAR_THE_EDGE:
        return Spot(percent(place.x + place.width), bar.y, text, "end")
    return Spot(place.middle, bar.y, text, "middle")


# A stroke of a path: its beginning (x, y), the commands drawn from there, and its last x,
# at the same y.
Stroke: TypeAlias = tuple[int, int, str, int]


def _path_of(strokes: Sequence[Stroke]) -> str:
    """One path of several strokes, each begun from where the one before ended."""
    path, at = "", None
    for x, y, drawn, end in strokes:
        path += (f"m{x - at[0]} {y - at[1]}" if at else f"M{x} {y}") + drawn
        at = (end, y)
    return path


def small_columns(points: Sequence[Point], stretches: Sequence[Stretch] = ()) -> Small:
    """Draw a series without an axis, the highest column as high as the drawing."""
    top = max((p.value for p in points if p.value is not None), default=Decimal(0)) or Decimal(1)
    strokes: dict[str, list[Stroke]] = {"full": [], "open": [], "gap": [], "ahead": []}
    for bar in _bars(points, top, WIDE_BAR):
        x, width = round(10 * bar.place.x), round(10 * bar.place.width)
        y, base = round(10 * bar.y), round(10 * (bar.y + bar.height))
        if bar.kind in ("gap", "ahead"):
            strokes[bar.kind].append((x, 1000, f"h{width}", x + width))
        elif bar.kind != "unknown" and bar.height:
            strokes[bar.kind].append((x, base, f"V{y}h{width}V{base}", x + width))
    spans = _spans(stretches, top, len(points))
    return Small(
        full=_path_of(strokes["full"]),
        open="".join(f"M{x} {base}{sides}z" for x, base, sides, _ in strokes["open"]),
        gap=_path_of(strokes["gap"]),
        ahead=_path_of(strokes["ahead"]),
        share="".join(
            f"M{10 * span.x:.0f} 1000V{10 * span.y:.0f}H{10 * span.end:.0f}V1000z" for span in spans
        ),
        edges="".join(
            f"M{10 * x:.0f} 1000V{10 * span.y:.0f}" for span in spans for x in span.edges
        ),
        caps="".join(f"M{10 * span.x:.0f} {10 * span.y:.0f}H{10 * span.end:.0f}" for span in spans),
        unknown=_unknown(points),
    )


def _spans(stretches: Sequence[Stretch], top: Decimal, buckets: int) -> tuple[DrawnSpan, ...]:
    """Stretches without air between their days, and none at an edge that a record goes beyond."""
    room = 100 / max(buckets, 1)
    air = room * (1 - WIDE_BAR) / 2
    spans = []
    for place, stretch in enumerate(stretches):
        left, right = stretch.start * room, (stretch.start + stretch.length) * room
        x = percent(left + air if stretch.begins else left)
        end = percent(right - air if stretch.ends else right)
        height = _height(stretch.value, top)
        middle = (left + right) / 2
        spans.append(
            DrawnSpan(
                strip=Strip(percent(left), percent(right - left)),
                x=x,
                width=percent(end - x),
                end=end,
                y=percent(100 - height),
                height=height,
                edges=tuple(
                    percent((stretch.start + n) * room)
                    for n in (range(1, stretch.length) if stretch.hairlines else [stretch.length])
                ),
                middle=percent(middle),
                anchor=_anchor(middle),
                words=stretch.words,
                href=stretch.href,
                text=stretch.text if len(stretch.text) * LETTER < right - left else "",
                first=place == len(stretches) - 1,
            )
        )
    return tuple(spans)


def _unknown(points: Sequence[Point]) -> tuple[Strip, ...]:
    """The strips of buckets in a row that nobody has read."""
    room = 100 / max(len(points), 1)
    strips: list[Strip] = []
    for i, point in enumerate(points):
        if not point.unknown:
            continue
        if i and points[i - 1].unknown:
            strips[-1] = strips[-1]._replace(width=percent((i + 1) * room - strips[-1].x))
        else:
            strips.append(Strip(percent(i * room), percent(room)))
    return tuple(strips)


def _bars(points: Sequence[Point], top: Decimal, share_of_room: float) -> tuple[Bar, ...]:
    last = max((i for i, p in enumerate(points) if p.value and p.value != p.spread), default=-1)
    if last < 0:
        last = max((i for i, p in enumerate(points) if p.href), default=-1)
    bars = []
    for i, (point, place) in enumerate(
        zip(points, _places(len(points), share_of_room), strict=True)
    ):
        # The part from records of several days stands below, drawn as a stretch.
        base = _height(point.spread, top)
        value = point.value if point.value != point.spread or not point.spread else None
        height = max(_height(value, top) - base, MIN_HEIGHT if base else 0) if value else 0.0
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
def _places(count: int, share_of_room: float) -> tuple[Place, ...]:
    room = 100 / max(count, 1)
    width = min(room, MAX_ROOM) * share_of_room
    return tuple(
        Place(
            left=percent(i * room),
            room=percent(room),
            x=percent((i + 0.5) * room - width / 2),
            width=percent(width),
            middle=percent((i + 0.5) * room),
            anchor=_anchor((i + 0.5) * room),
        )
        for i in range(count)
    )


def _before(points: Sequence[Point], top: Decimal, room: float) -> tuple[Before, ...]:
    drawn = []
    for i, point in enumerate(points):
        if point.before:
            height = _height(point.before, top)
            width = percent(min(room, MAX_ROOM) * BEFORE_BAR)
            x = percent((i + 0.5) * room - width / 2)
            drawn.append(Before(x, percent(x + width), width, percent(100 - height), height))
    return tuple(drawn)


def _height(value: Decimal | None, top: Decimal) -> float:
    return max(share(value, top), MIN_HEIGHT) if value else 0.0


def _level(value: Decimal, top: Decimal) -> float:
    return percent(100 - share(value, top))


def _grid(ticks: Sequence[Decimal], say: Format) -> tuple[Grid, ...]:
    return tuple(
        Grid(_level(tick, ticks[-1]), text)
        for tick, text in zip(ticks, tick_texts(ticks, say), strict=True)
    )


def _anchor(x: float) -> str:
    return "start" if x < 30 else "end" if x > 70 else "middle"


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
    say: Format,
    *,
    strides: Sequence[int] = (1, 2, 7, 14),
    total: str,
    endings: Endings = NO_ENDINGS,
    apart: float = 9.0,
) -> Lines:
    """Draw a running total from 0 on the left: the points hold the sums so far.

    `total` is the current one in words; `apart` is the height of a line of text in percent of the
    drawing.
    """
    sums = [p.value for p in points if p.value is not None]
    before, limit, projection = endings
    levels = [*sums[-1:], *(ending.value for ending in endings if ending)]
    ticks = nice_ticks(max(levels, default=Decimal(0)))
    top = ticks[-1]
    x, y = _x(len(sums), points), _level(sums[-1], top) if sums else 100.0
    running = len(sums) < len(points)
    named = [("current", y, total)] if sums and total and not running else []
    for name, ending in zip(Endings._fields, endings, strict=True):
        if ending:
            named.append((name, _level(ending.value, top), ending.text))
    places = spread([at for _, at, _ in named], apart, 2, 98)
    return Lines(
        current=_path(sums, points, top),
        before=_before_path(points, before, top),
        projection=f"M{10 * x:.1f} {10 * y:.1f}L1000 {10 * _level(projection.value, top):.1f}"
        if projection and running
        else "",
        limit=_level(limit.value, top) if limit else None,
        unknown=_unknown(points),
        steps=_steps(points, len(sums), top),
        total=_total(x, y, total, apart) if sums and total and running else None,
        grid=_grid(ticks, say),
        labels=tuple(
            thin(
                [AxisMark(_x(i + 1, points), p.text, p.rank) for i, p in enumerate(points)],
                strides,
                [i for i, p in enumerate(points) if p.open],
            )
        ),
        ends=tuple(
            End(name, place, text) for (name, _, text), place in zip(named, places, strict=True)
        ),
    )


def _total(x: float, y: float, text: str, apart: float) -> Spot:
    """The label of a total that goes on. Below its point it would reach into the axis near 0."""
    if x < HANGS_BEFORE:
        return Spot(x, min(y, 100 - 2 * apart), text, "start")
    return Spot(x, y, text, "end")


def _steps(points: Sequence[Point], count: int, top: Decimal) -> tuple[Step, ...]:
    half = 50 / max(len(points), 1)
    steps = []
    for i, point in enumerate(points):
        value = point.before if point.value is None else point.value
        if value is None:
            break
        x = _x(i + 1, points)
        left = percent(x - half) if i else 0.0
        steps.append(
            Step(
                left=left,
                room=percent(min(x + half, 100) - left),
                x=x,
                y=_level(value, top),
                anchor=_anchor(x),
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
        f"{10 * _x(i + 1, points):.1f} {10 * _level(value, top):.1f}"
        for i, value in enumerate(sums)
    ]
    return "M0 1000L" + " ".join(places) if places else ""


def weekday_bars(
    values: Sequence[Decimal | None], names: Sequence[str], say: Format
) -> tuple[WeekdayBar, ...]:
    """Draw seven bars from Monday; None, a weekday that has not elapsed, has no bar."""
    most = max((v for v in values if v is not None), default=Decimal(0))
    room = 100 / len(names)
    return tuple(
        WeekdayBar(
            name=name,
            y=percent(i * room + room * 0.2),
            height=percent(room * 0.6),
            middle=percent((i + 0.5) * room),
            width=_height(value, most),
            text="" if value is None else say(value),
            strong=bool(most) and value == most,
        )
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    )


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A day of the calendar; `month` is its name on a month's 1st, and `year` with January's."""

    step: int
    today: bool
    words: str
    month: str = ""
    year: str = ""


def calendar(days: Sequence[DrawnDay], skip: int, pieces: int = 3) -> tuple[Weeks, ...]:
    """Lay days out in columns of weeks, in `pieces` drawings of equal weeks (the last: the rest).

    skip: how many days of the first week lie before the first day (0 when it is a Monday).
    """
    weeks = -(-(skip + len(days)) // 7)
    size = -(-weeks // pieces)
    drawings = []
    for begin in range(0, weeks, size):
        count = min(size, weeks - begin)
        numbers = range(max(begin * 7 - skip, 0), min((begin + count) * 7 - skip, len(days)))
        room = 100 / count
        steps: list[list[str]] = [[] for _ in range(6)]
        months = []
        now = ""
        for i in numbers:
            week, weekday = divmod(i + skip, 7)
            square = f"M{12 * (week - begin) + 1} {12 * weekday + 1}h10v10h-10z"
            steps[days[i].step].append(square)
            if days[i].today:
                now = square
            if days[i].month and week - begin <= count - 2:
                x = (week - begin) * room
                months.append(Month(percent(x + room * 0.08), days[i].month, days[i].year))
        drawings.append(
            Weeks(
                count,
                tuple(map("".join, steps)),
                now,
                begin * 7 - skip,
                tuple(days[i].words for i in numbers),
                _apart(months, room),
            )
        )
    return tuple(drawings)


def _apart(months: Sequence[Month], room: float) -> tuple[Month, ...]:
    """Leave out a month that begins less than three weeks after the one before it."""
    placed: list[Month] = []
    for month in months:
        if not placed or month.x - placed[-1].x > room * 2.9:
            placed.append(month)
    return tuple(placed)


def pace(used: Decimal, elapsed: Decimal) -> PaceBar:
    """Draw shares of a limit: `used` of the amount, `elapsed` of the days, in percent.

    The bar is the limit, or all that was used where that is more.
    """
    whole = max(float(used), 100.0)
    marker = percent(float(elapsed) / whole * 100)
    level = percent(float(used) / whole * 100)
    return PaceBar(used=min(level, marker), hot=percent(level - marker), marker=marker)
