"""What amounts cost: figures in money, from exact fractions that are rounded last. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tally.domain.periods import Span
from tally.domain.prices import Paid, Price, Tariff, cut, rounded


@dataclass(frozen=True, slots=True)
class Worked:
    """A sum being made: an amount at a price, or a base fee for some days.

    first: its first day. amount: in the unit, or in days for a base fee.
    """

    price: Price
    first: date
    amount: Decimal
    total: Decimal
    is_base: bool = False


class Parts(NamedTuple):
    """What some days of a (type, unit) cost, exactly.

    uncovered: the amount that has neither a cost nor a price.
    """

    records: Fraction = Fraction(0)
    prices: Fraction = Fraction(0)
    base: Fraction = Fraction(0)
    uncovered: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        return self.records + self.prices + self.base


@dataclass(frozen=True, slots=True)
class CostComparison:
    """What an earlier span cost; difference and percent None where days differ too much."""

    span: Span
    known_days: int
    total: Decimal
    difference: Decimal | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a (type, unit) cost in a period: the parts add up to the total.

    records: costs noted with records; prices: amounts at the prices of their days; base: base fees
    of known days; uncovered: the amount without either. series: the total of each bucket, None
    where nothing is known of it; empty where it is not drawn. worked: how prices and base come
    about.
    """

    total: Decimal
    per_day: Decimal | None
    records: Decimal
    prices: Decimal
    base: Decimal
    uncovered: Decimal
    projection: Decimal | None
    previous: CostComparison | None = None
    last_year: CostComparison | None = None
    series: tuple[Decimal | None, ...] = ()
    worked: tuple[Worked, ...] = ()


@dataclass(frozen=True, slots=True)
class CostSum:
    """What everything cost: money can be added. projection: a type without one as it stands."""

    total: Decimal
    currency: str
    projection: Decimal | None
    previous: Decimal | None
    difference: Decimal | None
    percent: Decimal | None


def pieces(span: Span, tariff: Tariff) -> list[Span]:
    """The span, cut where another price begins."""
    return list(cut(span, tariff.changes()))


def parts(
    span: Span, tariff: Tariff, paid: Mapping[Span, Paid], stretches: Iterable[Span]
) -> Parts:
    """What a span costs: `paid` by its pieces, base fees for its known `stretches`."""
    records = prices = uncovered = Fraction(0)
    for piece in pieces(span, tariff):
        found = paid.get(piece, Paid())
        price = tariff.on(piece.start)
        records += found.costs
        if price is not None and price.per_unit is not None:
            prices += found.amounts * Fraction(price.per_unit)
        else:
            uncovered += found.amounts
    return Parts(records, prices, tariff.base(stretches), uncovered)


def worked(
    span: Span, tariff: Tariff, paid: Mapping[Span, Paid], stretches: Sequence[Span]
) -> tuple[Worked, ...]:
    """The sum that prices and base fees make, a line for each price in force."""
    lines = []
    for piece in pieces(span, tariff):
        found = paid.get(piece, Paid())
        price = tariff.on(piece.start)
        if price is None:
            continue
        if price.per_unit is not None and found.amounts:
            lines.append(
                Worked(
                    price,
                    piece.start,
                    rounded(found.amounts),
                    rounded(found.amounts * Fraction(price.per_unit)),
                )
            )
        inside = [
            Span(max(one.start, piece.start), min(one.end, piece.end))
            for one in stretches
            if one.start <= piece.end and one.end >= piece.start
        ]
        days = sum(one.days for one in inside)
        if price.base is not None and days:
            base = rounded(tariff.base(inside))
            lines.append(Worked(price, piece.start, Decimal(days), base, is_base=True))
    return tuple(lines)
