"""Days, times and moments as people and programs write them. Pure.

Reading has two halves: `orders_of` tells which orders of day, month and year a text allows, so that
one date can decide for a whole file; `DateReader` then reads every text in that order.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from tally.domain.calendar import EARLIEST
from tally.domain.fields import LAST_DATE, TOO_EARLY, TOO_LATE
from tally.domain.text import quoted
from tally.transfer.cells.calendar_days import (
    NOT_A_DATE,
    ORDERS,
    Order,
    orders_left_open,
    readings_of,
    which_day,
    why_no_day,
)
from tally.transfer.cells.clocks import DAY_SECONDS, MAX_LENGTH
from tally.transfer.cells.date_parts import (
    DAY_NUMBER,
    ISO_RANGE,
    SIMPLE,
    parts_of,
    range_of,
    read_parts,
    same_day,
    since_1970,
    written_day,
)
from tally.transfer.cells.split_dates import in_year
from tally.transfer.faults import Ambiguous

# The kinds of dates in a text, from which a column's role is guessed.
Shape = Literal["day", "month", "since 1970", "day number", "range"]

# In dates with dots the day comes first everywhere, unless a person says otherwise.
_DOTTED = "."
# Day 0 of spreadsheets, and the days that a column of day numbers may hold: 1954 to 2119.
DAY_ZERO = date(1899, 12, 30)
FIRST_DAY_NUMBER, LAST_DAY_NUMBER = 20_000, 80_000
# A date may be the day after the end of a record, which is tomorrow at the latest.
_AFTER_END = timedelta(days=1)


class Moment(NamedTuple):
    """A day, or a whole month or year, with the time if there is one.

    `second` counts from midnight (86 400 for 24:00), `instant` from 1970; None if the text does not
    tell.
    """

    first: date
    last: date
    second: int | None = None
    instant: int | None = None


class MomentRange(NamedTuple):
    """The moment in a text, and the end of the range if the text is one."""

    start: Moment
    end: Moment | None = None


class DateReader:
    """Reads the dates of one column.

    `zone`: the account's. `written_in`: the zone of dates without one, where their heading names
    it. `day_numbers`: the column has spreadsheet numbers. `has_ranges`: `2026-10-05 08:00-09:00`
    ends at nine, and is in no zone.
    """

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

    def read(self, text: str) -> MomentRange:
        """The moment in a text, or the two of a range.

        Raises ValueError with a sentence, Ambiguous if the order of dates would decide. The day
        after tomorrow is read as well: an excluded end may be on it.
        """
        if len(text) > MAX_LENGTH:
            raise ValueError(NOT_A_DATE.format(quoted(text)))
        simple = SIMPLE.fullmatch(text)
        if simple is not None:
            return MomentRange(Moment(*self._day(text)))
        hours = ISO_RANGE.fullmatch(text) if self._has_ranges else None
        ends = range_of(text) if hours is None else (hours[1], same_day(hours[1], hours[2]))
        if ends is not None:
            return MomentRange(self._moment(ends[0]), self._moment(ends[1]))
        return MomentRange(self._moment(text))

    def _moment(self, text: str) -> Moment:
        parts = parts_of(text)
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
            raise ValueError(NOT_A_DATE.format(quoted(str(moment.year)))) from None
        day = here.date()
        self._check(day)
        second = here.hour * 3600 + here.minute * 60 + here.second
        return Moment(day, day, second, int(moment.timestamp()))

    def _numbered(self, text: str) -> Moment:
        seconds = since_1970(text)
        if seconds is not None:
            return self._local(datetime.fromtimestamp(seconds, UTC))
        if self._day_numbers and DAY_NUMBER.fullmatch(text):
            number = float(text)
            if FIRST_DAY_NUMBER <= number < LAST_DAY_NUMBER:
                day = DAY_ZERO + timedelta(days=int(number))
                self._check(day)
                second = round((number - int(number)) * DAY_SECONDS)
                return Moment(day, day, second if "." in text else None)
        # Where the time or the zone is wrong, this says so.
        read_parts(text)
        raise ValueError(NOT_A_DATE.format(quoted(text)))

    def _day(self, text: str) -> tuple[date, date]:
        return _read_day(text, self._order, self._today)

    def _check(self, day: date) -> None:
        _check_day(day, self._today)


# Several passes over a file read its dates: each text is read once.
@lru_cache(8192)
def _read_day(text: str, order: Order | None, today: date) -> tuple[date, date]:
    """The first and the last day that the text means. Raises ValueError, Ambiguous."""
    readings = dict(readings_of(text, today))
    if not readings:
        raise ValueError(why_no_day(text))
    if _DOTTED in text and order != "year-first" and "day-first" in readings:
        order = "day-first"
    if len(set(readings.values())) > 1 and order is None:
        raise Ambiguous(which_day(text, readings), "order")
    if order is not None and len(orders_left_open(text)) > 1 and order not in readings:
        raise ValueError(why_no_day(text))
    first, last = (readings.get(order) if order else None) or next(iter(readings.values()))
    _check_day(first, today)
    return first, min(last, LAST_DATE)


def _latest(today: date) -> date:
    """The latest date of a file: the day after the end of a record that ends tomorrow."""
    return today + timedelta(days=1) + _AFTER_END


def _check_day(day: date, today: date) -> None:
    if day < EARLIEST:
        raise ValueError(TOO_EARLY)
    if day > _latest(today):
        raise ValueError(TOO_LATE)


def orders_of(text: str, today: date, *, is_end: bool = False) -> frozenset[Order] | None:
    """The orders in which the text is a day up to tomorrow; None where it is the same in all.

    `is_end`: it is the end of a record, which may be the day after.
    """
    latest = today + timedelta(days=1)
    orders: frozenset[Order] | None = None
    if len(text) > MAX_LENGTH:
        return None
    ends = None if SIMPLE.fullmatch(text) else range_of(text)
    for place, part in enumerate(ends or (text,)):
        parts = parts_of(part)
        possible = orders_left_open(parts.day) if parts else ()
        if parts is None or len(possible) < 2:
            continue
        past = _past_readings(parts.day, today, latest + _AFTER_END * (is_end or place))
        if not past or (_DOTTED in part and "day-first" in past):
            continue
        if len(past) == len(possible) and len(set(past.values())) == 1:
            continue
        orders = frozenset(past) if orders is None else orders & frozenset(past)
    return orders


def _past_readings(text: str, today: date, latest: date) -> dict[Order, tuple[date, date]]:
    return {order: days for order, days in readings_of(text, today) if days[0] <= latest}


def shape_of(text: str, today: date) -> Shape | None:
    """The kind of date that a text is in any order; None if it is no date."""
    if len(text) > MAX_LENGTH:
        return None
    if SIMPLE.fullmatch(text):
        return "day"
    if DAY_NUMBER.fullmatch(text):
        seconds = since_1970(text)
        # A later number counts something else: it is that of a device.
        if seconds is not None and datetime.fromtimestamp(seconds, UTC).date() <= _latest(today):
            return "since 1970"
        if FIRST_DAY_NUMBER <= float(text) < LAST_DAY_NUMBER:
            return "day number"
    ends = range_of(text)
    parts = parts_of(ends[0] if ends else text)
    if parts is None:
        return None
    reading = next((days for _, days in readings_of(parts.day, today)), None)
    if reading is None:
        return None
    if ends:
        return "range"
    return "day" if reading[0] == reading[1] else "month"


def lacks_year(text: str, today: date) -> bool:
    """Whether a text is a date but for its year: `Jan`, `Q1`, `KW 40`, `05.10.`."""
    if not text or text.isdecimal() or (text.count(".") == 1 and not text[0].isalpha()):
        return False
    return shape_of(text, today) is None and shape_of(in_year(text, 2000), today) is not None


def first_days(text: str, today: date) -> dict[Order, date]:
    """The first day of a text in each order of dates in which it names one, future days as well."""
    day = written_day(text)
    days = {order: first for order, (first, _) in readings_of(day or "", today)}
    # A day that begins with its year is the same in every order.
    return dict.fromkeys(ORDERS, days["year-first"]) if list(days) == ["year-first"] else days


def is_month(text: str, today: date) -> bool:
    """Whether a text is a month, or its first day in some order."""
    days = [days for _, days in readings_of(text, today)]
    return shape_of(text, today) == "month" or any(first.day == 1 for first, _ in days)
