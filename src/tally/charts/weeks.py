"""The calendar: days in columns of weeks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tally.charts.axes import percent


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
    begin: int  # its first week, counted from the calendar's first
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A day of the calendar; `month` is its name on a month's 1st, and `year` with January's."""

    step: int
    today: bool
    month: str = ""
    year: str = ""


def calendar(days: Sequence[DrawnDay], skip: int, pieces: int = 3) -> tuple[Weeks, ...]:
    """Lay days out in columns of weeks, in `pieces` drawings of equal weeks (the last: the rest).

    skip: how many days of the first week lie before the first day (0 when it begins one).
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
            if days[i].month:
                x = percent((week - begin + 0.08) * room)
                # In the last column a year would stand beside the drawing.
                is_last = week - begin == count - 1
                months.append(Month(x, days[i].month, "" if is_last else days[i].year))
        drawings.append(
            Weeks(
                count,
                tuple(map("".join, steps)),
                now,
                begin,
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
