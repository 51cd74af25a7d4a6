"""The money on cards and in the figures of types: costs, and average prices of a unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tally.dashboard import phrases
from tally.dashboard.cards import card_id
from tally.dashboard.words import known_words
from tally.domain.formatting import Formatter
from tally.domain.prices import cut
from tally.domain.units import each
from tally.statistics.money import Cost
from tally.statistics.shares import MILLIONTH, Run
from tally.statistics.type_statistics import Series, Statistics, TypeStatistics


@dataclass(frozen=True, slots=True)
class CostLine:
    """The costs on a card: the sum, the price of a unit and the average of a day.

    Where the card is of money, the amount and that of a day stand in its place. without: the amount
    that has neither a cost nor a price, in words, "" for none.
    """

    paid: str
    a_unit: str
    a_day: str
    without: str = ""


def cost_lines(stats: Statistics, formatter: Formatter, *, in_money: bool) -> dict[str, CostLine]:
    """The line of each card that has a cost, by the id of its card.

    in_money: whether the cards show money; then their lines have the amounts. A type without a
    known day has a line only if something was paid, such as for a new meter.
    """
    if stats.cost is None:
        return {}
    currency = stats.cost.currency
    write = _amount_line if in_money else cost_line
    return {
        card_id(one.key): write(one, one.cost, currency, formatter)
        for one in stats.types
        if one.cost and (one.cost.total or not known_words.nothing_known(one, stats.period))
    }


def cost_line(one: TypeStatistics, cost: Cost, currency: str, formatter: Formatter) -> CostLine:
    """`52.48 €`, `0.37 € a kWh`, `2.62 € a day`."""
    a_day = ""
    if cost.per_day is not None and one.known.days > 1:
        a_day = f"{formatter.price(cost.per_day, currency)} a day"
    paid = formatter.money(cost.total, currency)
    return CostLine(
        paid, a_unit(one, cost, currency, formatter), a_day, without(one, cost, formatter)
    )


def _amount_line(one: TypeStatistics, cost: Cost, currency: str, formatter: Formatter) -> CostLine:
    """`142.7 kWh`, `0.37 € a kWh`, `7.1 kWh a day`."""
    total = f"{phrases.amount(one.total, one, formatter)}\u00a0{one.unit}".rstrip()
    a_day = ""
    if one.entries and one.known.days > 1:
        a_day = f"{phrases.average(one.per_day, formatter)} {one.unit}".rstrip() + " a day"
    return CostLine(
        total, a_unit(one, cost, currency, formatter), a_day, without(one, cost, formatter)
    )


def without(one: TypeStatistics, cost: Cost, formatter: Formatter) -> str:
    """`without 12 kWh`: the amount that has neither a cost nor a price; "" for none."""
    return (
        f"without {phrases.quantity(cost.uncovered, one.unit, formatter)}" if cost.uncovered else ""
    )


def a_unit(one: TypeStatistics, cost: Cost, currency: str, formatter: Formatter) -> str:
    """`0.37 € a kWh`: the average price in words; "" without one, or without a unit."""
    average = average_price(one, cost)
    if average is None or not one.unit:
        return ""
    return f"{formatter.price(average, currency)} {each(one.unit)}"


def average_price(one: TypeStatistics, cost: Cost) -> Decimal | None:
    """The cost divided by the amounts that have a cost or price; None without any of either.

    A total of shares is rounded to a millionth, so it may differ by one from an equal uncovered
    amount.
    """
    covered = one.total - cost.uncovered
    nothing = MILLIONTH if one.spread_entries else Decimal(0)
    return cost.total / covered if covered > nothing and cost.total else None


def in_money(stats: Statistics) -> Statistics:
    """The statistics with money in place of amounts, those without any cost last."""
    if stats.cost is None:
        return stats
    currency = stats.cost.currency
    with_cost = [as_money(one, one.cost, currency) for one in stats.types if one.cost]
    return replace(stats, types=(*with_cost, *(one for one in stats.types if not one.cost)))


def as_money(one: TypeStatistics, cost: Cost, currency: str) -> TypeStatistics:
    """The figures of a type in money."""
    changes = sorted({line.first for line in cost.worked})
    series = _series_in_money(one.series, cost.series, cost.spread)
    before = one.previous_series and _series_in_money(
        one.previous_series, cost.before, cost.before_spread
    )
    return replace(
        one,
        currency=currency,
        total=cost.total,
        per_day=cost.per_day,
        per_entry=None,
        previous=cost.previous,
        last_year=cost.last_year,
        projection=cost.projection,
        series=series,
        runs=_paid_runs(
            [Run(part, run.covering) for run in one.runs for part in cut(run.span, changes)], series
        ),
        previous_runs=_paid_runs(one.previous_runs, before) if before else (),
        previous_series=before,
        highest_days=(),
    )


def _series_in_money(
    series: Series, totals: Sequence[Decimal | None], spread: Sequence[Decimal]
) -> Series:
    drawn = zip(series.points, totals, spread, strict=False)
    points = tuple(point._replace(total=total, spread=part) for point, total, part in drawn)
    return Series(series.bucket, points)


def _paid_runs(runs: Iterable[Run], series: Series) -> tuple[Run, ...]:
    """The runs with a cost: days of a bill without one are drawn as days of that kind."""
    spread = {point.start: point.spread for point in series.points}
    return tuple(run for run in runs if any(spread.get(day) for day in run.span))
