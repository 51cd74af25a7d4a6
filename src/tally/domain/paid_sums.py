"""Sums of the costs of records, before a day, and over days on which no price changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from tally.domain.calendar import DAY, Span
from tally.domain.prices import Tariff, cut

# Wide enough for sums with 40 decimals.
_EXACT = Context(prec=100)


class Paid(NamedTuple):
    """Sums over the records of some days: their costs, and the amounts of records without a cost.

    costed: how many records with a cost count on one of the days. spread_costs, spread_amounts: the
    parts that come from records of several days.
    """

    costed: int = 0
    costs: Fraction = Fraction(0)
    amounts: Fraction = Fraction(0)
    spread_costs: Fraction = Fraction(0)
    spread_amounts: Fraction = Fraction(0)


class PaidBefore(NamedTuple):
    """Running sums over all records before a day; only differences of two of them mean something.

    begun, finished: how many records with a cost begin, and how many end, before the day. costs and
    amounts are of records of one day, the others of the shares of records of several days.
    """

    begun: int
    finished: int
    costs: Decimal
    amounts: Decimal
    spread_costs: Decimal
    spread_amounts: Decimal

    def until(self, later: PaidBefore) -> Paid:
        """The sums from this day up to the one before a later day."""
        spread_costs = _difference(later.spread_costs, self.spread_costs)
        spread_amounts = _difference(later.spread_amounts, self.spread_amounts)
        return Paid(
            later.begun - self.finished,
            _difference(later.costs, self.costs) + spread_costs,
            _difference(later.amounts, self.amounts) + spread_amounts,
            spread_costs,
            spread_amounts,
        )


def _difference(later: Decimal, earlier: Decimal) -> Fraction:
    """The exact difference of two sums, which have 40 decimals at most."""
    return Fraction(_EXACT.subtract(later, earlier))


class Piece(NamedTuple):
    """Consecutive days within which no price changes, and the sums of their records."""

    span: Span
    paid: Paid


def in_pieces(span: Span, tariff: Tariff, paid: Mapping[date, PaidBefore]) -> list[Piece]:
    """The span cut where a price begins; `paid` has the sums before each day that is needed."""
    return [
        Piece(part, paid[part.start].until(paid[part.end + DAY]))
        for part in cut(span, tariff.changes())
    ]
