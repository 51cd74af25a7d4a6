"""An amount of a line: a number with the unit and the marks beside it. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from tally.domain import amounts
from tally.domain.units import rounded
from tally.quick_add.amounts.durations import Duration
from tally.quick_add.words.tokens import Word

IN_FULL = "Write {number}, or the word in quotes."


@dataclass(frozen=True)
class Amount:
    """A number with its unit. `words`: all words that it takes, `number_words`: the digits alone.

    unit: None when none is written. is_kept: in quotes, never converted. attached: the text after
    the digits without a space. mark: "@" in front. is_thousand: written with a k. as_decimal: how
    a number whose dot may group thousands, `1.200`, is read.
    """

    words: tuple[Word, ...]
    number_words: tuple[Word, ...]
    value: Fraction
    unit: str | None = None
    unit_word: Word | None = None
    is_kept: bool = False
    attached: str = ""
    mark: str = ""
    is_thousand: bool = False
    is_money: bool = False
    duration: Duration | None = None
    remark: str = ""
    as_decimal: str = ""

    @property
    def written(self) -> str:
        """The number as a line can have it."""
        return amounts.plain(rounded(self.value))

    @property
    def count(self) -> int:
        """The number of its words."""
        return len(self.words)

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


@dataclass(frozen=True)
class NoAmount:
    """`count` words that look like an amount but are none; a problem with them is reported."""

    count: int


def in_money(value: Fraction, sign: str) -> str:
    """An amount of money as a line can have it: `3.20€`, `900€`."""
    number = amounts.plain(rounded(value))
    return f"{number}0{sign}" if number[-2:-1] == "." else f"{number}{sign}"


def price_of_one(money: str) -> str:
    """The sentence on an amount of money that may be the price of a unit."""
    return f"For the price of one write @{money}; for what it cost, {money} alone."
