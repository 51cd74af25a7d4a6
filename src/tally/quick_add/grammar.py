"""The quick-add line: text in, records or what to change out. Pure; never raises on any text.

A line is read downwards, each step takes its words away from the next: quotes, notes and tags;
`rolled over`; `over` and its period; dates; amounts; the type. Then the amounts are told apart
(value, cost, price, reading) and the value is written in the unit of the type.
docs/quick-add.md tells the grammar as users read it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

from tally.domain.amounts import MAX_VALUE, Unreadable, grouped, plain
from tally.domain.currencies import currency_of, sign
from tally.domain.fields import MAX_DAYS, MAX_NOTES, MAX_TYPE, MAX_UNIT, check_length
from tally.domain.formatting import Words
from tally.domain.meters import START, BrokenChain, Neighbours, Reading, consumption
from tally.domain.text import fold
from tally.domain.units import (
    MAX_NAME_WORDS,
    TIME,
    Units,
    asks_measures,
    dimension,
    factor,
    is_convertible,
    rounded,
)
from tally.quick_add import number_words, readings
from tally.quick_add.dates import (
    MAX_DATE_WORDS,
    TWO_DATES,
    Found,
    Surroundings,
    check_days,
    days_at,
    is_month,
    may_begin_date,
    troubles_in,
)
from tally.quick_add.durations import TIME_OF_DAY
from tally.quick_add.separators import BEGINS_VALUE, DASHES, without_separators
from tally.quick_add.similar import nearest
from tally.quick_add.spans import Over, take_over
from tally.quick_add.tokens import Tokens, Word, plain_line, tokenise, visible
from tally.quick_add.values import Amount, AmountReader, is_unit_text
from tally.quick_add.vocabulary import MeterDay, Vocabulary

MAX_LINES = 500

IN_QUOTES = "Write it in quotes to make it part of the type."
NOT_A_DATE = "Write a date such as 2026-10-05, or the word in quotes."
SIGN_AFTER = "Write the unit after the value, such as 5 €, or the word in quotes."
NOT_A_VALUE = "Write a value such as 12.5 kWh, or the word in quotes."
READING_ALONE = "Write a reading in one word, such as @48213, or the word in quotes."
TIMES_ALONE = "Write 2x in one word, or the word in quotes to make it part of the type."
TOO_LONG = f"A type can have {MAX_TYPE} characters. Put the rest after a semicolon."
TWO_VALUES = "Two values. Keep one, or write the other in quotes."
NO_TYPE = "What was it? Add a name, such as coffee, or put what you wrote in quotes."
NO_AMOUNT = "Write how much it was as well, such as 250 kWh over oct."
BEHIND_VALUE = (
    "A unit stands behind the value already, or at the end of the line (kWh is one word);"
    " write the word in quotes to make it part of the type."
)
MARK_ON_UNIT = "Write the unit without its mark, or the word in quotes."


@dataclass(frozen=True)
class Draft:
    """A record as a line says it.

    filled: the fields that the line left out. new_type, new_unit: never used before; similar: the
    type that may be meant instead. converted_from: the amount as written, "" where it is the same.
    remark: how the value was read where another number may be meant. asks: what takes a second
    Enter. before: the reading that a reading's value is counted from. currency: the account's own,
    to be set by this cost where there was none.
    similar_line, kept_line: the line with what is offered instead.
    """

    consumption_date: date
    consumption_type: str
    consumption_value: Decimal
    unit: str
    notes: str
    days: int = 1
    reading: Decimal | None = None
    new_meter: bool = False
    rolled_over: bool = False
    cost: Decimal | None = None
    currency: str = ""
    filled: frozenset[str] = frozenset()
    new_type: bool = False
    similar: str = ""
    new_unit: bool = False
    converted_from: str = ""
    remark: str = ""
    asks: tuple[str, ...] = ()
    before: Reading | None = None
    similar_line: str = ""
    kept_line: str = ""
    line: int = 1


@dataclass(frozen=True)
class ParseProblem:
    """What could not be read: `text` stands at `start` to `end` of line `line` (from 1).

    adds: words that the message tells one to add, each as it may be put at the end of the line.
    asks_measures: the account has to say whether its gallons are US or imperial.
    """

    line: int
    text: str
    message: str
    start: int
    end: int
    adds: tuple[str, ...] = ()
    asks_measures: bool = False


class WantedReading(NamedTuple):
    """A reading of which the one before has to be known."""

    meter: MeterDay
    figure: Decimal


@dataclass(frozen=True)
class ParseResult:
    """Records of the lines that were read, problems of the others.

    readings: those of all lines. Where the vocabulary did not have their meters, it has to be read
    once more with them.
    """

    records: tuple[Draft, ...]
    unread: tuple[ParseProblem, ...]
    readings: tuple[WantedReading, ...] = ()


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


def read(text: str, today: date, vocabulary: Vocabulary | None = None) -> ParseResult:
    """Each line of `text` as a record, or as several for several days. Blank lines are skipped."""
    vocabulary = vocabulary or Vocabulary()
    units = Units(vocabulary.units)
    records: list[Draft] = []
    unread: list[ParseProblem] = []
    wanted: list[WantedReading] = []
    lines = split_lines(text)
    if len(lines) > MAX_LINES:
        number, line = lines[MAX_LINES]
        message = f"{MAX_LINES} lines can be saved at once; these are {grouped(len(lines))}."
        return ParseResult((), (ParseProblem(number, line, message, 0, len(line)),))
    for number, line in lines:
        clean, places = visible(line)
        reader = _LineReader(clean, today, vocabulary, units)
        drafts = reader.drafts(number)
        wanted += reader.readings
        if reader.problems:
            unread += _placed(reader.problems, number, line, places)
        else:
            records += drafts
    if not records and not unread:
        unread.append(ParseProblem(1, "", "Write what it was, such as coffee 2.", 0, 0))
    return ParseResult(tuple(records), tuple(unread), tuple(wanted))


def split_lines(text: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    lines = enumerate(_LINE_END.split(text), 1)
    return [(number, line) for number, line in lines if visible(line)[0].strip()]


def line_for(record: RecordLike, vocabulary: Vocabulary | None = None) -> str:
    """The line that reads back as this record (its notes without line breaks)."""
    notes = f" ; {record.notes}" if record.notes else ""
    lines = [
        f"{record.consumption_date} {name} {amount}"
        for name in (record.consumption_type, quoted(record.consumption_type))
        for amount in _amounts_for(record)
    ]
    return next((it for it in lines if _reads_as(it, record, vocabulary)), lines[-1]) + notes


def _amounts_for(record: RecordLike) -> list[str]:
    """How the amount of a record may be written, the plainest first."""
    reading: Decimal | None = getattr(record, "reading", None)
    number = plain(record.consumption_value) if reading is None else f"@{plain(reading)}"
    days: int = getattr(record, "days", 1)
    over = f" over {days} days" if days > 1 and reading is None else ""
    new = " new" if reading is not None and days == 0 else ""
    units = (record.unit, quoted(record.unit)) if record.unit else (' ""',)
    return [f"{number}{unit}{new}{over}" for unit in units]


def _reads_as(line: str, record: RecordLike, vocabulary: Vocabulary | None) -> bool:
    """Whether the line says the same to somebody who has used nothing yet, and to this user."""
    day = record.consumption_date
    for known in filter(None, (vocabulary, Vocabulary())):
        drafts = read(line, day, known).records
        wanted = (record.consumption_type, record.unit, getattr(record, "reading", None))
        if [(it.consumption_type, it.unit, it.reading) for it in drafts] != [wanted]:
            return False
        if wanted[2] is None and drafts[0].consumption_value != record.consumption_value:
            return False
    return True


def quoted(text: str) -> str:
    """The text in quotes, so that nothing in it means anything."""
    return '"' + text.replace('"', '""') + '"'


def _placed(
    problems: Sequence["_Problem"], number: int, line: str, places: Sequence[int] | None
) -> list[ParseProblem]:
    """The problems with their places in the line as it was written, in order."""
    placed = []
    for problem in sorted(problems, key=lambda it: it.start):
        start, end = problem.start, problem.end
        if places is not None:
            start, end = places[start], places[end - 1] + 1 if end > start else places[end]
        placed.append(
            ParseProblem(
                number,
                line[start:end],
                problem.message,
                start,
                end,
                problem.adds,
                problem.asks_measures,
            )
        )
    return placed


@dataclass(frozen=True)
class _Problem:
    start: int
    end: int
    message: str
    adds: tuple[str, ...] = ()
    asks_measures: bool = False


@dataclass(frozen=True)
class _Days:
    """The days of a line; `is_span`: one record for all of them."""

    first: date
    last: date
    is_written: bool = False
    is_span: bool = False

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class _Named:
    """The type of a line, and what is known of it."""

    words: tuple[Word, ...]
    text: str
    is_known: bool
    last_unit: str


@dataclass(frozen=True)
class _Value:
    """A value in the unit of its type."""

    value: Decimal
    unit: str
    converted_from: str = ""


class _LineReader:
    """One line on its way through the steps; `problems` is what went wrong."""

    def __init__(self, line: str, today: date, vocabulary: Vocabulary, units: Units) -> None:
        self.line = line
        self.today = today
        self.vocabulary = vocabulary
        self.units = units
        self.words: list[Word] = []
        self.problems: list[_Problem] = []
        self.asks: list[str] = []
        self.readings: list[WantedReading] = []

    def drafts(self, number: int) -> list[Draft]:
        """The records of the line: one a day. Without meaning when there are problems."""
        notes = self._take_notes()
        if self.problems:
            return []
        rolled = readings.take_rolled_over(self.words)
        self._take(rolled)
        over = self._take_over()
        days = self._days(self._take_days(), over)
        amounts = self._take_amounts()
        main, costs, prices, reading = self._tell_apart(amounts)
        is_new = self._take_new(main, reading)
        self._take_for([*costs, *([main] if main and main.is_money else [])])
        main, named = self._take_type(main)
        if over is not None and main is None:
            self._trouble(over.words, NO_AMOUNT)
        if reading:
            draft = self._read_meter(main, named, days, rolled, is_new)
        else:
            if rolled:
                self._trouble(rolled, readings.ROLLED_WITHOUT_READING)
            draft = self._with_value(main, named, days)
        draft = self._with_cost(draft, main, costs, prices, days)
        written = {"consumption_date": days.is_written, "consumption_value": main is not None}
        written["unit"] = (main is not None and main.unit is not None) or not draft.unit
        draft = replace(
            draft,
            notes=notes,
            filled=frozenset(name for name, is_written in written.items() if not is_written),
            asks=tuple(self.asks),
            line=number,
        )
        if days.is_span:
            return [replace(draft, days=days.count)]
        dates = [days.first + timedelta(days=offset) for offset in range(days.count)]
        return [replace(draft, consumption_date=day) for day in dates]

    def _trouble(
        self,
        words: Sequence[Word],
        message: str,
        adds: tuple[str, ...] = (),
        asks_measures: bool = False,
    ) -> None:
        problem = _Problem(words[0].start, words[-1].end, message, adds, asks_measures)
        # Words are in trouble once: the first step that met them knows best.
        if not any(it.start < problem.end and problem.start < it.end for it in self.problems):
            self.problems.append(problem)

    def _take(self, words: Sequence[Word]) -> None:
        if words:
            self.words = [word for word in self.words if word not in words]

    # Notes, tags, dates

    def _take_notes(self) -> str:
        """Quotes, notes and tags. What is left are the words."""
        tokens: Tokens = tokenise(self.line)
        self.words = tokens.words
        if tokens.is_too_long:
            self.problems.append(_Problem(0, tokens.notes_start, TOO_LONG))
        notes = " ".join(filter(None, (tokens.notes, *tokens.tags)))
        try:
            check_length(notes, "Notes", MAX_NOTES)
        except ValueError as error:
            start = tokens.notes_start if tokens.notes_start < len(self.line) else 0
            self.problems.append(_Problem(start, len(self.line), str(error)))
        return notes

    def _around(self) -> Surroundings:
        return Surroundings(
            self.today, self.vocabulary.date_order, self._has_value, self._unit_follows
        )

    def _has_value(self, beside: Sequence[Word]) -> bool:
        """Whether a number stands on the line outside of the words that may be a date."""
        return any(
            not word.is_quoted and word not in beside and _LIKE_VALUE.search(word.text)
            for word in self.words
        )

    def _unit_follows(self, index: int) -> bool:
        following = self.words[index : index + MAX_NAME_WORDS]
        if not following:
            return False
        if following[0].is_quoted:
            return not following[0].text
        return self._is_unit(following)

    def _is_unit(self, words: Sequence[Word]) -> bool:
        """Whether the words begin with a unit."""
        for length in range(min(len(words), MAX_NAME_WORDS), 0, -1):
            own = words[:length]
            if any(word.is_quoted for word in own):
                continue
            if self.units.find(" ".join(word.text for word in own).rstrip(".")) is not None:
                return True
        return False

    def _is_type(self, words: Sequence[Word]) -> bool:
        """Whether the words begin with a type that the user has."""
        texts = [word.text for word in words]
        types = self.vocabulary.types
        return any(fold(" ".join(texts[:end])) in types for end in range(1, len(texts) + 1))

    def _take_over(self) -> Over | None:
        if not any(word.lower == "over" for word in self.words):
            return None
        over, troubles = take_over(self.words, self._around(), self.vocabulary.starts)
        for trouble in troubles:
            self._trouble(trouble.words, trouble.message)
            self._take(trouble.words)
        if over is not None:
            self._take(over.words)
        return over

    def _take_days(self) -> list[Found]:
        """All dates of the line, the longest match first, and troubles of what looks like one."""
        starts = [index for index, word in enumerate(self.words) if may_begin_date(word)]
        around = self._around()
        found: list[Found] = []
        taken: set[int] = set()
        for length in range(MAX_DATE_WORDS, 0, -1):
            for index in starts:
                place = range(index, index + length)
                if index + length > len(self.words) or not taken.isdisjoint(place):
                    continue
                own = tuple(self.words[index : index + length])
                if any(word.is_quoted for word in own):
                    continue
                try:
                    days = days_at(self.words, index, length, around)
                except Unreadable as problem:
                    self._trouble(own, str(problem))
                    days = self.today, self.today
                if days is not None:
                    found.append(Found(own, *days))
                    taken.update(place)
        found.sort(key=lambda days: days.words[0].start)
        troubles = troubles_in(self.words, found, lambda text: text in self.vocabulary.units)
        for trouble in troubles:
            self._trouble(trouble.words, trouble.message)
        for other in found[1:]:
            self._trouble(other.words, TWO_DATES)
        dated = [word for days in found for word in days.words]
        leads = {days.words[0].index - 1 for days in found}
        ons = [word for word in self.words if word.index in leads and word.lower == "on"]
        beside = leads | {days.words[-1].index + 1 for days in found}
        ons += [word for word in self.words if word.index in beside and self._is_dash(word)]
        self._take([*dated, *ons, *(word for trouble in troubles for word in trouble.words)])
        return found

    def _is_dash(self, word: Word) -> bool:
        """Whether a dash stands alone between two words, as one beside a date may."""
        is_inside = self.words[0] is not word and self.words[-1] is not word
        return word.text in DASHES and not word.is_quoted and is_inside

    def _days(self, found: Sequence[Found], over: Over | None) -> _Days:
        day = found[0] if found else Found((), self.today, self.today)
        if over is None:
            return _Days(day.first, day.last, is_written=bool(found))
        if found and (over.days or day.first != day.last):
            self._trouble(day.words, TWO_DATES)
        try:
            first, last = over.until(day.last)
            check_days(first, last, self.today, MAX_DAYS)
        except Unreadable as problem:
            self._trouble(over.words, str(problem))
        except (ValueError, OverflowError):
            self._trouble(over.words, "Dates begin at 1900-01-01.")
        else:
            return _Days(first, last, bool(found or over.days), is_span=True)
        return _Days(self.today, self.today)

    # Amounts

    def _take_amounts(self) -> list[Amount]:
        """All numbers with their units. What is left are the words of the type."""
        words, troubles = number_words.with_numbers(
            without_separators(self.words), self._is_type, self._is_unit
        )
        for trouble in troubles:
            self._trouble(trouble.words, trouble.message)
        scanner = AmountReader(
            self.line, self.units, self.vocabulary.number_format, self.vocabulary.currency
        )
        amounts, self.words = scanner.scan(words)
        for trouble in scanner.troubles:
            self._trouble(trouble.words, trouble.message)
        return amounts

    def _tell_apart(
        self, amounts: Sequence[Amount]
    ) -> tuple[Amount | None, list[Amount], list[Amount], bool]:
        """Which amount is the value (or the reading), which are costs, which prices."""
        prices = [it for it in amounts if it.mark and it.is_money]
        meters = [it for it in amounts if it.mark and not it.is_money]
        values = [it for it in amounts if not it.mark and not it.is_money]
        costs = [it for it in amounts if not it.mark and it.is_money]
        if meters:
            for value in values:
                self._trouble(meters[0].words, readings.READING_AND_VALUE)
                self._trouble(value.words, readings.READING_AND_VALUE)
            values = meters
        if not values:
            values, costs = costs, []
        for other in values[1:]:
            self._trouble(other.words, self._two_values(values[0]))
        return (values[0] if values else None), costs, prices, bool(meters)

    def _two_values(self, first: Amount) -> str:
        """`may 2026 … 300 kWh` may mean the month."""
        month = next((word for word in self.words if is_month(word.lower)), None)
        written = first.number_words[0]
        if month is not None and month.end < written.start and _YEAR.fullmatch(written.text):
            period = f"over {month.lower} {written.text}"
            return f"{TWO_VALUES} For the whole month write {period}."
        return TWO_VALUES

    def _take_new(self, main: Amount | None, reading: bool) -> bool:
        """`new` behind a reading begins a meter; behind a value it has no meaning."""
        words = [word for word in self.words if word.lower == "new"]
        if not words or main is None:
            behind = None if main else self._last_of_several(words)
        else:
            behind = next((it for it in words if it.start >= main.end), None)
        if behind is None:
            return False
        if reading:
            self._take([behind])
            return True
        if self._is_directly_behind(main, behind) or behind is self.words[-1]:
            self._trouble([behind], readings.NEW_WITHOUT_READING)
            self._take([behind])
        return False

    def _last_of_several(self, words: Sequence[Word]) -> Word | None:
        """The last word of the type, where it is one of these and not the only one."""
        is_last = bool(words) and words[-1] is self.words[-1] and len(self.words) > 1
        return words[-1] if is_last else None

    def _take_for(self, money: Sequence[Amount]) -> None:
        """The `for` in front of a cost."""
        in_front = {it.words[0].index - 1 for it in money}
        self._take([it for it in self.words if it.lower == "for" and it.index in in_front])

    def _is_directly_behind(self, main: Amount | None, word: Word) -> bool:
        """Whether nothing that is left stands between the value and the word."""
        if main is None or word.start < main.end:
            return False
        return not any(main.end <= it.start < word.start for it in self.words)

    # The type, and a new unit behind the value

    def _take_type(self, main: Amount | None) -> tuple[Amount | None, _Named]:
        named = self._named(self.words)
        if main is not None and not named.is_known:
            unit_word = self._new_unit_word(main)
            if unit_word is not None:
                text = unicodedata.normalize("NFC", unit_word.text.rstrip("."))
                words = (*main.words, unit_word)
                main = replace(main, words=words, unit=text, unit_word=unit_word)
                if len(text) > MAX_UNIT:
                    self._trouble([unit_word], f"A unit can have {MAX_UNIT} characters.")
                self._take([unit_word])
                named = self._named(self.words)
            else:
                self._check_behind_value(main)
        self._check_type(named, main)
        return main, named

    def _named(self, words: Sequence[Word]) -> _Named:
        text = plain_line(" ".join(word.text for word in words))
        types = self.vocabulary.types
        is_last = bool(words) and not self.line[words[-1].end :].split(";")[0].strip()
        if is_last and text.endswith(".") and fold(text[:-1]) in types:
            text = text[:-1]
        spelling, last_unit = types.get(fold(text), (text, ""))
        return _Named(tuple(words), spelling, fold(text) in types, last_unit)

    def _new_unit_word(self, main: Amount) -> Word | None:
        """A word that stands directly behind the value and last, with a type in front."""
        if main.unit is not None or not self.words:
            return None
        word = self.words[-1]
        has_type = any(it.start < main.start for it in self.words)
        is_alone = has_type and not word.is_quoted and self._is_directly_behind(main, word)
        if not is_alone or word.lower in _NEVER_BEHIND:
            return None
        text = word.text.rstrip(".")
        if is_unit_text(text):
            return word
        if is_unit_text(text.rstrip("!?,:")) or ("/" in text and text[0].isalpha()):
            self._trouble([word], MARK_ON_UNIT)
            self._take([word])
        return None

    def _check_behind_value(self, main: Amount) -> None:
        """The name of a unit, or a word with a slash, behind the value never joins the type."""
        behind = next((it for it in self.words if it.start >= main.end), None)
        if behind is None or behind.is_quoted or not self._is_directly_behind(main, behind):
            return
        if "/" in behind.text or self._is_unit([behind]):
            self._trouble([behind], BEHIND_VALUE)

    def _check_type(self, named: _Named, main: Amount | None) -> None:
        for word in () if named.is_known else named.words:
            message = "" if word.is_quoted else self._why_unread(word)
            if message:
                self._trouble([word], message)
        if len(named.text) > MAX_TYPE:
            self._trouble(named.words, TOO_LONG)
        elif not named.text and not self.problems:
            start = len(self.line) - len(self.line.lstrip())
            self.problems.append(_Problem(start, len(self.line.rstrip()), NO_TYPE))

    def _why_unread(self, word: Word) -> str:
        """Why a word cannot stand in a type as it is, and what to write instead."""
        if word.start == len(self.line) - len(self.line.lstrip()) and word.text in _BULLETS:
            return IN_QUOTES
        return next((message for is_so, message in _UNREAD if is_so(word.text)), "")

    # The value in the unit of its type

    def _with_value(self, main: Amount | None, named: _Named, days: _Days) -> Draft:
        value = _Value(Decimal(1), named.last_unit)
        if main is not None:
            self._ask_what_it_means(main, named)
            value = self._in_unit_of_type(main, named)
            self._ask_again(main, named, value)
        return self._draft(named, days, value, main)

    def _draft(self, named: _Named, days: _Days, value: _Value, main: Amount | None) -> Draft:
        is_new = bool(named.text) and not named.is_known
        similar = nearest(named.text, self.vocabulary.types) if is_new else ""
        return Draft(
            consumption_date=days.last,
            consumption_type=named.text,
            consumption_value=value.value,
            unit=value.unit,
            notes="",
            new_type=is_new,
            similar=similar,
            new_unit=bool(value.unit) and value.unit not in self.units,
            converted_from=value.converted_from,
            remark=main.remark if main else "",
            similar_line=self._line_with(named.words, similar) if similar else "",
            kept_line=self._kept_line(main) if main and value.converted_from else "",
        )

    def _ask_what_it_means(self, main: Amount, named: _Named) -> None:
        """What only the type tells: `5k`, `10K`, `30m`, `1 second breakfast`, `8h30`."""
        kept_in = dimension(named.last_unit)
        number = plain(rounded(main.value))
        written = main.unit_word.text if main.unit_word else ""
        if main.is_thousand and kept_in in ("time", "length"):
            short = plain(rounded(main.value / 1000))
            self._trouble(main.words, f"Write {number}, or {short} km.")
        elif main.unit == "K" and not main.is_kept and named.last_unit != "K":
            thousand = plain(rounded(main.value * 1000))
            self._trouble(main.words, f"Thousand, or kelvin? Write {thousand}, or K in quotes.")
        elif written == "m" and not main.is_kept and kept_in == "time":
            self._trouble(main.words, f"Write {number} min, or {number} metres.")
        elif main.duration is not None and not self._may_last(main, named):
            self._trouble(main.words, TIME_OF_DAY)
        behind = [it for it in named.words if it.start >= main.end]
        if written.lower() == "second" and behind and main.words[-1].lower == "second":
            self._trouble([main.words[-1]], "Write s for the unit of time, or the words in quotes.")

    def _may_last(self, main: Amount, named: _Named) -> bool:
        """Durations are for new types, types kept in time, and where a unit of time is written."""
        is_clock = any(":" in word.text for word in main.words)
        return is_clock or not named.is_known or named.last_unit in TIME

    def _in_unit_of_type(self, main: Amount, named: _Named) -> _Value:
        """The value as written, or converted to the unit that the type was last used in."""
        value = rounded(main.value)
        if main.unit is None:
            return _Value(value, named.last_unit)
        target = named.last_unit
        if main.is_kept or not is_convertible(main.unit, target):
            return _Value(value, main.unit)
        if main.duration is not None and target in main.duration.named:
            return _Value(rounded(main.duration.in_unit(target)), target)
        measures = self.vocabulary.measures
        if asks_measures(main.unit, target) and not measures:
            message = (
                f"Is that a US or an imperial unit? Say it once for {named.text}, kept in {target}:"
                " US or imperial."
            )
            self._trouble(main.words, message, asks_measures=True)
            return _Value(value, main.unit)
        converted = rounded(main.value * factor(main.unit, target, measures))
        if (converted == 0 and main.value != 0) or converted >= MAX_VALUE:
            size = "little" if converted == 0 else "much"
            message = (
                f"That is too {size} for {target}, in which {named.text} is kept. To keep"
                f' {main.unit}, write {plain(value)}"{main.unit}".'
            )
            self._trouble(main.words, message)
        return _Value(converted, target, f"{plain(value)} {main.unit}")

    def _ask_again(self, main: Amount, named: _Named, value: _Value) -> None:
        """What takes a second Enter."""
        if not (named.is_known and named.last_unit) or main.unit is None or main.is_kept:
            return
        if main.is_money and value.unit != named.last_unit:
            self.asks.append(
                f"{named.text} is kept in {named.last_unit}: this saves {value.unit} as its amount,"
                " not as a cost"
            )
        elif value.unit not in self.units:
            self.asks.append(
                f"{value.unit} is a new unit: {named.text} is kept in {named.last_unit}"
            )

    def _line_with(self, words: Sequence[Word], name: str) -> str:
        """The line with another type."""
        written = name if _is_plain_type(name, self.today) else quoted(name)
        first, *others = words
        line = self.line
        for word in reversed(others):
            line = line[: word.start].rstrip() + line[word.end :]
        return line[: first.start] + written + line[first.end :]

    def _kept_line(self, main: Amount) -> str:
        """The line with its unit in quotes, so that it is not converted."""
        if main.unit_word is None or main.unit is None or main.duration is not None:
            return ""
        end = main.number_words[-1].end - (
            len(main.attached) if main.unit_word.index == main.number_words[-1].index else 0
        )
        return f"{self.line[:end]}{quoted(main.unit)}{self.line[main.unit_word.end :]}"

    # Readings and costs

    def _read_meter(
        self,
        main: Amount | None,
        named: _Named,
        days: _Days,
        rolled: Sequence[Word],
        is_new: bool,
    ) -> Draft:
        assert main is not None
        figure = rounded(main.value)
        unit = named.last_unit if main.unit is None else main.unit
        day = MeterDay(named.text, unit, days.last)
        self.readings.append(WantedReading(day, figure))
        own, around = Reading(days.last, figure), self.vocabulary.meters.get(day, Neighbours())
        if days.is_span or days.count > 1:
            self._trouble(main.words, readings.ONE_DAY)
        if rolled and is_new:
            self._trouble(rolled, readings.NEW_AND_ROLLED)
        if main.unit is None and not named.is_known:
            self._trouble(main.words, readings.UNIT_OF_METER)
        if around.meter is None and is_convertible(unit, named.last_unit):
            message = (
                f"Readings are never converted, and {named.text} is kept in {named.last_unit}:"
                f" write the reading in this unit."
            )
            self._trouble(main.words, message)
        if around.meter is None:
            self._ask_first_reading(main, named, rolled, figure)
        link = START
        try:
            link = consumption(own, around, new=is_new, rolled_over=bool(rolled))
        except BrokenChain as error:
            say = Words(self.vocabulary.number_format, self.today, self.vocabulary.starts)
            if not readings.is_sent_again(error):
                message, adds = readings.misfit(error, own, say)
                self._trouble(rolled if error.kind == "unturned" else main.words, message, adds)
        draft = self._draft(named, days, _Value(link.value, unit), main)
        return replace(
            draft,
            days=link.days,
            reading=figure,
            new_meter=is_new,
            rolled_over=bool(rolled),
            before=around.before if link != START else None,
        )

    def _ask_first_reading(
        self, main: Amount, named: _Named, rolled: Sequence[Word], reading: Decimal
    ) -> None:
        """The first reading of a type may have been meant as a price, or not at all."""
        if rolled:
            self._trouble(rolled, "There is no reading before it: leave rolled over out.")
        if reading != reading.to_integral_value():
            shown = f"{plain(reading)}{sign(self.vocabulary.currency or 'EUR')}"
            self.asks.append(f"A reading of {plain(reading)}, or a price? Write `@{shown}`")
        elif named.is_known:
            self.asks.append(f"{named.text} has had no reading yet: this starts its meter")

    def _with_cost(
        self,
        draft: Draft,
        main: Amount | None,
        costs: Sequence[Amount],
        prices: Sequence[Amount],
        days: _Days,
    ) -> Draft:
        for other in [*costs[1:], *prices[1:]]:
            self._trouble(other.words, TWO_VALUES)
        money = [*costs, *prices]
        if not money:
            return draft
        amount = money[0]
        written = amount.unit or ""
        account = self.vocabulary.currency
        currency = currency_of(written, account) or currency_of(sign(written), account)
        if account and currency != account:
            shown = f"{plain(rounded(amount.value))} {sign(account)}"
            self._trouble(
                amount.words,
                f"Costs are in {account} here. Write {shown}, or put it behind a semicolon.",
            )
        elif not currency:
            self._trouble(amount.words, "Write the currency by its code, such as EUR 5.")
        if costs and prices:
            self._trouble(costs[0].words, "A price and a cost: keep one of them.")
        elif costs and not days.is_span and days.count > 1:
            message = "One cost for several records: write it on a day of its own, or leave it out."
            self._trouble(costs[0].words, message)
        if prices and (draft.reading is not None or main is None or main.is_money):
            message = "A price needs a value, such as 42.5l @1.659€. A cost stands without @."
            self._trouble(prices[0].words, message)
        if prices and draft.converted_from:
            unit = draft.converted_from.partition(" ")[2]
            message = (
                f"Is that a price for one {draft.unit} or one {unit}? Write the value in the unit"
                " of its price, or the cost without @."
            )
            self._trouble(prices[0].words, message)
        pieces = Fraction(draft.consumption_value) if prices and not costs else Fraction(1)
        cost = rounded(amount.value * pieces)
        if cost >= MAX_VALUE:
            self._trouble(amount.words, f"Costs stay below {grouped(MAX_VALUE)}.")
        return replace(draft, cost=cost, currency="" if account else currency)


_LINE_END = re.compile(r"\r\n|[\r\n]")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# A word with a number that may be the value of the line.
_LIKE_VALUE = re.compile(rf"^[@€$£x×*(=:]?{BEGINS_VALUE.pattern}|[:,=]{BEGINS_VALUE.pattern}")

_SIGNS = "+-\u2212\u00b1\u2213\ufe62\ufe63\uff0b\uff0d\u2010\u2011\u2012\u2013\u2014"
_BULLETS = frozenset(">•‣◦⁃∙▪▫●○■□·")
# Words that are never a unit behind a value.
_NEVER_BEHIND = frozenset({"new", "x", "tomorrow", "next", "last", "ago", "am", "pm", "over", "of"})
_MARKED_NUMBER = re.compile(r"[^\w\s]+[0-9]+(?:[.,:/'’][0-9]+)*[^\w\s]*")
_DASHED_NUMBER = re.compile(r"[^\W\d_]+[-‐‑‒–—−][0-9]+(?:[.,][0-9]+)?")

# Words that cannot stand in a type as they are, and what to write instead.
_UNREAD: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda word: word.lower() in ("tomorrow", "next", "last", "ago"), NOT_A_DATE),
    (lambda word: unicodedata.category(word[0]) == "Sc", SIGN_AFTER),
    (lambda word: word.lower() in ("x", "×", "*"), TIMES_ALONE),
    (lambda word: any(mark in word for mark in '"“”„‟«»'), IN_QUOTES),
    (lambda word: bool(_MARKED_NUMBER.fullmatch(word)) and word[0] not in "'’", NOT_A_VALUE),
    (lambda word: bool(_DASHED_NUMBER.fullmatch(word)), NOT_A_VALUE),
    (lambda word: word[0].isdigit() or word[0].isnumeric(), IN_QUOTES),
    (lambda word: word == "@", READING_ALONE),
    (lambda word: word[0] in _SIGNS + "@=×", IN_QUOTES),
)


def _is_plain_type(name: str, today: date) -> bool:
    """Whether a type can stand in a line as it is."""
    draft = next(iter(read(f"{name} 1", today).records), None)
    return bool(
        draft and draft.consumption_type == name and "consumption_value" not in draft.filled
    )


def as_words(name: str, today: date) -> str:
    """The type as it has to be written in a line."""
    return name if _is_plain_type(name, today) else quoted(name)
