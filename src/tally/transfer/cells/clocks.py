"""Times of day, ranges of them, and the zones behind them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta, timezone, tzinfo

from tally.domain.text import quoted
from tally.transfer.cells.names import zone_of

DAY_SECONDS = 86_400
# A longer text is no date and is not parsed: the time would grow with the square of its length.
MAX_LENGTH = 120

CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:hH.](?P<minute>\d{2})(?:[:m.](?P<second>\d{2})(?:[.,:]\d+)?)?s?|(?=\s?[aApP]\.?[mM]))"
    r"(?:\s?(?P<half>[aApP])\.?\s?[mM]\.?)?(?:\s?(?:Uhr|uur|h|hrs))?"
)
ZONE = (
    r"(?:\s?(?P<zone>(?:UTC|GMT)?\s?[+\-\u2212]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})(?:\s?\(.*\))?)?"
)
CLOCK_ALONE = re.compile(CLOCK + ZONE)
_CLOCK_HINT = re.compile(r"\d\s?[apAP]\.?[mM]|\d[hH]\d|\d\s?(?:Uhr|uur)")
RANGE = re.compile(
    r"\s+[-–—~]+\s+|\s*[–—~]\s*|\.{2,}|\s+(?:to|bis|tot|until|till|au|al|a|à|até|till|do|по)\s+"
    r"|(?<=\d)-(?=\d{1,2}:)|(?<=\d)/(?=\d{4}-)|(?<=\d\d\d\d)\s*-\s*(?=\d)"
)
_HOUR_ALONE = re.compile(r"(?:H|HE|h|he)?(\d{1,2})", re.ASCII)
# The end of a time in a zone west of Greenwich, which may also be a range.
WEST = re.compile(r"-\d{2}:?\d{2}$")


def read_clock(text: str) -> tuple[int, int | None]:
    """Seconds since midnight of a time of day, and of the end where the text is a range.

    Raises ValueError with a sentence.
    """
    for match in RANGE.finditer(text[:MAX_LENGTH]):
        start = CLOCK_ALONE.fullmatch(text[: match.start()].strip())
        end = CLOCK_ALONE.fullmatch(text[match.end() :].strip())
        if start and end:
            return matched_second(start), matched_second(end)
    clock = CLOCK_ALONE.fullmatch(text.strip())
    if clock is not None:
        return matched_second(clock), None
    if is_hour(text):
        return int(text.strip().lstrip("HEhe")) * 3600, None
    raise ValueError(f"{quoted(text)} is no time of day. Write it as 18:30.")


def is_hour(text: str) -> bool:
    """Whether the text counts an hour of the day: `7`, `H07`, `HE24`, or `25` in autumn."""
    hour = _HOUR_ALONE.fullmatch(text.strip())
    return hour is not None and int(hour[1]) <= 25


def is_clock(text: str) -> bool:
    """Whether the text is a time of day, or a range of them."""
    if len(text) > MAX_LENGTH or (":" not in text and not _CLOCK_HINT.search(text)):
        return False
    try:
        read_clock(text)
    except ValueError:
        return False
    return True


def are_west(texts: Iterable[str]) -> bool:
    """Whether `-05:00` in times such as `08:00-05:00` is a zone west of Greenwich, not an end.

    It is a zone if there are several times, and all of them end with the same.
    """
    times = {text.strip() for text in texts}
    ends = {end[0] if (end := WEST.search(time)) else "" for time in times}
    return len(times) > 1 and len(ends) == 1 and "" not in ends


def second_of(hour: str, minute: str, second: str | None) -> int:
    """Seconds since midnight, 86 400 for 24:00. Raises ValueError where no day has that time."""
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    if int(minute) > 59 or int(second or 0) > 60 or seconds > DAY_SECONDS:
        raise ValueError(f"There is no time {hour}:{minute}.")
    return seconds


def matched_second(clock: re.Match[str]) -> int:
    """Seconds since midnight of a match of `CLOCK`. Raises ValueError as above."""
    hour, half = int(clock["hour"]), (clock["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"There is no time {clock[0][:20]}.")
        hour = hour % 12 + (12 if half == "p" else 0)
    return second_of(str(hour), clock["minute"] or "0", clock["second"])


def offset_of(text: str | None) -> tzinfo | None:
    """The zone of `Z`, `+02:00`, `UTC+2` or `CEST`; None for letters without one sure meaning."""
    if not text:
        return None
    digits = re.search(r"([+\-\u2212])(\d{1,2}):?(\d{2})?$", text)
    if digits is None:
        return zone_of(text.strip())
    hours, minutes = int(digits[2]), int(digits[3] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(f"There is no zone {text[:20]}.")
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(distance if digits[1] == "+" else -distance)
