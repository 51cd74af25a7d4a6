"""The dates of a line: words that are a day, or several days, in English. Pure.

A table of recognisers: patterns for the words of a date, joined by single spaces. Each must fit as
a whole; the longest match counts first.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd

from tally.domain.amounts import MAX_PARTS, Unreadable
from tally.domain.fields import TOO_EARLY, TOO_LATE
from tally.domain.formatting import MONTHS, WEEKDAYS
from tally.domain.periods import EARLIEST
from tally.quick_add import foreign_dates
from tally.quick_add.number_words import COUNT, COUNTS, spoken
from tally.quick_add.tokens import Word, text_of

MAX_LINE_DAYS = 31
MAX_DATE_WORDS = 4
# Four digits behind a day and month are certainly a year this close to today.
NEAR_YEARS = 10

NO_SUCH_DAY = "There is no such day. Write a day of the calendar."
TWO_DATES = "Two dates. Keep one, or write the other in quotes."

FirstLast = tuple[date, date]


@dataclass(frozen=True)
class WrittenDays:
    """Words that are days, from the first to the last."""

    words: tuple[Word, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Surroundings:
    """The rest of the line around words that may be a date.

    has_value(words): whether another value stands on the line beside them.
    unit_follows(index): whether the word at that index is a unit.
    """

    today: date
    date_order: str
    has_value: Callable[[Sequence[Word]], bool]
    unit_follows: Callable[[int], bool]


class _NoDate(Exception):
    """The words fit a date, but mean something else here."""


def numbered(names: Sequence[str], start: int) -> dict[str, int]:
    """Names, full and in three letters, with their numbers."""
    return {
        short: number
        for number, name in enumerate(names, start)
        for short in (name.lower(), name[:3].lower())
    }


MONTH_NUMBERS = numbered(MONTHS, 1) | {"sept": 9}
WEEKDAY_NUMBERS = numbered(WEEKDAYS, 0) | {"tues": 1, "thur": 3, "thurs": 3}

MONTH = f"(?P<month>{'|'.join(MONTH_NUMBERS)})"
WEEKDAY = "|".join(WEEKDAY_NUMBERS)
ISO = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_END = rf"today|yesterday|{WEEKDAY}|-[0-9]{{1,6}}|{ISO}"
_DAY = "(?P<day>[0-9]{1,2})"
_ORDINAL = f"{_DAY}(?P<ordinal>st|nd|rd|th|\\.)?"
_YEAR = "(?: (?P<year>[0-9]{4}))?"


def days_at(
    words: Sequence[Word], index: int, length: int, around: Surroundings, most: int = MAX_LINE_DAYS
) -> FirstLast | None:
    """The days that `length` words from `index` name; None where they name no day.

    Raises Unreadable with a sentence where they are no day of the calendar, or two things.
    """
    text = text_of(words[index : index + length]).lower()
    place = _Place(words, index, length, around)
    for pattern, recognise in _DATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            first, last = recognise(match, place)
            check_days(first, last, around.today, most)
        except _NoDate:
            continue
        except Unreadable:
            raise
        except (ValueError, OverflowError):
            raise Unreadable(NO_SUCH_DAY) from None
        return first, last
    return None


def check_days(first: date, last: date, today: date, most: int = MAX_LINE_DAYS) -> None:
    """Raises Unreadable for days out of bounds, turned round, or too many."""
    if first < EARLIEST:
        raise Unreadable(TOO_EARLY)
    if last > today + timedelta(days=1):
        raise Unreadable(TOO_LATE)
    if first > last:
        raise Unreadable("The first day comes after the last. Turn them round.")
    if (last - first).days >= most:
        raise Unreadable(f"Several days are {most} at most.")


def may_begin_date(word: Word) -> bool:
    """Whether a date can begin with this word: most words need no further look."""
    if word.is_quoted:
        return False
    return word.text[0] in _STARTS or _FIRST_PART.split(word.lower, 1)[0] in _FIRST_WORDS


def is_date_word(text: str) -> bool:
    """Whether a folded word is one of those that dates are made of, in any language."""
    return (
        text in _FIRST_WORDS
        or text in foreign_dates.DAYS
        or text in foreign_dates.MONTHS
        or text in _OTHER_WORDS
    )


@dataclass(frozen=True)
class _Place:
    """The place of a match: its words in the line."""

    words: Sequence[Word]
    index: int
    length: int
    around: Surroundings

    @property
    def today(self) -> date:
        return self.around.today

    @property
    def own(self) -> Sequence[Word]:
        return self.words[self.index : self.index + self.length]

    def has_value(self) -> bool:
        return self.around.has_value(self.own)

    def unit_follows(self) -> bool:
        return self.around.unit_follows(self.index + self.length)

    def neighbour(self, offset: int) -> Word | None:
        """The word in front of the match (-1) or behind it (0)."""
        place = self.index + (self.length if offset == 0 else offset)
        return self.words[place] if 0 <= place < len(self.words) else None


_Recogniser = Callable[[re.Match[str], _Place], FirstLast]


def _latest_weekday(name: str, until: date) -> date:
    return until - timedelta(days=(until.weekday() - WEEKDAY_NUMBERS[name]) % 7)


def calendar_day(day: int, month: int, year: str | None, today: date) -> date:
    """The day; without a year the latest such day up to today. Raises ValueError without one."""
    if year:
        return date(_full_year(year, today), month, day)
    # Eight years hold a 29 February wherever they lie.
    for candidate in range(today.year, max(today.year - 9, 0), -1):
        try:
            latest = date(candidate, month, day)
        except ValueError:
            continue
        if latest <= today:
            return latest
    raise ValueError


def _full_year(year: str, today: date) -> int:
    """Two digits are the latest such year up to the next one."""
    if len(year) == 4:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) - (100 if century + int(year) > today.year + 1 else 0)


def months_ago(count: int, today: date) -> date:
    """The same day, or the last of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _iso(text: str) -> date:
    year, month, day = text.replace("/", "-").split("-")
    return date(int(year), int(month), int(day))


def _end(text: str, today: date, until: date) -> date:
    """The first or the last of several days: an ISO date, a weekday, `-3`, `today`, `yesterday`."""
    if text in WEEKDAY_NUMBERS:
        return _latest_weekday(text, until)
    if text[0] == "-":
        return today - timedelta(days=int(text[1:]))
    if text[0].isdigit():
        return _iso(text)
    return today - timedelta(days=text == "yesterday")


def _several(match: re.Match[str], place: _Place) -> FirstLast:
    last = _end(match[2], place.today, place.today)
    return _end(match[1], place.today, last), last


def _one(recognise: Callable[[re.Match[str], _Place], date]) -> _Recogniser:
    def days(match: re.Match[str], place: _Place) -> FirstLast:
        day = recognise(match, place)
        return day, day

    return days


def _ago(match: re.Match[str], place: _Place) -> date:
    written, unit = match[1], match[2][0]
    count = int(written if written.isdecimal() else spoken(written))
    if unit in "my":
        return months_ago(count * (12 if unit == "y" else 1), place.today)
    return place.today - timedelta(days=count * (7 if unit == "w" else 1))


def _relative(match: re.Match[str], place: _Place) -> date:
    return place.today - timedelta(days=_RELATIVE[match[0]])


def _last_weekday(match: re.Match[str], place: _Place) -> date:
    return _latest_weekday(match[1], place.today - timedelta(days=1))


def _numeric_day(match: re.Match[str], place: _Place) -> date:
    year = match["joined"] or match["year"]
    if match["year"] and place.unit_follows():
        raise _NoDate
    day = calendar_day(int(match["day"]), int(match["month"]), year, place.today)
    _check_short_year(year, day, place.today)
    return day


def _check_short_year(year: str | None, day: date, today: date) -> None:
    """Two digits are hardly a year that is long ago: `1.05.30` may be a duration."""
    if year and len(year) < 4 and day.year < today.year - NEAR_YEARS:
        raise Unreadable(f"Write {day} for that day, or the word in quotes.")


def _named_day(match: re.Match[str], place: _Place) -> date:
    """`5 oct`, `oct 5th`, `5. oct 2025`."""
    month, year = MONTH_NUMBERS[match["month"]], match["year"]
    if year:
        _check_year(match, place, month)
    elif not match["ordinal"]:
        _check_which_number(match, place, month)
    return calendar_day(int(match["day"]), month, year, place.today)


def _check_year(match: re.Match[str], place: _Place, month: int) -> None:
    """Four digits behind a day are the year only where nothing else is likely."""
    if place.unit_follows():
        raise _NoDate
    is_near = abs(int(match["year"]) - place.today.year) <= NEAR_YEARS
    if is_near or place.has_value():
        return
    year, day = match["year"], int(match["day"])
    raise Unreadable(
        f"The year {year}, or {year} of it? Write {year}-{month:02}-{day:02},"
        f" or the number in front of the date."
    )


def _check_which_number(match: re.Match[str], place: _Place, month: int) -> None:
    """`2 march 3`: 2 March or 3 March? Two equal numbers are the same either way."""
    day_first = match.start("day") < match.start("month")
    other = place.neighbour(0 if day_first else -1)
    if other is None or other.is_quoted or not _SMALL_NUMBER.fullmatch(other.text):
        return
    number, day = int(other.text), int(match["day"])
    is_value = day_first and place.around.unit_follows(place.index + place.length + 1)
    if is_value or number == day:
        return
    other_days = monthrange(2024, month)[1]
    _check_end_of_month(number, day, month, place.today)
    if not 1 <= number <= other_days:
        return
    if not 1 <= day <= other_days:
        raise _NoDate
    days = [calendar_day(choice, month, None, place.today) for choice in sorted((number, day))]
    either = " or ".join(f"{choice.day} {MONTHS[month - 1]}" for choice in days)
    raise Unreadable(f"{either}? Write {days[0]} or {days[1]}.")


def _check_end_of_month(number: int, day: int, month: int, today: date) -> None:
    """`2 nov 31`: November has no 31st, and may be what was meant all the same."""
    last, (one, other) = monthrange(2024, month)[1], sorted((number, day))
    if one <= last < other <= 31:
        written = calendar_day(one, month, None, today)
        raise Unreadable(
            f"{MONTHS[month - 1]} has {last} days: write {written} for {one} {MONTHS[month - 1]}."
        )


def _with_slashes(match: re.Match[str], place: _Place) -> FirstLast:
    """`10/5`, `10/05/2026`: by the account's order of dates, else where only one is possible."""
    one, other, year = int(match[1]), int(match[2]), match[3]
    possible = _in_each_order(match, place.today)
    if not year and 0 < one < other <= MAX_PARTS:
        _check_fraction(match[0], one, other, place, list(possible.values()))
    wanted = place.around.date_order
    if wanted in possible:
        possible = {wanted: possible[wanted]}
    days = sorted(set(possible.values()), reverse=True)
    if not year and not place.has_value():
        _ask_fraction(match[0], one, other, days)
    if not days:
        raise ValueError
    if len(days) > 1:
        in_years = len({day.year for day in days}) > 1
        either = " or ".join(
            f"{day.day} {MONTHS[day.month - 1]}{f' {day.year}' if in_years else ''}" for day in days
        )
        raise Unreadable(f"{either}? Write {' or '.join(map(str, days))}.")
    _check_short_year(year, days[0], place.today)
    return days[0], days[0]


def _check_fraction(text: str, one: int, other: int, place: _Place, days: Sequence[date]) -> None:
    """Raises _NoDate for `1/2 l` and `1 1/2`, Unreadable for `2 11/13`, which may be a day."""
    before = place.neighbour(-1)
    is_whole = before is not None and not before.is_quoted and before.text.isdecimal()
    # `05/11` is how people write days; parts have no zero in front.
    is_mixed = is_whole and not _ZERO_IN_FRONT.search(text)
    is_usual = other in _USUAL_PARTS and gcd(one, other) == 1
    if place.unit_follows() or (is_mixed and (is_usual or not days)):
        raise _NoDate
    if is_mixed and before is not None:
        either = " or ".join(map(str, sorted(set(days), reverse=True)))
        mixed = f"{before.text} {text}"
        raise Unreadable(f"{mixed}, or a day? Write the value in decimals, or {either}.")


def _in_each_order(match: re.Match[str], today: date) -> dict[str, date]:
    """The day in each order of dates in which there is one up to tomorrow."""
    one, other, year = match[1], match[2], match[3]
    orders = {"day-first": (one, other, year), "month-first": (other, one, year)}
    if year is None:
        orders["year-first"] = (other, one, year)
    elif len(year) == len(one) == 2:
        orders["year-first"] = (year, other, one)
    days = {}
    for order, (day, month, written_year) in orders.items():
        try:
            days[order] = calendar_day(int(day), int(month), written_year, today)
            check_days(days[order], days[order], today)
        except (ValueError, OverflowError):
            days.pop(order, None)
    return days


def _ask_fraction(text: str, one: int, other: int, days: Sequence[date]) -> None:
    """Ask whether a fraction is a day or an amount. Always raises Unreadable."""
    day = f"Write {days[0]} for the day" if days else "For a day write 2026-10-05 or 5 oct"
    if not 0 < one < other <= MAX_PARTS:
        raise Unreadable(f"{day}, a value beside it, or {text} in quotes. It is no fraction.")
    part = f"{one / other:.3f}".rstrip("0")
    raise Unreadable(f"A fraction or a day? Write {part} for the value. {day}.")


def _year_first(match: re.Match[str], place: _Place) -> date:
    return _iso(match[0])


def _eight_digits(match: re.Match[str], place: _Place) -> date:
    if place.unit_follows():
        raise _NoDate
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        check_days(day, day, place.today)
    except (ValueError, Unreadable):
        raise _NoDate from None
    if not place.has_value():
        raise Unreadable(f"A day or a value? Write {day} for the day, or a unit behind the value.")
    return day


def _month_days(match: re.Match[str], place: _Place) -> FirstLast:
    """`oct 1-5`: the end is read first, the start belongs to the same month."""
    month = MONTH_NUMBERS[match["month"]]
    last = calendar_day(int(match["last"]), month, None, place.today)
    return last.replace(day=int(match["first"])), last


_RELATIVE = {
    "day before yesterday": 2,
    "the day before yesterday": 2,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tonight": 0,
    "last night": 1,
}
# The parts of everyday fractions behind a whole number: `1 3/4`.
_USUAL_PARTS = frozenset({2, 3, 4, 8})
_ZERO_IN_FRONT = re.compile(r"\b0[0-9]")
_SMALL_NUMBER = re.compile("[0-9]{1,2}")

_DATES: tuple[tuple[re.Pattern[str], _Recogniser], ...] = tuple(
    (re.compile(pattern), recognise)
    for pattern, recognise in (
        (_END, _one(lambda match, place: _end(match[0], place.today, place.today))),
        (rf"({_END})\.\.({_END})", _several),
        (rf"({WEEKDAY})-({WEEKDAY})", _several),
        (rf"last ({WEEKDAY})", _one(_last_weekday)),
        (rf"([0-9]{{1,6}}|{COUNT}) (day|week|month|year)s? ago", _one(_ago)),
        (r"([0-9]{1,6}) ?(d|w) ago", _one(_ago)),
        ("|".join(_RELATIVE), _one(_relative)),
        (r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", _one(_year_first)),
        (
            rf"{_DAY}\.(?P<month>[0-9]{{1,2}})\.(?:(?P<joined>[0-9]{{4}}|[0-9]{{2}})|{_YEAR})",
            _one(_numeric_day),
        ),
        (rf"{_ORDINAL} {MONTH}{_YEAR}", _one(_named_day)),
        (rf"{MONTH} {_ORDINAL}{_YEAR}", _one(_named_day)),
        (rf"{MONTH} (?P<first>[0-9]{{1,2}})-(?P<last>[0-9]{{1,2}})", _month_days),
        (rf"(?P<first>[0-9]{{1,2}})-(?P<last>[0-9]{{1,2}}) {MONTH}", _month_days),
        (r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?", _with_slashes),
        (r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})", _one(_eight_digits)),
    )
)

_STARTS = frozenset("0123456789-")
_FIRST_PART = re.compile(r"-|\.\.")
_FIRST_WORDS = frozenset(
    {*MONTH_NUMBERS, *WEEKDAY_NUMBERS, *COUNTS, "today", "yesterday", "last", "this", "the"}
    | {"day", "tonight"}
)
_OTHER_WORDS = frozenset({"tomorrow", "ago", "before", "morning", "evening", "night", "next"})


def is_month(text: str) -> bool:
    """Whether a word is the name of a month."""
    return text in MONTH_NUMBERS


def month_named(text: str) -> str:
    """The month that a word in lower case is the name of, in any language, in English; else ""."""
    name = text.rstrip(".").removeprefix("d'").removeprefix("d’")
    return name if is_month(name) else foreign_dates.MONTHS.get(name, "")
