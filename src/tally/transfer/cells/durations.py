"""Durations as files hold them: `1:05:00`, `1h 05m`, `PT1H5M`. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from tally.domain.units import TIME, factor

# The seconds of each unit of time.
SECONDS = {unit: int(factor(unit, "s")) for unit in TIME}
_CLOCK = re.compile(
    r"(?P<sign>-?)(\d+):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:\s*(?P<unit>[^\d\s:.,]+\.?))?"
)
_WORDS = re.compile(
    r"(?:(?P<d>\d+)\s*(?:d|days?|tage?|t|jours?|j)\b\.?)?\s*"
    r"(?:(?P<h>\d+)\s*(?:h|hrs?|hours?|std|stunden?|uur|heures?|ч)(?![^\W\d])\.?)?\s*"
    r"(?:(?P<min>\d+)\s*(?:m|min|mins|minutes?|minuten?|mn|мин)?(?![^\W\d])\.?(?:ute[sn]?)?)?\s*"
    r"(?:(?P<s>\d+)\s*(?:s|secs?|seconds?|sek|с)\b\.?)?",
    re.IGNORECASE,
)
_ISO_DURATION = re.compile(
    r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<min>\d+)M)?(?:(?P<s>\d+)S)?)?"
)
_TIME_UNITS = {
    name: unit
    for unit, names in {
        "s": "s sec secs second seconds sek sekunden",
        "min": "min mins minute minutes minuten m",
        "h": "h hr hrs hour hours std stunde stunden uur heures",
        "d": "d day days tag tage",
    }.items()
    for name in names.split()
}


class CellDuration(NamedTuple):
    """A duration in seconds, and the unit of time that it is meant in."""

    seconds: Fraction
    unit: str


def duration_of(text: str, unit: str = "") -> CellDuration | None:
    """The duration in a text; None for anything else.

    `unit`: that of its column, which decides whether `18:25` are hours or minutes. Without one,
    `1:05:00` and `1h 05m` are hours.
    """
    text = text.strip()
    clock = _CLOCK.fullmatch(text)
    return _by_words(text, unit) if clock is None else _by_clock(clock, unit)


def is_clock_duration(text: str) -> bool:
    """Whether the text has the form of hours and minutes, or minutes and seconds: `18:25`."""
    return _CLOCK.fullmatch(text) is not None


def _by_clock(clock: re.Match[str], unit: str) -> CellDuration | None:
    own = _TIME_UNITS.get((clock["unit"] or "").casefold().rstrip("."), "")
    if clock["unit"] and not own:
        return None
    first, second, third, fraction = (int(clock[place] or 0) for place in (2, 3, 4, 5))
    unit = own or unit or ("h" if clock[4] else "")
    if not unit or second > 59 or third > 59:
        return None
    if clock[4] or unit not in ("min", "s"):
        part = Fraction(fraction, 10 ** len(clock[5] or "0"))
        seconds = first * 3600 + second * 60 + third + part
    else:
        seconds = Fraction(first * 60 + second)
    return CellDuration(-seconds if clock["sign"] else seconds, unit)


def _by_words(text: str, unit: str) -> CellDuration | None:
    words = _ISO_DURATION.fullmatch(text) or _WORDS.fullmatch(text)
    if words is None:
        return None
    parts = {name: int(number) for name, number in words.groupdict().items() if number}
    if len(parts) < 2 and not (text.startswith("P") and parts):
        return None
    seconds = Fraction(sum(number * SECONDS[name] for name, number in parts.items()))
    return CellDuration(seconds, unit or next(iter(parts)))
