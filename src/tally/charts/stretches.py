"""The stretches of a column chart: amounts from records of several days, one mark each. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tally.charts.axes import percent
from tally.charts.bars import WIDE_BAR
from tally.charts.series import Stretch, Strip, anchor_at, height_of

LETTER = 0.79  # percent of a wide chart: the width of a letter in a mark


class DrawnStretch(NamedTuple):
    """A stretch as it is drawn: a pale area with a cap over it and hairlines between its days."""

    strip: Strip  # the area that answers the pointer
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


class StretchPaths(NamedTuple):
    """The paths of all stretches: their areas, the hairlines between their days, and their caps."""

    share: str
    edges: str
    caps: str


def drawn_stretches(
    stretches: Sequence[Stretch], top: Decimal, buckets: int
) -> tuple[DrawnStretch, ...]:
    """A mark for each stretch: without gaps between days, or at an edge that it reaches beyond."""
    room = 100 / max(buckets, 1)
    air = room * (1 - WIDE_BAR) / 2
    drawn = []
    for place, stretch in enumerate(stretches):
        left, right = stretch.start * room, (stretch.start + stretch.length) * room
        x = percent(left + air if stretch.begins else left)
        end = percent(right - air if stretch.ends else right)
        height = height_of(stretch.value, top)
        middle = (left + right) / 2
        drawn.append(
            DrawnStretch(
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
                anchor=anchor_at(middle),
                words=stretch.words,
                href=stretch.href,
                text=stretch.text if len(stretch.text) * LETTER < right - left else "",
                first=place == len(stretches) - 1,
            )
        )
    return tuple(drawn)


def stretch_paths(stretches: Sequence[DrawnStretch], units: int) -> StretchPaths:
    """The paths of stretches, in a box of `units` for each percent."""
    foot = 100 * units

    def at(place: float) -> str:
        return f"{units * place:.0f}"

    areas, left = "", 0
    for stretch in stretches:
        x = round(units * stretch.x)
        # Each begins from where the one before began: of 480 months that is a fifth less.
        areas += f"m{x - left} 0" if areas else f"M{x} {foot}"
        areas += f"V{at(stretch.y)}H{at(stretch.end)}V{foot}z"
        left = x
    return StretchPaths(
        areas,
        "".join(f"M{at(x)} {foot}V{at(stretch.y)}" for stretch in stretches for x in stretch.edges),
        "".join(f"M{at(stretch.x)} {at(stretch.y)}H{at(stretch.end)}" for stretch in stretches),
    )
