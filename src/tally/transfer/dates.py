"""Days, times and moments as people and programs write them. Pure.

Reading has two halves: `orders_of` says which orders of day, month and year a text allows, so that
one date can tell for a whole file; `DateReader` then reads every text in the order that was told.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from tally.domain.fields import FIRST_DATE
from tally.domain.formatting import MONTHS
from tally.transfer.faults import Ambiguous
from tally.transfer.names import is_weekday, month_of, plain_letters, zone_of

Order = Literal["day-first", "month-first", "year-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first", "year-first")

# The kinds of dates in a text, from which a column's role is guessed.
Shape = Literal["day", "month", "since 1970", "day number", "range"]

# A year of two digits lies so far back at most.
YEARS_BACK = 80
DAY_SECONDS = 86_400
# A longer text is no date and is not looked at: the time would grow by the square of its length.
MAX_LENGTH = 120
# With dots the day comes first everywhere, unless somebody says otherwise.
_DOTTED = "."
# Day 0 of spreadsheets, and the days that a column of day numbers may hold: 1954 to 2119.
DAY_ZERO = date(1899, 12, 30)
FIRST_DAY_NUMBER, LAST_DAY_NUMBER = 20_000, 80_000
# Moments since 1970 in seconds: from 1990 on; by their digits they may be of milliseconds or less.
FIRST_SINCE_1970 = 631_152_000

NOT_A_DATE = "“{}” is no date. Write it as year-month-day, such as 2026-10-05."


class Moment(NamedTuple):
    """A day, or a month or year that is meant as a whole, with the time where there is one.

    `second` is counted from midnight (86 400 for 24:00), `instant` from 1970, where the text says
    so much.
    """

    first: date
    last: date
    second: int | None = None
    instant: int | None = None


class DateReader:
    """Reads the dates of one column. `zone`: where the account is; `written_in`: where a date
    without a zone is, if its heading says so; `day_numbers`: the column has spreadsheet numbers;
    `has_ranges`: `2026-10-05 08:00-09:00` ends at nine, and is in no zone."""

    def __init__(
        self,
        today: date,
        zone: tzinfo,
        order: Order | None = None,
        written_in: tzinfo | None = None,
        day_numbers: bool = False,
        has_ranges: bool = False,
    ) -> None:
        self._today = today
        self._zone = zone
        self._order = order
        self._written_in = written_in
        self._day_numbers = day_numbers
        self._has_ranges = has_ranges

    def read(self, text: str) -> tuple[Moment, Moment | None]:
        """The moment in a text, and the end of the range where the text is one.

        Raises ValueError with a sentence, Ambiguous where the order of dates would tell.
        """
        if len(text) > MAX_LENGTH:
            raise ValueError(NOT_A_DATE.format(text[:40]))
        simple = _SIMPLE.fullmatch(text)
        if simple is not None:
            return Moment(*self._day(text)), None
        hours = ISO_RANGE.fullmatch(text) if self._has_ranges else None
        ends = _range_of(text) if hours is None else (hours[1], _same_day(hours[1], hours[2]))
        if ends is not None:
            return self._moment(ends[0]), self._moment(ends[1])
        return self._moment(text), None

    def _moment(self, text: str) -> Moment:
        parts = _parts(text)
        if parts is None:
            return self._numbered(text)
        first, last = self._day(parts.day)
        offset = parts.zone or (self._written_in if parts.second is not None else None)
        if parts.second is None or offset is None:
            return Moment(first, last, parts.second)
        midnight = datetime(first.year, first.month, first.day, tzinfo=offset)
        return self._local(midnight + timedelta(seconds=parts.second))

    def _local(self, moment: datetime) -> Moment:
        try:
            here = moment.astimezone(self._zone)
        except (OverflowError, ValueError):
            raise ValueError(NOT_A_DATE.format(moment.year)) from None
        day = here.date()
        self._check(day)
        second = here.hour * 3600 + here.minute * 60 + here.second
        return Moment(day, day, second, int(moment.timestamp()))

    def _numbered(self, text: str) -> Moment:
        seconds = since_1970(text)
        if seconds is not None:
            return self._local(datetime.fromtimestamp(seconds, UTC))
        if self._day_numbers and _DAY_NUMBER.fullmatch(text):
            number = float(text)
            if FIRST_DAY_NUMBER <= number < LAST_DAY_NUMBER:
                day = DAY_ZERO + timedelta(days=int(number))
                self._check(day)
                second = round((number - int(number)) * DAY_SECONDS)
                return Moment(day, day, second if "." in text else None)
        raise ValueError(NOT_A_DATE.format(text[:40]))

    def _day(self, text: str) -> tuple[date, date]:
        return _read_day(text, self._order, self._today)

    def _check(self, day: date) -> None:
        _check_day(day, self._today)


# All that a file is looked through for reads its dates: each of them once.
@lru_cache(8192)
def _read_day(text: str, order: Order | None, today: date) -> tuple[date, date]:
    """The first and the last day that the text means. Raises ValueError, Ambiguous."""
    readings = dict(_readings(text, today))
    if not readings:
        raise ValueError(_why_not(text))
    if _DOTTED in text and order != "year-first" and "day-first" in readings:
        order = "day-first"
    if len(set(readings.values())) > 1 and order is None:
        raise Ambiguous(_which(text, readings), "order")
    if order is not None and len(_triple_orders(text)) > 1 and order not in readings:
        raise ValueError(_why_not(text))
    first, last = (readings.get(order) if order else None) or next(iter(readings.values()))
    _check_day(first, today)
    return first, min(last, date(9998, 12, 31))


def _check_day(day: date, today: date) -> None:
    if day < FIRST_DATE:
        raise ValueError("Dates begin at 1900-01-01.")
    if day > today + timedelta(days=1):
        raise ValueError("Records are for today or earlier.")


def orders_of(text: str, today: date) -> frozenset[Order] | None:
    """The orders in which the text is a day up to tomorrow; None where it is the same in all."""
    orders: frozenset[Order] | None = None
    if len(text) > MAX_LENGTH:
        return None
    parts_of = None if _SIMPLE.fullmatch(text) else _range_of(text)
    for part in parts_of or (text,):
        parts = _parts(part)
        possible = _triple_orders(parts.day) if parts else ()
        if parts is None or len(possible) < 2:
            continue
        past = _past_readings(parts.day, today)
        if not past or (_DOTTED in part and "day-first" in past):
            continue
        if len(past) == len(possible) and len(set(past.values())) == 1:
            continue
        orders = frozenset(past) if orders is None else orders & frozenset(past)
    return orders


def _past_readings(text: str, today: date) -> dict[Order, tuple[date, date]]:
    readings = _readings(text, today)
    return {order: days for order, days in readings if days[0] <= today + timedelta(days=1)}


def shape_of(text: str, today: date) -> Shape | None:
    """The kind of date that a text is in any order; None where it is no date."""
    if len(text) > MAX_LENGTH:
        return None
    if _SIMPLE.fullmatch(text):
        return "day"
    if _DAY_NUMBER.fullmatch(text):
        if since_1970(text) is not None:
            return "since 1970"
        if FIRST_DAY_NUMBER <= float(text) < LAST_DAY_NUMBER:
            return "day number"
    ends = _range_of(text)
    parts = _parts(ends[0] if ends else text)
    if parts is None:
        return None
    reading = next((days for _, days in _readings(parts.day, today)), None)
    if reading is None:
        return None
    if ends:
        return "range"
    return "day" if reading[0] == reading[1] else "month"


def since_1970(text: str) -> float | None:
    """Seconds since 1970 from a number of seconds, or of thousandths of them and less."""
    if not _DAY_NUMBER.fullmatch(text):
        return None
    whole = text.partition(".")[0]
    thousands = {9: 0, 10: 0, 13: 1, 16: 2, 19: 3}.get(len(whole))
    if thousands is None:
        return None
    seconds = float(text) / 1000**thousands
    return seconds if FIRST_SINCE_1970 <= seconds < 4_102_444_800 else None


def read_clock(text: str) -> tuple[int, int | None]:
    """Seconds since midnight of a time of day, and of the end where the text is a range.

    Raises ValueError with a sentence.
    """
    for match in _RANGE.finditer(text[:MAX_LENGTH]):
        start = _CLOCK_ALONE.fullmatch(text[: match.start()].strip())
        end = _CLOCK_ALONE.fullmatch(text[match.end() :].strip())
        if start and end:
            return _seconds(start), _seconds(end)
    clock = _CLOCK_ALONE.fullmatch(text.strip())
    if clock is not None:
        return _seconds(clock), None
    if is_hour(text):
        return int(text.strip().lstrip("HEhe")) * 3600, None
    raise ValueError(f"“{text[:40]}” is no time of day. Write it as 18:30.")


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
    """Whether times that end like `08:00-05:00` are in a zone west of Greenwich, since several of
    them end so; else they are ranges."""
    times = {text.strip() for text in texts}
    ends = {end[0] if (end := _WEST.search(time)) else "" for time in times}
    return len(times) > 1 and len(ends) == 1 and "" not in ends


# The parts of a text ------------------------------------------------------------------------------


class _Parts(NamedTuple):
    day: str
    second: int | None
    zone: tzinfo | None


_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:hH.](?P<minute>\d{2})(?:[:m.](?P<second>\d{2})(?:[.,:]\d+)?)?s?|(?=\s?[aApP]\.?[mM]))"
    r"(?:\s?(?P<half>[aApP])\.?\s?[mM]\.?)?(?:\s?(?:Uhr|uur|h|hrs))?"
)
_ZONE = (
    r"(?:\s?(?P<zone>(?:UTC|GMT)?\s?[+-\u2212]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})(?:\s?\(.*\))?)?"
)
_CLOCK_ALONE = re.compile(_CLOCK + _ZONE)
_CLOCK_HINT = re.compile(r"\d\s?[apAP]\.?[mM]|\d[hH]\d|\d\s?(?:Uhr|uur)")
_TAIL = re.compile(r"(?:[T ,;]+|, )(?:at |um |om |kl\.? |à |a las |alle )?" + _CLOCK + _ZONE + r"$")
_SIMPLE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"(\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
# A moment in a zone west of Greenwich, or a range of hours: its column tells.
ISO_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2})-(\d{2}:\d{2})", re.ASCII)
_COMPACT_MOMENT = re.compile(r"(\d{8})[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_RANGE = re.compile(
    r"\s+[-–—~]+\s+|\s*[–—~]\s*|\.{2,}|\s+(?:to|bis|tot|until|till|au|al|a|à|até|till|do|по)\s+"
    r"|(?<=\d)-(?=\d{1,2}:)|(?<=\d)/(?=\d{4}-)|(?<=\d\d\d\d)\s*-\s*(?=\d)"
)
_DAY_NUMBER = re.compile(r"\d{5,19}(?:\.\d+)?", re.ASCII)
_HOUR_ALONE = re.compile(r"(?:H|HE|h|he)?(\d{1,2})", re.ASCII)
_WEST = re.compile(r"-\d{2}:?\d{2}$")
_MIDNIGHT = re.compile(r"^0?0:00(?::00)?(?![\d:])")
_WRAPPED = re.compile(r'^(?:=?"|\')|"$')


@lru_cache(4096)
def _parts(text: str) -> _Parts | None:
    """The day, the time and the zone of a text; None for a bare number that is no compact date."""
    if _SIMPLE.fullmatch(text):
        return _Parts(text, None, None)
    fast = _ISO_MOMENT.fullmatch(text)
    if fast is not None:
        day, hour, minute, second, zone = fast.groups()
        return _Parts(day, _of_day(hour, minute, second), _offset(zone) if zone else None)
    text = " ".join(_WRAPPED.sub("", text).split()).strip(" ,;")
    if _DAY_NUMBER.fullmatch(text) and since_1970(text) is not None:
        return None
    compact = _COMPACT_MOMENT.fullmatch(text)
    if compact is not None and len(text) >= 12 and compact[1][:2] in ("19", "20"):
        day, hour, minute, second, zone = compact.groups()
        return _Parts(day, _of_day(hour, minute, second), _offset(zone) if zone else None)
    text = " ".join(_without_weekday(text.split(" "))).strip(" ,;")
    # Words such as `18:30:00 2026`: the year stands behind the time, as Unix writes dates.
    unix = _UNIX.fullmatch(text)
    if unix is not None:
        text = f"{unix['day']} {unix['year']} {unix['clock']}{unix['zone'] or ''}"
    tail = _TAIL.search(text)
    if tail is not None and tail.start() > 0 and (":" in tail[0] or tail["half"] or _is_late(tail)):
        try:
            return _Parts(text[: tail.start()].strip(" ,;"), _seconds(tail), _offset(tail["zone"]))
        except ValueError:
            return None
    if _DAY_NUMBER.fullmatch(text) and ("." in text or len(text) not in (6, 8)):
        return None
    return _Parts(text, None, None)


def _without_weekday(words: Sequence[str]) -> Iterator[str]:
    """The words of a date but for its weekday. `mar` is Tuesday in Spanish and March in most
    languages: it is a weekday only beside another month, or a day in numbers."""
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
    """Whether a time with a dot or an h stands behind a whole date, so that it is no part of it."""
    before = tail.string[: tail.start()]
    return len(re.findall(r"\d+", before)) >= 3 or bool(re.search(r"[^\W\d]{3}.*\d{4}", before))


def _of_day(hour: str, minute: str, second: str | None) -> int:
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    if int(minute) > 59 or int(second or 0) > 60 or seconds > DAY_SECONDS:
        raise ValueError(f"There is no time {hour}:{minute}.")
    return seconds


def _seconds(clock: re.Match[str]) -> int:
    hour, half = int(clock["hour"]), (clock["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"There is no time {clock[0][:20]}.")
        hour = hour % 12 + (12 if half == "p" else 0)
    return _of_day(str(hour), clock["minute"] or "0", clock["second"])


def _offset(text: str | None) -> tzinfo | None:
    """The zone of `Z`, `+02:00`, `UTC+2` or `CEST`; None where letters mean nothing sure."""
    if not text:
        return None
    digits = re.search(r"([+-\u2212])(\d{1,2}):?(\d{2})?$", text)
    if digits is None:
        return zone_of(text.strip())
    hours, minutes = int(digits[2]), int(digits[3] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(f"There is no zone {text[:20]}.")
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(distance if digits[1] == "+" else -distance)


@lru_cache(1024)
def _range_of(text: str) -> tuple[str, str] | None:
    """The two ends of a range, both as dates; the end of a time alone gets the day of the start."""
    if len(text) < 9 or _ISO_MOMENT.fullmatch(text):
        return None
    for match in _RANGE.finditer(text):
        start, end = text[: match.start()].strip(), text[match.end() :].strip()
        if _CLOCK_ALONE.fullmatch(end) and ":" in end:
            end = _same_day(start, end)
        if _looks_dated(start) and _looks_dated(end):
            return start, end
    return None


def _same_day(start: str, clock: str) -> str:
    """A time alone as the end of a range, on the day of its start; midnight is the end of that."""
    parts = _parts(start)
    if parts is None or parts.second is None:
        return ""
    return f"{parts.day} {_MIDNIGHT.sub('24:00', clock)}"


def _looks_dated(text: str) -> bool:
    parts = _parts(text)
    return parts is not None and next(_readings(parts.day, date(9998, 1, 1)), None) is not None


# The day ------------------------------------------------------------------------------------------

_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/. 年]\s?(\d{1,2})\s?[-/. 月]\s?(\d{1,2})[.日]?", re.ASCII)
_TRIPLE = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?", re.ASCII)
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(
    r"((?:19|20)\d{2})[-/. ](\d{1,2})|(\d{1,2})[-/. ]((?:19|20)\d{2})|((?:19|20)\d{2})(\d{2})",
    re.ASCII,
)
_YEAR = re.compile(r"(?:19|20)\d{2}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?[wW](\d{2})(?:-?([1-7]))?", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[- /]?[qQ]([1-4])|[qQ]([1-4])[- /]?(\d{4})", re.ASCII)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|e|:a|:e)\b")
_OF = frozenset(("de", "of", "del", "den", "the", "le", "d", "г", "года", "r", "el"))

_DAYS_AND_MONTHS: dict[Order, tuple[int, int, int]] = {
    # Where the year, the month and the day stand.
    "day-first": (2, 1, 0),
    "month-first": (2, 0, 1),
    "year-first": (0, 1, 2),
}


def _triple_orders(text: str) -> tuple[Order, ...]:
    """The orders that the form of a text leaves open."""
    triple = _TRIPLE.fullmatch(text)
    if triple is None:
        compact = _COMPACT.fullmatch(text)
        is_open = compact and compact[1] not in ("19", "20") and compact[3] in ("19", "20")
        return ("day-first", "month-first") if is_open else ()
    if triple[2] == ".":
        return ("day-first",) if len(triple[4]) == 4 else ("day-first", "year-first")
    if len(triple[4]) == 4 or len(triple[1]) == 1:
        return "day-first", "month-first"
    return ORDERS


def _readings(text: str, today: date) -> Iterator[tuple[Order, tuple[date, date]]]:
    """Each order in which the text is a day, month or year that exists, with its days."""
    triple = _TRIPLE.fullmatch(text)
    if triple is not None:
        numbers: Sequence[str] = (triple[1], triple[3], triple[4])
    elif orders := _triple_orders(text):
        numbers = (text[:2], text[2:4], text[4:])
    else:
        days = _only_reading(text, today)
        if days is not None:
            yield "year-first", days
        return
    for order in orders if triple is None else _triple_orders(text):
        year, month, day = (numbers[place] for place in _DAYS_AND_MONTHS[order])
        full = _full_year(year, today)
        if full is not None:
            existing = _days(full, int(month), int(day))
            if existing is not None:
                yield order, existing


def _only_reading(text: str, today: date) -> tuple[date, date] | None:
    """The days of a text that is the same in every order."""
    if match := _YEAR_FIRST.fullmatch(text):
        return _days(int(match[1]), int(match[2]), int(match[3]))
    if match := _COMPACT.fullmatch(text):
        return _days(int(text[:4]), int(text[4:6]), int(text[6:]))
    if match := _MONTH.fullmatch(text):
        year, month = match[1] or match[4] or match[5], match[2] or match[3] or match[6]
        return _days(int(year), int(month))
    if match := _WEEK.fullmatch(text):
        return _week(int(match[1]), int(match[2]), int(match[3] or 0))
    if match := _QUARTER.fullmatch(text):
        return _quarter(int(match[1] or match[4]), int(match[2] or match[3]))
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return _named(text, today)


def _named(text: str, today: date) -> tuple[date, date] | None:
    """A date with the name of its month: `5 Oct 2026`, `October 5, 2026`, `Oct 2026`."""
    if not 5 <= len(text) <= 40 or text.isdigit():
        return None
    words = [
        word
        for word in re.split(r"[\s,./'’-]+", _ORDINAL.sub("", text))
        if word and plain_letters(word) not in _OF
    ]
    if not 2 <= len(words) <= 3:
        return None
    months = [month_of(word) for word in words]
    numbers = [word for word in words if word.isdecimal()]
    month = max(months)
    if len(numbers) != len(words) - 1 or not month or not all(map(str.isascii, numbers)):
        return None
    if len(numbers) == 1:
        year = _full_year(numbers[0], today)
        # `Oct-26` is a month of 2026, `5 Oct` lacks its year.
        return None if year is None or len(numbers[0]) < 2 else _days(year, month)
    day, year_text = numbers if len(numbers[0]) < 4 else reversed(numbers)
    year = _full_year(year_text, today)
    return None if year is None or len(day) > 2 else _days(year, month, int(day))


def _full_year(text: str, today: date) -> int | None:
    """The year of four digits, or of two within the last 80; None for any other text."""
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        return None
    latest = today.year + 1 if (today.month, today.day) == (12, 31) else today.year
    year = latest - (latest - int(text)) % 100
    return year if year >= latest - YEARS_BACK else None


def _days(year: int, month: int, day: int = 0) -> tuple[date, date] | None:
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return None
    if not day:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def _week(year: int, week: int, weekday: int) -> tuple[date, date] | None:
    try:
        first = date.fromisocalendar(year, week, weekday or 1)
    except ValueError:
        return None
    return first, first if weekday else first + timedelta(days=6)


def _quarter(year: int, quarter: int) -> tuple[date, date]:
    return date(year, quarter * 3 - 2, 1), date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


def _why_not(text: str) -> str:
    """Why a text is no day: one that the calendar does not have, or no date at all."""
    numbers = re.findall(r"\d+", text)
    if _TRIPLE.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return f"There is no day {text}."
    return NOT_A_DATE.format(text[:40]) if text or numbers else "Write the date."


def _which(text: str, readings: dict[Order, tuple[date, date]]) -> str:
    days = [days[0] for days in dict.fromkeys(readings.values())]
    choices = " or ".join(f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days)
    return f"Is {text} {choices}? Say which comes first, the day or the month."
