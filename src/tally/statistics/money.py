"""The cost of amounts: figures in money, from exact fractions that are rounded last. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from tally.domain.calendar import Span
from tally.domain.paid_sums import Piece
from tally.domain.prices import Price, Tariff, rounded_half_up
from tally.statistics.figures import Comparison


@dataclass(frozen=True, slots=True)
class Worked:
    """A line of a sum: an amount at a price, or a base fee for some days.

    first: its first day. amount: in the unit, or in days for a base fee.
    """

    price: Price
    first: date
    amount: Decimal
    total: Decimal
    is_base: bool = False


class Parts(NamedTuple):
    """The exact cost of some days of a (type, unit), in its parts.

    uncovered: the amount that has neither a cost nor a price. spread: the part of the total that
    comes from records of several days; a base fee beside them is as even as they are.
    """

    records: Fraction = Fraction(0)
    prices: Fraction = Fraction(0)
    base: Fraction = Fraction(0)
    uncovered: Fraction = Fraction(0)
    spread: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        return self.records + self.prices + self.base


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a (type, unit) in a period: the parts add up to the total.

    records: costs noted with records; prices: amounts at the prices of their days; base: base fees
    of known days; uncovered: the amount without either. series: the total of each bucket, None
    where nothing is known of it or none of its records has a cost or price; spread: the part of it
    that comes from records of several days; before and before_spread: the same of the whole
    previous period; all four empty where they are not drawn, the last two also where the records of
    that period have no cost. worked: how prices and base come about. missing: whether there are
    records, and none has a cost or price.
    """

    total: Decimal
    per_day: Decimal | None
    records: Decimal
    prices: Decimal
    base: Decimal
    uncovered: Decimal
    projection: Decimal | None
    previous: Comparison | None = None
    last_year: Comparison | None = None
    series: tuple[Decimal | None, ...] = ()
    spread: tuple[Decimal, ...] = ()
    before: tuple[Decimal | None, ...] = ()
    before_spread: tuple[Decimal, ...] = ()
    worked: tuple[Worked, ...] = ()
    missing: bool = False

    @property
    def counts(self) -> bool:
        """Whether the cost is other than 0, or unknown, in this period or in the one before."""
        before = self.previous is not None and self.previous.total != 0
        return bool(self.total) or self.missing or before


class LeftOut(NamedTuple):
    """An amount of a type with neither a cost nor a price, which is in no sum."""

    type: str
    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CostSum:
    """The cost of all types: money can be added. projection: of a type without one its total.

    without: the amounts that are not in the sum, of types with costs or prices and of types kept in
    the account's currency. Other types are expected to have no cost, and are not named.
    """

    total: Decimal
    currency: str
    projection: Decimal | None
    previous: Decimal | None
    difference: Decimal | None
    percent: Decimal | None
    without: tuple[LeftOut, ...] = ()


def parts(tariff: Tariff, pieces: Iterable[Piece], stretches: Iterable[Span]) -> Parts:
    """The exact cost of the pieces of a span, with the base fees of its known `stretches`."""
    records = prices = uncovered = spread = Fraction(0)
    for piece, paid in pieces:
        price = tariff.on(piece.start)
        records += paid.costs
        spread += paid.spread_costs
        if price is not None and price.per_unit is not None:
            prices += paid.amounts * Fraction(price.per_unit)
            spread += paid.spread_amounts * Fraction(price.per_unit)
        else:
            uncovered += paid.amounts
    base = tariff.base(stretches)
    return Parts(records, prices, base, uncovered, spread + base if spread else Fraction(0))


def worked(
    tariff: Tariff, pieces: Iterable[Piece], stretches: Sequence[Span]
) -> tuple[Worked, ...]:
    """The sum that prices and base fees make, a line for each price in force."""
    lines = []
    for price, of_price in groupby(pieces, key=lambda piece: tariff.on(piece.span.start)):
        own = list(of_price)
        if price is None:
            continue
        first, last = own[0].span.start, own[-1].span.end
        amount = sum((piece.paid.amounts for piece in own), Fraction(0))
        if price.per_unit is not None and amount:
            total = rounded_half_up(amount * Fraction(price.per_unit))
            lines.append(Worked(price, first, rounded_half_up(amount), total))
        inside = [
            Span(max(one.start, first), min(one.end, last))
            for one in stretches
            if one.start <= last and one.end >= first
        ]
        days = sum(one.days for one in inside)
        if price.base is not None and days:
            base = rounded_half_up(tariff.base(inside))
            lines.append(Worked(price, first, Decimal(days), base, is_base=True))
    return tuple(lines)
