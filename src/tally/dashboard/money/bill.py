"""The bill of a type: how its cost in a period comes about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tally.dashboard import period_names, phrases
from tally.dashboard.money import costs
from tally.dashboard.money.price_table import price_amount
from tally.domain.calendar import Span
from tally.domain.currencies import decimals, sign
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.statistics.money import Cost
from tally.statistics.projection import projected_days
from tally.statistics.type_statistics import TypeStatistics


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill: its factors in words, and their product."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of the bill, and their total.

    days: those that it is for. uncovered: a sentence for amounts that have neither cost nor price,
    "" for none.
    """

    lines: tuple[BillLine, ...]
    total: str
    days: str
    estimate: str
    uncovered: str


def bill(one: TypeStatistics, currency: str, period: Period, formatter: Formatter) -> Bill | None:
    """How the cost of a type in a period comes about; None without any cost."""
    cost = one.cost
    lines = _lines(one, cost, currency, formatter) if cost else ()
    if not cost or not lines:
        return None
    return Bill(
        lines=lines,
        total=formatter.money(cost.total, currency),
        days=_days(one, period, formatter),
        estimate=_estimate(one, cost, currency, period, formatter),
        uncovered=_uncovered(one, cost, formatter),
    )


def _lines(
    one: TypeStatistics, cost: Cost, currency: str, formatter: Formatter
) -> tuple[BillLine, ...]:
    """The terms of the sum: amount × price, days × base fee, and costs noted with records."""
    lines = []
    if cost.records:
        lines.append(BillLine("costs of records", formatter.money(cost.records, currency)))
    several = len({line.price.price_id for line in cost.worked}) > 1
    for line in cost.worked:
        since = f" from {formatter.date_name(line.first)}" if several else ""
        if line.is_base:
            base = price_amount(line.price.base or Decimal(0), currency, formatter)
            days = formatter.count(int(line.amount), "day")
            words = f"{days} of {base} a {line.price.base_per}{since}"
        else:
            price = price_amount(line.price.per_unit or Decimal(0), currency, formatter)
            words = f"{formatter.rough(line.amount, 3)} {one.unit} × {price}{since}"
        lines.append(BillLine(words, formatter.money(line.total, currency)))
    return tuple(lines)


def _days(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """`1 to 20 November`: the days of the sum."""
    first, last, _ = one.known
    if first is None or last is None:
        return period_names.short_name(period, formatter)
    return period_names.days(Span(first, last), formatter)


def _estimate(
    one: TypeStatistics, cost: Cost, currency: str, period: Period, formatter: Formatter
) -> str:
    """`about 79 € by the 30th: 52.48 ÷ 20 × 30`."""
    coming = phrases.projection(cost.projection, cost.total, period, formatter, sign(currency))
    if not coming or period.start is None or one.known.first is None:
        return ""
    return f"{coming}: {divided(one, cost.total, currency, period, formatter)}"


def divided(
    one: TypeStatistics, total: Decimal, currency: str, period: Period, formatter: Formatter
) -> str:
    """`52.48 ÷ 20 × 30`: how an estimate comes about."""
    days = projected_days(period, one.known_days)
    return f"{formatter.fixed(total, decimals(currency))} ÷ {one.known.days} × {days}"


def _uncovered(one: TypeStatistics, cost: Cost, formatter: Formatter) -> str:
    without = costs.without(one, cost, formatter)
    return f"{without}, which have no price" if without else ""
