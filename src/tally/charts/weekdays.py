"""The bars of the weekdays. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tally.charts.axes import percent
from tally.charts.rounding import WriteNumber
from tally.charts.series import height_of


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


def weekday_bars(
    values: Sequence[Decimal | None], names: Sequence[str], write: WriteNumber
) -> tuple[WeekdayBar, ...]:
    """Draw the seven bars in the given order; None, a weekday without a known day, has no bar."""
    most = max((v for v in values if v is not None), default=Decimal(0))
    room = 100 / len(names)
    return tuple(
        WeekdayBar(
            name=name,
            y=percent(i * room + room * 0.2),
            height=percent(room * 0.6),
            middle=percent((i + 0.5) * room),
            width=height_of(value, most),
            text="" if value is None else write(value),
            strong=bool(most) and value == most,
        )
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    )
