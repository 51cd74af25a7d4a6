"""The prices of a type and its bill: how its cost in a period comes about. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tally.dashboard import period_names, phrases
from tally.dashboard.money import costs
from tally.domain import filter_query
from tally.domain.calendar import Span
from tally.domain.currencies import decimals, sign
from tally.domain.filters import Filter
from tally.domain.formatting import Words
from tally.domain.periods import Period
from tally.domain.prices import PRICE_DECIMALS, Price
from tally.domain.text import capital
from tally.domain.units import each
from tally.statistics.money import Cost
from tally.statistics.projection import projected_days
from tally.statistics.type_statistics import TypeStatistics


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
        amounts.append(f"{price_amount(price.base, currency, say)} a {price.base_per}")
    return f"{price.type} from {say.date_name(price.start)}: {', '.join(amounts)}"


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
    with the cost of a record of the type.
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
    """`gas 10 m³ 25 €`: a line with a cost, as an example."""
    name = f'"{one.type}"' if " " in one.type else one.type
    return f"{name} {f'10 {one.unit}'.rstrip()} 25 {sign(currency or 'EUR')}"


def type_costs(
    one: TypeStatistics,
    prices: Sequence[Price],
    currency: str,
    period: Period,
    wanted: Filter,
    say: Words,
    form: PriceForm | None,
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
    coming = phrases.to_come(cost.projection, cost.total, period, say, sign(currency))
    if not coming or period.start is None or one.known.first is None:
        return ""
    return f"{coming}: {divided(one, cost.total, currency, period, say)}"


def divided(one: TypeStatistics, total: Decimal, currency: str, period: Period, say: Words) -> str:
    """`52.48 ÷ 20 × 30`: how an estimate comes about."""
    days = projected_days(period, one.known_days)
    return f"{say.fixed(total, decimals(currency))} ÷ {one.known.days} × {days}"


def _price_row(
    price: Price, currency: str, now: bool, wanted: Filter, say: Words, form: PriceForm | None
) -> PriceRow:
    return PriceRow(
        id=price.price_id,
        start=say.date_name(price.start),
        per_unit="" if price.per_unit is None else price_amount(price.per_unit, currency, say),
        base="" if price.base is None else price_amount(price.base, currency, say),
        base_words="" if price.base is None else f"a {price.base_per}",
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
            base = price_amount(line.price.base or Decimal(0), currency, say)
            days = say.count(int(line.amount), "day")
            words = f"{days} of {base} a {line.price.base_per}{since}"
        else:
            price = price_amount(line.price.per_unit or Decimal(0), currency, say)
            words = f"{say.rough(line.amount, 3)} {one.unit} × {price}{since}"
        lines.append(BillLine(words, say.money(line.total, currency)))
    return tuple(lines)


def _uncovered(one: TypeStatistics, cost: Cost, say: Words) -> str:
    without = costs.without(one, cost, say)
    return f"{without}, which have no price" if without else ""
