"""Where words that may be a date stand, and the line around them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tally.domain.calendar import Starts
from tally.quick_add.words.tokens import Word


@dataclass(frozen=True)
class Surroundings:
    """The rest of the line around words that may be a date.

    starts: of the account's months and weeks.
    has_value(words): whether another value stands on the line beside them.
    unit_follows(index): whether the word at that index is a unit.
    """

    today: date
    date_order: str
    starts: Starts
    has_value: Callable[[Sequence[Word]], bool]
    unit_follows: Callable[[int], bool]


class NoDate(Exception):
    """The words look like a date, but mean something else here."""


@dataclass(frozen=True)
class DatePlace:
    """A match's place among the words of the line."""

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
        """Whether another value stands on the line."""
        return self.around.has_value(self.own)

    def unit_follows(self) -> bool:
        """Whether the word after the match is a unit."""
        return self.around.unit_follows(self.index + self.length)

    def neighbour(self, offset: int) -> Word | None:
        """The word before the match (-1) or after it (0)."""
        place = self.index + (self.length if offset == 0 else offset)
        return self.words[place] if 0 <= place < len(self.words) else None
