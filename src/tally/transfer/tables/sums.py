"""The rows that are sums of others: the words at their beginning, and their numbers. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.tables.relations import are_most, is_near

SUMS = words(
    """
    total totals sum sums subtotal summe gesamt gesamtsumme zwischensumme totaal
    subtotaal somme sous-total totale subtotale suma razem ogolem summa totalt итого
    всего сумма grand gesamtverbrauch average avg mean durchschnitt mittelwert
    gemiddelde moyenne media promedio medel srednia среднее min max minimum maximum
    """
)
_WORD = re.compile(r"[^\s:;.,()]+")


# Of each column the sum of its amounts, and how many these are.
_Totals = list[tuple[Decimal, int]]


class NamedAmounts(NamedTuple):
    """The amounts of a row with its type and its day, None if it has none."""

    name: str
    day: str
    amounts: Sequence[Decimal | None]


def is_sum(cells: Iterable[str]) -> bool:
    """Whether one of the cells begins with a word for a sum."""
    for cell in cells:
        if cell and not cell[0].isdigit():
            word = _WORD.search(cell)
            if word and plain_letters(word[0]) in SUMS:
                return True
    return False


def sum_names(rows: Sequence[NamedAmounts]) -> frozenset[str]:
    """The types that are called a sum, and are the sum or the mean of the others.

    The others are all rows since the sum before, or those of the same day.
    """
    nothing: _Totals = [(Decimal(0), 0) for _ in rows[0].amounts] if rows else []
    of_day: dict[str, _Totals] = defaultdict(lambda: nothing)
    begins: dict[str, _Totals] = defaultdict(lambda: nothing)
    for row in rows:
        if not is_sum([row.name]):
            of_day[row.day] = _plus(of_day[row.day], row.amounts)
    right: dict[str, list[bool]] = defaultdict(list)
    above = nothing
    for row in rows:
        if not is_sum([row.name]):
            above = _plus(above, row.amounts)
            continue
        since = [
            (total - before, times - earlier)
            for (total, times), (before, earlier) in zip(above, begins[row.name], strict=True)
        ]
        right[row.name] += _are_results(row.amounts, since, of_day[row.day])
        begins[row.name] = above
    return frozenset(name for name, results in right.items() if are_most(results))


def _plus(totals: _Totals, amounts: Sequence[Decimal | None]) -> _Totals:
    return [
        (total, times) if amount is None else (total + amount, times + 1)
        for (total, times), amount in zip(totals, amounts, strict=True)
    ]


def _are_results(
    amounts: Sequence[Decimal | None], since: _Totals, of_day: _Totals
) -> Iterator[bool]:
    """For each amount that decides, whether it is the sum or the mean of its parts."""
    for amount, *groups in zip(amounts, since, of_day, strict=True):
        if not amount:
            continue
        is_right = any(
            is_near(total, amount) or is_near(total / times, amount)
            for total, times in groups
            if times
        )
        # A single part is its own sum, which proves nothing.
        if not is_right or any(times > 1 for _, times in groups):
            yield is_right
