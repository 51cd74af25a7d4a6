"""The rows of longer periods that are the sums of the rows within them. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tally.transfer.tables.relations import is_near


class PeriodAmounts(NamedTuple):
    """The amounts of a row with its type and its days; None for an empty cell."""

    line: int
    name: str
    first: date
    last: date
    amounts: Sequence[Decimal | None]

    @property
    def days(self) -> int:
        return (self.last - self.first).days


class PeriodSums(NamedTuple):
    """The lines of rows that are sums of those within their days, and of those that are not."""

    sums: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()


NO_SUMS = PeriodSums()


def sums_of_periods(rows: Iterable[PeriodAmounts]) -> PeriodSums:
    """The rows that span the days of several others of their type: a year among its months."""
    sums: set[int] = set()
    others: set[int] = set()
    types: dict[str, list[PeriodAmounts]] = {}
    for row in rows:
        types.setdefault(row.name, []).append(row)
    for own in types.values():
        parts: list[PeriodAmounts] = []
        for length in sorted({row.days for row in own}):
            longer = [row for row in own if row.days == length]
            for row in longer:
                within = _within(parts, row)
                if len(within) > 1:
                    (sums if _are_sums(row, within) else others).add(row.line)
            parts += [row for row in longer if row.line not in sums]
            parts.sort(key=lambda row: row.first)
    return PeriodSums(frozenset(sums), frozenset(others))


def _within(parts: Sequence[PeriodAmounts], row: PeriodAmounts) -> list[PeriodAmounts]:
    """The shorter rows within the days of a row; `parts` are sorted by their first days."""
    start = bisect_left(parts, row.first, key=lambda part: part.first)
    end = bisect_right(parts, row.last, lo=start, key=lambda part: part.first)
    return [part for part in parts[start:end] if part.last <= row.last]


def _are_sums(row: PeriodAmounts, within: Sequence[PeriodAmounts]) -> bool:
    """Whether each amount of a row is the sum of those of its parts."""
    told = [
        is_near(sum(filter(None, column), Decimal(0)), amount)
        for amount, *column in zip(row.amounts, *(part.amounts for part in within), strict=True)
        if amount
    ]
    return bool(told) and all(told)
