"""The quick-add line: text in, records or what to change out. Pure; never raises on any text.

Steps, each taking its words away from the next: quotes and notes, tags, dates, the value with its
unit, the type. docs/quick-add.md tells the grammar as users read it.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Protocol

from tally.domain.amounts import SPACES, Unreadable, evaluate, grouped, plain, remark
from tally.domain.fields import FIRST_DATE, MAX_NOTES, MAX_TYPE, MAX_UNIT, NO_UNIT, check_length
from tally.domain.filters import WITHOUT_UNIT
from tally.domain.formatting import MONTHS, WEEKDAYS
from tally.domain.text import fold, one_line
from tally.domain.units import Units

MAX_LINES = 500
MAX_DAYS = 31
# Any more cannot be one record: a type has 64 characters, notes 2 000.
MAX_PIECES = 1_000
MAX_WORDS = 60

IN_QUOTES = "Write it in quotes to make it part of the type."
NOT_A_DATE = "Write a date such as 2026-10-05, or the word in quotes."
SIGN_AFTER = "Write the unit after the value, such as 5 €, or the word in quotes."
NOT_A_UNIT = "Write a value such as 12.5 kWh, or the word in quotes."
NO_SUCH_DAY = "There is no such day. Write a day of the calendar."
TOO_LONG = f"A type can have {MAX_TYPE} characters. Put the rest after a semicolon."


@dataclass(frozen=True)
class Vocabulary:
    """What the user has used: folded type → (spelling, last unit), and the units."""

    types: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    number_format: str = "auto"


@dataclass(frozen=True)
class Draft:
    """A record as a line says it.

    `filled` names the fields that the line left out; `new_unit` marks a unit never used before;
    `remark` says how its value was read where another number may be meant.
    """

    consumption_date: date
    consumption_type: str
    consumption_value: Decimal
    unit: str
    notes: str
    filled: frozenset[str] = frozenset()
    new_unit: bool = False
    remark: str = ""
    line: int = 1


@dataclass(frozen=True)
class ParseProblem:
    """What could not be read: `text` stands at `start` to `end` of line `line` (from 1)."""

    line: int
    text: str
    message: str
    start: int
    end: int


@dataclass(frozen=True)
class ParseResult:
    """Records of the lines that were read, troubles of the others."""

    records: tuple[Draft, ...]
    unread: tuple[ParseProblem, ...]


class RecordLike(Protocol):
    """The content of a record."""

    @property
    def consumption_date(self) -> date: ...
    @property
    def consumption_value(self) -> Decimal: ...
    @property
    def consumption_type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def notes(self) -> str: ...


def read(text: str, today: date, known: Vocabulary | None = None) -> ParseResult:
    """Each line of `text` as a record, or as several for several days. Blank lines are skipped."""
    known = known or Vocabulary()
    units = Units(known.units)
    records: list[Draft] = []
    unread: list[ParseProblem] = []
    lines = split_lines(text)
    if len(lines) > MAX_LINES:
        number, line = lines[MAX_LINES]
        message = f"{MAX_LINES} lines can be saved at once; these are {grouped(len(lines))}."
        return ParseResult((), (ParseProblem(number, line, message, 0, len(line)),))
    for number, line in lines:
        reader = _LineReader(line, today, known, units)
        drafts = reader.drafts(number)
        if reader.troubles:
            unread += [
                ParseProblem(number, line[it.start : it.end], it.message, it.start, it.end)
                for it in sorted(reader.troubles, key=lambda it: it.start)
            ]
        else:
            records += drafts
    if not records and not unread:
        unread.append(ParseProblem(1, "", "Write what it was, such as coffee 2.", 0, 0))
    return ParseResult(tuple(records), tuple(unread))


def split_lines(text: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    lines = enumerate(_LINE_END.split(text), 1)
    return [(number, line) for number, line in lines if line.strip()]


def line_for(record: RecordLike) -> str:
    """The line that reads back as this record (its notes without line breaks)."""
    day, amount = record.consumption_date, plain(record.consumption_value)
    units = (record.unit, quoted(record.unit)) if record.unit else (' ""',)
    notes = f" ; {record.notes}" if record.notes else ""
    for name in (record.consumption_type, quoted(record.consumption_type)):
        for unit in units:
            line = f"{day} {name} {amount}{unit}"
            # Read without knowing the user: then it says the same whatever they have used.
            if any(
                (it.consumption_type, it.consumption_value, it.unit)
                == (record.consumption_type, record.consumption_value, record.unit)
                for it in read(line, day).records
            ):
                return line + notes
    return line + notes


def quoted(text: str) -> str:
    """The text in quotes, so that nothing in it means anything."""
    return '"' + text.replace('"', '""') + '"'


_Recogniser = Callable[[re.Match[str], date], tuple[date, date]]


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True)
class _Trouble:
    start: int
    end: int
    message: str


@dataclass(frozen=True)
class _Days:
    words: tuple[_Word, ...]
    first: date
    last: date


@dataclass(frozen=True)
class _Amount:
    words: tuple[_Word, ...]
    value: Decimal
    unit: str | None
    remark: str = ""


class _LineReader:
    """One line on its way through the steps; `troubles` is what went wrong."""

    def __init__(self, line: str, today: date, known: Vocabulary, units: Units) -> None:
        self.line = line
        self.today = today
        self.known = known
        self.units = units
        self.words: list[_Word] = []
        self.troubles: list[_Trouble] = []

    def drafts(self, number: int) -> list[Draft]:
        """The records of the line: one a day. Without meaning when there are troubles."""
        notes = self._take_notes()
        if len(self.words) > MAX_WORDS:
            self._trouble(self.words, TOO_LONG)
            return []
        days = self._take_days()
        amount = self._take_amount()
        name = self._take_type()
        spelling, last_unit = self.known.types.get(fold(name), (name, ""))
        unit = last_unit if amount.unit is None else amount.unit
        said = {
            "unit": amount.unit is not None or not unit,
            "consumption_value": bool(amount.words),
            "consumption_date": bool(days.words),
        }
        return [
            Draft(
                consumption_date=days.first + timedelta(days=offset),
                consumption_type=spelling,
                consumption_value=amount.value,
                unit=unit,
                notes=notes,
                filled=frozenset(name for name, is_said in said.items() if not is_said),
                new_unit=bool(unit) and unit not in self.units,
                remark=amount.remark,
                line=number,
            )
            for offset in range((days.last - days.first).days + 1)
        ]

    def _trouble(self, words: Sequence[_Word], message: str) -> None:
        self.troubles.append(_Trouble(words[0].start, words[-1].end, message))

    def _take_notes(self) -> str:
        """Quotes, notes and tags. What is left are the words."""
        notes, tags, end = "", [], len(self.line)
        for piece in islice(_PIECE.finditer(self.line), MAX_PIECES):
            if piece["semicolon"]:
                notes, end = self.line[piece.end() :].strip(), piece.start()
                break
            text = piece["word"] or piece["unclosed"]
            if text is None:
                text = piece["quoted"].replace('""', '"')
                self.words.append(_Word(text, *piece.span(), quoted=True))
            elif text.startswith("#") and len(text) > 1:
                tags.append(text)
            else:
                self.words.append(_Word(text, *piece.span()))
        else:
            if len(self.words) + len(tags) == MAX_PIECES:
                self.troubles.append(_Trouble(0, end, TOO_LONG))
        notes = " ".join(filter(None, (notes, *tags)))
        try:
            check_length(notes, "Notes", MAX_NOTES)
        except ValueError as error:
            start = end if end < len(self.line) else 0
            self.troubles.append(_Trouble(start, len(self.line), str(error)))
        return notes

    def _take_days(self) -> _Days:
        found: dict[int, _Days] = {}
        taken: set[int] = set()
        # The longest match first, of equals the first.
        for length in (3, 2, 1):
            for index in range(len(self.words) - length + 1):
                place = range(index, index + length)
                if taken.isdisjoint(place) and (days := self._days_at(index, length)):
                    found[index] = days
                    taken.update(place)
        self.words = [word for index, word in enumerate(self.words) if index not in taken]
        first, *others = [found[index] for index in sorted(found)] or [_Days((), *[self.today] * 2)]
        for other in others:
            self._trouble(other.words, "Two dates. Keep one, or write the other in quotes.")
        return first

    def _days_at(self, index: int, length: int) -> _Days | None:
        words = tuple(self.words[index : index + length])
        if any(word.quoted for word in words):
            return None
        text = " ".join(word.text for word in words).lower()
        for pattern, recognise in _DATES:
            match = pattern.fullmatch(text)
            if match is None:
                continue
            if match.groupdict().get("year") and self._unit_follows(index + length):
                return None
            try:
                first, last = recognise(match, self.today)
                self._check_days(first, last)
            except Unreadable as trouble:
                self._trouble(words, str(trouble))
            except (ValueError, OverflowError):
                self._trouble(words, NO_SUCH_DAY)
            else:
                return _Days(words, first, last)
            return _Days(words, self.today, self.today)
        return None

    def _check_days(self, first: date, last: date) -> None:
        if first < FIRST_DATE:
            raise Unreadable("Dates begin at 1900-01-01.")
        if last > self.today + timedelta(days=1):
            raise Unreadable("Dates reach to tomorrow.")
        if first > last:
            raise Unreadable("The first day comes after the last. Turn them round.")
        if (last - first).days >= MAX_DAYS:
            raise Unreadable(f"Several days are {MAX_DAYS} at most.")

    def _unit_follows(self, index: int) -> bool:
        if index >= len(self.words):
            return False
        word = self.words[index]
        return not word.text if word.quoted else self.units.find(word.text) is not None

    def _take_amount(self) -> _Amount:
        found: list[_Amount] = []
        left: list[_Word] = []
        index = 0
        while index < len(self.words):
            amount = self._amount_at(index)
            if amount:
                found.append(amount)
            else:
                left.append(self.words[index])
            index += len(amount.words) if amount else 1
        self.words = left
        first, *others = found or [_Amount((), Decimal(1), None)]
        for other in others:
            self._trouble(other.words, "Two values. Keep one, or write the other in quotes.")
        return first

    def _amount_at(self, index: int) -> _Amount | None:
        """The value that begins here, with its unit: attached, or the next word."""
        if self.words[index].quoted or not _VALUE.match(self.words[index].text):
            return None
        last = self._last_group(index)
        words = self.words[index : last + 1]
        match = _VALUE.match(words[-1].text)
        assert match is not None
        number, attached = match.group(), words[-1].text[match.end() :]
        unit, further = self._unit_after(words[-1], attached, last + 1)
        words += self.words[last + 1 : last + 1 + further]
        if unit and len(unit) > MAX_UNIT:
            self._trouble(words, f"A unit can have {MAX_UNIT} characters.")
        if unit == WITHOUT_UNIT and words[-1].quoted:
            self._trouble(words, NO_UNIT)
        written = " ".join([*(word.text for word in words[: last - index]), number])
        try:
            value = evaluate(written, self.known.number_format)
        except Unreadable as trouble:
            self._trouble(words[: last - index + 1], str(trouble))
            value = Decimal(1)
        return _Amount(tuple(words), value, unit, remark(written, self.known.number_format))

    def _unit_after(self, word: _Word, attached: str, index: int) -> tuple[str | None, int]:
        """The unit of a value, None when none is written, and how many more words it takes."""
        if attached not in ("", "x", "X"):
            return self._attached_unit(attached, word), 0
        if index == len(self.words):
            return None, 0
        following = self.words[index]
        if following.quoted:
            # "" says that there is none; other quotes are a unit only where they touch the number.
            touches = following.start == word.end and not attached
            return (_plain_line(following.text), 1) if touches or not following.text else (None, 0)
        unit = self.units.find(following.text)
        return unit, 0 if unit is None else 1

    def _last_group(self, index: int) -> int:
        """The index of the word with the last digits of a number like `1 234 567,5`."""
        last = index
        while (
            (_FIRST_GROUP if last == index else _GROUP).fullmatch(self.words[last].text)
            and last + 1 < len(self.words)
            and not self.words[last + 1].quoted
            and _LAST_GROUP.match(self.words[last + 1].text)
            and self.line[self.words[last].end : self.words[last + 1].start] in SPACES
        ):
            last += 1
        return last

    def _attached_unit(self, text: str, word: _Word) -> str:
        unit = self.units.find(text)
        if unit is None:
            unit = unicodedata.normalize("NFC", text)
            if not all(char in "°%µ" or unicodedata.category(char)[0] in "LM" for char in unit):
                self._trouble([word], NOT_A_UNIT)
        return unit

    def _take_type(self) -> str:
        for word in self.words:
            if not word.quoted and (message := _why_unread(word.text)):
                self._trouble([word], message)
        name = _plain_line(" ".join(word.text for word in self.words))
        if len(name) > MAX_TYPE:
            self._trouble(self.words, TOO_LONG)
        elif not name:
            start = len(self.line) - len(self.line.lstrip())
            message = "Write what it was as well, such as coffee."
            self.troubles.append(_Trouble(start, len(self.line.rstrip()), message))
        return name


_LINE_END = re.compile(r"\r\n|[\r\n]")

# A piece of a line. Possessive, so that no text makes it try twice.
_PIECE = re.compile(
    r'"(?P<quoted>(?:[^"]++|"")*+)"|(?P<word>[^\s";]++)|(?P<semicolon>;)|(?P<unclosed>"[^\s;]*+)'
)

_NUMBER = r"[.,]?[0-9]++(?:[.,][0-9]++)*+"
_VALUE = re.compile(rf"{_NUMBER}(?:[+*xX]{_NUMBER})*+")
_FIRST_GROUP = re.compile(r"[1-9][0-9]{0,2}")
_GROUP = re.compile(r"[0-9]{3}")
_LAST_GROUP = re.compile(r"[0-9]{3}(?![0-9])")

_SIGNS = "+-\u2212\u00b1\u2213\ufe62\ufe63\uff0b\uff0d"

# Words that cannot stand in a type as they are, and what to write instead.
_UNREAD: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda word: word.lower() in ("tomorrow", "next", "last", "ago"), NOT_A_DATE),
    (lambda word: unicodedata.category(word[0]) == "Sc", SIGN_AFTER),
    (lambda word: word.lower() == "x" or '"' in word, IN_QUOTES),
    (lambda word: word[0].isdigit() or word[0] in _SIGNS + "@=", IN_QUOTES),
)


def _why_unread(word: str) -> str | None:
    return next((message for is_so, message in _UNREAD if is_so(word)), None)


def _plain_line(text: str) -> str:
    """What is no letter of any script, such as a terminal's escape, is a space."""
    return one_line("".join(" " if unicodedata.category(it) == "Cc" else it for it in text))


def _numbered(names: Sequence[str], start: int) -> dict[str, int]:
    """Names, full and in three letters, with their numbers."""
    return {
        short: number
        for number, name in enumerate(names, start)
        for short in (name.lower(), name[:3].lower())
    }


_MONTH_NUMBERS = _numbered(MONTHS, 1)
_WEEKDAY_NUMBERS = _numbered(WEEKDAYS, 0)
_STEPS = {"day": timedelta(days=1), "week": timedelta(weeks=1)}


def _latest_weekday(name: str, until: date) -> date:
    return until - timedelta(days=(until.weekday() - _WEEKDAY_NUMBERS[name]) % 7)


def _calendar_day(day: str, month: int, year: str | None, today: date) -> date:
    """Without a year the latest such day up to today. Raises ValueError when there is none."""
    if year:
        return date(int(year), month, int(day))
    # Eight years hold a 29 February wherever they lie.
    for candidate in range(today.year, max(today.year - 9, 0), -1):
        try:
            found = date(candidate, month, int(day))
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError


def _months_ago(count: int, today: date) -> date:
    """The same day, or the last of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _end(text: str, today: date, until: date) -> date:
    """One end of several days: an ISO date, a weekday, `-3`, `today`, `yesterday`."""
    if text in _WEEKDAY_NUMBERS:
        return _latest_weekday(text, until)
    if text[0] == "-":
        return today - timedelta(days=int(text[1:]))
    if text[0].isdigit():
        return date.fromisoformat(text)
    return today - timedelta(days=text == "yesterday")


def _several(start: str, end: str, today: date) -> tuple[date, date]:
    last = _end(end, today, today)
    return _end(start, today, last), last


def _one(recognise: Callable[[re.Match[str], date], date]) -> _Recogniser:
    def days(match: re.Match[str], today: date) -> tuple[date, date]:
        day = recognise(match, today)
        return day, day

    return days


_MONTH = f"(?P<month>{'|'.join(_MONTH_NUMBERS)})"
_WEEKDAY = "|".join(_WEEKDAY_NUMBERS)
_END = rf"today|yesterday|{_WEEKDAY}|-[0-9]{{1,6}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
_DAY = "(?P<day>[0-9]{1,2})"
_YEAR = "(?: (?P<year>[0-9]{4}))?"


def _month_day(match: re.Match[str], today: date) -> date:
    return _calendar_day(match["day"], _MONTH_NUMBERS[match["month"]], match["year"], today)


# What words, joined by single spaces, are a date; each must fit as a whole. `year` is a word of its
# own that is the year only where no unit follows it.
_DATES: tuple[tuple[re.Pattern[str], _Recogniser], ...] = tuple(
    (re.compile(pattern), recognise)
    for pattern, recognise in (
        (_END, _one(lambda match, today: _end(match[0], today, today))),
        (rf"({_END})\.\.({_END})", lambda match, today: _several(match[1], match[2], today)),
        (
            rf"last ({_WEEKDAY})",
            _one(lambda match, today: _latest_weekday(match[1], today - timedelta(days=1))),
        ),
        (
            r"([0-9]{1,6}) (day|week)s? ago",
            _one(lambda match, today: today - int(match[1]) * _STEPS[match[2]]),
        ),
        (r"([0-9]{1,6}) months? ago", _one(lambda match, today: _months_ago(int(match[1]), today))),
        (
            rf"{_DAY}\.(?P<month>[0-9]{{1,2}})\.(?:(?P<joined>[0-9]{{4}})|{_YEAR})",
            _one(
                lambda match, today: _calendar_day(
                    match["day"], int(match["month"]), match["joined"] or match["year"], today
                )
            ),
        ),
        (rf"{_DAY} {_MONTH}{_YEAR}", _one(_month_day)),
        (rf"{_MONTH} {_DAY}{_YEAR}", _one(_month_day)),
    )
)
