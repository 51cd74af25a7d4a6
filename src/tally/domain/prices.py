"""Prices: the cost of a unit from a day on, and a base fee that is due without use, too. Pure.

An account has up to 200 of them in `users.prices`. Each is valid from its day until the next of the
same (type, unit). Sums are exact fractions, rounded last, where they are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, Literal, cast

from tally.domain.amounts import plain
from tally.domain.calendar import DAY, Span
from tally.domain.keys import Key, folded, is_same

MAX_PRICES = 200
# A price a unit has more decimals than an amount: 0.3215.
PRICE_DECIMALS = 8
MONEY_DECIMALS = 6

BaseInterval = Literal["month", "year"]
BASE_INTERVALS: tuple[BaseInterval, ...] = ("month", "year")

_ROUNDING = Context(prec=100, rounding=ROUND_HALF_UP)
# Shares have 40 decimals each, and are multiplied by prices below 10¹²: what is exactly a half
# is one again once it is rounded to 20.
_TWENTY_DECIMALS = Decimal("1e-20")


@dataclass(frozen=True, slots=True)
class Price:
    """A price of a (type, unit) from `start` on: per unit, and a base fee a month or year.

    At least one of the two is there. Amounts are in the account's currency.
    """

    price_id: str
    type: str
    unit: str
    start: date
    per_unit: Decimal | None = None
    base: Decimal | None = None
    base_per: BaseInterval = "month"

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)

    def base_of(self, span: Span) -> Fraction:
        """The base fee of a span: a day has its share of the fee of its month or year."""
        if self.base is None:
            return Fraction(0)
        elapsed = _years if self.base_per == "year" else _months
        return Fraction(self.base) * (elapsed(span.end + DAY) - elapsed(span.start))


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of one (type, unit), earliest first."""

    prices: tuple[Price, ...] = ()

    def on(self, day: date) -> Price | None:
        """The price in force on a day, None before the first."""
        place = bisect_right(self.prices, day, key=lambda price: price.start)
        return self.prices[place - 1] if place else None

    def changes(self) -> tuple[date, ...]:
        """The days on which another price begins."""
        return tuple(price.start for price in self.prices)

    def base(self, stretches: Iterable[Span]) -> Fraction:
        """The base fees of all days of these stretches."""
        total = Fraction(0)
        for span in stretches:
            for part in cut(span, self.changes()):
                price = self.on(part.start)
                total += price.base_of(part) if price else 0
        return total


def cut(span: Span, days: Sequence[date]) -> Iterator[Span]:
    """The span in pieces, each of which begins at the span's start or on one of the days."""
    starts = [span.start, *sorted({day for day in days if span.start < day <= span.end})]
    for start, following in zip(starts, [*starts[1:], span.end + DAY], strict=True):
        yield Span(start, following - DAY)


def _months(day: date) -> Fraction:
    """The months before a day, with the share of its own month that has passed."""
    return 12 * day.year + day.month + Fraction(day.day - 1, monthrange(day.year, day.month)[1])


def _years(day: date) -> Fraction:
    """The years before a day, with the share of its own year that has passed."""
    return day.year + Fraction(day.timetuple().tm_yday - 1, 366 if isleap(day.year) else 365)


def read_prices(stored: Iterable[Mapping[str, Any]]) -> list[Price]:
    """The prices as they are stored, earliest first."""
    prices = [
        Price(
            price_id=entry["id"],
            type=entry["type"],
            unit=entry["unit"],
            start=date.fromisoformat(entry["from"]),
            per_unit=_decimal(entry.get("per_unit")),
            base=_decimal(entry.get("base")),
            base_per=cast(BaseInterval, entry.get("base_per") or "month"),
        )
        for entry in stored
    ]
    return sorted(prices, key=lambda price: price.start)


def tariffs(prices: Iterable[Price]) -> dict[Key, Tariff]:
    """The prices of each (type, unit), by folded type."""
    by_key: dict[Key, list[Price]] = {}
    for price in prices:
        by_key.setdefault(folded(price.key), []).append(price)
    return {key: Tariff(tuple(those)) for key, those in by_key.items()}


def as_json(price: Price) -> dict[str, Any]:
    """A price as it is stored and answered: decimals are texts, missing values are null."""
    return {
        "id": price.price_id,
        "type": price.type,
        "unit": price.unit,
        "from": price.start.isoformat(),
        "per_unit": None if price.per_unit is None else plain(price.per_unit),
        "base": None if price.base is None else plain(price.base),
        "base_per": price.base_per,
    }


def with_price(prices: Sequence[Price], price: Price) -> list[Price]:
    """The prices with one more, which replaces one with its id or of its day.

    Raises ValueError with a sentence when there would be too many.
    """
    kept = [
        other
        for other in prices
        if other.price_id != price.price_id and not is_of_day(other, price)
    ]
    if len(kept) >= MAX_PRICES:
        raise ValueError(f"There can be {MAX_PRICES} prices. Remove one first.")
    return sorted([*kept, price], key=lambda one: one.start)


def is_of_day(one: Price, other: Price) -> bool:
    """Whether two prices are for one type, unit and day, so that only one of them can stay."""
    return (folded(one.key), one.start) == (folded(other.key), other.start)


def same_price(prices: Iterable[Price], price: Price) -> Price | None:
    """A stored price that equals `price` except for its id and spelling; None without one."""
    for other in prices:
        alike = replace(other, price_id=price.price_id, type=price.type)
        if is_same(other.key, price.key) and alike == price:
            return other
    return None


def rounded_half_up(value: Fraction, decimals: int = MONEY_DECIMALS) -> Decimal:
    """A sum of money, rounded half away from zero, trailing zeros kept off by `plain`."""
    quotient = _ROUNDING.divide(Decimal(value.numerator), Decimal(value.denominator))
    exact = _ROUNDING.quantize(quotient, _TWENTY_DECIMALS)
    return _ROUNDING.quantize(exact, Decimal(1).scaleb(-decimals))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
