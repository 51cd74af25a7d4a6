"""The days that the rows of a table cover, and their times. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from tally.domain.calendar import containing
from tally.domain.fields import TOO_LATE, check_span
from tally.domain.records import first_day
from tally.domain.text import quoted
from tally.transfer.cells.clocks import DAY_SECONDS, WEST, are_west, read_clock
from tally.transfer.cells.dates import Moment, MomentRange, lacks_year
from tally.transfer.cells.names import month_of
from tally.transfer.cells.split_dates import count_weeks, day_number, in_year, joined
from tally.transfer.plans.plan import Plan
from tally.transfer.tables.columns import SeriesPart
from tally.transfer.tables.table_rows import Cells, cell_at

# The most different days of a file that are cached.
_CACHED = 8192
_ZONED = re.compile(r"(?:Z|\+\d{2}:?\d{2}|UTC|GMT)$")
NO_YEAR = "The columns are months, so a year has to stand above the rows."
NO_MONTH = "{} is no month. The days of a month stand across, so write one in front of them."


class CoveredDays(NamedTuple):
    """The days that a row covers, and its time, which tells it from other rows.

    `key`: the last day and the days as the file has them, in the key of an entry; both "" where the
    time is an instant, which is another day in another time zone.
    """

    last: date
    days: int
    second: int | None
    time: str
    key: tuple[str, str]

    @property
    def first(self) -> date:
        return first_day(self.last, self.days)


class RowDays:
    """Reads the days of the rows of a plan, each text once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._dates = {place: plan.dates(column) for place, column in enumerate(plan.columns)}
        self._layout = plan.table.layout
        self._clocks = _clocks(plan)
        self._west = _west(plan)
        self._have_weeks = _have_weeks(plan)
        self._begin, self._end, self._ends_alone = plan.columns.dates
        self._split = None if self._begin is None else plan.columns[self._begin].split
        self._span_of = lru_cache(_CACHED)(self._read)
        self._span_across = lru_cache(_CACHED)(self._read_across)

    def of(self, row: Cells) -> CoveredDays | None:
        """The days of a row; None if each column has its own day."""
        cells = row.cells
        if self._layout == "dates across":
            text = self._part_in(cells)
            is_part = day_number(text) or month_of(text)
            is_part = is_part or lacks_year(text, self._plan.reader.today)
            if self._begin is not None and not is_part:
                # A sum below the days of the months has none.
                self._moment(text, "", self._begin)
            return None
        if self._layout == "dates above":
            day = self._part_in(cells)
            return self._span_of(row.above, self._time(cells, 0), day, "")
        begin, end = self._begin, self._end
        if begin is None:
            raise ValueError("A table with dates below each other has a column of them.")
        until = cell_at(cells, end)
        return self._span_of(
            self.text_of(cells),
            self._time(cells, begin),
            until,
            self._time(cells, end),
        )

    def of_amount(
        self, cells: Sequence[str], place: int, of_row: CoveredDays | None
    ) -> CoveredDays:
        """The days of the amount at a place: those of its row, with what its heading says.

        Raises ValueError.
        """
        part = self._plan.columns[place].part
        if part is not None and part.kind in ("month", "day of month"):
            return self._of_part(cells, part, of_row)
        days = of_row or self._of_heading(cells, place)
        if part is not None and part.kind == "second":
            return days._replace(second=part.number, time=str(part.number))
        return days

    def _of_part(
        self, cells: Sequence[str], part: SeriesPart, of_row: CoveredDays | None
    ) -> CoveredDays:
        """The month that a heading says, of the year in the row; or the day, of its month."""
        if part.kind == "month" and self._layout == "dates above":
            # As the file has it: in January the running year counts up to a day of its first month.
            if of_row is None or of_row.key[1] not in ("365", "366"):
                raise ValueError(NO_YEAR)
            return self._span_of(f"{of_row.first:%Y}-{part.number}", "", "", "")
        if part.kind == "month":
            return self._span_of(joined(cell_at(cells, self._begin), str(part.number)), "", "", "")
        text = self.text_of(cells)
        month = self._span_of(text, "", "", "")
        if month.first.day != 1:
            raise ValueError(NO_MONTH.format(quoted(text)))
        return self._span_of(f"{month.first:%Y-%m}-{part.number:02}", "", "", "")

    def _of_heading(self, cells: Sequence[str], place: int) -> CoveredDays:
        """The day in the heading of a column; of a month there, the day that the row names."""
        return self._span_across(place, self._part_in(cells))

    def _part_in(self, cells: Sequence[str]) -> str:
        """The part of a month or of a year that a column has beside those; `W7` for a week."""
        text = cell_at(cells, self._begin)
        return f"W{text}" if self._have_weeks and text.isdecimal() else text

    def _read_across(self, place: int, day: str) -> CoveredDays:
        heading = self._plan.columns[place].day.strip()
        return self._covered(*self._day_in(self._dates[place].read(heading), day))

    def _day_in(self, month: MomentRange, day: str) -> MomentRange:
        """The day of a month, or the month or another part of a year, if a column has them."""
        first, last = month.start.first, month.start.last
        if self._begin is None or first == last:
            return month
        if first.month != last.month:
            return self._moment(in_year(day, first.year), "", self._begin)
        number = day_number(day)
        text = f"{first:%Y-%m}-{number:02}" if number else in_year(day, first.year)
        return self._moment(text, "", self._begin)

    def text_of(self, cells: Sequence[str]) -> str:
        """The day as it is written; its parts are joined if they stand apart."""
        text = cell_at(cells, self._begin)
        if self._split is None:
            return text
        rest = (cell_at(cells, place) for place in self._split.rest)
        return joined(text, *rest, is_week=self._split.is_week)

    def _time(self, cells: Sequence[str], place: int | None) -> str:
        """The time that belongs to the date at that place."""
        return cell_at(cells, None if place is None else self._clocks.get(place))

    def _read(self, day: str, time: str, last_day: str, last_time: str) -> CoveredDays:
        """The days from a date to another, if there is one, and their times."""
        if self._layout == "dates above":
            start, end = self._day_in(self._dates[0].read(day), last_day)
            if time:
                start = start._replace(second=read_clock(time)[0])
            return self._covered(start, end)
        start, end = self._moment(day, time, self._begin or 0)
        if last_day:
            end = self._moment(last_day, last_time, self._end or 0).start
        elif end is None and self._plan.rows.whole:
            span = containing(self._plan.rows.whole, start.first)
            if span.start == start.last:
                start = Moment(span.start, span.end)
        return self._covered(start, end)

    def _moment(self, text: str, time: str, place: int) -> MomentRange:
        """A date of the column at that place, with its time."""
        if not text:
            raise ValueError("There is no date in this row.")
        if not time:
            return self._dates[place].read(text)
        clock = self._clocks.get(place, 0)
        zone = self._plan.columns[place].heading.zone or self._plan.columns[clock].heading.zone
        if zone is not None or self._has_zone(time, clock):
            return self._zoned(place, text, time, zone)
        moment, end = self._dates[place].read(text)
        second, until = read_clock(time)
        moment = moment._replace(second=second)
        if until is not None and end is None:
            end = moment._replace(second=until or DAY_SECONDS)
            if until == second or _ends_first(moment, end, self._plan.reader.zone):
                later = moment.first + timedelta(days=1)
                end = end._replace(first=later, last=later)
        return MomentRange(moment, end)

    def _has_zone(self, time: str, place: int) -> bool:
        """Whether a time of the column at that place ends with a zone."""
        return _ZONED.search(time) is not None or (
            place in self._west and WEST.search(time) is not None
        )

    def _zoned(self, place: int, text: str, time: str, zone: tzinfo | None) -> MomentRange:
        reader = self._dates[place]
        if zone is not None and self._plan.columns[place].heading.zone is None:
            time = f"{time} UTC"
        return reader.read(f"{text} {time}")

    def _covered(self, start: Moment, end: Moment | None) -> CoveredDays:
        if self._ends_alone and end is None:
            start = _before_midnight(start)
        first, last = start.first, start.last
        today = self._plan.reader.today
        if end is not None:
            last = end.last
            if last < first or (last == first and _ends_first(start, end, self._plan.reader.zone)):
                raise ValueError("The end comes before the start.")
            is_midnight = end.second == 0 and last > first
            if is_midnight or (self._plan.rows.meets and last > first and end.first == end.last):
                last -= timedelta(days=1)
        # A running month counts up to today, and is the same row tomorrow.
        is_instant = start.instant is not None
        key = ("", "") if is_instant else (last.isoformat(), str((last - first).days + 1))
        named = end or start
        if named.first < named.last and first <= today < last:
            last = today
        if last > today + timedelta(days=1):
            raise ValueError(TOO_LATE)
        days, second, instant = (last - first).days + 1, start.second, start.instant
        check_span(last, days)
        time = f"@{instant}" if instant is not None else "" if second is None else str(second)
        return CoveredDays(last, days, second, time, key)


def _ends_first(start: Moment, end: Moment, zone: tzinfo) -> bool:
    """Whether an end comes before its start, on one day.

    When clocks are set back an hour comes twice: a period may go from 2:45 to 2:00.
    """
    if start.second is None or end.second is None or end.second >= start.second:
        return False
    if start.instant is not None and end.instant is not None:
        return end.instant < start.instant
    return _instant(end, zone, fold=1) < _instant(start, zone, fold=0)


def _instant(moment: Moment, zone: tzinfo, fold: int) -> float:
    """Seconds since 1970; of a time that comes twice the first or (1) the second."""
    day = moment.first
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(seconds=moment.second or 0)).replace(fold=fold).timestamp()


def _before_midnight(end: Moment) -> Moment:
    """The end of a period, which at midnight is the end of the day before."""
    if end.second != 0 or end.first != end.last:
        return end
    day = end.first - timedelta(days=1)
    return end._replace(first=day, last=day, second=DAY_SECONDS)


def _have_weeks(plan: Plan) -> bool:
    """Whether a column counts the weeks of the years across or above."""
    begin, _, _ = plan.columns.dates
    if begin is None or plan.table.layout == "rows":
        return False
    cells = (cell_at(row, begin) for row in plan.first_rows)
    return count_weeks(plan.columns[begin].heading.name, [*filter(None, cells)])


def _west(plan: Plan) -> set[int]:
    """The columns of times that are in a zone west of Greenwich."""
    return {
        place
        for place, column in enumerate(plan.columns)
        if column.role == "time" and are_west(cell_at(cells, place) for cells in plan.first_rows)
    }


def _clocks(plan: Plan) -> dict[int, int]:
    """The time that belongs to each date: it stands after it, or directly before the first."""
    clocks: dict[int, int] = {}
    date_place: int | None = 0 if plan.table.layout == "dates above" else None
    waiting: int | None = None
    for place, column in enumerate(plan.columns):
        if column.role in ("date", "start", "end"):
            date_place = place
            if waiting is not None:
                clocks[place], waiting = waiting, None
        elif column.role == "time":
            if date_place is None:
                waiting = place
            else:
                clocks.setdefault(date_place, place)
    return clocks
