"""`over` and a period: one record for all its days. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tally.domain.amounts import Unreadable
from tally.domain.calendar import USUAL_STARTS
from tally.domain.fields import MAX_DAYS
from tally.quick_add.amounts.number_words import COUNT, spoken
from tally.quick_add.calendar.calendar_dates import (
    MAX_LINE_DAYS,
    WEEKDAY,
    WEEKDAY_NUMBERS,
    YEAR,
    DayRange,
    month_named,
    months_ago,
)
from tally.quick_add.calendar.date_place import Surroundings
from tally.quick_add.dates import WrittenDays, days_at
from tally.quick_add.days.day_ranges import AND, UP_TO, from_to, single_day_at
from tally.quick_add.days.named_periods import CALENDAR_UNITS, days_of_period
from tally.quick_add.days.unread_dates import FULL_YEAR, SHORT_YEAR
from tally.quick_add.words.tokens import Problem, Word, lower_text_of, phrases_at

_MAX_PERIOD_WORDS = 4

# Words before a period that is to be covered; those that begin one; those between two periods.
_LEADS = frozenset({"in", "for", "during"})
_IN_DAYS = _LEADS | {"per", "within"}
_WHICH = frozenset({"last", "this"})
_TO = UP_TO | AND | {"or", "+", "&"}
_TWO_MONTHS = re.compile(r"([a-z]+)(?:[-–—…]|\.{2,3})([a-z]+)")
_YEAR_ALONE = re.compile(YEAR)
_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_COUNTED = re.compile(
    rf"(?:the )?(?:(?:last|past) )?(?P<count>[0-9]{{1,5}}|{COUNT})"
    r" (?P<unit>day|week|month|year)s?"
)
_SO_MANY = rf"(?:[0-9]{{1,5}}|{COUNT}) (?:day|week|month|year)s?"
_DAYS_COUNTED = re.compile(
    rf"(?:(?:{'|'.join(_IN_DAYS)}) )?(?:the )?(?:last|past) {_SO_MANY}"
    rf"|(?:{'|'.join(_IN_DAYS)}) {_SO_MANY}"
)
# Days are a period only if they are several.
_IS_RANGE = re.compile(rf"\.\.|(?:{WEEKDAY})-|[0-9]-[0-9]{{1,2}}(?![0-9-])")

WITHOUT_OVER = "Write over {period}, a day such as 2026-10-05, or the words in quotes."
FROM_TO = "Write one period, such as over {days}, or the words in quotes."
DAYS_FROM_TO = "Write over {days} for all of it, or {days} for each day; or the words in quotes."
AT_LEAST_A_DAY = "A period has one day at least. Write over 30 days, or the words in quotes."
OVER_PERIOD = "Write over {period}, or the words in quotes."
OVER_DAY = "Write {day} for that day, or a period such as over oct; or the words in quotes."
OVER_WHICH = "Write over {0} {1}, or over {2} for the days up to the date; or the words in quotes."
AFTER_OVER = "Write a period behind over, such as over oct or over 30 days; or the words in quotes."
TWO_PERIODS = "Two periods. Keep one of them."

# Words that are nearly a period, and the sentence that says how to write one.
_NEARLY = tuple(
    (re.compile(rf"(?:the |an? )?{pattern}(?= |$)"), message)
    for pattern, message in (
        ("fortnight", OVER_PERIOD.format(period="2 weeks")),
        ("([0-9]{1,5})d(?:ays?)?", OVER_PERIOD.format(period="{0} days")),
        *(
            (
                f"{written}{unit}",
                OVER_WHICH.format(which, unit, "3 months" if unit == "quarter" else f"1 {unit}"),
            )
            for written, which in (("(?:last|past|previous) ", "last"), ("", "this"))
            for unit in CALENDAR_UNITS
        ),
    )
)


@dataclass(frozen=True)
class Over:
    """The words of a span with its days, or with their number if they end on the line's date."""

    words: tuple[Word, ...]
    days: DayRange | None
    count: int = 0
    unit: str = ""

    def until(self, day: date) -> DayRange:
        """The days, which end with `day` where they are only counted. Raises OverflowError."""
        if self.days:
            return self.days
        if self.unit in ("month", "year"):
            count = self.count * (12 if self.unit == "year" else 1)
            return DayRange(months_ago(count, day) + timedelta(days=1), day)
        count = self.count * (7 if self.unit == "week" else 1)
        return DayRange(day - timedelta(days=count - 1), day)


class _NoDays(Unreadable):
    """A period of no day at all: `over 0 days`."""


def find_over(words: Sequence[Word], around: Surroundings) -> tuple[Over | None, list[Problem]]:
    """The first `over` with its period, if one can be read, and a problem for each other one."""
    taken: Over | None = None
    problems = []
    for index, word in enumerate(words):
        if word.lower != "over":
            continue
        over = _read_over(words, index, around)
        if isinstance(over, Problem):
            problems.append(over)
        elif taken is not None:
            problems.append(Problem(over.words, TWO_PERIODS))
        else:
            taken = over
    return taken, problems


def _read_over(words: Sequence[Word], index: int, around: Surroundings) -> Over | Problem:
    """The `over` at that index with its period, or its problem with the way to write it."""
    try:
        over = _over_at(words, index, around)
    except Unreadable as error:
        count = 3 if isinstance(error, _NoDays) else 2
        return Problem(tuple(words[index : index + count]), str(error))
    several = from_to(words, index + 1, around)
    if several is not None and (over is None or several.words[-1] not in over.words):
        return Problem((words[index], *several.words), _in_days(FROM_TO, several))
    if over is None:
        return _no_period(words, index, around)
    return _further(words, index, over, around) or over


def _in_days(message: str, several: WrittenDays) -> str:
    return message.format(days=f"{several.first}..{several.last}")


def _no_period(words: Sequence[Word], index: int, around: Surroundings) -> Problem:
    """The sentence on `over Oktober`, `over the month`, `over the last month`, `over 5 oct`."""
    behind = words[index + 1 : index + 4]
    text = lower_text_of(behind)
    for pattern, message in _NEARLY:
        match = pattern.match(text)
        if match is not None:
            own = words[index : index + 2 + match[0].count(" ")]
            return Problem(tuple(own), message.format(*match.groups()))
    months = _TWO_MONTHS.fullmatch(behind[0].lower) if behind else None
    if months and month_named(months[1]) and month_named(months[2]):
        # `over oct-nov` in one word.
        one, other = (days_of_period(name, around.today, USUAL_STARTS) for name in months.groups())
        if one and other and one.first <= other.last:
            days = FROM_TO.format(days=f"{one.first}..{other.last}")
            return Problem(tuple(words[index : index + 2]), days)
    month = month_named(behind[0].lower.rstrip(",")) if behind else ""
    if month:
        year = behind[1].lower if len(behind) > 1 and _YEAR_ALONE.fullmatch(behind[1].lower) else ""
        own = words[index : index + (3 if year else 2)]
        return Problem(tuple(own), OVER_PERIOD.format(period=f"{month} {year}".strip()))
    day = single_day_at(words, index + 1, around)
    if day is not None:
        return Problem((words[index], *day.words), OVER_DAY.format(day=day.last))
    return Problem(tuple(words[index : index + 2]), AFTER_OVER)


def _further(words: Sequence[Word], index: int, over: Over, around: Surroundings) -> Problem | None:
    """The problem of `over oct '25` or `over september to october`, with the days to write."""
    behind = index + len(over.words)
    if over.days is None or behind >= len(words):
        return None
    if SHORT_YEAR.fullmatch(words[behind].lower):
        return Problem((*over.words, words[behind]), FULL_YEAR)
    # `over september october` is one of both, too.
    is_joined = words[behind].lower in _TO
    if not is_joined and not month_named(words[behind].lower):
        return None
    try:
        other = _over_at(words, behind if is_joined else behind - 1, around)
    except Unreadable as error:
        return Problem((*over.words, *words[behind : behind + 2]), str(error))
    if other is None or other.days is None:
        return None
    days = f"{min(over.days.first, other.days.first)}..{max(over.days.last, other.days.last)}"
    return Problem((*over.words, *other.words), FROM_TO.format(days=days))


def without_over(words: Sequence[Word], around: Surroundings) -> list[Problem]:
    """Report periods that lack their `over`: `in october`, `this month`, `from oct 1 to oct 31`."""
    problems = (_lacks_over(words, index, around) for index in range(len(words)))
    return [problem for problem in problems if problem is not None]


def _lacks_over(words: Sequence[Word], index: int, around: Surroundings) -> Problem | None:
    """The problem of a period without its `over` that begins at that index."""
    several = from_to(words, index, around)
    if several is not None:
        is_few = (several.last - several.first).days < MAX_LINE_DAYS
        return Problem(several.words, _in_days(DAYS_FROM_TO if is_few else FROM_TO, several))
    if index and words[index - 1].lower in WEEKDAY_NUMBERS:
        return None  # `monday last week` is a day.
    counted = _counted_at(words, index, around)
    if counted is not None:
        return Problem(counted, WITHOUT_OVER.format(period=lower_text_of(counted[-2:])))
    word = words[index].lower
    is_led = word in _LEADS
    period = _period_at(words, index + is_led, around) if is_led or word in _WHICH else ()
    if not period or not (is_led or period[-1].lower in CALENDAR_UNITS):
        return None
    own = (words[index], *period) if is_led else period
    return Problem(own, WITHOUT_OVER.format(period=lower_text_of(period)))


def _counted_at(words: Sequence[Word], index: int, around: Surroundings) -> tuple[Word, ...] | None:
    """`for 90 days`, `the last 30 days`, on a line with an amount beside it."""
    for own in phrases_at(words, index, _MAX_PERIOD_WORDS + 1):
        if _DAYS_COUNTED.fullmatch(lower_text_of(own)) and around.has_value(own):
            return own
    return None


def _period_at(words: Sequence[Word], index: int, around: Surroundings) -> tuple[Word, ...]:
    """The words of the named period that begins here and is no day; none."""
    for own in phrases_at(words, index, _MAX_PERIOD_WORDS):
        text = lower_text_of(own)
        try:
            if days_at(words, index, len(own), around):
                return ()
            if not text[0].isdecimal() and days_of_period(text, around.today, around.starts):
                return own
        except Unreadable:
            return ()
    return ()


def _over_at(words: Sequence[Word], index: int, around: Surroundings) -> Over | None:
    """The longest period after the `over` at that index. Raises Unreadable."""
    for own in phrases_at(words, index + 1, _MAX_PERIOD_WORDS):
        text = lower_text_of(own)
        taken = (words[index], *own)
        counted = _COUNTED.fullmatch(text)
        if counted:
            count = _count(counted["count"])
            if not count:
                raise _NoDays(AT_LEAST_A_DAY)
            return Over(taken, None, count, _UNITS[counted["unit"][0]])
        if text.isdecimal() and around.unit_follows(index + len(taken)):
            continue
        days = days_of_period(text, around.today, around.starts)
        if days is None and _IS_RANGE.search(text):
            days = days_at(words, index + 1, len(own), around, MAX_DAYS)
        if days:
            return Over(taken, days)
    return None


def _count(text: str) -> int:
    """The number of days, weeks, months or years: `30`, `two`."""
    return int(text if text.isdecimal() else spoken(text) or 1)
