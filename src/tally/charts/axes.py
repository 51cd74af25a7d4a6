"""Axes and their labels: round ticks, labels that never collide. Pure.

Positions are percent of the drawing (0 left or top, 100 right or bottom), so that a chart
fits any width. Text keeps its size, so how many labels fit depends on the width: each label
carries the names of the widths at which it is shown, and the stylesheet hides the rest.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tally.charts.rounding import PLAIN_BELOW, SUFFIXES, WriteNumber

# Each width of a drawing: the class of its labels, and the pixels in which they must find room.
WIDTHS = (("narrow", 140), ("small", 230), ("middle", 420), ("wide", 820))
CHARACTER = 7.6  # pixels, a wide digit of the 13 px axis type
ORDINARY = 2  # from this rank on labels are thinned evenly
APART = 8.0  # pixels that stay free between two labels


@dataclass(frozen=True, slots=True)
class AxisMark:
    """A text to place along an axis; a lower rank is placed first and never gives way to others."""

    at: float
    text: str
    rank: int = ORDINARY


@dataclass(frozen=True, slots=True)
class Label:
    """A placed text; `shown` names the widths of WIDTHS at which it has room."""

    at: float
    text: str
    shown: str
    strong: bool = False


def nice_ticks(highest: Decimal, most: int = 4, whole: bool = False) -> tuple[Decimal, ...]:
    """Return round values from 0 to the first at or above `highest` (0 or more).

    The step is 1, 2 or 5 times a power of ten, and at least 1 for `whole` amounts. There are
    at most `most` steps, and at least one.
    """
    if highest <= 0:
        return (Decimal(0), Decimal(1))
    power = Decimal(1).scaleb((highest / most).adjusted())
    step = next(step for m in (1, 2, 5, 10) if (step := m * power) * most >= highest)
    if whole:
        step = max(step, Decimal(1))
    steps, rest = divmod(highest, step)
    return tuple(step * n for n in range(int(steps) + bool(rest) + 1))


def tick_texts(ticks: Sequence[Decimal], write: WriteNumber) -> tuple[str, ...]:
    """Write the ticks of one axis with one suffix for all of them."""
    top = ticks[-1]
    if top < PLAIN_BELOW:
        return tuple(write(tick) for tick in ticks)
    power = min(top.adjusted() // 3, len(SUFFIXES) - 1)
    return tuple(
        write(tick.scaleb(-3 * power)) + SUFFIXES[power] if tick else write(tick) for tick in ticks
    )


def share(part: Decimal, whole: Decimal) -> float:
    """Return part of whole in percent, from 0 to 100; 0 where there is no whole."""
    if whole <= 0:
        return 0.0
    return percent(float(part) / float(whole) * 100)


def percent(value: float) -> float:
    """Round a position to the precision of a screen, within the drawing; 50, not 50.0."""
    position = round(min(max(value, 0.0), 100.0), 2)
    return int(position) if position == int(position) else position


def thin(
    marks: Sequence[AxisMark], strides: Sequence[int], keep: Iterable[int] = ()
) -> list[Label]:
    """Choose the labels that fit at each of WIDTHS.

    Each rank in turn places those of its labels that touch none placed before. Ordinary ones are
    first thinned to every n-th text of the axis, n the first of `strides` that leaves no two of
    them touching. `keep` are the indexes of marks written in strong type.
    """
    strong = set(keep)
    shown: dict[int, list[str]] = {}
    for name, width in WIDTHS:
        for index in _fitting(marks, strides, width):
            shown.setdefault(index, []).append(name)
    return [
        Label(marks[i].at, marks[i].text, " ".join(names), i in strong)
        for i, names in sorted(shown.items())
    ]


def _fitting(marks: Sequence[AxisMark], strides: Sequence[int], width: float) -> list[int]:
    texts = [i for i, mark in enumerate(marks) if mark.text]
    placed: list[int] = []
    for rank in sorted({mark.rank for mark in marks}):
        chosen = [i for i in texts if marks[i].rank == rank]
        if rank >= ORDINARY:
            groups = ([i for i in texts[::n] if marks[i].rank == rank] for n in strides)
            free = (some for some in groups if some and not _any_touch(marks, some, width))
            chosen = next(free, chosen[:1])
        for i in chosen:
            if not any(_touch(marks[i], marks[j], width) for j in placed):
                placed.append(i)
    return placed


def _any_touch(marks: Sequence[AxisMark], some: Sequence[int], width: float) -> bool:
    return any(_touch(marks[a], marks[b], width) for a, b in itertools.pairwise(some))


def _touch(one: AxisMark, other: AxisMark, width: float) -> bool:
    room = (len(one.text) + len(other.text)) / 2 * CHARACTER + APART
    return abs(one.at - other.at) / 100 * width < room


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Move positions as little as needed so that they stand `apart` within low to high.

    The order is kept. Where they cannot all fit they share the room evenly.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    apart = min(apart, (high - low) / max(len(order) - 1, 1))
    places: list[float] = []
    for n, i in enumerate(order):
        place = max(wanted[i], low + n * apart)
        places.append(max(place, places[-1] + apart) if places else place)
    for n in range(len(places) - 1, -1, -1):
        ceiling = high if n == len(places) - 1 else places[n + 1] - apart
        places[n] = min(places[n], ceiling)
    result = [0.0] * len(order)
    for i, place in zip(order, places, strict=True):
        result[i] = round(place, 2)
    return result
