"""The parts of a date as it is written: day, time, zone, and the ends of a range. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from tally.domain.text import quoted
from tally.domain.zones import zone_named
from tally.transfer.cells.calendar_days import readings_of
from tally.transfer.cells.clocks import (
    CLOCK,
    CLOCK_ALONE,
    RANGE,
    ZONE,
    matched_second,
    offset_of,
    second_of,
)
from tally.transfer.cells.names import is_weekday, month_of

# The first moment since 1970, in seconds, that counts as a date: in 1990. The number of digits
# tells milliseconds and smaller parts.
FIRST_SINCE_1970 = 631_152_000

_TAIL = re.compile(r"(?:[T ,;]+|, )(?:at |um |om |kl\.? |à |a las |alle )?" + CLOCK + ZONE + r"$")
SIMPLE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"(\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
# A moment in a zone west of Greenwich, or a range of hours: its column tells.
ISO_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2})-(\d{2}:\d{2})", re.ASCII)
_COMPACT_MOMENT = re.compile(r"(\d{8})[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
# The name of a zone behind a moment, as Java writes it: `2026-10-05T08:00+02:00[Europe/Oslo]`.
_NAMED_ZONE = re.compile(r"\s?\[([A-Za-z_]{2,20}(?:/[\w+-]{1,30}){0,2})\]$", re.ASCII)
DAY_NUMBER = re.compile(r"\d{5,19}(?:\.\d+)?", re.ASCII)
_MIDNIGHT = re.compile(r"^0?0:00(?::00)?(?![\d:])")
# `01.10.-31.10.2026`: a dash without spaces, and a day or a month without its year.
_DASH_BEHIND_DOT = re.compile(r"(?<=\d\.)-(?=\d)", re.ASCII)
_SHORT_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.|\d{1,2}/\d{1,2}", re.ASCII)
_YEAR_AT_END = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}|(?<=[./])\d{2})$", re.ASCII)
_WRAPPED = re.compile(r'^(?:=?"|\')|"$')


class DateParts(NamedTuple):
    """A day as it is written; its time, in seconds since midnight, and its zone, if it has them."""

    day: str
    second: int | None
    zone: tzinfo | None


def since_1970(text: str) -> float | None:
    """Seconds since 1970 from a number of seconds, or of thousandths of them and less."""
    if not DAY_NUMBER.fullmatch(text):
        return None
    whole = text.partition(".")[0]
    thousands = {9: 0, 10: 0, 13: 1, 16: 2, 19: 3}.get(len(whole))
    if thousands is None:
        return None
    seconds = float(text) / 1000**thousands
    return seconds if FIRST_SINCE_1970 <= seconds < 4_102_444_800 else None


@lru_cache(4096)
def parts_of(text: str) -> DateParts | None:
    """The day, the time and the zone of a text; None where `read_parts` returns None or raises."""
    try:
        return read_parts(text)
    except ValueError:
        return None


def read_parts(text: str) -> DateParts | None:
    """The day, the time and the zone of a text; None for a bare number that is no compact date.

    Raises ValueError with a sentence for a time or a zone that does not exist.
    """
    if SIMPLE.fullmatch(text):
        return DateParts(text, None, None)
    fast = _ISO_MOMENT.fullmatch(text)
    if fast is not None:
        day, hour, minute, second, zone = fast.groups()
        return DateParts(day, second_of(hour, minute, second), offset_of(zone) if zone else None)
    text = " ".join(_WRAPPED.sub("", text).split()).strip(" ,;")
    named = _NAMED_ZONE.search(text)
    if named is not None:
        return _in_zone(read_parts(text[: named.start()]), named[1])
    if DAY_NUMBER.fullmatch(text) and since_1970(text) is not None:
        return None
    compact = _COMPACT_MOMENT.fullmatch(text)
    if compact is not None and len(text) >= 12 and compact[1][:2] in ("19", "20"):
        day, hour, minute, second, zone = compact.groups()
        return DateParts(day, second_of(hour, minute, second), offset_of(zone) if zone else None)
    text = " ".join(_without_weekday(text.split(" "))).strip(" ,;")
    # Words such as `18:30:00 2026`: the year stands behind the time, as Unix writes dates.
    unix = _UNIX.fullmatch(text)
    if unix is not None:
        text = f"{unix['day']} {unix['year']} {unix['clock']}{unix['zone'] or ''}"
    tail = _TAIL.search(text)
    if tail is not None and tail.start() > 0 and (":" in tail[0] or tail["half"] or _is_late(tail)):
        # `10/14/2026 - 07:15`: a dash between the day and its time is no range.
        day = text[: tail.start()].rstrip(" ,;").removesuffix(" -").strip(" ,;")
        return DateParts(day, matched_second(tail), offset_of(tail["zone"]))
    if DAY_NUMBER.fullmatch(text) and ("." in text or len(text) not in (6, 8)):
        return None
    return DateParts(text, None, None)


def _in_zone(parts: DateParts | None, name: str) -> DateParts | None:
    """A time in the zone of a name, unless it has an offset. Raises ValueError for other names."""
    if parts is None or parts.second is None or parts.zone is not None:
        return parts
    zone = zone_named(name)
    if zone is None:
        raise ValueError(f"There is no zone {quoted(name)}.")
    return parts._replace(zone=zone)


def _without_weekday(words: Sequence[str]) -> Iterator[str]:
    """The words of a date except its weekday.

    `mar` is Tuesday in Spanish and March in most languages: it is a weekday only beside another
    month, or a day in numbers.
    """
    for word in words:
        if not is_weekday(word.rstrip(",")) or (
            month_of(word.rstrip(","))
            and not any(
                _WHOLE_DAY.match(other) or (other is not word and month_of(other.rstrip(",")))
                for other in words
            )
        ):
            yield word


_WHOLE_DAY = re.compile(r"\d+[./-]\d+[./-]\d+|\d{8}(?!\d)", re.ASCII)
_UNIX = re.compile(
    r"(?P<day>[^\W\d]{3,} \d{1,2}) (?P<clock>\d{1,2}:\d{2}:\d{2})"
    r"(?P<zone> (?!\d{4}$)\S+)? (?P<year>\d{4})"
)


def _is_late(tail: re.Match[str]) -> bool:
    """Whether a time with a dot or an h stands after a whole date, so that it is no part of it."""
    before = tail.string[: tail.start()]
    return len(re.findall(r"\d+", before)) >= 3 or bool(re.search(r"[^\W\d]{3}.*\d{4}", before))


@lru_cache(1024)
def range_of(text: str) -> tuple[str, str] | None:
    """The two ends of a range, both as dates.

    An end that is only a time gets the start's day, a start without a year (`01.10. - 31.10.2026`)
    that of the end.
    """
    if len(text) < 9 or _ISO_MOMENT.fullmatch(text):
        return None
    for match in (*RANGE.finditer(text), *_DASH_BEHIND_DOT.finditer(text)):
        start, end = text[: match.start()].strip(), text[match.end() :].strip()
        if CLOCK_ALONE.fullmatch(end) and ":" in end:
            end = same_day(start, end)
        if not _looks_dated(end):
            continue
        start = start if _looks_dated(start) else _in_year_of(end, start)
        if start:
            return start, end
    return None


def _in_year_of(end: str, start: str) -> str:
    """The start of a range in the latest year in which it comes before the end; "" for no day."""
    year = _YEAR_AT_END.search(end)
    words = start.rstrip(",").split()
    is_short = _SHORT_DAY.fullmatch(start) is not None
    is_named = 0 < len(words) < 3 and any(month_of(word.rstrip(".")) for word in words)
    # `Mai - 2026` is a month.
    if year is None or not year.start() or not (is_short or is_named):
        return ""
    mark = "/" if "/" in start else "." if is_short else " "
    short = start.rstrip(".,") if is_short else start.rstrip(",")
    for number in (int(year[0]), int(year[0]) - 1):
        text = f"{short}{mark}{str(number).zfill(2)[-len(year[0]) :]}"
        if _looks_dated(text) and _comes_before(text, end):
            return text
    return ""


def _comes_before(start: str, end: str) -> bool:
    """Whether there is an order of dates in which one day is not after another."""
    first, last = (
        dict(readings_of(parts.day, date(9998, 1, 1))) if parts else {}
        for parts in (parts_of(start), parts_of(end))
    )
    # What has the names of its months is the same in every order.
    ends = last.values()
    return any(
        days[0] <= last[order][1] if order in last else any(days[0] <= day for _, day in ends)
        for order, days in first.items()
    )


def same_day(start: str, clock: str) -> str:
    """A time as the end of a range, on the day of its start; midnight is the end of that day."""
    parts = parts_of(start)
    if parts is None or parts.second is None:
        return ""
    return f"{parts.day} {_MIDNIGHT.sub('24:00', clock)}"


def _looks_dated(text: str) -> bool:
    parts = parts_of(text)
    return parts is not None and next(readings_of(parts.day, date(9998, 1, 1)), None) is not None


def written_day(text: str) -> str | None:
    """The day in a date with its time, as it is written, or in the first one of a range.

    Of seconds since 1970 it is the day in UTC, as ISO 8601; None where a text is no date.
    """
    ends = range_of(text)
    begin = ends[0] if ends else text
    parts = parts_of(begin)
    if parts is not None:
        return parts.day
    seconds = since_1970(begin)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
