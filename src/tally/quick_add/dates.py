"""The dates of a line: words that name a day, or several days, in English. Pure.

A table of recognisers: patterns for the words of a date, joined by single spaces. Each pattern must
match all of the words; the longest match wins.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tally.domain.amounts import Unreadable
from tally.domain.calendar_names import MONTHS
from tally.quick_add.amounts.number_words import COUNT, COUNTS, spoken
from tally.quick_add.calendar import foreign_dates
from tally.quick_add.calendar.calendar_dates import (
    ISO,
    MAX_LINE_DAYS,
    MONTH,
    MONTH_NUMBERS,
    NEAR_YEARS,
    NO_SUCH_DAY,
    WEEKDAY,
    WEEKDAY_NUMBERS,
    YEAR,
    DayRange,
    calendar_day,
    check_days,
    check_short_year,
    iso_day,
    last_day_of,
    latest_weekday,
    months_ago,
)
from tally.quick_add.calendar.date_place import DatePlace, NoDate, Surroundings
from tally.quick_add.calendar.slash_dates import slashed_day
from tally.quick_add.words.tokens import Word, text_of

MAX_DATE_WORDS = 4

TWO_DATES = "Two dates. Keep one, or write the other in quotes."


@dataclass(frozen=True)
class WrittenDays:
    """Words that are days, from the first to the last."""

    words: tuple[Word, ...]
    first: date
    last: date


_END = rf"today|yesterday|{WEEKDAY}|-[0-9]{{1,6}}|{ISO}"
_DAY = "(?P<day>[0-9]{1,2})"
_ORDINAL = f"{_DAY}(?P<ordinal>st|nd|rd|th|\\.)?"
_YEAR = "(?: (?P<year>[0-9]{4}))?"


def days_at(
    words: Sequence[Word], index: int, length: int, around: Surroundings, most: int = MAX_LINE_DAYS
) -> DayRange | None:
    """The days that `length` words from `index` name; None if they name no day.

    Raises Unreadable with a sentence for a day that does not exist, or for two meanings.
    """
    text = text_of(words[index : index + length]).lower()
    place = DatePlace(words, index, length, around)
    for pattern, recognise in _DATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            days = recognise(match, place)
            check_days(*days, around.today, most)
        except NoDate:
            continue
        except Unreadable:
            raise
        except (ValueError, OverflowError):
            raise Unreadable(NO_SUCH_DAY) from None
        return days
    return None


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


_Recogniser = Callable[[re.Match[str], DatePlace], DayRange]


def _end(text: str, today: date, until: date) -> date:
    """The first or the last of several days: an ISO date, a weekday, `-3`, `today`, `yesterday`."""
    if text in WEEKDAY_NUMBERS:
        return latest_weekday(text, until)
    if text[0] == "-":
        return today - timedelta(days=int(text[1:]))
    if text[0].isdigit():
        return iso_day(text)
    return today - timedelta(days=text == "yesterday")


def _several(match: re.Match[str], place: DatePlace) -> DayRange:
    last = _end(match[2], place.today, place.today)
    return DayRange(_end(match[1], place.today, last), last)


def _one(recognise: Callable[[re.Match[str], DatePlace], date]) -> _Recogniser:
    def days(match: re.Match[str], place: DatePlace) -> DayRange:
        day = recognise(match, place)
        return DayRange(day, day)

    return days


def _ago(match: re.Match[str], place: DatePlace) -> date:
    written, unit = match[1], match[2][0]
    count = int(written if written.isdecimal() else spoken(written))
    if unit in "my":
        return months_ago(count * (12 if unit == "y" else 1), place.today)
    return place.today - timedelta(days=count * (7 if unit == "w" else 1))


def _relative(match: re.Match[str], place: DatePlace) -> date:
    return place.today - timedelta(days=_RELATIVE[match[0]])


def _last_weekday(match: re.Match[str], place: DatePlace) -> date:
    return latest_weekday(match[1], place.today - timedelta(days=1))


def _numeric_day(match: re.Match[str], place: DatePlace) -> date:
    year = match["joined"] or match["year"]
    if match["year"] and place.unit_follows():
        raise NoDate
    day = calendar_day(int(match["day"]), int(match["month"]), year, place.today)
    check_short_year(year, day, place.today)
    return day


def _named_day(match: re.Match[str], place: DatePlace) -> date:
    """`5 oct`, `oct 5th`, `5. oct 2025`."""
    month, year = MONTH_NUMBERS[match["month"]], match["year"]
    if year:
        _check_year(match, place, month)
    elif not match["ordinal"]:
        _check_which_number(match, place, month)
    return calendar_day(int(match["day"]), month, year, place.today)


def _check_year(match: re.Match[str], place: DatePlace, month: int) -> None:
    """Accept four digits after a day as its year only if nothing else is likely."""
    if place.unit_follows():
        raise NoDate
    is_near = abs(int(match["year"]) - place.today.year) <= NEAR_YEARS
    if is_near or place.has_value():
        return
    raise Unreadable(_year_or_value(match, month, "in front of"))


def _year_before(match: re.Match[str], place: DatePlace) -> date:
    """`2026 oct 5`: the year where another value is left, else it may be the value as well."""
    month, year = MONTH_NUMBERS[match["month"]], match["year"]
    if abs(int(year) - place.today.year) > NEAR_YEARS:
        raise NoDate
    day = calendar_day(int(match["day"]), month, year, place.today)
    if not place.has_value():
        raise Unreadable(_year_or_value(match, month, "apart from"))
    return day


def _year_or_value(match: re.Match[str], month: int, where: str) -> str:
    year, day = match["year"], int(match["day"])
    return (
        f"The year {year}, or {year} of it? Write {year}-{month:02}-{day:02},"
        f" or the number {where} the date."
    )


def _check_which_number(match: re.Match[str], place: DatePlace, month: int) -> None:
    """`2 march 3`: 2 March or 3 March? Two equal numbers are the same either way."""
    day_first = match.start("day") < match.start("month")
    other = place.neighbour(0 if day_first else -1)
    if day_first and other is not None and _DAYS_OF_MONTH.fullmatch(other.text):
        raise NoDate  # `2 nov 27-29`: the month is that of the days behind it.
    if other is None or other.is_quoted or not _SMALL_NUMBER.fullmatch(other.text):
        return
    number, day = int(other.text), int(match["day"])
    is_value = day_first and place.around.unit_follows(place.index + place.length + 1)
    if is_value or number == day:
        return
    other_days = last_day_of(month)
    _check_end_of_month(number, day, month, place.today)
    if not 1 <= number <= other_days:
        return
    if not 1 <= day <= other_days:
        raise NoDate
    days = [calendar_day(choice, month, None, place.today) for choice in sorted((number, day))]
    either = " or ".join(f"{choice.day} {MONTHS[month - 1]}" for choice in days)
    raise Unreadable(f"{either}? Write {days[0]} or {days[1]}.")


def _check_end_of_month(number: int, day: int, month: int, today: date) -> None:
    """Raises Unreadable for `2 nov 31`: November has no 31st, so 2 November may be meant."""
    last, (one, other) = last_day_of(month), sorted((number, day))
    if one <= last < other <= 31:
        written = calendar_day(one, month, None, today)
        raise Unreadable(
            f"{MONTHS[month - 1]} has {last} days: write {written} for {one} {MONTHS[month - 1]}."
        )


def _year_first(match: re.Match[str], place: DatePlace) -> date:
    return iso_day(match[0])


def _eight_digits(match: re.Match[str], place: DatePlace) -> date:
    if place.unit_follows():
        raise NoDate
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        check_days(day, day, place.today)
    except (ValueError, Unreadable):
        raise NoDate from None
    if not place.has_value():
        raise Unreadable(f"A day or a value? Write {day} for the day, or a unit behind the value.")
    return day


def _month_days(match: re.Match[str], place: DatePlace) -> DayRange:
    """`oct 1-5`: the end is read first, the start belongs to the same month."""
    month = MONTH_NUMBERS[match["month"]]
    last = calendar_day(int(match["last"]), month, None, place.today)
    _check_year_beside(int(match["first"]), last, place)
    return DayRange(last.replace(day=int(match["first"])), last)


def _check_year_beside(first: int, last: date, place: DatePlace) -> None:
    """Raises Unreadable for `oct 1-5 2025`: days have no year, so that 2025 would be the value."""
    for offset in (-1, 0):
        word = place.neighbour(offset)
        if word is None or word.is_quoted or not _FOUR_DIGITS.fullmatch(word.text):
            continue
        is_value = offset == 0 and place.around.unit_follows(place.index + place.length + 1)
        if not is_value and abs(int(word.text) - place.today.year) <= NEAR_YEARS:
            year, month = word.text, f"{last.month:02}"
            raise Unreadable(
                f"Days of {year}, or {year} of it? Write {year}-{month}-{first:02}.."
                f"{year}-{month}-{last.day:02}, or the number apart from the days."
            )


_RELATIVE = {
    "day before yesterday": 2,
    "the day before yesterday": 2,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tonight": 0,
    "last night": 1,
}
_SMALL_NUMBER = re.compile("[0-9]{1,2}")
_DAYS_OF_MONTH = re.compile("[0-9]{1,2}-[0-9]{1,2}")
_FOUR_DIGITS = re.compile(YEAR)

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
        (rf"(?P<year>{YEAR}) {MONTH} {_ORDINAL}", _one(_year_before)),
        (rf"{MONTH} (?P<first>[0-9]{{1,2}})-(?P<last>[0-9]{{1,2}})", _month_days),
        (rf"(?P<first>[0-9]{{1,2}})-(?P<last>[0-9]{{1,2}}) {MONTH}", _month_days),
        (r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?", slashed_day),
        (rf"({YEAR})([0-9]{{2}})([0-9]{{2}})", _one(_eight_digits)),
    )
)

_STARTS = frozenset("0123456789-")
_FIRST_PART = re.compile(r"-|\.\.")
_FIRST_WORDS = frozenset(
    {*MONTH_NUMBERS, *WEEKDAY_NUMBERS, *COUNTS, "today", "yesterday", "last", "this", "the"}
    | {"day", "tonight"}
)
_OTHER_WORDS = frozenset({"tomorrow", "ago", "before", "morning", "evening", "night", "next"})
