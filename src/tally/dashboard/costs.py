"""The money on the dashboard: the sum, a line in each card, prices and the bill. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tally.charts.axes import significant
from tally.dashboard import period_names, phrases
from tally.dashboard.cards import card_id
from tally.domain import filter_query
from tally.domain.currencies import decimals, sign
from tally.domain.filters import Filter
from tally.domain.formatting import Words
from tally.domain.periods import Period, Span
from tally.domain.prices import PRICE_DECIMALS, Price, cut
from tally.domain.text import capital
from tally.domain.units import each
from tally.statistics.compute import Comparison, Series, Statistics, TypeStatistics
from tally.statistics.money import Cost, CostComparison, LeftOut
from tally.statistics.shares import Run


def price_amount(value: Decimal, currency: str, say: Words) -> str:
    """`0.3215 €`: with all its decimals, at least those of its currency."""
    places = max(decimals(currency), -int(value.normalize().as_tuple().exponent))
    return f"{say.fixed(value, min(places, PRICE_DECIMALS))}\u00a0{sign(currency)}"


def price_in_words(price: Price, currency: str, say: Words) -> str:
    """`electricity from 1 January: 0.3215 € a kWh, 9.90 € a month`."""
    amounts = []
    if price.per_unit is not None:
        amounts.append(f"{price_amount(price.per_unit, currency, say)} {each(price.unit)}")
    if price.base is not None:
        amounts.append(f"{say.money(price.base, currency)} a {price.base_per}")
    return f"{price.type} from {say.date_name(price.start)}: {', '.join(amounts)}"


OF_PAGE = "of the types on this page alone, since there are too many others with costs to add up"


@dataclass(frozen=True, slots=True)
class SumLine:
    """The first line of the sheet: the cost of everything, its projection, its known days."""

    figure: str  # "" where no cost is known
    unit: str
    words: str
    note: str


def sum_line(stats: Statistics, say: Words) -> SumLine | None:
    """The cost of all types together, in words; None where nothing has a cost."""
    cost, period = stats.cost, stats.period
    if cost is None:
        return None
    words = _sum_days(period, say)
    is_known = cost.total != 0 or not all(
        phrases.nothing_known(one, period) for one in stats.summed if one.cost
    )
    if not is_known:
        words = f"Cost not known yet {words}"
    elif period.running:
        words += " so far" if period.days > 1 else ""
        coming = phrases.to_come(cost.projection, period, say)
        words += f", {coming}" if coming else ""
    notes = [
        OF_PAGE if stats.sums_page else "",
        _sum_comparison(stats, say),
        _without_card(stats, say),
        _left_out(cost.without, say),
        _known_in_part(stats, say),
    ]
    return SumLine(
        figure=say.fixed(cost.total, decimals(cost.currency)) if is_known else "",
        unit=sign(cost.currency),
        words=words,
        note=" · ".join(filter(None, notes)),
    )


def _sum_days(period: Period, say: Words) -> str:
    """`in November`, `in the last 30 days`, `from 3 to 9 November 2026`, `today`, `in all`."""
    match period.called:
        case "day":
            return say.relative_day(period.end) or f"on {say.short_day(period.end)}"
        case "last":
            return f"in the last {say.count(period.days, 'day')}"
        case "all":
            return "in all"
        case "range":
            days = period_names.heading(period, say)[0]
            return f"from {days}" if " to " in days else f"in {days}"
    return f"in {period_names.short_name(period, say)}"


def _sum_comparison(stats: Statistics, say: Words) -> str:
    """`42 % more than the same days of October`."""
    cost, period = stats.cost, stats.period
    if cost is None:
        return ""
    before = period_names.name_before(period, say) or "the days before"
    whole = before if not period.running or period.days == 1 else f"the same days of {before}"
    if cost.previous is None or cost.difference is None:
        return phrases.no_costs(whole) if _no_costs_before(stats) else ""
    if not cost.difference:
        return f"as much as {whole}"
    if cost.percent is None:
        return f"nothing in {whole}"
    if cost.percent >= 200:
        times = significant(cost.total / cost.previous, 2)
        return f"{say.number(times)} times as much as {whole}"
    return f"{say.percent(cost.percent)} {phrases.more_or_less(cost.difference)} than {whole}"


def _no_costs_before(stats: Statistics) -> bool:
    """Whether some type has records in the days before, and none of all types has a cost there."""
    earlier = [one.cost.previous for one in stats.summed if one.cost]
    lack = any(before and before.total is None for before in earlier)
    return lack and not any(before and before.total for before in earlier)


def _known_in_part(stats: Statistics, say: Words) -> str:
    """A note on types whose cost is known only to some day, as a sum of unequal days needs it."""
    period = stats.period
    elapsed = period.elapsed
    if elapsed is None:
        return ""
    partly = [
        one
        for one in stats.summed
        if one.cost and one.known_days.first and _last_known(one, elapsed) < elapsed.end
    ]
    if len(partly) > 2:
        return f"{len(partly)} types are known only in part"
    return ", ".join(
        f"{one.type} is known to {say.date_name(_last_known(one, elapsed))}" for one in partly
    )


def _last_known(one: TypeStatistics, elapsed: Span) -> date:
    """The last day known of a type, up to the end of the elapsed days."""
    return one.known.last or min(one.known_days.last, elapsed.end)


def _without_card(stats: Statistics, say: Words) -> str:
    """`with 9.30 € of electricity, which has no card here`; "" where each cost has a card."""
    cost = stats.cost
    aside = [(one.type, one.cost.total) for one in stats.aside if one.cost and one.cost.total]
    if cost is None or not aside:
        return ""
    if len(aside) > 2:
        total = sum((own for _, own in aside), Decimal(0))
        named = f"{say.money(total, cost.currency)} of {len(aside)} types"
    else:
        named = " and ".join(f"{say.money(own, cost.currency)} of {name}" for name, own in aside)
    return f"with {named}, which {'has' if len(aside) == 1 else 'have'} no card here"


def _left_out(without: Sequence[LeftOut], say: Words) -> str:
    """`without 12 kWh of electricity and 900 € of rent`: amounts that are not in the sum."""
    if not without:
        return ""
    if len(without) > 2:
        return f"without amounts of {len(without)} types"
    named = (f"{_quantity(one.amount, one.unit, say)} of {one.type}" for one in without)
    return f"without {' and '.join(named)}"


def _quantity(value: Decimal, unit: str, say: Words) -> str:
    """`12 kWh`; a number alone without a unit."""
    return f"{say.number(value, 3)} {unit}".rstrip()


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


def cost_lines(stats: Statistics, say: Words, *, in_money: bool = False) -> dict[str, CostLine]:
    """The line of each card that has a cost, by the id of its card.

    Of a meter of which nothing is known only where something was paid: for a new meter, say.
    """
    if stats.cost is None:
        return {}
    currency = stats.cost.currency
    write = _amount_line if in_money else cost_line
    return {
        card_id(one.type, one.unit): write(one, one.cost, currency, say)
        for one in stats.types
        if one.cost and (one.cost.total or not phrases.nothing_known(one, stats.period))
    }


def cost_line(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> CostLine:
    """`52.48 €`, `0.37 € a kWh`, `2.62 € a day`."""
    a_day = ""
    if cost.per_day is not None and one.known.days > 1:
        a_day = f"{say.price(cost.per_day, currency)} a day"
    paid = say.money(cost.total, currency)
    return CostLine(paid, a_unit(one, cost, currency, say), a_day, _without(one, cost, say))


def _amount_line(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> CostLine:
    """`142.7 kWh`, `0.37 € a kWh`, `7.1 kWh a day`."""
    total = f"{phrases.amount(one.total, one, say)}\u00a0{one.unit}".rstrip()
    a_day = ""
    if one.entries and one.known.days > 1:
        a_day = f"{phrases.average(one.per_day, say)} {one.unit}".rstrip() + " a day"
    return CostLine(total, a_unit(one, cost, currency, say), a_day, _without(one, cost, say))


def _without(one: TypeStatistics, cost: Cost, say: Words) -> str:
    """`without 12 kWh`: the amount that has neither a cost nor a price; "" for none."""
    return f"without {_quantity(cost.uncovered, one.unit, say)}" if cost.uncovered else ""


def a_unit(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> str:
    """`0.37 € a kWh`: the average price of the amounts with a cost or price; "" without any."""
    covered = one.total - cost.uncovered
    if covered <= 0 or not one.unit or not cost.total:
        return ""
    return f"{say.price(cost.total / covered, currency)} {each(one.unit)}"


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
        previous=_as_comparison(cost.previous),
        last_year=_as_comparison(cost.last_year),
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


def _as_comparison(cost: CostComparison | None) -> Comparison | None:
    if cost is None:
        return None
    return Comparison(cost.span, cost.known_days, cost.total, cost.difference, cost.percent)


@dataclass(frozen=True, slots=True)
class PriceForm:
    """The form of a price as it is typed, and a sentence for each field that is wrong.

    id: of the price that is edited, "" for a new one.
    """

    start: str
    id: str = ""
    per_unit: str = ""
    base: str = ""
    base_per: str = "month"
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price as a row of its table; `form` where it is edited in its place."""

    id: str
    start: str
    per_unit: str
    base: str
    base_words: str
    now: bool
    edit: str
    form: PriceForm | None = None


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill: its factors in words, and their product."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypeCosts:
    """The money on the page of a type.

    a_unit: `A kWh`. form: of a new price; adds: whether it stands open. days: those that the bill
    is for.
    uncovered: a sentence for amounts that have neither cost nor price, "" for none. example: a line
    with what was paid for a record of the type.
    """

    currency: str
    a_unit: str
    prices: tuple[PriceRow, ...]
    form: PriceForm
    adds: bool
    bill: tuple[BillLine, ...]
    total: str
    days: str
    estimate: str
    uncovered: str
    example: str


def _example(one: TypeStatistics, currency: str) -> str:
    """`gas 10 m³ 25 €`: a line that says what was paid."""
    name = f'"{one.type}"' if " " in one.type else one.type
    return f"{name} {f'10 {one.unit}'.rstrip()} 25 {sign(currency or 'EUR')}"


def type_costs(
    one: TypeStatistics,
    prices: Sequence[Price],
    currency: str,
    period: Period,
    wanted: Filter,
    say: Words,
    form: PriceForm | None = None,
) -> TypeCosts:
    """The prices of a type, newest first, and how its cost comes about in a period.

    form: a form that stands open: that of the price with its id, else of a new one.
    """
    mine = sorted(prices, key=lambda price: price.start, reverse=True)
    in_force = next((price.price_id for price in mine if price.start <= say.today), "")
    cost = one.cost
    edited = form.id if form and any(price.price_id == form.id for price in mine) else ""
    return TypeCosts(
        currency=sign(currency) if currency else "",
        a_unit=capital(each(one.unit)),
        prices=tuple(
            _price_row(
                price,
                currency,
                price.price_id == in_force,
                wanted,
                say,
                form if price.price_id == edited else None,
            )
            for price in mine
        ),
        form=form if form and not edited else PriceForm(say.today.isoformat()),
        adds=form is not None and not edited,
        bill=_bill(one, cost, currency, say) if cost else (),
        total=say.money(cost.total, currency) if cost else "",
        example=_example(one, currency),
        days=_bill_days(one, period, say),
        estimate=_estimate(one, cost, currency, period, say) if cost else "",
        uncovered=_uncovered(one, cost, say) if cost else "",
    )


def form_of(price: Price, say: Words) -> PriceForm:
    """The form of a price that is there."""
    return PriceForm(
        id=price.price_id,
        start=price.start.isoformat(),
        per_unit="" if price.per_unit is None else say.typed(price.per_unit),
        base="" if price.base is None else say.typed(price.base),
        base_per=price.base_per,
    )


def _bill_days(one: TypeStatistics, period: Period, say: Words) -> str:
    """`1 to 20 November`: the days of the sum."""
    first, last, _ = one.known
    if first is None or last is None:
        return period_names.short_name(period, say)
    return period_names.days(Span(first, last), say)


def _estimate(one: TypeStatistics, cost: Cost, currency: str, period: Period, say: Words) -> str:
    """`about 79 € by the 30th: 52.48 ÷ 20 × 30`."""
    coming = phrases.to_come(cost.projection, period, say, sign(currency))
    if not coming or period.start is None or one.known.first is None:
        return ""
    return f"{coming}: {divided(one, cost.total, currency, period, say)}"


def divided(one: TypeStatistics, total: Decimal, currency: str, period: Period, say: Words) -> str:
    """`52.48 ÷ 20 × 30`: how an estimate comes about."""
    begun = max(filter(None, (period.start, one.known_days.first)), default=period.end)
    days = (period.end - begun).days + 1
    return f"{say.fixed(total, decimals(currency))} ÷ {one.known.days} × {days}"


def _price_row(
    price: Price, currency: str, now: bool, wanted: Filter, say: Words, form: PriceForm | None
) -> PriceRow:
    per = "a year" if price.base_per == "year" else "a month"
    return PriceRow(
        id=price.price_id,
        start=say.date_name(price.start),
        per_unit="" if price.per_unit is None else price_amount(price.per_unit, currency, say),
        base="" if price.base is None else say.money(price.base, currency),
        base_words=per if price.base is not None else "",
        now=now,
        edit=filter_query.query(wanted, price=price.price_id),
        form=form,
    )


def _bill(one: TypeStatistics, cost: Cost, currency: str, say: Words) -> tuple[BillLine, ...]:
    """The terms of the sum: amount × price, days × base fee, and costs noted with records."""
    lines = []
    if cost.records:
        lines.append(BillLine("costs of records", say.money(cost.records, currency)))
    several = len({line.price.price_id for line in cost.worked}) > 1
    for line in cost.worked:
        since = f" from {say.date_name(line.first)}" if several else ""
        if line.is_base:
            base = say.money(line.price.base or Decimal(0), currency)
            per = "a year" if line.price.base_per == "year" else "a month"
            words = f"{say.count(int(line.amount), 'day')} of {base} {per}{since}"
        else:
            price = price_amount(line.price.per_unit or Decimal(0), currency, say)
            words = f"{say.number(line.amount, 3)} {one.unit} × {price}{since}"
        lines.append(BillLine(words, say.money(line.total, currency)))
    return tuple(lines)


def _uncovered(one: TypeStatistics, cost: Cost, say: Words) -> str:
    without = _without(one, cost, say)
    return f"{without}, which have no price" if without else ""
