"""The prices of a type as a table, one of them or a new one as a form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tally.domain import filter_query
from tally.domain.currencies import decimals, sign
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.keys import Key
from tally.domain.prices import PRICE_DECIMALS, Price
from tally.domain.text import capital
from tally.domain.units import each


def price_amount(value: Decimal, currency: str, formatter: Formatter) -> str:
    """`0.3215 €`: with all its decimals, at least those of its currency."""
    places = max(decimals(currency), -int(value.normalize().as_tuple().exponent))
    return f"{formatter.fixed(value, min(places, PRICE_DECIMALS))}\u00a0{sign(currency)}"


def price_in_words(price: Price, currency: str, formatter: Formatter) -> str:
    """`electricity from 1 January: 0.3215 € a kWh, 9.90 € a month`."""
    amounts = []
    if price.per_unit is not None:
        amounts.append(f"{price_amount(price.per_unit, currency, formatter)} {each(price.unit)}")
    if price.base is not None:
        amounts.append(f"{price_amount(price.base, currency, formatter)} a {price.base_per}")
    return f"{price.type} from {formatter.date_name(price.start)}: {', '.join(amounts)}"


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
class PriceTable:
    """The prices of a type, the newest first.

    a_unit: `A kWh`. form: of a new price; adds: whether it stands open. example: a line with the
    cost of a record of the type.
    """

    currency: str
    a_unit: str
    rows: tuple[PriceRow, ...]
    form: PriceForm
    adds: bool
    example: str


def price_table(
    key: Key,
    prices: Sequence[Price],
    currency: str,
    wanted: Filter,
    formatter: Formatter,
    form: PriceForm | None,
) -> PriceTable:
    """The prices of a type and unit; `form` stands open: that of the price with its id, or new."""
    newest_first = sorted(prices, key=lambda price: price.start, reverse=True)
    in_force = next((price for price in newest_first if price.start <= formatter.today), None)
    is_edit = form is not None and form.id in [price.price_id for price in prices]
    return PriceTable(
        currency=sign(currency) if currency else "",
        a_unit=capital(each(key.unit)),
        rows=tuple(
            PriceRow(
                id=price.price_id,
                start=formatter.date_name(price.start),
                per_unit=_amount(price.per_unit, currency, formatter),
                base=_amount(price.base, currency, formatter),
                base_words="" if price.base is None else f"a {price.base_per}",
                now=price is in_force,
                edit=filter_query.query(wanted, price=price.price_id),
                form=form if form and form.id == price.price_id else None,
            )
            for price in newest_first
        ),
        form=form if form and not is_edit else PriceForm(formatter.today.isoformat()),
        adds=form is not None and not is_edit,
        example=_example(key, currency),
    )


def _amount(value: Decimal | None, currency: str, formatter: Formatter) -> str:
    return "" if value is None else price_amount(value, currency, formatter)


def _example(key: Key, currency: str) -> str:
    """`gas 10 m³ 25 €`: a line with a cost, as an example."""
    name = f'"{key.type}"' if " " in key.type else key.type
    return f"{name} {f'10 {key.unit}'.rstrip()} 25 {sign(currency or 'EUR')}"


def form_of(price: Price, formatter: Formatter) -> PriceForm:
    """The form of a price that is there."""
    return PriceForm(
        id=price.price_id,
        start=price.start.isoformat(),
        per_unit="" if price.per_unit is None else formatter.typed(price.per_unit),
        base="" if price.base is None else formatter.typed(price.base),
        base_per=price.base_per,
    )
