"""The evidence of all rows together: the notation of dates and numbers, the order of rows. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from tally.transfer.cells.calendar_days import ORDERS, Order
from tally.transfer.cells.dates import orders_of
from tally.transfer.cells.values import DecimalMark, mark_told_by, sign_of, unclear_mark
from tally.transfer.plans.choices import Negative
from tally.transfer.tables.period_sums import NO_SUMS, PeriodSums

# Amounts below zero change sign where there are more than this many times those above.
_FLIP_SHARE = 2
# Dates such as `5.10.2026` and `5. Oktober 2026`.
_DOTTED = re.compile(r"\d\.\s?(?:\d{1,2}\.\s?\d|[^\W\d]{3})")
_VERSION = re.compile(r"\d{1,2}\.\d{1,2}")


@dataclass(frozen=True)
class Notation:
    """How a file writes its dates and its numbers.

    `order`, `mark`: None if nothing tells; `asks_dots`: `1.234` may be a large number; `dated`: a
    date that may be read in several orders; `marked`: the first amount with a decimal mark,
    `unclear`: the first one whose mark may stand between thousands. Without one these are "".
    """

    order: Order | None = None
    mark: DecimalMark | None = None
    asks_dots: bool = False
    dated: str = ""
    marked: str = ""
    unclear: str = ""


@dataclass(frozen=True)
class RowEvidence:
    """How the rows of a file follow one another, and which of them are sums.

    `count`: the number of rows; `step`: seconds between them, if they are regular; `meets`: the end
    of a row is the start of the next, and not included; `descending`: the newest row stands first;
    `whole`: the first of a month, or of a year, stands for all of it; `sums`: the types that are
    sums of others, and left out; `periods`: the rows that are sums of other rows.
    """

    count: int = 0
    step: int | None = None
    meets: bool = False
    descending: bool = False
    whole: Literal["month", "year"] | None = None
    sums: frozenset[str] = frozenset()
    periods: PeriodSums = NO_SUMS


NO_NOTATION, NO_ROWS = Notation(), RowEvidence()


class DateOrders:
    """The orders of day, month and year in which all dates seen so far exist.

    `example` is one that tells more than another: by its day, after the 12th of a month;
    `has_dots`: dates are written with dots, as they are where the decimal mark is the comma.
    """

    def __init__(self, today: date) -> None:
        self.example = ""
        self.has_dots = False
        self._orders_of = lru_cache(4096)(
            lambda text, is_end: orders_of(text, today, is_end=is_end)
        )
        self._fitting: frozenset[Order] | None = None
        self._fitting_beside: frozenset[Order] = frozenset(ORDERS)
        self._is_told = False
        self._conflict = False

    def see(self, text: str, *, is_end: bool = False) -> None:
        """Take a date into account, unless it exists in no order or is the same day in all."""
        self.has_dots = self.has_dots or ("." in text and _DOTTED.search(text) is not None)
        possible = self._orders_of(text, is_end)
        if not possible:
            return
        if not self.example or (len(possible) == 1 and not self._is_told):
            self.example = text
            self._is_told = len(possible) == 1
        both = possible if self._fitting is None else possible & self._fitting
        self._conflict = self._conflict or not both
        self._fitting = both or self._fitting

    def see_beside(self, text: str) -> None:
        """Take a date of an omitted column into account, if those of the rows do not decide."""
        if self._fitting is None or len(self._fitting) > 1:
            self._fitting_beside &= self._orders_of(text, False) or self._fitting_beside

    def decided(self, usual: Order | None) -> Order | None:
        """The one order that fits all dates, of several the reader's usual one, or None."""
        if self._conflict or self._fitting is None:
            return None
        fitting = self._fitting & self._fitting_beside or self._fitting
        if len(fitting) == 1:
            return next(iter(fitting))
        return usual if usual in fitting else None


class DecimalMarks:
    """The decimal marks of the numbers seen so far; `example` is the first with one.

    `unclear` is the first number whose mark may be decimal or for thousands.
    """

    def __init__(self) -> None:
        self.example = ""
        self.unclear = ""
        self._marks: set[DecimalMark] = set()
        self._marks_beside: set[DecimalMark] = set()
        self._has_commas = False

    def see(self, text: str) -> None:
        """Take an amount with a comma or a dot into account."""
        self._has_commas = self._has_commas or "," in text
        mark = mark_told_by(text)
        if mark is not None:
            self._marks.add(mark)
            self.example = self.example or text.strip()
        elif not self.unclear and unclear_mark(text) is not None:
            self.unclear = text.strip()

    def see_beside(self, text: str) -> None:
        """Take a number of an omitted column into account, if no amount decides.

        `1.10` may be a version there, `12.30` a time of day.
        """
        is_number = ("," in text or "." in text) and not _VERSION.fullmatch(text.strip())
        if not self._marks and is_number:
            mark = mark_told_by(text)
            if mark is not None:
                self._marks_beside.add(mark)

    def decided(self, delimiter: str) -> DecimalMark | None:
        """The one mark of all numbers, or None; commas in a file cut by semicolons are decimal."""
        marks = self._marks or self._marks_beside
        if len(marks) == 1:
            return next(iter(marks))
        return "," if not marks and self._has_commas and delimiter == ";" else None

    def asks_dots(self, delimiter: str, *, has_dotted_dates: bool) -> bool:
        """Whether `1.234` may be a large number: by a contradiction, semicolons, or the dates."""
        is_open = self.decided(delimiter) is None
        return is_open and (bool(self._marks) or delimiter == ";" or has_dotted_dates)


class Signs:
    """The numbers of amounts below and above zero."""

    def __init__(self) -> None:
        self._counts = {-1: 0, 0: 0, 1: 0}

    def see(self, text: str, *, is_reversed: bool | None = False) -> None:
        """Take an amount into account; a reversed one has the other sign in its record."""
        self._counts[-sign_of(text) if is_reversed else sign_of(text)] += 1

    def decided(self) -> Negative:
        """The likeliest meaning: an account's outgoings if they are most, else returns."""
        below, above = self._counts[-1], self._counts[1]
        if not below:
            return "omit"
        return "flip" if below > _FLIP_SHARE * above else "split"
