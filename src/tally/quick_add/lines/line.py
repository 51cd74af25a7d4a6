"""One line on its way through the steps: each takes its words away from the next. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tally.domain.units import MAX_NAME_WORDS, Units, dimension
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.calendar.date_place import Surroundings
from tally.quick_add.lines.lines_before import LinesBefore
from tally.quick_add.results import WantedReading
from tally.quick_add.vocabulary import Vocabulary
from tally.quick_add.words.separators import BEGINS_VALUE
from tally.quick_add.words.tokens import Problem, Word, phrases_at, text_of

TWO_VALUES = "Two values. Keep one, and put the other behind a semicolon or in quotes."
# The beginning of a word that may be the value of the line.
_LIKE_VALUE = re.compile(rf"^[@€$£x×*(=:]?{BEGINS_VALUE.pattern}|[:,=]{BEGINS_VALUE.pattern}")


@dataclass(frozen=True)
class PlacedProblem:
    """A problem with a part of the line, by places in it; otherwise as `ParseProblem`."""

    start: int
    end: int
    message: str
    adds: tuple[str, ...] = ()
    asks_measures: bool = False


@dataclass(frozen=True)
class Days:
    """The days of a line and their words; `is_span`: one record for all of them."""

    first: date
    last: date
    is_written: bool = False
    is_span: bool = False
    words: tuple[Word, ...] = ()

    @property
    def count(self) -> int:
        """The number of days from the first to the last."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Named:
    """The type of a line, whether the account has it, and its units, the one used last first."""

    words: tuple[Word, ...]
    text: str
    is_known: bool
    units: tuple[str, ...] = ()

    @property
    def last_unit(self) -> str:
        """The unit of a line that names none; "" for a new type."""
        return self.units[0] if self.units else ""

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions, such as time, that the type is kept in."""
        return frozenset(filter(None, map(dimension, self.units)))


@dataclass(frozen=True)
class Value:
    """A value in the unit of its type."""

    value: Decimal
    unit: str
    converted_from: str = ""


class Line:
    """A line being read: its unread words, its problems, the questions that a second Enter answers.

    readings: those whose neighbours have to be known. as_words: writes a type as it has to stand in
    a line. noted: the new types and the readings of the lines before this one.
    """

    def __init__(
        self,
        text: str,
        today: date,
        vocabulary: Vocabulary,
        units: Units,
        as_words: Callable[[str], str],
        noted: LinesBefore,
    ) -> None:
        self.text = text
        self.today = today
        self.vocabulary = vocabulary
        self.units = units
        self.as_words = as_words
        self.noted = noted
        self.words: list[Word] = []
        self.problems: list[PlacedProblem] = []
        self.asks: list[str] = []
        self.readings: list[WantedReading] = []

    def report(
        self,
        words: Sequence[Word],
        message: str,
        adds: tuple[str, ...] = (),
        asks_measures: bool = False,
    ) -> None:
        """Report a problem with these words: `message` says how to change them."""
        problem = PlacedProblem(words[0].start, words[-1].end, message, adds, asks_measures)
        # Words have one problem: that of the first step that meets them.
        if not any(
            other.start < problem.end and problem.start < other.end for other in self.problems
        ):
            self.problems.append(problem)

    def report_all(self, problems: Iterable[Problem]) -> None:
        """Report each of the problems that a reader of words has met."""
        for problem in problems:
            self.report(problem.words, problem.message)

    def take(self, words: Sequence[Word]) -> None:
        """Take words away, so that later steps do not see them."""
        if words:
            self.words = [word for word in self.words if word not in words]

    def around(self) -> Surroundings:
        """The facts of the line that the reader of dates needs."""
        return Surroundings(
            self.today,
            self.vocabulary.date_order,
            self.vocabulary.starts,
            self.has_value,
            self.unit_follows,
        )

    def has_value(self, beside: Sequence[Word]) -> bool:
        """Whether a number stands on the line apart from the words that may be a date."""
        return any(
            not word.is_quoted and word not in beside and _LIKE_VALUE.search(word.text)
            for word in self.words
        )

    def unit_follows(self, index: int) -> bool:
        """Whether a unit begins at this word."""
        following = self.words[index : index + MAX_NAME_WORDS]
        if not following:
            return False
        if following[0].is_quoted:
            is_touching = index > 0 and self.words[index - 1].end == following[0].start
            return is_touching or not following[0].text
        return self.is_unit(following)

    def is_unit(self, words: Sequence[Word]) -> bool:
        """Whether the words begin with a unit."""
        names = map(text_of, phrases_at(words, 0, MAX_NAME_WORDS))
        return any(self.units.find(name.rstrip(".")) is not None for name in names)

    def with_text(self, text: str) -> "Line":
        """The line as it is before any step, with another text."""
        return Line(text, self.today, self.vocabulary, self.units, self.as_words, self.noted)

    def ends_at(self, word: Word) -> bool:
        """Whether no word stands behind this one; tags and notes are none."""
        behind = self.text[word.end :].split(";")[0].split()
        return all(text.startswith("#") and len(text) > 1 for text in behind)

    def is_own(self, text: str) -> bool:
        """Whether a text is a type or a unit that the user has used."""
        return text in self.vocabulary.units or self.vocabulary.has_type(text)

    def is_type(self, words: Sequence[Word]) -> bool:
        """Whether the words begin with a type that the user has."""
        beginnings = (text_of(words[:end]) for end in range(1, len(words) + 1))
        return any(map(self.vocabulary.has_type, beginnings))

    def is_directly_behind(self, main: Amount | None, word: Word) -> bool:
        """Whether no unread word stands between the value and the word."""
        if main is None or word.start < main.end:
            return False
        return not any(main.end <= other.start < word.start for other in self.words)
