"""Whether money is the price of a unit or a cost, by its numbers and the amounts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log, sqrt
from statistics import fmean
from typing import Literal

from tally.transfer.tables.relations import numbers_of

Money = Literal["cost", "price"]
# The cells of amounts and of the money beside them, of one type.
Beside = tuple[Sequence[str], Sequence[str]]

# One number clearly varies less than another if that varies at least this many times as much: in
# few rows, and in more.
_OF_FEW, _OF_MORE = 5.0, 1.5
# From this many rows per type, not counting the first, a price is recognised; from this many on,
# money that surely follows the amounts is a cost, however little it varies.
_MORE_ROWS, _MANY_ROWS = 2, 4
# Amounts that vary less than this decide nothing.
_MIN_VARIATION = 0.01
# Money follows the amounts from this correlation on, and surely from that.
_FOLLOWS, _SURELY_FOLLOWS = 0.6, 0.9
# The decimals of money that is paid.
_DECIMALS_PAID = 2


@dataclass
class _Variation:
    """The sums of squares by which amounts, money and money for one vary, within each type."""

    rows: int = 0
    amounts: float = 0
    money: float = 0
    both: float = 0

    def see(self, pairs: Sequence[tuple[Decimal, Decimal]]) -> None:
        """Take the rows of one type into account."""
        amounts, money = ([log(abs(pair[place])) for pair in pairs] for place in (0, 1))
        usual, usual_money = fmean(amounts), fmean(money)
        self.rows += len(pairs) - 1
        self.amounts += sum((amount - usual) ** 2 for amount in amounts)
        self.money += sum((paid - usual_money) ** 2 for paid in money)
        self.both += sum(
            (amount - usual) * (paid - usual_money)
            for amount, paid in zip(amounts, money, strict=True)
        )

    def told(self) -> Money | None:
        """Whether the money is a cost or a price; None where that is not clear."""
        if self.amounts <= self.rows * _MIN_VARIATION**2:
            return None
        money, of_one = sqrt(self.money), sqrt(max(self._of_one, 0))
        follows = self.both / sqrt(self.amounts) / money if money else 0.0
        if _is_less(of_one, money, self.rows) and follows >= _FOLLOWS:
            return "cost"
        # A bill with a large standing charge varies little, and still follows what was used.
        if self.rows >= _MANY_ROWS and follows >= _SURELY_FOLLOWS:
            return "cost"
        is_price = (
            self.rows >= _MORE_ROWS and follows < _FOLLOWS and _is_less(money, of_one, self.rows)
        )
        return "price" if is_price else None

    @property
    def _of_one(self) -> float:
        return self.amounts + self.money - 2 * self.both


def money_told(groups: Iterable[Beside]) -> Money | None:
    """Whether money beside amounts is a cost or a price, each group of one type; None if unclear.

    A price of a unit is nearly constant while the amounts vary; a cost follows them. If
    neither shows, more decimals than money has are those of a price.
    """
    variation, every = _Variation(), list[tuple[Decimal, Decimal]]()
    for amounts, money in groups:
        pairs = [(one, other) for one, other in numbers_of(amounts, money) if one and other]
        every += pairs
        if pairs:
            variation.see(pairs)
    if all(amount == 1 for amount, _ in every):
        # If every amount is 1, price and cost are equal.
        return "cost"
    return variation.told() or ("price" if _are_fine(every) else None)


def _is_less(one: float, other: float, rows: int) -> bool:
    """Whether a number clearly varies less than another."""
    return one * (_OF_FEW if rows < _MORE_ROWS else _OF_MORE) <= other


def _are_fine(pairs: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Whether half of the money has more decimals than can be paid."""
    fine = sum(paid != round(paid, _DECIMALS_PAID) for _, paid in pairs)
    return fine * 2 >= len(pairs)
