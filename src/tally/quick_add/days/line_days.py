"""The days of a line: its date, its several days, the period behind `over`. Pure."""

from collections.abc import Sequence

from tally.domain.amounts import Unreadable
from tally.domain.fields import MAX_DAYS, TOO_EARLY
from tally.quick_add.calendar.calendar_dates import DayRange, check_days
from tally.quick_add.dates import MAX_DATE_WORDS, TWO_DATES, WrittenDays, days_at, may_begin_date
from tally.quick_add.days.minus import check_unit_behind
from tally.quick_add.days.over_period import Over, find_over, without_over
from tally.quick_add.days.unread_dates import problems_in
from tally.quick_add.lines.line import Days, Line
from tally.quick_add.words.separators import DASHES
from tally.quick_add.words.tokens import Word


def take_period(line: Line) -> Over | None:
    """Take `over` and the period after it; None without one."""
    over, problems = find_over(line.words, line.around())
    if over is None and not problems:
        problems = without_over(line.words, line.around())
    line.report_all(problems)
    line.take([word for problem in problems for word in problem.words])
    if over is not None:
        line.take(over.words)
    return over


def take_days(line: Line) -> list[WrittenDays]:
    """Take all dates of the line, with an “on” or a dash beside them.

    Reports a second date, and words that only look like a date. Returns the dates in their order.
    """
    dates = _find_dates(line)
    problems = problems_in(line.words, dates, line.is_own)
    line.report_all(problems)
    check_unit_behind(line, dates)
    for other in dates[1:]:
        line.report(other.words, TWO_DATES)
    dated = [word for days in dates for word in days.words]
    unreadable = [word for problem in problems for word in problem.words]
    line.take([*dated, *_words_beside(line, dates), *unreadable])
    return dates


def _find_dates(line: Line) -> list[WrittenDays]:
    """The dates of the line in their order; of two that share a word the longer one.

    A date that does not exist is reported, and read as today.
    """
    starts = [index for index, word in enumerate(line.words) if may_begin_date(word)]
    around = line.around()
    dates: list[WrittenDays] = []
    taken: set[int] = set()
    for length in range(MAX_DATE_WORDS, 0, -1):
        for index in starts:
            place = range(index, index + length)
            if index + length > len(line.words) or not taken.isdisjoint(place):
                continue
            own = tuple(line.words[index : index + length])
            if any(word.is_quoted for word in own):
                continue
            try:
                days = days_at(line.words, index, length, around)
            except Unreadable as error:
                line.report(own, str(error))
                days = DayRange(line.today, line.today)
            if days is not None:
                dates.append(WrittenDays(own, *days))
                taken.update(place)
    return sorted(dates, key=lambda days: days.words[0].start)


def _words_beside(line: Line, dates: Sequence[WrittenDays]) -> list[Word]:
    """The “on” before each date, and the dashes before and after it."""
    before = {days.words[0].index - 1 for days in dates}
    beside = before | {days.words[-1].index + 1 for days in dates}
    ons = [word for word in line.words if word.index in before and word.lower == "on"]
    return ons + [word for word in line.words if word.index in beside and _is_dash(line, word)]


def _is_dash(line: Line, word: Word) -> bool:
    """Whether a dash stands alone between two words, as it may beside a date."""
    is_inside = line.words[0] is not word and line.words[-1] is not word
    return word.text in DASHES and not word.is_quoted and is_inside


def days_of(line: Line, dates: Sequence[WrittenDays], over: Over | None) -> Days:
    """The days of the one record, or of each of several records."""
    day = dates[0] if dates else WrittenDays((), line.today, line.today)
    if over is None:
        return Days(day.first, day.last, is_written=bool(dates), words=day.words)
    if dates and (over.days or day.first != day.last):
        line.report(day.words, TWO_DATES)
    try:
        first, last = over.until(day.last)
        check_days(first, last, line.today, MAX_DAYS)
    except Unreadable as error:
        line.report(over.words, str(error))
    except (ValueError, OverflowError):
        line.report(over.words, TOO_EARLY)
    else:
        return Days(first, last, bool(dates or over.days), is_span=True, words=over.words)
    return Days(line.today, line.today)
