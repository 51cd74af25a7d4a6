"""Durations as people write them: `1h30`, `5min30s`, `1:30 h`. Pure."""

import re
from dataclasses import dataclass
from fractions import Fraction

from tally.domain.units import factor

_PARTS = re.compile(
    r"(?:(?P<d>[0-9]{1,4})d)?(?:(?P<h>[0-9]{1,4})h(?:rs?)?)?"
    r"(?:(?P<min>[0-9]{1,4})m(?:ins?)?)?(?:(?P<s>[0-9]{1,4})s(?:ecs?)?)?"
    r"(?:(?<=[hrns])(?<![0-9c]s)(?P<rest>[0-9]{1,2}))?"
)
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9])")
# A full stop behind a unit, as phones add it.
_STOP = re.compile(r"(?<=[a-z])\.$")
_UNITS = ("d", "h", "min", "s")

TIME_OF_DAY = "Times of day are not kept: put it behind a semicolon."
# Words behind the hour of a time of day; texts that look like one: `8:30`, `09:30:00`, `8am`.
OF_DAY = frozenset({"am", "pm", "a.m.", "p.m.", "uhr", "o'clock", "o’clock"})
HOUR = re.compile(r"[0-9]{1,2}(?:\.[0-9]{2})?")
CLOCK_TIME = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[ap]\.?m\.?)?|[0-9]{1,2}(?:\.[0-9]{2})?(?:[ap]\.?m\.?|uhr)",
    re.IGNORECASE,
)
_OF_CLOCK = re.compile(r"([0-9]+):([0-9]{2})(?::([0-9]{2}))?")


@dataclass(frozen=True)
class Duration:
    """`amount` of `unit`, the largest that is named; `named` are all that are."""

    amount: Fraction
    unit: str
    named: tuple[str, ...]

    def in_unit(self, unit: str) -> Fraction:
        """The same in another unit of time, exactly."""
        return self.amount * factor(self.unit, unit)


def read_duration(text: str) -> Duration | None:
    """`1h30`, `1h30m`, `5min30s`; None for anything else, also for one part alone."""
    match = _PARTS.fullmatch(_STOP.sub("", text.lower()))
    if match is None:
        return None
    parts = [(unit, int(match[unit])) for unit in _UNITS if match[unit] is not None]
    if match["rest"] is not None and parts:
        place = _UNITS.index(parts[-1][0]) + 1
        parts.append((_UNITS[place], int(match["rest"])))
    if len(parts) < 2 or not _is_plausible(parts):
        return None
    largest = parts[0][0]
    amount = sum((number * factor(unit, largest) for unit, number in parts), Fraction(0))
    return Duration(amount, largest, tuple(unit for unit, _ in parts))


def _is_plausible(parts: list[tuple[str, int]]) -> bool:
    """Whether each part but the first is less than one of the part before."""
    most = {"h": 24, "min": 60, "s": 60}
    return all(number < most[unit] for unit, number in parts[1:])


def read_clock(text: str, unit: str) -> Duration | None:
    """`1:30` beside a unit of time: an hour and a half, or a minute and a half."""
    match = _CLOCK.fullmatch(text)
    if match is None or unit not in ("h", "min"):
        return None
    smaller = "min" if unit == "h" else "s"
    return Duration(int(match[1]) + Fraction(int(match[2]), 60), unit, (unit, smaller))


def no_time_of_day(text: str, *, may_last: bool) -> str:
    """The sentence on a time of day, with the text to write if it may be a duration."""
    match = _OF_CLOCK.fullmatch(text) if may_last else None
    if match is None:
        return TIME_OF_DAY
    first, second, third = match.groups()
    written = f"{first}h{second}min{third}s" if third else f"{text} h or {text} min"
    return f"{TIME_OF_DAY} For a duration write {written}."
