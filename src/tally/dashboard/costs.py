"""What the dashboard shows of money: the sum, a line in each card, prices and the bill. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tally.dashboard import phrases
from tally.dashboard.cards import card_id
from tally.domain.currencies import decimals, sign
from tally.domain.formatting import Words
from tally.domain.limits import Key
from tally.domain.periods import Period
from tally.domain.prices import Price
from tally.domain.units import each
from tally.statistics.compute import Comparison, Series, Statistics, TypeStatistics
from tally.statistics.money import Cost, CostComparison

# A price a unit has more decimals than an amount: 0.3215.
PRICE_DECIMALS_SHOWN = 8


def amount(value: Decimal, currency: str, say: Words) -> str:
    """`318.40 €`: with its currency's decimals, the sign behind a space that does not break."""
    shown = say.fixed(value, decimals(currency))
    return f"{shown}\u00a0{sign(currency)}"


def price_amount(value: Decimal, currency: str, say: Words) -> str:
    """`0.3215 €`: with all its decimals, at least those of its currency."""
    places = max(decimals(currency), -int(value.normalize().as_tuple().exponent))
    return f"{say.fixed(value, min(places, PRICE_DECIMALS_SHOWN))}\u00a0{sign(currency)}"


@dataclass(frozen=True, slots=True)
class SumLine:
    """The first line of the sheet: what everything cost, where that heads, how far it is known."""

    figure: str
    unit: str
    words: str
    note: str


def sum_line(found: Statistics, say: Words) -> SumLine | None:
    """What all types cost together; None where nothing has a cost."""
    cost, period = found.cost, found.period
    if cost is None:
        return None
    words = f"in {phrases.heading(period, say)[0]}"
    if period.running:
        words += " so far"
        if cost.projection is not None:
            words += f", {phrases.projection(cost.projection, period, say)}"
    notes = [_sum_comparison(found, say), _known_in_part(found, say)]
    return SumLine(
        figure=say.fixed(cost.total, decimals(cost.currency)),
        unit=sign(cost.currency),
        words=words,
        note=" · ".join(filter(None, notes)),
    )


def _sum_comparison(found: Statistics, say: Words) -> str:
    cost, period = found.cost, found.period
    if cost is None or cost.previous is None or cost.difference is None:
        return ""
    before = phrases.name_before(period, say) or "before"
    if not cost.difference:
        return f"as much as in {before}"
    more = "more" if cost.difference > 0 else "less"
    difference = amount(abs(cost.difference), cost.currency, say)
    percent = f", {say.number(abs(cost.percent), 0)} %" if cost.percent is not None else ""
    return f"{difference} {more} than in the same days of {before}{percent}"


def _known_in_part(found: Statistics, say: Words) -> str:
    """Which types are known only to some day: a sum of unequal days must say so."""
    period = found.period
    elapsed = period.elapsed
    if elapsed is None:
        return ""
    partly = [
        one
        for one in found.types
        if one.cost and one.known.last is not None and one.known.last < elapsed.end
    ]
    if len(partly) > 2:
        return f"{len(partly)} types are known only in part"
    return ", ".join(
        f"{one.type} is known to {say.date_name(one.known.last)}"
        for one in partly
        if one.known.last
    )


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of a card: what was paid, what a unit came to, what a day came to."""

    paid: str
    a_unit: str
    a_day: str


def cost_lines(found: Statistics, say: Words) -> dict[str, CostLine]:
    """The line of each card that has a cost, by the id of its card."""
    if found.cost is None:
        return {}
    currency = found.cost.currency
    return {
        card_id(one.type, one.unit): cost_line(one, one.cost, currency, say)
        for one in found.types
        if one.cost
    }


def cost_line(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> CostLine:
    """`52.48 €`, `0.37 € a kWh`, `2.62 € a day`."""
    covered = one.total - cost.uncovered
    a_unit = ""
    if covered > 0 and one.unit and cost.total:
        a_unit = f"{amount(cost.total / covered, currency, say)} {each(one.unit)}"
    a_day = ""
    if cost.per_day is not None and one.known.days > 1:
        a_day = f"{amount(cost.per_day, currency, say)} a day"
    return CostLine(amount(cost.total, currency, say), a_unit, a_day)


def in_money(found: Statistics) -> Statistics:
    """The statistics with money in place of amounts, those without any cost last.

    A type without a cost has nothing to draw; its card says how to give it a price.
    """
    if found.cost is None:
        return found
    unit = sign(found.cost.currency)
    with_cost = [_as_money(one, one.cost, unit) for one in found.types if one.cost]
    without = [
        replace(one, series=Series(one.series.bucket, ())) for one in found.types if not one.cost
    ]
    return replace(found, types=(*with_cost, *without))


def _as_money(one: TypeStatistics, cost: Cost, unit: str) -> TypeStatistics:
    points = tuple(
        point._replace(total=total, spread=Decimal(0))
        for point, total in zip(one.series.points, cost.series, strict=False)
    )
    return replace(
        one,
        shown_unit=unit,
        total=cost.total,
        per_day=cost.per_day,
        previous=_as_comparison(cost.previous),
        last_year=_as_comparison(cost.last_year),
        projection=cost.projection,
        series=Series(one.series.bucket, points),
        runs=(),
        previous_runs=(),
        previous_series=None,
        highest_days=(),
    )


def _as_comparison(cost: CostComparison | None) -> Comparison | None:
    if cost is None:
        return None
    return Comparison(cost.span, cost.known_days, cost.total, cost.difference, cost.percent)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price as a row of its table, and as its form."""

    id: str
    start: str
    iso: str
    per_unit: str
    base: str
    base_words: str
    base_per: str
    typed_per_unit: str
    typed_base: str
    now: bool


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill: what is multiplied, and what it makes."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypeCosts:
    """What the page of a type shows of money.

    figures: (label, amount, note) of the second line of figures. uncovered: a sentence for amounts
    that have neither cost nor price, "" for none.
    """

    currency: str
    prices: tuple[PriceRow, ...]
    figures: tuple[tuple[str, str, str], ...]
    bill: tuple[BillLine, ...]
    total: str
    uncovered: str


def type_costs(
    one: TypeStatistics, prices: Sequence[Price], currency: str, period: Period, say: Words
) -> TypeCosts:
    """The prices of a type, newest first, and how its cost comes about in a period."""
    mine = sorted(prices, key=lambda price: price.start, reverse=True)
    in_force = next((price.price_id for price in mine if price.start <= say.today), "")
    cost = one.cost
    return TypeCosts(
        currency=sign(currency) if currency else "",
        prices=tuple(
            _price_row(price, currency, price.price_id == in_force, say) for price in mine
        ),
        figures=_figures(one, cost, currency, period, say) if cost else (),
        bill=_bill(one, cost, currency, say) if cost else (),
        total=amount(cost.total, currency, say) if cost else "",
        uncovered=_uncovered(one, cost, say) if cost else "",
    )


def _price_row(price: Price, currency: str, now: bool, say: Words) -> PriceRow:
    per = "a year" if price.base_per == "year" else "a month"
    return PriceRow(
        id=price.price_id,
        start=say.date_name(price.start),
        iso=price.start.isoformat(),
        per_unit="" if price.per_unit is None else price_amount(price.per_unit, currency, say),
        base="" if price.base is None else amount(price.base, currency, say),
        base_words=per if price.base is not None else "",
        base_per=price.base_per,
        typed_per_unit="" if price.per_unit is None else say.typed(price.per_unit),
        typed_base="" if price.base is None else say.typed(price.base),
        now=now,
    )


def _figures(
    one: TypeStatistics, cost: Cost, currency: str, period: Period, say: Words
) -> tuple[tuple[str, str, str], ...]:
    line = cost_line(one, cost, currency, say)
    figures = [("Cost", amount(cost.total, currency, say), line.a_unit)]
    if cost.per_day is not None:
        figures.append(
            (
                "A day",
                amount(cost.per_day, currency, say),
                f"average over {say.count(one.known.days, 'day')}",
            )
        )
    if cost.previous and cost.previous.difference is not None:
        before = cost.previous
        difference = amount(abs(before.difference or Decimal(0)), currency, say)
        more = "more" if (before.difference or 0) > 0 else "less"
        figures.append(
            (
                f"Compared with {phrases.name_before(period, say) or 'before'}",
                f"{difference} {more}",
                amount(before.total, currency, say),
            )
        )
    if cost.projection is not None:
        figures.append(
            (
                "Estimate",
                f"about {phrases.about(cost.projection, say)} {sign(currency)}",
                f"by {phrases.last_day(period, say)}",
            )
        )
    return tuple(figures)


def _bill(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> tuple[BillLine, ...]:
    """The sum as it is made: amount × price, days × base fee, and what receipts say."""
    lines = []
    if cost.records:
        lines.append(BillLine("recorded with it", amount(cost.records, currency, say)))
    several = len({line.price.price_id for line in cost.worked}) > 1
    for line in cost.worked:
        since = f" from {say.date_name(line.first)}" if several else ""
        if line.is_base:
            base = amount(line.price.base or Decimal(0), currency, say)
            per = "a year" if line.price.base_per == "year" else "a month"
            words = f"{say.count(int(line.amount), 'day')} of {base} {per}{since}"
        else:
            price = price_amount(line.price.per_unit or Decimal(0), currency, say)
            words = f"{say.number(line.amount, 3)} {one.unit} × {price}{since}"
        lines.append(BillLine(words, amount(line.total, currency, say)))
    return tuple(lines)


def _uncovered(one: TypeStatistics, cost: Cost, say: Words) -> str:
    if not cost.uncovered:
        return ""
    return f"without {say.number(cost.uncovered, 3)} {one.unit}, which have no price".replace(
        "  ", " "
    )


def key_of(one: TypeStatistics) -> Key:
    """The (type, unit) of a type's figures."""
    return Key(one.type, one.unit)
